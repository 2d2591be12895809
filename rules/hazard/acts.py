"""The vocabulary of hazard rectification 隐患排查治理: kinds of acts, their forms, and which posts may do them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from rules import answering
from rules.actor import COUNTY_ROLES, OFFICE_HEADS, OFFICERS, SUPERVISORS, TOWN_ROLES, UNIT_ROLES, Role
from rules.form import Form, choice, code, day, flag, given, text
from rules.orders import SERVICE_MODES

if TYPE_CHECKING:
    from collections.abc import Mapping


class HazardAct(StrEnum):
    """What can be done to a hazard; the last two are done by the clock."""

    REPORT = "report"
    GRADE = "grade"
    REGRADE = "regrade"
    ORDER = "order"
    RECTIFY = "rectify"
    ACCEPT = "accept"
    RECHECK = "recheck"
    SIGN_OFF = "sign-off"
    MAJOR_REPORT = "major-report"
    PLAN = "plan"
    LIST = "list"
    PROGRESS = "progress"
    APPLY_REVIEW = "apply-review"
    REVIEW = "review"
    DELIST = "delist"
    LOOK_BACK = "look-back"
    OPEN_REVIEW = "open-review"
    PUBLISH = "publish"
    STOP_WORK = "stop-work"
    CIRCULAR = "circular"
    TALK = "talk"
    HOLD_TALK = "hold-talk"
    CONFIRM_ORDER = "confirm-order"
    REVIEW_ORDER = "review-order"
    SIGN_ORDER = "sign-order"
    SERVE_ORDER = "serve-order"
    WITHDRAW_ORDER = "withdraw-order"
    APPLY_RESUME = "apply-resume"
    DECIDE_RESUME = "decide-resume"
    APPLY_EXTENSION = "apply-extension"
    DECIDE_EXTENSION = "decide-extension"
    APPLY_VOID = "apply-void"
    DECIDE_VOID = "decide-void"
    APPLY_REOPEN = "apply-reopen"
    DECIDE_REOPEN = "decide-reopen"
    DECIDE = "decide"
    INVESTIGATE = "investigate"
    NOTE = "note"
    ACKNOWLEDGE = "acknowledge"
    PHONED = "phoned"
    RUNG = "rung"
    LAPSE = "lapse"

    @property
    def label(self) -> str:
        """Return the act's name as the field uses it."""
        return FORMS[self].label


class Grade(StrEnum):
    """The two grades of a hazard. Law: haz-grade 第三条."""

    GENERAL = "general"
    MAJOR = "major"

    @property
    def label(self) -> str:
        """Return the legal word."""
        return GRADES[self]


class Basis(StrEnum):
    """What a judgement rests on: a published criterion, or the whole of the circumstances."""

    CRITERION = "criterion"
    SYNTHESIS = "synthesis"


class Decision(StrEnum):
    """What the post at the end of a ladder decides about a breach."""

    SUPERVISE = "supervise"
    CIRCULAR = "circular"
    TALK = "talk"
    TRANSFER = "transfer"
    NONE = "none"


class Publicity(StrEnum):
    """Which news is published."""

    LISTING = "listing"
    DELISTING = "delisting"


GRADES = {Grade.GENERAL.value: "一般事故隐患", Grade.MAJOR.value: "重大事故隐患"}
CATEGORIES = {
    "machinery": "机电设备",
    "fire": "消防",
    "electricity": "用电",
    "special-equipment": "特种设备",
    "dangerous-work": "危险作业",
    "structure": "建筑结构",
    "ventilation": "通风防尘",
    "slope": "边坡与尾矿",
    "chemicals": "危险化学品",
    "management": "应急与管理",
    "traffic": "交通运输",
    "other": "其他",
}
SYSTEMS = {
    "automation": "自动化控制系统",
    "instrumented": "安全仪表系统",
    "shutdown": "紧急切断装置（紧急停车）",
    "detection": "可燃有毒气体泄漏检测报警装置",
}
_YES_NO = {"yes": "合格", "no": "不合格"}
_AGREE = {"yes": "同意", "no": "不同意"}
_OWN_GRADE = {"general": "一般，本单位自行整改", "unsure": "可能为重大，需要判定"}
_FOUND_BY = {"unit": "单位自查", "supervision": "检查发现"}
DECISIONS = {
    Decision.SUPERVISE.value: "督办",
    Decision.CIRCULAR.value: "通报",
    Decision.TALK.value: "约谈",
    Decision.TRANSFER.value: "移送",
    Decision.NONE.value: "不予处置",
}
_PUBLICITY = {Publicity.LISTING.value: "挂牌信息", Publicity.DELISTING.value: "摘牌信息"}
_OPEN_REVIEW = {"agree": "同意公开", "amended": "修改后公开", "refuse": "不予公开"}

