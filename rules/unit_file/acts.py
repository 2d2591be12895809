"""The vocabulary of unit files 一企一档: kinds of acts, their forms, and which posts may do them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from rules.actor import COUNTY_ROLES, OFFICERS, SUPERVISORS, UNIT_ROLES, Role
from rules.form import Form, choice, code, day, flag, given, person, text
from rules.plan.levels import UNIT_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping


class UnitAct(StrEnum):
    """What can be done to a unit's file; the last is done by the clock."""

    OPEN = "open"
    CLASSIFY = "classify"
    SEAT = "seat"
    LICENSE = "license"
    INSURE = "insure"
    STANDARDISE = "standardise"
    APPLY = "apply"
    RISK = "risk"
    STRIKE = "strike"
    CONFIRM = "confirm"
    CLOSE = "close"
    NOTE = "note"
    RUNG = "rung"

    @property
    def label(self) -> str:
        """Return the act's name as the field uses it."""
        return FORMS[self].label


class Seat(StrEnum):
    """Who answers for a unit: the five parties that supervise it, and the leaders who are named for it.

    Law: file-party （七）2; file-named （七）2.
    """

    GENERAL = "general"
    DEPARTMENT = "department"
    SECTOR = "sector"
    SPECIAL = "special"
    LOCAL = "local"
    LEAD_COUNTY = "lead_county"
    LEAD_DEPARTMENT = "lead_department"
    LEAD_TOWN = "lead_town"


class Colour(StrEnum):
    """How great the risk of a unit or of a risk point is, from red to blue."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"


SEATS = {
    Seat.GENERAL.value: "综合监管",
    Seat.DEPARTMENT.value: "部门监管",
    Seat.SECTOR.value: "行业监管",
    Seat.SPECIAL.value: "专门监管",
    Seat.LOCAL.value: "属地监管",
    Seat.LEAD_COUNTY.value: "县级包保领导",
    Seat.LEAD_DEPARTMENT.value: "部门包保责任人",
    Seat.LEAD_TOWN.value: "乡镇包保责任人",
}
PARTIES = (Seat.GENERAL, Seat.DEPARTMENT, Seat.SECTOR, Seat.SPECIAL, Seat.LOCAL)
LEADS = (Seat.LEAD_COUNTY, Seat.LEAD_DEPARTMENT, Seat.LEAD_TOWN)
COLOURS = {
    Colour.RED.value: "红（重大风险）",
    Colour.ORANGE.value: "橙（较大风险）",
    Colour.YELLOW.value: "黄（一般风险）",
    Colour.BLUE.value: "蓝（低风险）",
}
KINDS = UNIT_KINDS
#: Without the first two the dangerous units may not work. Law: file-licence 第二条.
LICENCES = {
    "safety": "安全生产许可证",
    "hazchem": "危险化学品经营许可证",
    "business": "营业执照",
    "mining": "采矿许可证",
    "construction": "建筑业企业资质证书",
    "transport": "道路运输经营许可证",
    "fire": "消防验收、检查合格意见",
    "equipment": "特种设备使用登记证",
    "other": "其他证照",
}
GRADES = {"1": "一级", "2": "二级", "3": "三级"}
#: What is entered with a validity: its kind begins the key under which it stands.
LICENCE, INSURANCE, STANDARD = "licence", "insurance", "standard"
_ACCURATE = {"yes": "准确", "no": "有变动，已另行登记"}

_note = text("note", "说明", required=False)
_source = code("source", "依据", required=False, hint="文号、材料名称或者提供人岗位")
_replaces = code("replaces", "原证编号", required=False, hint="换发新编号时填写")
_from, _until = day("from", "有效期起"), day("until", "有效期止")

FORMS: Mapping[str, Form] = {
    UnitAct.OPEN: Form(
        "open",
        "建档",
        (
            text("note", "建档说明"),
            _source,
            given("town", "登记的乡镇"),
            given("department", "登记的监管部门"),
        ),
    ),
    UnitAct.CLASSIFY: Form(
        "classify",
        "分类分级",
        (
            choice("kind", "单位类别", KINDS),
            choice("colour", "风险等级", COLOURS),
            flag("underground", "正常生产的地下非煤矿山"),
            text("reason", "理由"),
            _source,
        ),
        photo=True,
    ),
    UnitAct.SEAT: Form(
        "seat",
        "明确责任",
        (
            choice("about", "责任", SEATS),
            code("organisation", "责任单位"),
            person("person", "责任人", required=False, hint="包保责任人必填"),
            _source,
            given("named", "当时的单位名称"),
        ),
    ),
    UnitAct.LICENSE: Form(
        "license",
        "登记证照",
        (
            choice("sort", "证照", LICENCES), code("number", "编号"), code("authority", "发证机关"), _from, _until,
            _replaces, _source,
        ),
        photo=True,
    ),
    UnitAct.INSURE: Form(
        "insure",
        "登记安责险",
        (
            code("number", "保单号"),
            code("authority", "保险机构"),
            _from,
            _until,
            code("sum", "每人死亡、伤残限额（万元）"),
            code("insured", "投保人数"),
            _replaces,
            _source,
        ),
        photo=True,
    ),
    UnitAct.STANDARDISE: Form(
        "standardise",
        "登记标准化等级",
        (
            choice("level", "等级", GRADES), code("number", "编号"), code("authority", "定级单位"), _from, _until,
            _replaces, _source,
        ),
        photo=True,
    ),
    UnitAct.APPLY: Form(
        "apply",
        "报送延期申请",
        (code("about", "证照"), day("day", "申请日期"), code("number", "受理编号"), _note),
        photo=True,
    ),
    UnitAct.RISK: Form(
        "risk",
        "登记风险点",
        (
            code("name", "风险点"), choice("colour", "风险等级", COLOURS), code("place", "部位"),
            code("holder", "责任岗位"), text("controls", "管控措施"), _source,
        ),
        photo=True,
    ),
    UnitAct.STRIKE: Form("strike", "注销、更正登记", (code("about", "登记项"), text("reason", "事由"), _source)),
    UnitAct.CONFIRM: Form("confirm", "定期核对", (choice("accurate", "核对结果", _ACCURATE), _note)),
    UnitAct.CLOSE: Form("close", "销档", (text("reason", "理由"), _source), signed=True),
    UnitAct.NOTE: Form("note", "补充说明", (text("note", "说明"),), photo=True),
    UnitAct.RUNG: Form("rung", "催办", (code("about", "应办"), code("rung", "级次"), code("kind", "类别"))),
}  # fmt: skip

_KEEPERS = SUPERVISORS
_EVERYBODY = SUPERVISORS | UNIT_ROLES
_OFFICES = OFFICERS | COUNTY_ROLES

MAY: Mapping[str, frozenset[Role]] = {
    UnitAct.OPEN: _KEEPERS,
    UnitAct.CLASSIFY: _OFFICES,
    UnitAct.SEAT: _KEEPERS,
    UnitAct.LICENSE: _EVERYBODY,
    UnitAct.INSURE: _EVERYBODY,
    UnitAct.STANDARDISE: _EVERYBODY,
    UnitAct.APPLY: _EVERYBODY,
    UnitAct.RISK: _EVERYBODY,
    UnitAct.STRIKE: _KEEPERS,
    UnitAct.CONFIRM: _KEEPERS,
    UnitAct.CLOSE: _OFFICES,
    UnitAct.NOTE: _EVERYBODY,
    UnitAct.RUNG: frozenset({Role.ENGINE}),
}
