"""Villages and units on a list 名册对象: whether they are registered where the list is kept, and their accidents.

A unit's accident is found by the unit. A unit is registered by township, not by village: which village an accident of
the township belongs to, a person says, naming the accident.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from models.case import Case
from models.clock import instant, micros
from models.organisation import UNREGISTERED, Organisation, OrganisationKind, Unit
from models.statements import Statement, table
from rules.errors import ContentInvalid
from rules.obligation.reading import midnight
from rules.programmes import Members

if TYPE_CHECKING:
    from datetime import date

    from models.case_state import CaseHeader
    from models.store import Reading
    from rules.actor import Place

_cases, _units, _organisations = table(Case), table(Unit), table(Organisation)
_COUNTY_WIDE = frozenset({OrganisationKind.COUNTY.value, OrganisationKind.BUREAU.value})
_ONE_DAY = timedelta(days=1)
_UNIT = Statement(
    select(_units.c.id, _units.c.path, _units.c.department_id).where(
        _units.c.county_id == bindparam("county"), _units.c.code == bindparam("code"), _units.c.sector != UNREGISTERED
    )
)
_VILLAGE = Statement(
    select(_organisations.c.path).where(
        _organisations.c.county_id == bindparam("county"), _organisations.c.code == bindparam("code"),
        _organisations.c.kind == OrganisationKind.VILLAGE.value, _organisations.c.ended_at.is_(None),
    )
)  # fmt: skip
_HOLDER = Statement(select(_organisations.c.kind).where(_organisations.c.id == bindparam("organisation")))
_opened_within = (
    _cases.c.kind == "incident", _cases.c.status != "void", _cases.c.opened_at >= bindparam("since"),
    _cases.c.opened_at < bindparam("until"),
)  # fmt: skip
_ACCIDENT = Statement(
    select(_cases.c.number)
    .select_from(_cases.join(_units, _units.c.id == _cases.c.unit_id))
    .where(_units.c.county_id == bindparam("county"), _units.c.code == bindparam("code"), *_opened_within)
    .order_by(_cases.c.opened_at)
    .limit(1)
)
_IN_TOWNSHIP = Statement(
    select(_cases.c.number)
    .where(_cases.c.county_id == bindparam("county"), _cases.c.path == bindparam("path"), *_opened_within)
    .order_by(_cases.c.opened_at)
)
_OPENED_AT = Statement(select(_cases.c.opened_at).where(_cases.c.id == bindparam("case_id")))


def refuse_unregistered(reading: Reading, place: Place, members: Members, code: str) -> None:
    """Return when a code is that of a village or unit that belongs to a list. Raises `ContentInvalid`.

    Law: prog-record 专项登记.
    """
    if members is Members.VILLAGE:
        row = reading.one(_VILLAGE, county=place.county_id, code=code)
        belongs = row is not None and row[0].startswith(place.path)
        what = "村（社区）"
    else:
        row = reading.one(_UNIT, county=place.county_id, code=code)
        belongs = row is not None and _belongs(reading, place, row[1], row[2])
        what = "生产经营单位"
    if not belongs:
        raise ContentInvalid(
            f"没有编码为「{code}」、归承办单位管的{what}。请先登记，或者核对编码。", clause="prog-record"
        )


def _belongs(reading: Reading, place: Place, path: str, department_id: str) -> bool:
    """Tell whether a unit is one of a department's own, of a township's, or of the county's anyhow."""
    row = reading.one(_HOLDER, organisation=place.department_id)
    kind = row[0] if row else ""
    if kind == OrganisationKind.TOWN:
        return path == place.path
    return kind in _COUNTY_WIDE or department_id == place.department_id


def accident_of(reading: Reading, county_id: str, members: Members, code: str, first: date, last: date) -> str | None:
    """Return the number of the first accident of a unit between two Shanghai days, None where there was none.

    Void reports are none. Of a village none is found by itself.
    """
    if members is not Members.UNIT:
        return None
    row = reading.one(_ACCIDENT, county=county_id, code=code, **_between(first, last))
    return row[0] if row else None


def accidents_at(reading: Reading, county_id: str, path: str, first: date, last: date) -> tuple[str, ...]:
    """Return the numbers of all accidents in a township between two Shanghai days, void ones left out."""
    return tuple(row[0] for row in reading.all(_IN_TOWNSHIP, county=county_id, path=path, **_between(first, last)))


def is_of_member(reading: Reading, case: CaseHeader, members: Members, code: str, first: date, last: date) -> bool:
    """Tell whether an accident is one of a unit, or happened in the township of a village, between two days."""
    row = reading.one(_OPENED_AT, case_id=case.id)
    if row is None or not first <= instant(row[0]).date() <= last:
        return False
    county = case.place.county_id
    if members is Members.UNIT:
        unit = reading.one(_UNIT, county=county, code=code)
        return unit is not None and unit[0] == case.place.unit_id
    village = reading.one(_VILLAGE, county=county, code=code)
    return village is not None and village[0].startswith(case.place.path)


def _between(first: date, last: date) -> dict[str, int]:
    return {"since": micros(midnight(first)), "until": micros(midnight(last + _ONE_DAY))}
