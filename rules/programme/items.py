"""Entries of the list 清单: entered, done with evidence, checked by another, changed, taken out, lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.obligation.reading import midnight
from rules.programme.acts import INCIDENT, ProgrammeAct
from rules.programme.facts import Item, State
from rules.programme.reading import items_in, line_of, roster_of
from rules.standing import Status

if TYPE_CHECKING:
    from rules.docket import Docket
    from rules.programme.facts import Facts


def entered(facts: Facts, docket: Docket) -> Facts:
    """Each entry is to be closed by its day; whoever answers for it is told. Law: prog-record 专项登记."""
    items = items_in(facts, docket.act)
    for item in items:
        facts = facts.with_item(item)
        _owe(facts, docket, item)
    persons = frozenset(item.person for item in items if item.person)
    if persons:
        docket.tell("assigned", Role.NAMED, clause_id="prog-record")
    return replace(facts, fresh=persons)


def finished(facts: Facts, docket: Docket) -> Facts:
    """What was reported done is to be checked by somebody else. Law: prog-separation 岗位分离."""
    act = docket.act
    item, day = facts.items[act.word("about")], act.day("day")
    assert day is not None, "the form requires the day"
    docket.discharge_about(ProgrammeAct.FINISH, item.no, at=midnight(day))
    line = line_of(facts, docket.rulebook)
    docket.owe(ProgrammeAct.CHECK, facts.checker, roster_of(line).check_id, ladder=line.ladder, about=item.no)
    hazards = tuple(dict.fromkeys((*item.hazards, *act.content.get("hazards", ()))))
    done = replace(
        item, state=State.REPORTED, finished_by=act.actor.persons, closed_on=day, hazards=hazards
    )  # fmt: skip
    return facts.with_item(done)


def checked(facts: Facts, docket: Docket) -> Facts:
    """What holds is closed; what does not is owed again, on its old clock. Law: prog-check 核查销号."""
    item = facts.items[docket.act.word("about")]
    docket.discharge_about(ProgrammeAct.CHECK, item.no)
    if docket.act.word("passed") == "yes":
        return facts.with_item(replace(item, state=State.CLOSED))
    again = replace(item, state=State.OPEN, finished_by=frozenset(), closed_on=None)
    _owe(facts, docket, again)
    return facts.with_item(again)


def amended(facts: Facts, docket: Docket) -> Facts:
    """Another person, measure or day holds from now on; what was until now stays on record. Law: prog-record."""
    act = docket.act
    item = facts.items[act.word("about")]
    changed = replace(
        item,
        person=act.word("person") or item.person,
        measure=act.word("measure") or item.measure,
        due=act.day("due") or item.due,
    )
    if changed.due != item.due:
        docket.supersede_about(ProgrammeAct.FINISH, item.no)
        _owe(facts, docket, changed)
    if act.word("person"):
        docket.tell("assigned", Role.NAMED, clause_id="prog-record")
    return facts.with_item(changed)


def dropped(facts: Facts, docket: Docket) -> Facts:
    """An entry is no part of the list any more; one that had an accident has lost what it wanted. Law: prog-lost."""
    act = docket.act
    item = facts.items[act.word("about")]
    for kind in (ProgrammeAct.FINISH, ProgrammeAct.CHECK):
        docket.supersede_about(kind, item.no)
    if act.word("why") != INCIDENT:
        return facts.with_item(replace(item, state=State.DROPPED))
    docket.tell("lost", facts.role, facts.verifier, clause_id="prog-lost")
    return facts.with_item(replace(item, state=State.LOST, before=item.state, incident=act.word("incident")))


def restored(facts: Facts, docket: Docket) -> Facts:
    """What was lost to an accident that was none stands as before; what was under way is owed on its old clock.

    Law: prog-lost 因事故退出.
    """
    item = facts.items[docket.act.word("about")]
    docket.tell("restored", facts.role, facts.verifier, clause_id="prog-lost")
    if item.before.is_closed:
        return facts.with_item(replace(item, state=item.before, incident=""))
    back = replace(item, state=State.OPEN, incident="", finished_by=frozenset(), closed_on=None)
    if facts.status is Status.OPEN:
        _owe(facts, docket, back)
    return facts.with_item(back)


def _owe(facts: Facts, docket: Docket, item: Item) -> None:
    line = line_of(facts, docket.rulebook)
    docket.owe(
        ProgrammeAct.FINISH, facts.role, roster_of(line).clause_id, ladder=line.ladder, since=item.entered_at,
        ends_on=item.due, about=item.no, asking=False,
    )  # fmt: skip
