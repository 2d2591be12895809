"""The outbox 发件箱: what is owed to the world, and how each attempt to deliver it is settled with evidence.

Who may make an attempt is said by a claim (models/claims.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, exists, func, select, text, update

from models.claims import at_once, not_settled, paced
from models.clock import micros
from models.effect import EffectRow
from models.notice import Attempt, NoticeRow
from models.statements import Statement, insert_row, one_of, parameter, table
from rules.actor import Role
from rules.agenda import Effect, EffectKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pendulum import DateTime

    from models.claims import Claimed
    from models.store import Reading, Store, Writing

_effects, _notices = table(EffectRow), table(NoticeRow)
_OWED_OF_CASE = Statement(
    select(
        _effects.c.key, _effects.c.kind, _effects.c.name, _effects.c.addressee, _effects.c.caused_by,
        _effects.c.clause_id, _effects.c.asks, _effects.c.by_clock, _effects.c.answer,
    )
    .where(_effects.c.case_id == bindparam("case_id"), _effects.c.status == "owed")
    .order_by(_effects.c.id)
)  # fmt: skip
# Written as the index has it; a hand-over may have found somebody since.
_to_nobody: Any = text("effects.to_nobody")
_TO_NOBODY = Statement(
    select(_effects.c.case_id, _effects.c.key)
    .where(
        _effects.c.status == "owed",
        _to_nobody,
        _effects.c.by_clock.is_(True),
        ~exists().where(_notices.c.case_id == _effects.c.case_id, _notices.c.effect_key == _effects.c.key),
    )
    .order_by(_effects.c.owed_at)
    .limit(bindparam("most"))
)
_mine = (
    _notices.c.id == bindparam("notice"), _notices.c.status == "claimed", _notices.c.claimed_by == bindparam("who")
)  # fmt: skip
# What certainly was not seen is bundled anew.
_tied = case((parameter("stays_tied"), _notices.c.bundle), else_=None)
_SETTLE = Statement(
    update(_notices)
    .where(*_mine)
    .values(
        status=bindparam("outcome"),
        settled_at=bindparam("at"),
        claimed_until=bindparam("until"),
        not_before=func.coalesce(bindparam("until", type_=_notices.c.not_before.type), _notices.c.not_before),
        waits=_notices.c.waits + bindparam("waited"),
        bundle=_tied,
    )
)
# Whoever comes back late with the news that it was taken is believed: nobody needs to send it again.
_SENT = Statement(
    update(_notices)
    .where(_notices.c.id == bindparam("notice"), _notices.c.status != "cancelled", _notices.c.status != "sent")
    .values(status="sent", settled_at=bindparam("at"), claimed_until=None)
)
_POSTPONE = Statement(
    update(_notices)
    .where(*_mine)
    .values(
        status="again",
        claimed_until=bindparam("until"),
        not_before=bindparam("until"),
        attempts=_notices.c.attempts - 1,
        bundle=_tied,
    )
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
_RESTING = Statement(
    select(_notices.c.effect_key)
    .where(
        _notices.c.case_id == bindparam("case_id"),
        one_of(_notices.c.status, "queued", "claimed", "again"),
    )
    .group_by(_notices.c.effect_key)
    .having(func.min(case((paced, 1), else_=0)) == 1)
)
_COUNT = Statement(
    select(
        *(
            select(func.count()).select_from(_notices).where(not_settled, lane).scalar_subquery()
            for lane in (at_once, paced)
        )
    )
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
_FIRST_PAUSE_SECONDS = 30
_LONGEST_PATIENCE_HOURS = 24


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to: `accepted` by the channel or not, and its answer in words without secrets.

    `unknown`: it left, and nobody can say whether it arrived. `lasting`: no later attempt can do better. `retry_after`:
    the platform wants so many seconds of silence. `reference` is the gateway's own number, `parts_taken` how many parts
    of a long message have been taken by now. Where it was not `asked` our own limit held it back: no attempt was made.
    """

    accepted: bool
    answer: str
    unknown: bool = False
    lasting: bool = False
    retry_after: int | None = None
    reference: str = ""
    parts_taken: int = 0
    asked: bool = True

    @property
    def verdict(self) -> str:
        """Return accepted, refused or unknown."""
        if self.accepted:
            return "accepted"
        return "unknown" if self.unknown else "refused"


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
            answer=answer,
        )
        for key, kind, name, addressee, caused_by, clause_id, asks, by_clock, answer in reading.all(
            _OWED_OF_CASE, case_id=case_id
        )
    }


