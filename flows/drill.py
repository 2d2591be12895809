"""A drill 应急演练, from the scheme to the lesson learned, as a story.

It is approved, held and evaluated; what the report asks for goes on side by side until the file is closed. A drill may
lawfully be called off, merged, or turn into the real thing; a spot check may find fault with it long afterwards.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prefect import flow

from flows.stories import told
from rules.drill import DrillAct as Act
from rules.drill.facts import Outcome

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from flows.telling import Story
    from rules.act import Act as Done
    from rules.drill import Facts

_ENDED_EARLY = frozenset({Outcome.CANCELLED, Outcome.MERGED, Outcome.REAL})


@flow(name="drill", flow_run_name="{case_no}", persist_result=False)
def drill(case_no: str) -> State[None]:
    """应急演练：把一次演练从方案讲到归档，办理应达事项，停在尚待人办理之处。"""
    return told(case_no, tell)


def tell(story: Story, facts: Facts) -> None:
    """Tell one drill from its scheme to its file, or to where it was called off."""
    story.await_act(Act.PREPARE)
    _whenever_it_happens(story)
    if facts.outcome in _ENDED_EARLY:
        return
    assert facts.scheme is not None, "a drill begins with its scheme"
    story.together(
        partial(_held_and_learned_from, story, facts),
        partial(_checked_afterwards, story, facts),
    )


def _held_and_learned_from(story: Story, facts: Facts) -> None:
    _approved(story)
    story.await_act(Act.START)
    story.await_act(Act.FINISH)
    assert facts.scheme is not None, "a drill begins with its scheme"
    story.together(*(partial(_evaluated, story, subject) for subject in facts.scheme.subjects))
    story.await_act(Act.REPORT)
    story.together(
        *(partial(_improved, story, number) for number in facts.actions),
        *([partial(_revised, story)] if facts.revises else []),
        *([partial(_submitted, story)] if facts.must_submit else []),
    )
    story.await_act(Act.ARCHIVE)


def _approved(story: Story) -> None:
    while story.await_act(Act.APPROVE).word("approved") != "yes":
        story.await_act(Act.AMEND)


def _evaluated(story: Story, subject: str) -> None:
    story.await_act(Act.EVALUATE, about=subject)


# --- what the report asks for --------------------------------------------------------------------


def _improved(story: Story, number: str) -> None:
    """Tell an improvement until somebody else finds it done."""
    while True:
        story.await_act(Act.IMPROVE, about=number)
        if story.await_act(Act.CONFIRM, about=number).word("passed") == "yes":
            return


def _revised(story: Story) -> None:
    story.await_act(Act.REVISE)


def _submitted(story: Story) -> None:
    story.await_act(Act.SUBMIT)


# --- what a spot check finds ---------------------------------------------------------------------


def _checked_afterwards(story: Story, facts: Facts) -> None:
    """Tell each spot check that found fault; none is waited for, and a drill that is filed rests on none."""
    for _ in range(facts.faults):
        story.once(_finds_fault)
        story.await_act(Act.ORDER_CORRECTION)
        story.await_act(Act.CORRECT)
        while story.await_act(Act.RECHECK).word("passed") != "yes":
            story.await_act(Act.CORRECT)


def _finds_fault(act: Done) -> bool:
    return act.kind == Act.SPOT_CHECK and act.word("passed") != "yes"


# --- what may happen at any time -----------------------------------------------------------------

_ASKED = (
    Act.APPROVE, Act.AMEND, Act.DECIDE_CHANGE, Act.EVALUATE, Act.REPORT, Act.IMPROVE, Act.CONFIRM, Act.REVISE,
    Act.SUBMIT, Act.ARCHIVE, Act.ORDER_CORRECTION, Act.CORRECT, Act.RECHECK,
)  # fmt: skip
_NEWS = (
    "invited", "change-refused", "postponed", "on-paper", "cancelled", "merged", "absent", "turned-real", "submitted",
    "returned", "corrected",
)  # fmt: skip
_PAPERS = ("scheme", "report", "file", "spot-check", "correction-order")


def _whenever_it_happens(story: Story) -> None:
    for act in _ASKED:
        story.ask(act)
    for name in (*_NEWS, *_PAPERS):
        story.effect(name)
