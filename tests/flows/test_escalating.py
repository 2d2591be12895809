"""Lateness: clock, schedule and audit each do the whole work alone, once, in order, however the machine's time runs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prefect.logging import disable_run_logger

from deployments.alarm_clock import AlarmClock
from flows.audit import watch
from flows.escalation import escalation, sweep_now
from models import alarms
from models.escalation import next_wake
from models.run_history import RunReach, RunSearch, search
from models.store import open_store
from rules.actor import Reach, Role, Scope
from tasks.delivery import sweep
from tasks.resources import using

_TOLERANCE_SECONDS = 120
_UNCLAIMED_SECONDS = 30


def _clock_alone(tools: Any) -> None:
    """Let the alarm clock look until it has nothing more to do now."""
    clock = AlarmClock(tools)
    while clock.fire() == 0:
        pass
    while clock.deliver() < 1 / 8:
        pass


def _schedule_alone(tools: Any) -> None:
    """Let the flow of every minute run once, as Prefect would call it."""
    with using(tools):
        escalation.fn()


def _audit_alone(tools: Any) -> None:
    """Let the audit flow run once."""
    with using(tools), disable_run_logger():
        watch.fn()


_ALONE: dict[str, Callable[[Any], None]] = {
    "clock": _clock_alone,
    "schedule": _schedule_alone,
    "audit": _audit_alone,
}


def _climbed(county: Any) -> list[tuple[int, dict[str, Any]]]:
    rows = county.rows("SELECT case_id, body FROM acts WHERE person_id = 'clock' ORDER BY case_id, seq")
    return [(case_id, json.loads(body)["content"]) for case_id, body in rows]


def _rungs(county: Any) -> Counter[tuple[Any, ...]]:
    return Counter((case, entry["about"], entry["rung"]) for case, entry in _climbed(county) if "rung" in entry)


@pytest.fixture(params=_ALONE)
def alone(request: pytest.FixtureRequest) -> Callable[[Any], None]:
    """Return each of the three that may have to do everything by itself."""
    return _ALONE[request.param]


# --- each alone ----------------------------------------------------------------------------------


def test_each_alone_climbs_every_rung_in_order_and_tells_whoever_it_concerns(
    alone: Callable[[Any], None], county: Any, tools: Any, tally: Any
) -> None:
    county.ledger = tools.ledger
    numbers = [county.found().number for _ in range(3)]
    for _ in range(30):
        county.now = county.now.add(hours=4, seconds=_TOLERANCE_SECONDS + 1)
        alone(tools)

    rungs = _rungs(county)
    assert set(rungs.values()) == {1}
    for case in range(1, len(numbers) + 1):
        about = [entry["about"] for found, entry in _climbed(county) if found == case]
        assert "grade@1" in about
        for key in set(about):
            steps = [entry["rung"] for found, entry in _climbed(county) if found == case and entry["about"] == key]
            assert steps == list(range(1, len(steps) + 1))
    owed = county.rows("SELECT count(*) FROM effects WHERE by_clock AND status = 'owed'")
    assert owed == [(0,)]
    assert set(tally.times.values()) == {1}
    assert any("逾期" in title for title in tally.titles)
    assert county.faults() == set()


def test_all_three_do_the_same_and_what_one_has_done_the_others_leave(county: Any, tools: Any, tally: Any) -> None:
    county.ledger = tools.ledger
    county.found()
    for others in (_ALONE["clock"], _ALONE["schedule"], _ALONE["audit"]) * 4:
        county.now = county.now.add(hours=5)
        others(tools)
        before = len(_climbed(county)), len(tally.sent)
        for each in _ALONE.values():
            each(tools)
        assert (len(_climbed(county)), len(tally.sent)) == before
    assert set(_rungs(county).values()) == {1}


def test_the_audit_waits_for_the_others_before_it_does_their_work_and_raises_an_alarm_when_it_does(
    county: Any, tools: Any, tmp_path: Path
) -> None:
    county.ledger = tools.ledger
    county.found()
    with tools.store.read() as reading:
        due = next_wake(reading)
    county.now = due.add(seconds=_TOLERANCE_SECONDS - 1)
    _audit_alone(tools)
    assert _climbed(county) == []

    county.now = due.add(seconds=_TOLERANCE_SECONDS)
    _audit_alone(tools)

    assert len(_climbed(county)) == 1
    with tools.store.read() as reading:
        (alarm,) = alarms.alarms(reading)
    assert alarm.name == "clock-missed"
    assert "YH-2026-0001" in alarm.words
    (written,) = (tmp_path / "alarms").iterdir()
    assert written.read_text("utf-8").strip() == alarm.words
    _audit_alone(tools)
    with tools.store.read() as reading:
        assert alarms.alarms(reading) == []


def test_the_audit_names_the_process_whose_heart_has_stopped(county: Any, tools: Any) -> None:
    county.ledger = tools.ledger
    for name in ("clock", "worker"):
        alarms.beat(tools.store, name, county.now)
    county.now = county.now.add(seconds=_TOLERANCE_SECONDS + 1)
    alarms.beat(tools.store, "worker", county.now)
    _audit_alone(tools)
    with tools.store.read() as reading:
        assert [alarm.name for alarm in alarms.alarms(reading)] == ["silent-clock"]
    alarms.beat(tools.store, "clock", county.now)
    _audit_alone(tools)
    with tools.store.read() as reading:
        assert alarms.alarms(reading) == []


# --- two at once, and outages --------------------------------------------------------------------


def test_two_sweepers_at_once_do_everything_once(
    county: Any, tools: Any, tally: Any, equipped: Callable[..., Any], crowd: Any
) -> None:
    county.ledger = tools.ledger
    for _ in range(5):
        county.found()
    county.now = county.now.add(hours=36)
    stores = [open_store(county.store.url) for _ in range(3)]
    sweepers = [equipped(county, tally, store=store) for store in stores]

    for number, sweeper in enumerate(sweepers):
        crowd.start(lambda sweeper=sweeper, number=number: sweep(sweeper, run_id=f"run-{number}", now=county.now))
    done = crowd.join()

    for store in stores:
        store.close()
    assert [each.failed for each in done] == [0] * 3
    assert sum(each.fired for each in done) == sum(_rungs(county).values())
    assert set(_rungs(county).values()) == {1}
    assert set(tally.times.values()) == {1}
    assert county.rows("SELECT count(*) FROM notices WHERE status != 'sent'") == [(0,)]


def test_after_an_outage_of_thirty_six_hours_every_rung_comes_once_in_order_and_says_that_it_is_late(
    alone: Callable[[Any], None], county: Any, tools: Any, tally: Any
) -> None:
    county.ledger = tools.ledger
    for _ in range(3):
        county.found()
    county.now = county.now.add(hours=36)

    alone(tools)

    climbed = _climbed(county)
    assert len(climbed) >= 9
    for case in (1, 2, 3):
        own = [entry for found, entry in climbed if found == case]
        assert [entry["rung"] for entry in own] == list(range(1, len(own) + 1))
        assert [entry["at"] for entry in own] == sorted(entry["at"] for entry in own)
        assert all(entry["late"] is True for entry in own)
    before = len(tally.sent)
    alone(tools)
    assert (len(_climbed(county)), len(tally.sent)) == (len(climbed), before)


@pytest.mark.parametrize("jumps", [(1, -1, 1, -1, 1), (-1, 1, -1, 1), (1, 1, -1, -1, 1)], ids=str)
def test_a_clock_that_jumps_an_hour_back_and_forth_climbs_each_rung_once_and_never_writes_backwards(
    jumps: tuple[int, ...], alone: Callable[[Any], None], county: Any, tools: Any, tally: Any
) -> None:
    county.ledger = tools.ledger
    number = county.found().number
    for _ in range(8):
        for hours in jumps:
            county.now = county.now.add(hours=hours)
            alone(tools)
        county.now = county.now.add(hours=5, seconds=1)
        alone(tools)
    county.do(number, "note", Role.DEPT_OFFICER, note="已电话催办")

    assert _rungs(county)
    assert set(_rungs(county).values()) == {1}
    assert set(tally.times.values()) == {1}
    recorded = [at for (at,) in county.rows("SELECT recorded_at FROM acts ORDER BY case_id, seq")]
    assert recorded == sorted(recorded)
    assert county.faults() == set()


@pytest.mark.parametrize(("seconds", "rung"), [(3600, True), (-3600, True), (250, False), (0, False)])
def test_the_alarm_clock_says_when_somebody_has_set_the_machines_clock(
    seconds: int, rung: bool, county: Any, tools: Any
) -> None:
    clock = AlarmClock(tools)
    clock.fire()
    county.now = county.now.add(seconds=seconds)
    clock.fire()
    with tools.store.read() as reading:
        raised = alarms.alarms(reading)
    assert [alarm.name for alarm in raised] == (["clock-jump"] if rung else [])
    if rung:
        assert f"{seconds:+d} 秒" in raised[0].words


def test_a_case_that_cannot_be_read_stops_nobody(
    alone: Callable[[Any], None], county: Any, tools: Any, tally: Any, equipped: Callable[..., Any]
) -> None:
    county.ledger = tools.ledger
    broken, sound = county.found().number, county.found().number
    county.store.write(lambda writing: _spoil(writing, broken))
    county.now = county.now.add(hours=36)

    alone(equipped(county, tally))

    assert {case for case, _ in _climbed(county)} == {2}
    assert any(sound in title for title in tally.titles)
    with tools.store.read() as reading:
        raised = {alarm.name: alarm.words for alarm in alarms.alarms(reading)}
    if "unreadable" in raised:
        assert broken in raised["unreadable"]
    assert raised or alone is _schedule_alone


def _spoil(writing: Any, number: str) -> None:
    from sqlalchemy import text  # noqa: PLC0415 - one use

    from models.statements import Statement  # noqa: PLC0415 - one use

    writing.run(Statement(text("DROP TRIGGER acts_no_update")))
    writing.run(
        Statement(text("UPDATE acts SET body = 'x' WHERE case_id = (SELECT id FROM cases WHERE number = :number)")),
        number=number,
    )


# --- notices that nobody takes -------------------------------------------------------------------


@pytest.mark.parametrize("by", ["clock", "schedule", "audit"])
def test_a_statutory_notice_that_no_run_takes_goes_out_after_half_a_minute_and_says_so(
    by: str, county: Any, tools: Any, tally: Any
) -> None:
    county.ledger = tools.ledger
    bureau = county.actor(Role.BUREAU_OFFICER)
    number = county.found(bureau).number
    county.do(number, "grade", bureau, grade="major", basis="criterion", criterion="GM23-3-02")
    asked = [key for (key,) in county.rows("SELECT key FROM effects WHERE name = 'asked-major-report'")]
    county.now = county.now.add(seconds=_UNCLAIMED_SECONDS - 1)
    _ALONE[by](tools)
    assert tally.sent == []

    county.now = county.now.add(seconds=1)
    _ALONE[by](tools)

    assert asked
    assert any("重大隐患报告" in title for title in tally.titles)
    assert all("调度引擎未运行，由时钟直接发送" in message.body for _, message in tally.sent)
    marks = county.rows("SELECT without_engine, outcome FROM attempts")
    assert set(marks) == {(1, "accepted")}
    assert len(marks) == len(tally.sent)


def test_what_a_run_has_taken_in_time_is_not_sent_by_the_clock(
    county: Any, tools: Any, tally: Any, another_hazard: Callable[..., Any]
) -> None:
    county.ledger = tools.ledger
    another_hazard(county, tools, county.found().number).leg()
    before = len(tally.sent)
    county.now = county.now.add(seconds=_UNCLAIMED_SECONDS + 1)
    _clock_alone(tools)
    assert len(tally.sent) == before
    assert county.rows("SELECT DISTINCT without_engine FROM attempts") == [(0,)]


# --- the last rung -------------------------------------------------------------------------------


def test_the_last_rung_is_a_duty_to_decide_that_escalates_in_turn(
    alone: Callable[[Any], None], county: Any, tools: Any, tally: Any, another_hazard: Callable[..., Any]
) -> None:
    county.ledger = tools.ledger
    number = county.found().number
    case = another_hazard(county, tools, number)
    decides: list[list[tuple[Any, ...]]] = []
    for _ in range(14):
        county.now = county.now.add(days=1)
        alone(tools)
        case.leg()
        decides.append(county.rows("SELECT holder, status FROM duties WHERE act = 'decide' ORDER BY id"))

    assert [] in decides
    assert [("committee_office", "open")] in decides
    assert decides[-1] == [("committee_office", "open"), ("county_leader", "open")]
    told = county.rows("SELECT addressee FROM effects WHERE name = 'asked-decide' AND status = 'performed' ORDER BY id")
    assert told == [("committee_office",), ("county_leader",)]
    county.do(number, "decide", Role.COUNTY_LEADER, about="grade@1", decision="supervise", reason="拖延")
    case.leg()
    assert county.rows("SELECT DISTINCT status FROM duties WHERE act = 'decide'") == [("late_done",)]
    assert county.rows("SELECT status FROM effects WHERE name = 'decided'")[0] == ("performed",)
    assert set(tally.times.values()) == {1}


# --- runs in the ledger's own history ------------------------------------------------------------


def test_a_sweep_leaves_its_line_with_what_it_did(county: Any, tools: Any) -> None:
    county.ledger = tools.ledger
    county.found()
    county.now = county.now.add(hours=36)
    with using(tools), disable_run_logger():
        sweep_now.fn()
    with tools.store.read() as reading:
        (line,) = search(reading, Scope(Reach.NOWHERE, ""), RunSearch(), reach=RunReach.ALL, most=10)
    assert (line.flow, line.trigger, line.principal, line.state) == ("sweep", "schedule", "clock", "Completed")
    assert line.counts["fired"] >= 3
    assert line.counts["failed"] == 0
    assert "时钟行为" in line.message
