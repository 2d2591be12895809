"""A recurring duty 周期应办: one holder's quota of one period, from its opening by the clock to its end, as a story.

What the clock asks, reminds and tells needs no story; this tells what people did, and rests until nothing is owed.
It may be told again from its first line at any time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow

from flows.stories import told
from rules.obligation import ObligationAct as Act
from rules.obligation import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from prefect.client.schemas.objects import State

    from flows.telling import Story
    from rules.obligation import Facts
    from rules.obligation.facts import Entry, Task


@flow(name="obligation", flow_run_name="{case_no}", persist_result=False)
def obligation(case_no: str) -> State[None]:
    """周期应办：把一个应办人一个周期的任务从开启讲到办结，办理应达事项，停在尚待人办理之处。"""
    return told(case_no, tell)


def tell(story: Story, facts: Facts) -> None:
    """Tell one quota, opened and done entry by entry, problems handed on, a breach explained; or one task."""
    if facts.task is not None:
        _task(story, facts, facts.task)
        return
    story.await_act(Act.OPEN)
    story.effect("visit-record")
    story.effect("meeting-record")
    story.effect("hazard-form")
    story.ask(Act.REFER)
    if facts.outcome is Outcome.RELEASED:
        return
    story.together(
        lambda: _quota(story, facts),
        lambda: _explanation(story, facts),
        *(_handed_on(story, entry) for entry in facts.entries if entry.to_refer),
    )


def _task(story: Story, facts: Facts, task: Task) -> None:
    """Tell a task: assigned, reported done, confirmed; done again whenever it was sent back."""
    story.await_act(Act.ASSIGN)
    story.ask(Act.FINISH)
    story.ask(Act.CONFIRM)
    if facts.outcome is Outcome.RELEASED:
        return
    for _ in range(task.turns):
        story.await_act(Act.FINISH)
        story.await_act(Act.CONFIRM)


def _quota(story: Story, facts: Facts) -> None:
    """Await as much as is owed, unless the period was explained or is not counted."""
    if facts.outcome not in {Outcome.RUNNING, Outcome.DONE}:
        return
    for _ in facts.entries:
        story.await_act(facts.act)
    if facts.outcome is Outcome.RUNNING:
        story.await_act(facts.act)


def _explanation(story: Story, facts: Facts) -> None:
    """Await the explanation of a breach as long as the quota is not done after all."""
    if facts.breached and facts.outcome is Outcome.RUNNING:
        story.await_act(Act.EXPLAIN)


def _handed_on(story: Story, entry: Entry) -> Callable[[], None]:
    """Return the branch in which what a visit found is handed on."""
    return lambda: _awaited(story, str(entry.seq))


def _awaited(story: Story, about: str) -> None:
    story.await_act(Act.REFER, about=about)
