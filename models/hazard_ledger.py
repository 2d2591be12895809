"""The hazard ledger as it goes out 隐患台账: a row for each hazard of a scope, by the columns of the form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, or_, select

from models.act import ActRow, Words
from models.case import Case
from models.clock import instant
from models.organisation import Unit
from models.policy import Scoped
from models.statements import table
from rules.hazard import CATEGORIES, HAZARD
from rules.hazard.acts import HazardAct
from rules.standing import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.store import Reading
    from rules.actor import Scope

_cases, _acts, _units, _words = (table(model) for model in (Case, ActRow, Unit, Words))
_FIRST = Scoped(
    lambda condition: (
        select(
            _cases.c.id, _cases.c.number, _cases.c.status, _cases.c.grade, _units.c.name, _units.c.credit_code,
            _acts.c.body, _acts.c.happened_at, _words.c.texts,
        )
        .select_from(
            _cases.join(_units, _units.c.id == _cases.c.unit_id)
            .join(_acts, and_(_acts.c.case_id == _cases.c.id, _acts.c.seq == 1))
            .outerjoin(_words, and_(_words.c.case_id == _cases.c.id, _words.c.seq == 1))
        )
        .where(
            condition, _cases.c.kind == HAZARD.name, _cases.c.id > bindparam("after"),
            _cases.c.status != Status.VOID.value,
        )
        .order_by(_cases.c.id)
        .limit(bindparam("most"))
    )
)  # fmt: skip
_LATER = Scoped(
    lambda condition: (
        select(_acts.c.case_id, _acts.c.kind, _acts.c.body, _acts.c.happened_at, _words.c.texts)
        .select_from(
            _cases.join(_acts, _acts.c.case_id == _cases.c.id).outerjoin(
                _words, and_(_words.c.case_id == _acts.c.case_id, _words.c.seq == _acts.c.seq)
            )
        )
        .where(
            condition,
            _cases.c.kind == HAZARD.name,
            _cases.c.id > bindparam("after"),
            _cases.c.id <= bindparam("last"),
            or_(_acts.c.kind == HazardAct.ORDER.value, _acts.c.kind == HazardAct.RECTIFY.value),
        )
        .order_by(_acts.c.case_id, _acts.c.seq)
    )
)


def rows_within(reading: Reading, scope: Scope, *, after: int, most: int) -> tuple[list[dict[str, Any]], int]:
    """Return rows by the keys of the table, the oldest first, and the mark after which the next part begins.

    `after` is the mark of the part before, 0 for the first. Words that were erased are
    left blank, what was found not to be a hazard is left out.
    """
    found: dict[int, dict[str, Any]] = {}
    for case_id, number, status, grade, unit, credit_code, body, happened_at, texts in _FIRST.all(
        reading, scope, after=after, most=most
    ):
        said, words = _said(body), _words_of(texts)
        found[case_id] = {
            "number": number, "unit": unit, "credit_code": credit_code, "place": words.get("place"),
            "description": words.get("description"), "category": CATEGORIES.get(said.get("category", "")),
            "grade": grade if grade in {"general", "major"} else None, "found_on": instant(happened_at).date(),
            "found_by": "监督检查" if said.get("found_by") == "supervision" else None, "measure": words.get("measure"),
            "status": "signed_off" if status == Status.CLOSED else "open", "source": said.get("origin"),
        }  # fmt: skip
    last = max(found, default=after)
    for case_id, kind, body, happened_at, texts in _LATER.all(reading, scope, after=after, last=last):
        found.get(case_id, {}).update(_later(found.get(case_id, {}), kind, body, happened_at, texts))
    return list(found.values()), last


def _later(row: Mapping[str, Any], kind: str, body: str, happened_at: int, texts: str | None) -> dict[str, Any]:
    """Return what an order or a rectification says otherwise."""
    is_over = row.get("status") == "signed_off"
    if kind == HazardAct.ORDER:
        return {"deadline": _said(body).get("ends_on")} | ({} if is_over else {"status": "rectifying"})
    done: dict[str, Any] = {"rectified_on": instant(happened_at).date()}
    measure = _words_of(texts).get("measure")
    return done | ({"measure": measure} if measure else {}) | ({} if is_over else {"status": "rectified"})


def _said(body: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body).get("content", {})
    return found


def _words_of(texts: str | None) -> dict[str, str]:
    found: dict[str, str] = json.loads(texts) if texts else {}
    return found
