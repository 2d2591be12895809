"""An exercise 演练 as a Prefect run: the same loop as without an engine, with a task for each thing that happens.

Only names are parameters; what happens stands in the sandbox's own ledger.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed

from flows.catch_up import TELLERS
from flows.naming import by_minute
from flows.orders import under
from flows.stories import told_without_engine
from rules.exercise.judging import Verdict
from tasks import exercise_folders
from tasks.conducting import Manner, conduct
from tasks.directing import Director
from tasks.reviewing import review
from tasks.sandboxing import found_sandbox, read_source

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from flows.orders import Order
    from models.exercise import Exercise
    from rules.exercise.scenario import Scenario
    from tasks.directing import Coming
    from tasks.resources import Resources

_FASTEST = 60


@flow(name="exercise", flow_run_name=by_minute("exercise"), persist_result=False)
def rehearse(scenario: str, ticket: str = "") -> State[None]:
    """桌面推演：在演练库中自动推演一个随附情景，不等待，与正式台账无关；须由登录的人员发起。"""
    with under(ticket, "exercise") as order:
        order.require_person("桌面推演")
        real, today = order.tools.settings, order.tools.now().date()
        text = exercise_folders.shipped_file(scenario).read_text("utf-8")
        source = read_source(real, text, unit="", on=today)
        sandbox = exercise_folders.new_sandbox(real, source.scenario.name, text)
        name = sandbox.data_folder.name
        with exercise_folders.alone(real, name):
            found_sandbox(sandbox, source, name=name, alone=True, speed=_FASTEST, real=real)
            with exercise_folders.opened(real, name) as (tools, read):
                _lead(order, tools, read)
    return Completed(name="Rehearsed", message=order.answer)


def _lead(order: Order, tools: Resources, scenario: Scenario) -> None:
    director = Director(tools, scenario, tell)

    def news() -> None:
        done = (tools.now() - director.exercise().began_at).in_minutes()
        order.progress(min(done, scenario.minutes), scenario.minutes)

    conduct(director, by_legs(Manner(director.perform, news, lambda _seconds: None, leaping=True)))
    verdicts = [each.verdict for each in review(tools, scenario).responses]
    order.counts |= {verdict.value: verdicts.count(verdict) for verdict in Verdict}
    order.answer = (
        f"演练 {tools.installation.exercise} 已结束：应办 {len(verdicts)} 项，按时 {verdicts.count(Verdict.ON_TIME)}，"
        f"迟 {verdicts.count(Verdict.LATE)}，未办 {verdicts.count(Verdict.MISSING)}"
    )


def tell(tools: Resources, number: str, kind: str) -> None:
    """Tell the story of a case of the sandbox, as the worker does in earnest."""
    told_without_engine(tools, number, TELLERS[kind], run_id="exercise")


def by_legs(manner: Manner) -> Manner:
    """Return the manner with a task for each thing that comes."""

    def leg(coming: Coming) -> None:
        @task(task_run_name=coming.name, persist_result=False, cache_policy=NO_CACHE)
        def thing() -> None:
            manner.do(coming)

        thing()

    return replace(manner, do=leg)


def conducted(director: Director, manner: Manner, name: str) -> Exercise:
    """Conduct an exercise as one run that is named after it."""
    found: list[Exercise] = []

    @flow(name="exercise", flow_run_name="{name}", persist_result=False)
    def exercise(name: str) -> None:
        del name
        found.append(conduct(director, by_legs(manner)))

    exercise(name)
    return found[0]
