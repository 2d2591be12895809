"""What law pays for a tip-off 举报奖励标准: read from TOML, computed with its derivation; no figure stands here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from rules.errors import ClauseNotInForce, ClauseUnknown
from rules.strict_toml import open_table
from rules.tipoff.acts import GRADES, Matter
from rules.tipoff.sums import in_yuan, share_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from rules.rulebook import Rulebook
    from rules.strict_toml import Table

_FILE = "tipoff/law.toml"


@dataclass(frozen=True, slots=True)
class Tariff:
    """What one clause pays: a share of the penalty in percent, or so much for each death; in yuan, between two ends.

    `least` is nought where the clause names none.
    """

    matters: frozenset[Matter]
    clause_id: str
    share: int
    deaths: Mapping[str, int]
    least: int
    most: int

    def reward(self, *, fine_fen: int, grade: str, deaths: int) -> Reward:
        """Return what is due for a penalty in hundredths of a yuan, or for proved deaths in an accident of a grade."""
        if self.share:
            plain = share_of(fine_fen, self.share)
            how = f"行政处罚 {in_yuan(fine_fen)} 元 × {self.share}% = {plain} 元"
        else:
            plain = self.deaths[grade] * deaths
            how = f"{GRADES[grade]}，查实瞒报、谎报 {deaths} 人 × {self.deaths[grade]} 元 = {plain} 元"
        yuan = min(max(plain, self.least), self.most)
        bound = (
            f"低于下限，按 {self.least} 元" if yuan > plain else f"高于上限，按 {self.most} 元" if yuan < plain else ""
        )
        return Reward(yuan, how, bound, self)


@dataclass(frozen=True, slots=True)
class Reward:
    """A computed reward in whole yuan, how it comes about in words, which end it was moved to, and its tariff."""

    yuan: int
    how: str
    bound: str
    tariff: Tariff

    @property
    def derivation(self) -> str:
        """Return in one line how it comes about."""
        return f"{self.how}，{self.bound}" if self.bound else self.how


def tariff_for(matter: Matter, rulebook: Rulebook, on: date) -> Tariff | None:
    """Return what is paid for a matter under the law of a Shanghai day, None where nothing is."""
    return next(
        (
            tariff
            for tariff in _loaded(rulebook.folder / _FILE)
            if matter in tariff.matters and _in_force(rulebook, tariff.clause_id, on)
        ),
        None,
    )


def _in_force(rulebook: Rulebook, clause_id: str, on: date) -> bool:
    try:
        rulebook.clause(clause_id, on)
    except (ClauseNotInForce, ClauseUnknown):
        return False
    return True


@cache
def _loaded(path: Path) -> tuple[Tariff, ...]:
    with open_table(path) as file:
        return tuple(_tariff(table) for table in file.tables("reward", "clause"))


def _tariff(table: Table) -> Tariff:
    share = table.whole("share") if table.has("share") else 0
    deaths: dict[str, int] = {}
    if not share:
        with table.table("deaths") as by_grade:
            deaths = {grade: by_grade.whole(grade) for grade in GRADES}
    return Tariff(
        matters=frozenset(map(Matter, table.texts("matters"))),
        clause_id=table.text("clause"),
        share=share,
        deaths=deaths,
        least=table.whole("least") if table.has("least") else 0,
        most=table.whole("most"),
    )
