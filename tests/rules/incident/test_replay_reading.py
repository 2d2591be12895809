"""Reading a timeline: two notations of one thing, times as precise as they are claimed, every fault with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import ContentInvalid, TimeInvalid
from rules.incident.casualties import UNKNOWN, Count
from rules.incident.law import law_of
from rules.incident.replay_reading import read_timeline
from rules.incident.replay_spans import Precision, Span
from rules.incident.replay_timeline import Timeline, What
from rules.rulebook import Rulebook

_LAW = law_of(Rulebook.load())
_OCCURRED = {"is": "event", "what": "occurred", "at": "2021-06-10T07:20"}
_HEAD = {"is": "accident", "id": "a", "name": "甲"}


def _read(*rows: dict[str, Any]) -> Timeline:
    text = "\n\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return read_timeline(text, json_lines=True, law=_LAW)


def _toml(text: str) -> Timeline:
    return read_timeline(text, json_lines=False, law=_LAW)


def test_toml_and_json_lines_say_the_same() -> None:
    toml = _toml(
        '[accident]\nid = "a"\nname = "甲"\ndeaths = 3\nloss_wan = 12.5\nsources = ["https://example.invalid/"]\n'
        '[[event]]\nwhat = "occurred"\nat = "2021-06-10T07:20"\nsource = 1\n'
        '[[finding]]\nverdict = "late"\nby = "unit_head"\n'
    )
    lines = _read(
        {**_HEAD, "deaths": 3, "loss_wan": 12.5, "sources": ["https://example.invalid/"]},
        {**_OCCURRED, "source": 1},
        {"is": "finding", "verdict": "late", "by": "unit_head"},
    )

    assert toml == lines
    assert toml.casualties.loss_yuan == Count.known(125_000)
    assert toml.casualties.missing == UNKNOWN


@pytest.mark.parametrize(
    ("event", "low", "high", "precision"),
    [
        ({"at": "2021-06-10T07:20"}, "2021-06-10 07:20:00", "2021-06-10 07:20:00", Precision.MINUTE),
        ({"at": "2021-06-10 07:20", "precision": "about"}, "2021-06-10 06:50:00", "2021-06-10 07:50:00",
         Precision.ABOUT),
        ({"at": "2021-06-10T07:20", "precision": "hour"}, "2021-06-10 07:00:00", "2021-06-10 07:59:59", Precision.HOUR),
        ({"at": "2021-06-10"}, "2021-06-10 00:00:00", "2021-06-10 23:59:59", Precision.DAY),
        ({"at": "2021-06"}, "2021-06-01 00:00:00", "2021-06-30 23:59:59", Precision.MONTH),
        ({"after": "2021-06-10T07:00", "before": "2021-06-10"}, "2021-06-10 07:00:00", "2021-06-10 23:59:59", None),
        ({"at": "2021-06-10", "after": "2021-06-10T07:00"}, "2021-06-10 07:00:00", "2021-06-10 23:59:59",
         Precision.DAY),
    ],
)  # fmt: skip
def test_a_time_is_as_precise_as_it_is_claimed(
    event: dict[str, str], low: str, high: str, precision: Precision | None
) -> None:
    found = _read(_HEAD, {"is": "event", "what": "occurred", **event}).events[0]

    assert found.at.lo is not None
    assert found.at.hi is not None
    assert (f"{found.at.lo:%Y-%m-%d %H:%M:%S}", f"{found.at.hi:%Y-%m-%d %H:%M:%S}") == (low, high)
    assert found.precision is precision


def test_a_time_that_is_not_given_is_unknown() -> None:
    found = _read(_HEAD, {"is": "event", "what": "occurred"}).events[0].at

    assert found == Span()
    assert str(found) == "未知"


def test_spans_are_shown_as_far_as_known() -> None:
    at = _read(_HEAD, _OCCURRED).occurred.lo

    assert str(Span(at, at)) == "2021-06-10 07:20"
    assert str(Span(at, None)) == "不早于 2021-06-10 07:20"
    assert str(Span(None, at)) == "不晚于 2021-06-10 07:20"


def test_figures_are_known_at_least_known_or_unknown() -> None:
    found = _read({**_HEAD, "deaths_at_least": 13, "loss_wan_at_least": 1000, "serious": 0}, _OCCURRED).casualties

    assert (found.deaths, found.loss_yuan, found.serious) == (Count.at_least(13), Count.at_least(10**7), Count.known(0))


def test_every_event_and_precision_is_worded() -> None:
    assert all(what.label for what in What)
    assert [precision.label for precision in Precision][1:] == [
        "许",
        "时内，分钟未载明",
        "当日，时刻未载明",
        "当月，日期未载明",
    ]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([_OCCURRED], "有且只有一个 accident"),
        ([_HEAD, _HEAD, _OCCURRED], "有且只有一个 accident"),
        ([_HEAD], "有且只有一个 occurred"),
        ([_HEAD, _OCCURRED, _OCCURRED], "有且只有一个 occurred"),
        ([{"is": "nonsense"}], "is 不能为「nonsense」"),
        ([{**_HEAD, "deaths": -1}, _OCCURRED], "deaths 应为不小于零的整数"),
        ([{**_HEAD, "deaths": True}, _OCCURRED], "不要写零"),
        ([{**_HEAD, "deaths": 1, "deaths_at_least": 1}, _OCCURRED], "只能写一项"),
        ([{**_HEAD, "loss_wan": "很多"}, _OCCURRED], "以万元计的数"),
        ([{**_HEAD, "loss_wan": -1}, _OCCURRED], "不小于零的数"),
        ([{**_HEAD, "loss_wan": True}, _OCCURRED], "以万元计的数"),
        ([{**_HEAD, "loss_wan": "Infinity"}, _OCCURRED], "不小于零的数"),
        ([{**_HEAD, "sources": "x"}, _OCCURRED], "sources 应为一列文字"),
        ([{**_HEAD, "sources": [1]}, _OCCURRED], "sources 应为一列文字"),
        ([{**_HEAD, "colour": "red"}, _OCCURRED], "不认识的键 colour"),
        ([{**_HEAD, "name": " "}, _OCCURRED], "name 应为文字"),
        ([{**_HEAD, "official_grade": "huge"}, _OCCURRED], "official_grade 不能为「huge」"),
        ([_HEAD, {**_OCCURRED, "what": "exploded"}], "what 不能为「exploded」"),
        ([_HEAD, {**_OCCURRED, "first": "yes"}], "first 应为 true 或 false"),
        ([_HEAD, {**_OCCURRED, "source": 3}], "不存在的来源 3"),
        ([_HEAD, _OCCURRED, {"is": "event", "what": "learned"}], "应写明 by"),
        ([_HEAD, _OCCURRED, {"is": "event", "what": "reported", "by": "town"}], "reported 应写明 to"),
        ([_HEAD, {**_OCCURRED, "after": "2021-06-11T00:00"}], "自相矛盾"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(rows: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(ContentInvalid) as caught:
        _read(*rows)

    assert words in caught.value.message
    assert "请" in caught.value.message


@pytest.mark.parametrize(
    ("text", "words"),
    [("[accident", "不是有效的 TOML"), ("[nonsense]\n", "不认识的表 nonsense"), ("accident = 3\n", "应为一组键值")],
)
def test_toml_that_is_none_is_refused(text: str, words: str) -> None:
    with pytest.raises(ContentInvalid, match=words):
        _toml(text)


def test_a_line_that_is_no_json_is_refused_with_its_number() -> None:
    with pytest.raises(ContentInvalid, match="第 2 行"):
        read_timeline('{"is": "accident", "id": "a", "name": "甲"}\n{', json_lines=True, law=_LAW)


@pytest.mark.parametrize(
    ("written", "low"),
    [("2021-06-10T07:20:00", "07:20"), ("2021-06-10", "00:00"), ("2021-06-09T23:20:00Z", "07:20")],
)
def test_toml_knows_days_and_instants_of_its_own(written: str, low: str) -> None:
    found = _toml(f'[accident]\nid = "a"\nname = "甲"\n[[event]]\nwhat = "occurred"\nat = {written}\n').occurred.lo

    assert found is not None
    assert f"{found:%m-%d %H:%M}" == f"06-10 {low}"


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(TimeInvalid, match="event"):
        _toml('[accident]\nid = "a"\nname = "甲"\n[[event]]\nwhat = "occurred"\nat = "at noon"\n')


@given(st.text(max_size=80), st.booleans())
def test_whatever_a_file_holds_it_is_read_or_refused(text: str, json_lines: bool) -> None:
    with pytest.raises((ContentInvalid, TimeInvalid)):
        read_timeline(text, json_lines=json_lines, law=_LAW)


def test_what_people_hand_in_can_be_json_of_any_shape(as_lines: Callable[..., str]) -> None:
    with pytest.raises(ContentInvalid, match="应为一组键值"):
        read_timeline(as_lines({}, []) + "\n[1, 2]", json_lines=True, law=_LAW)
