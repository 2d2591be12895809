"""Roll-over 开启周期: every night, a case for everybody who owes a quota of the period that has begun; never twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.states import Completed

from flows.naming import by_minute
from flows.orders import under
from tasks.rolling import roll_over as roll

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from tasks.rolling import Rolled


@flow(name="rollover", flow_run_name=by_minute("rollover"), persist_result=False)
def roll_over(ticket: str = "") -> State[None]:
    """开启周期：为每个应办人开启已经开始的周期，补齐停机期间漏开的，解除已经离任的；不会重复开启。"""
    with under(ticket, "rollover") as order:
        rolled = roll(order.tools, progress=lambda opened: order.progress(opened, opened + 1))
        order.counts = {
            "opened": rolled.opened,
            "released": rolled.released,
            "vacant": len(rolled.vacant),
            "disabled": len(rolled.disabled),
        }
        order.answer = (
            f"开启 {rolled.opened} 件，解除 {rolled.released} 件，空缺岗位 {len(rolled.vacant)} 个，"
            f"未启用 {len(rolled.disabled)} 项"
        )
        get_run_logger().info(order.answer)
        create_markdown_artifact(key="rollover", markdown=_words(rolled, order.answer), description="开启周期")
    return Completed(name="RolledOver", message=order.answer)


def _words(rolled: Rolled, answer: str) -> str:
    lines = [*(f"- 空缺：{name}" for name in rolled.vacant)]
    lines += [f"- 未启用：{quota_id}，{why}" for quota_id, why in rolled.disabled.items()]
    return "\n".join(["# 开启周期", "", answer, "", *lines])
