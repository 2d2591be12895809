"""The movable clock 可调时钟 of an exercise: real time times a factor, or standing still; kept in the exercise's store.

It never runs past `until`, which whoever directs the exercise moves on: where that process has died, time stands still.
Every process that opens the exercise's store reads the same clock.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models import clock
from models.clock import instant, micros
from models.installation import read_fact, write_fact
from rules.errors import ContentInvalid, SetupError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendulum import DateTime

    from models.store import Reading, Store, Writing

SLOWEST, FASTEST = 1, 60
_FACT = "exercise_pace"


@dataclass(frozen=True, slots=True)
class Pace:
    """How exercise time follows real time: it was `at` when real time was `since`, runs `factor` times as fast.

    A factor of nought stands still. Exercise time does not pass `until`.
    """

    at: DateTime
    since: DateTime
    factor: int
    until: DateTime

    def when(self, real: DateTime) -> DateTime:
        """Return the exercise's instant at a real instant; a real clock that was set back does not turn it back."""
        passed = max(micros(real) - micros(self.since), 0) * self.factor
        return min(self.at + dt.timedelta(microseconds=passed), max(self.until, self.at))


def checked(factor: int) -> int:
    """Return a factor that a clock may run at. Raises `ContentInvalid`."""
    if not SLOWEST <= factor <= FASTEST:
        raise ContentInvalid(f"倍速应为 {SLOWEST} 至 {FASTEST} 的整数，不能为 {factor}。请用 --speed 重新指定。")
    return factor


def set_pace(writing: Writing, pace: Pace) -> None:
    """Write how the clock goes from now on."""
    written = {"at": micros(pace.at), "since": micros(pace.since), "factor": pace.factor, "until": micros(pace.until)}
    write_fact(writing, _FACT, json.dumps(written))


def read_pace(reading: Reading) -> Pace:
    """Return how the clock goes. Raises `SetupError` where the store is no exercise's."""
    written = read_fact(reading, _FACT)
    if written is None:
        raise SetupError("这个数据文件夹不是演练库，没有演练时钟。请用 anlan exercise list 查看演练。")
    held = json.loads(written)
    return Pace(instant(held["at"]), instant(held["since"]), held["factor"], instant(held["until"]))


class MovableClock:
    """The clock of one exercise, read from its store each time; `real` is the clock behind it."""

    def __init__(self, store: Store, real: Callable[[], DateTime] = clock.now) -> None:
        self._store, self._real = store, real

    def __call__(self) -> DateTime:
        """Return the exercise's present instant in Asia/Shanghai."""
        with self._store.read() as reading:
            pace = read_pace(reading)
        return pace.when(self._real())
