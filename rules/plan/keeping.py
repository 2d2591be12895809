"""Keeping a plan in use 管理: copies, assessment, what calls for a revision, abolition, and a mistaken entry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.plan.acts import PlanAct
from rules.plan.facts import Copy, Facts, with_copy
from rules.plan.levels import Level
from rules.plan.making import await_assessment, begin_revision
from rules.standing import Status, answered, asked

if TYPE_CHECKING:
    from rules.docket import Docket


def handed_out(facts: Facts, docket: Docket) -> Facts:
    """Who holds which version is on record. Law: plan-hand-out 第二十四条."""
    act = docket.act
    holder = act.word("holder")
    for duty in tuple(docket.live.values()):
        if duty.act == PlanAct.HAND_OUT and duty.about in {None, holder}:
            docket.discharge_key(duty.key)
    return with_copy(facts, holder, Copy(len(facts.versions), int(act.word("copies")), act.seq))


def taken_back(facts: Facts, docket: Docket) -> Facts:
    """A holder who gave the copies back is owed no newer ones."""
    holder = docket.act.word("holder")
    docket.supersede_about(PlanAct.HAND_OUT, holder)
    return with_copy(facts, holder, None)


def assessed(facts: Facts, docket: Docket) -> Facts:
    """An assessment says whether to revise; if not, the next one is owed in time. Law: plan-assess-3y 第三十五条."""
    docket.discharge(PlanAct.ASSESS)
    if docket.act.word("conclusion") == "revise":
        return begin_revision(facts, docket, None)
    await_assessment(facts, docket)
    return facts


def triggered(facts: Facts, docket: Docket) -> Facts:
    """Whoever answers for the plan must say whether it is to be revised. Law: plan-revise 第六条第二款."""
    act, parties = docket.act, facts.level.parties
    docket.owe(
        PlanAct.DECIDE_REVISION, parties.approver, "plan-decide-revision", ladder=parties.ladder, blocks=False,
        about=str(act.seq),
    )  # fmt: skip
    return asked(facts, act, _application(str(act.seq)))


def _application(about: str) -> str:
    return f"{PlanAct.TRIGGER}:{about}"


def applicants(facts: Facts, about: str) -> frozenset[str]:
    """Return who stands behind the circumstances reported under that number."""
    return facts.asked_by.get(_application(about), frozenset())


def revision_decided(facts: Facts, docket: Docket) -> Facts:
    """A revision begins or joins the one under way; why there is none is said. Law: plan-revise 第六条第二款."""
    about = docket.act.word("about")
    docket.discharge_about(PlanAct.DECIDE_REVISION, about)
    facts = answered(facts, _application(about))
    if docket.act.word("conclusion") == "keep":
        docket.tell("kept", facts.level.parties.drafter, clause_id="plan-decide-revision")
        return facts
    if facts.revising:
        docket.tell("revision-joined", facts.level.parties.drafter, clause_id="plan-revise")
        return facts
    return begin_revision(facts, docket, docket.act.day("ends_on"))


def abolished(facts: Facts, docket: Docket) -> Facts:
    """A plan that is needed no longer ends; versions and copies stay on record. Law: plan-abolish 预案废止."""
    docket.tell("abolished", facts.level.parties.drafter, *_supervisors(facts), clause_id="plan-abolish")
    docket.supersede_all()
    return replace(facts, status=Status.CLOSED, abolished=True, replaced_by=docket.act.word("replaced_by"))


def _supervisors(facts: Facts) -> tuple[Role, ...]:
    return (Role.DEPT_OFFICER,) if facts.level is Level.UNIT else (Role.COMMITTEE_OFFICE,)


def void_applied(facts: Facts, docket: Docket) -> Facts:
    """Another person must confirm that the entry was a mistake. Law: plan-void 作废."""
    docket.owe(
        PlanAct.DECIDE_VOID, _supervisors(facts)[0], "plan-void", ladder=facts.level.parties.ladder, blocks=False
    )
    return asked(facts, docket.act)


def void_decided(facts: Facts, docket: Docket) -> Facts:
    """A voided plan keeps its number and its record, and waits for nothing. Law: plan-void 作废."""
    docket.discharge(PlanAct.DECIDE_VOID)
    facts = answered(facts, PlanAct.APPLY_VOID)
    if docket.act.word("approved") != "yes":
        docket.tell("void-refused", facts.level.parties.drafter, clause_id="plan-void")
        return facts
    docket.tell("voided", facts.level.parties.drafter, clause_id="plan-void")
    docket.void_all()
    return replace(facts, status=Status.VOID)
