"""An exercise where the engine is up: one Prefect run named after it, with a task for each thing that happened."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from prefect.client.schemas.filters import FlowRunFilter, TaskRunFilter
from prefect.client.schemas.objects import TaskRun

from deployments import exercises
from deployments.demo.county import found_demonstration
from deployments.exercise_running import opened
from flows.exercise import conducted, tell
from models import clock, schema
from models.access import Access
from models.store import open_store
from settings import Settings
from tasks.conducting import Manner
from tasks.directing import Director
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
