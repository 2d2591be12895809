"""Health 体检: whether the console can read its store and who is alive, for programs; nothing about any case."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from models import alarms
from rules.errors import StorageError

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit

_BEATS = {"worker_beat_age_s": "worker", "clock_beat_age_s": "clock"}


def show(visit: Visit) -> Response:
    """Answer 200 while the store can be read, 503 otherwise."""
    try:
        with visit.desk.store.read() as reading:
            beats = {key: alarms.last_beat(reading, name) for key, name in _BEATS.items()}
            standing = len(alarms.alarms(reading))
    except StorageError:
        nothing = dict.fromkeys(_BEATS)
        return JSONResponse({"store": "failed", **nothing, "alarms": None, "version": _version()}, status_code=503)
    ages = {key: None if at is None else round((visit.now - at).total_seconds()) for key, at in beats.items()}
    return JSONResponse({"store": "ok", **ages, "alarms": standing, "version": _version()})


@lru_cache(maxsize=1)
def _version() -> str:
    try:
        return version("anlan")
    except PackageNotFoundError:
        return "0"
