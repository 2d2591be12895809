"""The deadline engine at its boundaries: midnights, weekends, swapped days, month ends, pauses, zones."""

from dataclasses import replace
from datetime import date, timedelta

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clause import Authority, Clause, Counting, Limit, Start, Verification
from rules.deadlines import SHANGHAI, Deadline, Pause, compute
from rules.errors import RulebookError, TimeInvalid
from rules.rulebook import Rulebook

_INSTANTS = st.datetimes(pendulum.naive(2018, 1, 2), pendulum.naive(2026, 6, 30), timezones=st.just(SHANGHAI)).map(
    pendulum.instance
)
_DAY_COUNTINGS = (Counting.CALENDAR_DAYS, Counting.WORKDAYS, Counting.MONTHS)
_LIMITS = st.builds(Limit, st.integers(1, 60), st.sampled_from((*_DAY_COUNTINGS, Counting.MINUTES)), st.booleans())


def clause_with(limit: Limit | None) -> Clause:
    return Clause(
        id="test-clause",
        version="TEST@2018-01-01",
        title="测试条款",
        instrument="测试",
        number="测试",
        article="第一条",
        duty="测试",
        starts=Start("tested", "测试开始"),
        limit=limit,
        open_norm=None if limit else "及时",
        holder="测试",
        addressee=None,
        consequence=None,
        source="测试",
        verification=Verification.UNVERIFIED,
        in_force_from=date(2018, 1, 1),
        in_force_until=None,
        authority=Authority.STATUTE,
        limit_authority=Authority.STATUTE if limit else None,
        note=None,
        county_basis=None,
    )


def due(limit: Limit | None, started_at: pendulum.DateTime, **given: object) -> Deadline:
    return compute(clause_with(limit), started_at, workdays=Rulebook.load().workdays, **given)


def at(*parts: int) -> pendulum.DateTime:
    return pendulum.datetime(*parts, tz=SHANGHAI)


def days(amount: int, *, rolls: bool = False) -> Limit:
    return Limit(amount, Counting.CALENDAR_DAYS, rolls)


def workdays(amount: int) -> Limit:
    return Limit(amount, Counting.WORKDAYS, rolls=False)


TEN = days(10, rolls=True)


