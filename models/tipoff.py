"""Tip-offs in the store 举报: the reporter's code as a fingerprint, the same again noticed, strangers refused."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from models.case import Case
from models.case_state import find_by_number
from models.organisation import Holding, Post, Unit
from models.statements import Statement, insert_row, table
from models.tipoff_rows import TipoffRow
from rules.actor import OFFICERS
from rules.errors import ContentInvalid, SeparationOfDuties
from rules.tipoff import TIPOFF, TipAct

if TYPE_CHECKING:
    from models.case_state import CaseHeader
    from models.store import Reading, Writing
    from rules.act import Act
    from rules.form import Filled
    from rules.rulebook import Rulebook
    from rules.tipoff import Facts

_tips, _cases, _units, _posts, _holdings = (table(model) for model in (TipoffRow, Case, Unit, Post, Holding))
_ADD = insert_row(TipoffRow)
_ROW = Statement(select(_tips.c.unit, _tips.c.matter, _tips.c.code).where(_tips.c.case_id == bindparam("case_id")))
_SIMILAR = Statement(
    select(_cases.c.number)
    .select_from(_tips.join(_cases, _cases.c.id == _tips.c.case_id))
    .where(
        _tips.c.county_id == bindparam("county"),
        _tips.c.unit == bindparam("unit"),
        _tips.c.matter == bindparam("matter"),
    )
    .order_by(_cases.c.id.desc())
    .limit(bindparam("most"))
)
_UNIT = Statement(
    select(_units.c.id).where(_units.c.county_id == bindparam("county"), _units.c.code == bindparam("code"))
)
_SEATS = Statement(
    select(_posts.c.role, _posts.c.organisation_id, _posts.c.unit_id, _holdings.c.ended_at)
    .select_from(_holdings.join(_posts, _posts.c.id == _holdings.c.post_id))
    .where(_holdings.c.person_id == bindparam("person"))
)
_MOST_SIMILAR = 20
_MARK = "sha256:"
_SEALED = re.compile(r"sha256:[0-9a-f]{64}")
# Without letters and digits that are taken for each other on the telephone.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_LONG, _PART = 12, 4


def fresh_code() -> str:
    """Return a new code for a reporter, such as K7Q2-9XPM-4TRD: read out once, kept as a fingerprint alone."""
    return grouped("".join(secrets.choice(LETTERS) for _ in range(_LONG)))


def grouped(letters: str) -> str:
    """Return the letters of a code in groups of four, as it is read out."""
    return "-".join(letters[start : start + _PART] for start in range(0, len(letters), _PART))


def fingerprint(code: str) -> str:
    """Return what is kept of a code, however it was written: capitals or not, with or without dashes."""
    bare = re.sub(r"[\s-]", "", code).upper()
    return _MARK + hashlib.sha256(f"tipoff:{bare}".encode()).hexdigest()


# --- what the ledger fills in and refuses --------------------------------------------------------


def completed(
    reading: Reading, header: CaseHeader, filled: Filled, act_kind: str, at: int, rulebook: Rulebook
) -> Filled:
    """Return what was filled in, the code as its fingerprint, and which tip-offs are about the same.

    A tip-off that another office hands over comes with the fingerprint itself. Raises `ContentInvalid` for a unit that
    is not on the register. Law: rep-secret 第十三条, rep-duplicate 第十条.
    """
    del at, rulebook
    if act_kind not in {TipAct.RECEIVE, TipAct.PAY}:
        return filled
    content = dict(filled.content)
    code, county = content.get("code"), header.place.county_id
    if code and not (act_kind == TipAct.RECEIVE and _SEALED.fullmatch(code)):
        content["code"] = fingerprint(code)
    unit = content.get("unit")
    if unit:
        if reading.one(_UNIT, county=county, code=unit) is None:
            raise ContentInvalid(
                f"名录中没有编码为「{unit}」的单位。请改填「名录外的被举报单位」，写明名称和地点。", clause="rep-accept"
            )
        rows = reading.all(_SIMILAR, county=county, unit=unit, matter=content["matter"], most=_MOST_SIMILAR)
        if rows:
            content["similar"] = [number for (number,) in rows]
    return replace(filled, content=content)


def judge(reading: Reading, header: CaseHeader, facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when an act holds against what only the ledger knows. Raises `ContentInvalid`, `SeparationOfDuties`."""
    del rulebook
    match act.kind:
        case TipAct.ASSIGN:
            for key, label in (("first", "核查人员"), ("second", "另一名核查人员")):
                _refuse_unfit(reading, header, facts, act.word(key), label)
        case TipAct.ACCEPT if act.word("first"):
            _refuse_no_first(reading, header, act.word("first"))
        case TipAct.LINK:
            for number in act.content["hazards"]:
                if find_by_number(reading, header.place.county_id, number) is None:
                    raise ContentInvalid(f"没有编号为 {number} 的隐患。请先登记隐患，或者核对编号。", clause="rep-link")
        case _:
            return


def _refuse_unfit(reading: Reading, header: CaseHeader, facts: Facts, person: str, label: str) -> None:
    """Refuse who is no officer of this office, or has or had a post at the unit in question. Law: rep-two 核查."""
    seats = reading.all(_SEATS, person=person)
    here = [role for role, home, _, ended_at in seats if home == header.place.department_id and ended_at is None]
    if not OFFICERS & set(here):
        raise ContentInvalid(f"「{label}」应为本机关的监管人员。请另选人员。", clause="rep-two")
    row = reading.one(_UNIT, county=header.place.county_id, code=facts.unit) if facts.unit else None
    if row is not None and any(unit_id == row[0] for _, _, unit_id, _ in seats):
        raise SeparationOfDuties(f"「{label}」在被举报单位任职或者任过职，应当回避。请另选人员。", clause="rep-two")


def _refuse_no_first(reading: Reading, header: CaseHeader, number: str) -> None:
    first = find_by_number(reading, header.place.county_id, number)
    if first is None or first.process is not TIPOFF or first.id >= header.id:
        raise ContentInvalid(
            f"没有比本件更早的编号为 {number} 的举报。请核对「先前举报的编号」。", clause="rep-duplicate"
        )


# --- rows ----------------------------------------------------------------------------------------


def project(writing: Writing, header: CaseHeader, before: Facts, after: Facts) -> None:
    """Write what a tip-off is about, once: none of it changes."""
    if before.last_seq == 0:
        writing.run(
            _ADD,
            case_id=header.id,
            county_id=header.place.county_id,
            unit=after.unit,
            matter=after.matter.value,
            code=after.code,
        )


def differs(reading: Reading, case_id: int, facts: Facts) -> bool:
    """Tell whether the row is not what the acts make of it."""
    row = reading.one(_ROW, case_id=case_id)
    return row is None or tuple(row) != (facts.unit, facts.matter.value, facts.code)
