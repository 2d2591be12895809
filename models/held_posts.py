"""Held posts 在任岗位: which posts a person holds now, and for whom they may act in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, exists, select

from models.certificates import certificates_of
from models.clock import micros
from models.organisation import Delegation, Holding, Organisation, Person, Post
from models.statements import Statement, table
from rules.actor import Role

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.store import Reading
    from rules.actor import Certificate

_persons, _posts, _holdings, _organisations, _delegations = (
    table(model) for model in (Person, Post, Holding, Organisation, Delegation)
)
_POSTS = Statement(
    select(
        _posts.c.id, _posts.c.name, _posts.c.role, _posts.c.county_id, _posts.c.organisation_id, _posts.c.unit_id,
        _organisations.c.path,
    )
    .select_from(
        _posts.join(_holdings, _holdings.c.post_id == _posts.c.id).outerjoin(
            _organisations, _organisations.c.id == _posts.c.organisation_id
        )
    )
    .where(_holdings.c.person_id == bindparam("person_id"), _holdings.c.ended_at.is_(None))
    .order_by(_holdings.c.id)
)  # fmt: skip
_DELEGATED = Statement(
    select(_delegations.c.from_person_id, _persons.c.name)
    .select_from(_delegations.join(_persons, _persons.c.id == _delegations.c.from_person_id))
    .where(
        _delegations.c.to_person_id == bindparam("person_id"),
        _delegations.c.post_id == bindparam("post_id"),
        _delegations.c.began_at <= bindparam("at"),
        _delegations.c.ended_at > bindparam("at"),
        exists().where(_holdings.c.person_id == _delegations.c.from_person_id, _holdings.c.ended_at.is_(None)),
    )
)


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post that a person holds now, with all enforcement certificates of the person."""

    id: str
    name: str
    role: Role
    county_id: str
    organisation_id: str | None
    unit_id: str | None
    path: str | None
    certificates: tuple[Certificate, ...] = ()


def posts_of(reading: Reading, person_id: str) -> tuple[HeldPost, ...]:
    """Return the posts that a person holds now, the longest held first."""
    held = certificates_of(reading, person_id)
    return tuple(
        HeldPost(post_id, name, Role(role), county_id, organisation_id, unit_id, path, held)
        for post_id, name, role, county_id, organisation_id, unit_id, path in reading.all(_POSTS, person_id=person_id)
    )


def delegators_of(reading: Reading, person_id: str, post_id: str, now: DateTime) -> dict[str, str]:
    """Return whom a person may act for in a post now, names by person; who holds no post has nothing to delegate."""
    return dict(reading.all(_DELEGATED, person_id=person_id, post_id=post_id, at=micros(now)))  # type: ignore[arg-type]
