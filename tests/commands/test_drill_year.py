"""`anlan drill-year show|draw`: the plan with its counts and both readings; samples drawn again, by hand too."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pendulum
import pytest

from models.receipt import Deed
from rules.actor import Actor, Reach, Role, Scope
from rules.deadlines import SHANGHAI
from tasks.drilling import credit_drill, open_year


@pytest.fixture
def sampled(county: Any) -> str:
    """Return a year of which one drill of a key unit was held, reported, credited and drawn by lot."""
    at = [pendulum.datetime(2026, 3, 2, 9, tz=SHANGHAI)]
    with county.opened() as opened:
        tools = replace(opened, now=lambda: at[0])
        home = tools.installation.county_id
        people = [row[0] for row in county.rows("SELECT id FROM persons WHERE name IS NOT NULL LIMIT 4")]

        def deed(kind: str, role: Role, values: dict[str, Any], who: int = 0) -> Deed:
            actor = Actor(people[who], "test", "test", role, Scope(Reach.SUBTREE, f"/{home}/"))
            return Deed(kind, actor, os.urandom(8).hex(), values=values)

        def do(number: str, kind: str, role: Role, who: int = 0, **values: Any) -> None:
            tools.ledger.record(number, deed(kind, role, values, who), at[0])

        year: str = open_year(tools).number
        do(year, "approve", Role.COUNTY_LEADER, approved="yes")
        ((subject,),) = county.rows("SELECT subject FROM drill_lines WHERE clause_id = 'drill-halfyear' LIMIT 1")
        plan = {"level": "unit", "title": "预案", "unit_kind": "mine", "scope": "specific", "ends_on": "2026-03-31"}
        named = tools.ledger.open_case("plan", subject, deed("initiate", Role.UNIT_SAFETY, plan), at[0]).number
        scheme = {
            "host": "unit", "unit_kind": "mine", "shape": "tabletop", "reach": "specific", "title": "推演",
            "plan": named, "starts_at": "2026-03-10T09:00", "ends_at": "2026-03-10T11:00", "hall": "会议室",
            "commander": people[1], "evaluators": people[2], "participants": people[3], "scenario": "险情",
            "injects": "1|0|接报|值班室|5", "subjects": "信息报告",
        }  # fmt: skip
        number = tools.ledger.open_case("drill", subject, deed("prepare", Role.UNIT_SAFETY, scheme), at[0]).number
        do(number, "approve", Role.UNIT_HEAD, 1, approved="yes")
        at[0] = pendulum.datetime(2026, 3, 10, 9, tz=SHANGHAI)
        do(number, "sign-in", Role.UNIT_HEAD, 1, person=people[1])
        do(number, "start", Role.UNIT_SAFETY)
        do(number, "inject", Role.UNIT_SAFETY, about="1")
        do(number, "finish", Role.UNIT_SAFETY)
        do(number, "evaluate", Role.DEPT_OFFICER, 2, about="信息报告", score="good", finding="好")
        do(number, "report", Role.UNIT_SAFETY, revise="no", summary="达到目的")
        assert credit_drill(tools, number) == 1
        ((line,),) = county.rows(f"SELECT no FROM drill_lines WHERE number = '{number}'")  # noqa: S608 - ours
        do(year, "announce", Role.BUREAU_OFFICER, source="某期开奖号码", count="1")
        do(year, "draw", Role.BUREAU_OFFICER, seed="0712182933", url="https://example.invalid/kj", drawn=line)
    return year


@pytest.fixture
def show(anlan: Callable[..., Any], county: Any) -> Callable[..., Any]:
    """Return what shows the plan of this year to an officer of the bureau."""
    return lambda *more: anlan("drill-year", "show", "--as", county.who(Role.BUREAU_OFFICER), *more)


def test_a_year_that_is_not_compiled_shows_what_the_registers_make_of_it(show: Callable[..., Any]) -> None:
    answer = show("--json")
    assert (answer.code, answer.document["number"], answer.document["approved"]) == (0, None, False)
    # A machine whose year has no published days off yet says so instead.
    assert "尚未公布" in answer.document["why_not"] or any(
        "|drill-gov-2y|" in line for line in answer.document["lines"]
    )
    for one in answer.document["readings"]:
        assert one["chosen"] in [reading["words"] for reading in one["readings"]]
        assert all(reading["drills"] > 0 for reading in one["readings"])
    said = show().out
    assert "尚未编制" in said
    assert "（本县采用）" in said


def test_a_sample_is_drawn_again_from_the_printed_record_alone(anlan: Callable[..., Any]) -> None:
    words = ["drill-year", "draw", "--seed", "0712182933", "--count", "2", "--of", "3，7,12", "--json"]
    by_hand = sorted(["3", "7", "12"], key=lambda no: hashlib.sha256(f"0712182933\n{no}".encode()).hexdigest())
    assert anlan(*words).document["drawn"] == by_hand[:2]
    for wrong in (["--seed", "1"], ["--of", "3"], ["--seed", "1", "--of", "3", "--count", "2"]):
        refused = anlan("drill-year", "draw", *wrong, "--json")
        assert (refused.code, "打印件" in refused.error["message"]) == (2, True)


def test_only_a_year_has_samples(anlan: Callable[..., Any]) -> None:
    refused = anlan("drill-year", "draw", "YN-2026-0099", "--json")
    assert (refused.code, refused.error["code"]) == (2, "unknown-record")


def test_recorded_samples_are_drawn_again_and_are_identical(anlan: Callable[..., Any], sampled: str) -> None:
    answer = anlan("drill-year", "draw", sampled, "--json")
    assert (answer.code, answer.document["identical"]) == (0, True)
    (sample,) = answer.document["samples"]
    assert sample["drawn"] == sample["recorded"] != []
    assert "全部一致" in anlan("drill-year", "draw", sampled).out
