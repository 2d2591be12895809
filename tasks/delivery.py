"""Delivery 送达: claim, word, hand to the channel, settle with evidence; plain functions that need no engine.

The story's runs, the schedule of one minute and the alarm clock all call these; a lease lets one of them do it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models import claims, outbox
from models.escalation import fire_due
from models.installation import PAUSED, SENDING, read_fact
from notifications.channel import Delivery
from notifications.message import Notice, compose
from rules.errors import RulebookError
from rules.processes import PROCESSES

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.claims import Claimed
    from models.store import Reading
    from notifications.message import Message
    from tasks.resources import Resources

POINTLESS = "所提请的应办已经结束，不再通知"
NOBODY = "岗位无人，无法通知；请登记该岗位的人员"


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many notices a channel took, and how many it refused."""

    accepted: int = 0
    refused: int = 0

    def __add__(self, other: Delivered) -> Delivered:
        """Return both together."""
        return Delivered(self.accepted + other.accepted, self.refused + other.refused)


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
    return _deliver_all(tools, claimed, who=who, run_id=run_id, by_story=True)


def deliver_waiting(tools: Resources, *, run_id: str) -> Delivered:
    """Deliver what the clock owes, and what no run has taken in time."""
    who, total = _claimant(run_id), Delivered()
    unclaimed = tools.settings.unclaimed_seconds
    while True:
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
        total += _deliver_all(tools, claimed, who=who, run_id=run_id, by_story=False)


def sweep(tools: Resources, *, run_id: str, now: DateTime) -> Sweep:
    """Do everything that is due: rungs and ended terms first, then the notices they owe."""
    fired = fire_due(tools.ledger, now)
    return Sweep(fired.acts, fired.failed, deliver_waiting(tools, run_id=run_id))


def _deliver_all(tools: Resources, claimed: list[Claimed], *, who: str, run_id: str, by_story: bool) -> Delivered:
    total = Delivered()
    for notice in claimed:
        if notice.is_pointless:
            outbox.cancel_effect(
                tools.store,
                case_id=notice.case_id,
                key=notice.effect_key,
                run_id=run_id,
                reason=POINTLESS,
                now=tools.now(),
            )
            continue
        # A story's notice that the clock sends the first time is one that no run has taken.
        late = not by_story and not notice.by_clock and notice.attempt == 1
        accepted = _deliver(tools, notice, who=who, run_id=run_id, without_engine=late)
        total += Delivered(int(accepted), int(not accepted))
    return total


def _deliver(tools: Resources, claimed: Claimed, *, who: str, run_id: str, without_engine: bool) -> bool:
    try:
        message = _message(tools, claimed, without_engine=without_engine)
    except (RulebookError, LookupError) as error:
        # One that cannot be worded, such as a newer program's, must not hold up the others for ever.
        delivery = Delivery(accepted=False, answer=str(error))
    else:
        delivery = tools.channels.send(claimed.channel, message, address=claimed.address, number=claimed.number)
    outbox.settle_notice(
        tools.store,
        claimed,
        outbox.Outcome(delivery.accepted, delivery.answer),
        who=who,
        run_id=run_id,
        now=tools.now(),
        without_engine=without_engine,
    )
    return delivery.accepted


def _message(tools: Resources, claimed: Claimed, *, without_engine: bool) -> Message:
    return compose(
        Notice(
            kind=claimed.kind,
            name=claimed.effect_name,
            case_number=claimed.case_number,
            notice_number=claimed.number,
            link=f"{tools.settings.address}/cases/{claimed.case_number}",
            act=PROCESSES[claimed.kind].label_of(claimed.act) if claimed.act else "",
            due_at=claimed.due_alert,
            repeated=claimed.is_repeat,
            demonstration=tools.installation.demonstration,
            without_engine=without_engine,
        ),
        tools.settings.language,
    )


def _is_paused(reading: Reading) -> bool:
    """Tell whether a restored installation still waits for somebody to confirm that it may send."""
    return read_fact(reading, SENDING) == PAUSED


def _claimant(run_id: str) -> str:
    return f"{run_id}@{os.getpid()}"
