"""Organisation 机构, unit 生产经营单位, person 人员 and post 岗位: who answers for what, and where."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import instant, named, serial

#: Sector of the seats for units that nobody has registered.
UNREGISTERED = "未登记的单位"


class OrganisationKind(StrEnum):
    """What an organisation is in the county."""

    COUNTY = "county"
    BUREAU = "bureau"
    COMMITTEE_OFFICE = "committee_office"
    DEPARTMENT = "department"
    TOWN = "town"
    VILLAGE = "village"

    @property
    def label(self) -> str:
        """Return the Chinese name."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    OrganisationKind.COUNTY: "县政府",
    OrganisationKind.BUREAU: "应急局",
    OrganisationKind.COMMITTEE_OFFICE: "安委办",
    OrganisationKind.DEPARTMENT: "部门",
    OrganisationKind.TOWN: "乡镇",
    OrganisationKind.VILLAGE: "村",
}


class Organisation(SQLModel, table=True):
    """One organisation; `path` names all above it, such as `/dai/shangguan/village-1/`.

    One that was merged or abolished stays with everything it did; `successor_id` is who owes what it owed from then on.
    """

    __tablename__ = named("organisations")
    __table_args__ = (UniqueConstraint("county_id", "code"),)

    id: str = Field(primary_key=True)
    county_id: str
    code: str
    name: str
    kind: str
    path: str
    ended_at: int | None = instant(optional=True)
    successor_id: str | None = None


class Unit(SQLModel, table=True):
    """One production or business unit, in a town, supervised by a department; `kind` is None until it is registered."""

    __tablename__ = named("units")
    __table_args__ = (
        UniqueConstraint("county_id", "code"),
        Index("ix_units_county_id_name", "county_id", "name"),
    )

    id: str = Field(primary_key=True)
    county_id: str
    code: str
    credit_code: str | None = None
    name: str
    town_id: str = Field(foreign_key="organisations.id")
    department_id: str = Field(foreign_key="organisations.id")
    path: str
    sector: str
    address: str
    headcount: int | None = None
    kind: str | None = None


class Person(SQLModel, table=True):
    """One person; the names are erasable, the id stays in the chains."""

    __tablename__ = named("persons")

    id: str = Field(primary_key=True)
    county_id: str
    name: str | None = None
    phone: str | None = None
    erased_at: int | None = instant(optional=True)


class Contact(SQLModel, table=True):
    """Where a channel reaches a person: an e-mail address, a webhook, an account of a chat service; erasable."""

    __tablename__ = named("contacts")

    person_id: str = Field(primary_key=True, foreign_key="persons.id")
    channel: str = Field(primary_key=True)
    address: str


class CertificateRow(SQLModel, table=True):
    """An officer's enforcement certificate 执法证; both Shanghai days, in ISO 8601, are included; only ever added."""

    __tablename__ = named("certificates")
    __table_args__ = (UniqueConstraint("person_id", "number", "valid_from"),)

    id: int | None = serial()
    person_id: str = Field(foreign_key="persons.id")
    number: str
    valid_from: str
    valid_until: str


class Post(SQLModel, table=True):
    """One post: a role at an organisation or at a unit, of which exactly one is given."""

    __tablename__ = named("posts")
    __table_args__ = (UniqueConstraint("county_id", "code"), Index("ix_posts_role", "role"))

    id: str = Field(primary_key=True)
    county_id: str
    code: str
    name: str
    role: str
    organisation_id: str | None = Field(default=None, foreign_key="organisations.id")
    unit_id: str | None = Field(default=None, foreign_key="units.id")


class Holding(SQLModel, table=True):
    """Who holds a post, from when until when; append-only but for its end."""

    __tablename__ = named("holdings")
    __table_args__ = (Index("ix_holdings_person_id", "person_id"), Index("ix_holdings_post_id", "post_id"))

    id: int | None = serial()
    person_id: str = Field(foreign_key="persons.id")
    post_id: str = Field(foreign_key="posts.id")
    began_at: int = instant()
    ended_at: int | None = instant(optional=True)


class Delegation(SQLModel, table=True):
    """Somebody acts for somebody else in a post, for a time 代办; recorded with both names."""

    __tablename__ = named("delegations")

    id: int | None = serial()
    from_person_id: str = Field(foreign_key="persons.id")
    to_person_id: str = Field(foreign_key="persons.id")
    post_id: str = Field(foreign_key="posts.id")
    began_at: int = instant()
    ended_at: int = instant()
