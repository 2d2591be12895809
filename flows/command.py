"""A special command 专项应急指挥部, from its register to its dissolution, as a story.

What it lacks is asked for until it is there, however often it is lost again; the register is looked over now and then.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prefect import flow

from flows.stories import told
from flows.telling import Rest
from rules.command import CommandAct as Act
from rules.command.facts import FILLED_BY

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from flows.telling import Story
    from rules.command import Facts
    from rules.command.facts import Part


@flow(name="command", flow_run_name="{case_no}", persist_result=False)
def command(case_no: str) -> State[None]:
    """专项应急指挥部：把一个指挥部从设立讲到撤销，办理应达事项，停在尚待人办理之处。"""
    return told(case_no, tell)


def tell(story: Story, facts: Facts) -> None:
    """Tell one command: completed, kept complete, looked over, dissolved in the end."""
    story.await_act(Act.REGISTER)
    _whenever_it_happens(story)
    if facts.dissolved:
        return
    story.together(
        *(partial(_made_good, part) for part in facts.lacking),
        partial(_looked_over, story),
        partial(_trained_together, story),
    )


def _made_good(part: Part) -> None:
    raise Rest(frozenset({FILLED_BY[part]}))


def _looked_over(story: Story) -> None:
    while True:
        story.await_act(Act.CONFIRM)


def _trained_together(story: Story) -> None:
    while True:
        story.await_act(Act.TRAIN)


# --- what may happen at any time -----------------------------------------------------------------

_ASKED = (Act.APPOINT, Act.ADOPT, Act.CARD, Act.TEAM, Act.EQUIP, Act.STATION)


def _whenever_it_happens(story: Story) -> None:
    for act in _ASKED:
        story.ask(act)
    story.effect("appointed")
    story.effect("roll")
    story.effect("dissolved")
