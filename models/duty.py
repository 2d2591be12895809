"""Duty 应办: what somebody owes, until when and why; written by the ledger alone."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import SQLModel

from models.base import instant, named, owner, serial

_OPEN = text("status = 'open'")
_DUE = text("status = 'open' AND wake_at IS NOT NULL")
_ENDED = text("ended_at IS NOT NULL")
_DONE = text("status IN ('done', 'late_done')")


class DutyRow(SQLModel, table=True):
    """One duty as `rules.agenda.Duty` describes it; `wake_at` is when the clock must next act on it.

    `pauses` are the times that its clock stood still, as JSON: begin, end or null, reason; None where there was none.
    """

    __tablename__ = named("duties")
    __table_args__ = (
        UniqueConstraint("case_id", "key"),
        Index("ix_duties_wake_at", "wake_at", sqlite_where=_DUE, postgresql_where=_DUE),
        Index("ix_duties_open_case", "case_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_duties_clause_due", "clause_id", "due_legal", "status", "breached"),
        Index("ix_duties_clause_done", "clause_id", "ended_at", sqlite_where=_DONE, postgresql_where=_DONE),
        Index("ix_duties_ended_at", "ended_at", "late_from", sqlite_where=_ENDED, postgresql_where=_ENDED),
        Index("ix_duties_open_late", "late_from", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_duties_open_holder", "holder", "due_alert", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: int | None = serial()
    case_id: int = owner("cases.id")
    key: str
    act: str
    holder: str
    opened_by: int
    clause_id: str
    clause_version: str
    started_at: int = instant()
    opened_at: int = instant()
    due_alert: int | None = instant(optional=True)
    due_legal: int | None = instant(optional=True)
    late_from: int | None = instant(optional=True)
    ends_on: str | None = None
    provisional: bool
    blocks: bool
    lapses: bool
    ladder: str
    about: str | None = None
    pauses: str | None = None
    rung: int
    breached: bool
    lapsed: bool
    status: str
    ended_by: int | None = None
    ended_at: int | None = instant(optional=True)
    wake_at: int | None = instant(optional=True)
