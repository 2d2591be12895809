"""The clock: the only reader of wall time; everything else takes `now` as an argument.

Instants are stored as whole microseconds since 1970 UTC and counted in Asia/Shanghai.
"""

from __future__ import annotations

import datetime as dt
import time

import pendulum
from pendulum import DateTime

from rules.deadlines import SHANGHAI

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def now() -> DateTime:
    """Return this instant in Asia/Shanghai."""
    return pendulum.now(SHANGHAI)  # noqa: TID251 - this is the one place


def ticks() -> float:
    """Return seconds that only ever grow, for measuring how long something took."""
    return time.monotonic()


def from_written(written: str) -> DateTime:
    """Return an instant that the chain or a manifest wrote, in Asia/Shanghai."""
    return _here(dt.datetime.fromisoformat(written).astimezone(SHANGHAI))


def micros(instant: dt.datetime) -> int:
    """Return an instant as it is stored. Raises `ValueError` for one without a zone."""
    if instant.tzinfo is None:
        message = f"{instant} has no zone and cannot be stored"
        raise ValueError(message)
    return dt.datetime.__sub__(instant, _EPOCH) // _MICROSECOND


def instant(stored: int) -> DateTime:
    """Return a stored instant in Asia/Shanghai."""
    seconds, rest = divmod(stored, 1_000_000)
    return _here(dt.datetime.fromtimestamp(seconds, SHANGHAI), rest)


def instant_or_none(stored: int | None) -> DateTime | None:
    """Return a stored instant in Asia/Shanghai, None where there is none."""
    return None if stored is None else instant(stored)


def micros_or_none(moment: dt.datetime | None) -> int | None:
    """Return an instant as it is stored, None where there is none."""
    return None if moment is None else micros(moment)


def _here(local: dt.datetime, microsecond: int | None = None) -> DateTime:
    """Return a time of Shanghai's clock as the library's own kind, past its slow conversions."""
    rest = local.microsecond if microsecond is None else microsecond
    return DateTime(
        local.year, local.month, local.day, local.hour, local.minute, local.second, rest, SHANGHAI, fold=local.fold
    )
