"""Flows 运行: starting what the post may start, and watching it; the console only asks, a worker does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import FileResponse

from console.errors import NotThere
from console.menu import RUN_READERS
from console.pages.tables import next_of
from console.rendering import FLOW_LABELS
from models import runs
from rules.actor import Role
from rules.errors import ContentInvalid, UnknownRecord
from rules.runnable import runnable, runnable_by

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.responses import Response

    from console.visit import Visit
    from models.runs import RunOrder, RunRecord
    from rules.runnable import Runnable

_MOST_RUNS, _MOST_WAITING = 20, 200
_LONGEST_PARAMETER = 200
_NUMBERS = {"new": "写入或者可写入的行", "same": "此前已有的行", "bad": "有问题的行", "skipped": "略过的行"}
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show(visit: Visit) -> Response:
    """Show what may be started, what waits, and what ran lately."""
    account_id, role = visit.actor.account_id, visit.actor.role
    with visit.desk.store.read() as reading:
        latest = runs.runs_under(reading, account_id, _MOST_RUNS)
        waiting = [o for o in runs.untaken_orders(reading, _MOST_WAITING) if o.actor.account_id == account_id]
    return visit.page(
        "flows.html",
        flows=runnable_by(role),
        labels=FLOW_LABELS,
        waiting=waiting,
        latest=latest,
        sees_history=role in RUN_READERS,
        limit=visit.desk.settings.upload_limit_mib,
    )


def start(visit: Visit, name: str) -> Response:
    """Ask for a run under this principal and show its ticket."""
    flow = runnable(name, visit.actor.role)
    ticket = runs.ask_for_run(
        visit.desk.store, flow=flow.name, parameters=_parameters(visit, flow), actor=visit.actor, now=visit.now
    )
    return visit.go(f"/flows/runs/{ticket}")


def show_run(visit: Visit, ticket: str) -> Response:
    """Show how far a run has come; the page asks again by itself until there is an answer."""
    order = _order(visit, ticket)
    with visit.desk.store.read() as reading:
        record = runs.run_named(reading, order.run_id) if order.run_id else None
    is_asker = order.actor.account_id == visit.actor.account_id
    return visit.page(
        "run.html",
        order=order,
        record=record,
        label=FLOW_LABELS.get(order.flow, order.flow),
        has_workbook=is_asker and _workbook(visit, order).is_file(),
        counts=_counts(record),
        following=next_of(visit, order, record),
        engine_window=visit.desk.settings.engine_address.removesuffix("/api"),
    )


def workbook(visit: Visit, ticket: str) -> Response:
    """Return the uploaded ledger with what became of each row, to whoever uploaded it."""
    order = _order(visit, ticket)
    path = _workbook(visit, order)
    if order.actor.account_id != visit.actor.account_id or not path.is_file():
        raise NotThere
    return FileResponse(path, media_type=_SHEET, filename=f"import-{order.ticket}.xlsx")


def _parameters(visit: Visit, flow: Runnable) -> dict[str, str]:
    if "upload" in flow.parameters:
        return {"upload": _keep_upload(visit)}
    found = {name: visit.sent(name).strip() for name in flow.parameters}
    for name, value in found.items():
        if not value or len(value) > _LONGEST_PARAMETER:
            raise ContentInvalid(f"「{flow.label}」缺少「{flow.parameters[name]}」，或者过长。请填写后重新提交。")
    return found


def _keep_upload(visit: Visit) -> str:
    if len(visit.uploads) != 1:
        raise ContentInvalid("请选择一个台账文件（xlsx、xls、csv 或 jsonl）后重新提交。")
    upload = visit.uploads[0]
    return visit.desk.spool.keep_upload(upload.file.read(), file_name=upload.filename or "")


def _counts(record: RunRecord | None) -> list[tuple[str, int]]:
    """Return what became of the rows of a table, by label; nothing for a run that read none."""
    counts = record.counts if record else {}
    return [(label, counts[key]) for key, label in _NUMBERS.items() if key in counts] if "skipped" in counts else []


def _order(visit: Visit, ticket: str) -> RunOrder:
    try:
        with visit.desk.store.read() as reading:
            order = runs.order_of(reading, ticket)
    except UnknownRecord as error:
        raise NotThere from error
    if order.actor.account_id != visit.actor.account_id and visit.actor.role is not Role.IT_ADMIN:
        raise NotThere
    return order


def _workbook(visit: Visit, order: RunOrder) -> Path:
    return visit.desk.settings.folder("reports") / f"import-{order.ticket}.xlsx"
