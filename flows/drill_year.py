"""A year of drills 年度演练计划, from the plan to the summary, as a story.

Each line has a clock of its own, which needs no story; this tells what people did and whom it concerns, and rests until
the year is summed up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow

from flows.stories import told
from rules.drill_year import YearAct as Act

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from flows.telling import Story
    from rules.drill_year import Facts


@flow(name="drill_year", flow_run_name="{case_no}", persist_result=False)
def drill_year(case_no: str) -> State[None]:
    """年度演练计划：把一年的计划从编制讲到总结，办理应达事项，停在尚待人办理之处。"""
    return told(case_no, tell)


def tell(story: Story, facts: Facts) -> None:
    """Tell one year: compiled, approved, kept to line by line, summed up."""
    del facts
    story.await_act(Act.COMPILE)
    _whenever_it_happens(story)
    while story.await_act(Act.APPROVE).word("approved") != "yes":
        story.await_act(Act.RECOMPILE)
    story.await_act(Act.SUMMARISE)


# --- what may happen at any time -----------------------------------------------------------------

_ASKED = (Act.APPROVE, Act.RECOMPILE, Act.DECIDE_CHANGE, Act.EXPLAIN, Act.DRAW, Act.CHECK)
_NEWS = ("year-approved", "changed", "change-refused", "missed", "fault-found")
_PAPERS = ("year-plan", "year-change", "sampling", "draw-result", "year-summary")


def _whenever_it_happens(story: Story) -> None:
    for act in _ASKED:
        story.ask(act)
    for name in (*_NEWS, *_PAPERS):
        story.effect(name)
