"""The file of one unit 一企一档, from its opening until it is closed, as a story.

What it does not say is asked for until it does, however often it is lost again; it is looked over once a year. What
expires is the clock's: it reminds of it and tells of it, and never holds up the story.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prefect import flow

from flows.stories import told
from flows.telling import Rest
from rules.unit_file import UnitAct as Act

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from flows.telling import Story
    from rules.unit_file import Facts
    from rules.unit_file.facts import Part


@flow(name="unit_file", flow_run_name="{case_no}", persist_result=False)
def unit_file(case_no: str) -> State[None]:
    """一企一档：把一家单位的档案从建档讲到销档，办理应达事项，停在尚待人办理之处。"""
    return told(case_no, tell)


def tell(story: Story, facts: Facts) -> None:
    """Tell one file: opened, its blanks filled, looked over, closed in the end."""
    story.await_act(Act.OPEN)
    _whenever_it_happens(story)
    if facts.closed:
        return
    story.together(
        *(partial(_filled, part) for part in facts.lacking),
        partial(_looked_over, story),
    )


def _filled(part: Part) -> None:
    raise Rest(frozenset({part.owed.act}))


def _looked_over(story: Story) -> None:
    while True:
        story.await_act(Act.CONFIRM)


# --- what may happen at any time -----------------------------------------------------------------

_ASKED = (Act.SEAT, Act.CLASSIFY, Act.LICENSE, Act.INSURE, Act.STANDARDISE, Act.RISK)
_NEWS = ("named", "turned-red", "sheet", "file-closed")


def _whenever_it_happens(story: Story) -> None:
    for act in _ASKED:
        story.ask(act)
    for news in _NEWS:
        story.effect(news)
