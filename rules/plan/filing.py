"""Filing 备案: in time to the office, checked in time by it; told once what is missing; silence files by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.plan.acts import LACKS, MATERIALS, PlanAct
from rules.plan.facts import Facts, Filing
from rules.plan.levels import must_file

if TYPE_CHECKING:
    from rules.act import Act
    from rules.docket import Docket

_FILING = (PlanAct.FILE, PlanAct.CHECK)


def is_owed(facts: Facts) -> bool:
    """Tell whether the version that is published now must be filed: first, changed in substance, or not yet filed.

    Law: plan-file-duty 第七条; plan-refile 第三十七条.
    """
    return must_file(facts.level, facts.unit_kind) and (facts.substantial or facts.filing.goes_on)


def await_filing(facts: Facts, docket: Docket, *, owed: bool) -> Facts:
    """A published plan is owed to the office in time. Law: plan-file-20wd 第二十六条.

    What was not yet filed of the version before is overtaken by this one.
    """
    if facts.filing.goes_on:
        docket.supersede(*_FILING)
        facts = replace(facts, filing=Filing.NOT_OWED)
    if not owed:
        return facts
    _owe(facts, docket, facts.level.parties.file)
    return replace(facts, filing=Filing.OWED, told_missing=None)


def _owe(facts: Facts, docket: Docket, clause_id: str) -> None:
    parties = facts.level.parties
    docket.owe(PlanAct.FILE, parties.publisher, clause_id, ladder=parties.ladder)


def filed(facts: Facts, docket: Docket) -> Facts:
    """The office must check what it received; a higher office gives a receipt. Law: plan-check-5wd 第二十八条."""
    docket.discharge(PlanAct.FILE)
    if not facts.level.parties.checks_filing:
        return replace(facts, filing=Filing.FILED)
    docket.owe(PlanAct.CHECK, Role.DEPT_OFFICER, "plan-check-5wd", ladder="plan-office", lapses=True)
    return replace(facts, filing=Filing.SUBMITTED)


def checked(facts: Facts, docket: Docket) -> Facts:
    """What is complete gets its certificate, what is not is told once and whole. Law: plan-check-5wd 第二十八条."""
    docket.discharge(PlanAct.CHECK)
    if docket.act.word("complete") == "yes":
        docket.issue("certificate", clause_id="plan-check-5wd")
        docket.tell("filed", Role.UNIT_HEAD, clause_id="plan-check-5wd")
        return replace(facts, filing=Filing.FILED)
    docket.issue("told-once", clause_id="plan-check-5wd")
    docket.tell("incomplete", Role.UNIT_HEAD, clause_id="plan-check-5wd")
    _owe(facts, docket, "plan-supplement")
    return replace(facts, filing=Filing.OWED, told_missing=missing_in(docket.act))


def missing_in(act: Act) -> frozenset[str]:
    """Return the papers that a check names as missing."""
    return frozenset(item for item in MATERIALS if act.says(f"{LACKS}{item}"))


def deemed_filed(facts: Facts, docket: Docket) -> Facts:
    """Nobody checked in time nor gave a reason: the plan counts as filed. Law: plan-check-5wd 第二十八条."""
    duty = docket.mark(docket.act.word("about"), lapsed=True)
    docket.supersede_one(duty.key)
    docket.issue("deemed", clause_id="plan-check-5wd")
    docket.tell("deemed-filed", Role.UNIT_HEAD, Role.DEPT_HEAD, clause_id="plan-check-5wd")
    return replace(facts, filing=Filing.DEEMED)
