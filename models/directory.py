"""The directory 机构与人员: writes organisations, units, people and posts, and finds them again by code or name.

Every change makes all processes read the roster anew. Raises `UnknownRecord` for codes that do not exist.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select, update

from models.account import Account
from models.base import fresh_id
from models.certificates import known_certificates
from models.clock import micros
from models.organisation import (
    UNREGISTERED,
    Contact,
    Delegation,
    Holding,
    Organisation,
    OrganisationKind,
    Person,
    Post,
    Unit,
)
from models.roster_changes import touch
from models.statements import Statement, insert_row, parameter, table
from rules.actor import (
    COUNTY_ROLES,
    EVERY_SEAL,
    LEADERS,
    READERS,
    TOWN_ROLES,
    UNIT_ROLES,
    Reach,
    Role,
    Scope,
    own_path,
)
from rules.errors import ContentInvalid, UnknownRecord
from rules.processes import PROCESSES

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.store import Reading, Writing

_organisations, _units, _persons, _posts, _holdings, _accounts = (
    table(model) for model in (Organisation, Unit, Person, Post, Holding, Account)
)
_ADD_ORGANISATION, _ADD_UNIT, _ADD_PERSON, _ADD_POST, _ADD_CONTACT = (
    insert_row(model) for model in (Organisation, Unit, Person, Post, Contact)
)
_APPOINT = insert_row(Holding, leaving=("id",))
_DELEGATE = insert_row(Delegation, leaving=("id",))
_in_county = parameter("county_id")
#: Who reads the sealed cases of their own organisation.
_UNSEALERS = frozenset(role for process in PROCESSES.values() for role in process.readers or ())
_ORGANISATION = Statement(
    select(_organisations.c.id, _organisations.c.name, _organisations.c.kind, _organisations.c.path).where(
        _organisations.c.county_id == _in_county, _organisations.c.code == bindparam("code")
    )
)
_UNIT = Statement(select(_units.c.id).where(_units.c.county_id == _in_county, _units.c.code == bindparam("code")))
_SET_KIND = Statement(
    update(_units)
    .where(_units.c.county_id == bindparam("in_county"), _units.c.code == bindparam("of_code"))
    .values(kind=bindparam("new_kind"))
)
_UNIT_BY_NAME = Statement(
    select(_units.c.code, _units.c.name).where(_units.c.county_id == _in_county, _units.c.name == bindparam("name"))
)
_UNIT_BY_CREDIT = Statement(
    select(_units.c.code, _units.c.name).where(
        _units.c.county_id == _in_county, _units.c.credit_code == bindparam("credit_code")
    )
)
_POST = Statement(select(_posts.c.id).where(_posts.c.county_id == _in_county, _posts.c.code == bindparam("code")))
_END_HOLDING = Statement(
    update(_holdings)
    .where(
        _holdings.c.person_id == bindparam("person"),
        _holdings.c.post_id == bindparam("post"),
        _holdings.c.ended_at.is_(None),
    )
    .values(ended_at=bindparam("at"))
)
_KNOWN_ORGANISATIONS = Statement(
    select(_organisations.c.code, _organisations.c.kind).where(_organisations.c.county_id == _in_county)
)
_KNOWN_UNITS = Statement(select(_units.c.code, _units.c.kind).where(_units.c.county_id == _in_county))
_KNOWN_POSTS = Statement(select(_posts.c.code).where(_posts.c.county_id == _in_county))
_KNOWN_LOGINS = Statement(select(_accounts.c.login))
_COUNTS = Statement(
    select(
        select(func.count()).select_from(_organisations).scalar_subquery(),
        select(func.count()).where(_units.c.sector != UNREGISTERED).scalar_subquery(),
        select(func.count()).select_from(_persons).scalar_subquery(),
        select(func.count()).select_from(_posts).scalar_subquery(),
    )
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the county has on its books, by code: organisations with their kind, units, posts; and logins.

    `certificates` are login, number and first day of each enforcement certificate, `unit_kinds` the kinds of units that
    have one.
    """

    organisations: dict[str, OrganisationKind]
    units: frozenset[str]
    posts: frozenset[str]
    logins: frozenset[str]
    certificates: frozenset[tuple[str, str, str]] = frozenset()
    unit_kinds: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit as it is registered; the town and the supervising department are given by their codes."""

    code: str
    name: str
    town: str
    department: str
    sector: str
    address: str
    credit_code: str | None = None
    headcount: int | None = None
    kind: str | None = None


def add_organisation(
    writing: Writing, county_id: str, *, code: str, name: str, kind: OrganisationKind, parent: str | None
) -> str:
    """Register an organisation under its parent and return its id."""
    above = f"/{county_id}/" if parent is None else _organisation(writing, county_id, parent)[3]
    path = above if kind is OrganisationKind.COUNTY else f"{above}{code}/"
    organisation_id = fresh_id()
    writing.run(
        _ADD_ORGANISATION,
        id=organisation_id,
        county_id=county_id,
        code=code,
        name=name,
        kind=kind.value,
        path=path,
        ended_at=None,
        successor_id=None,
    )
    return organisation_id


def add_unit(writing: Writing, county_id: str, unit: NewUnit) -> str:
    """Register a unit in its town under its department and return its id."""
    town_id, town_name, kind, path = _organisation(writing, county_id, unit.town)
    if kind != OrganisationKind.TOWN:
        raise ContentInvalid(f"「{unit.name}」的乡镇编码「{unit.town}」是{town_name}，不是乡镇。请改为乡镇的编码。")
    department_id = _organisation(writing, county_id, unit.department)[0]
    unit_id = fresh_id()
    writing.run(
        _ADD_UNIT,
        id=unit_id,
        county_id=county_id,
        code=unit.code,
        credit_code=unit.credit_code,
        name=unit.name,
        town_id=town_id,
        department_id=department_id,
        path=path,
        sector=unit.sector,
        address=unit.address,
        headcount=unit.headcount,
        kind=unit.kind,
    )
    return unit_id


def set_unit_kind(writing: Writing, county_id: str, code: str, kind: str) -> None:
    """Say what kind of unit a registered unit is: it decides how often it drills."""
    writing.run(_SET_KIND, in_county=county_id, of_code=code, new_kind=kind)


def add_person(writing: Writing, county_id: str, *, name: str, phone: str | None, email: str | None = None) -> str:
    """Register a person and return their id."""
    person_id = fresh_id()
    writing.run(_ADD_PERSON, id=person_id, county_id=county_id, name=name, phone=phone, erased_at=None)
    if email:
        add_contact(writing, person_id, channel="email", address=email)
    return person_id


def add_contact(writing: Writing, person_id: str, *, channel: str, address: str) -> None:
    """Register where a channel reaches a person."""
    writing.run(_ADD_CONTACT, person_id=person_id, channel=channel, address=address)
    touch(writing, person_id)


def add_post(writing: Writing, county_id: str, *, code: str, name: str, role: Role, at: str) -> str:
    """Register a post at a unit or an organisation, given by code, and return its id."""
    unit_id = organisation_id = None
    if role in UNIT_ROLES:
        unit_id = unit_id_of(writing, county_id, at)
    else:
        organisation_id = _seat(writing, county_id, role, at)
    post_id = fresh_id()
    writing.run(
        _ADD_POST,
        id=post_id,
        county_id=county_id,
        code=code,
        name=name,
        role=role.value,
        organisation_id=organisation_id,
        unit_id=unit_id,
    )
    return post_id


def appoint(writing: Writing, county_id: str, *, person_id: str, post_code: str, at: DateTime) -> None:
    """Let a person hold a post from an instant on."""
    row = writing.one(_POST, county_id=county_id, code=post_code)
    if row is None:
        raise UnknownRecord(f"没有编码为「{post_code}」的岗位。请先登记岗位，或者核对编码。")
    writing.run(_APPOINT, person_id=person_id, post_id=row[0], began_at=micros(at), ended_at=None)
    touch(writing, person_id)


def relieve(writing: Writing, *, person_id: str, post_id: str, at: DateTime) -> None:
    """End a person's holding of a post."""
    writing.run(_END_HOLDING, person=person_id, post=post_id, at=micros(at))
    touch(writing, person_id)


