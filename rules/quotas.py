"""Quotas 周期应办规定: who owes what how often with which evidence, as lines of TOML; decides nothing.

One line is one row of the county's notice (or of a statute) that recurs. A line that is not known to be in force is
kept, disabled, with the reason, and shown as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.periods import PeriodKind
from rules.strict_toml import Table, open_table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path


class Per(StrEnum):
    """Whose duty one line is: each person's in certain posts, or each organisation's of certain kinds."""

    PERSON = "person"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Share:
    """How much the holders of one post owe, under which clause; `kinds` are those of their organisations, () for all.

    Of organisations, `role` is the post that answers for them.
    """

    role: Role
    least: int
    clause_id: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quota:
    """One line. `rows` are the numbers of the notice's rows, `unit` is what is counted (次、日).

    `evidence` is how many files each entry must bring. `act` is the act that fulfils it, `ladder` tells when people are
    reminded and who hears of a breach. `disabled` says why no periods are opened under a line, empty for one in force.
    A period is owed under the version in force on its first day: a change in mid-month begins with the next month.
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
    shares: tuple[Share, ...]
    in_force_from: date
    in_force_until: date | None
    disabled: str

    @property
    def is_enabled(self) -> bool:
        """Tell whether periods are opened under it."""
        return not self.disabled

    def share_of(self, roles: Iterable[Role]) -> Share | None:
        """Return what a person in these posts owes: once, by the post that owes most; None for who owes nothing."""
        held = frozenset(roles)
        owed = [share for share in self.shares if share.role in held]
        return max(owed, key=lambda share: share.least, default=None)

    def share_under(self, clause_id: str) -> Share | None:
        """Return the share under a clause, None when the line has none."""
        return next((share for share in self.shares if share.clause_id == clause_id), None)


def read_quotas(path: Path) -> tuple[Quota, ...]:
    """Read one file of lines. Raises `RulebookError` naming file and line."""
    with open_table(path) as file:
        return tuple(_quota(table) for table in file.tables("quota", "id"))


def _quota(table: Table) -> Quota:
    shares = tuple(_share(share) for share in table.tables("share", "role"))
    if not shares or len({share.clause_id for share in shares}) < len(shares):
        raise table.wrong("的 share 至少一项，且各有自己的条款")
    rows, evidence = table.texts("rows"), table.whole("evidence")
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
        shares=shares,
        in_force_from=table.day("in_force_from"),
        in_force_until=table.day_or_none("in_force_until"),
        disabled=table.text_or_none("disabled") or "",
    )


def _share(table: Table) -> Share:
    least = table.whole("least")
    if not least:
        raise table.wrong("的 least 应大于零")
    return Share(table.choice("role", Role), least, table.text("clause"), table.texts("kinds"))
