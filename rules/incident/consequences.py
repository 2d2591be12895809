"""What follows from each act on an accident: when X has happened, Y must do Z within T. Pure.

Read it beside `permit.py`, which says what may be done at all.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules import rungs
from rules.docket import Docket
from rules.incident import chain, closing, following, inquiry
from rules.incident.acts import IncidentAct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.act import Act
    from rules.agenda import Changes
    from rules.incident.facts import Facts
    from rules.rulebook import Rulebook


def advance(facts: Facts, act: Act, rulebook: Rulebook) -> tuple[Facts, Changes]:
    """Return the facts after a permitted act, and what the act made of the agenda."""
    docket = Docket(act, rulebook, dict(facts.live))
    after = inquiry.closed_when_done(_CONSEQUENCES[IncidentAct(act.kind)](facts, docket), docket)
    latest = act.happened_at if facts.latest_at is None else max(facts.latest_at, act.happened_at)
    after = replace(after, last_seq=act.seq, latest_at=latest, live=MappingProxyType(docket.live))
    return after, docket.changes


_CONSEQUENCES: Mapping[IncidentAct, Callable[[Facts, Docket], Facts]] = {
    IncidentAct.REPORT: chain.reported,
    IncidentAct.SEND: chain.sent,
    IncidentAct.FOLLOW_UP: chain.followed_up,
    IncidentAct.SUPPLEMENT: chain.supplemented,
    IncidentAct.CORRECT: chain.corrected,
    IncidentAct.END_RESCUE: following.rescue_ended,
    IncidentAct.LAPSE: following.day_passed,
    IncidentAct.TEAM: inquiry.team_formed,
    IncidentAct.HAND_UP: inquiry.handed_up,
    IncidentAct.BEGIN_APPRAISAL: inquiry.appraisal_begun,
    IncidentAct.END_APPRAISAL: inquiry.appraisal_ended,
    IncidentAct.APPLY_EXTENSION: inquiry.extension_applied,
    IncidentAct.DECIDE_EXTENSION: inquiry.extension_decided,
    IncidentAct.SUBMIT: inquiry.submitted,
    IncidentAct.APPROVE: inquiry.approved,
    IncidentAct.PUBLISH: inquiry.ended,
    IncidentAct.ARCHIVE: inquiry.ended,
    IncidentAct.MEASURES: inquiry.ended,
    IncidentAct.EDUCATE: inquiry.ended,
    IncidentAct.EVALUATE: inquiry.ended,
    IncidentAct.TRANSFER: closing.transferred,
    IncidentAct.LINK: closing.linked,
    IncidentAct.MERGE: closing.merged,
    IncidentAct.FINDING: closing.found,
    IncidentAct.APPLY_VOID: closing.void_applied,
    IncidentAct.DECIDE_VOID: closing.void_decided,
    IncidentAct.RUNG: rungs.rung_reached,
    IncidentAct.NOTE: rungs.noted,
}
