"""The vocabulary of accidents 事故: kinds of acts, their forms, and which posts may do them.

Numbers and instants are written as people write them (13, 2021-06-10 07:20) and read by `figures`; a figure that is
left out is unknown, never zero.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from rules.actor import COUNTY_ROLES, OFFICE_HEADS, OFFICERS, SUPERVISORS, UNIT_ROLES, Role
from rules.form import Field, Form, choice, code, day, flag, text
from rules.incident.parties import AccidentKind, Channel, Sector

if TYPE_CHECKING:
    from collections.abc import Mapping


class IncidentAct(StrEnum):
    """What can be done to an accident; the last two are done by the clock."""

    REPORT = "report"
    SEND = "send"
    FOLLOW_UP = "follow-up"
    SUPPLEMENT = "supplement"
    END_RESCUE = "end-rescue"
    CORRECT = "correct"
    FINDING = "finding"
    LINK = "link"
    MERGE = "merge"
    TRANSFER = "transfer"
    HAND_UP = "hand-up"
    TEAM = "team"
    BEGIN_APPRAISAL = "begin-appraisal"
    END_APPRAISAL = "end-appraisal"
    APPLY_EXTENSION = "apply-extension"
    DECIDE_EXTENSION = "decide-extension"
    SUBMIT = "submit"
    APPROVE = "approve"
    PUBLISH = "publish"
    ARCHIVE = "archive"
    MEASURES = "measures"
    EDUCATE = "educate"
    EVALUATE = "evaluate"
    APPLY_VOID = "apply-void"
    DECIDE_VOID = "decide-void"
    NOTE = "note"
    RUNG = "rung"
    LAPSE = "lapse"

    @property
    def label(self) -> str:
        """Return the act's name as the field uses it."""
        return FORMS[self].label


class Origin(StrEnum):
    """From whom the county first heard of it."""

    UNIT = "unit"
    SCENE = "scene"
    TIP_OFF = "tip_off"
    MEDIA = "media"
    SUPERIOR = "superior"
    OTHER = "other"


class Claim(StrEnum):
    """The instants that a correction can change; each starts clocks."""

    OCCURRED = "occurred_at"
    HEAD_INFORMED = "head_informed_at"
    RECEIVED = "received_at"


class Verdict(StrEnum):
    """What an inquiry found about the reporting; only ever entered by a person. Law: inc-late-defs 第五条."""

    LATE = "late"
    OMITTED = "omitted"
    FALSE = "false"
    CONCEALED = "concealed"
    NONE = "none"


ORIGINS = {
    Origin.UNIT.value: "事故单位报告", Origin.SCENE.value: "现场人员直接报告", Origin.TIP_OFF.value: "群众举报",
    Origin.MEDIA.value: "媒体、网络", Origin.SUPERIOR.value: "上级转办", Origin.OTHER.value: "其他部门、乡镇通报",
}  # fmt: skip
CLAIMS = {
    Claim.OCCURRED.value: "事故发生时间", Claim.HEAD_INFORMED.value: "单位负责人接到报告时间",
    Claim.RECEIVED.value: "本局接到报告时间",
}  # fmt: skip
VERDICTS = {
    Verdict.LATE.value: "迟报", Verdict.OMITTED.value: "漏报", Verdict.FALSE.value: "谎报",
    Verdict.CONCEALED.value: "瞒报", Verdict.NONE.value: "未发现迟报、漏报、谎报、瞒报",
}  # fmt: skip
KINDS = {kind.value: kind.label for kind in AccidentKind}
SECTORS = {sector.value: sector.label for sector in Sector}
CHANNELS = {channel.value: channel.label for channel in Channel}
_YES_NO = {"yes": "是", "no": "否"}
_AGREE = {"yes": "同意", "no": "不同意"}
_UNKNOWN = "不知道的不填；填 0 表示确知没有"

PERSONS: Mapping[str, str] = {
    "deaths": "死亡人数", "missing": "下落不明人数", "serious": "重伤人数", "at_risk": "涉险人数",
    "trapped": "被困人数", "evacuated": "紧急疏散人数",
}  # fmt: skip
#: What a report must say and a first report may leave open; what is left open is owed. Law: inc-content 第十二条.
CONTENT: Mapping[str, str] = {
    "unit_profile": "单位概况", "scene": "现场情况", "course": "简要经过", "measures": "已采取的措施",
    "occurred_at": "事故发生时间", "deaths": "死亡人数", "missing": "下落不明人数", "serious": "重伤人数",
    "loss_wan": "初步估计直接经济损失",
}  # fmt: skip


