"""The vocabulary of drills 演练: kinds of acts, their forms, and which posts may do them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from rules.actor import COUNTY_ROLES, OFFICE_HEADS, OFFICERS, SUPERVISORS, TOWN_ROLES, UNIT_ROLES, Role
from rules.command.acts import POSTS
from rules.drill.hosts import HOSTS, REACHES, SHAPES
from rules.form import Field, Form, choice, code, day, flag, given, lines, moment, people, person, text
from rules.plan.levels import UNIT_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping


class DrillAct(StrEnum):
    """What can be done to a drill; the last is done by the clock."""

    PREPARE = "prepare"
    AMEND = "amend"
    APPROVE = "approve"
    CHANGE = "change"
    DECIDE_CHANGE = "decide-change"
    SIGN_IN = "sign-in"
    ABSENT = "absent"
    START = "start"
    INJECT = "inject"
    SKIP = "skip"
    RESPOND = "respond"
    TURN_REAL = "turn-real"
    FINISH = "finish"
    EVALUATE = "evaluate"
    REPORT = "report"
    SUBMIT = "submit"
    IMPROVE = "improve"
    CONFIRM = "confirm"
    REVISE = "revise"
    ARCHIVE = "archive"
    SPOT_CHECK = "spot-check"
    ORDER_CORRECTION = "order-correction"
    CORRECT = "correct"
    RECHECK = "recheck"
    NOTE = "note"
    RUNG = "rung"

    @property
    def label(self) -> str:
        """Return the act's name as the field uses it."""
        return FORMS[self].label


class Change(StrEnum):
    """How a planned drill is lawfully changed before it begins."""

    POSTPONE = "postpone"
    CANCEL = "cancel"
    MERGE = "merge"
    PAPER = "paper"


