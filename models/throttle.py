"""Throttling 限速: failed attempts slow down where they come from, by seconds, and lock nobody out."""

from __future__ import annotations

import hashlib
from math import ceil
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert_into

from models.account import Device, Failure
from models.clock import micros
from models.statements import Statement, insert_row, table
from rules.errors import SignInRefused

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.store import Reading, Row, Writing

_failures, _devices = table(Failure), table(Device)
_ADD_DEVICE = insert_row(Device, leaving=("id",))
_FAILED = Statement(select(_failures.c.count, _failures.c.until).where(_failures.c.source == bindparam("source")))
_new_failure = upsert_into(_failures).values({c.name: bindparam(c.name) for c in _failures.c})
_FAIL = Statement(
    _new_failure.on_conflict_do_update(
        index_elements=["source"],
        set_={"count": _new_failure.excluded["count"], "until": _new_failure.excluded.until},
    )
)
_HOLD = Statement(_new_failure.on_conflict_do_update(index_elements=["source"], set_={"count": _failures.c["count"]}))
_FORGIVE = Statement(delete(_failures).where(_failures.c.source == bindparam("source")))
_KNOWN_DEVICE = Statement(
    select(_devices.c.id).where(
        _devices.c.token_hash == bindparam("token_hash"), _devices.c.account_id == bindparam("account_id")
    )
)

_FREE_GUESSES, _FREE_GUESSES_OF_A_NETWORK = 3, 30
_FREE_TIPS_OF_A_NETWORK = 10
_LONGEST_WAIT_SECONDS = 30


def sources_of(login: str, network: str, device: str) -> list[tuple[str, int]]:
    """Return what an attempt comes from and how many failures each may have before it must wait."""
    mine = hashlib.sha256(f"{login}\n{device}".encode()).hexdigest()
    found = [(f"account:{mine}", _FREE_GUESSES)]
    if network and not device:
        found.append((f"network:{network}", _FREE_GUESSES_OF_A_NETWORK))
    return found


def sources_of_links(network: str) -> list[tuple[str, int]]:
    """Return what an attempt with a forged link comes from, and how many each may have before it must wait."""
    return [(f"link:{network}", _FREE_GUESSES_OF_A_NETWORK)] if network else []


def sources_of_tips(network: str) -> list[tuple[str, int]]:
    """Return what a tip from the public comes from, and how many each may give before it must wait."""
    return [(f"tip:{network}", _FREE_TIPS_OF_A_NETWORK)] if network else []


def sources_of_tip_codes(network: str) -> list[tuple[str, int]]:
    """Return what a code that nobody holds comes from, and how many each may try before it must wait."""
    return [(f"tip-code:{network}", _FREE_GUESSES_OF_A_NETWORK)] if network else []


def refuse_waiting(reading: Reading, sources: list[tuple[str, int]], now: DateTime) -> None:
    """Raise `SignInRefused` with the seconds to wait while a source is slowed down."""
    for source, _ in sources:
        _refuse_waiting(reading.one(_FAILED, source=source), now)


def admit(writing: Writing, sources: list[tuple[str, int]], now: DateTime) -> None:
    """Count an attempt against each source before it is judged; the wait doubles, to half a minute at most.

    What is guessed at once is thus counted like what is guessed one after the other; the right password is forgiven.
    Raises `SignInRefused` as `refuse_waiting` does.
    """
    for source, free in sources:
        writing.run(_HOLD, source=source, count=0, until=0)
        row = writing.one(_FAILED, source=source)
        _refuse_waiting(row, now)
        count = (row[0] if row else 0) + 1
        wait = 0 if count < free else min(2 ** (count - free), _LONGEST_WAIT_SECONDS)
        writing.run(_FAIL, source=source, count=count, until=micros(now.add(seconds=wait)))


def _refuse_waiting(row: Row | None, now: DateTime) -> None:
    if row is not None and row[1] > micros(now):
        seconds = ceil((row[1] - micros(now)) / 1_000_000)
        raise SignInRefused(f"尝试过于频繁，请 {seconds} 秒后再试。已登录的设备不受影响，仍可上报。", wait=seconds)


def is_known(reading: Reading, device: str, account_id: str) -> bool:
    """Tell whether the account has signed in from that browser before."""
    if not device:
        return False
    return reading.one(_KNOWN_DEVICE, token_hash=hashed(device), account_id=account_id) is not None


def remember(writing: Writing, device: str, account_id: str, now: DateTime) -> None:
    """Remember a browser in which the account signed in."""
    writing.run(_ADD_DEVICE, token_hash=hashed(device), account_id=account_id, seen_at=micros(now))


def forgive(writing: Writing, sources: list[tuple[str, int]]) -> None:
    """Forget the failures of these sources."""
    for source, _ in sources:
        writing.run(_FORGIVE, source=source)


def hashed(token: str) -> bytes:
    """Return what is kept of a token that only its bearer knows."""
    return hashlib.sha256(token.encode()).digest()
