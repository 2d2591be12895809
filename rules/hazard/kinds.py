"""The orders that a hazard can lead to: which act drafts each, who signs it, and whether it takes two officers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.actor import OFFICE_HEADS, Role
from rules.hazard.acts import HazardAct
from rules.orders import OrderKind, kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.act import Act

_ABOVE_DEPARTMENTS = OFFICE_HEADS | {Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER}

# Two qualified officers: an order that binds a unit under threat of a penalty. Law: enf-two-officers 第四十二条.
KINDS: Mapping[HazardAct, OrderKind] = {
    HazardAct.ORDER: OrderKind(
        HazardAct.ORDER, "责令限期整改指令书", "rectification", "rectification-order", "haz-order",
        two_officers=True, binds_case=True, signers=OFFICE_HEADS,
    ),
    HazardAct.STOP_WORK: OrderKind(
        HazardAct.STOP_WORK, "责令停产停业决定书", "stop", "stop-order", "haz-stop",
        two_officers=True, binds_case=False, signers=OFFICE_HEADS,
    ),
    HazardAct.LIST: OrderKind(
        HazardAct.LIST, "挂牌督办通知书", "listing", "listing-notice", "haz-listing",
        two_officers=False, binds_case=True, signers=_ABOVE_DEPARTMENTS,
    ),
    HazardAct.CIRCULAR: OrderKind(
        HazardAct.CIRCULAR, "通报", "circular", "circular", "ord-circular",
        two_officers=False, binds_case=False, signers=_ABOVE_DEPARTMENTS,
    ),
    HazardAct.TALK: OrderKind(
        HazardAct.TALK, "约谈通知书", "talk", "talk-notice", "ord-talk",
        two_officers=False, binds_case=False, signers=_ABOVE_DEPARTMENTS,
    ),
}  # fmt: skip


def series_of(act: Act) -> str | None:
    """Return the series in which an act draws a number: a signature that agrees does, nothing else."""
    if act.kind != HazardAct.SIGN_ORDER or act.word("approved") != "yes":
        return None
    return KINDS[HazardAct(kind_of(act.word("about")))].series


def steps_of(kind: OrderKind) -> tuple[HazardAct, ...]:
    """Return the acts between draft and service, in order."""
    first = (HazardAct.CONFIRM_ORDER,) if kind.two_officers else ()
    return (*first, HazardAct.REVIEW_ORDER, HazardAct.SIGN_ORDER)
