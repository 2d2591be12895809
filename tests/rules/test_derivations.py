"""How a deadline was found, line by line, so that anybody can count again from the print-out alone."""

from datetime import date
from typing import Any

import pendulum
import pytest

from rules.deadlines import SHANGHAI, Pause
from rules.rulebook import Rulebook


def at(*parts: int) -> pendulum.DateTime:
    return pendulum.datetime(*parts, tz=SHANGHAI)


def derived(clause: str, started_at: pendulum.DateTime, **other: Any) -> list[tuple[str, bool, str]]:
    steps = Rulebook.load().deadline(clause, started_at, **other).derivation
    return [(f"{step.on:%m-%d}" if step.on else "", step.counted, step.text) for step in steps]


MONDAY = at(2026, 3, 2, 9)
_FROM_NINE = ("03-02", True, "自 2026-03-02 09:00 起连续计算120分钟，节假日不顺延")


# --- minutes -------------------------------------------------------------------------------------


def test_minutes_run_from_the_second() -> None:
    assert derived("haz-chem-stop", MONDAY.add(seconds=30)) == [
        ("03-02", True, "自 2026-03-02 09:00:30 起连续计算120分钟，节假日不顺延"),
        ("03-02", True, "期限至 2026-03-02 11:00:30 届满"),
    ]


def test_each_pause_of_minutes_is_shown_from_where_the_clock_had_come_to() -> None:
    pauses = [
        Pause(at(2026, 3, 2, 9, 30), at(2026, 3, 2, 9, 50), "断电"),
        Pause(at(2026, 3, 2, 8), at(2026, 3, 2, 9), "演练"),  # over as the clock starts: nothing to show
        Pause(at(2026, 3, 2, 8, 50), at(2026, 3, 2, 9, 10), "核实"),
    ]
    assert derived("haz-chem-stop", MONDAY, pauses=pauses) == [
        _FROM_NINE,
        ("03-02", False, "2026-03-02 09:00 至 2026-03-02 09:10 中止不计（核实）"),
        ("03-02", False, "2026-03-02 09:30 至 2026-03-02 09:50 中止不计（断电）"),
        ("03-02", True, "期限至 2026-03-02 11:30 届满"),
    ]


def test_minutes_that_stand_still_have_no_end_yet() -> None:
    assert derived("haz-chem-stop", MONDAY, pauses=[Pause(at(2026, 3, 2, 9, 30), None, "断电")]) == [
        _FROM_NINE,
        ("03-02", False, "自 2026-03-02 09:30 起中止（断电），尚未恢复，恢复后重新计算"),
    ]


def test_a_paper_may_shorten_minutes_and_says_so_only_when_it_does() -> None:
    assert derived("haz-major-report", MONDAY, ends_on=date(2026, 3, 2)) == [
        ("03-02", True, "自 2026-03-02 09:00 起连续计算1440分钟，节假日不顺延"),
        ("03-02", True, "文书载明至 2026-03-02（周一），短于规定时限，从其较短者"),
        ("03-03", True, "期限至 2026-03-03 00:00 届满"),
    ]
    assert derived("haz-chem-stop", at(2026, 3, 2, 22), ends_on=date(2026, 3, 2)) == [
        ("03-02", True, "自 2026-03-02 22:00 起连续计算120分钟，节假日不顺延"),
        ("03-03", True, "期限至 2026-03-03 00:00 届满"),
    ]


# --- days ----------------------------------------------------------------------------------------

_REVIEWED_FROM = ("09-21", False, "2026-09-21（周一） 为起算当日，不计入")
_TEN_DAYS = [
    _REVIEWED_FROM,
    ("09-22", True, "2026-09-22（周二） 至 2026-10-01（周四） 计10日（自然日）"),
    ("10-01", True, "期限至 2026-10-01（周四） 24:00 届满"),
    ("10-08", True, "届满日为国庆节放假，法律上最迟顺延至 2026-10-08（周四） 24:00；提醒仍按未顺延的日期"),
]


def test_calendar_days_that_end_on_a_holiday_show_both_days() -> None:
    assert derived("haz-review", at(2026, 9, 21, 9)) == _TEN_DAYS


def test_a_paper_that_names_the_same_day_as_the_rule_shortens_nothing() -> None:
    assert derived("haz-review", at(2026, 9, 21, 9), ends_on=date(2026, 10, 1)) == _TEN_DAYS


def test_a_paper_that_names_an_earlier_day_is_shown_with_the_rule_it_shortens() -> None:
    assert derived("haz-review", at(2026, 9, 21, 9), ends_on=date(2026, 9, 24)) == [
        _REVIEWED_FROM,
        ("09-22", True, "2026-09-22（周二） 至 2026-09-24（周四） 计3日（自然日）"),
        ("09-24", True, "文书载明至 2026-09-24（周四），短于「10日」，从其较短者"),
        ("09-24", True, "期限至 2026-09-24（周四） 24:00 届满"),
    ]


