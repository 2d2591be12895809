"""The clock climbs each ladder once, in order, whatever becomes of the machine, of its own clock, or of one case."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pendulum
import pytest

from models.clock import instant, micros
from models.dossier import open_dossier
from models.escalation import Fired, fire_due, next_wake, overdue_unfired
from rules.actor import Role
from rules.deadlines import SHANGHAI
from rules.errors import SafetyError

_JUMPS = 100


def bodies(county: Any, number: str) -> list[dict[str, Any]]:
    rows = county.rows("SELECT number, body FROM acts JOIN cases ON cases.id = case_id ORDER BY case_id, seq")
    return [json.loads(body) for found, body in rows if found == number]


def by_clock(county: Any, number: str) -> list[dict[str, Any]]:
    """Return what the clock's acts on a case say, in order."""
    return [body["content"] for body in bodies(county, number) if body["by"]["person"] == "clock"]


def rungs(county: Any, number: str) -> list[tuple[str, int]]:
    """Return duty and rung of every step that the clock took on a case, in order."""
    return [(content["about"], int(content["rung"])) for content in by_clock(county, number) if "rung" in content]


def instants(county: Any, number: str, act: str) -> list[pendulum.DateTime]:
    """Return the instants of the rungs of a case's duty by its ladder, from the stored term alone."""
    rows = county.rows("SELECT number, act, ladder, started_at, due_alert FROM duties JOIN cases ON cases.id = case_id")
    ((ladder, started, due),) = [row[2:] for row in rows if row[:2] == (number, act)]
    begun = instant(started)
    rungs = county.ledger.rulebook.ladder(ladder, begun.date()).instants(begun, instant(due))
    return [at for _, at in rungs]


def written(moment: pendulum.DateTime) -> str:
    return moment.in_timezone("UTC").format("YYYY-MM-DDTHH:mm:ss.SSSSSS[Z]")


# --- once and in order ---------------------------------------------------------------------------


def test_two_clocks_racing_take_each_step_once(county: Any, crowd: Any) -> None:
    numbers = [county.found().number for _ in range(6)]
    county.now = county.now.add(hours=36)
    clocks = [county.again() for _ in range(4)]
    for ledger in clocks:
        crowd.start(lambda ledger=ledger: fire_due(ledger, county.now))
    fired: list[Fired] = crowd.join()
    assert [(each.failed, each.reason) for each in fired] == [(0, "")] * 4
    expected = [
        ("grade@1", rung) for rung, at in enumerate(instants(county, numbers[0], "grade"), 1) if at <= county.now
    ]
    assert expected
    assert [rungs(county, number) for number in numbers] == [expected] * 6
    assert sum(each.acts for each in fired) == 6 * len(expected)
    assert county.faults() == set()


def test_after_an_outage_of_thirty_six_hours_each_step_is_taken_once_in_order_and_marked_late(county: Any) -> None:
    number = county.found().number
    county.now = county.now.add(hours=36)
    assert fire_due(county.ledger, county.now).failed == 0
    taken = [at for at in instants(county, number, "grade") if at <= county.now]
    assert len(taken) >= 3
    assert [
        {"about": "grade@1", "at": written(at), "kind": kind, "late": True, "rung": rung}
        for rung, (at, kind) in enumerate(zip(taken, ["remind", "remind", "remind", "overdue"], strict=False), 1)
    ] == by_clock(county, number)
    assert fire_due(county.ledger, county.now) == Fired(0, 0, "")


def test_the_dossier_says_which_steps_came_late(county: Any) -> None:
    number = county.found().number
    first, second, *_ = instants(county, number, "grade")
    fire_due(county.ledger, first)
    fire_due(county.ledger, second.add(minutes=5))
    with county.store.read() as reading:
        found = open_dossier(reading, "dai", number, county.actor(Role.DEPT_OFFICER).scope)
    assert [act.late for act in found.acts] == [False, False, True]


@pytest.mark.parametrize(("seconds", "late"), [(0, False), (60, False), (61, True)])
def test_a_step_is_late_when_more_than_a_minute_has_passed(seconds: int, late: bool, county: Any) -> None:
    number = county.found().number
    fire_due(county.ledger, instants(county, number, "grade")[0].add(seconds=seconds))
    (content,) = by_clock(county, number)
    assert content.get("late", False) == late


def test_nothing_is_done_a_microsecond_before_it_is_due(county: Any) -> None:
    number = county.found().number
    first = instants(county, number, "grade")[0]
    assert fire_due(county.ledger, first.subtract(microseconds=1)).acts == 0
    assert fire_due(county.ledger, first).acts == 1
    assert rungs(county, number) == [("grade@1", 1)]


