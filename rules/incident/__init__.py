"""Accidents at work 生产安全事故 as rules: acts, facts, what follows, what is permitted; replay of real ones."""

from __future__ import annotations

from rules.actor import UNIT_ROLES
from rules.incident.acts import CHANNELS, FORMS, JUDGES, KINDS, MAY, ORIGINS, SECTORS, VERDICTS, IncidentAct
from rules.incident.consequences import advance
from rules.incident.facts import Facts, Status
from rules.incident.grade import Grade
from rules.incident.permit import may_do, permit
from rules.incident.picture import PICTURE
from rules.process import Process

INCIDENT = Process(
    name="incident",
    label="生产安全事故",
    prefix="SG",
    version=1,
    opening_act=IncidentAct.REPORT,
    forms=FORMS,
    may=MAY,
    nothing=Facts(),
    advance=advance,
    permit=permit,
    may_do=may_do,
    picture=PICTURE,
    labels={
        "grade": {grade.value: grade.label for grade in Grade},
        "kind": KINDS,
        "sector": SECTORS,
        "origin": ORIGINS,
        "channel": CHANNELS,
        "verdict": VERDICTS,
        "status": {status.value: status.label for status in Status},
    },
    subject="place",
    confidential={IncidentAct.FINDING: JUDGES},
    judged={IncidentAct.SEND: JUDGES},
    # Whoever gave the tip must not be guessed from it. The unit is told of no tip-off (举报人保密).
    hidden={(IncidentAct.REPORT, "origin"): UNIT_ROLES},
)
