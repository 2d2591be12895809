"""Drills 应急演练 as rules: acts, facts, what follows, what is permitted, the picture."""

from __future__ import annotations

from rules.drill.acts import ABSENCE, CHANGES, FORMS, GUEST_ACTS, MAY, SCORES, DrillAct
from rules.drill.consequences import advance
from rules.drill.facts import OUTCOMES, Facts
from rules.drill.hosts import HOSTS, REACHES, SHAPES
from rules.drill.permit import may_do, permit
from rules.drill.picture import PICTURE
from rules.process import Process
from rules.standing import Status


def _named_in(facts: Facts) -> frozenset[str]:
    """Return everybody whom the scheme names, nobody before there is one."""
    return facts.scheme.people if facts.scheme else frozenset()


DRILL = Process(
    name="drill",
    label="应急演练",
    prefix="YL",
    version=1,
    opening_act=DrillAct.PREPARE,
    forms=FORMS,
    may=MAY,
    nothing=Facts(),
    advance=advance,
    permit=permit,
    may_do=may_do,
    picture=PICTURE,
    labels={
        "grade": SHAPES,
        "host": HOSTS,
        "reach": REACHES,
        "change": CHANGES,
        "absent": ABSENCE,
        "score": SCORES,
        "outcome": OUTCOMES,
        "status": {status.value: status.label for status in Status},
    },
    about_either=True,
    is_listed=True,
    subject="title",
    named_in=_named_in,
    guest_acts=GUEST_ACTS,
)
