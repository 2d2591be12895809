"""Coverage 值班覆盖: for every hour to come, whether each post that a ladder turns to has somebody who can be reached.

Judged in stretches, not hour by hour: between two instants at which a shift changes or an absence begins or ends,
nothing changes. A post whose people are never away is proved by that alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from models.organisation import UNREGISTERED, Organisation, Unit
from models.roster import load
from models.statements import Statement, table
from rules.actor import CONFIDANTS, SUPERVISORS, UNIT_ROLES, WATCH_ROLES, Place, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendulum import DateTime

    from models.roster import Roster
    from models.store import Reading
    from rules.rulebook import Rulebook
    from rules.watch import Watch

_units, _organisations = table(Unit), table(Organisation)
_UNITS = Statement(
    select(_units.c.id, _units.c.name, _units.c.path, _units.c.department_id, _units.c.sector).where(
        _units.c.county_id == bindparam("county")
    )
)
_ORGANISATIONS = Statement(
    select(_organisations.c.id, _organisations.c.name, _organisations.c.path).where(
        _organisations.c.county_id == bindparam("county")
    )
)
_ROSTERED = (Role.WATCH_LEADER, Role.WATCH_KEEPER)
_VERSION = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A post that reaches nobody from one instant until before another, why, and what to do about it."""

    role: Role
    seat: str
    starts_at: DateTime
    ends_at: DateTime
    why: str
    remedy: str

    @property
    def words(self) -> str:
        """Return the gap as a sentence: post, seat, hours, reason and remedy."""
        span = f"{self.starts_at:%Y-%m-%d %H:%M} 至 {self.ends_at:%Y-%m-%d %H:%M}"
        return f"{self.seat}「{self.role.label}」{span} {self.why}。{self.remedy}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was looked at and where it has gaps; `posts` counts the seats of all roles that ladders turn to."""

    since: DateTime
    until: DateTime
    posts: int
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class _Seat:
    role: Role
    place: Place
    name: str


def coverage(reading: Reading, rulebook: Rulebook, county_id: str, now: DateTime) -> Coverage:
    """Return whether each rung's post reaches somebody, from now for as many days as the county looks ahead.

    Law: duty-coverage 值班覆盖.
    """
    days = rulebook.number("watch_coverage_days", now.date())
    until = now.add(days=days)
    roster = load(reading, _VERSION, now, days=days + 1)
    seats = list(_seats(reading, rulebook, county_id, now))
    gaps = [gap for seat in seats for gap in _gaps(roster, seat, now, until)]
    gaps.extend(_gaps_of_watches(reading, roster, county_id, now, until))
    return Coverage(now, until, len(seats) + len(roster.standing.watches) * len(_ROSTERED), tuple(gaps))


# --- who must be reached -------------------------------------------------------------------------


def _seats(reading: Reading, rulebook: Rulebook, county_id: str, now: DateTime) -> Iterator[_Seat]:
    """Yield every seat once: a unit's posts for each unit, a town's for each town, and so on up to the county's own."""
    names = {key: name for key, name, _ in reading.all(_ORGANISATIONS, county=county_id)}
    towns = {path: name for _, name, path in reading.all(_ORGANISATIONS, county=county_id)}
    # Whoever holds a duty is the first rung of most ladders, and that may be any post that acts. Who is named by a case
    # is known to that case alone.
    wanted = frozenset(rulebook.ladder_roles(now.date())) | UNIT_ROLES | SUPERVISORS
    roles = [role for role in Role if role in wanted - WATCH_ROLES - CONFIDANTS - {Role.NAMED}]
    seen: set[tuple[Role, str]] = set()
    known: set[str] = set()
    of_units = [role for role in roles if role in UNIT_ROLES]
    for unit_id, unit_name, path, department_id, sector in reading.all(_UNITS, county=county_id):
        place = Place(county_id, path, department_id, unit_id)
        # Of a unit whose town and department are known already, only its own posts are new.
        left = of_units if {path, department_id} <= known else roles
        known |= {path, department_id}
        # Nobody holds a post where nobody is registered; the town and the bureau act there.
        for role in left if sector != UNREGISTERED else [role for role in left if role not in UNIT_ROLES]:
            if role in UNIT_ROLES:
                key, name = unit_id, unit_name
            elif role.startswith("town"):
                key, name = path, towns.get(path, path)
            elif role.startswith("dept"):
                key, name = department_id, names[department_id]
            else:
                key, name = county_id, "县"
            if (role, key) not in seen:
                seen.add((role, key))
                yield _Seat(role, place, name)


