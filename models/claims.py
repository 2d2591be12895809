"""Claims 领取: who may now deliver which notices, by a lease that runs out.

A notice is claimed before it is sent and settled after (models/outbox.py). Whoever dies in between leaves a claim that
runs out; the next attempt then carries the same number and says that it is a repeat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, case, func, or_, select, text, update

from models.case import Case
from models.clock import instant, instant_or_none, micros
from models.duty import DutyRow
from models.effect import EffectRow
from models.notice import Attempt, NoticeRow
from models.organisation import Contact
from models.roster import PREVIEW
from models.statements import Statement, one_of, parameter, table
from rules.notice_hours import Lane

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.store import Reading, Row, Store, Writing

_effects, _notices, _cases, _duties, _contacts, _attempts = (
    table(model) for model in (EffectRow, NoticeRow, Case, DutyRow, Contact, Attempt)
)
_answers = _duties.alias("answers")
free = or_(
    _notices.c.status == "queued",
    and_(one_of(_notices.c.status, "claimed", "again"), _notices.c.claimed_until <= bindparam("now")),
)
_recorded, _unclear, _parts_taken = (
    select(found).where(_attempts.c.notice_id == _notices.c.id).correlate(_notices).scalar_subquery()
    for found in (
        func.count(),
        func.coalesce(func.max(case((_attempts.c.outcome == "unknown", 1), else_=0)), 0),
        func.coalesce(func.max(_attempts.c.parts_taken), 0),
    )
)
# The clock's own, and what a change of holders adds to an effect that its story has settled.
not_the_storys = or_(_effects.c.by_clock.is_(True), _effects.c.status != "owed")
notice_columns = (
    _notices.c.id, _notices.c.case_id, _notices.c.effect_key, _notices.c.person_id, _notices.c.channel,
    _notices.c.attempts, _notices.c.queued_at, _cases.c.number, _cases.c.county_id, _cases.c.kind, _effects.c.name,
    not_the_storys.label("by_clock"), _effects.c.clause_id, _duties.c.status.label("asked_status"), _duties.c.act,
    _duties.c.due_alert, _contacts.c.address, _notices.c.first_tried_at, _notices.c.waits,
    _notices.c.without_engine, _answers.c.key.label("answer"), _answers.c.due_alert.label("answer_due"),
    _notices.c.lane, _notices.c.bundle, _recorded, _unclear, _parts_taken, _effects.c.asks, _effects.c.addressee,
)  # fmt: skip
joined = (
    _notices.join(_cases, _cases.c.id == _notices.c.case_id)
    .join(_effects, and_(_effects.c.case_id == _notices.c.case_id, _effects.c.key == _notices.c.effect_key))
    .outerjoin(_duties, and_(_duties.c.case_id == _effects.c.case_id, _duties.c.key == _effects.c.asks))
    .outerjoin(
        _answers,
        and_(
            _answers.c.case_id == _effects.c.case_id, _answers.c.key == _effects.c.answer, _answers.c.status == "open"
        ),
    )
    .outerjoin(
        _contacts,
        and_(_contacts.c.person_id == _notices.c.person_id, _contacts.c.channel == _notices.c.channel),
    )
)
# What is no emergency waits for its hour and goes out in one message with the rest: see models/bundles.py.
paced = and_(_notices.c.lane != Lane.URGENT.value, _notices.c.channel != PREVIEW)
at_once = or_(_notices.c.lane == Lane.URGENT.value, _notices.c.channel == PREVIEW)
# The indexes over what waits are used where their own conditions stand word for word: what was sent, or is another's
# turn, is not read through.
not_settled = text("notices.status IN ('queued', 'claimed', 'again')")
_OF_EFFECT = Statement(
    select(*notice_columns)
    .select_from(joined)
    .where(
        _notices.c.case_id == bindparam("case_id"),
        _notices.c.effect_key == bindparam("effect_key"),
        free,
        at_once,
    )
    .order_by(_notices.c.id)
)
_WAITING = Statement(
    select(*notice_columns)
    .select_from(joined)
    .where(
        not_settled,
        _notices.c.not_before <= bindparam("now"),
        free,
        at_once,
        or_(not_the_storys, _notices.c.queued_at <= bindparam("older_than")),
    )
    .order_by(_notices.c.not_before, _notices.c.id)
    .limit(bindparam("most"))
)
_CLAIM = Statement(
    update(_notices)
    .where(_notices.c.id == bindparam("notice"), free)
    .values(
        status="claimed",
        claimed_by=bindparam("who"),
        claimed_until=bindparam("until"),
        not_before=bindparam("until"),
        attempts=_notices.c.attempts + 1,
        first_tried_at=func.coalesce(_notices.c.first_tried_at, bindparam("now")),
        without_engine=case((_notices.c.attempts == 0, parameter("late")), else_=_notices.c.without_engine),
    )
)
LEASE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice that this process may now deliver. `number` is shown to the reader and stays the same on a repeat.

    `is_repeat`: an earlier attempt ended without a record, or nobody knows how, so the reader may have seen it already;
    the first of all was at `first_tried_at`. `parts_taken` of a long message have been taken. `waits` of the attempts
    met a platform that asked for patience. `without_engine`: no run had taken it when it first went out.
    `is_pointless`: the duty it asks for has ended meanwhile. `answer` is the duty to acknowledge it, None where none is
    waited for, and `answer_due` when it should have come. `asks` is the duty that it asks for, `addressee` the post.
    """

    id: int
    case_id: int
    case_number: str
    county_id: str
    kind: str
    effect_key: str
    effect_name: str
    clause_id: str
    person_id: str
    channel: str
    address: str | None
    act: str | None
    due_alert: DateTime | None
    queued_at: DateTime
    attempt: int
    is_repeat: bool
    is_pointless: bool
    by_clock: bool
    first_tried_at: DateTime
    waits: int
    parts_taken: int
    without_engine: bool
    lane: Lane
    bundle: int | None
    answer: str | None
    answer_due: DateTime | None
    asks: str | None
    addressee: str | None

    @property
    def number(self) -> str:
        """Return the number that a reader can quote on the telephone."""
        return number_of(self.id)

    @property
    def is_paced(self) -> bool:
        """Tell whether it waits for an hour."""
        return self.lane is not Lane.URGENT and self.channel != PREVIEW


