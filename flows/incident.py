"""An accident 生产安全事故, from the first word to the evaluation a year after the approval, as a story.

Every receiver's report is a branch of its own, beside the rescue and the investigation; a higher government that takes
over changes the path, not what was told before. Lateness is no path of the story: the clock looks after it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prefect import flow

from flows.stories import told
from rules.incident import IncidentAct as Act
from rules.incident.grade import Nature
from rules.incident.parties import Level

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from flows.telling import Story
    from rules.incident.facts import Facts


@flow(name="incident", flow_run_name="{case_no}", persist_result=False)
def incident(case_no: str) -> State[None]:
    """生产安全事故：把一个事项从首报讲到评估，办理应达事项，停在尚待人办理之处。"""
    return told(case_no, tell)


def tell(story: Story, facts: Facts) -> None:
    """Tell one accident from its report to its evaluation, its transfer or its merger."""
    story.await_act(Act.REPORT)
    _whenever_it_happens(story)
    if facts.merged_into or facts.transferred:
        return
    if facts.assessment is None:
        story.await_act(Act.TRANSFER)
        return
    story.together(
        *(partial(_sent, story, about) for about in dict.fromkeys(facts.sendings)),
        partial(_rescued, story),
        partial(_investigated, story, facts),
    )


def _sent(story: Story, about: str) -> None:
    story.await_act(Act.SEND, about=about)


def _rescued(story: Story) -> None:
    story.await_act(Act.END_RESCUE)


# --- investigation -------------------------------------------------------------------------------


def _investigated(story: Story, facts: Facts) -> None:
    assert facts.assessment is not None, "what was not transferred is graded"
    begun = facts.first_term is not None or facts.handed_up
    if facts.assessment.nature is Nature.NEAR_MISS and not begun:
        return
    if facts.handed_up or (facts.investigator is not Level.COUNTY and not facts.submitted):
        _by_a_higher_government(story, facts)
    else:
        _by_the_county(story, facts)


def _by_a_higher_government(story: Story, facts: Facts) -> None:
    story.await_act(Act.HAND_UP)
    story.await_act(Act.APPROVE)
    story.effect("approval")
    ends = [Act.MEASURES, *([Act.EDUCATE] if facts.educates else [])]
    story.together(*(partial(_done, story, act) for act in ends))


def _by_the_county(story: Story, facts: Facts) -> None:
    story.together(partial(_team_formed, story), partial(_reported, story, facts))


def _team_formed(story: Story) -> None:
    story.await_act(Act.TEAM, unless=Act.SUBMIT)
    story.effect("team")


def _reported(story: Story, facts: Facts) -> None:
    story.await_act(Act.SUBMIT)
    story.together(partial(_filed, story), partial(_approved, story, facts))


def _filed(story: Story) -> None:
    story.await_act(Act.ARCHIVE)


def _approved(story: Story, facts: Facts) -> None:
    story.await_act(Act.APPROVE)
    story.effect("approval")
    later = [(Act.EDUCATE, facts.educates), (Act.EVALUATE, facts.evaluates)]
    ends = [Act.MEASURES, Act.PUBLISH, *(act for act, is_owed in later if is_owed)]
    story.together(*(partial(_done, story, act) for act in ends))


def _done(story: Story, act: Act) -> None:
    story.await_act(act)


# --- what may happen at any time -----------------------------------------------------------------

_NEWS = (
    "reported", "regraded", "corrected", "outside-window", "handed-up", "transferred", "merged", "extended",
    "extension-refused", "voided", "void-refused",
)  # fmt: skip
_ASKED = (
    Act.SEND, Act.TRANSFER, Act.HAND_UP, Act.TEAM, Act.APPROVE, Act.ARCHIVE, Act.PUBLISH, Act.MEASURES,
    Act.EDUCATE, Act.DECIDE_EXTENSION, Act.DECIDE_VOID,
)  # fmt: skip
_PAPERS = ("flash", "follow-up", "team", "approval")


def _whenever_it_happens(story: Story) -> None:
    for act in _ASKED:
        story.ask(act)
    for news in _NEWS:
        story.effect(news)
    for paper in _PAPERS:
        story.effect(paper)