def test_several_duties_of_one_case_are_climbed_in_the_order_in_which_their_steps_fell_due(county: Any) -> None:
    """Long and short terms interleave: nobody reads of Thursday before Wednesday."""
    bureau = county.actor(Role.BUREAU_OFFICER)
    number = county.found(bureau).number
    county.do(number, "grade", bureau, grade="major", basis="criterion", criterion="GM23-3-02", unsafe=True)
    county.now = county.now.add(days=5)
    fire_due(county.ledger, county.now)
    due = [content["at"] for content in by_clock(county, number)]
    assert len({content["about"] for content in by_clock(county, number)}) >= 3
    decisions = [content["at"] for content in by_clock(county, number) if content["about"].startswith("decide")]
    assert [at for at in due if at not in decisions] == sorted(at for at in due if at not in decisions)


def test_a_duty_recorded_late_enters_its_ladder_at_the_rung_reached(county: Any) -> None:
    number = county.found(happened_at=county.now.subtract(hours=40)).number
    reached = sum(at <= county.now for at in instants(county, number, "grade"))
    assert reached >= 2
    fire_due(county.ledger, county.now)
    assert rungs(county, number) == [("grade@1", reached)]
    assert "late" not in by_clock(county, number)[0]


def test_the_last_rung_asks_for_a_decision_and_a_decision_not_taken_goes_up_to_the_county_leader(county: Any) -> None:
    number = county.found().number
    for _ in range(10):
        county.now = county.now.add(days=1)
        fire_due(county.ledger, county.now)
    duties = county.rows("SELECT act, holder, about, status FROM duties ORDER BY id")
    assert duties == [
        ("grade", "dept_officer", None, "open"),
        ("decide", "committee_office", "grade@1", "open"),
        ("decide", "county_leader", "grade@1", "open"),
    ]
    assert [bool(overdue) for (overdue,) in county.rows("SELECT overdue FROM cases")] == [True]
    county.do(number, "decide", Role.COUNTY_LEADER, about="grade@1", decision="supervise", reason="拖延")
    assert county.rows("SELECT status FROM duties WHERE act = 'decide'") == [("late_done",), ("late_done",)]


def test_the_end_of_an_ordered_term_makes_the_recheck_due_as_of_that_instant(county: Any) -> None:
    number = county.ordered()
    term_ends = pendulum.datetime(2026, 3, 17, tz=SHANGHAI)
    county.now = term_ends.add(days=2)
    fire_due(county.ledger, county.now)
    rows = county.rows("SELECT act, started_at, status FROM duties WHERE act IN ('rectify', 'recheck') ORDER BY id")
    assert rows == [("rectify", rows[0][1], "open"), ("recheck", micros(term_ends) - 1, "open")]
    lapses = [content for content in by_clock(county, number) if "rung" not in content]
    assert lapses == [{"about": "rectify@7", "at": written(term_ends), "late": True}]
    assert fire_due(county.ledger, county.now).acts == 0


def test_what_was_done_is_not_climbed_any_more(county: Any) -> None:
    number = county.found().number
    county.do(number, "grade", Role.DEPT_OFFICER, grade="general", basis="synthesis", reason="当日可改")
    county.now = county.now.add(hours=20)
    fire_due(county.ledger, county.now)
    assert {about for about, _ in rungs(county, number)} == {"order@2"}


# --- one broken case -----------------------------------------------------------------------------


def _corrupt(county: Any, back_door: Callable[[str], Any], case_id: int) -> None:
    door = back_door(county.store.url).disarm()
    door.run("UPDATE acts SET body = '{' WHERE case_id = ?", case_id)
    county.ledger = county.again()


def test_a_case_that_cannot_be_read_is_reported_and_holds_up_no_other(
    county: Any, back_door: Callable[[str], Any]
) -> None:
    numbers = [county.found().number for _ in range(5)]
    _corrupt(county, back_door, 2)
    county.now = county.now.add(hours=36)
    fired = fire_due(county.ledger, county.now)
    steps = len(rungs(county, numbers[0]))
    assert steps >= 3
    assert (fired.acts, fired.failed) == (4 * steps, 1)
    assert "JSONDecodeError" in fired.reason


def test_more_broken_cases_than_one_batch_holds_hold_up_no_other(
    sqlite_county: Any, back_door: Callable[[str], Any]
) -> None:
    for _ in range(3):
        sqlite_county.found()
    door = back_door(sqlite_county.store.url).disarm()
    columns = (
        "act, holder, opened_by, clause_id, clause_version, started_at, opened_at, due_alert, due_legal, ends_on,"
        " provisional, blocks, lapses, ladder, about, rung, breached, lapsed, status, ended_by, ended_at"
    )
    for place in range(300):
        door.run(
            f"INSERT INTO duties (case_id, key, {columns}, wake_at)"  # noqa: S608 - the columns stand above
            f" SELECT case_id, 'dance@{place}', {columns}, 1 FROM duties WHERE case_id = 1 AND key = 'grade@1'"
        )
    sqlite_county.now = sqlite_county.now.add(hours=36)
    fired = fire_due(sqlite_county.ledger, sqlite_county.now)
    assert fired.acts == 3 * len(rungs(sqlite_county, "YH-2026-0003"))
    assert fired.failed == 300


