"""A unit's file as its page shows it 一企一档: each seat with who answers or whose duty the blank is, papers, risks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.pages.cases import attempt, facts_of
from models.case_state import find_by_number
from models.staff import Staff, bodies
from models.unit_file import file_of
from rules.unit_file import COLOURS, GRADES, KINDS, LICENCES, SEATS, UNIT_FILE, Facts, UnitAct
from rules.unit_file.acts import INSURANCE, LEADS, PARTIES, STANDARD
from rules.unit_file.facts import Part

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from console.visit import Visit
    from models.case_state import CaseHeader
    from models.staff import Body
    from rules.actor import Role
    from rules.agenda import Duty
    from rules.unit_file.acts import Seat
    from rules.unit_file.facts import Paper

_ENTERING = (
    UnitAct.CLASSIFY, UnitAct.SEAT, UnitAct.LICENSE, UnitAct.INSURE, UnitAct.STANDARDISE, UnitAct.APPLY, UnitAct.RISK,
    UnitAct.STRIKE, UnitAct.CONFIRM,
)  # fmt: skip
_TITLES = {INSURANCE: "安责险", STANDARD: "标准化"}


@dataclass(frozen=True, slots=True)
class SeatView:
    """One cell of the one form: who answers, or whose duty it is that nobody does, and until when where it is owed.

    `ended`: the body that stands there was merged into another or abolished.
    """

    seat: str
    label: str
    body: str
    person: str
    owes: Role
    duty: Duty | None
    ended: bool


@dataclass(frozen=True, slots=True)
class PaperView:
    """One licence, policy or grade; `state` is ended, coming or valid on the day of the visit."""

    title: str
    level: str
    number: str
    authority: str
    first: date
    last: date
    state: str
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class BlankView:
    """Something else that the file does not say, and who owes it until when."""

    label: str
    owes: Role
    duty: Duty | None


@dataclass(frozen=True, slots=True)
class FileView:
    """What the page shows of a unit's file; `number` is empty and everything blank where it has none."""

    number: str
    facts: Facts
    kind: str
    colour: str
    parties: tuple[SeatView, ...]
    leads: tuple[SeatView, ...]
    papers: tuple[PaperView, ...]
    risks: tuple[tuple[str, str, str, str], ...]
    blanks: tuple[BlankView, ...]
    offered: tuple[tuple[str, str], ...]


def view_of(visit: Visit, unit_id: str) -> FileView:
    """Return the file of a unit as it stands."""
    county = visit.desk.installation.county_id
    with visit.desk.store.read() as reading:
        number = file_of(reading, county, unit_id)
        header = find_by_number(reading, county, number) if number else None
        staff = Staff.read(reading, county)
        known = {body.code: body for body in bodies(reading, county)}
    facts: Facts = facts_of(visit, header) if header else UNIT_FILE.nothing
    today = visit.now.date()
    return FileView(
        number=number or "",
        facts=facts,
        kind=KINDS[facts.kind.value] if facts.kind else "",
        colour=COLOURS[facts.colour.value] if facts.colour else "",
        parties=tuple(_seat(facts, seat, staff, known) for seat in PARTIES),
        leads=tuple(_seat(facts, seat, staff, known) for seat in LEADS if _is_wanted(facts, seat)),
        papers=tuple(_paper(facts, paper, today) for paper in facts.papers.values()),
        risks=tuple((risk.name, COLOURS[risk.colour], risk.place, risk.holder) for risk in facts.risks.values()),
        blanks=tuple(_blank(facts, part) for part in facts.lacking if part.value not in SEATS),
        offered=_offered(visit, header, facts) if header else (),
    )


def _is_wanted(facts: Facts, seat: Seat) -> bool:
    return seat in facts.seats or not facts.last_seq or Part(seat.value) in facts.lacking


def _seat(facts: Facts, seat: Seat, staff: Staff, known: Mapping[str, Body]) -> SeatView:
    held, part = facts.seats.get(seat), Part(seat.value)
    body = known.get(held.organisation) if held else None
    return SeatView(
        seat=seat.value,
        label=SEATS[seat],
        body=body.name if body else held.organisation if held else "",
        person=staff.name(held.person) if held and held.person else "",
        owes=part.owed.holder,
        duty=_owed(facts, part.value),
        ended=body is not None and body.ended,
    )


def _owed(facts: Facts, about: str) -> Duty | None:
    return next((duty for duty in facts.live.values() if duty.about == about), None)


def _paper(facts: Facts, paper: Paper, today: date) -> PaperView:
    coming = "coming" if paper.first > today else "valid"
    return PaperView(
        title=LICENCES.get(paper.sort) or _TITLES[paper.kind],
        level=GRADES.get(paper.level, ""),
        number=paper.number,
        authority=paper.authority,
        first=paper.first,
        last=paper.last,
        state="ended" if paper.last < today else coming,
        duties=tuple(duty for duty in facts.live.values() if duty.about == paper.key),
    )


def _blank(facts: Facts, part: Part) -> BlankView:
    return BlankView(part.label, part.owed.holder, _owed(facts, part.value))


def _offered(visit: Visit, header: CaseHeader, facts: Facts) -> tuple[tuple[str, str], ...]:
    may = (kind for kind in _ENTERING if UNIT_FILE.may_do(facts, kind, attempt(visit, header, kind)))
    return tuple((kind.value, UNIT_FILE.label_of(kind)) for kind in may)
