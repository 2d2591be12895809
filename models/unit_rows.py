"""Rows beside the files of units 一企一档: class and gaps, who answers, what is held until when; copies for queries."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import named, owner


class UnitFileRow(SQLModel, table=True):
    """The file of one unit: class, colour, how much it does not say, and how many points of risk are red and orange.

    `gaps` counts everything that is missing, `blanks` those of the five parties among it; `lacking` names them.
    """

    __tablename__ = named("unit_files")
    __table_args__ = (UniqueConstraint("county_id", "unit_id"),)

    case_id: int = owner("cases.id", part_of_key=True)
    county_id: str
    unit_id: str
    kind: str
    colour: str
    underground: bool
    gaps: int
    blanks: int
    lacking: str
    red: int
    orange: int
    closed: bool


class UnitSeatRow(SQLModel, table=True):
    """Who answers for a unit in a seat now: the code of an organisation, and a person, empty where none is named."""

    __tablename__ = named("unit_seats")
    __table_args__ = (Index("ix_unit_seats_organisation", "organisation", "seat"),)

    case_id: int = owner("cases.id", part_of_key=True)
    seat: str = Field(primary_key=True)
    organisation: str
    person: str


class UnitPaperRow(SQLModel, table=True):
    """A licence, policy or grade of a unit; `first` and `last` are Shanghai days in ISO 8601, both included."""

    __tablename__ = named("unit_papers")
    __table_args__ = (Index("ix_unit_papers_key", "key"),)

    case_id: int = owner("cases.id", part_of_key=True)
    key: str = Field(primary_key=True)
    sort: str
    number: str
    authority: str
    first: str
    last: str
    level: str
