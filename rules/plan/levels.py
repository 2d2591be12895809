"""The levels of emergency plans 预案层级 and who drafts, examines, approves, publishes and files at each of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rules.actor import COUNTY_ROLES, OFFICE_HEADS, OFFICERS, TOWN_ROLES, UNIT_ROLES, Role


class Level(StrEnum):
    """Where a plan stands in the tree. Law: plan-system （七）5."""

    OVERALL = "overall"
    SPECIAL = "special"
    DEPARTMENT = "department"
    TOWNSHIP = "township"
    VILLAGE = "village"
    UNIT = "unit"

    @property
    def parties(self) -> Parties:
        """Return the posts that make plans of this level."""
        return _PARTIES[self]


class UnitKind(StrEnum):
    """What kind of unit a plan of an enterprise belongs to: law asks more of the dangerous and the crowded."""

    HAZARDOUS = "hazardous"
    MINE = "mine"
    SMELTING = "smelting"
    RAIL = "rail"
    CONSTRUCTION = "construction"
    CROWDED = "crowded"
    LARGER = "larger"
    OTHER = "other"


class Scope(StrEnum):
    """How much a plan of an enterprise covers."""

    COMPREHENSIVE = "comprehensive"
    SPECIFIC = "specific"
    ON_SITE = "on_site"


LEVELS = {
    Level.OVERALL.value: "县总体预案",
    Level.SPECIAL.value: "县专项预案",
    Level.DEPARTMENT.value: "部门预案",
    Level.TOWNSHIP.value: "乡镇预案",
    Level.VILLAGE.value: "村（社区）预案",
    Level.UNIT.value: "企业、事业单位预案",
}
UNIT_KINDS = {
    UnitKind.HAZARDOUS.value: "危险物品生产、经营、储存、运输单位",
    UnitKind.MINE.value: "矿山",
    UnitKind.SMELTING.value: "金属冶炼",
    UnitKind.RAIL.value: "城市轨道交通运营",
    UnitKind.CONSTRUCTION.value: "建筑施工",
    UnitKind.CROWDED.value: "人员密集场所",
    UnitKind.LARGER.value: "中型规模以上的其他单位",
    UnitKind.OTHER.value: "其他单位",
}
SCOPES = {
    Scope.COMPREHENSIVE.value: "综合应急预案",
    Scope.SPECIFIC.value: "专项应急预案",
    Scope.ON_SITE.value: "现场处置方案",
}

#: Units that must file and drill each half year. Law: plan-file-duty 第七条, drill-halfyear 第八条第二款.
KEY_UNITS = frozenset(
    {UnitKind.HAZARDOUS, UnitKind.MINE, UnitKind.SMELTING, UnitKind.RAIL, UnitKind.CONSTRUCTION, UnitKind.CROWDED}
)
# What a sector's name suggests, the first that fits: nobody has registered more of the unit.
_SUGGESTS = (
    (UnitKind.MINE, ("矿",)),
    (UnitKind.SMELTING, ("冶炼", "冶金", "炼钢", "炼铁", "铸造")),
    (UnitKind.HAZARDOUS, ("危险", "危化", "化工", "加油", "加气", "燃气", "油库", "烟花", "爆竹", "民爆", "液氨")),
    (UnitKind.RAIL, ("轨道交通",)),
    (UnitKind.CONSTRUCTION, ("建筑施工", "建设工程", "施工")),
    (UnitKind.CROWDED, (
        "商场", "超市", "市场", "宾馆", "酒店", "餐饮", "学校", "教育", "医院", "医疗", "养老", "景区", "旅游", "影院",
        "娱乐", "客运", "人员密集", "文化", "商贸",
    )),
)  # fmt: skip
#: Units that hold a review with written minutes, and assess every three years. Law: plan-review 第二十一条.
REVIEWED_UNITS = frozenset(
    {UnitKind.HAZARDOUS, UnitKind.MINE, UnitKind.SMELTING, UnitKind.CONSTRUCTION, UnitKind.LARGER}
)


@dataclass(frozen=True, slots=True)
class Parties:
    """Who makes the plans of a level: `side` are all posts of those whose plan it is, the others hold single duties.

    `examiner` looks at the draft, from outside where the post is none of the side. `checks_filing`: the filing goes to
    an office of this county, which checks it; else a receipt proves it.
    """

    side: frozenset[Role]
    drafter: Role
    examiner: Role
    approver: Role
    publisher: Role
    ladder: str
    review: str
    sign: str
    file: str
    checks_filing: bool

    @property
    def examiners(self) -> frozenset[Role]:
        """Return the posts that may examine a draft."""
        return self.side if self.examiner in self.side else OFFICERS

    @property
    def approvers(self) -> frozenset[Role]:
        """Return the posts that may sign or approve."""
        return OFFICE_HEADS if self.approver in OFFICE_HEADS else frozenset({self.approver})


def _of_government(drafter: Role, examiner: Role, approver: Role, publisher: Role, side: frozenset[Role]) -> Parties:
    return Parties(
        side=side,
        drafter=drafter,
        examiner=examiner,
        approver=approver,
        publisher=publisher,
        ladder="plan-office",
        review="plan-examine",
        sign="plan-approve",
        file="plan-file-gov",
        checks_filing=False,
    )


_COUNTY = OFFICERS | COUNTY_ROLES
_PARTIES = {
    Level.OVERALL: _of_government(
        Role.BUREAU_OFFICER, Role.BUREAU_HEAD, Role.COUNTY_LEADER, Role.COMMITTEE_OFFICE, _COUNTY
    ),
    Level.SPECIAL: _of_government(
        Role.DEPT_OFFICER, Role.BUREAU_OFFICER, Role.COUNTY_LEADER, Role.COMMITTEE_OFFICE, _COUNTY
    ),
    Level.DEPARTMENT: _of_government(
        Role.DEPT_OFFICER, Role.BUREAU_OFFICER, Role.DEPT_HEAD, Role.DEPT_OFFICER, _COUNTY
    ),
    Level.TOWNSHIP: _of_government(Role.TOWN_CLERK, Role.BUREAU_OFFICER, Role.TOWN_LEADER, Role.TOWN_CLERK, TOWN_ROLES),
    Level.VILLAGE: _of_government(Role.TOWN_CLERK, Role.TOWN_CLERK, Role.TOWN_LEADER, Role.TOWN_CLERK, TOWN_ROLES),
    Level.UNIT: Parties(
        side=UNIT_ROLES,
        drafter=Role.UNIT_SAFETY,
        examiner=Role.UNIT_SAFETY,
        approver=Role.UNIT_HEAD,
        publisher=Role.UNIT_SAFETY,
        ladder="plan-unit",
        review="plan-review",
        sign="plan-sign",
        file="plan-file-20wd",
        checks_filing=True,
    ),
}


def presumed_kind(sector: str) -> UnitKind:
    """Return what kind of unit a sector suggests, the stricter where it might be two; other where it says nothing."""
    return next((kind for kind, words in _SUGGESTS if any(word in sector for word in words)), UnitKind.OTHER)


def must_file(level: Level, kind: UnitKind | None) -> bool:
    """Tell whether a plan must be filed: all of government, of units the dangerous and the crowded.

    Law: plan-file-duty 第七条; plan-file-gov 第二十六条.
    """
    return level is not Level.UNIT or kind in KEY_UNITS


def assessed_under(level: Level, kind: UnitKind | None) -> str:
    """Return the clause under which a plan is assessed. Law: plan-assess-3y 第三十五条第二款."""
    if level is not Level.UNIT:
        return "plan-assess-gov"
    return "plan-assess-3y" if kind in REVIEWED_UNITS else "plan-assess-other"
