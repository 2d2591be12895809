"""Nothing that a sweep asks reads through a table: every statement of it finds what it wants by an index."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from models import directory
from models.statements import Statement
from models.sums import Sum
from notifications.channel import refused_for_good, taken, unclear
from rules.actor import Role
from tasks.delivery import deliver_due, sweep

# Small by their nature: a row for each fact, change not yet seen to, delegation, organisation, post and contact.
_SMALL = {
    "installation", "roster_changes", "delegations", "organisations", "posts", "holdings", "contacts", "told",
}  # fmt: skip
# Without a row in this test, so that PostgreSQL has nothing to choose by.
_EMPTY = {"passings", "watch_absences", "watch_shifts"}
# Indexes that hold nothing but what is due, from their first entry on.
_DUE_ALONE = {"ix_effects_to_nobody", "ix_notices_paced", "ix_notices_at_once"}


class Recording:
    """A store that keeps every statement it is asked, with its values."""

    def __init__(self, store: Any) -> None:
        self.dialect, self.url = store.dialect, store.url
        self.asked: dict[str, Any] = {}
        self._store = store

    def write(self, work: Callable[[Any], Any], /) -> Any:
        return self._store.write(lambda writing: work(Kept(writing, self)))

    @contextmanager
    def read(self) -> Iterator[Any]:
        with self._store.read() as reading:
            yield Kept(reading, self)


class Kept:
    """A transaction of which every statement is kept."""

    def __init__(self, inner: Any, store: Recording) -> None:
        self._inner, self._store = inner, store

    def one(self, statement: Statement, /, **values: Any) -> Any:
        self._keep(statement, values)
        return self._inner.one(statement, **values)

    def all(self, statement: Statement, /, **values: Any) -> Any:
        self._keep(statement, values)
        return self._inner.all(statement, **values)

    def run(self, statement: Statement, /, **values: Any) -> Any:
        self._keep(statement, values)
        return self._inner.run(statement, **values)

    def many(self, statement: Statement, rows: Any, /) -> Any:
        return self._inner.many(statement, rows)

    def add(self, to: Sum, /, **values: Any) -> None:
        self._keep(to.statement, values)
        self._inner.add(to, **values)

    def together(self) -> Any:
        return self._inner.together()

    def _keep(self, statement: Statement, values: dict[str, Any]) -> None:
        words, arrange = statement.on(self._store.dialect)
        self._store.asked.setdefault(words, arrange(values))


class FakeGateway:
    """Takes some, is silent about some, refuses some for good."""

    def __init__(self) -> None:
        self.turn = 0

    def send(self, message: Any, *, address: str | None, number: str) -> Any:
        del message, address, number
        self.turn += 1
        return (taken(), unclear("x"), taken(), refused_for_good("x"))[self.turn % 4]


def asked_by_sweeps(county: Any, tooled: Callable[..., Any]) -> dict[str, Any]:
    """Return the statements of two weeks of sweeps in which everything happens that a sweep knows."""
    store = county.store = Recording(county.store)
    tools = tooled(county, {"email": FakeGateway(), "sms": FakeGateway(), "preview": FakeGateway()})
    county.ledger = tools.ledger
    for role, person in county.persons.items():
        for channel in ("email", "sms"):
            address = f"{role}@example.com"
            county.store.write(
                lambda writing, person=person, channel=channel, address=address: directory.add_contact(
                    writing, person, channel=channel, address=address
                )
            )
    number = county.found().number
    county.do(number, "grade", Role.DEPT_OFFICER, grade="major", basis="synthesis", reason="停产整改")
    county.found()
    for role in (Role.BUREAU_HEAD, Role.COUNTY_LEADER):
        relieved = county.persons[role], county.posts[role]
        county.store.write(
            lambda writing, relieved=relieved: directory.relieve(
                writing, person_id=relieved[0], post_id=relieved[1], at=county.now
            )
        )
    store.asked.clear()
    for hours in range(0, 24 * 14, 5):
        county.now = county.now.add(hours=5)
        if hours in {50, 100}:
            role = (Role.UNIT_HEAD, Role.BUREAU_HEAD)[hours == 100]
            county.store.write(lambda writing, role=role: _appoint(writing, county, role))
        (sweep if hours % 2 else _deliver)(tools, run_id="clock", now=county.now)
    return dict(store.asked)


def fill(door: Any) -> None:
    """Put so much beside it that the planner of PostgreSQL must choose: copies of what is there, all of it far off."""
    door.disarm()
    for table, changes in _COPIES.items():
        columns = [
            name
            for (name,) in door.rows("SELECT column_name FROM information_schema.columns WHERE table_name = ?", table)
        ]
        taken_from = ", ".join(changes.get(name, f"old.{name}") for name in columns)
        door.run(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {taken_from} FROM generate_series(1, {_MANY}) AS n,"  # noqa: S608
            f" LATERAL (SELECT * FROM {table} LIMIT 1) AS old"
        )
    door.run("ANALYZE")


_MANY = 20_000
_COPIES = {
    "cases": {
        "id": "1000 + n", "number": "'YH-2020-' || n", "unit_id": "'u' || n %% 500",
        "path": "'/dai/t' || n %% 20", "department_id": "'d' || n %% 90",
    },
    "duties": {
        "id": "1000 + n", "case_id": "1000 + n", "status": "'open'", "wake_at": "4000000000000000 + n",
        "holder": "(ARRAY['unit_fixer', 'dept_officer', 'bureau_head'])[1 + n %% 3]", "due_alert": "4000000000000000",
    },
    "effects": {
        "id": "10000 + n", "case_id": "1000 + n", "to_nobody": "false",
        "status": "CASE WHEN n %% 4 = 0 THEN 'owed' ELSE 'performed' END",
        "addressee": "(ARRAY['unit_fixer', 'dept_officer', 'bureau_head', 'town_clerk'])[1 + n %% 4]",
        "owed_at": "1600000000000000 + n",
    },
    "notices": {
        "id": "10000 + n", "case_id": "1000 + n", "status": "CASE WHEN n %% 4 = 0 THEN 'queued' ELSE 'sent' END",
        "not_before": "4000000000000000 + n", "person_id": "'p' || n %% 3000", "bundle": "n / 4",
        "lane": "(ARRAY['urgent', 'timely'])[1 + n %% 2]", "queued_at": "1600000000000000 + n",
    },
    "attempts": {"id": "10000 + n", "notice_id": "10000 + n"},
    "acts": {"id": "10000 + n", "case_id": "1000 + n"},
}  # fmt: skip


def _deliver(tools: Any, *, run_id: str, now: Any) -> None:
    deliver_due(tools, run_id=run_id, now=now, is_ending=lambda: False)
    sweep(tools, run_id=run_id, now=now)


def _appoint(writing: Any, county: Any, role: Role) -> None:
    person = directory.add_person(writing, "dai", name="新任", phone=None)
    directory.appoint(writing, "dai", person_id=person, post_code=role.value, at=county.now)


def _sqlite_scans(door: Any, words: str, values: Any) -> list[str]:
    plan = [row[3] for row in door.rows(f"EXPLAIN QUERY PLAN {words}", *values)]
    return [step for step in plan if re.search(r"SCAN \w+", step) and not step.startswith("SCAN CONSTANT")]


def _postgres_scans(connection: Any, words: str, values: Any) -> list[str]:
    plan = [row[0].strip() for row in connection.execute(f"EXPLAIN {words}".encode(), values).fetchall()]
    found: list[str] = []
    for place, step in enumerate(plan):
        through = re.search(r"Seq Scan on (\w+)|Scan using (\w+) on (\w+)", step)
        rest = "".join(plan[place + 1 : place + 3])
        if through and (through[1] or "Index Cond" not in rest.split("->")[0]):
            found.append(f"SCAN {through[1] or through[3]} USING INDEX {through[2]}")
    return found


def _is_small(step: str, dialect: str) -> bool:
    name = step.split()[1]
    allowed = _SMALL | _EMPTY if dialect == "postgresql" else _SMALL
    return name in allowed or any(f"INDEX {index}" in step for index in _DUE_ALONE)


def test_no_statement_of_a_sweep_reads_through_a_table(
    county: Any, tooled: Callable[..., Any], back_door: Callable[[str], Any]
) -> None:
    asked = asked_by_sweeps(county, tooled)
    assert len(asked) > 40
    found: dict[str, list[str]] = {}
    door = back_door(county.store.url)
    if door.dialect == "postgresql":
        fill(door)
    for words, values in asked.items():
        scans = (
            _sqlite_scans(door, words, values)
            if door.dialect == "sqlite"
            else _postgres_scans(door._connection, words, values)
        )
        if through := [step for step in scans if not _is_small(step, door.dialect)]:
            found[words] = through
    assert found == {}, found
