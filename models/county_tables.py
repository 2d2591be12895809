"""The four tables of a county as they go out 机构、单位、岗位、人员: what is on the books, by the tables' own keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from models.account import Account
from models.organisation import UNREGISTERED, Contact, Holding, Organisation, Person, Post, Unit
from models.statements import Statement, table

if TYPE_CHECKING:
    from models.store import Reading

_bodies, _units, _posts, _holdings, _persons, _accounts, _contacts = (
    table(model) for model in (Organisation, Unit, Post, Holding, Person, Account, Contact)
)
_towns, _departments = _bodies.alias("towns"), _bodies.alias("departments")
_BODIES = Statement(
    select(_bodies.c.code, _bodies.c.name, _bodies.c.kind, _bodies.c.path)
    .where(_bodies.c.county_id == bindparam("county"), _bodies.c.ended_at.is_(None))
    .order_by(_bodies.c.path)
)
_UNITS = Statement(
    select(
        _units.c.code, _units.c.credit_code, _units.c.name, _towns.c.code, _units.c.sector, _departments.c.code,
        _units.c.address, _units.c.headcount, _units.c.kind,
    )
    .select_from(
        _units.join(_towns, _towns.c.id == _units.c.town_id).join(
            _departments, _departments.c.id == _units.c.department_id
        )
    )
    .where(_units.c.county_id == bindparam("county"), _units.c.sector != UNREGISTERED)
    .order_by(_units.c.code)
)  # fmt: skip
_POSTS = Statement(
    select(_posts.c.code, _posts.c.name, _posts.c.role, _bodies.c.code, _units.c.code)
    .select_from(
        _posts.outerjoin(_bodies, _bodies.c.id == _posts.c.organisation_id).outerjoin(
            _units, _units.c.id == _posts.c.unit_id
        )
    )
    .where(_posts.c.county_id == bindparam("county"))
    .order_by(_posts.c.code)
)
_PEOPLE = Statement(
    select(_persons.c.id, _persons.c.name, _persons.c.phone, _accounts.c.login, _posts.c.code)
    .select_from(
        _persons.join(_accounts, _accounts.c.person_id == _persons.c.id)
        .join(_holdings, _holdings.c.person_id == _persons.c.id)
        .join(_posts, _posts.c.id == _holdings.c.post_id)
    )
    .where(_persons.c.county_id == bindparam("county"), _persons.c.erased_at.is_(None), _holdings.c.ended_at.is_(None))
    .order_by(_accounts.c.login, _posts.c.code)
)
_MAIL = Statement(select(_contacts.c.person_id, _contacts.c.address).where(_contacts.c.channel == "email"))
_UNIT_KEYS = ("code", "credit_code", "name", "township", "industry", "department", "address", "employees", "kind")


def rows_of(reading: Reading, county_id: str, name: str) -> list[dict[str, Any]]:
    """Return what is on the books by the keys of a table: organisation, units, posts or people; no passwords."""
    if name == "organisation":
        return _organisations(reading, county_id)
    if name == "units":
        return [dict(zip(_UNIT_KEYS, row, strict=True)) for row in reading.all(_UNITS, county=county_id)]
    if name == "posts":
        return [
            {"code": code, "name": title, "role": role, "belongs_to": body or unit}
            for code, title, role, body, unit in reading.all(_POSTS, county=county_id)
        ]
    return _people(reading, county_id)


def _organisations(reading: Reading, county_id: str) -> list[dict[str, Any]]:
    found = reading.all(_BODIES, county=county_id)
    codes = {path: code for code, _, _, path in found}
    return [
        {"code": code, "name": name, "kind": kind, "parent": codes.get(_above(path))}
        for code, name, kind, path in found
    ]


def _above(path: str) -> str:
    return path.rstrip("/").rpartition("/")[0] + "/"


def _people(reading: Reading, county_id: str) -> list[dict[str, Any]]:
    mail = dict(reading.all(_MAIL))
    people: dict[str, dict[str, Any]] = {}
    posts: dict[str, list[str]] = {}
    for person, name, phone, login, post in reading.all(_PEOPLE, county=county_id):
        people[login] = {"name": name, "mobile": phone, "account": login, "email": mail.get(person)}
        posts.setdefault(login, []).append(post)
    return [row | {"posts": "、".join(posts[login])} for login, row in people.items()]
