"""Indicators 指标 read from the ledger: numerator and denominator of a period and those before it, the cases behind.

Each measure is one query over an index. A duty belongs to the period in which its term lawfully ends; one whose term
has not ended counts nowhere yet. Periods are Shanghai calendar periods. Leaders' own quotas are counted when their
period has ended, because until then nobody else hears of them. Law: obl-warn 二十五日预警.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pendulum
from sqlalchemy import and_, bindparam, case, func, or_, select

from models.case import Case
from models.clock import micros
from models.closing import ClosingRow
from models.duty import DutyRow
from models.obligation import ObligationRow
from models.policy import Scoped
from models.statements import Statement, one_of, parameter, table
from models.zero_incident import members_of, verified_of, who_is_not
from rules.deadlines import SHANGHAI
from rules.indicators import Measure
from rules.obligation import Outcome
from rules.periods import PeriodKind, period_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pendulum import DateTime

    from models.store import Reading
    from rules.actor import Scope
    from rules.indicators import Indicator
    from rules.periods import Period

_PERIODS_SHOWN = {PeriodKind.MONTH: 13, PeriodKind.YEAR: 4}
_MOST_CASES = 50
_PERCENT = 100
_MINUTE = 60_000_000

_cases, _duties, _closings, _quotas = table(Case), table(DutyRow), table(ClosingRow), table(ObligationRow)
_since, _until = parameter("since"), parameter("until")

# Cases of a process and grade opened in a span; void ones are no cases.
_opened = and_(_cases.c.kind == bindparam("kind"), _cases.c.opened_at >= _since, _cases.c.opened_at < _until)
_is_real = _cases.c.status != "void"
_OPENED = Statement(select(func.count()).select_from(_cases).where(_opened, _is_real))
_OPENED_GRADE = Statement(
    select(func.count()).select_from(_cases).where(_opened, _is_real, _cases.c.grade == bindparam("grade"))
)
_WHO_OPENED = Scoped(
    lambda condition: (
        select(_cases.c.number)
        .where(condition, _opened, _is_real)
        .order_by(_cases.c.opened_at.desc())
        .limit(bindparam("most"))
    )
)

_WHO_OPENED_GRADE = Scoped(
    lambda condition: (
        select(_cases.c.number)
        .where(condition, _opened, _is_real, _cases.c.grade == bindparam("grade"))
        .order_by(_cases.c.opened_at.desc())
        .limit(bindparam("most"))
    )
)

# Closings of a process in a span, and what they cost.
_closed = and_(_closings.c.kind == bindparam("kind"), _closings.c.closed_at >= _since, _closings.c.closed_at < _until)
_CLOSED = Statement(
    select(
        func.count(), func.coalesce(func.sum(_closings.c.acts), 0), func.coalesce(func.sum(_closings.c.typed), 0)
    ).where(_closed)
)
_WHO_CLOSED = Scoped(
    lambda condition: (
        select(_cases.c.number)
        .select_from(_closings.join(_cases, _cases.c.id == _closings.c.case_id))
        .where(condition, _closed)
        .order_by(_closings.c.closed_at.desc())
        .limit(bindparam("most"))
    )
)

# Duties under a clause whose term ended in a span, by what became of them; a midnight belongs to the day before it.
_due = and_(_duties.c.clause_id == bindparam("clause"), _duties.c.due_legal > _since, _duties.c.due_legal <= _until)
_is_late = or_(
    one_of(_duties.c.status, "open", "late_done"), and_(_duties.c.status == "superseded", _duties.c.breached)
)
_DUE = Statement(
    select(
        func.coalesce(func.sum(case((_duties.c.status == "done", 1), else_=0)), 0),
        func.coalesce(func.sum(case((_is_late, 1), else_=0)), 0),
    ).where(_due)
)
_WHO_IS_LATE = Scoped(
    lambda condition: (
        select(_cases.c.number)
        .select_from(_duties.join(_cases, _cases.c.id == _duties.c.case_id))
        .where(condition, _due, _is_late)
        .order_by(_duties.c.due_legal.desc())
        .limit(bindparam("most"))
    )
)

# Duties under a clause whose clock began in a span, and the minutes until they were done, or until now.
_begun = and_(
    _duties.c.clause_id == bindparam("clause"),
    _duties.c.started_at >= _since,
    _duties.c.started_at < _until,
    one_of(_duties.c.status, "open", "done", "late_done"),
)
_waited = func.coalesce(_duties.c.ended_at, parameter("asked_at")) - _duties.c.started_at
_MINUTES = Statement(
    select(func.coalesce(func.sum(case((_waited > 0, _waited), else_=0)), 0), func.count()).where(_begun)
)
_WHO_WAITED = Scoped(
    lambda condition: (
        select(_cases.c.number)
        .select_from(_duties.join(_cases, _cases.c.id == _duties.c.case_id))
        .where(condition, _begun)
        .order_by(_waited.desc())
        .limit(bindparam("most"))
    )
)

# Quotas of a span: what was done, no more than was owed, and what was owed by whoever was there.
_owed = and_(
    _quotas.c.quota == bindparam("quota"), _quotas.c.first >= bindparam("first"), _quotas.c.first <= bindparam("last")
)
_counts = ~one_of(_quotas.c.outcome, Outcome.EXCUSED.value, Outcome.RELEASED.value)
_QUOTA = Statement(
    select(
        func.coalesce(func.sum(case((_quotas.c.done > _quotas.c.least, _quotas.c.least), else_=_quotas.c.done)), 0),
        func.coalesce(func.sum(_quotas.c.least), 0),
    ).where(_owed, _counts)
)
_WHO_OWED = Scoped(
    lambda condition: (
        select(_cases.c.number)
        .select_from(_quotas.join(_cases, _cases.c.id == _quotas.c.case_id))
        .where(condition, _owed, _counts, _quotas.c.done < _quotas.c.least)
        .order_by(_quotas.c.case_id)
        .limit(bindparam("most"))
    )
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One period of an indicator. `value` is None where nothing was there to be measured."""

    period: str
    value: float | None
    numerator: int
    denominator: int | None


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator as it stands: the present period, those before it (the oldest first), a year ago, cases behind.

    `a_year_ago` is the same span of last year: the same month, or the year up to the same day.
    """

    indicator: Indicator
    now: Figure
    before: tuple[Figure, ...]
    a_year_ago: Figure
    cases: tuple[str, ...]

    @property
    def is_met(self) -> bool | None:
        """Tell whether the target is met, None without a target, or where nothing was there to be measured."""
        if self.now.value is None or self.now.denominator == 0:
            return None
        return self.indicator.meets(self.now.value)


@dataclass(frozen=True, slots=True)
class _Span:
    """A period, and up to which instant of it there is anything to count: before `until`, of terms up to `ended`.

    `asked_at` is now, until when what is still open has been waiting.
    """

    period: Period
    since: int
    until: int
    ended: int
    asked_at: int


def measure(reading: Reading, indicator: Indicator, now: DateTime, scope: Scope | None = None) -> Measured:
    """Return an indicator as it stands now; the cases behind are those within a scope, none without one."""
    spans = list(_spans(indicator, now))
    figures = [_figure(reading, indicator, span) for span in spans]
    same = _a_year_before(indicator, spans[-1], now)
    found = _BEHIND[indicator.measure](reading, indicator, spans[-1], scope) if scope else []
    return Measured(
        indicator, figures[-1], tuple(figures[:-1]), _figure(reading, indicator, same), tuple(dict.fromkeys(found))
    )


def _spans(indicator: Indicator, now: DateTime) -> Iterator[_Span]:
    """Yield the periods shown, the oldest first; of a quota none that still runs."""
    day = now.date()
    if indicator.measure is Measure.QUOTA:
        day = period_of(indicator.period, day).first - timedelta(days=1)
    periods = [period_of(indicator.period, day)]
    while len(periods) < _PERIODS_SHOWN[indicator.period]:
        periods.append(period_of(indicator.period, periods[-1].first - timedelta(days=1)))
    return (_span(period, now) for period in reversed(periods))


def _span(period: Period, now: DateTime) -> _Span:
    begins, ends = _midnight(period.first), _midnight(period.last + timedelta(days=1))
    at = micros(now)
    return _Span(period, micros(begins), min(micros(ends), at + 1), min(micros(ends), at), at)


def _a_year_before(indicator: Indicator, span: _Span, now: DateTime) -> _Span:
    first = span.period.first
    period = period_of(indicator.period, date(first.year - 1, first.month, 1))
    whole = _span(period, now)
    if indicator.period is not PeriodKind.YEAR:
        return whole
    same_instant = micros(now.in_timezone(SHANGHAI).subtract(years=1))
    return _Span(period, whole.since, same_instant + 1, same_instant, whole.asked_at)


def _midnight(day: date) -> DateTime:
    return pendulum.datetime(day.year, day.month, day.day, tz=SHANGHAI)


def _figure(reading: Reading, indicator: Indicator, span: _Span) -> Figure:
    counted, among = _COUNT[indicator.measure](reading, indicator, span)
    kind = indicator.measure
    value: float | None = counted
    if kind.is_share or kind.is_mean:
        value = round(counted * (_PERCENT if kind.is_share else 1) / among, 1) if among else None
    return Figure(span.period.code, value, counted, among)


# --- the measures --------------------------------------------------------------------------------


def _count_opened(reading: Reading, indicator: Indicator, span: _Span) -> tuple[int, int | None]:
    values = {"kind": indicator.process, "since": span.since, "until": span.until}
    if not indicator.grades:
        return _first(reading.one(_OPENED, **values)), None
    return sum(_first(reading.one(_OPENED_GRADE, grade=grade, **values)) for grade in indicator.grades), None


def _count_closed(reading: Reading, indicator: Indicator, span: _Span) -> tuple[int, int | None]:
    return _closed_in(reading, indicator, span)[0], None


def _count_acts(reading: Reading, indicator: Indicator, span: _Span) -> tuple[int, int | None]:
    cases, acts, _ = _closed_in(reading, indicator, span)
    return acts, cases


def _count_typed(reading: Reading, indicator: Indicator, span: _Span) -> tuple[int, int | None]:
    cases, _, typed = _closed_in(reading, indicator, span)
    return typed, cases


def _count_on_time(reading: Reading, indicator: Indicator, span: _Span) -> tuple[int, int | None]:
    done, late = _due_in(reading, indicator, span)
    return done, done + late


def _count_late(reading: Reading, indicator: Indicator, span: _Span) -> tuple[int, int | None]:
    done, late = _due_in(reading, indicator, span)
    return late, done + late


def _count_quota(reading: Reading, indicator: Indicator, span: _Span) -> tuple[int, int | None]:
    done, owed = reading.one(_QUOTA, **_of_quota(indicator, span)) or (0, 0)
    return int(done), int(owed)


def _count_zero(reading: Reading, indicator: Indicator, span: _Span) -> tuple[int, int | None]:
    last = span.period.last.isoformat()
    return verified_of(reading, indicator.members, last), members_of(reading, indicator.members, last, span.ended)


def _count_minutes(reading: Reading, indicator: Indicator, span: _Span) -> tuple[int, int | None]:
    values = {"since": span.since, "until": span.until, "asked_at": span.asked_at}
    found = [reading.one(_MINUTES, clause=clause, **values) or (0, 0) for clause in indicator.clauses]
    return sum(int(waited) for waited, _ in found) // _MINUTE, sum(int(count) for _, count in found)


def _closed_in(reading: Reading, indicator: Indicator, span: _Span) -> tuple[int, int, int]:
    cases, acts, typed = reading.one(_CLOSED, kind=indicator.process, since=span.since, until=span.until) or (0, 0, 0)
    return int(cases), int(acts), int(typed)


def _due_in(reading: Reading, indicator: Indicator, span: _Span) -> tuple[int, int]:
    found = [
        reading.one(_DUE, clause=clause, since=span.since, until=span.ended) or (0, 0) for clause in indicator.clauses
    ]
    return sum(int(done) for done, _ in found), sum(int(late) for _, late in found)


def _of_quota(indicator: Indicator, span: _Span) -> dict[str, str]:
    period = span.period
    return {"quota": indicator.quota, "first": period.first.isoformat(), "last": period.last.isoformat()}


def _first(row: tuple[int, ...] | None) -> int:
    return int(row[0]) if row else 0


# --- the cases behind ----------------------------------------------------------------------------


def _who_opened(reading: Reading, indicator: Indicator, span: _Span, scope: Scope) -> list[str]:
    values = {"kind": indicator.process, "since": span.since, "until": span.until, "most": _MOST_CASES}
    if not indicator.grades:
        return [number for (number,) in _WHO_OPENED.all(reading, scope, **values)]
    return [
        number
        for grade in indicator.grades
        for (number,) in _WHO_OPENED_GRADE.all(reading, scope, grade=grade, **values)
    ][:_MOST_CASES]


def _who_closed(reading: Reading, indicator: Indicator, span: _Span, scope: Scope) -> list[str]:
    rows = _WHO_CLOSED.all(reading, scope, kind=indicator.process, since=span.since, until=span.until, most=_MOST_CASES)
    return [number for (number,) in rows]


def _who_is_late(reading: Reading, indicator: Indicator, span: _Span, scope: Scope) -> list[str]:
    return [
        number
        for clause in indicator.clauses
        for (number,) in _WHO_IS_LATE.all(
            reading, scope, clause=clause, since=span.since, until=span.ended, most=_MOST_CASES
        )
    ][:_MOST_CASES]


def _who_waited(reading: Reading, indicator: Indicator, span: _Span, scope: Scope) -> list[str]:
    values = {"since": span.since, "until": span.until, "asked_at": span.asked_at, "most": _MOST_CASES}
    return [
        number for clause in indicator.clauses for (number,) in _WHO_WAITED.all(reading, scope, clause=clause, **values)
    ][:_MOST_CASES]


def _who_owed(reading: Reading, indicator: Indicator, span: _Span, scope: Scope) -> list[str]:
    return [number for (number,) in _WHO_OWED.all(reading, scope, **_of_quota(indicator, span), most=_MOST_CASES)]


def _who_is_not_zero(reading: Reading, indicator: Indicator, span: _Span, scope: Scope) -> list[str]:
    return who_is_not(reading, scope, indicator.members, span.period.last.isoformat(), most=_MOST_CASES)


_COUNT: Mapping[Measure, Callable[[Reading, Indicator, _Span], tuple[int, int | None]]] = {
    Measure.OPENED: _count_opened,
    Measure.CLOSED: _count_closed,
    Measure.ACTS: _count_acts,
    Measure.TYPED: _count_typed,
    Measure.ON_TIME: _count_on_time,
    Measure.LATE: _count_late,
    Measure.QUOTA: _count_quota,
    Measure.ZERO: _count_zero,
    Measure.MINUTES: _count_minutes,
}
_BEHIND: Mapping[Measure, Callable[[Reading, Indicator, _Span, Scope], list[str]]] = {
    Measure.OPENED: _who_opened,
    Measure.CLOSED: _who_closed,
    Measure.ACTS: _who_closed,
    Measure.TYPED: _who_closed,
    Measure.ON_TIME: _who_is_late,
    Measure.LATE: _who_is_late,
    Measure.QUOTA: _who_owed,
    Measure.ZERO: _who_is_not_zero,
    Measure.MINUTES: _who_waited,
}
