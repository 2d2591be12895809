"""Rows beside tip-offs 举报: what one is about, so that the same again is noticed, and by which code it is found."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import SQLModel

from models.base import named, owner


class TipoffRow(SQLModel, table=True):
    """One tip-off: the code of the unit, empty where none is registered, the matter, and the fingerprint of the code.

    Who gave it stands nowhere but in the erasable words of its own act.
    """

    __tablename__ = named("tipoffs")
    __table_args__ = (
        Index("ix_tipoffs_county_id_unit_matter", "county_id", "unit", "matter"),
        Index("ix_tipoffs_code", "code"),
    )

    case_id: int = owner("cases.id", part_of_key=True)
    county_id: str
    unit: str
    matter: str
    code: str
