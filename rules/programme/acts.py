"""The vocabulary of programmes 专项: kinds of acts, their forms, and which posts may do them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from rules.actor import COUNTY_ROLES, LEADERS, SUPERVISORS, UNIT_ROLES, Role
from rules.form import Form, choice, code, day, lines, person, text

if TYPE_CHECKING:
    from collections.abc import Mapping


class ProgrammeAct(StrEnum):
    """What can be done to one programme at one holder; the clock opens it, takes out whoever had an accident, reminds.

    The last two are done by the clock alone.
    """

    OPEN = "open"
    ENTER = "enter"
    ENTER_LIST = "enter-list"
    FINISH = "finish"
    CHECK = "check"
    AMEND = "amend"
    DROP = "drop"
    RESTORE = "restore"
    REACH = "reach"
    REPORT = "report"
    REFER = "refer"
    COMPLETE = "complete"
    ACCEPT = "accept"
    RELEASE = "release"
    NOTE = "note"
    RUNG = "rung"
    LAPSE = "lapse"

    @property
    def label(self) -> str:
        """Return the act's name as the field uses it."""
        return FORMS[self].label


NONE, SOME = "none", "some"
DIFFICULTIES = {NONE: "没有困难和问题", SOME: "有困难和问题"}
PASSED = {"yes": "符合要求", "no": "退回继续办理"}
MISTAKEN, GONE, INCIDENT = "mistaken", "gone", "incident"
DROPPED_FOR = {MISTAKEN: "误列", GONE: "对象注销、撤销", INCIDENT: "发生事故"}
MERGED = "merged"
RELEASED_FOR = {MERGED: "机构合并或者撤销", MISTAKEN: "重复开列"}

_about = code("about", "序号")
_note = text("note", "说明", required=False)
_HAZARDS = "每行一个隐患编号，如 YH-2026-0017"
_ITEMS = "每行一个本清单的序号"
_hazards = lines("hazards", "隐患编号", required=False, hint=_HAZARDS)
_items = lines("items", "清单序号", required=False, hint=_ITEMS)
_person = person("person", "责任人", required=False)
_measure = code("measure", "措施", required=False, hint="不写姓名")

FORMS: Mapping[str, Form] = {
    ProgrammeAct.OPEN: Form(
        "open",
        "启动",
        (
            code("programme", "专项"),
            text("title", "名称"),
            code("holder", "承办单位"),
            code("role", "负责岗位"),
            day("first", "首日"),
            day("last", "末日"),
        ),
    ),
    ProgrammeAct.ENTER: Form(
        "enter",
        "列入一项",
        (
            code("object", "对象", hint="村、单位写编码；其他的写名称，不写姓名"),
            _person,
            _measure,
            day("due", "期限", required=False, hint="不填的为本专项末日"),
            lines("columns", "其他栏目", required=False, hint="按本清单的栏目，每行一栏"),
        ),
    ),
    ProgrammeAct.ENTER_LIST: Form(
        "enter-list",
        "列入清单",
        (lines("list", "清单", hint="每行一项：对象|责任人|措施|期限|其他栏目；没有的留空"),),
    ),
    ProgrammeAct.FINISH: Form(
        "finish",
        "报告完成",
        (_about, day("day", "完成日期"), text("content", "完成情况"), _hazards),
        photo=True,
    ),
    ProgrammeAct.CHECK: Form(
        "check", "核查", (_about, choice("passed", "结论", PASSED), _note), photo=True, signed=True
    ),
    ProgrammeAct.AMEND: Form(
        "amend",
        "调整",
        (_about, _person, _measure, day("due", "期限", required=False), text("reason", "理由")),
    ),
    ProgrammeAct.DROP: Form(
        "drop",
        "移出",
        (_about, choice("why", "理由", DROPPED_FOR), code("incident", "事故编号", required=False), _note),
    ),
    ProgrammeAct.RESTORE: Form("restore", "恢复", (_about, _note)),
    ProgrammeAct.REACH: Form(
        "reach", "报告节点", (_about, day("day", "达到日期"), text("content", "完成情况")), photo=True
    ),
    ProgrammeAct.REPORT: Form(
        "report",
        "报告进展",
        (
            code("about", "报告期"),
            text("progress", "进展"),
            lines("figures", "数字", required=False, hint="按本专项列明的数字，每行一项，如 查处非法营运|3"),
            choice("difficulties", "困难和问题", DIFFICULTIES),
            text("difficulty", "困难和问题的内容", required=False, hint="有困难和问题的必须填写"),
            _hazards,
            _items,
        ),
        photo=True,
    ),
    ProgrammeAct.REFER: Form("refer", "交办困难", (_about, _hazards, _items, _note)),
    ProgrammeAct.COMPLETE: Form(
        "complete",
        "总结",
        (
            text("summary", "总结"),
            text("left", "未完成事项的去向", required=False, hint="有未达到节点、未销号事项的必须填写"),
        ),
        photo=True,
    ),
    ProgrammeAct.ACCEPT: Form("accept", "验收", (choice("passed", "结论", PASSED), _note), photo=True, signed=True),
    ProgrammeAct.RELEASE: Form("release", "解除", (choice("why", "理由", RELEASED_FOR), _note), signed=True),
    ProgrammeAct.NOTE: Form("note", "补充说明", (text("note", "说明"),), photo=True),
    ProgrammeAct.RUNG: Form("rung", "催办", (code("about", "应办"), code("rung", "级次"), code("kind", "类别"))),
    ProgrammeAct.LAPSE: Form("lapse", "期限届满", (code("about", "应办"),)),
}

