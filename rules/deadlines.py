"""The deadline engine 期限: from a clause, a start and pauses to two due instants and their derivation; pure.

Counted in Asia/Shanghai. The day of the event is not counted; days end at 24:00, which is the next day's 00:00;
minutes run from the instant of receipt. 以内 and 届满 include the number (民法典第一千二百五十九条): a clock of minutes
is kept at its very last instant and late only after it, a term in days until midnight, which is late.
Counting follows 民法典第二百零一条至第二百零三条, by analogy where an administrative rule is silent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pendulum

from rules.clause import Counting
from rules.day_counting import DayCount, DayKind, Pause, Step, add_months, day_of_next_month, every_day, named, walk
from rules.errors import RulebookError, TimeInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pendulum import DateTime

    from rules.clause import Authority, Clause, Limit
    from rules.workdays import Workdays

__all__ = ["SHANGHAI", "Deadline", "Pause", "Step", "compute"]

SHANGHAI = pendulum.timezone("Asia/Shanghai")
_ONE_DAY = timedelta(days=1)
_ONE_SECOND, _ONE_MICROSECOND = timedelta(seconds=1), timedelta(microseconds=1)
_MONTHS_IN_A_YEAR = 12
_COUNTED_BACK = frozenset({Counting.DAYS_BEFORE, Counting.MONTHS_BEFORE})


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a duty is due, and how that was found.

    `due_alert` is unrolled (the stricter), `due_legal` moved past holidays where the clause rolls. Both are ends in
    Asia/Shanghai: midnight after the last day, or the last instant of a clock of minutes, `to_the_instant`. None: an
    open norm without a figure, or a clock that stands still (then `provisional`).
    `provisional` also marks a result that rests on a year whose holiday notice is not published.
    """

    clause_id: str
    clause_version: str
    started_at: DateTime
    due_alert: DateTime | None
    due_legal: DateTime | None
    derivation: tuple[Step, ...]
    provisional: bool
    limit_authority: Authority | None
    to_the_instant: bool = False

    @property
    def late_from(self) -> DateTime | None:
        """Return the first instant that is late, None where nothing ever is."""
        if self.due_legal is None:
            return None
        return self.due_legal + _ONE_MICROSECOND if self.to_the_instant else self.due_legal

    @property
    def last_in_time(self) -> DateTime | None:
        """Return the last instant in time as papers write it, to the second; None where nothing is ever late."""
        return self.due_legal if self.due_legal is None or self.to_the_instant else self.due_legal - _ONE_SECOND

    def is_late(self, at: DateTime) -> bool:
        """Tell whether an act at that instant comes too late."""
        return self.late_from is not None and at >= self.late_from


def compute(
    clause: Clause,
    started_at: DateTime,
    *,
    workdays: Workdays,
    ends_on: date | None = None,
    pauses: Sequence[Pause] = (),
) -> Deadline:
    """Return the deadline of a duty under the clause whose clock started at `started_at` (any zone).

    `ends_on` is the last day that an order, plan or decision names. With a limit of the rule as well, the earlier of
    the two holds: an act may shorten what the rule gives, never lengthen it.
    Raises `TimeInvalid` for naive or impossible times, `RulebookError` when a day set by an act is missing.
    """
    start = _in_shanghai(started_at, "开始时间")
    halts = _in_order(pauses)
    if clause.limit is None and ends_on is None:
        text = f"「{clause.open_norm or '无期限'}」没有法定数字，本县亦未规定，不计算期限"
        return _deadline(clause, start, None, steps=(Step(None, counted=False, text=text),))
    if clause.limit is not None and clause.limit.counting is Counting.MINUTES:
        return _after_minutes(clause, clause.limit, start, ends_on, halts)
    count = _count(clause, start.date(), workdays, ends_on, halts)
    if count.last_day is None:
        return _deadline(clause, start, None, steps=count.steps, provisional=True)
    return _end_of_days(clause, start, workdays, count)


# --- clocks in minutes ---------------------------------------------------------------------------


