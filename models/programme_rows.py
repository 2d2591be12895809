"""Rows beside programmes 专项: one for each holder's programme, one for each entry of its list; copies for queries."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import named, owner


class ProgrammeRow(SQLModel, table=True):
    """One programme at one holder, by code, for one term; `first` and `last` are Shanghai days in ISO 8601.

    `milestones` are all that it has, `reached` those that were; `open`, `closed`, `lost` count entries of its list,
    `late` what is overdue now, `stuck` the reports whose difficulties go on under no number yet.
    """

    __tablename__ = named("programmes")
    __table_args__ = (
        UniqueConstraint("county_id", "programme", "holder", "last"),
        Index("ix_programmes_members_last", "members", "last"),
    )

    case_id: int = owner("cases.id", part_of_key=True)
    county_id: str
    programme: str
    kind: str
    members: str
    holder: str
    role: str
    first: str
    last: str
    outcome: str
    milestones: int
    reached: int
    open: int
    closed: int
    lost: int
    late: int
    stuck: int
    reported: str


class ProgrammeItemRow(SQLModel, table=True):
    """One entry of a list; `due` and `closed_on` are Shanghai days in ISO 8601, `closed_on` empty before it was done.

    `object` is the code of a village or unit, or a name; `cells` are the other columns, parted by strokes.
    """

    __tablename__ = named("programme_items")
    __table_args__ = (Index("ix_programme_items_object", "object"),)

    case_id: int = owner("cases.id", part_of_key=True)
    no: str = Field(primary_key=True)
    object: str
    person: str
    measure: str
    due: str
    cells: str
    state: str
    closed_on: str
    incident: str
