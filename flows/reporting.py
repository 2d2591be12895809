"""Reporting 上报: a form that was filled in beforehand becomes a case, under the person who filled it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow
from prefect.states import Completed

from flows.naming import by_minute
from flows.orders import under
from models.receipt import Deed
from models.spool import Spool

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State


@flow(name="report", flow_run_name=by_minute("report"), persist_result=False)
def record_report(draft: str, ticket: str = "") -> State[None]:
    """登记上报：把填好的上报单登记为事项；内容不经过调度引擎，须由登录的人员发起。"""
    with under(ticket, "report") as order:
        order.require_person("登记上报")
        spool = Spool(order.tools.settings.folder("spool"))
        form = spool.draft(draft)
        deed = Deed("report", order.actor, f"draft:{draft}", values=form["values"])
        receipt = order.tools.ledger.open_case("hazard", form["unit"], deed, order.tools.now())
        spool.forget_draft(draft)
        order.counts = {"recorded": 1}
        order.answer = f"已登记为 {receipt.number}"
    return Completed(name="Recorded", message=order.answer)
