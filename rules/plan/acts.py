"""The vocabulary of emergency plans 应急预案: kinds of acts, their forms, and which posts may do them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from rules.actor import COUNTY_ROLES, OFFICE_HEADS, OFFICERS, SUPERVISORS, TOWN_ROLES, UNIT_ROLES, Role
from rules.form import Form, choice, code, day, flag, text
from rules.plan.levels import LEVELS, SCOPES, UNIT_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping


class PlanAct(StrEnum):
    """What can be done to a plan; the last two are done by the clock."""

    INITIATE = "initiate"
    DRAFT = "draft"
    REVIEW = "review"
    APPROVE = "approve"
    PUBLISH = "publish"
    FILE = "file"
    CHECK = "check"
    HAND_OUT = "hand-out"
    TAKE_BACK = "take-back"
    ASSESS = "assess"
    TRIGGER = "trigger"
    DECIDE_REVISION = "decide-revision"
    ABOLISH = "abolish"
    APPLY_VOID = "apply-void"
    DECIDE_VOID = "decide-void"
    NOTE = "note"
    RUNG = "rung"
    LAPSE = "lapse"

    @property
    def label(self) -> str:
        """Return the act's name as the field uses it."""
        return FORMS[self].label


class Reason(StrEnum):
    """Why a plan may have to be revised. Law: plan-revise 第六条第二款."""

    LAW = "law"
    COMMAND = "command"
    RISK = "risk"
    RESOURCES = "resources"
    DRILL = "drill"
    EVENT = "event"
    OTHER = "other"


REASONS = {
    Reason.LAW.value: "依据的法律、标准发生重大变化",
    Reason.COMMAND.value: "指挥机构及其职责调整",
    Reason.RISK.value: "面临的风险发生重大变化",
    Reason.RESOURCES.value: "重要应急资源发生重大变化",
    Reason.DRILL.value: "演练发现重大问题",
    Reason.EVENT.value: "应急救援发现重大问题",
    Reason.OTHER.value: "其他应当修订的情形",
}
#: What is filed. Law: plan-check-5wd 第二十八条; the list is that of 第二十七条, from memory.
MATERIALS = {
    "application": "应急预案备案申报表",
    "review": "评审或者论证意见",
    "text": "应急预案电子文本",
    "risk": "风险评估结果和应急资源调查清单",
}
#: What the flags are called by which the office names the papers that are missing.
LACKS = "lacks_"
CONCLUSIONS = {"keep": "不需修订", "revise": "应当修订"}
_AGREE = {"yes": "同意", "no": "退回"}
_CONSENT = {"yes": "同意", "no": "不同意"}
_PASSED = {"yes": "通过", "no": "退回修改"}
_COMPLETE = {"yes": "齐全", "no": "不齐全"}
_SUBSTANTIAL = {"yes": "涉及体系、职责、程序、措施或者分级", "no": "不涉及"}

_note = text("note", "说明", required=False)

