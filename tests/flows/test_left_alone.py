"""A case left alone climbs the whole ladder through two shifts and a holiday, and no killed process changes that.

Everything is the product's own: what its settings open, the preview gateway, a group's bot and a short message gateway
that are strict fakes on a real wire. Only time is told.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pendulum
import pytest

from models import directory, reached
from models.case_state import find_by_number
from models.escalation import next_wake
from models.ledger import Ledger
from models.receipt import Deed
from rules.actor import Role
from rules.deadlines import SHANGHAI

pytestmark = pytest.mark.slow

# Qingming: the holiday is 4 to 6 April, a Saturday to a Monday; the shifts change at eight.
_SATURDAY = pendulum.datetime(2026, 4, 4, 5, 30, tz=SHANGHAI)
_SUNDAY = pendulum.datetime(2026, 4, 5, 12, tz=SHANGHAI)
_END = pendulum.datetime(2026, 4, 17, 12, tz=SHANGHAI)
_SHIFTS = (
    ("2026-04-03T08:00/2026-04-04T08:00", "head", "bureau_head", "bureau_officer", "committee_office"),
    ("2026-04-04T08:00/2026-04-05T08:00", "head", "county_leader", "dept_officer", "dept_officer2"),
    ("2026-04-05T08:00/2026-04-06T08:00", "head", "bureau_head", "town_clerk", "town_clerk2"),
    ("2026-04-06T08:00/2026-04-07T08:00", "head", "county_leader", "dept_head", "dept_head2"),
)
_CHANNELS = ("preview", "wecom_bot", "sms")
_LONGEST_STEP_HOURS = 6
_LEASE_SECONDS = 61
_DOOMED, _LATEST_DEATH, _ENOUGH_KILLS = 0.9, 8, 20


def _gateways() -> ModuleType:
    """Load the strict fakes of the platforms."""
    name = "fakes_of_gateways"
    if name not in sys.modules:
        path = Path(__file__).parents[1] / "notifications" / "fakes" / "gateways.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


_fakes = _gateways()


@dataclass
class Alone:
    """A county on the bench in which nobody does anything; processes work for it, and may be killed at any moment."""

    bench: Any
    gateways: dict[str, Any]
    number: str
    kills: int = 0
    shown: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)

    def settings(self) -> dict[str, Any]:
        """Return what the county has set: three channels, two of them on the wire."""
        bot, sms = self.gateways["wecom_bot"].origin, self.gateways["sms"].origin
        return {
            "channels": _CHANNELS, "outside_loopback": True, "wecom_address": bot,
            "wecom_bots": {"阳明堡镇": "wecom-canary-key"}, "sms_address": f"{sms}/sms/send",
            "sms_signature": "代县应急",
            "sms_templates": {"default": ("SMS_1", "{title}，查看{link}，编号{number}")},
            "sms_request": {"mobile": "{mobile}", "sign": "{signature}", "template": "{template}",
                            "parameters": "{parameters}", "serial": "{number}"},
            "sms_headers": {"Authorization": "Bearer sms-canary-key"}, "sms_seen_once_seconds": 0,
            "password_memory_kib": 8,
        }  # fmt: skip

    def pass_until(self, end: Any, chance: random.Random | None) -> None:
        """Let processes work at every instant at which something falls due; with `chance` many of them are killed."""
        while self.bench.county.now < end:
            self._work(chance)
            with self.bench.opened() as county, county.store.read() as reading:
                wakes = next_wake(reading)
            latest = min(self.bench.county.now.add(hours=_LONGEST_STEP_HOURS), end)
            later = min(wakes, latest) if wakes is not None and wakes > self.bench.county.now else latest
            self._move_to(later)

    def _work(self, chance: random.Random | None) -> None:
        """Do what is due, and do it again when whatever a killed process had taken is free once more."""
        for _ in range(2):
            jobs = ("sweep", "audit") if chance is None else chance.sample(("sweep", "audit"), 2)
            for job in jobs:
                if chance is not None and chance.random() < _DOOMED:
                    at, when = chance.randint(1, _LATEST_DEATH), chance.choice(("before", "within", "after"))
                    self.kills += self.bench.die(job, at, when, settings=self.settings())
                assert self.bench.laboratory.do(**self.bench.order(job, settings=self.settings())) == 0
            self._read()
            self._move_to(self.bench.county.now.add(seconds=_LEASE_SECONDS))

    def _move_to(self, instant: Any) -> None:
        seconds = (instant - self.bench.county.now).total_seconds()
        self.bench.county.now = instant
        for gateway in self.gateways.values():
            gateway.second += seconds

    def _read(self) -> None:
        """Note every notice in every message that readers saw: one message may tell several."""
        for name, gateway in self.gateways.items():
            for shown in gateway.read():
                numbers = dict.fromkeys(_fakes.NUMBER.findall(shown.text))
                self.shown.setdefault(name, []).extend((number, shown.is_repeat) for number in numbers)

    def told(self) -> list[tuple[Any, ...]]:
        """Return every notice: what, to which post, in whose stead, and of each reader how and whether answered.

        How often a message was tried is left out, and in which order what falls due at one instant was done: that is
        all that a killed process may change.
        """
        with self.bench.opened() as county, county.store.read() as reading:
            header = find_by_number(reading, "dai", self.number)
            assert header is not None
            return [
                (told.name, told.role.value, told.passed_to and told.passed_to.value, told.owed_at, told.reason,
                 sorted((reader.name, reader.answer is not None, [(sent.channel, sent.status,
                                                                   sent.queued_at) for sent in reader.sent])
                        for reader in told.readers))
                for told in reached.told_in(reading, header.id)
            ]  # fmt: skip

    def brief(self, *names: str) -> list[tuple[Any, ...]]:
        """Return when these notices told which post, who read them by which channels, and whether they answered."""
        return [
            (name, role, passed_to, f"{owed_at:%d %H:%M}", [(who, answered, [channel for channel, *_ in sent])
                                                            for who, answered, sent in readers])
            for name, role, passed_to, owed_at, _, readers in self.told() if name in names
        ]  # fmt: skip

    def climbs(self, duty: str) -> list[tuple[int, str]]:
        """Return number and instant of the rungs that a duty has climbed."""
        with self.bench.opened() as county:
            rows = county.rows("SELECT body FROM acts WHERE kind = 'rung' ORDER BY id")
        found = [json.loads(body) for (body,) in rows]
        return [
            (entry["content"]["rung"], f"{pendulum.parse(entry['happened']).in_timezone(SHANGHAI):%m-%d %H:%M}")
            for entry in found
            if entry["case"] == self.number and entry["content"]["about"] == duty
        ]

    def seen(self) -> dict[str, int]:
        """Return how many notices readers of each platform saw; none a second time without the mark of a repeat."""
        for shown in self.shown.values():
            firsts = [number for number, is_repeat in shown if not is_repeat]
            assert len(set(firsts)) == len(firsts)
        return {name: len({number for number, _ in shown}) for name, shown in self.shown.items()}

    def climbed(self) -> list[tuple[Any, ...]]:
        """Return what the clock did, and when."""
        with self.bench.opened() as county:
            rows = county.rows("SELECT kind, happened_at, body FROM acts WHERE kind IN ('rung', 'lapse')")
        contents = [(kind, at, json.loads(body)["content"]) for kind, at, body in rows]
        return sorted(
            (at, kind, content["about"].partition("@")[0], content.get("rung", 0)) for kind, at, content in contents
        )


def _people(county: Any) -> None:
    """Give everybody a way to be reached outside: the bureau by short message, the others in a group."""
    mobiles = {"bureau_officer": "13800000001", "bureau_head": "13800000002", "county_leader": "13800000003"}

    def work(writing: Any) -> None:
        for role, person in county.persons.items():
            channel, address = ("sms", mobiles[role]) if role in mobiles else ("wecom_bot", "阳明堡镇")
            directory.add_contact(writing, person, channel=channel, address=address)

    county.store.write(work)


def _roster(county: Any) -> None:
    lines = [
        f"{when}|{lead}|{county.persons[leader]}|{county.persons[one]},{county.persons[two]}"
        for when, lead, leader, one, two in _SHIFTS
    ]
    deed = Deed("publish", county.actor(Role.BUREAU_OFFICER), "roster", {"shifts": lines})
    roster = county.ledger.open_case("duty_watch", "bureau", deed, county.now)
    away = {"person": county.persons["bureau_officer"], "from": "2026-04-04T08:00", "until": "2026-04-07T08:00"}
    county.do(roster.number, "leave", Role.BUREAU_OFFICER, reason="调休", **away)


def _major(county: Any) -> str:
    """Let a unit find a major hazard early on a holiday and report it; return the number of the case."""
    safety, head = Role.UNIT_SAFETY, Role.UNIT_HEAD
    number: str = county.found(safety, own_grade="unsure").number
    county.do(number, "grade", head, grade="major", basis="synthesis", reason="采空区积水")
    county.do(number, "major-report", head, situation="采空区积水", danger="威胁采掘面", approach="撤人排水")
    return number


@pytest.fixture
def left_alone(county: Any, bench: Callable[[], Any]) -> Iterator[Callable[[], Alone]]:
    """Return what takes the case to another start, with gateways of its own; at the end none may have a fault."""
    _people(county)
    county.ledger = Ledger(county.store, county.ledger.rulebook, county_id="dai", channels=_CHANNELS)
    county.now = pendulum.datetime(2026, 4, 2, 9, tz=SHANGHAI)
    _roster(county)
    county.now = _SATURDAY
    number, taken = _major(county), bench()
    with contextlib.ExitStack() as stack:

        def start() -> Alone:
            taken.fresh()
            taken.county.now = _SATURDAY
            gateways = {
                name: stack.enter_context(contextlib.contextmanager(_fakes.serving)(name))
                for name in ("wecom_bot", "sms")
            }
            for gateway in gateways.values():
                gateway.second = _SATURDAY.timestamp()
            return Alone(taken, gateways, number)

        yield start


_BY_SMS, _MANY = ["preview", "sms"], 50
_ON_FRIDAY = {"应急局监管员1", "安委办1"}
_FROM_SATURDAY = {"部门监管员1", "部门监管员2", "乡镇安监员1", "乡镇安监员2", "部门负责人1", "部门负责人2"}


def test_it_climbs_the_whole_ladder_through_two_shifts_and_a_holiday(left_alone: Callable[[], Alone]) -> None:
    alone = left_alone()
    alone.pass_until(_END, None)

    # The report at half past five on a holiday: silence climbs through the shift of Friday into that of Saturday.
    assert alone.climbs("acknowledge@3:major-reported") == [(1, "04-04 06:30"), (2, "04-04 07:30"), (3, "04-04 09:30")]
    silence = alone.brief("major-reported", "unanswered")[:9]
    assert [row[:4] for row in silence] == [
        ("major-reported", "bureau_officer", None, "04 05:30"),
        ("unanswered", "bureau_officer", None, "04 06:30"),
        ("unanswered", "bureau_officer", None, "04 07:30"),
        ("unanswered", "dept_officer", None, "04 07:30"),
        ("unanswered", "watch_keeper", None, "04 07:30"),
        ("unanswered", "bureau_officer", None, "04 09:30"),
        ("unanswered", "dept_head", None, "04 09:30"),
        ("unanswered", "committee_office", None, "04 09:30"),
        ("unanswered", "watch_leader", None, "04 09:30"),
    ]
    assert silence[0][4] == [("应急局监管员1", False, _BY_SMS)]
    assert silence[5][4] == [], "away since eight, with nobody standing in"
    keepers = {who for who, _, _ in silence[4][4]}
    assert keepers == _ON_FRIDAY | _FROM_SATURDAY, "each shift took over what the one before it had not answered"
    assert {who for who, _, _ in silence[8][4]} == {"分管县领导1", "应急局负责人1"}
    assert not any(answered for row in silence for _, answered, _ in row[4])
    # Working days count from after the holiday; the last rung asks the next post for a decision.
    assert alone.climbs("list@3") == [
        (1, "04-07 02:45"), (2, "04-08 13:22"), (3, "04-09 10:09"), (4, "04-10 00:00"), (5, "04-11 10:37"),
        (6, "04-12 21:15"),
    ]  # fmt: skip
    assert alone.climbs("plan@2") == [
        (1, "04-09 02:45"), (2, "04-11 13:22"), (3, "04-13 00:33"), (4, "04-14 00:00"), (5, "04-16 10:37"),
    ]  # fmt: skip
    assert [row[:2] for row in alone.brief("asked-decide")] == [
        ("asked-decide", "committee_office"), ("asked-decide", "county_leader"),
    ]  # fmt: skip
    # Whoever could be told was told, by every channel there is for them.
    states = {status for *_, readers in alone.told() for _, _, sent in readers for _, status, _ in sent}
    assert states == {"sent", "cancelled"}, "called off is only what a later duty took the place of"
    assert all(readers or reason or role == "bureau_officer" for _, role, _, _, reason, readers in alone.told())
    assert min(alone.seen().values()) > _MANY
    with alone.bench.opened() as county:
        assert county.faults() == set()


@pytest.mark.parametrize("seed", range(3))
def test_killing_any_process_at_any_moment_changes_none_of_it(seed: int, left_alone: Callable[[], Alone]) -> None:
    def ending(chance: random.Random | None) -> tuple[Any, ...]:
        alone = left_alone()
        alone.pass_until(_SUNDAY, chance)
        assert (alone.kills > _ENOUGH_KILLS) is (chance is not None)
        assert min(alone.seen().values()) > _MANY
        return sorted(alone.told(), key=repr), alone.climbed()

    assert ending(random.Random(seed)) == ending(None)  # noqa: S311 - chance, not a secret
