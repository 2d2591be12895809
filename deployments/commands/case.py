"""`anlan case`: list cases, print one with its whole history, record an act."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from deployments.common import Common, Who, opened, principal
from deployments.language import say
from deployments.output import key_values
from deployments.wording import clause_words, countdown, moment
from models import listing
from models.dossier import open_dossier
from models.receipt import Deed
from rules.errors import ContentInvalid
from rules.processes import process_named

if TYPE_CHECKING:
    from deployments.output import Printer
    from models.dossier import Dossier
    from tasks.resources import Resources

_COMMON, _WHO = Common(), Who()


def list_(
    words: str = "",
    *,
    status: str = "",
    grade: str = "",
    overdue: bool = False,
    page: int = 1,
    kind: str = "hazard",
    who: Who = _WHO,
    common: Common = _COMMON,
) -> None:
    """列出管辖范围内的事项，可按状态、等级、逾期筛选，按单位、编号、描述搜索。"""
    with opened(common) as (tools, printer):
        actor = principal(tools, who, to_read=True)
        search = listing.Search(status=status, grade=grade, overdue=overdue, words=words, page=page)
        with tools.store.read() as reading:
            items = listing.cases(reading, actor.scope, kind, search)
            total = listing.count_cases(reading, actor.scope, kind, search)
        printer.document({"total": total, "page": page, "cases": items})
        process, now = process_named(kind), tools.now()
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


def show(number: str, /, *, who: Who = _WHO, common: Common = _COMMON) -> None:
    """打印一个事项的全部历史：行为与指纹、应办与条款、通知与状态、运行记录。"""
    with opened(common) as (tools, printer):
        actor = principal(tools, who, to_read=True)
        with tools.store.read() as reading:
            dossier = open_dossier(reading, tools.installation.county_id, number, actor.scope)
        printer.document(_document(dossier))
        _print(tools, printer, dossier)


def act(
    number: str,
    kind: str,
    /,
    *values: str,
    happened_at: Annotated[
        str, Parameter(help=say("实际办理时间，补录时填写", "When it happened, for paper acts"))
    ] = "",
    expect: Annotated[int | None, Parameter(help=say("看到的最后行为序号", "Number of the last act seen"))] = None,
    who: Who = _WHO,
    common: Common = _COMMON,
) -> None:
    """办理一个行为，内容写作 项=值，例如：anlan case act YH-2026-0001 rectify measure=已加装护罩 --as fixer。"""
    with opened(common) as (tools, printer):
        actor = principal(tools, who)
        deed = Deed(
            kind=kind,
            actor=actor,
            key=f"cli:{secrets.token_urlsafe(12)}",
            values=_pairs(values),
            happened_at=moment(happened_at) if happened_at else None,
            expected_version=expect,
        )
        receipt = tools.ledger.record(number, deed, tools.now())
        printer.document(receipt)
        process = process_named("hazard")
        printer.line(f"{receipt.number} #{receipt.seq} {process.label_of(kind)}  {receipt.hash[:16]}")
        for owed, holder, due in receipt.owed:
            printer.line(f"  {say('待办', 'owed')}: {process.label_of(owed)} · {holder} · {due or '—'}")


def _pairs(values: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pair in values:
        name, sign, value = pair.partition("=")
        if not sign:
            raise ContentInvalid(f"「{pair}」应写作 项=值，例如 measure=已加装护罩。请改正后重试。")
        found[name] = value
    return found


def _document(dossier: Dossier) -> dict[str, Any]:
    header = dossier.header
    return {
        "number": header.number,
        "status": header.status,
        "grade": header.grade,
        "waits_for": header.waits_for,
        "overdue": header.overdue,
        "unit": dossier.unit,
        "acts": dossier.acts,
        "duties": dossier.duties,
        "effects": dossier.effects,
        "runs": dossier.runs,
    }


def _print(tools: Resources, printer: Printer, dossier: Dossier) -> None:
    header, process, now = dossier.header, dossier.header.process, tools.now()
    mark = say("【演示】", "[DEMO] ") if tools.installation.demonstration else ""
    status = process.labels["status"][header.status]
    grade = process.labels["grade"].get(header.grade or "", say("未判定", "not graded"))
    key_values(
        printer,
        {
            f"{mark}{process.label}": header.number,
            say("状态", "Status"): status + (say("，逾期", ", overdue") if header.overdue else ""),
            say("等级", "Grade"): grade,
            say("单位", "Unit"): f"{dossier.unit.name}（{dossier.unit.town}，{dossier.unit.department}）",
        },
    )
    printer.table(
        ["#", say("行为", "Act"), say("谁", "Who"), say("发生", "Happened"), say("记录", "Recorded"),
         say("内容", "Content"), say("指纹", "Hash")],
        [
            (
                str(entry.seq),
                entry.label,
                "".join(
                    [
                        entry.who,
                        say(f"（{entry.role.label}）", f" ({entry.role.value})"),
                        say(f"代 {entry.acting_for}", f" for {entry.acting_for}") if entry.acting_for else "",
                        say(" 演示", " demo") if entry.demonstration else "",
                    ]
                ),
                entry.happened_at.format("YYYY-MM-DD HH:mm"),
                entry.recorded_at.format("YYYY-MM-DD HH:mm") + (say(" 补录", " later") if entry.backfilled else ""),
                "；".join(f"{label}：{value}" for label, value in entry.values)
                or (say("文字已删除", "words erased") if entry.erased else ""),
                entry.hash[:12],
            )
            for entry in dossier.acts
        ],
        title=say("行为", "Acts"),
    )  # fmt: skip
    printer.table(
        [
            say("应办", "Duty"),
            say("责任岗位", "Holder"),
            say("条款", "Clause"),
            say("期限", "Due"),
            say("状态", "Status"),
        ],
        [
            (
                duty.label,
                duty.holder.label,
                clause_words(tools.rulebook, duty.clause_id, duty.started_at.date()),
                countdown(duty.due_alert, now) if duty.status == "open" else _day(duty.due_alert),
                duty.status + (say("，曾逾期", ", was overdue") if duty.breached else ""),
            )
            for duty in dossier.duties
        ],
        title=say("应办", "Duties"),
    )
    printer.table(
        [say("应达", "Effect"), say("对象", "To"), say("状态", "Status"), say("送达", "Notices"), say("运行", "Run")],
        [
            (
                effect.name,
                effect.addressee.label if effect.addressee else "—",
                effect.status + (f"（{effect.reason}）" if effect.reason else ""),
                "；".join(
                    f"{notice.number} {notice.name} {notice.channel} {notice.status}" for notice in effect.notices
                ),
                (effect.run_id or "")[:8],
            )
            for effect in dossier.effects
        ],
        title=say("通知与文书", "Notices and papers"),
    )
    printer.table(
        [say("运行", "Run"), say("开始", "Began"), say("结果", "Result"), say("链接", "Link")],
        [
            (
                run.flow,
                run.started_at.format("YYYY-MM-DD HH:mm:ss"),
                f"{run.state} {run.message}",
                f"{tools.settings.engine_address.removesuffix('/api')}/runs/flow-run/{run.id}",
            )
            for run in dossier.runs
        ],
        title=say("运行记录", "Flow runs"),
    )


def _day(due_at: Any) -> str:
    return due_at.subtract(microseconds=1).format("YYYY-MM-DD") if due_at else "—"
