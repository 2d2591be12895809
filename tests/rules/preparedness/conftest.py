"""Plans, commands and drills played by the rules alone, without database, engine or clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pendulum
import pytest
from pendulum import DateTime

from flows.telling import Rest, Story
from rules.act import Act
from rules.actor import Actor, Reach, Role, Scope, clock
from rules.agenda import Changes, Duty, collect, next_clock_act
from rules.deadlines import SHANGHAI
from rules.errors import ActRefused
from rules.process import Process
from rules.rulebook import Rulebook
from rules.standing import Status

_RULEBOOK = Rulebook.load()


def instant(written: str) -> DateTime:
    return pendulum.instance(pendulum.parse(written, tz=SHANGHAI))


def person(role: Role, name: str = "", *, acting_for: str | None = None) -> Actor:
    who = name or role.value
    return Actor(who, f"account-{who}", f"post-{role}", role, Scope(Reach.SUBTREE, "/dai/"), acting_for)


@dataclass
class Played:
    """One case of a process; time stands where the last act or `until` put it. `says` are answers that hold."""

    process: Process
    says: dict[str, dict[str, Any]]
    now: DateTime
    facts: Any = None
    acts: list[Act] = field(default_factory=list)
    steps: list[Changes] = field(default_factory=list)
    given: dict[str, Any] = field(default_factory=dict)
    rulebook: Rulebook = _RULEBOOK

    def __post_init__(self) -> None:
        self.facts = self.process.nothing if self.facts is None else self.facts

    def do(self, kind: str, who: Role | Actor | str | None = None, /, *, at: str = "", **values: Any) -> Act:
        """Record an act as the ledger would, permit included."""
        if at:
            self.until(instant(at))
        act = self.attempt(kind, who, **{**self.says.get(kind, {}), **values})
        self.process.permit(self.facts, act, self.rulebook)
        return self._take(act)

    def attempt(self, kind: str, who: Role | Actor | str | None = None, /, **values: Any) -> Act:
        """Return the act as it would be recorded; what is None is not said."""
        happened_at = values.pop("happened_at", self.now)
        happened_at = instant(happened_at) if isinstance(happened_at, str) else happened_at
        evidence = values.pop("evidence", ())
        given = {entry.key for entry in self.process.forms[kind].given} & values.keys()
        by_the_door = {key: values.pop(key).splitlines() for key in given}
        said = {key: value for key, value in values.items() if value is not None}
        filled = self.process.forms[kind].fill(said, longest=2000)
        return Act(
            len(self.acts) + 1, kind, self.somebody(kind, who), happened_at, self.now,
            {**filled.content, **by_the_door, **self.given}, frozenset(filled.texts), evidence,
        )  # fmt: skip

    def somebody(self, kind: str, who: Role | Actor | str | None) -> Actor:
        """Return who does the act: the actor, somebody in the post, or that person in the post that owes it."""
        if isinstance(who, Actor):
            return who
        if isinstance(who, Role):
            return person(who)
        return person(self._holder(kind), who or "")

    def fork(self) -> Played:
        """Return a copy that goes its own way."""
        return Played(
            self.process, self.says, self.now, self.facts, list(self.acts), list(self.steps), dict(self.given),
            self.rulebook,
        )  # fmt: skip

    def may(self, kind: str, who: Role | Actor, **content: Any) -> bool:
        """Tell whether a menu offers the act."""
        act = Act(len(self.acts) + 1, kind, self.somebody(kind, who), self.now, self.now, content)
        return self.process.may_do(self.facts, kind, act)

    def until(self, at: DateTime) -> None:
        """Let time pass; the clock does its acts in order on the way."""
        while due := self._due_by(at):
            moment, kind, content = due
            self.now = max(self.now, moment)
            act = Act(len(self.acts) + 1, kind, clock("dai"), self.now, self.now, content)
            self.process.permit(self.facts, act, self.rulebook)
            self._take(act)
        self.now = max(self.now, at)

    @property
    def owed(self) -> dict[str, str]:
        """Return the open duties by act and subject: holder, clause, and the end by law."""
        return {
            str(duty.act) + (f" {duty.about}" if duty.about else ""): f"{duty.holder} {duty.clause_id} {_end(duty)}"
            for duty in self.facts.live.values()
        }

    @property
    def told(self) -> list[str]:
        """Return name and addressee of each effect of the last act."""
        return [f"{effect.name} {effect.addressee or 'paper'}" for effect in self.steps[-1].effects]

    @property
    def duties(self) -> list[Duty]:
        """Return every duty there ever was."""
        return list(collect(self.steps).duties)

    def _holder(self, kind: str) -> Role:
        owed = [duty.holder for duty in self.facts.live.values() if duty.act == kind]
        return owed[0] if owed else min(self.process.may[kind])

    def _take(self, act: Act) -> Act:
        self.facts, changes = self.process.advance(self.facts, act, self.rulebook)
        self.acts.append(act)
        self.steps.append(changes)
        return act

    def _due_by(self, at: DateTime) -> tuple[DateTime, str, Any] | None:
        pending = [act for duty in self.facts.live.values() if (act := next_clock_act(duty, self.rulebook))]
        due = [(act.at, act.kind, act.content) for act in pending if act.at <= at]
        return min(due, key=lambda entry: (entry[0], entry[1], str(entry[2]))) if due else None


def _end(duty: Duty) -> str:
    if duty.due_legal is None:
        return "no term"
    if (duty.due_legal.hour, duty.due_legal.minute) == (0, 0):
        return duty.due_legal.subtract(days=1).format("YYYY-MM-DD")
    return duty.due_legal.format("YYYY-MM-DD HH:mm")


@pytest.fixture(scope="session")
def played() -> Callable[..., Played]:
    """Return the maker of cases of a process, with answers that hold, from an instant on."""
    return lambda process, says, at: Played(process, says, instant(at))


@pytest.fixture(scope="session")
def someone() -> Callable[..., Actor]:
    """Return the maker of people in posts."""
    return person


@pytest.fixture
def refusal() -> Callable[..., AbstractContextManager[None]]:
    """Return the expectation of a refusal: its kind, its clause, words of it, and that it says what to do next."""

    @contextmanager
    def expect(kind: type[ActRefused], clause: str | None, *words: str) -> Iterator[None]:
        with pytest.raises(kind) as caught:
            yield
        error = caught.value
        assert type(error) is kind, error.message
        assert error.clause == clause, error.message
        assert "请" in error.message
        for word in words:
            assert word in error.message

    return expect


# --- what every generated history must keep ------------------------------------------------------


class Told:
    """A story told act by act: what was performed and called off, each once."""

    def __init__(self, tell: Callable[[Story, Any], None]) -> None:
        self.settled: set[str] = set()
        self._tell = tell

    def tell(self, case: Played) -> frozenset[str] | None:
        """Return the acts that the story rests on, None when it has come to its end."""
        owed = {effect.key: effect for step in case.steps for effect in step.effects if not effect.by_clock}
        story = Story(
            case.acts,
            {key: effect for key, effect in owed.items() if key not in self.settled},
            open_duties=frozenset(case.facts.live),
            perform=lambda effect: self._settle(effect.key),
            cancel=lambda effect, _reason: self._settle(effect.key),
        )
        try:
            self._tell(story, case.facts)
        except Rest as rest:
            if case.facts.status is Status.VOID:
                story.call_off("事项已作废")
            return rest.awaited
        return None

    def _settle(self, key: str) -> None:
        assert key not in self.settled
        self.settled.add(key)


def kinds(case: Played) -> list[str]:
    return [str(act.kind) for act in case.acts]


def _keeps_the_record(case: Played) -> None:
    opened = [duty.key for step in case.steps for duty in step.opened]
    effects = [effect.key for step in case.steps for effect in step.effects]
    assert len(opened) == len(set(opened)), kinds(case)
    assert len(effects) == len(set(effects)), kinds(case)
    assert case.process.read(case.acts, case.rulebook) == case.facts
    assert case.process.agenda(case.acts, case.rulebook) == collect(case.steps)


def _owes_lawfully(case: Played) -> None:
    owed = [(duty.act, duty.about) for duty in case.facts.live.values()]
    assert len(owed) == len(set(owed)), (kinds(case), owed)
    assert bool(case.facts.waits_for) is (case.facts.status is Status.OPEN), kinds(case)
    for duty in case.facts.live.values():
        holder = person(duty.holder, "somebody-new")
        act = Act(case.facts.last_seq + 1, duty.act, holder, case.now, case.now, {"about": duty.about})
        assert case.process.may_do(case.facts, duty.act, act), (kinds(case), duty)


@pytest.fixture(scope="session")
def check_history() -> Callable[[list[Played], Callable[[Story, Any], None]], None]:
    """Return what proves of a history, stage by stage, that record, duties and story agree."""

    def check(stages: list[Played], tell: Callable[[Story, Any], None]) -> None:
        told = Told(tell)
        for case in stages:
            _owes_lawfully(case)
            rests_on = told.tell(case)
            if case.facts.status is Status.OPEN:
                assert rests_on == collect(case.steps).resting_on, kinds(case)
            elif case.facts.status is Status.CLOSED:
                assert rests_on is None, kinds(case)
            every = {effect.key for step in case.steps for effect in step.effects if not effect.by_clock}
            assert told.settled == every, (kinds(case), every - told.settled)
        late = Told(tell)
        late.tell(stages[-1])
        assert late.settled == told.settled, kinds(stages[-1])
        _keeps_the_record(stages[-1])

    return check


@pytest.fixture(scope="session")
def walked_in() -> Callable[[list[Played], set[str]], set[tuple[str, str]]]:
    """Return the arrows that histories walked: after which act, those at any time left out, what was waited for."""

    def walk(cases: list[Played], at_any_time: set[str]) -> set[tuple[str, str]]:
        return {
            (str(act.kind), str(duty.act))
            for case in cases
            for act, step in zip(case.acts, case.steps, strict=True)
            if str(act.kind) not in at_any_time
            for duty in step.opened
            if duty.blocks
        }

    return walk
