"""Tallies 汇总: how many cases stand where, and how long each step took; moved on in the transaction of each act."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from models.base import named


class Standing(SQLModel, table=True):
    """Number of cases by place, grade, what they wait for, and whether they are overdue."""

    __tablename__ = named("tally_standing")

    county_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    path: str = Field(primary_key=True)
    department_id: str = Field(primary_key=True)
    grade: str = Field(primary_key=True)
    status: str = Field(primary_key=True)
    waits_for: str = Field(primary_key=True)
    overdue: bool = Field(primary_key=True)
    cases: int


class Step(SQLModel, table=True):
    """Number of duties ended, of them late, and the sum of days they took, by month, act and place."""

    __tablename__ = named("tally_steps")

    county_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    path: str = Field(primary_key=True)
    act: str = Field(primary_key=True)
    ended: int
    late: int
    waited: int = Field(sa_type=BigInteger)
