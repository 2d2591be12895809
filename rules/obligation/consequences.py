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
from rules.obligation import tasks
from rules.obligation.acts import SOME, ObligationAct
from rules.obligation.facts import Absence, Entry, Facts, Outcome
from rules.obligation.reading import days_of, midnight, opened_line, opened_period

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.act import Act
    from rules.agenda import Changes
    from rules.rulebook import Rulebook

#: Acts of which a paper is drawn up.
_RECORDED_ON = {
    ObligationAct.VISIT: "visit-record", ObligationAct.MEET: "meeting-record", ObligationAct.SIGN_FORM: "hazard-form",
}  # fmt: skip


def advance(facts: Facts, act: Act, rulebook: Rulebook) -> tuple[Facts, Changes]:
    """Return the facts after a permitted act, and what the act made of the agenda."""
    docket = Docket(act, rulebook, dict(facts.live))
    after = _CONSEQUENCES[ObligationAct(act.kind)](facts, docket)
    latest = act.happened_at if facts.latest_at is None else max(facts.latest_at, act.happened_at)
    after = replace(after, last_seq=act.seq, latest_at=latest, live=MappingProxyType(docket.live))
    return after, docket.changes


def _opened(facts: Facts, docket: Docket) -> Facts:
    """The period has begun, or ended: so much is owed by the end of the term, and whoever owes it is asked.

    Nobody is asked for what is over already. Law: obl-visit 每月检查指导; obl-visit-in-charge 分管负责人每月检查指导.
    """
    act = docket.act
    line, period = opened_line(act, docket.rulebook), opened_period(act, docket.rulebook)
    clause_id, role = act.word("clause"), Role(act.word("role") or Role.OWNER)
    share = line.share_under(clause_id, act.word("role"))
    duty = docket.owe(
        line.act,
        role,
        clause_id,
        ladder=(share and share.ladder) or line.ladder,
        since=midnight(period.last if line.after else period.first),
        ends_on=None if line.after else period.last,
        about=period.code,
        asking=False,
    )
    if not duty.was_late(act.recorded_at):
        asked = _confidants() if role is Role.OWNER else (role,)
        docket.tell(f"asked-{line.act}", *asked, clause_id=clause_id, asks=duty.key)
    return replace(
        facts,
        quota=line.id,
        act=line.act,
        role=role,
        holder=act.word("holder"),
        seat=act.word("seat") or act.word("holder"),
        period=period,
        least=int(act.word("least")),
        clause_id=clause_id,
    )


def _entered(facts: Facts, docket: Docket) -> Facts:
    """What was done counts; what it found or decided is to be handed on, unless it already names the hazards.

    Law: obl-refer 问题交办.
    """
    act = docket.act
    day = act.day("day") or act.happened_at.date()
    hazards, decided = tuple(act.content.get("hazards", ())), int(act.word("decided") or "0")
    to_refer = bool(decided) or (act.word("problems") == SOME and not hazards)
    if to_refer:
        docket.owe(ObligationAct.REFER, facts.role, "obl-refer", ladder=_follow_up(facts), about=str(act.seq))
    paper = _RECORDED_ON.get(ObligationAct(act.kind))
    if paper is not None:
        docket.issue(paper, clause_id="obl-evidence")
    entry = Entry(
        act.seq,
        day,
        act.evidence,
        hazards,
        to_refer,
        tasks=tuple(act.content.get("tasks", ())),
        decided=decided,
        amount=days_of(act, docket.rulebook.quota(facts.quota, facts.term.first), docket.rulebook),
        subject=act.word("learner"),
        last=act.day("last"),
    )
    return _counted(replace(facts, entries=(*facts.entries, entry)), docket)


def _counted(facts: Facts, docket: Docket) -> Facts:
    """With the last of what is owed the quota is done, on the day on which that was done, whenever it was entered."""
    if facts.done < facts.least:
        return facts
    docket.discharge_about(facts.act, facts.term.code, at=midnight(facts.finished_on))
    docket.supersede(ObligationAct.EXPLAIN)
    return replace(facts, outcome=Outcome.DONE)


def _referred(facts: Facts, docket: Docket) -> Facts:
    """What was found or decided has cases of its own, or it is said how it was dealt with."""
    act = docket.act
    docket.discharge_about(ObligationAct.REFER, act.word("about"))
    hazards, numbers = (tuple(act.content.get(key, ())) for key in ("hazards", "tasks"))
    entries = tuple(
        replace(entry, hazards=(*entry.hazards, *hazards), tasks=numbers)
        if str(entry.seq) == act.word("about")
        else entry
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
    """The explanation stands beside the breach, which stays. What counts no more after its end is over.

    Law: obl-explain 说明.
    """
    docket.discharge(ObligationAct.EXPLAIN)
    if docket.rulebook.quota(facts.quota, facts.term.first).late:
        return facts
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
    roles = dict.fromkeys(duty.holder if role == "holder" else Role(role) for role in rung.roles)
    docket.tell("overdue" if is_breach else "reminder", *roles, clause_id=rung.clause_id, asks=key)
    if not is_breach or duty.act != facts.act or facts.breached:
        return facts
    if facts.task is None:
        docket.owe(ObligationAct.EXPLAIN, facts.role, "obl-explain", ladder=_follow_up(facts))
    return replace(facts, breached=True)


def _end_quota(facts: Facts, docket: Docket) -> None:
    docket.supersede_about(facts.act, facts.term.code)


def _follow_up(facts: Facts) -> str:
    return {Role.OWNER: "own-follow-up", Role.UNIT_HEAD: "unit-follow-up"}.get(facts.role, "follow-up")


def _confidants() -> tuple[Role, ...]:
    return tuple(sorted(CONFIDANTS, reverse=True))


_CONSEQUENCES: Mapping[ObligationAct, Callable[[Facts, Docket], Facts]] = {
    ObligationAct.OPEN: _opened,
    ObligationAct.VISIT: _entered,
    ObligationAct.MEET: _entered,
    ObligationAct.FULFIL: _entered,
    ObligationAct.REGISTER: _entered,
    ObligationAct.ADOPT: _entered,
    ObligationAct.PLEDGE: _entered,
    ObligationAct.TRAIN: _entered,
    ObligationAct.LEARN: _entered,
    ObligationAct.SIGN_FORM: _entered,
    ObligationAct.REFER: _referred,
    ObligationAct.ASSIGN: tasks.assigned,
    ObligationAct.FINISH: tasks.finished,
    ObligationAct.CONFIRM: tasks.confirmed,
    ObligationAct.REASSIGN: tasks.reassigned,
    ObligationAct.ABSENCE: _absent,
    ObligationAct.EXPLAIN: _explained,
    ObligationAct.RELEASE: _released,
    ObligationAct.RUNG: _rung_reached,
}
