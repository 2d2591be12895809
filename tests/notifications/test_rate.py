"""Rate: no window of a minute holds more than the limit, nobody waits longer than needed, processes share a bot."""

from __future__ import annotations

import threading
from typing import Any

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.rate import Limiter, MemoryRateStore, Rate, hold, micros, take
from rules.deadlines import SHANGHAI

_SECOND = 1_000_000
_NOW = 1_790_000_000 * _SECOND
_RATES = st.builds(
    lambda burst, more, seconds: Rate(burst + more, seconds, burst),
    st.integers(1, 20), st.integers(1, 40), st.sampled_from([1, 7, 60]),
)  # fmt: skip


def test_a_burst_passes_at_once_and_then_one_at_a_time() -> None:
    rate, state, waits = Rate(20, 60, 5), 0, []
    for _ in range(7):
        grant = take(state, rate, _NOW)
        state, waits = grant.state, [*waits, grant.wait_seconds]

    assert waits == [0, 0, 0, 0, 0, 4, 4]
    assert take(state, rate, _NOW + 4 * _SECOND - 1).wait_seconds == 1
    assert take(state, rate, _NOW + 4 * _SECOND).wait_seconds == 0


@given(_RATES, st.lists(st.integers(0, 5_000_000), min_size=1, max_size=120))
def test_no_window_holds_more_than_the_limit(rate: Rate, pauses: list[int]) -> None:
    state, now, sent = 0, _NOW, []
    for pause in pauses:
        now += pause
        grant = take(state, rate, now)
        state = grant.state
        if not grant.wait_seconds:
            sent.append(now)

    window = rate.seconds * _SECOND
    assert all(sum(start <= at < start + window for at in sent) <= rate.most for start in sent)


@given(_RATES, st.lists(st.integers(0, 3_000_000), max_size=60))
def test_whoever_waits_as_told_may_send(rate: Rate, pauses: list[int]) -> None:
    state, now = 0, _NOW
    for pause in pauses:
        now += pause
        grant = take(state, rate, now)
        if grant.wait_seconds:
            assert grant.state == state
            assert take(state, rate, now + grant.wait_seconds * _SECOND).wait_seconds == 0
            assert take(state, rate, now + (grant.wait_seconds - 1) * _SECOND).wait_seconds > 0
        state = grant.state


@given(_RATES)
def test_after_a_quiet_window_a_whole_burst_passes(rate: Rate) -> None:
    state = 0
    for _ in range(rate.burst):
        state = take(state, rate, _NOW).state
    later = _NOW + rate.burst * rate.interval

    for _ in range(rate.burst):
        grant = take(state, rate, later)
        state = grant.state
        assert grant.wait_seconds == 0
    assert take(state, rate, later).wait_seconds > 0


@pytest.mark.parametrize(("seconds", "wait"), [(0, 0), (1, 1), (60, 60), (600, 600), (86_400, 3600 - 16)])
def test_a_bot_that_was_silenced_says_nothing_for_so_long(seconds: int, wait: int) -> None:
    rate = Rate(20, 60, 5)

    state = hold(0, rate, now=_NOW, seconds=seconds)

    assert take(state, rate, _NOW).wait_seconds == wait
    assert take(state, rate, _NOW + wait * _SECOND).wait_seconds == 0


def test_a_silence_never_shortens_a_longer_one() -> None:
    rate = Rate(20, 60, 5)
    state = hold(0, rate, now=_NOW, seconds=600)

    assert hold(state, rate, now=_NOW, seconds=60) == state


def test_a_clock_that_is_set_back_silences_nobody() -> None:
    rate = Rate(20, 60, 5)
    state = take(0, rate, _NOW + 3601 * _SECOND).state

    assert take(state, rate, _NOW).wait_seconds == 0
    assert take(hold(0, rate, now=_NOW + 1, seconds=4000), rate, _NOW).wait_seconds == 0


@pytest.mark.parametrize(("most", "seconds", "burst"), [(5, 60, 5), (5, 60, 6), (5, 60, 0), (5, 0, 1), (0, 60, 0)])
def test_a_rate_that_means_nothing_is_an_error(most: int, seconds: int, burst: int) -> None:
    with pytest.raises(ValueError, match="at most"):
        Rate(most, seconds, burst)


def test_an_interval_is_rounded_up() -> None:
    assert Rate(4, 1, 1).interval == 333_334
    assert Rate(20, 60, 5).interval == 4 * _SECOND


def test_an_instant_is_counted_in_microseconds() -> None:
    assert micros(pendulum.datetime(1970, 1, 1, 8, 0, 1, 7, tz=SHANGHAI)) == 1_000_007


def test_bots_are_counted_apart(clock: Any) -> None:
    limiter = Limiter(MemoryRateStore(), Rate(2, 60, 1), clock.now)

    assert [limiter.take("a"), limiter.take("a"), limiter.take("b")] == [0, 60, 0]


def test_a_limiter_holds_and_lets_go_by_its_clock(clock: Any) -> None:
    limiter = Limiter(MemoryRateStore(), Rate(20, 60, 5), clock.now)
    limiter.hold("a", 600)

    assert (limiter.take("a"), limiter.take("b")) == (600, 0)
    clock.passes(600)
    assert limiter.take("a") == 0


def test_many_threads_take_no_more_than_one_would(clock: Any) -> None:
    limiter, passed = Limiter(MemoryRateStore(), Rate(20, 60, 5), clock.now), []

    def work() -> None:
        passed.extend(limiter.take("a") for _ in range(50))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (passed.count(0), len(passed)) == (5, 400)