class Score(StrEnum):
    """How an evaluator judges one subject."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


CHANGES = {
    Change.POSTPONE.value: "延期",
    Change.CANCEL.value: "取消",
    Change.MERGE.value: "并入另一演练",
    Change.PAPER.value: "改为书面推演",
}
SCORES = {Score.GOOD.value: "好", Score.FAIR.value: "一般", Score.POOR.value: "差"}
ABSENCE = {"yes": "缺席", "no": "撤销缺席登记"}
_AGREE = {"yes": "同意", "no": "不同意"}
_PASSED = {"yes": "符合要求", "no": "不符合要求"}
_YES_NO = {"yes": "是", "no": "否"}

_note = text("note", "说明", required=False)
_subject = code("about", "评估科目")
_action = code("about", "改进措施序号")
_inject = code("about", "情景序号")
_SCHEME: tuple[Field, ...] = (
    choice("host", "组织单位", HOSTS),
    choice("shape", "演练形式", SHAPES),
    choice("reach", "演练类型", REACHES),
    text("title", "演练名称"),
    code("plan", "检验的预案编号"),
    code("command", "指挥部编号", required=False, hint="专项指挥部的演练填写"),
    choice("unit_kind", "单位类别", UNIT_KINDS, required=False, hint="单位的演练填写"),
    code("line", "年度计划序号", required=False, hint="列入年度计划的填写"),
    moment("starts_at", "开始时刻"),
    moment("ends_at", "结束时刻"),
    code("hall", "场地", required=False, hint="写全称，如 县应急指挥大厅；书面推演不填"),
    person("commander", "总指挥"),
    people("evaluators", "评估人员", hint="每行一人，写姓名或者登录名"),
    people("participants", "参演人员", hint="每行一人，写姓名或者登录名"),
    text("scenario", "情景概要"),
    lines("injects", "情景信息", hint="每行一条：序号|开始后分钟数|情景|处置单位|目标分钟数"),
    lines("subjects", "评估科目", hint="每行一科"),
    flag("safety", "已制定安全措施和中止条件", hint="实战演练须勾选"),
)
_CLASH = given("clashes", "同一场地同一时间的其他演练")
_VACANT = given("vacant", "指挥部的空缺岗位", POSTS)

FORMS: Mapping[str, Form] = {
    DrillAct.PREPARE: Form("prepare", "制定演练方案", _SCHEME, given=(_CLASH, _VACANT)),
    DrillAct.AMEND: Form("amend", "修改演练方案", _SCHEME, given=(_CLASH, _VACANT)),
    DrillAct.APPROVE: Form("approve", "审批方案", (choice("approved", "意见", _AGREE), _note)),
    DrillAct.CHANGE: Form(
        "change",
        "申请变更",
        (
            choice("kind", "变更", CHANGES),
            moment("starts_at", "延至（开始）", required=False),
            moment("ends_at", "延至（结束）", required=False),
            code("number", "并入的演练编号", required=False),
            text("reason", "理由"),
        ),
        given=(_CLASH,),
    ),
    DrillAct.DECIDE_CHANGE: Form("decide-change", "变更决定", (choice("approved", "决定", _AGREE), _note)),
    DrillAct.SIGN_IN: Form("sign-in", "签到", (person("person", "签到人"),)),
    DrillAct.ABSENT: Form(
        "absent",
        "登记缺席",
        (person("person", "人员"), choice("absent", "情况", ABSENCE), text("reason", "事由")),
    ),
    DrillAct.START: Form("start", "演练开始", (_note,)),
    DrillAct.INJECT: Form("inject", "释放情景", (_inject,)),
    DrillAct.SKIP: Form("skip", "跳过情景", (_inject, text("reason", "理由"))),
    DrillAct.RESPOND: Form(
        "respond", "记录处置", (_inject, code("by", "处置单位"), text("measure", "处置情况")), photo=True
    ),
    DrillAct.TURN_REAL: Form(
        "turn-real", "转为实战", (code("number", "已开立的事故事项编号"), text("reason", "情况")), photo=True
    ),
    DrillAct.FINISH: Form("finish", "演练结束", (_note,), photo=True),
    DrillAct.EVALUATE: Form(
        "evaluate",
        "评估",
        (
            _subject,
            choice("score", "评价", SCORES),
            flag("major", "发现须修订预案的重大问题"),
            text("finding", "发现的问题和建议"),
        ),
        photo=True,
    ),
    DrillAct.REPORT: Form(
        "report",
        "总结报告",
        (
            lines(
                "actions",
                "改进措施",
                required=False,
                hint="每行一条：序号|措施|责任岗位|期限，如 1|更新值班通讯录|部门监管员|2026-07-10",
            ),
            choice("revise", "是否须修订预案", _YES_NO),
            text("summary", "总结"),
        ),
        photo=True,
    ),
    DrillAct.SUBMIT: Form("submit", "报送演练情况", (_note,), photo=True),
    DrillAct.IMPROVE: Form("improve", "完成改进", (_action, text("measure", "完成情况")), photo=True),
    DrillAct.CONFIRM: Form("confirm", "核实改进", (_action, choice("passed", "结论", _PASSED), _note), signed=True),
    DrillAct.REVISE: Form("revise", "提请修订预案", (code("number", "预案编号"), _note)),
    DrillAct.ARCHIVE: Form("archive", "归档", (code("document_no", "档号"),)),
    DrillAct.SPOT_CHECK: Form(
        "spot-check",
        "抽查",
        (
            code("draw", "抽样批次", required=False, hint="随机抽中的，填写年度计划编号和批次"),
            choice("passed", "结论", _PASSED),
            text("finding", "抽查情况"),
        ),
        photo=True,
    ),
    DrillAct.ORDER_CORRECTION: Form(
        "order-correction", "责令限期改正", (day("ends_on", "改正期限"), text("requirement", "改正要求")), signed=True
    ),
    DrillAct.CORRECT: Form("correct", "报告改正", (text("measure", "改正情况"),), photo=True),
    DrillAct.RECHECK: Form(
        "recheck",
        "核查改正",
        (choice("passed", "结论", _PASSED), day("ends_on", "再次改正期限", required=False), _note),
        signed=True,
    ),
    DrillAct.NOTE: Form("note", "补充说明", (text("note", "说明"),), photo=True),
    DrillAct.RUNG: Form("rung", "催办", (code("about", "应办"), code("rung", "级次"), code("kind", "类别"))),
}

#: What whoever is named in a drill may do in it, wherever they come from.
GUEST_ACTS = frozenset({DrillAct.SIGN_IN, DrillAct.RESPOND, DrillAct.TURN_REAL, DrillAct.EVALUATE, DrillAct.NOTE})
_EVERYBODY = SUPERVISORS | UNIT_ROLES
_PRESENT = _EVERYBODY | {Role.LEADERSHIP}
_ORGANISERS = frozenset({Role.UNIT_SAFETY, Role.UNIT_HEAD}) | TOWN_ROLES | OFFICERS | COUNTY_ROLES
_APPROVERS = frozenset({Role.UNIT_HEAD, Role.TOWN_LEADER, Role.COUNTY_LEADER}) | OFFICE_HEADS

MAY: Mapping[str, frozenset[Role]] = {
    DrillAct.PREPARE: _ORGANISERS,
    DrillAct.AMEND: _ORGANISERS,
    DrillAct.APPROVE: _APPROVERS,
    DrillAct.CHANGE: _ORGANISERS,
    DrillAct.DECIDE_CHANGE: _APPROVERS,
    DrillAct.SIGN_IN: _PRESENT,
    DrillAct.ABSENT: _ORGANISERS,
    DrillAct.START: _ORGANISERS,
    DrillAct.INJECT: _ORGANISERS,
    DrillAct.SKIP: _ORGANISERS,
    DrillAct.RESPOND: _PRESENT,
    DrillAct.TURN_REAL: _EVERYBODY,
    DrillAct.FINISH: _ORGANISERS,
    DrillAct.EVALUATE: _PRESENT,
    DrillAct.REPORT: _ORGANISERS,
    DrillAct.SUBMIT: frozenset({Role.UNIT_SAFETY, Role.UNIT_HEAD}),
    DrillAct.IMPROVE: _EVERYBODY,
    DrillAct.CONFIRM: _ORGANISERS,
    DrillAct.REVISE: _ORGANISERS,
    DrillAct.ARCHIVE: _ORGANISERS,
    DrillAct.SPOT_CHECK: OFFICERS,
    DrillAct.ORDER_CORRECTION: OFFICERS,
    DrillAct.CORRECT: frozenset({Role.UNIT_SAFETY, Role.UNIT_HEAD}),
    DrillAct.RECHECK: OFFICERS,
    DrillAct.NOTE: _PRESENT,
    DrillAct.RUNG: frozenset({Role.ENGINE}),
}
