"""What a table is about 导入对象: the list or the line of the case for which it comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.case_state import find_by_number
from models.obligation import line_of as obliged
from models.storybook import open_tale
from rules.errors import ContentInvalid, OutsideScope, UnknownRecord
from rules.obligation import OBLIGATION
from rules.programme import PROGRAMME
from rules.programme.reading import line_of as listed
from rules.programme.reading import roster_of

if TYPE_CHECKING:
    from models.case_state import CaseHeader
    from models.store import Reading
    from rules.actor import Scope
    from rules.process import Process
    from rules.programmes import Roster
    from rules.quotas import Quota
    from rules.rulebook import Rulebook

_ABOUT = {"programme_list": (PROGRAMME, "专项", "ZX-2026-0001"), "register": (OBLIGATION, "应办", "ZQ-2026-0001")}


def listed_at(
    reading: Reading, county_id: str, scope: Scope, *, table: str, number: str, rulebook: Rulebook
) -> Roster | Quota | None:
    """Return the list or the line for which a table comes in; None for a table that is about no case.

    Raises `UnknownRecord`, `OutsideScope`, and `ContentInvalid` for a case that keeps no such list.
    """
    if table not in _ABOUT:
        return None
    process, label, example = _ABOUT[table]
    header = _found(reading, county_id, number, process)
    if header is None:
        raise UnknownRecord(f"没有编号为「{number}」的{label}。请核对编号，如 {example}。")
    if not scope.covers(header.place):
        raise OutsideScope
    if process is PROGRAMME:
        return roster_of(listed(open_tale(reading, county_id, number, rulebook).facts, rulebook))
    line = obliged(reading, county_id, number, rulebook)
    if line is None or line.register is None:
        raise ContentInvalid(
            f"事项「{number}」不登记名册，没有表可以导入。请打开事项，按列出的应办登记。", clause="obl-register"
        )
    return line


def _found(reading: Reading, county_id: str, number: str, process: Process) -> CaseHeader | None:
    header = find_by_number(reading, county_id, number)
    return header if header is not None and header.process is process else None
