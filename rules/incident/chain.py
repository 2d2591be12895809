"""The reporting chain 逐级上报: whoever learns owes the next; each receiver has a clock of its own.

A duty is owed where a post of this county holds it; the hops of superior levels are on record as information, without
escalation. What was sent before it was recorded is on record with its lateness and owes nothing any more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.actor import UNIT_ROLES, Role
from rules.clause import Authority
from rules.incident import following, inquiry
from rules.incident.acts import Claim, IncidentAct, Origin
from rules.incident.facts import HopRecord
from rules.incident.figures import casualties_in, instant_in, read_instant
from rules.incident.following import heard
from rules.incident.grade import Grade, Nature, assess
from rules.incident.law import in_force, law_of
from rules.incident.parties import AccidentKind, Party, Sector

if TYPE_CHECKING:
    from pendulum import DateTime

    from rules.act import Act
    from rules.docket import Docket
    from rules.incident.facts import Facts
    from rules.incident.law import Hop

#: Which post of this county owes the hops of a body; bodies that are not named are none of the county's.
HOLDERS = {
    Party.UNIT_HEAD: Role.UNIT_HEAD,
    Party.COUNTY_BUREAU: Role.BUREAU_OFFICER,
    Party.COUNTY_SECTOR: Role.DEPT_OFFICER,
    Party.COUNTY_GOVERNMENT: Role.COMMITTEE_OFFICE,
}
_CLAIMED_BY = {Party.SCENE: Claim.OCCURRED, Party.UNIT_HEAD: Claim.HEAD_INFORMED}
#: Who hears of an accident at once, at any hour: whoever is on watch, and who must answer to the government.
_TOLD_AT_ONCE = (Role.WATCH_KEEPER, Role.WATCH_LEADER, Role.BUREAU_HEAD, Role.COUNTY_LEADER)
_BY_DEPARTMENT = frozenset({Role.DEPT_OFFICER, Role.DEPT_HEAD})


def reported(facts: Facts, docket: Docket) -> Facts:
    """The first report starts every clock that its facts allow. Law: inc-unit-1h 第九条, inc-upward-2h 第十一条."""
    act = docket.act
    claims = {claim: at for claim in Claim if (at := instant_in(act, claim)) is not None}
    claims.setdefault(Claim.RECEIVED, act.happened_at)
    facts = replace(
        facts,
        kind=AccidentKind(act.word("kind")),
        sector=Sector(act.word("sector")),
        claims=claims,
        casualties=casualties_in(act),
    )
    docket.issue("flash", clause_id="inc-content")
    docket.tell("reported", *_TOLD_AT_ONCE, clause_id="inc-upward-2h")
    if act.word("in_county") == "no":
        docket.owe(IncidentAct.TRANSFER, Role.BUREAU_OFFICER, "inc-cross-region", ladder="incident-term")
        return heard(facts, docket, owing=False)
    facts = _assessed(heard(facts, docket, owing=True), docket)
    facts = _begin_chain(facts, docket)
    docket.owe(IncidentAct.END_RESCUE, Role.BUREAU_OFFICER, "inc-respond", ladder="incident-term", asking=False)
    facts = following.begin(replace(facts, rescuing=True), docket)
    return inquiry.begin(facts, docket)


def _begin_chain(facts: Facts, docket: Docket) -> Facts:
    act, claims = docket.act, facts.claims
    receiver = Party.COUNTY_SECTOR if act.actor.role in _BY_DEPARTMENT else Party.COUNTY_BUREAU
    facts = replace(facts, receiver=receiver, told_by_unit=told_by_the_unit(act))
    for claim in (Claim.OCCURRED, Claim.HEAD_INFORMED):
        if claim in claims:
            facts = _claimed(facts, docket, claim)
    return _learned(facts, docket, receiver, claims[Claim.RECEIVED])


def told_by_the_unit(report: Act) -> bool:
    """Tell whether the office heard of it from the unit itself, not by a tip-off or from the media."""
    return report.actor.role in UNIT_ROLES or report.word("origin") == Origin.UNIT


def _claimed(facts: Facts, docket: Docket, claim: Claim) -> Facts:
    """A clock whose start nobody claims does not run; a correction can claim it later. Law: inc-unit-1h 第九条."""
    party = Party.SCENE if claim is Claim.OCCURRED else Party.UNIT_HEAD
    return _learned(facts, docket, party, facts.claims[claim])


def _ends_with(facts: Facts, hop: Hop) -> Claim | None:
    """The scene's clock runs to the receipt by the unit's head, the head's to the report that the office received."""
    if hop.by is Party.SCENE:
        return Claim.HEAD_INFORMED
    told = facts.told_by_unit and hop.by is Party.UNIT_HEAD and hop.to is facts.receiver
    return Claim.RECEIVED if told else None


