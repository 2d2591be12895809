"""Alarms and heartbeats 告警与心跳: who is alive, and what an administrator must look at now."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from models.clock import instant, micros
from models.installation import Setting, read_fact, write_fact
from models.statements import Statement, table

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.store import Reading, Store, Writing

_settings = table(Setting)
_BEAT, _ALARM = "beat:", "alarm:"
_ALARMS = Statement(select(_settings.c.key, _settings.c.value).where(_settings.c.key.startswith(_ALARM)))
_QUIET = Statement(delete(_settings).where(_settings.c.key == bindparam("key")))


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something an administrator must look at; raised again it keeps the instant of the first time."""

    name: str
    words: str
    since: DateTime


def beat(store: Store, name: str, now: DateTime) -> None:
    """Say that a process is alive."""
    store.write(lambda writing: write_fact(writing, f"{_BEAT}{name}", str(micros(now))))


def last_beat(reading: Reading, name: str) -> DateTime | None:
    """Return when a process last said that it is alive, None when it never did."""
    value = read_fact(reading, f"{_BEAT}{name}")
    return instant(int(value)) if value else None


def raise_alarm(store: Store, name: str, words: str, now: DateTime) -> bool:
    """Raise an alarm; tell whether it is new."""

    def work(writing: Writing) -> bool:
        known = read_fact(writing, f"{_ALARM}{name}")
        since = json.loads(known)["since"] if known else micros(now)
        write_fact(writing, f"{_ALARM}{name}", json.dumps({"words": words, "since": since}, ensure_ascii=False))
        return known is None

    return store.write(work)


def quiet(store: Store, name: str) -> None:
    """Say that the reason for an alarm is gone."""
    store.write(lambda writing: writing.run(_QUIET, key=f"{_ALARM}{name}"))


def alarms(reading: Reading) -> list[Alarm]:
    """Return the alarms that stand, the oldest first."""
    found = [(key.removeprefix(_ALARM), json.loads(value)) for key, value in reading.all(_ALARMS)]
    return sorted(
        (Alarm(name, entry["words"], instant(entry["since"])) for name, entry in found), key=lambda alarm: alarm.since
    )
