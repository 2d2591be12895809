"""Receiving 受理: whatever comes is registered, by name or not; then it is accepted, refused, handed over or joined."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.errors import ClauseNotInForce
from rules.standing import Status
from rules.tipoff.acts import NAMED, Decision, Matter, TipAct, Told

if TYPE_CHECKING:
    from rules.docket import Docket
    from rules.tipoff.facts import Facts

OFFICER, HEAD = Role.DEPT_OFFICER, Role.DEPT_HEAD
LADDER = "tipoff"
_ANYONE = "rep-anyone"


def received(facts: Facts, docket: Docket) -> Facts:
    """Whether it is accepted must be decided; who gave a name is put on record, sealed. Law: rep-accept, rep-secret."""
    act = docket.act
    named = act.word("named") == NAMED
    facts = replace(
        facts,
        matter=Matter(act.word("matter")),
        channel=act.word("channel"),
        unit=act.word("unit"),
        named=named,
        code=act.word("code"),
    )
    if named:
        docket.owe(TipAct.IDENTIFY, OFFICER, "rep-secret", ladder=LADDER)
    docket.owe(TipAct.ACCEPT, OFFICER, "rep-accept" if named else _for_anybody(docket), ladder=LADDER)
    return facts


def _for_anybody(docket: Docket) -> str:
    """Return the clause by which those without a name are heard too: the county's notice while it holds."""
    try:
        docket.rulebook.clause(_ANYONE, docket.act.happened_at.date())
    except ClauseNotInForce:
        return "rep-accept"
    return _ANYONE


def identified(facts: Facts, docket: Docket) -> Facts:
    """The identity is on record; whoever took it down knows it. Law: rep-secret 第十三条."""
    act = docket.act
    docket.discharge(TipAct.IDENTIFY)
    return replace(
        facts,
        named=True,
        identified=True,
        official=act.says("official"),
        employee=act.says("employee"),
        signers=int(act.word("signers") or "1"),
        readers=facts.readers | act.actor.persons,
    )


def decided(facts: Facts, docket: Docket) -> Facts:
    """Accepted, it is checked within its term, counted from now; else the reporter is told why. Law: rep-accept."""
    act = docket.act
    docket.discharge(TipAct.ACCEPT)
    docket.issue("decision", clause_id="rep-accept")
    decision = Decision(act.word("decision"))
    facts = replace(facts, decision=decision, first=act.word("first"))
    match decision:
        case Decision.ACCEPT:
            docket.owe(TipAct.ASSIGN, HEAD, "rep-assign", ladder=LADDER)
            return replace(facts, since=act.happened_at)
        case Decision.TRANSFER:
            docket.owe(TipAct.HAND_OVER, OFFICER, "rep-transfer", ladder=LADDER)
            return facts
        case Decision.REFUSE:
            return _told_of(facts, docket, Told.REFUSAL)
        case _:
            return _told_of(facts, docket, Told.MERGE)


def handed_over(facts: Facts, docket: Docket) -> Facts:
    """Another office goes on with it, on a clock of its own; the reporter is told which. Law: rep-transfer 第八条."""
    docket.discharge(TipAct.HAND_OVER)
    docket.issue("transfer-letter", clause_id="rep-transfer")
    return _told_of(facts, docket, Told.TRANSFER)


def _told_of(facts: Facts, docket: Docket, about: Told) -> Facts:
    if facts.is_reachable:
        docket.owe(TipAct.REPLY, OFFICER, "rep-tell", ladder=LADDER, about=about)
    return settled(facts, docket)


def replied(facts: Facts, docket: Docket) -> Facts:
    """The reporter knows, or could not be found. Law: rep-feedback-10, rep-tell."""
    about = docket.act.word("about")
    docket.discharge_about(TipAct.REPLY, about)
    return settled(replace(facts, told=facts.told | {about}), docket)


def settled(facts: Facts, docket: Docket) -> Facts:
    """Return the facts, closed where nothing is waited for any more. Law: rep-record 第十四条."""
    if any(duty.blocks for duty in docket.live.values()):
        return facts
    docket.tell("closed", HEAD, clause_id="rep-record")
    docket.supersede_all()
    return replace(facts, status=Status.CLOSED)
