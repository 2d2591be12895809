"""Delivery 送达: claim, word, hand to the channel, settle with evidence; plain functions that need no engine.

The story's runs, the schedule of one minute and the alarm clock all call these; a lease lets one of them do it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models import bundles, claims, handover, outbox, passing
from models.escalation import fire_due
from models.installation import PAUSED, SENDING, read_fact
from models.machine import process_name
from notifications import answer_link
from notifications.channel import Verdict, refused
from notifications.digest import digest
from notifications.message import Notice, compose
from rules.errors import RulebookError
from rules.processes import PROCESSES

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendulum import DateTime

    from models.bundles import Bundle
    from models.claims import Claimed
    from models.store import Reading
    from notifications.channel import Delivery
    from notifications.message import Message
    from tasks.resources import Resources

_SHORTEST_POST_BYTES = 2048
POINTLESS = "所提请的应办已经结束，不再通知"
NOBODY = "岗位无人，无法通知；请登记该岗位的人员"


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many notices a channel took, how many it refused, and of how many nobody knows.

    `held_back`: our own limit let them wait.
    """

    accepted: int = 0
    refused: int = 0
    unknown: int = 0
    held_back: int = 0

    def __add__(self, other: Delivered) -> Delivered:
        """Return both together."""
        return Delivered(
            self.accepted + other.accepted,
            self.refused + other.refused,
            self.unknown + other.unknown,
            self.held_back + other.held_back,
        )


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one look of the clock did."""

    fired: int
    failed: int
    delivered: Delivered


def deliver_effect(tools: Resources, *, case_id: int, effect_key: str, run_id: str) -> Delivered:
    """Deliver the notices of one effect. One that nobody is there to receive is called off with the reason."""
    who = _claimant(run_id)
    with tools.store.read() as reading:
        if _is_paused(reading):
            return Delivered()
        addressed = outbox.notices_of(reading, case_id=case_id, effect_key=effect_key)
    if not addressed:
        outbox.cancel_effect(
            tools.store, case_id=case_id, key=effect_key, run_id=run_id, reason=NOBODY, now=tools.now()
        )
        return Delivered()
    claimed = claims.claim_of_effect(tools.store, case_id=case_id, effect_key=effect_key, who=who, now=tools.now())
    return _deliver_all(tools, claimed, who=who, run_id=run_id)


def deliver_waiting(tools: Resources, *, run_id: str, is_ending: Callable[[], bool] = lambda: False) -> Delivered:
    """Deliver what the clock owes, what no run has taken in time, and what has waited for its hour.

    Leaves the rest to others, after what is under way, once the process `is_ending`.
    """
    at_once = _deliver_at_once(tools, run_id=run_id, is_ending=is_ending)
    return at_once + _deliver_by_the_hour(tools, run_id=run_id, is_ending=is_ending)


def deliver_due(tools: Resources, *, run_id: str, now: DateTime, is_ending: Callable[[], bool]) -> Delivered:
    """Hand over what has changed hands and deliver what waits, where there is anything; reads, and no more, where not.

    The schedule and whoever asks for a sweep do the same in it. `is_ending` as in `deliver_waiting`.
    """
    with tools.store.read() as reading:
        moves = handover.is_due(reading, channels=tools.channels.names, now=now)
        waits = is_due(tools, reading, now)
    if moves:
        handover.hand_over(tools.store, channels=tools.channels.names, now=now)
    return deliver_waiting(tools, run_id=run_id, is_ending=is_ending) if moves or waits else Delivered()


def is_due(tools: Resources, reading: Reading, now: DateTime) -> bool:
    """Tell whether `deliver_waiting` would find anything, without taking the writer's time."""
    unclaimed = tools.settings.unclaimed_seconds
    return claims.has_waiting(reading, now=now, unclaimed_for_seconds=unclaimed) or bundles.has_due(
        reading, now=now, hours=tools.rulebook.notice_hours
    )


