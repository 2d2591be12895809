"""Tip-offs as they are read 举报: by the reporter's code, by who may know the identity, by the office they go on to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select

from models.act import Words
from models.case import Case
from models.directory import organisation_named
from models.dossier import open_dossier
from models.history import read_history
from models.organisation import Unit
from models.statements import Statement, table, unindexed
from models.tipoff import fingerprint
from models.tipoff_rows import TipoffRow
from rules.errors import UnknownRecord
from rules.hazard import HAZARD
from rules.tipoff import TIPOFF, TipAct
from rules.tipoff.acts import TRANSFERRED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.case_state import CaseHeader
    from models.store import Reading
    from rules.act import Act
    from rules.actor import Scope

_tips, _cases, _units, _told = (table(model) for model in (TipoffRow, Case, Unit, Words))
_BY_CODE = Statement(
    select(_cases.c.id, _cases.c.number)
    .select_from(_tips.join(_cases, _cases.c.id == _tips.c.case_id))
    .where(_tips.c.code == bindparam("code"), _tips.c.county_id == bindparam("county"))
    .order_by(_cases.c.id.desc())
    .limit(1)
)
_HAZARDS = Statement(
    select(_cases.c.number)
    .select_from(_cases.join(_units, and_(_units.c.id == _cases.c.unit_id, _units.c.county_id == _cases.c.county_id)))
    .where(
        _units.c.code == bindparam("unit"),
        _cases.c.county_id == bindparam("county"),
        unindexed(_cases.c.kind) == HAZARD.name,
        _cases.c.opened_at >= bindparam("since"),
    )
    .order_by(_cases.c.id)
    .limit(bindparam("most"))
)
_WORDS = Statement(
    select(_told.c.texts).where(_told.c.case_id == bindparam("case_id"), _told.c.seq == bindparam("seq"))
)
_ERASED = "（文字已删除）"
_MOST_HAZARDS = 50


def by_code(reading: Reading, county_id: str, code: str) -> tuple[int, str] | None:
    """Return id and number of the tip-off whose reporter holds a code, None where nobody does."""
    row = reading.one(_BY_CODE, county=county_id, code=fingerprint(code))
    return None if row is None else (row[0], row[1])


def hazards_since(reading: Reading, county_id: str, unit: str, since: int) -> list[str]:
    """Return the numbers of the hazards of a unit reported from an instant on, in microseconds: to be linked."""
    rows = reading.all(_HAZARDS, county=county_id, unit=unit, since=since, most=_MOST_HAZARDS)
    return [number for (number,) in rows]


def body_named(reading: Reading, county_id: str, written: str) -> str:
    """Return the name of the office that a code means, or what was written where it is none of the county's."""
    try:
        return organisation_named(reading, county_id, written)[1]
    except UnknownRecord:
        return written


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What goes on to another office of the county: the report and who gave it, with the words while they stand."""

    report: Mapping[str, Any]
    reporter: Mapping[str, Any]
    evidence: tuple[str, ...]


def received_from(reading: Reading, county_id: str, header: CaseHeader, to: str) -> HandedOver | None:
    """Return what a tip-off hands over to an office, None where it is none of the county's.

    Nothing is invented for words that were erased: they are passed on as erased.
    """
    if body_named(reading, county_id, to) == to:
        return None
    said = {act.kind: act for act in read_history(reading, header.id, TIPOFF)}
    first = said[TipAct.RECEIVE]
    report = {
        **{key: value for key, value in first.content.items() if key != "similar"},
        **_words(reading, header.id, first),
        "channel": TRANSFERRED,
        "source": header.number,
    }
    reporter = said.get(TipAct.IDENTIFY)
    return HandedOver(
        report,
        {} if reporter is None else {**reporter.content, **_words(reading, header.id, reporter)},
        first.evidence,
    )


def identity_of(reading: Reading, county_id: str, number: str, scope: Scope) -> tuple[tuple[str, str], ...]:
    """Return who gave a tip-off, label by label, empty where it is erased; the caller has asked who may read it."""
    dossier = open_dossier(reading, county_id, number, scope)
    return tuple(dossier.words_of(TipAct.IDENTIFY).items())


def _words(reading: Reading, case_id: int, act: Act) -> dict[str, str]:
    row = reading.one(_WORDS, case_id=case_id, seq=act.seq)
    texts: dict[str, str] = json.loads(row[0]) if row and row[0] else dict.fromkeys(act.texts, _ERASED)
    return texts
