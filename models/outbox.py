"""The outbox 发件箱: what is owed to the world, claimed by lease, attempted, and settled with evidence.

A notice is claimed before it is sent and settled after. Whoever dies in between leaves a claim that runs out; the next
attempt then carries the same number and says that it is a repeat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, exists, func, or_, select, text, update

from models.case import Case
from models.clock import instant, instant_or_none, micros
from models.duty import DutyRow
from models.effect import EffectRow
from models.notice import Attempt, NoticeRow
from models.organisation import Contact
from models.statements import Statement, insert_row, one_of, table
from rules.actor import Role
from rules.agenda import Effect, EffectKind

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.store import Reading, Row, Store, Writing

_effects, _notices, _cases, _duties, _contacts, _attempts = (
    table(model) for model in (EffectRow, NoticeRow, Case, DutyRow, Contact, Attempt)
)
_OWED_OF_CASE = Statement(
    select(
        _effects.c.key, _effects.c.kind, _effects.c.name, _effects.c.addressee, _effects.c.caused_by,
        _effects.c.clause_id, _effects.c.asks, _effects.c.by_clock,
    )
    .where(_effects.c.case_id == bindparam("case_id"), _effects.c.status == "owed")
    .order_by(_effects.c.id)
)  # fmt: skip
_free = or_(
    _notices.c.status == "queued",
    and_(one_of(_notices.c.status, "claimed", "again"), _notices.c.claimed_until <= bindparam("now")),
)
_recorded = select(func.count()).where(_attempts.c.notice_id == _notices.c.id).correlate(_notices).scalar_subquery()
_notice_columns = (
    _notices.c.id, _notices.c.case_id, _notices.c.effect_key, _notices.c.person_id, _notices.c.channel,
    _notices.c.attempts, _notices.c.queued_at, _cases.c.number, _cases.c.county_id, _cases.c.kind, _effects.c.name,
    _effects.c.by_clock, _effects.c.clause_id, _duties.c.status.label("asked_status"), _duties.c.act,
    _duties.c.due_alert, _contacts.c.address, _recorded,
)  # fmt: skip
_joined = (
    _notices.join(_cases, _cases.c.id == _notices.c.case_id)
    .join(_effects, and_(_effects.c.case_id == _notices.c.case_id, _effects.c.key == _notices.c.effect_key))
    .outerjoin(_duties, and_(_duties.c.case_id == _effects.c.case_id, _duties.c.key == _effects.c.asks))
    .outerjoin(
        _contacts,
        and_(_contacts.c.person_id == _notices.c.person_id, _contacts.c.channel == _notices.c.channel),
    )
)
_OF_EFFECT = Statement(
    select(*_notice_columns)
    .select_from(_joined)
    .where(_notices.c.case_id == bindparam("case_id"), _notices.c.effect_key == bindparam("effect_key"), _free)
    .order_by(_notices.c.id)
)
# The index over what waits is used where its own condition stands word for word: what was sent is not read through.
_not_settled = text("notices.status IN ('queued', 'claimed', 'again')")
_WAITING = Statement(
    select(*_notice_columns)
    .select_from(_joined)
    .where(_not_settled, _free, or_(_effects.c.by_clock.is_(True), _notices.c.queued_at <= bindparam("older_than")))
    .order_by(_notices.c.queued_at, _notices.c.id)
    .limit(bindparam("most"))
)
_TO_NOBODY = Statement(
    select(_effects.c.case_id, _effects.c.key)
    .where(
        _effects.c.status == "owed",
        _effects.c.kind == EffectKind.NOTICE.value,
        _effects.c.by_clock.is_(True),
        ~exists().where(_notices.c.case_id == _effects.c.case_id, _notices.c.effect_key == _effects.c.key),
    )
    .order_by(_effects.c.owed_at)
    .limit(bindparam("most"))
)
_CLAIM = Statement(
    update(_notices)
    .where(_notices.c.id == bindparam("notice"), _free)
    .values(
        status="claimed",
        claimed_by=bindparam("who"),
        claimed_until=bindparam("until"),
        attempts=_notices.c.attempts + 1,
    )
)
_SETTLE = Statement(
    update(_notices)
    .where(
        _notices.c.id == bindparam("notice"), _notices.c.status == "claimed", _notices.c.claimed_by == bindparam("who")
    )
    .values(status=bindparam("outcome"), settled_at=bindparam("at"), claimed_until=bindparam("until"))
)
_CALL_OFF_NOTICES = Statement(
    update(_notices)
    .where(
        _notices.c.case_id == bindparam("in_case"),
        _notices.c.effect_key == bindparam("of_effect"),
        one_of(_notices.c.status, "queued", "claimed", "again"),
    )
    .values(status="cancelled", settled_at=bindparam("at"))
)
_UNSETTLED = Statement(
    select(_notices.c.id)
    .where(
        _notices.c.case_id == bindparam("case_id"),
        _notices.c.effect_key == bindparam("effect_key"),
        one_of(_notices.c.status, "queued", "claimed", "again"),
    )
    .limit(1)
)
_COUNT = Statement(
    select(func.count()).select_from(_notices).where(one_of(_notices.c.status, "queued", "claimed", "again"))
)
_HOW_MANY = Statement(
    select(func.count()).where(
        _notices.c.case_id == bindparam("case_id"), _notices.c.effect_key == bindparam("effect_key")
    )
)
_LOCK_EFFECT = Statement(
    select(_effects.c.id)
    .where(_effects.c.case_id == bindparam("case_id"), _effects.c.key == bindparam("effect_key"))
    .with_for_update()
)
_SETTLE_EFFECT = Statement(
    update(_effects)
    .where(
        _effects.c.case_id == bindparam("in_case"), _effects.c.key == bindparam("of_key"), _effects.c.status == "owed"
    )
    .values(
        status=bindparam("outcome"),
        settled_at=bindparam("at"),
        run_id=bindparam("run"),
        reason=bindparam("why"),
        paper_sha256=bindparam("paper"),
    )
)
_ADD_ATTEMPT = insert_row(Attempt, leaving=("id",))
_FINAL_ATTEMPTS = 8
_LEASE_SECONDS = 60
_FIRST_PAUSE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice that this process may now deliver. `number` is shown to the reader and stays the same on a repeat.

    `is_repeat`: an earlier attempt ended without a record, so the reader may have seen it already. `is_pointless`: the
    duty it asks for has ended meanwhile.
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

    @property
    def number(self) -> str:
        """Return the number that a reader can quote on the telephone."""
        return f"T{self.id:08d}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to: `accepted` by the channel or not, and its answer in words without secrets."""

    accepted: bool
    answer: str


