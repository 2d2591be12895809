"""The roster 名册: who holds which post, and by which channels each person is reached; kept in memory by version."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from models.base import fresh_id
from models.installation import Setting
from models.organisation import Contact, Holding, Organisation, Post
from models.statements import Statement, table
from rules.actor import TOWN_ROLES, UNIT_ROLES, Place, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.store import Reading, Writing

_posts, _holdings, _organisations = table(Post), table(Holding), table(Organisation)
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
    )
    .select_from(
        _posts.join(_holdings, _holdings.c.post_id == _posts.c.id).outerjoin(
            _organisations, _organisations.c.id == _posts.c.organisation_id
        )
    )
    .where(_holdings.c.ended_at.is_(None))
    .order_by(_holdings.c.id)
)
_REACHED = Statement(select(_contacts.c.person_id, _contacts.c.channel))
# The bureau is the supervising department of some sectors; its officers then hold what a department's officers hold.
_ALSO_HOLD = {Role.BUREAU_OFFICER: Role.DEPT_OFFICER, Role.BUREAU_HEAD: Role.DEPT_HEAD}
_DEPARTMENT_ROLES = frozenset(_ALSO_HOLD.values())
PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person to be told and the channels that are set up for them."""

    person_id: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """Who holds what at one version of the county's posts."""

    version: str
    _held: Mapping[tuple[Role, str], tuple[str, ...]]
    _channels: Mapping[str, frozenset[str]]

    def holders(self, role: Role, place: Place) -> tuple[str, ...]:
        """Return the persons who hold a role for cases at that place."""
        return self._held.get((role, _seat(role, place)), ())

    def recipients(self, role: Role, place: Place, channels: tuple[str, ...]) -> tuple[Recipient, ...]:
        """Return whom to tell and how; the preview reaches everybody, other channels those who have an address."""
        return tuple(
            Recipient(person, tuple(c for c in channels if c == PREVIEW or c in self._channels.get(person, ())))
            for person in self.holders(role, place)
        )


class RosterReader:
    """Reads the roster once for each version of it."""

    def __init__(self) -> None:
        self._latest: Roster | None = None

    def read(self, reading: Reading) -> Roster:
        """Return the roster as the transaction sees it."""
        row = reading.one(_VERSION, key=_VERSION_KEY)
        version = row[0] if row else "0"
        latest = self._latest
        if latest is None or latest.version != version:
            latest = self._latest = _load(reading, version)
        return latest


def touch(writing: Writing) -> None:
    """Make every process read the roster again, because posts, holders or contacts have changed."""
    # A number counted on would come again after a change that was taken back, or twice for two changes at once.
    writing.run(_NEXT_VERSION, name=_VERSION_KEY, version=fresh_id())


def _load(reading: Reading, version: str) -> Roster:
    held: dict[tuple[Role, str], dict[str, None]] = defaultdict(dict)
    for county_id, role_name, unit_id, organisation_id, path, person_id in reading.all(_HELD):
        role = Role(role_name)
        seat = _seat(role, Place(county_id, path or "", organisation_id or "", unit_id or ""))
        held[role, seat][person_id] = None
        if role in _ALSO_HOLD:
            held[_ALSO_HOLD[role], organisation_id][person_id] = None
    channels: dict[str, set[str]] = defaultdict(set)
    for person_id, channel in reading.all(_REACHED):
        channels[person_id].add(channel)
    return Roster(
        version,
        {key: tuple(persons) for key, persons in held.items()},
        {person: frozenset(names) for person, names in channels.items()},
    )


def _seat(role: Role, place: Place) -> str:
    if role in UNIT_ROLES:
        return place.unit_id
    if role in TOWN_ROLES:
        return place.path
    return place.department_id if role in _DEPARTMENT_ROLES else place.county_id
