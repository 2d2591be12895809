"""Case 事项: the header of one hazard, incident, drill…; a reading of its acts that lists and scopes can query."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import digest, instant, named, serial


class Case(SQLModel, table=True):
    """One case. `version` is the number of acts, `head` the hash of the last; both move with every act.

    `path` is the path of the town's organisation; with `department_id` and `unit_id` it scopes every query.
    """

    __tablename__ = named("cases")
    __table_args__ = (
        UniqueConstraint("county_id", "number"),
        Index("ix_cases_status_opened_at", "status", "opened_at"),
        Index("ix_cases_unit_id_status", "unit_id", "status"),
        Index("ix_cases_department_id_status", "department_id", "status"),
        Index("ix_cases_path_status", "path", "status"),
        Index("ix_cases_kind", "kind", "id"),
        Index("ix_cases_kind_opened_at", "kind", "opened_at", "status", "grade"),
    )

    id: int | None = serial()
    county_id: str
    number: str
    kind: str
    process_version: int
    path: str
    department_id: str
    unit_id: str
    status: str
    grade: str | None = None
    waits_for: str
    overdue: bool
    version: int
    head: bytes = digest()
    opened_at: int = instant()
    closed_at: int | None = instant(optional=True)
    recorded_at: int = instant()


class Counter(SQLModel, table=True):
    """The last number drawn of a kind in a Shanghai year; numbers have no gaps and are never reused."""

    __tablename__ = named("counters")

    county_id: str = Field(primary_key=True)
    prefix: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    last: int
