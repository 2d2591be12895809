"""Attempts 发送记录: what each attempt to tell somebody came to, as pages show it; the record itself only grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from models.claims import number_of
from models.clock import instant
from models.notice import Attempt, NoticeRow
from models.statements import Statement, table
from rules.notice_hours import Lane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pendulum import DateTime

    from models.store import Reading

_attempts, _notices = table(Attempt), table(NoticeRow)
_columns = (
    _attempts.c.notice_id, _attempts.c.at, _attempts.c.outcome, _attempts.c.answer, _attempts.c.repeated,
    _attempts.c.without_engine, _attempts.c.reference,
)  # fmt: skip
_OF_CASE = Statement(
    select(*_columns)
    .select_from(_attempts.join(_notices, _notices.c.id == _attempts.c.notice_id))
    .where(_notices.c.case_id == bindparam("case_id"))
    .order_by(_attempts.c.id)
)
_OF_NOTICE = Statement(
    select(*_columns).where(_attempts.c.notice_id == bindparam("notice_id")).order_by(_attempts.c.id)
)


@dataclass(frozen=True, slots=True)
class AttemptEntry:
    """One attempt: `outcome` is accepted, refused or unknown, `answer` what the channel said, in Chinese words of ours.

    `reference` is the gateway's own number for the message.
    """

    at: DateTime
    outcome: str
    answer: str
    repeated: bool
    without_engine: bool
    reference: str


@dataclass(frozen=True, slots=True)
class Timing:
    """How pressing a notice is and when it goes out: `next_at` is the first instant of the next attempt, if any.

    `together_with` is the number of the message in which it went out with others.
    """

    lane: Lane
    next_at: DateTime | None
    together_with: str | None


def timing(
    notice_id: int, *, status: str, lane: str, queued_at: int, not_before: int, until: int | None, bundle: int | None
) -> Timing:
    """Return when a notice goes out, from its row."""
    waits_until = max(not_before, until or 0) if status == "again" else not_before
    waits = status == "again" or (status == "queued" and not_before > queued_at)
    return Timing(
        Lane(lane),
        instant(waits_until) if waits else None,
        number_of(bundle) if bundle is not None and bundle != notice_id else None,
    )


def attempts_of_case(reading: Reading, case_id: int) -> dict[int, tuple[AttemptEntry, ...]]:
    """Return the attempts at every notice of a case, by notice."""
    found: dict[int, list[AttemptEntry]] = {}
    for notice_id, *rest in reading.all(_OF_CASE, case_id=case_id):
        found.setdefault(notice_id, []).append(_entry(rest))
    return {notice_id: tuple(entries) for notice_id, entries in found.items()}


def attempts_of(reading: Reading, notice_id: int) -> tuple[AttemptEntry, ...]:
    """Return the attempts at one notice."""
    return tuple(_entry(rest) for _, *rest in reading.all(_OF_NOTICE, notice_id=notice_id))


def _entry(row: Sequence[Any]) -> AttemptEntry:
    at, outcome, answer, repeated, without_engine, reference = row
    return AttemptEntry(
        at=instant(at),
        outcome=outcome,
        answer=answer,
        repeated=bool(repeated),
        without_engine=bool(without_engine),
        reference=reference,
    )
