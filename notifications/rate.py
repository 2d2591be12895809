"""Rate 频率: how often one bot may speak; arithmetic on whole microseconds, state in and state out.

Platforms count messages in any minute and silence a bot that says too much: DingTalk for ten minutes. The bucket lets a
few through at once and then one at a time, so that no minute holds more than the limit, wherever it begins.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendulum import DateTime

_SECOND = 1_000_000
# A state further ahead is no silence that any platform asks for: the clock has been set back.
_LONGEST_SILENCE = 3600 * _SECOND


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many in any so many seconds, and of those so many at once."""

    most: int = 20
    seconds: int = 60
    burst: int = 5

    def __post_init__(self) -> None:
        if not 0 < self.burst < self.most or self.seconds <= 0:
            message = f"at most {self.most} in {self.seconds} s with {self.burst} at once"
            raise ValueError(message)

    @property
    def interval(self) -> int:
        """Return the microseconds after which one more may be sent, rounded up."""
        return -(-self.seconds * _SECOND // (self.most - self.burst))

    @property
    def head_start(self) -> int:
        """Return how far, in microseconds, a burst may run ahead of the even pace."""
        return (self.burst - 1) * self.interval


@dataclass(frozen=True, slots=True)
class Grant:
    """What to store, and how many seconds to wait; none means that one may be sent now and has been counted."""

    state: int
    wait_seconds: int


def take(state: int, rate: Rate, now: int) -> Grant:
    """Count one message at that instant, or tell how long to wait and count nothing.

    `state` is the instant from which the even pace would allow the next; 0 for a bot that has never spoken.
    """
    behind = now if state - now > _LONGEST_SILENCE else max(state, now)
    early = behind - rate.head_start - now
    if early > 0:
        return Grant(state, -(-early // _SECOND))
    return Grant(behind + rate.interval, 0)


def hold(state: int, rate: Rate, *, now: int, seconds: int) -> int:
    """Return the state of a bot that the platform has silenced for so long."""
    until = now + min(seconds * _SECOND, _LONGEST_SILENCE - rate.head_start)
    return max(state, until + rate.head_start)


class RateStore(Protocol):
    """Where the states of bots are kept; several processes share one bot."""

    def change(self, bot: str, work: Callable[[int], tuple[int, int]]) -> int:
        """Replace the state by the first that `work` returns and hand back the second, with nobody in between.

        A bot that is not known has the state 0. `work` is pure and may be called again.
        """
        ...


class MemoryRateStore:
    """States within one process: for tests, and where one process sends everything."""

    def __init__(self) -> None:
        self._states: defaultdict[str, int] = defaultdict(int)
        self._lock = Lock()

    def change(self, bot: str, work: Callable[[int], tuple[int, int]]) -> int:
        """Replace the state of a bot."""
        with self._lock:
            self._states[bot], told = work(self._states[bot])
            return told


class Limiter:
    """One rate over a store, on the clock that is handed in."""

    def __init__(self, store: RateStore, rate: Rate, now: Callable[[], DateTime]) -> None:
        self._store, self._rate, self._now = store, rate, now

    def take(self, bot: str) -> int:
        """Count one message of a bot; return the seconds to wait instead where it may not speak now."""
        now = micros(self._now())

        def work(state: int) -> tuple[int, int]:
            grant = take(state, self._rate, now)
            return grant.state, grant.wait_seconds

        return self._store.change(bot, work)

    def hold(self, bot: str, seconds: int) -> None:
        """Remember that the platform has silenced a bot."""
        now = micros(self._now())
        self._store.change(bot, lambda state: (hold(state, self._rate, now=now, seconds=seconds), 0))


def micros(instant: DateTime) -> int:
    """Return an instant as microseconds since 1970."""
    return instant.int_timestamp * _SECOND + instant.microsecond
