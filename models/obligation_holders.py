"""Who owes a quota 应办人: persons in its posts, organisations of its kinds, or units, there on its first day.

Who comes later owes from the next period on; who has gone is not asked. An organisation that was merged owes until
then, its successor from the next period on; what it did and missed stays its own.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, or_, select

from models.act import ActRow
from models.clock import instant, micros
from models.organisation import UNREGISTERED, Holding, Organisation, OrganisationKind, Post, Unit
from models.statements import Statement, table
from models.unit_rows import UnitFileRow
from rules.actor import OFFICERS, OWN, Role
from rules.obligation.reading import midnight
from rules.quotas import Per
from rules.unit_file import UnitAct

if TYPE_CHECKING:
    from datetime import date

    from pendulum import DateTime

    from models.store import Reading
    from rules.periods import Period
    from rules.quotas import Quota, Share

_posts, _holdings, _organisations, _units = (table(model) for model in (Post, Holding, Organisation, Unit))
_files, _acts = table(UnitFileRow), table(ActRow)
_HELD = Statement(
    select(_holdings.c.person_id, _posts.c.role, _organisations.c.code)
    .select_from(
        _holdings.join(_posts, _posts.c.id == _holdings.c.post_id).join(
            _organisations, _organisations.c.id == _posts.c.organisation_id
        )
    )
    .where(
        _posts.c.county_id == bindparam("county"),
        _holdings.c.began_at < bindparam("begun_before"),
        or_(_holdings.c.ended_at.is_(None), _holdings.c.ended_at > bindparam("held_until")),
    )
    .order_by(_holdings.c.id)
)
_VACANT = Statement(
    select(_posts.c.name, _posts.c.role)
    .where(
        _posts.c.county_id == bindparam("county"),
        ~select(_holdings.c.id).where(_holdings.c.post_id == _posts.c.id, _holdings.c.ended_at.is_(None)).exists(),
    )
    .order_by(_posts.c.id)
)
_EARLIEST = Statement(select(func.min(_holdings.c.began_at)))
# An organisation or a unit is there from the day on which anybody first held a post in it.
_THERE_SINCE = func.min(_holdings.c.began_at)
_ORGANISATIONS = Statement(
    select(
        _organisations.c.id, _organisations.c.code, _organisations.c.kind, _organisations.c.path,
        _organisations.c.ended_at, _THERE_SINCE,
    )
    .select_from(
        _organisations.outerjoin(_posts, _posts.c.organisation_id == _organisations.c.id).outerjoin(
            _holdings, _holdings.c.post_id == _posts.c.id
        )
    )
    .where(_organisations.c.county_id == bindparam("county"))
    .group_by(
        _organisations.c.id, _organisations.c.code, _organisations.c.kind, _organisations.c.path,
        _organisations.c.ended_at,
    )
    .order_by(_organisations.c.path, _organisations.c.id)
)  # fmt: skip
_UNITS = Statement(
    select(_units.c.id, _units.c.code, _units.c.sector, _units.c.department_id)
    .select_from(
        _units.join(_posts, _posts.c.unit_id == _units.c.id).join(_holdings, _holdings.c.post_id == _posts.c.id)
    )
    .where(_units.c.county_id == bindparam("county"), _units.c.sector != UNREGISTERED)
    .group_by(_units.c.id, _units.c.code, _units.c.sector, _units.c.department_id)
    .having(bindparam("begun_before") > _THERE_SINCE)
    .order_by(_units.c.id)
)
# The colour that a unit's file said by an instant and still says; one that changed later counts from the next period.
_COLOURS = Statement(
    select(_files.c.unit_id, _files.c.colour)
    .select_from(_files.join(_acts, _acts.c.case_id == _files.c.case_id))
    .where(
        _files.c.county_id == bindparam("county"),
        _files.c.closed.is_(False),
        _acts.c.kind == UnitAct.CLASSIFY.value,
    )
    .group_by(_files.c.unit_id, _files.c.colour)
    .having(bindparam("begun_before") > func.max(_acts.c.recorded_at))
)
_ONE_DAY = timedelta(days=1)
_VILLAGE = OrganisationKind.VILLAGE


@dataclass(frozen=True, slots=True)
class Owing:
    """Somebody who owes a quota: the identifier, the code of the place of their case, and what they owe.

    `seat` is the organisation or unit whose people enter what was done, empty for a person's own.
    """

    holder: str
    place: str
    share: Share
    seat: str = ""


@dataclass(frozen=True, slots=True)
class _Body:
    """One organisation: since when there was anybody in it, until when it was there; None for never and for still."""

    id: str
    code: str
    kind: OrganisationKind
    path: str
    ended_at: DateTime | None
    since: DateTime | None


def owing(
    reading: Reading, county_id: str, quota: Quota, term: Period, now: DateTime, *, there_by: date | None = None
) -> list[Owing]:
    """Return who owes a quota of a term, each once: a person however many posts, by the post that owes most.

    `there_by` is the day by which they must have been there, by default the first of the term. A post that nobody holds
    owes nothing; see `vacant`.
    """
    before = midnight((there_by or term.first) + _ONE_DAY)
    match quota.per:
        case Per.PERSON:
            return _persons(reading, county_id, quota, before, until=min(now, _end(term)))
        case Per.ORGANISATION:
            return _organisations_owing(reading, county_id, quota, before, until=min(now, _end(term)))
        case _:
            return _units_owing(reading, county_id, quota, before)


def holders_now(reading: Reading, county_id: str, quota: Quota, now: DateTime) -> frozenset[str]:
    """Return everybody who holds one of a quota's posts now, or every organisation or unit that still is there."""
    if quota.per is Per.PERSON:
        rows = _held(reading, county_id, before=now, until=now)
        return frozenset(person for person, role, _ in rows if quota.share_of([role]) is not None)
    if quota.per is Per.ORGANISATION:
        return frozenset(one.id for one in _bodies(reading, county_id) if one.ended_at is None or one.ended_at > now)
    return frozenset(one.holder for one in _units_owing(reading, county_id, quota, now))


