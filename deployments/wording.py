"""How the command line words time and law: countdowns, clauses, instants as people type them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pendulum

from deployments.language import say
from rules.deadlines import SHANGHAI
from rules.errors import ClauseNotInForce, TimeInvalid

if TYPE_CHECKING:
    from datetime import date

    from pendulum import DateTime

    from rules.rulebook import Rulebook

_FORMATS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")


def countdown(due_at: DateTime | None, now: DateTime) -> str:
    """Return the last instant in time and how far it is, in words."""
    if due_at is None:
        return say("无期限", "no term")
    last = last_instant(due_at)
    seconds = (due_at - now).total_seconds()
    length = _length(abs(seconds))
    return (
        say(f"{last}（还有{length}）", f"{last} ({length} left)")
        if seconds > 0
        else say(f"{last}（逾期{length}）", f"{last} ({length} overdue)")
    )


def last_instant(due_at: DateTime) -> str:
    """Return the last minute in time: a term that ends at midnight ends with the day before."""
    return due_at.subtract(microseconds=1).format("YYYY-MM-DD HH:mm")


def clause_words(rulebook: Rulebook, clause_id: str, on: date) -> str:
    """Return a clause as a lawyer would cite it, and who set its limit."""
    try:
        clause = rulebook.clause(clause_id, on)
    except ClauseNotInForce:
        return clause_id
    return f"{clause.citation} {clause.limit_label}"


def moment(written: str) -> DateTime:
    """Return an instant that a person typed, in Asia/Shanghai. Raises `TimeInvalid`."""
    for form in _FORMATS:
        try:
            return pendulum.instance(datetime.strptime(written, form), tz=SHANGHAI)  # noqa: DTZ007 - the zone follows
        except ValueError:
            continue
    raise TimeInvalid(f"「{written}」不是时间，应如 2026-11-23 14:30。请改正后重试。")


def _length(seconds: float) -> str:
    minutes = int(seconds // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return say(f"{days}天{hours}小时", f"{days} d {hours} h")
    return say(f"{hours}小时{minutes}分", f"{hours} h {minutes} min")
