"""Indications 提示: how late each hop was, what is missing, which accounts contradict; for people to judge.

Lateness and omission are indicated. Falsehood and concealment need intent or an inquiry and are never computed: they
stand in `Facts.findings`, entered by a person. Law: inc-late-defs 第五条.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.incident.acts import CONTENT, JUDGES

if TYPE_CHECKING:
    from pendulum import DateTime

    from rules.actor import Role
    from rules.incident.facts import Account, Facts, HopRecord


@dataclass(frozen=True, slots=True)
class HopLateness:
    """How late one hop was or is, in minutes; zero when in time, None for an open norm without a figure."""

    record: HopRecord
    minutes_late: float | None
    is_sent: bool


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two accounts of the same thing that differ; figures contradict when they sink, instants when they differ."""

    earlier: Account
    later: Account


@dataclass(frozen=True, slots=True)
class Indications:
    """All of them, as they stand at an instant."""

    hops: tuple[HopLateness, ...]
    missing: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]

    @property
    def is_late(self) -> bool:
        """Tell whether any hop that stands was late by law; a figure of the county alone makes no 迟报."""
        standing = (entry for entry in self.hops if entry.record.replaced_by is None and entry.record.statutory)
        return any(entry.minutes_late for entry in standing)


def indications_for(role: Role, facts: Facts, now: DateTime) -> Indications | None:
    """Return the indications for a post that may judge them, None for every other."""
    return indications(facts, now) if role in JUDGES else None


def indications(facts: Facts, now: DateTime) -> Indications:
    """Return what the recorded facts indicate at an instant; old clocks that a correction replaced are included."""
    return Indications(
        hops=tuple(_lateness(record, now) for record in facts.hops),
        missing=tuple(CONTENT[key] for key in CONTENT if key in facts.blanks),
        contradictions=tuple(_contradictions(facts)),
    )


def _lateness(record: HopRecord, now: DateTime) -> HopLateness:
    ended = record.sent_at or now
    if record.due is None:
        return HopLateness(record, None, record.sent_at is not None)
    late = max((ended - record.due).total_minutes(), 0.0)
    return HopLateness(record, late, record.sent_at is not None)


def _contradictions(facts: Facts) -> list[Contradiction]:
    found: list[Contradiction] = []
    last: dict[str, Account] = {}
    for account in facts.accounts:
        earlier = last.get(account.key)
        if earlier is not None and _contradicts(earlier, account):
            found.append(Contradiction(earlier, account))
        last[account.key] = account
    return found


def _contradicts(earlier: Account, later: Account) -> bool:
    if earlier.key.endswith("_at"):
        return earlier.value != later.value
    return earlier.key == "deaths" and int(later.value) < int(earlier.value)
