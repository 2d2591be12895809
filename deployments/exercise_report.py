"""The after-action report 演练评估报告: inject by inject what was expected, done and late, and what to improve.

Made from the sandbox's ledger and scenario alone, without a clock: the same exercise gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.rendering import CHANNELS, NOTICE_STATES
from deployments.exercise_words import act_words, hop_label, posts
from deployments.language import say, translate
from documents.report import Report, Section
from models.exercise import ABORTED, ENDED, RUNNING, TURNED_REAL
from models.sandbox import units
from notifications.message import Notice, compose
from rules.agenda import RUNG
from rules.errors import RulebookError
from rules.exercise.judging import Verdict
from rules.incident import INCIDENT
from tasks.reviewing import review

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendulum import DateTime

    from models.reached import Reader, Told
    from rules.actor import Role
    from rules.exercise.judging import Reply, Response
    from rules.exercise.scenario import Scenario
    from rules.rulebook import Rulebook
    from tasks.resources import Resources
    from tasks.reviewing import HopLine, Line, Review


@dataclass(frozen=True, slots=True)
class Proposal:
    """One improvement that the exercise suggests, and the post that should see to it; a person decides on it."""

    no: int
    what: str
    owner: Role


def report_of(tools: Resources, scenario: Scenario) -> Report:
    """Return the report in the chosen language."""
    found, rulebook = review(tools, scenario), tools.rulebook
    with tools.store.read() as reading:
        named = {code: name for code, name, _ in units(reading, tools.installation.county_id)}
    return Report(
        title=say("【演练】演练评估报告：", "[EXERCISE] After-action report: ") + scenario.title,
        facts=tuple(_facts(found, named.get(found.unit, found.unit), rulebook)),
        sections=(
            _summary(found),
            _injects(found, rulebook),
            _answers(found),
            _hops(found, rulebook),
            _rungs(found, rulebook),
            _reached(found),
            _proposals(found, rulebook),
            _remarks(found),
        ),
        colon=_colon(),
    )


def proposals(found: Review, rulebook: Rulebook) -> tuple[Proposal, ...]:
    """Return what to improve: whatever was late or not done, and posts that did not answer, each once."""
    lacking = [(_lacking_act(each, rulebook), each.expected.by) for each in found.responses if each.verdict.is_lacking]
    lacking += [(_lacking_answer(each), each.role) for each in found.replies if each.verdict.is_lacking]
    unique = dict.fromkeys(lacking)
    return tuple(Proposal(no, what, owner) for no, (what, owner) in enumerate(unique, start=1))


# --- what it is ----------------------------------------------------------------------------------


def _facts(found: Review, unit: str, rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    exercise, scenario = found.exercise, found.scenario
    phases = {
        RUNNING: say("尚未结束（中断）", "not ended (interrupted)"),
        ENDED: say("已结束", "ended"),
        ABORTED: say("中止", "aborted"),
        TURNED_REAL: say("转为实战", "turned real"),
    }
    yield say("演练", "Exercise"), exercise.name
    yield say("单位", "Unit"), unit
    yield say("演练时间", "Exercise time"), f"{_minute(exercise.began_at)} – {_minute(found.ended_at)}"
    yield say("状态", "State"), phases[exercise.phase]
    yield say("参演", "Played by"), say("全部由脚本扮演", "script") if exercise.alone else say("人员参加", "people")
    yield say("情景说明", "Scenario"), scenario.note
    for source in scenario.sources:
        yield say("来源", "Source"), source
    for note in exercise.notes:
        yield say("未能复制", "Not copied"), note
    yield say("规则指纹", "Rules"), rulebook.fingerprint[:_FINGERPRINT_LETTERS]


_FINGERPRINT_LETTERS, _KEY_MARK = 16, "@"


def _summary(found: Review) -> Section:
    acts = [each.verdict for each in found.responses]
    late_hops = [hop for hop in found.hops if hop.late_minutes]
    silent = [each for each in found.replies if each.verdict.is_lacking]
    rungs = [line for line in found.lines if line.kind == RUNG]
    sentences = (
        say(
            f"应办 {len(acts)} 项：按时 {acts.count(Verdict.ON_TIME)}，迟 {acts.count(Verdict.LATE)}，"
            f"未办 {acts.count(Verdict.MISSING)}，未到时限 {acts.count(Verdict.OPEN)}",
            f"{len(acts)} expected: {acts.count(Verdict.ON_TIME)} in time, {acts.count(Verdict.LATE)} late, "
            f"{acts.count(Verdict.MISSING)} missing, {acts.count(Verdict.OPEN)} not yet due",
        ),
        say(
            f"情景通知应回复 {len(found.replies)} 项，未按时回复 {len(silent)} 项",
            f"{len(found.replies)} answers expected, {len(silent)} late or missing",
        ),
        say(
            f"报告环节 {len(found.hops)} 个，超时 {len(late_hops)} 个；催办 {len(rungs)} 级",
            f"{len(found.hops)} reporting hops, {len(late_hops)} late; {len(rungs)} rungs climbed",
        ),
    )
    return Section(say("总体", "Summary"), sentences)


# --- what happened -------------------------------------------------------------------------------


def _injects(found: Review, rulebook: Rulebook) -> Section:
    headings = (
        say("情景", "Inject"), say("应办", "Expected"), say("依据", "Clause"), say("实际", "Actual"),
        say("用时/限时（分钟）", "Minutes/limit"), say("评定", "Verdict"),
    )  # fmt: skip
    rows = tuple(
        row
        for inject in found.scenario.injects
        for row in _inject_rows(found, rulebook, inject.no)
    )  # fmt: skip
    return Section(say("时间线：情景、应办、实际", "Timeline: inject, expected, actual"), (), headings, rows)


def _inject_rows(found: Review, rulebook: Rulebook, no: int) -> Iterator[tuple[str, ...]]:
    inject = found.scenario.injects[no - 1]
    released = next((line.at for line in found.lines if line.step == "inject" and line.about == str(no)), None)
    if released is None:
        yield f"{no}. {inject.says}", "", "", say("未释放", "not released"), "", ""
        return
    head = f"{_clock(released)} {no}. {posts(inject.to)}{_colon()}{inject.says}"
    mine = [each for each in found.responses if each.expected.inject == no]
    if not mine:
        yield head, say("知悉", "to know"), "", "", "", ""
    for each in mine:
        yield (
            head,
            f"{translate(each.expected.by.label)}{_colon()}{act_words(each.expected, rulebook)}",
            _cited(rulebook, each.expected.clause_id, each.released_at),
            f"{_clock(each.done.at)} {each.done.who} {each.done.number} #{each.done.seq}" if each.done else "—",
            f"{'—' if each.minutes is None else each.minutes}/{each.expected.within_minutes}",
            _verdict(each.verdict),
        )
        head = ""


def _answers(found: Review) -> Section:
    headings = (
        say("情景", "Inject"), say("岗位", "Post"), say("回复", "Answer"), say("用时/限时（分钟）", "Minutes/limit"),
        say("评定", "Verdict"),
    )  # fmt: skip
    rows = tuple(
        (
            str(each.inject.no),
            translate(each.role.label),
            f"{_clock(each.answer.at)} {each.answer.who}" if each.answer else say("没有回复", "no answer"),
            f"{'—' if each.minutes is None else each.minutes}/{each.inject.answer_within}",
            _verdict(each.verdict),
        )
        for each in found.replies
    )
    return Section(say("回复收到", "Acknowledgements"), (), headings, rows)


def _hops(found: Review, rulebook: Rulebook) -> Section:
    headings = (
        say("报告环节", "Hop"), say("依据", "Clause"), say("起算", "From"), say("时限", "Due"), say("报出", "Sent"),
        say("超时（分钟）", "Late (min)"),
    )  # fmt: skip
    return Section(
        say("报告环节与时限", "Reporting hops and terms"),
        (say("未报出的，超时算到演练结束为止。上级机关之间的环节仅作信息。",
             "What was not sent is counted until the end. Hops of superior bodies are information."),),
        headings,
        tuple(_hop_row(hop, rulebook) for hop in found.hops),
    )  # fmt: skip


def _hop_row(hop: HopLine, rulebook: Rulebook) -> tuple[str, ...]:
    due = say("未定时限", "no term") if hop.due is None else _clock(hop.due)
    by_county = "" if hop.statutory or hop.due is None else say("（本县规定）", " (county)")
    in_time = say("按时", "in time") if hop.sent_at else say("未到时限", "not yet due")
    late = {None: "—", 0: in_time}.get(hop.late_minutes, str(hop.late_minutes))
    sent = _clock(hop.sent_at) if hop.sent_at else say("未报出", "not sent")
    return (
        hop.label,
        _cited(rulebook, hop.clause_id, hop.started_at),
        _clock(hop.started_at),
        due + by_county,
        sent,
        late,
    )


def _rungs(found: Review, rulebook: Rulebook) -> Section:
    headings = (say("时刻", "At"), say("应办", "Duty"), say("催办", "Rung"), say("通知岗位", "Told"))
    rows = tuple(_rung_row(line, rulebook) for line in found.lines if line.duty is not None)
    return Section(say("催办与升级", "Escalations"), (), headings, rows)


def _rung_row(line: Line, rulebook: Rulebook) -> tuple[str, ...]:
    assert line.duty is not None, "a rung is about a duty"
    duty = INCIDENT.label_of(line.duty.act) if line.duty.act in INCIDENT.forms else line.duty.act
    about = hop_label(rulebook, line.duty.about or "")
    return _clock(line.at), f"{translate(duty)} {about}".strip(), translate(line.label), posts(line.told)


def _reached(found: Review) -> Section:
    headings = (say("通知", "Notice"), say("岗位", "Post"), say("人员", "Person"), say("方式与时间", "How and when"))
    rows = tuple(row for told in found.told for row in _told_rows(told))
    return Section(
        say("通知到谁、怎样到的", "Who was told, and how"),
        (say("渠道接收不等于看到。", "A channel that took a message reached nobody yet."),),
        headings,
        rows,
    )


def _told_rows(told: Told) -> Iterator[tuple[str, ...]]:
    words, post = _notice_words(told), translate(told.role.label)
    if not told.readers:
        yield words, post, "—", translate(told.reason or "岗位无人，没有发出")
    for reader in told.readers:
        yield words, post, reader.name, say("；", "; ").join(_ways(reader))


def _notice_words(told: Told) -> str:
    """Return the sentence that was sent, without numbers."""
    act = (told.asks or "").partition(_KEY_MARK)[0]
    label = translate(INCIDENT.label_of(act)) if act in INCIDENT.forms else ""
    notice = Notice(kind=INCIDENT.name, name=told.name, case_number="", notice_number="", link="", act=label)
    return compose(notice, say("zh", "en")).title.strip()


def _ways(reader: Reader) -> Iterator[str]:
    for sent in reader.sent:
        channel, state = CHANNELS.get(sent.channel, sent.channel), NOTICE_STATES[sent.status]
        yield f"{translate(channel)} {translate(state)} {_clock(sent.settled_at or sent.queued_at)}"


# --- what to improve -----------------------------------------------------------------------------


def _proposals(found: Review, rulebook: Rulebook) -> Section:
    headings = (say("序号", "No."), say("建议的改进措施", "Proposed improvement"), say("责任岗位", "Owner"))
    rows = tuple((str(each.no), each.what, translate(each.owner.label)) for each in proposals(found, rulebook))
    words = say(
        f"建议不会自动生效。经人员决定后，用 anlan exercise adopt {found.exercise.name} 序号 写入正式台账。",
        f"Nothing takes effect by itself: a person adopts it with anlan exercise adopt {found.exercise.name} NUMBER.",
    )
    return Section(say("建议的改进措施", "Proposed improvements"), (words,), headings, rows)


def _lacking_act(each: Response, rulebook: Rulebook) -> str:
    what = act_words(each.expected, rulebook)
    within, cited = each.expected.within_minutes, _cited(rulebook, each.expected.clause_id, each.released_at)
    if each.minutes is None:
        return say(
            f"「{what}」没有办理（限 {within} 分钟，{cited}）：查明原因，补充处置卡并重新推演",
            f"{what} was not done (within {within} min, {cited}): find out why, amend the card, exercise again",
        )
    late = each.minutes - within
    return say(
        f"「{what}」迟 {late} 分钟（限 {within} 分钟，{cited}）：查明原因，改进接报报送流程并重新推演",
        f"{what} was {late} min late (within {within} min, {cited}): find out why, mend the procedure, exercise again",
    )


def _lacking_answer(each: Reply) -> str:
    who, within = translate(each.role.label), each.inject.answer_within
    return say(
        f"{who}没有在 {within} 分钟内回复情景通知：核对通讯录、值班安排和手机提醒",
        f"{who} did not answer within {within} min: check address book, watch and alerts",
    )


def _remarks(found: Review) -> Section:
    heads = {line.number: line.seq for line in found.lines}
    words = say("、", ", ").join(f"{number} #{seq}" for number, seq in sorted(heads.items()))
    return Section(
        say("说明", "Remarks"),
        (
            say("时间都是演练时间，以演练台账登记的时刻为准；没有登记的，视为没有办理。",
                "All times are exercise time as the sandbox's ledger has them; what is not on record was not done."),
            say("本报告评的是流程和准备，不是对个人的考核，也不计入任何统计。",
                "This is about procedures and readiness, no appraisal of persons, and enters no statistics."),
            say(f"依据演练台账：{words}", f"From the sandbox's ledger: {words}"),
        ),
    )  # fmt: skip


def _verdict(verdict: Verdict) -> str:
    return {
        Verdict.ON_TIME: say("按时", "in time"),
        Verdict.LATE: say("迟", "LATE"),
        Verdict.MISSING: say("没有", "MISSING"),
        Verdict.OPEN: say("未到时限", "not yet due"),
    }[verdict]


def _cited(rulebook: Rulebook, clause_id: str, at: DateTime) -> str:
    try:
        return rulebook.clause(clause_id, at.date()).citation
    except RulebookError:
        return clause_id


def _colon() -> str:
    return say("：", ": ")


def _clock(at: DateTime) -> str:
    return at.format("HH:mm")


def _minute(at: DateTime) -> str:
    return at.format("YYYY-MM-DD HH:mm")
