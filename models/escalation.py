"""Escalation 催办: which duties the clock must act on now, and when the next comes; firing goes through the ledger."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from models.clock import instant_or_none, micros
from models.duty import DutyRow
from models.statements import Statement, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendulum import DateTime

    from models.ledger import Ledger
    from models.store import Reading

_duties = table(DutyRow)
_DUE = Statement(
    select(_duties.c.case_id, _duties.c.key, _duties.c.wake_at)
    .where(_duties.c.status == "open", _duties.c.wake_at <= bindparam("now"))
    .order_by(_duties.c.wake_at, _duties.c.id)
    .limit(bindparam("most"))
)
_FIRST = Statement(
    select(_duties.c.case_id, _duties.c.key)
    .where(_duties.c.status == "open", _duties.c.wake_at.is_not(None))
    .order_by(_duties.c.wake_at, _duties.c.id)
    .limit(1)
)
_NEXT = Statement(select(func.min(_duties.c.wake_at)).where(_duties.c.status == "open", _duties.c.wake_at.is_not(None)))
_BATCH = 200
# So many cases share a transaction, and with it a flush; whoever waits for the writer meanwhile waits for no more.
_TOGETHER = 50

_Row = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Fired:
    """How many acts of the clock were recorded, and how many duties could not be moved, with the first reason."""

    acts: int
    failed: int
    reason: str


def fire_due(
    ledger: Ledger, now: DateTime, *, most: int = 100_000, clock: Callable[[], DateTime] | None = None
) -> Fired:
    """Let the clock do everything that is due, in each case in the order in which it fell due; two at once do it once.

    A duty that cannot be moved, or whose row says what the acts do not, is reported and does not hold up the others.
    `clock` says when each act is recorded, where that may be long after `now`.
    """
    pass_ = _Pass(ledger, now, clock or (lambda: now))
    while pass_.acts < most and pass_.take_some():
        pass
    return Fired(pass_.acts, len(pass_.broken), pass_.reason)


class _Pass:
    """One look at everything that is due. A row that did not move once is left alone for the rest of it.

    In each round every case takes the step that fell due first, so that its steps are recorded in order.
    """

    def __init__(self, ledger: Ledger, now: DateTime, clock: Callable[[], DateTime]) -> None:
        self.acts = 0
        self.broken: set[_Row] = set()
        self.reason = ""
        self._ledger = ledger
        self._now = now
        self._clock = clock
        self._unmoved: set[_Row] = set()

    def take_some(self) -> bool:
        """Take a round of steps; tell whether there were any to take."""
        left_alone = self.broken | self._unmoved
        with self._ledger.store.read() as reading:
            due = reading.all(_DUE, now=micros(self._now), most=_BATCH + len(left_alone))
        for row in self._unmoved.intersection(due):
            self._report(row, "应办行与行为推导的不符，请运行 anlan ledger verify")
        first_of_each: dict[int, _Row] = {}
        for case_id, key, wake_at in due:
            if (case_id, key, wake_at) not in left_alone:
                first_of_each.setdefault(case_id, (case_id, key, wake_at))
        rows = iter(first_of_each.values())
        while some := tuple(islice(rows, _TOGETHER)):
            self._take(some)
        return bool(first_of_each)

    def _take(self, rows: tuple[_Row, ...]) -> None:
        """Take a step of each of several cases in one transaction; where one of them is broken, each by itself."""
        # In the order of cases, so that two clocks at once wait for each other and not in a ring.
        duties = sorted((case_id, key) for case_id, key, _ in rows)
        try:
            moved = dict(zip(duties, self._ledger.record_clock_together(duties, self._at()), strict=True))
        except Exception as error:  # noqa: BLE001 - one broken case must not silence all others
            if len(rows) == 1:
                self._report(rows[0], f"{type(error).__name__}: {error}")
                return
            for row in rows:
                self._take((row,))
            return
        self.acts += sum(moved.values())
        # Another clock was quicker, and the row has moved; or the row is wrong, and it will still stand there.
        self._unmoved.update(row for row in rows if not moved[row[0], row[1]])

    def _at(self) -> DateTime:
        return max(self._now, self._clock())

    def _report(self, row: _Row, reason: str) -> None:
        self.broken.add(row)
        self.reason = self.reason or reason


def read_ahead(ledger: Ledger, now: DateTime) -> None:
    """Read the case whose duty falls due next, so that at its instant little but writing is left; `now` is before it.

    The clock asks the door too early and is told that nothing is due: nothing is written, and the door remembers the
    case as long as nobody acts on it. A case that cannot be read is reported when it is due.
    """
    with ledger.store.read() as reading:
        first = reading.one(_FIRST)
    if first is not None:
        case_id, key = first
        with contextlib.suppress(Exception):
            ledger.record_clock(case_id, key, now)


def next_wake(reading: Reading) -> DateTime | None:
    """Return when the earliest duty falls due for the clock, None when none ever will."""
    row = reading.one(_NEXT)
    return instant_or_none(row[0]) if row else None


def overdue_unfired(reading: Reading, now: DateTime, *, tolerance_seconds: int) -> list[tuple[int, str]]:
    """Return the duties on which the clock should have acted so many seconds ago and has not."""
    return [
        (case_id, key)
        for case_id, key, _ in reading.all(_DUE, now=micros(now.subtract(seconds=tolerance_seconds)), most=_BATCH)
    ]
