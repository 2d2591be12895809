"""Sums: added when the work is done, each row once, in an order in which nobody waits for anybody who waits for him."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from models.statements import Statement, table
from models.store import Store, Writing
from models.sums import Owed, Sum
from models.tally import Standing

_CASES = Sum(Standing, "cases")
_rows = table(Standing)
_ALL = Statement(select(_rows.c.status, _rows.c.cases).order_by(_rows.c.status))
_PLACE = {
    "county_id": "dai", "kind": "hazard", "path": "/dai/", "department_id": "", "grade": "", "waits_for": "",
    "overdue": False,
}  # fmt: skip


def move(writing: Writing, number: int, status: str) -> None:
    writing.add(_CASES, **_PLACE, status=status, cases=number)


def counts(store: Store) -> dict[str, int]:
    with store.read() as reading:
        return dict(reading.all(_ALL))


def test_what_is_added_is_there_when_the_work_is_done_and_not_before(store: Store) -> None:
    seen: list[Any] = []

    def work(writing: Writing) -> None:
        move(writing, 1, "open")
        move(writing, 2, "open")
        seen.extend(writing.all(_ALL))

    store.write(work)
    assert seen == []
    assert counts(store) == {"open": 3}
    store.write(lambda writing: move(writing, -1, "open"))
    assert counts(store) == {"open": 2}


def test_what_failed_work_would_have_added_is_not(store: Store) -> None:
    def work(writing: Writing) -> None:
        move(writing, 1, "open")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.write(work)
    assert counts(store) == {}


def test_each_row_is_added_to_once_in_order_and_those_that_do_not_change_not_at_all() -> None:
    owed = Owed()
    for status, number in (("void", 1), ("closed", 1), ("open", 5), ("closed", 2), ("open", -5)):
        owed.add(_CASES, {**_PLACE, "status": status, "cases": number})
    ((statement, rows),) = owed.rows()
    assert statement is _CASES.statement
    assert [(row["status"], row["cases"]) for row in rows] == [("closed", 3), ("void", 1)]


@pytest.mark.postgres
def test_two_that_move_cases_to_and_fro_never_hold_what_the_other_waits_for(
    new_postgres: Callable[[], Store], crowd: Any
) -> None:
    store, meeting, tries = new_postgres(), threading.Barrier(2, timeout=30), list[int]()

    def move_between(place: int, old: str, new: str) -> None:
        def work(writing: Writing) -> None:
            tries.append(place)
            move(writing, -1, old)
            if tries.count(place) == 1:
                meeting.wait()
            move(writing, 1, new)

        store.write(work)

    crowd.start(lambda: move_between(0, "a", "b"))
    crowd.start(lambda: move_between(1, "b", "a"))
    assert crowd.join() == [None, None]
    assert sorted(tries) == [0, 1], "one of them lost a race"
    assert counts(store) == {"a": 0, "b": 0}