def owed_effects(reading: Reading, case_id: int) -> dict[str, Effect]:
    """Return the effects of a case that nobody has settled, by key, in the order in which they arose."""
    return {
        key: Effect(
            key=key,
            kind=EffectKind(kind),
            name=name,
            addressee=Role(addressee) if addressee else None,
            caused_by=caused_by,
            clause_id=clause_id,
            asks=asks,
            by_clock=bool(by_clock),
        )
        for key, kind, name, addressee, caused_by, clause_id, asks, by_clock in reading.all(
            _OWED_OF_CASE, case_id=case_id
        )
    }


def claim_of_effect(store: Store, *, case_id: int, effect_key: str, who: str, now: DateTime) -> list[Claimed]:
    """Claim the notices of one effect that nobody else holds."""
    return store.write(
        lambda writing: _claim(
            writing,
            writing.all(_OF_EFFECT, case_id=case_id, effect_key=effect_key, now=micros(now)),
            who=who,
            now=now,
        )
    )


def claim_waiting(
    store: Store, *, who: str, now: DateTime, unclaimed_for_seconds: int, most: int = 50
) -> list[Claimed]:
    """Claim notices of the clock, and those of any story that no run has taken within so many seconds."""
    older_than = micros(now.subtract(seconds=unclaimed_for_seconds))
    return store.write(
        lambda writing: _claim(
            writing, writing.all(_WAITING, now=micros(now), older_than=older_than, most=most), who=who, now=now
        )
    )


def has_waiting(reading: Reading, *, now: DateTime, unclaimed_for_seconds: int) -> bool:
    """Tell whether anything could be claimed, without taking the writer's time."""
    older_than = micros(now.subtract(seconds=unclaimed_for_seconds))
    return bool(reading.all(_WAITING, now=micros(now), older_than=older_than, most=1))


def count_waiting(reading: Reading) -> int:
    """Return how many notices are queued, claimed or to be tried again."""
    row = reading.one(_COUNT)
    return row[0] if row else 0


