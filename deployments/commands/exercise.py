"""`anlan exercise`: table-top exercises in a sandbox with a movable clock; nothing in them is real."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from deployments.options import Options, Who, told
from deployments.output import reporting

_OPTIONS, _WHO = Options(), Who()
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


def pace(
    name: Annotated[str, told("演练名称", "Name of the exercise")],
    speed: Annotated[int, told("倍速，1 至 60；0 停住时钟", "1 to 60; 0 holds the clock")],
    /,
    *,
    options: Options = _OPTIONS,
) -> None:
    """Hold the clock of an exercise that is under way, or let it run at another speed."""
    printer = options.printer
    with reporting(printer):
        from deployments import exercise_reading  # noqa: PLC0415 - as above

        exercise_reading.set_speed(options.settings(), printer, name, speed)


def answer(
    name: Annotated[str, told("演练名称", "Name of the exercise")],
    inject: Annotated[int, told("情景序号", "Number of the inject")],
    /,
    *,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Answer an inject with 「收到」 for the post of whoever answers."""
    printer = options.printer
    with reporting(printer):
        from deployments import exercise_reading  # noqa: PLC0415 - as above

        exercise_reading.answer(options.settings(), printer, name, inject, who)


def console(
    name: Annotated[str, told("演练名称", "Name of the exercise")],
    /,
    *,
    port: Annotated[int | None, told("端口；默认为控制台端口加十", "Port, by default the console's plus ten")] = None,
    options: Options = _OPTIONS,
) -> None:
    """Serve the console of an exercise to those who take part."""
    printer = options.printer
    with reporting(printer):
        from deployments import exercise_real  # noqa: PLC0415 - as above

        exercise_real.serve_console(options.settings(), printer, name, port)


def turn_real(
    name: Annotated[str, told("演练名称", "Name of the exercise")],
    /,
    *values: Annotated[str, told("真实情况，项=值", "What really happened, key=value")],
    confirm: Annotated[
        bool, told("属实，登记到正式台账", "It is true: put it on record in earnest", negative="")
    ] = False,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Stop an exercise because something real has happened, and report the accident in earnest."""
    printer = options.printer
    with reporting(printer):
        from deployments import exercise_real  # noqa: PLC0415 - as above

        given = exercise_real.pairs(values)
        exercise_real.turn_real(options.settings(), printer, name, who, given, confirmed=confirm)


def adopt(
    name: Annotated[str, told("演练名称", "Name of the exercise")],
    /,
    *numbers: Annotated[int, told("建议的序号", "Numbers of the proposals")],
    drill: Annotated[str, told("正式台账中的演练编号", "Number of the drill in earnest")],
    by: Annotated[str, told("改进期限，如 2026-12-31", "Day by which they are owed, such as 2026-12-31")],
    owner: Annotated[
        str, told("责任岗位，如 部门监管员；不写的照报告", "Post that sees to them; as the report names it if left out")
    ] = "",
    revise: Annotated[bool, told("还须修订预案", "The plan must be revised too", negative="")] = False,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Put proposals of an exercise into the report of a drill in earnest, where they become duties."""
    printer = options.printer
    with reporting(printer):
        from deployments import exercise_adopting  # noqa: PLC0415 - as above

        exercise_adopting.adopt(
            options.settings(), printer, name, numbers, drill=drill, by=by, owner=owner, revise=revise, who=who
        )
