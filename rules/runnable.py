"""What people may start 可发起的运行: which flows, by which posts, with which parameters; none of them personal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.actor import Role, labels
from rules.errors import UnknownRecord, WrongPost
from rules.incoming import INCOMING
from rules.matter import MATTERS

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPERATORS = frozenset({Role.IT_ADMIN, Role.BUREAU_OFFICER, Role.BUREAU_HEAD, Role.COMMITTEE_OFFICE})
_CHECKERS = _OPERATORS | {Role.AUDITOR}
_REGISTRARS = INCOMING["hazard_ledger"].roles
#: Whose rows can enter something in the files of units.
_FILERS = INCOMING["unit_table"].roles


@dataclass(frozen=True, slots=True)
class Runnable:
    """A flow that people may start. `parameters` are names and Chinese labels; `deployment` is its name in Prefect.

    `page` is where the console prepares it, when more is to be said than a few words.
    """

    name: str
    label: str
    purpose: str
    roles: frozenset[Role]
    deployment: str
    parameters: Mapping[str, str]
    page: str = ""


_ALL = (
    Runnable("sweep", "立即催办", "检查到期事项并送出通知", _OPERATORS, "sweep/sweep", {}),
    Runnable("statistics", "统计", "按乡镇、等级、环节汇总在办与逾期", _CHECKERS, "statistics/statistics", {}),
    Runnable(
        "brief",
        "月度简报",
        "把一个月的数字写成网页、PDF 和 Word",
        _CHECKERS,
        "brief/brief",
        {"month": "月份，如 2026-11"},
    ),
    Runnable("imprint", "文书定稿", "为新出具的文书生成 PDF 存档，指纹记入系统日志", _CHECKERS, "imprint/imprint", {}),
    Runnable("chain-check", "台账校验", "核对全部链并封存链头", _CHECKERS, "chain-check/chain-check", {}),
    Runnable("audit", "稽核", "独立核对催办、唤醒与心跳", _CHECKERS, "audit/audit", {}),
    Runnable("coverage", "值班覆盖", "核对今后三十日每一级催办都有人", _CHECKERS, "coverage/coverage", {}),
    Runnable(
        "rollover", "开启周期", "为每个应办人开启当前周期，补齐停机期间漏开的周期", _OPERATORS, "rollover/rollover", {}
    ),
    Runnable(
        "open-drills",
        "开启年度演练",
        "编制当年演练计划，登记已总结的演练",
        _OPERATORS,
        "open-drills/open-drills",
        {},
    ),
    Runnable(
        "open-programmes",
        "启动专项",
        "为每个承办单位启动已到期的专项，核对零事故名册中的事故",
        _OPERATORS,
        "open-programmes/open-programmes",
        {},
    ),
    Runnable(
        "exercise",
        "桌面推演",
        "在演练库中自动推演一个情景，全部由脚本扮演，与正式台账无关",
        _OPERATORS,
        "exercise/exercise",
        {"scenario": "情景名称，如 flooded-mine"},
    ),
    Runnable(
        "trial",
        "测试通知",
        "用一个渠道给您本人送一条真实的消息",
        _OPERATORS | _REGISTRARS,
        "trial/trial",
        {"channel": "渠道名称，如 email"},
    ),
    Runnable("backup", "备份", "复制并核对数据库、照片与文书", frozenset({Role.IT_ADMIN}), "backup/backup", {}),
    Runnable(
        "import", "导入隐患台账", "把上传的台账登记为事项", _REGISTRARS, "import/import", {"upload": "上传文件指纹"}
    ),
    Runnable(
        "import-units",
        "导入一张表",
        "把填好的一张表登记到各单位的档案，没有改动的行不产生登记",
        _FILERS,
        "import-units/import-units",
        {"upload": "上传文件指纹"},
    ),
    Runnable(
        "import-table",
        "导入表格",
        "先核对一张表，再按选择写入：只写无误的行，或者全部无误才写入",
        frozenset[Role]().union(*(table.roles for table in INCOMING.values())),
        "import-table/import-table",
        {"upload": "上传文件指纹", "table": "表的名称", "about": "机构编码或者事项编号", "mode": "核对或者写入"},
        page="/exchange",
    ),
    Runnable("report", "登记上报", "登记一份已填好的上报单", _REGISTRARS, "report/report", {"draft": "上报单编号"}),
)
RUNNABLE: Mapping[str, Runnable] = {entry.name: entry for entry in _ALL}
#: What every flow is called on screens, those included that nobody starts by hand.
FLOW_LABELS: Mapping[str, str] = {
    **{entry.name: entry.label for entry in _ALL}, "hazard": "隐患流程", "incident": "事故流程", "plan": "预案流程",
    "tipoff": "举报流程",
    "command": "指挥部流程", "drill": "演练流程", "drill_year": "年度演练流程",
    "unit_file": "一企一档流程", "programme": "专项流程",
    **{name: f"{matter.label}流程" for name, matter in MATTERS.items()},
    "duty_watch": "值班流程", "obligation": "周期应办流程", "catch-up": "补办", "escalation": "催办",
}  # fmt: skip


def runnable(name: str, role: Role) -> Runnable:
    """Return a flow that the role may start. Raises `UnknownRecord`, `WrongPost`."""
    found = RUNNABLE.get(name)
    if found is None:
        raise UnknownRecord(f"没有名为「{name}」的运行，可发起：{'、'.join(RUNNABLE)}。请核对名称。")
    if role not in found.roles:
        raise WrongPost(
            f"「{found.label}」由{labels(found.roles)}发起，您的岗位是{role.label}。请由上述岗位的人员发起。"
        )
    return found


def runnable_by(role: Role) -> tuple[Runnable, ...]:
    """Return what the role may start, in order."""
    return tuple(entry for entry in _ALL if role in entry.roles)