def delegate(
    writing: Writing, *, from_person: str, to_person: str, post_id: str, began_at: DateTime, ended_at: DateTime
) -> None:
    """Let a person act for the holder of a post, for a time."""
    writing.run(
        _DELEGATE,
        from_person_id=from_person,
        to_person_id=to_person,
        post_id=post_id,
        began_at=micros(began_at),
        ended_at=micros(ended_at),
    )
    touch(writing, from_person)


def known(reading: Reading, county_id: str) -> Known:
    """Return every code that is taken."""
    units: dict[str, str | None] = dict(row[:2] for row in reading.all(_KNOWN_UNITS, county_id=county_id))
    return Known(
        {code: OrganisationKind(kind) for code, kind in reading.all(_KNOWN_ORGANISATIONS, county_id=county_id)},
        frozenset(units),
        frozenset(row[0] for row in reading.all(_KNOWN_POSTS, county_id=county_id)),
        frozenset(row[0] for row in reading.all(_KNOWN_LOGINS)),
        known_certificates(reading),
        {code: kind for code, kind in units.items() if kind},
    )


def unit_id_of(reading: Reading, county_id: str, code: str) -> str:
    """Return the id of a unit by its code."""
    row = reading.one(_UNIT, county_id=county_id, code=code)
    if row is None:
        raise UnknownRecord(f"没有编码为「{code}」的生产经营单位。请核对单位编码，或者先登记该单位。")
    found: str = row[0]
    return found


