"""The one form 一张表: a line for each unit within a scope, who answers for it in every seat, and what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, or_, select

from models.organisation import UNREGISTERED, Holding, Organisation, Person, Post, Unit
from models.policy import OVER_UNITS, Scoped
from models.statements import table
from models.unit_rows import UnitFileRow, UnitPaperRow, UnitSeatRow
from rules.actor import Role
from rules.unit_file.acts import INSURANCE, LEADS, LICENCE, PARTIES, STANDARD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from models.store import Reading, Row
    from rules.actor import Scope

_units, _files, _seats, _papers, _persons, _posts, _holdings = (
    table(model) for model in (Unit, UnitFileRow, UnitSeatRow, UnitPaperRow, Person, Post, Holding)
)
_towns = table(Organisation).alias("towns")
_bodies = table(Organisation).alias("bodies")
_filed = _units.join(_towns, _towns.c.id == _units.c.town_id)


def _asked(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(
        condition,
        _units.c.sector != UNREGISTERED,
        or_(bindparam("town") == "", _towns.c.code == bindparam("town")),
        or_(bindparam("unit") == "", _units.c.code == bindparam("unit")),
    )


_LINES = Scoped(
    lambda condition: (
        select(
            _units.c.id, _units.c.code, _units.c.name, _units.c.credit_code, _units.c.sector, _towns.c.name,
            _files.c.kind, _files.c.colour, _files.c.underground, _files.c.gaps, _files.c.blanks,
        )
        .select_from(_filed.outerjoin(_files, _files.c.unit_id == _units.c.id))
        .where(_asked(condition))
        .order_by(_towns.c.path, _units.c.name, _units.c.id)
    ),
    over=OVER_UNITS,
)  # fmt: skip
_SEATS = Scoped(
    lambda condition: (
        select(
            _units.c.id,
            _seats.c.seat,
            _bodies.c.name,
            _seats.c.organisation,
            _persons.c.name,
            _seats.c.person,
            _bodies.c.ended_at,
        )
        .select_from(
            _filed.join(_files, _files.c.unit_id == _units.c.id)
            .join(_seats, _seats.c.case_id == _files.c.case_id)
            .outerjoin(
                _bodies,
                and_(_bodies.c.code == _seats.c.organisation, _bodies.c.county_id == _units.c.county_id),
            )
            .outerjoin(_persons, _persons.c.id == _seats.c.person)
        )
        .where(_asked(condition))
    ),
    over=OVER_UNITS,
)
_PAPERS = Scoped(
    lambda condition: (
        select(
            _units.c.id,
            _papers.c.key,
            _papers.c.sort,
            _papers.c.number,
            _papers.c.authority,
            _papers.c.first,
            _papers.c.last,
            _papers.c.level,
        )
        .select_from(
            _filed.join(_files, _files.c.unit_id == _units.c.id).join(_papers, _papers.c.case_id == _files.c.case_id)
        )
        .where(_asked(condition))
        .order_by(_papers.c.last, _papers.c.key)
    ),
    over=OVER_UNITS,
)
_HEADS = Scoped(
    lambda condition: (
        select(_units.c.id, _persons.c.name)
        .select_from(
            _filed.join(_posts, _posts.c.unit_id == _units.c.id)
            .join(_holdings, and_(_holdings.c.post_id == _posts.c.id, _holdings.c.ended_at.is_(None)))
            .join(_persons, _persons.c.id == _holdings.c.person_id)
        )
        .where(_asked(condition), _posts.c.role == Role.UNIT_HEAD.value)
        .order_by(_holdings.c.id)
    ),
    over=OVER_UNITS,
)


@dataclass(frozen=True, slots=True)
class SeatCell:
    """Who answers in one seat, with the names of today; `code` is that of the organisation.

    `ended`: it was merged into another or abolished, and does not answer any more.
    """

    body: str
    code: str
    person: str
    person_id: str
    ended: bool


@dataclass(frozen=True, slots=True)
class PaperCell:
    """One licence, policy or grade; `first` and `last` are Shanghai days in ISO 8601."""

    kind: str
    sort: str
    number: str
    authority: str
    first: str
    last: str
    level: str

    @property
    def cells(self) -> dict[str, Any]:
        """Return the cells of the table that goes out; what a kind does not have, such as a grade, is left out."""
        found = {"sort": self.sort, "number": self.number, "authority": self.authority, "level": self.level}
        days = {"from": date.fromisoformat(self.first), "until": date.fromisoformat(self.last)}
        return {key: value for key, value in found.items() if value} | days


@dataclass(frozen=True, slots=True)
class TableLine:
    """One unit; `kind` and `colour` are empty and `gaps` None where it has no file. `head` is its person in charge."""

    code: str
    name: str
    credit_code: str
    sector: str
    town: str
    kind: str
    colour: str
    underground: bool
    gaps: int | None
    blanks: int | None
    head: str
    seats: Mapping[str, SeatCell]
    papers: tuple[PaperCell, ...]

    @property
    def row(self) -> dict[str, Any]:
        """Return the unit as a row of the table that goes out; of several licences the one that ends first stands."""
        found: dict[str, Any] = {
            "code": self.code,
            "name": self.name,
            "kind": self.kind or None,
            "colour": self.colour or None,
            **{seat.value: self.seats[seat].body for seat in PARTIES if seat in self.seats},
            **{seat.value: self.seats[seat].person for seat in LEADS if seat in self.seats},
        }
        for kind in (LICENCE, INSURANCE, STANDARD):
            paper = next((paper for paper in self.papers if paper.kind == kind), None)
            if paper is not None:
                found |= {f"{kind}_{key}": value for key, value in paper.cells.items()}
        return found


def lines_within(reading: Reading, scope: Scope, *, town: str = "", unit: str = "") -> list[TableLine]:
    """Return a line for each unit within a scope, town by town, narrowed to one town or unit where one is named."""
    asked = {"town": town, "unit": unit}
    seats: dict[str, dict[str, SeatCell]] = {}
    for unit_id, seat, body, code, person, person_id, ended_at in _SEATS.all(reading, scope, **asked):
        cell = SeatCell(body or code, code, person or "", person_id, ended_at is not None)
        seats.setdefault(unit_id, {})[seat] = cell
    papers: dict[str, list[PaperCell]] = {}
    for unit_id, key, *rest in _PAPERS.all(reading, scope, **asked):
        papers.setdefault(unit_id, []).append(PaperCell(key.partition("/")[0], *rest))
    heads: dict[str, str] = {}
    for unit_id, name in _HEADS.all(reading, scope, **asked):
        heads[unit_id] = "、".join(filter(None, (heads.get(unit_id), name)))
    return [_line(row, heads, seats, papers) for row in _LINES.all(reading, scope, **asked)]


def _line(
    row: Row, heads: Mapping[str, str], seats: Mapping[str, dict[str, SeatCell]], papers: Mapping[str, list[PaperCell]]
) -> TableLine:
    unit_id, code, name, credit_code, sector, town, kind, colour, underground, gaps, blanks = row
    return TableLine(
        code=code,
        name=name,
        credit_code=credit_code or "",
        sector=sector,
        town=town,
        kind=kind or "",
        colour=colour or "",
        underground=bool(underground),
        gaps=gaps,
        blanks=blanks,
        head=heads.get(unit_id, ""),
        seats=seats.get(unit_id, {}),
        papers=tuple(papers.get(unit_id, ())),
    )
