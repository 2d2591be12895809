"""Indicators 指标 as lines of TOML: what is measured, for which rows of the notice, against which target.

Computes nothing. None ranks towns or people, none counts check-ins; what the work costs those who do it comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rules.errors import UnknownRecord
from rules.periods import PeriodKind
from rules.strict_toml import Table, open_table

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER = Path(__file__).parent / "indicators"


class Measure(StrEnum):
    """How an indicator is counted; each is one query."""

    TYPED = "typed"
    ACTS = "acts"
    OPENED = "opened"
    CLOSED = "closed"
    ON_TIME = "on_time"
    LATE = "late"
    QUOTA = "quota"
    ZERO = "zero"
    MINUTES = "minutes"

    @property
    def unit(self) -> str:
        """Return the unit of the value."""
        return _UNITS[self]

    @property
    def counts(self) -> str:
        """Return in words what stands above the line."""
        return _COUNTS[self]

    @property
    def among(self) -> str:
        """Return in words what stands below the line, empty where the value is a plain count."""
        return _AMONG[self]

    @property
    def is_share(self) -> bool:
        """Tell whether the value is a share in percent."""
        return self in {Measure.ON_TIME, Measure.QUOTA, Measure.ZERO}

    @property
    def is_mean(self) -> bool:
        """Tell whether the value is a mean for each of what stands below the line."""
        return self in {Measure.TYPED, Measure.ACTS, Measure.MINUTES}


_UNITS = {
    Measure.TYPED: "项/件", Measure.ACTS: "次/件", Measure.OPENED: "件", Measure.CLOSED: "件", Measure.ON_TIME: "%",
    Measure.LATE: "项", Measure.QUOTA: "%", Measure.ZERO: "%", Measure.MINUTES: "分钟",
}  # fmt: skip
_COUNTS = {
    Measure.TYPED: "键入的填写项", Measure.ACTS: "人办理的行为", Measure.OPENED: "开立的事项",
    Measure.CLOSED: "办结的事项", Measure.ON_TIME: "按期办结的应办", Measure.LATE: "逾期的应办",
    Measure.QUOTA: "已办的次数", Measure.ZERO: "经核验没有事故的村（社区）、单位",
    Measure.MINUTES: "知悉以后经过的分钟",
}  # fmt: skip
_AMONG = {
    Measure.TYPED: "办结的事项", Measure.ACTS: "办结的事项", Measure.OPENED: "", Measure.CLOSED: "",
    Measure.ON_TIME: "已到期的应办", Measure.LATE: "已到期的应办", Measure.QUOTA: "应办的次数",
    Measure.ZERO: "登记的全部村（社区）、单位",
    Measure.MINUTES: "应报的环节",
}  # fmt: skip


class Direction(StrEnum):
    """Which way is better; what is only watched has none."""

    UP = "up"
    DOWN = "down"
    WATCH = "watch"

    @property
    def label(self) -> str:
        """Return the word shown beside the indicator."""
        return _DIRECTIONS[self]


_DIRECTIONS = {Direction.UP: "越高越好", Direction.DOWN: "越低越好", Direction.WATCH: "只作观察"}


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line. `rows` are rows of the notice, () for what the county wants to know without them.

    `target` is in the measure's unit, None where there is none; `basis` says who set it. What is measured is named by
    `process` and `grades` (of cases), by `clauses` (of duties), by `quota`, or by `members`
    (of lists of programmes: villages or units). `period` is a month or a year.
    """

    id: str
    rows: tuple[str, ...]
    title: str
    english: str
    measure: Measure
    direction: Direction
    target: int | None
    basis: str
    period: PeriodKind
    process: str
    grades: tuple[str, ...]
    clauses: tuple[str, ...]
    quota: str
    members: str

    def meets(self, value: float) -> bool | None:
        """Tell whether a value meets the target, None where there is none."""
        if self.target is None or self.direction is Direction.WATCH:
            return None
        return value >= self.target if self.direction is Direction.UP else value <= self.target


def indicators() -> tuple[Indicator, ...]:
    """Return every indicator in the order in which people read them. Raises `RulebookError` for a wrong file."""
    return tuple(_all_in(_FOLDER).values())


def indicator_named(name: str) -> Indicator:
    """Return one indicator. Raises `UnknownRecord` naming those there are."""
    found = _all_in(_FOLDER)
    if name not in found:
        raise UnknownRecord(f"没有名为「{name}」的指标，现有：{'、'.join(found)}。请核对名称。")
    return found[name]


@cache
def _all_in(folder: Path) -> Mapping[str, Indicator]:
    return {entry.id: entry for path in sorted(folder.glob("*.toml")) for entry in read_indicators(path)}


def read_indicators(path: Path) -> tuple[Indicator, ...]:
    """Read one file of lines. Raises `RulebookError` naming file and line."""
    with open_table(path) as file:
        found = tuple(_indicator(table) for table in file.tables("indicator", "id"))
        names = [entry.id for entry in found]
        if len(set(names)) < len(names):
            raise file.wrong("有两项指标同名")
    return found


def _indicator(table: Table) -> Indicator:
    found = Indicator(
        id=table.text("id"),
        rows=table.texts("rows"),
        title=table.text("title"),
        english=table.text("english"),
        measure=table.choice("measure", Measure),
        direction=table.choice("direction", Direction),
        target=table.whole("target") if table.has("target") else None,
        basis=table.text_or_none("basis") or "",
        period=table.choice("period", PeriodKind) if table.has("period") else PeriodKind.MONTH,
        process=table.text_or_none("process") or "",
        grades=table.texts("grades"),
        clauses=table.texts("clauses"),
        quota=table.text_or_none("quota") or "",
        members=table.text_or_none("members") or "",
    )
    if (found.target is None) is bool(found.basis):
        raise table.wrong("的 target 和 basis 应同时写明或者都不写")
    named = {
        Measure.QUOTA: found.quota, Measure.ON_TIME: found.clauses, Measure.LATE: found.clauses,
        Measure.ZERO: found.members, Measure.MINUTES: found.clauses,
    }  # fmt: skip
    if not named.get(found.measure, found.process):
        raise table.wrong(f"按 {found.measure} 计量的，应写明计量的对象（process、clauses、quota 或者 members）")
    return found
