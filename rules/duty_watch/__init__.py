"""The duty watch 值班 as rules: acts, facts, what follows, what is permitted, the picture."""

from __future__ import annotations

from rules.duty_watch.acts import AGREE, ANSWERED, CATEGORIES, EVENTS, FORMS, MAY, WatchAct
from rules.duty_watch.consequences import advance
from rules.duty_watch.facts import Facts, Status
from rules.duty_watch.permit import may_do, permit
from rules.duty_watch.picture import PICTURE
from rules.process import Process

DUTY_WATCH = Process(
    name="duty_watch",
    label="值班",
    prefix="ZB",
    version=1,
    opening_act=WatchAct.PUBLISH,
    forms=FORMS,
    may=MAY,
    nothing=Facts(),
    advance=advance,
    permit=permit,
    may_do=may_do,
    picture=PICTURE,
    labels={
        "agreed": AGREE,
        "answered": ANSWERED,
        "events": EVENTS,
        "category": CATEGORIES,
        "status": {status.value: status.label for status in Status},
    },
    about_organisation=True,
)
