"""What follows from each act on a plan: when X has happened, Y must do Z within T. Pure.

Read it beside `permit.py`, which says what may be done at all, and `flows/plan.py`, which tells the same in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.docket import Docket
from rules.plan import filing, keeping, making
from rules.plan.acts import PlanAct
from rules.rungs import noted, rung_reached
from rules.standing import advanced

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.act import Act
    from rules.agenda import Changes
    from rules.plan.facts import Facts
    from rules.rulebook import Rulebook


def advance(facts: Facts, act: Act, rulebook: Rulebook) -> tuple[Facts, Changes]:
    """Return the facts after a permitted act, and what the act made of the agenda."""
    return advanced(facts, Docket(act, rulebook, dict(facts.live)), _CONSEQUENCES[PlanAct(act.kind)])


_CONSEQUENCES: Mapping[PlanAct, Callable[[Facts, Docket], Facts]] = {
    PlanAct.INITIATE: making.begun,
    PlanAct.DRAFT: making.drafted,
    PlanAct.REVIEW: making.reviewed,
    PlanAct.APPROVE: making.approved,
    PlanAct.PUBLISH: making.published,
    PlanAct.FILE: filing.filed,
    PlanAct.CHECK: filing.checked,
    PlanAct.LAPSE: filing.deemed_filed,
    PlanAct.HAND_OUT: keeping.handed_out,
    PlanAct.TAKE_BACK: keeping.taken_back,
    PlanAct.ASSESS: keeping.assessed,
    PlanAct.TRIGGER: keeping.triggered,
    PlanAct.DECIDE_REVISION: keeping.revision_decided,
    PlanAct.ABOLISH: keeping.abolished,
    PlanAct.APPLY_VOID: keeping.void_applied,
    PlanAct.DECIDE_VOID: keeping.void_decided,
    PlanAct.RUNG: rung_reached,
    PlanAct.NOTE: noted,
}