@pytest.mark.parametrize(
    ("limit", "started_at", "alert", "legal"),
    [
        # midnight: the last second of a day and the first of the next start different clocks
        (days(1), at(2026, 11, 20, 23, 59, 59), at(2026, 11, 22), at(2026, 11, 22)),
        (days(1), at(2026, 11, 21, 0, 0, 0), at(2026, 11, 23), at(2026, 11, 23)),
        (days(1), at(2026, 11, 21, 0, 0, 1), at(2026, 11, 23), at(2026, 11, 23)),
        # a weekend end rolls by law, never for the alert
        (TEN, at(2026, 11, 10, 9), at(2026, 11, 21), at(2026, 11, 21)),
        (TEN, at(2026, 11, 11, 9), at(2026, 11, 22), at(2026, 11, 24)),
        (TEN, at(2026, 11, 12, 9), at(2026, 11, 23), at(2026, 11, 24)),
        (TEN, at(2026, 11, 13, 9), at(2026, 11, 24), at(2026, 11, 24)),
        # a swapped Sunday is a working day: nothing to roll
        (TEN, at(2021, 9, 16, 9), at(2021, 9, 27), at(2021, 9, 27)),
        # Spring Festival 2026: 15 to 23 February off, 14 and 28 February worked
        (TEN, at(2026, 2, 5, 9), at(2026, 2, 16), at(2026, 2, 25)),
        (workdays(1), at(2026, 2, 13, 9), at(2026, 2, 15), at(2026, 2, 15)),
        (workdays(1), at(2026, 2, 14, 9), at(2026, 2, 25), at(2026, 2, 25)),
        (workdays(5), at(2026, 2, 14, 9), at(2026, 3, 1), at(2026, 3, 1)),
        # started on a day off: the next working day is the first counted
        (workdays(1), at(2021, 10, 2, 9), at(2021, 10, 9), at(2021, 10, 9)),
        # leap day and month ends
        (days(1), at(2024, 2, 28, 9), at(2024, 3, 1), at(2024, 3, 1)),
        (days(1), at(2025, 2, 28, 9), at(2025, 3, 2), at(2025, 3, 2)),
        (Limit(1, Counting.MONTHS, rolls=False), at(2025, 1, 31, 9), at(2025, 3, 1), at(2025, 3, 1)),
        (Limit(1, Counting.MONTHS, rolls=False), at(2024, 1, 31, 9), at(2024, 3, 1), at(2024, 3, 1)),
        (Limit(12, Counting.MONTHS, rolls=False), at(2025, 12, 15, 9), at(2026, 12, 16), at(2026, 12, 16)),
        (Limit(1, Counting.YEARS, rolls=False), at(2024, 2, 29, 9), at(2025, 3, 1), at(2025, 3, 1)),
        (Limit(3, Counting.YEARS, rolls=True), at(2023, 4, 25, 9), at(2026, 4, 26), at(2026, 4, 28)),
        # fixed dates follow the month in which the period ended
        (Limit(15, Counting.FIXED_DATE, rolls=False), at(2021, 9, 30, 23, 59, 59), at(2021, 10, 16), at(2021, 10, 16)),
        (Limit(31, Counting.FIXED_DATE, rolls=False), at(2021, 3, 31, 9), at(2021, 5, 1), at(2021, 5, 1)),
        # minutes run to the second, over midnight and holidays
        (Limit(60, Counting.MINUTES, rolls=False), at(2021, 10, 1, 23, 30, 7), at(2021, 10, 2, 0, 30, 7),
         at(2021, 10, 2, 0, 30, 7)),
    ],
)  # fmt: skip
def test_a_term_ends_where_the_table_says(
    limit: Limit, started_at: pendulum.DateTime, alert: pendulum.DateTime, legal: pendulum.DateTime
) -> None:
    found = due(limit, started_at)
    assert (found.due_alert, found.due_legal) == (alert, legal)


def test_the_due_instant_is_the_first_that_is_late() -> None:
    end = due(days(3), at(2026, 11, 16, 9)).due_legal
    assert end is not None
    assert end.subtract(seconds=1).date() == date(2026, 11, 19)
    assert end == at(2026, 11, 20)


def test_a_clock_of_minutes_is_kept_at_its_very_last_instant_and_a_term_in_days_until_midnight() -> None:
    minutes = due(Limit(120, Counting.MINUTES, rolls=False), at(2021, 3, 22, 22))
    assert minutes.due_legal == minutes.last_in_time == at(2021, 3, 23)
    assert (minutes.is_late(at(2021, 3, 23)), minutes.is_late(at(2021, 3, 23).add(microseconds=1))) == (False, True)
    in_days = due(days(3), at(2026, 11, 16, 9))
    assert in_days.late_from == in_days.due_legal == at(2026, 11, 20)
    assert in_days.last_in_time == at(2026, 11, 19, 23, 59, 59)
    assert (in_days.is_late(at(2026, 11, 19, 23, 59, 59)), in_days.is_late(at(2026, 11, 20))) == (False, True)


def test_minutes_that_an_act_ends_with_a_day_end_with_its_midnight() -> None:
    found = compute(
        clause_with(Limit(2880, Counting.MINUTES, rolls=False)),
        at(2021, 3, 22, 22),
        workdays=Rulebook.load().workdays,
        ends_on=date(2021, 3, 22),
    )
    assert found.late_from == found.due_legal == at(2021, 3, 23)


def test_minutes_that_a_later_day_does_not_shorten_keep_their_last_instant() -> None:
    found = compute(
        clause_with(Limit(120, Counting.MINUTES, rolls=False)),
        at(2021, 3, 22, 15, 10),
        workdays=Rulebook.load().workdays,
        ends_on=date(2021, 3, 25),
    )
    assert found.late_from == at(2021, 3, 22, 17, 10).add(microseconds=1)


def test_what_has_no_end_is_never_late() -> None:
    found = compute(clause_with(None), at(2026, 3, 2), workdays=Rulebook.load().workdays)
    assert (found.late_from, found.last_in_time, found.is_late(at(2099, 1, 1))) == (None, None, False)


