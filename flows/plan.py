"""An emergency plan 应急预案, from the first draft through all its versions to its abolition, as a story.

Each version is a chapter: drafted, reviewed, signed, published and one day assessed; a revision begins the next one.
Filing is told beside them: it may still be under way when a revision begins, until the new version takes its place.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prefect import flow

from flows.stories import told
from rules.plan import PlanAct as Act

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from flows.telling import Story
    from rules.act import Act as Done
    from rules.plan import Facts


@flow(name="plan", flow_run_name="{case_no}", persist_result=False)
def plan(case_no: str) -> State[None]:
    """应急预案：把一个预案从启动编制讲到废止，办理应达事项，停在尚待人办理之处。"""
    return told(case_no, tell)


def tell(story: Story, facts: Facts) -> None:
    """Tell one plan version by version; it ends only when it is abolished."""
    story.await_act(Act.INITIATE)
    _whenever_it_happens(story)
    if facts.abolished:
        return
    story.together(
        partial(_filed, story, facts),
        partial(_version_by_version, story, facts),
    )


def _version_by_version(story: Story, facts: Facts) -> None:
    story.chapters(facts.chapters, lambda _: _made_and_kept(story))


# --- made and kept -------------------------------------------------------------------------------


def _made_and_kept(story: Story) -> None:
    _signed(story)
    story.await_act(Act.PUBLISH)
    while True:
        story.await_act(Act.ASSESS)


def _signed(story: Story) -> None:
    """Tell draft after draft until one is signed."""
    while True:
        draft = story.await_act(Act.DRAFT)
        if draft.word("substantial") != "no" and story.await_act(Act.REVIEW).word("passed") != "yes":
            continue
        if story.await_act(Act.APPROVE).word("approved") == "yes":
            return


# --- filed ---------------------------------------------------------------------------------------


def _filed(story: Story, facts: Facts) -> None:
    """Tell filing after filing: a newer version takes the place of one that was not yet filed."""
    owed = frozenset(version.seq for version in facts.versions if version.to_file)
    act = story.once(_begins_a_filing)
    while True:
        act = _next_of_the_filing(story, facts, act, owed)


def _next_of_the_filing(story: Story, facts: Facts, act: Done, owed: frozenset[int]) -> Done:
    match act.kind:
        case Act.PUBLISH if act.seq in owed:
            return story.await_act(Act.FILE, unless=Act.PUBLISH)
        case Act.FILE if facts.level.parties.checks_filing:
            return story.await_act(Act.CHECK, unless=(Act.LAPSE, Act.PUBLISH))
        case Act.CHECK if act.word("complete") == "no":
            return story.await_act(Act.FILE, unless=Act.PUBLISH)
        case _:
            return story.once(_begins_a_filing)


def _begins_a_filing(act: Done) -> bool:
    return act.kind in {Act.PUBLISH, Act.FILE}


# --- what may happen at any time -----------------------------------------------------------------

_ASKED = (
    Act.DRAFT, Act.REVIEW, Act.APPROVE, Act.PUBLISH, Act.FILE, Act.CHECK, Act.HAND_OUT, Act.DECIDE_REVISION,
    Act.DECIDE_VOID,
)  # fmt: skip
_NEWS = (
    "returned", "filed", "incomplete", "deemed-filed", "kept", "revision-joined", "abolished", "voided", "void-refused",
)  # fmt: skip
_PAPERS = ("review", "cover", "certificate", "told-once", "deemed")


def _whenever_it_happens(story: Story) -> None:
    for act in _ASKED:
        story.ask(act)
    for name in (*_NEWS, *_PAPERS):
        story.effect(name)
