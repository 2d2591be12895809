"""The vocabulary of special commands 专项应急指挥部: kinds of acts, their forms, and which posts may do them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from rules.actor import COUNTY_ROLES, OFFICERS, Role
from rules.form import Form, choice, code, day, lines, person, text

if TYPE_CHECKING:
    from collections.abc import Mapping


class CommandAct(StrEnum):
    """What can be done to a command; the last is done by the clock."""

    REGISTER = "register"
    APPOINT = "appoint"
    RELIEVE = "relieve"
    ADOPT = "adopt"
    CARD = "card"
    TEAM = "team"
    EQUIP = "equip"
    STATION = "station"
    WITHDRAW = "withdraw"
    TRAIN = "train"
    CONFIRM = "confirm"
    DISSOLVE = "dissolve"
    NOTE = "note"
    RUNG = "rung"

    @property
    def label(self) -> str:
        """Return the act's name as the field uses it."""
        return FORMS[self].label


class Post(StrEnum):
    """Posts and members of a command."""

    COMMANDER = "commander"
    DEPUTY = "deputy"
    OFFICE = "office"
    MEMBER = "member"
    CONTACT = "contact"


class TeamKind(StrEnum):
    """Kinds of rescue teams. Law: cmd-joint （七）5."""

    PROFESSIONAL = "professional"
    PART_TIME = "part_time"
    VANGUARD = "vanguard"
    FIRE = "fire"
    ARMED_POLICE = "armed_police"
    MILITIA = "militia"
    SOCIAL = "social"


# The names of the province's commands, which a county may word differently: 山西省应急救援指挥体系 (2019), in excerpt.
CATEGORIES = {
    "earthquake": "抗震救灾",
    "forest_fire": "森林草原防灭火",
    "flood": "防汛抗旱",
    "geology": "地质灾害",
    "weather": "气象灾害",
    "work_safety": "生产安全事故",
    "coal_mine": "煤矿生产安全事故",
    "traffic": "交通事故",
    "tourism": "文化旅游事故",
    "campus": "校园安全事故",
    "construction": "城乡建设事故",
    "special_equipment": "特种设备事故",
    "environment": "生态环境事件",
    "health": "公共卫生事件",
    "market": "市场监管事件",
    "animal_disease": "动物疫情",
    "social_safety": "社会安全事件",
}
FOREST_FIRE = "forest_fire"
POSTS = {
    Post.COMMANDER.value: "指挥长",
    Post.DEPUTY.value: "副指挥长",
    Post.OFFICE.value: "办公室主任",
    Post.MEMBER.value: "成员单位",
    Post.CONTACT.value: "联络员",
}
TEAM_KINDS = {
    TeamKind.PROFESSIONAL.value: "专职队伍",
    TeamKind.PART_TIME.value: "兼职队伍",
    TeamKind.VANGUARD.value: "应急先锋队",
    TeamKind.FIRE.value: "消防救援",
    TeamKind.ARMED_POLICE.value: "武警",
    TeamKind.MILITIA.value: "民兵",
    TeamKind.SOCIAL.value: "社会救援力量",
}
PAPERS = {"plan": "应急预案", "method": "运作方式"}
WITHDRAWN = {"team": "队伍", "equipment": "装备", "station": "前置点"}
_ACCURATE = {"yes": "准确", "no": "有变动，已另行登记"}

_note = text("note", "说明", required=False)

FORMS: Mapping[str, Form] = {
    CommandAct.REGISTER: Form(
        "register",
        "设立指挥部",
        (text("name", "名称"), choice("category", "类别", CATEGORIES), code("document_no", "设立文号"), _note),
    ),
    CommandAct.APPOINT: Form(
        "appoint",
        "登记任职",
        (
            choice("about", "职务", POSTS),
            person("person", "人员", required=False, hint="成员单位不填"),
            code("organisation", "单位", required=False, hint="成员单位填写"),
            code("document_no", "文号", required=False),
        ),
    ),
    CommandAct.RELIEVE: Form(
        "relieve",
        "免去、退出",
        (
            choice("about", "职务", POSTS),
            person("person", "人员", required=False, hint="成员单位不填"),
            code("organisation", "单位", required=False, hint="成员单位填写"),
            text("reason", "事由"),
        ),
    ),
    CommandAct.ADOPT: Form(
        "adopt", "登记文件", (choice("about", "文件", PAPERS), code("number", "编号", hint="预案填事项编号"))
    ),
    CommandAct.CARD: Form(
        "card", "响应卡", (lines("steps", "响应步骤", hint="每行一步：步骤|责任单位|目标分钟数"), _note)
    ),
    CommandAct.TEAM: Form(
        "team",
        "登记队伍",
        (
            choice("about", "类别", TEAM_KINDS),
            code("name", "队伍名称"),
            code("strength", "人数"),
            code("base", "驻地"),
            _note,
        ),
    ),
    CommandAct.EQUIP: Form(
        "equip", "登记装备", (code("name", "装备名称"), code("quantity", "数量"), code("place", "存放地"), _note)
    ),
    CommandAct.STATION: Form(
        "station",
        "登记前置点",
        (
            code("name", "前置点"),
            code("team", "前置队伍", hint="已登记的队伍名称"),
            day("from", "自"),
            day("until", "至"),
        ),
    ),
    CommandAct.WITHDRAW: Form(
        "withdraw",
        "撤销登记",
        (choice("about", "对象", WITHDRAWN), code("name", "名称"), text("reason", "事由")),
    ),
    CommandAct.TRAIN: Form(
        "train",
        "登记共练共训共演",
        (lines("teams", "参加队伍", hint="每行一支已登记的队伍，至少两支"), day("day", "日期"), _note),
        photo=True,
    ),
    CommandAct.CONFIRM: Form("confirm", "定期核对", (choice("accurate", "核对结果", _ACCURATE), _note)),
    CommandAct.DISSOLVE: Form(
        "dissolve", "撤销指挥部", (code("document_no", "文号"), text("reason", "理由")), signed=True
    ),
    CommandAct.NOTE: Form("note", "补充说明", (text("note", "说明"),), photo=True),
    CommandAct.RUNG: Form("rung", "催办", (code("about", "应办"), code("rung", "级次"), code("kind", "类别"))),
}

_KEEPERS = OFFICERS | COUNTY_ROLES

MAY: Mapping[str, frozenset[Role]] = {
    CommandAct.REGISTER: frozenset({Role.BUREAU_OFFICER, Role.BUREAU_HEAD}) | COUNTY_ROLES,
    CommandAct.APPOINT: _KEEPERS,
    CommandAct.RELIEVE: _KEEPERS,
    CommandAct.ADOPT: _KEEPERS,
    CommandAct.CARD: _KEEPERS,
    CommandAct.TEAM: _KEEPERS,
    CommandAct.EQUIP: _KEEPERS,
    CommandAct.STATION: _KEEPERS,
    CommandAct.WITHDRAW: _KEEPERS,
    CommandAct.TRAIN: _KEEPERS,
    CommandAct.CONFIRM: _KEEPERS,
    CommandAct.DISSOLVE: COUNTY_ROLES,
    CommandAct.NOTE: _KEEPERS,
    CommandAct.RUNG: frozenset({Role.ENGINE}),
}