FORMS: Mapping[str, Form] = {
    PlanAct.INITIATE: Form(
        "initiate",
        "启动编制",
        (
            choice("level", "预案层级", LEVELS),
            text("title", "预案名称"),
            choice("unit_kind", "单位类别", UNIT_KINDS, required=False, hint="单位预案填写"),
            choice("scope", "单位预案类型", SCOPES, required=False, hint="单位预案填写"),
            code("parent", "上位预案编号", required=False, hint="县总体预案和单位预案可以不填"),
            day("ends_on", "提交草案的期限"),
            _note,
        ),
    ),
    PlanAct.DRAFT: Form(
        "draft",
        "提交草案",
        (
            flag("risk", "已完成风险辨识和评估"),
            flag("resources", "已完成应急资源调查"),
            choice("substantial", "修订是否涉及主要内容", _SUBSTANTIAL, required=False, hint="修订时填写"),
            _note,
        ),
        photo=True,
    ),
    PlanAct.REVIEW: Form(
        "review",
        "评审、审核",
        (
            choice("passed", "结论", _PASSED),
            flag("experts", "有安全生产和应急管理方面的专家参加"),
            code("document_no", "纪要或者意见编号", required=False),
            _note,
        ),
        photo=True,
    ),
    PlanAct.APPROVE: Form("approve", "签署、审批", (choice("approved", "意见", _AGREE), _note), signed=True),
    PlanAct.PUBLISH: Form(
        "publish", "公布", (code("document_no", "文号", required=False), code("where", "公布网址或者方式"), _note)
    ),
    PlanAct.FILE: Form(
        "file",
        "报送备案",
        (
            *(flag(item, label) for item, label in MATERIALS.items()),
            code("document_no", "回执或者函号", required=False, hint="报上级、报本级政府的填写"),
            _note,
        ),
        photo=True,
    ),
    PlanAct.CHECK: Form(
        "check",
        "核对备案材料",
        (
            choice("complete", "核对结果", _COMPLETE),
            *(flag(f"{LACKS}{item}", f"缺{label}") for item, label in MATERIALS.items()),
            _note,
        ),
        signed=True,
    ),
    PlanAct.HAND_OUT: Form(
        "hand-out",
        "发放",
        (code("holder", "持有单位或者岗位"), code("copies", "份数"), text("receiver", "签收人", required=False)),
    ),
    PlanAct.TAKE_BACK: Form("take-back", "收回", (code("holder", "持有单位或者岗位"), _note)),
    PlanAct.ASSESS: Form(
        "assess", "评估", (choice("conclusion", "结论", CONCLUSIONS), text("opinion", "评估意见")), photo=True
    ),
    PlanAct.TRIGGER: Form(
        "trigger",
        "报来修订情形",
        (
            choice("cause", "情形", REASONS),
            code("source", "来源事项编号", required=False, hint="演练、救援发现的，填写演练或者事故编号"),
            text("reason", "具体情况"),
        ),
    ),
    PlanAct.DECIDE_REVISION: Form(
        "decide-revision",
        "认定是否修订",
        (
            code("about", "情形序号"),
            choice("conclusion", "认定", CONCLUSIONS),
            day("ends_on", "提交修订草案的期限", required=False),
            text("reason", "理由"),
        ),
    ),
    PlanAct.ABOLISH: Form(
        "abolish", "废止", (code("replaced_by", "替代的预案编号", required=False), text("reason", "理由")), signed=True
    ),
    PlanAct.APPLY_VOID: Form("apply-void", "申请作废", (text("reason", "理由"),)),
    PlanAct.DECIDE_VOID: Form("decide-void", "作废确认", (choice("approved", "意见", _CONSENT), _note), signed=True),
    PlanAct.NOTE: Form("note", "补充说明", (text("note", "说明"),), photo=True),
    PlanAct.RUNG: Form("rung", "催办", (code("about", "应办"), code("rung", "级次"), code("kind", "类别"))),
    PlanAct.LAPSE: Form("lapse", "期限届满", (code("about", "应办"),)),
}

_MAKERS = SUPERVISORS | UNIT_ROLES
_DRAFTERS = frozenset({Role.UNIT_SAFETY, Role.UNIT_HEAD}) | TOWN_ROLES | OFFICERS
_APPROVERS = frozenset({Role.UNIT_HEAD, Role.TOWN_LEADER, Role.COUNTY_LEADER}) | OFFICE_HEADS
_CLOCK = frozenset({Role.ENGINE})

MAY: Mapping[str, frozenset[Role]] = {
    PlanAct.INITIATE: _DRAFTERS | COUNTY_ROLES,
    PlanAct.DRAFT: _DRAFTERS,
    PlanAct.REVIEW: _DRAFTERS,
    PlanAct.APPROVE: _APPROVERS,
    PlanAct.PUBLISH: _MAKERS,
    PlanAct.FILE: _MAKERS,
    PlanAct.CHECK: OFFICERS,
    PlanAct.HAND_OUT: _MAKERS,
    PlanAct.TAKE_BACK: _MAKERS,
    PlanAct.ASSESS: _DRAFTERS,
    PlanAct.TRIGGER: _MAKERS,
    PlanAct.DECIDE_REVISION: _APPROVERS,
    PlanAct.ABOLISH: _APPROVERS,
    PlanAct.APPLY_VOID: _MAKERS,
    PlanAct.DECIDE_VOID: OFFICERS | TOWN_ROLES | {Role.UNIT_HEAD, Role.COMMITTEE_OFFICE},
    PlanAct.NOTE: _MAKERS,
    PlanAct.RUNG: _CLOCK,
    PlanAct.LAPSE: _CLOCK,
}