def number_of(notice_id: int) -> str:
    """Return the number of a notice as its readers see it."""
    return f"T{notice_id:08d}"


def claim_of_effect(store: Store, *, case_id: int, effect_key: str, who: str, now: DateTime) -> list[Claimed]:
    """Claim the notices of one effect that nobody else holds and that wait for no hour."""
    return store.write(
        lambda writing: take(
            writing,
            writing.all(_OF_EFFECT, case_id=case_id, effect_key=effect_key, now=micros(now)),
            who=who,
            now=now,
            by_story=True,
        )
    )


def claim_waiting(
    store: Store, *, who: str, now: DateTime, unclaimed_for_seconds: int, most: int = 50
) -> list[Claimed]:
    """Claim notices of the clock, and those of any story that no run has taken within so many seconds.

    Those that wait for an hour are claimed by it (models/bundles.py).
    """
    older_than = micros(now.subtract(seconds=unclaimed_for_seconds))
    return store.write(
        lambda writing: take(
            writing,
            writing.all(_WAITING, now=micros(now), older_than=older_than, most=most),
            who=who,
            now=now,
            by_story=False,
        )
    )


def has_waiting(reading: Reading, *, now: DateTime, unclaimed_for_seconds: int) -> bool:
    """Tell whether `claim_waiting` would find anything, without taking the writer's time."""
    older_than = micros(now.subtract(seconds=unclaimed_for_seconds))
    return bool(reading.all(_WAITING, now=micros(now), older_than=older_than, most=1))


def take(writing: Writing, rows: list[Row], *, who: str, now: DateTime, by_story: bool) -> list[Claimed]:
    """Claim those of the rows that are still free; `by_story`: it is no wonder that they were."""
    at, until = micros(now), micros(now.add(seconds=LEASE_SECONDS))
    found = [_claimed(row, now=now, by_story=by_story) for row in rows]
    return [
        notice
        for notice in found
        if writing.run(_CLAIM, notice=notice.id, who=who, now=at, until=until, late=notice.without_engine) == 1
    ]


def _claimed(row: Row, *, now: DateTime, by_story: bool) -> Claimed:
    notice_id, case_id, effect_key, person_id, channel, attempts, queued_at, number, county_id, kind, *rest = row
    name, by_clock, clause_id, asked_status, act, due_alert, address, tried_at, waits, was_late, *rest = rest
    answer, answer_due, lane, bundle, recorded, unclear, parts_taken, asks, addressee = rest
    return Claimed(
        id=notice_id,
        case_id=case_id,
        case_number=number,
        county_id=county_id,
        kind=kind,
        effect_key=effect_key,
        effect_name=name,
        clause_id=clause_id,
        person_id=person_id,
        channel=channel,
        address=address,
        act=act,
        due_alert=instant_or_none(due_alert),
        queued_at=instant(queued_at),
        attempt=attempts + 1,
        is_repeat=attempts > recorded or bool(unclear),
        is_pointless=asked_status not in {None, "open"},
        by_clock=bool(by_clock),
        first_tried_at=now if tried_at is None else instant(tried_at),
        waits=waits,
        parts_taken=parts_taken,
        # A story's notice that the clock sends the first time is one that no run has taken.
        without_engine=bool(was_late) if attempts else not by_story and not by_clock,
        lane=Lane(lane),
        bundle=bundle,
        answer=answer,
        answer_due=instant_or_none(answer_due),
        asks=asks,
        addressee=addressee,
    )
