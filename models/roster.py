"""The roster 名册: who holds which post, who is reached when it is wanted now, and by which channels.

Kept in memory by version and Shanghai day. A post is reached through whoever holds it and is not away, else through
their substitute or delegate; the watch through whoever the duty rosters say is on duty at that instant.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from models.clock import instant
from models.installation import Setting
from models.organisation import Contact, Delegation, Holding, Organisation, OrganisationKind, Post
from models.statements import Statement, table
from models.watch import Standing, standing
from rules.actor import CONFIDANTS, TOWN_ROLES, UNIT_ROLES, WATCH_ROLES, Place, Role, own_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pendulum import DateTime

    from models.store import Reading, Writing

_posts, _holdings, _organisations, _delegations = (table(model) for model in (Post, Holding, Organisation, Delegation))
_contacts, _settings = table(Contact), table(Setting)

_VERSION_KEY = "roster_version"
_VERSION = Statement(select(_settings.c.value).where(_settings.c.key == bindparam("key")))
_NEXT_VERSION = Statement(
    update(_settings).where(_settings.c.key == bindparam("name")).values(value=bindparam("version"))
)
_HELD = Statement(
    select(
        _posts.c.county_id,
        _posts.c.role,
        _posts.c.unit_id,
        _posts.c.organisation_id,
        _organisations.c.path,
        _holdings.c.person_id,
        _posts.c.id.label("post_id"),
    )
    .select_from(
        _posts.join(_holdings, _holdings.c.post_id == _posts.c.id).outerjoin(
            _organisations, _organisations.c.id == _posts.c.organisation_id
        )
    )
    .where(_holdings.c.ended_at.is_(None))
    .order_by(_holdings.c.id)
)
_DELEGATED = Statement(
    select(
        _delegations.c.from_person_id,
        _delegations.c.post_id,
        _delegations.c.to_person_id,
        _delegations.c.began_at,
        _delegations.c.ended_at,
    ).order_by(_delegations.c.id)
)
_CENTRES = Statement(
    select(_organisations.c.county_id, _organisations.c.kind, _organisations.c.id).order_by(_organisations.c.id)
)
_REACHED = Statement(select(_contacts.c.person_id, _contacts.c.channel))
# The bureau is the supervising department of some sectors; its officers then hold what a department's officers hold.
_ALSO_HOLD = {Role.BUREAU_OFFICER: Role.DEPT_OFFICER, Role.BUREAU_HEAD: Role.DEPT_HEAD}
_DEPARTMENT_ROLES = frozenset(_ALSO_HOLD.values())
PREVIEW = "preview"
# Whose watch is the county's: the bureau's before the county government's.
_CENTRAL = (OrganisationKind.BUREAU.value, OrganisationKind.COUNTY.value)
_WINDOW_DAYS = 2


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person to be told and the channels that are set up for them."""

    person_id: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delegate:
    """Who acts for somebody in a post, from when until before when."""

    person: str
    began_at: DateTime
    ended_at: DateTime


