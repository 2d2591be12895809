"""Criteria for major hazards 重大事故隐患判定标准; knows which edition was in force, never judges a hazard itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from rules.clause import Verification


class EditionStatus(StrEnum):
    """What is known about an edition today."""

    CURRENT = "current"
    REPEALED = "repealed"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """Return the words shown beside the edition."""
        return _STATUS_LABELS[self]


_STATUS_LABELS = {
    EditionStatus.CURRENT: "现行",
    EditionStatus.REPEALED: "已废止或被代替",
    EditionStatus.UNKNOWN: "效力或施行日期待核",
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One item of one edition, in our own short words; `item` is empty for the entry that stands for the edition.

    Citing an edition's entry requires the officer to give the item, because its text is not held here.
    `in_force_from` is None when the day is unknown: such an edition can be shown, never relied on.
    """

    code: str
    sector: str
    summary: str
    standard: str
    number: str
    edition: str
    item: str
    in_force_from: date | None
    in_force_until: date | None
    status: EditionStatus
    replaced_by: str | None
    source: str
    verification: Verification
    note: str | None

    def in_force(self, on: date) -> bool:
        """Tell whether a judgement made on that Shanghai day may rest on this edition; both ends are included."""
        if self.in_force_from is None or on < self.in_force_from:
            return False
        return self.in_force_until is None or on <= self.in_force_until

    @property
    def is_whole_edition(self) -> bool:
        """Tell whether this entry stands for the edition, the item being given by the officer."""
        return not self.item

    @property
    def citation(self) -> str:
        """Return standard, number and item as a judgement cites them."""
        return f"《{self.standard}》（{self.number}）{self.item}"
