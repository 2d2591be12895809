"""The auditor's reading 稽核: what should have happened by now, derived from the acts alone, beside what did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from models.case import Case
from models.clock import micros
from models.effect import EffectRow
from models.history import read_history
from models.statements import Statement, table
from rules.agenda import next_clock_act
from rules.processes import process_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendulum import DateTime

    from models.store import Reading
    from rules.rulebook import Rulebook

_cases, _effects = table(Case), table(EffectRow)
_OPEN = Statement(
    select(_cases.c.id, _cases.c.number, _cases.c.kind)
    .where(_cases.c.status != "void", _cases.c.id > bindparam("after"), _cases.c.kind != "journal")
    .order_by(_cases.c.id)
    .limit(bindparam("most"))
)
_STUCK = Statement(
    select(_cases.c.number, func.count())
    .select_from(_effects.join(_cases, _cases.c.id == _effects.c.case_id))
    .where(_effects.c.status == "owed", _effects.c.owed_at <= bindparam("before"))
    .group_by(_cases.c.number)
    .order_by(_cases.c.number)
)
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Missed:
    """A duty on which the clock should have acted and has not."""

    case_id: int
    number: str
    duty_key: str
    due_at: DateTime


@dataclass(slots=True)
class Findings:
    """What the auditor found: acts that the clock owes, and the numbers of cases whose acts cannot be read."""

    missed: list[Missed] = field(default_factory=list[Missed])
    unreadable: list[str] = field(default_factory=list[str])


def look_over(reading: Reading, rulebook: Rulebook, now: DateTime, *, tolerance_seconds: int) -> Findings:
    """Return what the clock has missed, from the acts of every case that is not void; its own rows are not read."""
    found, latest, after = Findings(), now.subtract(seconds=tolerance_seconds), 0
    while page := reading.all(_OPEN, after=after, most=_PAGE):
        for case_id, number, kind in page:
            try:
                found.missed += _missed(reading, rulebook, latest, (case_id, number, kind))
            except Exception:  # noqa: BLE001 - one broken case must not hide what all others are owed
                found.unreadable.append(number)
        after = page[-1][0]
    return found


def _missed(reading: Reading, rulebook: Rulebook, latest: DateTime, case: tuple[int, str, str]) -> Iterator[Missed]:
    case_id, number, kind = case
    process = process_named(kind)
    facts = process.read(read_history(reading, case_id, process), rulebook)
    for key, duty in facts.live.items():
        coming = next_clock_act(duty, rulebook)
        if coming is not None and max(coming.at, duty.opened_at) <= latest:
            yield Missed(case_id, number, key, coming.at)


def stuck_effects(reading: Reading, now: DateTime, *, older_than_seconds: int) -> list[tuple[str, int]]:
    """Return the cases whose effects nobody has settled for so long, and how many each has."""
    return [
        (number, count)
        for number, count in reading.all(_STUCK, before=micros(now.subtract(seconds=older_than_seconds)))
    ]
