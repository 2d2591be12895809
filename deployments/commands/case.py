"""`anlan case`: list cases, print one with its whole history, open one, record an act, write who was reached."""

from __future__ import annotations

import secrets
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from deployments.language import say
from deployments.options import Options, Who, opened, principal, told
from deployments.wording import countdown, moment
from models import listing
from models.evidence import EvidenceRoom
from models.receipt import Deed
from rules.errors import ContentInvalid, UnknownRecord
from rules.journal import JOURNAL
from rules.processes import process_named, process_of

if TYPE_CHECKING:
    from deployments.output import Printer
    from models.receipt import Receipt
    from rules.actor import Actor
    from rules.process import Process
    from tasks.resources import Resources

_OPTIONS, _WHO = Options(), Who()


def list_(
    words: Annotated[str, told("单位、编号或者描述中的字", "Words of unit, number or description")] = "",
    *,
    status: Annotated[str, told("open 在办、closed 已销号、void 已作废", "open, closed or void")] = "",
    grade: Annotated[str, told("general 一般、major 重大", "general or major")] = "",
    overdue: Annotated[bool, told("只列逾期的", "Overdue only", negative="")] = False,
    page: Annotated[int, told("第几页", "Page")] = 1,
    kind: Annotated[str, told("流程名称", "Process")] = "hazard",
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """List the cases in the scope of whoever asks."""
    with opened(options) as (tools, printer):
        process, now = process_named(kind), tools.now()
        actor = principal(tools, who, to_read=True)
        search = listing.Search(status=status, grade=grade, overdue=overdue, words=words, page=page)
        with tools.store.read() as reading:
            items = listing.cases(reading, actor.scope, kind, search)
            total = listing.count_cases(reading, actor.scope, kind, search)
        printer.document({"total": total, "page": page, "cases": items})
        printer.table(
            [say("编号", "No."), say("单位", "Unit"), say("描述", "Description"), say("等级", "Grade"),
             say("等待", "Waits for"), say("期限", "Due")],
            [
                (
                    item.number,
                    item.unit,
                    item.description[:30],
                    process.labels["grade"].get(item.grade or "", "—"),
                    process.label_of(item.waits_for) if item.waits_for else process.labels["status"][item.status],
                    countdown(item.due_alert, now) if item.status == "open" else "",
                )
                for item in items
            ],
            title=say(f"共 {total} 件，第 {page} 页", f"{total} cases, page {page}"),
        )  # fmt: skip


def show(
    number: Annotated[str, told("事项编号，如 YH-2026-0001", "Number of the case")],
    /,
    *,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Print one case with its whole history."""
    with opened(options) as (tools, printer):
        actor = principal(tools, who, to_read=True)
        from deployments.case_report import case_document, case_for, case_lines  # noqa: PLC0415 - not for --help

        with tools.store.read() as reading:
            dossier = case_for(tools, reading, number, actor)
        printer.document(case_document(dossier))
        for line in case_lines(tools, dossier):
            printer.line(line)


def open_(
    kind: Annotated[str, told("流程名称，如 incident", "Process, such as incident")],
    unit: Annotated[str, told("单位编码；值班表为机构编码", "Code of the unit, of the organisation for a roster")],
    /,
    *values: Annotated[str, told("填写内容，项=值", "Content, key=value")],
    happened_at: Annotated[str, told("实际办理时间，补录时填写", "When it happened, for paper acts")] = "",
    content: Annotated[Path | None, told("填写内容的 TOML 文件", "A TOML file with the content")] = None,
    act: Annotated[str, told("开立的行为，有几种开法时填写", "The opening act, where there are several")] = "",
    photo: Annotated[
        tuple[Path, ...], told("附上的照片，可以写几次", "A photograph to attach, several times", negative="")
    ] = (),
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Open a case with its first act; values are written key=value, or stand in a file and are overridden by those."""
    with opened(options) as (tools, printer):
        process = process_named(kind)
        if process is JOURNAL:
            raise UnknownRecord("系统日志由程序自己登记，不能开立事项。请选择其他流程。")
        actor = principal(tools, who)
        sealed = _sealed(tools, actor, photo)
        deed = _deed(_opening(process, act), actor, values, happened_at, evidence=sealed)
        if content is not None:
            deed = replace(deed, values={**_content_of(content), **deed.values})
        _answer(printer, process, tools.ledger.open_case(process.name, unit, deed, tools.now()), deed.kind)


def act(
    number: Annotated[str, told("事项编号", "Number of the case")],
    kind: Annotated[str, told("行为代码，如 rectify", "Act, such as rectify")],
    /,
    *values: Annotated[str, told("填写内容，项=值", "Content, key=value")],
    happened_at: Annotated[str, told("实际办理时间，补录时填写", "When it happened, for paper acts")] = "",
    expect: Annotated[int | None, told("看到的最后行为序号", "Number of the last act seen")] = None,
    photo: Annotated[
        tuple[Path, ...], told("附上的照片，可以写几次", "A photograph to attach, several times", negative="")
    ] = (),
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Record an act; values are written key=value."""
    with opened(options) as (tools, printer):
        process, actor = process_of(number), principal(tools, who)
        sealed = _sealed(tools, actor, photo)
        deed = _deed(kind, actor, values, happened_at, expect=expect, evidence=sealed)
        _answer(printer, process, tools.ledger.record(number, deed, tools.now()), kind)


def receipt(
    number: Annotated[str, told("事项编号", "Number of the case")],
    target: Annotated[Path, told("写到哪个文件", "The file to write")],
    /,
    *,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Write the record of service of a case: who was told, how, when, and whether they answered."""
    with opened(options) as (tools, printer):
        actor = principal(tools, who, to_read=True)
        from console.receipt import record_of_service  # noqa: PLC0415 - not needed for --help
        from deployments.case_report import case_for  # noqa: PLC0415 - as above

        with tools.store.read() as reading:
            dossier = case_for(tools, reading, number, actor)
            paper = record_of_service(reading, tools.installation, tools.rulebook, dossier, tools.now())
        draft = target.with_name(f".{target.name}.part")
        draft.write_bytes(paper.content)
        draft.replace(target)
        printer.document({"number": number, "file": str(target), "sha256": paper.sha256})
        printer.line(say(f"送达回证已写入 {target}（{paper.sha256[:16]}）", f"Wrote {target} ({paper.sha256[:16]})"))


def _opening(process: Process, act: str) -> str:
    """Return the act that opens the case. Raises `ContentInvalid` for one that opens none."""
    if not act or act in process.openings:
        return act or process.opening_act
    known = "、".join(f"{kind}（{process.label_of(kind)}）" for kind in process.forms if kind in process.openings)
    raise ContentInvalid(f"「{act}」不是「{process.label}」的开立行为，可用：{known}。请改正后重试。")


def _sealed(tools: Resources, actor: Actor, photos: tuple[Path, ...]) -> tuple[str, ...]:
    """Seal photographs as evidence and return their names. Raises `ContentInvalid` naming a file that is none."""
    if not photos:
        return ()
    from documents.photograph import clean_copy, media_type_of  # noqa: PLC0415 - Pillow, only where a photo is given

    room = EvidenceRoom(tools.settings.folder("evidence"), tools.store)
    found: list[str] = []
    for path in photos:
        try:
            original = path.read_bytes()
        except OSError as error:
            raise ContentInvalid(f"照片 {path} 读不出来（{error}）。请核对路径。") from error
        media_type, copy = media_type_of(original), clean_copy(original)
        found.append(room.seal(original, copy, media_type=media_type, account_id=actor.account_id, now=tools.now()))
    return tuple(found)


def _deed(
    kind: str,
    actor: Actor,
    values: tuple[str, ...],
    happened_at: str,
    *,
    expect: int | None = None,
    evidence: tuple[str, ...] = (),
) -> Deed:
    return Deed(
        kind=kind,
        actor=actor,
        key=f"cli:{secrets.token_urlsafe(12)}",
        values=_pairs(values),
        happened_at=moment(happened_at) if happened_at else None,
        expected_version=expect,
        evidence=evidence,
    )


def _answer(printer: Printer, process: Process, receipt: Receipt, kind: str) -> None:
    """Print what was recorded and what is owed next."""
    printer.document(receipt)
    printer.line(f"{receipt.number} #{receipt.seq} {process.label_of(kind)}  {receipt.hash[:16]}")
    for owed, holder, due in receipt.owed:
        printer.line(f"  {say('待办', 'owed')}: {process.label_of(owed)} · {holder} · {due or '—'}")


def _content_of(path: Path) -> dict[str, Any]:
    """Return what a TOML file says field by field, several lines as a list. Raises `ContentInvalid` naming the file."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ContentInvalid(f"文件 {path} 读不出来（{error}）。请核对路径，文件应为 UTF-8 编码。") from error
    except tomllib.TOMLDecodeError as error:
        raise ContentInvalid(f'文件 {path} 不是 TOML：{error}。请按 项 = "值" 逐行改正后重试。') from error


def _pairs(values: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pair in values:
        name, sign, value = pair.partition("=")
        if not sign:
            raise ContentInvalid(f"「{pair}」应写作 项=值，例如 measure=已加装护罩。请改正后重试。")
        found[name] = value
    return found
