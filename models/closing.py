"""Closing 办结: what each closing of a case cost, so that the burden is measured where it arises."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.base import instant, named, owner


class ClosingRow(SQLModel, table=True):
    """One closing of a case by the act `seq`: acts of people and fields typed since it was opened, or closed before.

    `closed_at` is the claimed instant of that act.
    """

    __tablename__ = named("closings")
    __table_args__ = (Index("ix_closings_kind_closed_at", "kind", "closed_at", "acts", "typed"),)

    case_id: int = owner("cases.id", part_of_key=True)
    seq: int = Field(primary_key=True)
    kind: str
    closed_at: int = instant()
    acts: int
    typed: int
