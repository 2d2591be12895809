"""Generated lawful histories: story and rules agree after every act, and every state is left again."""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from rules.act import Act
from rules.agenda import DutyStatus, collect
from rules.hazard import HAZARD, HazardAct, Status
from rules.orders import OrderStep
from rules.picture import BEGIN, END

_TAKE_BACK = {
    HazardAct.REGRADE, HazardAct.DECIDE_REOPEN, HazardAct.DECIDE_EXTENSION, HazardAct.WITHDRAW_ORDER,
}  # fmt: skip
_TOUCHING = {
    HazardAct.RECTIFY, HazardAct.MAJOR_REPORT, HazardAct.PLAN, HazardAct.APPLY_REVIEW, HazardAct.PROGRESS,
    HazardAct.APPLY_EXTENSION, HazardAct.APPLY_RESUME,
}  # fmt: skip
_VERIFYING = {HazardAct.ACCEPT, HazardAct.RECHECK, HazardAct.REVIEW}
# A hazard that is listed a second time makes news a second time, be the first out or not.
_NEWS = {HazardAct.OPEN_REVIEW, HazardAct.PUBLISH}
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
            fixed_here = act.says("fixed") and act.day("closed_on") is None
            touched |= act.actor.persons if act.kind in _TOUCHING or fixed_here else set()
            verified |= act.actor.persons if act.kind in _VERIFYING else set()


def test_the_unit_closes_its_own_ordinary_hazard_without_a_government_hand(histories: list[list[Any]]) -> None:
    closed = [case for stages in histories for case in stages if case.facts.status is Status.CLOSED]
    assert any(all(act.actor.role.startswith(("unit", "engine")) for act in case.acts) for case in closed)


def test_no_two_duties_and_no_two_effects_of_a_case_share_a_key(histories: list[list[Any]]) -> None:
    for case in (stages[-1] for stages in histories):
        opened = [duty.key for step in case.steps for duty in step.opened]
        assert len(opened) == len(set(opened)), kinds(case)
        owed = [effect.key for effect in case.effects]
        assert len(owed) == len(set(owed)), kinds(case)


def test_nobody_owes_the_same_act_about_the_same_thing_twice(histories: list[list[Any]]) -> None:
    for case in (case for stages in histories for case in stages):
        live = (duty for duty in case.facts.live.values() if duty.act not in _NEWS)
        owed = Counter((duty.act, duty.about, duty.holder) for duty in live)
        assert not owed or max(owed.values()) == 1, kinds(case)


def test_whoever_owes_an_act_may_do_it(histories: list[list[Any]], somebody: Callable[..., Any]) -> None:
    for case in (case for stages in histories for case in stages):
        for duty in case.facts.live.values():
            holder = somebody(duty.holder, "somebody-new")
            act = Act(case.facts.last_seq + 1, duty.act, holder, case.now, case.now, {"about": duty.about})
            assert HAZARD.may_do(case.facts, duty.act, act), (kinds(case), duty)


def test_what_the_clock_does_is_permitted_like_any_act(histories: list[list[Any]]) -> None:
    for case in (stages[-1] for stages in histories[:80]):
        facts = HAZARD.nothing
        for act in case.acts:
            HAZARD.permit(facts, act, case.rulebook)
            facts, _ = HAZARD.advance(facts, act, case.rulebook)


def test_an_open_case_always_waits_for_somebody_and_a_closed_or_void_one_for_nobody(histories: list[list[Any]]) -> None:
    for case in (case for stages in histories for case in stages):
        assert bool(case.facts.waits_for) is (case.facts.status is Status.OPEN), kinds(case)


def test_no_case_is_closed_while_the_order_or_the_listing_that_it_rests_on_is_on_its_way(
    histories: list[list[Any]],
) -> None:
    for before, after in (pair for stages in histories for pair in pairwise(stages)):
        if (before.facts.status, after.facts.status) == (Status.OPEN, Status.CLOSED):
            on_its_way = {str(order.kind.name) for order in before.facts.orders.values() if order.state.goes_on}
            assert not on_its_way & {HazardAct.ORDER, HazardAct.LIST}, kinds(after)


def test_a_step_of_an_order_is_owed_exactly_while_the_order_waits_for_it(histories: list[list[Any]]) -> None:
    for case in (case for stages in histories for case in stages if case.facts.status is not Status.VOID):
        owed = {(str(duty.act), duty.about) for duty in case.facts.live.values() if duty.act in set(OrderStep)}
        waits = {(str(o.next_step), o.key) for o in case.facts.orders.values() if o.state.goes_on}
        assert owed == waits, kinds(case)


def test_each_rung_of_a_duty_is_climbed_once_and_in_order_and_no_term_lapses_twice(histories: list[list[Any]]) -> None:
    for case in (stages[-1] for stages in histories):
        climbed: dict[str, list[int]] = {}
        for act in (act for act in case.acts if act.kind == HazardAct.RUNG):
            climbed.setdefault(act.word("about"), []).append(act.content["rung"])
        assert all(rungs == sorted(set(rungs)) for rungs in climbed.values()), kinds(case)
        lapsed = [act.word("about") for act in case.acts if act.kind == HazardAct.LAPSE]
        assert len(lapsed) == len(set(lapsed)), kinds(case)


def test_only_a_recorded_consent_or_a_passed_examination_lifts_a_stop(histories: list[list[Any]]) -> None:
    consents = {(HazardAct.DECIDE_RESUME, "approved"), (HazardAct.RECHECK, "passed"), (HazardAct.REVIEW, "passed")}
    for stages in histories:
        for before, after in pairwise(stages):
            if before.facts.stopped and not after.facts.stopped:
                act = after.acts[-1]
                assert any(act.kind == kind and act.word(answer) == "yes" for kind, answer in consents), kinds(after)


def test_no_duty_ends_before_its_clock_starts_and_none_is_judged_by_another_day_than_the_law_says(
    histories: list[list[Any]],
) -> None:
    for case in (stages[-1] for stages in histories):
        for duty in collect(case.steps).duties:
            assert duty.due_alert is not None
            assert duty.due_legal is not None
            assert duty.started_at < duty.due_alert <= duty.due_legal
            if duty.status in {DutyStatus.DONE, DutyStatus.LATE_DONE}:
                assert (duty.status is DutyStatus.LATE_DONE) is (duty.ended_at >= duty.late_from)
