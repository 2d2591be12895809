"""Rewarding 奖励: what law pays is proposed, approved by another, fetched in time by the reporter, or given up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.standing import answered, asked
from rules.tipoff.acts import REPORT, TipAct
from rules.tipoff.law import tariff_for
from rules.tipoff.receiving import HEAD, LADDER, OFFICER, settled

if TYPE_CHECKING:
    from rules.docket import Docket
    from rules.rulebook import Rulebook
    from rules.tipoff.facts import Facts
    from rules.tipoff.law import Reward

_ON_THE_WAY = (TipAct.AWARD, TipAct.APPROVE_AWARD, TipAct.NOTIFY, TipAct.PAY)


def reward_of(facts: Facts, rulebook: Rulebook) -> Reward | None:
    """Return what law pays for what was found, None where nothing is paid, or where it is not known yet.

    Asked once both have signed. Nothing is paid for what is not true, to nobody, to whoever finds such things by duty
    or had given it up. The law is that of the day on which the tip-off was accepted.
    """
    finding = facts.finding
    assert finding is not None, "a reward follows a finding"
    assert facts.since is not None, "what was checked was accepted"
    if finding.matter is None or facts.official or facts.waived or not facts.is_reachable:
        return None
    tariff = tariff_for(finding.matter, rulebook, facts.since.date())
    if tariff is None or (tariff.share and finding.violations and facts.fine_fen is None):
        return None
    return tariff.reward(fine_fen=facts.fine_fen or 0, grade=finding.grade, deaths=finding.deaths)


def await_award(facts: Facts, docket: Docket) -> Facts:
    """A reward is owed as soon as what it rests on is known, once. Law: rep-reward 第九条."""
    reward = reward_of(facts, docket.rulebook)
    if reward is not None and not facts.rewarded:
        docket.owe(TipAct.AWARD, OFFICER, reward.tariff.clause_id, ladder=LADDER)
        return replace(facts, rewarded=True)
    return facts


def awarded(facts: Facts, docket: Docket) -> Facts:
    """Somebody else must approve it. Law: rep-approve 第十二条."""
    reward = reward_of(facts, docket.rulebook)
    assert reward is not None, "only what is owed is proposed"
    docket.discharge(TipAct.AWARD)
    docket.owe(TipAct.APPROVE_AWARD, HEAD, "rep-approve", ladder=LADDER)
    yuan = int(docket.act.word("amount") or reward.yuan)
    return asked(replace(facts, award_yuan=yuan), docket.act)


def award_approved(facts: Facts, docket: Docket) -> Facts:
    """What is approved, the reporter is called to fetch; what is not, is proposed again. Law: rep-claim-60 第十一条."""
    docket.discharge(TipAct.APPROVE_AWARD)
    facts = answered(facts, TipAct.AWARD)
    if docket.act.word("approved") == "yes":
        docket.issue("award", clause_id="rep-approve")
        docket.owe(TipAct.NOTIFY, OFFICER, "rep-notify", ladder=LADDER)
        return replace(facts, approved=True)
    reward = reward_of(facts, docket.rulebook)
    assert reward is not None, "what was proposed is owed"
    docket.tell("award-returned", OFFICER, clause_id="rep-approve")
    docket.owe(TipAct.AWARD, OFFICER, reward.tariff.clause_id, ladder=LADDER)
    return facts


def notified(facts: Facts, docket: Docket) -> Facts:
    """The reporter has so long to fetch it; then it counts as given up. Law: rep-claim-60 第十一条."""
    docket.discharge(TipAct.NOTIFY)
    docket.owe(TipAct.PAY, OFFICER, "rep-claim-60", ladder="tipoff-claim", lapses=True)
    return replace(facts, notified=True)


def paid(facts: Facts, docket: Docket) -> Facts:
    """The reward was fetched. Law: rep-claim-60 第十一条."""
    docket.discharge(TipAct.PAY)
    return settled(replace(facts, paid=True), docket)


def lapsed(facts: Facts, docket: Docket) -> Facts:
    """Nobody fetched it in time: it counts as given up. Law: rep-claim-60 第十一条."""
    duty = docket.mark(docket.act.word("about"), lapsed=True)
    docket.supersede_one(duty.key)
    docket.tell("unclaimed", OFFICER, HEAD, clause_id="rep-claim-60")
    return settled(replace(facts, waived=True), docket)


def withdrawn(facts: Facts, docket: Docket) -> Facts:
    """The reporter wants no reward, or takes the report back: what was accepted is checked all the same.

    Law: rep-withdraw 撤回.
    """
    docket.supersede(*_ON_THE_WAY)
    docket.tell("withdrawn", HEAD, clause_id="rep-withdraw")
    facts = answered(replace(facts, waived=not facts.paid), TipAct.AWARD)
    if docket.act.word("what") == REPORT:
        facts = replace(facts, withdrawn=True)
    return settled(facts, docket)
