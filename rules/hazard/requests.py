"""Applications and their decisions 申请与决定: stop and resume, extension, void, re-opening; silence never approves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.actor import UNIT_ROLES, Role
from rules.agenda import by_act
from rules.hazard import major, overtaken, rounds
from rules.hazard.acts import HazardAct
from rules.hazard.facts import Facts, Status, Track, next_chapter

if TYPE_CHECKING:
    from rules.agenda import Duty
    from rules.docket import Docket


def stopped(facts: Facts, docket: Docket) -> Facts:
    """Work stands still until an examination agrees to resume. Law: haz-stop 第六十五条."""
    docket.tell("stopped", Role.UNIT_HEAD, Role.TOWN_LEADER, clause_id="haz-stop")
    return replace(facts, stopped=True)


def resume_applied(facts: Facts, docket: Docket) -> Facts:
    """The office must decide whether work may resume. Law: haz-resume-check 第六十五条."""
    docket.owe(HazardAct.DECIDE_RESUME, Role.DEPT_HEAD, "haz-resume-check", ladder="office", blocks=False)
    return facts.touched_by(docket.act).asked(docket.act)


def resume_decided(facts: Facts, docket: Docket) -> Facts:
    """Only a recorded consent lifts the stop."""
    docket.discharge(HazardAct.DECIDE_RESUME)
    facts = facts.answered(HazardAct.APPLY_RESUME)
    if docket.act.word("approved") == "yes":
        docket.tell("resumed", Role.UNIT_HEAD, Role.TOWN_LEADER, clause_id="haz-resume-check")
        facts = overtaken.give_up(facts, docket, (HazardAct.STOP_WORK,))
        docket.supersede(HazardAct.STOP_WORK)
        return replace(facts, stopped=False)
    docket.tell("resume-refused", Role.UNIT_HEAD, clause_id="haz-resume-check")
    return facts


def extension_applied(facts: Facts, docket: Docket) -> Facts:
    """The term runs on until a decision: the unit's head decides on its own hazard, the office on its order."""
    holder, ladder = (Role.UNIT_HEAD, "general") if facts.track is Track.SELF else (Role.DEPT_HEAD, "office")
    docket.owe(HazardAct.DECIDE_EXTENSION, holder, "haz-extension-decide", ladder=ladder, blocks=False)
    return facts.touched_by(docket.act).asked(docket.act)


def extension_decided(facts: Facts, docket: Docket) -> Facts:
    """A granted extension supersedes the term by one that ends later; the old breach, if any, stays on record.

    With the term falls the recheck that its end had made due: the new end will make it due again.
    """
    docket.discharge(HazardAct.DECIDE_EXTENSION)
    facts = facts.answered(HazardAct.APPLY_EXTENSION)
    if docket.act.word("approved") != "yes":
        docket.tell("extension-refused", Role.UNIT_HEAD, clause_id="haz-extension-decide")
        return facts
    running = by_act(docket.live, HazardAct.RECTIFY)
    assert running is not None, "a decision is owed only while the term runs"
    docket.tell("extended", Role.UNIT_HEAD, clause_id="haz-extension-decide")
    docket.supersede(HazardAct.RECTIFY, HazardAct.RECHECK)
    return replace(facts, rectifying=_extended(facts, docket, running))


def _extended(facts: Facts, docket: Docket, running: Duty) -> Duty:
    return docket.owe(
        HazardAct.RECTIFY,
        running.holder,
        "haz-fix-extended" if facts.track is Track.SELF else running.clause_id,
        ladder=running.ladder,
        since=running.started_at,
        ends_on=docket.act.day("ends_on"),
        lapses=running.lapses,
        asking=False,
    )


def void_applied(facts: Facts, docket: Docket) -> Facts:
    """Another person, of another organisation than the unit, must confirm that there is nothing. Law: haz-void 作废."""
    holder = Role.TOWN_CLERK if docket.act.actor.role in UNIT_ROLES else Role.DEPT_OFFICER
    docket.owe(HazardAct.DECIDE_VOID, holder, "haz-void", ladder="office", blocks=False)
    return facts.asked(docket.act)


def void_decided(facts: Facts, docket: Docket) -> Facts:
    """A voided case keeps its number and its record, and waits for nothing."""
    docket.discharge(HazardAct.DECIDE_VOID)
    facts = facts.answered(HazardAct.APPLY_VOID)
    if docket.act.word("approved") != "yes":
        docket.tell("void-refused", Role.UNIT_HEAD, clause_id="haz-void")
        return facts
    docket.tell("voided", Role.UNIT_HEAD, Role.DEPT_OFFICER, clause_id="haz-void")
    parked = tuple(duty for duty in docket.live.values() if duty.act != HazardAct.ACKNOWLEDGE)
    docket.void_all()
    return replace(facts, status=Status.VOID, parked=parked)


def reopen_applied(facts: Facts, docket: Docket) -> Facts:
    """The head of the office must decide whether the case goes on. Law: haz-reopen 恢复办理."""
    docket.owe(HazardAct.DECIDE_REOPEN, Role.DEPT_HEAD, "haz-reopen", ladder="office", blocks=False)
    return facts.asked(docket.act)


def reopen_decided(facts: Facts, docket: Docket) -> Facts:
    """A voided case goes on where it stood, a closed one at rectification; both on their old clocks."""
    docket.discharge(HazardAct.DECIDE_REOPEN)
    facts = facts.answered(HazardAct.APPLY_REOPEN)
    if docket.act.word("approved") != "yes":
        docket.tell("reopen-refused", Role.UNIT_HEAD, clause_id="haz-reopen")
        return facts
    docket.tell("reopened", Role.UNIT_HEAD, Role.DEPT_OFFICER, clause_id="haz-reopen")
    was_void = facts.status is Status.VOID
    facts = replace(facts, status=Status.OPEN)
    return _go_on(facts, docket) if was_void else _rectify_again(facts, docket)


def _go_on(facts: Facts, docket: Docket) -> Facts:
    for duty in facts.parked:
        if duty.act not in overtaken.MEASURES or by_act(docket.live, duty.act) is None:
            docket.owe_again(duty)
    return replace(facts, parked=())


def _rectify_again(facts: Facts, docket: Docket) -> Facts:
    facts = rounds.rectify_again(next_chapter(facts, docket.act, facts.track, frozenset()), docket)
    facts = replace(facts, rectified_in_chapter=True)
    if facts.track is Track.MAJOR:
        major.owe_progress(docket)
    return facts
