"""What follows from each act on a programme: when X has happened, Y must do Z within T. Pure.

Read it beside `permit.py`, which says what may be done at all, and `flows/programme.py`, which tells the same in order.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.docket import Docket
from rules.programme import ending, items, keeping
from rules.programme.acts import ProgrammeAct
from rules.rungs import noted, rung_reached
from rules.standing import advanced

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.act import Act
    from rules.agenda import Changes
    from rules.programme.facts import Facts
    from rules.rulebook import Rulebook


def advance(facts: Facts, act: Act, rulebook: Rulebook) -> tuple[Facts, Changes]:
    """Return the facts after a permitted act, and what the act made of the agenda."""
    return advanced(facts, Docket(act, rulebook, dict(facts.live)), _advanced)


def _advanced(facts: Facts, docket: Docket) -> Facts:
    """A file proves one thing once; whom the act before named is forgotten. Law: prog-record 专项登记."""
    facts = replace(facts, fresh=frozenset(), used=facts.used | frozenset(docket.act.evidence))
    return _CONSEQUENCES[ProgrammeAct(docket.act.kind)](facts, docket)


_CONSEQUENCES: Mapping[ProgrammeAct, Callable[[Facts, Docket], Facts]] = {
    ProgrammeAct.OPEN: keeping.opened,
    ProgrammeAct.ENTER: items.entered,
    ProgrammeAct.ENTER_LIST: items.entered,
    ProgrammeAct.FINISH: items.finished,
    ProgrammeAct.CHECK: items.checked,
    ProgrammeAct.AMEND: items.amended,
    ProgrammeAct.DROP: items.dropped,
    ProgrammeAct.RESTORE: items.restored,
    ProgrammeAct.REACH: keeping.reached,
    ProgrammeAct.REPORT: keeping.reported,
    ProgrammeAct.REFER: keeping.referred,
    ProgrammeAct.COMPLETE: ending.summed_up,
    ProgrammeAct.ACCEPT: ending.accepted,
    ProgrammeAct.RELEASE: ending.released,
    ProgrammeAct.NOTE: noted,
    ProgrammeAct.RUNG: rung_reached,
    ProgrammeAct.LAPSE: keeping.lapsed,
}
