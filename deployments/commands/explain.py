"""`anlan explain`: why a deadline is what it is, so that somebody can recompute it by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from deployments.language import say
from deployments.options import Options, Who, opened, principal, told
from deployments.output import key_values
from rules.errors import UnknownRecord

if TYPE_CHECKING:
    from deployments.output import Printer
    from models.dossier import DutyEntry
    from tasks.resources import Resources

_OPTIONS, _WHO = Options(), Who()


def explain(
    number: Annotated[str, told("事项编号", "Number of the case")],
    duty: Annotated[str, told("应办代码，如 rectify", "Duty, such as rectify")] = "",
    /,
    *,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Print how each deadline of a case was counted, day by day."""
    with opened(options) as (tools, printer):
        from deployments.case_report import case_for  # noqa: PLC0415 - not needed for --help

        actor = principal(tools, who, to_read=True)
        with tools.store.read() as reading:
            dossier = case_for(tools, reading, number, actor)
        chosen = (
            [entry for entry in dossier.duties if duty in {entry.key, entry.act}] if duty else list(dossier.open_duties)
        )
        if duty and not chosen:
            raise UnknownRecord(f"{number} 没有名为「{duty}」的应办。请用 anlan case show {number} 查看。")
        explained = [_explain(tools, entry) for entry in chosen]
        printer.document(explained)
        for entry in explained:
            _print(printer, entry)
        if not explained:
            printer.line(say("没有待办。", "Nothing is owed."))


def _explain(tools: Resources, duty: DutyEntry) -> dict[str, Any]:
    on = duty.started_at.date()
    clause = tools.rulebook.clause(duty.clause_id, on)
    ends_on = date.fromisoformat(duty.ends_on) if duty.ends_on else None
    deadline = tools.rulebook.deadline(duty.clause_id, duty.started_at, ends_on=ends_on, pauses=duty.pauses)
    same = (deadline.due_alert, deadline.due_legal) == (duty.due_alert, duty.due_legal)
    return {
        "duty": duty.key,
        "act": duty.label,
        "holder": duty.holder.label,
        "clause": clause.citation,
        "clause_version": duty.clause_version,
        "text": clause.duty,
        "limit": clause.limit_label,
        "starts": str(clause.starts),
        "started_at": duty.started_at,
        "steps": [step.text for step in deadline.derivation],
        "due_alert": duty.due_alert,
        "due_legal": duty.due_legal,
        "provisional": duty.provisional,
        "verification": clause.verification.label,
        "source": clause.source,
        "note": clause.note,
        "county_basis": clause.county_basis,
        "as_recorded": same,
    }


def _print(printer: Printer, entry: dict[str, Any]) -> None:
    key_values(
        printer,
        {
            say("应办", "Duty"): f"{entry['act']}（{entry['duty']}，{entry['holder']}）",
            say("条款", "Clause"): f"{entry['clause']}，{entry['limit']}，版本 {entry['clause_version']}",
            say("内容", "Text"): entry["text"],
            say("起算", "Starts"): f"{entry['starts']}：{entry['started_at'].format('YYYY-MM-DD HH:mm:ss')}",
            say("核实", "Verified"): f"{entry['verification']}；来源 {entry['source']}",
        },
    )
    if entry["county_basis"]:
        printer.line(say(f"本县依据：{entry['county_basis']}", f"County basis: {entry['county_basis']}"))
    for step in entry["steps"]:
        printer.line(f"  · {step}")
    due_alert, due_legal = (entry[name] for name in ("due_alert", "due_legal"))
    if due_alert is not None:
        printer.line(
            say(
                f"提醒截止 {_end(due_alert)}，法律最迟 {_end(due_legal)}",
                f"Alert {_end(due_alert)}, legal {_end(due_legal)}",
            )
        )
    if not entry["as_recorded"]:
        printer.line(say("注意：现行规则文件推算的结果与登记的不同，以登记的版本为准，请核对规则变动。",
                         "Note: the present rule files give another result than was recorded."))  # fmt: skip
    printer.line()


def _end(due_at: Any) -> str:
    return due_at.subtract(microseconds=1).format("YYYY-MM-DD HH:mm:ss") if due_at else "—"
