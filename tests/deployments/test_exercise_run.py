"""An exercise where the engine is up: one Prefect run named after it, with a task for each thing that happened."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from prefect.client.schemas.filters import FlowRunFilter, TaskRunFilter
from prefect.client.schemas.objects import TaskRun

from deployments.demo.county import Cast, Players, found_demonstration
from flows.exercise import conducted, rehearse, tell
from models import clock, runs, schema
from models.access import Access
from models.store import open_store
from rules.actor import Role
from rules.errors import UnknownRecord
from settings import Settings
from tasks import exercise_folders as exercises
from tasks.conducting import Manner
from tasks.directing import Director
from tasks.exercise_folders import opened
from tasks.resources import open_resources, using
from tasks.sandboxing import found_sandbox, read_source
from tests.deployments.conftest import eventually

pytestmark = pytest.mark.prefect


@pytest.fixture
def county(tmp_path: Path) -> Settings:
    """Return the settings of a demonstration county."""
    settings = Settings(data_folder=tmp_path / "data")
    schema.upgrade(f"sqlite:///{settings.folder('run').parent / 'anlan.db'}")
    store = open_store(settings.database, lock_folder=settings.folder("run"))
    found_demonstration(store, Access(store), clock.now())
    store.close()
    return settings


def test_a_person_starts_one_from_the_console_and_reads_how_it_went(county: Settings, engine_settings: None) -> None:
    del engine_settings
    tools = open_resources(county)
    with tools.store.read() as reading:
        actor = Players(reading).actor(Cast.read().anyone(Role.BUREAU_OFFICER))
    asked = {"scenario": "chemical-leak"}
    ticket = runs.ask_for_run(tools.store, flow="exercise", parameters=asked, actor=actor, now=tools.now())

    with using(tools):
        rehearse(**asked, ticket=ticket)
        with pytest.raises(UnknownRecord, match="选用"):
            rehearse(scenario="/etc/passwd", ticket=runs.ask_for_run(
                tools.store, flow="exercise", parameters={"scenario": "/etc/passwd"}, actor=actor, now=tools.now()
            ))  # fmt: skip

    with tools.store.read() as reading:
        answer = runs.order_of(reading, ticket).answer
    tools.store.close()
    assert answer is not None
    assert answer.endswith("应办 3 项，按时 3，迟 0，未办 0")
    (held,) = exercises.sandboxes(county)
    assert held.exercise is not None
    assert held.exercise.phase == "ended"


def test_an_exercise_is_one_run_with_a_task_for_each_thing(county: Settings, bench: Any) -> None:
    text = exercises.scenario_file("chemical-leak").read_text("utf-8")
    source = read_source(county, text, unit="", on=date(2026, 11, 27))
    name = (sandbox := exercises.new_sandbox(county, "chemical-leak", text)).data_folder.name
    found_sandbox(sandbox, source, name=name, alone=True, speed=60, real=county)

    with opened(county, name) as (tools, scenario):
        director = Director(tools, scenario, tell)
        manner = Manner(director.perform, lambda: None, lambda _: None, leaping=True)
        ended = conducted(director, manner, name)

    (run,) = bench.client.read_flow_runs(flow_run_filter=FlowRunFilter(name={"any_": [name]}))
    of_the_run = TaskRunFilter(flow_run_id={"any_": [run.id]})

    def all_told() -> list[TaskRun]:
        """Return the tasks once the last of them is there and over: Prefect's server learns of tasks a little later."""
        found = bench.client.read_task_runs(task_run_filter=of_the_run)
        is_whole = "end" in {task.name for task in found} and all(
            task.state and task.state.is_final() for task in found
        )
        return found if is_whole else []

    things = eventually(all_told)
    names = [thing.name for thing in things]
    assert ended.phase == "ended"
    assert run.state.is_completed()
    assert run.parameters == {"name": name}
    assert {"inject-01", "inject-02", "inject-03", "act-1.1-report", "answer-01-unit_head", "end"} <= set(names)
    assert all(thing.state.is_completed() for thing in things)