def test_working_days_say_why_a_day_counts_or_not() -> None:
    assert derived("haz-listing", at(2026, 2, 13, 9)) == [
        ("02-13", False, "2026-02-13（周五） 为起算当日，不计入"),
        ("02-14", True, "2026-02-14（周六） 计1日（春节调休上班）"),
        ("02-15", False, "2026-02-15（周日） 至 2026-02-23（周一） 共9日不计（春节放假）"),
        ("02-24", True, "2026-02-24（周二） 至 2026-02-25（周三） 计2日（工作日）"),
        ("02-25", True, "期限至 2026-02-25（周三） 24:00 届满"),
    ]


def test_days_on_which_the_clock_stands_still_are_shown_with_the_reason() -> None:
    halt = [Pause(at(2026, 3, 3, 9), at(2026, 3, 5, 9), "不可抗力")]
    assert derived("haz-rectify-order", MONDAY, ends_on=date(2026, 3, 4), pauses=halt) == [
        ("03-02", False, "2026-03-02（周一） 为起算当日，不计入"),
        ("03-03", True, "2026-03-03（周二） 计1日（自然日）"),
        ("03-04", False, "2026-03-04（周三） 至 2026-03-05（周四） 共2日不计（中止：不可抗力）"),
        ("03-06", True, "2026-03-06（周五） 计1日（自然日）"),
        ("03-06", True, "期限至 2026-03-06（周五） 24:00 届满"),
    ]


@pytest.mark.parametrize("ends_on", [date(2026, 3, 3), date(2026, 3, 6)])
def test_days_that_stand_still_have_no_end_yet_not_even_on_the_last_day(ends_on: date) -> None:
    halt = [Pause(at(2026, 3, 3, 9), None, "不可抗力")]
    assert derived("haz-rectify-order", MONDAY, ends_on=ends_on, pauses=halt) == [
        ("03-02", False, "2026-03-02（周一） 为起算当日，不计入"),
        ("03-03", True, "2026-03-03（周二） 计1日（自然日）"),
        ("03-03", False, "自 2026-03-03（周二） 起中止（不可抗力），尚未恢复，恢复后重新计算"),
    ]


def test_a_paper_shortens_nothing_while_the_clock_of_the_rule_stands_still() -> None:
    halt = [Pause(at(2026, 9, 22, 9), None, "鉴定")]
    found = Rulebook.load().deadline("haz-review", at(2026, 9, 21, 9), ends_on=date(2026, 9, 24), pauses=halt)
    assert (found.due_alert, found.provisional) == (None, True)


def test_a_pause_of_no_length_changes_nothing() -> None:
    nothing = [Pause(at(2026, 9, 22, 9), at(2026, 9, 22, 9), "误报")]
    assert derived("haz-review", at(2026, 9, 21, 9), pauses=nothing) == _TEN_DAYS


# --- days before the end of a term ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends_on", "steps"),
    [
        (date(2026, 3, 16), [("03-16", True, "2026-03-16（周一） 期限届满，应提前3日，即不迟于 2026-03-13（周五）"),
                             ("03-13", True, "期限至 2026-03-13（周五） 24:00 届满")]),
        (date(2026, 3, 5), [("03-05", True, "2026-03-05（周四） 期限届满，应提前3日，即不迟于 2026-03-02（周一）"),
                            ("03-02", True, "期限至 2026-03-02（周一） 24:00 届满")]),
        (date(2026, 3, 4), [("03-04", True, "2026-03-04（周三） 期限届满，应提前3日，即不迟于 2026-03-01（周日）"),
                            ("03-02", True, "期限不足3日，不迟于起算当日 2026-03-02（周一）"),
                            ("03-02", True, "期限至 2026-03-02（周一） 24:00 届满")]),
    ],
)  # fmt: skip
def test_days_before_the_end_are_counted_back_to_the_first_day_at_most(
    ends_on: date, steps: list[tuple[str, bool, str]]
) -> None:
    assert derived("haz-extension", MONDAY, ends_on=ends_on) == steps


# --- without an end ------------------------------------------------------------------------------


@pytest.mark.parametrize(("clause", "norm"), [("haz-investigate-major", "及时"), ("haz-separation", "无期限")])
def test_what_has_no_figure_says_in_which_words_the_law_leaves_it_open(clause: str, norm: str) -> None:
    assert derived(clause, MONDAY) == [("", False, f"「{norm}」没有法定数字，本县亦未规定，不计算期限")]


# --- years without a notice ----------------------------------------------------------------------


def test_a_result_that_rests_on_an_unpublished_year_says_so_last() -> None:
    guessed = "周末（2027年放假安排未公布，暂按周末推算）"
    assert derived("haz-recheck", at(2026, 12, 23, 9))[1:] == [
        ("12-24", True, "2026-12-24（周四） 至 2027-01-02（周六） 计10日（自然日）"),
        ("01-02", True, "期限至 2027-01-02（周六） 24:00 届满"),
        ("01-04", True, f"届满日为{guessed}，法律上最迟顺延至 2027-01-04（周一） 24:00；提醒仍按未顺延的日期"),
        ("", False, "所涉年份的放假安排尚未公布，结果为暂定，公布后重新计算"),
    ]  # fmt: skip
