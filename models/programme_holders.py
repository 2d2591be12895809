"""At whom a programme runs 承办单位: organisations of its kinds or codes, or units of its sectors, and since when.

Who comes in the middle of a term has it from that day on; who was merged has it no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, func, or_, select

from models.case import Case
from models.clock import instant, micros
from models.organisation import UNREGISTERED, Holding, Organisation, Post, Unit
from models.programme_rows import ProgrammeItemRow, ProgrammeRow
from models.statements import Statement, one_of, table
from rules.actor import OWN
from rules.programme.facts import Outcome, State
from rules.programmes import Members

if TYPE_CHECKING:
    from datetime import date

    from pendulum import DateTime

    from models.store import Reading
    from rules.actor import Role
    from rules.programmes import At, Programme

_organisations, _units, _posts, _holdings, _rows, _items, _cases = (
    table(model) for model in (Organisation, Unit, Post, Holding, ProgrammeRow, ProgrammeItemRow, Case)
)
# An organisation or a unit is there from the day on which anybody first held a post in it.
_THERE_SINCE = func.min(_holdings.c.began_at)
_BODIES = Statement(
    select(_organisations.c.code, _organisations.c.kind, _THERE_SINCE)
    .select_from(
        _organisations.join(_posts, _posts.c.organisation_id == _organisations.c.id).join(
            _holdings, _holdings.c.post_id == _posts.c.id
        )
    )
    .where(
        _organisations.c.county_id == bindparam("county"),
        or_(_organisations.c.ended_at.is_(None), _organisations.c.ended_at > bindparam("at")),
    )
    .group_by(_organisations.c.code, _organisations.c.kind)
    .order_by(_organisations.c.code)
)
_UNITS = Statement(
    select(_units.c.code, _units.c.sector, _THERE_SINCE)
    .select_from(
        _units.join(_posts, _posts.c.unit_id == _units.c.id).join(_holdings, _holdings.c.post_id == _posts.c.id)
    )
    .where(_units.c.county_id == bindparam("county"), _units.c.sector != UNREGISTERED)
    .group_by(_units.c.code, _units.c.sector)
    .order_by(_units.c.code)
)
_ENDED = Statement(
    select(_organisations.c.code).where(
        _organisations.c.county_id == bindparam("county"), _organisations.c.ended_at <= bindparam("at")
    )
)
_OPENED = Statement(
    select(_rows.c.holder).where(
        _rows.c.county_id == bindparam("county"), _rows.c.programme == bindparam("programme"),
        _rows.c.last == bindparam("last"),
    )
)  # fmt: skip
_RUNNING = Statement(
    select(_cases.c.number, _rows.c.programme, _rows.c.holder)
    .select_from(_rows.join(_cases, _cases.c.id == _rows.c.case_id))
    .where(_rows.c.county_id == bindparam("county"), _rows.c.outcome == Outcome.RUNNING.value)
    .order_by(_rows.c.case_id)
)
_LISTED = (State.OPEN.value, State.REPORTED.value, State.CLOSED.value)
# Units on a list that had an accident in its term, each with its first one; of a list that is over, those honoured.
_STRUCK = Statement(
    select(_items.c.case_id, _items.c.no, func.min(_cases.c.number))
    .select_from(
        _rows.join(_items, _items.c.case_id == _rows.c.case_id)
        .join(_units, _units.c.code == _items.c.object)
        .join(_cases, _cases.c.unit_id == _units.c.id)
    )
    .where(
        _rows.c.county_id == bindparam("county"), _rows.c.members == Members.UNIT.value,
        _rows.c.case_id == bindparam("case_id"), _units.c.county_id == bindparam("county"),
        or_(
            _items.c.state == State.HONOURED.value,
            and_(_rows.c.outcome == Outcome.RUNNING.value, one_of(_items.c.state, *_LISTED)),
        ),
        _cases.c.kind == "incident", _cases.c.status != "void",
        _cases.c.opened_at >= bindparam("since"), _cases.c.opened_at < bindparam("until"),
    )
    .group_by(_items.c.case_id, _items.c.no)
    .order_by(_items.c.no)
)  # fmt: skip
# Entries that were lost to an accident which is void now.
_CLEARED = Statement(
    select(_rows.c.case_id, _items.c.no)
    .select_from(
        _rows.join(_items, _items.c.case_id == _rows.c.case_id).join(_cases, _cases.c.number == _items.c.incident)
    )
    .where(
        _rows.c.county_id == bindparam("county"), _cases.c.county_id == bindparam("county"),
        _items.c.state == State.LOST.value, _cases.c.status == "void",
    )
    .order_by(_rows.c.case_id, _items.c.no)
)  # fmt: skip
_KEPT = Statement(
    select(_rows.c.case_id, _rows.c.first, _rows.c.last)
    .where(_rows.c.county_id == bindparam("county"), _rows.c.members == Members.UNIT.value)
    .order_by(_rows.c.case_id)
)
_NUMBER = Statement(select(_cases.c.number).where(_cases.c.id == bindparam("case_id")))


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody at whom a programme runs: the code, the code of the place of the case, the post, the day they came."""

    code: str
    place: str
    role: Role
    since: date


