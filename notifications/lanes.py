"""Lanes 缓急: when a message goes out, and how those of one hour become one message; pure, time is an argument.

急 goes at once, at any hour. 要 waits for the next set hour, 常 for the day's digest; neither is sent in quiet hours.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from notifications.message import Message
from notifications.parts import clean, cut, in_bytes
from rules.deadlines import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import time

    from pendulum import DateTime

    from notifications.hours import Hours
    from notifications.parts import Measure


class Lane(StrEnum):
    """How pressing a message is."""

    URGENT = "urgent"
    TIMELY = "timely"
    ROUTINE = "routine"

    @property
    def label(self) -> str:
        """Return the word that people use."""
        return _LABELS[self]


_WORDS = {
    "zh": {"title": "通知 {count} 项", "more": "另有 {count} 项", "foot": "查看全部：{link}\n通知编号：{number}"},
    "en": {"title": "{count} notices", "more": "{count} more", "foot": "Open all: {link}\nNotice no.: {number}"},
}
_LABELS = {Lane.URGENT: "急", Lane.TIMELY: "要", Lane.ROUTINE: "常"}


def when(lane: Lane, now: DateTime, hours: Hours) -> DateTime:
    """Return the first instant, now or later, at which a message of that lane may go out."""
    if lane is Lane.URGENT:
        return now
    local = now.in_timezone(SHANGHAI)
    if lane is Lane.ROUTINE:
        return _next(local, (hours.digest_at,))
    return _next(local, hours.timely_at) if hours.timely_at else after_quiet(local, hours)


def after_quiet(now: DateTime, hours: Hours) -> DateTime:
    """Return now, or the end of the quiet hours that now lies in; for repeats of what is no emergency."""
    local = now.in_timezone(SHANGHAI)
    return _next(local, (hours.quiet_until,)) if hours.is_quiet(local.time()) else local


def digest(
    messages: Sequence[Message],
    *,
    number: str,
    link: str,
    limit: int,
    measure: Measure = in_bytes,
    lines: int = 20,
    language: str = "zh",
) -> Message:
    """Return one message for several: a line for each as long as they fit, then how many more, and where to see all.

    `limit` is what a channel posts at most; `lines` how many a reader reads. A confidential one is its case alone.
    """
    words = _WORDS[language]
    title, foot = words["title"].format(count=len(messages)), words["foot"].format(link=link, number=number)
    body: list[str] = []
    for left, message in zip(range(len(messages), 0, -1), messages[:lines], strict=False):
        line = clean(message.case_number if message.confidential else message.title).replace("\n", " ")
        if _size(measure, title, [*body, line, words["more"].format(count=left - 1)], foot) > limit:
            break
        body.append(line)
    rest = len(messages) - len(body)
    told = "\n".join([*body, *([words["more"].format(count=rest)] if rest else []), foot])
    return Message(cut(title, limit=limit, measure=measure), told, topic="digest", link=link)


def _size(measure: Measure, title: str, body: Sequence[str], foot: str) -> int:
    return measure("\n".join([title, *body, foot]))


def _next(local: DateTime, times: Sequence[time]) -> DateTime:
    """Return the first of the times that is now or later, today's or tomorrow's."""
    every = (
        day.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
        for day in (local, local.add(days=1))
        for at in times
    )
    return next(instant for instant in every if instant >= local)
