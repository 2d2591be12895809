"""安澜 Anlan: the command for operators and administrators.

Commands live in `deployments/commands/`, one file each, and are imported only when they are run: `--help` answers at
once, whatever the engine weighs.
"""

from __future__ import annotations

import sys

from cyclopts import App

from deployments.language import choose, say


def main() -> None:
    """Run the command line."""
    import settings  # noqa: PLC0415 - the language may stand in the environment

    choose(sys.argv[1:], settings.default_language())
    application()()


def application() -> App:
    """Return the whole command, worded in the chosen language."""
    app = App(
        name="anlan",
        help=say(
            "安澜：县域安全生产流程系统。隐患、催办、台账、文书，逐条有据。",
            "Anlan: a county's work-safety duties as scheduled, auditable processes.",
        ),
        version="0.1.0",
        help_format="plaintext",
    )
    for name, target, zh, en in _COMMANDS:
        app.command(f"deployments.commands.{target}", name=name, help=say(zh, en))
    for group, zh, en, commands in _GROUPS:
        below = App(name=group, help=say(zh, en), help_format="plaintext")
        for name, target, own_zh, own_en in commands:
            below.command(f"deployments.commands.{target}", name=name, help=say(own_zh, own_en))
        app.command(below)
    return app


_COMMANDS = (
    ("up", "up:up", "启动全部进程；首次启动建立演示县", "Start everything; the first start builds a demo county"),
    ("init", "init:init", "建立正式库并从 Excel 导入机构、岗位、人员、单位", "Found a real county from Excel tables"),
    ("doctor", "doctor:doctor", "体检：逐项检查并给出修复办法", "Check everything and say how to mend it"),
    ("import", "import_:import_ledger", "导入隐患台账（xlsx、xls、csv、jsonl）", "Import a hazard ledger"),
    ("explain", "explain:explain", "说明一个期限为什么是这一天", "Explain why a deadline is what it is"),
    ("run", "run:run", "发起一次运行并查看进度", "Start a flow and watch it"),
    ("deploy", "deploy:deploy", "把流程与计划登记到调度引擎", "Register flows and schedules with the engine"),
    ("backup", "backup:backup", "备份并核对", "Make a checked backup"),
    ("restore", "restore:restore", "从备份恢复", "Restore from a backup"),
)
_GROUPS = (
    (
        "case",
        "事项：列表、案卷、办理",
        "Cases: list, show, act",
        (
            ("list", "case:list_", "列出事项", "List cases"),
            ("show", "case:show", "打印一个事项的全部历史", "Print a case with its whole history"),
            ("act", "case:act", "办理一个行为", "Record an act"),
        ),
    ),
    ("duty", "应办", "Duties", (("list", "duty:list_", "列出待办与期限", "List duties and their deadlines"),)),
    (
        "process",
        "流程",
        "Processes",
        (("show", "process:show", "打印流程图与各环节在办数", "Print a process picture with live counts"),),
    ),
    (
        "ledger",
        "台账",
        "The ledger",
        (
            ("verify", "ledger:verify", "校验台账，定位改动", "Verify the chains and locate tampering"),
            ("export", "ledger:export", "导出链头或者全部行为", "Export heads or all acts"),
        ),
    ),
    (
        "rule",
        "规则",
        "Rules",
        (("show", "rule:show", "查看某日有效的条款", "Show the clauses in force on a day"),),
    ),
)

if __name__ == "__main__":
    main()
