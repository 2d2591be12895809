"""Runs 运行记录: what waits to be told, which flows ran for whom, and what people asked to be run."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from models.base import instant, named, owner, serial

_UNANSWERED = text("run_id IS NULL AND answered_at IS NULL")


class Wake(SQLModel, table=True):
    """The one unfinished wake of a case: its story must be told again up to `seq`. A claim is a lease.

    `batch` groups the cases of an import, which one run catches up together.
    """

    __tablename__ = named("wakes")
    __table_args__ = (Index("ix_wakes_queued_at", "queued_at"),)

    case_id: int = owner("cases.id", part_of_key=True)
    seq: int
    batch: str | None = None
    queued_at: int = instant()
    claimed_by: str | None = None
    claimed_until: int | None = instant(optional=True)
    tries: int


class Run(SQLModel, table=True):
    """A flow run that outlives the engine's own history. `counts` is a JSON object of what it did."""

    __tablename__ = named("runs")
    __table_args__ = (
        Index("ix_runs_started_at", "started_at"),
        Index("ix_runs_case_id", "case_id"),
        Index("ix_runs_principal", "principal", "started_at"),
    )

    id: str = Field(primary_key=True)
    flow: str
    trigger: str
    case_id: int | None = Field(default=None, foreign_key="cases.id", sa_type=BigInteger)
    principal: str
    started_at: int = instant()
    ended_at: int | None = instant(optional=True)
    state: str
    message: str
    counts: str


class RunRequest(SQLModel, table=True):
    """A flow that a person asked for: typed parameters without anything personal, and under whom it must write."""

    __tablename__ = named("run_requests")
    __table_args__ = (
        Index("ix_run_requests_unanswered", "asked_at", sqlite_where=_UNANSWERED, postgresql_where=_UNANSWERED),
    )

    id: int | None = serial()
    ticket: str = Field(unique=True)
    flow: str
    parameters: str
    principal: str
    asked_at: int = instant()
    run_id: str | None = None
    answered_at: int | None = instant(optional=True)
    answer: str | None = None
