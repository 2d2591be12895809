"""The vocabulary of the yearly drill plan 年度演练计划: kinds of acts, their forms, and which posts may do them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from rules.actor import COUNTY_ROLES, Role
from rules.form import Field, Form, choice, code, day, given, lines, text

if TYPE_CHECKING:
    from collections.abc import Mapping


class YearAct(StrEnum):
    """What can be done to a year's plan; the last two are done by the clock alone, which also compiles and records."""

    COMPILE = "compile"
    RECOMPILE = "recompile"
    APPROVE = "approve"
    CHANGE = "change"
    DECIDE_CHANGE = "decide-change"
    RECORD = "record"
    EXPLAIN = "explain"
    ANNOUNCE = "announce"
    DRAW = "draw"
    CHECK = "check"
    SUMMARISE = "summarise"
    NOTE = "note"
    RUNG = "rung"
    LAPSE = "lapse"

    @property
    def label(self) -> str:
        """Return the act's name as the field uses it."""
        return FORMS[self].label


class Change(StrEnum):
    """How a planned line is lawfully changed."""

    MOVE = "move"
    MERGE = "merge"
    RELEASE = "release"
    ADD = "add"


CHANGES = {
    Change.MOVE.value: "改期、换场地",
    Change.MERGE.value: "并入另一项",
    Change.RELEASE.value: "不再适用",
    Change.ADD.value: "增加一项",
}
#: Why a drill that law asks for is owed no more; what nobody asks for may be dropped for any reason.
RELEASED_FOR = {
    "closed": "单位关闭、停产或者注销",
    "dissolved": "指挥部撤销、合并",
    "reclassified": "单位类别改变，不再属于应当演练的单位",
    "voluntary": "自愿安排的演练不再举行",
}
_AGREE = {"yes": "同意", "no": "退回"}
_CONSENT = {"yes": "同意", "no": "不同意"}
_PASSED = {"yes": "符合要求", "no": "不符合要求"}

_note = text("note", "说明", required=False)
_line = code("about", "计划序号")
_PLAN: tuple[Field, ...] = (
    code("year", "年度"),
    text("title", "名称"),
    lines("lines", "计划", hint="每行一项：序号|对象编号|依据|类型|周期首日/末日|计划日|场地"),
    _note,
)
#: Who owes drills, one a line: code|kind|kind of unit or -|on-site plans|last drill or -. Read from the registers.
_SUBJECTS = given("subjects", "演练对象")

FORMS: Mapping[str, Form] = {
    YearAct.COMPILE: Form("compile", "编制年度演练计划", _PLAN, given=(_SUBJECTS,)),
    YearAct.RECOMPILE: Form("recompile", "修改年度演练计划", _PLAN, given=(_SUBJECTS,)),
    YearAct.APPROVE: Form("approve", "审批", (choice("approved", "意见", _AGREE), _note), signed=True),
    YearAct.CHANGE: Form(
        "change",
        "申请变更",
        (
            choice("kind", "变更", CHANGES),
            code("line", "计划序号", required=False, hint="增加的不填"),
            day("day", "改至", required=False),
            code("hall", "场地", required=False),
            code("into", "并入的计划序号", required=False),
            choice("basis", "不再适用的情形", RELEASED_FOR, required=False),
            code("added", "增加的计划", required=False, hint="写法与计划相同"),
            text("reason", "理由"),
        ),
        given=(_SUBJECTS,),
    ),
    YearAct.DECIDE_CHANGE: Form(
        "decide-change", "变更决定", (code("about", "申请序号"), choice("approved", "决定", _CONSENT), _note)
    ),
    YearAct.RECORD: Form(
        "record", "登记已演练", (_line, code("number", "演练编号"), day("day", "演练日期")), photo=True
    ),
    YearAct.EXPLAIN: Form("explain", "说明未演练", (_line, text("reason", "原因和补救安排"))),
    YearAct.ANNOUNCE: Form(
        "announce",
        "公布抽样办法",
        (
            code("source", "种子来源", hint="尚未产生、届时公开的数，如某日公布的某期开奖号码"),
            code("count", "抽取数量"),
        ),
    ),
    YearAct.DRAW: Form(
        "draw",
        "抽样",
        (code("seed", "种子"), code("url", "种子公布的网址"), lines("drawn", "抽中的计划序号")),
    ),
    YearAct.CHECK: Form(
        "check",
        "登记抽查",
        (_line, code("number", "演练编号"), choice("passed", "结论", _PASSED), _note),
        photo=True,
    ),
    YearAct.SUMMARISE: Form("summarise", "年度总结", (text("summary", "总结"),), photo=True),
    YearAct.NOTE: Form("note", "补充说明", (text("note", "说明"),), photo=True),
    YearAct.RUNG: Form("rung", "催办", (code("about", "应办"), code("rung", "级次"), code("kind", "类别"))),
    YearAct.LAPSE: Form("lapse", "期限届满", (code("about", "应办"),)),
}

_COMPILERS = frozenset({Role.BUREAU_OFFICER, Role.BUREAU_HEAD, Role.COMMITTEE_OFFICE})
_APPROVERS = frozenset({Role.COUNTY_LEADER})
_COUNTY_WIDE = _COMPILERS | _APPROVERS
_CLOCK = frozenset({Role.ENGINE})

MAY: Mapping[str, frozenset[Role]] = {
    YearAct.COMPILE: _COMPILERS | _CLOCK,
    YearAct.RECOMPILE: _COMPILERS,
    YearAct.APPROVE: _APPROVERS,
    YearAct.CHANGE: _COUNTY_WIDE,
    YearAct.DECIDE_CHANGE: frozenset({Role.BUREAU_HEAD}) | COUNTY_ROLES,
    YearAct.RECORD: _COMPILERS | _CLOCK,
    YearAct.EXPLAIN: _COMPILERS,
    YearAct.ANNOUNCE: _COMPILERS,
    YearAct.DRAW: _COMPILERS,
    YearAct.CHECK: _COMPILERS,
    YearAct.SUMMARISE: _COMPILERS,
    YearAct.NOTE: _COUNTY_WIDE,
    YearAct.RUNG: _CLOCK,
    YearAct.LAPSE: _CLOCK,
}