@dataclass(frozen=True, slots=True)
class Roster:
    """Who holds what at one version of the county's posts, and who is on duty and away around the instant `at`.

    `centres` are the organisations whose watch is the county's, by county, the first that keeps one first.
    """

    version: str
    at: DateTime
    standing: Standing
    centres: Mapping[str, tuple[str, ...]]
    _held: Mapping[tuple[Role, str], tuple[tuple[str, str], ...]]
    _delegates: Mapping[tuple[str, str], tuple[Delegate, ...]]
    _channels: Mapping[str, frozenset[str]]

    def holders(self, role: Role, place: Place) -> tuple[str, ...]:
        """Return the persons who hold a role for cases at that place, whether or not they are there."""
        if role is Role.OWNER:
            return (place.owner,) if place.owner else ()
        if role is Role.LIAISON:
            return self._liaisons(place)
        return tuple(dict.fromkeys(person for person, _ in self._held.get((role, _seat(role, place)), ())))

    def reached(self, role: Role, place: Place, at: DateTime) -> tuple[str, ...]:
        """Return who is there when a role is wanted at an instant: on duty, or in post and not away, or standing in."""
        if role in WATCH_ROLES:
            return self._on_watch(role, self.centre(place, at), at)
        # What is somebody's own goes to nobody in their stead, wherever they are.
        if role in CONFIDANTS:
            return self.holders(role, place)
        return self._in_post(role, _seat(role, place), at)

    def answering(self, role: Role, place: Place) -> tuple[str, ...]:
        """Return who may answer for a role now: whoever holds it, and whoever stands in for them or is on duty."""
        return tuple(dict.fromkeys((*self.holders(role, place), *self.reached(role, place, self.at))))

    def stood_in_for(self, role: Role, place: Place, person: str) -> str | None:
        """Return the holder in whose stead somebody is reached now; None for holders themselves, and on a watch."""
        if role in WATCH_ROLES | CONFIDANTS or person in self.holders(role, place):
            return None
        held = self._held.get((role, _seat(role, place)), ())
        return next((holder for holder, post in held if self._stands_in(holder, post, self.at) == person), None)

    def recipients(self, persons: Iterable[str], channels: tuple[str, ...]) -> tuple[Recipient, ...]:
        """Return how to tell these people; the preview reaches everybody, other channels those who have an address."""
        return tuple(
            Recipient(person, tuple(c for c in channels if c == PREVIEW or c in self._channels.get(person, ())))
            for person in persons
        )

    def seats_of(self, persons: frozenset[str] | None) -> Iterator[tuple[Role, str, tuple[str, ...]]]:
        """Yield role, seat and who is reached there now of every post that these persons hold or stand in for.

        None stands for everybody. What is somebody's own has a seat of its own, by path.
        """
        wanted = persons if persons is None else self._stood_in_for_by(persons)
        for (role, seat), held in self._held.items():
            if role not in CONFIDANTS and (wanted is None or any(person in wanted for person, _ in held)):
                yield role, seat, self._in_post(role, seat, self.at)
        everybody = {person for held in self._held.values() for person, _ in held}
        for person in sorted(everybody if wanted is None else wanted):
            for county_id in self.centres:
                place = Place(county_id, own_path(county_id, person), "", "")
                for role in sorted(CONFIDANTS):
                    yield role, place.path, self.holders(role, place)

    def watched_by(self, role: Role, persons: frozenset[str] | None) -> frozenset[str]:
        """Return who is reached in a role of the watch now, wherever one of these persons keeps it; None: wherever."""
        wanted = persons if persons is None else self._stood_in_for_by(persons)
        return frozenset(
            person
            for centre, watch in self.standing.watches.items()
            if wanted is None or any(who in wanted for shift in watch.shifts for who in shift.people)
            for person in self._on_watch(role, centre, self.at)
        )

    def edges_of(self, person: str) -> frozenset[DateTime]:
        """Return the instants at which who is reached for a person may change: absences, delegations, theirs and on."""
        asked: set[str] = set()
        wanted, edges = [person], set["DateTime"]()
        while wanted:
            who = wanted.pop()
            if who in asked:
                continue
            asked.add(who)
            for absence in self.standing.away.of(who):
                edges |= {absence.starts_at, absence.ends_at}
                wanted.extend([absence.substitute] if absence.substitute else [])
            for delegate in self._delegates_of(who):
                edges |= {delegate.began_at, delegate.ended_at}
                wanted.append(delegate.person)
        return frozenset(edges)

    def centre(self, place: Place, at: DateTime) -> str:
        """Return whose watch stands for cases at that place: the organisation's own, else the county's; or nothing."""
        if not place.unit_id and place.department_id in self.standing.watches:
            return place.department_id
        keeping = [key for key in self.centres.get(place.county_id, ()) if key in self.standing.watches]
        return next((key for key in keeping if self.standing.watches[key].at(at)), next(iter(keeping), ""))

    # --- private -----------------------------------------------------------------------------

    def _in_post(self, role: Role, seat: str, at: DateTime) -> tuple[str, ...]:
        found = (self._stands_in(person, post, at) for person, post in self._held.get((role, seat), ()))
        return tuple(dict.fromkeys(person for person in found if person is not None))

    def _stood_in_for_by(self, persons: frozenset[str]) -> frozenset[str]:
        """Return these persons and everybody who may be reached through them."""
        behind: dict[str, list[str]] = defaultdict(list)
        for absence in self.standing.away.all():
            if absence.substitute is not None:
                behind[absence.substitute].append(absence.person)
        for (person, _), delegates in self._delegates.items():
            for delegate in delegates:
                behind[delegate.person].append(person)
        found, wanted = set[str](), list(persons)
        while wanted:
            who = wanted.pop()
            if who not in found:
                found.add(who)
                wanted.extend(behind.get(who, ()))
        return frozenset(found)

    def _on_watch(self, role: Role, centre: str, at: DateTime) -> tuple[str, ...]:
        watch = self.standing.watches.get(centre)
        if watch is None:
            return ()
        if role is Role.WATCH_NEXT:
            following = watch.after(at)
            there = None if following is None else watch.on_duty(following.starts_at, self.standing.away)
            return () if there is None else there.people
        there = watch.on_duty(at, self.standing.away)
        if there is None:
            return ()
        leaders = () if there.leader is None else (there.leader,)
        return leaders if role is Role.WATCH_LEADER else there.keepers

    def _liaisons(self, place: Place) -> tuple[str, ...]:
        """Return who may act as liaison for the person whose own case it is, by a delegation that holds now."""
        seats = self._held.get((Role.LIAISON, place.county_id), ())
        return tuple(
            dict.fromkeys(
                person
                for person, post in seats
                for delegate in self._delegates.get((place.owner, post), ())
                if delegate.person == person and delegate.began_at <= self.at < delegate.ended_at
            )
        )

    def _delegates_of(self, person: str) -> Iterable[Delegate]:
        return (one for (who, _), several in self._delegates.items() if who == person for one in several)

    def _stands_in(self, person: str, post: str, at: DateTime) -> str | None:
        there = self.standing.away.reached(person, at)
        if there is not None:
            return there
        delegates = (d.person for d in self._delegates.get((person, post), ()) if d.began_at <= at < d.ended_at)
        return next((d for d in delegates if self.standing.away.reached(d, at) == d), None)