_note = text("note", "说明", required=False)
_order = code("about", "文书")
_JUDGEMENT = (
    choice("grade", "隐患等级", GRADES),
    choice("basis", "判定依据", {"criterion": "对照判定标准", "synthesis": "综合判定"}),
    code("criterion", "判定标准条目", required=False, hint="判为重大并对照标准的，选择当日有效的条目"),
    code("item", "标准条款", required=False, hint="援引整部标准的，写明条款"),
    text("reason", "判定理由", required=False, hint="综合判定的，写明理由"),
    flag("unsafe", "整改期间无法保证安全", hint="勾选后应责令停产停业或者停止使用"),
)

FORMS: Mapping[str, Form] = {
    HazardAct.REPORT: Form(
        "report",
        "上报隐患",
        (
            text("description", "隐患描述"),
            text("place", "地点部位"),
            choice("category", "隐患类别", CATEGORIES),
            choice("own_grade", "本单位判断", _OWN_GRADE, required=False),
            choice("found_by", "发现方式", _FOUND_BY, required=False, hint="代单位登记自查隐患的，选单位自查"),
            flag("fixed", "当场已整改"),
            text("measure", "整改措施", required=False, hint="当场已整改的填写"),
            choice("system", "缺失或停用的系统", SYSTEMS, required=False, hint="危险化学品重大危险源企业填写"),
            code("origin", "来源编号", required=False, hint="导入台账的原编号或来源地址"),
            day("closed_on", "历史销号日期", required=False, hint="本系统启用前已经销号的，导入时填写"),
        ),
        photo=True,
    ),
    HazardAct.GRADE: Form("grade", "判定等级", _JUDGEMENT),
    HazardAct.REGRADE: Form("regrade", "重新判定", _JUDGEMENT),
    HazardAct.ORDER: Form(
        "order",
        "拟稿责令整改",
        (day("ends_on", "整改期限"), text("requirement", "整改要求")),
    ),
    HazardAct.RECTIFY: Form(
        "rectify",
        "报告整改完成",
        (text("measure", "整改措施"), given("means", "办理方式", answering.MEANS)),
        photo=True,
    ),
    HazardAct.ACCEPT: Form("accept", "验收", (choice("passed", "验收结论", _YES_NO), _note), photo=True, signed=True),
    HazardAct.RECHECK: Form(
        "recheck",
        "复查",
        (choice("passed", "复查结论", _YES_NO), _note, day("ends_on", "再次整改期限", required=False)),
        photo=True,
        signed=True,
    ),
    HazardAct.SIGN_OFF: Form("sign-off", "销号", (choice("approved", "审核意见", _AGREE), _note), signed=True),
    HazardAct.MAJOR_REPORT: Form(
        "major-report",
        "重大隐患报告",
        (
            text("situation", "现状及产生原因"),
            text("danger", "危害程度和整改难易程度"),
            text("approach", "治理方案概要"),
        ),
    ),
    HazardAct.PLAN: Form(
        "plan",
        "治理方案",
        (
            text("goal", "目标和任务"),
            text("method", "方法和措施"),
            text("resources", "经费和物资"),
            text("team", "机构和人员"),
            day("ends_on", "治理时限"),
            text("safeguards", "安全措施和应急预案"),
        ),
    ),
    HazardAct.LIST: Form(
        "list",
        "拟稿挂牌督办",
        (text("leader", "包案领导"), day("ends_on", "督办期限")),
    ),
    HazardAct.PROGRESS: Form("progress", "报告进展", (text("note", "进展和临时措施"),), photo=True),
    HazardAct.APPLY_REVIEW: Form("apply-review", "申请验收", (text("evaluation", "治理情况评估"),), photo=True),
    HazardAct.REVIEW: Form(
        "review",
        "现场审查",
        (choice("passed", "审查结论", _YES_NO), _note, day("ends_on", "再次整改期限", required=False)),
        photo=True,
        signed=True,
    ),
    HazardAct.DELIST: Form("delist", "摘牌销号", (choice("approved", "审核意见", _AGREE), _note), signed=True),
    HazardAct.LOOK_BACK: Form(
        "look-back",
        "回头看",
        (
            choice("rebounded", "核查结论", {"no": "未反弹", "yes": "已反弹"}),
            _note,
            day("ends_on", "再次整改期限", required=False),
        ),
        photo=True,
        signed=True,
    ),
    HazardAct.OPEN_REVIEW: Form(
        "open-review",
        "公开审查",
        (choice("about", "拟公示内容", _PUBLICITY), choice("opinion", "审查意见", _OPEN_REVIEW), _note),
    ),
    HazardAct.PUBLISH: Form("publish", "公示", (choice("about", "公示内容", _PUBLICITY), code("url", "公示网址"))),
    HazardAct.STOP_WORK: Form(
        "stop-work",
        "责令停产停业",
        (
            flag("at_once", "当场责令，立即生效", hint="现场无法保证安全的勾选；决定书随后补办。不勾选的，送达后生效"),
            text("extent", "停产停用范围"),
            text("reason", "理由"),
        ),
    ),
    HazardAct.CIRCULAR: Form("circular", "拟稿通报", (text("matter", "通报事由"), text("demand", "通报要求"))),
    HazardAct.TALK: Form(
        "talk", "拟稿约谈", (day("ends_on", "约谈日期"), text("matter", "约谈事由"), text("attendees", "参加人员"))
    ),
    HazardAct.HOLD_TALK: Form(
        "hold-talk", "记录约谈", (_order, text("record", "约谈情况"), text("demand", "整改要求")), photo=True
    ),
    HazardAct.CONFIRM_ORDER: Form("confirm-order", "会签", (_order, choice("approved", "会签意见", _AGREE), _note)),
    HazardAct.REVIEW_ORDER: Form("review-order", "审核", (_order, choice("approved", "审核意见", _AGREE), _note)),
    HazardAct.SIGN_ORDER: Form(
        "sign-order",
        "签发",
        (_order, choice("approved", "签发意见", _AGREE), _note),
        given=(code("document_no", "文号"),),
        signed=True,
    ),
    HazardAct.SERVE_ORDER: Form(
        "serve-order",
        "送达",
        (
            _order,
            choice("mode", "送达方式", SERVICE_MODES),
            day("served_on", "送达日期", hint="签收、留置、信息到达或者回执注明的日期；公告送达填发出公告之日"),
            text("receiver", "签收人", required=False, hint="直接送达、邮寄送达填写"),
            text("witness", "见证人", required=False, hint="留置送达填写"),
            code("trace", "回执凭据", required=False, hint="邮件单号、接收系统或者公告网址"),
            flag("consented", "受送达人同意电子送达"),
            _note,
        ),
        photo=True,
    ),
    HazardAct.WITHDRAW_ORDER: Form("withdraw-order", "撤回文书", (_order, text("reason", "撤回理由"))),
    HazardAct.APPLY_RESUME: Form("apply-resume", "申请恢复生产", (text("note", "整改情况"),)),
    HazardAct.DECIDE_RESUME: Form(
        "decide-resume", "恢复生产审查", (choice("approved", "审查意见", _AGREE), _note), signed=True
    ),
    HazardAct.APPLY_EXTENSION: Form(
        "apply-extension", "申请延期", (day("ends_on", "申请延至"), text("reason", "延期理由"))
    ),
    HazardAct.DECIDE_EXTENSION: Form(
        "decide-extension",
        "延期决定",
        (choice("approved", "决定", _AGREE), day("ends_on", "延至", required=False), text("reason", "理由")),
        signed=True,
    ),
    HazardAct.APPLY_VOID: Form("apply-void", "申请作废", (text("reason", "作废理由"),)),
    HazardAct.DECIDE_VOID: Form("decide-void", "作废确认", (choice("approved", "意见", _AGREE), _note), signed=True),
    HazardAct.APPLY_REOPEN: Form("apply-reopen", "申请恢复办理", (text("reason", "恢复理由"),)),
    HazardAct.DECIDE_REOPEN: Form(
        "decide-reopen", "恢复办理决定", (choice("approved", "意见", _AGREE), _note), signed=True
    ),
    HazardAct.DECIDE: Form(
        "decide",
        "逾期处置决定",
        (code("about", "逾期应办"), choice("decision", "处置", DECISIONS), text("reason", "理由")),
    ),
    HazardAct.INVESTIGATE: Form(
        "investigate",
        "调查处理",
        (text("cause", "逾期未整改的原因"), text("responsibility", "责任认定"), text("measures", "处理意见和措施")),
        photo=True,
    ),
    HazardAct.NOTE: Form("note", "补充说明", (text("note", "说明"),), photo=True),
    HazardAct.ACKNOWLEDGE: answering.FORMS["acknowledge"],
    HazardAct.PHONED: answering.FORMS["phoned"],
    HazardAct.RUNG: Form("rung", "催办", (code("about", "应办"), code("rung", "级次"), code("kind", "类别"))),
    HazardAct.LAPSE: Form("lapse", "期限届满", (code("about", "应办"),)),
}

