"""Investigation 事故调查: who investigates, the team, the term and what stops it, approval, publication, evaluation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.day_counting import Pause
from rules.incident.acts import Claim, IncidentAct
from rules.incident.facts import Status
from rules.incident.grade import Grade, Nature
from rules.incident.law import in_force, law_of
from rules.incident.parties import Level

if TYPE_CHECKING:
    from pendulum import DateTime

    from rules.agenda import Duty
    from rules.docket import Docket
    from rules.incident.facts import Facts

#: Why the term of an investigation stands still.
APPRAISAL = "技术鉴定"
_OWN = (IncidentAct.TEAM, IncidentAct.SUBMIT, IncidentAct.DECIDE_EXTENSION)


def begin(facts: Facts, docket: Docket) -> Facts:
    """The government of the grade investigates; the county its own, the rest is handed up. Law: inc-investigate-who."""
    assert facts.assessment is not None, "a case is graded with its first report"
    if facts.assessment.nature is Nature.NEAR_MISS:
        return facts
    if facts.investigator is not Level.COUNTY:
        docket.owe(IncidentAct.HAND_UP, Role.COMMITTEE_OFFICE, "inc-investigate-who", ladder="incident-term")
        return facts
    docket.owe(IncidentAct.TEAM, Role.COMMITTEE_OFFICE, "inc-investigate-team", ladder="incident-term")
    return _owe_report(facts, docket)


def regraded(facts: Facts, docket: Docket) -> Facts:
    """A higher grade may call for a higher government; what was owed here until then stays on record.

    Law: inc-hand-up 第二十条.
    """
    if facts.handed_up or facts.submitted:
        return facts
    if facts.investigator is Level.COUNTY:
        return begin(facts, docket) if facts.first_term is None else facts
    docket.supersede(*_OWN)
    if not any(duty.act == IncidentAct.HAND_UP for duty in docket.live.values()):
        docket.owe(IncidentAct.HAND_UP, Role.COMMITTEE_OFFICE, "inc-hand-up", ladder="incident-term")
    return facts


def handed_up(facts: Facts, docket: Docket) -> Facts:
    """The case lies with a higher government; its approval is recorded here as well. Law: inc-hand-up 第二十条."""
    docket.discharge(IncidentAct.HAND_UP)
    docket.supersede(*_OWN)
    docket.tell("handed-up", Role.BUREAU_HEAD, Role.COUNTY_LEADER, clause_id="inc-hand-up")
    docket.owe(IncidentAct.APPROVE, Role.COMMITTEE_OFFICE, "inc-investigate-who", ladder="incident-term", asking=False)
    return replace(facts, handed_up=True)


def team_formed(facts: Facts, docket: Docket) -> Facts:
    """The team has its members and has invited the procuratorate. Law: inc-investigate-team 第二十二条."""
    docket.discharge(IncidentAct.TEAM)
    docket.issue("team", clause_id="inc-investigate-team")
    return facts


def _owe_report(facts: Facts, docket: Docket) -> Facts:
    """The report is due sixty days after the accident, or where its day is unknown after the first receipt."""
    term = _owe_term(facts, docket)
    return replace(facts, first_term=term)


def _owe_term(facts: Facts, docket: Docket) -> Duty:
    since = facts.claims.get(Claim.OCCURRED, facts.claims[Claim.RECEIVED])
    return docket.owe(
        IncidentAct.SUBMIT, Role.BUREAU_HEAD, "inc-investigate-60", ladder="incident-term", since=since,
        pauses=facts.appraisals, asking=False,
    )  # fmt: skip


def moved(facts: Facts, docket: Docket) -> Facts:
    """A corrected day of the accident moves the term of the investigation. Law: inc-investigate-60 第二十九条."""
    if not _is_owed(docket, IncidentAct.SUBMIT) or facts.extended:
        return facts
    return _term_again(facts, docket)


def _term_again(facts: Facts, docket: Docket) -> Facts:
    docket.supersede(IncidentAct.SUBMIT)
    return replace(facts, first_term=_owe_term(facts, docket))


def appraisal_begun(facts: Facts, docket: Docket) -> Facts:
    """The term stands still while experts appraise. Law: inc-appraisal 第二十七条."""
    pause = Pause(docket.act.happened_at, None, APPRAISAL)
    return _term_again(replace(facts, appraisals=(*facts.appraisals, pause)), docket)


def appraisal_ended(facts: Facts, docket: Docket) -> Facts:
    """The term runs on with the result in hand. Law: inc-appraisal 第二十七条."""
    *before, running = facts.appraisals
    ended = Pause(running.started_at, docket.act.happened_at, running.reason)
    return _term_again(replace(facts, appraisals=(*before, ended)), docket)


def extension_applied(facts: Facts, docket: Docket) -> Facts:
    """The government must decide before the term has ended. Law: inc-investigate-extended 第二十九条."""
    docket.owe(
        IncidentAct.DECIDE_EXTENSION, Role.COUNTY_LEADER, "inc-extension-decide", ladder="incident-term", blocks=False
    )
    return facts.asked(docket.act)


def extension_decided(facts: Facts, docket: Docket) -> Facts:
    """A granted extension begins when the first term ends. Law: inc-investigate-extended 第二十九条."""
    docket.discharge(IncidentAct.DECIDE_EXTENSION)
    facts = facts.answered(IncidentAct.APPLY_EXTENSION)
    if docket.act.word("approved") != "yes":
        docket.tell("extension-refused", Role.BUREAU_HEAD, clause_id="inc-investigate-extended")
        return facts
    docket.tell("extended", Role.BUREAU_HEAD, clause_id="inc-investigate-extended")
    docket.supersede(IncidentAct.SUBMIT)
    docket.owe(
        IncidentAct.SUBMIT, Role.BUREAU_HEAD, "inc-investigate-extended", ladder="incident-term",
        since=end_of_first_term(facts), ends_on=docket.act.day("ends_on"), asking=False,
    )  # fmt: skip
    return replace(facts, extended=True)


def end_of_first_term(facts: Facts) -> DateTime:
    """Return an instant on the last day of the first term, from which an extension counts."""
    assert facts.first_term is not None, "only a term that was owed is extended"
    assert facts.first_term.due_alert is not None, "and it stands still no longer"
    return facts.first_term.due_alert - timedelta(seconds=1)


def submitted(facts: Facts, docket: Docket) -> Facts:
    """The government that receives the report must approve it, and the papers are filed. Law: inc-approve-15."""
    docket.discharge(IncidentAct.SUBMIT, IncidentAct.TEAM)
    docket.supersede(IncidentAct.DECIDE_EXTENSION)
    approve = law_of(docket.rulebook).of_grade(Grade.GENERAL).approve
    docket.owe(IncidentAct.APPROVE, Role.COUNTY_LEADER, approve, ladder="incident-term")
    docket.owe(IncidentAct.ARCHIVE, Role.BUREAU_OFFICER, "inc-archive", ladder="incident-term")
    return replace(facts, submitted=True)


def approved(facts: Facts, docket: Docket) -> Facts:
    """With the approval come publication, measures, education and, by the law of that day, an evaluation.

    Law: inc-publish; inc-educate 事故后的警示教育.
    """
    docket.discharge(IncidentAct.APPROVE)
    on = docket.act.happened_at.date()
    docket.issue("approval", clause_id="inc-approve-15")
    docket.owe(IncidentAct.MEASURES, Role.UNIT_HEAD, "inc-measures", ladder="incident-term")
    if in_force(docket.rulebook, "inc-educate", on):
        facts = replace(facts, educates=True)
        docket.owe(IncidentAct.EDUCATE, Role.UNIT_HEAD, "inc-educate", ladder="incident-term")
    if not facts.handed_up:
        public = "inc-report-public" if in_force(docket.rulebook, "inc-report-public", on) else "inc-publish"
        docket.owe(IncidentAct.PUBLISH, Role.COMMITTEE_OFFICE, public, ladder="incident-term")
        if in_force(docket.rulebook, "inc-followup-1y", on):
            facts = replace(facts, evaluates=True)
            docket.owe(IncidentAct.EVALUATE, Role.BUREAU_HEAD, "inc-followup-1y", ladder="incident-term", asking=False)
    return replace(facts, approved=True)


def ended(facts: Facts, docket: Docket) -> Facts:
    """Measures, publication, filing and evaluation each end their own duty; with the last of them the case is done."""
    docket.discharge(docket.act.kind)
    return facts


def closed_when_done(facts: Facts, docket: Docket) -> Facts:
    """A case that waits for nothing any more is closed: an accident once approved, a near-accident after the rescue.

    What the first report left blank stays on record as never said.
    """
    if facts.status is not Status.OPEN or any(duty.blocks for duty in docket.live.values()):
        return facts
    docket.supersede_all()
    return replace(facts, status=Status.CLOSED)


def _is_owed(docket: Docket, act: str) -> bool:
    return any(duty.act == act for duty in docket.live.values())
