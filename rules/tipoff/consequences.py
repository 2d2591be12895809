"""What follows from each act on a tip-off: when X has happened, Y must do Z within T. Pure.

Read it beside `permit.py`, which says what may be done at all, and `flows/tipoff.py`, which tells the same in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.docket import Docket
from rules.rungs import noted, rung_reached
from rules.standing import advanced
from rules.tipoff import checking, keeping, receiving, rewarding
from rules.tipoff.acts import TipAct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.act import Act
    from rules.agenda import Changes
    from rules.rulebook import Rulebook
    from rules.tipoff.facts import Facts


def advance(facts: Facts, act: Act, rulebook: Rulebook) -> tuple[Facts, Changes]:
    """Return the facts after a permitted act, and what the act made of the agenda."""
    return advanced(facts, Docket(act, rulebook, dict(facts.live)), _CONSEQUENCES[TipAct(act.kind)])


_CONSEQUENCES: Mapping[TipAct, Callable[[Facts, Docket], Facts]] = {
    TipAct.RECEIVE: receiving.received,
    TipAct.IDENTIFY: receiving.identified,
    TipAct.ACCEPT: receiving.decided,
    TipAct.HAND_OVER: receiving.handed_over,
    TipAct.REPLY: receiving.replied,
    TipAct.ASSIGN: checking.assigned,
    TipAct.VERIFY: checking.verified,
    TipAct.COUNTERSIGN: checking.countersigned,
    TipAct.APPLY_EXTENSION: checking.extension_applied,
    TipAct.DECIDE_EXTENSION: checking.extension_decided,
    TipAct.LINK: checking.linked,
    TipAct.ENFORCE: checking.enforced,
    TipAct.PENALTY: checking.penalised,
    TipAct.AWARD: rewarding.awarded,
    TipAct.APPROVE_AWARD: rewarding.award_approved,
    TipAct.NOTIFY: rewarding.notified,
    TipAct.PAY: rewarding.paid,
    TipAct.LAPSE: rewarding.lapsed,
    TipAct.WITHDRAW: rewarding.withdrawn,
    TipAct.PRESS: keeping.urged,
    TipAct.CONSULT: keeping.consulted,
    TipAct.APPLY_VOID: keeping.void_applied,
    TipAct.DECIDE_VOID: keeping.void_decided,
    TipAct.NOTE: noted,
    TipAct.RUNG: rung_reached,
}
