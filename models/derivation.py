"""Derivation 推导核对: what the acts of a case make of its header, its duties and its effects, beside what is stored.

The tables beside the chain decide who sees a case, what is owed by when and what the clock does next: an edit of any
of their columns is a fault like an edit of the chain.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from models import closings, pauses
from models.case import Case
from models.duty import DutyRow
from models.effect import EffectRow
from models.entries import micros_of
from models.history import act_from
from models.standings import BESIDE
from models.statements import Statement, table
from rules.agenda import collect, next_clock_act
from rules.processes import PROCESSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from models.store import Reading
    from rules.act import Act
    from rules.agenda import Agenda, Changes, Duty, Effect
    from rules.process import Process
    from rules.rulebook import Rulebook

_cases, _duties, _effects = table(Case), table(DutyRow), table(EffectRow)
_HEADER = Statement(
    select(
        _cases.c.id, _cases.c.county_id, _cases.c.number, _cases.c.kind, _cases.c.process_version, _cases.c.path,
        _cases.c.department_id, _cases.c.unit_id, _cases.c.status, _cases.c.grade, _cases.c.waits_for,
        _cases.c.overdue, _cases.c.version, _cases.c.head, _cases.c.opened_at, _cases.c.closed_at,
        _cases.c.recorded_at,
    ).where(_cases.c.id == bindparam("case_id"))
)  # fmt: skip
_DUTIES = Statement(
    select(
        _duties.c.key, _duties.c.act, _duties.c.holder, _duties.c.opened_by, _duties.c.clause_id,
        _duties.c.clause_version, _duties.c.started_at, _duties.c.opened_at, _duties.c.due_alert, _duties.c.due_legal,
        _duties.c.late_from, _duties.c.ends_on, _duties.c.provisional, _duties.c.blocks, _duties.c.lapses,
        _duties.c.ladder, _duties.c.about, _duties.c.pauses, _duties.c.rung, _duties.c.breached, _duties.c.lapsed,
        _duties.c.status, _duties.c.ended_by, _duties.c.ended_at, _duties.c.wake_at,
    ).where(_duties.c.case_id == bindparam("case_id"))
)  # fmt: skip
_EFFECTS = Statement(
    select(
        _effects.c.key, _effects.c.kind, _effects.c.name, _effects.c.addressee, _effects.c.caused_by,
        _effects.c.clause_id, _effects.c.asks, _effects.c.by_clock, _effects.c.answer,
    ).where(_effects.c.case_id == bindparam("case_id"))
)  # fmt: skip

Fault = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """The header row of a case, every column of it."""

    id: int
    county_id: str
    number: str
    kind: str
    process_version: int
    path: str
    department_id: str
    unit_id: str
    status: str
    grade: str | None
    waits_for: str
    overdue: bool
    version: int
    head: bytes
    opened_at: int
    closed_at: int | None
    recorded_at: int


def header_row(reading: Reading, case_id: int) -> CaseRow:
    """Return the header row of a case that is there."""
    row = reading.one(_HEADER, case_id=case_id)
    assert row is not None, "its id was just read"
    fields: dict[str, Any] = dict(zip(CaseRow.__slots__, row, strict=True))
    fields |= {"overdue": bool(fields["overdue"]), "head": bytes(fields["head"])}
    return CaseRow(**fields)


def derived_faults(
    reading: Reading, header: CaseRow, bodies: Sequence[Mapping[str, Any]], rulebook: Rulebook | None
) -> Iterator[Fault]:
    """Yield act, fault and words wherever what is stored differs from what a chain that holds makes of it.

    Without a rulebook only what the chain says in so many words is compared.
    """
    process = PROCESSES.get(header.kind)
    if not bodies or process is None:
        yield 0, "header", "事项没有行为，或者其种类不存在"
        return
    if _place(header) != _opened(bodies[0]):
        yield 0, "header", "事项登记的归属与开立时的不符"
    if (header.opened_at, header.recorded_at) != (micros_of(bodies[0]["happened"]), micros_of(bodies[-1]["recorded"])):
        yield 0, "header", "事项登记的时间与行为的不符"
    if header.process_version != process.version:
        yield 0, "process-version", f"按流程第 {header.process_version} 版办理，只核对了链，没有按现行流程重新推导"
    elif rulebook is not None:
        replay = _replayed(process, [act_from(body, process) for body in bodies], rulebook)
        yield from _state_faults(header, replay)
        yield from _agenda_faults(reading, header, collect(replay.steps), rulebook)
        beside = BESIDE.get(header.kind)
        if beside is not None and beside.differs(reading, header.id, replay.facts):
            yield 0, "watch", "值班班次或者请假记录与行为推导的不符"
        if closings.differs(reading, header.id, replay.closings):
            yield 0, "closings", "办结的填报负担与行为推导的不符"


def _place(header: CaseRow) -> tuple[object, ...]:
    return (
        header.county_id, header.kind, header.process_version, header.unit_id, header.department_id, header.path,
    )  # fmt: skip


def _opened(body: Mapping[str, Any]) -> tuple[object, ...]:
    opens: Mapping[str, Any] = body.get("opens", {})
    return (body.get("county"), *(opens.get(key) for key in ("process", "version", "unit", "department", "path")))


@dataclass(slots=True)
class _Replay:
    """What a history adds up to, told act by act: facts, every change of the agenda, and when the case was closed."""

    facts: Any
    steps: list[Changes] = field(default_factory=list["Changes"])
    closed_at: int | None = None
    closings: list[closings.Closing] = field(default_factory=list[closings.Closing])


def _replayed(process: Process, acts: Sequence[Act], rulebook: Rulebook) -> _Replay:
    replay = _Replay(process.nothing)
    for number, act in enumerate(acts, start=1):
        was = replay.facts.status
        replay.facts, changes = process.advance(replay.facts, act, rulebook)
        replay.steps.append(changes)
        if replay.facts.status == "open":
            replay.closed_at = None
        elif replay.facts.status != was:
            replay.closed_at = _micros(act.happened_at)
            if was == "open" and replay.facts.status == "closed" and number > 1:
                last = replay.closings[-1][0] if replay.closings else 0
                replay.closings.append(closings.closing_at(acts[:number], process, after=last))
    return replay


def _state_faults(header: CaseRow, replay: _Replay) -> Iterator[Fault]:
    facts = replay.facts
    derived = (str(facts.status), facts.grade, str(facts.waits_for), facts.is_overdue, replay.closed_at)
    if derived != (header.status, header.grade, header.waits_for, header.overdue, header.closed_at):
        yield 0, "state", "事项状态与行为推导的不符"


def _agenda_faults(reading: Reading, header: CaseRow, agenda: Agenda, rulebook: Rulebook) -> Iterator[Fault]:
    stored = {key: tuple(rest) for key, *rest in reading.all(_DUTIES, case_id=header.id)}
    for duty in agenda.duties:
        if stored.pop(duty.key, None) != _duty(duty, rulebook):
            yield duty.opened_by, "duty", f"应办 {duty.key} 与行为推导的不符"
    for key in stored:
        yield 0, "duty", f"应办 {key} 没有行为依据"
    owed = {key: tuple(rest) for key, *rest in reading.all(_EFFECTS, case_id=header.id)}
    if owed != {effect.key: _effect(effect) for effect in agenda.effects}:
        yield 0, "effects", "应达事项与行为推导的不符"


def _duty(duty: Duty, rulebook: Rulebook) -> tuple[object, ...]:
    coming = next_clock_act(duty, rulebook) if duty.status == "open" else None
    return (
        str(duty.act), duty.holder.value, duty.opened_by, duty.clause_id, duty.clause_version,
        _micros(duty.started_at), _micros(duty.opened_at), _micros(duty.due_alert), _micros(duty.due_legal),
        _micros(duty.late_from), duty.ends_on.isoformat() if duty.ends_on else None, duty.provisional, duty.blocks,
        duty.lapses, duty.ladder, duty.about, pauses.written(duty.pauses), duty.rung, duty.breached, duty.lapsed,
        duty.status.value, duty.ended_by, _micros(duty.ended_at), _micros(coming.at if coming else None),
    )  # fmt: skip


def _effect(effect: Effect) -> tuple[object, ...]:
    addressee = effect.addressee.value if effect.addressee else None
    return (
        effect.kind.value, effect.name, addressee, effect.caused_by, effect.clause_id, effect.asks, effect.by_clock,
        effect.answer,
    )  # fmt: skip


def _micros(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1_000_000)