class RosterReader:
    """Reads the roster once for each version of it and each day."""

    def __init__(self) -> None:
        self._latest: Roster | None = None

    def read(self, reading: Reading, at: DateTime) -> Roster:
        """Return the roster as the transaction sees it, with who is on duty and away around an instant."""
        version = version_of(reading)
        latest = self._latest
        if latest is None or latest.version != version or latest.at.date() != at.date():
            latest = self._latest = load(reading, version, at)
        return latest if latest.at == at else replace(latest, at=at)


def stands_for(held: Role, wanted: Role) -> bool:
    """Tell whether who holds the one post may act as the other: the bureau where it is the department itself."""
    return held is wanted or _ALSO_HOLD.get(held) is wanted


def version_of(reading: Reading) -> str:
    """Return the roster's version, which changes with every change of posts, holders or contacts."""
    row = reading.one(_VERSION, key=_VERSION_KEY)
    return row[0] if row else "0"


def next_version(writing: Writing, version: str) -> None:
    """Make every process read the roster again: see `models.roster_changes.touch`."""
    # A number counted on would come again after a change that was taken back, or twice for two changes at once.
    writing.run(_NEXT_VERSION, name=_VERSION_KEY, version=version)


def load(reading: Reading, version: str, at: DateTime, *, days: int = _WINDOW_DAYS) -> Roster:
    """Return the roster with the duty rosters from the day before an instant until so many days after it."""
    held: dict[tuple[Role, str], dict[tuple[str, str], None]] = defaultdict(dict)
    for county_id, role_name, unit_id, organisation_id, path, person_id, post_id in reading.all(_HELD):
        role = Role(role_name)
        seat = _seat(role, Place(county_id, path or "", organisation_id or "", unit_id or ""))
        held[role, seat][person_id, post_id] = None
        if role in _ALSO_HOLD:
            held[_ALSO_HOLD[role], organisation_id][person_id, post_id] = None
    delegates: dict[tuple[str, str], list[Delegate]] = defaultdict(list)
    for person_id, post_id, to_person_id, began_at, ended_at in reading.all(_DELEGATED):
        delegates[person_id, post_id].append(Delegate(to_person_id, instant(began_at), instant(ended_at)))
    centres: dict[str, list[str]] = defaultdict(list)
    for county_id, kind, organisation_id in sorted(reading.all(_CENTRES), key=lambda row: _rank(row[1])):
        if kind in _CENTRAL:
            centres[county_id].append(organisation_id)
    channels: dict[str, set[str]] = defaultdict(set)
    for person_id, channel in reading.all(_REACHED):
        channels[person_id].add(channel)
    midnight = at.start_of("day")
    return Roster(
        version,
        at,
        standing(reading, midnight.subtract(days=1), midnight.add(days=days)),
        {county: tuple(found) for county, found in centres.items()},
        {key: tuple(persons) for key, persons in held.items()},
        {key: tuple(found) for key, found in delegates.items()},
        {person: frozenset(names) for person, names in channels.items()},
    )


def _rank(kind: str) -> int:
    return _CENTRAL.index(kind) if kind in _CENTRAL else len(_CENTRAL)


def _seat(role: Role, place: Place) -> str:
    if role in UNIT_ROLES:
        return place.unit_id
    if role in TOWN_ROLES:
        return place.path
    return place.department_id if role in _DEPARTMENT_ROLES else place.county_id