def _after_minutes(
    clause: Clause, limit: Limit, start: DateTime, ends_on: date | None, pauses: tuple[Pause, ...]
) -> Deadline:
    due = start.add(minutes=limit.amount)
    steps = [Step(start.date(), counted=True, text=f"自 {_clock(start)} 起连续计算{limit.amount}分钟，节假日不顺延")]
    reached = start
    for pause in pauses:
        begun = max(pause.started_at, reached)
        if begun >= due:
            break
        if pause.ended_at is None:
            text = f"自 {_clock(begun)} 起中止（{pause.reason}），尚未恢复，恢复后重新计算"
            steps.append(Step(begun.date(), counted=False, text=text))
            return _deadline(clause, start, None, steps=tuple(steps), provisional=True)
        if pause.ended_at <= begun:
            continue
        reached = pause.ended_at
        due += reached - begun
        text = f"{_clock(begun)} 至 {_clock(reached)} 中止不计（{pause.reason}）"
        steps.append(Step(begun.date(), counted=False, text=text))
    if ends_on is not None and _end_of(ends_on) < due:
        due = _end_of(_not_before(clause, start.date(), ends_on))
        steps.append(Step(ends_on, counted=True, text=f"文书载明至 {named(ends_on)}，短于规定时限，从其较短者"))
    ends_with_a_day = ends_on is not None and due == _end_of(ends_on)
    steps.append(Step(due.date(), counted=True, text=f"期限至 {_clock(due)} 届满"))
    return _deadline(clause, start, (due, due), steps=tuple(steps), to_the_instant=not ends_with_a_day)


# --- clocks in days ------------------------------------------------------------------------------


def _count(
    clause: Clause, start_day: date, workdays: Workdays, ends_on: date | None, pauses: tuple[Pause, ...]
) -> DayCount:
    limit = clause.limit
    if limit is None or limit.counting in {Counting.SET_BY_ACT, Counting.PERIOD}:
        return walk(start_day, (_not_before(clause, start_day, ends_on) - start_day).days, every_day, pauses)
    if limit.counting in _COUNTED_BACK:
        return _count_back(limit, start_day, _not_before(clause, start_day, ends_on))
    judge = _by_office_days(workdays) if limit.counting is Counting.WORKDAYS else every_day
    by_rule = walk(start_day, _days_in(limit, start_day), judge, pauses)
    if ends_on is None or by_rule.last_day is None or ends_on >= by_rule.last_day:
        return by_rule
    by_act = walk(start_day, (_not_before(clause, start_day, ends_on) - start_day).days, every_day, pauses)
    shorter = Step(ends_on, counted=True, text=f"文书载明至 {named(ends_on)}，短于「{limit.label}」，从其较短者")
    return replace(by_act, steps=(*by_act.steps, shorter))


def _days_in(limit: Limit, start_day: date) -> int:
    match limit.counting:
        case Counting.MONTHS:
            return (add_months(start_day, limit.amount) - start_day).days
        case Counting.YEARS:
            return (add_months(start_day, limit.amount * _MONTHS_IN_A_YEAR) - start_day).days
        case Counting.FIXED_DATE:
            return (day_of_next_month(start_day, limit.amount) - start_day).days
        case _:
            return limit.amount


def _by_office_days(workdays: Workdays) -> Callable[[date], DayKind]:
    return lambda day: DayKind(workdays.is_workday(day), workdays.why(day))


def _not_before(clause: Clause, start_day: date, ends_on: date | None) -> date:
    if ends_on is None:
        message = f"「{clause.title}」的期限由文书载明，但未给出截止日期。请在文书中填写整改或办理期限。"
        raise RulebookError(message, clause=clause.id)
    if ends_on < start_day:
        message = f"截止日期 {ends_on} 早于起算日 {start_day}。请核对文书载明的期限。"
        raise TimeInvalid(message, clause=clause.id)
    return ends_on


