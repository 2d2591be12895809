"""The yearly drill plan 年度演练计划 as rules: acts, facts, what follows, what is permitted, the picture."""

from __future__ import annotations

from rules.drill_year.acts import CHANGES, FORMS, MAY, RELEASED_FOR, YearAct
from rules.drill_year.consequences import advance
from rules.drill_year.facts import STATES, Facts
from rules.drill_year.lines import CLAUSES
from rules.drill_year.permit import may_do, permit
from rules.drill_year.picture import PICTURE
from rules.drill_year.subjects import SUBJECT_KINDS
from rules.process import Process
from rules.standing import Status

DRILL_YEAR = Process(
    name="drill_year",
    label="年度演练计划",
    prefix="YN",
    version=1,
    opening_act=YearAct.COMPILE,
    forms=FORMS,
    may=MAY,
    nothing=Facts(),
    advance=advance,
    permit=permit,
    may_do=may_do,
    picture=PICTURE,
    labels={
        "subject": SUBJECT_KINDS,
        "requirement": CLAUSES,
        "change": CHANGES,
        "basis": RELEASED_FOR,
        "state": STATES,
        "status": {status.value: status.label for status in Status},
    },
    about_organisation=True,
    is_listed=True,
    subject="title",
)
