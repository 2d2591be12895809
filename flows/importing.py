"""Importing 导入: what a person uploads is entered under them, a hazard ledger as cases, the one form in the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow, get_run_logger
from prefect.states import Completed

from flows.naming import by_minute
from flows.orders import under
from models.receipt import Deed
from models.spool import Spool
from tasks import unit_importing
from tasks.importing import bring_in, write_report

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from flows.orders import Order


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


@flow(name="import-units", flow_run_name=by_minute("import-units"), persist_result=False)
def import_units(upload: str, ticket: str = "") -> State[None]:
    """导入一张表：与档案不同的才登记，一行一个事务，有问题的写回原表；须由登录的人员发起。"""
    with under(ticket, "import-units") as order:
        enter_units(order, upload)
        get_run_logger().info(order.answer)
    return Completed(name="Imported", message=order.answer)


def enter_units(order: Order, upload: str) -> None:
    """Enter what the rows say otherwise than the files, and write the table back with what became of each."""
    order.require_person("导入一张表")
    tools = order.tools
    path = Spool(tools.settings.folder("spool")).upload(upload)
    report = unit_importing.bring_in(tools, path, order.actor)
    target = tools.settings.folder("reports") / f"import-{order.ticket}.xlsx"
    annotated = unit_importing.write_report(path, report, target)
    order.counts |= {"changed": report.changed, "same": report.same, "bad": report.bad, "acts": report.acts}
    order.answer = report.words + ("，逐行结果见附表" if annotated else "")
    if report.acts:
        values = {"what": "一张表", "rows": str(report.changed), "file": upload[:64]}
        tools.ledger.journal(Deed("import", order.actor, f"units:{order.run_id}", values), tools.now())
