"""`anlan run`: start a flow under one's own name and watch it to its end."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated, Any

from deployments.language import say, translate
from deployments.options import Options, Who, opened, principal, told
from models import alarms, runs
from models.spool import Spool
from rules.errors import ContentInvalid, EngineError
from rules.runnable import RUNNABLE, runnable

if TYPE_CHECKING:
    from deployments.output import Printer
    from rules.runnable import Runnable
    from tasks.resources import Resources

_OPTIONS, _WHO = Options(), Who()
_LOOK_EVERY_SECONDS, _SILENT_SECONDS = 0.3, 90


def run(
    flow: Annotated[str, told("运行名称，如 sweep", "Flow, such as sweep")] = "",
    /,
    *values: Annotated[str, told("参数，项=值", "Parameters, key=value")],
    file: Annotated[str, told("要导入的台账文件", "The ledger to import")] = "",
    detach: Annotated[bool, told("不等待结束", "Do not wait", negative="")] = False,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Ask for a run under whoever asks, and watch it until it ends."""
    with opened(options) as (tools, printer):
        if not flow:
            printer.document([entry.name for entry in RUNNABLE.values()])
            printer.table(
                [say("名称", "Name"), say("运行", "Flow"), say("用途", "Purpose")],
                [(entry.name, entry.label, entry.purpose) for entry in RUNNABLE.values()],
            )
            return
        actor = principal(tools, who)
        wanted = runnable(flow, actor.role)
        parameters = _parameters(tools, wanted, values, file)
        ticket = runs.ask_for_run(tools.store, flow=wanted.name, parameters=parameters, actor=actor, now=tools.now())
        if detach:
            printer.document({"ticket": ticket})
            printer.line(say(f"已发起，凭据 {ticket}", f"Started, ticket {ticket}"))
            return
        _follow(tools, printer, ticket, wanted)


def _parameters(tools: Resources, wanted: Runnable, values: tuple[str, ...], file: str) -> dict[str, Any]:
    odd = [pair for pair in values if "=" not in pair]
    if odd:
        raise ContentInvalid(f"「{odd[0]}」应写作 项=值。请改正后重试。")
    given = dict(pair.split("=", 1) for pair in values)
    if "upload" in wanted.parameters and file:
        given["upload"] = _kept_upload(tools, file)
    if wanted.name == "report" and "draft" not in given:
        unit = given.pop("unit", "")
        draft = json.loads(json.dumps({"unit": unit, "values": given}))
        return {"draft": Spool(tools.settings.folder("spool")).keep_draft(draft)}
    missing = wanted.parameters.keys() - given.keys()
    if missing:
        names = "、".join(f"{name}（{wanted.parameters[name]}）" for name in sorted(missing))
        raise ContentInvalid(f"「{wanted.label}」缺少参数 {names}。请以 项=值 补充。")
    unknown = given.keys() - wanted.parameters.keys()
    if unknown:
        raise ContentInvalid(f"「{wanted.label}」没有参数 {'、'.join(sorted(unknown))}。请核对后重试。")
    return given


def _kept_upload(tools: Resources, file: str) -> str:
    from pathlib import Path  # noqa: PLC0415 - for uploads only

    path = Path(file)
    if not path.is_file():
        raise ContentInvalid(f"没有文件 {file}。请核对路径。")
    return Spool(tools.settings.folder("spool")).keep_upload(path.read_bytes(), file_name=path.name)


def _follow(tools: Resources, printer: Printer, ticket: str, wanted: Runnable) -> None:
    from console.rendering import run_words  # noqa: PLC0415 - not for --help

    _refuse_silent(tools)
    with printer.progress(wanted.label) as progress:
        while True:
            with tools.store.read() as reading:
                order = runs.order_of(reading, ticket)
                record = runs.run_named(reading, order.run_id) if order.run_id else None
            if record is not None and record.counts.get("total"):
                progress(record.counts["done"], record.counts["total"])
            if order.answered_at is not None:
                break
            time.sleep(_LOOK_EVERY_SECONDS)
    printer.document({"ticket": ticket, "answer": order.answer, "run": record})
    state = translate(run_words(record.state)) if record else ""
    printer.line(f"{state} {translate(order.answer or '')}".strip())


def _refuse_silent(tools: Resources) -> None:
    with tools.store.read() as reading:
        beat = alarms.last_beat(reading, "worker")
    if beat is None or (tools.now() - beat).total_seconds() > _SILENT_SECONDS:
        raise EngineError("执行器没有运行，申请已登记，待其启动后自动办理。请运行 anlan up 启动。")