def _figures() -> tuple[Field, ...]:
    persons = (code(key, label, required=False, hint=_UNKNOWN) for key, label in PERSONS.items())
    return (*persons, code("loss_wan", "直接经济损失（万元）", required=False, hint=_UNKNOWN))


_instant = "如 2021-06-10 07:20；不知道的不填"
_document = code("document_no", "文书或者记录编号")
_note = text("note", "说明", required=False)
_DETAILS = (
    text("unit_profile", "单位概况", required=False),
    text("scene", "现场情况", required=False),
    text("course", "简要经过", required=False),
    text("measures", "已采取的措施", required=False),
    code("occurred_at", "事故发生时间", required=False, hint=_instant),
)

FORMS: Mapping[str, Form] = {
    IncidentAct.REPORT: Form(
        "report",
        "事故首报",
        (
            text("place", "地点"),
            choice("in_county", "事故发生地在本县", _YES_NO),
            choice("kind", "事故类别", KINDS),
            choice("sector", "行业", SECTORS),
            choice("origin", "来源", ORIGINS),
            code("head_informed_at", "单位负责人接到报告时间", required=False, hint=_instant),
            code("received_at", "本局接到报告时间", required=False, hint="不填的，以办理时间为准"),
            *_figures(),
            *_DETAILS,
        ),
        photo=True,
    ),
    IncidentAct.SEND: Form(
        "send",
        "登记报送",
        (
            code("about", "报送环节"),
            text("receiver", "接收单位和接收人"),
            choice("channel", "方式", CHANNELS),
            choice("acknowledged", "对方已确认收到", _YES_NO),
            code("acknowledged_at", "对方收到时间", required=False, hint=_instant),
            code("document_no", "文书或者记录编号", required=False),
        ),
        photo=True,
    ),
    IncidentAct.FOLLOW_UP: Form("follow-up", "续报", (text("note", "续报内容"), *_figures(), *_DETAILS), photo=True),
    IncidentAct.SUPPLEMENT: Form(
        "supplement",
        "伤亡变化补报",
        (code("known_at", "知悉变化时间"), *_figures(), _note),
    ),
    IncidentAct.END_RESCUE: Form("end-rescue", "救援结束", (_note,)),
    IncidentAct.CORRECT: Form(
        "correct",
        "更正时间",
        (choice("what", "更正哪个时间", CLAIMS), code("to", "更正为", hint=_instant), text("reason", "更正理由")),
        photo=True,
    ),
    IncidentAct.FINDING: Form(
        "finding",
        "登记认定",
        (
            choice("verdict", "认定", VERDICTS),
            text("against", "被认定的单位或者机关"),
            code("document_no", "查证文书编号"),
            code("url", "公布网址", required=False),
        ),
        signed=True,
    ),
    IncidentAct.LINK: Form("link", "关联同一事故", (code("number", "另一报告的事项编号"), _note)),
    IncidentAct.MERGE: Form("merge", "并入", (code("number", "并入的事项编号"), text("reason", "理由"))),
    IncidentAct.TRANSFER: Form(
        "transfer",
        "移送事故发生地",
        (
            text("receiver", "接收机关和接收人"),
            choice("channel", "方式", CHANNELS),
            _document,
            choice("acknowledged", "对方已确认收到", _YES_NO),
        ),
        photo=True,
    ),
    IncidentAct.HAND_UP: Form(
        "hand-up",
        "移交上级调查",
        (text("receiver", "接收的人民政府或者机关"), _document, _note),
        photo=True,
        signed=True,
    ),
    IncidentAct.TEAM: Form(
        "team",
        "成立调查组",
        (
            text("head", "组长"),
            flag("government", "人民政府派员"),
            flag("bureau", "应急管理部门派员"),
            flag("sector", "行业主管部门派员"),
            flag("supervision", "监察机关派员"),
            flag("police", "公安机关派员"),
            flag("union", "工会派员"),
            flag("procuratorate", "已邀请人民检察院"),
            text("experts", "聘请的专家", required=False),
            _document,
        ),
    ),
    IncidentAct.BEGIN_APPRAISAL: Form("begin-appraisal", "委托技术鉴定", (text("institute", "鉴定单位"), _document)),
    IncidentAct.END_APPRAISAL: Form("end-appraisal", "收到鉴定结论", (_document,)),
    IncidentAct.APPLY_EXTENSION: Form(
        "apply-extension", "申请延长调查期限", (day("ends_on", "申请延至"), text("reason", "理由"))
    ),
    IncidentAct.DECIDE_EXTENSION: Form(
        "decide-extension",
        "延长调查期限的决定",
        (choice("approved", "决定", _AGREE), day("ends_on", "延至", required=False), _document),
        signed=True,
    ),
    IncidentAct.SUBMIT: Form("submit", "提交调查报告", (_document,), photo=True),
    IncidentAct.APPROVE: Form("approve", "批复调查报告", (_document, _note), signed=True),
    IncidentAct.PUBLISH: Form("publish", "公布", (code("url", "公布网址"),)),
    IncidentAct.ARCHIVE: Form("archive", "归档", (code("document_no", "档号"),)),
    IncidentAct.MEASURES: Form(
        "measures", "报告整改措施落实", (text("note", "落实情况"), code("cases", "对应的隐患事项编号", required=False))
    ),
    IncidentAct.EDUCATE: Form(
        "educate",
        "开展警示教育",
        (day("day", "警示教育日期"), text("lesson", "教训和原因"), code("present", "参加人数"), _note),
        photo=True,
    ),
    IncidentAct.EVALUATE: Form(
        "evaluate", "整改评估", (text("note", "评估结论"), code("url", "公开网址")), signed=True
    ),
    IncidentAct.APPLY_VOID: Form("apply-void", "申请作废", (text("reason", "理由"),)),
    IncidentAct.DECIDE_VOID: Form("decide-void", "作废确认", (choice("approved", "意见", _AGREE), _note), signed=True),
    IncidentAct.NOTE: Form("note", "补充说明", (text("note", "说明"),), photo=True),
    IncidentAct.RUNG: Form("rung", "催办", (code("about", "应办"), code("rung", "级次"), code("kind", "类别"))),
    IncidentAct.LAPSE: Form("lapse", "期限届满", (code("about", "应办"),)),
}

