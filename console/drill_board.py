"""The board 演练现场 of a drill: who is there, what was released and answered when, how it was judged; for pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.staff import Staff
from rules.agenda import EffectKind
from rules.drill import DRILL, SCORES, DrillAct

if TYPE_CHECKING:
    from pendulum import DateTime

    from console.visit import Visit
    from models.case_state import CaseHeader
    from models.dossier import Dossier
    from rules.drill import Facts
    from rules.drill.facts import Response
    from rules.drill.scheme import Inject, Scheme

_INJECTS = next(entry.label for entry in DRILL.forms[DrillAct.PREPARE].fields if entry.key == "injects")
PARTS = {"commander": "总指挥", "evaluator": "评估人员", "participant": "参演人员"}


@dataclass(frozen=True, slots=True)
class InjectView:
    """One inject: `state` is next, coming, out or skipped; `due_at` is when its target ends, once it is out.

    `is_late`: nobody has answered it in time so far.
    """

    inject: Inject
    state: str
    at: DateTime | None
    due_at: DateTime | None
    answers: tuple[Response, ...]
    is_late: bool


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person who is expected: name, part, and since when they are there; `is_absent` is on record."""

    name: str
    part: str
    at: DateTime | None
    is_absent: bool


@dataclass(frozen=True, slots=True)
class SheetView:
    """One subject with its sheet; `score` is empty while nobody has evaluated it."""

    subject: str
    score: str
    is_major: bool


@dataclass(frozen=True, slots=True)
class Board:
    """All of a drill at one instant. `minutes` is how long it has run, None before it began and after it ended."""

    scheme: Scheme
    outcome: str
    approved: bool
    begun_at: DateTime | None
    ended_at: DateTime | None
    minutes: int | None
    injects: tuple[InjectView, ...]
    people: tuple[PersonView, ...]
    sheets: tuple[SheetView, ...]
    incident: str
    merged_into: str

    @property
    def following(self) -> InjectView | None:
        """Return the inject that comes next, None when all are out."""
        return next((view for view in self.injects if view.state == "next"), None)

    @property
    def unanswered(self) -> list[InjectView]:
        """Return the injects that are out and that nobody has answered, the longest waiting first."""
        return [view for view in self.injects if view.state == "out" and not view.answers]

    @property
    def counts(self) -> tuple[int, int, int]:
        """Return how many are there, on record as absent, and missing."""
        there = sum(person.at is not None for person in self.people)
        absent = sum(person.is_absent for person in self.people)
        return there, absent, len(self.people) - there - absent


def board_of(visit: Visit, header: CaseHeader, facts: Facts) -> Board:
    """Return the board of a drill that has a scheme; to a guest who plays, what was released and nothing else."""
    scheme = facts.scheme
    assert scheme is not None, "a drill begins with its scheme"
    with visit.desk.store.read() as reading:
        staff = Staff.read(reading, visit.desk.installation.county_id)
    is_running = facts.begun_at is not None and facts.ended_at is None
    injects = [_inject(facts, inject, visit.now, is_running=is_running) for inject in scheme.injects]
    return Board(
        scheme=scheme,
        outcome=facts.outcome.value,
        approved=facts.approved,
        begun_at=facts.begun_at,
        ended_at=facts.ended_at,
        minutes=(visit.now - facts.begun_at).in_minutes() if facts.begun_at is not None and is_running else None,
        injects=tuple(injects if not is_kept_from(visit, header, facts) else filter(_is_out, injects)),
        people=_people(facts, scheme, staff),
        sheets=tuple(_sheet(facts, subject) for subject in scheme.subjects),
        incident=facts.incident,
        merged_into=facts.merged_into,
    )


def is_kept_from(visit: Visit, header: CaseHeader, facts: Facts) -> bool:
    """Tell whether a visitor is a guest of the drill from whom what is not released yet is kept."""
    return not visit.actor.scope.covers(header.place) and facts.is_secret_to(visit.actor.person_id)


def seen_by_guests(dossier: Dossier) -> Dossier:
    """Return a drill as a guest sees it who plays: without the injects of the scheme, and without its papers."""
    acts = tuple(
        replace(act, values=tuple(value for value in act.values if value[0] != _INJECTS)) for act in dossier.acts
    )
    return replace(dossier, acts=acts, effects=tuple(each for each in dossier.effects if each.kind != EffectKind.PAPER))


def _is_out(view: InjectView) -> bool:
    return view.at is not None


def _inject(facts: Facts, inject: Inject, now: DateTime, *, is_running: bool) -> InjectView:
    released = next((each for each in facts.released if each.no == inject.no), None)
    answers = tuple(response for response in facts.responses if response.no == inject.no)
    if released is None:
        state = "next" if is_running and inject.no == facts.next_inject else "coming"
        return InjectView(inject, state, None, None, answers, is_late=False)
    if released.skipped:
        return InjectView(inject, "skipped", released.at, None, answers, is_late=False)
    due_at = released.at.add(minutes=inject.target_minutes)
    is_late = not answers and (facts.ended_at or now) > due_at
    return InjectView(inject, "out", released.at, due_at, answers, is_late=is_late)


def _people(facts: Facts, scheme: Scheme, staff: Staff) -> tuple[PersonView, ...]:
    parts = {
        scheme.commander: "commander",
        **dict.fromkeys(scheme.evaluators, "evaluator"),
        **dict.fromkeys((who for who in scheme.participants if who != scheme.commander), "participant"),
    }
    return tuple(
        PersonView(staff.name(who), PARTS[part], facts.present.get(who), who in facts.absent)
        for who, part in parts.items()
    )


def _sheet(facts: Facts, subject: str) -> SheetView:
    sheet = facts.sheets.get(subject)
    if sheet is None:
        return SheetView(subject, "", is_major=False)
    return SheetView(subject, SCORES[sheet.score], is_major=sheet.major)
