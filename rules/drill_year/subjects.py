"""Who owes drills in a year 演练对象, and how often: commands, governments, townships, plans, units; both readings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import pendulum

from rules.deadlines import SHANGHAI
from rules.drill.hosts import Reach
from rules.errors import ContentInvalid
from rules.periods import Period, PeriodKind, period_of
from rules.plan.levels import KEY_UNITS, UnitKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendulum import DateTime

    from rules.rulebook import Rulebook

_ONE_DAY = timedelta(days=1)
_NONE = "-"


class SubjectKind(StrEnum):
    """What kind of body owes a drill."""

    COMMAND = "command"
    GOVERNMENT = "government"
    TOWNSHIP = "township"
    PLAN = "plan"
    UNIT = "unit"
    VILLAGE = "village"


SUBJECT_KINDS = {
    SubjectKind.COMMAND.value: "专项指挥部",
    SubjectKind.GOVERNMENT.value: "县政府、部门",
    SubjectKind.TOWNSHIP.value: "乡镇",
    SubjectKind.PLAN.value: "专项、部门预案",
    SubjectKind.UNIT.value: "企业、事业单位",
    SubjectKind.VILLAGE.value: "村（社区）",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A body that owes drills: its code, its kind, for units what they are, how many on-site plans, the last drill."""

    code: str
    kind: SubjectKind
    unit_kind: UnitKind | None = None
    site_plans: int = 0
    last_drill: date | None = None

    @property
    def is_key_unit(self) -> bool:
        """Tell whether it drills each half year and may be spot-checked. Law: drill-halfyear 第八条第二款."""
        return self.unit_kind in KEY_UNITS


