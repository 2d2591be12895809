"""Roll-over of programmes 启动专项: every night, every holder of every line; accidents take units off their lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.states import Completed

from flows.naming import by_minute
from flows.orders import under
from tasks.programme_rolling import open_programmes

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from tasks.programme_rolling import Opened


@flow(name="open-programmes", flow_run_name=by_minute("open-programmes"), persist_result=False)
def roll_over_programmes(ticket: str = "") -> State[None]:
    """启动专项：为每个承办单位启动已到期的专项，补齐停机期间漏开的，核对零事故名册；不会重复启动。"""
    with under(ticket, "open-programmes") as order:
        done = open_programmes(order.tools, progress=lambda opened: order.progress(opened, opened + 1))
        order.counts = {
            "opened": done.opened,
            "released": done.released,
            "lost": done.lost,
            "restored": done.restored,
            "missing": len(done.missing),
            "disabled": len(done.disabled),
        }
        order.answer = (
            f"启动 {done.opened} 件，解除 {done.released} 件，因事故退出 {done.lost} 家，恢复 {done.restored} 家，"
            f"未登记承办单位的 {len(done.missing)} 项，未启用 {len(done.disabled)} 项"
        )
        get_run_logger().info(order.answer)
        create_markdown_artifact(key="open-programmes", markdown=_words(done, order.answer), description="启动专项")
    return Completed(name="ProgrammesOpened", message=order.answer)


def _words(done: Opened, answer: str) -> str:
    lines = [f"- 未登记承办单位：{line}，{'、'.join(codes)}" for line, codes in done.missing.items()]
    lines += [f"- 未启用：{line}，{why}" for line, why in done.disabled.items()]
    return "\n".join(["# 启动专项", "", answer, "", *lines])
