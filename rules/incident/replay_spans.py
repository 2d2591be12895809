"""Instants that are known only so far 时间区间: what a source claims, how precisely, and the bounds it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pendulum import DateTime


class Precision(StrEnum):
    """How precisely a source gives a time. `ABOUT` is 「许」: a convention of ours says how wide."""

    MINUTE = "minute"
    ABOUT = "about"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"

    @property
    def label(self) -> str:
        """Return the word beside the time."""
        return _PRECISIONS[self]


_PRECISIONS = {
    Precision.MINUTE: "",
    Precision.ABOUT: "许",
    Precision.HOUR: "时内，分钟未载明",
    Precision.DAY: "当日，时刻未载明",
    Precision.MONTH: "当月，日期未载明",
}


@dataclass(frozen=True, slots=True)
class Span:
    """An instant between `lo` and `hi`, both included, in Asia/Shanghai; None where nothing bounds it on that side."""

    lo: DateTime | None = None
    hi: DateTime | None = None

    @property
    def is_exact(self) -> bool:
        """Tell whether there is one instant."""
        return self.lo is not None and self.lo == self.hi

    def narrowed(self, *, lo: DateTime | None = None, hi: DateTime | None = None) -> Span:
        """Return the span with further bounds; a bound that is None says nothing."""
        return Span(later(self.lo, lo), earlier(self.hi, hi))

    def __str__(self) -> str:
        if self.lo is not None and self.lo == self.hi:
            return clock(self.lo)
        known = [f"不早于 {clock(self.lo)}"] if self.lo is not None else []
        known += [f"不晚于 {clock(self.hi)}"] if self.hi is not None else []
        return "，".join(known) or "未知"


def later(one: DateTime | None, other: DateTime | None) -> DateTime | None:
    """Return the later of two lower bounds."""
    known = [at for at in (one, other) if at is not None]
    return max(known) if known else None


def earlier(one: DateTime | None, other: DateTime | None) -> DateTime | None:
    """Return the earlier of two upper bounds."""
    known = [at for at in (one, other) if at is not None]
    return min(known) if known else None


def claimed(at: DateTime, precision: Precision, about_minutes: int) -> Span:
    """Return the span that a claimed time leaves; `about_minutes` is how wide 「许」 is read on either side."""
    match precision:
        case Precision.MINUTE:
            return Span(at, at)
        case Precision.ABOUT:
            return Span(at.subtract(minutes=about_minutes), at.add(minutes=about_minutes))
        case Precision.HOUR:
            return Span(at.start_of("hour"), at.end_of("hour").replace(microsecond=0))
        case Precision.DAY:
            return Span(at.start_of("day"), at.end_of("day").replace(microsecond=0))
        case _:
            return Span(at.start_of("month"), at.end_of("month").replace(microsecond=0))


def clock(at: DateTime) -> str:
    """Return an instant as every print shows it, with seconds only where there are any."""
    return at.format("YYYY-MM-DD HH:mm:ss").removesuffix(":00")