def _learned(facts: Facts, docket: Docket, party: Party, at: DateTime) -> Facts:
    """A body that learned owes its hops of the grade that is known."""
    if party in facts.learned:
        return facts
    facts = replace(facts, learned={**facts.learned, party: at})
    for hop in _hops(facts, docket):
        if hop.by is party:
            facts = _open(facts, docket, hop, at)
    return facts


def _hops(facts: Facts, docket: Docket) -> tuple[Hop, ...]:
    assert facts.assessment is not None, "a chain begins with figures, known or unknown"
    law = law_of(docket.rulebook)
    return law.hops_of(facts.assessment.reporting, facts.assessment.nature, facts.sector, law.home_province)


def _open(facts: Facts, docket: Docket, hop: Hop, at: DateTime, reached_at: DateTime | None = None) -> Facts:
    if not in_force(docket.rulebook, hop.clause_id, at.date()):
        return facts
    ends_with = _ends_with(facts, hop)
    if ends_with is None and hop.by in HOLDERS:
        docket.owe(IncidentAct.SEND, HOLDERS[hop.by], hop.clause_id, ladder="incident-hour", since=at, about=hop.id)
        facts = replace(facts, sendings=(*facts.sendings, hop.id))
    deadline = docket.rulebook.deadline(hop.clause_id, at)
    record = HopRecord(
        hop_id=hop.id,
        clause_id=hop.clause_id,
        started_by=hop.by,
        starts_with=Claim.RECEIVED if hop.by is facts.receiver else _CLAIMED_BY.get(hop.by),
        ends_with=ends_with,
        started_at=at,
        due=deadline.due_legal,
        statutory=deadline.limit_authority is Authority.STATUTE,
        sent_at=None if ends_with is None else facts.claims.get(ends_with),
        reached_at=reached_at,
    )
    return replace(facts, hops=(*facts.hops, record))


def sent(facts: Facts, docket: Docket) -> Facts:
    """A report went out, with proof; its receiver's own clock starts when it was received. Law: inc-upward-2h."""
    about = docket.act.word("about")
    docket.discharge_about(IncidentAct.SEND, about)
    received_at = instant_in(docket.act, "acknowledged_at") or docket.act.happened_at
    claim = next((record.ends_with for record in facts.current_hops if record.hop_id == about), None)
    if claim is not None:
        facts = replace(facts, claims={claim: received_at, **facts.claims})
    hops = tuple(
        replace(record, sent_at=received_at)
        if record.hop_id == about and record.replaced_by is None and record.sent_at is None
        else record
        for record in facts.hops
    )
    facts = replace(facts, hops=hops)
    hop = next((hop for hop in law_of(docket.rulebook).hops if hop.id == about), None)
    return facts if hop is None else _learned(facts, docket, hop.to, received_at)


# --- figures that change -------------------------------------------------------------------------


def followed_up(facts: Facts, docket: Docket) -> Facts:
    """A follow-up fills what was left open and may raise the grade. Law: inc-ongoing-daily 第十一条."""
    docket.issue("follow-up", clause_id="inc-content")
    facts = following.followed_up(heard(facts, docket, owing=False), docket)
    return _changed(facts, docket, docket.act.happened_at)


def supplemented(facts: Facts, docket: Docket) -> Facts:
    """Changed casualties go on the same day to whom the report went. Law: inc-supplement-day 第十一条."""
    known_at = read_instant(docket.act.word("known_at"), "知悉变化时间")
    docket.issue("follow-up", clause_id="inc-content")
    facts = heard(facts, docket, owing=False)
    on = known_at.date()
    clause_id = "inc-supplement-day" if in_force(docket.rulebook, "inc-supplement-day", on) else "inc-supplement-now"
    about = f"supplement-{docket.act.seq}"
    docket.owe(
        IncidentAct.SEND, Role.BUREAU_OFFICER, clause_id, ladder="incident-day", since=known_at, ends_on=on, about=about
    )
    facts = replace(facts, sendings=(*facts.sendings, about))
    if not within_window(facts, docket, known_at):
        docket.tell("outside-window", Role.BUREAU_HEAD, clause_id=clause_id)
        return replace(facts, casualties=facts.casualties.updated(casualties_in(docket.act)))
    return _changed(facts, docket, known_at)


