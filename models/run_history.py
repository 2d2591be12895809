"""Run history 运行记录: which runs a post may look at, narrowed to a flow or to trouble, and what each one sent.

A run about a case is seen by whoever sees the case; one about the whole county by those whose scope is the county. A
run about somebody's own case is left out of every list but that of whoever runs or audits the machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, or_, select

from models.account import Account
from models.case import Case
from models.notice import Attempt, NoticeRow
from models.organisation import Person
from models.policy import Scoped
from models.run import Run
from models.runs import RUN_COLUMNS, record_of
from models.statements import Statement, one_of, table
from rules.actor import OWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.sql.elements import ClauseElement

    from models.runs import RunRecord
    from models.store import Reading
    from rules.actor import Scope

#: How a run may end that somebody should look at.
TROUBLED = ("Failed", "Crashed", "Refused")

_runs, _cases, _notices, _attempts, _accounts, _persons = (
    table(model) for model in (Run, Case, NoticeRow, Attempt, Account, Person)
)
_joined = _runs.outerjoin(_cases, _cases.c.id == _runs.c.case_id)


def _seen(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    about_a_case = and_(_runs.c.case_id.is_not(None), condition, ~_cases.c.path.contains(OWN, autoescape=True))
    about_none = and_(_runs.c.case_id.is_(None), bindparam("county_wide") == 1)
    return or_(about_a_case, about_none, bindparam("sees_all") == 1)


def _list(condition: ColumnElement[bool]) -> ClauseElement:
    return (
        select(*RUN_COLUMNS)
        .select_from(_joined)
        .where(
            _seen(condition),
            or_(bindparam("flow") == "", _runs.c.flow == bindparam("flow")),
            or_(bindparam("number") == "", _cases.c.number == bindparam("number")),
            or_(bindparam("any_ending") == 1, one_of(_runs.c.state, *TROUBLED)),
        )
        .order_by(_runs.c.started_at.desc())
        .limit(bindparam("most"))
        .offset(bindparam("skip"))
    )


_LIST = Scoped(_list)
_ONE = Scoped(
    lambda condition: select(*RUN_COLUMNS).select_from(_joined).where(_seen(condition), _runs.c.id == bindparam("run"))
)
_SENT = Statement(
    select(_cases.c.number, _notices.c.id)
    .select_from(
        _attempts.join(_notices, _notices.c.id == _attempts.c.notice_id).join(_cases, _cases.c.id == _notices.c.case_id)
    )
    .where(_attempts.c.run_id == bindparam("run"))
    .order_by(_attempts.c.id)
)


_ASKER = Statement(
    select(_persons.c.name)
    .select_from(_accounts.join(_persons, _persons.c.id == _accounts.c.person_id))
    .where(_accounts.c.id == bindparam("account"))
)


class RunReach(StrEnum):
    """Whose runs are seen: those of the cases within the scope, those about the whole county too, or every run."""

    CASES = "cases"
    COUNTY = "county"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class RunSearch:
    """What a list is narrowed to; empty words leave it open. `number` is that of a case, `page` counts from one."""

    flow: str = ""
    number: str = ""
    troubled: bool = False
    page: int = 1


def search(reading: Reading, scope: Scope, wanted: RunSearch, *, reach: RunReach, most: int) -> list[RunRecord]:
    """Return a page of at most so many runs, the latest first, and one more where another page follows."""
    rows = _LIST.all(
        reading,
        scope,
        **_given(reach),
        flow=wanted.flow,
        number=wanted.number,
        any_ending=int(not wanted.troubled),
        most=most + 1,
        skip=max(wanted.page - 1, 0) * most,
    )
    return [record_of(row) for row in rows]


def run_within(reading: Reading, scope: Scope, run_id: str, *, reach: RunReach) -> RunRecord | None:
    """Return one run, None when there is none or the scope does not reach it."""
    row = _ONE.one(reading, scope, run=run_id, **_given(reach))
    return record_of(row) if row else None


def asker_of(reading: Reading, run: RunRecord) -> str:
    """Return the name of the person who asked for a run, empty where nobody did or the name was erased."""
    row = reading.one(_ASKER, account=run.principal) if run.trigger == "person" else None
    return (row[0] or "") if row else ""


def sent_by(reading: Reading, run_id: str) -> Mapping[str, frozenset[str]]:
    """Return the numbers of the notices that a run tried to deliver, by case, in the order of the first attempt."""
    found: dict[str, frozenset[str]] = {}
    for number, notice_id in reading.all(_SENT, run=run_id):
        found[number] = found.get(number, frozenset()) | {f"T{notice_id:08d}"}
    return found


def _given(reach: RunReach) -> dict[str, int]:
    return {"county_wide": int(reach is not RunReach.CASES), "sees_all": int(reach is RunReach.ALL)}
