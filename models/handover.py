"""Hand-over 交接: what a post still owes moves to whoever holds it now; the new holder is asked as the old one was.

Duties belong to posts and need no moving. Notices go to persons: where a post has changed hands while a duty is open,
the latest notice that asks for it goes to whoever has not had one. It never stops what the old holder was told.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert_into

from models.case import Case
from models.clock import micros
from models.duty import DutyRow
from models.effect import EffectRow
from models.installation import read_fact, write_fact
from models.next_channel import queued
from models.notice import NoticeRow
from models.roster import PREVIEW, RosterReader, version_of
from models.statements import Statement, table
from rules.actor import Place, Role
from rules.agenda import EffectKind
from rules.notice_hours import Lane

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendulum import DateTime

    from models.roster import Roster
    from models.store import Reading, Store, Writing

_cases, _duties, _effects, _notices = (table(model) for model in (Case, DutyRow, EffectRow, NoticeRow))
_DONE = "handed_over"
_EVERY_MICROSECONDS = 300_000_000
_asking = or_(_effects.c.asks == _duties.c.key, _effects.c.answer == _duties.c.key)
# As pressing as it was for whoever was told first; what nobody was told is told at once.
_lane = (
    select(func.max(_notices.c.lane))
    .where(_notices.c.case_id == _effects.c.case_id, _notices.c.effect_key == _effects.c.key)
    .correlate(_effects)
    .scalar_subquery()
)
_OPEN = Statement(
    select(
        _effects.c.case_id, _duties.c.key, _effects.c.addressee, _effects.c.key, _cases.c.county_id, _cases.c.path,
        _cases.c.department_id, _cases.c.unit_id, _lane,
    )
    .select_from(
        _duties.join(_effects, and_(_effects.c.case_id == _duties.c.case_id, _asking)).join(
            _cases, _cases.c.id == _duties.c.case_id
        )
    )
    .where(_duties.c.status == "open", _effects.c.kind == EffectKind.NOTICE.value)
    .order_by(_effects.c.id)
)  # fmt: skip
_ASKED = Statement(
    select(_effects.c.case_id, _duties.c.key, _effects.c.addressee, _notices.c.person_id)
    .select_from(
        _duties.join(_effects, and_(_effects.c.case_id == _duties.c.case_id, _asking)).join(
            _notices, and_(_notices.c.case_id == _effects.c.case_id, _notices.c.effect_key == _effects.c.key)
        )
    )
    .where(_duties.c.status == "open", _effects.c.kind == EffectKind.NOTICE.value)
)
_row = upsert_into(_notices).values(
    {column.name: bindparam(column.name) for column in _notices.c if column.name != "id"}
)
_QUEUE = Statement(_row.on_conflict_do_nothing())


@dataclass(frozen=True, slots=True)
class _Post:
    """A post that an open duty was put to: the case and its place, the duty, the role."""

    case_id: int
    duty: str
    role: Role


def hand_over(store: Store, *, channels: tuple[str, ...], now: DateTime, always: bool = False) -> int:
    """Ask whoever is in a post now for what the post still owes; return how many notices were queued.

    Looks when somebody has come or gone, and every few minutes for shifts and absences that begin by the clock;
    `always` looks all the same.
    """
    with store.read() as reading:
        if not always and read_fact(reading, _DONE) == _mark(version_of(reading), now):
            return 0
    return store.write(lambda writing: _hand_over(writing, channels, now))


def _mark(version: str, now: DateTime) -> str:
    return f"{version}@{micros(now) // _EVERY_MICROSECONDS}"


def _hand_over(writing: Writing, channels: tuple[str, ...], now: DateTime) -> int:
    roster, at = RosterReader().read(writing, now), micros(now)
    count = sum(
        writing.run(
            _QUEUE,
            **queued(
                case_id=case_id,
                effect_key=effect_key,
                person_id=person_id,
                channel=channel,
                lane=lane.value,
                at=at,
                not_before=at,
            ),
        )
        for case_id, effect_key, person_id, channel, lane in _missing(writing, roster, channels)
    )
    write_fact(writing, _DONE, _mark(roster.version, now))
    return count


def _missing(reading: Reading, roster: Roster, channels: tuple[str, ...]) -> Iterator[tuple[int, str, str, str, Lane]]:
    """Yield case, notice, person, channel and lane where somebody is in a post now and was not asked what it owes."""
    asked: dict[_Post, set[str]] = defaultdict(set)
    for case_id, duty, role, person_id in reading.all(_ASKED):
        asked[_Post(case_id, duty, Role(role))].add(person_id)
    latest = {
        _Post(case_id, duty, Role(role)): (effect_key, Place(*place), Lane(lane or Lane.URGENT))
        for case_id, duty, role, effect_key, *place, lane in reading.all(_OPEN)
    }
    for post, (effect_key, place, lane) in latest.items():
        new = [person for person in roster.reached(post.role, place, roster.at) if person not in asked[post]]
        for recipient in roster.recipients(new, channels):
            outside = [channel for channel in recipient.channels if channel != PREVIEW]
            for channel in recipient.channels:
                if lane is Lane.URGENT or channel in {PREVIEW, *outside[:1]}:
                    yield post.case_id, effect_key, recipient.person_id, channel, lane
