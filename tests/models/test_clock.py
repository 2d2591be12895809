"""Instants are stored as whole microseconds in UTC and come back to the microsecond, in Asia/Shanghai."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import clock
from models.canonical import written
from rules.deadlines import SHANGHAI

_ZONES = st.sampled_from([ZoneInfo(name) for name in ("UTC", "Asia/Shanghai", "Europe/Berlin", "Asia/Kolkata")])
_FIRST, _LAST = (dt.datetime(year, 1, 1) for year in (1950, 2100))  # noqa: DTZ001 - the zone is drawn
_moments = st.datetimes(_FIRST, _LAST, timezones=_ZONES, allow_imaginary=False)


@given(_moments)
def test_an_instant_comes_back_to_the_microsecond(moment: dt.datetime) -> None:
    back = clock.instant(clock.micros(moment))
    # In one zone: Python calls instants of two zones unequal when one of them is an hour that comes twice.
    assert back.astimezone(dt.UTC) == moment.astimezone(dt.UTC)
    assert back.timezone_name == "Asia/Shanghai"


@given(st.integers(-(10**15), 4 * 10**15))
def test_what_is_stored_comes_back_as_it_was(stored: int) -> None:
    assert clock.micros(clock.instant(stored)) == stored


@given(_moments)
def test_what_the_chain_has_written_is_read_back_as_the_same_instant(moment: dt.datetime) -> None:
    assert clock.from_written(written(moment)).astimezone(dt.UTC) == moment.astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("moment", "stored"),
    [
        (pendulum.datetime(1970, 1, 1, 8, tz=SHANGHAI), 0),
        (pendulum.datetime(2026, 3, 2, 9, tz=SHANGHAI), 1_772_413_200_000_000),
        (pendulum.datetime(1969, 12, 31, 23, 59, 59, 999_999), -1),
        (pendulum.datetime(2026, 2, 28, 23, 59, 59, 999_999, tz=SHANGHAI), 1_772_294_399_999_999),
    ],
    ids=["the first instant", "a Monday morning", "a microsecond before", "the end of February"],
)
def test_known_instants(moment: pendulum.DateTime, stored: int) -> None:
    assert clock.micros(moment) == stored
    assert clock.instant(stored) == moment


def test_an_instant_without_a_zone_cannot_be_stored() -> None:
    with pytest.raises(ValueError, match="no zone"):
        clock.micros(dt.datetime(2026, 3, 2, 9))  # noqa: DTZ001 - that is the point


def test_nothing_is_stored_as_nothing() -> None:
    assert (clock.micros_or_none(None), clock.instant_or_none(None)) == (None, None)
    moment = pendulum.datetime(2026, 3, 2, 9, tz=SHANGHAI)
    assert clock.instant_or_none(clock.micros_or_none(moment)) == moment


def test_now_is_in_shanghai_and_ticks_only_grow() -> None:
    assert clock.now().timezone_name == "Asia/Shanghai"
    before = clock.ticks()
    assert clock.ticks() >= before