def _gaps(roster: Roster, seat: _Seat, now: DateTime, until: DateTime) -> Iterator[Gap]:
    holders = roster.holders(seat.role, seat.place)
    if not holders:
        remedy = "请登记该岗位的人员（anlan init --from 或者人员表）"
        yield Gap(seat.role, seat.name, now, until, "无人在岗", remedy)
        return
    edges = {edge for person in holders for edge in roster.edges_of(person)}
    stretches = _stretches(edges, now, until)
    empty = [(begin, end) for begin, end in stretches if not roster.reached(seat.role, seat.place, begin)]
    for begin, end in _joined(empty):
        yield Gap(seat.role, seat.name, begin, end, "全部请假且无人替代", "请登记替班、授权代办，或者另行任命")


# --- the watches ---------------------------------------------------------------------------------


def _gaps_of_watches(reading: Reading, roster: Roster, county_id: str, now: DateTime, until: DateTime) -> Iterator[Gap]:
    names = {key: name for key, name, _ in reading.all(_ORGANISATIONS, county=county_id)}
    centres = roster.centres.get(county_id, ())
    if not any(key in roster.standing.watches for key in centres):
        seat = names[centres[0]] if centres else "县"
        for role in _ROSTERED:
            yield Gap(role, seat, now, until, "没有值班表", "请发布值班表（anlan duty import，或者控制台「值班」）")
    for key, watch in roster.standing.watches.items():
        for role in _ROSTERED:
            yield from _gaps_of_watch(roster, watch, role, names.get(key, key), now, until)


def _gaps_of_watch(
    roster: Roster, watch: Watch, role: Role, seat: str, now: DateTime, until: DateTime
) -> Iterator[Gap]:
    edges = {edge for shift in watch.shifts for edge in (shift.starts_at, shift.ends_at)}
    edges |= {edge for shift in watch.shifts for person in shift.people for edge in roster.edges_of(person)}
    for why, remedy in (
        ("没有排班", "请发布下一期值班表（anlan duty import，或者控制台「值班」）"),
        ("当班人员请假且无人替班", "请安排替班（控制台「值班」）"),
    ):
        wanted = why == "没有排班"
        empty = [
            (begin, end)
            for begin, end in _stretches(edges, now, until)
            if not _is_there(roster, watch, role, begin) and (watch.at(begin) is None) is wanted
        ]
        for begin, end in _joined(empty):
            yield Gap(role, seat, begin, end, why, remedy)


def _is_there(roster: Roster, watch: Watch, role: Role, at: DateTime) -> bool:
    there = watch.on_duty(at, roster.standing.away)
    return there is not None and (there.leader is not None if role is Role.WATCH_LEADER else bool(there.keepers))


# --- stretches -----------------------------------------------------------------------------------


def _stretches(edges: Iterable[DateTime], now: DateTime, until: DateTime) -> Iterator[tuple[DateTime, DateTime]]:
    """Yield the stretches between two instants in which nobody comes or goes."""
    inside = sorted(edge for edge in edges if now < edge < until)
    yield from pairwise((now, *inside, until))


def _joined(stretches: Iterable[tuple[DateTime, DateTime]]) -> list[tuple[DateTime, DateTime]]:
    """Return the stretches with those that meet made one."""
    found: list[tuple[DateTime, DateTime]] = []
    for begin, end in stretches:
        if found and found[-1][1] == begin:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return found
