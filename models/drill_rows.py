"""Drills beside their chains 演练占用与邀请: which hall a drill holds when, and who is expected, as rows to be asked.

The rows are what the acts add up to, written in the act's own transaction. A hall is held until the drill has ended.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Index, and_, bindparam, delete, select
from sqlmodel import Field, SQLModel

from models.act import Words
from models.base import instant as instant_column
from models.base import named, owner
from models.case import Case
from models.clock import instant, micros
from models.duty import DutyRow
from models.listing import described
from models.statements import Statement, insert_row, one_of, table
from rules.drill import DrillAct
from rules.drill.facts import Facts, Outcome
from rules.drill.hosts import Shape

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.case_state import CaseHeader
    from models.store import Reading, Writing

_DRAFT = "draft"
_TAKES_PLACE = frozenset({Outcome.PLANNED, Outcome.RUNNING})


class DrillRow(SQLModel, table=True):
    """One drill as it stands. `hall` is empty where none is held; `stage` is draft until approved, then its outcome."""

    __tablename__ = named("drills")
    __table_args__ = (Index("ix_drills_county_id_hall_starts_at", "county_id", "hall", "starts_at"),)

    case_id: int = owner("cases.id", part_of_key=True)
    county_id: str
    hall: str
    starts_at: int = instant_column()
    ends_at: int = instant_column()
    stage: str


class InvitationRow(SQLModel, table=True):
    """That a person is expected at a drill; `part` is commander, evaluator or participant, `state` where they are."""

    __tablename__ = named("drill_invitations")
    __table_args__ = (Index("ix_drill_invitations_person_id", "person_id"),)

    case_id: int = owner("cases.id", part_of_key=True)
    person_id: str = Field(primary_key=True)
    part: str
    state: str


_drills, _invitations, _cases, _words, _duties = (
    table(model) for model in (DrillRow, InvitationRow, Case, Words, DutyRow)
)
_ADD_DRILL, _ADD_INVITATION = insert_row(DrillRow), insert_row(InvitationRow)
_DROP_DRILL = Statement(delete(_drills).where(_drills.c.case_id == bindparam("in_case")))
_DROP_INVITATIONS = Statement(delete(_invitations).where(_invitations.c.case_id == bindparam("in_case")))
_STORED = Statement(
    select(_drills.c.county_id, _drills.c.hall, _drills.c.starts_at, _drills.c.ends_at, _drills.c.stage).where(
        _drills.c.case_id == bindparam("case_id")
    )
)
_STORED_INVITATIONS = Statement(
    select(_invitations.c.person_id, _invitations.c.part, _invitations.c.state).where(
        _invitations.c.case_id == bindparam("case_id")
    )
)
#: Two spans overlap where each begins before the other ends; that the one begins when the other ends is no overlap.
CLASHES = Statement(
    select(_cases.c.number)
    .select_from(_drills.join(_cases, _cases.c.id == _drills.c.case_id))
    .where(
        _drills.c.county_id == bindparam("county"),
        _drills.c.hall == bindparam("hall"),
        _drills.c.starts_at < bindparam("until"),
        _drills.c.ends_at > bindparam("since"),
        _drills.c.case_id != bindparam("besides"),
    )
    .order_by(_cases.c.number)
)
_IS_INVITED = Statement(
    select(_invitations.c.part).where(
        _invitations.c.case_id == bindparam("case_id"), _invitations.c.person_id == bindparam("person")
    )
)
_COMING = Statement(
    select(
        _cases.c.number, _words.c.texts, _invitations.c.part, _invitations.c.state, _drills.c.starts_at,
        _drills.c.ends_at, _drills.c.stage,
    )
    .select_from(
        _invitations.join(_drills, _drills.c.case_id == _invitations.c.case_id)
        .join(_cases, _cases.c.id == _invitations.c.case_id)
        .outerjoin(_words, and_(_words.c.case_id == _cases.c.id, _words.c.seq == 1))
    )
    .where(
        _invitations.c.person_id == bindparam("person"),
        one_of(_drills.c.stage, Outcome.PLANNED.value, Outcome.RUNNING.value),
    )
    .order_by(_drills.c.starts_at, _cases.c.id)
)  # fmt: skip
_TO_EVALUATE = Statement(
    select(_cases.c.number, _words.c.texts, _duties.c.about)
    .select_from(
        _invitations.join(_cases, _cases.c.id == _invitations.c.case_id)
        .join(_duties, _duties.c.case_id == _cases.c.id)
        .outerjoin(_words, and_(_words.c.case_id == _cases.c.id, _words.c.seq == 1))
    )
    .where(
        _invitations.c.person_id == bindparam("person"),
        _invitations.c.part == "evaluator",
        _duties.c.status == "open",
        _duties.c.act == DrillAct.EVALUATE.value,
    )
    .order_by(_cases.c.id, _duties.c.id)
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A drill at which somebody is expected: what it is about, their part, whether they are there, when it is."""

    number: str
    title: str
    part: str
    state: str
    starts_at: DateTime
    ends_at: DateTime
    is_running: bool


