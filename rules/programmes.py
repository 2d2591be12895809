"""Programmes 专项: what each campaign, project or roster asks, as lines of TOML; decides nothing.

One line is one programme: at whom it runs, for which term, what its list is made of, by which days it has come how far,
how often progress is reported, who verifies its end. A line that is not in force is kept, disabled, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.errors import ClauseUnknown
from rules.periods import Period, PeriodKind, period_of
from rules.strict_toml import Table, open_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_YEARLY = "year"


class ProgrammeKind(StrEnum):
    """What sort of programme it is."""

    ZERO = "zero"
    CAMPAIGN = "campaign"
    PROJECT = "project"
    TECHNOLOGY = "technology"

    @property
    def label(self) -> str:
        """Return the Chinese word."""
        return KINDS[self]


KINDS = {
    ProgrammeKind.ZERO.value: "零事故单位创建",
    ProgrammeKind.CAMPAIGN.value: "专项整治",
    ProgrammeKind.PROJECT.value: "重点工程",
    ProgrammeKind.TECHNOLOGY.value: "信息化、科技项目",
}


class Members(StrEnum):
    """What the list of a programme is made of: things that are written down, or registered villages or units."""

    NONE = "none"
    VILLAGE = "village"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class At:
    """At whom a programme runs and which post answers: kinds of organisations, their codes, or sectors of units."""

    role: Role
    kinds: tuple[str, ...]
    codes: tuple[str, ...]
    sectors: tuple[str, ...]

    @property
    def is_of_units(self) -> bool:
        """Tell whether it runs at units."""
        return bool(self.sectors)


@dataclass(frozen=True, slots=True)
class Roster:
    """The list 名册、清单: `columns` are asked of every entry, `named`: each names a person and a measure.

    `evidence` is how many files the end of an entry must bring, `check_evidence` how many its check; `checker` is the
    post that checks it, None for the post that answers.
    """

    name: str
    clause_id: str
    columns: tuple[str, ...]
    named: bool
    members: Members
    evidence: int
    papers: tuple[str, ...]
    check_id: str
    check_evidence: int
    checker: Role | None


@dataclass(frozen=True, slots=True)
class Reporting:
    """How often progress is reported, with which figures; `refer_id` is the clause under which difficulties go on."""

    period: PeriodKind
    clause_id: str
    figures: tuple[str, ...]
    refer_id: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """What must be reached by a day of the term, `day` as 03-31 or 2021-03-31; `least` entries must stand by then."""

    id: str
    title: str
    day: str
    clause_id: str
    evidence: int
    papers: tuple[str, ...]
    least: int


@dataclass(frozen=True, slots=True)
class Ending:
    """How a programme ends: summed up with evidence under one clause, verified by a post under another."""

    clause_id: str
    evidence: int
    papers: tuple[str, ...]
    verify_id: str
    verifier: Role
    verify_evidence: int


@dataclass(frozen=True, slots=True)
class Programme:
    """One line. `rows` are the numbers of the notice's rows, `target` is what the notice wants, in its words.

    `fixed` are the first and last Shanghai day of its term, None for one that runs again every calendar year. `policy`
    is what the county has chosen in it, `disabled` says why it is not opened, empty for one in force. A case is run
    under the version in force on the first day of its term.
    """

    id: str
    title: str
    kind: ProgrammeKind
    rows: tuple[str, ...]
    target: str
    policy: str
    ladder: str
    at: tuple[At, ...]
    roster: Roster | None
    reporting: Reporting | None
    milestones: tuple[Milestone, ...]
    ending: Ending
    fixed: tuple[date, date] | None
    in_force_from: date
    in_force_until: date | None
    disabled: str

    @property
    def is_enabled(self) -> bool:
        """Tell whether it is opened by itself."""
        return not self.disabled

    @property
    def members(self) -> Members:
        """Return what its list is made of."""
        return self.roster.members if self.roster else Members.NONE

    @property
    def roles(self) -> tuple[Role, ...]:
        """Return the posts that answer for it."""
        return tuple(dict.fromkeys(at.role for at in self.at))

    @property
    def clause_ids(self) -> tuple[str, ...]:
        """Return every clause that it names."""
        found = [milestone.clause_id for milestone in self.milestones]
        found += [self.ending.clause_id, self.ending.verify_id]
        if self.roster:
            found += [self.roster.clause_id, self.roster.check_id]
        if self.reporting:
            found += [self.reporting.clause_id, self.reporting.refer_id]
        return tuple(dict.fromkeys(found))

    def milestone(self, milestone_id: str) -> Milestone | None:
        """Return a milestone, None when there is none of that name."""
        return next((entry for entry in self.milestones if entry.id == milestone_id), None)

    def term_of(self, day: date) -> tuple[date, date] | None:
        """Return first and last day of the term in which a day lies, None where it lies in none."""
        if self.fixed is None:
            year = period_of(PeriodKind.YEAR, day)
            return max(year.first, self.in_force_from), year.last
        first, last = self.fixed
        return self.fixed if first <= day <= last else None

    def day_of(self, milestone: Milestone, first: date, last: date, *, grace: int) -> date:
        """Return the day by which a milestone is to be reached in a term that begins on `first`.

        Where that day had passed before the term began for the county, `grace` days are given from then on.
        """
        written = milestone.day if len(milestone.day) > len("03-31") else f"{first.year}-{milestone.day}"
        day = date.fromisoformat(written)
        return min(day if day >= first else first + timedelta(days=grace), last)

    def period_with(self, day: date) -> Period:
        """Return the reporting period in which a day lies; only a programme that reports is asked."""
        assert self.reporting is not None, "only programmes that report are asked"
        return period_of(self.reporting.period, day)


class Programmes:
    """Every line by its id and day in force."""

    def __init__(self, folder: Path) -> None:
        found: dict[str, list[Programme]] = {}
        for path in sorted(folder.glob("*.toml")):
            for line in read_programmes(path):
                found.setdefault(line.id, []).append(line)
        self._lines: Mapping[str, tuple[Programme, ...]] = {
            name: tuple(sorted(found[name], key=lambda line: line.in_force_from)) for name in sorted(found)
        }

    def overlaps(self) -> tuple[str, ...]:
        """Return the ids of which two versions are in force on one day."""
        found = (
            name
            for name, versions in self._lines.items()
            for older, newer in pairwise(versions)
            if older.in_force_until is None or newer.in_force_from <= older.in_force_until
        )
        return tuple(dict.fromkeys(found))

    def named(self, programme_id: str, on: date) -> Programme:
        """Return a line as it stands on a Shanghai day. Raises `ClauseUnknown` where there is none."""
        for line in self._lines.get(programme_id, ()):
            if line.in_force_from <= on and (line.in_force_until is None or on <= line.in_force_until):
                return line
        message = f"{on} 没有名为「{programme_id}」的专项。请核对编号，或者在 rules/programmes 中补充。"
        raise ClauseUnknown(message, clause=programme_id)

    def on(self, day: date) -> tuple[Programme, ...]:
        """Return every line in force on a Shanghai day, those included that are disabled, in order of id."""
        return tuple(
            line
            for versions in self._lines.values()
            for line in versions
            if line.in_force_from <= day and (line.in_force_until is None or day <= line.in_force_until)
        )

    def all(self) -> Iterator[Programme]:
        """Yield every line in every version."""
        for versions in self._lines.values():
            yield from versions


# --- reading -------------------------------------------------------------------------------------


def read_programmes(path: Path) -> tuple[Programme, ...]:
    """Read one file of lines. Raises `RulebookError` naming file and line."""
    with open_table(path) as file:
        return tuple(_programme(table) for table in file.tables("programme", "id"))


def _programme(table: Table) -> Programme:
    fixed = _term(table)
    found = Programme(
        id=table.text("id"),
        title=table.text("title"),
        kind=table.choice("kind", ProgrammeKind),
        rows=table.texts("rows"),
        target=table.text("target"),
        policy=table.text("policy"),
        ladder=table.text("ladder"),
        at=tuple(_at(each) for each in table.tables("at", "role")),
        roster=_roster(table),
        reporting=_reporting(table),
        milestones=tuple(_milestone(each, yearly=fixed is None) for each in table.tables("milestone", "id")),
        ending=_ending(table),
        fixed=fixed,
        in_force_from=table.day("in_force_from"),
        in_force_until=table.day_or_none("in_force_until"),
        disabled=table.text_or_none("disabled") or "",
    )
    if not found.at:
        raise table.wrong("至少一处 at：在哪里开展、由哪个岗位负责")
    if len({milestone.id for milestone in found.milestones}) < len(found.milestones):
        raise table.wrong("的 milestone 有同名的")
    if found.roster is None and any(milestone.least for milestone in found.milestones):
        raise table.wrong("没有 roster，milestone 不能要求 least")
    return found


def _term(table: Table) -> tuple[date, date] | None:
    yearly = table.text_or_none("every")
    if yearly is None:
        first, last = table.day("first"), table.day("last")
        if last < first:
            raise table.wrong("的 last 早于 first")
        return first, last
    if yearly != _YEARLY or table.has("first") or table.has("last"):
        raise table.wrong('的期限应写 every = "year"，或者 first 和 last 两个日期')
    return None


def _at(table: Table) -> At:
    found = At(table.choice("role", Role), table.texts("kinds"), table.texts("codes"), table.texts("sectors"))
    if sum(map(bool, (found.kinds, found.codes, found.sectors))) != 1:
        raise table.wrong("应写明 kinds、codes、sectors 中的一种")
    return found


def _roster(table: Table) -> Roster | None:
    if not table.has("roster"):
        return None
    with table.table("roster") as roster:
        return Roster(
            name=roster.text("name"),
            clause_id=roster.text("clause"),
            columns=roster.texts("columns"),
            named=roster.flag("named"),
            members=roster.choice("members", Members) if roster.has("members") else Members.NONE,
            evidence=roster.whole("evidence"),
            papers=_papers(roster),
            check_id=roster.text("check"),
            check_evidence=roster.whole("check_evidence") if roster.has("check_evidence") else 0,
            checker=roster.choice("checker", Role) if roster.has("checker") else None,
        )


def _reporting(table: Table) -> Reporting | None:
    if not table.has("report"):
        return None
    with table.table("report") as report:
        return Reporting(
            period=report.choice("period", PeriodKind),
            clause_id=report.text("clause"),
            figures=report.texts("figures"),
            refer_id=report.text("refer"),
        )


def _milestone(table: Table, *, yearly: bool) -> Milestone:
    found = Milestone(
        id=table.text("id"),
        title=table.text("title"),
        day=table.text("day"),
        clause_id=table.text("clause"),
        evidence=table.whole("evidence"),
        papers=_papers(table),
        least=table.whole("least") if table.has("least") else 0,
    )
    written = f"2001-{found.day}" if yearly else found.day
    try:
        date.fromisoformat(written)
    except ValueError as error:
        raise table.wrong("的 day 应为日期：有起止日期的写 2021-06-30，逐年开展的写 06-30") from error
    return found


def _ending(table: Table) -> Ending:
    with table.table("end") as end:
        return Ending(
            clause_id=end.text("clause"),
            evidence=end.whole("evidence"),
            papers=_papers(end),
            verify_id=end.text("verify"),
            verifier=end.choice("verifier", Role),
            verify_evidence=end.whole("verify_evidence") if end.has("verify_evidence") else 0,
        )


def _papers(table: Table) -> tuple[str, ...]:
    papers, evidence = table.texts("papers"), table.whole("evidence")
    if papers and len(papers) != evidence:
        raise table.wrong(f"的 papers 有 {len(papers)} 种，与 evidence 的 {evidence} 份不符")
    return papers
