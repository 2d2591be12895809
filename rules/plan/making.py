"""Making a version 编制: draft, review, signature, publication; what publication makes owed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.plan import filing
from rules.plan.acts import PlanAct
from rules.plan.facts import Facts, Version, new_chapter
from rules.plan.levels import Level, Scope, UnitKind, assessed_under

if TYPE_CHECKING:
    from datetime import date

    from rules.docket import Docket

#: Levels whose plans the notice of 2021 wants by the end of that year. Law: plan-build-2021 （七）5.
COUNTY_PLANS = frozenset({Level.OVERALL, Level.SPECIAL, Level.DEPARTMENT})


def begun(facts: Facts, docket: Docket) -> Facts:
    """Whoever must have the plan owes its draft by the day set. Law: plan-gov 第五条第一款, plan-unit 第五条第二款."""
    act = docket.act
    unit_kind, scope = act.word("unit_kind"), act.word("scope")
    facts = replace(
        facts,
        level=Level(act.word("level")),
        unit_kind=UnitKind(unit_kind) if unit_kind else None,
        scope=Scope(scope) if scope else None,
        parent=act.word("parent"),
    )
    clause_id = "plan-build-2021" if is_under_the_notice(facts.level, docket) else "plan-draft"
    return _owe_draft(new_chapter(facts, act), docket, clause_id, act.day("ends_on"))


def is_under_the_notice(level: Level, docket: Docket) -> bool:
    """Tell whether the county's notice names the day for a plan of that level begun now. Law: plan-build-2021."""
    on = docket.act.happened_at.date()
    return level in COUNTY_PLANS and any(clause.id == "plan-build-2021" for clause in docket.rulebook.clauses(on))


def begin_revision(facts: Facts, docket: Docket, ends_on: date | None) -> Facts:
    """A next version is owed promptly; until then the present one stays in force. Law: plan-revise 第六条."""
    docket.supersede(PlanAct.ASSESS)
    facts = replace(new_chapter(facts, docket.act), drafters=frozenset(), revising=True)
    return _owe_draft(facts, docket, "plan-revise", ends_on)


def _owe_draft(facts: Facts, docket: Docket, clause_id: str, ends_on: date | None) -> Facts:
    parties = facts.level.parties
    duty = docket.owe(PlanAct.DRAFT, parties.drafter, clause_id, ladder=parties.ladder, ends_on=ends_on)
    return replace(facts, drafting=duty)


def drafted(facts: Facts, docket: Docket) -> Facts:
    """A draft of substance is reviewed by others; a change of other things goes to the signature. Law: plan-refile."""
    docket.discharge(PlanAct.DRAFT)
    substantial = docket.act.word("substantial") != "no"
    facts = replace(facts, drafters=facts.drafters | docket.act.actor.persons, substantial=substantial)
    if not substantial:
        return _owe_signature(facts, docket)
    parties = facts.level.parties
    docket.owe(PlanAct.REVIEW, parties.examiner, parties.review, ladder=parties.ladder)
    return facts


def reviewed(facts: Facts, docket: Docket) -> Facts:
    """A draft that passed goes to the signature, one that did not back to its drafters. Law: plan-review 第二十一条."""
    docket.discharge(PlanAct.REVIEW)
    docket.issue("review", clause_id=facts.level.parties.review)
    if docket.act.word("passed") == "yes":
        return _owe_signature(facts, docket)
    return _returned(facts, docket)


def _owe_signature(facts: Facts, docket: Docket) -> Facts:
    parties = facts.level.parties
    docket.owe(PlanAct.APPROVE, parties.approver, parties.sign, ladder=parties.ladder)
    return facts


def _returned(facts: Facts, docket: Docket) -> Facts:
    """A returned draft is owed again on its old clock."""
    assert facts.drafting is not None, "what is returned was owed"
    docket.tell("returned", facts.level.parties.drafter, clause_id=facts.drafting.clause_id)
    docket.owe_again(facts.drafting)
    return facts


def approved(facts: Facts, docket: Docket) -> Facts:
    """What is signed must be published; what is not goes back. Law: plan-sign 第二十四条."""
    docket.discharge(PlanAct.APPROVE)
    if docket.act.word("approved") != "yes":
        return _returned(facts, docket)
    parties = facts.level.parties
    docket.owe(PlanAct.PUBLISH, parties.publisher, "plan-publish", ladder=parties.ladder)
    return facts


def published(facts: Facts, docket: Docket) -> Facts:
    """The version is in force: it is filed, handed out, and one day assessed. Law: plan-file-20wd 第二十六条."""
    docket.discharge(PlanAct.PUBLISH)
    act = docket.act
    docket.issue("cover", clause_id="plan-publish")
    to_file = filing.is_owed(facts)
    version = Version(len(facts.versions) + 1, act.seq, act.happened_at, facts.substantial, to_file)
    facts = replace(facts, versions=(*facts.versions, version), revising=False)
    facts = filing.await_filing(facts, docket, owed=to_file)
    await_assessment(facts, docket)
    return _hand_out_anew(facts, docket)


def await_assessment(facts: Facts, docket: Docket) -> None:
    """The plan in force is assessed in a while, by whoever drafts it. Law: plan-assess-3y 第三十五条."""
    clause_id = assessed_under(facts.level, facts.unit_kind)
    docket.owe(PlanAct.ASSESS, facts.level.parties.drafter, clause_id, ladder="plan-years", asking=False)


def _hand_out_anew(facts: Facts, docket: Docket) -> Facts:
    """Whoever holds an older version gets the new one, the first goes out. Law: plan-hand-out 第二十四条."""
    parties = facts.level.parties
    docket.supersede(PlanAct.HAND_OUT)
    for holder in facts.outdated_copies or (None,):
        docket.owe(
            PlanAct.HAND_OUT, parties.publisher, "plan-hand-out", ladder=parties.ladder, blocks=False, about=holder
        )
    return facts
