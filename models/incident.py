"""Numbers that an accident names 编号核对: another report of the same accident, the cases that track its measures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from models.case_state import find_by_number
from rules.errors import ContentInvalid
from rules.incident import IncidentAct
from rules.incident.facts import Status

if TYPE_CHECKING:
    from models.case_state import CaseHeader
    from models.store import Reading
    from rules.form import Filled
    from rules.rulebook import Rulebook

_CLAUSE = "inc-content"
_NAMING = frozenset({IncidentAct.LINK, IncidentAct.MERGE})
_TRACKING = frozenset({"hazard", "obligation"})
_BETWEEN = re.compile(r"[\s,，、;；]+")


def completed(reading: Reading, header: CaseHeader, filled: Filled, kind: str, at: int, rulebook: Rulebook) -> Filled:
    """Return the form as it is.

    Raises `ContentInvalid` where it names no other accident, or merges into one that is not open: both would then be
    closed, and nobody would owe anything; or where measures are tracked under a number that is not on the books.
    """
    del at, rulebook
    if kind in _NAMING:
        _check_other(reading, header, filled.content["number"], kind)
    if kind == IncidentAct.MEASURES:
        _check_tracking(reading, header, filled.content.get("cases", ""))
    return filled


def _check_tracking(reading: Reading, header: CaseHeader, written: str) -> None:
    for number in filter(None, _BETWEEN.split(written)):
        found = find_by_number(reading, header.place.county_id, number)
        if found is None or found.process.name not in _TRACKING:
            raise ContentInvalid(
                f"没有编号为「{number}」的隐患或者应办事项。请核对编号；整改措施尚未登记为隐患的，先登记。",
                clause="inc-measures",
            )


def _check_other(reading: Reading, header: CaseHeader, number: str, kind: str) -> None:
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