def test_the_same_instant_in_another_zone_gives_the_same_deadline() -> None:
    in_utc = pendulum.datetime(2021, 9, 23, 16, 30, tz="UTC")
    assert due(TEN, in_utc) == due(TEN, at(2021, 9, 24, 0, 30))


def test_results_are_told_in_shanghai_time() -> None:
    found = due(TEN, pendulum.datetime(2021, 9, 23, 16, 30, tz="UTC"))
    assert found.started_at.timezone_name == "Asia/Shanghai"
    assert found.due_legal is not None
    assert found.due_legal.timezone_name == "Asia/Shanghai"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(TimeInvalid, match="没有时区"):
        due(TEN, pendulum.naive(2021, 9, 24, 9))
    with pytest.raises(TimeInvalid, match="没有时区"):
        due(TEN, at(2021, 9, 24, 9), pauses=[Pause(pendulum.naive(2021, 9, 25), None, "鉴定")])


# --- open norms and terms set by an act ----------------------------------------------------------


def test_an_open_norm_without_a_figure_has_no_due_instant_and_says_so() -> None:
    found = due(None, at(2026, 11, 20, 9))
    assert (found.due_alert, found.due_legal, found.provisional) == (None, None, False)
    assert "及时" in found.derivation[0].text


def test_an_act_can_give_an_open_norm_its_last_day() -> None:
    assert due(None, at(2026, 11, 20, 9), ends_on=date(2026, 11, 25)).due_legal == at(2026, 11, 26)


def test_a_term_set_by_an_act_needs_its_day() -> None:
    with pytest.raises(RulebookError, match="未给出截止日期"):
        due(Limit(0, Counting.SET_BY_ACT, rolls=False), at(2026, 11, 20, 9))


def test_a_term_cannot_end_before_it_begins() -> None:
    with pytest.raises(TimeInvalid, match="早于起算日"):
        due(Limit(0, Counting.SET_BY_ACT, rolls=False), at(2026, 11, 20, 9), ends_on=date(2026, 11, 19))


def test_a_term_set_to_the_same_day_ends_at_its_midnight() -> None:
    found = due(Limit(0, Counting.SET_BY_ACT, rolls=False), at(2026, 11, 20, 9), ends_on=date(2026, 11, 20))
    assert found.due_alert == at(2026, 11, 21)


@pytest.mark.parametrize(("named_day", "expected"), [(25, 26), (27, 28), (30, 28)])
def test_an_act_may_shorten_the_rule_but_never_lengthen_it(named_day: int, expected: int) -> None:
    found = due(days(7), at(2026, 11, 20, 9), ends_on=date(2026, 11, named_day))
    assert found.due_alert == at(2026, 11, expected)


@pytest.mark.parametrize(("named_day", "expected"), [(20, at(2026, 11, 21)), (22, at(2026, 11, 21, 9))])
def test_an_act_may_shorten_a_term_in_minutes(named_day: int, expected: pendulum.DateTime) -> None:
    found = due(Limit(1440, Counting.MINUTES, rolls=False), at(2026, 11, 20, 9), ends_on=date(2026, 11, named_day))
    assert found.due_legal == expected


def test_days_before_the_end_are_counted_back_and_never_before_the_start() -> None:
    three_before = Limit(3, Counting.DAYS_BEFORE, rolls=False)
    assert due(three_before, at(2026, 11, 20, 9), ends_on=date(2026, 12, 1)).due_alert == at(2026, 11, 29)
    assert due(three_before, at(2026, 11, 20, 9), ends_on=date(2026, 11, 22)).due_alert == at(2026, 11, 21)


@pytest.mark.parametrize(
    ("expires", "apply_by"),
    [
        (date(2026, 12, 31), at(2026, 10, 1)),
        (date(2027, 5, 31), at(2027, 3, 1)),
        (date(2028, 5, 31), at(2028, 3, 1)),
        (date(2027, 2, 28), at(2026, 11, 29)),
        (date(2026, 4, 19), at(2026, 1, 21)),
        (date(2026, 1, 20), at(2026, 1, 21)),
    ],
)
def test_months_before_the_end_are_counted_back_to_the_same_day_or_the_months_last(
    expires: date, apply_by: pendulum.DateTime
) -> None:
    three_before = Limit(3, Counting.MONTHS_BEFORE, rolls=False)
    assert due(three_before, at(2026, 1, 20, 9), ends_on=expires).due_alert == apply_by


