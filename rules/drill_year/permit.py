"""What may be done to a year's plan, by whom and when 许可: refuses with the clause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.drill_year import contents
from rules.drill_year.acts import FORMS, MAY, YearAct
from rules.drill_year.facts import RECORDABLE, Facts
from rules.errors import SeparationOfDuties
from rules.gate import Gate, about_something_open, at_the_beginning, once_begun, owed_about

if TYPE_CHECKING:
    from rules.act import Act
    from rules.rulebook import Rulebook


def _refuse_the_applicant(facts: Facts, act: Act) -> None:
    applicants = facts.asked_by.get(act.word("about"), frozenset())
    if act.kind == YearAct.DECIDE_CHANGE and act.actor.persons & applicants:
        raise SeparationOfDuties(
            "申请变更的人员（包括其所代表的人）不得自己决定。请由其他有权的负责人办理。", clause="drill-year-change"
        )


def _once_approved(facts: Facts, act: Act) -> bool:
    del act
    return facts.approved


def _to_be_announced(facts: Facts, act: Act) -> bool:
    return _once_approved(facts, act) and facts.announced is None


def _to_be_recorded(facts: Facts, act: Act) -> bool:
    """A line that is to come, or was missed, may be recorded; without a number the question is whether any may."""
    about = act.word("about")
    entries = [facts.entries[about]] if about in facts.entries else [] if about else facts.entries.values()
    return facts.approved and any(entry.state in RECORDABLE for entry in entries)


_GATE = Gate(
    forms=FORMS,
    may=MAY,
    turns={
        YearAct.COMPILE: at_the_beginning,
        YearAct.CHANGE: _once_approved,
        YearAct.DECIDE_CHANGE: owed_about,
        YearAct.RECORD: _to_be_recorded,
        YearAct.EXPLAIN: owed_about,
        YearAct.ANNOUNCE: _to_be_announced,
        YearAct.CHECK: owed_about,
        YearAct.NOTE: once_begun,
        YearAct.RUNG: about_something_open,
        YearAct.LAPSE: about_something_open,
    },
    decided={},
    on_closed=frozenset({YearAct.NOTE}),
    clause="drill-evaluate",
    barriers=(_refuse_the_applicant,),
    check=contents.check,
)


def permit(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the act may be recorded next. Raises `ActRefused` of the fitting kind with the clause."""
    _GATE.permit(facts, act, rulebook)


def may_do(facts: Facts, kind: str, act: Act) -> bool:
    """Tell whether post, turn and separation of duties allow the act, whatever its content: for menus and lists."""
    return _GATE.may_do(facts, kind, act)
