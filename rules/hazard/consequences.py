"""What follows from each act on a hazard: when X has happened, Y must do Z within T. Pure.

Read it beside `permit.py`, which says what may be done at all, and `flows/hazard.py`, which tells the same in order.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.docket import Docket
from rules.hazard import escalated, finding, major, ordering, publicity, requests, rounds
from rules.hazard.acts import HazardAct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.act import Act
    from rules.agenda import Changes
    from rules.hazard.facts import Facts
    from rules.rulebook import Rulebook


def advance(facts: Facts, act: Act, rulebook: Rulebook) -> tuple[Facts, Changes]:
    """Return the facts after a permitted act, and what the act made of the agenda."""
    docket = Docket(act, rulebook, dict(facts.live))
    after = _CONSEQUENCES[HazardAct(act.kind)](facts, docket)
    latest = act.happened_at if facts.latest_at is None else max(facts.latest_at, act.happened_at)
    after = replace(after, last_seq=act.seq, latest_at=latest, live=MappingProxyType(docket.live))
    return after, docket.changes


_CONSEQUENCES: Mapping[HazardAct, Callable[[Facts, Docket], Facts]] = {
    HazardAct.REPORT: finding.reported,
    HazardAct.GRADE: finding.graded,
    HazardAct.REGRADE: finding.regraded,
    HazardAct.ORDER: ordering.drafted,
    HazardAct.LIST: ordering.drafted,
    HazardAct.STOP_WORK: ordering.drafted,
    HazardAct.CIRCULAR: ordering.drafted,
    HazardAct.TALK: ordering.drafted,
    HazardAct.CONFIRM_ORDER: ordering.confirmed,
    HazardAct.REVIEW_ORDER: ordering.reviewed,
    HazardAct.SIGN_ORDER: ordering.signed,
    HazardAct.SERVE_ORDER: ordering.served,
    HazardAct.WITHDRAW_ORDER: ordering.withdrawn,
    HazardAct.HOLD_TALK: ordering.talk_held,
    HazardAct.RECTIFY: rounds.rectified,
    HazardAct.ACCEPT: rounds.accepted,
    HazardAct.RECHECK: rounds.rechecked,
    HazardAct.SIGN_OFF: rounds.signed_off,
    HazardAct.LAPSE: rounds.term_ended,
    HazardAct.MAJOR_REPORT: major.reported,
    HazardAct.PLAN: major.planned,
    HazardAct.PROGRESS: major.progressed,
    HazardAct.APPLY_REVIEW: major.review_applied,
    HazardAct.REVIEW: major.reviewed,
    HazardAct.DELIST: major.delisted,
    HazardAct.LOOK_BACK: major.looked_back,
    HazardAct.OPEN_REVIEW: publicity.openly_reviewed,
    HazardAct.PUBLISH: publicity.published,
    HazardAct.APPLY_RESUME: requests.resume_applied,
    HazardAct.DECIDE_RESUME: requests.resume_decided,
    HazardAct.APPLY_EXTENSION: requests.extension_applied,
    HazardAct.DECIDE_EXTENSION: requests.extension_decided,
    HazardAct.APPLY_VOID: requests.void_applied,
    HazardAct.DECIDE_VOID: requests.void_decided,
    HazardAct.APPLY_REOPEN: requests.reopen_applied,
    HazardAct.DECIDE_REOPEN: requests.reopen_decided,
    HazardAct.RUNG: escalated.rung_reached,
    HazardAct.DECIDE: escalated.decided,
    HazardAct.INVESTIGATE: escalated.investigated,
    HazardAct.NOTE: escalated.noted,
    HazardAct.ACKNOWLEDGE: escalated.answered,
    HazardAct.PHONED: escalated.answered,
}
