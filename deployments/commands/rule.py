"""`anlan rule show`: the clauses in force on a day, who set each figure, and how surely we know them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from deployments.language import say
from deployments.options import Options, told
from deployments.output import key_values, reporting
from models import clock
from rules.errors import TimeInvalid
from rules.rulebook import Rulebook

_OPTIONS = Options()


def show(
    clause: Annotated[str, told("条款编号，如 haz-review", "Clause, such as haz-review")] = "",
    /,
    *,
    as_of: Annotated[str, told("哪一天，默认今天", "On which day, by default today")] = "",
    county: Annotated[str, told("县的编码", "Code of the county")] = "dai",
    options: Options = _OPTIONS,
) -> None:
    """Print the clauses in force on a day, or one of them whole."""
    printer = options.printer
    with reporting(printer):
        rulebook, on = Rulebook.load(county), _day(as_of)
        found = (rulebook.clause(clause, on),) if clause else rulebook.clauses(on)
        printer.document({"on": on, "fingerprint": rulebook.fingerprint, "clauses": found})
        if not clause:
            printer.table(
                [say("条款", "Clause"), say("名称", "Title"), say("依据", "Source"), say("时限", "Limit"),
                 say("核实", "Verified")],
                [(c.id, c.title, c.citation, c.limit_label, c.verification.label) for c in found],
                title=say(f"{on} 有效条款 {len(found)} 条", f"{len(found)} clauses in force on {on}"),
            )  # fmt: skip
            return
        one = found[0]
        key_values(
            printer,
            {
                say("条款", "Clause"): f"{one.id} {one.title}",
                say("依据", "Source"): f"{one.citation}（{one.number}）",
                say("有效", "In force"): f"{one.in_force_from} — {one.in_force_until or ''}",
                say("内容", "Duty"): one.duty,
                say("起算", "Starts"): str(one.starts),
                say("时限", "Limit"): one.limit_label,
                say("法律原词", "Open norm"): one.open_norm or "—",
                say("责任", "Holder"): one.holder,
                say("对象", "Addressee"): one.addressee or "—",
                say("后果", "Consequence"): one.consequence or "—",
                say("核实", "Verified"): one.verification.label,
                say("来源", "Origin"): one.source,
                say("备注", "Note"): one.note or one.county_basis or "—",
            },
        )


def _day(written: str) -> date:
    if not written:
        return clock.now().date()
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise TimeInvalid(f"「{written}」不是日期，应如 2021-09-01。请改正后重试。") from error
