"""Which acts ask once more who acts, and which way of showing it suffices for which act."""

from dataclasses import replace

import pytest

from rules.actor import Actor, Reach, Role, Scope
from rules.errors import ProofNeeded
from rules.process import Process
from rules.processes import PROCESSES
from rules.proof import Proof, check

_HAZARD = PROCESSES["hazard"]
_SOMEBODY = Actor("p", "a", "o", Role.DEPT_HEAD, Scope(Reach.NOWHERE, ""))
#: What is done while people are in danger waits for nothing.
_URGENT = {"incident", "warning", "wildfire", "fire_season", "duty_watch", "weather_operation"}
_EACH = pytest.mark.parametrize("process", PROCESSES.values(), ids=PROCESSES)


@_EACH
def test_no_case_waits_for_a_password_to_be_opened(process: Process) -> None:
    assert not [kind for kind in process.openings if process.forms[kind].signed]


@_EACH
def test_voiding_a_case_is_signed_wherever_a_second_person_confirms_it(process: Process) -> None:
    if "decide-void" in process.forms:
        assert process.forms["decide-void"].signed


def test_what_is_urgent_is_never_signed() -> None:
    signed = {name: {kind for kind, form in PROCESSES[name].forms.items() if form.signed} for name in _URGENT}
    assert signed.pop("incident") == {
        "finding", "hand-up", "decide-extension", "approve", "evaluate", "decide-void",
    }  # fmt: skip
    assert set().union(*signed.values()) <= {"decide-void"}


#: What ends a duty as evidence, or decides on somebody else's request; nothing else asks once more.
_SIGNED = {
    "hazard": "accept decide-extension decide-reopen decide-resume decide-void delist look-back recheck review "
    "sign-off sign-order",
    "incident": "approve decide-extension decide-void evaluate finding hand-up",
    "tipoff": "approve-award countersign decide-extension decide-void pay verify",
    "plan": "abolish approve check decide-void",
    "command": "dissolve",
    "drill_year": "approve",
    "drill": "confirm order-correction recheck",
    "unit_file": "close",
    "programme": "accept check release",
    "obligation": "confirm release sign-form",
    "accountability": "close decide-void lift",
    "appraisal": "award conclude decide-appeal decide-void recheck settle verify",
    "enforcement": "close decide decide-void delist review",
    "enforcement_plan": "approve decide-void",
    "risk": "adopt decide-void verify",
}


@_EACH
def test_what_ends_a_duty_as_evidence_is_signed_and_nothing_else(process: Process) -> None:
    signed = {str(kind) for kind, form in process.forms.items() if form.signed}
    assert signed == set(_SIGNED.get(process.name, "decide-void" if "decide-void" in process.forms else "").split())


@pytest.mark.parametrize("proof", [Proof.PASSWORD, Proof.RECENT, Proof.PROVIDER, None])
def test_who_has_just_been_identified_may_sign(proof: Proof | None) -> None:
    check(_HAZARD, "sign-off", replace(_SOMEBODY, proof=proof))


@pytest.mark.parametrize("proof", [Proof.SESSION, Proof.LINK])
def test_an_open_session_or_a_link_for_something_else_does_not_suffice_to_sign(proof: Proof) -> None:
    with pytest.raises(ProofNeeded, match="须由本人再次输入密码确认"):
        check(_HAZARD, "sign-off", replace(_SOMEBODY, proof=proof))


def test_a_link_is_proof_for_the_act_it_was_sent_for() -> None:
    form = replace(_HAZARD.forms["rectify"], signed=True)
    bound = replace(_HAZARD, forms={**_HAZARD.forms, "rectify": form})
    link = replace(_SOMEBODY, proof=Proof.LINK)
    check(bound, "rectify", link)
    with pytest.raises(ProofNeeded):
        check(replace(bound, by_link=frozenset()), "rectify", link)


@pytest.mark.parametrize("proof", [*Proof, None])
def test_what_is_not_signed_asks_for_nothing(proof: Proof | None) -> None:
    check(_HAZARD, "note", replace(_SOMEBODY, proof=proof))
    check(_HAZARD, "urge", replace(_SOMEBODY, proof=proof))


def test_every_way_has_words() -> None:
    assert len({proof.label for proof in Proof}) == len(Proof)
