"""Indicators read from the ledger: what counts when, with which denominator; what a closing cost; no table scans."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pendulum import DateTime

from models import indicators
from models.escalation import fire_due, next_wake
from models.evidence import EvidenceRoom
from models.indicators import Figure, Measured, measure
from models.policy import Scoped
from models.receipt import Deed
from models.statements import Statement
from rules.actor import Reach, Role, Scope, clock
from rules.indicators import Measure, indicator_named
from rules.indicators import indicators as all_indicators

WHOLE = Scope(Reach.SUBTREE, "/dai/")


@pytest.fixture
def figure(county: Any) -> Callable[..., Measured]:
    """Return how an indicator stands now, with the cases behind it in a scope."""

    def measured(name: str, scope: Scope | None = WHOLE) -> Measured:
        with county.store.read() as reading:
            return measure(reading, indicator_named(name), county.now, scope)

    return measured


def let_pass(county: Any, until: DateTime) -> None:
    """Let time pass; the clock does its acts at their instants on the way."""
    while True:
        with county.store.read() as reading:
            due = next_wake(reading)
        if due is None or due > until:
            break
        county.now = max(county.now, due)
        fire_due(county.ledger, due)
    county.now = until


def rectified(county: Any, number: str) -> None:
    county.do(number, "rectify", Role.UNIT_FIXER, measure="已加装护罩")


def closed(county: Any, number: str) -> None:
    rectified(county, number)
    county.do(number, "recheck", Role.DEPT_OFFICER, passed="yes")
    county.do(number, "sign-off", Role.DEPT_HEAD, approved="yes")


# --- what the work costs -------------------------------------------------------------------------


def test_a_closing_costs_the_acts_and_fields_of_people(county: Any, figure: Any) -> None:
    assert figure("burden-typed").now == Figure("2026-03", None, 0, 0)
    number = county.ordered()
    closed(county, number)
    ((case, kind, acts, typed),) = county.rows("SELECT case_id, kind, acts, typed FROM closings")
    assert (case, kind, acts) == (1, "hazard", 10)
    assert figure("burden-acts").now == Figure("2026-03", 10.0, 10, 1)
    assert figure("burden-typed").now == Figure("2026-03", float(typed), typed, 1)
    assert figure("burden-typed").cases == (number,)
    assert figure("hazard-closed").now == Figure("2026-03", 1, 1, None)
    assert county.faults() == set()


def test_a_case_that_is_closed_twice_costs_what_came_after_the_first_time(county: Any, figure: Any) -> None:
    number = county.found(Role.UNIT_SAFETY, own_grade="general").number
    rectified(county, number)
    county.do(number, "accept", Role.UNIT_HEAD, passed="yes")
    county.do(number, "apply-reopen", Role.UNIT_SAFETY, reason="并未整改")
    county.do(number, "decide-reopen", Role.DEPT_HEAD, approved="yes")
    rectified(county, number)
    county.do(number, "accept", Role.UNIT_HEAD, passed="yes")
    assert [acts for (acts,) in county.rows("SELECT acts FROM closings ORDER BY seq")] == [3, 4]
    assert figure("burden-acts").now == Figure("2026-03", 3.5, 7, 2)
    assert county.faults() == set()


def test_a_closing_that_was_edited_is_found(county: Any, back_door: Any) -> None:
    number = county.ordered()
    closed(county, number)
    back_door(county.store.url).run("UPDATE closings SET typed = typed - 1")
    assert county.faults() == {(number, "closings")}


def test_a_void_case_and_one_that_goes_on_cost_nothing_yet(county: Any, figure: Any) -> None:
    county.ordered()
    number = county.found(Role.UNIT_SAFETY, own_grade="general").number
    county.do(number, "apply-void", Role.UNIT_SAFETY, reason="重复登记")
    county.do(number, "decide-void", Role.TOWN_CLERK, approved="yes")
    assert county.count("closings") == 0
    assert figure("hazard-found").now == Figure("2026-03", 1, 1, None), "what is void was no hazard"


# --- on time and late ----------------------------------------------------------------------------


def test_a_duty_counts_when_its_term_has_ended_and_in_the_month_in_which_it_did(county: Any, figure: Any) -> None:
    kept, broken = county.ordered(), county.ordered()
    rectified(county, kept)
    assert figure("hazard-on-time").now == Figure("2026-03", None, 0, 0)
    let_pass(county, county.now.set(day=18))
    assert figure("hazard-on-time").now == Figure("2026-03", 50.0, 1, 2)
    late = figure("hazard-late")
    assert (late.now, late.cases, late.is_met) == (Figure("2026-03", 1, 1, 2), (broken,), False)
    rectified(county, broken)
    assert figure("hazard-late").now.numerator == 1, "what was done late stays late"
    let_pass(county, county.now.add(months=1))
    later = figure("hazard-late")
    assert (later.now, later.before[-1]) == (Figure("2026-04", 0, 0, 0), Figure("2026-03", 1, 1, 2))
    assert (later.is_met, len(later.before), later.before[0].period) == (None, 12, "2025-04")


def test_the_last_instant_of_a_month_belongs_to_it(county: Any, figure: Any) -> None:
    number = county.found(county.actor(Role.DEPT_OFFICER)).number
    county.do(number, "grade", Role.DEPT_OFFICER, grade="general", basis="synthesis", reason="当日可改")
    county.issue(number, ends_on=date(2026, 3, 31))
    county.now = county.now.set(month=4, day=1, hour=0, minute=0)
    assert figure("hazard-late").before[-1] == Figure("2026-03", 1, 1, 1)
    assert figure("hazard-late").now == Figure("2026-04", 0, 0, 0)


def test_the_cases_behind_are_those_of_the_reader_s_scope(county: Any, figure: Any) -> None:
    mine, other = county.ordered(), county.ordered("hongda", "2")
    let_pass(county, county.now.set(day=18))
    assert set(figure("hazard-late").cases) == {mine, other}
    assert figure("hazard-late", county.scopes["town_clerk"]).cases == (mine,)
    assert figure("hazard-late", county.scopes["town_clerk"]).now.numerator == 2
    assert figure("hazard-late", None).cases == ()


def test_cases_of_a_grade_are_counted_and_named_alone(county: Any, figure: Any) -> None:
    county.found()
    number = county.found().number
    county.do(number, "grade", Role.DEPT_OFFICER, grade="major", basis="synthesis", reason="停产整改")
    assert (figure("hazard-found").now.value, len(figure("hazard-found").cases)) == (2, 2)
    assert (figure("major-found").now.value, figure("major-found").cases) == (1, (number,))


# --- years and quotas ----------------------------------------------------------------------------


def test_accidents_of_this_year_stand_beside_those_up_to_the_same_day_of_last_year(county: Any, figure: Any) -> None:
    said = {"place": "三号井", "in_county": "yes", "kind": "other", "sector": "other", "origin": "unit"}
    for months in (-14, -11, -1):
        at = county.now.add(months=months)
        deed = Deed("report", county.actor(Role.BUREAU_OFFICER), f"accident-{months}", said)
        county.ledger.open_case("incident", "redstar", deed, at)
    found = figure("incidents")
    assert (found.now, found.a_year_ago) == (Figure("2026", 1, 1, None), Figure("2025", 1, 1, None))
    assert [(before.period, before.value) for before in found.before] == [("2023", 0), ("2024", 0), ("2025", 2)]


def test_a_report_counts_the_minutes_from_knowing_and_one_that_was_not_made_those_until_now(
    county: Any, figure: Any
) -> None:
    said = {"place": "三号井", "in_county": "yes", "kind": "other", "sector": "other", "origin": "unit",
            "occurred_at": "2026-03-02 08:20", "head_informed_at": "2026-03-02 08:37"}  # fmt: skip
    assert figure("report-minutes").now == Figure("2026-03", None, 0, 0)
    deed = Deed("report", county.actor(Role.DEPT_OFFICER), "accident", said)
    number = county.ledger.open_case("incident", "redstar", deed, county.now).number
    county.now = county.now.set(hour=9, minute=20)
    sent = {"receiver": "县应急局", "channel": "phone", "acknowledged": "no"}
    county.do(number, "send", Role.UNIT_HEAD, about="unit-bureau", **sent)
    county.now = county.now.set(hour=11, minute=0)
    found = figure("report-minutes")
    # From 8:37 to 9:20; the sector's own report, known since nine, has waited for two hours; so have the six of the
    # bureau, to the city, the government and four whom it notifies, for a hundred minutes since 9:20.
    assert found.now == Figure("2026-03", 95.4, 43 + 120 + 6 * 100, 8)
    assert (found.cases, found.is_met) == ((number,), False)


def test_a_quota_is_counted_when_its_month_has_ended(county: Any, figure: Any, tmp_path: Any) -> None:
    room = EvidenceRoom(tmp_path / "evidence", county.store)
    numbers = {}
    for role, least, clause in (
        (Role.COUNTY_LEADER, 2, "obl-visit-in-charge"),
        (Role.LEADERSHIP, 1, "obl-visit"),
    ):
        said = {"quota": "leader-visit", "holder": county.persons[role], "first": date(2026, 3, 1),
                "last": date(2026, 3, 31), "least": str(least), "clause": clause}  # fmt: skip
        deed = Deed("open", clock("dai"), f"open-{role}", said)
        place = f"county~{county.persons[role]}"
        numbers[role] = county.ledger.open_case("obligation", place, deed, county.now).number
    photo = room.seal(b"x", b"x", media_type="image/jpeg", account_id="account", now=county.now)
    said = {"day": date(2026, 3, 2), "place": "峨口铁矿", "problems": "none"}
    county.do(numbers[Role.LEADERSHIP], "visit", Role.LEADERSHIP, evidence=(photo,), **said)
    running = figure("leader-visits")
    assert (running.now, running.cases) == (Figure("2026-02", None, 0, 0), ())
    let_pass(county, county.now.add(months=1))
    ended = figure("leader-visits")
    assert (ended.now, ended.cases) == (Figure("2026-03", 33.3, 1, 3), (numbers[Role.COUNTY_LEADER],))
    assert ended.is_met is False


# --- how they are found --------------------------------------------------------------------------


def test_every_indicator_can_be_measured_and_is_about_what_exists(county: Any, figure: Any) -> None:
    for entry in all_indicators():
        found = figure(entry.id)
        assert found.now.numerator == 0, entry.id
        assert set(entry.clauses) <= {clause.id for clause in county.ledger.rulebook.clauses()}
    assert {entry.measure for entry in all_indicators()} == set(Measure)


def asked(dialect: str) -> list[str]:
    """Return every statement that indicators ask, with something in the place of each value."""
    found = [one for one in vars(indicators).values() if isinstance(one, (Statement, Scoped))]
    plain = [one for one in found if isinstance(one, Statement)]
    plain += [statement for one in found if isinstance(one, Scoped) for statement in one._statements.values()]
    texts = [re.sub(r"%\((since|until|asked_at|most)\)s|\?", "1", statement.on(dialect)[0]) for statement in plain]
    return [re.sub(r"%\(\w+\)s", "'x'", words) for words in texts if "0 = 1" not in words and "false" not in words]


def test_no_indicator_reads_through_a_table(county: Any, back_door: Any) -> None:
    door = back_door(county.store.url)
    if door.dialect == "postgresql":
        door.run("SET enable_seqscan = off")
    statements = asked(door.dialect)
    assert len(statements) == 24
    for words in statements:
        explain = "EXPLAIN QUERY PLAN" if door.dialect == "sqlite" else "EXPLAIN"
        plan = "\n".join(str(row[-1]) for row in door.rows(f"{explain} {words}"))
        assert not re.search(r"^SCAN|Seq Scan", plan, re.MULTILINE), (words, plan)
