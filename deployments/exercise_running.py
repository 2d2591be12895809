"""Running an exercise 进行推演: from the scenario to its end, telling each thing as it happens; goes on after a kill.

Where the county's engine is up, the exercise is a Prefect run with a task for each thing; where it is not, the same is
done without, and said so.
"""

from __future__ import annotations

import threading
from datetime import date
from typing import TYPE_CHECKING

from deployments.engine_server import engine_environment, is_answering
from deployments.exercise_words import Narrator
from deployments.installation import engine_of, has_engine
from deployments.language import say
from environment import inherited_environment, install_environment
from models import clock
from models.exercise import change_speed, read_exercise
from models.exercise_acts import refuse_ended
from models.movable_clock import checked
from rules.errors import ContentInvalid
from tasks import exercise_folders as exercises
from tasks.conducting import Manner, conduct
from tasks.directing import Director
from tasks.exercise_folders import opened
from tasks.reviewing import lines_of
from tasks.sandboxing import found_sandbox, read_source

if TYPE_CHECKING:
    from deployments.output import Printer
    from models.exercise import Exercise
    from rules.exercise.scenario import Scenario
    from settings import Settings
    from tasks.resources import Resources


def run(
    real: Settings, printer: Printer, wanted: str, *, speed: int, alone: bool, leaping: bool, unit: str, on: str
) -> None:
    """Found a sandbox and conduct the exercise in it. Raises `ContentInvalid`, `UnknownRecord`, `SetupError`."""
    checked(speed)
    if leaping and not alone:
        raise ContentInvalid("「--leap」不等待任何人，只能与「--auto」一起用。请去掉 --leap，或者加上 --auto。")
    text = exercises.scenario_file(wanted).read_bytes().decode("utf-8-sig", errors="replace")
    source = read_source(real, text, unit=unit, on=_day(on))
    with exercises.alone(real):
        pass
    sandbox = exercises.new_sandbox(real, source.scenario.name, text)
    name = sandbox.data_folder.name
    with exercises.alone(real, name):
        found_sandbox(sandbox, source, name=name, alone=alone, speed=speed, real=real)
        with opened(real, name) as (tools, scenario):
            _conduct(real, printer, tools, scenario, leaping=leaping)


def resume(real: Settings, printer: Printer, name: str, *, speed: int | None, leaping: bool) -> None:
    """Go on with an exercise whose process has ended. Raises `NotYourTurn` where it is over."""
    if speed is not None:
        checked(speed)
    with opened(real, name) as (tools, scenario), exercises.alone(real, name):
        with tools.store.read() as reading:
            exercise = read_exercise(reading)
        refuse_ended(exercise)
        if leaping and not exercise.alone:
            raise ContentInvalid("这次演练有人参加，不能用「--leap」跳过等待。请去掉 --leap。")
        if speed is not None:
            tools.store.write(lambda writing: change_speed(writing, speed))
        _conduct(real, printer, tools, scenario, leaping=leaping)


def _day(written: str) -> date:
    if not written:
        return clock.now().date()
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise ContentInvalid(f"「{written}」不是日期，应如 2026-11-27。请改正 --on 后重试。") from error


# --- conducting ----------------------------------------------------------------------------------


def _conduct(real: Settings, printer: Printer, tools: Resources, scenario: Scenario, *, leaping: bool) -> None:
    narrator, pause = Narrator(scenario, tools.rulebook), threading.Event()
    name = tools.installation.exercise
    introduce(printer, tools, scenario)
    with_engine = _is_engine_up(real)
    if with_engine:
        no_proxy = inherited_environment().get("NO_PROXY", "")
        engine = engine_environment(engine_of(real), no_proxy=no_proxy)
        # What happens is told here in words; the run itself stands in the engine.
        install_environment({**engine, "PREFECT_LOGGING_LEVEL": "WARNING"})
    # Prefect reads its environment when it is imported.
    from flows.exercise import conducted, tell  # noqa: PLC0415

    director = Director(tools, scenario, tell)

    def news() -> None:
        for words in narrator.news(lines_of(tools)):
            printer.line(words)

    manner = Manner(do=director.perform, news=news, wait=pause.wait, leaping=leaping)
    try:
        exercise = conducted(director, manner, name) if with_engine else conduct(director, manner)
    except KeyboardInterrupt:
        director.stand(tools.now(), clock.now())
        printer.line()
        printer.line(say(f"已停下。继续：anlan exercise resume {name}", f"Held. Go on: anlan exercise resume {name}"))
        raise
    if not with_engine:
        printer.line(say("（调度引擎未运行，本次没有 Prefect 运行记录）", "(No engine is running: no Prefect run)"))
    conclude(printer, exercise)


def _is_engine_up(real: Settings) -> bool:
    """Tell whether the county's engine answers; a county that never had one gets no secret made for it."""
    return has_engine(real) and is_answering(engine_of(real))


def introduce(printer: Printer, tools: Resources, scenario: Scenario) -> None:
    """Say what begins, what is real in it and what is not."""
    with tools.store.read() as reading:
        exercise = read_exercise(reading)
    name, began = exercise.name, exercise.began_at.format("YYYY-MM-DD HH:mm")
    printer.line(say(f"【演练】{scenario.title}", f"[EXERCISE] {scenario.title}"))
    pairs = [
        say(f"  名称 {name}", f"  Name {name}"),
        say(f"  单位 {exercise.unit}；演练时间自 {began} 起，{scenario.minutes} 分钟，{exercise.speed} 倍速",
            f"  Unit {exercise.unit}; from {began}, {scenario.minutes} minutes, {exercise.speed}×"),
        f"  {scenario.note}",
        *(say(f"  来源 {source}", f"  Source {source}") for source in scenario.sources),
        say("  演练库自成一体：不写入正式台账，不发给名单以外的人；消息都带【演练】。",
            "  The sandbox stands alone: nothing is written to the real ledger or sent beyond the list."),
        *(say(f"  注意：{note}", f"  Note: {note}") for note in exercise.notes),
    ]  # fmt: skip
    for words in pairs:
        printer.line(words)
    if not exercise.alone:
        folder, address = tools.settings.data_folder, tools.settings.address
        printer.line(
            say(
                f"  参演：另开一个终端运行 anlan exercise console {name}，浏览器打开 {address}/exercise；"
                f"或者照常用 anlan duty、anlan case，加上 --data {folder}",
                f"  Take part: run anlan exercise console {name} in another terminal and open {address}/exercise; "
                f"or use anlan duty and anlan case with --data {folder}",
            )
        )


def conclude(printer: Printer, exercise: Exercise) -> None:
    """Say how it ended and what to read."""
    name = exercise.name
    printer.document({"name": name, "phase": exercise.phase})
    printer.line()
    if exercise.phase == "turned_real":
        printer.line(say(f"下一步：anlan exercise turn-real {name}", f"Next: anlan exercise turn-real {name}"))
        return
    printer.line(
        say(f"演练结束。评估报告：anlan exercise report {name}", f"Over. Report: anlan exercise report {name}")
    )
