"""A programme 专项 at one holder as rules: acts, facts, what follows, what is permitted, the picture."""

from __future__ import annotations

from rules.process import Process
from rules.programme.acts import DIFFICULTIES, DROPPED_FOR, FORMS, MAY, PASSED, RELEASED_FOR, ProgrammeAct
from rules.programme.consequences import advance
from rules.programme.facts import MEMBER_STATES, OUTCOMES, STATES, Facts, Outcome, State
from rules.programme.permit import may_do, permit
from rules.programme.picture import PICTURE
from rules.programmes import KINDS
from rules.standing import Status

__all__ = ["MEMBER_STATES", "OUTCOMES", "PROGRAMME", "STATES", "Facts", "Outcome", "ProgrammeAct", "State"]

PROGRAMME = Process(
    name="programme",
    label="专项",
    prefix="ZX",
    version=1,
    opening_act=ProgrammeAct.OPEN,
    forms=FORMS,
    may=MAY,
    nothing=Facts(),
    advance=advance,
    permit=permit,
    may_do=may_do,
    picture=PICTURE,
    labels={
        "grade": KINDS,
        "difficulties": DIFFICULTIES,
        "passed": PASSED,
        "why": {**DROPPED_FOR, **RELEASED_FOR},
        "state": STATES,
        "outcome": OUTCOMES,
        "status": {status.value: status.label for status in Status},
    },
    about_either=True,
    is_listed=True,
    subject="title",
    named_in=lambda facts: facts.fresh,
    guest_acts=frozenset({ProgrammeAct.FINISH}),
)
