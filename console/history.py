"""The history 历史 of a case as a page shows it: duties with why they are due, acts with what followed from them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pendulum

from console.language import urgency
from console.subjects import duty_by_key, open_item, subject_of
from notifications.message import Notice, compose
from rules import answering
from rules.agenda import ACKNOWLEDGE, DutyStatus
from rules.deadlines import SHANGHAI
from rules.errors import RulebookError, TimeInvalid
from rules.form import FieldKind
from rules.matter import MATTERS
from rules.matter.schema import RECORD
from rules.processes import PROCESSES

if TYPE_CHECKING:
    from pendulum import DateTime

    from console.visit import Visit
    from models.addressee import Asked
    from models.dossier import ActEntry, Dossier, DutyEntry, EffectEntry
    from rules.clause import Clause
    from rules.day_counting import Pause
    from rules.deadlines import Deadline
    from rules.form import Form
    from rules.rulebook import Rulebook

PAPERS = {
    "rectification-order": "责令限期整改指令书",
    "recheck-opinion": "整改复查意见书",
    "sign-off": "事故隐患销号单",
    "stop-order": "责令停产停业（停止使用）决定书",
    "listing-notice": "重大事故隐患挂牌督办通知书",
    "review-opinion": "重大事故隐患治理现场审查意见书",
    "delisting": "重大事故隐患摘牌销号通知书",
    "publicity": "重大事故隐患公示（稿）",
    "circular": "关于事故隐患整改不到位的通报",
    "talk-notice": "约谈通知书",
    "talk-record": "约谈记录",
    "service-receipt": "送达回证",
    "flash": "事故快报",
    "follow-up": "事故续报",
    "team": "关于成立事故调查组的通知",
    "approval": "关于事故调查报告的批复",
    "review": "应急预案评审（审核）意见",
    "cover": "应急预案公布页",
    "certificate": "应急预案备案登记表",
    "told-once": "备案材料一次性告知书",
    "deemed": "视为已经备案的记录",
    "roll": "指挥部名册",
    "sheet": "一企一档核对单",
    "scheme": "应急演练方案",
    "report": "应急演练总结报告",
    "file": "应急演练归档目录",
    "spot-check": "应急演练抽查记录",
    "correction-order": "责令限期改正通知书",
    "year-plan": "年度演练计划",
    "year-change": "演练计划变更单",
    "sampling": "抽样办法公告",
    "draw-result": "抽样结果",
    "year-summary": "年度演练总结",
    "decision": "举报受理决定告知书",
    "transfer-letter": "举报移送函",
    "conclusion": "举报核查结论",
    "award": "举报奖励审批表",
    "roster": "值班表",
    "hand-over": "值班交接记录",
    "visit-record": "安全生产检查记录",
    "meeting-record": "安全生产会议记录",
    "hazard-form": "事故隐患排查治理统计表",
    "closing": "专项总结",
}


_MINUTE = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}", re.ASCII)
_RUNGS = {"remind": "提醒", "overdue": "通报逾期", "decide": "提请决定"}


@dataclass(frozen=True, slots=True)
class DutyView:
    """A duty with its clause, its countdown, and how its last day was counted.

    `subjects` are what it concerns, by key and in words: several where the same is owed about several things by the
    same instant. `differs`: the rules as they are now count to another instant than the one on record.
    """

    duty: DutyEntry
    subjects: tuple[tuple[str, str], ...]
    clause: Clause | None
    deadline: Deadline | None
    urgency: str
    differs: bool


@dataclass(frozen=True, slots=True)
class EndedView:
    """A duty that an act ended, in words."""

    duty: DutyEntry
    label: str
    words: str
    is_late: bool
    was_late: bool


@dataclass(frozen=True, slots=True)
class EffectView:
    """What an act owed to the world, in words."""

    effect: EffectEntry
    words: str
    is_paper: bool


@dataclass(frozen=True, slots=True)
class StepView:
    """An act, what it said, and what followed from it."""

    act: ActEntry
    values: tuple[tuple[str, str], ...]
    effects: tuple[EffectView, ...]
    ended: tuple[EndedView, ...]


def duties_of(visit: Visit, dossier: Dossier) -> list[DutyView]:
    """Return what is still owed: first what the case waits for, then the rest; each the most pressing first.

    Duties that differ in nothing but what they are about stand together.
    """
    together: dict[Any, list[DutyEntry]] = {}
    for duty in dossier.open_duties:
        alike = (duty.act, duty.holder, duty.clause_id, duty.started_at, duty.due_alert, duty.due_legal, duty.blocks)
        together.setdefault(duty.key if duty.act == ACKNOWLEDGE or not duty.about else alike, []).append(duty)
    views = [_duty_view(visit, dossier, alike) for alike in together.values()]
    return sorted(views, key=lambda view: not view.duty.blocks)


def every_duty_of(visit: Visit, dossier: Dossier) -> list[DutyView]:
    """Return every duty there ever was, in the order in which they arose."""
    return [_duty_view(visit, dossier, [duty]) for duty in dossier.duties]


def steps_of(visit: Visit, dossier: Dossier) -> list[StepView]:
    """Return the acts in order, each with its effects and the duties it ended."""
    acts_asked_for = labels_of(visit, dossier)
    return [
        StepView(
            act,
            _values(visit, dossier, act, acts_asked_for, dossier.header.process.form_of(act.kind)),
            tuple(
                _effect_view(visit, dossier, effect, acts_asked_for)
                for effect in dossier.effects
                if effect.caused_by == act.seq
            ),
            tuple(_ended_view(visit, dossier, duty) for duty in dossier.duties if duty.ended_by == act.seq),
        )
        for act in dossier.acts
    ]


def wording(visit: Visit, *, kind: str, name: str, number: str, act: str) -> str:
    """Return what a notice says, without the number of its case."""
    process, say = PROCESSES[kind], visit.language.say
    notice = Notice(
        kind=kind, name=name, case_number=number, notice_number="", link="",
        act=say(act or process.told_of(name)), label=say(process.label),
    )  # fmt: skip
    return compose(notice, visit.language.code).title.removeprefix(number).strip()


def told_about(visit: Visit, dossier: Dossier, about: str | None) -> str:
    """Return in words what a notice was about that waits for an answer: another duty, or the news it brought."""
    labels = labels_of(visit, dossier)
    if about is None or about in labels:
        return labels.get(about or "", "")
    kind = dossier.header.process.name
    return wording(visit, kind=kind, name=about, number=dossier.header.number, act="")


def about_notice(visit: Visit, notice: Asked) -> str:
    """Return the sentence of a notice that asks for an answer, as its message had it."""
    act, at, _ = notice.about.partition("@")
    label = PROCESSES[notice.kind].label_of(act) if at else ""
    return wording(visit, kind=notice.kind, name=notice.name, number=notice.case_number, act=label)


def labels_of(visit: Visit, dossier: Dossier) -> dict[str, str]:
    """Return the words for what acts and duties are about: other duties, and what those are about themselves."""
    process = dossier.header.process
    subjects = {duty.about: subject_of(visit, process, duty.act, duty.about) for duty in dossier.duties if duty.about}
    return {duty.key: duty_by_key(visit, process, duty.key) for duty in dossier.duties} | {
        about: words for about, words in subjects.items() if words
    }


def _values(
    visit: Visit, dossier: Dossier, act: ActEntry, labels: dict[str, str], form: Form
) -> tuple[tuple[str, str], ...]:
    """Return what an act said: keys of duties, slugs of the clock and days in words."""
    known = labels | _RUNGS if act.kind == "rung" else labels
    if act.kind in answering.KINDS:
        known = {d.key: told_about(visit, dossier, d.about) for d in dossier.duties if d.act == ACKNOWLEDGE}
    kinds = {entry.label: entry.kind for entry in form.fields}
    return tuple((label, known.get(value) or _readable(visit, value, kinds.get(label))) for label, value in act.values)


def _readable(visit: Visit, value: str, kind: FieldKind | None) -> str:
    """Return days, minutes and open items of a watch as people read them, anything else as it was written."""
    if kind is FieldKind.DAY:
        return visit.language.day(date.fromisoformat(value))
    if kind is FieldKind.LINES:
        return "\n".join(_line(visit, line) for line in value.splitlines())
    if kind is not FieldKind.TEXT and _MINUTE.fullmatch(value):
        return visit.language.moment(pendulum.instance(datetime.fromisoformat(value), tz=SHANGHAI))
    return value


def _line(visit: Visit, line: str) -> str:
    return " ".join(open_item(visit, line) or (line,)).strip()


def counted(
    rulebook: Rulebook, clause_id: str, started_at: DateTime, *, ends_on: str | None, pauses: tuple[Pause, ...]
) -> tuple[Clause | None, Deadline | None]:
    """Return the clause of a duty as of its own day, and how its last day is counted; None where no rule has it now."""
    try:
        clause = rulebook.clause(clause_id, started_at.date())
        day = date.fromisoformat(ends_on) if ends_on else None
        return clause, rulebook.deadline(clause_id, started_at, ends_on=day, pauses=pauses)
    except (RulebookError, TimeInvalid):
        return None, None


def _duty_view(visit: Visit, dossier: Dossier, alike: list[DutyEntry]) -> DutyView:
    rulebook, duty = visit.desk.rulebook, alike[0]
    clause, deadline = counted(
        rulebook, duty.clause_id, duty.started_at, ends_on=duty.ends_on, pauses=tuple(duty.pauses)
    )
    differs = deadline is None or (deadline.due_alert, deadline.due_legal) != (duty.due_alert, duty.due_legal)
    worded = [(str(entry.about), _about(visit, dossier, entry)) for entry in alike]
    subjects = tuple((about, words) for about, words in worded if words)
    return DutyView(duty, subjects, clause, deadline, urgency(duty.due_alert, duty.late_from, visit.now), differs)


def _about(visit: Visit, dossier: Dossier, duty: DutyEntry) -> str:
    if duty.act == ACKNOWLEDGE:
        return told_about(visit, dossier, duty.about)
    return subject_of(visit, dossier.header.process, duty.act, duty.about)


def _ended_view(visit: Visit, dossier: Dossier, duty: DutyEntry) -> EndedView:
    label, is_late = duty_by_key(visit, dossier.header.process, duty.key), duty.status == DutyStatus.LATE_DONE
    return EndedView(duty, label, duty.status_label, is_late=is_late, was_late=duty.breached and not is_late)


def _paper(process: str, name: str) -> str:
    """Return the title of a paper: the program's own, or what the file of a process calls the record of an act."""
    act = MATTERS[process].acts.get(name.removeprefix(RECORD)) if process in MATTERS else None
    return act.paper if act else PAPERS.get(name, name)


def _effect_view(visit: Visit, dossier: Dossier, effect: EffectEntry, acts_asked_for: dict[str, str]) -> EffectView:
    if effect.kind == "paper":
        return EffectView(effect, visit.language.say(_paper(dossier.header.process.name, effect.name)), is_paper=True)
    asked = effect.key.split(":", 3)[3] if effect.key.count(":") >= 3 else ""  # noqa: PLR2004 - act:name:whom:duty
    words = wording(
        visit,
        kind=dossier.header.process.name,
        name=effect.name,
        number=dossier.header.number,
        act=acts_asked_for.get(asked, ""),
    )
    if effect.passed_to is not None:
        passed = visit.language.say("（岗位无人，转告{post}）", post=visit.language.say(effect.passed_to.label))
        words = f"{words}{passed}"
    return EffectView(effect, words, is_paper=False)
