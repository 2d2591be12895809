"""Fixtures that all layers share: a rehearsal of cases without database, engine or clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pendulum
import pytest
from hypothesis import settings
from pendulum import DateTime

from rules.act import Act
from rules.actor import OFFICERS, Actor, Certificate, Reach, Role, Scope, clock
from rules.agenda import Changes, Duty, Effect, collect, next_clock_act
from rules.deadlines import SHANGHAI
from rules.duty_watch import DUTY_WATCH, WatchAct
from rules.form import Field, FieldKind
from rules.hazard import HAZARD, HazardAct
from rules.obligation import OBLIGATION, ObligationAct
from rules.process import Process
from rules.rulebook import Rulebook

# A test is not wrong because the machine is busy.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the folder into which the pictures of the README are made; without it they are made and thrown away."""
    parser.addoption("--pictures", default=None, help="folder for the pictures of the README")


_MONDAY = pendulum.datetime(2026, 3, 2, 9, tz=SHANGHAI)
_RULEBOOK = Rulebook.load()
_STEP_BY = {
    "confirm-order": (Role.DEPT_OFFICER, "second"),
    "review-order": (Role.BUREAU_OFFICER, "reviewer"),
    "sign-order": (Role.DEPT_HEAD, "signer"),
    "serve-order": (Role.DEPT_OFFICER, "second"),
}


def person(role: Role, name: str = "", *, acting_for: str | None = None) -> Actor:
    """Return somebody who holds that post; the same name is the same person."""
    who = name or role.value
    held = (Certificate(f"示例-{who}", date(2020, 1, 1), date(2035, 12, 31)),) if role in OFFICERS else ()
    return Actor(
        who, f"account-{who}", f"post-{role}", role, Scope(Reach.SUBTREE, "/dai/"), acting_for, certificates=held
    )


@dataclass
class Rehearsal:
    """One case, a hazard unless told otherwise, played by the rules alone; time stands still unless told to pass."""

    now: DateTime = _MONDAY
    facts: Any = None
    acts: list[Act] = field(default_factory=list)
    steps: list[Changes] = field(default_factory=list)
    rulebook: Rulebook = _RULEBOOK
    process: Process = HAZARD

    def __post_init__(self) -> None:
        self.facts = self.process.nothing if self.facts is None else self.facts

    def do(self, kind: str, who: Actor | Role | None = None, /, **values: Any) -> Act:
        """Record an act as the ledger would, permit included; the post that the act is owed by is the default."""
        happened_at = values.pop("happened_at", self.now)
        act = self.attempt(kind, who, happened_at=happened_at, **values)
        self.process.permit(self.facts, act, self.rulebook)
        return self._take(act)

    def attempt(self, kind: str, who: Actor | Role | None = None, /, **values: Any) -> Act:
        """Return the act as it would be recorded, without asking whether it is permitted."""
        happened_at = values.pop("happened_at", self.now)
        evidence = values.pop("evidence", ())
        form = self.process.form_of(kind)
        by_door = [*filter(_is_given, form.fields), *form.given]
        given = {entry.key: values.pop(entry.key) for entry in by_door if entry.key in values}
        filled = form.fill(values, longest=2000)
        return Act(
            seq=len(self.acts) + 1,
            kind=self._kind(kind),
            actor=self._actor(self._kind(kind), who),
            happened_at=happened_at,
            recorded_at=self.now,
            content={**filled.content, **given},
            texts=frozenset(filled.texts),
            evidence=evidence,
        )

    def issue(self, kind: HazardAct | str, who: Actor | Role | None = None, /, **values: Any) -> str:
        """Draft an order and take it all the way to its service, on this very day; return its key."""
        self.do(kind, who, **values)
        return self.carry()

    def carry(self, until: str = "serve-order", **service: Any) -> str:
        """Take the order drafted last on until a step is done, each by somebody else; return its key."""
        order = list(self.facts.orders.values())[-1]
        says = {"mode": "direct", "served_on": self.now.date(), "receiver": "单位负责人", **service}
        while order.next_step is not None:
            step = str(order.next_step)
            content = says if step == "serve-order" else {"approved": "yes"}
            self.do(step, person(*_STEP_BY[step]), about=order.key, **content)
            order = self.facts.orders[order.key]
            if step == until:
                break
        return order.key

    def let_pass(self, **duration: int) -> None:
        """Let time pass; the clock does its acts in order on the way."""
        self.until(self.now.add(**duration))

    def until(self, instant: DateTime) -> None:
        """Let time pass until an instant."""
        while due := self._due_by(instant):
            at, kind, content = due
            self.now = max(self.now, at)
            self._take(Act(len(self.acts) + 1, kind, clock("dai"), self.now, self.now, content))
        self.now = max(self.now, instant)

    @property
    def waiting_for(self) -> set[str]:
        """Return the acts of all open duties."""
        return {duty.act for duty in self.facts.live.values()}

    def duty(self, act: str) -> Duty:
        """Return the open duty for an act."""
        return next(duty for duty in self.facts.live.values() if duty.act == act)

    @property
    def duties(self) -> dict[str, Duty]:
        """Return every duty there ever was in its latest state."""
        return {duty.key: duty for duty in collect(self.steps).duties}

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Return every effect ever owed."""
        return collect(self.steps).effects

    @property
    def told(self) -> list[tuple[str, str]]:
        """Return name and addressee of each effect of the last act."""
        return [(effect.name, effect.addressee or "") for effect in self.steps[-1].effects]

    def fork(self) -> Rehearsal:
        """Return a copy that goes its own way."""
        return Rehearsal(self.now, self.facts, list(self.acts), list(self.steps), self.rulebook, self.process)

    def _take(self, act: Act) -> Act:
        self.facts, changes = self.process.advance(self.facts, act, self.rulebook)
        self.acts.append(act)
        self.steps.append(changes)
        return act

    def _kind(self, kind: str) -> str:
        """Return the act as the process itself names it, so that it shows as its word."""
        return next((known for known in self.process.forms if known == kind), kind)

    def _actor(self, kind: str, who: Actor | Role | None) -> Actor:
        if isinstance(who, Actor):
            return who
        if who is not None:
            return person(who)
        owed = [duty.holder for duty in self.facts.live.values() if duty.act == kind]
        return person(owed[0] if owed else min(self.process.may[kind]))

    def _due_by(self, instant: DateTime) -> tuple[DateTime, str, Mapping[str, Any]] | None:
        pending = [act for duty in self.facts.live.values() if (act := next_clock_act(duty, self.rulebook))]
        due = [(act.at, act.kind, act.content) for act in pending if act.at <= instant]
        return min(due, key=lambda entry: (entry[0], entry[1], str(entry[2]))) if due else None


def _is_given(entry: Field) -> bool:
    """Tell whether the door would fill the field; a rehearsal has no door."""
    return entry.kind is FieldKind.GIVEN


REPORT: Mapping[str, Any] = {
    "description": "皮带机尾轮防护罩缺失", "place": "破碎车间二层", "category": "machinery",
}  # fmt: skip


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """Return the county's rulebook."""
    return _RULEBOOK


