"""Hours and lanes: an emergency at once, the rest at the hours that the county sets, and never in the night."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from pathlib import Path

import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pendulum import DateTime

from rules.deadlines import SHANGHAI
from rules.errors import RulebookError
from rules.notice_hours import Lane, NoticeHours, read_notice_hours
from rules.strict_toml import open_table

_HOURS = NoticeHours((time(8, 30), time(15)), time(17), time(22), time(7), 6, basis="示范")
_SECTION = """
[notices]
timely_at = ["08:30", "15:00"]
digest_at = "17:00"
quiet_from = "22:00"
quiet_until = "07:00"
most_a_day = 6
"""
_MONDAY = pendulum.datetime(2026, 3, 2, tz=SHANGHAI)
_INSTANTS = st.integers(0, 365 * 86_400 - 1).map(lambda seconds: _MONDAY.add(seconds=seconds))


def at(text: str, *, day: int = 0) -> DateTime:
    """Return a time of Monday 2026-03-02 or of a day after it."""
    hour, minute, second = (*map(int, text.split(":")), 0)[:3]
    return _MONDAY.add(days=day).set(hour=hour, minute=minute, second=second)


# --- when ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lane", "now", "due", "day"),
    [
        (Lane.URGENT, "03:00", "03:00", 0), (Lane.URGENT, "12:00", "12:00", 0),
        (Lane.TIMELY, "03:00", "08:30", 0), (Lane.TIMELY, "08:29:59", "08:30", 0), (Lane.TIMELY, "08:30", "08:30", 0),
        (Lane.TIMELY, "08:30:01", "15:00", 0), (Lane.TIMELY, "15:00:01", "08:30", 1),
        (Lane.ROUTINE, "16:59:59", "17:00", 0), (Lane.ROUTINE, "17:00", "17:00", 0),
        (Lane.ROUTINE, "17:00:01", "17:00", 1), (Lane.ROUTINE, "00:00", "17:00", 0),
    ],
)  # fmt: skip
def test_a_message_goes_out_at_the_next_hour_of_its_lane(lane: Lane, now: str, due: str, day: int) -> None:
    assert _HOURS.when(lane, at(now)) == at(due, day=day)


def test_hours_are_those_of_the_county_wherever_the_machine_stands() -> None:
    assert _HOURS.when(Lane.TIMELY, at("08:00").in_timezone("UTC")) == at("08:30")
    assert _HOURS.when(Lane.ROUTINE, at("23:30").in_timezone("America/New_York")) == at("17:00", day=1)


@pytest.mark.parametrize(
    ("now", "due", "day"),
    [("21:59:59", "21:59:59", 0), ("22:00", "07:00", 1), ("03:00", "07:00", 0), ("06:59:59", "07:00", 0),
     ("07:00", "07:00", 0)],
)  # fmt: skip
def test_what_is_due_before_its_hour_goes_out_at_once_but_for_the_night(now: str, due: str, day: int) -> None:
    late = at("08:30", day=int(now > "08:30"))
    assert _HOURS.when(Lane.TIMELY, at(now), due_at=late) == _HOURS.after_quiet(at(now)) == at(due, day=day)


def test_what_is_due_after_its_hour_waits_for_it() -> None:
    now, later = at("09:00"), pendulum.duration(microseconds=1)
    assert _HOURS.when(Lane.TIMELY, now, due_at=at("15:00") + later) == at("15:00")
    assert _HOURS.when(Lane.TIMELY, now, due_at=at("15:00")) == now
    assert _HOURS.when(Lane.TIMELY, now, due_at=now) == at("15:00")
    assert _HOURS.when(Lane.TIMELY, at("23:00"), due_at=at("07:00", day=1)) == at("08:30", day=1)
    assert _HOURS.when(Lane.URGENT, at("03:00"), due_at=at("04:00")) == at("03:00")


@pytest.mark.parametrize(("lane", "due"), [(Lane.TIMELY, "08:30"), (Lane.ROUTINE, "17:00")])
@pytest.mark.parametrize("now", ["00:00", "08:30", "23:59:59"])
def test_what_is_too_much_for_today_waits_for_the_first_hour_of_tomorrow(lane: Lane, due: str, now: str) -> None:
    assert _HOURS.on_another_day(lane, at(now)) == at(due, day=1)


@pytest.mark.parametrize(
    ("name", "by_the_minute", "asks", "lane"),
    [
        ("asked-grade", False, True, Lane.TIMELY), ("closed", False, False, Lane.ROUTINE),
        ("asked-stop", True, True, Lane.URGENT), ("stopped", True, False, Lane.URGENT),
        ("siren", False, False, Lane.URGENT), ("hum", True, True, Lane.ROUTINE),
    ],
)  # fmt: skip
def test_a_notice_is_as_pressing_as_its_clock_unless_the_county_names_it(
    name: str, by_the_minute: bool, asks: bool, lane: Lane
) -> None:
    named = replace(_HOURS, urgent=frozenset({"siren"}), routine=frozenset({"hum"}))
    assert named.lane(name, by_the_minute=by_the_minute, asks=asks) is lane


@given(st.sampled_from(Lane), _INSTANTS)
def test_nothing_goes_out_before_now_nor_later_than_in_a_day_nor_by_night(lane: Lane, now: DateTime) -> None:
    due = _HOURS.when(lane, now)

    assert now <= due < now.add(days=1)
    assert lane is Lane.URGENT or not _HOURS.is_quiet(due)
    assert _HOURS.when(lane, due) == due


@given(st.lists(st.tuples(st.sampled_from([Lane.TIMELY, Lane.ROUTINE]), _INSTANTS), max_size=300))
def test_in_a_year_nobody_gets_more_messages_a_day_than_the_county_allows(
    messages: list[tuple[Lane, DateTime]],
) -> None:
    slots = {_HOURS.when(lane, now) for lane, now in messages}

    assert max(Counter(slot.date() for slot in slots).values(), default=0) <= 3 <= _HOURS.most_a_day


def test_lanes_have_the_words_that_people_use() -> None:
    assert [lane.label for lane in Lane] == ["急", "要", "常"]


@pytest.mark.parametrize(
    ("begins", "ends", "quiet", "loud"),
    [
        (time(22), time(7), [time(22), time(23, 59), time(0), time(6, 59, 59)], [time(21, 59, 59), time(7), time(12)]),
        (time(12), time(14), [time(12), time(13, 59)], [time(11, 59), time(14), time(0)]),
        (time(0), time(0), [], [time(0), time(12)]),
    ],
)
def test_quiet_hours_may_pass_midnight(begins: time, ends: time, quiet: list[time], loud: list[time]) -> None:
    hours = NoticeHours((time(8, 30),), time(17), begins, ends, 6)

    assert [hours.is_quiet_at(each) for each in quiet] == [True] * len(quiet)
    assert [hours.is_quiet_at(each) for each in loud] == [False] * len(loud)


# --- the county's figures ------------------------------------------------------------------------


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], NoticeHours]:
    """Return what reads a county's section."""

    def hours(text: str) -> NoticeHours:
        (tmp_path / "dai.toml").write_text(text, "utf-8")
        with open_table(tmp_path / "dai.toml") as file, file.table("notices") as table:
            return read_notice_hours(table, "示范")

    return hours


