"""Generated lawful histories of every matter that is described as data: its file leads to an end, its picture is true.

Acts are filled in from the file itself, so that a file that a county adds is explored without another word.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from flows.matter import tell
from rules.act import Act
from rules.actor import POSTS, Actor, Role
from rules.agenda import ACKNOWLEDGE, collect
from rules.answering import PHONED
from rules.errors import ActRefused
from rules.matter import MATTERS
from rules.matter.facts import day_of
from rules.matter.schema import APPLY_VOID, DECIDE_VOID, NOTE, ActLine, FieldLine, Kind, Lies
from rules.picture import BEGIN, END
from rules.processes import PROCESSES
from rules.standing import Status

_HISTORIES, _LONGEST, _PATIENCE, _FINISHING = 60, 14, 40, 700
_PEOPLE = ("zhang", "li", "wang", "zhao")


class Chance:
    """Does lawful things to a matter; the seed decides which, by whom, in which order."""

    def __init__(self, name: str, seed: int, somebody: Callable[..., Actor]) -> None:
        self.matter = MATTERS[name]
        self.random = random.Random(f"{name} {seed}")  # noqa: S311 - chance, not secrecy
        self.somebody = somebody
        self.people: tuple[str, ...] = _PEOPLE
        self.written = 0

    def open(self, case: Any) -> None:
        """Open the case by one of the acts that may."""
        line = self.random.choice(self.matter.openings)
        case.do(line.id, self._who(line), **self.content(line, case))

    def step(self, case: Any) -> bool:
        """Let time pass and do one lawful thing, most often what is owed; say whether any was found."""
        case.let_pass(hours=self.random.choice([0, 1, 20, 60, 200, 900]))
        for _ in range(_PATIENCE):
            try:
                self._try(case, self._kind(case))
            except ActRefused:
                continue
            return True
        return False

    def finish(self, case: Any) -> bool:
        """Go on until the case is over; say whether it is."""
        for tried in range(_FINISHING):
            if case.facts.status is not Status.OPEN:
                return True
            self.people = (f"somebody-{tried}",)
            case.let_pass(hours=1 if tried % 9 else 500)
            try:
                self._try(case, self.random.choice([*self._owed(case) * 6, *self._at_any_time()]))
            except ActRefused:
                continue
        return case.facts.status is not Status.OPEN

    def content(self, line: ActLine, case: Any) -> dict[str, Any]:
        """Return what such an act could say."""
        self.written += 1
        said: dict[str, Any] = {
            entry.key: value for entry in line.fields if (value := self._value(entry, case)) is not None
        }
        if line.about:
            things = case.facts.things.get(line.id, ())
            said["about"] = self.random.choice([*things, "无"])
        return {**said, "evidence": tuple(f"file-{self.written}-{n}" for n in range(line.evidence))}

    def _try(self, case: Any, kind: str) -> None:
        line = self.matter.acts.get(kind)
        if line is not None:
            case.do(kind, self._who(line), **self.content(line, case))
        elif kind in {ACKNOWLEDGE, PHONED}:
            self._answer(case, kind)
        else:
            own: Mapping[str, Any] = {
                NOTE: {"note": "x"}, APPLY_VOID: {"reason": "x"},
                DECIDE_VOID: {"approved": self.random.choice(["yes", "no"])},
            }  # fmt: skip
            role = self.random.choice(sorted(PROCESSES[self.matter.name].may[kind]))
            case.do(kind, self.somebody(role, self.random.choice(_PEOPLE)), **own[kind])

    def _answer(self, case: Any, kind: str) -> None:
        keys = [duty.key for duty in case.facts.live.values() if duty.act == ACKNOWLEDGE] or ["nothing"]
        call = {"whom": "li", "answered": self.random.choice(["yes", "no"]), "dialled": "0"} if kind == PHONED else {}
        role = self.random.choice(sorted(PROCESSES[self.matter.name].may[kind] & POSTS))
        given = {"role": role.value, "left": self.random.choice([0, 1])}
        case.do(kind, self.somebody(role, "zhang"), about=self.random.choice(keys), **call, **given)

    def _kind(self, case: Any) -> str:
        owed = self._owed(case)
        others = [*self._at_any_time(), NOTE, APPLY_VOID]
        answers = [ACKNOWLEDGE, PHONED] if self.matter.asks_answers else []
        return self.random.choice([*owed * 4, *others, *answers])

    def _owed(self, case: Any) -> list[str]:
        return [duty.act for duty in case.facts.live.values() if duty.act != ACKNOWLEDGE]

    def _at_any_time(self) -> list[str]:
        return [line.id for line in self.matter.acts.values() if line.any_time]

    def _who(self, line: ActLine) -> Actor:
        return self.somebody(self.random.choice(sorted(line.by)), self.random.choice(self.people))

    def _value(self, entry: FieldLine, case: Any) -> Any:  # noqa: PLR0911 - one for each kind
        if not entry.required and not entry.required_when.said and self.random.random() < 0.4:
            return None
        match entry.kind:
            case Kind.CHOICE:
                return self.random.choice(sorted(entry.choices))
            case Kind.FLAG:
                return self.random.choice(["yes", "no"])
            case Kind.DAY:
                return self._day(entry, case)
            case Kind.MOMENT:
                return case.now.format("YYYY-MM-DDTHH:mm")
            case Kind.PERSON:
                return self.random.choice(_PEOPLE)
            case Kind.PEOPLE:
                return list(_PEOPLE[: max(entry.least, 2)])
            case Kind.LINES:
                return [f"{entry.label}{self.written}-{n}" for n in range(max(entry.least, self.random.choice([1, 2])))]
            case Kind.NUMBER:
                return str(entry.least + self.random.choice([0, 3]))
            case _:
                return f"{entry.key}-{self.written}"

    def _day(self, entry: FieldLine, case: Any) -> date:
        today = case.now.date()
        ahead = 0 if entry.lies is Lies.PAST else self.random.choice([5, 40])
        floor = today
        if entry.not_before is not None and entry.not_before.act:
            act = case.attempt(NOTE, Role.AUDITOR, note="x")
            floor = day_of(entry.not_before, case.facts, act) or today
        return max(today + timedelta(days=ahead), floor)


@pytest.fixture(scope="module")
def chance(somebody: Callable[..., Actor]) -> Callable[[str, int], Chance]:
    """Return the maker of chances by process and seed."""
    return lambda name, seed: Chance(name, seed, somebody)


@pytest.fixture(scope="module", params=sorted(MATTERS))
def name(request: pytest.FixtureRequest) -> str:
    """Return the name of a process that is described as data."""
    return str(request.param)


@pytest.fixture(scope="module")
def lives(name: str, chance: Callable[[str, int], Chance], empty_case: Callable[..., Any]) -> list[list[Any]]:
    """Return generated histories, each as the case stood after every act of a person."""
    explored: list[list[Any]] = []
    for seed in range(_HISTORIES):
        doing, case = chance(name, seed), empty_case(process=PROCESSES[name])
        doing.open(case)
        stages = [case.fork()]
        while len(stages) < _LONGEST and case.facts.status is Status.OPEN and doing.step(case):
            stages.append(case.fork())
        explored.append(stages)
    return explored


@pytest.fixture(scope="module")
def ends(name: str, lives: list[list[Any]], chance: Callable[[str, int], Chance]) -> list[Any]:
    """Return each history brought to its end from one of its stages."""
    found: list[Any] = []
    for seed, stages in enumerate(lives):
        ending = stages[seed % len(stages)].fork()
        assert chance(name, seed).finish(ending), [str(act.kind) for act in ending.acts]
        found.append(ending)
    return found


def test_every_act_of_the_file_is_done_and_every_case_can_be_brought_to_its_end(
    name: str, lives: list[list[Any]], ends: list[Any]
) -> None:
    done = Counter(str(act.kind) for case in [*(stages[-1] for stages in lives), *ends] for act in case.acts)
    assert done.keys() >= MATTERS[name].acts.keys()
    assert {case.facts.status for case in ends} <= {Status.CLOSED, Status.VOID}


def test_the_story_rests_on_exactly_the_blocking_duties(lives: list[list[Any]], teller: Callable[[], Any]) -> None:
    for case in (case for stages in lives for case in stages if case.facts.status is not Status.VOID):
        blocking = collect(case.steps).resting_on
        assert teller().tell(case, tell) == (None if case.facts.status is Status.CLOSED else blocking)


def test_all_that_is_owed_is_performed_or_called_off_whenever_the_story_is_told(
    lives: list[list[Any]], teller: Callable[[], Any]
) -> None:
    for stages in lives:
        often, late = teller(), teller()
        for case in stages:
            often.tell(case, tell)
        late.tell(stages[-1], tell)
        owed = {effect.key for effect in stages[-1].effects if not effect.by_clock}
        assert often.performed.keys() | often.cancelled.keys() == owed
        assert late.performed.keys() | late.cancelled.keys() == owed


def test_an_open_case_waits_for_something_that_whoever_owes_it_may_do(
    name: str, lives: list[list[Any]], somebody: Callable[..., Any]
) -> None:
    process = PROCESSES[name]
    for case in (case for stages in lives for case in stages if case.facts.status is Status.OPEN):
        blocking = [duty for duty in case.facts.live.values() if duty.blocks]
        assert blocking, [str(act.kind) for act in case.acts]
        attempts = [
            Act(len(case.acts) + 1, duty.act, somebody(duty.holder, "new"), case.now, case.now, {"about": duty.about})
            for duty in blocking
        ]
        assert any(process.may_do(case.facts, act.kind, act) for act in attempts), [str(act.kind) for act in case.acts]


def test_the_picture_shows_every_way_and_no_other(name: str, lives: list[list[Any]], ends: list[Any]) -> None:
    walked: set[tuple[str, str]] = set()
    own = MATTERS[name].acts
    for case in [*(stages[-1] for stages in lives), *ends]:
        facts = PROCESSES[name].nothing
        for act, step in zip(case.acts, case.steps, strict=True):
            before = facts.status
            facts, _ = PROCESSES[name].advance(facts, act, case.rulebook)
            walked |= {(BEGIN, str(act.kind))} if act.seq == 1 else set()
            walked |= {(str(act.kind), str(duty.act)) for duty in step.opened if duty.act in own}
            if before is Status.OPEN and facts.status is not Status.OPEN and act.kind in own:
                walked.add((str(act.kind), END))
    assert walked == {(str(arrow.source), str(arrow.target)) for arrow in PROCESSES[name].picture.arrows}


def test_replaying_a_history_gives_the_same_facts_and_agenda_and_is_permitted(
    name: str, lives: list[list[Any]]
) -> None:
    process = PROCESSES[name]
    for case in (stages[-1] for stages in lives):
        assert process.agenda(case.acts, case.rulebook) == collect(case.steps)
        facts = process.nothing
        for act in case.acts:
            process.permit(facts, act, case.rulebook)
            facts, _ = process.advance(facts, act, case.rulebook)
        assert facts == case.facts


def test_nobody_looks_over_their_own_work(name: str, lives: list[list[Any]], ends: list[Any]) -> None:
    for case in [*(stages[-1] for stages in lives), *ends]:
        did: dict[str, set[str]] = {}
        for act in case.acts:
            line = MATTERS[name].acts.get(act.kind)
            for other in line.not_by if line else ():
                assert not act.actor.persons & did.get(other, set())
            did.setdefault(act.kind, set()).update(act.actor.persons)


def test_nobody_owes_the_same_act_about_the_same_thing_twice(lives: list[list[Any]]) -> None:
    for case in (case for stages in lives for case in stages):
        owed = Counter((duty.act, duty.about) for duty in case.facts.live.values() if duty.act != ACKNOWLEDGE)
        assert not owed or max(owed.values()) == 1
