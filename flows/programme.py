"""A programme 专项 at one holder, from its opening until it is verified, as a story.

Reports of progress are the clock's: it reminds of them and never holds up the story. This tells what people did, and
rests until milestones are reached, the list is closed, difficulties go on under numbers and the end is verified.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prefect import flow

from flows.stories import told
from flows.telling import Rest
from rules.programme import Outcome, State
from rules.programme import ProgrammeAct as Act

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State as RunState

    from flows.telling import Story
    from rules.programme import Facts


@flow(name="programme", flow_run_name="{case_no}", persist_result=False)
def programme(case_no: str) -> RunState[None]:
    """专项：把一个承办单位的一个专项从启动讲到验收，办理应达事项，停在尚待人办理之处。"""
    return told(case_no, tell)


def tell(story: Story, facts: Facts) -> None:
    """Tell one programme: opened, carried out side by side, summed up, verified in the end."""
    story.await_act(Act.OPEN)
    _whenever_it_happens(story)
    if facts.outcome is not Outcome.RUNNING:
        return
    story.together(
        *(partial(_rest_on, Act.REACH) for _ in facts.awaited),
        *(partial(_rest_on, Act.CHECK if item.state is State.REPORTED else Act.FINISH) for item in facts.unclosed),
        *(partial(_rest_on, Act.REFER) for report in facts.reports if not report.is_referred),
        partial(_ended, story),
    )


def _rest_on(act: Act) -> None:
    raise Rest(frozenset({act}))


def _ended(story: Story) -> None:
    story.await_act(Act.COMPLETE)
    while story.await_act(Act.ACCEPT).word("passed") != "yes":
        story.await_act(Act.COMPLETE)


# --- what may happen at any time -----------------------------------------------------------------

_ASKED = (Act.CHECK, Act.REFER, Act.COMPLETE, Act.ACCEPT)
_NEWS = ("opened", "assigned", "lost", "restored", "unclosed", "closed", "released", "closing")


def _whenever_it_happens(story: Story) -> None:
    for act in _ASKED:
        story.ask(act)
    for name in _NEWS:
        story.effect(name)