def test_hours_are_read_from_the_countys_file(read: Callable[[str], NoticeHours]) -> None:
    assert read(_SECTION) == _HOURS


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"08:30", ', '"8:30", ', "应为时刻"), ('"17:00"', '"24:00"', "应为时刻"), ('"17:00"', '"17:60"', "应为时刻"),
        ('"08:30", "15:00"', '"15:00", "08:30"', "按先后"), ('"08:30", "15:00"', '"15:00", "15:00"', "按先后"),
        ('"08:30"', '"06:59"', "免打扰"), ('"17:00"', '"22:00"', "免打扰"), ("= 6", "= 2", "most_a_day"),
        ('["08:30", "15:00"]', "[]", "至少有一个"),
        ("= 6", '= 6\nurgent = ["a", "b"]\nroutine = ["b"]', "的 b 不能既是"),
        ("most_a_day", "most_a_year", "缺少 most_a_day"), ("= 6", "= 6\nmore = 1", "不认识的键 more"),
        ('"22:00"', "22", "应为非空文字"),
    ],
)  # fmt: skip
def test_figures_that_cannot_be_meant_are_an_error_that_names_them(
    old: str, new: str, words: str, read: Callable[[str], NoticeHours]
) -> None:
    with pytest.raises(RulebookError, match=words):
        read(_SECTION.replace(old, new, 1))


def test_as_many_messages_as_hours_are_allowed(read: Callable[[str], NoticeHours]) -> None:
    assert read(_SECTION.replace("= 6", "= 3")).most_a_day == 3
    digest_with_the_last = _SECTION.replace("= 6", "= 2").replace('"17:00"', '"15:00"')
    assert read(digest_with_the_last).most_a_day == 2


def test_the_county_may_name_lanes_and_say_where_it_does(read: Callable[[str], NoticeHours]) -> None:
    found = read(_SECTION + 'urgent = ["siren"]\nroutine = ["hum"]\nbasis = "某文件"\n')
    assert (found.urgent, found.routine, found.basis) == (frozenset({"siren"}), frozenset({"hum"}), "某文件")


def test_every_hour_that_a_county_may_set_is_kept(read: Callable[[str], NoticeHours]) -> None:
    """Whatever is read keeps every promise: nothing in quiet hours, never more a day than it allows."""
    problems: list[str] = []
    clock = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda each: f"{each[0]:02d}:{each[1]:02d}")

    @settings(max_examples=200, deadline=None)
    @given(st.lists(clock, max_size=4), clock, clock, clock, st.integers(0, 8), _INSTANTS, st.sampled_from(Lane))
    def check(timely: list[str], digest: str, begins: str, ends: str, most: int, now: DateTime, lane: Lane) -> None:
        section = (
            f"[notices]\ntimely_at = {json.dumps(timely)}\ndigest_at = '{digest}'\nquiet_from = '{begins}'\n"
            f"quiet_until = '{ends}'\nmost_a_day = {most}\n"
        )
        try:
            hours = read(section)
        except RulebookError as refused:
            problems.append(refused.message)
            return
        assert len({*timely, digest}) <= most
        due = hours.when(lane, now, due_at=now.add(hours=1))
        assert now <= due < now.add(days=1)
        assert lane is Lane.URGENT or not hours.is_quiet(due)
        assert hours.after_quiet(now) == now or hours.is_quiet(now)

    check()
    assert problems
    assert [words for words in problems if not words.startswith("规则文件 dai.toml「文件.notices」的")] == []
