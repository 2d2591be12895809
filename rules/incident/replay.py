"""Replay of an accident 事故复盘: what was owed hop by hop, what happened, how late, and how much can be judged at all.

Pure: from a timeline and a rulebook to results. It indicates lateness and omission; what an inquiry found is quoted
beside it and never computed. Law: inc-late-defs 第五条.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from rules.clause import Authority
from rules.incident.acts import Verdict as Official
from rules.incident.grade import Assessment, Grade, assess
from rules.incident.law import in_force, law_of
from rules.incident.replay_hops import Replayed, Verdict, replay_hop
from rules.incident.replay_knowledge import first_known
from rules.incident.replay_spans import Precision, Span, clock
from rules.incident.replay_terms import replay_terms
from rules.incident.replay_timeline import What

if TYPE_CHECKING:
    from rules.clause import Clause
    from rules.incident.law import Hop, IncidentLaw
    from rules.incident.replay_timeline import OfficialFinding, Timeline
    from rules.rulebook import Rulebook

_FIRST_LAW = "inc-unit-1h"


class Agreement(StrEnum):
    """How the replay compares with what officials found."""

    AGREES = "agrees"
    DIFFERS = "differs"
    CANNOT_TELL = "cannot_tell"
    NOTHING_OFFICIAL = "nothing_official"

    @property
    def label(self) -> str:
        """Return the comparison in words."""
        return _AGREEMENTS[self]


_AGREEMENTS = {
    Agreement.AGREES: "一致",
    Agreement.DIFFERS: "不一致",
    Agreement.CANNOT_TELL: "公开事实不足以比较",
    Agreement.NOTHING_OFFICIAL: "公开材料未见认定",
}


@dataclass(frozen=True, slots=True)
class Replay:
    """One accident replayed.

    `refused` says why nothing is judged, empty otherwise. `hops` are the hops in force on their day, `not_in_force`
    those whose clause was not yet law; `terms` those of the investigation. `notes` are the assumptions made.
    """

    timeline: Timeline
    assessment: Assessment
    refused: str
    hops: tuple[Replayed, ...]
    not_in_force: tuple[str, ...]
    terms: tuple[Replayed, ...]
    notes: tuple[str, ...]
    rulebook: str

    @property
    def measurable(self) -> tuple[Replayed, ...]:
        """Return the hops with a figure, of statute or of a tier that is tried out."""
        return tuple(hop for hop in self.hops if hop.verdict is not Verdict.NO_FIGURE)

    @property
    def judged(self) -> tuple[Replayed, ...]:
        """Return the hops that the known facts decide."""
        return tuple(hop for hop in self.measurable if hop.verdict.is_judged)

    @property
    def indicated(self) -> tuple[Replayed, ...]:
        """Return the hops of statute whose term was missed."""
        return tuple(
            hop for hop in self.judged if hop.is_statutory and hop.verdict in {Verdict.LATE, Verdict.NOT_REPORTED}
        )

    @property
    def agreement(self) -> Agreement:
        """Compare lateness as replayed with what officials found; no finding in the sources is no finding of none."""
        found = [self._compared(finding) for finding in self.timeline.findings]
        if not found:
            return Agreement.NOTHING_OFFICIAL
        worst_first = (Agreement.DIFFERS, Agreement.AGREES, Agreement.CANNOT_TELL)
        return next(agreement for agreement in worst_first if agreement in found)

    def _compared(self, finding: OfficialFinding) -> Agreement:
        own = [hop for hop in self.measurable if hop.is_statutory and _concerns(finding, hop)]
        missed = any(hop in self.indicated for hop in own)
        if not missed and not (own and all(hop.verdict.is_judged for hop in own)):
            return Agreement.CANNOT_TELL
        return Agreement.AGREES if missed is (finding.verdict is not Official.NONE) else Agreement.DIFFERS

    @property
    def grade_agreement(self) -> Agreement:
        """Compare the grade by the figures with the official one."""
        official = self.timeline.official_grade
        if official is None:
            return Agreement.NOTHING_OFFICIAL
        if official is self.assessment.confirmed:
            return Agreement.AGREES
        within = self.assessment.highest.reaches(official) and official.reaches(self.assessment.confirmed)
        return Agreement.CANNOT_TELL if within else Agreement.DIFFERS


def _concerns(finding: OfficialFinding, hop: Replayed) -> bool:
    """A finding against a whole level, such as a county, concerns the hops of all its bodies."""
    return finding.by in {None, hop.by} or (
        finding.by is not None and hop.by is not None and hop.by.value.startswith(f"{finding.by.value}_")
    )


def replay(timeline: Timeline, rulebook: Rulebook) -> Replay:
    """Return the accident replayed under the law of its own day. Never raises for facts that are missing."""
    law = law_of(rulebook)
    assessment = assess(timeline.casualties, law.thresholds, law.near_misses)
    refused = _refusal(timeline, rulebook)
    hops: list[Replayed] = []
    absent: list[str] = []
    if not refused:
        grade = timeline.official_grade or assessment.reporting
        for hop in law.hops_of(grade, assessment.nature, timeline.sector, timeline.province):
            clause = _clause(hop, timeline, rulebook)
            if clause is None:
                absent.append(hop.label)
            else:
                hops.append(replay_hop(hop, timeline, rulebook, clause, _known_grade(hop, timeline, law)))
    return Replay(
        timeline=timeline,
        assessment=assessment,
        refused=refused,
        hops=tuple(hops),
        not_in_force=tuple(dict.fromkeys(absent)),
        terms=() if refused else replay_terms(timeline, rulebook, timeline.official_grade or assessment.reporting),
        notes=() if refused else _notes(timeline, assessment, law, tuple(hops)),
        rulebook=rulebook.fingerprint,
    )


def _refusal(timeline: Timeline, rulebook: Rulebook) -> str:
    occurred = timeline.occurred
    on = occurred.lo or occurred.hi
    if on is None:
        return "事故发生时间未知，无从选择适用的法律版本，不作判断。补充发生时间（哪怕只有年月）后可以复盘。"
    if not in_force(rulebook, _FIRST_LAW, on.date()):
        first = min(clause.in_force_from for clause in rulebook.clauses() if clause.id == _FIRST_LAW)
        return (
            f"事故发生于 {clock(on)}，早于《生产安全事故报告和调查处理条例》施行之日 {first}："
            "这些时限当时不适用，不作判断。"
        )
    return ""


def _clause(hop: Hop, timeline: Timeline, rulebook: Rulebook) -> Clause | None:
    """Return the version of the accident's day; a figure that our own county gave to statute binds no other place."""
    on = timeline.occurred.lo or timeline.occurred.hi
    if on is None or not in_force(rulebook, hop.clause_id, on.date()):
        return None
    clause = rulebook.clause(hop.clause_id, on.date())
    if clause.authority is Authority.STATUTE and clause.limit_authority is Authority.COUNTY:
        return replace(clause, limit=None, limit_authority=None, county_basis=None)
    return clause


