"""Who holds drills 演练组织单位 and how: levels with their posts, forms of a drill, what each of them counts for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rules.actor import COUNTY_ROLES, OFFICE_HEADS, OFFICERS, TOWN_ROLES, UNIT_ROLES, Role


class Host(StrEnum):
    """At which level a drill is held."""

    COMMAND = "command"
    GOVERNMENT = "government"
    DEPARTMENT = "department"
    TOWNSHIP = "township"
    UNIT = "unit"

    @property
    def posts(self) -> Posts:
        """Return the posts that prepare and approve drills of this level."""
        return _POSTS[self]


class Shape(StrEnum):
    """How a drill is played."""

    LIVE = "live"
    TABLETOP = "tabletop"
    PAPER = "paper"


class Reach(StrEnum):
    """How much of the plans a drill tests."""

    COMPREHENSIVE = "comprehensive"
    SPECIFIC = "specific"
    ON_SITE = "on_site"

    def covers(self, wanted: Reach) -> bool:
        """Tell whether such a drill counts as one of that reach: a comprehensive one is a specific one as well."""
        return self is wanted or (self is Reach.COMPREHENSIVE and wanted is Reach.SPECIFIC)


HOSTS = {
    Host.COMMAND.value: "专项指挥部",
    Host.GOVERNMENT.value: "县政府",
    Host.DEPARTMENT.value: "部门",
    Host.TOWNSHIP.value: "乡镇",
    Host.UNIT.value: "企业、事业单位，村（社区）",
}
SHAPES = {Shape.LIVE.value: "实战演练", Shape.TABLETOP.value: "桌面推演", Shape.PAPER.value: "书面推演"}
REACHES = {
    Reach.COMPREHENSIVE.value: "综合演练",
    Reach.SPECIFIC.value: "专项演练",
    Reach.ON_SITE.value: "现场处置方案演练",
}


@dataclass(frozen=True, slots=True)
class Posts:
    """Who holds what in drills of a level: `side` are all posts of the host, `owners` those that may owe improvements.

    An improvement is owed only by a post that there is where the case belongs: nobody would see it on their list.
    """

    side: frozenset[Role]
    organiser: Role
    approver: Role
    ladder: str
    owners: frozenset[Role]

    @property
    def approvers(self) -> frozenset[Role]:
        """Return the posts that may approve."""
        return OFFICE_HEADS if self.approver in OFFICE_HEADS else frozenset({self.approver})


_COUNTY = OFFICERS | COUNTY_ROLES
_OF_THE_TOWN = TOWN_ROLES | COUNTY_ROLES | {Role.BUREAU_OFFICER, Role.BUREAU_HEAD}
_OF_THE_UNIT = UNIT_ROLES | TOWN_ROLES | _COUNTY
_POSTS = {
    Host.COMMAND: Posts(_COUNTY, Role.DEPT_OFFICER, Role.COUNTY_LEADER, "exercise-office", _COUNTY),
    Host.GOVERNMENT: Posts(_COUNTY, Role.BUREAU_OFFICER, Role.COUNTY_LEADER, "exercise-office", _COUNTY),
    Host.DEPARTMENT: Posts(OFFICERS, Role.DEPT_OFFICER, Role.DEPT_HEAD, "exercise-office", _COUNTY),
    Host.TOWNSHIP: Posts(TOWN_ROLES, Role.TOWN_CLERK, Role.TOWN_LEADER, "exercise-office", _OF_THE_TOWN),
    Host.UNIT: Posts(UNIT_ROLES, Role.UNIT_SAFETY, Role.UNIT_HEAD, "exercise-unit", _OF_THE_UNIT),
}
