"""The next channel 下一渠道: what one channel could not bring goes by the next that reaches the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, exists, select

from models.clock import micros
from models.notice import NoticeRow
from models.organisation import Contact
from models.statements import Statement, insert_row, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pendulum import DateTime

    from models.claims import Claimed
    from models.store import Writing
    from rules.notice_hours import NoticeHours

_notices, _contacts = table(NoticeRow), table(Contact)
_REACHED = Statement(
    select(_contacts.c.channel).where(
        _contacts.c.person_id == bindparam("person_id"),
        ~exists().where(
            _notices.c.case_id == bindparam("case_id"),
            _notices.c.effect_key == bindparam("effect_key"),
            _notices.c.person_id == _contacts.c.person_id,
            _notices.c.channel == _contacts.c.channel,
        ),
    )
)
_ADD = insert_row(NoticeRow, leaving=("id",))


def queued(
    *, case_id: int, effect_key: str, person_id: str, channel: str, lane: str, at: int, not_before: int
) -> dict[str, object]:
    """Return the row of a notice that nobody has tried yet."""
    return {
        "case_id": case_id,
        "effect_key": effect_key,
        "person_id": person_id,
        "channel": channel,
        "status": "queued",
        "queued_at": at,
        "claimed_by": None,
        "claimed_until": None,
        "attempts": 0,
        "settled_at": None,
        "first_tried_at": None,
        "waits": 0,
        "without_engine": False,
        "lane": lane,
        "not_before": not_before,
        "bundle": None,
    }


def pass_on(
    writing: Writing, notice: Claimed, *, channels: Sequence[str], hours: NoticeHours | None, now: DateTime
) -> bool:
    """Queue a notice that came to its end over one channel for the next; tell whether there is one.

    `channels` are those of the installation in their order. An emergency went out over all of them from the start.
    """
    if not notice.is_paced or notice.channel not in channels:
        return False
    reached = {
        channel
        for (channel,) in writing.all(
            _REACHED, person_id=notice.person_id, case_id=notice.case_id, effect_key=notice.effect_key
        )
    }
    later = channels[channels.index(notice.channel) + 1 :]
    following = next((channel for channel in later if channel in reached), None)
    if following is None:
        return False
    at = micros(now)
    writing.run(
        _ADD,
        **queued(
            case_id=notice.case_id,
            effect_key=notice.effect_key,
            person_id=notice.person_id,
            channel=following,
            lane=notice.lane.value,
            at=at,
            not_before=at if hours is None else micros(hours.when(notice.lane, now)),
        ),
    )
    return True
