"""Planning the year 计划编制: compiled from what law asks for, approved, changed with reasons."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.drill_year.acts import Change, YearAct
from rules.drill_year.facts import Asked, Entry, Facts, State
from rules.drill_year.lines import read_line
from rules.drill_year.subjects import midnight, read_subject
from rules.periods import PeriodKind, period_of
from rules.standing import answered, asked

if TYPE_CHECKING:
    from rules.docket import Docket
    from rules.drill_year.lines import Line


def compiled(facts: Facts, docket: Docket) -> Facts:
    """The plan goes to whoever approves it. Law: drill-year-approve 计划审批."""
    docket.discharge(YearAct.RECOMPILE)
    act = docket.act
    subjects = {subject.code: subject for subject in map(read_subject, act.content["subjects"])}
    entries = {line.no: Entry(line) for line in map(read_line, act.content["lines"])}
    docket.owe(YearAct.APPROVE, Role.COUNTY_LEADER, "drill-year-approve", ladder="exercise-office")
    return replace(
        facts,
        year=int(act.word("year")),
        subjects=MappingProxyType(subjects),
        entries=MappingProxyType(entries),
    )


def approved(facts: Facts, docket: Docket) -> Facts:
    """Each line is owed by its own day of law; at the year's end all is summed up. Law: drill-unit-plan 第三十三条."""
    docket.discharge(YearAct.APPROVE)
    if docket.act.word("approved") != "yes":
        docket.owe(YearAct.RECOMPILE, Role.BUREAU_OFFICER, "drill-year-plan", ladder="exercise-office")
        return facts
    docket.issue("year-plan", clause_id="drill-year-approve")
    docket.tell(
        "year-approved", Role.BUREAU_OFFICER, Role.BUREAU_HEAD, Role.COMMITTEE_OFFICE, clause_id="drill-year-approve"
    )
    for entry in facts.entries.values():
        _await_drill(docket, entry.line)
    some_line = next(iter(facts.entries.values())).line
    docket.owe(
        YearAct.SUMMARISE, Role.BUREAU_OFFICER, "drill-year-summary", ladder="exercise-office",
        since=midnight(period_of(PeriodKind.YEAR, some_line.first).last), asking=False,
    )  # fmt: skip
    return replace(facts, approved=True)


def _await_drill(docket: Docket, line: Line) -> None:
    """The bureau keeps the plan; the drill itself is with whoever holds it. Law: drill-guide （七）5."""
    docket.owe(
        YearAct.RECORD, Role.BUREAU_OFFICER, line.clause_id, ladder="exercise-year",
        since=midnight(line.first), ends_on=line.last, about=line.no, blocks=False, lapses=True, asking=False,
    )  # fmt: skip


# --- changes -------------------------------------------------------------------------------------


def change_asked(facts: Facts, docket: Docket) -> Facts:
    """A line is changed with consent and reasons only. Law: drill-year-change 计划变更."""
    act = docket.act
    added = act.word("added")
    change = Asked(
        kind=Change(act.word("kind")),
        line=act.word("line"),
        day=act.day("day"),
        hall=act.word("hall"),
        into=act.word("into"),
        basis=act.word("basis"),
        added=read_line(added) if added else None,
        newcomer=next(map(read_subject, act.content.get("subjects", ())), None),
    )
    about = str(act.seq)
    docket.owe(
        YearAct.DECIDE_CHANGE, Role.BUREAU_HEAD, "drill-year-change", ladder="exercise-office", blocks=False,
        about=about,
    )  # fmt: skip
    facts = replace(facts, changes=MappingProxyType({**facts.changes, about: change}))
    return asked(facts, act, about)


def change_decided(facts: Facts, docket: Docket) -> Facts:
    """What was agreed holds at once. Law: drill-year-change 计划变更."""
    about = docket.act.word("about")
    docket.discharge_about(YearAct.DECIDE_CHANGE, about)
    change = facts.changes[about]
    left = {key: other for key, other in facts.changes.items() if key != about}
    facts = answered(replace(facts, changes=MappingProxyType(left)), about)
    agreed = docket.act.word("approved") == "yes" and is_still_possible(facts, change)
    docket.tell("changed" if agreed else "change-refused", Role.BUREAU_OFFICER, clause_id="drill-year-change")
    if not agreed:
        return facts
    docket.issue("year-change", clause_id="drill-year-change")
    return _CHANGED[change.kind](facts, docket, change)


def is_still_possible(facts: Facts, change: Asked) -> bool:
    """Tell whether what was asked for can still be done; meanwhile a line may have been held, missed or merged."""
    touched = [facts.entries[no] for no in (change.line, change.into) if no]
    if any(entry.state is not State.PLANNED for entry in touched):
        return False
    if change.kind in {Change.MERGE, Change.RELEASE}:
        return not facts.merged_into(change.line)
    if change.added is not None and change.added.no in facts.entries:
        return False
    wanted = change.added or _line_moved(facts, change)
    fits = all(other.line.first <= wanted.day <= other.line.last for other in facts.merged_into(wanted.no))
    return fits and not facts.holders_of(wanted.hall, wanted.day, but=wanted.no)


def _line_moved(facts: Facts, change: Asked) -> Line:
    line = facts.entries[change.line].line
    return replace(line, day=change.day or line.day, hall=change.hall or line.hall)


def _moved(facts: Facts, docket: Docket, change: Asked) -> Facts:
    del docket
    return facts.with_entry(replace(facts.entries[change.line], line=_line_moved(facts, change)))


def _merged(facts: Facts, docket: Docket, change: Asked) -> Facts:
    docket.supersede_about(YearAct.RECORD, change.line)
    return facts.with_entry(replace(facts.entries[change.line], state=State.MERGED, into=change.into))


def _released(facts: Facts, docket: Docket, change: Asked) -> Facts:
    docket.supersede_about(YearAct.RECORD, change.line)
    return facts.with_entry(replace(facts.entries[change.line], state=State.RELEASED))


def _added(facts: Facts, docket: Docket, change: Asked) -> Facts:
    assert change.added is not None, "who adds names the line"
    _await_drill(docket, change.added)
    if change.newcomer is not None and change.newcomer.code not in facts.subjects:
        subjects = {**facts.subjects, change.newcomer.code: change.newcomer}
        facts = replace(facts, subjects=MappingProxyType(subjects))
    return facts.with_entry(Entry(change.added))


_CHANGED = {
    Change.MOVE: _moved,
    Change.MERGE: _merged,
    Change.RELEASE: _released,
    Change.ADD: _added,
}
