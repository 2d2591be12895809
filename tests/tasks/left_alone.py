"""What a year is like in which hazards are found day after day and nobody does anything: a world outside, and its days.

Loaded by conftest.py; the tests that live it through stand in a file each, so that they run beside each other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import pendulum
from pendulum import DateTime

from models import directory
from models.escalation import next_wake
from notifications.channel import Delivery, taken, unclear
from notifications.message import Message
from rules.actor import Role
from rules.deadlines import SHANGHAI
from rules.notice_hours import Lane
from tasks.delivery import sweep

# Word for word the condition of the index over what waits: this world looks as often as it sweeps.
_WAITS = "status IN ('queued', 'claimed', 'again')"


@dataclass
class FakeWorld:
    """What reaches people outside: every message by address and Shanghai day, and a gateway that is not always well."""

    county: Any
    faulty: bool
    heard: list[tuple[DateTime, str, str | None]] = field(default_factory=list)

    def send(self, message: Message, *, address: str | None, number: str) -> Delivery:
        del message
        self.heard.append((self.county.now, number, address))
        turn = len(self.heard) % 5
        if self.faulty and turn in {1, 2, 3}:
            return unclear("x")
        return taken()


def _next(county: Any, hours: Any, until: DateTime) -> DateTime:
    with county.store.read() as reading:
        due = next_wake(reading)
    after = county.now.add(seconds=1)
    rows = county.rows(f"SELECT claimed_until FROM notices WHERE status = 'again' AND {_WAITS}")  # noqa: S608 - ours
    tries = (row[0] for row in rows)
    retry = min((each for each in tries if each > after.timestamp() * 1_000_000), default=None)
    retried = until if retry is None else pendulum.from_timestamp(retry // 1_000_000 + 1, tz=SHANGHAI)
    slots = [hours.when(lane, after) for lane in (Lane.TIMELY, Lane.ROUTINE)]
    quiet_ends = hours.after_quiet(after) if hours.is_quiet(after) else until
    return min(max(each, after) for each in (due or until, retried, *slots, quiet_ends, until))


def _left_alone(county: Any, tools: Any, days: int) -> None:
    """Find a hazard at every hour of work, mostly serious ones, and let nobody do anything about them."""
    hours, begun = tools.rulebook.notice_hours, county.now
    for day in range(days):
        morning = begun.add(days=day)
        county.now = max(county.now, morning)
        number = county.found().number
        if day % 3 == 0:
            officer = county.actor(Role.DEPT_OFFICER)
            county.do(number, "grade", officer, grade="general", basis="synthesis", reason="当日可改")
        if day % 3 == 1:
            officer = county.actor(Role.DEPT_OFFICER)
            county.do(number, "grade", officer, grade="major", basis="synthesis", reason="停产整改")
        evening = morning.add(days=1)
        while county.now < evening:
            sweep(tools, run_id="clock", now=county.now)
            county.now = _next(county, hours, evening)


def live_through(county: Any, tooled: Any, days: int, *, faulty: bool, most: int) -> None:
    """Leave a county alone for so many days; fail unless its busiest person was told `most` times on one of them."""
    world = FakeWorld(county, faulty)
    tools = tooled(county, {"email": world})
    county.ledger = tools.ledger
    for role, person in county.persons.items():
        county.store.write(lambda writing, person=person, role=role: _reach(writing, person, f"{role}@example.com"))
    _left_alone(county, tools, days)
    lanes = {f"T{no:08d}": lane for no, lane in county.rows("SELECT id, lane FROM notices")}
    told: defaultdict[tuple[str, str | None], Counter[str]] = defaultdict(Counter)
    for now, number, address in world.heard:
        told[now.to_date_string(), address]["emergency" if lanes[number] == "urgent" else "other"] += 1
        assert lanes[number] == "urgent" or not tools.rulebook.notice_hours.is_quiet(now)
    busiest = max(count["other"] for count in told.values())
    assert busiest == most <= tools.rulebook.notice_hours.most_a_day
    assert any(count["emergency"] for count in told.values())
    waiting = county.rows("SELECT count(*) FROM notices WHERE status IN ('queued', 'again')")[0][0]
    assert waiting < 60


def _reach(writing: Any, person: str, address: str) -> None:
    directory.add_contact(writing, person, channel="email", address=address)
