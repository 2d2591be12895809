"""Rounds of rectification 整改与复查 of ordinary hazards, by the unit itself or under an order, until sign-off 销号."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.agenda import by_act
from rules.hazard import overtaken
from rules.hazard.acts import HazardAct
from rules.hazard.facts import Facts, Status, Track

if TYPE_CHECKING:
    from datetime import date

    from pendulum import DateTime

    from rules.docket import Docket

_OUTLIVE_THE_CASE = (
    HazardAct.OPEN_REVIEW,
    HazardAct.PUBLISH,
    HazardAct.CIRCULAR,
    HazardAct.TALK,
    HazardAct.INVESTIGATE,
)
_BOUND_TO_THE_CASE = (HazardAct.ORDER, HazardAct.LIST, HazardAct.STOP_WORK)


def rectify_by_oneself(facts: Facts, docket: Docket, *, since: DateTime | None = None) -> Facts:
    """The unit owes the rectification of its ordinary hazard. Law: haz-fix-general 第十五条."""
    term = docket.owe(HazardAct.RECTIFY, Role.UNIT_FIXER, "haz-fix-general", ladder="general", since=since)
    return replace(facts, rectifying=term)


def rectify_again(facts: Facts, docket: Docket) -> Facts:
    """Rectification is owed on its old clock; of what was fixed on the spot, the clock began when it was found."""
    if facts.rectifying is None:
        return rectify_by_oneself(facts, docket, since=facts.found_at)
    return replace(facts, rectifying=docket.owe_again(facts.rectifying))


def rectify_by_order(facts: Facts, docket: Docket, *, ends_on: date | None, since: DateTime | None = None) -> Facts:
    """An order that was served names the day by which the hazard must be gone. Law: haz-rectify-order 第六十五条."""
    term = docket.owe(
        HazardAct.RECTIFY,
        Role.UNIT_FIXER,
        "haz-rectify-order",
        ladder="general",
        since=since,
        ends_on=ends_on,
        lapses=True,
    )
    return replace(facts, rectifying=term)


def term_ended(facts: Facts, docket: Docket) -> Facts:
    """The term of an order ended without a report: the office must look all the same. Law: haz-recheck.

    Its clock starts in the last instant of the term, however late the clock comes to say so.
    """
    term = docket.mark(docket.act.word("about"), lapsed=True)
    assert term.due_legal is not None, "only a term with an end lapses"
    ended_at = term.due_legal.subtract(microseconds=1)
    docket.owe(HazardAct.RECHECK, Role.DEPT_OFFICER, "haz-recheck", ladder="office", since=ended_at, blocks=False)
    return facts


def rectified(facts: Facts, docket: Docket) -> Facts:
    """Somebody else must now look at what was done; a recheck already owed keeps its earlier clock."""
    running_recheck = by_act(docket.live, HazardAct.RECHECK)
    docket.discharge(HazardAct.RECTIFY)
    docket.supersede(HazardAct.PROGRESS, HazardAct.RECHECK, HazardAct.DECIDE_EXTENSION)
    facts = facts.touched_by(docket.act).answered(HazardAct.APPLY_EXTENSION)
    match facts.track:
        case Track.SELF:
            docket.owe(HazardAct.ACCEPT, Role.UNIT_SAFETY, "haz-accept", ladder="general")
        case Track.ORDERED:
            since = running_recheck.started_at if running_recheck else None
            docket.owe(HazardAct.RECHECK, Role.DEPT_OFFICER, "haz-recheck", ladder="office", since=since)
        case _:
            docket.owe(HazardAct.APPLY_REVIEW, Role.UNIT_HEAD, "haz-apply-review", ladder="major")
    return facts


def accepted(facts: Facts, docket: Docket) -> Facts:
    """Acceptance ends a unit's own hazard; a refusal sends it back on the old clock. Law: haz-accept 整改验收."""
    docket.discharge(HazardAct.ACCEPT)
    facts = facts.verified_by(docket.act)
    if docket.act.word("passed") == "yes":
        docket.tell("closed", Role.UNIT_HEAD, clause_id="haz-accept")
        return close(facts, docket)
    docket.tell("returned", Role.UNIT_FIXER, clause_id="haz-accept")
    return rectify_again(facts, docket)


def rechecked(facts: Facts, docket: Docket) -> Facts:
    """A passed recheck leads to sign-off and lifts a stop; a failed one names a new day. Law: haz-recheck."""
    docket.discharge(HazardAct.RECHECK)
    docket.supersede(HazardAct.RECTIFY, HazardAct.DECIDE_EXTENSION)
    docket.issue("recheck-opinion", clause_id="haz-recheck")
    facts = facts.verified_by(docket.act).answered(HazardAct.APPLY_EXTENSION)
    if docket.act.word("passed") == "yes":
        docket.owe(HazardAct.SIGN_OFF, Role.DEPT_HEAD, "haz-signoff", ladder="office")
        return lift_stop(facts, docket, clause_id="haz-resume-check")
    docket.tell("returned", Role.UNIT_HEAD, clause_id="haz-recheck")
    return rectify_by_order(facts, docket, ends_on=docket.act.day("ends_on"))


def signed_off(facts: Facts, docket: Docket) -> Facts:
    """Sign-off closes the case; who signs may also send it back to be looked at again. Law: haz-signoff 销号."""
    docket.discharge(HazardAct.SIGN_OFF)
    if docket.act.word("approved") == "yes":
        docket.issue("sign-off", clause_id="haz-signoff")
        docket.tell("closed", Role.UNIT_HEAD, clause_id="haz-signoff")
        return close(facts, docket)
    docket.tell("sent-back", Role.DEPT_OFFICER, clause_id="haz-signoff")
    docket.owe(HazardAct.RECHECK, Role.DEPT_OFFICER, "haz-recheck", ladder="office")
    return facts


def lift_stop(facts: Facts, docket: Docket, *, clause_id: str) -> Facts:
    """A passed examination on site is the consent to resume. Law: haz-review 第二十三条."""
    docket.supersede(HazardAct.STOP_WORK, HazardAct.DECIDE_RESUME)
    facts = overtaken.give_up(facts, docket, (HazardAct.STOP_WORK,))
    if facts.stopped:
        docket.tell("resumed", Role.UNIT_HEAD, Role.TOWN_LEADER, clause_id=clause_id)
    return replace(facts, stopped=False).answered(HazardAct.APPLY_RESUME)


def close(facts: Facts, docket: Docket) -> Facts:
    """The case is done: what it still waited for is superseded, but news already owed to the public stays owed."""
    facts = overtaken.give_up(facts, docket, _BOUND_TO_THE_CASE)
    docket.supersede_all(keeping=_OUTLIVE_THE_CASE, about=overtaken.keys_of(facts, overtaken.MEASURES))
    return replace(facts, status=Status.CLOSED, requests=MappingProxyType({}))
