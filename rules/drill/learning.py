"""After a drill 评估改进: sheets, report, improvements with owners, the plan's revision, the file."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.agenda import by_act
from rules.drill.acts import DrillAct, Score
from rules.drill.facts import Action, Facts, Sheet, with_action
from rules.drill.planning import posts_of
from rules.drill.scheme import improvements_in
from rules.standing import Status

if TYPE_CHECKING:
    from rules.docket import Docket

_BEFORE_THE_FILE = (DrillAct.IMPROVE, DrillAct.CONFIRM, DrillAct.REVISE, DrillAct.SUBMIT)


def evaluated(facts: Facts, docket: Docket) -> Facts:
    """With the last sheet the report is owed. Law: drill-evaluate 第三十四条."""
    act = docket.act
    about = act.word("about")
    docket.discharge_about(DrillAct.EVALUATE, about)
    sheet = Sheet(Score(act.word("score")), act.says("major"), act.seq)
    facts = replace(facts, sheets=MappingProxyType({**facts.sheets, about: sheet}))
    if by_act(docket.live, DrillAct.EVALUATE) is None:
        posts = posts_of(facts)
        docket.owe(DrillAct.REPORT, posts.organiser, "drill-summary", ladder=posts.ladder)
    return facts


def reported(facts: Facts, docket: Docket) -> Facts:
    """Each improvement has its owner and its day; what the plan lacks goes to it. Law: drill-improve 改进落实."""
    docket.discharge(DrillAct.REPORT)
    act, posts = docket.act, posts_of(facts)
    docket.issue("report", clause_id="drill-summary")
    for improvement in improvements_in(act.content.get("actions", ())):
        duty = docket.owe(
            DrillAct.IMPROVE, improvement.owner, "drill-improve", ladder=posts.ladder, ends_on=improvement.ends_on,
            about=improvement.no,
        )  # fmt: skip
        facts = with_action(facts, Action(improvement, duty))
    revises = act.word("revise") == "yes"
    if revises:
        docket.owe(DrillAct.REVISE, posts.organiser, "drill-revise", ladder=posts.ladder)
    if facts.must_submit:
        docket.owe(DrillAct.SUBMIT, Role.UNIT_SAFETY, "drill-report", ladder=posts.ladder)
    return _filed_when_done(replace(facts, reported=True, revises=revises), docket)


def submitted(facts: Facts, docket: Docket) -> Facts:
    """The department knows of the drill, and may look at it. Law: drill-report 第八条第二款."""
    docket.discharge(DrillAct.SUBMIT)
    docket.tell("submitted", Role.DEPT_OFFICER, clause_id="drill-report")
    return _filed_when_done(replace(facts, submitted=True), docket)


def improved(facts: Facts, docket: Docket) -> Facts:
    """Somebody else confirms that it was done. Law: drill-confirm 核实改进."""
    about, posts = docket.act.word("about"), posts_of(facts)
    docket.discharge_about(DrillAct.IMPROVE, about)
    docket.owe(DrillAct.CONFIRM, posts.organiser, "drill-confirm", ladder=posts.ladder, about=about)
    return with_action(facts, replace(facts.actions[about], done_by=docket.act.actor.persons))


def confirmed(facts: Facts, docket: Docket) -> Facts:
    """What was not done well is owed again on its old clock. Law: drill-confirm 核实改进."""
    about = docket.act.word("about")
    docket.discharge_about(DrillAct.CONFIRM, about)
    action = facts.actions[about]
    if docket.act.word("passed") == "yes":
        return _filed_when_done(with_action(facts, replace(action, confirmed=True)), docket)
    docket.tell("returned", action.improvement.owner, clause_id="drill-confirm")
    docket.owe_again(action.duty)
    return facts


def revision_asked(facts: Facts, docket: Docket) -> Facts:
    """The plan's own case now says what to do about it. Law: plan-revise 第六条第二款."""
    docket.discharge(DrillAct.REVISE)
    return _filed_when_done(facts, docket)


def _filed_when_done(facts: Facts, docket: Docket) -> Facts:
    """When nothing of the report is left to do, the file is owed. Law: drill-archive 演练归档."""
    if not any(duty.act in _BEFORE_THE_FILE for duty in docket.live.values()):
        posts = posts_of(facts)
        docket.owe(DrillAct.ARCHIVE, posts.organiser, "drill-archive", ladder=posts.ladder)
    return facts


def archived(facts: Facts, docket: Docket) -> Facts:
    """The file is closed; with it the case, unless a correction is still owed. Law: drill-archive 演练归档."""
    docket.discharge(DrillAct.ARCHIVE)
    docket.issue("file", clause_id="drill-archive")
    return closed_when_done(replace(facts, archived=True), docket)


def closed_when_done(facts: Facts, docket: Docket) -> Facts:
    """A drill that is filed and owes nothing any more is done."""
    if not facts.archived or docket.live:
        return facts
    return replace(facts, status=Status.CLOSED)


# --- spot checks ---------------------------------------------------------------------------------


def spot_checked(facts: Facts, docket: Docket) -> Facts:
    """A drill that was not as it should be is ordered to be corrected. Law: drill-spot-check 第八条第三款."""
    docket.issue("spot-check", clause_id="drill-spot-check")
    if docket.act.word("passed") == "yes":
        return facts
    docket.owe(DrillAct.ORDER_CORRECTION, Role.DEPT_OFFICER, "drill-order", ladder="exercise-office")
    return replace(facts, status=Status.OPEN, faults=facts.faults + 1)


def correction_ordered(facts: Facts, docket: Docket) -> Facts:
    """The order names the day by which it is corrected. Law: drill-correct 第八条第三款."""
    docket.discharge(DrillAct.ORDER_CORRECTION)
    docket.issue("correction-order", clause_id="drill-correct")
    return _owe_correction(facts, docket)


def _owe_correction(facts: Facts, docket: Docket) -> Facts:
    docket.owe(
        DrillAct.CORRECT, Role.UNIT_HEAD, "drill-correct", ladder="exercise-unit", ends_on=docket.act.day("ends_on")
    )
    return facts


def corrected(facts: Facts, docket: Docket) -> Facts:
    """The office looks at what was corrected. Law: drill-recheck 改正核查."""
    docket.discharge(DrillAct.CORRECT)
    docket.owe(DrillAct.RECHECK, Role.DEPT_OFFICER, "drill-recheck", ladder="exercise-office")
    return facts


def rechecked(facts: Facts, docket: Docket) -> Facts:
    """What is still wrong gets a new day. Law: drill-recheck 改正核查."""
    docket.discharge(DrillAct.RECHECK)
    if docket.act.word("passed") == "yes":
        docket.tell("corrected", Role.UNIT_HEAD, clause_id="drill-recheck")
        return closed_when_done(facts, docket)
    return _owe_correction(facts, docket)
