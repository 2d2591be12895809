"""The vocabulary of recurring duties 周期应办: kinds of acts, their forms, and which posts may do them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from rules.actor import LEADERS, Role
from rules.form import Form, choice, code, day, lines, text

if TYPE_CHECKING:
    from collections.abc import Mapping


class ObligationAct(StrEnum):
    """What can be done to one holder's quota of one period; it is opened, and its rungs are climbed, by the clock."""

    OPEN = "open"
    VISIT = "visit"
    REFER = "refer"
    ABSENCE = "absence"
    EXPLAIN = "explain"
    RELEASE = "release"
    RUNG = "rung"

    @property
    def label(self) -> str:
        """Return the act's name as the field uses it."""
        return FORMS[self].label


NONE, SOME = "none", "some"
PROBLEMS = {NONE: "未发现问题", SOME: "发现问题"}
ABSENT_FOR = {"leave": "请假", "trip": "出差", "study": "学习培训", "sick": "患病"}
LEFT, MERGED, MISTAKEN = "left", "merged", "mistaken"
RELEASED_FOR = {LEFT: "应办人离任", MERGED: "机构合并或者撤销", MISTAKEN: "重复开列"}

_note = text("note", "说明", required=False)
_HAZARDS = "每行一个隐患编号，如 YH-2026-0017；尚未登记的可以随后交办"

FORMS: Mapping[str, Form] = {
    ObligationAct.OPEN: Form(
        "open",
        "开启周期",
        (
            code("quota", "应办事项"),
            code("holder", "应办人"),
            day("first", "周期首日"),
            day("last", "周期末日"),
            code("least", "应办数量"),
            code("clause", "依据条款"),
        ),
    ),
    ObligationAct.VISIT: Form(
        "visit",
        "登记检查",
        (
            day("day", "检查日期"),
            text("place", "检查的地点或者单位"),
            choice("problems", "检查结果", PROBLEMS),
            text("found", "发现的问题", required=False, hint="发现问题的必须填写"),
            lines("hazards", "隐患编号", required=False, hint=_HAZARDS),
            _note,
        ),
        photo=True,
    ),
    ObligationAct.REFER: Form(
        "refer",
        "交办问题",
        (
            code("about", "检查序号"),
            lines("hazards", "隐患编号", required=False, hint=_HAZARDS),
            text("handled", "不属于隐患的如何处理", required=False, hint="没有隐患编号的必须填写"),
        ),
    ),
    ObligationAct.ABSENCE: Form(
        "absence",
        "说明缺席",
        (
            choice("why", "事由", ABSENT_FOR),
            day("first", "首日"),
            day("last", "末日"),
            text("reason", "情况"),
        ),
        photo=True,
    ),
    ObligationAct.EXPLAIN: Form("explain", "说明未完成的原因", (text("reason", "原因和补救措施"),)),
    ObligationAct.RELEASE: Form("release", "解除", (choice("why", "理由", RELEASED_FOR), _note)),
    ObligationAct.RUNG: Form("rung", "催办", (code("about", "应办"), code("rung", "级次"), code("kind", "类别"))),
}

_OWNERS = LEADERS | {Role.LIAISON}
_CLOCK = frozenset({Role.ENGINE})

MAY: Mapping[str, frozenset[Role]] = {
    ObligationAct.OPEN: _CLOCK,
    ObligationAct.VISIT: _OWNERS,
    ObligationAct.REFER: _OWNERS,
    ObligationAct.ABSENCE: _OWNERS,
    ObligationAct.EXPLAIN: _OWNERS,
    ObligationAct.RELEASE: _CLOCK | {Role.COMMITTEE_OFFICE},
    ObligationAct.RUNG: _CLOCK,
}
