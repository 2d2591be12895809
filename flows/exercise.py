"""An exercise 演练 as a Prefect run: the same loop as without an engine, with a task for each thing that happens.

Only the exercise's name is a parameter; what happens stands in the sandbox's own ledger.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.catch_up import TELLERS
from flows.stories import told_without_engine
from tasks.conducting import conduct

if TYPE_CHECKING:
    from models.exercise import Exercise
    from tasks.conducting import Manner
    from tasks.directing import Coming, Director
    from tasks.resources import Resources


def tell(tools: Resources, number: str, kind: str) -> None:
    """Tell the story of a case of the sandbox, as the worker does in earnest."""
    told_without_engine(tools, number, TELLERS[kind], run_id="exercise")


def conducted(director: Director, manner: Manner, name: str) -> Exercise:
    """Conduct an exercise as one run with a task for each thing that comes."""
    found: list[Exercise] = []

    def leg(coming: Coming) -> None:
        @task(task_run_name=coming.name, persist_result=False, cache_policy=NO_CACHE)
        def thing() -> None:
            manner.do(coming)

        thing()

    @flow(name="exercise", flow_run_name="{name}", persist_result=False)
    def exercise(name: str) -> None:
        del name
        found.append(conduct(director, replace(manner, do=leg)))

    exercise(name)
    return found[0]
