"""Hazard rectification 事故隐患排查治理 as rules: acts, facts, what follows, what is permitted, the picture."""

from __future__ import annotations

from rules.hazard.acts import CATEGORIES, DECISIONS, FORMS, GRADES, MAY, SYSTEMS, HazardAct
from rules.hazard.consequences import advance
from rules.hazard.facts import Facts, Status, Track
from rules.hazard.kinds import series_of
from rules.hazard.permit import may_do, permit
from rules.hazard.picture import PICTURE
from rules.process import Process

HAZARD = Process(
    name="hazard",
    label="事故隐患",
    prefix="YH",
    version=2,
    opening_act=HazardAct.REPORT,
    forms=FORMS,
    may=MAY,
    nothing=Facts(),
    advance=advance,
    permit=permit,
    may_do=may_do,
    picture=PICTURE,
    labels={
        "grade": GRADES,
        "category": CATEGORIES,
        "system": SYSTEMS,
        "decision": DECISIONS,
        "status": {status.value: status.label for status in Status},
        "track": {track.value: track.label for track in Track},
    },
    series_of=series_of,
    by_link=frozenset({HazardAct.RECTIFY}),
    compared=(HazardAct.REPORT, HazardAct.RECTIFY),
)
