"""The end of a programme 总结、验收、解除: summed up, verified by another post, what is left told; or released."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.programme.acts import ProgrammeAct
from rules.programme.facts import Outcome, State
from rules.programme.reading import line_of
from rules.programmes import Members
from rules.standing import Status

if TYPE_CHECKING:
    from rules.docket import Docket
    from rules.programme.facts import Facts


def summed_up(facts: Facts, docket: Docket) -> Facts:
    """What was summed up is to be verified by the post above. Law: prog-verify 验收."""
    docket.discharge(ProgrammeAct.COMPLETE)
    line = line_of(facts, docket.rulebook)
    docket.owe(ProgrammeAct.ACCEPT, facts.verifier, line.ending.verify_id, ladder=line.ladder)
    return replace(facts, summed_up_by=docket.act.actor.persons)


def accepted(facts: Facts, docket: Docket) -> Facts:
    """What holds is over, with its list as it stands; what does not is summed up again. Law: prog-again 重新总结."""
    docket.discharge(ProgrammeAct.ACCEPT)
    line = line_of(facts, docket.rulebook)
    if docket.act.word("passed") != "yes":
        docket.owe(ProgrammeAct.COMPLETE, facts.role, "prog-again", ladder=line.ladder)
        return facts
    docket.issue("closing", clause_id=line.ending.verify_id)
    docket.tell("closed", facts.role, clause_id=line.ending.verify_id)
    if facts.is_unfinished:
        docket.tell("unclosed", facts.role, facts.verifier, clause_id="prog-unclosed")
    docket.supersede_all()
    outcome = Outcome.CARRIED if facts.is_unfinished else Outcome.ACCEPTED
    return _honoured(replace(facts, status=Status.CLOSED, outcome=outcome))


def _honoured(facts: Facts) -> Facts:
    """Villages and units that were verified carry the name from then on. Law: prog-lost 因事故退出."""
    if facts.members is Members.NONE:
        return facts
    items = {
        no: replace(item, state=State.HONOURED) if item.state is State.CLOSED else item
        for no, item in facts.items.items()
    }
    return replace(facts, items=MappingProxyType(items))


def released(facts: Facts, docket: Docket) -> Facts:
    """Its holder is no more, or it was opened twice: nothing is owed, the record stays. Law: prog-release 解除."""
    docket.tell("released", facts.verifier, clause_id="prog-release")
    docket.supersede_all()
    return replace(facts, status=Status.CLOSED, outcome=Outcome.RELEASED)
