"""Notice 通知: one row for each person and channel an effect must reach, and the evidence of every attempt."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import SQLModel

from models.base import instant, named, owner, serial

_WAITING = text("status IN ('queued', 'claimed', 'again')")


class NoticeRow(SQLModel, table=True):
    """One notice. Its status is queued, claimed, again (refused, to be tried again), sent, failed or cancelled.

    Sent means that the channel took it, no more.

    `number` is shown to the reader and stays the same on a repeat. A claim is a lease until `claimed_until`.
    """

    __tablename__ = named("notices")
    __table_args__ = (
        UniqueConstraint("case_id", "effect_key", "person_id", "channel"),
        Index("ix_notices_waiting", "queued_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_notices_person_id", "person_id", "queued_at"),
    )

    id: int | None = serial()
    case_id: int = owner("cases.id")
    effect_key: str
    person_id: str
    channel: str
    status: str
    queued_at: int = instant()
    claimed_by: str | None = None
    claimed_until: int | None = instant(optional=True)
    attempts: int
    settled_at: int | None = instant(optional=True)


class Attempt(SQLModel, table=True):
    """One attempt to deliver, append-only: when, by which run or process, what the channel answered."""

    __tablename__ = named("attempts")
    __table_args__ = (Index("ix_attempts_notice_id", "notice_id"),)

    id: int | None = serial()
    notice_id: int = owner("notices.id")
    at: int = instant()
    run_id: str
    outcome: str
    answer: str
    repeated: bool
    without_engine: bool