_UNITS = UNIT_ROLES - {Role.UNIT_FIXER}
_EVERYBODY = SUPERVISORS | _UNITS
_HEADS = COUNTY_ROLES | {Role.BUREAU_HEAD, Role.DEPT_HEAD, Role.TOWN_LEADER}
_CLOCK = frozenset({Role.ENGINE})

#: Which posts do what is owed by the post that answers for it.
HANDS: Mapping[Role, frozenset[Role]] = {
    Role.COUNTY_LEADER: COUNTY_ROLES,
    Role.COMMITTEE_OFFICE: frozenset({Role.COMMITTEE_OFFICE}),
    Role.BUREAU_HEAD: frozenset({Role.BUREAU_OFFICER, Role.BUREAU_HEAD}),
    Role.DEPT_HEAD: frozenset({Role.DEPT_OFFICER, Role.DEPT_HEAD}),
    Role.TOWN_LEADER: frozenset({Role.TOWN_CLERK, Role.TOWN_LEADER}),
    Role.UNIT_HEAD: _UNITS,
}

MAY: Mapping[str, frozenset[Role]] = {
    ProgrammeAct.OPEN: _HEADS | _CLOCK,
    ProgrammeAct.ENTER: _EVERYBODY,
    ProgrammeAct.ENTER_LIST: _EVERYBODY,
    ProgrammeAct.FINISH: SUPERVISORS | LEADERS | UNIT_ROLES,
    ProgrammeAct.CHECK: _EVERYBODY,
    ProgrammeAct.AMEND: _HEADS | {Role.UNIT_HEAD},
    ProgrammeAct.DROP: _HEADS | _CLOCK | {Role.UNIT_HEAD},
    ProgrammeAct.RESTORE: _CLOCK | {Role.COMMITTEE_OFFICE, Role.BUREAU_HEAD},
    ProgrammeAct.REACH: _EVERYBODY,
    ProgrammeAct.REPORT: _EVERYBODY,
    ProgrammeAct.REFER: _EVERYBODY,
    ProgrammeAct.COMPLETE: _EVERYBODY,
    ProgrammeAct.ACCEPT: _HEADS,
    ProgrammeAct.RELEASE: _CLOCK | {Role.COMMITTEE_OFFICE},
    ProgrammeAct.NOTE: _EVERYBODY,
    ProgrammeAct.RUNG: _CLOCK,
    ProgrammeAct.LAPSE: _CLOCK,
}
