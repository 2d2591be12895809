"""The year's drills in the store 年度演练: one row for each year, and one for each line of its plan.

The rows are what the acts of the year add up to, written in the act's own transaction; lists and indicators read them.
A county has one plan for a year, which the database itself enforces. A line carries the place of its subject as it was
when the line was planned, so that everybody sees the lines within their scope.
"""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import named, owner


class DrillYearRow(SQLModel, table=True):
    """The plan of one year."""

    __tablename__ = named("drill_years")
    __table_args__ = (UniqueConstraint("county_id", "year"),)

    case_id: int = owner("cases.id", part_of_key=True)
    county_id: str
    year: int
    approved: bool


class DrillLineRow(SQLModel, table=True):
    """One line of a year's plan; `first`, `last`, `day` and `held_on` are Shanghai days in ISO 8601.

    `number` is the drill that fulfilled it, `into_no` the line into which it was merged; `town_id` is the township of a
    unit, a township or a village, `sector` that of a unit, both empty for the others.
    """

    __tablename__ = named("drill_lines")
    __table_args__ = (Index("ix_drill_lines_county_id_subject", "county_id", "subject"),)

    case_id: int = owner("cases.id", part_of_key=True)
    no: str = Field(primary_key=True)
    county_id: str
    year: int
    subject: str
    subject_kind: str
    clause_id: str
    reach: str
    first: str
    last: str
    day: str
    hall: str
    state: str
    number: str
    held_on: str | None = None
    into_no: str
    path: str
    department_id: str
    unit_id: str
    town_id: str
    sector: str
