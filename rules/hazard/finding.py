"""Found and graded 发现与判定: who first owes what on each of the three paths of a hazard."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.actor import UNIT_ROLES, Role
from rules.hazard import major, overtaken, rounds
from rules.hazard.acts import Grade, HazardAct
from rules.hazard.facts import Chapter, Facts, Status, Track, found_by_the_unit, next_chapter

if TYPE_CHECKING:
    from rules.docket import Docket

_OUTLIVE_A_CHAPTER = (
    *overtaken.OUTLIVE_A_CHAPTER,
    HazardAct.DECIDE_RESUME,
    HazardAct.DECIDE_VOID,
    HazardAct.DECIDE,
    HazardAct.OPEN_REVIEW,
    HazardAct.PUBLISH,
)


def reported(facts: Facts, docket: Docket) -> Facts:
    """A unit's own ordinary hazard goes straight to rectification; every other one must be graded first."""
    act = docket.act
    by_unit = found_by_the_unit(act)
    facts = replace(facts, found_at=act.happened_at, by_unit=by_unit)
    if act.day("closed_on") is not None:
        return _closed_before(facts, docket)
    system = act.word("system")
    if system:
        docket.owe(HazardAct.STOP_WORK, Role.BUREAU_OFFICER, "haz-chem-stop", ladder="office", blocks=False)
    if by_unit and not system and act.word("own_grade") == "general":
        return _found_by_the_unit(facts, docket)
    docket.tell("registered", Role.UNIT_HEAD, clause_id="haz-discover")
    if by_unit and not system:
        docket.owe(HazardAct.GRADE, Role.UNIT_HEAD, "haz-grade", ladder="general")
    else:
        docket.owe(HazardAct.GRADE, Role.DEPT_OFFICER, "haz-grade", ladder="office")
    return replace(facts, chapters=(Chapter(act.seq, None, frozenset({HazardAct.GRADE})),))


def _found_by_the_unit(facts: Facts, docket: Docket) -> Facts:
    act = docket.act
    facts = replace(facts, grade=Grade.GENERAL, track=Track.SELF)
    if not act.says("fixed"):
        facts = replace(facts, chapters=(Chapter(act.seq, Track.SELF, frozenset()),))
        return rounds.rectify_by_oneself(facts, docket)
    docket.owe(HazardAct.ACCEPT, Role.UNIT_SAFETY, "haz-accept", ladder="general")
    chapter = Chapter(act.seq, Track.SELF, frozenset(), fixed_on_the_spot=True)
    return replace(facts, chapters=(chapter,), touched=act.actor.persons)


def _closed_before(facts: Facts, docket: Docket) -> Facts:
    """A hazard that was signed off before this ledger was kept is on record and owes nothing."""
    track = Track.SELF if facts.by_unit else Track.ORDERED
    chapter = Chapter(docket.act.seq, track, frozenset(), fixed_on_the_spot=True, closed_before=True)
    return replace(facts, status=Status.CLOSED, grade=Grade.GENERAL, track=track, chapters=(chapter,))


def graded(facts: Facts, docket: Docket) -> Facts:
    """The judgement sets the path; a unit's own judgement of its own ordinary finding needs no order."""
    docket.discharge(HazardAct.GRADE)
    act = docket.act
    grade = Grade(act.word("grade"))
    by_unit = act.actor.role in UNIT_ROLES
    track = Track.SELF if by_unit and grade is Grade.GENERAL else _track(grade)
    needs = facts.chapter.needs | _needs(track)
    chapter = replace(facts.chapter, track=track, needs=needs, judged_by_unit=by_unit)
    return _begin(replace(facts, grade=grade, track=track, chapters=(chapter,)), docket)


def regraded(facts: Facts, docket: Docket) -> Facts:
    """A new judgement by an officer begins a new chapter; what the old one still waited for is superseded."""
    facts = overtaken.give_up(facts, docket, (HazardAct.ORDER, HazardAct.LIST))
    kept = overtaken.keys_of(facts, overtaken.OUTLIVE_A_CHAPTER)
    docket.supersede_all(keeping=_OUTLIVE_A_CHAPTER, about=kept)
    docket.tell("regraded", Role.UNIT_HEAD, Role.DEPT_HEAD, clause_id="haz-grade")
    grade = Grade(docket.act.word("grade"))
    track = _track(grade)
    facts = replace(facts, grade=grade, track=track).answered(HazardAct.APPLY_EXTENSION)
    return _begin(next_chapter(facts, docket.act, track, _needs(track)), docket)


def _track(grade: Grade) -> Track:
    return Track.MAJOR if grade is Grade.MAJOR else Track.ORDERED


def _needs(track: Track) -> frozenset[HazardAct]:
    match track:
        case Track.SELF:
            return frozenset()
        case Track.ORDERED:
            return frozenset({HazardAct.ORDER})
        case _:
            return major.PREPARATIONS


def _begin(facts: Facts, docket: Docket) -> Facts:
    is_stopping = facts.stopped or facts.order_under_way(HazardAct.STOP_WORK) is not None
    if docket.act.says("unsafe") and not is_stopping:
        docket.supersede(HazardAct.STOP_WORK)
        docket.owe(HazardAct.STOP_WORK, Role.DEPT_OFFICER, "haz-stop", ladder="office", blocks=False)
    match facts.track:
        case Track.SELF:
            return rounds.rectify_by_oneself(facts, docket)
        case Track.ORDERED:
            docket.owe(HazardAct.ORDER, Role.DEPT_OFFICER, "haz-order", ladder="office")
        case _:
            major.prepare(docket)
    return facts
