"""What follows from each act on a year's plan: when X has happened, Y must do Z within T. Pure.

Read it beside `permit.py`, which says what may be done at all, and `flows/drill_year.py`, which tells the same in
order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.docket import Docket
from rules.drill_year import checking, keeping, planning
from rules.drill_year.acts import YearAct
from rules.rungs import noted, rung_reached
from rules.standing import advanced

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.act import Act
    from rules.agenda import Changes
    from rules.drill_year.facts import Facts
    from rules.rulebook import Rulebook


def advance(facts: Facts, act: Act, rulebook: Rulebook) -> tuple[Facts, Changes]:
    """Return the facts after a permitted act, and what the act made of the agenda."""
    return advanced(facts, Docket(act, rulebook, dict(facts.live)), _CONSEQUENCES[YearAct(act.kind)])


_CONSEQUENCES: Mapping[YearAct, Callable[[Facts, Docket], Facts]] = {
    YearAct.COMPILE: planning.compiled,
    YearAct.RECOMPILE: planning.compiled,
    YearAct.APPROVE: planning.approved,
    YearAct.CHANGE: planning.change_asked,
    YearAct.DECIDE_CHANGE: planning.change_decided,
    YearAct.RECORD: keeping.recorded,
    YearAct.LAPSE: keeping.missed,
    YearAct.EXPLAIN: keeping.explained,
    YearAct.SUMMARISE: keeping.summarised,
    YearAct.ANNOUNCE: checking.announced,
    YearAct.DRAW: checking.drawn,
    YearAct.CHECK: checking.checked,
    YearAct.RUNG: rung_reached,
    YearAct.NOTE: noted,
}
