"""`anlan replay`: shipped public accidents and people's own timelines, in words, as JSON and as a picture."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from deployments.replays import all_replayed, shipped
from rules.rulebook import Rulebook

_STRICT = Path(__file__).parents[2] / "rules" / "county" / "strict.toml"
_FOUND = {entry.timeline.id: entry for entry in all_replayed(Rulebook.load())}
_WANTED = {"dai-dahongcai-2021", "qixia-hushan-2021", "dai-jingcheng-2022", "qianxi-taoshuyu-2022"}
_REFUSED = {"jincheng-miaojiang-2007", "hejin-xiaowangou-2004"}
# What the known facts of each case decide, and that nothing else is said to be decided.
_JUDGED = {
    "dai-dahongcai-2021": {},
    "qixia-hushan-2021": {"county-city": "on_time"},
    "dai-jingcheng-2022": dict.fromkeys(
        ("unit-bureau", "unit-sector", "unit-province", "unit-government"), "not_reported"
    ),
    "qianxi-taoshuyu-2022": {"county-city": "late"},
    # Nobody had been told by 04:10; whether the head had known for an hour by then, no source says.
    "nandan-qingda-2019": {},
    "naoerhao-coal-2022": dict.fromkeys(("unit-bureau", "unit-sector"), "not_reported"),
    "longwo-coal-2019": dict.fromkeys(("unit-bureau", "unit-sector", "unit-province"), "not_reported"),
    "jiangyuan-coal-2023": dict.fromkeys(
        ("unit-bureau", "unit-sector", "unit-province", "unit-mine-office"), "not_reported"
    ),
    "leiyang-molichong-2012": dict.fromkeys(("unit-bureau", "unit-sector", "unit-province"), "not_reported"),
    "puan-anlilai-2012": dict.fromkeys(("unit-bureau", "unit-sector"), "not_reported"),
    "urumqi-shuimogou-2022": dict.fromkeys(("unit-bureau", "unit-sector"), "not_reported"),
}


def test_at_least_twelve_public_cases_are_shipped_each_with_its_sources() -> None:
    assert len(shipped()) >= 12
    assert _WANTED <= _FOUND.keys() == {path.stem for path in shipped()}
    for entry in _FOUND.values():
        assert all(source.startswith("http") for source in entry.timeline.sources)
        assert all(event.source for event in entry.timeline.events)


@pytest.mark.parametrize("name", sorted(_FOUND))
def test_a_shipped_case_judges_what_its_facts_decide_and_nothing_else(name: str) -> None:
    assert {hop.id: hop.verdict.value for hop in _FOUND[name].judged} == _JUDGED.get(name, {})
    assert bool(_FOUND[name].refused) is (name in _REFUSED)


@pytest.mark.parametrize("name", sorted(_FOUND))
def test_every_hop_is_judged_or_says_what_is_missing_and_within_which_bounds(name: str) -> None:
    for hop in _FOUND[name].measurable:
        assert hop.verdict.is_judged or (hop.missing and hop.hints)
        assert hop.verdict.is_judged or hop.start.lo or hop.start.hi


@pytest.mark.parametrize("name", sorted(_FOUND.keys() - _REFUSED))
def test_who_holds_the_print_alone_can_count_every_deadline_again(name: str, typed: Callable[..., Any]) -> None:
    printed = typed("replay", name).out
    found = re.findall(r"自 (\S+ \S+) 起连续计算(\d+)分钟，节假日不顺延；期限至 (\S+ \S+) 届满", printed)
    days = re.findall(r"计(\d+)日（自然日）", printed)

    assert len(found) >= 2
    assert days
    for begun, minutes, due in found:
        assert datetime.fromisoformat(begun) + timedelta(minutes=int(minutes)) == datetime.fromisoformat(due)


def test_lateness_that_is_computed_from_known_times_agrees_with_the_official_finding() -> None:
    """The one case whose sources give the times of a hop and a finding: computed, not told."""
    entry = _FOUND["qianxi-taoshuyu-2022"]

    assert [(hop.id, str(hop.late)) for hop in entry.indicated] == [("county-city", "至少3小时25分，至多9小时30分")]
    assert entry.agreement.value == "agrees"


def test_the_grades_agree_with_the_official_ones() -> None:
    assert {entry.grade_agreement.value for entry in _FOUND.values()} == {"agrees", "nothing_official"}


def test_the_print_says_source_clause_verification_and_finding(typed: Callable[..., Any]) -> None:
    printed = typed("replay", "qixia-hushan-2021").out

    for words in (
        "2021-01-11 20:05  单位负责人报告 → 县应急管理局", "《生产安全事故报告和调查处理条例》第九条", "已核对原文",
        "起算早于 2021-01-11 19:05 的，为超过时限", "栖霞市 瞒报〔来源1〕", "来源1  https://", "规则指纹",
    ):  # fmt: skip
        assert words in printed


def test_a_case_before_the_regulation_is_refused_and_not_judged(typed: Callable[..., Any]) -> None:
    printed = typed("replay", "jincheng-miaojiang-2007").out

    assert "2007-06-01" in printed
    assert "不作判断" in printed
    assert "按时" not in printed


def test_the_stricter_tier_is_tried_out_and_said_to_be_no_law(typed: Callable[..., Any]) -> None:
    plain = typed("replay", "qixia-hushan-2021", "--json").document["replay"]["hops"]
    tried = typed("replay", "qixia-hushan-2021", "--with", _STRICT, "--json").document["replay"]["hops"]
    tier = {hop["id"]: hop["verdict"] for hop in tried if hop["id"].startswith("tier-")}

    assert [hop for hop in tried if not hop["id"].startswith("tier-")] == plain
    assert tier["tier-government-written"] == "late"
    assert "非法定，仅供推演" in typed("replay", "qixia-hushan-2021", "--with", _STRICT).out


def test_ones_own_timeline_is_replayed_from_either_notation(tmp_path: Path, typed: Callable[..., Any]) -> None:
    toml, lines = tmp_path / "own.toml", tmp_path / "own.jsonl"
    toml.write_text(
        '[accident]\nid = "a"\nname = "甲"\n[[event]]\nwhat = "occurred"\nat = "2021-06-10T07:20"\n', "utf-8"
    )
    lines.write_text(
        '{"is": "accident", "id": "a", "name": "甲"}\n{"is": "event", "what": "occurred", "at": "2021-06-10T07:20"}\n',
        "utf-8-sig",
    )

    assert typed("replay", toml, "--json").document == typed("replay", lines, "--json").document


def test_without_a_file_the_shipped_cases_are_listed(typed: Callable[..., Any]) -> None:
    assert {entry["id"] for entry in typed("replay", "--json").document} == _FOUND.keys()
    printed = typed("replay").out
    assert "栖霞笏山金矿" in printed
    assert "不适用，不作判断" in printed


def test_the_picture_is_written_beside_the_words(tmp_path: Path, typed: Callable[..., Any]) -> None:
    answer = typed("replay", "qixia-hushan-2021", "--svg", tmp_path / "own.svg")

    assert answer.code == 0
    root = ET.fromstring((tmp_path / "own.svg").read_text("utf-8"))  # noqa: S314 - our own drawing
    assert len(root.findall(".//*[@data-hop]")) == len(_FOUND["qixia-hushan-2021"].hops)


def test_a_picture_that_cannot_be_written_is_said(tmp_path: Path, typed: Callable[..., Any]) -> None:
    assert (
        typed("replay", "qixia-hushan-2021", "--svg", tmp_path / "no" / "where.svg", "--json").error["code"] == "setup"
    )
