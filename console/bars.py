"""Bars 提示条: what stands above every page: alarms in red for those who answer for them, a silent engine in yellow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models import alarms
from rules.actor import Role
from rules.errors import StorageError

if TYPE_CHECKING:
    from pendulum import DateTime

    from console.visit import Visit
    from models.alarms import Alarm

_SILENT_SECONDS = 90
_TOLD_OF_ALARMS = frozenset({Role.IT_ADMIN, Role.BUREAU_HEAD, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Bars:
    """Alarms to be shown, and whether the engine is silent and since when; `silent_since` is None for never heard."""

    alarms: tuple[Alarm, ...] = ()
    engine_is_silent: bool = False
    silent_since: DateTime | None = None


def of(visit: Visit) -> Bars:
    """Return the bars of a page; a database that does not answer must not keep an error page from being shown."""
    if visit.principal is None:
        return Bars()
    try:
        with visit.desk.store.read() as reading:
            beat = alarms.last_beat(reading, "worker")
            told = alarms.alarms(reading) if visit.principal.actor.role in _TOLD_OF_ALARMS else []
    except StorageError:
        return Bars()
    if visit.desk.installation.exercise:
        # Whoever directs an exercise does what an engine would; there is none to be silent.
        return Bars(tuple(told))
    silent = beat is None or (visit.now - beat).total_seconds() > _SILENT_SECONDS
    return Bars(tuple(told), silent, beat if silent else None)
