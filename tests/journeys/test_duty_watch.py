"""Generated lawful histories of a roster: the story rests on what blocks, nothing is lost, the picture is true."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from flows.duty_watch import tell
from rules.act import Act as AnyAct
from rules.actor import Actor, Role
from rules.agenda import DutyStatus, collect
from rules.duty_watch import DUTY_WATCH, MAY, Status
from rules.duty_watch import WatchAct as Act
from rules.duty_watch.reading import write_shift
from rules.errors import ActRefused
from rules.picture import BEGIN, END
from rules.watch import Shift

_HISTORIES, _LONGEST, _PATIENCE = 160, 45, 40
_PEOPLE = ("lead-1", "lead-2", "a", "b", "c", "d", "e", "f")
_BY_CLOCK = {Act.RUNG, Act.LAPSE}
_OFTEN = [Act.CHECK_IN] * 6 + [Act.HAND_OVER] * 3 + [Act.TAKE_OVER] * 3 + [Act.ZERO_REPORT] * 3
_SOMETIMES = [
    Act.SWAP, Act.AGREE_SWAP, Act.AGREE_SWAP, Act.SUBSTITUTE, Act.LEAVE, Act.RETURN, Act.ROLL_CALL, Act.LOG,
    Act.CORRECT, Act.EXPLAIN, Act.EXPLAIN, Act.AMEND, Act.ARCHIVE,
]  # fmt: skip


class Fate:
    """Does lawful things to a roster of three days in two shifts each; the seed decides which."""

    def __init__(self, seed: int, somebody: Callable[..., Actor]) -> None:
        self.random = random.Random(seed)  # noqa: S311 - chance, not secrecy
        self.somebody = somebody

    def publish(self, case: Any) -> None:
        """Publish the roster."""
        first = case.now.set(hour=8, minute=0)
        shifts = []
        for number in range(6):
            begins = first.add(hours=12 * number)
            keepers = self.random.sample(_PEOPLE[2:], 2)
            shifts.append(Shift("", begins, begins.add(hours=12), self.random.choice(_PEOPLE[:2]), tuple(keepers)))
        case.do(Act.PUBLISH, Role.BUREAU_OFFICER, shifts=[write_shift(shift) for shift in shifts])

    def step(self, case: Any) -> bool:
        """Let time pass and do one lawful thing; say whether any was found."""
        case.let_pass(minutes=self.random.choice([1, 10, 30, 120, 360, 700]))
        for _ in range(_PATIENCE):
            kind = self.random.choice([*_OFTEN, *_SOMETIMES])
            who = self.somebody(self.random.choice(sorted(MAY[kind])), self._who(kind, case))
            try:
                case.do(kind, who, **self.content(kind, case, who))
            except ActRefused:
                continue
            return True
        return False

    def _who(self, kind: Act, case: Any) -> str:
        """Return somebody, for a swap that waits whoever was asked."""
        if kind is Act.AGREE_SWAP and case.facts.swaps:
            return str(self.random.choice(list(case.facts.swaps.values())).other)
        return self.random.choice(_PEOPLE)

    def content(self, kind: Act, case: Any, who: Actor) -> dict[str, Any]:  # noqa: C901, PLR0911, PLR0912
        """Return what such an act could say."""
        shift, other = (self.random.choice(case.facts.shifts) for _ in range(2))
        person, somebody = self.random.choice(_PEOPLE), self.random.choice(_PEOPLE)
        about = self.random.choice([str(d.about) for d in case.facts.live.values() if d.act == kind] or ["nothing"])
        match kind:
            case Act.CHECK_IN:
                coming = case.facts.begun + self.random.choice([0, 1])
                return {"shift": case.facts.shifts[min(max(coming, 0), len(case.facts.shifts) - 1)].code}
            case Act.HAND_OVER | Act.TAKE_OVER:
                return {"shift": about}
            case Act.ZERO_REPORT:
                day = case.now.date()
                return {"day": day, "events": self.random.choice(["none", "some"]), "note": "已处置"}
            case Act.SWAP:
                coming = [s for s in case.facts.shifts if s.starts_at > case.now and who.person_id in s.people]
                mine = next(iter(coming), shift)
                wanted = other.leader if mine.leader == who.person_id else self.random.choice(other.keepers)
                return {"person": who.person_id, "shift": mine.code, "other": wanted, "other_shift": other.code,
                        "reason": "出差"}  # fmt: skip
            case Act.AGREE_SWAP:
                swap = case.facts.swaps.get(about)
                return {"about": about, "person": swap.person if swap else "x",
                        "agreed": self.random.choice(["yes", "no"])}  # fmt: skip
            case Act.SUBSTITUTE:
                return {"shift": shift.code, "person": person, "substitute": somebody, "reason": "突发疾病"}
            case Act.LEAVE:
                begins = case.now.add(hours=self.random.randrange(30))
                until = begins.add(hours=self.random.randrange(1, 20))
                stands_in = {"substitute": somebody} if self.random.random() < 0.5 else {}
                return {"person": person, "from": f"{begins:%Y-%m-%dT%H:%M}", "until": f"{until:%Y-%m-%dT%H:%M}",
                        "reason": "病假", **stands_in}  # fmt: skip
            case Act.RETURN:
                absence = self.random.choice(case.facts.absences or (None,))
                at = absence.starts_at.add(minutes=30) if absence else case.now
                return {"about": str(absence.seq) if absence else "0", "from": f"{at:%Y-%m-%dT%H:%M}"}
            case Act.ROLL_CALL:
                called = f"{case.now:%Y-%m-%dT%H:%M}"
                answered = self.random.choice(["yes", "no"])
                answer = {"answered_at": called} if answered == "yes" else {}
                return {"person": person, "called_at": called, "answered": answered, **answer}
            case Act.LOG:
                return {"category": "call", "entry": "来电"}
            case Act.CORRECT:
                return {"about": str(self.random.choice(sorted(case.facts.entries) or [0])), "correction": "更正"}
            case Act.EXPLAIN:
                return {"about": about, "reason": "已整改"}
            case Act.AMEND:
                fresh = [name for name in _PEOPLE[2:] if self.random.random() < 0.5][:3] or ["a", "b"]
                changed = Shift("", shift.starts_at, shift.ends_at, shift.leader, tuple(fresh))
                return {"shifts": [write_shift(changed)], "reason": "调整"}
            case _:
                return {}

    def finish(self, case: Any) -> bool:
        """Wait for the end, explain what was missed, and archive; say whether that came to pass."""
        case.until(max(case.now, case.facts.ends_at.add(hours=1)))
        for about in [duty.about for duty in case.facts.live.values() if duty.act == Act.EXPLAIN]:
            case.do(Act.EXPLAIN, self.somebody(Role.BUREAU_OFFICER, "lead-1"), about=about, reason="已整改")
        case.do(Act.ARCHIVE, self.somebody(Role.BUREAU_OFFICER, "clerk"))
        return case.facts.status is Status.CLOSED


@pytest.fixture(scope="module")
def fate(somebody: Callable[..., Actor]) -> Callable[[int], Fate]:
    """Return the maker of fates by seed."""
    return lambda seed: Fate(seed, somebody)


@pytest.fixture(scope="module")
def rosters(fate: Callable[[int], Fate], empty_case: Callable[..., Any]) -> list[list[Any]]:
    """Return generated histories, each as the case stood after every act of a person."""
    explored: list[list[Any]] = []
    for seed in range(_HISTORIES):
        chance, case = fate(seed), empty_case(process=DUTY_WATCH)
        case.now = case.now.set(hour=6)
        chance.publish(case)
        stages = [case.fork()]
        while len(stages) < _LONGEST and case.facts.status is Status.OPEN and chance.step(case):
            stages.append(case.fork())
        explored.append(stages)
    return explored


def _done(cases: list[list[Any]]) -> Counter[str]:
    return Counter(str(act.kind) for stages in cases for act in stages[-1].acts)


def test_every_act_happens_in_some_history(rosters: list[list[Any]]) -> None:
    assert _done(rosters).keys() == {str(kind) for kind in Act}


def test_the_story_rests_on_exactly_the_blocking_open_duties(rosters: list[list[Any]], teller: Any) -> None:
    for stages in rosters:
        case, telling = stages[-1], teller()
        rested = telling.tell(case, tell)
        blocking = {duty.act for duty in case.facts.live.values() if duty.blocks}
        assert rested == (None if case.facts.status is Status.CLOSED else blocking)


def test_all_that_is_owed_is_performed_or_called_off_whenever_the_story_is_told(
    rosters: list[list[Any]], teller: Any
) -> None:
    for stages in rosters:
        often, late = teller(), teller()
        for case in stages:
            often.tell(case, tell)
        late.tell(stages[-1], tell)
        owed = {effect.key for effect in stages[-1].effects if not effect.by_clock}
        assert often.performed.keys() | often.cancelled.keys() == owed
        assert late.performed.keys() | late.cancelled.keys() == owed


def test_every_roster_can_be_brought_to_its_archive(rosters: list[list[Any]], fate: Callable[[int], Fate]) -> None:
    for seed, stages in enumerate(rosters):
        ending = stages[seed % len(stages)].fork()
        assert ending.facts.status is Status.CLOSED or fate(seed).finish(ending)


def test_the_picture_shows_every_way_and_no_other(rosters: list[list[Any]], fate: Callable[[int], Fate]) -> None:
    walked = {(BEGIN, str(Act.PUBLISH)), (str(Act.ARCHIVE), END)}
    endings = [stages[-1].fork() for stages in rosters]
    for seed, ending in enumerate(endings):
        assert ending.facts.status is Status.CLOSED or fate(seed).finish(ending)
    for case in endings:
        for act, step in zip(case.acts, case.steps, strict=True):
            walked |= {(str(act.kind), str(duty.act)) for duty in step.opened}
    assert walked == {(str(arrow.source), str(arrow.target)) for arrow in DUTY_WATCH.picture.arrows}


def test_replaying_a_history_gives_the_same_facts_and_agenda(rosters: list[list[Any]]) -> None:
    for case in (stages[-1] for stages in rosters[:40]):
        assert DUTY_WATCH.agenda(case.acts, case.rulebook) == collect(case.steps)
        assert DUTY_WATCH.read(case.acts, case.rulebook) == case.facts


def test_what_the_clock_does_is_permitted_like_any_act(rosters: list[list[Any]]) -> None:
    for case in (stages[-1] for stages in rosters[:40]):
        facts = DUTY_WATCH.nothing
        for act in case.acts:
            DUTY_WATCH.permit(facts, act, case.rulebook)
            facts, _ = DUTY_WATCH.advance(facts, act, case.rulebook)


def test_no_key_is_used_twice_and_nobody_owes_the_same_about_the_same_twice(rosters: list[list[Any]]) -> None:
    for stages in rosters:
        opened = [duty.key for step in stages[-1].steps for duty in step.opened]
        assert len(opened) == len(set(opened))
        for case in stages:
            owed = Counter((duty.act, duty.about) for duty in case.facts.live.values())
            assert max(owed.values(), default=1) == 1


def test_an_open_roster_waits_for_something_and_every_shift_begins_in_order(rosters: list[list[Any]]) -> None:
    for stages in rosters:
        begun = [case.facts.begun for case in stages]
        assert begun == sorted(begun)
        for case in stages:
            assert bool(case.facts.waits_for) is (case.facts.status is Status.OPEN)


def test_the_roster_never_has_a_gap_and_always_its_people(rosters: list[list[Any]]) -> None:
    for case in (case for stages in rosters for case in stages):
        ends = [shift.ends_at for shift in case.facts.shifts]
        assert ends[:-1] == [shift.starts_at for shift in case.facts.shifts[1:]]
        assert all(len(shift.keepers) >= 2 and shift.leader for shift in case.facts.shifts)


def test_no_hand_over_is_confirmed_by_whoever_made_it_and_no_swap_by_whoever_asked(rosters: list[list[Any]]) -> None:
    for case in (stages[-1] for stages in rosters):
        handed: dict[str, str] = {}
        asked: dict[str, str] = {}
        for act in case.acts:
            if act.kind == Act.HAND_OVER:
                handed[act.word("shift")] = act.actor.person_id
            if act.kind == Act.TAKE_OVER:
                assert act.actor.person_id != handed[act.word("shift")]
            if act.kind == Act.SWAP:
                asked[str(act.seq)] = act.actor.person_id
            if act.kind == Act.AGREE_SWAP:
                assert act.actor.person_id != asked[act.word("about")]


def test_each_rung_is_climbed_once_and_in_order_and_a_breach_is_never_before_its_term(
    rosters: list[list[Any]],
) -> None:
    for case in (stages[-1] for stages in rosters):
        climbed: dict[str, list[int]] = {}
        for act in (act for act in case.acts if act.kind == Act.RUNG):
            climbed.setdefault(act.word("about"), []).append(act.content["rung"])
        assert all(rungs == sorted(set(rungs)) for rungs in climbed.values())
        for duty in collect(case.steps).duties:
            assert duty.due_alert is not None
            if duty.breached and duty.ended_at is not None and duty.status is DutyStatus.DONE:
                assert duty.ended_at < duty.late_from


def test_whoever_is_on_duty_is_offered_what_their_shift_owes(rosters: list[list[Any]], somebody: Any) -> None:
    for case in (case for stages in rosters for case in stages[:12]):
        for duty in case.facts.live.values():
            who = somebody(min(MAY[Act(duty.act)] - {Role.ENGINE}), "anybody")
            act = AnyAct(case.facts.last_seq + 1, duty.act, who, case.now, case.now, {"about": duty.about})
            assert DUTY_WATCH.may_do(case.facts, duty.act, act)