@dataclass(frozen=True, slots=True)
class Requirement:
    """So many drills of a reach by a subject between two Shanghai days, both included, under a clause."""

    subject: str
    clause_id: str
    reach: Reach
    first: date
    last: date
    count: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One of two readings of a rule: which clause, both in words, and which of them the county chose."""

    key: str
    clause_id: str
    options: tuple[str, str]
    chosen: int

    @property
    def label(self) -> str:
        """Return the chosen reading in words."""
        return self.options[self.chosen]


_READINGS = (
    ("drill_each_site_plan", "drill-site-halfyear", ("每个单位每半年至少一次", "每个现场处置方案每半年至少一次")),
    ("drill_halfyear_rolling", "drill-halfyear", ("按自然半年计算", "自上次演练起滚动六个月计算")),
)


def readings(rulebook: Rulebook, on: date) -> tuple[Reading, ...]:
    """Return the rules on frequency that can be read in two ways, with the county's choice on that Shanghai day.

    Law: drill-site-halfyear 第三十三条; drill-halfyear 第八条第二款.
    """
    return tuple(Reading(key, clause, options, rulebook.number(key, on)) for key, clause, options in _READINGS)


def read_subject(line: str) -> Subject:
    """Return the subject that a line describes. Raises `ContentInvalid` naming the line and how it is written."""
    parts = [part.strip() for part in line.split("|")]
    try:
        code, kind, unit_kind, site_plans, last_drill = parts
        subject = Subject(
            code,
            SubjectKind(kind),
            None if unit_kind == _NONE else UnitKind(unit_kind),
            _whole(site_plans),
            None if last_drill == _NONE else date.fromisoformat(last_drill),
        )
    except ValueError as error:
        raise ContentInvalid(
            f"演练对象「{line}」写法不对，应为「编号|种类|单位类别或者-|现场处置方案数|上次演练日或者-」，"
            "如 U0012|unit|mine|3|2025-11-20。请修改后重新提交。",
            clause="drill-year-plan",
        ) from error
    if not code or (subject.kind is SubjectKind.UNIT) is not (subject.unit_kind is not None):
        raise ContentInvalid(
            f"演练对象「{line}」应写明编号；单位写明单位类别，其他的写「-」。请修改后重新提交。",
            clause="drill-year-plan",
        )
    return subject


def write_subject(subject: Subject) -> str:
    """Return how a subject is written."""
    return "|".join(
        (
            subject.code, subject.kind, subject.unit_kind or _NONE, str(subject.site_plans),
            str(subject.last_drill or _NONE),
        )
    )  # fmt: skip


def _whole(written: str) -> int:
    if not (written.isascii() and written.isdigit()):
        raise ValueError(written)
    return int(written)


# --- how often -----------------------------------------------------------------------------------


def requirements(subject: Subject, since: date, rulebook: Rulebook) -> tuple[Requirement, ...]:
    """Return what a subject owes from a Shanghai day to the end of its year.

    The half-yearly drills of a dangerous or crowded unit are specific ones, so that they are its yearly one as well.
    """
    return tuple(_owed(subject, since, period_of(PeriodKind.YEAR, since).last, rulebook))


def _owed(subject: Subject, since: date, until: date, rulebook: Rulebook) -> Iterator[Requirement]:
    match subject.kind:
        case SubjectKind.COMMAND:
            yield Requirement(subject.code, "drill-command-year", Reach.COMPREHENSIVE, since, until, 1)
        case SubjectKind.GOVERNMENT | SubjectKind.TOWNSHIP:
            yield from _every_few_years(subject, "drill-gov-2y", since, until, rulebook)
        case SubjectKind.PLAN:
            yield from _every_few_years(subject, "drill-plan-3y", since, until, rulebook)
        case SubjectKind.UNIT:
            yield from _of_a_unit(subject, since, until, rulebook)
        case _:
            return


def _every_few_years(
    subject: Subject, clause_id: str, since: date, until: date, rulebook: Rulebook
) -> Iterator[Requirement]:
    """It falls due in the year in which the term since the last drill ends; at once where there never was one."""
    last = subject.last_drill
    if last is None or _end_of_term(clause_id, last, rulebook) <= until:
        yield Requirement(subject.code, clause_id, Reach.SPECIFIC, since, until, 1)


def _of_a_unit(subject: Subject, since: date, until: date, rulebook: Rulebook) -> Iterator[Requirement]:
    if subject.is_key_unit:
        for first, last in _half_years(subject, since, until, rulebook):
            yield Requirement(subject.code, "drill-halfyear", Reach.SPECIFIC, first, last, 1)
    else:
        yield Requirement(subject.code, "drill-unit-annual", Reach.SPECIFIC, since, until, 1)
    if subject.site_plans:
        count = subject.site_plans if rulebook.number("drill_each_site_plan", since) else 1
        for half in _halves(since, until):
            yield Requirement(
                subject.code, "drill-site-halfyear", Reach.ON_SITE, max(half.first, since), half.last, count
            )


def _half_years(subject: Subject, since: date, until: date, rulebook: Rulebook) -> Iterator[tuple[date, date]]:
    if rulebook.number("drill_halfyear_rolling", since):
        yield from _rolling(subject.last_drill, since, until, rulebook)
    else:
        yield from ((max(half.first, since), half.last) for half in _halves(since, until))


def _halves(since: date, until: date) -> Iterator[Period]:
    half = period_of(PeriodKind.HALF_YEAR, since)
    while half.first <= until:
        yield half
        half = period_of(PeriodKind.HALF_YEAR, half.last + _ONE_DAY)


def _rolling(last: date | None, since: date, until: date, rulebook: Rulebook) -> Iterator[tuple[date, date]]:
    """Each term begins with the end of the one before; one that is over already ends with the month."""
    reached = last or since - _ONE_DAY
    while (end := _end_of_term("drill-halfyear", reached, rulebook)) <= until:
        if end < since:
            end = period_of(PeriodKind.MONTH, since).last
        yield max(reached + _ONE_DAY, since), end
        reached = end


def _end_of_term(clause_id: str, last: date, rulebook: Rulebook) -> date:
    due = rulebook.deadline(clause_id, midnight(last)).due_alert
    assert due is not None, "statute gives these terms a figure"
    return (due - _ONE_DAY).date()


def midnight(day: date) -> DateTime:
    """Return the first instant of a Shanghai day."""
    return pendulum.datetime(day.year, day.month, day.day, tz=SHANGHAI)
