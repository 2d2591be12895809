"""The clock of an exercise: faster than real time or standing; never turned back, never past its bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pendulum
import pytest

from models import movable_clock
from models.movable_clock import MovableClock, Pace, set_pace
from rules.deadlines import SHANGHAI
from rules.errors import ContentInvalid, SetupError

_AT = pendulum.datetime(2026, 11, 27, 7, 20, tz=SHANGHAI)
_REAL = pendulum.datetime(2026, 12, 1, 15, tz=SHANGHAI)
_FAR = _AT.add(hours=9)


@pytest.mark.parametrize(
    ("factor", "real_seconds", "exercise_seconds"),
    [(1, 1, 1), (60, 1, 60), (60, 0.5, 30), (0, 3600, 0), (60, -5, 0), (60, 0, 0), (7, 10, 70)],
)
def test_exercise_time_is_real_time_times_the_factor(factor: int, real_seconds: float, exercise_seconds: float) -> None:
    pace = Pace(_AT, _REAL, factor, _FAR)

    assert pace.when(_REAL.add(microseconds=int(real_seconds * 1e6))) == _AT.add(seconds=exercise_seconds)


def test_it_stands_still_at_its_bound_and_does_not_go_back_to_one_behind_it() -> None:
    assert Pace(_AT, _REAL, 60, _AT.add(minutes=2)).when(_REAL.add(hours=1)) == _AT.add(minutes=2)
    assert Pace(_AT, _REAL, 60, _AT.subtract(minutes=2)).when(_REAL.add(hours=1)) == _AT


@pytest.mark.parametrize("factor", [0, -1, 61, 1000])
def test_a_factor_out_of_range_is_refused(factor: int) -> None:
    with pytest.raises(ContentInvalid, match="1 至 60"):
        movable_clock.checked(factor)


def test_the_slowest_and_the_fastest_are_allowed() -> None:
    assert [movable_clock.checked(factor) for factor in (1, 60)] == [1, 60]


def test_every_process_reads_the_same_clock_from_the_store(new_sqlite: Callable[..., Any]) -> None:
    store = new_sqlite()
    real = [_REAL]
    one, other = (MovableClock(store, lambda: real[0]) for _ in range(2))
    store.write(lambda writing: set_pace(writing, Pace(_AT, _REAL, 60, _FAR)))

    real[0] = _REAL.add(seconds=2)

    assert one() == other() == _AT.add(minutes=2)
    assert one().timezone_name == "Asia/Shanghai"


def test_a_store_that_is_no_exercises_has_no_such_clock(new_sqlite: Callable[..., Any]) -> None:
    with pytest.raises(SetupError, match="不是演练库"):
        MovableClock(new_sqlite())()
