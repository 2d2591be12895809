"""Proofs 最近的证明 that a row of the notice runs: what was done last under its clause, and what ran for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from models.case import Case
from models.clock import instant
from models.duty import DutyRow
from models.obligation import ObligationRow
from models.run import Run
from models.statements import Statement, one_of, table
from models.tally import Standing
from rules.processes import PROCESSES

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.store import Reading
    from rules.county_notice import Row

_cases, _duties, _runs, _standing, _quotas = (table(model) for model in (Case, DutyRow, Run, Standing, ObligationRow))
_DONE_LAST = Statement(
    select(_duties.c.case_id, _duties.c.ended_at)
    .where(_duties.c.clause_id == bindparam("clause"), one_of(_duties.c.status, "done", "late_done"))
    .order_by(_duties.c.ended_at.desc())
    .limit(1)
)
_NUMBER = Statement(select(_cases.c.number).where(_cases.c.id == bindparam("case_id")))
_RAN = Statement(
    select(_runs.c.id).where(_runs.c.case_id == bindparam("case_id")).order_by(_runs.c.started_at.desc()).limit(1)
)
_REGISTERED = Statement(
    select(func.coalesce(func.sum(_standing.c.cases), 0)).where(
        _standing.c.county_id == bindparam("county"), _standing.c.kind == bindparam("kind"),
        _standing.c.status != "void",
    )
)  # fmt: skip
_ENTERED = Statement(
    select(func.count())
    .select_from(_quotas)
    .where(_quotas.c.county_id == bindparam("county"), _quotas.c.quota == bindparam("quota"), _quotas.c.done > 0)
)


@dataclass(frozen=True, slots=True)
class LastProof:
    """When the duty of a row was done last, in which case, and the flow run that told that case's story last.

    `run` is empty where no run has come to it yet. `registered` is how many cases the row's register holds, or how many
    periods of it have been entered where it is kept period by period; None for a row without one.
    """

    number: str
    at: DateTime | None
    run: str
    registered: int | None


def last_proof(reading: Reading, county_id: str, row: Row) -> LastProof | None:
    """Return the last proof of a row; None where nothing runs, or nothing was done for it yet."""
    if row.duty is None:
        return None
    done = reading.one(_DONE_LAST, clause=row.duty.clause_id)
    registered = _registered(reading, county_id, row.register)
    if done is None:
        return None if not registered else LastProof("", None, "", registered)
    case_id, ended_at = done
    number, ran = reading.one(_NUMBER, case_id=case_id), reading.one(_RAN, case_id=case_id)
    return LastProof(number[0] if number else "", instant(ended_at), ran[0] if ran else "", registered)


def _registered(reading: Reading, county_id: str, register: str) -> int | None:
    if not register:
        return None
    if register in PROCESSES:
        found = reading.one(_REGISTERED, county=county_id, kind=register)
    else:
        found = reading.one(_ENTERED, county=county_id, quota=register)
    return int(found[0]) if found else 0
