"""Emergency plans 应急预案 as rules: acts, facts, what follows, what is permitted, the picture."""

from __future__ import annotations

from rules.plan.acts import CONCLUSIONS, FORMS, MATERIALS, MAY, REASONS, PlanAct
from rules.plan.consequences import advance
from rules.plan.facts import FILINGS, Facts
from rules.plan.levels import LEVELS, SCOPES, UNIT_KINDS
from rules.plan.permit import may_do, permit
from rules.plan.picture import PICTURE
from rules.process import Process
from rules.standing import Status

PLAN = Process(
    name="plan",
    label="应急预案",
    prefix="YA",
    version=1,
    opening_act=PlanAct.INITIATE,
    forms=FORMS,
    may=MAY,
    nothing=Facts(),
    advance=advance,
    permit=permit,
    may_do=may_do,
    picture=PICTURE,
    labels={
        "grade": LEVELS,
        "level": LEVELS,
        "unit_kind": UNIT_KINDS,
        "scope": SCOPES,
        "cause": REASONS,
        "conclusion": CONCLUSIONS,
        "missing": MATERIALS,
        "filing": FILINGS,
        "status": {status.value: status.label for status in Status},
    },
    about_either=True,
    is_listed=True,
    subject="title",
)