def holders(reading: Reading, county_id: str, line: Programme, now: DateTime) -> list[Holder]:
    """Return at whom a programme runs now, each once."""
    found: dict[str, Holder] = {}
    for at in line.at:
        for holder in _holders_at(reading, county_id, at, now):
            found.setdefault(holder.code, holder)
    return list(found.values())


def missing(line: Programme, found: list[Holder]) -> tuple[str, ...]:
    """Return the codes of offices that a programme names and that nobody sits in."""
    there = {holder.code for holder in found}
    return tuple(code for at in line.at for code in at.codes if code not in there)


def ended_codes(reading: Reading, county_id: str, now: DateTime) -> frozenset[str]:
    """Return the codes of organisations that were merged or abolished."""
    return frozenset(code for (code,) in reading.all(_ENDED, county=county_id, at=micros(now)))


def opened(reading: Reading, county_id: str, programme: str, last: date) -> frozenset[str]:
    """Return the holders for whom the term that ends on a day has been opened."""
    rows = reading.all(_OPENED, county=county_id, programme=programme, last=last.isoformat())
    return frozenset(holder for (holder,) in rows)


def running(reading: Reading, county_id: str) -> list[tuple[str, str, str]]:
    """Return number, programme and holder of everything that runs."""
    return [(number, programme, holder) for number, programme, holder in reading.all(_RUNNING, county=county_id)]


def unit_lists(reading: Reading, county_id: str) -> list[tuple[int, str, str]]:
    """Return case, first and last day of every list that is made of units, those that are over included."""
    return [(case_id, first, last) for case_id, first, last in reading.all(_KEPT, county=county_id)]


def struck(reading: Reading, county_id: str, case_id: int, since: DateTime, until: DateTime) -> list[tuple[str, str]]:
    """Return the entries of a list whose unit had an accident between two instants, with the number of it."""
    rows = reading.all(_STRUCK, county=county_id, case_id=case_id, since=micros(since), until=micros(until))
    return [(no, incident) for _, no, incident in rows]


def cleared(reading: Reading, county_id: str) -> list[tuple[int, str]]:
    """Return case and number of every entry that was lost to an accident which is void now."""
    return [(case_id, no) for case_id, no in reading.all(_CLEARED, county=county_id)]


def number_of(reading: Reading, case_id: int) -> str:
    """Return the number of a case that there is."""
    row = reading.one(_NUMBER, case_id=case_id)
    assert row is not None, "only cases that there are have rows beside them"
    number: str = row[0]
    return number


def _holders_at(reading: Reading, county_id: str, at: At, now: DateTime) -> list[Holder]:
    if at.is_of_units:
        units = reading.all(_UNITS, county=county_id)
        fitting = [(code, since) for code, sector, since in units if sector.startswith(at.sectors)]
        return [Holder(code, code, at.role, instant(since).date()) for code, since in fitting]
    bodies = reading.all(_BODIES, county=county_id, at=micros(now))
    wanted = [(code, since) for code, kind, since in bodies if kind in at.kinds or code in at.codes]
    return [Holder(code, f"{code}{OWN}", at.role, instant(since).date()) for code, since in wanted]
