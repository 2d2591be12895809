"""The lines of a yearly drill plan 年度演练计划: written, read, generated and spread over the year."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rules.drill.hosts import Reach
from rules.drill_year.sampling import rank
from rules.drill_year.subjects import requirements
from rules.errors import ContentInvalid, TimeInvalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules.drill_year.subjects import Requirement, Subject
    from rules.rulebook import Rulebook

#: Under which clauses drills can be planned.
CLAUSES: Mapping[str, str] = {
    "drill-command-year": "指挥部年度综合演练",
    "drill-gov-2y": "政府、部门、乡镇二年一次",
    "drill-plan-3y": "专项、部门预案三年一次",
    "drill-halfyear": "重点单位半年一次",
    "drill-unit-annual": "单位每年一次",
    "drill-site-halfyear": "现场处置方案半年一次",
    "drill-guide": "指导督促，自愿安排",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One planned drill: whose, under which clause, between which Shanghai days, on which day and where."""

    no: str
    subject: str
    clause_id: str
    reach: Reach
    first: date
    last: date
    day: date
    hall: str = ""

    def meets(self, requirement: Requirement) -> bool:
        """Tell whether the line is one of the drills that are required."""
        return (
            (self.subject, self.clause_id) == (requirement.subject, requirement.clause_id)
            and requirement.first <= self.first
            and self.last <= requirement.last
            and self.reach.covers(requirement.reach)
        )


def read_line(written: str) -> Line:
    """Return the line that is written. Raises `ContentInvalid` naming it and how it is written."""
    parts = [part.strip() for part in written.split("|")]
    try:
        no, subject, clause_id, reach, window, day, hall = parts
        first, last = window.split("/")
        line = Line(
            no, subject, clause_id, Reach(reach), date.fromisoformat(first), date.fromisoformat(last),
            date.fromisoformat(day), hall,
        )  # fmt: skip
    except ValueError as error:
        raise ContentInvalid(
            f"计划「{written}」写法不对，应为「序号|对象编号|依据|类型|周期首日/末日|计划日|场地」，"
            "如 3|ZH-2026-0006|drill-command-year|comprehensive|2026-01-01/2026-12-31|2026-06-10|应急指挥大厅。"
            "请修改后重新提交。",
            clause="drill-year-plan",
        ) from error
    if not line.no or line.clause_id not in CLAUSES:
        raise ContentInvalid(
            f"计划「{written}」应有序号，依据应为 {'、'.join(CLAUSES)} 之一。请修改后重新提交。",
            clause="drill-year-plan",
        )
    return line


def write_line(line: Line) -> str:
    """Return how a line is written."""
    window = f"{line.first}/{line.last}"
    return "|".join((line.no, line.subject, line.clause_id, line.reach, window, str(line.day), line.hall))


def first_day(year: str, begun_on: date, today: date, rulebook: Rulebook) -> date:
    """Return the Shanghai day from which a year's plan counts: its first, or that on which it was first handed in.

    Raises `TimeInvalid` for a year that is neither this nor the next, or whose days off are not published. Law:
    drill-year-plan 年度演练计划.
    """
    if year not in {str(today.year), str(today.year + 1)}:
        raise TimeInvalid(f"只能编制今年或者明年的计划，不能为「{year}」。请核对年度。", clause="drill-year-plan")
    if not rulebook.workdays.is_published(int(year)):
        raise TimeInvalid(
            f"{int(year)}年放假安排尚未公布，不能编制这一年的演练计划。请在公布后编制。", clause="drill-year-plan"
        )
    return max(begun_on, date(int(year), 1, 1))


def generate(
    subjects: Iterable[Subject], since: date, rulebook: Rulebook, *, not_before: date | None = None
) -> tuple[Line, ...]:
    """Return a plan that meets every requirement from a Shanghai day to the end of its year.

    The same subjects give the same plan. Days off and the county's quiet period are left free where they can be, and
    the load is spread over the weeks; no drill is planned before `not_before` unless its time is over by then. Law:
    drill-year-spread 演练安排.
    """
    needed = [need for subject in subjects for need in requirements(subject, since, rulebook)]
    needed.sort(key=lambda need: (need.last, need.first, need.subject, need.clause_id))
    weeks: Counter[tuple[int, int]] = Counter()
    days: Counter[date] = Counter()
    found: list[Line] = []
    of_term: dict[tuple[date, date], list[tuple[date, tuple[int, int]]]] = {}
    for need in needed:
        term = (_earliest(need, not_before), need.last)
        if term not in of_term:
            of_term[term] = [(day, _week(day)) for day in allowed_days(*term, rulebook)]
        for number in range(need.count):
            seed = f"{need.subject} {need.clause_id} {need.last} {number}"
            loads = [(weeks[week], days[day], day) for day, week in of_term[term]]
            # Fingerprints are taken only of the days that are loaded least.
            in_week, on_day, _ = min(loads)
            least = [day for week, load, day in loads if (week, load) == (in_week, on_day)]
            day = min(least, key=lambda day, seed=seed: rank(seed, str(day)))
            weeks[_week(day)] += 1
            days[day] += 1
            no = str(len(found) + 1)
            found.append(Line(no, need.subject, need.clause_id, need.reach, need.first, need.last, day))
    return tuple(found)


def _earliest(need: Requirement, not_before: date | None) -> date:
    return need.first if not_before is None or need.last < not_before else max(need.first, not_before)


def _week(day: date) -> tuple[int, int]:
    calendar = day.isocalendar()
    return calendar.year, calendar.week


def allowed_days(first: date, last: date, rulebook: Rulebook) -> tuple[date, ...]:
    """Return the days on which a drill may be planned: worked and not quiet; where there are none, worked; else any.

    Law: drill-year-spread 演练安排.
    """
    every = tuple(first + timedelta(days=number) for number in range((last - first).days + 1))
    worked = tuple(day for day in every if rulebook.workdays.is_workday(day))
    return tuple(day for day in worked if not is_quiet(day, rulebook)) or worked or every


def is_quiet(day: date, rulebook: Rulebook) -> bool:
    """Tell whether the county holds no planned drills on a Shanghai day, 特险期: month and day in one figure."""
    first, last = (rulebook.number(key, day) for key in ("drill_quiet_first", "drill_quiet_last"))
    return first <= int(f"{day:%m%d}") <= last