def _deliver_at_once(tools: Resources, *, run_id: str, is_ending: Callable[[], bool]) -> Delivered:
    who, total = _claimant(run_id), Delivered()
    unclaimed = tools.settings.unclaimed_seconds
    while not is_ending():
        with tools.store.read() as reading:
            if _is_paused(reading):
                return total
            waits = claims.has_waiting(reading, now=tools.now(), unclaimed_for_seconds=unclaimed)
            to_nobody = outbox.clock_notices_to_nobody(reading)
        for case_id, key in to_nobody:
            outbox.cancel_effect(tools.store, case_id=case_id, key=key, run_id=run_id, reason=NOBODY, now=tools.now())
        if to_nobody:
            continue
        if not waits:
            return total
        claimed = claims.claim_waiting(tools.store, who=who, now=tools.now(), unclaimed_for_seconds=unclaimed)
        if not claimed:
            return total
        total += _deliver_all(tools, claimed, who=who, run_id=run_id)
    return total


def _deliver_by_the_hour(tools: Resources, *, run_id: str, is_ending: Callable[[], bool]) -> Delivered:
    """Deliver what waited for its hour: one message for all that a person is told now over one channel."""
    who, hours, total = _claimant(run_id), tools.rulebook.notice_hours, Delivered()
    while not is_ending():
        with tools.store.read() as reading:
            if _is_paused(reading) or not bundles.has_due(reading, now=tools.now(), hours=hours):
                return total
        bundle = bundles.claim_bundle(tools.store, who=who, now=tools.now(), hours=hours)
        if bundle is None:
            return total
        for notice in bundle.pointless:
            _call_off(tools, notice, run_id=run_id)
        if bundle.notices:
            total += _deliver_bundle(tools, bundle, who=who, run_id=run_id)
    return total


def sweep(tools: Resources, *, run_id: str, now: DateTime) -> Sweep:
    """Do everything that is due: new holders are asked, rungs and ended terms, then the notices all that owes."""
    handover.hand_over(tools.store, channels=tools.channels.names, now=now)
    fired = fire_due(tools.ledger, now, clock=tools.now)
    return Sweep(fired.acts, fired.failed, deliver_waiting(tools, run_id=run_id))


def _deliver_all(tools: Resources, claimed: list[Claimed], *, who: str, run_id: str) -> Delivered:
    total = Delivered()
    for notice in claimed:
        if notice.is_pointless:
            _call_off(tools, notice, run_id=run_id)
            continue
        delivery = _sent(tools, notice, number=notice.number, message=lambda notice=notice: _message(tools, notice))
        outbox.settle_notice(tools.store, notice, outcome_of(delivery), who=who, run_id=run_id, now=tools.now())
        total += _counted(delivery)
    return total


def _deliver_bundle(tools: Resources, bundle: Bundle, *, who: str, run_id: str) -> Delivered:
    delivery = _sent(tools, bundle.notices[0], number=bundle.number, message=lambda: _bundled(tools, bundle))
    bundles.settle_bundle(
        tools.store,
        bundle,
        outcome_of(delivery),
        who=who,
        run_id=run_id,
        now=tools.now(),
        channels=tools.channels.names,
        hours=tools.rulebook.notice_hours,
    )
    return _counted(delivery, len(bundle.notices))


def _sent(tools: Resources, first: Claimed, *, number: str, message: Callable[[], Message]) -> Delivery:
    """Word a message and hand it to its channel; one that cannot be worded must not hold up the others for ever."""
    try:
        worded = message()
    except (RulebookError, LookupError) as error:
        return refused(str(error))
    return tools.channels.send(first.channel, worded, address=first.address, number=number, after=first.parts_taken)


def _call_off(tools: Resources, notice: Claimed, *, run_id: str) -> None:
    outbox.cancel_effect(
        tools.store,
        case_id=notice.case_id,
        key=notice.effect_key,
        run_id=run_id,
        reason=POINTLESS,
        now=tools.now(),
    )


def outcome_of(delivery: Delivery) -> outbox.Outcome:
    """Return what the outbox keeps of a delivery."""
    return outbox.Outcome(
        accepted=delivery.accepted,
        answer=delivery.answer,
        unknown=delivery.unknown,
        lasting=delivery.lasting,
        retry_after=delivery.retry_after,
        reference=delivery.reference,
        parts_taken=delivery.parts_taken,
        asked=delivery.asked,
    )


def _counted(delivery: Delivery, notices: int = 1) -> Delivered:
    if not delivery.asked:
        return Delivered(held_back=notices)
    return {
        Verdict.ACCEPTED: Delivered(accepted=notices),
        Verdict.REFUSED: Delivered(refused=notices),
        Verdict.UNKNOWN: Delivered(unknown=notices),
    }[delivery.verdict]