@pytest.fixture
def rehearsal() -> Rehearsal:
    """Return an empty case on Monday 2026-03-02 at 09:00."""
    return Rehearsal()


@pytest.fixture(scope="session")
def empty_case() -> type[Rehearsal]:
    """Return the maker of empty cases."""
    return Rehearsal


@pytest.fixture(scope="session")
def somebody() -> Callable[..., Actor]:
    """Return the maker of persons in posts."""
    return person


@pytest.fixture(scope="session")
def report() -> Mapping[str, Any]:
    """Return what a report says."""
    return REPORT


@pytest.fixture
def self_found(rehearsal: Rehearsal) -> Rehearsal:
    """Return a hazard that the unit found itself and has yet to rectify."""
    rehearsal.do(HazardAct.REPORT, Role.UNIT_SAFETY, own_grade="general", **REPORT)
    return rehearsal


@pytest.fixture
def ordered(rehearsal: Rehearsal) -> Rehearsal:
    """Return a hazard that the department found, graded and ordered to be rectified by 2026-03-16 (Monday)."""
    rehearsal.do(HazardAct.REPORT, person(Role.DEPT_OFFICER, "finder"), **REPORT)
    rehearsal.do(
        HazardAct.GRADE, person(Role.DEPT_OFFICER, "finder"), grade="general", basis="synthesis", reason="当日可改"
    )
    rehearsal.issue(
        HazardAct.ORDER, person(Role.DEPT_OFFICER, "finder"), ends_on=date(2026, 3, 16), requirement="加装护罩"
    )
    return rehearsal


@pytest.fixture
def major(rehearsal: Rehearsal) -> Rehearsal:
    """Return a hazard that the department judged to be major, with nothing prepared yet."""
    rehearsal.do(HazardAct.REPORT, person(Role.DEPT_OFFICER, "finder"), **REPORT)
    rehearsal.do(
        HazardAct.GRADE, person(Role.DEPT_OFFICER, "finder"), grade="major", basis="criterion", criterion="GM23-3-02"
    )
    return rehearsal


#: Four days of 24 hours in the fire season, one leader and two keepers each, changing at eight.
ROSTER: tuple[str, ...] = (
    "2026-03-02T08:00/2026-03-03T08:00|deputy|lead-1|a,b",
    "2026-03-03T08:00/2026-03-04T08:00|deputy|lead-2|c,d",
    "2026-03-04T08:00/2026-03-05T08:00|head|lead-3|e,f",
    "2026-03-05T08:00/2026-03-06T08:00|deputy|lead-1|a,c",
)


@pytest.fixture
def roster_case() -> Rehearsal:
    """Return a roster of four days, published on Monday 2026-03-02 at 07:30, before its first shift."""
    case = Rehearsal(now=_MONDAY.set(hour=7, minute=30), process=DUTY_WATCH)
    case.do(WatchAct.PUBLISH, Role.BUREAU_OFFICER, shifts=list(ROSTER))
    return case


#: A leader in charge owes two visits in March 2026.
QUOTA: Mapping[str, Any] = {
    "quota": "leader-visit", "holder": "leader", "first": date(2026, 3, 1), "last": date(2026, 3, 31), "least": "2",
    "clause": "obl-visit-in-charge",
}  # fmt: skip


@pytest.fixture
def quota_case() -> Rehearsal:
    """Return the visits that a leader in charge owes in March 2026, opened on Sunday the first at 00:10."""
    case = Rehearsal(now=_MONDAY.set(day=1, hour=0, minute=10), process=OBLIGATION)
    case.do(ObligationAct.OPEN, clock("dai"), **QUOTA)
    return case


@pytest.fixture(scope="session")
def quota_opening() -> Mapping[str, Any]:
    """Return what opens that quota."""
    return QUOTA


@pytest.fixture(scope="session")
def roster_lines() -> tuple[str, ...]:
    """Return the lines of that roster."""
    return ROSTER
