"""Escalation 催办: does by schedule, every minute, what the alarm clock does at the instant; either is enough alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow, get_run_logger
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.naming import by_minute
from flows.orders import under
from tasks.delivery import Sweep, sweep
from tasks.resources import resources

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State


@flow(name="escalation", flow_run_name=by_minute("escalation"), persist_result=False)
def escalation() -> State[None]:
    """到期催办与逾期升级：每分钟一次，时钟进程停止时由它独自完成。"""
    tools = resources()
    done = sweep(tools, run_id=str(flow_run.id or "no-run"), now=tools.now())
    return Completed(name="Swept", message=_words(done))


@flow(name="sweep", flow_run_name=by_minute("sweep"), persist_result=False)
def sweep_now(ticket: str = "") -> State[None]:
    """立即催办：由人员发起的一次到期检查，结果计入运行记录。"""
    with under(ticket, "sweep") as order:
        done = sweep(order.tools, run_id=order.run_id, now=order.tools.now())
        order.counts = {
            "fired": done.fired,
            "failed": done.failed,
            "accepted": done.delivered.accepted,
            "refused": done.delivered.refused,
            "unknown": done.delivered.unknown,
        }
        order.answer = _words(done)
        get_run_logger().info(order.answer)
    return Completed(name="Swept", message=order.answer)


def _words(done: Sweep) -> str:
    return (
        f"时钟行为 {done.fired} 个，送出通知 {done.delivered.accepted} 条，"
        f"未送出 {done.delivered.refused} 条，是否送达不明 {done.delivered.unknown} 条，无法处理 {done.failed} 个"
    )
