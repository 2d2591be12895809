"""Drills that were reported 已总结的演练: what a line of the year's plan can be recorded with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from models.act import ActRow, Words
from models.case import Case
from models.policy import Scoped
from models.statements import table
from rules.drill import DRILL
from rules.drill.acts import DrillAct

if TYPE_CHECKING:
    from models.store import Reading
    from rules.actor import Scope

_cases, _acts, _words = table(Case), table(ActRow), table(Words)
_is_reported = (
    select(_acts.c.id)
    .where(_acts.c.case_id == _cases.c.id, _acts.c.kind == DrillAct.REPORT.value)
    .correlate(_cases)
    .exists()
)
_REPORTED = Scoped(
    lambda condition: (
        select(_cases.c.number, _words.c.texts)
        .select_from(_cases.outerjoin(_words, and_(_words.c.case_id == _cases.c.id, _words.c.seq == 1)))
        .where(condition, _cases.c.kind == DRILL.name, _is_reported)
        .order_by(_cases.c.id.desc())
    )
)


def reported_drills(reading: Reading, scope: Scope) -> list[tuple[str, str]]:
    """Return number and title of every drill within a scope whose report is on record, the latest first."""
    return [
        (number, json.loads(texts).get("title", "") if texts else "") for number, texts in _REPORTED.all(reading, scope)
    ]