def within_window(facts: Facts, docket: Docket, known_at: DateTime) -> bool:
    """Tell whether casualties that change now still count. Law: inc-supplement-30, inc-supplement-7 第十三条.

    While the day of the accident is unknown nothing bounds the window.
    """
    occurred = facts.claims.get(Claim.OCCURRED)
    if occurred is None:
        return True
    return not docket.rulebook.deadline(law_of(docket.rulebook).windows[facts.kind], occurred).is_late(known_at)


def _changed(facts: Facts, docket: Docket, known_at: DateTime) -> Facts:
    before = facts.assessment
    facts = _assessed(replace(facts, casualties=facts.casualties.updated(casualties_in(docket.act))), docket)
    after = facts.assessment
    assert before is not None, "figures change after a first report"
    assert after is not None, "and are graded at once"
    if after.reporting is before.reporting and after.nature is before.nature:
        return facts
    docket.tell("regraded", Role.BUREAU_HEAD, Role.COUNTY_LEADER, clause_id="inc-grade")
    on_record = {record.hop_id for record in facts.hops}
    for hop in _hops(facts, docket):
        learned = facts.learned.get(hop.by)
        if hop.id not in on_record and learned is not None:
            facts = _open(facts, docket, hop, max(learned, known_at), known_at)
    return inquiry.regraded(facts, docket)


def _assessed(facts: Facts, docket: Docket) -> Facts:
    law = law_of(docket.rulebook)
    assessment = assess(facts.casualties, law.thresholds, law.near_misses)
    if facts.assessment is not None and facts.assessment.reporting.reaches(assessment.reporting):
        assessment = replace(assessment, reporting=facts.assessment.reporting)
    if assessment.reporting is not Grade.GENERAL:
        assessment = replace(assessment, nature=Nature.ACCIDENT)
    return replace(facts, assessment=assessment, investigator=law.of_grade(assessment.reporting).investigated_by)


# --- corrections ---------------------------------------------------------------------------------


def corrected(facts: Facts, docket: Docket) -> Facts:
    """A corrected instant moves every clock that it starts; the old clocks stay on record. Law: inc-unit-1h 第九条."""
    claim, to = Claim(docket.act.word("what")), read_instant(docket.act.word("to"), "更正为")
    known = claim in facts.claims
    facts = replace(facts, claims={**facts.claims, claim: to})
    for record in facts.current_hops:
        if claim in {record.starts_with, record.ends_with}:
            facts = _moved(facts, docket, record)
    if not known:
        facts = _claimed(facts, docket, claim)
    docket.tell("corrected", Role.BUREAU_HEAD, clause_id="inc-content")
    return inquiry.moved(facts, docket) if claim is Claim.OCCURRED else facts


def _moved(facts: Facts, docket: Docket, record: HopRecord) -> Facts:
    learned = record.started_at if record.starts_with is None else facts.claims[record.starts_with]
    begun = learned if record.reached_at is None else max(learned, record.reached_at)
    if any(duty.about == record.hop_id for duty in docket.live.values()):
        docket.supersede_about(IncidentAct.SEND, record.hop_id)
        docket.owe(
            IncidentAct.SEND,
            HOLDERS[record.started_by],
            record.clause_id,
            ladder="incident-hour",
            since=begun,
            about=record.hop_id,
            asking=False,
        )
    newer = replace(
        record,
        started_at=begun,
        due=docket.rulebook.deadline(record.clause_id, begun).due_legal,
        sent_at=record.sent_at if record.ends_with is None else facts.claims.get(record.ends_with),
    )
    old = tuple(replace(entry, replaced_by=docket.act.seq) if entry is record else entry for entry in facts.hops)
    known = facts.learned if record.starts_with is None else {**facts.learned, record.started_by: learned}
    return replace(facts, hops=(*old, newer), learned=known)
