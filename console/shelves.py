"""Shelves 台账架: how the cases of each process are listed and reported: addresses and words; one for each list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.hazard import HAZARD

if TYPE_CHECKING:
    from rules.actor import Role
    from rules.process import Process


@dataclass(frozen=True, slots=True)
class Shelf:
    """One list of cases. `path` is its address, `report_path` that of the form by which a case is opened.

    `none_found` and `none_yet` are said where the list is empty; `takes_ledgers`: an old ledger can be imported.
    """

    process: Process
    path: str
    title: str
    report_path: str
    report_title: str
    sought: str
    none_found: str
    none_yet: str
    takes_ledgers: bool = False

    def may_report(self, role: Role | None) -> bool:
        """Tell whether a post may open a case."""
        return role in self.process.may[self.process.opening_act]


HAZARDS = Shelf(
    process=HAZARD,
    path="/hazards",
    title="隐患",
    report_path="/hazards/new",
    report_title="上报隐患",
    sought="单位、编号或描述",
    none_found="没有符合条件的隐患。",
    none_yet="管辖范围内还没有隐患。",
    takes_ledgers=True,
)
#: In the order in which pages offer them.
SHELVES = (HAZARDS,)
