"""Keeping to the plan 计划执行: drills held, missed and explained, and the year summed up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.drill_year.acts import YearAct
from rules.drill_year.facts import Facts, State
from rules.drill_year.subjects import midnight
from rules.standing import Status

if TYPE_CHECKING:
    from rules.docket import Docket


def recorded(facts: Facts, docket: Docket) -> Facts:
    """A drill was held; with it those that were merged into it. Law: drill-halfyear 第八条第二款."""
    act = docket.act
    about, held_on = act.word("about"), act.day("day")
    assert held_on is not None, "the form requires the day"
    docket.discharge_about(YearAct.RECORD, about, at=midnight(held_on))
    for entry in (facts.entries[about], *facts.merged_into(about)):
        state = State.LATE if held_on > entry.line.last else State.DONE
        facts = facts.with_entry(replace(entry, state=state, number=act.word("number"), held_on=held_on))
    return facts


def missed(facts: Facts, docket: Docket) -> Facts:
    """The time of a drill is over: the breach is on record, and whoever saw to it explains. Law: drill-year-explain."""
    duty = docket.mark(docket.act.word("about"), lapsed=True)
    docket.supersede_one(duty.key)
    assert duty.about is not None, "only lines of the plan lapse"
    for entry in (facts.entries[duty.about], *facts.merged_into(duty.about)):
        facts = facts.with_entry(replace(entry, state=State.MISSED))
    docket.owe(
        YearAct.EXPLAIN, duty.holder, "drill-year-explain", ladder="exercise-office", blocks=False, about=duty.about
    )
    docket.tell("missed", Role.COMMITTEE_OFFICE, Role.BUREAU_HEAD, clause_id=duty.clause_id)
    return facts


def explained(facts: Facts, docket: Docket) -> Facts:
    """The explanation stands beside the breach, which stays."""
    docket.discharge_about(YearAct.EXPLAIN, docket.act.word("about"))
    return facts


def summarised(facts: Facts, docket: Docket) -> Facts:
    """The year is over: what was done, missed and changed is on record. Law: drill-year-summary 年度总结."""
    docket.discharge(YearAct.SUMMARISE)
    docket.issue("year-summary", clause_id="drill-year-summary")
    docket.supersede_all()
    return replace(facts, status=Status.CLOSED)
