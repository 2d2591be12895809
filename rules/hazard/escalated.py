"""What lateness leads to 催办与逾期处置: rungs of a ladder, and the decision that its last rung owes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules import answering
from rules.actor import Role
from rules.agenda import by_act
from rules.hazard.acts import Decision, HazardAct

if TYPE_CHECKING:
    from rules.agenda import Duty
    from rules.docket import Docket
    from rules.hazard.facts import Facts
    from rules.ladder import Rung

_MARKS_A_BREACH = ("overdue", "decide")
_DRAFTED = {
    Decision.CIRCULAR: (HazardAct.CIRCULAR, "ord-circular"),
    Decision.TALK: (HazardAct.TALK, "ord-talk"),
}


def rung_reached(facts: Facts, docket: Docket) -> Facts:
    """The clock reached a rung: people are reminded or told of lateness, or a post must decide."""
    key, number = docket.act.word("about"), int(docket.act.content["rung"])
    duty = docket.live[key]
    rung = docket.rulebook.ladder(duty.ladder, duty.started_at.date()).rungs[number - 1]
    if duty.act == HazardAct.ACKNOWLEDGE:
        answering.climbed(docket, duty, rung)
        return facts
    docket.mark(key, rung=number, breached=rung.kind in _MARKS_A_BREACH)
    if rung.kind in _MARKS_A_BREACH and not duty.breached:
        _owe_investigation(docket, duty)
    roles = tuple(dict.fromkeys(duty.holder if role == "holder" else Role(role) for role in rung.roles))
    if rung.kind == "decide" and duty.holder not in roles:
        _owe_decision(docket, duty, rung, roles[0])
    else:
        docket.tell(
            "reminder" if rung.kind == "remind" else "overdue",
            *roles,
            clause_id=rung.clause_id,
            asks=key,
            answer=rung.answer,
        )
    return facts


def _owe_decision(docket: Docket, duty: Duty, rung: Rung, holder: Role) -> None:
    """A decision that is not taken escalates in turn: its own last rung asks the next post about the same breach."""
    about = duty.about if duty.act == HazardAct.DECIDE else duty.key
    docket.owe(HazardAct.DECIDE, holder, rung.clause_id, ladder="decide", blocks=False, about=about)


def _owe_investigation(docket: Docket, duty: Duty) -> None:
    """A major hazard that outlasted its term is looked into like an accident. Law: haz-investigate-major （八）1."""
    if duty.clause_id == "haz-rectify-major" and by_act(docket.live, HazardAct.INVESTIGATE) is None:
        docket.owe(HazardAct.INVESTIGATE, Role.DEPT_OFFICER, "haz-investigate", ladder="office", blocks=False)


def investigated(facts: Facts, docket: Docket) -> Facts:
    """Why it was not gone in time, who answers for it and what is done about it stand on record."""
    docket.discharge(HazardAct.INVESTIGATE)
    return facts


def decided(facts: Facts, docket: Docket) -> Facts:
    """A decision ends all duties to decide on that breach; a measure is told, doing nothing has its reasons on record.

    Law: haz-decide 逾期处置.
    """
    docket.discharge_about(HazardAct.DECIDE, docket.act.word("about"))
    decision = Decision(docket.act.word("decision"))
    if decision in _DRAFTED:
        _owe_draft(facts, docket, *_DRAFTED[decision])
    elif decision is not Decision.NONE:
        docket.tell("decided", Role.UNIT_HEAD, Role.DEPT_HEAD, clause_id="haz-decide")
    return facts


def _owe_draft(facts: Facts, docket: Docket, act: HazardAct, clause_id: str) -> None:
    """A circular or a talk is a draft until it is signed: nobody outside is told of it before.

    One that is already on its way covers this breach too.
    """
    if by_act(docket.live, act) is None and facts.order_under_way(act) is None:
        docket.owe(act, Role.DEPT_OFFICER, clause_id, ladder="office", blocks=False)


def answered(facts: Facts, docket: Docket) -> Facts:
    """An answer to a notice stops the clock of the answer, not that of what the notice was about."""
    answering.answered(docket)
    return facts


def noted(facts: Facts, docket: Docket) -> Facts:
    """A note changes nothing."""
    del docket
    return facts
