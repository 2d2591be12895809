"""How a case ends elsewhere 移送、并入、作废: another county, another report of the same accident, a mistake."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.incident.acts import IncidentAct, Verdict
from rules.incident.facts import Found, Status

if TYPE_CHECKING:
    from rules.docket import Docket
    from rules.incident.facts import Facts


def transferred(facts: Facts, docket: Docket) -> Facts:
    """The county where it happened has it, with proof. Law: inc-cross-region 第二十一条."""
    docket.discharge(IncidentAct.TRANSFER)
    docket.supersede_all()
    docket.tell("transferred", Role.BUREAU_HEAD, clause_id="inc-cross-region")
    return replace(facts, status=Status.CLOSED, transferred=True, rescuing=False)


def linked(facts: Facts, docket: Docket) -> Facts:
    """A second report of the same accident is kept and named here. Law: inc-content 第十二条."""
    return replace(facts, linked=facts.linked | {docket.act.word("number")})


def merged(facts: Facts, docket: Docket) -> Facts:
    """The accident is dealt with under another number; what was owed under this one stays on record."""
    docket.supersede_all()
    docket.tell("merged", Role.BUREAU_HEAD, clause_id="inc-content")
    return replace(facts, status=Status.CLOSED, merged_into=docket.act.word("number"), rescuing=False)


def found(facts: Facts, docket: Docket) -> Facts:
    """A person enters what an inquiry found; the rules themselves never find it. Law: inc-late-defs 第五条."""
    entry = Found(docket.act.seq, Verdict(docket.act.word("verdict")), docket.act.word("document_no"))
    return replace(facts, findings=(*facts.findings, entry))


def void_applied(facts: Facts, docket: Docket) -> Facts:
    """Another person must confirm that there was no accident. Law: inc-void 作废."""
    docket.owe(IncidentAct.DECIDE_VOID, Role.BUREAU_HEAD, "inc-void", ladder="incident-term", blocks=False)
    return facts.asked(docket.act)


def void_decided(facts: Facts, docket: Docket) -> Facts:
    """A voided case keeps its number and its record, and waits for nothing. Law: inc-void 作废."""
    docket.discharge(IncidentAct.DECIDE_VOID)
    facts = facts.answered(IncidentAct.APPLY_VOID)
    if docket.act.word("approved") != "yes":
        docket.tell("void-refused", Role.BUREAU_OFFICER, clause_id="inc-void")
        return facts
    docket.tell("voided", Role.BUREAU_OFFICER, Role.COUNTY_LEADER, clause_id="inc-void")
    docket.void_all()
    return replace(facts, status=Status.VOID, rescuing=False)
