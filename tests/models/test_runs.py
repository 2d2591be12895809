"""What ran, for whom and with what result; and what people asked to be run, under the very principal they had."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models import runs
from models.run_history import RunReach, RunSearch, search
from models.runs import RunRecord
from rules.actor import Reach, Role, Scope
from rules.errors import UnknownRecord

NOWHERE = Scope(Reach.NOWHERE, "")


def begin(county: Any, run_id: str, case_id: int | None = None, flow: str = "hazard") -> None:
    runs.begin_run(
        county.store, run_id=run_id, flow=flow, trigger="act", case_id=case_id, principal="case:1", now=county.now
    )


def test_a_run_is_on_record_from_its_beginning_to_its_end(county: Any) -> None:
    number = county.found().number
    begin(county, "r1", 1)
    with county.store.read() as reading:
        (running,) = runs.runs_of_case(reading, 1)
    assert running == RunRecord("r1", "hazard", "act", number, "case:1", county.now, None, "running", "", {})
    runs.note_progress(county.store, run_id="r1", counts={"performed": 1})
    ended_at = county.now.add(seconds=3)
    runs.end_run(
        county.store, run_id="r1", state="WaitingGrade", message="等待：判定等级", now=ended_at, counts={"performed": 2}
    )
    with county.store.read() as reading:
        assert runs.run_named(reading, "r1") == replace(
            running, ended_at=ended_at, state="WaitingGrade", message="等待：判定等级", counts={"performed": 2}
        )
        assert runs.run_named(reading, "r2") is None


def test_a_run_that_begins_again_after_a_crash_keeps_its_first_beginning_and_has_not_ended(county: Any) -> None:
    begin(county, "r1")
    runs.end_run(county.store, run_id="r1", state="Crashed", message="进程被终止", now=county.now)
    first = county.now
    county.now = county.now.add(minutes=1)
    begin(county, "r1")
    with county.store.read() as reading:
        (again,) = search(reading, NOWHERE, RunSearch(), reach=RunReach.ALL, most=10)
    assert (again.started_at, again.ended_at, again.state, again.message) == (first, None, "running", "")


def test_the_latest_runs_come_first_and_those_of_a_case_in_their_order(county: Any) -> None:
    county.found()
    for number in range(4):
        begin(county, f"r{number}", 1 if number % 2 else None)
        county.now = county.now.add(minutes=1)
    with county.store.read() as reading:
        latest = search(reading, NOWHERE, RunSearch(), reach=RunReach.ALL, most=3)
        assert [run.id for run in latest[:3]] == ["r3", "r2", "r1"]
        assert [run.id for run in runs.runs_of_case(reading, 1)] == ["r1", "r3"]


def test_runs_that_were_never_seen_to_end_are_known(county: Any) -> None:
    for number in range(3):
        begin(county, f"r{number}")
        county.now = county.now.add(minutes=1)
    runs.end_run(county.store, run_id="r0", state="Completed", message="", now=county.now)
    with county.store.read() as reading:
        before = county.now.subtract(minutes=2)
        assert [run.id for run in runs.unended_runs(reading, before=before)] == ["r1"]


# --- what people ask for -------------------------------------------------------------------------


def test_whoever_asks_for_a_run_is_its_principal_to_the_last_detail(county: Any) -> None:
    actor = replace(
        county.actor(Role.DEPT_HEAD, acting_for=county.persons["dept_officer"]), demonstration=True, home="industry"
    )
    ticket = runs.ask_for_run(county.store, flow="sweep", parameters={"days": 3}, actor=actor, now=county.now)
    with county.store.read() as reading:
        order = runs.order_of(reading, ticket)
    assert (order.ticket, order.flow, order.parameters, order.asked_at) == (ticket, "sweep", {"days": 3}, county.now)
    assert order.actor == actor
    assert (order.run_id, order.answered_at, order.answer) == (None, None, None)


def test_no_two_requests_have_a_ticket_that_anybody_could_guess(county: Any) -> None:
    actor = county.actor(Role.DEPT_HEAD)
    tickets = {
        runs.ask_for_run(county.store, flow="sweep", parameters={}, actor=actor, now=county.now) for _ in range(50)
    }
    assert len(tickets) == 50
    assert min(len(ticket) for ticket in tickets) == 16


def test_an_unknown_ticket_is_named(county: Any) -> None:
    with county.store.read() as reading, pytest.raises(UnknownRecord, match="no-such-ticket"):
        runs.order_of(reading, "no-such-ticket")


def test_a_request_waits_until_one_worker_takes_it_and_no_other(county: Any, crowd: Any) -> None:
    actor = county.actor(Role.DEPT_HEAD)
    tickets = list[str]()
    for _ in range(3):
        tickets.append(runs.ask_for_run(county.store, flow="sweep", parameters={}, actor=actor, now=county.now))
        county.now = county.now.add(seconds=1)
    with county.store.read() as reading:
        assert [order.ticket for order in runs.untaken_orders(reading)] == tickets
        assert [order.ticket for order in runs.untaken_orders(reading, most=1)] == tickets[:1]
    for worker in range(5):
        wanted = {ticket: f"run {worker} of {ticket}" for ticket in tickets}
        crowd.start(lambda wanted=wanted: runs.take_orders(county.store, run_id_of=wanted))
    taken = [ticket for found in crowd.join() for ticket in found]
    assert sorted(taken) == sorted(tickets)
    with county.store.read() as reading:
        assert runs.untaken_orders(reading) == []
        assert all((runs.order_of(reading, ticket).run_id or "").endswith(ticket) for ticket in tickets)


def test_the_answer_to_a_request_is_kept(county: Any) -> None:
    actor = county.actor(Role.DEPT_HEAD)
    ticket = runs.ask_for_run(county.store, flow="sweep", parameters={}, actor=actor, now=county.now)
    runs.answer_order(county.store, ticket=ticket, answer="送出通知 3 条", now=county.now.add(seconds=5))
    with county.store.read() as reading:
        order = runs.order_of(reading, ticket)
        assert runs.untaken_orders(reading) == []
    assert (order.answer, order.answered_at) == ("送出通知 3 条", county.now.add(seconds=5))
