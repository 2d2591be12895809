"""`anlan case list` and `case show`: what stands in the scope of whoever asks, and a case with its whole history."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rules.actor import Role


def test_the_list_holds_every_case_of_the_county_for_its_auditor(anlan: Callable[..., Any], county: Any) -> None:
    answer = anlan("case", "list", "--json")

    assert answer.code == 0
    assert answer.document["total"] == len(county.cases)
    assert {item["number"] for item in answer.document["cases"]} == set(county.cases.values())


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        (["--status", "closed"], {"closed"}),
        (["--status", "void"], {"void"}),
        (["--grade", "major"], {"major"}),
        (["--overdue"], {"late"}),
        (["--status", "open", "--grade", "general"], {"late", "ordered", "own"}),
        (["稳驾危货"], {"closed", "late", "void", "major", "ordered", "fresh", "own"}),
        (["没有这样的单位"], set()),
        (["%"], set()),
        (["--kind", "hazard", "--page", "2"], set()),
    ],
    ids=["closed", "void", "major", "overdue", "both", "words", "no-words", "wildcard", "second-page"],
)
def test_the_list_is_narrowed(narrowed: list[str], expected: set[str], anlan: Callable[..., Any], county: Any) -> None:
    found = {item["number"] for item in anlan("case", "list", *narrowed, "--json").document["cases"]}
    assert found == {county.cases[name] for name in expected}


@pytest.mark.parametrize(
    ("role", "at", "sees"),
    [
        (Role.UNIT_FIXER, "wenjia-tanker", True),
        (Role.UNIT_FIXER, "mingjing-reservoir", False),
        (Role.TOWN_CLERK, "wenjia-tanker", True),
        (Role.TOWN_CLERK, "mingjing-reservoir", False),
        (Role.DEPT_OFFICER, "wenjia-tanker", True),
        (Role.DEPT_OFFICER, "mingjing-reservoir", False),
        (Role.BUREAU_OFFICER, "wenjia-tanker", True),
        (Role.IT_ADMIN, "wenjia-tanker", False),
    ],
    ids=str,
)
def test_the_list_ends_where_the_scope_of_the_post_ends(
    role: Role, at: str, sees: bool, anlan: Callable[..., Any], county: Any
) -> None:
    answer = anlan("case", "list", "--as", county.who(role, at=at), "--json")
    assert answer.document["total"] == (len(county.cases) if sees else 0)


def test_the_printed_list_says_unit_grade_what_is_waited_for_and_by_when(
    anlan: Callable[..., Any], county: Any
) -> None:
    answer = anlan("case", "list")

    assert answer.code == 0
    printed = answer.out.splitlines()
    lines = {name: next(line for line in printed if number in line) for name, number in county.cases.items()}
    assert "重大事故隐患" in lines["major"]
    assert "逾期" in lines["late"]
    assert "已销号" in lines["closed"]
    assert "已作废" in lines["void"]
    assert "报告整改完成" in lines["ordered"]
    assert "还有" in lines["ordered"]
    assert all("稳驾危货" in line for line in lines.values())


def test_the_list_speaks_english_when_asked_to(anlan: Callable[..., Any]) -> None:
    assert "7 cases, page 1" in anlan("case", "list", "--lang", "en").out


# --- one case ------------------------------------------------------------------------------------


def test_a_shown_case_holds_every_act_with_its_hash(anlan: Callable[..., Any], county: Any) -> None:
    recorded = county.of_case("closed", "acts: seq, acts.kind, hash")

    document = anlan("case", "show", county.cases["closed"], "--json").document
    printed = anlan("case", "show", county.cases["closed"]).out

    assert [(act["seq"], act["kind"], act["hash"]) for act in document["acts"]] == [
        (seq, kind, bytes(found).hex()) for seq, kind, found in recorded
    ]
    assert len(recorded) >= 8
    for seq, _, found in recorded:
        assert f"\n  #{seq:<3}" in printed
        assert bytes(found).hex()[:16] in printed


def test_a_shown_case_holds_every_duty_with_its_clause_and_its_term(anlan: Callable[..., Any], county: Any) -> None:
    number = county.cases["major"]
    owed = county.of_case("major", "duties: key, clause_id")

    document = anlan("case", "show", number, "--json").document
    printed = anlan("case", "show", number).out

    assert [(duty["key"], duty["clause_id"]) for duty in document["duties"]] == owed
    assert {clause for _, clause in owed} >= {"haz-grade", "haz-major-plan", "haz-listing"}
    open_duties = [duty for duty in document["duties"] if duty["status"] == "open"]
    assert len(open_duties) >= 2
    for duty in document["duties"]:
        assert duty["due_alert"] <= duty["due_legal"]
        assert duty["label"] in printed
    assert printed.count("▸") == len(open_duties)
    assert printed.count("还有") + printed.count("（逾期") >= len(open_duties)
    assert "第" in printed


def test_a_shown_case_holds_what_the_world_is_owed_and_to_whom(anlan: Callable[..., Any], county: Any) -> None:
    document = anlan("case", "show", county.cases["closed"], "--json").document

    names = {effect["name"] for effect in document["effects"]}
    assert names >= {"registered", "rectification-order", "recheck-opinion", "sign-off", "closed"}
    assert all(effect["status"] == "owed" for effect in document["effects"] if effect["name"] == "registered")
    assert any(effect["notices"] for effect in document["effects"])


def test_a_shown_case_says_that_it_is_a_demonstration_and_who_was_late(anlan: Callable[..., Any], county: Any) -> None:
    printed = anlan("case", "show", county.cases["late"]).out

    assert printed.startswith("【演示】")
    assert "已逾期" in printed
    assert "期限届满" in printed


def test_a_shown_case_speaks_english_when_asked_to(anlan: Callable[..., Any], county: Any) -> None:
    printed = anlan("case", "show", county.cases["late"], "--lang", "en").out

    assert printed.startswith("[DEMO] ")
    assert ", overdue" in printed


@pytest.mark.parametrize("number", ["YH-2026-9999", "nothing", "", "YH-2026-0001' OR 1=1", "隐患"])
def test_an_unknown_number_is_refused_with_the_number(number: str, anlan: Callable[..., Any]) -> None:
    answer = anlan("case", "show", number, "--json")

    assert answer.code == 2
    assert answer.error["code"] == "unknown-record"
    assert number in answer.error["message"]


def test_a_case_beyond_the_scope_is_not_shown(anlan: Callable[..., Any], county: Any) -> None:
    stranger = county.who(Role.TOWN_CLERK, at="mingjing-reservoir")

    answer = anlan("case", "show", county.cases["ordered"], "--as", stranger, "--json")

    assert answer.code == 2
    assert answer.error["code"] in {"outside-scope", "unknown-record"}
    assert "护栏" not in answer.out


def test_nobody_is_asked_who_they_are_to_read_a_demonstration_but_everybody_to_act_in_it(
    anlan: Callable[..., Any], county: Any
) -> None:
    assert anlan("case", "show", county.cases["own"]).code == 0

    answer = anlan("case", "act", county.cases["own"], "rectify", "measure=已补", "--json")

    assert answer.code == 2
    assert answer.error["code"] == "sign-in-refused"
    assert "--login" in answer.error["message"]


def test_the_record_of_service_of_a_case_is_written_as_a_page_to_print(
    anlan: Callable[..., Any], county: Any, tmp_path: Path
) -> None:
    (tmp_path / "papers").mkdir()
    target = tmp_path / "papers" / "送达回证.html"
    answer = anlan("case", "receipt", county.cases["late"], str(target), "--json")

    assert answer.code == 0
    page = target.read_text("utf-8")
    assert answer.document["sha256"] == hashlib.sha256(page.encode()).hexdigest()
    for words in ("送 达 回 证", county.cases["late"], "未回复", "@page", "演示"):
        assert words in page
    assert [path.name for path in target.parent.iterdir()] == ["送达回证.html"]


@pytest.mark.parametrize("number", ["YH-2026-9999", "nonsense", "XT-2026-0001"])
def test_there_is_no_record_of_service_of_a_case_that_is_not_there(
    number: str, anlan: Callable[..., Any], tmp_path: Path
) -> None:
    answer = anlan("case", "receipt", number, str(tmp_path / "x.html"), "--json")
    assert answer.code != 0
    assert not (tmp_path / "x.html").exists()


def test_what_is_sealed_is_on_no_command_of_anybody_else(
    anlan: Callable[..., Any], county: Any, tmp_path: Path
) -> None:
    bureau, leader = county.who(Role.BUREAU_OFFICER), county.who(Role.COUNTY_LEADER)
    said = ("channel=12350", "named=anonymous", "matter=hazard", "unit_name=一处石料厂", "clue=边坡开裂无人管")
    answer = anlan("case", "open", "tipoff", "emergency-bureau", *said, "--as", bureau, "--json")
    assert answer.code == 0, answer.err
    number = answer.document["number"]

    for command in (
        ("case", "show", number),
        ("case", "receipt", number, str(tmp_path / "x.html")),
        ("explain", number),
    ):
        answer = anlan(*command, "--as", leader, "--json")
        assert (answer.code, answer.error["code"]) == (2, "outside-scope"), command
        assert "石料厂" not in answer.out + answer.err
    assert not (tmp_path / "x.html").exists()
    assert anlan("case", "list", "--kind", "tipoff", "--as", leader, "--json").document["total"] == 0
    assert anlan("case", "list", "--kind", "tipoff", "--as", bureau, "--json").document["total"] == 1
    assert anlan("case", "show", number, "--as", bureau, "--json").code == 0


def test_the_record_of_service_of_another_township_is_out_of_reach(
    anlan: Callable[..., Any], county: Any, tmp_path: Path
) -> None:
    clerk = county.who(Role.TOWN_CLERK, at="mingjing-reservoir")
    answer = anlan("case", "receipt", county.cases["late"], str(tmp_path / "x.html"), "--as", clerk, "--json")
    assert answer.code != 0
    assert not (tmp_path / "x.html").exists()
