"""What follows from an act of a staged matter, read from its file: when X has happened, Y must do Z within T. Pure.

Read it beside `permit.py`, which says what may be done at all. The file has the law; this reads it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules import answering
from rules.agenda import ACKNOWLEDGE
from rules.docket import Docket
from rules.matter.facts import Facts, day_of, heard, holds, with_things
from rules.matter.schema import APPLY_VOID, DECIDE_VOID, NOTE, RECORD, Ending
from rules.obligation.reading import midnight
from rules.process import TOLD
from rules.rungs import noted, rung_reached
from rules.standing import Status, advanced, answered, asked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendulum import DateTime

    from rules.act import Act
    from rules.agenda import Changes
    from rules.matter.schema import ActLine, Matter, Owes
    from rules.rulebook import Rulebook

VOID_CLAUSE, VOID_LADDER = "matter-void", "follow-up"


def advance(matter: Matter, facts: Facts, act: Act, rulebook: Rulebook) -> tuple[Facts, Changes]:
    """Return the facts after a permitted act, and what the act made of the agenda."""
    docket = Docket(act, rulebook, dict(facts.live))
    line = matter.acts.get(act.kind)
    if line is not None:
        return advanced(facts, docket, lambda before, _: _followed(matter, line, before, docket))
    return advanced(facts, docket, lambda before, _: _OWN[act.kind](matter, before, docket))


def _followed(matter: Matter, line: ActLine, facts: Facts, docket: Docket) -> Facts:
    """Discharge what was owed, drop what fell away, tell those concerned, and owe what follows."""
    act = docket.act
    _discharge(line, docket)
    for cancelled in line.cancels:
        if holds(cancelled.when, facts, act):
            docket.supersede(cancelled.act)
    for told in line.tells:
        if holds(told.when, facts, act):
            docket.tell(f"{TOLD}{line.id}", *told.to, clause_id=told.clause, answer=told.answer or None)
    if line.paper:
        docket.issue(f"{RECORD}{line.id}", clause_id=line.clause)
    for owed in line.owes:
        if holds(owed.when, facts, act):
            facts = _owed(owed, facts, docket)
    facts = heard(facts, matter, line, act)
    if line.ends is not None and holds(line.ends_when, facts, act):
        return _ended(line.ends, facts, docket)
    return facts


def _discharge(line: ActLine, docket: Docket) -> None:
    if line.about:
        docket.discharge_about(line.id, docket.act.word("about"))
    else:
        docket.discharge(line.id)


def _owed(line: Owes, facts: Facts, docket: Docket) -> Facts:
    """Owe one duty, or one for each line, in the place of what was owed of the same act before."""
    if not line.each:
        docket.supersede(line.act)
        _owe(line, facts, docket, None)
        return facts
    things = each_of(line.each, docket.act)
    for thing in things:
        docket.supersede_about(line.act, thing)
        _owe(line, facts, docket, thing)
    return with_things(facts, line.act, things)


def each_of(key: str, act: Act) -> tuple[str, ...]:
    """Return the lines for which one duty each is owed, or the one thing that a code names."""
    said = act.content.get(key, ())
    return (said,) if isinstance(said, str) else tuple(said)


def _owe(line: Owes, facts: Facts, docket: Docket, about: str | None) -> None:
    act = docket.act
    docket.owe(
        line.act,
        line.by,
        line.clause,
        ladder=line.ladder,
        since=_since(line, facts, act),
        ends_on=act.day(line.until) if line.until else None,
        blocks=line.blocks,
        about=about,
        asking=line.asks,
    )


def _since(line: Owes, facts: Facts, act: Act) -> DateTime | None:
    """Return what the clock starts from: another act's instant, or the day that a field names; None for this act."""
    if line.since is None:
        return None
    if not line.since.key:
        said = facts.said.get(line.since.act)
        return said.at if said else None
    day = day_of(line.since, facts, act)
    return midnight(day) if day else None


def _ended(ending: Ending, facts: Facts, docket: Docket) -> Facts:
    if ending is Ending.VOID:
        docket.void_all()
        return replace(facts, status=Status.VOID)
    docket.supersede_all()
    return replace(facts, status=Status.CLOSED)


# --- what every matter has -----------------------------------------------------------------------


def _void_applied(matter: Matter, facts: Facts, docket: Docket) -> Facts:
    """Owe the confirmation of another person that the case was opened by mistake. Law: matter-void 作废."""
    docket.owe(DECIDE_VOID, matter.void_by, VOID_CLAUSE, ladder=VOID_LADDER, blocks=False)
    return asked(facts, docket.act)


def _void_decided(matter: Matter, facts: Facts, docket: Docket) -> Facts:
    """Void the case, which keeps its number and its record and waits for nothing. Law: matter-void 作废."""
    del matter
    docket.discharge(DECIDE_VOID)
    facts = answered(facts, APPLY_VOID)
    if docket.act.word("approved") != "yes":
        return facts
    docket.void_all()
    return replace(facts, status=Status.VOID)


def _climbed(matter: Matter, facts: Facts, docket: Docket) -> Facts:
    """Climb a rung of a duty; one of an answer that has not come asks again and marks no breach."""
    del matter
    duty = docket.live[docket.act.word("about")]
    if duty.act != ACKNOWLEDGE:
        return rung_reached(facts, docket)
    ladder = docket.rulebook.ladder(duty.ladder, duty.started_at.date())
    answering.climbed(docket, duty, ladder.rungs[int(docket.act.content["rung"]) - 1])
    return facts


def _answered(matter: Matter, facts: Facts, docket: Docket) -> Facts:
    del matter
    answering.answered(docket)
    return facts


def _noted(matter: Matter, facts: Facts, docket: Docket) -> Facts:
    del matter
    return noted(facts, docket)


_OWN: Mapping[str, Callable[[Matter, Facts, Docket], Facts]] = {
    NOTE: _noted,
    APPLY_VOID: _void_applied,
    DECIDE_VOID: _void_decided,
    "rung": _climbed,
    **dict.fromkeys(answering.KINDS, _answered),
}
