"""Closings 办结 kept in the transaction of the act that closes a case; recomputed from the acts they are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from models.clock import micros
from models.closing import ClosingRow
from models.history import read_history
from models.statements import Statement, insert_row, table
from rules.burden import burden_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.case_state import CaseHeader
    from models.store import Reading, Writing
    from rules.act import Act
    from rules.process import CaseFacts, Process
    from rules.rulebook import Rulebook

_rows = table(ClosingRow)
_ADD = insert_row(ClosingRow)
_LAST = Statement(select(func.max(_rows.c.seq)).where(_rows.c.case_id == bindparam("case_id")))
_OF_CASE = Statement(
    select(_rows.c.seq, _rows.c.closed_at, _rows.c.acts, _rows.c.typed)
    .where(_rows.c.case_id == bindparam("case_id"))
    .order_by(_rows.c.seq)
)

Closing = tuple[int, int, int, int]


def note(writing: Writing, header: CaseHeader, facts: CaseFacts) -> None:
    """Write the closing when the act just written has closed a case that was open."""
    if header.status != "open" or str(facts.status) != "closed":
        return
    history = read_history(writing, header.id, header.process)
    last = writing.one(_LAST, case_id=header.id)
    seq, closed_at, acts, typed = closing_at(history, header.process, after=int(last[0] or 0) if last else 0)
    writing.run(_ADD, case_id=header.id, seq=seq, kind=header.process.name, closed_at=closed_at, acts=acts, typed=typed)


def closing_at(history: Sequence[Act], process: Process, *, after: int) -> Closing:
    """Return the closing by the last act of a history; acts up to `after` belong to an earlier one."""
    cost = burden_of([act for act in history if act.seq > after], process)
    return history[-1].seq, micros(history[-1].happened_at), cost.acts, cost.typed


def closings_of(history: Sequence[Act], process: Process, rulebook: Rulebook) -> list[Closing]:
    """Return every closing that a history adds up to; a case that was entered as closed cost nothing here."""
    found: list[Closing] = []
    facts = process.nothing
    for number, act in enumerate(history, start=1):
        was = str(facts.status)
        facts, _ = process.advance(facts, act, rulebook)
        if number > 1 and (was, str(facts.status)) == ("open", "closed"):
            found.append(closing_at(history[:number], process, after=found[-1][0] if found else 0))
    return found


def differs(reading: Reading, case_id: int, derived: Sequence[Closing]) -> bool:
    """Tell whether the closings of a case are not what its acts make of them."""
    return [tuple(row) for row in reading.all(_OF_CASE, case_id=case_id)] != list(derived)
