"""The grade of an accident 事故等级: the highest that deaths, serious injuries or loss reach; unknown gives a bound."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rules.incident.casualties import Count, in_wan, yuan_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.incident.casualties import Casualties


class Grade(StrEnum):
    """The four grades, from the lowest. Law: inc-grade 第三条."""

    GENERAL = "general"
    LARGER = "larger"
    MAJOR = "major"
    EXTRAORDINARY = "extraordinary"

    @property
    def label(self) -> str:
        """Return the legal word."""
        return _GRADES[self]

    @property
    def rank(self) -> int:
        """Return its place from the lowest."""
        return tuple(Grade).index(self)

    def reaches(self, other: Grade) -> bool:
        """Tell whether it is that grade or above."""
        return self.rank >= other.rank


_GRADES = {
    Grade.GENERAL: "一般事故",
    Grade.LARGER: "较大事故",
    Grade.MAJOR: "重大事故",
    Grade.EXTRAORDINARY: "特别重大事故",
}


class Nature(StrEnum):
    """Whether somebody was hurt or something lost, or whether it only came near to that."""

    ACCIDENT = "accident"
    NEAR_MISS = "near_miss"

    @property
    def label(self) -> str:
        """Return the legal word."""
        return "较大涉险事故" if self is Nature.NEAR_MISS else "生产安全事故"


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which number on a grade is reached; 以上 includes the number. `loss_wan` is in 万元."""

    grade: Grade
    deaths: int
    serious: int
    loss_wan: int


class Measure(StrEnum):
    """What is counted for a near-accident: persons at risk, trapped, or evacuated. Law: inc-near-miss 第二十六条."""

    AT_RISK = "at_risk"
    TRAPPED = "trapped"
    EVACUATED = "evacuated"


@dataclass(frozen=True, slots=True)
class NearMiss:
    """From which number of persons on a measure makes a near-accident; 以上 includes the number."""

    measure: Measure
    at_least: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the figures say.

    `confirmed` rests on what is certain. `reporting` counts the missing as dead, for a report lists them and a chain
    must not wait until they are found; it decides how far reports go. `highest` is the most that the unknown still
    allows. `because` are the dimensions that reach `reporting`, in words.
    """

    nature: Nature
    confirmed: Grade
    reporting: Grade
    highest: Grade
    because: tuple[str, ...]

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing unknown can still lift the grade."""
        return self.confirmed is self.highest

    @property
    def label(self) -> str:
        """Return the grade in words, marked 初判 while it is a lower bound."""
        if self.nature is Nature.NEAR_MISS:
            return self.nature.label
        return self.confirmed.label if self.is_settled else f"{self.reporting.label}（初判）"


def assess(casualties: Casualties, thresholds: Sequence[Threshold], near_misses: Sequence[NearMiss] = ()) -> Assessment:
    """Return what the figures say under the thresholds, which stand from the highest grade down."""
    lost = casualties.deaths + casualties.missing
    confirmed = max(_reached(casualties.deaths.low, casualties, thresholds), key=lambda grade: grade.rank)
    reporting = max(_reached(lost.low, casualties, thresholds), key=lambda grade: grade.rank)
    highest = max(
        (_most(lost, [entry.deaths for entry in thresholds], thresholds),
         _most(casualties.serious, [entry.serious for entry in thresholds], thresholds),
         _most(casualties.loss_yuan, [yuan_of(entry.loss_wan) for entry in thresholds], thresholds)),
        key=lambda grade: grade.rank,
    )  # fmt: skip
    unhurt = casualties.deaths.is_none and casualties.missing.low == 0 and casualties.serious.is_none
    came_near = unhurt and _is_near_miss(casualties, near_misses)
    return Assessment(
        nature=Nature.NEAR_MISS if came_near and reporting is Grade.GENERAL else Nature.ACCIDENT,
        confirmed=confirmed,
        reporting=reporting,
        highest=highest,
        because=_because(casualties, reporting, thresholds),
    )


def _grade_of(number: int, bounds: Sequence[int], thresholds: Sequence[Threshold]) -> Grade:
    return next(entry.grade for entry, bound in zip(thresholds, bounds, strict=True) if number >= bound)


def _most(count: Count, bounds: Sequence[int], thresholds: Sequence[Threshold]) -> Grade:
    return thresholds[0].grade if count.high is None else _grade_of(count.high, bounds, thresholds)


def _reached(deaths: int, casualties: Casualties, thresholds: Sequence[Threshold]) -> tuple[Grade, Grade, Grade]:
    return (
        _grade_of(deaths, [entry.deaths for entry in thresholds], thresholds),
        _grade_of(casualties.serious.low, [entry.serious for entry in thresholds], thresholds),
        _grade_of(casualties.loss_yuan.low, [yuan_of(entry.loss_wan) for entry in thresholds], thresholds),
    )


def _is_near_miss(casualties: Casualties, near_misses: Sequence[NearMiss]) -> bool:
    return any(getattr(casualties, entry.measure).low >= entry.at_least for entry in near_misses)


def _because(casualties: Casualties, grade: Grade, thresholds: Sequence[Threshold]) -> tuple[str, ...]:
    lost = casualties.deaths + casualties.missing
    words = (
        f"死亡{casualties.deaths}人" + (f"、下落不明{casualties.missing}人" if casualties.missing.low else ""),
        f"重伤{casualties.serious}人",
        f"直接经济损失{in_wan(casualties.loss_yuan)}万元",
    )
    reached = _reached(lost.low, casualties, thresholds)
    return tuple(word for word, own in zip(words, reached, strict=True) if own is grade and grade is not Grade.GENERAL)
