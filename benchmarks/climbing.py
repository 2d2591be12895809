"""When the acts of the clock were on disk, beside when each was due: what the workloads about lateness share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from models import clock
from models.act import ActRow
from models.statements import Statement, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendulum import DateTime

    from models.store import Store

_acts = table(ActRow)
_CLIMBED = Statement(
    select(_acts.c.body)
    .where(_acts.c.person_id == "clock", _acts.c.id > bindparam("after"))
    .order_by(_acts.c.id)
)  # fmt: skip
_LATEST = Statement(select(_acts.c.id).order_by(_acts.c.id.desc()).limit(1))


class TimedStore:
    """A store that notes when each climbing transaction was on disk."""

    def __init__(self, store: Store, now: Callable[[], DateTime]) -> None:
        self.climbed: list[DateTime] = []
        self.dialect, self.url, self.read, self.close = store.dialect, store.url, store.read, store.close
        self._store, self._now = store, now

    def write(self, work: Callable[[Any], Any], /) -> Any:
        """Write, and note the instant once for each rung that was climbed."""
        result = self._store.write(work)
        if isinstance(result, list) and all(isinstance(each, bool) for each in result):
            self.climbed += [self._now()] * sum(result)
        return result


def latest_act(store: Store) -> int:
    """Return the number of the last act that was written, zero where there is none."""
    with store.read() as reading:
        row = reading.one(_LATEST)
    return int(row[0]) if row else 0


def lateness(timed: TimedStore, *, after: int) -> list[float]:
    """Return by how many seconds each act of the clock behind the act `after` came on disk later than it was due."""
    with timed.read() as reading:
        bodies = [body for (body,) in reading.all(_CLIMBED, after=after)]
    dues = [clock.from_written(json.loads(body)["content"]["at"]) for body in bodies]
    return [(done - due).total_seconds() for due, done in zip(dues, timed.climbed, strict=True)]