@pytest.mark.parametrize(
    ("edit", "failed"),
    [
        ("ladder = 'nowhere'", 0),
        ("holder = 'nobody'", 0),
        ("wake_at = 1", 1),
        ("key = 'dance@1', wake_at = 1", 1),
    ],
)
def test_the_clock_believes_the_acts_and_not_a_row_that_somebody_edited(
    edit: str, failed: int, county: Any, back_door: Callable[[str], Any]
) -> None:
    number = county.found().number
    back_door(county.store.url).disarm().run(f"UPDATE duties SET {edit}")  # noqa: S608 - the edits stand above
    fired = fire_due(county.ledger, county.now)
    assert (fired.acts, fired.failed) == (0, failed)
    assert bool(fired.reason) == bool(failed)
    if not failed:
        assert fire_due(county.ledger, instants_of_grade(county)[0]).acts == 1
    assert county.rows("SELECT version FROM cases")[0][0] == 1 + len(rungs(county, number))


def instants_of_grade(county: Any) -> list[pendulum.DateTime]:
    ((started, due),) = county.rows("SELECT started_at, due_alert FROM duties")
    begun = instant(started)
    ladder = county.ledger.rulebook.ladder("office", begun.date())
    return [at for _, at in ladder.instants(begun, instant(due))]


def test_a_step_on_a_case_that_is_not_there_is_refused(county: Any) -> None:
    with pytest.raises(SafetyError):
        county.ledger.record_clock(99, "grade@1", county.now)


# --- a clock that jumps --------------------------------------------------------------------------


def test_a_clock_that_jumps_back_and_forth_takes_each_step_once_and_never_records_backwards(
    county: Any, request: pytest.FixtureRequest
) -> None:
    chance = random.Random(f"{request.config.getoption('randomly_seed', 0)}-{county.store.dialect}")  # noqa: S311
    numbers = [county.found().number for _ in range(2)]
    clocks, true_now = [county.ledger, county.again()], county.now
    for _ in range(_JUMPS):
        true_now = true_now.add(minutes=45)
        county.now = true_now.add(seconds=chance.randrange(-3600, 3600))
        if chance.random() < 0.5:
            fire_due(chance.choice(clocks), county.now)
        if chance.random() < 0.5:
            county.ledger = chance.choice(clocks)
            county.do(chance.choice(numbers), "note", Role.TOWN_CLERK, note="路过")
    county.now = true_now.add(hours=1)
    fire_due(county.ledger, county.now)
    for number in numbers:
        due = instants(county, number, "grade")
        steps = Counter(rungs(county, number))
        assert set(steps.values()) == {1}
        taken = sorted(rung for about, rung in steps if about == "grade@1")
        assert taken == [rung for rung, at in enumerate(due, 1) if at <= county.now]
        recorded = [body["recorded"] for body in bodies(county, number)]
        assert recorded == sorted(recorded)
    assert county.faults() == set()


def test_a_step_taken_after_the_clock_was_set_back_is_recorded_behind_what_came_before_it(county: Any) -> None:
    number = county.found().number
    first = instants(county, number, "grade")[0]
    county.now = first.add(hours=2)
    county.do(number, "note", Role.TOWN_CLERK, note="时钟快了")
    fire_due(county.ledger, first.add(hours=1))
    assert rungs(county, number) == [("grade@1", 1)]
    assert [body["recorded"] for body in bodies(county, number)][1:] == [written(county.now)] * 2


# --- looking ahead and looking after -------------------------------------------------------------


def test_the_earliest_step_is_known_ahead(county: Any) -> None:
    with county.store.read() as reading:
        assert next_wake(reading) is None
    county.found()
    county.now = county.now.add(hours=1)
    county.found()
    with county.store.read() as reading:
        assert next_wake(reading) == instants(county, "YH-2026-0001", "grade")[0]


def test_what_the_clock_has_missed_is_known(county: Any) -> None:
    county.found()
    first = instants(county, "YH-2026-0001", "grade")[0]
    with county.store.read() as reading:
        assert overdue_unfired(reading, first.add(seconds=59), tolerance_seconds=60) == []
        assert overdue_unfired(reading, first.add(seconds=60), tolerance_seconds=60) == [(1, "grade@1")]
    fire_due(county.ledger, first)
    with county.store.read() as reading:
        assert overdue_unfired(reading, first.add(seconds=60), tolerance_seconds=60) == []
