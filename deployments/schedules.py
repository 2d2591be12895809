"""What runs when 计划: the one table of all deployments; everything else about them is read from it.

Times are Asia/Shanghai. A scheduled run that finds its predecessor unfinished is cancelled, so that missed runs never
pile up after an outage: what they would have done, the next one does.
"""

from __future__ import annotations

from dataclasses import dataclass

from rules.matter import MATTERS

POOL = "anlan"
ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Planned:
    """One deployment: its flow by module path, when it runs by itself (cron; empty for never), and what it is for."""

    name: str
    flow: str
    entrypoint: str
    cron: str
    purpose: str
    alone: bool = True

    @property
    def full_name(self) -> str:
        """Return the name by which Prefect knows it."""
        return f"{self.flow}/{self.name}"


DEPLOYMENTS = (
    Planned("hazard", "hazard", "flows.hazard.hazard", "", "事故隐患：每个行为之后讲一段", alone=False),
    Planned("incident", "incident", "flows.incident.incident", "", "生产安全事故：每个行为之后讲一段", alone=False),
    Planned("tipoff", "tipoff", "flows.tipoff.tipoff", "", "举报奖励：每个行为之后讲一段", alone=False),
    Planned("plan", "plan", "flows.plan.plan", "", "应急预案：每个行为之后讲一段", alone=False),
    Planned("command", "command", "flows.command.command", "", "专项应急指挥部：每个行为之后讲一段", alone=False),
    Planned("unit_file", "unit_file", "flows.unit_file.unit_file", "", "一企一档：每个行为之后讲一段", alone=False),
    Planned("programme", "programme", "flows.programme.programme", "", "专项：每个行为之后讲一段", alone=False),
    Planned("drill", "drill", "flows.drill.drill", "", "应急演练：每个行为之后讲一段", alone=False),
    Planned(
        "drill_year", "drill_year", "flows.drill_year.drill_year", "", "年度演练计划：每个行为之后讲一段", alone=False
    ),
    Planned("duty_watch", "duty_watch", "flows.duty_watch.duty_watch", "", "值班：每个行为之后讲一段", alone=False),
    Planned("obligation", "obligation", "flows.obligation.obligation", "", "周期应办：每个行为之后讲一段", alone=False),
    *(
        Planned(name, name, f"flows.matter.{name}", "", f"{matter.label}：每个行为之后讲一段", alone=False)
        for name, matter in MATTERS.items()
    ),
    Planned("catch-up", "catch-up", "flows.catch_up.catch_up", "", "批量补办：导入和滚动之后一次办完", alone=False),
    Planned("escalation", "escalation", "flows.escalation.escalation", "* * * * *", "到期催办与逾期升级，每分钟"),
    Planned("audit", "audit", "flows.audit.watch", "*/10 * * * *", "稽核，每十分钟"),
    Planned("imprint", "imprint", "flows.imprint.make_imprints", "5-59/10 * * * *", "文书定稿，每十分钟"),
    Planned("statistics", "statistics", "flows.figures.compile_figures", "10 6 * * *", "统计，每日 06:10"),
    Planned("brief", "brief", "flows.brief.make_brief", "30 6 1 * *", "月度简报，每月 1 日 06:30"),
    Planned("rollover", "rollover", "flows.rollover.roll_over", "10 0 * * *", "开启周期，每日 00:10"),
    Planned(
        "open-drills",
        "open-drills",
        "flows.drill_rollover.roll_over_drills",
        "20 0 * * *",
        "开启年度演练，每日 00:20",
    ),
    Planned(
        "open-programmes",
        "open-programmes",
        "flows.programme_rollover.roll_over_programmes",
        "30 0 * * *",
        "启动专项，每日 00:30",
    ),
    Planned("coverage", "coverage", "flows.coverage.prove_coverage", "20 1 * * *", "值班覆盖，每日 01:20"),
    Planned("chain-check", "chain-check", "flows.chain_check.check_chains", "30 2 * * *", "台账校验与封存，每日 02:30"),
    Planned("backup", "backup", "flows.backup.make_backup", "0 3 * * *", "备份，每日 03:00"),
    Planned("sweep", "sweep", "flows.escalation.sweep_now", "", "立即催办，由人员发起", alone=False),
    Planned("import", "import", "flows.importing.import_ledger", "", "导入隐患台账，由人员发起", alone=False),
    Planned("import-units", "import-units", "flows.importing.import_units", "", "导入一张表，由人员发起", alone=False),
    Planned("import-table", "import-table", "flows.importing.import_table", "", "导入表格，由人员发起", alone=False),
    Planned("exercise", "exercise", "flows.exercise.rehearse", "", "桌面推演，由人员发起", alone=False),
    Planned("trial", "trial", "flows.trial.try_channel", "", "测试通知，由人员发起", alone=False),
    Planned("report", "report", "flows.reporting.record_report", "", "登记上报，由人员发起", alone=False),
)
