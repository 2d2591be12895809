"""Turning an exercise real 转为实战, and serving its console: first the sandbox stops, then a person reports.

What is carried over is unit, sector and kind, never a figure, a time or a word of the scenario: those are invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployments.console_server import serve
from deployments.language import say
from deployments.options import principal
from deployments.supervisor import refuse_taken_port
from models.exercise import TURNED_REAL, read_exercise
from models.exercise_acts import refuse_ended, stop
from models.receipt import Deed
from rules.actor import UNIT_ROLES, clock
from rules.errors import ContentInvalid
from rules.incident import INCIDENT, IncidentAct
from rules.incident.acts import Origin
from tasks import exercise_folders as exercises
from tasks.exercise_folders import opened
from tasks.resources import open_resources

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deployments.options import Who
    from deployments.output import Printer
    from models.exercise import Exercise
    from models.receipt import Receipt
    from rules.actor import Actor
    from rules.exercise.scenario import Scenario
    from settings import Settings


def serve_console(real: Settings, printer: Printer, name: str, port: int | None) -> None:
    """Serve the console of a sandbox until a signal says stop."""
    settings = exercises.sandbox_settings(real, name)
    if port is not None:
        settings = settings.model_copy(update={"console_port": port})
    with opened(real, name):
        pass
    refuse_taken_port(settings.console_host, settings.console_port, "--port")
    printer.document({"address": settings.address})
    printer.line(say(f"【演练】演练控制台 {settings.address}/exercise", f"[EXERCISE] {settings.address}/exercise"))
    printer.line(say("按 Ctrl-C 停止控制台；演练照常进行。", "Ctrl-C stops the console; the exercise goes on."))
    serve(settings)


def turn_real(
    real: Settings, printer: Printer, name: str, who: Who, values: Mapping[str, str], *, confirmed: bool
) -> None:
    """Stop the sandbox at once; with `confirmed` open the accident in earnest, else show what would be reported.

    Raises `NotYourTurn` for an exercise that had ended before, and whatever the ledger refuses; the sandbox is stopped
    all the same.
    """
    with opened(real, name) as (tools, scenario):
        with tools.store.read() as reading:
            exercise = read_exercise(reading)
        if exercise.phase != TURNED_REAL:
            refuse_ended(exercise)
            exercise = stop(tools.ledger, clock(tools.installation.county_id), TURNED_REAL, tools.now())
    printer.line(
        say(
            "演练已停止，不再发送任何消息。以下登记到正式台账。", "The exercise is stopped. What follows is in earnest."
        )
    )
    if not confirmed:
        _show(printer, exercise, _draft(scenario, None, values), name)
        return
    receipt = _report(real, exercise, scenario, who, values)
    printer.document({"name": name, "phase": exercise.phase, "receipt": receipt})
    printer.line(say(f"已在正式台账登记事故 {receipt.number}。", f"Accident {receipt.number} is on record in earnest."))


def _report(real: Settings, exercise: Exercise, scenario: Scenario, who: Who, values: Mapping[str, str]) -> Receipt:
    tools = open_resources(real)
    try:
        actor = principal(tools, who)
        deed = Deed(IncidentAct.REPORT, actor, f"exercise:real:{exercise.name}", _draft(scenario, actor, values))
        return tools.ledger.open_case(INCIDENT.name, exercise.unit, deed, tools.now())
    finally:
        tools.store.close()


def _draft(scenario: Scenario, actor: Actor | None, values: Mapping[str, str]) -> dict[str, str]:
    own = {"origin": Origin.UNIT.value} if actor is not None and actor.role in UNIT_ROLES else {}
    return {"in_county": "yes", **scenario.preset, **own, **values}


def _show(printer: Printer, exercise: Exercise, draft: Mapping[str, str], name: str) -> None:
    asked = {entry.key: entry.label for entry in INCIDENT.forms[IncidentAct.REPORT].asked}
    missing = [key for key in ("place", "origin") if key not in draft]
    printer.document({"name": name, "phase": exercise.phase, "unit": exercise.unit, "draft": draft, "missing": missing})
    printer.line(say(f"  单位：{exercise.unit}", f"  unit: {exercise.unit}"))
    for key, value in draft.items():
        printer.line(f"  {asked.get(key, key)}（{key}）：{value}")
    for key in missing:
        printer.line(say(f"  还须填写：{asked[key]}（{key}=…）", f"  still needed: {key}=…"))
    printer.line(
        say(
            f"核对属实后登记：anlan exercise turn-real {name} place=… origin=… --confirm --login 登录名",
            f"If it is true: anlan exercise turn-real {name} place=… origin=… --confirm --login LOGIN",
        )
    )
    printer.line(
        say(
            f"或者在正式控制台填写：{exercise.address}/incidents/report?unit={exercise.unit}",
            f"Or in the real console: {exercise.address}/incidents/report?unit={exercise.unit}",
        )
    )


def pairs(values: tuple[str, ...]) -> dict[str, str]:
    """Return key=value words as a mapping. Raises `ContentInvalid` for a word that is none."""
    odd = next((each for each in values if "=" not in each), None)
    if odd is not None:
        raise ContentInvalid(f"「{odd}」应写作 项=值，例如 place=三号井。请改正后重试。")
    return dict(each.split("=", 1) for each in values)
