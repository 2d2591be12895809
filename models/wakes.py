"""Wakes 唤醒: which stories must be told again; claimed by lease, finished when nothing newer came in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert_into

from models.case import Case
from models.clock import micros
from models.run import Wake
from models.statements import Statement, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendulum import DateTime

    from models.store import Reading, Row, Store, Writing

_wakes, _cases = table(Wake), table(Case)
_free = or_(_wakes.c.claimed_until.is_(None), _wakes.c.claimed_until <= bindparam("now"))
_waiting = (
    select(
        _wakes.c.case_id, _wakes.c.seq, _wakes.c.batch, _wakes.c.tries, _cases.c.number, _cases.c.kind, _cases.c.path,
        _cases.c.overdue,
    )
    .select_from(_wakes.join(_cases, _cases.c.id == _wakes.c.case_id))
    .where(_free)
    .order_by(_wakes.c.queued_at)
    .limit(bindparam("most"))
)  # fmt: skip
_SINGLE = Statement(_waiting.where(_wakes.c.batch.is_(None)))
_OF_BATCH = Statement(_waiting.where(_wakes.c.batch == bindparam("batch")))
_BATCHES = Statement(select(_wakes.c.batch).where(_free, _wakes.c.batch.is_not(None)).distinct())
_IN_BATCH = Statement(select(func.count()).where(_wakes.c.batch == bindparam("batch")))
_CLAIM = Statement(
    update(_wakes)
    .where(_wakes.c.case_id == bindparam("case"), _free)
    .values(claimed_by=bindparam("who"), claimed_until=bindparam("until"), tries=_wakes.c.tries + 1)
)
_FINISH = Statement(delete(_wakes).where(_wakes.c.case_id == bindparam("case_id"), _wakes.c.seq <= bindparam("seq")))
_RELEASE = Statement(
    update(_wakes)
    .where(and_(_wakes.c.case_id == bindparam("case"), _wakes.c.claimed_by == bindparam("who")))
    .values(claimed_by=None, claimed_until=bindparam("until"))
)
_HOLD = Statement(
    update(_wakes)
    .where(and_(_wakes.c.case_id == bindparam("case"), _wakes.c.claimed_by == bindparam("who")))
    .values(claimed_until=bindparam("until"))
)
_LET_GO = Statement(
    update(_wakes).where(_wakes.c.claimed_by == bindparam("who")).values(claimed_by=None, claimed_until=None)
)
_OF_CASE = Statement(select(_wakes.c.seq).where(_wakes.c.case_id == bindparam("case_id")))
_COUNT = Statement(select(func.count()).select_from(_wakes))
_CASE = Statement(
    select(_cases.c.id, _cases.c.version).where(
        _cases.c.county_id == bindparam("county_id"), _cases.c.number == bindparam("number")
    )
)
_new = upsert_into(_wakes).values({c.name: bindparam(c.name) for c in _wakes.c})
_AGAIN = Statement(
    _new.on_conflict_do_update(
        index_elements=["case_id"],
        set_={"claimed_by": _new.excluded.claimed_by, "claimed_until": _new.excluded.claimed_until},
    )
)
# A story is told in a second; whoever tells one says so again in time, and whoever has died does not.
_LEASE_SECONDS = 30
_BATCH_LEASE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Waking:
    """A story that this worker is to tell again, up to the act `seq`."""

    case_id: int
    seq: int
    batch: str | None
    tries: int
    number: str
    kind: str
    path: str
    overdue: bool


def claim(store: Store, *, who: str, now: DateTime, most: int = 20) -> list[Waking]:
    """Claim stories outside batches that nobody else is telling, the longest waiting first."""
    until = now.add(seconds=_LEASE_SECONDS)
    return store.write(
        lambda writing: _claim(writing, writing.all(_SINGLE, now=micros(now), most=most), who=who, now=now, until=until)
    )


def hold(store: Store, case_ids: Iterable[int], *, who: str, now: DateTime) -> None:
    """Keep the claims of stories that are still being told."""
    until = micros(now.add(seconds=_LEASE_SECONDS))
    store.write(lambda writing: writing.many(_HOLD, [{"case": one, "who": who, "until": until} for one in case_ids]))


def let_go(store: Store, *, who: str) -> None:
    """Give up every claim of a worker that ends."""
    store.write(lambda writing: writing.run(_LET_GO, who=who))


def claim_of_batch(store: Store, batch: str, *, who: str, now: DateTime, most: int) -> list[Waking]:
    """Claim stories of one batch."""
    until = now.add(seconds=_BATCH_LEASE_SECONDS)
    return store.write(
        lambda writing: _claim(
            writing, writing.all(_OF_BATCH, now=micros(now), most=most, batch=batch), who=who, now=now, until=until
        )
    )


def is_awake(reading: Reading, case_id: int) -> bool:
    """Tell whether a case's story has not been told up to its last act yet."""
    return bool(reading.all(_OF_CASE, case_id=case_id))


def waiting_batches(reading: Reading, now: DateTime) -> list[str]:
    """Return the batches in which a story waits."""
    return [row[0] for row in reading.all(_BATCHES, now=micros(now))]


def waiting_of_batch(reading: Reading, batch: str) -> int:
    """Return how many stories of a batch wait or are being told."""
    row = reading.one(_IN_BATCH, batch=batch)
    return row[0] if row else 0


def any_waiting(reading: Reading, now: DateTime) -> bool:
    """Tell whether a story waits, without taking the writer's time."""
    return bool(reading.all(_SINGLE, now=micros(now), most=1))


def finish(store: Store, waking: Waking, *, who: str, now: DateTime) -> None:
    """Say that the story was told up to its act; an act that came meanwhile keeps it waiting."""

    def work(writing: Writing) -> None:
        if writing.run(_FINISH, case_id=waking.case_id, seq=waking.seq) == 0:
            writing.run(_RELEASE, case=waking.case_id, who=who, until=micros(now))

    store.write(work)


def retry_later(store: Store, waking: Waking, *, who: str, now: DateTime) -> None:
    """Let a story that could not be told wait a little longer each time, for five minutes at most."""
    seconds = min(2**waking.tries, 300)
    store.write(
        lambda writing: writing.run(_RELEASE, case=waking.case_id, who=who, until=micros(now.add(seconds=seconds)))
    )


def wake_again(store: Store, county_id: str, number: str, *, now: DateTime) -> None:
    """Queue a case whose run was lost; a wake that somebody still holds is let go at once."""

    def work(writing: Writing) -> None:
        row = writing.one(_CASE, county_id=county_id, number=number)
        if row is None:
            return
        case_id, seq = row
        writing.run(
            _AGAIN, case_id=case_id, seq=seq, batch=None, queued_at=micros(now), claimed_by=None, claimed_until=None,
            tries=0,
        )  # fmt: skip

    store.write(work)


def _claim(writing: Writing, rows: list[Row], *, who: str, now: DateTime, until: DateTime) -> list[Waking]:
    return [
        Waking(case_id, seq, batch, tries + 1, number, kind, path, bool(overdue))
        for case_id, seq, batch, tries, number, kind, path, overdue in rows
        if writing.run(_CLAIM, case=case_id, who=who, until=micros(until), now=micros(now)) == 1
    ]


def waiting(reading: Reading) -> int:
    """Return how many stories wait or are being told."""
    row = reading.one(_COUNT)
    return row[0] if row else 0
