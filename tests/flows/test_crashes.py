"""Processes killed in the middle of a leg, a batch or a sweep: told again, nothing is lost and nothing happens twice.

A notice may be seen twice only where its process died between handing it over and recording that; it then carries the
same number and says that it is a repeat, as does one whose process died with it in hand.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from models.receipt import Deed
from models.wakes import waiting
from rules.actor import Role

_CLAIM_HAS_RUN_OUT = 200
_WHERE = ("before", "within", "after", "before sending", "after sending")
_BATCH = "import:x"
_MOST_STEPS = 400
_BY_THE_CLOCK = "\n调度引擎未运行，由时钟直接发送"


def _major(county: Any) -> str:
    """Record a major hazard that owes many a notice and paper at once; nobody has told its story yet."""
    officer = county.actor(Role.DEPT_OFFICER)
    number = county.found(officer).number
    county.do(number, "grade", officer, grade="major", basis="criterion", criterion="GM23-3-02")
    ends_on = county.now.add(days=60).date()
    words = {"situation": "失稳", "danger": "威胁下游", "approach": "削坡"}
    county.do(number, "major-report", Role.UNIT_HEAD, **words)
    listing = county.do(number, "list", officer, leader="某领导", ends_on=ends_on)
    county.carry(number, f"list@{listing.seq}")
    return number


def _accident(county: Any) -> str:
    """Record an accident that owes notices to many posts and two papers at once; nobody has told its story yet."""
    words = {
        "place": "三号井", "in_county": "yes", "kind": "other", "sector": "mine", "origin": "unit",
        "occurred_at": "2026-03-02 08:20", "head_informed_at": "2026-03-02 08:25", "deaths": "1",
    }  # fmt: skip
    deed = Deed("report", county.actor(Role.BUREAU_OFFICER), "report", words)
    number: str = county.ledger.open_case("incident", "redstar", deed, county.now).number
    county.do(number, "follow-up", Role.BUREAU_OFFICER, note="又一人遇难", deaths="2")
    return number


def _assert_settled_once(bench: Any, *, crashes: int) -> None:
    """Assert that nothing is owed, nothing was lost, and whatever left twice says so under the same number."""
    with bench.opened() as county:
        assert county.rows("SELECT key FROM effects WHERE status = 'owed'") == []
        assert county.rows("SELECT id FROM notices WHERE status IN ('queued', 'claimed', 'again')") == []
        sent = {f"T{number:08d}" for (number,) in county.rows("SELECT id FROM notices WHERE status = 'sent'")}
        recorded = Counter(number for (number,) in county.rows("SELECT notice_id FROM attempts"))
        assert county.faults() == set()
    left = Counter(number for number, _ in bench.sent())
    assert left.keys() == sent
    assert set(recorded.values()) <= {1}
    assert len(recorded) == len(sent)
    assert sum(left.values()) <= len(sent) + crashes
    for number, times in left.items():
        words = [words for found, words in bench.sent() if found == number]
        assert sum(text.startswith("【重发】") for text in words) >= times - 1
        assert len({text.removeprefix("【重发】").removesuffix(_BY_THE_CLOCK) for text in words}) == 1


def _deaths(bench: Any, job: str, *, is_long: bool, most: int = 36, **more: Any) -> list[tuple[int, str]]:
    """Return where a child could die on its way: every place in long tests, some dozens of them otherwise."""
    bench.fresh()
    steps = next(at for at in range(1, _MOST_STEPS) if not _reaches(bench, job, at, **more))
    places = [(at, where) for at in range(1, steps) for where in _WHERE]
    return places if is_long else random.Random(steps).sample(places, min(most, len(places)))  # noqa: S311 - a choice


def _reaches(bench: Any, job: str, at: int, **more: Any) -> bool:
    bench.fresh()
    return bool(bench.die(job, at, "before", **more))


# --- a leg ---------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("recorded", "most"), [(_major, 36), (_accident, 15)])
def test_a_leg_that_dies_anywhere_and_is_told_again_leaves_nothing_owed_and_nothing_done_twice(
    recorded: Callable[[Any], str], most: int, county: Any, bench: Callable[[], Any], is_long: bool
) -> None:
    number = recorded(county)
    table = bench()
    died = Counter[str]()
    for at, where in _deaths(table, "leg", is_long=is_long, most=most, number=number):
        table.fresh()
        died[where] += table.die("leg", at, where, number=number)
        assert table.laboratory.do(**table.order("leg", number=number, later=_CLAIM_HAS_RUN_OUT)) == 0
        _assert_settled_once(table, crashes=1)
    assert min(died[where] for where in _WHERE) >= 1, died


@pytest.mark.slow
def test_a_leg_killed_from_outside_at_any_moment_again_and_again_comes_to_its_end(
    county: Any, bench: Callable[[], Any], is_long: bool
) -> None:
    """Every cycle is killed a few times before it may finish; the moments are those of a clock, not of the program."""
    number = _major(county)
    table, dice = bench(), random.Random(2026)  # noqa: S311 - moments, not secrets
    killed = 0
    for _ in range(200 if is_long else 12):
        table.fresh()
        for attempt in range(3):
            order = table.order("leg", number=number, later=attempt * _CLAIM_HAS_RUN_OUT)
            table.laboratory.begin(**order)
            threading.Event().wait(dice.uniform(0, 0.06))
            killed += table.laboratory.end("kill") != 0
        assert table.laboratory.do(**table.order("leg", number=number, later=3 * _CLAIM_HAS_RUN_OUT)) == 0
        _assert_settled_once(table, crashes=3)
    assert killed


def test_two_who_tell_the_same_story_at_once_do_everything_once(
    county: Any, bench: Callable[[], Any], another_laboratory: Any
) -> None:
    number = _major(county)
    table = bench()
    for _ in range(5):
        table.fresh()
        table.laboratory.begin(**table.order("leg", number=number))
        another_laboratory.begin(**table.order("leg", number=number))
        assert (table.laboratory.end(), another_laboratory.end()) == (0, 0)
        _assert_settled_once(table, crashes=0)


# --- a batch -------------------------------------------------------------------------------------


def _imported(county: Any, many: int) -> list[str]:
    """Record many hazards as an import does: in one batch, which one run is to tell."""
    from models.receipt import Deed  # noqa: PLC0415 - one use

    officer = county.actor(Role.DEPT_OFFICER)
    words = {"description": "护罩缺失", "place": "二层", "category": "machinery"}
    return [
        county.store.write(
            lambda writing, place=place: county.ledger.open_case_in(
                writing, "hazard", "redstar", Deed("report", officer, f"row-{place}", values=words), county.now,
                batch=_BATCH,
            )
        ).number
        for place in range(many)
    ]  # fmt: skip


@pytest.mark.slow
def test_a_batch_whose_run_dies_anywhere_is_told_to_its_end_by_the_next_run(
    county: Any, bench: Callable[[], Any], is_long: bool
) -> None:
    _imported(county, 6)
    table = bench()
    died = 0
    for at, where in _deaths(table, "batch", is_long=is_long, batch=_BATCH):
        table.fresh()
        died += table.die("batch", at, where, batch=_BATCH)
        assert table.laboratory.do(**table.order("batch", batch=_BATCH, later=_CLAIM_HAS_RUN_OUT)) == 0
        _assert_settled_once(table, crashes=1)
        with table.opened() as found, found.store.read() as reading:
            assert waiting(reading) == 0
    assert died >= 20


def test_a_batch_larger_than_one_bite_is_told_whole_by_two_runs_at_once(
    county: Any, bench: Callable[[], Any], another_laboratory: Any
) -> None:
    _imported(county, 120)
    table = bench()
    table.fresh()
    table.laboratory.begin(**table.order("batch", batch=_BATCH))
    another_laboratory.begin(**table.order("batch", batch=_BATCH))
    assert (table.laboratory.end(), another_laboratory.end()) == (0, 0)
    _assert_settled_once(table, crashes=0)
    with table.opened() as found, found.store.read() as reading:
        assert waiting(reading) == 0


# --- a sweep -------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("job", ["sweep", "audit"])
def test_a_sweep_that_dies_anywhere_and_comes_again_climbs_every_rung_once_and_tells_everybody(
    job: str, county: Any, bench: Callable[[], Any], is_long: bool
) -> None:
    numbers = [county.found().number for _ in range(2)]
    county.now = county.now.add(hours=60)
    table = bench()
    rungs: set[tuple[Any, ...]] = set()
    died = 0
    for at, where in _deaths(table, job, is_long=is_long):
        table.fresh()
        died += table.die(job, at, where)
        assert table.laboratory.do(**table.order(job, later=_CLAIM_HAS_RUN_OUT)) == 0
        _assert_settled_once(table, crashes=1)
        with table.opened() as found:
            climbed = found.rows("SELECT case_id, json_extract(body, '$.content') FROM acts WHERE kind = 'rung'")
            assert len(climbed) == len(set(climbed)) >= 2 * len(numbers)
            rungs.add(tuple(sorted((case, content) for case, content in climbed)))
    assert len(rungs) == 1
    assert died >= 20
