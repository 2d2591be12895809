"""Roll-over of the year of drills 开启年度演练: every night, until the year has its plan; credits drills left over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow, get_run_logger
from prefect.states import Completed

from flows.naming import by_minute
from flows.orders import under
from tasks.drilling import credit_drills, open_year

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from tasks.drilling import YearOpened


@flow(name="open-drills", flow_run_name=by_minute("open-drills"), persist_result=False)
def roll_over_drills(ticket: str = "") -> State[None]:
    """开启年度演练：一月（首次使用的随时）编制当年计划，只编一次；登记停机期间总结的演练。"""
    with under(ticket, "open-drills") as order:
        year = open_year(order.tools)
        credited = credit_drills(order.tools)
        order.counts = {"opened": int(year.is_new), "credited": credited}
        order.answer = f"{_words(year)}；登记演练 {credited} 项"
        get_run_logger().info(order.answer)
    return Completed(name="DrillsOpened", message=order.answer)


def _words(year: YearOpened) -> str:
    left_out = f"；{year.left_out}年没有计划" if year.left_out else ""
    if not year.number:
        return f"没有编制：{year.why_not}{left_out}"
    return f"已编制 {year.number}，待审批{left_out}" if year.is_new else f"{year.number} 已有"
