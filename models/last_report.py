"""The last report 上次上报 of a person about a unit: where and what of, so that neither is asked twice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select

from models.act import ActRow, Words
from models.case import Case
from models.organisation import Unit
from models.policy import Scoped
from models.statements import table, unindexed

if TYPE_CHECKING:
    from models.store import Reading
    from rules.actor import Actor

_cases, _acts, _words, _units = (table(model) for model in (Case, ActRow, Words, Unit))
_LAST = Scoped(
    lambda condition: (
        select(_acts.c.body, _words.c.texts)
        .select_from(
            _cases.join(_units, _units.c.id == _cases.c.unit_id)
            .join(_acts, and_(_acts.c.case_id == _cases.c.id, _acts.c.seq == 1))
            .outerjoin(_words, and_(_words.c.case_id == _cases.c.id, _words.c.seq == 1))
        )
        .where(
            condition,
            _units.c.code == bindparam("code"),
            unindexed(_cases.c.kind) == bindparam("kind"),
            _acts.c.person_id == bindparam("person_id"),
        )
        .order_by(_cases.c.id.desc())
        .limit(1)
    )
)


@dataclass(frozen=True, slots=True)
class LastReport:
    """Place and category of a report; empty where there was none, or where its words were erased."""

    place: str = ""
    category: str = ""


def last_report(reading: Reading, actor: Actor, *, kind: str, code: str) -> LastReport:
    """Return what the person said about the unit when they last reported a case of the process there."""
    row = _LAST.one(reading, actor.scope, code=code, kind=kind, person_id=actor.person_id)
    if row is None:
        return LastReport()
    body, texts = row
    said: dict[str, str] = json.loads(texts) if texts else {}
    content: dict[str, str] = json.loads(body).get("content", {})
    return LastReport(said.get("place", ""), content.get("category", ""))
