"""The vocabulary of the duty watch 值班: kinds of acts, their forms, and which posts may do them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from rules.actor import COUNTY_ROLES, OFFICERS, SUPERVISORS, TOWN_ROLES, Role
from rules.form import Form, choice, code, day, lines, moment, person, text

if TYPE_CHECKING:
    from collections.abc import Mapping


class WatchAct(StrEnum):
    """What can be done to a duty roster and its shifts; the last two are done by the clock."""

    PUBLISH = "publish"
    AMEND = "amend"
    SWAP = "swap"
    AGREE_SWAP = "agree-swap"
    SUBSTITUTE = "substitute"
    LEAVE = "leave"
    RETURN = "return"
    CHECK_IN = "check-in"
    HAND_OVER = "hand-over"
    TAKE_OVER = "take-over"
    ROLL_CALL = "roll-call"
    ZERO_REPORT = "zero-report"
    LOG = "log"
    CORRECT = "correct"
    EXPLAIN = "explain"
    ARCHIVE = "archive"
    RUNG = "rung"
    LAPSE = "lapse"

    @property
    def label(self) -> str:
        """Return the act's name as the field uses it."""
        return FORMS[self].label


AGREE = {"yes": "同意", "no": "不同意"}
ANSWERED = {"yes": "已应答", "no": "未应答"}
EVENTS = {"none": "无情况（零报告）", "some": "有情况"}
CATEGORIES = {
    "call": "来电", "document": "来文", "check": "检查督促", "event": "突发情况", "dispatch": "调度", "other": "其他",
}  # fmt: skip

_shift = code("shift", "班次", hint="班次的开始时刻，如 2026-12-01T08:00")
_note = text("note", "说明", required=False)
_SHIFTS = "每行一班：开始/结束|带班级别（head 或 deputy）|带班领导|值班人员，多人用逗号分开"

FORMS: Mapping[str, Form] = {
    WatchAct.PUBLISH: Form("publish", "发布值班表", (lines("shifts", "班次", hint=_SHIFTS), _note)),
    WatchAct.AMEND: Form(
        "amend", "调整值班表", (lines("shifts", "调整后的班次", hint=_SHIFTS), text("reason", "调整理由"))
    ),
    WatchAct.SWAP: Form(
        "swap",
        "申请换班",
        (
            person("person", "换班人"),
            _shift,
            person("other", "对方"),
            code("other_shift", "对方班次", hint="班次的开始时刻"),
            text("reason", "换班理由"),
        ),
    ),
    WatchAct.AGREE_SWAP: Form(
        "agree-swap",
        "答复换班",
        (code("about", "申请序号"), person("person", "申请人"), choice("agreed", "答复", AGREE), _note),
    ),
    WatchAct.SUBSTITUTE: Form(
        "substitute",
        "安排替班",
        (_shift, person("person", "被替人"), person("substitute", "替班人"), text("reason", "替班理由")),
    ),
    WatchAct.LEAVE: Form(
        "leave",
        "请假或缺勤",
        (
            person("person", "离岗人"),
            moment("from", "离岗时刻"),
            moment("until", "返岗时刻"),
            person("substitute", "代班人", required=False, hint="值班人员请假的，应有人代班"),
            text("reason", "事由"),
        ),
    ),
    WatchAct.RETURN: Form("return", "提前返岗", (code("about", "请假序号"), moment("from", "返岗时刻"), _note)),
    WatchAct.CHECK_IN: Form("check-in", "签到", (_shift, _note)),
    WatchAct.HAND_OVER: Form(
        "hand-over",
        "交班",
        (
            _shift,
            lines("items", "未办事项", required=False, hint="由系统按台账列出"),
            text("note", "交接事项", required=False),
        ),
    ),
    WatchAct.TAKE_OVER: Form("take-over", "接班确认", (_shift, _note)),
    WatchAct.ROLL_CALL: Form(
        "roll-call",
        "电话点名",
        (
            person("person", "被点名人"),
            moment("called_at", "拨打时刻"),
            choice("answered", "结果", ANSWERED),
            moment("answered_at", "应答时刻", required=False, hint="已应答的填写"),
            _note,
        ),
    ),
    WatchAct.ZERO_REPORT: Form(
        "zero-report", "每日零报告", (day("day", "报告日"), choice("events", "情况", EVENTS), _note)
    ),
    WatchAct.LOG: Form("log", "值班记录", (choice("category", "类别", CATEGORIES), text("entry", "内容"))),
    WatchAct.CORRECT: Form("correct", "更正", (code("about", "更正的序号"), text("correction", "更正内容"))),
    WatchAct.EXPLAIN: Form("explain", "说明情况", (code("about", "需说明的事项"), text("reason", "原因和改进措施"))),
    WatchAct.ARCHIVE: Form("archive", "归档", (_note,)),
    WatchAct.RUNG: Form("rung", "催办", (code("about", "应办"), code("rung", "级次"), code("kind", "类别"))),
    WatchAct.LAPSE: Form("lapse", "期限届满", (code("about", "应办"),)),
}

_CALLERS = frozenset({Role.BUREAU_OFFICER, Role.BUREAU_HEAD}) | COUNTY_ROLES
_MANAGERS = OFFICERS | TOWN_ROLES | COUNTY_ROLES
_CLOCK = frozenset({Role.ENGINE})

MAY: Mapping[str, frozenset[Role]] = {
    WatchAct.PUBLISH: _MANAGERS,
    WatchAct.AMEND: _MANAGERS,
    WatchAct.SWAP: SUPERVISORS,
    WatchAct.AGREE_SWAP: SUPERVISORS,
    WatchAct.SUBSTITUTE: _MANAGERS,
    WatchAct.LEAVE: SUPERVISORS,
    WatchAct.RETURN: SUPERVISORS,
    WatchAct.CHECK_IN: SUPERVISORS,
    WatchAct.HAND_OVER: SUPERVISORS,
    WatchAct.TAKE_OVER: SUPERVISORS,
    WatchAct.ROLL_CALL: _CALLERS,
    WatchAct.ZERO_REPORT: SUPERVISORS,
    WatchAct.LOG: SUPERVISORS,
    WatchAct.CORRECT: SUPERVISORS,
    WatchAct.EXPLAIN: SUPERVISORS,
    WatchAct.ARCHIVE: _MANAGERS,
    WatchAct.RUNG: _CLOCK,
    WatchAct.LAPSE: _CLOCK,
}
