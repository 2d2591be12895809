"""Figures 统计: how many cases stand where and how long steps take, read from tallies that every act moves on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from models.organisation import Holding, Organisation, Post
from models.statements import Statement, table
from models.tally import Standing, Step
from rules.actor import POSTS, READERS, Role

if TYPE_CHECKING:
    from models.store import Reading

_standing, _steps, _organisations = table(Standing), table(Step), table(Organisation)
_posts, _holdings = table(Post), table(Holding)
_STANDING = Statement(
    select(
        _standing.c.kind, func.coalesce(_organisations.c.name, ""), _standing.c.grade, _standing.c.status,
        _standing.c.waits_for, _standing.c.overdue, func.sum(_standing.c.cases),
    )
    .select_from(_standing.outerjoin(_organisations, _organisations.c.path == _standing.c.path))
    .group_by(
        _standing.c.kind, _organisations.c.name, _standing.c.grade, _standing.c.status, _standing.c.waits_for,
        _standing.c.overdue,
    )
)  # fmt: skip
_STEPS = Statement(
    select(
        _steps.c.kind,
        _steps.c.month,
        _steps.c.act,
        func.sum(_steps.c.ended),
        func.sum(_steps.c.late),
        func.sum(_steps.c.waited),
    )
    .group_by(_steps.c.kind, _steps.c.month, _steps.c.act)
    .order_by(_steps.c.month.desc(), _steps.c.act)
)  # fmt: skip
_HELD_ROLES = Statement(
    select(_posts.c.role)
    .select_from(_posts.join(_holdings, _holdings.c.post_id == _posts.c.id))
    .where(_holdings.c.ended_at.is_(None))
    .distinct()
)
_MICROSECONDS_IN_A_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class StandingCount:
    """Number of cases of one kind in one town by grade, status and what they wait for."""

    kind: str
    town: str
    grade: str
    status: str
    waits_for: str
    overdue: bool
    cases: int


@dataclass(frozen=True, slots=True)
class StepCount:
    """How often a step was finished in a month, how often late, and its mean length in days."""

    kind: str
    month: str
    act: str
    ended: int
    late: int
    mean_days: float


def standing(reading: Reading) -> list[StandingCount]:
    """Return the present counts that are not nought."""
    return [
        StandingCount(kind, town, grade, status, waits_for, bool(overdue), int(cases))
        for kind, town, grade, status, waits_for, overdue, cases in reading.all(_STANDING)
        if cases
    ]


def steps(reading: Reading) -> list[StepCount]:
    """Return what was finished, the latest month first."""
    return [
        StepCount(kind, month, act, int(ended), int(late), float(waited) / int(ended) / _MICROSECONDS_IN_A_DAY)
        for kind, month, act, ended, late, waited in reading.all(_STEPS)
    ]


def unheld_roles(reading: Reading) -> list[str]:
    """Return the roles that ladders and duties address and that nobody holds, in order of declaration."""
    held = {row[0] for row in reading.all(_HELD_ROLES)}
    # Not every county registers the rest of its leadership, or liaisons; nothing waits for them before it does.
    addressed = [role for role in Role if role in POSTS - READERS - {Role.LEADERSHIP, Role.LIAISON}]
    stood_in = {Role.DEPT_OFFICER: Role.BUREAU_OFFICER, Role.DEPT_HEAD: Role.BUREAU_HEAD}
    return [role.value for role in addressed if role not in held and stood_in.get(role, role) not in held]


def waiting_by_act(counts: list[StandingCount], kind: str) -> dict[str, tuple[int, int]]:
    """Return, for each act that cases of a kind wait for, how many wait and how many of them are overdue."""
    found: dict[str, tuple[int, int]] = {}
    for count in counts:
        if count.kind == kind and count.status == "open":
            waiting, overdue = found.get(count.waits_for, (0, 0))
            found[count.waits_for] = (waiting + count.cases, overdue + (count.cases if count.overdue else 0))
    return found
