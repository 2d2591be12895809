"""Hand-over 交接: what a post still owes moves to whoever holds it now; the new holder is asked as the old one was.

Duties belong to posts and need no moving. Notices go to persons: where a post has changed hands while a duty is open,
the latest notice that asks for it goes to whoever has not had one. It never stops what the old holder was told.

What it costs follows what has changed: only those posts are looked at for whose people something has (see
models/roster_changes.py), outside the writer's time, and each of them a second time once every act is written that may
have been addressed by the roster before the change.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, exists, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert_into

from models import roster_changes
from models.case import Case
from models.clock import instant, micros
from models.duty import DutyRow
from models.effect import EffectRow
from models.installation import Setting, read_fact
from models.next_channel import queued
from models.notice import NoticeRow
from models.roster import PREVIEW, RosterReader, version_of
from models.roster_changes import WATCH
from models.statements import Statement, table
from rules.actor import CONFIDANTS, TOWN_ROLES, UNIT_ROLES, WATCH_ROLES, Place, Role
from rules.agenda import EffectKind
from rules.deadlines import SHANGHAI
from rules.notice_hours import Lane

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pendulum import DateTime
    from sqlalchemy import ColumnElement, FromClause

    from models.roster import Roster
    from models.roster_changes import Noted
    from models.store import Reading, Store, Writing

_cases, _duties, _effects, _notices = (table(model) for model in (Case, DutyRow, EffectRow, NoticeRow))
_facts = table(Setting)
_DONE = "handed_over"
_SETTLES_SECONDS = 300
_MOST_TOGETHER = 200
_asking = or_(_effects.c.asks == _duties.c.key, _effects.c.answer == _duties.c.key)
# Word for word the condition of the index by addressee, which is used only so.
_asks: Any = text("(effects.asks IS NOT NULL OR effects.answer IS NOT NULL)")


def _not_asked(source: FromClause, *where: ColumnElement[bool]) -> Statement:
    """Return the query for the latest notice to a role about each open duty for which it never reached the person."""
    mine = and_(
        _notices.c.case_id == _effects.c.case_id,
        _notices.c.effect_key == _effects.c.key,
        _notices.c.person_id == bindparam("person_id"),
    )
    return Statement(
        select(func.max(_effects.c.id).label("latest"))
        .select_from(
            source.join(_duties, and_(_duties.c.case_id == _effects.c.case_id, _asking)).outerjoin(_notices, mine)
        )
        .where(_duties.c.status == "open", _effects.c.kind == EffectKind.NOTICE.value, *where)
        .group_by(_duties.c.id)
        .having(func.count(_notices.c.id) == 0)
        .order_by("latest")
    )


# The cases of a seat are few: from them to what they ask, and not by way of all that the role was ever asked.
_IN_UNIT, _IN_TOWN, _OF_DEPARTMENT = (
    _not_asked(
        _cases.join(_effects, _effects.c.case_id == _cases.c.id),
        column == bindparam("seat"),
        func.coalesce(_effects.c.addressee, "") == bindparam("role"),
    )
    for column in (_cases.c.unit_id, _cases.c.path, _cases.c.department_id)
)
_ANYWHERE = _not_asked(_effects, _effects.c.addressee == bindparam("role"), _asks)
# As pressing as it was for whoever was told first; what nobody was told is told at once.
_lane = (
    select(func.max(_notices.c.lane))
    .where(_notices.c.case_id == _effects.c.case_id, _notices.c.effect_key == _effects.c.key)
    .correlate(_effects)
    .scalar_subquery()
)
_STILL_ASKING = Statement(
    select(
        _effects.c.case_id, _effects.c.key, _effects.c.addressee, _lane,
        _cases.c.county_id, _cases.c.path, _cases.c.department_id, _cases.c.unit_id,
    )
    .select_from(_effects.join(_cases, _cases.c.id == _effects.c.case_id))
    .where(
        _effects.c.id == bindparam("effect"),
        exists().where(_duties.c.case_id == _effects.c.case_id, _asking, _duties.c.status == "open"),
    )
)  # fmt: skip
_row = upsert_into(_notices).values(
    {column.name: bindparam(column.name) for column in _notices.c if column.name != "id"}
)
_QUEUE = Statement(_row.on_conflict_do_nothing())
_BEGIN = Statement(upsert_into(_facts).values(key=_DONE, value="").on_conflict_do_nothing())
_DO_WITH = Statement(
    update(_facts).where(_facts.c.key == _DONE, _facts.c.value == bindparam("before")).values(value=bindparam("after"))
)


@dataclass(frozen=True, slots=True)
class _Mark:
    """Up to what hand-over has looked: version, channels, the instant, and until when nothing changes by the clock."""

    version: str = ""
    channels: tuple[str, ...] = ()
    at: int = 0
    until: int = 0

    @classmethod
    def read(cls, written: str) -> _Mark:
        """Return the mark as it was written; nothing where it was written otherwise, or never."""
        try:
            version, channels, at, until = json.loads(written)
        except ValueError:
            return cls()
        return cls(version, tuple(channels), at, until)

    def written(self) -> str:
        return json.dumps([self.version, self.channels, self.at, self.until])

    def is_of(self, channels: tuple[str, ...], at: int) -> bool:
        """Tell whether what was looked at then holds for these channels, and then is not after now."""
        return self.channels == channels and 0 < self.at <= at + _SETTLES_SECONDS * 1_000_000


@dataclass(frozen=True, slots=True)
class _Look:
    """One look: what it found as notice (by row) and person, and what is to be remembered once that is queued."""

    roster: Roster
    before: str
    after: _Mark
    noted: tuple[Noted, ...]
    missing: tuple[tuple[int, str], ...]


def is_due(reading: Reading, *, channels: tuple[str, ...], now: DateTime) -> bool:
    """Tell whether somebody has come or gone since `hand_over` last looked, by an act or by the clock."""
    mark, at = _Mark.read(read_fact(reading, _DONE) or ""), micros(now)
    return not mark.is_of(channels, at) or at >= mark.until or mark.version != version_of(reading)


def hand_over(store: Store, *, channels: tuple[str, ...], now: DateTime, always: bool = False) -> int:
    """Ask whoever is in a post now for what the post still owes; return how many notices were queued.

    Looks when somebody has come or gone, at the posts that concerns; `always` looks at every post all the same.
    """
    with store.read() as reading:
        if not always and not is_due(reading, channels=channels, now=now):
            return 0
        look = _look(reading, channels, now, always=always)
    missing, count = iter(look.missing), 0
    while some := tuple(islice(missing, _MOST_TOGETHER)):
        count += store.write(lambda writing, some=some: _queue(writing, look.roster, some, channels))
    store.write(lambda writing: _be_done(writing, look))
    return count


def _look(reading: Reading, channels: tuple[str, ...], now: DateTime, *, always: bool) -> _Look:
    before, at = read_fact(reading, _DONE) or "", micros(now)
    mark, noted = _Mark.read(before), tuple(roster_changes.noted(reading))
    knows = mark.is_of(channels, at)
    # An act that was addressed just before an instant may have been written just after we looked.
    settled = instant(min(mark.at, at) if knows else at).subtract(seconds=_SETTLES_SECONDS)
    edges = list(roster_changes.instants(reading, settled, now.add(days=1)))
    subjects = {change.subject for change in noted} | {subject for subject, edge in edges if edge <= at}
    if instant(mark.at).in_timezone(SHANGHAI).date() != now.in_timezone(SHANGHAI).date():
        subjects.add(WATCH)
    roster = RosterReader().read(reading, now)
    missing = _missing(reading, roster, subjects if knows and not always else None)
    pause = _SETTLES_SECONDS * 1_000_000
    coming = [edge if edge > at else edge + pause for _, edge in edges]
    coming += [(at if change.seen_at is None else change.seen_at) + pause for change in noted]
    until = min((each for each in coming if each > at), default=micros(now.add(days=1)))
    return _Look(roster, before, _Mark(roster.version, channels, at, until), noted, missing)


def _missing(reading: Reading, roster: Roster, subjects: set[str] | None) -> tuple[tuple[int, str], ...]:
    """Return notice (by row) and person where somebody is in a post now and was not asked what it owes."""
    found: list[tuple[int, str]] = []
    persons = None if subjects is None else frozenset(subjects - {WATCH})
    for role, seat, reached in roster.seats_of(persons):
        for person in reached:
            found += [(effect, person) for (effect,) in _of_seat(reading, role, seat, person)]
    for role in sorted(WATCH_ROLES):
        for person in sorted(roster.watched_by(role, None if subjects and WATCH in subjects else persons)):
            rows = reading.all(_ANYWHERE, role=role.value, person_id=person)
            found += [(effect, person) for (effect,) in rows]
    return tuple(found)


def _of_seat(reading: Reading, role: Role, seat: str, person: str) -> list[tuple[int]]:
    if role in UNIT_ROLES:
        return reading.all(_IN_UNIT, role=role.value, seat=seat, person_id=person)
    if role in TOWN_ROLES | CONFIDANTS:
        return reading.all(_IN_TOWN, role=role.value, seat=seat, person_id=person)
    if role in {Role.DEPT_OFFICER, Role.DEPT_HEAD}:
        return reading.all(_OF_DEPARTMENT, role=role.value, seat=seat, person_id=person)
    return reading.all(_ANYWHERE, role=role.value, person_id=person)


def _queue(writing: Writing, roster: Roster, some: Sequence[tuple[int, str]], channels: tuple[str, ...]) -> int:
    at = micros(roster.at)
    return sum(
        writing.run(
            _QUEUE,
            **queued(
                case_id=case_id,
                effect_key=effect_key,
                person_id=person,
                channel=channel,
                lane=lane.value,
                at=at,
                not_before=at,
            ),
        )
        for effect, person in some
        for case_id, effect_key, channel, lane in _ways(writing, roster, effect, person, channels)
    )


def _ways(
    reading: Reading, roster: Roster, effect: int, person: str, channels: tuple[str, ...]
) -> Iterator[tuple[int, str, str, Lane]]:
    """Yield case, notice, channel and lane of what still asks the person, who is reached at that place."""
    row = reading.one(_STILL_ASKING, effect=effect)
    if row is None:
        return
    case_id, effect_key, role, lane_name, *place = row
    if person not in roster.reached(Role(role), Place(*place), roster.at):
        return
    lane = Lane(lane_name or Lane.URGENT)
    for recipient in roster.recipients([person], channels):
        outside = [channel for channel in recipient.channels if channel != PREVIEW]
        for channel in recipient.channels:
            if lane is Lane.URGENT or channel in {PREVIEW, *outside[:1]}:
                yield case_id, effect_key, channel, lane


def _be_done(writing: Writing, look: _Look) -> None:
    """Remember up to what we have looked, unless another sweeper has looked meanwhile: then all of this is its to do.

    A slow one that wrote over a quick one would hide what the quick one had seen.
    """
    writing.run(_BEGIN)
    if not writing.run(_DO_WITH, before=look.before, after=look.after.written()):
        return
    at = look.after.at
    for change in look.noted:
        if change.seen_at is None:
            roster_changes.see(writing, change, at)
        elif at >= change.seen_at + _SETTLES_SECONDS * 1_000_000:
            roster_changes.forget(writing, change)
