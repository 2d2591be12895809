"""The vocabulary of tip-offs 举报: kinds of acts, their forms, and which posts may do them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from rules.actor import OFFICE_HEADS, OFFICERS, Role
from rules.form import Form, choice, code, flag, given, lines, person, text

if TYPE_CHECKING:
    from collections.abc import Mapping


class TipAct(StrEnum):
    """What can be done to a tip-off; the last two are done by the clock."""

    RECEIVE = "receive"
    IDENTIFY = "identify"
    ACCEPT = "accept"
    HAND_OVER = "hand-over"
    ASSIGN = "assign"
    VERIFY = "verify"
    COUNTERSIGN = "countersign"
    APPLY_EXTENSION = "apply-extension"
    DECIDE_EXTENSION = "decide-extension"
    LINK = "link"
    ENFORCE = "enforce"
    PENALTY = "penalty"
    REPLY = "reply"
    AWARD = "award"
    APPROVE_AWARD = "approve-award"
    NOTIFY = "notify"
    PAY = "pay"
    WITHDRAW = "withdraw"
    PRESS = "press"
    CONSULT = "consult"
    APPLY_VOID = "apply-void"
    DECIDE_VOID = "decide-void"
    NOTE = "note"
    RUNG = "rung"
    LAPSE = "lapse"


class Matter(StrEnum):
    """What a tip-off is about; what is found in the end may be another."""

    HAZARD = "hazard"
    ILLEGAL = "illegal"
    CONCEALED = "concealed"
    RETALIATION = "retaliation"
    ORDINARY = "ordinary"


class Decision(StrEnum):
    """What becomes of a tip-off that was received. Law: rep-accept, rep-transfer, rep-duplicate."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    TRANSFER = "transfer"
    MERGE = "merge"


class Told(StrEnum):
    """What a reporter is told about."""

    REFUSAL = "refusal"
    TRANSFER = "transfer"
    MERGE = "merge"
    EXTENSION = "extension"
    RESULT = "result"


class Result(StrEnum):
    """What the check of a tip-off came to."""

    TRUE = "true"
    PARTLY = "partly"
    FALSE = "false"
    UNCLEAR = "unclear"


MATTERS = {
    Matter.HAZARD.value: "重大事故隐患",
    Matter.ILLEGAL.value: "安全生产违法行为",
    Matter.CONCEALED.value: "瞒报、谎报事故",
    Matter.RETALIATION.value: "打击报复举报人",
    Matter.ORDINARY.value: "一般隐患或者其他问题",
}
TRANSFERRED = "transferred"
WEB = "web"
CHANNELS = {
    "12350": "12350 电话",
    WEB: "网络专栏",
    "mini": "小程序",
    "letter": "来信",
    "email": "电子邮件、传真",
    "visit": "来访",
    TRANSFERRED: "上级交办、其他单位转来",
}
NAMED, ANONYMOUS = "named", "anonymous"
NAMES = {NAMED: "实名", ANONYMOUS: "匿名"}
DECISIONS = {
    Decision.ACCEPT.value: "受理",
    Decision.REFUSE.value: "不予受理",
    Decision.TRANSFER.value: "移送有权处理的单位",
    Decision.MERGE.value: "并入先前的举报",
}
GROUNDS = {
    "no-clue": "没有具体线索，无法核查",
    "not-safety": "不属于安全生产举报",
    "settled": "已经核查办结，没有新的线索",
    "court": "已由司法机关或者信访程序处理",
}
TOLD = {
    Told.REFUSAL.value: "不予受理",
    Told.TRANSFER.value: "移送",
    Told.MERGE.value: "并入先前的举报",
    Told.EXTENSION.value: "延期理由",
    Told.RESULT.value: "核查结果",
}
RESULTS = {
    Result.TRUE.value: "属实",
    Result.PARTLY.value: "部分属实",
    Result.FALSE.value: "不属实",
    Result.UNCLEAR.value: "无法查清，报告本级政府",
}
GRADES = {"general": "一般事故", "larger": "较大事故", "major": "重大事故", "extraordinary": "特别重大事故"}
MODES = {"case": "本机关立案", "transfer": "移送执法机关或者司法机关"}
UNREACHABLE = "unreachable"
WAYS = {
    "phone": "电话",
    "letter": "书面",
    "visit": "当面",
    "code": "凭查询码查询",
    UNREACHABLE: "无法联系举报人",
}
BY_CODE = "code"
CLAIMS = {"papers": "凭有效证件", BY_CODE: "凭查询码", "delegate": "第一署名人书面委托"}
REPORT, REWARD = "report", "reward"
WITHDRAWN = {REPORT: "撤回举报", REWARD: "放弃奖励"}
_AGREE = {"yes": "同意", "no": "退回"}
_CONSENT = {"yes": "同意", "no": "不同意"}

