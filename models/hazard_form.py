"""The hazard form 隐患排查治理统计表: what the ledger says of a unit's hazards in a term; people only check and sign.

It is made of the acts alone, those recorded by one instant, so that the same form comes out whenever it is made again.
Law: haz-stat-quarter, haz-stat-year 暂行规定第十四条.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from models.case import Case
from models.clock import micros
from models.history import read_history
from models.statements import Statement, table, unindexed
from rules.hazard import HAZARD
from rules.hazard.acts import Grade
from rules.hazard.facts import Status
from rules.obligation.reading import midnight

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.store import Reading
    from rules.periods import Period
    from rules.rulebook import Rulebook

_cases = table(Case)
_OF_UNIT = Statement(
    select(_cases.c.id)
    .where(
        _cases.c.county_id == bindparam("county"),
        unindexed(_cases.c.kind) == HAZARD.name,
        _cases.c.unit_id == bindparam("unit"),
        _cases.c.opened_at < bindparam("until"),
    )
    .order_by(_cases.c.id)
)
_ROWS = {Grade.GENERAL: "一般隐患", Grade.MAJOR: "重大隐患", None: "未定级"}
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class HazardForm:
    """One form: its lines as they are read and signed."""

    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the form as one text."""
        return "；".join(self.lines)

    @property
    def mark(self) -> str:
        """Return the fingerprint under which it is checked and signed."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:_SHOWN]


def hazard_form(
    reading: Reading, county_id: str, unit_id: str, term: Period, *, recorded_by: DateTime, rulebook: Rulebook
) -> HazardForm:
    """Return the form of a unit for a term, from the acts recorded by an instant.

    Found and rectified count what happened within the term, outstanding and overdue what stood at its end. A hazard
    counts under the grade that it had then; one that was voided does not count.
    """
    begins, ends = midnight(term.first), midnight(term.last + timedelta(days=1))
    found: Counter[tuple[Grade | None, str]] = Counter()
    for (case_id,) in reading.all(_OF_UNIT, county=county_id, unit=unit_id, until=micros(ends)):
        known = [act for act in read_history(reading, case_id, HAZARD) if act.recorded_at <= recorded_by]
        acts = [act for act in known if act.happened_at < ends]
        if not acts:
            continue
        facts = HAZARD.read(acts, rulebook)
        if facts.status is Status.VOID:
            continue
        before = [act for act in acts if act.happened_at < begins]
        was_closed = bool(before) and HAZARD.read(before, rulebook).status is Status.CLOSED
        found[facts.grade, "found"] += acts[0].happened_at >= begins
        found[facts.grade, "rectified"] += facts.status is Status.CLOSED and not was_closed
        found[facts.grade, "outstanding"] += facts.status is Status.OPEN
        found[facts.grade, "overdue"] += facts.status is Status.OPEN and facts.is_overdue
    return HazardForm(
        tuple(
            f"{label}：发现 {found[grade, 'found']}，整改 {found[grade, 'rectified']}，"
            f"未整改 {found[grade, 'outstanding']}，其中逾期 {found[grade, 'overdue']}"
            for grade, label in _ROWS.items()
        )
    )
