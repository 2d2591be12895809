"""Generated lawful histories: story and rules agree after every act, and every state is left again."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from rules.agenda import collect
from rules.hazard import HAZARD, HazardAct, Status
from rules.picture import BEGIN, END

_TAKE_BACK = {HazardAct.REGRADE, HazardAct.DECIDE_REOPEN, HazardAct.DECIDE_EXTENSION}
_TOUCHING = {
    HazardAct.RECTIFY, HazardAct.MAJOR_REPORT, HazardAct.PLAN, HazardAct.APPLY_REVIEW, HazardAct.PROGRESS,
    HazardAct.APPLY_EXTENSION, HazardAct.APPLY_RESUME,
}  # fmt: skip
_VERIFYING = {HazardAct.ACCEPT, HazardAct.RECHECK, HazardAct.REVIEW}
_SIGNING = {HazardAct.SIGN_OFF, HazardAct.DELIST}


def owed_to_the_world(case: Any) -> set[str]:
    return {effect.key for effect in case.effects if not effect.by_clock}


def kinds(case: Any) -> list[str]:
    return [str(act.kind) for act in case.acts]


def test_every_kind_of_act_is_explored(histories: list[list[Any]]) -> None:
    seen = Counter(kind for stages in histories for kind in kinds(stages[-1]))
    assert set(HAZARD.forms) == set(seen)
    assert min(seen.values()) >= 5, seen


def test_the_story_rests_on_exactly_the_blocking_duties_after_every_act(
    histories: list[list[Any]], teller: Callable[[], Any]
) -> None:
    for stages in histories:
        told = teller()
        for case in stages:
            rests_on = told.tell(case)
            if case.facts.status is Status.OPEN:
                assert rests_on == collect(case.steps).resting_on, kinds(case)
            elif case.facts.status is Status.CLOSED:
                assert rests_on is None, kinds(case)
            assert told.performed.keys() | told.cancelled.keys() == owed_to_the_world(case), kinds(case)


def test_one_leg_that_catches_up_performs_or_cancels_everything_too(
    histories: list[list[Any]], teller: Callable[[], Any]
) -> None:
    for stages in histories:
        late = teller()
        late.tell(stages[-1])
        assert late.performed.keys() | late.cancelled.keys() == owed_to_the_world(stages[-1]), kinds(stages[-1])


def test_every_reachable_state_is_left_again(histories: list[list[Any]], chance: Callable[[int], Any]) -> None:
    for seed, stages in enumerate(histories):
        ending = stages[seed % len(stages)].fork()
        assert chance(seed).finish(ending), kinds(ending)


def test_the_picture_shows_every_way_and_no_other(histories: list[list[Any]]) -> None:
    walked = {(BEGIN, str(HazardAct.REPORT))}
    for case in (case for stages in histories for case in stages):
        act, step = case.acts[-1], case.steps[-1]
        if act.kind in _TAKE_BACK:
            continue
        walked |= {(str(act.kind), str(duty.act)) for duty in step.opened if duty.blocks}
        if case.facts.status is Status.CLOSED and any(effect.name == "closed" for effect in step.effects):
            walked.add((str(act.kind), END))
    assert walked == {(str(arrow.source), str(arrow.target)) for arrow in HAZARD.picture.arrows}


def test_replaying_a_history_gives_the_same_facts_and_agenda(histories: list[list[Any]]) -> None:
    for case in (stages[-1] for stages in histories[:80]):
        assert HAZARD.agenda(case.acts, case.rulebook) == collect(case.steps)
        assert HAZARD.read(case.acts, case.rulebook) == case.facts


def test_nobody_ever_verifies_or_signs_their_own_work(histories: list[list[Any]]) -> None:
    for acts in (stages[-1].acts for stages in histories):
        touched, verified = set[str](), set[str]()
        for act in acts:
            if act.kind in _VERIFYING | _SIGNING:
                assert not act.actor.persons & touched
            if act.kind in _SIGNING:
                assert not act.actor.persons & verified
            touched |= act.actor.persons if act.kind in _TOUCHING or act.says("fixed") else set()
            verified |= act.actor.persons if act.kind in _VERIFYING else set()


def test_the_unit_closes_its_own_ordinary_hazard_without_a_government_hand(histories: list[list[Any]]) -> None:
    closed = [case for stages in histories for case in stages if case.facts.status is Status.CLOSED]
    assert any(all(act.actor.role.startswith(("unit", "engine")) for act in case.acts) for case in closed)