_EVERYBODY = UNIT_ROLES | SUPERVISORS
_UNIT_OR_OFFICER = UNIT_ROLES | OFFICERS
_UNIT_ANSWERABLE = frozenset({Role.UNIT_HEAD, Role.UNIT_SAFETY})
_HEADS_AND_COMMITTEE = OFFICE_HEADS | {Role.COMMITTEE_OFFICE}
_CLOCK = frozenset({Role.ENGINE})

MAY: Mapping[str, frozenset[Role]] = {
    HazardAct.REPORT: _EVERYBODY,
    HazardAct.GRADE: OFFICERS | _UNIT_ANSWERABLE,
    HazardAct.REGRADE: OFFICERS,
    HazardAct.ORDER: OFFICERS,
    HazardAct.RECTIFY: UNIT_ROLES,
    HazardAct.ACCEPT: _UNIT_ANSWERABLE,
    HazardAct.RECHECK: OFFICERS,
    HazardAct.SIGN_OFF: OFFICE_HEADS,
    HazardAct.MAJOR_REPORT: frozenset({Role.UNIT_HEAD}),
    HazardAct.PLAN: frozenset({Role.UNIT_HEAD}),
    HazardAct.LIST: OFFICERS | {Role.COMMITTEE_OFFICE},
    HazardAct.PROGRESS: UNIT_ROLES,
    HazardAct.APPLY_REVIEW: frozenset({Role.UNIT_HEAD}),
    HazardAct.REVIEW: OFFICERS,
    HazardAct.DELIST: _HEADS_AND_COMMITTEE,
    HazardAct.LOOK_BACK: OFFICERS | TOWN_ROLES,
    HazardAct.OPEN_REVIEW: frozenset({Role.COMMITTEE_OFFICE}),
    HazardAct.PUBLISH: frozenset({Role.COMMITTEE_OFFICE}),
    HazardAct.STOP_WORK: OFFICERS,
    HazardAct.CIRCULAR: OFFICERS | {Role.COMMITTEE_OFFICE},
    HazardAct.TALK: OFFICERS | {Role.COMMITTEE_OFFICE},
    HazardAct.HOLD_TALK: OFFICERS | COUNTY_ROLES,
    HazardAct.CONFIRM_ORDER: OFFICERS,
    HazardAct.REVIEW_ORDER: OFFICERS | {Role.COMMITTEE_OFFICE},
    HazardAct.SIGN_ORDER: OFFICE_HEADS | COUNTY_ROLES,
    HazardAct.SERVE_ORDER: OFFICERS | {Role.COMMITTEE_OFFICE},
    HazardAct.WITHDRAW_ORDER: OFFICERS | COUNTY_ROLES,
    HazardAct.APPLY_RESUME: frozenset({Role.UNIT_HEAD}),
    HazardAct.DECIDE_RESUME: OFFICE_HEADS,
    HazardAct.APPLY_EXTENSION: _UNIT_ANSWERABLE,
    HazardAct.DECIDE_EXTENSION: OFFICE_HEADS | {Role.UNIT_HEAD},
    HazardAct.APPLY_VOID: _EVERYBODY,
    HazardAct.DECIDE_VOID: OFFICERS | {Role.TOWN_CLERK},
    HazardAct.APPLY_REOPEN: _EVERYBODY,
    HazardAct.DECIDE_REOPEN: OFFICE_HEADS,
    HazardAct.DECIDE: OFFICE_HEADS | COUNTY_ROLES,
    HazardAct.INVESTIGATE: OFFICERS,
    HazardAct.NOTE: _EVERYBODY,
    HazardAct.ACKNOWLEDGE: _EVERYBODY,
    HazardAct.PHONED: _EVERYBODY,
    HazardAct.RUNG: _CLOCK,
    HazardAct.LAPSE: _CLOCK,
}
