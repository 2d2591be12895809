"""Notice 通知: one row for each person and channel an effect must reach, and the evidence of every attempt."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from models.base import instant, named, owner, serial

_WAITS = "status IN ('queued', 'claimed', 'again')"
_AT_ONCE = text(f"{_WAITS} AND (lane = 'urgent' OR channel = 'preview')")
_PACED = text(f"{_WAITS} AND lane <> 'urgent' AND channel <> 'preview'")
_TIED = text("bundle IS NOT NULL")


class NoticeRow(SQLModel, table=True):
    """One notice. Its status is queued, claimed, again (to be tried again), sent, failed, unclear or cancelled.

    Sent means that the channel took it, no more; failed that it certainly did not; unclear that it may have arrived.

    `number` is shown to the reader and stays the same on a repeat. A claim is a lease until `claimed_until`. `waits` of
    the attempts met a platform that asked for patience. `without_engine`: no run had taken it when it first went out.
    `lane` says how pressing it is, `not_before` when it may go out, or go out again: what waits and may go out is found
    by it alone. Those that went out in one message share `bundle`, the id of the notice whose number it carries.
    """

    __tablename__ = named("notices")
    __table_args__ = (
        UniqueConstraint("case_id", "effect_key", "person_id", "channel"),
        Index("ix_notices_at_once", "not_before", "id", sqlite_where=_AT_ONCE, postgresql_where=_AT_ONCE),
        Index("ix_notices_paced", "not_before", "id", sqlite_where=_PACED, postgresql_where=_PACED),
        Index("ix_notices_paced_person", "person_id", "channel", sqlite_where=_PACED, postgresql_where=_PACED),
        Index("ix_notices_bundle", "bundle", sqlite_where=_TIED, postgresql_where=_TIED),
        Index("ix_notices_person_id", "person_id", "id"),
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
    first_tried_at: int | None = instant(optional=True)
    waits: int = Field(sa_column_kwargs={"server_default": "0"})
    without_engine: bool = Field(sa_column_kwargs={"server_default": false()})
    lane: str = Field(sa_column_kwargs={"server_default": "urgent"})
    not_before: int = instant(sa_column_kwargs={"server_default": "0"})
    bundle: int | None = Field(default=None, sa_type=BigInteger)


class Attempt(SQLModel, table=True):
    """One attempt to deliver, append-only: when, by which run or process, what the channel answered.

    `outcome` is accepted, refused or unknown. `reference` is the gateway's own number for the message. `parts_taken`
    counts the parts of a long message that have been taken by now.
    """

    __tablename__ = named("attempts")
    __table_args__ = (Index("ix_attempts_notice_id", "notice_id"), Index("ix_attempts_run_id", "run_id"))

    id: int | None = serial()
    notice_id: int = owner("notices.id")
    at: int = instant()
    run_id: str
    outcome: str
    answer: str
    repeated: bool
    without_engine: bool
    reference: str = Field(sa_column_kwargs={"server_default": ""})
    parts_taken: int = Field(sa_column_kwargs={"server_default": "0"})


class Told(SQLModel, table=True):
    """How many messages that are no emergency have been sent to a person on a Shanghai day, over all channels."""

    __tablename__ = named("told")

    person_id: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    messages: int
