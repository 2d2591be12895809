"""Escalation 催办: which duties the clock must act on now, and when the next comes; firing goes through the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from models.clock import instant_or_none, micros
from models.duty import DutyRow
from models.statements import Statement, table

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.ledger import Ledger
    from models.store import Reading

_duties = table(DutyRow)
_DUE = Statement(
    select(_duties.c.case_id, _duties.c.key)
    .where(_duties.c.status == "open", _duties.c.wake_at <= bindparam("now"))
    .order_by(_duties.c.wake_at, _duties.c.id)
    .limit(bindparam("most"))
)
_NEXT = Statement(select(func.min(_duties.c.wake_at)).where(_duties.c.status == "open", _duties.c.wake_at.is_not(None)))
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Fired:
    """How many acts of the clock were recorded, and how many duties could not be moved, with the first reason."""

    acts: int
    failed: int
    reason: str


def fire_due(ledger: Ledger, now: DateTime, *, most: int = 100_000) -> Fired:
    """Let the clock do everything that is due, in the order in which it fell due; two at once do it once.

    A duty that cannot be moved does not hold up the others.
    """
    acts = failed = 0
    reason = ""
    skipped: set[tuple[int, str]] = set()
    while acts < most:
        with ledger.store.read() as reading:
            due = reading.all(_DUE, now=micros(now), most=_BATCH + len(skipped))
        pending = [(case_id, key) for case_id, key in due if (case_id, key) not in skipped]
        if not pending:
            break
        for case_id, key in pending:
            try:
                acts += ledger.record_clock(case_id, key, now)
            except Exception as error:  # noqa: BLE001 - one broken case must not silence all others
                skipped.add((case_id, key))
                failed, reason = failed + 1, reason or f"{type(error).__name__}: {error}"
    return Fired(acts, failed, reason)


def next_wake(reading: Reading) -> DateTime | None:
    """Return when the earliest duty falls due for the clock, None when none ever will."""
    row = reading.one(_NEXT)
    return instant_or_none(row[0]) if row else None


def overdue_unfired(reading: Reading, now: DateTime, *, tolerance_seconds: int) -> list[tuple[int, str]]:
    """Return the duties on which the clock should have acted so many seconds ago and has not."""
    return [
        (case_id, key)
        for case_id, key in reading.all(_DUE, now=micros(now.subtract(seconds=tolerance_seconds)), most=_BATCH)
    ]
