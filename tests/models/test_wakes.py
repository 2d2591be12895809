"""Which stories must be told again: one wake for each case, held by lease, finished when nothing is newer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models import wakes
from models.receipt import Deed
from models.store import Writing
from models.wakes import Waking
from rules.actor import Role

_LEASE_SECONDS, _BATCH_LEASE_SECONDS = 30, 120
_FOUND = {"description": "皮带机尾轮防护罩缺失", "place": "破碎车间二层", "category": "machinery"}


def claim(county: Any, who: str = "worker", most: int = 20) -> list[Waking]:
    return wakes.claim(county.store, who=who, now=county.now, most=most)


def waiting(county: Any) -> int:
    with county.store.read() as reading:
        return wakes.waiting(reading)


def any_waiting(county: Any) -> bool:
    with county.store.read() as reading:
        return wakes.any_waiting(reading, county.now)


@pytest.fixture
def number(county: Any) -> str:
    """Return the number of a case that was just found."""
    return county.found().number


def note(county: Any, number: str, words: str = "路过") -> None:
    county.do(number, "note", Role.TOWN_CLERK, note=words)


def test_each_act_of_a_person_wakes_its_case_and_a_case_has_one_wake(county: Any, number: str) -> None:
    for _ in range(3):
        note(county, number)
    assert county.rows("SELECT case_id, seq, tries FROM wakes") == [(1, 4, 0)]
    (waking,) = claim(county)
    assert (waking.number, waking.kind, waking.seq, waking.tries, waking.batch) == (number, "hazard", 4, 1, None)
    assert (waking.path, waking.overdue) == ("/dai/qingshi/", False)


def test_the_journal_wakes_nobody(county: Any) -> None:
    county.ledger.journal(Deed("back-up", county.actor(Role.IT_ADMIN), "k", {"file": "0" * 64}), county.now)
    assert (waiting(county), any_waiting(county), claim(county)) == (0, False, [])


def test_a_step_of_the_clock_wakes_a_case_only_when_it_makes_it_overdue(county: Any, number: str) -> None:
    (waking,) = claim(county)
    wakes.finish(county.store, waking, who="worker", now=county.now)
    for _ in range(2):
        county.now = county.now.add(hours=22)
        while county.ledger.record_clock(1, "grade@1", county.now):
            before, ((overdue,),) = waiting(county), county.rows("SELECT overdue FROM cases")
            assert before == int(overdue)
    assert waiting(county) == 1
    assert number == claim(county)[0].number


def test_a_story_that_is_being_told_is_nobody_elses_until_the_lease_ends(county: Any, number: str) -> None:
    assert len(claim(county, "first")) == 1
    assert (claim(county, "second"), any_waiting(county), waiting(county)) == ([], False, 1)
    county.now = county.now.add(seconds=_LEASE_SECONDS).subtract(microseconds=1)
    assert claim(county, "second") == []
    county.now = county.now.add(microseconds=1)
    assert any_waiting(county)
    (again,) = claim(county, "second")
    assert (again.number, again.tries) == (number, 2)


def test_whoever_says_in_time_that_a_story_is_being_told_keeps_it(county: Any, number: str) -> None:
    (held,) = claim(county, "first")
    for _ in range(3):
        county.now = county.now.add(seconds=_LEASE_SECONDS - 1)
        wakes.hold(county.store, [held.case_id], who="first", now=county.now)
        wakes.hold(county.store, [held.case_id], who="another", now=county.now.add(hours=1))
    assert claim(county, "second") == []
    county.now = county.now.add(seconds=_LEASE_SECONDS)
    assert [waking.number for waking in claim(county, "second")] == [number]


def test_whoever_ends_lets_go_of_what_is_its_own(county: Any, number: str) -> None:
    claim(county, "first")
    wakes.let_go(county.store, who="another")
    assert claim(county, "second") == []
    wakes.let_go(county.store, who="first")
    assert [waking.number for waking in claim(county, "second")] == [number]


def test_a_story_told_to_its_end_waits_no_more(county: Any, number: str) -> None:
    (waking,) = claim(county)
    wakes.finish(county.store, waking, who="worker", now=county.now)
    assert (waiting(county), any_waiting(county)) == (0, False)
    note(county, number)
    assert [waking.seq for waking in claim(county)] == [2]


def test_an_act_during_a_leg_keeps_the_case_waiting_and_it_is_told_at_once(county: Any, number: str) -> None:
    (waking,) = claim(county)
    note(county, number)
    assert claim(county, "another") == []
    wakes.finish(county.store, waking, who="worker", now=county.now)
    (again,) = claim(county, "another")
    assert (again.seq, waiting(county)) == (2, 1)
    wakes.finish(county.store, again, who="another", now=county.now)
    assert waiting(county) == 0


def test_whoever_finishes_after_the_lease_does_not_take_it_from_whoever_holds_it_now(county: Any, number: str) -> None:
    (slow,) = claim(county, "slow")
    county.now = county.now.add(seconds=_LEASE_SECONDS)
    note(county, number)
    (quick,) = claim(county, "quick")
    wakes.finish(county.store, slow, who="slow", now=county.now)
    assert (claim(county, "third"), waiting(county)) == ([], 1)
    wakes.finish(county.store, quick, who="quick", now=county.now)
    assert waiting(county) == 0


@pytest.mark.usefixtures("number")
def test_a_story_that_cannot_be_told_is_tried_again_after_longer_and_longer_pauses(county: Any) -> None:
    for seconds in (2, 4, 8, 16, 32, 64, 128, 256, 300, 300):
        (waking,) = claim(county)
        wakes.retry_later(county.store, waking, who="worker", now=county.now)
        county.now = county.now.add(seconds=seconds).subtract(microseconds=1)
        assert claim(county) == []
        county.now = county.now.add(microseconds=1)


@pytest.mark.usefixtures("number")
def test_only_whoever_holds_a_story_can_put_it_off(county: Any) -> None:
    (slow,) = claim(county, "slow")
    county.now = county.now.add(seconds=_LEASE_SECONDS)
    claim(county, "quick")
    wakes.retry_later(county.store, slow, who="slow", now=county.now.subtract(hours=1))
    assert claim(county, "third") == []


def test_the_longest_waiting_is_told_first_and_no_more_than_asked_for(county: Any) -> None:
    for _ in range(4):
        county.found()
        county.now = county.now.add(minutes=1)
    note(county, "YH-2026-0001")
    assert [waking.number for waking in claim(county, most=3)] == [f"YH-2026-{n:04d}" for n in (1, 2, 3)]


def test_workers_racing_get_each_story_once(county: Any, rush: Callable[..., list[Any]]) -> None:
    for _ in range(20):
        county.found()
    claims = [lambda worker=worker: claim(county, f"worker {worker}") for worker in range(6)]
    claimed = [waking.number for found in rush(county.store, "wakes", claims) for waking in found]
    assert len(claimed) == 20
    assert len(set(claimed)) == 20


def test_a_case_whose_run_was_lost_is_told_again_at_once(county: Any, number: str) -> None:
    claim(county, "lost")
    wakes.wake_again(county.store, "dai", number, now=county.now)
    (again,) = claim(county, "found")
    assert (again.number, again.seq) == (number, 1)
    wakes.finish(county.store, again, who="found", now=county.now)
    wakes.wake_again(county.store, "dai", number, now=county.now)
    assert [waking.seq for waking in claim(county)] == [1]
    wakes.wake_again(county.store, "dai", "YH-2026-9999", now=county.now)


# --- batches -------------------------------------------------------------------------------------


@pytest.fixture
def imported(county: Any) -> Any:
    """Return a county into which five hazards were imported in one batch, and in which a sixth was found."""

    def work(writing: Writing) -> None:
        for row in range(5):
            deed = Deed("report", county.actor(Role.DEPT_OFFICER), f"row-{row}", _FOUND)
            county.ledger.open_case_in(writing, "hazard", "redstar", deed, county.now, batch="import-1")

    county.store.write(work)
    county.found()
    return county


def batches(county: Any) -> list[str]:
    with county.store.read() as reading:
        return wakes.waiting_batches(reading, county.now)


def of_batch(county: Any, who: str = "worker", most: int = 50) -> list[Waking]:
    return wakes.claim_of_batch(county.store, "import-1", who=who, now=county.now, most=most)


def test_the_cases_of_a_batch_are_told_together_and_not_one_by_one(imported: Any) -> None:
    assert batches(imported) == ["import-1"]
    assert [waking.number for waking in claim(imported)] == ["YH-2026-0006"]
    first, rest = of_batch(imported, most=3), of_batch(imported)
    assert [waking.number for waking in (*first, *rest)] == [f"YH-2026-{n:04d}" for n in range(1, 6)]
    assert {waking.batch for waking in first} == {"import-1"}
    assert batches(imported) == []
    with imported.store.read() as reading:
        assert wakes.waiting_of_batch(reading, "import-1") == 5
    for waking in (*first, *rest):
        wakes.finish(imported.store, waking, who="worker", now=imported.now)
    with imported.store.read() as reading:
        assert wakes.waiting_of_batch(reading, "import-1") == 0


def test_a_case_of_a_batch_that_somebody_acts_on_is_told_by_itself(imported: Any) -> None:
    note(imported, "YH-2026-0002")
    assert {waking.number for waking in claim(imported)} == {"YH-2026-0002", "YH-2026-0006"}
    assert len(of_batch(imported)) == 4


def test_a_batch_whose_run_died_waits_again_when_its_lease_ends(imported: Any) -> None:
    of_batch(imported, "dies")
    assert batches(imported) == []
    imported.now = imported.now.add(seconds=_BATCH_LEASE_SECONDS)
    assert batches(imported) == ["import-1"]
    assert len(of_batch(imported, "another")) == 5
