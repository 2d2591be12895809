"""安澜 Anlan: the command for operators and administrators.

Commands live in `deployments/commands/`, one file each, and are imported only when they are run: `--help` answers at
once, whatever the engine weighs.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Any

from cyclopts import App, Group, Parameter

from deployments.command_list import COMMANDS, GROUPS
from deployments.language import choose, say
from environment import default_language


def main() -> None:
    """Run the command line."""
    choose(sys.argv[1:], default_language())
    application()()


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