# --- pauses --------------------------------------------------------------------------------------


def pause(begin: pendulum.DateTime, end: pendulum.DateTime | None) -> Pause:
    return Pause(begin, end, "技术鉴定")


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([], at(2026, 11, 21)),
        ([pause(at(2026, 11, 12, 9), at(2026, 11, 14, 9))], at(2026, 11, 23)),
        ([pause(at(2026, 11, 12, 9), at(2026, 11, 12, 17))], at(2026, 11, 21)),
        # two overlapping pauses count once
        ([pause(at(2026, 11, 12), at(2026, 11, 14)), pause(at(2026, 11, 13), at(2026, 11, 15))], at(2026, 11, 24)),
        # paused on the first day and on the last
        ([pause(at(2026, 11, 10, 9), at(2026, 11, 12, 9))], at(2026, 11, 23)),
        ([pause(at(2026, 11, 20, 23), at(2026, 11, 25, 1))], at(2026, 11, 26)),
        # a pause that begins after the term has ended, or ended before it began, changes nothing
        ([pause(at(2026, 11, 21), at(2026, 11, 25))], at(2026, 11, 21)),
        ([pause(at(2026, 11, 1), at(2026, 11, 9))], at(2026, 11, 21)),
        ([pause(at(2026, 11, 21), None)], at(2026, 11, 21)),
    ],
)
def test_a_pause_moves_the_end_by_its_days(pauses: list[Pause], expected: pendulum.DateTime) -> None:
    assert due(days(10), at(2026, 11, 10, 8), pauses=pauses).due_alert == expected


def test_a_clock_that_stands_still_has_no_due_instant_and_is_provisional() -> None:
    for limit in (days(10), Limit(1440, Counting.MINUTES, rolls=False)):
        found = due(limit, at(2026, 11, 10, 8), pauses=[pause(at(2026, 11, 10, 9), None)])
        assert (found.due_alert, found.due_legal, found.provisional) == (None, None, True)
        assert "尚未恢复" in found.derivation[-1].text


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([pause(at(2026, 11, 10, 9), at(2026, 11, 10, 9, 30))], at(2026, 11, 10, 10, 30)),
        ([pause(at(2026, 11, 10, 7), at(2026, 11, 10, 8, 30))], at(2026, 11, 10, 10, 30)),
        ([pause(at(2026, 11, 10, 7), at(2026, 11, 10, 7, 30))], at(2026, 11, 10, 10)),
        ([pause(at(2026, 11, 10, 10), None)], at(2026, 11, 10, 10)),
        ([pause(at(2026, 11, 10, 9), at(2026, 11, 10, 9, 30)), pause(at(2026, 11, 10, 9, 10), at(2026, 11, 10, 9, 40))],
         at(2026, 11, 10, 10, 40)),
    ],
)  # fmt: skip
def test_a_pause_moves_minutes_by_its_length(pauses: list[Pause], expected: pendulum.DateTime) -> None:
    assert due(Limit(120, Counting.MINUTES, rolls=False), at(2026, 11, 10, 8), pauses=pauses).due_legal == expected


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(TimeInvalid, match="早于开始时间"):
        due(days(10), at(2026, 11, 10), pauses=[pause(at(2026, 11, 12), at(2026, 11, 11))])


# --- years without a notice ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "started_at", "provisional"),
    [
        (workdays(1), at(2026, 12, 30, 9), False),
        (workdays(1), at(2026, 12, 31, 9), True),
        (days(2, rolls=True), at(2026, 12, 29, 9), False),
        (days(2, rolls=True), at(2026, 12, 30, 9), True),
        (days(30), at(2026, 12, 30, 9), False),
        # working days rest on every day walked from the day after the start, calendar days on those they roll over
        (workdays(1), at(2017, 12, 28, 9), True),
        (workdays(5), at(2017, 12, 28, 9), True),
        (workdays(1), at(2018, 1, 1, 9), False),
        (days(30, rolls=True), at(2017, 12, 15, 9), False),
    ],
)
def test_a_result_that_rests_on_an_unpublished_year_is_provisional(
    limit: Limit, started_at: pendulum.DateTime, provisional: bool
) -> None:
    assert due(limit, started_at).provisional is provisional


