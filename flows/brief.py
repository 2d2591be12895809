"""The monthly brief 月度简报: on the first of each month for the month before, or whenever somebody asks for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow
from prefect.states import Completed

from flows.naming import by_minute
from flows.orders import under
from tasks.briefing import month_before, write_brief

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State


@flow(name="brief", flow_run_name=by_minute("brief"), persist_result=False)
def make_brief(month: str = "", ticket: str = "") -> State[None]:
    """月度简报：从台账推算一个月的数字，写成网页、PDF 和 Word；不写月份的为上月。"""
    with under(ticket, "brief") as order:
        tools = order.tools
        brief = write_brief(tools, month or month_before(tools.now()), actor=order.actor)
        order.counts = {"forms": len(brief.forms)}
        order.answer = f"月度简报 {brief.month} 已生成（{'、'.join(brief.forms)}），指纹 {brief.sha256[:12]}"
    return Completed(name="Briefed", message=order.answer)
