"""Major hazards 重大事故隐患: report, plan, listed supervision, progress, review, delisting, look-back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.actor import UNIT_ROLES, Role
from rules.agenda import by_act
from rules.hazard import publicity, rounds
from rules.hazard.acts import HazardAct, Publicity
from rules.hazard.facts import Facts, Track, next_chapter

if TYPE_CHECKING:
    from datetime import date

    from pendulum import DateTime

    from rules.docket import Docket

PREPARATIONS = frozenset({HazardAct.MAJOR_REPORT, HazardAct.PLAN, HazardAct.LIST})


def prepare(docket: Docket) -> None:
    """Report and plan are owed at once; the listing too where an officer judged, otherwise after the report."""
    docket.owe(HazardAct.MAJOR_REPORT, Role.UNIT_HEAD, "haz-major-report", ladder="major")
    docket.owe(HazardAct.PLAN, Role.UNIT_HEAD, "haz-major-plan", ladder="major")
    if docket.act.actor.role not in UNIT_ROLES:
        _owe_listing(docket)


def reported(facts: Facts, docket: Docket) -> Facts:
    """The office learns of the hazard and must list it. Law: haz-listing 第四十一条第三款."""
    docket.discharge(HazardAct.MAJOR_REPORT)
    docket.tell("major-reported", Role.BUREAU_OFFICER, clause_id="haz-major-report")
    facts = _prepared(facts.touched_by(docket.act), HazardAct.MAJOR_REPORT)
    if HazardAct.LIST not in facts.done and not _listing_is_under_way(facts, docket):
        _owe_listing(docket)
    return _delist_when_ready(facts, docket)


def planned(facts: Facts, docket: Docket) -> Facts:
    """The plan names the day by which the hazard will be gone. Law: haz-rectify-major 第十五条."""
    docket.discharge(HazardAct.PLAN)
    docket.tell("plan-filed", Role.DEPT_OFFICER, clause_id="haz-major-plan")
    facts = _prepared(facts.touched_by(docket.act), HazardAct.PLAN)
    return _delist_when_ready(_begin_rectification(facts, docket, ends_on=docket.act.day("ends_on")), docket)


def listed(facts: Facts, docket: Docket, *, ends_on: date | None, since: DateTime) -> Facts:
    """The listing that was served names a day as well, is told to all who answer for it, and is to be made public."""
    docket.tell("listed", Role.UNIT_HEAD, Role.TOWN_LEADER, Role.COUNTY_LEADER, clause_id="haz-listing")
    publicity.propose(docket, Publicity.LISTING)
    facts = _prepared(replace(facts, listed=True), HazardAct.LIST)
    return _delist_when_ready(_begin_rectification(facts, docket, ends_on=ends_on, since=since), docket)


def _begin_rectification(facts: Facts, docket: Docket, *, ends_on: date | None, since: DateTime | None = None) -> Facts:
    """The first of plan and listing starts the term; the second can only shorten it while it runs."""
    running = by_act(docket.live, HazardAct.RECTIFY)
    if running is None:
        return facts if facts.rectified_in_chapter else _owe_rectification(facts, docket, ends_on, since)
    assert ends_on is not None, "plan and listing name a day"
    assert running.ends_on is not None, "and so did whatever began the term"
    if ends_on >= running.ends_on:
        return facts
    docket.supersede(HazardAct.RECTIFY)
    return _owe_rectification(facts, docket, ends_on, since)


def _owe_rectification(facts: Facts, docket: Docket, ends_on: date | None, since: DateTime | None = None) -> Facts:
    term = docket.owe(
        HazardAct.RECTIFY, Role.UNIT_HEAD, "haz-rectify-major", ladder="major", since=since, ends_on=ends_on
    )
    owe_progress(docket)
    return replace(facts, rectifying=term, rectified_in_chapter=True)


def owe_progress(docket: Docket) -> None:
    """A report on progress is owed at intervals while rectification runs. Law: haz-progress 进展报告."""
    if by_act(docket.live, HazardAct.PROGRESS) is None:
        docket.owe(HazardAct.PROGRESS, Role.UNIT_HEAD, "haz-progress", ladder="progress", blocks=False, asking=False)


def progressed(facts: Facts, docket: Docket) -> Facts:
    """The next report on progress is owed from this one."""
    docket.discharge(HazardAct.PROGRESS)
    owe_progress(docket)
    return facts.touched_by(docket.act)


def review_applied(facts: Facts, docket: Docket) -> Facts:
    """The office must examine on site; silence is no consent. Law: haz-review 第二十三条."""
    docket.discharge(HazardAct.APPLY_REVIEW)
    docket.owe(HazardAct.REVIEW, Role.DEPT_OFFICER, "haz-review", ladder="office")
    return facts.touched_by(docket.act)


def reviewed(facts: Facts, docket: Docket) -> Facts:
    """A passed review is the consent to resume; a failed one names a new day. Law: haz-review 第二十三条."""
    docket.discharge(HazardAct.REVIEW)
    docket.issue("review-opinion", clause_id="haz-review")
    facts = facts.verified_by(docket.act)
    if docket.act.word("passed") == "yes":
        facts = rounds.lift_stop(facts, docket, clause_id="haz-review")
        return _delist_when_ready(replace(facts, review_passed=True), docket)
    docket.tell("returned", Role.UNIT_HEAD, clause_id="haz-review")
    return _owe_rectification(facts, docket, docket.act.day("ends_on"))


def _delist_when_ready(facts: Facts, docket: Docket) -> Facts:
    if facts.review_passed and facts.chapter.needs & PREPARATIONS <= facts.done:
        docket.owe(HazardAct.DELIST, Role.DEPT_HEAD, "haz-delist", ladder="office")
    return facts


def delisted(facts: Facts, docket: Docket) -> Facts:
    """Delisting is followed by a look-back; who signs may also send it back to be reviewed again."""
    docket.discharge(HazardAct.DELIST)
    facts = replace(facts, review_passed=False)
    if docket.act.word("approved") != "yes":
        docket.tell("sent-back", Role.DEPT_OFFICER, clause_id="haz-delist")
        docket.owe(HazardAct.REVIEW, Role.DEPT_OFFICER, "haz-review", ladder="office")
        return facts
    docket.issue("delisting", clause_id="haz-delist")
    docket.tell("delisted", Role.UNIT_HEAD, Role.TOWN_LEADER, clause_id="haz-delist")
    if facts.listed:
        publicity.propose(docket, Publicity.DELISTING)
    docket.owe(HazardAct.LOOK_BACK, Role.DEPT_OFFICER, "haz-lookback", ladder="office")
    return replace(facts, listed=False)


def looked_back(facts: Facts, docket: Docket) -> Facts:
    """A hazard that came back begins a new chapter of rounds; otherwise the case is done. Law: haz-lookback 回头看."""
    docket.discharge(HazardAct.LOOK_BACK)
    if docket.act.word("rebounded") == "yes":
        docket.tell("rebounded", Role.UNIT_HEAD, Role.DEPT_HEAD, clause_id="haz-lookback")
        facts = next_chapter(facts, docket.act, Track.MAJOR, frozenset())
        return _owe_rectification(facts, docket, docket.act.day("ends_on"))
    docket.tell("closed", Role.UNIT_HEAD, clause_id="haz-lookback")
    return rounds.close(facts, docket)


def _prepared(facts: Facts, kind: HazardAct) -> Facts:
    return replace(facts, done=facts.done | {kind})


def _listing_is_under_way(facts: Facts, docket: Docket) -> bool:
    return by_act(docket.live, HazardAct.LIST) is not None or facts.order_under_way(HazardAct.LIST) is not None


def _owe_listing(docket: Docket) -> None:
    docket.owe(HazardAct.LIST, Role.DEPT_OFFICER, "haz-listing", ladder="office")
