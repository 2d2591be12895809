"""Who owes a quota 应办人: whoever held one of its posts on the first day of a period and has held it since."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, or_, select

from models.clock import instant, micros
from models.organisation import Holding, Organisation, Post
from models.statements import Statement, table
from rules.actor import OWN, Role
from rules.obligation.reading import midnight

if TYPE_CHECKING:
    from datetime import date

    from pendulum import DateTime

    from models.store import Reading
    from rules.periods import Period
    from rules.quotas import Quota, Share

_posts, _holdings, _organisations = table(Post), table(Holding), table(Organisation)
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
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Owing:
    """Somebody who owes a quota: the identifier, the code of the place of their case, and what they owe."""

    holder: str
    place: str
    share: Share


def owing(reading: Reading, county_id: str, quota: Quota, period: Period, now: DateTime) -> list[Owing]:
    """Return who owes a quota of a period: each once, however many posts, by the post that owes most.

    Who takes a post later in the period owes from the next one on; who has left it meanwhile is not asked. A post that
    nobody holds owes nothing; see `vacant`.
    """
    until = min(now, midnight(period.last + _ONE_DAY).subtract(microseconds=1))
    seats: dict[str, dict[Role, str]] = defaultdict(dict)
    for person, role, code in _held(reading, county_id, before=midnight(period.first + _ONE_DAY), until=until):
        seats[person].setdefault(role, code)
    found: list[Owing] = []
    for person, held in seats.items():
        share = quota.share_of(held)
        if share is not None:
            found.append(Owing(person, f"{held[share.role]}{OWN}{person}", share))
    return found


def holders_now(reading: Reading, county_id: str, quota: Quota, now: DateTime) -> frozenset[str]:
    """Return everybody who holds one of a quota's posts now."""
    rows = _held(reading, county_id, before=now, until=now)
    return frozenset(person for person, role, _ in rows if quota.share_of([role]) is not None)


def vacant(reading: Reading, county_id: str, quota: Quota) -> list[str]:
    """Return the names of a quota's posts that nobody holds."""
    rows = reading.all(_VACANT, county=county_id)
    return [name for name, role in rows if quota.share_of([Role(role)]) is not None]


def earliest_day(reading: Reading) -> date | None:
    """Return the first day on which anybody held any post, None when nobody ever did."""
    row = reading.one(_EARLIEST)
    return None if row is None or row[0] is None else instant(row[0]).date()


def _held(reading: Reading, county_id: str, *, before: DateTime, until: DateTime) -> list[tuple[str, Role, str]]:
    rows = reading.all(_HELD, county=county_id, begun_before=micros(before), held_until=micros(until))
    return [(person, Role(role), code) for person, role, code in rows]