@dataclass(frozen=True, slots=True)
class ToEvaluate:
    """A subject of a drill that was held, for which an evaluator's sheet is still owed."""

    number: str
    title: str
    subject: str


# --- rows ----------------------------------------------------------------------------------------


def hall_key(written: str) -> str:
    """Return a hall as it is compared: full and half width, case and blanks make no other hall."""
    return "".join(unicodedata.normalize("NFKC", written).casefold().split())


def project(writing: Writing, header: CaseHeader, before: Facts, after: Facts) -> None:
    """Write the rows of what an act changed in a drill: when and where it is, and who is expected."""
    if _row(header.place.county_id, before) != _row(header.place.county_id, after):
        writing.run(_DROP_DRILL, in_case=header.id)
        for county_id, hall, starts_at, ends_at, stage in _row(header.place.county_id, after):
            writing.run(
                _ADD_DRILL, case_id=header.id, county_id=county_id, hall=hall, starts_at=starts_at, ends_at=ends_at,
                stage=stage,
            )  # fmt: skip
    if _expected(before) != _expected(after):
        writing.run(_DROP_INVITATIONS, in_case=header.id)
        for person, part, state in sorted(_expected(after)):
            writing.run(_ADD_INVITATION, case_id=header.id, person_id=person, part=part, state=state)


def differs(reading: Reading, case_id: int, facts: Facts) -> bool:
    """Tell whether the rows of a drill are not what its acts make of them."""
    stored = [tuple(row) for row in reading.all(_STORED, case_id=case_id)]
    county_id = stored[0][0] if stored else ""
    people = frozenset(tuple(row) for row in reading.all(_STORED_INVITATIONS, case_id=case_id))
    return stored != _row(county_id, facts) or people != _expected(facts)


def _row(county_id: str, facts: Facts) -> list[tuple[str, str, int, int, str]]:
    """Return the row of a drill, none before it has a scheme."""
    scheme = facts.scheme
    if scheme is None:
        return []
    holds = facts.outcome in _TAKES_PLACE and scheme.shape is not Shape.PAPER
    stage = facts.outcome.value if facts.approved or facts.outcome is not Outcome.PLANNED else _DRAFT
    return [
        (county_id, hall_key(scheme.hall) if holds else "", micros(scheme.starts_at), micros(scheme.ends_at), stage)
    ]


def _expected(facts: Facts) -> frozenset[tuple[str, str, str]]:
    """Return who is expected, in which part, and whether they are there."""
    scheme = facts.scheme
    if scheme is None:
        return frozenset()
    parts = {
        **dict.fromkeys(scheme.participants, "participant"),
        **dict.fromkeys(scheme.evaluators, "evaluator"),
        scheme.commander: "commander",
    }
    return frozenset((person, part, _state(facts, person)) for person, part in parts.items())


def _state(facts: Facts, person: str) -> str:
    if person in facts.present:
        return "present"
    return "absent" if person in facts.absent else "expected"


# --- what is asked of them -----------------------------------------------------------------------


def is_invited(reading: Reading, case_id: int, person_id: str) -> bool:
    """Tell whether a person is named in the scheme of a drill, and so may see it wherever they come from."""
    return reading.one(_IS_INVITED, case_id=case_id, person=person_id) is not None


def invitations(reading: Reading, person_id: str) -> list[Invitation]:
    """Return the approved drills that have not ended and expect a person, the next first."""
    return [
        Invitation(
            number=number,
            title=described(texts, number),
            part=part,
            state=state,
            starts_at=instant(starts_at),
            ends_at=instant(ends_at),
            is_running=stage == Outcome.RUNNING,
        )
        for number, texts, part, state, starts_at, ends_at, stage in reading.all(_COMING, person=person_id)
    ]


def to_evaluate(reading: Reading, person_id: str) -> list[ToEvaluate]:
    """Return the subjects that a person is named to evaluate and for which a sheet is still owed."""
    rows = reading.all(_TO_EVALUATE, person=person_id)
    return [ToEvaluate(number, described(texts, number), about or "") for number, texts, about in rows]