def waiting_for_hours(reading: Reading, case_id: int) -> frozenset[str]:
    """Return the keys of effects of which only what waits for an hour is left: no run can do more for them."""
    return frozenset(key for (key,) in reading.all(_RESTING, case_id=case_id))


def count_waiting(reading: Reading) -> int:
    """Return how many notices are queued, claimed or to be tried again."""
    row = reading.one(_COUNT)
    return sum(row) if row else 0


def settle_notice(store: Store, notice: Claimed, outcome: Outcome, *, who: str, run_id: str, now: DateTime) -> None:
    """Record the attempt at one notice that waits for no hour, as `settle_notices`."""
    settle_notices(store, (notice,), outcome, who=who, run_id=run_id, now=now)


def settle_notices(
    store: Store,
    notices: Sequence[Claimed],
    outcome: Outcome,
    *,
    who: str,
    run_id: str,
    now: DateTime,
    also: Callable[[Writing, Claimed, str], None] = lambda _writing, _notice, _state: None,
) -> None:
    """Record one attempt that held these notices, and whether and when there will be another.

    What was refused or is unclear is tried again, a few times; where a platform asks for patience, when it says, for a
    day at most; where nothing could ever come of it, not at all. When it was the last notice of its effect, the effect
    is performed by the run. `also` is done in the same transaction for each notice that has come to the state named.
    """

    def work(writing: Writing) -> None:
        at = micros(now)
        for notice in sorted(notices, key=lambda notice: (notice.case_id, notice.effect_key)):
            # Whoever settles the other last notice at the same time would not see that this one is settled.
            writing.one(_LOCK_EFFECT, case_id=notice.case_id, effect_key=notice.effect_key)
            if not outcome.asked:
                also(writing, notice, _postpone(writing, notice, outcome, who=who, now=now))
                continue
            writing.run(_ADD_ATTEMPT, **_attempt_row(notice, outcome, run_id=run_id, at=at))
            if outcome.accepted:
                writing.run(_SENT, notice=notice.id, at=at)
                also(writing, notice, "sent")
            else:
                also(writing, notice, _settle_untaken(writing, notice, outcome, who=who, now=now))
            if writing.one(_UNSETTLED, case_id=notice.case_id, effect_key=notice.effect_key) is None:
                _settle_effect(writing, notice.case_id, notice.effect_key, outcome="performed", run_id=run_id, at=at)

    store.write(work)


def _attempt_row(notice: Claimed, outcome: Outcome, *, run_id: str, at: int) -> dict[str, Any]:
    return {
        "notice_id": notice.id,
        "at": at,
        "run_id": run_id,
        "outcome": outcome.verdict,
        "answer": outcome.answer,
        "repeated": notice.is_repeat,
        "without_engine": notice.without_engine,
        "reference": outcome.reference,
        "parts_taken": outcome.parts_taken,
    }


def _postpone(writing: Writing, notice: Claimed, outcome: Outcome, *, who: str, now: DateTime) -> str:
    until = now.add(seconds=outcome.retry_after or _FIRST_PAUSE_SECONDS)
    writing.run(_POSTPONE, notice=notice.id, who=who, until=micros(until), stays_tied=notice.is_repeat)
    return "again"


def _settle_untaken(writing: Writing, notice: Claimed, outcome: Outcome, *, who: str, now: DateTime) -> str:
    """Settle what was not taken and return the state it is left in, nothing where somebody else holds it by now."""
    waits = outcome.retry_after is not None
    tries = notice.attempt - notice.waits
    patience_until = notice.first_tried_at.add(hours=_LONGEST_PATIENCE_HOURS)
    final = outcome.lasting or (now >= patience_until if waits else tries >= _FINAL_ATTEMPTS)
    pause = outcome.retry_after if outcome.retry_after is not None else _FIRST_PAUSE_SECONDS * 2 ** max(tries - 1, 0)
    may_have_arrived = outcome.unknown or notice.is_repeat or outcome.parts_taken > 0
    state = "again" if not final else ("unclear" if may_have_arrived else "failed")
    settled = writing.run(
        _SETTLE,
        notice=notice.id,
        who=who,
        outcome=state,
        at=micros(now) if final else None,
        until=None if final else micros(now.add(seconds=pause)),
        waited=int(waits),
        stays_tied=may_have_arrived,
    )
    return state if settled else ""


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
