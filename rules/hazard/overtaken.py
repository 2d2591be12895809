"""Orders that were overtaken 文书终止: what is still on its way when the case no longer needs it, and what outlives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.hazard.acts import HazardAct
from rules.orders import OrderState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.docket import Docket
    from rules.hazard.facts import Facts

MEASURES = frozenset({HazardAct.CIRCULAR, HazardAct.TALK})
OUTLIVE_A_CHAPTER = MEASURES | {HazardAct.STOP_WORK}


def give_up(facts: Facts, docket: Docket, kinds: Iterable[str]) -> Facts:
    """End the orders of these kinds that were not served; a number that one had is never used again."""
    wanted = frozenset(kinds)
    for order in tuple(facts.orders.values()):
        if order.kind.name in wanted and order.state.goes_on:
            docket.drop(order.key)
            facts = facts.with_order(order.moved(OrderState.ENDED))
    return facts


def keys_of(facts: Facts, kinds: Iterable[str]) -> frozenset[str]:
    """Return the keys of all orders of these kinds."""
    wanted = frozenset(kinds)
    return frozenset(order.key for order in facts.orders.values() if order.kind.name in wanted)