_OFFICES = OFFICERS | COUNTY_ROLES
_REPORTERS = SUPERVISORS | UNIT_ROLES
_DECIDERS = frozenset({Role.COUNTY_LEADER})
_RECORDERS = COUNTY_ROLES | frozenset({Role.BUREAU_OFFICER, Role.BUREAU_HEAD})
_CLOCK = frozenset({Role.ENGINE})
#: Who sees how the reporting went: indications of lateness and omission, contradictions, and what an inquiry found.
JUDGES = COUNTY_ROLES | {Role.BUREAU_OFFICER, Role.BUREAU_HEAD, Role.AUDITOR}

MAY: Mapping[str, frozenset[Role]] = {
    IncidentAct.REPORT: _REPORTERS,
    IncidentAct.SEND: _OFFICES | {Role.UNIT_HEAD},
    IncidentAct.FOLLOW_UP: OFFICERS | {Role.UNIT_HEAD, Role.UNIT_SAFETY},
    IncidentAct.SUPPLEMENT: OFFICERS | {Role.UNIT_HEAD, Role.UNIT_SAFETY},
    IncidentAct.END_RESCUE: _RECORDERS,
    IncidentAct.CORRECT: _RECORDERS,
    IncidentAct.FINDING: COUNTY_ROLES | {Role.BUREAU_HEAD},
    IncidentAct.LINK: OFFICERS,
    IncidentAct.MERGE: OFFICERS,
    IncidentAct.TRANSFER: _RECORDERS,
    IncidentAct.HAND_UP: _RECORDERS,
    IncidentAct.TEAM: _RECORDERS,
    IncidentAct.BEGIN_APPRAISAL: _RECORDERS,
    IncidentAct.END_APPRAISAL: _RECORDERS,
    IncidentAct.APPLY_EXTENSION: frozenset({Role.BUREAU_OFFICER, Role.BUREAU_HEAD}),
    IncidentAct.DECIDE_EXTENSION: _DECIDERS,
    IncidentAct.SUBMIT: _RECORDERS,
    IncidentAct.APPROVE: COUNTY_ROLES,
    IncidentAct.PUBLISH: _RECORDERS,
    IncidentAct.ARCHIVE: _RECORDERS,
    IncidentAct.MEASURES: OFFICERS | {Role.UNIT_HEAD, Role.UNIT_SAFETY},
    IncidentAct.EDUCATE: frozenset({Role.UNIT_HEAD, Role.UNIT_SAFETY}),
    IncidentAct.EVALUATE: _RECORDERS,
    IncidentAct.APPLY_VOID: _REPORTERS,
    IncidentAct.DECIDE_VOID: OFFICE_HEADS,
    IncidentAct.NOTE: _REPORTERS,
    IncidentAct.RUNG: _CLOCK,
    IncidentAct.LAPSE: _CLOCK,
}
