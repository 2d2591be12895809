"""`anlan explain`, `duty list`, `rule show`, `process show`: why a deadline is what it is, and the law behind it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from rules.actor import Role
from rules.hazard import HAZARD

_ALL = ("closed", "late", "void", "major", "ordered", "own", "fresh")


def _instant(written: str) -> datetime:
    return datetime.fromisoformat(written)


@pytest.fixture
def explained(anlan: Callable[..., Any], county: Any) -> Callable[..., list[dict[str, Any]]]:
    """Return what explains every deadline of a named case, ended duties included."""

    def explain(name: str) -> list[dict[str, Any]]:
        number = county.cases[name]
        keys = [duty["key"] for duty in anlan("case", "show", number, "--json").document["duties"]]
        answers = [anlan("explain", number, key, "--json") for key in keys]
        assert [answer.code for answer in answers] == [0] * len(keys)
        return [entry for answer in answers for entry in answer.document]

    return explain


@pytest.mark.parametrize("name", _ALL)
def test_every_deadline_is_explained_and_computed_again_as_it_was_recorded(
    name: str, explained: Callable[..., Any], anlan: Callable[..., Any], county: Any
) -> None:
    recorded = {duty["key"]: duty for duty in anlan("case", "show", county.cases[name], "--json").document["duties"]}

    found = explained(name)

    assert [entry["duty"] for entry in found] == list(recorded)
    for entry in found:
        duty = recorded[entry["duty"]]
        assert entry["as_recorded"] is True
        assert (entry["due_alert"], entry["due_legal"]) == (duty["due_alert"], duty["due_legal"])
        assert entry["steps"]
        assert entry["clause"]
        assert entry["source"]
        assert entry["verification"]


def test_every_way_of_counting_says_how_it_counted(explained: Callable[..., Any]) -> None:
    """Minutes run through, working days leave days out, calendar days do not, a written day is taken as it is."""
    by_limit = {re.sub(r"\d+|（.*）", "", entry["limit"]): entry for name in _ALL for entry in explained(name)}

    assert by_limit.keys() >= {"分钟", "日", "个工作日", "文书载明的期限"}
    for limit, entry in by_limit.items():
        begun, due = _instant(entry["started_at"]), _instant(entry["due_alert"])
        words = "".join(entry["steps"])
        amount = int(next(iter(re.findall(r"\d+", entry["limit"])), "0"))
        match limit:
            case "分钟":
                assert due - begun == timedelta(minutes=amount)
                assert "连续计算" in words
            case "日":
                assert due.date() - begun.date() == timedelta(days=amount + 1)
                assert "不计入" in words
            case "个工作日":
                assert sum(int(days) for days in re.findall(r"计(\d+)日", words)) == amount
                assert "工作日" in words
            case _:
                assert due.time() == datetime.min.time()
                assert "届满" in words


def test_without_a_duty_all_open_ones_are_explained_in_words(anlan: Callable[..., Any], county: Any) -> None:
    printed = anlan("explain", county.cases["major"]).out
    open_duties = [
        duty
        for duty in anlan("case", "show", county.cases["major"], "--json").document["duties"]
        if duty["status"] == "open"
    ]

    assert printed.count("提醒截止") == len(open_duties) >= 3
    assert all(duty["key"] in printed for duty in open_duties)
    assert "本县规定，非法定" in printed
    assert "（法定）" in printed


def test_a_closed_case_owes_nothing_to_explain(anlan: Callable[..., Any], county: Any) -> None:
    assert anlan("explain", county.cases["closed"]).out.strip() == "没有待办。"
    assert anlan("explain", county.cases["closed"], "--json").document == []


def test_a_duty_that_does_not_exist_is_refused(anlan: Callable[..., Any], county: Any) -> None:
    answer = anlan("explain", county.cases["own"], "delist", "--json")
    assert (answer.code, answer.error["code"]) == (2, "unknown-record")


def test_deadlines_are_explained_within_the_scope_only(anlan: Callable[..., Any], county: Any) -> None:
    stranger = county.who(Role.UNIT_HEAD, at="mingjing-reservoir")
    answer = anlan("explain", county.cases["own"], "--as", stranger, "--json")
    assert answer.code == 2


# --- duties --------------------------------------------------------------------------------------


def test_duties_are_listed_for_the_post_the_most_pressing_first(anlan: Callable[..., Any], county: Any) -> None:
    items = anlan("duty", "list", "--as", county.who(Role.UNIT_FIXER), "--json").document

    assert {item["number"] for item in items} == {county.cases[name] for name in ("late", "ordered", "own")}
    assert {item["act"] for item in items} == {"rectify"}
    assert [item["due_alert"] for item in items] == sorted(item["due_alert"] for item in items)
    assert [item["overdue"] for item in items] == [True, False, False]


def test_duties_are_narrowed_to_the_next_days(anlan: Callable[..., Any], county: Any) -> None:
    who = county.who(Role.UNIT_FIXER)

    soon = anlan("duty", "list", "--as", who, "--days", "1", "--json").document
    later = anlan("duty", "list", "--as", who, "--days", "30", "--json").document

    assert [item["number"] for item in soon] == [county.cases["late"]]
    assert len(later) == 3


def test_the_printed_duties_say_by_when_and_under_which_clause(anlan: Callable[..., Any], county: Any) -> None:
    printed = anlan("duty", "list", "--as", county.who(Role.DEPT_OFFICER)).out
    line = next(line for line in printed.splitlines() if county.cases["fresh"] in line)
    assert "判定等级" in line
    assert "《安全生产事故隐患排查治理暂行规定》第三条" in line


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.IT_ADMIN], ids=str)
def test_whoever_owes_nothing_has_an_empty_list(role: Role, anlan: Callable[..., Any], county: Any) -> None:
    assert anlan("duty", "list", "--as", county.who(role), "--json").document == []


# --- law -----------------------------------------------------------------------------------------


def _clauses(anlan: Callable[..., Any], *words: str) -> dict[str, dict[str, Any]]:
    return {clause["id"]: clause for clause in anlan("rule", "show", *words, "--json").document["clauses"]}


def test_the_clauses_of_a_day_are_those_in_force_on_it(typed: Callable[..., Any]) -> None:
    before, after = _clauses(typed, "--as-of", "2021-08-31"), _clauses(typed, "--as-of", "2021-09-01")

    assert before.keys() != after.keys() or before != after
    for on, clauses in (("2021-08-31", before), ("2021-09-01", after)):
        for clause in clauses.values():
            assert clause["in_force_from"] <= on
            assert clause["in_force_until"] is None or on <= clause["in_force_until"]


def test_one_clause_is_shown_in_the_version_of_the_day(typed: Callable[..., Any]) -> None:
    old = _clauses(typed, "haz-recheck", "--as-of", "2026-01-31")["haz-recheck"]
    new = _clauses(typed, "haz-recheck", "--as-of", "2026-02-01")["haz-recheck"]

    assert old["version"] != new["version"]
    assert old["in_force_until"] < new["in_force_from"]
    printed = typed("rule", "show", "haz-recheck", "--as-of", "2026-02-01").out
    assert "10日" in printed
    assert "未核实" in printed


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["haz-nothing"], "clause-unknown"),
        (["haz-recheck", "--as-of", "1950-01-01"], "clause-not-in-force"),
        (["--as-of", "yesterday"], "time-invalid"),
        (["--as-of", "2026-02-30"], "time-invalid"),
        (["--county", "nowhere"], "rulebook"),
    ],
)
def test_law_that_is_not_there_is_named(words: list[str], code: str, typed: Callable[..., Any]) -> None:
    answer = typed("rule", "show", *words, "--json")
    assert answer.code == (2 if code == "time-invalid" else 1)
    assert answer.error["code"] == code


# --- the picture ---------------------------------------------------------------------------------


def test_the_picture_shows_every_step_with_how_many_wait_there(anlan: Callable[..., Any], county: Any) -> None:
    steps = {step["act"]: step for step in anlan("process", "show", "hazard", "--json").document["steps"]}

    assert steps.keys() == {str(step.act) for step in HAZARD.picture.steps}
    assert (steps["rectify"]["waiting"], steps["rectify"]["overdue"]) == (4, 1)
    assert (steps["grade"]["waiting"], steps["grade"]["overdue"]) == (1, 0)
    assert sum(step["waiting"] for step in steps.values()) == 5
    assert len(county.cases) == 7


def test_the_picture_is_written_as_svg_with_live_counts(anlan: Callable[..., Any], tmp_path: Path) -> None:
    target = tmp_path / "hazard.svg"

    answer = anlan("process", "show", "hazard", "--svg", target)

    assert answer.code == 0
    assert str(target) in answer.out
    drawn = ET.fromstring(target.read_text("utf-8"))  # noqa: S314 - our own picture
    words = "".join(drawn.itertext())
    assert "报告整改完成" in words
    assert drawn.tag.endswith("svg")
    assert "4" in words


def test_a_process_is_written_as_bpmn_for_other_tools(anlan: Callable[..., Any], tmp_path: Path) -> None:
    target = tmp_path / "hazard.bpmn"
    answer = anlan("process", "show", "hazard", "--bpmn", target)
    assert answer.code == 0
    assert str(target) in answer.out.replace("\n", "")
    assert target.read_text("utf-8").count("userTask") >= 2 * len(HAZARD.picture.steps)


def test_the_picture_is_printed_as_mermaid(anlan: Callable[..., Any]) -> None:
    printed = anlan("process", "show", "hazard").out
    assert printed.startswith(("flowchart", "graph"))
    assert "销号" in printed


def test_an_unknown_process_is_refused(anlan: Callable[..., Any]) -> None:
    answer = anlan("process", "show", "volcano", "--json")
    assert answer.code == 2
    assert answer.error["code"] == "unknown-record"
