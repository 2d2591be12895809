"""`anlan exercise`: table-top exercises in a sandbox with a movable clock; nothing in them is real."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from deployments.options import Options, told
from deployments.output import reporting

_OPTIONS = Options()
_SPEED = 60


def list_(*, options: Options = _OPTIONS) -> None:
    """List the shipped scenarios, and the exercises of this installation with how each stands."""
    printer = options.printer
    with reporting(printer):
        from deployments import exercise_reading  # noqa: PLC0415 - not needed for --help

        exercise_reading.show_all(options.settings(), printer)


def run(
    scenario: Annotated[str, told("情景文件，或者随附情景的名称", "Scenario file, or a shipped scenario")],
    /,
    *,
    speed: Annotated[int, told("倍速，1 至 60", "How fast the clock runs, 1 to 60")] = _SPEED,
    auto: Annotated[bool, told("全部由脚本扮演，无人参加", "The script plays everybody", negative="")] = False,
    leap: Annotated[
        bool, told("不等待，直接跳到下一件事；须同时 --auto", "Do not wait; with --auto", negative="")
    ] = False,
    unit: Annotated[str, told("单位编码；不写的按行业选", "Code of the unit; by sector if left out")] = "",
    on: Annotated[str, told("演练日，如 2026-11-27；不写的为今日", "Day of the exercise, by default today")] = "",
    options: Options = _OPTIONS,
) -> None:
    """Found a sandbox and conduct the exercise in it to its end."""
    printer = options.printer
    with reporting(printer):
        from deployments import exercise_running  # noqa: PLC0415 - not needed for --help

        exercise_running.run(
            options.settings(), printer, scenario, speed=speed, alone=auto, leaping=leap, unit=unit, on=on
        )


def resume(
    name: Annotated[str, told("演练名称", "Name of the exercise")],
    /,
    *,
    speed: Annotated[int | None, told("倍速，1 至 60；不写的照旧", "How fast the clock runs")] = None,
    leap: Annotated[bool, told("不等待，直接跳到下一件事", "Do not wait", negative="")] = False,
    options: Options = _OPTIONS,
) -> None:
    """Go on with an exercise that was interrupted, from where its clock stood."""
    printer = options.printer
    with reporting(printer):
        from deployments import exercise_running  # noqa: PLC0415 - as above

        exercise_running.resume(options.settings(), printer, name, speed=speed, leaping=leap)


def report(
    name: Annotated[str, told("演练名称", "Name of the exercise")],
    /,
    *,
    out: Annotated[Path | None, told("另存为文件：.md 或 .html（打印用）", "Write it to a .md or .html file")] = None,
    options: Options = _OPTIONS,
) -> None:
    """Print the after-action report, the same bytes each time, or write it to a file."""
    printer = options.printer
    with reporting(printer):
        from deployments import exercise_reading  # noqa: PLC0415 - as above

        exercise_reading.show_report(options.settings(), printer, name, out)


def abort(
    name: Annotated[str, told("演练名称", "Name of the exercise")],
    /,
    *,
    options: Options = _OPTIONS,
) -> None:
    """End an exercise at once; its report stays readable."""
    printer = options.printer
    with reporting(printer):
        from deployments import exercise_reading  # noqa: PLC0415 - as above

        exercise_reading.abort(options.settings(), printer, name)
