"""Urging: on record and told in any process, by those who answer for others, changing nothing that is owed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from rules.actor import POSTS, Role
from rules.agenda import ACKNOWLEDGE, URGE, EffectKind
from rules.burden import burden_of
from rules.errors import NotYourTurn, TimeInvalid, WrongPost
from rules.hazard import HAZARD
from rules.hazard import HazardAct as Act
from rules.processes import PROCESSES
from rules.urging import FORM, SENTENCES, SHARED, URGERS, is_urgent_for_others, may_do

_LEADER = Role.COUNTY_LEADER


def _duty(case: Any, act: str = Act.RECTIFY) -> Any:
    return next(duty for duty in case.facts.live.values() if duty.act == act)


def test_an_urging_is_told_to_whoever_owes_the_duty_and_to_nobody_else(at_stage: Callable[[str], Any]) -> None:
    case = at_stage("self")
    duty = _duty(case)
    case.do(URGE, _LEADER, about=duty.key, sentence="late", note="请主要负责人到场")

    (effect,) = case.steps[-1].effects
    assert (effect.kind, effect.name, effect.addressee) == (EffectKind.NOTICE, "urged-late", duty.holder)
    assert (effect.asks, effect.clause_id, effect.answer) == (duty.key, "notice-urge", None)
    assert effect.by_clock, "the escalation delivers it, so that it need not wait for a story"
    assert "note" in case.acts[-1].texts


def test_an_urging_changes_nothing_that_is_owed(at_stage: Callable[[str], Any]) -> None:
    case = at_stage("self")
    before = case.facts
    case.do(URGE, _LEADER, about=_duty(case).key, sentence="due")

    changes = case.steps[-1]
    assert (changes.opened, changes.marked, changes.ended) == ((), (), ())
    assert case.facts == replace(before, last_seq=before.last_seq + 1)
    assert HAZARD.agenda(case.acts, case.rulebook).duties == HAZARD.agenda(case.acts[:-1], case.rulebook).duties


def test_the_case_goes_on_after_an_urging_as_before(at_stage: Callable[[str], Any]) -> None:
    case = at_stage("self")
    case.do(URGE, Role.COMMITTEE_OFFICE, about=_duty(case).key, sentence="report")
    case.do(Act.RECTIFY, Role.UNIT_FIXER, measure="已加固")
    assert HAZARD.read(case.acts, case.rulebook).last_seq == case.facts.last_seq == len(case.acts)


@pytest.mark.parametrize("role", sorted(POSTS))
def test_only_those_urge_who_answer_for_others(at_stage: Callable[[str], Any], role: Role) -> None:
    case = at_stage("self")
    about = _duty(case).key
    attempt = case.attempt(URGE, role, about=about, sentence="due")
    assert HAZARD.may_do(case.facts, URGE, attempt) == (role in URGERS) == may_do(case.facts, attempt)
    if role in URGERS:
        case.do(URGE, role, about=about, sentence="due")
    else:
        with pytest.raises(WrongPost, match=role.label):
            case.do(URGE, role, about=about, sentence="due")


@pytest.mark.parametrize("about", ["rectify@99", "", "rectify"])
def test_what_is_not_owed_is_not_urged(at_stage: Callable[[str], Any], about: str) -> None:
    with pytest.raises(NotYourTurn, match="已经结束"):
        HAZARD.permit((case := at_stage("self")).facts, _attempt(case, about), case.rulebook)


def test_nothing_is_urged_once_a_case_is_closed(at_stage: Callable[[str], Any]) -> None:
    case = at_stage("closed")
    assert not HAZARD.may_do(case.facts, URGE, _attempt(case, "rectify@1"))


def test_an_answer_to_a_notice_is_not_urged(at_stage: Callable[[str], Any]) -> None:
    case = at_stage("listed")
    answer = next(duty for duty in case.facts.live.values() if duty.act == ACKNOWLEDGE)
    assert not is_urgent_for_others(answer)
    with pytest.raises(NotYourTurn):
        HAZARD.permit(case.facts, _attempt(case, answer.key), case.rulebook)


def test_what_is_somebodys_own_is_not_urged_before_it_is_breached(at_stage: Callable[[str], Any]) -> None:
    duty = _duty(at_stage("self"))
    own = replace(duty, holder=Role.OWNER)
    assert is_urgent_for_others(duty)
    assert not is_urgent_for_others(own)
    assert is_urgent_for_others(replace(own, breached=True))


def test_an_urging_is_never_entered_later_nor_ahead(at_stage: Callable[[str], Any]) -> None:
    case = at_stage("self")
    act = _attempt(case, _duty(case).key)
    for wrong in (replace(act, backfilled=True), replace(act, happened_at=act.recorded_at.add(minutes=5))):
        with pytest.raises(TimeInvalid, match="不能补录"):
            HAZARD.permit(case.facts, wrong, case.rulebook)
    HAZARD.permit(case.facts, act, case.rulebook)


def test_every_process_knows_the_act_and_keeps_its_own_forms() -> None:
    for process in PROCESSES.values():
        assert process.form_of(URGE) is FORM
        assert process.label_of(URGE) == "催办"
        assert URGE not in process.forms
        assert process.form_of(process.opening_act) is process.forms[process.opening_act]
    assert {URGE: FORM} == SHARED


def test_an_urging_costs_an_act_and_no_typing_but_a_note(at_stage: Callable[[str], Any]) -> None:
    case = at_stage("self")
    about = _duty(case).key
    case.do(URGE, _LEADER, about=about, sentence="due")
    case.do(URGE, _LEADER, about=about, sentence="due", note="尽快")
    plain, noted = (burden_of([act], HAZARD) for act in case.acts[-2:])
    assert (plain.acts, noted.acts) == (1, 1)
    assert noted.typed == plain.typed + 1


def test_the_ready_sentences_are_few_and_short() -> None:
    assert set(SENTENCES) == {"late", "due", "report"}
    assert all(len(sentence) < 20 for sentence in SENTENCES.values())


def _attempt(case: Any, about: str) -> Any:
    act = case.attempt(URGE, _LEADER, about="x", sentence="due")
    return replace(act, content={**act.content, "about": about})
