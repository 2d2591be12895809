"""The words that ledgers choose from 可选值: grades, states, kinds of organisation and roles, with what people write.

Slugs are stored and stable; labels are shown; synonyms are the words of real ledgers. A new one is added here only.
"""

from __future__ import annotations

from documents.columns import Choice
from rules.actor import Role
from rules.plan.levels import UNIT_KINDS as UNIT_KIND_LABELS
from rules.plan.levels import UnitKind


def words(written: str) -> tuple[str, ...]:
    """Return the words of a text that are separated by blanks."""
    return tuple(written.split())


GRADES = (
    Choice("general", "一般", words("一般隐患 一般事故隐患 一般安全隐患")),
    Choice("major", "重大", words("重大隐患 重大事故隐患 重大安全隐患")),
)

# Verified 复查合格 is not yet signed off 销号: whoever verified may not sign off, so it counts as rectified only.
STATES = (
    Choice(
        "open",
        "未整改",
        words("未完成 未完成整改 未整改完成 尚未整改 待整改 未开始 未处理 未治理 未落实 未改 否 未"),
    ),
    Choice(
        "rectifying",
        "整改中",
        words("""正在整改 正在进行 进行中 整改进行中 处理中 治理中 推进中 限期整改 责令限期整改
              部分整改 部分完成 已五定 挂牌督办"""),
    ),
    Choice(
        "rectified",
        "已整改",
        words("""已完成 完成 已完成整改 整改完成 已整改完成 已整改完毕 整改完毕 已整改到位 整改到位 已治理 已处理
              已落实 已现场处理 现场整改 已现场整改 当场整改 已立即整改 立行立改 已改
              已复查 复查已整改 复查合格 已验收 验收合格 是"""),
    ),
    Choice("signed_off", "已销号", words("销号 已销案 销案 已闭环 闭环 已关闭 已办结 已核销 摘牌销号")),
)

ORGANISATION_KINDS = (
    Choice("county", "县政府", words("县人民政府 县级政府 县委县政府")),
    Choice("bureau", "应急局", words("应急管理局 县应急管理局 县应急局")),
    Choice("committee_office", "安委办", words("县安委办 安委会办公室 县安委会办公室")),
    Choice("department", "部门", words("县级部门 县直部门 行业部门 监管部门 主管部门")),
    Choice("town", "乡镇", words("乡 镇 街道 乡镇街道 街道办 街道办事处 乡镇人民政府")),
    Choice("village", "村", words("行政村 村委会 社区 村社区 村居")),
)

_UNIT_SYNONYMS = {
    UnitKind.HAZARDOUS: "危险物品 危化品 危险化学品 危化 烟花爆竹 加油站 民用爆炸物品",
    UnitKind.MINE: "煤矿 非煤矿山 露天矿山 地下矿山",
    UnitKind.SMELTING: "冶炼 冶金",
    UnitKind.RAIL: "轨道交通",
    UnitKind.CONSTRUCTION: "建筑 施工 建筑施工企业",
    UnitKind.CROWDED: "人员密集 商场 宾馆 学校 医院 养老机构",
    UnitKind.LARGER: "中型规模以上",
    UnitKind.OTHER: "其他 一般单位",
}
UNIT_KINDS = tuple(
    Choice(kind.value, UNIT_KIND_LABELS[kind], words(synonyms)) for kind, synonyms in _UNIT_SYNONYMS.items()
)

_ROLE_SYNONYMS = {
    Role.UNIT_FIXER: "整改人 隐患整改责任人",
    Role.UNIT_SAFETY: "安全员 专职安全员 安全管理人员 企业安全管理员",
    Role.UNIT_HEAD: "企业主要负责人 单位主要负责人 法定代表人",
    Role.TOWN_CLERK: "安监员 乡镇安全员",
    Role.TOWN_LEADER: "乡镇分管负责人",
    Role.DEPT_OFFICER: "监管员 部门监管人员",
    Role.DEPT_HEAD: "部门主要负责人",
    Role.BUREAU_OFFICER: "应急局监管人员",
    Role.BUREAU_HEAD: "应急局局长 应急局主要负责人",
    Role.COMMITTEE_OFFICE: "县安委办 安委会办公室",
    Role.COUNTY_LEADER: "县分管领导 分管副县长",
    Role.LEADERSHIP: "班子成员 县级领导 县委常委",
    Role.LIAISON: "领导联络员 联络秘书",
    Role.AUDITOR: "审计员 审计人员",
    Role.IT_ADMIN: "管理员 信息管理员",
}

ROLES = tuple(Choice(role.value, role.label, words(written)) for role, written in _ROLE_SYNONYMS.items())
