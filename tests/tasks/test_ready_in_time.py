"""The clock reads a case a moment before its duty falls due: at the instant itself little but writing is left."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from deployments.alarm_clock import AlarmClock
from models.escalation import fire_due, next_wake, read_ahead
from models.statements import Statement
from notifications.channel import taken


class Asked:
    """A store that counts how often the history of a case is read."""

    def __init__(self, store: Any) -> None:
        self.dialect, self.url = store.dialect, store.url
        self.histories = 0
        self._store = store

    def write(self, work: Callable[[Any], Any], /) -> Any:
        return self._store.write(lambda writing: work(Counted(writing, self)))

    @contextmanager
    def read(self) -> Iterator[Any]:
        with self._store.read() as reading:
            yield Counted(reading, self)


class Counted:
    """A transaction of such a store."""

    def __init__(self, inner: Any, store: Asked) -> None:
        self._store = store
        self.one, self.run, self.many = inner.one, inner.run, inner.many
        self.add, self.together = inner.add, inner.together
        self._all = inner.all

    def all(self, statement: Statement, /, **values: Any) -> Any:
        self._store.histories += statement.on(self._store.dialect)[0].startswith("SELECT acts.body")
        return self._all(statement, **values)


class FakeChannel:
    """Takes everything."""

    def send(self, message: Any, *, address: str | None, number: str) -> Any:
        del message, address, number
        return taken()


@pytest.fixture
def asked(county: Any, tooled: Callable[..., Any]) -> Asked:
    """Let a hazard wait for its first rung, in a store that counts, at a door that has seen nothing of it."""
    county.found()
    county.store = Asked(county.store)
    county.tools = tooled(county, {"preview": FakeChannel()})
    return county.store


def due_at(county: Any) -> Any:
    with county.store.read() as reading:
        due = next_wake(reading)
    assert due is not None
    return due


def climbed(county: Any) -> int:
    count: int = county.rows("SELECT count(*) FROM acts WHERE person_id = 'clock'")[0][0]
    return count


def test_what_was_read_ahead_is_not_read_at_its_instant(county: Any, asked: Asked) -> None:
    due = due_at(county)
    read_ahead(county.tools.ledger, due.subtract(seconds=1))
    assert (asked.histories, climbed(county)) == (1, 0)
    assert fire_due(county.tools.ledger, due).acts == 1
    assert (asked.histories, climbed(county)) == (1, 1)


@pytest.mark.usefixtures("asked")
def test_what_somebody_did_meanwhile_counts(county: Any) -> None:
    due = due_at(county)
    read_ahead(county.tools.ledger, due.subtract(seconds=1))
    county.do("YH-2026-0001", "grade", "dept_officer", grade="general", basis="synthesis", reason="可当日整改")
    fire_due(county.tools.ledger, due)
    bodies = county.rows("SELECT body FROM acts WHERE person_id = 'clock'")
    assert [json.loads(body)["content"]["about"] for (body,) in bodies] == ["order@2"]


def test_the_clock_wakes_a_moment_early_reads_once_and_climbs_in_time(county: Any, asked: Asked) -> None:
    clock, due = AlarmClock(county.tools), due_at(county)
    naps: list[float] = []
    for left in (60, 0.5, 0.004, 0.004):
        county.now = due.subtract(microseconds=int(left * 1_000_000))
        naps.append(clock.fire())
    assert naps == [1.0, pytest.approx(0.495), pytest.approx(0.004), pytest.approx(0.004)]
    assert (asked.histories, climbed(county)) == (1, 0)
    county.now = due
    assert clock.fire() == 0
    assert (asked.histories, climbed(county)) == (1, 1)


def test_a_case_that_cannot_be_read_ahead_is_reported_when_it_is_due(
    county: Any, asked: Asked, back_door: Callable[[str], Any]
) -> None:
    due = due_at(county)
    back_door(asked.url).run("UPDATE cases SET process_version = 999")
    read_ahead(county.tools.ledger, due.subtract(seconds=1))
    fired = fire_due(county.tools.ledger, due)
    assert (fired.acts, fired.failed) == (0, 1)
    assert "ProcessOutdated" in fired.reason


def test_where_nothing_is_due_ever_nothing_is_read_ahead(county: Any) -> None:
    read_ahead(county.ledger, county.now)
    assert climbed(county) == 0
