"""Reading exercises 查看演练: lists, reports, and ending one."""

from __future__ import annotations

import tomllib
from dataclasses import asdict
from typing import TYPE_CHECKING

from deployments.exercise_report import report_of
from deployments.language import say
from deployments.options import principal
from documents.paper import draw_up
from documents.report import as_markdown
from models.exercise import ABORTED
from models.exercise_acts import answer_inject, pace, stop
from models.movable_clock import checked
from rules.actor import clock
from rules.errors import ContentInvalid
from tasks import exercise_folders as exercises
from tasks.exercise_folders import opened

if TYPE_CHECKING:
    from pathlib import Path

    from deployments.options import Who
    from deployments.output import Printer
    from settings import Settings
    from tasks.exercise_folders import Held

_WRITTEN = (".md", ".html")


def show_all(real: Settings, printer: Printer) -> None:
    """Print the shipped scenarios and the exercises of an installation."""
    heads = [tomllib.loads(path.read_text("utf-8"))["scenario"][0] for path in exercises.shipped()]
    held = exercises.sandboxes(real)
    printer.document(
        {
            "scenarios": [{"name": head["name"], "title": head["title"], "minutes": head["minutes"]} for head in heads],
            "exercises": [{"name": each.name, "state": _state(each)} for each in held],
        }
    )
    printer.table(
        [say("随附情景", "Scenario"), say("名称", "Title"), say("演练分钟", "Minutes")],
        [(head["name"], head["title"], str(head["minutes"])) for head in heads],
    )
    if held:
        printer.table(
            [say("演练", "Exercise"), say("状态", "State")], [(each.name, _worded(_state(each))) for each in held]
        )


def _state(held: Held) -> str:
    if held.exercise is None:
        return "unfounded"
    if held.exercise.is_running:
        return "running" if held.is_conducted else "interrupted"
    return held.exercise.phase


def _worded(state: str) -> str:
    return {
        "unfounded": say("没有建完", "not founded"),
        "running": say("正在进行", "running"),
        "interrupted": say("中断，可以继续（resume）或者中止（abort）", "interrupted: resume or abort"),
        "ended": say("已结束", "ended"),
        "aborted": say("已中止", "aborted"),
        "turned_real": say("已转为实战", "turned real"),
    }[state]


def show_report(real: Settings, printer: Printer, name: str, out: Path | None) -> None:
    """Print the report or write it. Raises `ContentInvalid` for a file that is neither .md nor .html."""
    if out is not None and out.suffix not in _WRITTEN:
        raise ContentInvalid(f"报告可以写成 {' 或 '.join(_WRITTEN)}，不能写成「{out.name}」。请改 --out。")
    with opened(real, name) as (tools, scenario):
        report = report_of(tools, scenario)
    if out is None:
        printer.document(asdict(report))
        for line in as_markdown(report).rstrip("\n").split("\n"):
            printer.line(line)
        return
    language = say("zh-CN", "en")
    content = (
        as_markdown(report).encode()
        if out.suffix == ".md"
        else draw_up("exercise", "report", {"report": report, "language": language}, exercise=True).content
    )
    draft = out.with_name(f".{out.name}.part")
    draft.write_bytes(content)
    draft.replace(out)
    printer.document({"file": str(out)})
    printer.line(say(f"评估报告已写入 {out}", f"Wrote the report to {out}"))


def abort(real: Settings, printer: Printer, name: str) -> None:
    """End an exercise at once, whether or not a process conducts it. Raises `NotYourTurn` where it has ended."""
    with opened(real, name) as (tools, _):
        exercise = stop(tools.ledger, clock(tools.installation.county_id), ABORTED, tools.now())
    printer.document({"name": name, "phase": exercise.phase})
    printer.line(say(f"演练「{name}」已中止。", f"Exercise {name} is aborted."))


def set_speed(real: Settings, printer: Printer, name: str, speed: int) -> None:
    """Hold the clock of an exercise (nought) or let it run at another speed. Raises `NotYourTurn`, `ContentInvalid`."""
    with opened(real, name) as (tools, _):
        pace(tools.ledger, clock(tools.installation.county_id), checked(speed) if speed else 0, tools.now())
    printer.document({"name": name, "speed": speed})
    printer.line(say(f"演练时钟{'已停下' if not speed else f'改为 {speed} 倍速'}。", f"The clock runs {speed}×."))


def answer(real: Settings, printer: Printer, name: str, inject: int, who: Who) -> None:
    """Answer an inject. Raises `UnknownRecord`, `WrongPost`, `NotYourTurn`."""
    with opened(real, name) as (tools, scenario):
        actor = principal(tools, who)
        answer_inject(tools.ledger, actor, scenario, inject, tools.now())
    printer.document({"name": name, "inject": inject, "role": actor.role})
    printer.line(say(f"{actor.role.label}已回复情景 {inject}。", f"Answered inject {inject}."))
