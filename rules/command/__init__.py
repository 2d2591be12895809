"""Special commands 专项应急指挥部 as rules: acts, facts, what follows, what is permitted, the picture."""

from __future__ import annotations

from rules.command.acts import CATEGORIES, FORMS, MAY, PAPERS, POSTS, TEAM_KINDS, CommandAct
from rules.command.consequences import advance
from rules.command.facts import PARTS, Facts
from rules.command.permit import may_do, permit
from rules.command.picture import PICTURE
from rules.process import Process
from rules.standing import Status

COMMAND = Process(
    name="command",
    label="专项应急指挥部",
    prefix="ZH",
    version=1,
    opening_act=CommandAct.REGISTER,
    forms=FORMS,
    may=MAY,
    nothing=Facts(),
    advance=advance,
    permit=permit,
    may_do=may_do,
    picture=PICTURE,
    labels={
        "grade": CATEGORIES,
        "post": POSTS,
        "team": TEAM_KINDS,
        "paper": PAPERS,
        "part": PARTS,
        "status": {status.value: status.label for status in Status},
    },
    about_organisation=True,
    is_listed=True,
    subject="name",
)
