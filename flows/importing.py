"""Importing 导入: an uploaded hazard ledger becomes cases, under the person who uploaded it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow, get_run_logger
from prefect.states import Completed

from flows.naming import by_minute
from flows.orders import under
from models.receipt import Deed
from models.spool import Spool
from tasks.importing import bring_in, write_report

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State


@flow(name="import", flow_run_name=by_minute("import"), persist_result=False)
def import_ledger(upload: str, ticket: str = "") -> State[None]:
    """导入隐患台账：逐行登记，重复的认出，有问题的写回原表；须由登录的人员发起。"""
    with under(ticket, "import") as order:
        order.require_person("导入隐患台账")
        tools = order.tools
        path = Spool(tools.settings.folder("spool")).upload(upload)
        report = bring_in(tools, path, order.actor, batch=f"import:{order.run_id}", progress=order.progress)
        annotated = write_report(path, report, tools.settings.folder("reports") / f"import-{order.ticket}.xlsx")
        order.counts |= {"imported": report.imported, "known": report.known, "bad": report.bad}
        order.answer = report.words + ("，逐行结果见附表" if annotated else "")
        values = {"what": "隐患台账", "rows": str(report.imported), "file": upload[:64]}
        tools.ledger.journal(Deed("import", order.actor, f"import:{order.run_id}", values), tools.now())
        get_run_logger().info(order.answer)
    return Completed(name="Imported", message=order.answer)