# --- the derivation ------------------------------------------------------------------------------


def test_the_derivation_can_be_recomputed_by_hand() -> None:
    found = due(workdays(5), at(2021, 9, 29, 9))
    assert [step.text for step in found.derivation] == [
        "2021-09-29（周三） 为起算当日，不计入",
        "2021-09-30（周四） 计1日（工作日）",
        "2021-10-01（周五） 至 2021-10-07（周四） 共7日不计（国庆节放假）",
        "2021-10-08（周五） 计1日（工作日）",
        "2021-10-09（周六） 计1日（国庆节调休上班）",
        "2021-10-10（周日） 共1日不计（周末）",
        "2021-10-11（周一） 至 2021-10-12（周二） 计2日（工作日）",
        "期限至 2021-10-12（周二） 24:00 届满",
    ]


def test_the_derivation_tells_why_the_legal_day_is_later() -> None:
    last = due(TEN, at(2021, 9, 24, 9)).derivation[-1]
    assert last.on == date(2021, 10, 8)
    assert "国庆节放假" in last.text


# --- properties ----------------------------------------------------------------------------------


def _ends(limit: Limit, started_at: pendulum.DateTime) -> tuple[pendulum.DateTime, pendulum.DateTime]:
    found = due(limit, started_at)
    assert found.due_alert is not None
    assert found.due_legal is not None
    return found.due_alert, found.due_legal


@given(_LIMITS, _INSTANTS)
def test_a_duty_is_never_due_before_it_starts_and_the_law_never_before_the_alert(
    limit: Limit, started_at: pendulum.DateTime
) -> None:
    alert, legal = _ends(limit, started_at)
    assert started_at < alert <= legal


@given(_LIMITS, _INSTANTS, st.integers(0, 40 * 24 * 3600))
def test_starting_later_never_ends_earlier(limit: Limit, started_at: pendulum.DateTime, later: int) -> None:
    first, second = _ends(limit, started_at), _ends(limit, started_at.add(seconds=later))
    assert first[0] <= second[0]
    assert first[1] <= second[1]


@given(st.integers(1, 60), _INSTANTS, st.integers(0, 20), st.integers(0, 20))
def test_a_closed_pause_inside_the_term_moves_it_by_its_days(
    amount: int, started_at: pendulum.DateTime, offset: int, length: int
) -> None:
    begin = started_at.add(days=min(offset, amount))
    halted = due(days(amount), started_at, pauses=[pause(begin, begin.add(days=length))])
    plain = due(days(amount), started_at)
    assert plain.due_alert is not None
    assert halted.due_alert == plain.due_alert.add(days=length)


@given(_LIMITS, _INSTANTS)
def test_counted_days_in_the_derivation_add_up(limit: Limit, started_at: pendulum.DateTime) -> None:
    found = due(limit, started_at)
    assert found.due_alert is not None
    if limit.counting is Counting.CALENDAR_DAYS:
        assert found.due_alert - started_at.start_of("day") == timedelta(days=limit.amount + 1)
    assert found.derivation[-1].text
    assert found == due(limit, started_at)


def test_without_an_end_nothing_is_late_and_an_end_is_that_of_a_day_unless_it_is_said_to_be_an_instant() -> None:
    at = pendulum.datetime(2026, 3, 2, 9, tz=SHANGHAI)
    day = Deadline("c", "v", at, at, at, (), provisional=False, limit_authority=None)
    assert (day.to_the_instant, day.late_from) == (False, at)
    assert replace(day, to_the_instant=True).late_from == at.add(microseconds=1)
    for to_the_instant in (False, True):
        never = replace(day, due_legal=None, to_the_instant=to_the_instant)
        assert (never.late_from, never.is_late(at)) == (None, False)
