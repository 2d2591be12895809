"""Liaisons 联络员: who may enter a county leader's own visits, for how long; a delegation in the liaison's own post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from models import directory
from models.organisation import Holding, Post
from models.statements import Statement, table
from rules.actor import LEADERS, Role
from rules.errors import ContentInvalid

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.store import Reading, Writing

_posts, _holdings = table(Post), table(Holding)
_HELD = Statement(
    select(_posts.c.id, _posts.c.role)
    .select_from(_posts.join(_holdings, _holdings.c.post_id == _posts.c.id))
    .where(
        _holdings.c.person_id == bindparam("person"),
        _holdings.c.ended_at.is_(None),
        _posts.c.county_id == bindparam("county"),
    )
    .order_by(_holdings.c.id)
)


def name_liaison(
    writing: Writing, county_id: str, *, leader: str, liaison: str, began_at: DateTime, ended_at: DateTime
) -> None:
    """Let a liaison act for a leader for a time. Raises `ContentInvalid` where one is no leader or no liaison.

    Law: obl-liaison 联络员代录.
    """
    if not _posts_as(writing, county_id, leader, frozenset(LEADERS)):
        raise ContentInvalid("授权人不是县领导班子成员，不能指定联络员。请核对登录名。", clause="obl-liaison")
    posts = _posts_as(writing, county_id, liaison, frozenset({Role.LIAISON}))
    if not posts:
        raise ContentInvalid("被指定的人没有联络员岗位。请先登记岗位，再指定。", clause="obl-liaison")
    if ended_at <= began_at:
        raise ContentInvalid("授权的结束时间应晚于开始时间。请改正。", clause="obl-liaison")
    directory.delegate(
        writing, from_person=leader, to_person=liaison, post_id=posts[0], began_at=began_at, ended_at=ended_at
    )


def _posts_as(reading: Reading, county_id: str, person: str, roles: frozenset[Role]) -> list[str]:
    held = reading.all(_HELD, person=person, county=county_id)
    return [post for post, role in held if role in roles]
