"""The cast 演示人员: who can be played in a demonstration; the caller has checked that the database is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from models.account import Account
from models.organisation import Holding, Organisation, Person, Post, Unit
from models.statements import Statement, table
from rules.actor import Role

if TYPE_CHECKING:
    from models.store import Reading

_accounts, _persons, _posts, _holdings, _organisations, _units = (
    table(model) for model in (Account, Person, Post, Holding, Organisation, Unit)
)
_PARTS = Statement(
    select(
        _accounts.c.login, _persons.c.name, _posts.c.role, func.coalesce(_units.c.name, _organisations.c.name, "")
    )
    .select_from(
        _accounts.join(_persons, _persons.c.id == _accounts.c.person_id)
        .join(_holdings, _holdings.c.person_id == _persons.c.id)
        .join(_posts, _posts.c.id == _holdings.c.post_id)
        .outerjoin(_organisations, _organisations.c.id == _posts.c.organisation_id)
        .outerjoin(_units, _units.c.id == _posts.c.unit_id)
    )
    .where(_holdings.c.ended_at.is_(None), _accounts.c.disabled.is_(False), _persons.c.erased_at.is_(None))
    .order_by(_holdings.c.id)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody who can be played: their login and name, what their post does, and where it sits."""

    login: str
    name: str
    role: Role
    seat: str


def parts_by_role(reading: Reading) -> dict[Role, list[Part]]:
    """Return all parts by role, in the order in which roles are declared."""
    found: dict[Role, list[Part]] = {role: [] for role in Role}
    for login, name, role_name, seat in reading.all(_PARTS):
        role = Role(role_name)
        found[role].append(Part(login, name, role, seat))
    return {role: parts for role, parts in found.items() if parts}
