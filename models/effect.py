"""Effect 应达: what an act owes to the world, and whether it was performed, by which run, or called off and why."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from models.base import instant, named, owner, serial

_PAPER = text("kind = 'paper'")
_OWED = text("status = 'owed'")
_TO_NOBODY = text("status = 'owed' AND to_nobody")
_ASKED = text("answer IS NOT NULL")
_ASKS = text("(asks IS NOT NULL OR answer IS NOT NULL)")


class EffectRow(SQLModel, table=True):
    """One effect as `rules.agenda.Effect` describes it; its status is owed, performed or cancelled.

    `to_nobody`: when it arose, there was nobody whom its notice could reach.
    """

    __tablename__ = named("effects")
    __table_args__ = (
        UniqueConstraint("case_id", "key"),
        Index("ix_effects_owed_case", "case_id", sqlite_where=_OWED, postgresql_where=_OWED),
        Index("ix_effects_answer", "case_id", "answer", sqlite_where=_ASKED, postgresql_where=_ASKED),
        Index("ix_effects_to_nobody", "owed_at", sqlite_where=_TO_NOBODY, postgresql_where=_TO_NOBODY),
        Index("ix_effects_addressee", "addressee", "case_id", sqlite_where=_ASKS, postgresql_where=_ASKS),
        Index("ix_effects_paper", "name", "case_id", sqlite_where=_PAPER, postgresql_where=_PAPER),
        Index("ix_effects_owed_at", "owed_at", sqlite_where=_OWED, postgresql_where=_OWED),
    )

    id: int | None = serial()
    case_id: int = owner("cases.id")
    key: str
    kind: str
    name: str
    addressee: str | None = None
    caused_by: int
    clause_id: str
    asks: str | None = None
    by_clock: bool
    owed_at: int = instant()
    status: str
    settled_at: int | None = instant(optional=True)
    run_id: str | None = None
    reason: str | None = None
    paper_sha256: str | None = None
    answer: str | None = None
    to_nobody: bool = Field(sa_column_kwargs={"server_default": false()})