def _message(tools: Resources, claimed: Claimed) -> Message:
    repeated = claimed.is_repeat and _is_seen_again(tools, claimed)
    return compose(
        _notice(tools, claimed, repeated=repeated, demonstration=tools.installation.demonstration),
        tools.settings.language,
    )


def _bundled(tools: Resources, bundle: Bundle) -> Message:
    """Return the message of a bundle: a notice by itself in its own words, several as a line each."""
    first, language = bundle.notices[0], tools.settings.language
    earliest = min(bundle.notices, key=lambda notice: notice.first_tried_at)
    repeated = bundle.is_repeat and (not bundle.is_the_same or _is_seen_again(tools, earliest))
    demonstration = tools.installation.demonstration
    if len(bundle.notices) == 1 and first.id == bundle.lead:
        return compose(_notice(tools, first, repeated=repeated, demonstration=demonstration), language)
    lines = [
        compose(_notice(tools, notice, repeated=False, demonstration=False), language) for notice in bundle.notices
    ]
    return digest(
        lines,
        number=bundle.number,
        link=f"{tools.settings.address}/outbox",
        limit=_SHORTEST_POST_BYTES,
        language=language,
        repeated=repeated,
        demonstration=demonstration,
    )


def _notice(tools: Resources, claimed: Claimed, *, repeated: bool, demonstration: bool) -> Notice:
    return Notice(
        kind=claimed.kind,
        name=claimed.effect_name,
        case_number=claimed.case_number,
        notice_number=claimed.number,
        link=f"{tools.settings.address}/cases/{claimed.case_number}",
        act=PROCESSES[claimed.kind].label_of(claimed.act) if claimed.act else "",
        due_at=claimed.due_alert,
        answer_by=claimed.answer_due,
        answer_link=_answer_link(tools, claimed),
        act_link=_act_link(tools, claimed),
        repeated=repeated,
        demonstration=demonstration,
        without_engine=claimed.without_engine,
        confidential=PROCESSES[claimed.kind].readers is not None,
        in_place_of=_in_place_of(tools, claimed),
    )


def _is_seen_again(tools: Resources, claimed: Claimed) -> bool:
    """Tell whether a repeat is shown: a receiver who drops what is the same must get the same, without a mark.

    Counted from the first attempt, and as if this one took as long as it may: a mark too many does no harm.
    """
    seen_once = tools.channels.seen_once_seconds(claimed.channel)
    latest = tools.now().add(seconds=claims.LEASE_SECONDS)
    return latest >= claimed.first_tried_at.add(seconds=seen_once)


def _answer_link(tools: Resources, claimed: Claimed) -> str:
    """Return the link by which this person alone can answer; none goes into a group."""
    if claimed.answer is None or claimed.channel not in answer_link.PERSONAL:
        return ""
    bound = answer_link.Bound(claimed.id, claimed.person_id, claimed.case_number, claimed.answer)
    ends_at = claimed.queued_at.add(hours=tools.settings.answer_link_hours)
    return f"{tools.settings.address}{answer_link.PATH}{answer_link.token(tools.answer_key, bound, ends_at=ends_at)}"


def _act_link(tools: Resources, claimed: Claimed) -> str:
    """Return the link by which this person alone can do what is asked of their post; none goes into a group."""
    process = PROCESSES[claimed.kind]
    if claimed.asks is None or claimed.act not in process.by_link or claimed.channel not in answer_link.PERSONAL:
        return ""
    if claimed.addressee not in process.may[claimed.act]:
        return ""
    bound = answer_link.Bound(claimed.id, claimed.person_id, claimed.case_number, claimed.asks, answer_link.ACTING)
    ends_at = claimed.queued_at.add(hours=tools.settings.act_link_hours)
    token = answer_link.token(tools.answer_key, bound, ends_at=ends_at)
    return f"{tools.settings.address}{answer_link.ACT_PATH}{token}"


def _in_place_of(tools: Resources, claimed: Claimed) -> str:
    """Return the post that nobody could be reached in, where the notice was passed on; empty otherwise."""
    with tools.store.read() as reading:
        passed_on = passing.passed(reading, claimed.case_id, claimed.effect_key)
    return passed_on[0].label if passed_on else ""


def _is_paused(reading: Reading) -> bool:
    """Tell whether a restored installation still waits for somebody to confirm that it may send."""
    return read_fact(reading, SENDING) == PAUSED


def _claimant(run_id: str) -> str:
    return f"{run_id}@{process_name()}"
