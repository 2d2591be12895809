"""Lanes: an emergency at once, everything else at the hours that the county sets, and never in the night."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import time
from pathlib import Path

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pendulum import DateTime

from notifications.hours import Hours, read_hours
from notifications.lanes import Lane, after_quiet, digest, when
from notifications.message import Message
from notifications.parts import in_bytes
from rules.deadlines import SHANGHAI
from rules.errors import RulebookError
from rules.strict_toml import open_table

_HOURS = Hours((time(8, 30), time(15)), time(17), time(22), time(7), 6)
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
    assert when(lane, at(now), _HOURS) == at(due, day=day)


def test_hours_are_those_of_the_county_wherever_the_machine_stands() -> None:
    assert when(Lane.TIMELY, at("08:00").in_timezone("UTC"), _HOURS) == at("08:30")
    assert when(Lane.ROUTINE, at("23:30").in_timezone("America/New_York"), _HOURS) == at("17:00", day=1)


@pytest.mark.parametrize(
    ("now", "due", "day"),
    [("21:59:59", "21:59:59", 0), ("22:00", "07:00", 1), ("03:00", "07:00", 0), ("06:59:59", "07:00", 0),
     ("07:00", "07:00", 0)],
)  # fmt: skip
def test_where_no_hours_are_set_a_message_waits_for_the_end_of_the_night_alone(now: str, due: str, day: int) -> None:
    hours = Hours((), time(17), time(22), time(7), 6)

    assert when(Lane.TIMELY, at(now), hours) == after_quiet(at(now), hours) == at(due, day=day)


@given(st.sampled_from(Lane), _INSTANTS)
def test_nothing_goes_out_before_now_nor_later_than_in_a_day_nor_by_night(lane: Lane, now: DateTime) -> None:
    due = when(lane, now, _HOURS)

    assert now <= due < now.add(days=1)
    assert lane is Lane.URGENT or not _HOURS.is_quiet(due.time())
    assert when(lane, due, _HOURS) == due


@given(st.lists(st.tuples(st.sampled_from([Lane.TIMELY, Lane.ROUTINE]), _INSTANTS), max_size=300))
def test_in_a_year_nobody_gets_more_messages_a_day_than_the_county_allows(
    messages: list[tuple[Lane, DateTime]],
) -> None:
    slots = {when(lane, now, _HOURS) for lane, now in messages}

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
    hours = Hours((), time(17), begins, ends, 6)

    assert [hours.is_quiet(each) for each in quiet] == [True] * len(quiet)
    assert [hours.is_quiet(each) for each in loud] == [False] * len(loud)


# --- the county's figures ------------------------------------------------------------------------


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], Hours]:
    """Return what reads a county's section."""

    def hours(text: str) -> Hours:
        (tmp_path / "dai.toml").write_text(text, "utf-8")
        with open_table(tmp_path / "dai.toml") as file, file.table("notices") as table:
            return read_hours(table)

    return hours


def test_hours_are_read_from_the_countys_file(read: Callable[[str], Hours]) -> None:
    assert read(_SECTION) == _HOURS


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"08:30", ', '"8:30", ', "应为时刻"), ('"17:00"', '"24:00"', "应为时刻"), ('"17:00"', '"17:60"', "应为时刻"),
        ('"08:30", "15:00"', '"15:00", "08:30"', "按先后"), ('"08:30", "15:00"', '"15:00", "15:00"', "按先后"),
        ('"08:30"', '"06:59"', "免打扰"), ('"17:00"', '"22:00"', "免打扰"), ("= 6", "= 2", "most_a_day"),
        ("most_a_day", "most_a_year", "缺少 most_a_day"), ("= 6", "= 6\nmore = 1", "不认识的键 more"),
        ('"22:00"', "22", "应为非空文字"),
    ],
)  # fmt: skip
def test_figures_that_cannot_be_meant_are_an_error_that_names_them(
    old: str, new: str, words: str, read: Callable[[str], Hours]
) -> None:
    with pytest.raises(RulebookError, match=words):
        read(_SECTION.replace(old, new, 1))


def test_as_many_messages_as_hours_are_allowed(read: Callable[[str], Hours]) -> None:
    assert read(_SECTION.replace("= 6", "= 3")).most_a_day == 3


# --- the digest ----------------------------------------------------------------------------------


def messages(count: int, **how: object) -> list[Message]:
    """Return so many messages."""
    return [
        Message(f"YH-2026-{no:04d} 请办理：判定等级", "正文", case_number=f"YH-2026-{no:04d}", **how)  # type: ignore[arg-type]
        for no in range(1, count + 1)
    ]


_WAY = {"number": "T00000002", "link": "https://a.cn/duties"}


def test_a_few_messages_are_a_line_each() -> None:
    found = digest(messages(2), limit=2048, **_WAY)  # type: ignore[arg-type]

    assert found.title == "通知 2 项"
    assert found.body.split("\n") == [
        "YH-2026-0001 请办理：判定等级", "YH-2026-0002 请办理：判定等级", "查看全部：https://a.cn/duties",
        "通知编号：T00000002",
    ]  # fmt: skip
    assert (found.topic, found.link) == ("digest", "https://a.cn/duties")


@pytest.mark.parametrize(("count", "told", "rest"), [(20, 20, 0), (21, 20, 1), (300, 20, 280)])
def test_more_than_a_reader_reads_are_counted(count: int, told: int, rest: int) -> None:
    found = digest(messages(count), limit=4096, **_WAY)  # type: ignore[arg-type]

    lines = found.body.split("\n")[:-2]
    assert lines[:told] == [message.title for message in messages(told)]
    assert lines[told:] == ([f"另有 {rest} 项"] if rest else [])


@given(st.integers(1, 80), st.integers(120, 3000))
def test_a_digest_fits_into_one_post_and_counts_all(count: int, limit: int) -> None:
    found = digest(messages(count), limit=limit, lines=1000, **_WAY)  # type: ignore[arg-type]

    lines = found.body.split("\n")[:-2]
    more = int(lines.pop().split()[1]) if lines and lines[-1].startswith("另有") else 0
    assert in_bytes(f"{found.title}\n{found.body}") <= limit
    assert len(lines) + more == count
    if more > 1:
        longer = [
            found.title,
            *lines,
            messages(count)[len(lines)].title,
            f"另有 {more - 1} 项",
            *found.body.split("\n")[-2:],
        ]
        assert in_bytes("\n".join(longer)) > limit


def test_not_a_line_less_than_fits() -> None:
    ten = digest(messages(10), limit=10_000, **_WAY)  # type: ignore[arg-type]
    size = in_bytes(f"{ten.title}\n{ten.body}") + in_bytes("另有 0 项\n")

    assert digest(messages(10), limit=size, **_WAY) == ten  # type: ignore[arg-type]
    assert digest(messages(10), limit=size - 1, **_WAY) != ten  # type: ignore[arg-type]


def test_what_is_confidential_is_its_case_alone_in_a_digest() -> None:
    found = digest(messages(1, confidential=True), limit=2048, **_WAY)  # type: ignore[arg-type]

    assert found.body.split("\n")[0] == "YH-2026-0001"


def test_a_digest_speaks_english_where_it_should() -> None:
    found = digest(messages(3), limit=2048, lines=1, language="en", **_WAY)  # type: ignore[arg-type]

    assert found.title == "3 notices"
    assert found.body.split("\n")[1:] == ["2 more", "Open all: https://a.cn/duties", "Notice no.: T00000002"]


def test_a_digest_of_nothing_says_so() -> None:
    assert digest([], limit=2048, **_WAY).title == "通知 0 项"  # type: ignore[arg-type]
