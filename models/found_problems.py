"""Problems found 发现的问题 at a meeting or on a visit: hazards are opened and handed on together, or neither is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.receipt import Deed
from rules.hazard import HAZARD, HazardAct
from rules.obligation import ObligationAct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pendulum import DateTime

    from models.ledger import Ledger
    from models.receipt import Receipt
    from models.store import Writing
    from rules.actor import Actor


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: at which unit, what the report of the hazard says, and the photographs that show it."""

    unit_code: str
    values: Mapping[str, str]
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entered:
    """Where the problems were found: the case, the act that entered them, and when that was done."""

    number: str
    about: str
    at: DateTime


def register_found(
    ledger: Ledger,
    found: Entered,
    problems: Sequence[Problem],
    handing_on: Mapping[str, object],
    by: tuple[Actor, str],
    now: DateTime,
) -> tuple[Receipt, ...]:
    """Open a hazard for each problem and write their numbers back; return the receipts, the last is the handing on.

    Each hazard was found when the meeting or visit was, and names its number as its source. `handing_on` is what else
    the handing on says: the tasks decided on, how the rest was dealt with. `by` is who does it and the key of the
    submission; a repeat gets the same answer. Raises `ActRefused` of the fitting kind, or `StorageError`; then nothing
    was written. Law: obl-refer 问题交办.
    """
    actor, key = by

    def work(writing: Writing) -> tuple[Receipt, ...]:
        opened: list[Receipt] = []
        for at, problem in enumerate(problems):
            report = Deed(
                kind=HazardAct.REPORT,
                actor=actor,
                key=f"{key}:problem-{at}",
                values={**problem.values, "origin": found.number},
                happened_at=found.at,
                evidence=problem.evidence,
            )
            opened.append(ledger.open_case_in(writing, HAZARD.name, problem.unit_code, report, now))
        said = {**handing_on, "about": found.about}
        if opened:
            said["hazards"] = [receipt.number for receipt in opened]
        handed = Deed(kind=ObligationAct.REFER, actor=actor, key=f"{key}:refer", values=said)
        return (*opened, ledger.record_in(writing, found.number, handed, now))

    return ledger.store.write(work)