def find_unit(reading: Reading, county_id: str, *, name: str = "", credit_code: str | None = None) -> str | None:
    """Return the code of a unit by credit code or exact name, None when there is none or more than one."""
    rows = reading.all(_UNIT_BY_CREDIT, county_id=county_id, credit_code=credit_code) if credit_code else []
    rows = rows or reading.all(_UNIT_BY_NAME, county_id=county_id, name=name)
    return rows[0][0] if len(rows) == 1 else None


def organisation_named(reading: Reading, county_id: str, code: str) -> tuple[str, str]:
    """Return id and name of an organisation by its code."""
    return _organisation(reading, county_id, code)[:2]


def scope_of(
    role: Role,
    *,
    county_id: str,
    organisation_id: str | None,
    path: str | None,
    unit_id: str | None,
    acting_for: str | None = None,
) -> Scope:
    """Return what a post reaches, from its role and where it sits; a liaison's only what is the leader's own."""
    opens = EVERY_SEAL if role in READERS else (organisation_id or "") if role in _UNSEALERS else ""
    if role is Role.LIAISON and acting_for:
        return Scope(Reach.SUBTREE, own_path(county_id, acting_for))
    if role in UNIT_ROLES and unit_id:
        return Scope(Reach.UNIT, unit_id)
    if role in TOWN_ROLES and path:
        return Scope(Reach.SUBTREE, path)
    if role in {Role.DEPT_OFFICER, Role.DEPT_HEAD} and organisation_id:
        return Scope(Reach.DEPARTMENT, organisation_id, opens)
    if role in COUNTY_ROLES | LEADERS | {Role.BUREAU_OFFICER, Role.BUREAU_HEAD, Role.AUDITOR}:
        return Scope(Reach.SUBTREE, f"/{county_id}/", opens)
    return Scope(Reach.NOWHERE, "")


def counts(reading: Reading) -> tuple[int, int, int, int]:
    """Return how many organisations, units, persons and posts are registered, without the seats of the unregistered."""
    row = reading.one(_COUNTS)
    assert row is not None, "counting always answers"
    return row[0], row[1], row[2], row[3]


def _seat(writing: Writing, county_id: str, role: Role, at: str) -> str:
    organisation_id, name, kind, _ = _organisation(writing, county_id, at)
    if role in TOWN_ROLES and kind != OrganisationKind.TOWN:
        raise ContentInvalid(f"「{role.label}」应设在乡镇，「{name}」不是乡镇。请核对所属编码。")
    return organisation_id


def _organisation(reading: Reading, county_id: str, code: str) -> tuple[str, str, str, str]:
    row = reading.one(_ORGANISATION, county_id=county_id, code=code)
    if row is None:
        raise UnknownRecord(f"没有编码为「{code}」的机构。请先登记机构，或者核对编码。")
    return row[0], row[1], row[2], row[3]
