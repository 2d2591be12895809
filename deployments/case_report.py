"""A case as text 案卷文本: nothing is folded or cut off, so that it reads the same on any width and can be searched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from console.own import is_withheld
from console.rendering import NOTICE_STATES, run_words
from deployments.language import say, translate
from deployments.wording import clause_words, countdown, last_instant
from models.dossier import open_dossier
from rules.agenda import DutyStatus
from rules.errors import OutsideScope
from rules.runnable import FLOW_LABELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.dossier import ActEntry, Dossier, DutyEntry, EffectEntry
    from models.store import Reading
    from rules.actor import Actor
    from tasks.resources import Resources

_CHANNELS = {"preview": "预览", "email": "邮件", "webhook": "推送"}
_EFFECT_STATES = {"owed": "待执行", "performed": "已执行", "cancelled": "已取消"}
_HASH_LETTERS = 16


def case_for(tools: Resources, reading: Reading, number: str, actor: Actor) -> Dossier:
    """Return a case as somebody reads it, with what their post sees.

    Raises `UnknownRecord`, and `OutsideScope` where it is out of scope, sealed to them, or another person's own.
    """
    found = open_dossier(reading, tools.installation.county_id, number, actor.scope, guest=actor.person_id)
    if is_withheld(found, actor, tools.now()):
        raise OutsideScope
    return found.for_reader(actor)


def case_lines(tools: Resources, dossier: Dossier) -> Iterator[str]:
    """Return the whole history: acts with hashes, duties with clauses, notices with their state, runs with links."""
    yield from _head(tools, dossier)
    yield say("\n行为", "\nActs")
    for act in dossier.acts:
        yield from _act(act)
    yield say("\n应办", "\nDuties")
    for duty in dossier.duties:
        yield from _duty(tools, duty)
    yield say("\n通知与文书", "\nNotices and papers")
    for effect in dossier.effects:
        yield from _effect(effect)
    yield say("\n运行记录", "\nFlow runs")
    window = tools.settings.engine_address.removesuffix("/api")
    for run in dossier.runs:
        label = translate(FLOW_LABELS.get(run.flow, run.flow))
        state = translate(run_words(run.state))
        yield f"  {run.started_at.format('YYYY-MM-DD HH:mm:ss')}  {label}  {state}  {translate(run.message)}"
        yield f"    {window}/runs/flow-run/{run.id}"


def _head(tools: Resources, dossier: Dossier) -> Iterator[str]:
    header, unit = dossier.header, dossier.unit
    process = header.process
    mark = say("【演示】", "[DEMO] ") if tools.installation.demonstration else ""
    grade = process.labels["grade"].get(header.grade or "", "未判定")
    late = say("，已逾期", ", overdue") if header.overdue else ""
    yield f"{mark}{translate(process.label)} {header.number}"
    yield f"  {translate(process.labels['status'][header.status])}{late} · {translate(grade)}"
    yield f"  {unit.name} · {unit.town} · {say('监管', 'supervised by')} {unit.department}"


def _act(act: ActEntry) -> Iterator[str]:
    who = "" if act.role.value == "engine" else f"{act.who} "
    marks = [
        say(f"代 {act.acting_for}", f"for {act.acting_for}") if act.acting_for else "",
        say("演示", "demo") if act.demonstration else "",
        translate(act.proof.label) if act.proof else "",
        say("补录", "recorded later") if act.backfilled else "",
        say("迟到的催办", "late") if act.late else "",
    ]
    marked = "".join(f" [{mark}]" for mark in marks if mark)
    times = act.happened_at.format("YYYY-MM-DD HH:mm")
    if act.backfilled:
        times += say("，登记于 ", ", recorded ") + act.recorded_at.format("YYYY-MM-DD HH:mm")
    yield f"  #{act.seq:<3}{translate(act.label)}  {who}{translate(act.role.label)}{marked}  {times}"
    for label, value in act.values:
        yield f"      {translate(label)}{say('：', ': ')}{value}"
    if act.erased:
        yield say("      文字已依法删除，指纹仍可核对", "      words erased by law; the hash still holds")
    if act.evidence:
        yield f"      {say('照片', 'Photographs')} {len(act.evidence)}"
    yield f"      {say('指纹', 'hash')} {act.hash[:_HASH_LETTERS]}"


def _duty(tools: Resources, duty: DutyEntry) -> Iterator[str]:
    is_open = duty.status == DutyStatus.OPEN
    state = countdown(duty.due_alert, tools.now()) if is_open else translate(duty.status_label)
    late = say("，曾逾期", ", was overdue") if duty.breached and duty.status != DutyStatus.LATE_DONE else ""
    yield f"  {'▸' if is_open else '·'} {translate(duty.label)}  {translate(duty.holder.label)}  {state}{late}"
    yield f"      {clause_words(tools.rulebook, duty.clause_id, duty.started_at.date())}"
    if duty.due_alert and not is_open:
        yield f"      {say('期限', 'due')} {last_instant(duty.due_alert)}"


def _effect(effect: EffectEntry) -> Iterator[str]:
    to = f"  {translate(effect.addressee.label)}" if effect.addressee else ""
    reason = f"（{translate(effect.reason)}）" if effect.reason else ""
    run = f"  {say('运行', 'run')} {effect.run_id[:8]}" if effect.run_id else ""
    yield f"  #{effect.caused_by:<3}{effect.name}{to}  {translate(_EFFECT_STATES[effect.status])}{reason}{run}"
    for notice in effect.notices:
        settled = f"  {notice.settled_at.format('MM-DD HH:mm:ss')}" if notice.settled_at else ""
        channel = translate(_CHANNELS.get(notice.channel, notice.channel))
        yield f"      {notice.number}  {notice.name}  {channel}  {translate(NOTICE_STATES[notice.status])}{settled}"


def case_document(dossier: Dossier) -> dict[str, Any]:
    """Return the same for programs."""
    header = dossier.header
    return {
        "number": header.number,
        "status": header.status,
        "grade": header.grade,
        "waits_for": header.waits_for,
        "overdue": header.overdue,
        "unit": dossier.unit,
        "acts": dossier.acts,
        "duties": dossier.duties,
        "effects": dossier.effects,
        "runs": dossier.runs,
    }
