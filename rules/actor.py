"""Who acts 办理人: role, place and person of an authenticated principal; knows no account store and no password.

A role says what a post does, a scope says where. People are opaque identifiers here: no name ever enters the law.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from rules.proof import Proof


class Role(StrEnum):
    """What a post 岗位 does in work safety.

    The watch roles are held by whoever the duty roster says, at the instant of asking; `NAMED` are the people whom the
    act itself names; `OWNER` is the one person whom the case is about. Nobody signs in as any of them.
    """

    UNIT_FIXER = "unit_fixer"
    UNIT_SAFETY = "unit_safety"
    UNIT_HEAD = "unit_head"
    TOWN_CLERK = "town_clerk"
    TOWN_LEADER = "town_leader"
    DEPT_OFFICER = "dept_officer"
    DEPT_HEAD = "dept_head"
    BUREAU_OFFICER = "bureau_officer"
    BUREAU_HEAD = "bureau_head"
    COMMITTEE_OFFICE = "committee_office"
    COUNTY_LEADER = "county_leader"
    LEADERSHIP = "leadership"
    LIAISON = "liaison"
    AUDITOR = "auditor"
    IT_ADMIN = "it_admin"
    ENGINE = "engine"
    WATCH_KEEPER = "watch_keeper"
    WATCH_LEADER = "watch_leader"
    WATCH_NEXT = "watch_next"
    NAMED = "named"
    OWNER = "owner"

    @property
    def label(self) -> str:
        """Return the post's name as the county's papers write it."""
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.UNIT_FIXER: "整改责任人",
    Role.UNIT_SAFETY: "安全管理员",
    Role.UNIT_HEAD: "主要负责人",
    Role.TOWN_CLERK: "乡镇安监员",
    Role.TOWN_LEADER: "乡镇分管领导",
    Role.DEPT_OFFICER: "部门监管员",
    Role.DEPT_HEAD: "部门负责人",
    Role.BUREAU_OFFICER: "应急局监管员",
    Role.BUREAU_HEAD: "应急局负责人",
    Role.COMMITTEE_OFFICE: "安委办",
    Role.COUNTY_LEADER: "分管县领导",
    Role.LEADERSHIP: "县领导班子成员",
    Role.LIAISON: "联络员",
    Role.AUDITOR: "审计",
    Role.IT_ADMIN: "系统管理员",
    Role.ENGINE: "系统时钟",
    Role.WATCH_KEEPER: "在班值班人员",
    Role.WATCH_LEADER: "带班领导",
    Role.WATCH_NEXT: "接班人员",
    Role.NAMED: "所列人员",
    Role.OWNER: "本人",
}

UNIT_ROLES = frozenset({Role.UNIT_FIXER, Role.UNIT_SAFETY, Role.UNIT_HEAD})
TOWN_ROLES = frozenset({Role.TOWN_CLERK, Role.TOWN_LEADER})
OFFICERS = frozenset({Role.DEPT_OFFICER, Role.DEPT_HEAD, Role.BUREAU_OFFICER, Role.BUREAU_HEAD})
OFFICE_HEADS = frozenset({Role.DEPT_HEAD, Role.BUREAU_HEAD})
COUNTY_ROLES = frozenset({Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER})
SUPERVISORS = TOWN_ROLES | OFFICERS | COUNTY_ROLES
WATCH_ROLES = frozenset({Role.WATCH_KEEPER, Role.WATCH_LEADER, Role.WATCH_NEXT})
#: Members of the county's leadership, each of whom owes visits of their own.
LEADERS = frozenset({Role.COUNTY_LEADER, Role.LEADERSHIP})
#: Who hears of somebody's own duty before it is breached.
CONFIDANTS = frozenset({Role.OWNER, Role.LIAISON})
READERS = frozenset({Role.AUDITOR})
#: What a person can hold as a post and sign in as.
POSTS = frozenset(Role) - WATCH_ROLES - {Role.NAMED, Role.OWNER, Role.ENGINE}


#: The sealed cases of every organisation.
EVERY_SEAL = "*"

#: What begins the last part of a path that is a person's own.
OWN = "~"


class Reach(StrEnum):
    """How far a post sees: its unit, the cases its department supervises, an organisation's subtree, or nothing."""

    UNIT = "unit"
    DEPARTMENT = "department"
    SUBTREE = "subtree"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case belongs: county, supervising department, unit, and its town's path such as `/dai/shangguan/`.

    A case about one person's own duty lies under a path of that person's alone, such as `/dai/~p1/`.
    """

    county_id: str
    path: str
    department_id: str
    unit_id: str

    @property
    def owner(self) -> str:
        """Return the person whose own duty the case is about, empty for all other cases."""
        last = self.path.rstrip("/").rpartition("/")[2]
        return last.removeprefix(OWN) if last.startswith(OWN) else ""


def own_path(county_id: str, person_id: str) -> str:
    """Return the path under which a person's own duties lie, and nothing else."""
    return f"/{county_id}/{OWN}{person_id}/"


@dataclass(frozen=True, slots=True)
class Scope:
    """The cases a post may see and act on; `at` is a unit id, a department id or an organisation's path.

    `opens` is the id of the organisation whose sealed cases the post may read too, `EVERY_SEAL` for those of all, empty
    for none: see `Process.readers`. Who says nothing about it sees nothing that is sealed.
    """

    reach: Reach
    at: str
    opens: str = ""

    def covers(self, place: Place) -> bool:
        """Tell whether a case at that place lies within the scope."""
        match self.reach:
            case Reach.UNIT:
                return place.unit_id == self.at
            case Reach.DEPARTMENT:
                return place.department_id == self.at
            case Reach.SUBTREE:
                return place.path.startswith(self.at)
            case _:
                return False


@dataclass(frozen=True, slots=True)
class Certificate:
    """An officer's enforcement certificate 执法证; both Shanghai days are included."""

    number: str
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class Actor:
    """An authenticated principal; `acting_for` is the person on whose behalf they act, under a recorded delegation.

    `home` is the id of the post's organisation or unit, `certificates` are all enforcement certificates of the person.
    `demonstration` marks an act done as somebody else, which only a database marked 演示 allows. `proof` is how the
    person showed who they are, None for what no person submits and for a part that is played.
    """

    person_id: str
    account_id: str
    post_id: str
    role: Role
    scope: Scope
    acting_for: str | None = None
    demonstration: bool = False
    home: str = ""
    certificates: tuple[Certificate, ...] = ()
    proof: Proof | None = None

    @property
    def persons(self) -> frozenset[str]:
        """Return everybody who stands behind the act: separation of duties is judged on all of them."""
        return frozenset({self.person_id} if self.acting_for is None else {self.person_id, self.acting_for})

    def certificate_on(self, day: date) -> Certificate | None:
        """Return the person's own certificate that is valid on a Shanghai day, None when there is none."""
        held = (found for found in self.certificates if found.valid_from <= day <= found.valid_until)
        return next(held, None)


def clock(county_id: str) -> Actor:
    """Return the principal of the acts that time itself does: rungs of a ladder and terms that ended."""
    return Actor(
        person_id="clock",
        account_id="clock",
        post_id="clock",
        role=Role.ENGINE,
        scope=Scope(Reach.SUBTREE, f"/{county_id}/"),
    )


def labels(roles: Iterable[Role]) -> str:
    """Return the roles' names joined as a Chinese sentence lists them, in order of declaration."""
    wanted = frozenset(roles)
    return "、".join(role.label for role in Role if role in wanted)
