"""The vocabulary of recurring duties 周期应办: kinds of acts, their forms, and which posts may do them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from rules.actor import COUNTY_ROLES, LEADERS, OFFICE_HEADS, SUPERVISORS, UNIT_ROLES, Role
from rules.form import Form, choice, code, day, given, lines, person, text

if TYPE_CHECKING:
    from collections.abc import Mapping


class ObligationAct(StrEnum):
    """What can be done to one holder's quota of one period, which the clock opens, or to one task, which people assign.

    The clock climbs the rungs of both.
    """

    OPEN = "open"
    VISIT = "visit"
    MEET = "meet"
    FULFIL = "fulfil"
    REGISTER = "register"
    ADOPT = "adopt"
    PLEDGE = "pledge"
    TRAIN = "train"
    LEARN = "learn"
    SIGN_FORM = "sign-form"
    REFER = "refer"
    ASSIGN = "assign"
    FINISH = "finish"
    CONFIRM = "confirm"
    REASSIGN = "reassign"
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
LEFT, MERGED, MISTAKEN, REGRADED = "left", "merged", "mistaken", "regraded"
RELEASED_FOR = {
    LEFT: "应办人离任", MERGED: "机构合并或者撤销", MISTAKEN: "重复开列", REGRADED: "风险等级变动",
}  # fmt: skip
#: The acts of which each fulfils the lines that name it.
FULFILLING = frozenset({
    ObligationAct.VISIT, ObligationAct.MEET, ObligationAct.FULFIL, ObligationAct.REGISTER, ObligationAct.ADOPT,
    ObligationAct.PLEDGE, ObligationAct.TRAIN, ObligationAct.LEARN, ObligationAct.SIGN_FORM,
})  # fmt: skip
#: Posts of a unit whose training is counted, and the kinds of training.
LEARNERS = {"head": "主要负责人", "safety": "安全管理人员"}
LEARNING = {"first": "初次培训", "again": "再培训"}

#: The cells of the 543 matrix: five systems, four managements, three institutions.
CELLS = {
    "party-government": "党委政府领导责任体系", "department": "部门监管责任体系", "enterprise": "企业主体责任体系",
    "post": "岗位责任体系", "emergency": "应急体系", "risk": "安全风险预控管理", "staff": "全员安全管理",
    "watch": "安全值班管理", "archive": "安全档案管理", "warning": "警示教育制度", "report": "举报奖励制度",
    "reward": "重奖重罚制度",
}  # fmt: skip
ACCEPTED = {"yes": "已完成", "no": "退回继续办理"}
#: What fulfils a duty that is nobody's but its holder's to see until its period has ended.
PRIVATE = frozenset({ObligationAct.VISIT})

_note = text("note", "说明", required=False)
_HAZARDS = "每行一个隐患编号，如 YH-2026-0017；尚未登记的可以随后交办"
_hazards = lines("hazards", "隐患编号", required=False, hint=_HAZARDS)
_found = text("found", "发现的问题", required=False, hint="发现问题的必须填写")

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
            code("role", "负责岗位", required=False),
            code("seat", "负责机构", required=False),
        ),
    ),
    ObligationAct.VISIT: Form(
        "visit",
        "登记检查",
        (
            day("day", "检查日期"),
            text("place", "检查的地点或者单位"),
            choice("problems", "检查结果", PROBLEMS),
            _found,
            _hazards,
            _note,
        ),
        photo=True,
    ),
    ObligationAct.MEET: Form(
        "meet",
        "登记会议",
        (
            day("day", "会议日期"),
            code("present", "到会人数"),
            text("analysis", "形势分析"),
            text("decisions", "议定事项"),
            code("decided", "议定任务件数", hint="没有的填 0；有的须随后交办，逐件落实责任领导和责任人"),
            choice("problems", "研究的问题", PROBLEMS),
            _found,
            _hazards,
            _note,
        ),
        photo=True,
    ),
    ObligationAct.FULFIL: Form(
        "fulfil",
        "登记办理",
        (
            day("day", "办理日期"),
            text("place", "地点或者对象", required=False),
            text("content", "办理情况"),
            choice("problems", "发现问题", PROBLEMS, required=False),
            _found,
            _hazards,
        ),
        photo=True,
    ),
    ObligationAct.REGISTER: Form(
        "register",
        "登记名册",
        (
            day("day", "登记日期"),
            text("entries", "登记内容", required=False, hint="每行一条，各项之间用竖线分开，也可以从电子表格整块粘贴"),
            text("nothing", "本期没有的情况", required=False, hint="本期确实没有可登记的才填写"),
            given("count", "登记条数"),
        ),
        photo=True,
    ),
    ObligationAct.ADOPT: Form(
        "adopt",
        "登记印发",
        (
            day("day", "印发日期"),
            code("document_no", "文号或者版本"),
            lines("tasks", "任务编号", required=False, hint="列有任务的清单，每行一个任务编号，如 ZQ-2026-0017"),
            _note,
        ),
        photo=True,
    ),
    ObligationAct.PLEDGE: Form(
        "pledge",
        "登记签订",
        (day("day", "签订日期"), text("with", "与谁签订"), text("signer", "签字人"), _note),
        photo=True,
    ),
    ObligationAct.TRAIN: Form(
        "train",
        "登记轮训",
        (
            day("day", "首日"),
            day("last", "末日"),
            code("hours", "学时"),
            text("course", "培训内容和举办单位"),
        ),
        photo=True,
    ),
    ObligationAct.LEARN: Form(
        "learn",
        "登记学时",
        (
            choice("learner", "人员", LEARNERS),
            choice("training", "培训", LEARNING),
            day("day", "考核合格日期"),
            code("hours", "学时"),
            _note,
        ),
        photo=True,
    ),
    ObligationAct.SIGN_FORM: Form(
        "sign-form",
        "核签统计表",
        (
            code("checked", "核对的统计表", hint="由台账生成；核对无误后由主要负责人签字"),
            given("figures", "统计"),
            _note,
        ),
        signed=True,
    ),
    ObligationAct.REFER: Form(
        "refer",
        "交办问题",
        (
            code("about", "登记序号"),
            lines("hazards", "隐患编号", required=False, hint=_HAZARDS),
            lines("tasks", "任务编号", required=False, hint="会议有议定任务的，每行一个任务编号，如 ZQ-2026-0017"),
            text("handled", "不属于隐患的如何处理", required=False, hint="发现问题而没有隐患编号的必须填写"),
        ),
    ),
    ObligationAct.ASSIGN: Form(
        "assign",
        "布置任务",
        (
            text("what", "任务"),
            person("leader", "责任领导"),
            person("person", "责任人"),
            day("due", "完成期限"),
            choice("cell", "543 体系", CELLS, required=False),
            code("source", "来源事项编号", required=False, hint="议定任务的会议或者列入的清单，如 ZQ-2026-0003"),
        ),
    ),
    ObligationAct.FINISH: Form("finish", "报告完成", (day("day", "完成日期"), text("content", "完成情况")), photo=True),
    ObligationAct.CONFIRM: Form("confirm", "确认完成", (choice("accepted", "结论", ACCEPTED), _note), signed=True),
    ObligationAct.REASSIGN: Form(
        "reassign",
        "调整责任",
        (
            person("leader", "责任领导"),
            person("person", "责任人"),
            day("due", "完成期限", required=False, hint="不变的不填"),
            text("reason", "理由"),
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
    ObligationAct.RELEASE: Form("release", "解除", (choice("why", "理由", RELEASED_FOR), _note), signed=True),
    ObligationAct.RUNG: Form("rung", "催办", (code("about", "应办"), code("rung", "级次"), code("kind", "类别"))),
}

_VISITORS = LEADERS | {Role.LIAISON}
_OWNERS = SUPERVISORS | _VISITORS
_OFFICES = SUPERVISORS - LEADERS
_UNITS = UNIT_ROLES - {Role.UNIT_FIXER}
_EVERYBODY = _OWNERS | _UNITS
_CLOCK = frozenset({Role.ENGINE})

#: Which posts enter what is owed by the post that answers for it.
HANDS: Mapping[Role, frozenset[Role]] = {
    Role.OWNER: _OWNERS,
    Role.DEPT_HEAD: frozenset({Role.DEPT_OFFICER, Role.DEPT_HEAD, Role.BUREAU_OFFICER, Role.BUREAU_HEAD}),
    Role.DEPT_OFFICER: frozenset({Role.DEPT_OFFICER, Role.DEPT_HEAD, Role.BUREAU_OFFICER, Role.BUREAU_HEAD}),
    Role.TOWN_LEADER: frozenset({Role.TOWN_CLERK, Role.TOWN_LEADER}),
    Role.COMMITTEE_OFFICE: frozenset({Role.COMMITTEE_OFFICE}),
    Role.UNIT_HEAD: _UNITS,
}

MAY: Mapping[str, frozenset[Role]] = {
    ObligationAct.OPEN: _CLOCK,
    ObligationAct.VISIT: _VISITORS,
    ObligationAct.MEET: _OFFICES | _UNITS,
    ObligationAct.FULFIL: _EVERYBODY,
    ObligationAct.REGISTER: _EVERYBODY,
    ObligationAct.ADOPT: _OFFICES,
    ObligationAct.PLEDGE: _OFFICES | _UNITS,
    ObligationAct.TRAIN: SUPERVISORS,
    ObligationAct.LEARN: _UNITS,
    ObligationAct.SIGN_FORM: OFFICE_HEADS | {Role.UNIT_HEAD},
    ObligationAct.REFER: _EVERYBODY,
    ObligationAct.ASSIGN: SUPERVISORS,
    ObligationAct.FINISH: SUPERVISORS | LEADERS,
    ObligationAct.CONFIRM: SUPERVISORS | LEADERS,
    ObligationAct.REASSIGN: OFFICE_HEADS | COUNTY_ROLES | {Role.TOWN_LEADER},
    ObligationAct.ABSENCE: _OWNERS,
    ObligationAct.EXPLAIN: _EVERYBODY,
    ObligationAct.RELEASE: _CLOCK | {Role.COMMITTEE_OFFICE},
    ObligationAct.RUNG: _CLOCK,
}