_note = text("note", "说明", required=False)

FORMS: Mapping[str, Form] = {
    TipAct.RECEIVE: Form(
        "receive",
        "登记举报",
        (
            choice("channel", "渠道", CHANNELS),
            choice("named", "实名或者匿名", NAMES),
            choice("matter", "举报事项", MATTERS),
            code("unit", "被举报单位", required=False, hint="名录中的单位"),
            text("unit_name", "名录外的被举报单位", required=False, hint="名录中没有的，写明名称和地点"),
            text("clue", "举报内容"),
            code("source", "转来的编号", required=False, hint="转来的、报复举报的，填写原编号"),
            code("code", "查询码", required=False, hint="交给举报人，凭它查询和领奖；提交后不再显示"),
        ),
        given=(given("similar", "同一单位同类举报"),),
    ),
    TipAct.IDENTIFY: Form(
        "identify",
        "登记举报人",
        (
            text("name", "姓名"),
            text("phone", "联系电话"),
            text("papers", "证件号码", required=False),
            text("address", "联系地址", required=False),
            code("signers", "联名人数", required=False, hint="联名举报的填写，第一署名人登记在上面"),
            flag("official", "是负有安全监管职责的人员或者其近亲属，或者受其授意"),
            flag("employee", "是被举报单位的从业人员"),
        ),
    ),
    TipAct.ACCEPT: Form(
        "accept",
        "受理决定",
        (
            choice("decision", "决定", DECISIONS),
            choice("ground", "不予受理的理由", GROUNDS, required=False, hint="不予受理的选择"),
            code("first", "先前举报的编号", required=False, hint="并入的填写"),
            code("to", "有权处理的单位", required=False, hint="移送的填写"),
            text("reason", "理由", required=False, hint="除受理外必须写明"),
        ),
    ),
    TipAct.HAND_OVER: Form(
        "hand-over",
        "移送",
        (code("document_no", "移送函编号"), text("receiver", "签收人", required=False), _note),
        photo=True,
    ),
    TipAct.ASSIGN: Form(
        "assign",
        "指派核查人员",
        (
            person("first", "核查人员"),
            person("second", "另一名核查人员"),
            flag("impartial", "两人与被举报单位和举报人都没有利害关系"),
            _note,
        ),
    ),
    TipAct.VERIFY: Form(
        "verify",
        "核查结论",
        (
            choice("result", "结论", RESULTS),
            choice("found_as", "认定为", MATTERS, required=False, hint="属实、部分属实的选择"),
            choice("grade", "事故等级", GRADES, required=False, hint="瞒报、谎报事故的选择"),
            code("deaths", "查实的瞒报、谎报死亡人数", required=False, hint="瞒报、谎报事故的填写，按查实数"),
            flag("hazards", "发现隐患，须另行登记整改"),
            flag("violations", "涉嫌违法，须移交执法"),
            text("opinion", "核查情况"),
        ),
        photo=True,
        signed=True,
    ),
    TipAct.COUNTERSIGN: Form("countersign", "核查会签", (choice("approved", "意见", _AGREE), _note), signed=True),
    TipAct.APPLY_EXTENSION: Form("apply-extension", "申请延期", (text("reason", "延期理由"),)),
    TipAct.DECIDE_EXTENSION: Form(
        "decide-extension",
        "延期决定",
        (
            choice("approved", "意见", _CONSENT),
            code("document_no", "上一级部门批准文号", required=False, hint="同意的必须填写"),
            text("reason", "理由"),
        ),
        photo=True,
        signed=True,
    ),
    TipAct.LINK: Form("link", "登记隐患编号", (lines("hazards", "隐患编号", hint="每行一个，已登记的隐患"), _note)),
    TipAct.ENFORCE: Form(
        "enforce",
        "移交执法",
        (choice("mode", "方式", MODES), code("number", "立案号或者移送函编号"), _note),
        photo=True,
    ),
    TipAct.PENALTY: Form(
        "penalty",
        "登记处罚结果",
        (
            code("fine", "罚款和没收违法所得合计（元）", hint="没有处罚的填 0"),
            code("document_no", "处罚决定书文号", required=False, hint="有处罚的必须填写"),
            _note,
        ),
    ),
    TipAct.REPLY: Form(
        "reply",
        "答复举报人",
        (choice("about", "答复事项", TOLD), choice("way", "方式", WAYS), text("said", "答复内容")),
        photo=True,
    ),
    TipAct.AWARD: Form(
        "award",
        "提出奖励",
        (
            code("amount", "奖励金额（元）", required=False, hint="不填的，按规定计算的数额"),
            text("reason", "理由", required=False, hint="与计算的数额不同的必须写明"),
        ),
    ),
    TipAct.APPROVE_AWARD: Form("approve-award", "审批奖励", (choice("approved", "意见", _AGREE), _note), signed=True),
    TipAct.NOTIFY: Form(
        "notify", "通知领奖", (choice("way", "方式", {**WAYS, UNREACHABLE: "无法联系，已在一定范围内公告"}), _note)
    ),
    TipAct.PAY: Form(
        "pay",
        "发放奖金",
        (choice("claim", "领取方式", CLAIMS), code("code", "查询码", required=False, hint="凭查询码领取的填写"), _note),
        photo=True,
        signed=True,
    ),
    TipAct.WITHDRAW: Form(
        "withdraw", "撤回或者放弃", (choice("what", "事项", WITHDRAWN), text("reason", "举报人的说明")), photo=True
    ),
    TipAct.PRESS: Form("press", "督办", (text("demand", "督办要求"),)),
    TipAct.CONSULT: Form("consult", "查阅举报人身份", (text("reason", "查阅理由"),)),
    TipAct.APPLY_VOID: Form("apply-void", "申请作废", (text("reason", "理由"),)),
    TipAct.DECIDE_VOID: Form("decide-void", "作废确认", (choice("approved", "意见", _CONSENT), _note), signed=True),
    TipAct.NOTE: Form("note", "补充说明", (text("note", "说明"),), photo=True),
    TipAct.RUNG: Form("rung", "催办", (code("about", "应办"), code("rung", "级次"), code("kind", "类别"))),
    TipAct.LAPSE: Form("lapse", "期限届满", (code("about", "应办"),)),
}

_CLOCK = frozenset({Role.ENGINE})
_BY_HEADS = frozenset({TipAct.ASSIGN, TipAct.DECIDE_EXTENSION, TipAct.APPROVE_AWARD, TipAct.PRESS, TipAct.DECIDE_VOID})

#: The public column and what another office hands over are entered by the program itself.
MAY: Mapping[str, frozenset[Role]] = {
    **dict.fromkeys(FORMS, OFFICERS),
    **dict.fromkeys(_BY_HEADS, OFFICE_HEADS),
    TipAct.RECEIVE: OFFICERS | _CLOCK,
    TipAct.IDENTIFY: OFFICERS | _CLOCK,
    TipAct.RUNG: _CLOCK,
    TipAct.LAPSE: _CLOCK,
}
