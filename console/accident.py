"""An accident 事故 as its page and its print show it: grade, figures, instants, the chain hop by hop, the inquiry.

What judges the reporting (minutes late, contradictions, findings) is there only for the posts that the rules name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.subjects import hop_words
from rules.incident import INCIDENT, IncidentAct
from rules.incident.acts import CLAIMS, CONTENT, PERSONS, Claim
from rules.incident.casualties import Casualties, Count, in_wan
from rules.incident.chain import HOLDERS
from rules.incident.grade import Nature, assess
from rules.incident.indications import indications_for
from rules.incident.law import law_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime

    from console.visit import Visit
    from models.dossier import ActEntry, Dossier
    from rules.clause import Clause
    from rules.deadlines import Deadline, Pause
    from rules.incident.facts import Facts, Found, HopRecord
    from rules.incident.grade import Assessment
    from rules.incident.indications import Contradiction, HopLateness, Indications

_NONE = Count.known(0)
_LABELS: Mapping[str, str] = {
    **CONTENT, **PERSONS, "loss_wan": "直接经济损失（万元）", **CLAIMS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure in words; `is_known` tells a known number from an unknown one, nought included."""

    label: str
    words: str
    is_known: bool
    is_none: bool


@dataclass(frozen=True, slots=True)
class Dimension:
    """What one of the three dimensions of a grade says: which grade it reaches for certain, and at most."""

    label: str
    words: str
    reached: str
    highest: str


@dataclass(frozen=True, slots=True)
class GradeView:
    """The grade in words, its bounds, and what each dimension contributes. Law: inc-grade 第三条."""

    label: str
    confirmed: str
    highest: str
    is_settled: bool
    is_near_miss: bool
    keeps_higher: bool
    dimensions: tuple[Dimension, ...]
    clause: Clause | None


@dataclass(frozen=True, slots=True)
class HopView:
    """One report of the chain: who owes whom, when its clock started and by what, its end, and what happened.

    `judged` is how late it is, None for posts that do not judge. `is_information`: owed by no post of this county.
    """

    number: int
    record: HopRecord
    words: str
    started_by: str
    clause: Clause | None
    deadline: Deadline | None
    is_information: bool
    judged: HopLateness | None


@dataclass(frozen=True, slots=True)
class AccountView:
    """Two accounts of the same thing that differ: what it is, and who said what in which act."""

    label: str
    found: Contradiction


