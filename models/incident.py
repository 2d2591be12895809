"""Accidents that are one 同一事故: a report that is linked or merged must name another accident on the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.case_state import find_by_number
from rules.errors import ContentInvalid
from rules.incident import IncidentAct
from rules.incident.facts import Status

if TYPE_CHECKING:
    from models.case_state import CaseHeader
    from models.store import Reading
    from rules.form import Filled

_CLAUSE = "inc-content"
_NAMING = frozenset({IncidentAct.LINK, IncidentAct.MERGE})


def completed(reading: Reading, header: CaseHeader, filled: Filled, kind: str, at: int) -> Filled:
    """Return the form as it is.

    Raises `ContentInvalid` where it names no other accident, or merges into one that is not open: both would then be
    closed, and nobody would owe anything.
    """
    del at
    if kind not in _NAMING:
        return filled
    number = filled.content["number"]
    named = find_by_number(reading, header.place.county_id, number)
    if named is None or named.process is not header.process:
        raise ContentInvalid(
            f"没有编号为「{number}」的{header.process.label}。请核对编号，或者先登记另一报告。", clause=_CLAUSE
        )
    if named.number == header.number:
        raise ContentInvalid(f"「{number}」就是本事项。请填写另一报告的编号。", clause=_CLAUSE)
    if kind == IncidentAct.MERGE and named.status != Status.OPEN:
        raise ContentInvalid(
            f"「{number}」{Status(named.status).label}，不能再并入。请并入仍在办理的一项，或者只作关联。",
            clause=_CLAUSE,
        )
    return filled
