"""Checking 核查: by two officers without an interest, within the term; what was found is rectified and punished."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.agenda import by_act
from rules.standing import answered, asked
from rules.tipoff.acts import Matter, Result, TipAct, Told
from rules.tipoff.facts import Finding
from rules.tipoff.receiving import HEAD, LADDER, OFFICER, settled
from rules.tipoff.rewarding import await_award
from rules.tipoff.sums import read_sum

if TYPE_CHECKING:
    from rules.agenda import Duty
    from rules.docket import Docket
    from rules.tipoff.facts import Facts


def assigned(facts: Facts, docket: Docket) -> Facts:
    """Two officers check it; naming others later sets no clock back. Law: rep-60 第八条, rep-two 核查."""
    act = docket.act
    docket.discharge(TipAct.ASSIGN)
    docket.tell("assigned", Role.NAMED, clause_id="rep-two")
    if by_act(docket.live, TipAct.VERIFY) is None:
        docket.owe(TipAct.VERIFY, OFFICER, "rep-60", ladder=LADDER, since=facts.since)
    return replace(facts, checkers=frozenset({act.word("first"), act.word("second")}))


def verified(facts: Facts, docket: Docket) -> Facts:
    """What one of the two wrote down, the other must sign, within the same term. Law: rep-two 核查."""
    act = docket.act
    term = by_act(docket.live, TipAct.VERIFY)
    assert term is not None, "only what is owed is checked"
    docket.discharge(TipAct.VERIFY)
    docket.supersede(TipAct.DECIDE_EXTENSION)
    docket.owe(TipAct.COUNTERSIGN, OFFICER, term.clause_id, ladder=LADDER, since=term.started_at)
    finding = Finding(
        result=Result(act.word("result")),
        matter=Matter(act.word("found_as")) if act.word("found_as") else None,
        grade=act.word("grade"),
        deaths=int(act.word("deaths") or "0"),
        hazards=act.says("hazards"),
        violations=act.says("violations"),
        by=act.actor.persons,
    )
    return replace(answered(facts, TipAct.APPLY_EXTENSION), finding=finding)


def countersigned(facts: Facts, docket: Docket) -> Facts:
    """What both signed stands: the reporter is told, hazards are entered, violations go to enforcement. Law: rep-60."""
    term = by_act(docket.live, TipAct.COUNTERSIGN)
    assert term is not None, "only what was checked is signed"
    docket.discharge(TipAct.COUNTERSIGN)
    if docket.act.word("approved") != "yes":
        docket.tell("returned", OFFICER, clause_id="rep-two")
        docket.owe(TipAct.VERIFY, OFFICER, term.clause_id, ladder=LADDER, since=term.started_at)
        return replace(facts, finding=None)
    docket.issue("conclusion", clause_id="rep-60")
    docket.tell("concluded", HEAD, clause_id="rep-60")
    return settled(_followed_up(replace(facts, checked=True), docket), docket)


def _followed_up(facts: Facts, docket: Docket) -> Facts:
    finding = facts.finding
    assert finding is not None, "only a finding is signed"
    if facts.is_reachable:
        docket.owe(TipAct.REPLY, OFFICER, "rep-feedback-10", ladder=LADDER, about=Told.RESULT)
    if finding.hazards:
        docket.owe(TipAct.LINK, OFFICER, "rep-link", ladder=LADDER)
    if finding.violations:
        docket.owe(TipAct.ENFORCE, OFFICER, "rep-enforce", ladder=LADDER)
    return await_award(facts, docket)


def extension_applied(facts: Facts, docket: Docket) -> Facts:
    """Somebody else decides, with the consent of the office above. Law: rep-extend-30 第八条."""
    docket.owe(TipAct.DECIDE_EXTENSION, HEAD, "rep-extend-decide", ladder=LADDER, blocks=False)
    return asked(facts, docket.act)


def extension_decided(facts: Facts, docket: Docket) -> Facts:
    """A longer term begins where the first ends, once, and the reporter is told why. Law: rep-extend-30 第八条."""
    docket.discharge(TipAct.DECIDE_EXTENSION)
    facts = answered(facts, TipAct.APPLY_EXTENSION)
    if docket.act.word("approved") != "yes":
        docket.tell("extension-refused", OFFICER, clause_id="rep-extend-30")
        return facts
    term = by_act(docket.live, TipAct.VERIFY)
    assert term is not None, "only a term that runs is prolonged"
    docket.supersede(TipAct.VERIFY)
    _owe_longer(docket, term)
    if facts.is_reachable:
        docket.owe(TipAct.REPLY, OFFICER, "rep-tell", ladder=LADDER, about=Told.EXTENSION, blocks=False)
    return replace(facts, extended=True)


def _owe_longer(docket: Docket, term: Duty) -> None:
    """Owe the check by the longer term: it is counted from the last day of the first, which no holiday has moved."""
    assert term.due_alert is not None, "the term of a check has a figure"
    last = term.due_alert.subtract(seconds=1)
    docket.owe(TipAct.VERIFY, OFFICER, "rep-extend-30", ladder=LADDER, since=last)


def linked(facts: Facts, docket: Docket) -> Facts:
    """The hazards found are cases of their own, entered once and known here by number. Law: rep-link."""
    docket.discharge(TipAct.LINK)
    found: list[str] = docket.act.content["hazards"]
    return settled(replace(facts, linked=(*facts.linked, *found)), docket)


def enforced(facts: Facts, docket: Docket) -> Facts:
    """What enforcement makes of it comes back here: the reward may rest on it. Law: rep-enforce."""
    docket.discharge(TipAct.ENFORCE)
    docket.owe(TipAct.PENALTY, OFFICER, "rep-penalty", ladder=LADDER)
    return facts


def penalised(facts: Facts, docket: Docket) -> Facts:
    """The penalty is known, and what the reward is a share of. Law: rep-reward 第九条."""
    docket.discharge(TipAct.PENALTY)
    return settled(await_award(replace(facts, fine_fen=read_sum(docket.act.word("fine"))), docket), docket)
