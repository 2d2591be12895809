"""A unit's year 单位年度汇总: what it owed in a year and how it stands, out of its recurring duties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select

from models.case import Case
from models.obligation import ObligationRow
from models.policy import Scoped
from models.statements import table
from rules.obligation import Outcome
from rules.periods import PeriodKind, period_of

if TYPE_CHECKING:
    from models.store import Reading
    from rules.actor import Scope
    from rules.quotas import Quota
    from rules.rulebook import Rulebook

_rows, _cases = table(ObligationRow), table(Case)
_OWED = Scoped(
    lambda condition: (
        select(
            _cases.c.number, _rows.c.quota, _rows.c.period, _rows.c.first, _rows.c.least, _rows.c.done,
            _rows.c.outcome, _rows.c.breached,
        )
        .select_from(_rows.join(_cases, _cases.c.id == _rows.c.case_id))
        .where(
            condition, _rows.c.holder == bindparam("unit_id"),
            and_(_rows.c.first >= bindparam("first_day"), _rows.c.first <= bindparam("last_day")),
        )
        .order_by(_rows.c.quota, _rows.c.first)
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwedInYear:
    """What a unit owed under one line in one period that began in the year, and how it stands."""

    line: Quota
    number: str
    period: str
    least: int
    done: int
    outcome: str
    breached: bool

    @property
    def is_late(self) -> bool:
        """Tell whether its period is over and it is still owed."""
        return self.outcome == Outcome.RUNNING and self.breached

    @property
    def outcome_label(self) -> str:
        """Return the word shown beside it: what still runs after its end was missed."""
        return Outcome.MISSED.label if self.is_late else Outcome(self.outcome).label


def owed_in_year(reading: Reading, scope: Scope, unit_id: str, year: int, rulebook: Rulebook) -> list[OwedInYear]:
    """Return what a unit owed for periods that began in a Shanghai year, line by line, as far as a scope reaches."""
    whole = period_of(PeriodKind.YEAR, date(year, 1, 1))
    days = {"first_day": whole.first.isoformat(), "last_day": whole.last.isoformat()}
    return [
        OwedInYear(
            rulebook.quota(quota, date.fromisoformat(first)), number, period, least, done, outcome, bool(breached)
        )
        for number, quota, period, first, least, done, outcome, breached in _OWED.all(
            reading, scope, unit_id=unit_id, **days
        )
    ]
