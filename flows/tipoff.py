"""A tip-off 举报, from its registration to the reply and the reward, as a story.

What was found has several consequences at once: the reporter is told, hazards are entered, violations punished, the
reward paid. Each is a branch; the case ends when all of them have ended.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prefect import flow

from flows.stories import told
from rules.tipoff import TipAct as Act
from rules.tipoff.acts import NAMED, Decision, Told

if TYPE_CHECKING:
    from collections.abc import Callable

    from prefect.client.schemas.objects import State

    from flows.telling import Story
    from rules.tipoff import Facts


@flow(name="tipoff", flow_run_name="{case_no}", persist_result=False)
def tipoff(case_no: str) -> State[None]:
    """举报奖励：把一件举报从登记讲到答复和领奖，办理应达事项，停在尚待人办理之处。"""
    return told(case_no, tell)


def tell(story: Story, facts: Facts) -> None:
    """Tell one tip-off to its end."""
    received = story.await_act(Act.RECEIVE)
    _whenever_it_happens(story)
    branches: list[Callable[[], None]] = [partial(_decided, story, facts)]
    if received.word("named") == NAMED:
        branches.append(partial(_put_on_record, story))
    story.together(*branches)


def _put_on_record(story: Story) -> None:
    story.await_act(Act.IDENTIFY)


# --- what was decided ----------------------------------------------------------------------------


def _decided(story: Story, facts: Facts) -> None:
    match Decision(story.await_act(Act.ACCEPT).word("decision")):
        case Decision.ACCEPT:
            _checked(story, facts)
        case Decision.TRANSFER:
            story.await_act(Act.HAND_OVER)
            _answered(story, facts, Told.TRANSFER)
        case Decision.REFUSE:
            _answered(story, facts, Told.REFUSAL)
        case Decision.MERGE:
            _answered(story, facts, Told.MERGE)


def _answered(story: Story, facts: Facts, about: Told) -> None:
    if facts.is_reachable:
        story.await_act(Act.REPLY, about=about)


# --- what was found ------------------------------------------------------------------------------


def _checked(story: Story, facts: Facts) -> None:
    story.await_act(Act.ASSIGN)
    while True:
        story.await_act(Act.VERIFY)
        if story.await_act(Act.COUNTERSIGN).word("approved") == "yes":
            break
    finding = facts.finding
    assert finding is not None, "what both signed is on record"
    branches: list[Callable[[], None]] = [partial(_answered, story, facts, Told.RESULT)]
    if finding.hazards:
        branches.append(partial(_entered, story))
    if finding.violations:
        branches.append(partial(_punished, story))
    if facts.rewarded:
        branches.append(partial(_rewarded, story))
    story.together(*branches)


def _entered(story: Story) -> None:
    story.await_act(Act.LINK)


def _punished(story: Story) -> None:
    story.await_act(Act.ENFORCE)
    story.await_act(Act.PENALTY)


def _rewarded(story: Story) -> None:
    """Tell the reward until it is fetched, or given up: expressly, or by silence."""
    while True:
        if story.await_act(Act.AWARD, unless=Act.WITHDRAW).kind == Act.WITHDRAW:
            return
        approval = story.await_act(Act.APPROVE_AWARD, unless=Act.WITHDRAW)
        if approval.kind == Act.WITHDRAW:
            return
        if approval.word("approved") == "yes":
            break
    if story.await_act(Act.NOTIFY, unless=Act.WITHDRAW).kind == Act.NOTIFY:
        story.await_act(Act.PAY, unless=(Act.WITHDRAW, Act.LAPSE))


# --- what may happen at any time -----------------------------------------------------------------

_ASKED = (
    Act.IDENTIFY, Act.ACCEPT, Act.HAND_OVER, Act.ASSIGN, Act.VERIFY, Act.COUNTERSIGN, Act.DECIDE_EXTENSION, Act.LINK,
    Act.ENFORCE, Act.PENALTY, Act.REPLY, Act.AWARD, Act.APPROVE_AWARD, Act.NOTIFY, Act.PAY, Act.DECIDE_VOID,
)  # fmt: skip
_NEWS = (
    "assigned", "returned", "concluded", "extension-refused", "award-returned", "unclaimed", "withdrawn", "consulted",
    "urged", "closed", "voided", "void-refused",
)  # fmt: skip
_PAPERS = ("decision", "transfer-letter", "conclusion", "award")


def _whenever_it_happens(story: Story) -> None:
    for act in _ASKED:
        story.ask(act)
    for name in (*_NEWS, *_PAPERS):
        story.effect(name)