def vacant(reading: Reading, county_id: str, quota: Quota) -> list[str]:
    """Return the names of a quota's posts that nobody holds."""
    rows = reading.all(_VACANT, county=county_id)
    return [name for name, role in rows if quota.share_of([Role(role)]) is not None]


def earliest_day(reading: Reading) -> date | None:
    """Return the first day on which anybody held any post, None when nobody ever did."""
    row = reading.one(_EARLIEST)
    return None if row is None or row[0] is None else instant(row[0]).date()


def _persons(reading: Reading, county_id: str, quota: Quota, before: DateTime, *, until: DateTime) -> list[Owing]:
    seats: dict[str, dict[Role, str]] = defaultdict(dict)
    for person, role, code in _held(reading, county_id, before=before, until=until):
        seats[person].setdefault(role, code)
    found: list[Owing] = []
    for person, held in seats.items():
        share = quota.share_of(held)
        if share is not None:
            found.append(Owing(person, f"{held[share.role]}{OWN}{person}", share))
    return found


def _organisations_owing(
    reading: Reading, county_id: str, quota: Quota, before: DateTime, *, until: DateTime
) -> list[Owing]:
    bodies = _bodies(reading, county_id)
    at_path = {body.path: body for body in bodies}
    found: list[Owing] = []
    for body in bodies:
        share = quota.share_at(f"{body.kind}:{body.code}")
        # A village has no posts of its own: its town answers for it, where the case lies.
        seat = at_path[f"{body.path.rstrip('/').rpartition('/')[0]}/"] if body.kind is _VILLAGE else body
        is_there = seat.since is not None and seat.since < before and (body.ended_at is None or body.ended_at > until)
        if share is not None and is_there:
            found.append(Owing(body.id, f"{seat.code}{OWN}", share, seat.id))
    return found


def _units_owing(reading: Reading, county_id: str, quota: Quota, before: DateTime) -> list[Owing]:
    rows = reading.all(_UNITS, county=county_id, begun_before=micros(before))
    coloured = any(share.colour for share in quota.shares)
    said = dict(reading.all(_COLOURS, county=county_id, begun_before=micros(before))) if coloured else {}
    found: list[Owing] = []
    for unit_id, code, sector, department_id in rows:
        share = quota.share_at(sector)
        if share is not None and share.colour in {"", said.get(unit_id)}:
            # What a department owes for a unit is entered by the department's people, the rest by the unit's.
            found.append(Owing(unit_id, code, share, department_id if share.role in OFFICERS else unit_id))
    return found


def _bodies(reading: Reading, county_id: str) -> list[_Body]:
    rows = reading.all(_ORGANISATIONS, county=county_id)
    return [
        _Body(
            identifier,
            code,
            OrganisationKind(kind),
            path,
            None if ended_at is None else instant(ended_at),
            None if since is None else instant(since),
        )
        for identifier, code, kind, path, ended_at, since in rows
    ]


def _held(reading: Reading, county_id: str, *, before: DateTime, until: DateTime) -> list[tuple[str, Role, str]]:
    rows = reading.all(_HELD, county=county_id, begun_before=micros(before), held_until=micros(until))
    return [(person, Role(role), code) for person, role, code in rows]


def _end(term: Period) -> DateTime:
    return midnight(term.last + _ONE_DAY).subtract(microseconds=1)
