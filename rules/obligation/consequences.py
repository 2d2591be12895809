"""What follows from each act on a quota: when X has happened, Y must do Z within T. Pure.

Read it beside `permit.py`, which says what may be done at all, and `flows/obligation.py`, which tells the same in
order.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.actor import CONFIDANTS, Role
from rules.docket import Docket
from rules.obligation.acts import SOME, ObligationAct
from rules.obligation.facts import Absence, Entry, Facts, Outcome
from rules.obligation.reading import midnight, opened_period

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.act import Act
    from rules.agenda import Changes, Duty
    from rules.rulebook import Rulebook

_FOLLOW_UP = "own-follow-up"


def advance(facts: Facts, act: Act, rulebook: Rulebook) -> tuple[Facts, Changes]:
    """Return the facts after a permitted act, and what the act made of the agenda."""
    docket = Docket(act, rulebook, dict(facts.live))
    after = _CONSEQUENCES[ObligationAct(act.kind)](facts, docket)
    latest = act.happened_at if facts.latest_at is None else max(facts.latest_at, act.happened_at)
    after = replace(after, last_seq=act.seq, latest_at=latest, live=MappingProxyType(docket.live))
    return after, docket.changes


def _opened(facts: Facts, docket: Docket) -> Facts:
    """The period has begun: so much is owed by its last day, and whoever owes it is asked, but not for what is over.

    Law: obl-visit 每月检查指导; obl-visit-in-charge 分管负责人每月检查指导.
    """
    act = docket.act
    period = opened_period(act, docket.rulebook)
    line = docket.rulebook.quota(act.word("quota"), period.first)
    clause_id = act.word("clause")
    duty = docket.owe(
        line.act,
        Role.OWNER,
        clause_id,
        ladder=line.ladder,
        since=midnight(period.first),
        ends_on=period.last,
        about=period.code,
        asking=False,
    )
    if period.holds(act.recorded_at.date()):
        docket.tell(f"asked-{line.act}", *_confidants(), clause_id=clause_id, asks=duty.key)
    return replace(
        facts,
        quota=line.id,
        holder=act.word("holder"),
        period=period,
        least=int(act.word("least")),
        clause_id=clause_id,
    )


def _visited(facts: Facts, docket: Docket) -> Facts:
    """A visit counts; what it found is to be handed on, unless it already names the hazards.

    Law: obl-refer 问题交办.
    """
    act = docket.act
    day = act.day("day")
    assert day is not None, "the form requires the day"
    hazards = tuple(act.content.get("hazards", ()))
    to_refer = act.word("problems") == SOME and not hazards
    if to_refer:
        docket.owe(ObligationAct.REFER, Role.OWNER, "obl-refer", ladder=_FOLLOW_UP, about=str(act.seq))
    docket.issue("visit-record", clause_id="obl-evidence")
    entry = Entry(act.seq, day, act.evidence, hazards, to_refer)
    return _counted(replace(facts, entries=(*facts.entries, entry)), docket)


def _counted(facts: Facts, docket: Docket) -> Facts:
    """With the last of what is owed the quota is done, on the day on which that was done, whenever it was entered."""
    if facts.done < facts.least or facts.outcome is not Outcome.RUNNING:
        return facts
    line = docket.rulebook.quota(facts.quota, facts.term.first)
    finished_on = sorted(entry.day for entry in facts.entries)[facts.least - 1]
    docket.discharge_about(line.act, facts.term.code, at=midnight(finished_on))
    docket.supersede(ObligationAct.EXPLAIN)
    return replace(facts, outcome=Outcome.DONE)


def _referred(facts: Facts, docket: Docket) -> Facts:
    """The problems of a visit have cases of their own, or it is said how they were dealt with."""
    act = docket.act
    docket.discharge_about(ObligationAct.REFER, act.word("about"))
    hazards = tuple(act.content.get("hazards", ()))
    entries = tuple(
        replace(entry, hazards=(*entry.hazards, *hazards)) if str(entry.seq) == act.word("about") else entry
        for entry in facts.entries
    )
    return replace(facts, entries=entries)


def _absent(facts: Facts, docket: Docket) -> Facts:
    """Who was away is on record; a period spent away from its first day to its last is not counted.

    Law: obl-absence 缺席说明.
    """
    act = docket.act
    first, last = act.day("first"), act.day("last")
    assert first is not None, "the form requires both days"
    assert last is not None, "the form requires both days"
    facts = replace(facts, absences=(*facts.absences, Absence(act.seq, act.word("why"), first, last)))
    if first > facts.term.first or last < facts.term.last or facts.outcome is not Outcome.RUNNING:
        return facts
    _end_quota(facts, docket)
    docket.supersede(ObligationAct.EXPLAIN)
    return replace(facts, outcome=Outcome.EXCUSED)


def _explained(facts: Facts, docket: Docket) -> Facts:
    """The explanation stands beside the breach; the period is over, its breach stays. Law: obl-explain 说明."""
    docket.discharge(ObligationAct.EXPLAIN)
    _end_quota(facts, docket)
    return replace(facts, outcome=Outcome.MISSED)


def _released(facts: Facts, docket: Docket) -> Facts:
    """Nobody owes it any more; what was done and missed until then stays. Law: obl-release 解除."""
    docket.supersede_all()
    return replace(facts, outcome=Outcome.RELEASED)


def _rung_reached(facts: Facts, docket: Docket) -> Facts:
    """The clock reached a rung: the holder is reminded, or the breach is recorded, told and to be explained.

    Law: obl-warn 二十五日预警; obl-breach 届满未完成.
    """
    key, number = docket.act.word("about"), int(docket.act.content["rung"])
    duty = docket.live[key]
    rung = docket.rulebook.ladder(duty.ladder, duty.started_at.date()).rungs[number - 1]
    is_breach = rung.kind == "overdue"
    docket.mark(key, rung=number, breached=is_breach)
    roles = tuple(Role(role) for role in rung.roles)
    docket.tell("overdue" if is_breach else "reminder", *roles, clause_id=rung.clause_id, asks=key)
    if not is_breach or not _is_quota(duty):
        return facts
    docket.owe(ObligationAct.EXPLAIN, Role.OWNER, "obl-explain", ladder=_FOLLOW_UP)
    return replace(facts, breached=True)


def _is_quota(duty: Duty) -> bool:
    return duty.act not in {ObligationAct.REFER, ObligationAct.EXPLAIN}


def _end_quota(facts: Facts, docket: Docket) -> None:
    line = docket.rulebook.quota(facts.quota, facts.term.first)
    docket.supersede_about(line.act, facts.term.code)


def _confidants() -> tuple[Role, ...]:
    return tuple(sorted(CONFIDANTS, reverse=True))


_CONSEQUENCES: Mapping[ObligationAct, Callable[[Facts, Docket], Facts]] = {
    ObligationAct.OPEN: _opened,
    ObligationAct.VISIT: _visited,
    ObligationAct.REFER: _referred,
    ObligationAct.ABSENCE: _absent,
    ObligationAct.EXPLAIN: _explained,
    ObligationAct.RELEASE: _released,
    ObligationAct.RUNG: _rung_reached,
}
