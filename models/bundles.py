"""Bundles 合并: what one person is told at one hour over one channel goes out in one message, so many a day at most.

Each notice keeps its number and its evidence; the message carries the number of the first. A repeat of what may have
been seen holds the same notices under the same number; what certainly was not is bundled anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select, update

from models.claims import Claimed, free, joined, not_settled, notice_columns, number_of, paced, take
from models.clock import micros
from models.next_channel import pass_on
from models.notice import NoticeRow, Told
from models.outbox import Outcome, settle_notices
from models.statements import Statement, add_to, table
from rules.deadlines import SHANGHAI
from rules.notice_hours import Lane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pendulum import DateTime

    from models.store import Reading, Store, Writing
    from rules.notice_hours import NoticeHours

_notices, _told = table(NoticeRow), table(Told)
_due = (not_settled, _notices.c.not_before <= bindparam("now"), free, paced)
_FIRST = Statement(
    select(_notices.c.person_id, _notices.c.channel, func.coalesce(_notices.c.bundle, 0), _notices.c.lane)
    .where(*_due)
    .order_by(_notices.c.not_before, _notices.c.id)
    .limit(1)
)
_TOGETHER = Statement(
    select(*notice_columns)
    .select_from(joined)
    .where(
        *_due,
        _notices.c.person_id == bindparam("person_id"),
        _notices.c.channel == bindparam("channel"),
        func.coalesce(_notices.c.bundle, 0) == bindparam("bundle"),
    )
    .order_by(_notices.c.id)
    .limit(bindparam("most"))
)
_TIE = Statement(update(_notices).where(_notices.c.id == bindparam("notice")).values(bundle=bindparam("lead")))
_TIED = Statement(select(func.count()).where(_notices.c.bundle == bindparam("lead")))
_PUT_OFF = Statement(
    update(_notices).where(_notices.c.id == bindparam("notice"), free).values(not_before=bindparam("until"))
)
_COUNT = add_to(Told, "messages")
_COUNTED = Statement(
    select(_told.c.messages).where(_told.c.person_id == bindparam("person_id"), _told.c.day == bindparam("day"))
)
_MOST_TOGETHER = 200
_ENDED = frozenset({"failed", "unclear"})


@dataclass(frozen=True, slots=True)
class Bundle:
    """Notices to be told in one message. `pointless` are those whose duty has ended; they are not in it.

    `is_repeat`: the reader may have seen it already; `is_the_same`: it then held the same notices. `day` is the day in
    Asia/Shanghai on which it counts.
    """

    notices: tuple[Claimed, ...]
    pointless: tuple[Claimed, ...]
    lead: int
    is_the_same: bool
    day: str

    @property
    def number(self) -> str:
        """Return the number of the message."""
        return number_of(self.lead)

    @property
    def is_repeat(self) -> bool:
        """Tell whether the reader may have seen it."""
        return any(notice.is_repeat for notice in self.notices)


def has_due(reading: Reading, *, now: DateTime, hours: NoticeHours | None) -> bool:
    """Tell whether `claim_bundle` would find anything, without taking the writer's time."""
    return _are_hours(hours, now) and reading.one(_FIRST, now=micros(now)) is not None


def claim_bundle(store: Store, *, who: str, now: DateTime, hours: NoticeHours | None) -> Bundle | None:
    """Claim what the next person is to be told now over one channel; None where nobody is, or the hours are quiet.

    A bundle without notices: the person has been told as often as may be today, and hears the rest on another day.
    """
    if not _are_hours(hours, now):
        return None
    return store.write(lambda writing: _claim(writing, who=who, now=now, hours=hours))


def settle_bundle(
    store: Store,
    bundle: Bundle,
    outcome: Outcome,
    *,
    who: str,
    run_id: str,
    now: DateTime,
    channels: Sequence[str],
    hours: NoticeHours | None,
) -> None:
    """Record what the message came to with each of its notices, as `settle_notices`.

    What certainly was not sent does not count for the day; what this channel will never bring is queued for the next of
    `channels` that reaches the person.
    """

    def follow(writing: Writing, notice: Claimed, state: str) -> None:
        if notice.id == bundle.notices[0].id and outcome.verdict == "refused" and not outcome.parts_taken:
            writing.run(_COUNT, person_id=notice.person_id, day=bundle.day, messages=-1)
        if state in _ENDED:
            pass_on(writing, notice, channels=channels, hours=hours, now=now)

    settle_notices(store, bundle.notices, outcome, who=who, run_id=run_id, now=now, also=follow)


def _are_hours(hours: NoticeHours | None, now: DateTime) -> bool:
    return hours is None or not hours.is_quiet(now)


def _claim(writing: Writing, *, who: str, now: DateTime, hours: NoticeHours | None) -> Bundle | None:
    first = writing.one(_FIRST, now=micros(now))
    if first is None:
        return None
    person_id, channel, bundle, lane = first
    rows = writing.all(
        _TOGETHER, now=micros(now), person_id=person_id, channel=channel, bundle=bundle, most=_MOST_TOGETHER
    )
    day = now.astimezone(SHANGHAI).date().isoformat()
    if hours is not None and not _may_be_told(writing, person_id, day, hours.most_a_day):
        until = micros(hours.on_another_day(Lane(lane), now))
        for row in rows:
            writing.run(_PUT_OFF, notice=row[0], now=micros(now), until=until)
        return Bundle((), (), 0, is_the_same=False, day=day)
    claimed = take(writing, rows, who=who, now=now, by_story=True)
    notices = tuple(notice for notice in claimed if not notice.is_pointless)
    pointless = tuple(notice for notice in claimed if notice.is_pointless)
    if not notices:
        return Bundle((), pointless, 0, is_the_same=False, day=day)
    writing.run(_COUNT, person_id=person_id, day=day, messages=1)
    lead = bundle or notices[0].id
    for notice in notices:
        writing.run(_TIE, notice=notice.id, lead=lead)
    tied = writing.one(_TIED, lead=lead)
    return Bundle(notices, pointless, lead, is_the_same=tied is not None and tied[0] == len(notices), day=day)


def _may_be_told(writing: Writing, person_id: str, day: str, most: int) -> bool:
    # Adding nothing makes the row where there is none, and holds it until the transaction ends.
    writing.run(_COUNT, person_id=person_id, day=day, messages=0)
    row = writing.one(_COUNTED, person_id=person_id, day=day)
    return row is not None and row[0] < most