@dataclass(frozen=True, slots=True)
class InquiryView:
    """Who investigates, and the term with the times that it stood still."""

    by: str
    is_handed_up: bool
    pauses: tuple[Pause, ...]
    is_extended: bool
    due: DateTime | None
    is_submitted: bool
    is_approved: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything a page shows of an accident beyond duties and history; `judged` is None for who may not judge."""

    facts: Facts
    opened: ActEntry
    grade: GradeView | None
    figures: tuple[Figure, ...]
    instants: tuple[tuple[str, DateTime | None, str], ...]
    hops: tuple[HopView, ...]
    blanks: tuple[str, ...]
    judged: Indications | None
    contradictions: tuple[AccountView, ...]
    findings: tuple[Found, ...]
    verdicts: Mapping[str, str]
    inquiry: InquiryView | None

    @property
    def is_elsewhere(self) -> bool:
        """Tell whether the accident is linked, merged or transferred."""
        return bool(self.facts.linked or self.facts.merged_into or self.facts.transferred)


def panel_of(visit: Visit, dossier: Dossier, facts: Facts) -> Panel:
    """Return what the page of an accident shows to this post."""
    judged = indications_for(visit.actor.role, facts, visit.now)
    contradictions = judged.contradictions if judged else ()
    return Panel(
        facts=facts,
        opened=dossier.acts[0],
        grade=_grade(visit, facts) if facts.assessment else None,
        figures=_figures(facts.casualties),
        instants=tuple(
            (CLAIMS[claim], facts.claims.get(claim), _source(facts, claim, dossier.acts[0])) for claim in Claim
        ),
        hops=_hops(visit, facts, judged),
        blanks=tuple(CONTENT[key] for key in CONTENT if key in facts.blanks),
        judged=judged,
        contradictions=tuple(AccountView(_LABELS[found.earlier.key], found) for found in contradictions),
        findings=facts.findings if judged else (),
        verdicts=INCIDENT.labels["verdict"],
        inquiry=_inquiry(facts),
    )


def _source(facts: Facts, claim: Claim, opened: ActEntry) -> str:
    """Return where an instant comes from: a claim, or where nobody claimed a receipt the submission itself."""
    is_default = claim is Claim.RECEIVED and facts.claims.get(claim) == opened.happened_at
    return "以提交时刻为准" if is_default and all(told.key != claim for told in facts.accounts) else "所称"


# --- figures and grade ---------------------------------------------------------------------------


def _figures(casualties: Casualties) -> tuple[Figure, ...]:
    persons = (_figure(label, getattr(casualties, key)) for key, label in PERSONS.items())
    loss = casualties.loss_yuan
    return (*persons, Figure("直接经济损失（万元）", in_wan(loss), loss.is_known, loss.is_none))


def _figure(label: str, count: Count) -> Figure:
    return Figure(label, str(count), count.is_known, count.is_none)


def _grade(visit: Visit, facts: Facts) -> GradeView:
    assessment, casualties = facts.assessment, facts.casualties
    assert assessment is not None, "the caller has looked"
    law = law_of(visit.desk.rulebook)
    now = assess(casualties, law.thresholds, law.near_misses)
    return GradeView(
        label=_label(assessment),
        confirmed=assessment.confirmed.label,
        highest=assessment.highest.label,
        is_settled=assessment.is_settled,
        is_near_miss=assessment.nature is Nature.NEAR_MISS,
        keeps_higher=assessment.reporting is not now.reporting,
        dimensions=(
            _dimension(visit, "死亡和下落不明人数", str(casualties.deaths + casualties.missing),
                       Casualties(casualties.deaths, casualties.missing, _NONE, _NONE)),
            _dimension(visit, "重伤人数", str(casualties.serious), Casualties(_NONE, _NONE, casualties.serious, _NONE)),
            _dimension(visit, "直接经济损失（万元）", in_wan(casualties.loss_yuan),
                       Casualties(_NONE, _NONE, _NONE, casualties.loss_yuan)),
        ),
        clause=visit.clause("inc-grade"),
    )  # fmt: skip


def _label(assessment: Assessment) -> str:
    return assessment.nature.label if assessment.nature is Nature.NEAR_MISS else assessment.reporting.label


def _dimension(visit: Visit, label: str, words: str, alone: Casualties) -> Dimension:
    """Return what a dimension says alone, the other two known to be none."""
    found = assess(alone, law_of(visit.desk.rulebook).thresholds)
    return Dimension(label, words, found.reporting.label, found.highest.label)


# --- the chain -----------------------------------------------------------------------------------


def _hops(visit: Visit, facts: Facts, judged: Indications | None) -> tuple[HopView, ...]:
    """Return the chain in order, each clock that a correction replaced before the one that took its place."""
    lateness = judged.hops if judged else (None,) * len(facts.hops)
    hops = {hop.id: hop for hop in law_of(visit.desk.rulebook).hops}
    order = list(dict.fromkeys(record.hop_id for record in facts.hops))
    paired = sorted(zip(facts.hops, lateness, strict=True), key=lambda pair: order.index(pair[0].hop_id))
    return tuple(
        HopView(
            number=number,
            record=record,
            words=hop_words(visit, hops[record.hop_id]),
            started_by=_started_by(visit, facts, record),
            clause=visit.desk.rulebook.clause(record.clause_id, record.started_at.date()),
            deadline=visit.desk.rulebook.deadline(record.clause_id, record.started_at),
            is_information=record.started_by not in HOLDERS,
            judged=late,
        )
        for number, (record, late) in enumerate(paired, start=1)
    )


def _started_by(visit: Visit, facts: Facts, record: HopRecord) -> str:
    """Return in words what started the clock: a claimed instant, a report that was received, or a higher grade."""
    say = visit.language.say
    if record.starts_with is None:
        hops = {hop.id: hop for hop in law_of(visit.desk.rulebook).hops}
        came = next(
            (entry for entry in facts.hops
             if entry.sent_at == record.started_at and hops[entry.hop_id].to is record.started_by), None
        )  # fmt: skip
        return say("收到「{hop}」", hop=hop_words(visit, hops[came.hop_id])) if came else say("接到报告")
    label = say(CLAIMS[record.starts_with])
    if record.replaced_by is not None:
        return say("{what}（更正前）", what=label)
    if record.reached_at == record.started_at:
        return say("知悉等级变化")
    return say("{what}（所称）", what=label)


# --- the inquiry ---------------------------------------------------------------------------------


def _inquiry(facts: Facts) -> InquiryView | None:
    if facts.investigator is None or facts.assessment is None or facts.assessment.nature is Nature.NEAR_MISS:
        return None
    owed = next((duty for duty in facts.live.values() if duty.act == IncidentAct.SUBMIT), None)
    return InquiryView(
        by=facts.investigator.label,
        is_handed_up=facts.handed_up,
        pauses=facts.appraisals,
        is_extended=facts.extended,
        due=owed.due_legal if owed else None,
        is_submitted=facts.submitted,
        is_approved=facts.approved,
    )
