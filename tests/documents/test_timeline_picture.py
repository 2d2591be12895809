"""The drawn replay: every hop has its row, verdicts are written out, and nothing leaves the page."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from deployments.replays import all_replayed
from documents.timeline_picture import draw_timeline
from rules.incident.law import law_of
from rules.incident.replay import Replay, replay
from rules.incident.replay_reading import read_timeline
from rules.rulebook import Rulebook

_RULEBOOK = Rulebook.load()
_CASES = {entry.timeline.id: entry for entry in all_replayed(_RULEBOOK)}
_SPACE = "{http://www.w3.org/2000/svg}"


def _drawn(entry: Replay) -> ET.Element:
    return ET.fromstring(draw_timeline(entry))  # noqa: S314 - our own drawing


def _own(events: str) -> Replay:
    text = '{"is": "accident", "id": "a", "name": "<甲>&"}\n' + events
    return replay(read_timeline(text, json_lines=True, law=law_of(_RULEBOOK)), _RULEBOOK)


@pytest.mark.parametrize("name", sorted(_CASES))
def test_every_hop_has_its_row_with_its_verdict_in_words(name: str) -> None:
    entry = _CASES[name]
    rows = _drawn(entry).findall(f"{_SPACE}g[@class='hop']")

    assert [row.attrib["data-hop"] for row in rows] == [hop.id for hop in entry.hops]
    for row, hop in zip(rows, entry.hops, strict=True):
        words = [text.text for text in row.findall(f"{_SPACE}text")]
        assert words == [hop.label, hop.said]


@pytest.mark.parametrize("name", sorted(_CASES))
def test_nothing_leaves_the_page(name: str) -> None:
    root = _drawn(_CASES[name])
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for element in root.iter():
        for key, most in (("x", width), ("y", height)):
            assert 0 <= float(element.attrib.get(key, 0)) <= most
        if "d" in element.attrib and "data-hop" not in element.attrib:
            first = re.match(r"M([\d.]+) ([\d.]+)", element.attrib["d"])
            assert first is not None
            assert float(first[1]) <= width


def test_the_picture_describes_itself_for_who_cannot_see_it() -> None:
    root = _drawn(_CASES["qixia-hushan-2021"])

    assert root.findtext(f"{_SPACE}title") == _CASES["qixia-hushan-2021"].timeline.name
    assert "县应急管理局 → 市应急管理局，按时" in (root.findtext(f"{_SPACE}desc") or "")


def test_a_refused_case_is_drawn_with_its_reason() -> None:
    root = _drawn(_CASES["hejin-xiaowangou-2004"])

    assert any("不作判断" in (text.text or "") for text in root.iter(f"{_SPACE}text"))
    assert "不作判断" in (root.findtext(f"{_SPACE}desc") or "")


def test_a_start_known_by_bounds_is_hatched_and_an_exact_one_is_not() -> None:
    known = '{"is": "event", "what": "occurred", "at": "2021-06-10T07:20"}\n'
    told = '{"is": "event", "what": "learned", "by": "unit_head", "at": "2021-06-10T07:30"}'
    rows = {
        name: _drawn(_own(text)).find(f"{_SPACE}g[@data-hop='unit-bureau']/{_SPACE}rect")
        for name, text in (("bounds", known), ("exact", known + told))
    }

    fills = {name: row.attrib["fill"] for name, row in rows.items() if row is not None}
    assert fills == {"bounds": "url(#tp-hatch)", "exact": "#d7e3f4"}


def test_what_came_after_the_page_ends_is_an_arrow_at_its_edge() -> None:
    text = (
        '{"is": "event", "what": "occurred", "at": "2021-06-10T07:20"}\n'
        '{"is": "event", "what": "reported", "by": "unit_head", "to": "county_bureau", "at": "2021-06-20T07:20"}'
    )
    mark = _drawn(_own(text)).find(f"{_SPACE}g[@data-hop='unit-bureau']/{_SPACE}path[@fill='#8a6d00']")

    assert mark is not None
    assert mark.attrib["d"].endswith("l8 6l-8 6z")
    assert mark.findtext(f"{_SPACE}title") == "2021-06-20 07:20"


def test_an_accident_without_a_first_instant_is_drawn_without_an_axis() -> None:
    root = _drawn(_own('{"is": "event", "what": "occurred", "before": "2021-06-10"}'))

    assert root.findall(f"{_SPACE}g[@class='hop']")
    assert root.findall(f"{_SPACE}path") == []


def test_the_same_replay_gives_the_same_picture() -> None:
    assert draw_timeline(_CASES["qixia-hushan-2021"]) == draw_timeline(_CASES["qixia-hushan-2021"])
