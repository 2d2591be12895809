"""Quotas 周期应办规定: who owes what how often with which evidence, as lines of TOML; decides nothing.

One line is one row of the county's notice (or of a statute) that recurs. A line that is not known to be in force is
kept, disabled, with the reason, and shown as such.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.periods import Period, PeriodKind, period_of
from rules.strict_toml import Table, open_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_ONE_DAY = timedelta(days=1)


class Per(StrEnum):
    """Whose duty one line is: each person's in certain posts, each organisation's of certain kinds, or each unit's."""

    PERSON = "person"
    ORGANISATION = "organisation"
    UNIT = "unit"


class ColumnKind(StrEnum):
    """How one column of a register is written: words, a Shanghai day or minute, or a number that adds up."""

    WORDS = "words"
    DAY = "day"
    MOMENT = "moment"
    NUMBER = "number"


class Counts(StrEnum):
    """What of an entry counts: itself, its calendar days, its working days, or what it is about, each thing once."""

    ENTRIES = "entries"
    DAYS = "days"
    WORKDAYS = "workdays"
    SUBJECTS = "subjects"


@dataclass(frozen=True, slots=True)
class Column:
    """One column that every entry of a register must fill, under its Chinese name."""

    label: str
    kind: ColumnKind


@dataclass(frozen=True, slots=True)
class Register:
    """What a register 登记名册 of one line asks for.

    `columns` are what each entry says, `least` how many entries there must be. `may_be_none`: nothing to enter is an
    answer where it is explained. `is_roster`: it says what stands, from one period to the next, not what happened in
    one; the last one is the beginning of the next. `tasks_of` is the list whose tasks the entries are about, or empty.
    """

    columns: tuple[Column, ...]
    least: int
    may_be_none: bool
    is_roster: bool
    tasks_of: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """How much the holders of one post owe, under which clause.

    Of organisations and units `role` is the post that answers for them, `kinds` are their kinds, of units how their
    sectors begin; () stands for all that no other share names. `department:water` is one body alone, by its code.
    `colour`: only units whose file says so. `hours` are the class hours that training must have. `ladder` tells who
    hears of a breach where these are others than the line says.
    """

    role: Role
    least: int
    clause_id: str
    kinds: tuple[str, ...] = ()
    hours: Mapping[str, int] = field(default_factory=dict[str, int])
    ladder: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Quota:
    """One line. `rows` are the numbers of the notice's rows, `unit` is what is counted (次、日).

    `evidence` is how many files each entry must bring, `papers` names them. `act` is the act that fulfils it, `ladder`
    tells when people are reminded and who hears of a breach. `disabled` says why no periods are opened under a line,
    empty for one in force. A period is owed under the version in force on its first day: a change in mid-month begins
    with the next month.

    `window` are the first and last day within the year, where not the whole of it counts. `after`: it is owed when the
    period has ended, on the clause's own clock. `late`: what is done after its end is late and counts all the same.
    `running`: the period in which the line or the county begins counts from that day on. `private`: until the end of a
    period nobody but the holder and their liaison sees it. `tasks`: an entry must name tasks with a responsible leader
    and person. `findings`: an entry must say whether problems were found. `register` is what each entry says where it
    is kept as one, None elsewhere. `policy` is said beside the line: what the county has chosen in it.
    """

    id: str
    title: str
    rows: tuple[str, ...]
    per: Per
    period: PeriodKind
    unit: str
    act: str
    ladder: str
    evidence: int
    papers: tuple[str, ...]
    shares: tuple[Share, ...]
    in_force_from: date
    in_force_until: date | None
    disabled: str
    window: tuple[str, str] | None
    counts: Counts
    after: bool
    late: bool
    running: bool
    private: bool
    tasks: bool
    findings: bool
    register: Register | None
    policy: str

    @property
    def is_enabled(self) -> bool:
        """Tell whether periods are opened under it."""
        return not self.disabled

    def term(self, day: date) -> Period:
        """Return the part of the period in which a day lies that the line is about."""
        period = period_of(self.period, day)
        first, last = period.first, period.last
        if self.window is not None:
            first, last = (date.fromisoformat(f"{period.first.year}-{written}") for written in self.window)
        if self.running and first < self.in_force_from <= last:
            first = self.in_force_from
        return Period(self.period, first, last)

    def opens_on(self, term: Period) -> date:
        """Return the day on which a term is opened: its first, or the one after its last."""
        return term.last + _ONE_DAY if self.after else term.first

    def share_of(self, roles: Iterable[Role]) -> Share | None:
        """Return what a person in these posts owes: once, by the post that owes most; None for who owes nothing."""
        held = frozenset(roles)
        owed = [share for share in self.shares if share.role in held]
        return max(owed, key=lambda share: share.least, default=None)

    def share_at(self, kind: str) -> Share | None:
        """Return what a unit of a sector, or an organisation `kind:code`, owes; None for one that owes nothing."""
        named = next((share for share in self.shares if share.kinds and kind.startswith(share.kinds)), None)
        return named or next((share for share in self.shares if not share.kinds), None)

    def share_under(self, clause_id: str, role: str = "") -> Share | None:
        """Return the share under a clause, of a post where one is named; None when the line has none."""
        found = (share for share in self.shares if share.clause_id == clause_id and role in {"", share.role})
        return next(found, None)