def _count_back(limit: Limit, start_day: date, ends_on: date) -> DayCount:
    by_months = limit.counting is Counting.MONTHS_BEFORE
    wanted = add_months(ends_on, -limit.amount) if by_months else ends_on - timedelta(days=limit.amount)
    length = f"{limit.amount}{'个月' if by_months else '日'}"
    text = f"{named(ends_on)} 期限届满，应提前{length}，即不迟于 {named(wanted)}"
    first = Step(ends_on, counted=True, text=text)
    if wanted >= start_day:
        return DayCount(wanted, (first,))
    short = Step(start_day, counted=True, text=f"期限不足{length}，不迟于起算当日 {named(start_day)}")
    return DayCount(start_day, (first, short))


def _end_of_days(clause: Clause, start: DateTime, workdays: Workdays, count: DayCount) -> Deadline:
    last_day = count.last_day
    assert last_day is not None, "an open pause was dealt with before"
    rolls = clause.limit is not None and clause.limit.rolls
    legal_day = workdays.roll(last_day) if rolls else last_day
    steps = (*count.steps, Step(last_day, counted=True, text=f"期限至 {named(last_day)} 24:00 届满"))
    if legal_day != last_day:
        text = f"届满日为{workdays.why(last_day)}，法律上最迟顺延至 {named(legal_day)} 24:00；提醒仍按未顺延的日期"
        steps = (*steps, Step(legal_day, counted=True, text=text))
    by_office_days = clause.limit is not None and clause.limit.counting is Counting.WORKDAYS
    guessed_from = start.date() + _ONE_DAY if by_office_days else last_day
    provisional = (rolls or by_office_days) and _unpublished(workdays, guessed_from, legal_day)
    if provisional:
        text = "所涉年份的放假安排尚未公布，结果为暂定，公布后重新计算"
        steps = (*steps, Step(None, counted=False, text=text))
    ends = (_end_of(last_day), _end_of(legal_day))
    return _deadline(clause, start, ends, steps=steps, provisional=provisional)


def _unpublished(workdays: Workdays, first: date, last: date) -> bool:
    return not all(workdays.is_published(year) for year in range(first.year, last.year + 1))


# --- instants ------------------------------------------------------------------------------------


def _deadline(
    clause: Clause,
    start: DateTime,
    ends: tuple[DateTime, DateTime] | None,
    *,
    steps: tuple[Step, ...],
    provisional: bool = False,
    to_the_instant: bool = False,
) -> Deadline:
    return Deadline(
        clause_id=clause.id,
        clause_version=clause.version,
        started_at=start,
        due_alert=ends[0] if ends else None,
        due_legal=ends[1] if ends else None,
        derivation=steps,
        provisional=provisional,
        limit_authority=clause.limit_authority,
        to_the_instant=to_the_instant,
    )


def _in_shanghai(instant: DateTime, what: str) -> DateTime:
    if instant.tzinfo is None:
        message = f"{what} {instant} 没有时区，无法计算期限。请注明时区后重试。"
        raise TimeInvalid(message)
    return instant.astimezone(SHANGHAI)


def _in_order(pauses: Sequence[Pause]) -> tuple[Pause, ...]:
    local = [_local_pause(pause) for pause in pauses]
    return tuple(sorted(local, key=lambda pause: pause.started_at))


def _local_pause(pause: Pause) -> Pause:
    begun = _in_shanghai(pause.started_at, "中止开始时间")
    ended = None if pause.ended_at is None else _in_shanghai(pause.ended_at, "中止结束时间")
    if ended is not None and ended < begun:
        message = f"中止（{pause.reason}）的结束时间早于开始时间。请核对中止与恢复的文书。"
        raise TimeInvalid(message)
    return Pause(begun, ended, pause.reason)


def _end_of(day: date) -> DateTime:
    following = day + _ONE_DAY
    return pendulum.datetime(following.year, following.month, following.day, tz=SHANGHAI)


def _clock(instant: DateTime) -> str:
    return instant.format("YYYY-MM-DD HH:mm:ss").removesuffix(":00")
