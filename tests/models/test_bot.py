"""The pace of a bot is one, however many processes speak through it."""

from __future__ import annotations

from typing import Any

import pendulum
import pytest

from models.bot import StoredRates
from models.store import Store
from notifications.rate import Limiter, MemoryRateStore, Rate
from rules.deadlines import SHANGHAI

_NOW = pendulum.datetime(2026, 3, 2, 9, tz=SHANGHAI)
_RATE = Rate(most=20, seconds=60, burst=5)


def test_those_who_speak_at_once_through_one_bot_share_what_it_may_say(store: Store, crowd: Any) -> None:
    limiters = [Limiter(StoredRates(store), _RATE, lambda: _NOW) for _ in range(4)]
    for limiter in limiters:
        crowd.start(lambda limiter=limiter: [limiter.take("wecomx:镇") for _ in range(4)])
    waits = [wait for found in crowd.join() for wait in found]
    assert (waits.count(0), set(waits)) == (5, {0, 4})


def test_each_for_itself_would_say_more() -> None:
    limiters = [Limiter(MemoryRateStore(), _RATE, lambda: _NOW) for _ in range(4)]
    assert [limiter.take("wecomx:镇") for limiter in limiters for _ in range(4)] == [0] * 16


def test_what_a_platform_silenced_stays_silent_for_every_process_and_no_other_bot_does(store: Store) -> None:
    Limiter(StoredRates(store), _RATE, lambda: _NOW).hold("dingtalkx:镇", 600)
    later = Limiter(StoredRates(store), _RATE, lambda: _NOW.add(seconds=599))
    assert later.take("dingtalkx:镇") == 1
    assert later.take("dingtalkx:乡") == 0
    assert Limiter(StoredRates(store), _RATE, lambda: _NOW.add(seconds=600)).take("dingtalkx:镇") == 0


def test_an_accident_in_between_changes_nothing(store: Store) -> None:
    rates = StoredRates(store)
    rates.change("b", lambda state: (state + 7, 0))

    def break_down(state: int) -> tuple[int, int]:
        raise ValueError(state)

    with pytest.raises(ValueError, match="7"):
        rates.change("b", break_down)
    assert rates.change("b", lambda state: (state, state)) == 7
