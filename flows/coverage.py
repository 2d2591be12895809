"""Coverage 值班覆盖: every night, whether each rung of the next thirty days reaches somebody; a gap fails the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.states import Completed

from flows.naming import by_minute
from flows.orders import under
from models.coverage import coverage
from rules.errors import CoverageGap

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

_SHOWN = 20


@flow(name="coverage", flow_run_name=by_minute("coverage"), persist_result=False)
def prove_coverage(ticket: str = "") -> State[None]:
    """值班覆盖：今后每一小时，每一级催办所找的岗位都有能联系上的人，否则指出缺口和补法。"""
    with under(ticket, "coverage") as order:
        tools = order.tools
        with tools.store.read() as reading:
            found = coverage(reading, tools.rulebook, tools.installation.county_id, tools.now())
        order.counts = {"posts": found.posts, "gaps": len(found.gaps)}
        lines = [f"- {gap.words}" for gap in found.gaps] or ["没有缺口。"]
        create_markdown_artifact(key="coverage", markdown="\n".join(["# 值班覆盖", "", *lines]), description="值班覆盖")
        if found.gaps:
            shown = "；".join(gap.words for gap in found.gaps[:_SHOWN])
            get_run_logger().error(shown)
            raise CoverageGap(f"值班有 {len(found.gaps)} 处缺口：{shown}", clause="duty-coverage")
        order.answer = f"{found.posts} 个岗位，至 {found.until:%Y-%m-%d %H:%M} 每一小时都有人"
    return Completed(name="Covered", message=order.answer)
