"""Reviewing an exercise 复盘: everything that its ledger holds, in order, and judged against the scenario.

Nothing here reads a clock or the scenario's intentions as facts: what is not in the ledger did not happen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from models.case_state import find_by_number
from models.exercise import cases_of, names, read_exercise
from models.exercise_acts import steps_of
from models.history import read_history
from models.reached import told_in
from rules.actor import Role
from rules.agenda import RUNG
from rules.exercise.judging import Answered, Course, Done, replies, responses
from rules.incident import INCIDENT
from rules.incident.law import law_of
from rules.journal import JOURNAL, ExerciseStep

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendulum import DateTime

    from models.exercise import Exercise
    from models.reached import Told
    from models.store import Reading
    from rules.act import Act
    from rules.agenda import Duty
    from rules.exercise.judging import Reply, Response
    from rules.exercise.scenario import Scenario
    from rules.incident.facts import HopRecord
    from rules.rulebook import Rulebook
    from tasks.resources import Resources


_ENDS = frozenset({ExerciseStep.END, ExerciseStep.ABORT, ExerciseStep.TURN_REAL})


@dataclass(frozen=True, slots=True)
class Line:
    """One act of the exercise's ledger. `step` is its kind in the journal, empty for acts on an accident.

    For a rung, `duty` is what was asked for, `label` the rung's own name and `told` the posts that were told.
    """

    number: str
    seq: int
    kind: str
    step: str
    label: str
    about: str
    role: Role
    who: str
    at: DateTime
    content: Mapping[str, Any]
    duty: Duty | None = None
    told: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class HopLine:
    """One hop of the reporting chain as the law counts it; `late_minutes` is nought where it was in time."""

    label: str
    clause_id: str
    started_at: DateTime
    due: DateTime | None
    statutory: bool
    sent_at: DateTime | None
    late_minutes: int | None


@dataclass(frozen=True, slots=True)
class Review:
    """All that there is to say about an exercise."""

    exercise: Exercise
    scenario: Scenario
    unit: str
    lines: tuple[Line, ...]
    ended_at: DateTime
    replies: tuple[Reply, ...]
    responses: tuple[Response, ...]
    hops: tuple[HopLine, ...]
    told: tuple[Told, ...]


def lines_of(tools: Resources) -> tuple[Line, ...]:
    """Return every act of the exercise until its end, in the order of its clock."""
    with tools.store.read() as reading:
        people = names(reading)
        found = [
            _line(number, act, step=act.word("what"), label=JOURNAL.label_of(act.kind))
            for number, act in steps_of(reading, tools.installation.county_id)
        ]
        found += [line for _, number in cases_of(reading, INCIDENT.name) for line in _case(tools, reading, number)]
    ends = [line.at for line in found if line.step in _ENDS]
    named = [_named(line, people) for line in found if not ends or line.at <= ends[0]]
    return tuple(sorted(named, key=lambda line: (line.at, line.step in _ENDS, line.kind == RUNG, line.seq)))


def review(tools: Resources, scenario: Scenario) -> Review:
    """Return the review of an exercise, ended or not; the same ledger gives the same review."""
    lines = lines_of(tools)
    with tools.store.read() as reading:
        exercise = read_exercise(reading)
        cases = cases_of(reading, INCIDENT.name)
        told = tuple(entry for case_id, _ in cases for entry in told_in(reading, case_id))
        hops = tuple(
            hop for _, number in cases for hop in _hops(tools, reading, number, lines[-1].at if lines else None)
        )
    course = course_of(lines)
    return Review(
        exercise=exercise,
        scenario=scenario,
        unit=exercise.unit,
        lines=lines,
        ended_at=course.ended_at,
        replies=replies(scenario, course),
        responses=responses(scenario, course),
        hops=hops,
        told=told,
    )


def course_of(lines: tuple[Line, ...]) -> Course:
    """Return what happened, as the rules judge it; what goes on still ends with its last act."""
    return Course(
        released={int(line.about): line.at for line in lines if line.step == ExerciseStep.INJECT},
        answers=[
            Answered(int(line.about), Role(line.content["post"]), line.who, line.at)
            for line in lines
            if line.step == ExerciseStep.ANSWER
        ],
        done=[
            Done(line.number, line.seq, line.kind, line.role, line.about, line.who, line.at)
            for line in lines
            if not line.step and line.kind != RUNG
        ],
        ended_at=lines[-1].at,
    )


def _named(line: Line, people: Mapping[str, str]) -> Line:
    return replace(line, who=people.get(line.who, ""))


def _case(tools: Resources, reading: Reading, number: str) -> Iterator[Line]:
    header = find_by_number(reading, tools.installation.county_id, number)
    assert header is not None, "the case was just listed"
    facts: Any = INCIDENT.nothing
    for act in read_history(reading, header.id, INCIDENT):
        if act.kind == RUNG:
            yield _rung(tools.rulebook, number, act, facts.live[act.word("about")])
        else:
            yield _line(number, act, step="", label=INCIDENT.label_of(act.kind))
        facts, _ = INCIDENT.advance(facts, act, tools.rulebook)


def _line(number: str, act: Act, *, step: str, label: str) -> Line:
    return Line(
        number=number,
        seq=act.seq,
        kind=str(act.kind),
        step=step,
        label=label,
        about=act.word("about"),
        role=act.actor.role,
        who=act.actor.person_id,
        at=act.recorded_at,
        content=act.content,
    )


def _rung(rulebook: Rulebook, number: str, act: Act, duty: Duty) -> Line:
    rung = rulebook.ladder(duty.ladder, duty.started_at.date()).rungs[int(act.content["rung"]) - 1]
    told = tuple(dict.fromkeys(duty.holder if name == "holder" else Role(name) for name in rung.roles))
    return replace(_line(number, act, step="", label=rung.label), duty=duty, told=told)


def _hops(tools: Resources, reading: Reading, number: str, ended_at: DateTime | None) -> Iterator[HopLine]:
    header = find_by_number(reading, tools.installation.county_id, number)
    assert header is not None, "the case was just listed"
    facts = INCIDENT.read(read_history(reading, header.id, INCIDENT), tools.rulebook)
    labels = {hop.id: hop.label for hop in law_of(tools.rulebook).hops}
    for record in facts.current_hops:
        yield HopLine(
            label=labels[record.hop_id],
            clause_id=record.clause_id,
            started_at=record.started_at,
            due=record.due,
            statutory=record.statutory,
            sent_at=record.sent_at,
            late_minutes=_late(record, ended_at),
        )


def _late(record: HopRecord, ended_at: DateTime | None) -> int | None:
    """Return by how many minutes a hop was late, by the end of the exercise where it was never made; None: no term."""
    at = record.sent_at or ended_at
    if record.due is None or at is None:
        return None
    return max((at - record.due).in_minutes(), 0) if at > record.due else 0
