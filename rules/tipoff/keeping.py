"""Beside the course of a tip-off 其他: a look at the sealed identity, a head's demand, a mistaken entry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.standing import Status, answered, asked
from rules.tipoff.acts import TipAct
from rules.tipoff.receiving import HEAD, LADDER, OFFICER

if TYPE_CHECKING:
    from rules.docket import Docket
    from rules.tipoff.facts import Facts


def consulted(facts: Facts, docket: Docket) -> Facts:
    """Whoever reads the identity leaves a trace, and the head hears of it. Law: rep-secret 第十三条."""
    docket.tell("consulted", HEAD, clause_id="rep-secret")
    return replace(facts, readers=facts.readers | docket.act.actor.persons)


def urged(facts: Facts, docket: Docket) -> Facts:
    """The head presses; nothing that is owed changes. Law: rep-urge 督办."""
    docket.tell("urged", OFFICER, clause_id="rep-urge")
    return facts


def void_applied(facts: Facts, docket: Docket) -> Facts:
    """Another person must confirm that the entry was a mistake. Law: rep-void 作废."""
    docket.owe(TipAct.DECIDE_VOID, HEAD, "rep-void", ladder=LADDER, blocks=False)
    return asked(facts, docket.act)


def void_decided(facts: Facts, docket: Docket) -> Facts:
    """A voided tip-off keeps its number and its record, and waits for nothing. Law: rep-void 作废."""
    docket.discharge(TipAct.DECIDE_VOID)
    facts = answered(facts, TipAct.APPLY_VOID)
    if docket.act.word("approved") != "yes":
        docket.tell("void-refused", OFFICER, clause_id="rep-void")
        return facts
    docket.tell("voided", OFFICER, clause_id="rep-void")
    docket.void_all()
    return replace(facts, status=Status.VOID)