def read_quotas(path: Path) -> tuple[Quota, ...]:
    """Read one file of lines. Raises `RulebookError` naming file and line."""
    with open_table(path) as file:
        return tuple(_quota(table) for table in file.tables("quota", "id"))


def _quota(table: Table) -> Quota:
    shares = tuple(_share(share) for share in table.tables("share", "role"))
    if not shares or len({(share.clause_id, share.role, share.least) for share in shares}) < len(shares):
        raise table.wrong("的 share 至少一项，且条款、岗位、数量不得相同")
    rows, evidence, papers = table.texts("rows"), table.whole("evidence"), table.texts("papers")
    if papers and len(papers) != evidence:
        raise table.wrong(f"的 papers 有 {len(papers)} 种，与 evidence 的 {evidence} 份不符")
    return Quota(
        id=table.text("id"),
        title=table.text("title"),
        rows=rows,
        per=table.choice("per", Per),
        period=table.choice("period", PeriodKind),
        unit=table.text("unit"),
        act=table.text("act"),
        ladder=table.text("ladder"),
        evidence=evidence,
        papers=papers,
        shares=shares,
        in_force_from=table.day("in_force_from"),
        in_force_until=table.day_or_none("in_force_until"),
        disabled=table.text_or_none("disabled") or "",
        window=_window(table),
        counts=table.choice("counts", Counts) if table.has("counts") else Counts.ENTRIES,
        register=_register(table),
        policy=table.text_or_none("policy") or "",
        **{key: _is_set(table, key) for key in ("after", "late", "running", "private", "tasks", "findings")},
    )


def _register(table: Table) -> Register | None:
    """Return what each entry of a register says: columns such as 姓名, 日期:day, 人数:number."""
    written = table.texts("columns")
    least = table.whole("entries") if table.has("entries") else 1
    flags = {key: _is_set(table, key) for key in ("none", "roster")}
    if bool(written) is not (table.text("act") == "register") or not least:
        raise table.wrong("以登记名册办理的应写明 columns，entries 应大于零；以其他行为办理的不写 columns")
    if not written:
        return None
    columns = tuple(_column(table, *name.partition(":")[::2]) for name in written)
    return Register(
        columns, least, may_be_none=flags["none"], is_roster=flags["roster"],
        tasks_of=table.text_or_none("tasks_of") or "",
    )  # fmt: skip


def _column(table: Table, label: str, kind: str) -> Column:
    try:
        return Column(label, ColumnKind(kind or ColumnKind.WORDS))
    except ValueError as error:
        raise table.wrong(f"的 columns「{label}」不能是 {kind}，可以是 day、moment、number，或者不写") from error


def _is_set(table: Table, key: str) -> bool:
    return table.has(key) and table.flag(key)


def _window(table: Table) -> tuple[str, str] | None:
    """Return the days such as 06-01 and 06-30 between which the line is owed, within a year."""
    written = table.texts("window")
    if not written:
        return None
    try:
        first, last = (date.fromisoformat(f"2001-{day}") for day in written)
    except ValueError as error:
        raise table.wrong("的 window 应为两个日期，如 06-01、06-30") from error
    if last < first:
        raise table.wrong("的 window 末日早于首日")
    return written[0], written[1]


def _hours(table: Table) -> Mapping[str, int]:
    if not table.has("hours"):
        return {}
    with table.table("hours") as hours:
        return {kind: hours.whole(kind) for kind in ("first", "again")}


def _share(table: Table) -> Share:
    least = table.whole("least")
    if not least:
        raise table.wrong("的 least 应大于零")
    return Share(
        table.choice("role", Role), least, table.text("clause"), table.texts("kinds"), _hours(table),
        table.text_or_none("ladder") or "", table.text_or_none("colour") or "",
    )  # fmt: skip
