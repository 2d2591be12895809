"""Tip-offs and rewards 举报奖励 as rules: acts, facts, what follows, what is permitted, what is paid, the picture."""

from __future__ import annotations

from rules.actor import OFFICERS, POSTS, Role
from rules.process import Process
from rules.standing import Status
from rules.tipoff.acts import (
    CHANNELS,
    CLAIMS,
    DECISIONS,
    FORMS,
    GRADES,
    GROUNDS,
    MATTERS,
    MAY,
    MODES,
    NAMES,
    RESULTS,
    TOLD,
    WAYS,
    WITHDRAWN,
    TipAct,
)
from rules.tipoff.consequences import advance
from rules.tipoff.facts import Facts
from rules.tipoff.permit import may_do, permit
from rules.tipoff.picture import PICTURE

TIPOFF = Process(
    name="tipoff",
    label="举报奖励",
    prefix="JB",
    version=1,
    opening_act=TipAct.RECEIVE,
    forms=FORMS,
    may=MAY,
    nothing=Facts(),
    advance=advance,
    permit=permit,
    may_do=may_do,
    picture=PICTURE,
    labels={
        "grade": MATTERS,
        "matter": MATTERS,
        "channel": CHANNELS,
        "named": NAMES,
        "decision": DECISIONS,
        "ground": GROUNDS,
        "result": RESULTS,
        "accident": GRADES,
        "mode": MODES,
        "told": TOLD,
        "way": WAYS,
        "claim": CLAIMS,
        "withdrawn": WITHDRAWN,
        "status": {status.value: status.label for status in Status},
    },
    about_organisation=True,
    is_listed=True,
    # What lists and to-do show of it names nobody and no unit: no field of free text.
    subject="matter",
    # The identity is read on a page of its own, by whoever has left word why.
    confidential={TipAct.IDENTIFY: frozenset()},
    hidden={(TipAct.RECEIVE, "code"): POSTS, (TipAct.PAY, "code"): POSTS},
    readers=OFFICERS | {Role.AUDITOR},
)