def settle_notice(
    store: Store,
    notice: Claimed,
    outcome: Outcome,
    *,
    who: str,
    run_id: str,
    now: DateTime,
    without_engine: bool = False,
) -> None:
    """Record the attempt; a refused notice is tried again later, a few times, and then stands as failed.

    When it was the last notice of its effect, the effect is performed by the run.
    """
    final = outcome.accepted or notice.attempt >= _FINAL_ATTEMPTS
    state = "sent" if outcome.accepted else ("failed" if final else "again")
    next_try = None if final else micros(now.add(seconds=_FIRST_PAUSE_SECONDS * 2 ** (notice.attempt - 1)))

    def work(writing: Writing) -> None:
        at = micros(now)
        # Whoever settles the other last notice at the same time would not see that this one is settled.
        writing.one(_LOCK_EFFECT, case_id=notice.case_id, effect_key=notice.effect_key)
        writing.run(
            _ADD_ATTEMPT,
            notice_id=notice.id,
            at=at,
            run_id=run_id,
            outcome="accepted" if outcome.accepted else "refused",
            answer=outcome.answer,
            repeated=notice.is_repeat,
            without_engine=without_engine,
        )
        writing.run(_SETTLE, notice=notice.id, who=who, outcome=state, at=at if final else None, until=next_try)
        if final and writing.one(_UNSETTLED, case_id=notice.case_id, effect_key=notice.effect_key) is None:
            _settle_effect(writing, notice.case_id, notice.effect_key, outcome="performed", run_id=run_id, at=at)

    store.write(work)


def perform_effect(
    store: Store, *, case_id: int, key: str, run_id: str, now: DateTime, paper_sha256: str | None = None
) -> bool:
    """Settle an effect as performed by a run; tell whether it was still owed, so that it is performed once."""
    return store.write(
        lambda writing: _settle_effect(
            writing, case_id, key, outcome="performed", run_id=run_id, at=micros(now), paper_sha256=paper_sha256
        )
    )


def cancel_effect(store: Store, *, case_id: int, key: str, run_id: str, reason: str, now: DateTime) -> bool:
    """Settle an effect as called off with the reason, its queued notices with it; tell whether it was still owed."""

    def work(writing: Writing) -> bool:
        at = micros(now)
        writing.one(_LOCK_EFFECT, case_id=case_id, effect_key=key)
        writing.run(_CALL_OFF_NOTICES, in_case=case_id, of_effect=key, at=at)
        return _settle_effect(writing, case_id, key, outcome="cancelled", run_id=run_id, at=at, reason=reason)

    return store.write(work)


def notices_of(reading: Reading, *, case_id: int, effect_key: str) -> int:
    """Return how many notices an effect has; none means that nobody holds the post."""
    row = reading.one(_HOW_MANY, case_id=case_id, effect_key=effect_key)
    return row[0] if row else 0


def clock_notices_to_nobody(reading: Reading, most: int = 50) -> list[tuple[int, str]]:
    """Return case and key of what the clock owes to posts that nobody holds."""
    return [(case_id, key) for case_id, key in reading.all(_TO_NOBODY, most=most)]


def has_unsettled(reading: Reading, *, case_id: int, effect_key: str) -> bool:
    """Tell whether a notice of the effect is still queued or claimed."""
    return reading.one(_UNSETTLED, case_id=case_id, effect_key=effect_key) is not None


def _claim(writing: Writing, rows: list[Row], *, who: str, now: DateTime) -> list[Claimed]:
    until = micros(now.add(seconds=_LEASE_SECONDS))
    return [
        _claimed(row) for row in rows if writing.run(_CLAIM, notice=row[0], who=who, now=micros(now), until=until) == 1
    ]


def _claimed(row: Row) -> Claimed:
    notice_id, case_id, effect_key, person_id, channel, attempts, queued_at, number, county_id, kind, *rest = row
    name, by_clock, clause_id, asked_status, act, due_alert, address, recorded = rest
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
        is_repeat=attempts > recorded,
        is_pointless=asked_status not in {None, "open"},
        by_clock=bool(by_clock),
    )


def _settle_effect(
    writing: Writing,
    case_id: int,
    key: str,
    *,
    outcome: str,
    run_id: str,
    at: int,
    reason: str | None = None,
    paper_sha256: str | None = None,
) -> bool:
    return (
        writing.run(
            _SETTLE_EFFECT,
            in_case=case_id,
            of_key=key,
            outcome=outcome,
            at=at,
            run=run_id,
            why=reason,
            paper=paper_sha256,
        )
        == 1
    )
