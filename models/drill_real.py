"""A drill that turns real 转为实战: the accident is opened and the drill stopped in one transaction, or neither is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.receipt import Deed
from rules.drill import DrillAct
from rules.incident import INCIDENT

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.ledger import Ledger
    from models.receipt import Receipt
    from models.store import Writing


def turn_real(
    ledger: Ledger, number: str, unit_code: str, report: Deed, reason: str, now: DateTime
) -> tuple[Receipt, Receipt]:
    """Open an accident about a unit and stop the drill of that number; return the receipts of both.

    `report` is the first report of the accident; what it says of the course begins with the drill's number, and the
    drill keeps the accident's. The clocks of both start at the same instant. A repeat gets the same answer.
    Raises `ActRefused` of the fitting kind, or `StorageError`; then neither was written. Law: drill-real 转为实战.
    """
    course = f"演练 {number} 转为实战。{report.values.get('course') or reason}"
    told = replace(report, key=f"{report.key}:accident", values={**report.values, "course": course})

    def work(writing: Writing) -> tuple[Receipt, Receipt]:
        accident = ledger.open_case_in(writing, INCIDENT.name, unit_code, told, now)
        stopped = Deed(
            kind=DrillAct.TURN_REAL,
            actor=report.actor,
            key=f"{report.key}:drill",
            values={"number": accident.number, "reason": reason},
            happened_at=report.happened_at,
        )
        return accident, ledger.record_in(writing, number, stopped, now)

    return ledger.store.write(work)
