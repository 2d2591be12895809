"""What follows from each act on a drill: when X has happened, Y must do Z within T. Pure.

Read it beside `permit.py`, which says what may be done at all, and `flows/drill.py`, which tells the same in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.docket import Docket
from rules.drill import learning, planning, playing
from rules.drill.acts import DrillAct
from rules.rungs import noted, rung_reached
from rules.standing import advanced

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.act import Act
    from rules.agenda import Changes
    from rules.drill.facts import Facts
    from rules.rulebook import Rulebook


def advance(facts: Facts, act: Act, rulebook: Rulebook) -> tuple[Facts, Changes]:
    """Return the facts after a permitted act, and what the act made of the agenda."""
    return advanced(facts, Docket(act, rulebook, dict(facts.live)), _CONSEQUENCES[DrillAct(act.kind)])


_CONSEQUENCES: Mapping[DrillAct, Callable[[Facts, Docket], Facts]] = {
    DrillAct.PREPARE: planning.prepared,
    DrillAct.AMEND: planning.prepared,
    DrillAct.APPROVE: planning.approved,
    DrillAct.CHANGE: planning.change_asked,
    DrillAct.DECIDE_CHANGE: planning.change_decided,
    DrillAct.SIGN_IN: planning.signed_in,
    DrillAct.ABSENT: planning.absence_noted,
    DrillAct.TURN_REAL: planning.turned_real,
    DrillAct.START: playing.begun,
    DrillAct.INJECT: playing.released,
    DrillAct.SKIP: playing.skipped,
    DrillAct.RESPOND: playing.responded,
    DrillAct.FINISH: playing.ended,
    DrillAct.EVALUATE: learning.evaluated,
    DrillAct.REPORT: learning.reported,
    DrillAct.SUBMIT: learning.submitted,
    DrillAct.IMPROVE: learning.improved,
    DrillAct.CONFIRM: learning.confirmed,
    DrillAct.REVISE: learning.revision_asked,
    DrillAct.ARCHIVE: learning.archived,
    DrillAct.SPOT_CHECK: learning.spot_checked,
    DrillAct.ORDER_CORRECTION: learning.correction_ordered,
    DrillAct.CORRECT: learning.corrected,
    DrillAct.RECHECK: learning.rechecked,
    DrillAct.RUNG: rung_reached,
    DrillAct.NOTE: noted,
}
