"""Staff 机构人员: who works where, and whom a written name or login means; for rosters, forms and papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from models.account import Account
from models.organisation import Holding, Organisation, OrganisationKind, Person, Post
from models.statements import Statement, table
from rules.errors import ContentInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.store import Reading

_persons, _posts, _holdings, _accounts, _organisations = (
    table(model) for model in (Person, Post, Holding, Account, Organisation)
)
_PEOPLE = Statement(
    select(_persons.c.id, _persons.c.name, _persons.c.phone, _accounts.c.login, _posts.c.organisation_id)
    .select_from(
        _persons.outerjoin(_accounts, _accounts.c.person_id == _persons.c.id)
        .outerjoin(_holdings, _holdings.c.person_id == _persons.c.id)
        .outerjoin(_posts, _posts.c.id == _holdings.c.post_id)
    )
    .where(_persons.c.county_id == bindparam("county"), _persons.c.erased_at.is_(None), _holdings.c.ended_at.is_(None))
    .order_by(_persons.c.id)
)
_ORGANISATIONS = Statement(
    select(
        _organisations.c.id,
        _organisations.c.code,
        _organisations.c.name,
        _organisations.c.kind,
        _organisations.c.ended_at,
    )
    .where(_organisations.c.county_id == bindparam("county"))
    .order_by(_organisations.c.path, _organisations.c.id)
)


@dataclass(frozen=True, slots=True)
class Body:
    """One organisation as lists show it; `ended`: it was merged into another or abolished."""

    id: str
    code: str
    name: str
    kind: OrganisationKind
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """One person: identifier, name, telephone, login, and the organisations where they hold a post."""

    id: str
    name: str
    phone: str
    login: str
    organisations: frozenset[str]


class Staff:
    """All people of a county; finds them by identifier, login or name."""

    def __init__(self, members: Mapping[str, Member]) -> None:
        self._members = members
        self._by_login = {member.login: member for member in members.values() if member.login}
        self._by_name: dict[str, list[Member]] = {}
        for member in members.values():
            self._by_name.setdefault(member.name, []).append(member)

    @classmethod
    def read(cls, reading: Reading, county_id: str) -> Staff:
        """Read the people of a county."""
        found: dict[str, Member] = {}
        for person_id, name, phone, login, organisation_id in reading.all(_PEOPLE, county=county_id):
            seats = found[person_id].organisations if person_id in found else frozenset[str]()
            seats |= {organisation_id} if organisation_id else frozenset[str]()
            found[person_id] = Member(person_id, name or "", phone or "", login or "", seats)
        return cls(found)

    def name(self, person_id: str) -> str:
        """Return a person's name, or that it was erased."""
        member = self._members.get(person_id)
        return member.name if member else "（已删除）"

    def phone(self, person_id: str) -> str:
        """Return a person's telephone number, empty where none is known."""
        member = self._members.get(person_id)
        return member.phone if member else ""

    def of(self, organisation_id: str) -> tuple[Member, ...]:
        """Return who holds a post at an organisation."""
        return tuple(member for member in self._members.values() if organisation_id in member.organisations)

    def everybody(self) -> tuple[Member, ...]:
        """Return all people of the county by name."""
        return tuple(sorted(self._members.values(), key=lambda member: (member.name, member.id)))

    def meant(self, written: str, organisation_id: str) -> Member:
        """Return whom an identifier, a login or a name means; of two of one name, who is of the organisation.

        Raises `ContentInvalid` when it is nobody or may be several.
        """
        direct = self._members.get(written) or self._by_login.get(written)
        if direct is not None:
            return direct
        named = self._by_name.get(written, [])
        near = [member for member in named if organisation_id in member.organisations] or named
        if len(near) == 1:
            return near[0]
        if near:
            logins = "、".join(member.login for member in near)
            raise ContentInvalid(f"叫「{written}」的有 {len(near)} 人（{logins}）。请改填登录名。", clause="duty-24h")
        raise ContentInvalid(
            f"没有登记姓名或者登录名为「{written}」的人员。请先登记，或者核对后重填。", clause="duty-24h"
        )


def bodies(reading: Reading, county_id: str) -> tuple[Body, ...]:
    """Return all organisations of a county, those above first."""
    rows = reading.all(_ORGANISATIONS, county=county_id)
    return tuple(
        Body(key, code, name, OrganisationKind(kind), ended_at is not None) for key, code, name, kind, ended_at in rows
    )
