"""The file of one unit 一企一档 as rules: acts, facts, what follows, what is permitted, the picture."""

from __future__ import annotations

from rules.process import Process
from rules.standing import Status
from rules.unit_file.acts import COLOURS, FORMS, GRADES, KINDS, LICENCES, MAY, SEATS, UnitAct
from rules.unit_file.consequences import advance
from rules.unit_file.facts import PARTS, Facts
from rules.unit_file.permit import may_do, permit
from rules.unit_file.picture import PICTURE

UNIT_FILE = Process(
    name="unit_file",
    label="一企一档",
    prefix="DA",
    version=1,
    opening_act=UnitAct.OPEN,
    forms=FORMS,
    may=MAY,
    nothing=Facts(),
    advance=advance,
    permit=permit,
    may_do=may_do,
    picture=PICTURE,
    labels={
        "grade": COLOURS,
        "kind": KINDS,
        "seat": SEATS,
        "licence": LICENCES,
        "standard": GRADES,
        "part": PARTS,
        "status": {status.value: status.label for status in Status},
    },
    subject="note",
)
