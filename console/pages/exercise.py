"""The exercise 演练情况: what has been told to one's post, 「收到」, and the way out when something real happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from console.errors import NotThere
from models import exercise_acts
from models.exercise import SCENARIO_FILE, TURNED_REAL, read_exercise
from models.movable_clock import read_pace
from rules.exercise.reading import read_scenario
from rules.incident import INCIDENT

if TYPE_CHECKING:
    from pendulum import DateTime
    from starlette.responses import Response

    from console.visit import Visit
    from models.exercise import Exercise
    from rules.actor import Role
    from rules.exercise.scenario import Inject, Scenario

_SURE = "sure"


@dataclass(frozen=True, slots=True)
class Told:
    """One inject that is out: when, until when it should be answered, and whether the reader's post has."""

    inject: Inject
    at: DateTime
    answer_by: DateTime
    is_answered: bool
    expected: tuple[tuple[str, str, DateTime], ...]


def show(visit: Visit) -> Response:
    """Show where the exercise stands and what was told to the reader's post. Raises `NotThere` outside a sandbox."""
    exercise, scenario = _open(visit)
    with visit.desk.store.read() as reading:
        county_id = visit.desk.installation.county_id
        out, pace = exercise_acts.released(reading, county_id), read_pace(reading)
        told = [
            _told(visit, inject, posts, out)
            for inject in scenario.injects
            if inject.no in out.at
            and (posts := exercise_acts.addressed(reading, county_id, visit.actor, inject, visit.now))
        ]
    report = f"{exercise.address}/incidents/report?{urlencode({'unit': exercise.unit})}"
    return visit.page(
        "exercise.html", exercise=exercise, scenario=scenario, pace=pace, told=told[::-1], real_report=report,
        asks_whether=visit.asked(_SURE) == "no",
    )  # fmt: skip


def _told(visit: Visit, inject: Inject, posts: tuple[Role, ...], out: exercise_acts.Released) -> Told:
    at, role = out.at[inject.no], visit.actor.role
    expected = tuple(
        (visit.language.say(INCIDENT.label_of(one.act)), one.about, at.add(minutes=one.within_minutes))
        for one in inject.expected
        if one.by is role
    )
    return Told(
        inject,
        at,
        at.add(minutes=inject.answer_within),
        all((inject.no, post) in out.answered for post in posts),
        expected,
    )


def answer(visit: Visit, no: str) -> Response:
    """Record 「收到」. Raises `NotThere` for no number, and as `exercise_acts.answer_inject`."""
    _, scenario = _open(visit)
    if not (no.isascii() and no.isdigit() and len(no) < len("1000")):
        raise NotThere
    exercise_acts.answer_inject(visit.desk.ledger, visit.actor, scenario, int(no), visit.now)
    return visit.go("/exercise")


def turn_real(visit: Visit) -> Response:
    """Stop the exercise at once; the page then leads to the report form in earnest, which is filled in by a person."""
    exercise, _ = _open(visit)
    if visit.sent(_SURE) != "yes":
        return visit.go("/exercise", sure="no")
    if exercise.is_running:
        exercise_acts.stop(visit.desk.ledger, visit.actor, TURNED_REAL, visit.now)
    return visit.go("/exercise")


def _open(visit: Visit) -> tuple[Exercise, Scenario]:
    if not visit.desk.installation.exercise:
        raise NotThere
    with visit.desk.store.read() as reading:
        exercise = read_exercise(reading)
    text = (visit.desk.settings.data_folder / SCENARIO_FILE).read_bytes().decode("utf-8-sig")
    return exercise, read_scenario(text, visit.desk.rulebook, exercise.began_at.date())
