"""Casualties and loss 伤亡和损失 as known, at least known, or unknown; what is unknown is never taken for none."""

from __future__ import annotations

from dataclasses import dataclass, fields

_YUAN_IN_A_WAN = 10_000


@dataclass(frozen=True, slots=True)
class Count:
    """A number between `low` and `high`, both included; `high` is None where nothing bounds it."""

    low: int
    high: int | None

    @classmethod
    def known(cls, number: int) -> Count:
        """Return a number that is known."""
        return cls(number, number)

    @classmethod
    def at_least(cls, number: int) -> Count:
        """Return a number of which only a lower bound is known."""
        return cls(number, None)

    @property
    def is_known(self) -> bool:
        """Tell whether there is one number."""
        return self.low == self.high

    @property
    def is_none(self) -> bool:
        """Tell whether it is known to be zero; unknown is not."""
        return self.high == 0

    def __add__(self, other: Count) -> Count:
        high = None if self.high is None or other.high is None else self.high + other.high
        return Count(self.low + other.low, high)

    def __str__(self) -> str:
        if self.is_known:
            return str(self.low)
        if self.high is None:
            return f"不少于{self.low}" if self.low else "未知"
        return f"{self.low}至{self.high}"


UNKNOWN = Count(0, None)


@dataclass(frozen=True, slots=True)
class Casualties:
    """Everything that grades an accident; persons, and the direct loss in yuan. Law: inc-grade 第三条.

    `serious` are the seriously injured, acute industrial poisoning included; `at_risk`, `trapped` and `evacuated` make
    a near-accident. Law: inc-near-miss 第二十六条.
    """

    deaths: Count = UNKNOWN
    missing: Count = UNKNOWN
    serious: Count = UNKNOWN
    loss_yuan: Count = UNKNOWN
    at_risk: Count = UNKNOWN
    trapped: Count = UNKNOWN
    evacuated: Count = UNKNOWN

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return the names of the figures that grade an accident and are not known for certain, in order."""
        grading = (("死亡人数", self.deaths), ("下落不明人数", self.missing), ("重伤人数", self.serious),
                   ("直接经济损失", self.loss_yuan))  # fmt: skip
        return tuple(label for label, count in grading if not count.is_known)

    def updated(self, newer: Casualties) -> Casualties:
        """Return the figures with each that the newer ones know in place of the older."""
        return Casualties(
            **{
                entry.name: getattr(newer if getattr(newer, entry.name) != UNKNOWN else self, entry.name)
                for entry in fields(self)
            }
        )


def in_wan(loss_yuan: Count) -> str:
    """Return a loss in units of ten thousand yuan 万元, as papers write it."""
    return str(Count(loss_yuan.low, None)) if loss_yuan == UNKNOWN else _wan_span(loss_yuan)


def _wan_span(loss: Count) -> str:
    low = _wan(loss.low)
    if loss.is_known:
        return low
    return f"不少于{low}" if loss.high is None else f"{low}至{_wan(loss.high)}"


def _wan(yuan: int) -> str:
    return f"{yuan / _YUAN_IN_A_WAN:.6f}".rstrip("0").rstrip(".")


def yuan_of(wan: int) -> int:
    """Return an amount written in 万元 in yuan."""
    return wan * _YUAN_IN_A_WAN
