"""The year of drills is opened each January or when it can be, once; drills that were reported are credited, once."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pendulum
import pytest

from models.escalation import fire_due, next_wake
from models.ledger import Ledger
from models.receipt import Deed
from rules.actor import Role
from rules.deadlines import SHANGHAI
from rules.errors import ContentInvalid
from tasks.drilling import credit_drill, credit_drills, open_year
from tasks.effects import perform_effect


@pytest.fixture
def at(county: Any, tools: Any) -> Callable[[str], Any]:
    """Return what the nightly run does on a Shanghai day."""

    def run(day: str) -> Any:
        county.now = pendulum.instance(pendulum.parse(day, tz=SHANGHAI)).add(minutes=20)
        return open_year(tools)

    return run


@pytest.fixture
def tools(county: Any, tooled: Any) -> Any:
    """Return the tools of a process that tells nobody anything."""
    return tooled(county, {})


def _windows(county: Any) -> set[tuple[str, str]]:
    return set(county.rows("SELECT first, last FROM drill_lines WHERE subject = 'redstar'"))


def test_a_year_is_opened_in_january_and_never_twice(at: Any, county: Any) -> None:
    opened = at("2026-01-01")
    assert (opened.number, opened.is_new, opened.why_not) == ("YN-2026-0001", True, "")
    assert _windows(county) == {("2026-01-01", "2026-06-30"), ("2026-07-01", "2026-12-31")}
    again = at("2026-01-02")
    assert (again.number, again.is_new) == ("YN-2026-0001", False)
    assert county.rows("SELECT count(*) FROM drill_years") == [(1,)]
    assert county.verified().holds


def test_a_county_that_begins_in_the_middle_of_a_year_plans_the_rest_of_it(at: Any, county: Any) -> None:
    assert at("2026-08-03").is_new
    assert _windows(county) == {("2026-08-03", "2026-12-31")}


def test_a_year_whose_days_off_are_unknown_waits_and_says_so(at: Any, county: Any, tools: Any) -> None:
    refused = at("2027-01-01")
    assert refused.number == ""
    assert "2027年放假安排尚未公布" in refused.why_not
    assert county.rows("SELECT count(*) FROM drill_years") == [(0,)]

    rules = copy(county.ledger.rulebook)
    rules.workdays = _Published(rules.workdays)
    county.now = county.now.add(days=5)
    opened = open_year(replace(tools, ledger=Ledger(county.store, rules, county_id="dai")))
    assert (opened.number, opened.is_new) == ("YN-2027-0001", True)
    assert min(first for first, _ in _windows(county)) == "2027-01-06"


class _Published:
    """Days off that are published for every year."""

    def __init__(self, known: Any) -> None:
        self._known = known

    def is_published(self, year: int) -> bool:
        return bool(year)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._known, name)


def test_a_year_that_went_by_in_an_outage_is_named(at: Any) -> None:
    at("2026-12-31")
    assert at("2028-01-01").left_out == 2027
    assert at("2027-06-01").left_out == 0


# --- drills that were reported -------------------------------------------------------------------

_SCHEME = {
    "host": "unit", "unit_kind": "mine", "shape": "tabletop", "reach": "comprehensive", "title": "透水推演",
    "plan": "YA-2026-0001", "starts_at": "2026-03-10T09:00", "ends_at": "2026-03-10T11:00", "hall": "矿部会议室",
    "commander": "主要负责人1", "evaluators": "部门监管员1", "participants": "整改责任人1", "scenario": "透水",
    "injects": "1|0|接报|值班室|5", "subjects": "信息报告",
}  # fmt: skip


@pytest.fixture
def drilled(county: Any, tools: Any, at: Any) -> Callable[..., str]:
    """Return what holds a drill of 红星铁矿 on 2026-03-10 and reports it or not, beside a year that was approved."""
    at("2026-03-02")
    _do(tools, county, "YN-2026-0001", "approve", Role.COUNTY_LEADER, approved="yes")
    said = {"level": "unit", "title": "预案", "unit_kind": "mine", "scope": "comprehensive", "ends_on": "2026-03-31"}
    _open(tools, county, "plan", "initiate", Role.UNIT_SAFETY, **said)

    def hold(*, reported: bool = True, **values: Any) -> str:
        number: str = _open(tools, county, "drill", "prepare", Role.UNIT_SAFETY, **{**_SCHEME, **values})
        _do(tools, county, number, "approve", Role.UNIT_HEAD, approved="yes")
        county.now = pendulum.datetime(2026, 3, 10, 9, tz=SHANGHAI)
        _do(tools, county, number, "sign-in", Role.UNIT_HEAD, person=county.persons["unit_head"])
        _do(tools, county, number, "start", Role.UNIT_SAFETY)
        _do(tools, county, number, "inject", Role.UNIT_SAFETY, about="1")
        _do(tools, county, number, "finish", Role.UNIT_SAFETY)
        _do(tools, county, number, "evaluate", Role.DEPT_OFFICER, about="信息报告", score="good", finding="好")
        if reported:
            _do(tools, county, number, "report", Role.UNIT_SAFETY, revise="no", summary="达到目的")
        return number

    return hold


def _open(tools: Any, county: Any, process: str, kind: str, who: Role, **values: Any) -> str:
    deed = Deed(kind, county.actor(who), os.urandom(8).hex(), values=values)
    found: str = tools.ledger.open_case(process, "redstar", deed, county.now).number
    return found


def _do(tools: Any, county: Any, number: str, kind: str, who: Role, **values: Any) -> None:
    tools.ledger.record(number, Deed(kind, county.actor(who), os.urandom(8).hex(), values=values), county.now)


def _states(county: Any) -> list[tuple[Any, ...]]:
    return county.rows("SELECT first, state, number FROM drill_lines WHERE subject = 'redstar' ORDER BY first")


def test_a_drill_that_was_reported_is_credited_by_an_act_of_the_clock_once(
    drilled: Any, county: Any, tools: Any
) -> None:
    number = drilled()
    assert credit_drill(tools, number) == 1
    assert _states(county) == [("2026-03-02", "done", number), ("2026-07-01", "planned", "")]
    assert (credit_drill(tools, number), credit_drills(tools)) == (0, 0)
    last = "SELECT acts.kind, person_id FROM acts JOIN cases ON cases.id = case_id WHERE cases.kind = 'drill_year'"
    assert county.rows(f"{last} ORDER BY acts.id DESC LIMIT 1") == [("record", "clock")]
    assert county.verified().holds


def test_what_an_outage_left_over_is_credited_by_the_nightly_run(drilled: Any, county: Any, tools: Any) -> None:
    number = drilled()
    assert credit_drills(tools) == 1
    assert _states(county)[0] == ("2026-03-02", "done", number)


@pytest.mark.parametrize("said", [{"reported": False}, {"shape": "paper", "hall": ""}, {"reach": "on_site"}])
def test_a_drill_that_does_not_count_credits_nothing(
    drilled: Any, county: Any, tools: Any, said: dict[str, Any]
) -> None:
    number = drilled(**said)
    assert (credit_drill(tools, number), credit_drill(tools, "YN-2026-0001"), credit_drills(tools)) == (0, 0, 0)
    assert {state for _, state, _ in _states(county)} == {"planned"}
    assert date(2026, 3, 10) == county.now.date()


def test_a_scheme_names_a_line_that_waits_for_a_drill_and_no_other(drilled: Any, county: Any, tools: Any) -> None:
    lines = dict(county.rows("SELECT first, no FROM drill_lines WHERE subject = 'redstar'"))
    credit_drill(tools, drilled(line=lines["2026-03-02"]))

    for no in (lines["2026-03-02"], "999"):
        with pytest.raises(ContentInvalid, match=f"2026年的年度演练计划里没有待演练的第「{no}」项") as refused:
            _open(tools, county, "drill", "prepare", Role.UNIT_SAFETY, **{**_SCHEME, "line": no})
        assert refused.value.clause == "drill-year-plan"
    later = {"starts_at": "2026-08-10T09:00", "ends_at": "2026-08-10T11:00", "line": lines["2026-07-01"]}
    assert _open(tools, county, "drill", "prepare", Role.UNIT_SAFETY, **{**_SCHEME, **later}).startswith("YL-")


# --- papers --------------------------------------------------------------------------------------


def _papers(county: Any, tools: Any) -> dict[str, str]:
    """Draw up every paper that the year owes; return their words by name."""
    owed = county.rows(
        "SELECT key, name FROM effects JOIN cases ON cases.id = effects.case_id"
        " WHERE cases.kind = 'drill_year' AND effects.kind = 'paper' AND effects.status = 'owed'"
    )
    for key, _ in owed:
        perform_effect(tools, case_number="YN-2026-0001", effect_key=key, run_id="run")
    found = {}
    for _, name in owed:
        ((sha256,),) = county.rows(f"SELECT paper_sha256 FROM effects WHERE name = '{name}'")  # noqa: S608 - ours
        (path,) = Path(tools.papers).rglob(f"{sha256}*")
        found[name] = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "|", path.read_text("utf-8").partition("<body>")[2]))
    return found


def test_a_sample_can_be_drawn_again_from_its_papers_by_hand(drilled: Any, county: Any, tools: Any) -> None:
    number = drilled()
    credit_drill(tools, number)
    ((line,),) = county.rows(f"SELECT no FROM drill_lines WHERE number = '{number}'")  # noqa: S608 - ours
    _do(tools, county, "YN-2026-0001", "announce", Role.BUREAU_OFFICER, source="某期开奖号码", count="1")
    said = {"seed": "0712182933", "url": "https://example.invalid/kj", "drawn": line}
    _do(tools, county, "YN-2026-0001", "draw", Role.BUREAU_OFFICER, **said)

    papers = _papers(county, tools)
    assert papers.keys() == {"year-plan", "sampling", "draw-result"}
    assert f"|{line}||红星铁矿||{number}|" in papers["sampling"]
    assert "种子尚未产生，来源：某期开奖号码" in papers["sampling"]
    assert hashlib.sha256(f"0712182933\n{line}".encode()).hexdigest() in papers["draw-result"]
    assert "抽中" in papers["draw-result"]


def test_the_summary_says_what_was_held_and_what_was_not(drilled: Any, county: Any, tools: Any) -> None:
    credit_drill(tools, drilled())
    until = pendulum.datetime(2027, 1, 4, 9, tz=SHANGHAI)
    while True:
        with county.store.read() as reading:
            due = next_wake(reading)
        if due is None or due > until:
            break
        county.now = max(county.now, due)
        fire_due(tools.ledger, county.now)
    county.now = until
    _do(tools, county, "YN-2026-0001", "summarise", Role.BUREAU_OFFICER, summary="完成一项")

    summary = _papers(county, tools)["year-summary"]
    assert "完成一项" in summary
    assert "企业、事业单位||0||1||0||3||0||0||4|" in summary
    assert "红星铁矿||重点单位半年一次||2026-07-01至2026-12-31" in summary
    assert county.verified().holds
