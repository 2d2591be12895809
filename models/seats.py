"""Seats 岗位 of organisations: who holds which post, which are vacant, who acts for whom, how one is reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, func, select

from models.clock import instant, micros
from models.organisation import Contact, Delegation, Holding, Organisation, OrganisationKind, Person, Post
from models.statements import Statement, table
from rules.actor import Reach, Role

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.store import Reading
    from rules.actor import Scope

_posts, _holdings, _bodies, _persons = (table(model) for model in (Post, Holding, Organisation, Person))
_delegations, _contacts = table(Delegation), table(Contact)
_to = _persons.alias("to_persons")
_BODIES = Statement(
    select(_bodies.c.id, _bodies.c.code, _bodies.c.name, _bodies.c.kind, _bodies.c.path)
    .where(_bodies.c.county_id == bindparam("county"), _bodies.c.ended_at.is_(None))
    .order_by(_bodies.c.id)
)
_SEATS = Statement(
    select(_posts.c.organisation_id, _posts.c.id, _posts.c.name, _posts.c.role, _persons.c.id, _persons.c.name)
    .select_from(
        _posts.outerjoin(_holdings, and_(_holdings.c.post_id == _posts.c.id, _holdings.c.ended_at.is_(None))).outerjoin(
            _persons, _persons.c.id == _holdings.c.person_id
        )
    )
    .where(_posts.c.county_id == bindparam("county"), _posts.c.organisation_id.is_not(None))
    .order_by(_posts.c.id, _holdings.c.id)
)
_ACTING = Statement(
    select(_delegations.c.post_id, _persons.c.name, _to.c.name, _delegations.c.began_at, _delegations.c.ended_at)
    .select_from(
        _delegations.join(_persons, _persons.c.id == _delegations.c.from_person_id).join(
            _to, _to.c.id == _delegations.c.to_person_id
        )
    )
    .where(_delegations.c.ended_at > bindparam("now"))
    .order_by(_delegations.c.began_at)
)
_CONTACTS = Statement(select(_contacts.c.person_id, _contacts.c.channel).order_by(_contacts.c.channel))
_VACANT_AT_UNITS = Statement(
    select(func.count())
    .select_from(_posts.outerjoin(_holdings, and_(_holdings.c.post_id == _posts.c.id, _holdings.c.ended_at.is_(None))))
    .where(_posts.c.county_id == bindparam("county"), _posts.c.unit_id.is_not(None), _holdings.c.id.is_(None))
)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody in a post; `name` is None where it was erased, `channels` are those with an address on record."""

    person_id: str
    name: str | None
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Acting:
    """That somebody acts for somebody else in a post, from when until when."""

    whom: str | None
    who: str | None
    began_at: DateTime
    ended_at: DateTime


@dataclass(frozen=True, slots=True)
class Seat:
    """One post of an organisation; without holders it is vacant."""

    name: str
    role: Role
    holders: tuple[Holder, ...]
    acting: tuple[Acting, ...]


@dataclass(frozen=True, slots=True)
class SeatedBody:
    """One organisation with its posts."""

    code: str
    name: str
    kind: OrganisationKind
    seats: tuple[Seat, ...]

    @property
    def vacancies(self) -> int:
        """Return how many of its posts nobody holds."""
        return sum(not seat.holders for seat in self.seats)


def seated_bodies(reading: Reading, county_id: str, scope: Scope, now: DateTime) -> list[SeatedBody]:
    """Return the organisations within a scope with their posts; a scope over nothing is the machine's keeper: all."""
    channels: dict[str, tuple[str, ...]] = {}
    for person_id, channel in reading.all(_CONTACTS):
        channels[person_id] = (*channels.get(person_id, ()), channel)
    acting: dict[str, list[Acting]] = {}
    for post_id, whom, who, began_at, ended_at in reading.all(_ACTING, now=micros(now)):
        acting.setdefault(post_id, []).append(Acting(whom, who, instant(began_at), instant(ended_at)))
    seats: dict[str, dict[str, Seat]] = {}
    for body_id, post_id, name, role, person_id, person in reading.all(_SEATS, county=county_id):
        known = seats.setdefault(body_id, {})
        before = known[post_id].holders if post_id in known else ()
        holder = () if person_id is None else (Holder(person_id, person, channels.get(person_id, ())),)
        known[post_id] = Seat(name, Role(role), (*before, *holder), tuple(acting.get(post_id, ())))
    return [
        SeatedBody(code, name, OrganisationKind(kind), tuple(seats.get(body_id, {}).values()))
        for body_id, code, name, kind, path in reading.all(_BODIES, county=county_id)
        if _covers(scope, body_id, path)
    ]


def vacant_at_units(reading: Reading, county_id: str) -> int:
    """Return how many posts of units nobody holds."""
    row = reading.one(_VACANT_AT_UNITS, county=county_id)
    return int(row[0]) if row else 0


def _covers(scope: Scope, body_id: str, path: str) -> bool:
    match scope.reach:
        case Reach.SUBTREE:
            return path.startswith(scope.at)
        case Reach.NOWHERE:
            return True
        case _:
            return body_id == scope.at
