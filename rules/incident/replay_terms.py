"""The terms of the investigation replayed 调查期限复盘: report, approval, evaluation, and the window for casualties.

A source seldom says that a term was not extended, or that no appraisal stopped it. A report after sixty days is not
called late, therefore, unless the timeline tells of an extension that ended too; that it was in time can be judged.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.day_counting import Pause
from rules.incident.law import in_force, law_of
from rules.incident.replay_hops import Minutes, Replayed, Verdict, counted, derivations, judge
from rules.incident.replay_knowledge import first_known
from rules.incident.replay_spans import Span, earlier
from rules.incident.replay_timeline import What

if TYPE_CHECKING:
    from rules.incident.grade import Grade
    from rules.incident.replay_timeline import Timeline
    from rules.rulebook import Rulebook

_NO_MINUTES = Minutes(None, None)


def replay_terms(timeline: Timeline, rulebook: Rulebook, grade: Grade) -> tuple[Replayed, ...]:
    """Return the terms that the law of their own day sets; only for an accident of known day."""
    occurred = timeline.occurred
    submitted, approved = _happened(timeline, What.REPORT_SUBMITTED), _happened(timeline, What.APPROVED)
    published, evaluated = _happened(timeline, What.PUBLISHED), _happened(timeline, What.EVALUATED)
    begun = _happened(timeline, What.INVESTIGATION_BEGUN)
    submitted = submitted.narrowed(lo=begun.lo or occurred.lo, hi=earlier(approved.hi, published.hi))
    approved = approved.narrowed(lo=submitted.lo, hi=published.hi)
    approve = law_of(rulebook).of_grade(grade).approve
    found = [
        _window(timeline, rulebook),
        _report(timeline, rulebook, submitted),
        _term("approval", "批复调查报告", approve, submitted, approved, rulebook),
        _term("evaluation", "整改评估", "inc-followup-1y", approved, evaluated.narrowed(lo=approved.lo), rulebook),
    ]
    return tuple(term for term in found if term is not None)


def _happened(timeline: Timeline, what: What) -> Span:
    events = timeline.of(what)
    return min(events, key=first_known).at if events else Span()


def _window(timeline: Timeline, rulebook: Rulebook) -> Replayed:
    """The window is no duty: it says until when changed casualties count. Law: inc-supplement-30 第十三条."""
    clause_id = law_of(rulebook).windows[timeline.kind]
    term = _term("window", "伤亡变化补报期", clause_id, timeline.occurred, Span(), rulebook)
    assert term is not None, "what is replayed lies under the regulation"
    return replace(term, verdict=Verdict.NO_FIGURE, missing=(), hints=())


def _report(timeline: Timeline, rulebook: Rulebook, done: Span) -> Replayed:
    """The report of the investigation, with the appraisals and the extension that the timeline tells.

    Law: inc-investigate-60 第二十九条, inc-appraisal 第二十七条.
    """
    extension = next((event for event in timeline.of(What.EXTENSION_APPROVED) if event.ends_on), None)
    term = _term(
        "report", "提交调查报告", "inc-investigate-60", timeline.occurred, done, rulebook, pauses=_appraisals(timeline)
    )
    assert term is not None, "what is replayed lies under the regulation"
    if extension is not None and extension.ends_on is not None:
        due = Span(extension.ends_on.hi, extension.ends_on.hi)
        words = f"经批准延长至 {str(due)[:_DAY]} 24:00"
        verdict = judge(due, done)
        missing = (term.missing or ("提交调查报告的准确日期",)) if verdict is Verdict.OPEN else ()
        term = replace(term, due=due, verdict=verdict, derivations=(*term.derivations, words), missing=missing)
    if term.verdict is not Verdict.LATE or extension is not None:
        return term
    return replace(
        term,
        verdict=Verdict.OPEN,
        missing=("有无批准的延长", "有无不计入的技术鉴定时间"),
        hints=("六十日已过；没有批准延长、没有鉴定时间可扣除的，为逾期",),
    )


_DAY = len("2021-06-10")


def _appraisals(timeline: Timeline) -> tuple[Pause, ...]:
    begun = [event.at.lo for event in timeline.of(What.APPRAISAL_BEGUN) if event.at.lo is not None]
    ended = [event.at.lo for event in timeline.of(What.APPRAISAL_ENDED) if event.at.lo is not None]
    pairs = zip(sorted(begun), [*sorted(ended), *([None] * len(begun))], strict=False)
    return tuple(Pause(one, other, "技术鉴定") for one, other in pairs if other is None or other >= one)


def _term(
    name: str,
    label: str,
    clause_id: str,
    start: Span,
    done: Span,
    rulebook: Rulebook,
    *,
    pauses: tuple[Pause, ...] = (),
) -> Replayed | None:
    on = start.hi or start.lo
    if on is None or not in_force(rulebook, clause_id, on.date()):
        return None
    early, late = counted(rulebook, clause_id, start.lo, pauses), counted(rulebook, clause_id, start.hi, pauses)
    due = Span(early.last_in_time if early else None, late.last_in_time if late else None)
    verdict = judge(due, done)
    missing = tuple(
        words for words, span in ((f"起算：{label}期限开始之日", start), (f"{label}的日期", done)) if span.hi is None
    )
    clause = rulebook.clause(clause_id, on.date())
    return Replayed(
        id=name,
        label=label,
        by=None,
        clause=clause,
        verdict=verdict,
        start=start,
        due=due,
        done=done,
        late=_NO_MINUTES,
        missing=(missing or (f"{label}的准确日期",)) if verdict is Verdict.OPEN else (),
        hints=(),
        remarks=(),
        derivations=derivations(early, late),
    )
