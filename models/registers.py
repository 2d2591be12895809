"""Registers 登记名册 in the store: what was entered under a line, read from the acts and the words beside them.

Nothing is kept twice: an entry that is erased is gone from here too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, case, func, select

from models.act import ActRow, Words
from models.case import Case
from models.clock import instant
from models.obligation import ObligationRow
from models.obligation_tasks import tasks_from
from models.policy import Scoped
from models.staff import Staff
from models.statements import Statement, table
from rules.obligation import ObligationAct, Outcome
from rules.obligation.registers import SEPARATOR, Listed, read_entries
from rules.periods import PeriodKind, period_of

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.case_state import CaseHeader
    from models.store import Reading
    from rules.actor import Scope
    from rules.quotas import Quota
    from rules.rulebook import Rulebook

_rows, _cases, _acts, _words = (table(model) for model in (ObligationRow, Case, ActRow, Words))
_IN_YEAR = and_(_rows.c.first >= bindparam("first_day"), _rows.c.first <= bindparam("last_day"))
_ENTERED = (
    _rows.join(_cases, _cases.c.id == _rows.c.case_id)
    .join(_acts, and_(_acts.c.case_id == _rows.c.case_id, _acts.c.kind == ObligationAct.REGISTER.value))
    .outerjoin(_words, and_(_words.c.case_id == _acts.c.case_id, _words.c.seq == _acts.c.seq))
)
_KEPT = Scoped(
    lambda condition: (
        select(_cases.c.number, _rows.c.holder, _rows.c.period, _acts.c.recorded_at, _words.c.texts)
        .select_from(_ENTERED)
        .where(condition, _rows.c.quota == bindparam("quota"), _IN_YEAR)
        .order_by(_rows.c.first, _rows.c.case_id, _acts.c.seq)
    )
)
_STATE = Scoped(
    lambda condition: (
        select(_rows.c.quota, func.count(), func.sum(case((_rows.c.done > 0, 1), else_=0)))
        .select_from(_rows.join(_cases, _cases.c.id == _rows.c.case_id))
        .where(condition, _IN_YEAR)
        .group_by(_rows.c.quota)
    )
)
_LATEST = Statement(
    select(_words.c.texts)
    .select_from(_ENTERED)
    .where(
        _rows.c.county_id == bindparam("county"), _rows.c.quota == bindparam("quota"),
        _rows.c.holder == bindparam("holder"), _words.c.texts.is_not(None),
    )
    .order_by(_rows.c.first.desc(), _acts.c.id.desc())
    .limit(1)
)  # fmt: skip
_OF_CASE = Statement(
    select(_rows.c.quota, _rows.c.holder, _rows.c.first).where(_rows.c.case_id == bindparam("case_id"))
)
_LIST_OF_TASKS = Statement(
    select(_cases.c.number)
    .select_from(_rows.join(_cases, _cases.c.id == _rows.c.case_id))
    .where(
        _rows.c.county_id == bindparam("county"), _rows.c.quota == bindparam("quota"),
        _rows.c.holder == bindparam("holder"), _IN_YEAR,
    )
    .order_by(_rows.c.case_id.desc())
    .limit(1)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """What was entered once: the case, who keeps the register, the period, when it was recorded, and the entries.

    `nothing` says why there were none; `erased`: the words are gone.
    """

    number: str
    holder: str
    period: str
    at: DateTime
    entries: tuple[Listed, ...]
    nothing: str
    erased: bool


def kept(reading: Reading, scope: Scope, line: Quota, year: int) -> list[Kept]:
    """Return what was entered in the registers of a line within a scope, for periods that began in a Shanghai year.

    Of a roster only what each holder entered last: it says what stands.
    """
    register = line.register
    assert register is not None, "only lines with a register are asked for"
    found: list[Kept] = []
    for number, holder, period, recorded_at, texts in _KEPT.all(reading, scope, quota=line.id, **_days(year)):
        said: dict[str, str] = json.loads(texts) if texts else {}
        entries = read_entries(said["entries"], register) if "entries" in said else ()
        one = Kept(number, holder, period, instant(recorded_at), entries, said.get("nothing", ""), erased=not texts)
        if register.is_roster:
            found = [each for each in found if each.holder != holder]
        found.append(one)
    return found


def states(reading: Reading, scope: Scope, year: int) -> dict[str, tuple[int, int]]:
    """Return for each line how many periods began in a year within a scope, and in how many something was entered."""
    return {quota: (int(total), int(done)) for quota, total, done in _STATE.all(reading, scope, **_days(year))}


def begun(reading: Reading, header: CaseHeader, rulebook: Rulebook) -> str:
    """Return what the entries of a case can begin with, so that nothing is typed twice; empty where nothing stands.

    A roster begins with what its holder entered last, the progress of a list with the tasks of the list.
    """
    row = reading.one(_OF_CASE, case_id=header.id)
    if row is None:
        return ""
    quota, holder, first = row[0], row[1], date.fromisoformat(row[2])
    register = rulebook.quota(quota, first).register
    if register is None:
        return ""
    county = header.place.county_id
    if register.tasks_of:
        return _progress(reading, county, register.tasks_of, holder, first.year)
    last = reading.one(_LATEST, county=county, quota=quota, holder=holder) if register.is_roster else None
    return str(json.loads(last[0]).get("entries", "")) if last else ""


def _progress(reading: Reading, county_id: str, quota: str, holder: str, year: int) -> str:
    """Return a line for each task of the list: its number, who leads it, and how it stands."""
    found = reading.one(_LIST_OF_TASKS, county=county_id, quota=quota, holder=holder, **_days(year))
    staff = Staff.read(reading, county_id)
    lines = [
        SEPARATOR.join((task.number, staff.name(task.leader), _standing(task.outcome, breached=task.breached)))
        for task in (tasks_from(reading, county_id, found[0]) if found else ())
    ]
    return "\n".join(lines)


def _standing(outcome: str, *, breached: bool) -> str:
    is_late = breached and outcome == Outcome.RUNNING
    return "逾期未完成" if is_late else Outcome(outcome).label


def _days(year: int) -> dict[str, str]:
    whole = period_of(PeriodKind.YEAR, date(year, 1, 1))
    return {"first_day": whole.first.isoformat(), "last_day": whole.last.isoformat()}
