"""The duty watch 值班, one roster from its publication to the archive, as a story.

Shifts come and go by the clock, which needs no story; this tells what people did and whom it concerns, and rests until
the roster is archived. It may be told again from its first line at any time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow

from flows.stories import told
from rules.duty_watch import WatchAct as Act

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from flows.telling import Story
    from rules.duty_watch import Facts


@flow(name="duty_watch", flow_run_name="{case_no}", persist_result=False)
def duty_watch(case_no: str) -> State[None]:
    """值班：把一份值班表从发布讲到归档，办理应达事项，停在尚待人办理之处。"""
    return told(case_no, tell)


def tell(story: Story, facts: Facts) -> None:
    """Tell one roster: published, kept shift by shift, changed and checked at any time, archived in the end."""
    del facts
    story.await_act(Act.PUBLISH)
    story.effect("roster")
    _shift_by_shift(story)
    _changed(story)
    _checked(story)
    story.await_act(Act.ARCHIVE)


# --- kept shift by shift -------------------------------------------------------------------------


def _shift_by_shift(story: Story) -> None:
    story.ask(Act.CHECK_IN)
    story.effect("on-duty")
    story.ask(Act.TAKE_OVER)
    story.effect("hand-over")
    story.effect("events-reported")


# --- changed and checked at any time -------------------------------------------------------------


def _changed(story: Story) -> None:
    story.ask(Act.AGREE_SWAP)
    story.effect("swapped")
    story.effect("swap-refused")
    story.ask(Act.SUBSTITUTE)
    story.effect("substituted")
    story.effect("returned")


def _checked(story: Story) -> None:
    story.effect("missed-call")
    story.effect("missed")
    story.ask(Act.EXPLAIN)
