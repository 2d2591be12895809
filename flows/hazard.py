"""Hazard rectification 事故隐患排查治理, from discovery to sign-off 销号, as a story.

The ledger remembers, the rules decide; this only tells what happens in which order. It may be told again from its
first line at any time, after a restart or a year's wait, and comes to rest at the acts that are still owed. Lateness
is no path of the story: the clock looks after it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prefect import flow

from flows.stories import told
from rules.hazard import HazardAct as Act
from rules.hazard import Track
from rules.hazard.kinds import KINDS, steps_of
from rules.orders import kind_of, order_key

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from flows.telling import Story
    from rules.act import Act as ActDone
    from rules.hazard.facts import Chapter, Facts


@flow(name="hazard", flow_run_name="{case_no}", persist_result=False)
def hazard(case_no: str) -> State[None]:
    """事故隐患排查治理：把一个事项从头讲起，办理应达事项，停在尚待人办理之处。"""
    return told(case_no, tell)


def tell(story: Story, facts: Facts) -> None:
    """Tell one hazard from discovery to sign-off; a regrading, a re-opening or a relapse begins a new chapter."""
    story.await_act(Act.REPORT)
    story.effect("registered")
    _whenever_it_happens(story)
    story.chapters(facts.chapters, partial(_chapter, story))


def _chapter(story: Story, chapter: Chapter) -> None:
    if chapter.closed_before:
        return
    if Act.GRADE in chapter.needs:
        story.ask(Act.GRADE)
        story.await_act(Act.GRADE)
    match chapter.track:
        case Track.MAJOR:
            _major(story, chapter)
        case Track.ORDERED:
            _ordered(story, chapter)
        case _:
            _by_the_unit_itself(story, chapter)
    story.effect("closed")


# --- the unit's own ordinary hazard --------------------------------------------------------------


def _by_the_unit_itself(story: Story, chapter: Chapter) -> None:
    accepted = chapter.fixed_on_the_spot and _accepted(story)
    while not accepted:
        story.ask(Act.RECTIFY)
        story.await_act(Act.RECTIFY)
        accepted = _accepted(story)


def _accepted(story: Story) -> bool:
    story.ask(Act.ACCEPT)
    passed = story.await_act(Act.ACCEPT).word("passed")
    story.effect("returned")
    return passed == "yes"


# --- found on inspection, rectified under an order -----------------------------------------------


def _ordered(story: Story, chapter: Chapter) -> None:
    if Act.ORDER in chapter.needs:
        _served(story, Act.ORDER)
    passed = _rectified_and_rechecked(story)
    while not (passed and _signed_off(story)):
        passed = _rechecked(story) if passed else _rectified_and_rechecked(story)
    story.effect("sign-off")


def _rectified_and_rechecked(story: Story) -> bool:
    story.ask(Act.RECTIFY)
    looked_before_the_report = story.await_act(Act.RECTIFY, unless=Act.RECHECK)
    if looked_before_the_report.kind == Act.RECHECK:
        return _passed(story, looked_before_the_report.word("passed"))
    return _rechecked(story)


def _rechecked(story: Story) -> bool:
    story.ask(Act.RECHECK)
    return _passed(story, story.await_act(Act.RECHECK).word("passed"))


def _passed(story: Story, passed: str) -> bool:
    story.effect("recheck-opinion")
    story.effect("returned")
    return passed == "yes"


def _signed_off(story: Story) -> bool:
    story.ask(Act.SIGN_OFF)
    approved = story.await_act(Act.SIGN_OFF).word("approved")
    story.effect("sent-back")
    return approved == "yes"


# --- major hazards -------------------------------------------------------------------------------


def _major(story: Story, chapter: Chapter) -> None:
    story.together(
        partial(_reported_to_the_office, story, chapter),
        partial(_planned, story, chapter),
        partial(_listed, story, chapter),
        partial(_rectified_and_reviewed, story, chapter),
    )
    while not _delisted(story):
        if not _reviewed(story):
            _rectified_until_reviewed(story)
    story.effect("delisting")
    story.effect("delisted")
    story.ask(Act.LOOK_BACK)
    story.await_act(Act.LOOK_BACK)


def _reported_to_the_office(story: Story, chapter: Chapter) -> None:
    if Act.MAJOR_REPORT in chapter.needs:
        story.ask(Act.MAJOR_REPORT)
        story.await_act(Act.MAJOR_REPORT)
        story.effect("major-reported")


def _planned(story: Story, chapter: Chapter) -> None:
    if Act.PLAN in chapter.needs:
        story.ask(Act.PLAN)
        story.await_act(Act.PLAN)
        story.effect("plan-filed")


def _listed(story: Story, chapter: Chapter) -> None:
    if Act.LIST in chapter.needs:
        if chapter.judged_by_unit:
            story.once(lambda act: act.kind == Act.MAJOR_REPORT)
        _served(story, Act.LIST)
        story.effect("listed")


def _rectified_and_reviewed(story: Story, chapter: Chapter) -> None:
    if chapter.needs:
        story.once(_starts_the_term)
    _rectified_until_reviewed(story)


def _starts_the_term(act: ActDone) -> bool:
    return act.kind == Act.PLAN or (act.kind == Act.SERVE_ORDER and kind_of(act.word("about")) == Act.LIST)


def _rectified_until_reviewed(story: Story) -> None:
    while True:
        story.ask(Act.RECTIFY)
        story.await_act(Act.RECTIFY)
        story.ask(Act.APPLY_REVIEW)
        story.await_act(Act.APPLY_REVIEW)
        if _reviewed(story):
            return


def _reviewed(story: Story) -> bool:
    story.ask(Act.REVIEW)
    passed = story.await_act(Act.REVIEW).word("passed")
    story.effect("review-opinion")
    story.effect("returned")
    return passed == "yes"


def _delisted(story: Story) -> bool:
    story.ask(Act.DELIST)
    approved = story.await_act(Act.DELIST).word("approved")
    story.effect("sent-back")
    return approved == "yes"


# --- orders: from draft to service ---------------------------------------------------------------


def _served(story: Story, draft: Act) -> None:
    """Tell of drafts until one is served: who confirms, reviews or signs may return it, and it may be withdrawn."""
    is_served = False
    while not is_served:
        story.ask(draft)
        is_served = _goes_out(story, story.await_act(draft), draft)


def _goes_out(story: Story, drafted: ActDone, draft: Act) -> bool:
    order = order_key(drafted)
    for step in steps_of(KINDS[draft]):
        taken = story.await_act(step, unless=Act.WITHDRAW_ORDER, about=order)
        if taken.word("approved") != "yes":
            return False
    return story.await_act(Act.SERVE_ORDER, unless=Act.WITHDRAW_ORDER, about=order).kind == Act.SERVE_ORDER


# --- what may happen at any time -----------------------------------------------------------------


def _whenever_it_happens(story: Story) -> None:
    _orders_on_their_way(story)
    _stopped_and_resumed(story)
    _measures(story)
    _extended_or_not(story)
    _made_public(story)
    _voided_or_reopened(story)
    story.effect("regraded")
    story.effect("rebounded")
    story.effect("decided")


def _orders_on_their_way(story: Story) -> None:
    story.ask(Act.CONFIRM_ORDER)
    story.ask(Act.REVIEW_ORDER)
    story.ask(Act.SIGN_ORDER)
    story.ask(Act.SERVE_ORDER)
    story.effect("order-returned")
    story.effect("order-withdrawn")
    for kind in KINDS.values():
        story.effect(kind.paper)
    story.effect("service-receipt")


def _measures(story: Story) -> None:
    story.ask(Act.CIRCULAR)
    story.effect("circulated")
    story.ask(Act.TALK)
    story.effect("talk-called")
    story.ask(Act.HOLD_TALK)
    story.effect("talk-record")


def _stopped_and_resumed(story: Story) -> None:
    story.ask(Act.STOP_WORK)
    story.effect("stopped")
    story.ask(Act.DECIDE_RESUME)
    story.effect("resumed")
    story.effect("resume-refused")


def _extended_or_not(story: Story) -> None:
    story.ask(Act.DECIDE_EXTENSION)
    story.effect("extended")
    story.effect("extension-refused")


def _made_public(story: Story) -> None:
    story.ask(Act.OPEN_REVIEW)
    story.effect("publicity")
    story.ask(Act.PUBLISH)


def _voided_or_reopened(story: Story) -> None:
    story.ask(Act.DECIDE_VOID)
    story.effect("voided")
    story.effect("void-refused")
    story.ask(Act.DECIDE_REOPEN)
    story.effect("reopened")
    story.effect("reopen-refused")
