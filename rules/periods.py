"""Calendar periods 自然周期: month, quarter, half-year and year, counted from 1 January; days are Shanghai days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from rules.day_counting import add_months

if TYPE_CHECKING:
    from collections.abc import Iterator


class PeriodKind(StrEnum):
    """How long a period is; it always begins on the first day of a calendar month."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"

    @property
    def label(self) -> str:
        """Return the Chinese word."""
        return _LABELS[self]

    @property
    def months(self) -> int:
        """Return how many calendar months the period has."""
        return _MONTHS[self]


_LABELS = {PeriodKind.MONTH: "月", PeriodKind.QUARTER: "季度", PeriodKind.HALF_YEAR: "半年", PeriodKind.YEAR: "年"}
_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF_YEAR: 6, PeriodKind.YEAR: 12}
_WRITTEN = {
    PeriodKind.MONTH: "{year}-{month:02d}",
    PeriodKind.QUARTER: "{year}-Q{number}",
    PeriodKind.HALF_YEAR: "{year}-H{number}",
    PeriodKind.YEAR: "{year}",
}
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """One period; both days are included."""

    kind: PeriodKind
    first: date
    last: date

    @property
    def code(self) -> str:
        """Return how it is written: 2026-03, 2026-Q1, 2026-H1, 2026."""
        number = (self.first.month - 1) // self.kind.months + 1
        return _WRITTEN[self.kind].format(year=self.first.year, month=self.first.month, number=number)

    def holds(self, day: date) -> bool:
        """Tell whether a day lies in the period."""
        return self.first <= day <= self.last


def period_of(kind: PeriodKind, day: date) -> Period:
    """Return the period in which a day lies."""
    month = day.month - (day.month - 1) % kind.months
    first = date(day.year, month, 1)
    return Period(kind, first, add_months(first, kind.months) - _ONE_DAY)


def periods(kind: PeriodKind, since: date, until: date) -> Iterator[Period]:
    """Yield the periods that have begun by `until`, beginning with the first that begins on `since` or later."""
    period = period_of(kind, since)
    if period.first < since:
        period = period_of(kind, period.last + _ONE_DAY)
    while period.first <= until:
        yield period
        period = period_of(kind, period.last + _ONE_DAY)
