"""The menu 目录: every page that a person can go to without knowing a number, in groups; one line for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.shelves import MATTER_SHELVES, SHELVES
from rules.actor import COUNTY_ROLES, LEADERS, OFFICE_HEADS, POSTS, SUPERVISORS, UNIT_ROLES, Role
from rules.duty_watch import DUTY_WATCH
from rules.obligation import OBLIGATION
from rules.programme import PROGRAMME
from rules.unit_file import UNIT_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

WATCH_READERS = SUPERVISORS | {Role.AUDITOR, Role.IT_ADMIN}
RUN_READERS = SUPERVISORS | LEADERS | {Role.AUDITOR, Role.IT_ADMIN}
NOTICE_READERS = SUPERVISORS | LEADERS | {Role.AUDITOR}
#: Who sees every case of the county.
COUNTY_WIDE = COUNTY_ROLES | LEADERS | {Role.BUREAU_OFFICER, Role.BUREAU_HEAD, Role.AUDITOR}
#: Who reads who holds which post and how people are reached.
PEOPLE_READERS = SUPERVISORS | {Role.AUDITOR, Role.IT_ADMIN}
#: Who answers for the accounts, and who audits them.
RIGHTS_READERS = frozenset({Role.IT_ADMIN, Role.AUDITOR})
#: Who answers for the work of others, and who audits it.
BOARD_READERS = LEADERS | OFFICE_HEADS | {
    Role.COMMITTEE_OFFICE, Role.BUREAU_OFFICER, Role.TOWN_LEADER, Role.AUDITOR,
}  # fmt: skip
QUOTA_READERS = SUPERVISORS | LEADERS | UNIT_ROLES | {Role.LIAISON, Role.AUDITOR}


@dataclass(frozen=True, slots=True)
class Place:
    """One page. `prefix` is that of the cases that are shown from there; `hint` says in a line what it is for.

    `in_bar`: it stands in the bar of a wide screen too.
    """

    path: str
    title: str
    hint: str
    readers: frozenset[Role] = POSTS
    prefix: str = ""
    in_bar: bool = False

    def holds(self, address: str) -> bool:
        """Tell whether an address of this console belongs to the place."""
        if address == self.path or (self.path != "/" and address.startswith(f"{self.path}/")):
            return True
        return bool(self.prefix) and address.startswith(f"/cases/{self.prefix}-")


@dataclass(frozen=True, slots=True)
class Group:
    """Places that belong together, under a heading."""

    title: str
    places: tuple[Place, ...]


LEDGERS = Group(
    "台账",
    tuple(
        Place(shelf.path, shelf.title, shelf.hint, shelf.process.readers or POSTS, prefix=shelf.process.prefix)
        for shelf in SHELVES
        if shelf not in MATTER_SHELVES
    ),
)
MATTERS = Group(
    "分步事项",
    tuple(Place(shelf.path, shelf.title, shelf.hint, prefix=shelf.process.prefix) for shelf in MATTER_SHELVES),
)
GROUPS = (
    Group(
        "日常",
        (
            Place("/", "待办", "您必须办理的事项，最紧的在最前", in_bar=True),
            Place("/overview", "看板", "三个数、最需要关注的五件、一键催办", BOARD_READERS, in_bar=True),
            Place("/supervision", "督办清单", "超期、今日到期、挂牌、通报、约谈，可打印、可导出", BOARD_READERS),
            Place("/calendar", "月历", "到期、演练、办结，工作日和放假"),
            Place(
                "/duty", "值班", "今天谁在岗，排班、签到、交接", WATCH_READERS, prefix=DUTY_WATCH.prefix, in_bar=True
            ),
            Place(
                "/obligations",
                "周期应办",
                "按月、季、年应当办理的",
                QUOTA_READERS,
                prefix=OBLIGATION.prefix,
                in_bar=True,
            ),
            Place("/registers", "登记名册", "按期登记的名册和台账，可导出", QUOTA_READERS),
            Place("/matrix", "543 矩阵", "十二个体系的任务，各机构办到哪里，可打印", QUOTA_READERS),
        ),
    ),
    LEDGERS,
    MATTERS,
    Group(
        "专项",
        (
            Place(
                "/programmes",
                "专项",
                "专项整治、零事故创建、重点工程的目标、进度和清单",
                QUOTA_READERS,
                prefix=PROGRAMME.prefix,
            ),
        ),
    ),
    Group(
        "企业",
        (
            Place("/units", "企业名录", "每家单位的一企一档", prefix=UNIT_FILE.prefix),
            Place("/one-form", "一张表", "每家单位的五方监管责任"),
            Place("/board", "包保责任公示牌", "为每家单位指名的责任人，可打印"),
            Place("/placards", "隐患上报牌", "贴在单位和风险点的二维码，扫码上报，可打印"),
        ),
    ),
    Group(
        "记录",
        (
            Place("/coverage", "通知落实", "年度通知的每一条落实在哪里", NOTICE_READERS),
            Place("/kpi", "指标", "填报负担、隐患、事故和各项应办的数", NOTICE_READERS),
            Place("/briefs", "月度简报", "一个月的数字，PDF 和 Word", NOTICE_READERS),
            Place("/runs", "运行记录", "何时运行、结果怎样、告诉了谁", RUN_READERS, in_bar=True),
            Place("/flows", "发起运行", "立即催办、统计、校验、导入"),
            Place("/exchange", "导入导出", "台账、单位、值班表，模板和最近结果"),
            Place("/outbox", "通知", "告诉了谁、怎样送出、是否送到", in_bar=True),
            Place("/process/hazard", "流程图", "每个流程的步骤、岗位和期限"),
        ),
    ),
    Group(
        "设置",
        (
            Place("/settings", "设置", "流程与时限、工作日、渠道、人员、模板"),
            Place("/settings/clauses", "流程与时限", "每一条款、期限、核实程度"),
            Place("/settings/workdays", "工作日", "放假和调休，按国务院通知"),
            Place("/settings/channels", "通知与联系人", "在用渠道、怎样联系到人、测试通知", PEOPLE_READERS),
            Place("/settings/people", "组织与人员", "谁在什么岗位，代办和空缺", PEOPLE_READERS),
            Place("/settings/rights", "权限矩阵", "每个岗位看得到什么、能办什么", RIGHTS_READERS),
            Place("/settings/papers", "文书模板", "本县自己的 Word 模板"),
        ),
    ),
    Group(
        "本人",
        (
            Place("/me", "我的", "岗位、代办、密码、语言"),
            Place("/help", "帮助", "怎样办理，用语"),
        ),
    ),
)


def places() -> Iterator[Place]:
    """Yield every place, group by group."""
    for group in GROUPS:
        yield from group.places


def groups_for(role: Role) -> tuple[Group, ...]:
    """Return the groups with the places that a post may go to."""
    seen = (Group(group.title, tuple(place for place in group.places if role in place.readers)) for group in GROUPS)
    return tuple(group for group in seen if group.places)


def is_ledger(address: str) -> bool:
    """Tell whether an address is a list of cases or one of its cases; a form to report is neither."""
    return any(
        address == place.path or (place.holds(address) and "/cases/" in address)
        for place in (*LEDGERS.places, *MATTERS.places)
    )


def bar_for(role: Role | None) -> tuple[Place, ...]:
    """Return what stands in the bar for a post, nothing for whoever has not signed in."""
    return tuple(place for place in places() if place.in_bar and role in place.readers)


def home_of(role: Role | None) -> str:
    """Return the first page of a post: the board for leaders, for everybody else what is to be done."""
    return "/overview" if role in LEADERS else "/"
