"""安澜 Anlan: the command for operators and administrators.

Commands live in `deployments/commands/`, one file each, and are imported only when they are run: `--help` answers at
once, whatever the engine weighs.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Any

from cyclopts import App, CycloptsError, Group, Parameter

from deployments.command_list import COMMANDS, GROUPS
from deployments.language import choose, say
from environment import default_language


def main() -> None:
    """Run the command line."""
    run(sys.argv[1:])


def run(arguments: list[str]) -> None:
    """Run one command; whoever asked for JSON gets JSON for a command that is written wrongly, too."""
    choose(arguments, default_language())
    if "--json" not in arguments:
        application()(arguments)
        return
    try:
        application()(arguments, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        from deployments.output import Printer, tell_error  # noqa: PLC0415 - not for --help
        from rules.errors import ContentInvalid  # noqa: PLC0415 - as above

        wrong = ContentInvalid("命令写法不正确。请用 --help 查看写法后重试。", detail=str(error))
        raise SystemExit(tell_error(Printer(as_json=True), wrong)) from error


def application() -> App:
    """Return the whole command, worded in the chosen language."""
    app = _app(
        "anlan",
        say(
            "安澜：县域安全生产流程系统。隐患、催办、台账、文书，逐条有据。",
            "Anlan: a county's work-safety duties as scheduled, auditable processes.",
        ),
    )
    groups = {name: _app(name, say(zh, en)) for name, zh, en in GROUPS}
    for command in COMMANDS:
        below = groups[command.group] if command.group else app
        below.command(f"deployments.commands.{command.target}", name=command.name, help=say(command.zh, command.en))
    for below in groups.values():
        app.command(below)
    return app


def _app(name: str, words: str) -> App:
    app = App(
        name=name,
        help=words,
        help_format="plaintext",
        version=lambda: version("anlan"),
        group_commands=Group(say("命令", "Commands")),
        group_arguments=Group(say("参数", "Arguments")),
        group_parameters=Group(say("选项", "Options")),
        default_parameter=Parameter(show_default=_shown),
    )
    app["--help"].help = say("显示这段说明", "Show this text")
    app["--version"].help = say("显示版本", "Show the version")
    return app


def _shown(value: Any) -> str | None:
    """Return the default as the help shows it: nothing where it is off or empty."""
    return str(value) if value else None


if __name__ == "__main__":
    main()