def _known_grade(hop: Hop, timeline: Timeline, law: IncidentLaw) -> Span | None:
    """Return when figures first reached the grade that owes the hop; None where the timeline tells of none."""
    if hop.from_grade is Grade.GENERAL:
        return None
    reaching = [
        event
        for event in timeline.of(What.FIGURES)
        if assess(event.figures, law.thresholds).reporting.reaches(hop.from_grade)
    ]
    return min(reaching, key=first_known).at if reaching else None


def _notes(timeline: Timeline, assessment: Assessment, law: IncidentLaw, hops: tuple[Replayed, ...]) -> tuple[str, ...]:
    notes: list[str] = []
    if any(event.precision is Precision.ABOUT for event in timeline.events):
        notes.append(f"来源写「许」「左右」的时间，按前后{law.about_minutes}分钟读；这是本系统的约定，不是法律。")
    if not timeline.of(What.FIGURES) and (timeline.official_grade or assessment.reporting) is not Grade.GENERAL:
        notes.append("来源未载明接报时已知的伤亡，较大以上事故的环节按最终等级推定接报时即应上报。")
    if timeline.official_grade is None and not assessment.is_settled:
        notes.append(f"{'、'.join(timeline.casualties.unknown)}未知，等级只是下限（初判）。")
    if any(hop.clause.verification.value == "unverified" for hop in hops):
        notes.append("部分条款未核实原文，相应结论仅供参考；逐条见「核实」。")
    return tuple(notes)
