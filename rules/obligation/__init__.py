"""Recurring duties 周期应办 as rules: acts, facts, what follows, what is permitted, the picture."""

from __future__ import annotations

from rules.obligation.acts import (
    ABSENT_FOR,
    ACCEPTED,
    CELLS,
    FORMS,
    LEARNERS,
    LEARNING,
    MAY,
    PROBLEMS,
    RELEASED_FOR,
    ObligationAct,
)
from rules.obligation.acts import PRIVATE as PRIVATE
from rules.obligation.consequences import advance
from rules.obligation.facts import Facts, Outcome, Status
from rules.obligation.permit import may_do, permit
from rules.obligation.picture import PICTURE
from rules.process import Process

OBLIGATION = Process(
    name="obligation",
    label="周期应办",
    prefix="ZQ",
    version=1,
    opening_act=ObligationAct.OPEN,
    forms=FORMS,
    may=MAY,
    nothing=Facts(),
    advance=advance,
    permit=permit,
    may_do=may_do,
    picture=PICTURE,
    labels={
        "problems": PROBLEMS,
        "accepted": ACCEPTED,
        "cell": CELLS,
        "learner": LEARNERS,
        "training": LEARNING,
        "why": {**ABSENT_FOR, **RELEASED_FOR},
        "outcome": {outcome.value: outcome.label for outcome in Outcome},
        "status": {status.value: status.label for status in Status},
    },
    about_either=True,
    is_listed=True,
    subject="what",
    also_opened_by=frozenset({ObligationAct.ASSIGN}),
    named_in=lambda facts: frozenset(facts.named),
    guest_acts=frozenset({ObligationAct.FINISH, ObligationAct.CONFIRM}),
)
