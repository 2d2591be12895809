"""Importing 导入: what a person uploads is looked at or entered under them, and handed back row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow, get_run_logger
from prefect.states import Completed

from flows.naming import by_minute
from flows.orders import under
from models.spool import Spool
from rules.incoming import Mode
from tasks.table_importing import annotated, bring_in, mode_named
from tasks.table_job import Job

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from flows.orders import Order


@flow(name="import", flow_run_name=by_minute("import"), persist_result=False)
def import_ledger(upload: str, ticket: str = "") -> State[None]:
    """导入隐患台账：逐行登记，重复的认出，有问题的写回原表；须由登录的人员发起。"""
    with under(ticket, "import") as order:
        enter(order, upload, table="hazard_ledger", about="", mode=Mode.GOOD)
        get_run_logger().info(order.answer)
    return Completed(name="Imported", message=order.answer)


@flow(name="import-units", flow_run_name=by_minute("import-units"), persist_result=False)
def import_units(upload: str, ticket: str = "") -> State[None]:
    """导入一张表：与档案不同的才登记，一行一个事务，有问题的写回原表；须由登录的人员发起。"""
    with under(ticket, "import-units") as order:
        enter(order, upload, table="unit_table", about="", mode=Mode.GOOD)
        get_run_logger().info(order.answer)
    return Completed(name="Imported", message=order.answer)


@flow(name="import-table", flow_run_name=by_minute("import-table"), persist_result=False)
def import_table(upload: str, table: str, about: str, mode: str, ticket: str = "") -> State[None]:
    """导入表格：核对，只写无误的行，或者全部无误才写入；有问题的写回原表；须由登录的人员发起。"""
    with under(ticket, "import-table") as order:
        enter(order, upload, table=table, about=about, mode=mode_named(mode))
        get_run_logger().info(order.answer)
    return Completed(name="Imported", message=order.answer)


def enter(order: Order, upload: str, *, table: str, about: str, mode: Mode) -> None:
    """Bring a table in as far as the mode allows, and write the file back with what became of each row."""
    order.require_person("导入表格")
    tools = order.tools
    path = Spool(tools.settings.folder("spool")).upload(upload)
    job = Job(path=path, actor=order.actor, key=order.run_id, mode=mode, about=about, progress=order.progress)
    report = bring_in(tools, table, job)
    order.counts |= report.numbers | dict(report.more)
    order.answer = report.words
    if annotated(tools, job, report, order.ticket) is None:
        order.answer += "；这个文件不能写回逐行结果"
