"""Chains as evidence 链的导出与封存: every act as it was hashed, the heads of all chains, and the seal over them.

A copy of the heads that somebody else keeps is what shows a cut-off tail or a chain that was rewritten as a whole.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from models.act import ActRow
from models.canonical import canonical, written
from models.case import Case
from models.clock import instant, micros
from models.installation import Seal
from models.merkle import root
from models.statements import Statement, insert_row, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendulum import DateTime

    from models.store import Reading, Writing

_cases, _acts, _seals = table(Case), table(ActRow), table(Seal)
_HEADS = Statement(
    select(_cases.c.county_id, _cases.c.number, _cases.c.version, _cases.c.head).order_by(
        _cases.c.county_id, _cases.c.number
    )
)
_CASES_AFTER = Statement(
    select(_cases.c.id, _cases.c.number)
    .where(_cases.c.id > bindparam("after"))
    .order_by(_cases.c.id)
    .limit(bindparam("most"))
)
_CHAIN = Statement(
    select(_acts.c.seq, _acts.c.body, _acts.c.algorithm, _acts.c.hash)
    .where(_acts.c.case_id == bindparam("case_id"))
    .order_by(_acts.c.seq)
)
_COUNT = Statement(select(func.count()).select_from(_acts))
_ADD_SEAL = insert_row(Seal, leaving=("id",))
_LAST_SEAL = Statement(
    select(_seals.c.sealed_at, _seals.c.cases, _seals.c.acts, _seals.c.root).order_by(_seals.c.id.desc()).limit(1)
)
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Sealed:
    """The seal over all heads at one instant."""

    sealed_at: DateTime
    cases: int
    acts: int
    root: str


@dataclass(frozen=True, slots=True)
class _Head:
    seq: int
    line: str


def seal(writing: Writing, now: DateTime) -> Sealed:
    """Seal all heads as the transaction sees them."""
    heads = _heads(writing)
    found = _sealed(heads, now)
    writing.run(_ADD_SEAL, sealed_at=micros(now), cases=found.cases, acts=found.acts, root=bytes.fromhex(found.root))
    return found


def last_seal(reading: Reading) -> Sealed | None:
    """Return the latest seal, None when nothing was ever sealed."""
    row = reading.one(_LAST_SEAL)
    return None if row is None else Sealed(instant(row[0]), row[1], row[2], bytes(row[3]).hex())


def export_heads(reading: Reading, now: DateTime) -> Iterator[str]:
    """Yield the heads as JSON lines, the seal over them first: what others keep."""
    heads = _heads(reading)
    found = _sealed(heads, now)
    first = {"sealed_at": written(now), "cases": found.cases, "acts": found.acts, "root": found.root}
    yield json.dumps(first, ensure_ascii=False)
    for head in heads:
        yield head.line


def export_acts(reading: Reading, number: str | None = None) -> Iterator[str]:
    """Yield every act of one case or of all as JSON lines: the hashed text, how it was hashed, and the hash."""
    for case_id, found in cases(reading):
        if number is None or found == number:
            for _seq, body, algorithm, digest in chain_of(reading, case_id):
                yield json.dumps(
                    {"body": body, "algorithm": algorithm, "hash": bytes(digest).hex()}, ensure_ascii=False
                )


def cases(reading: Reading) -> Iterator[tuple[int, str]]:
    """Yield id and number of every case in order of opening, a page at a time."""
    after = 0
    while page := reading.all(_CASES_AFTER, after=after, most=_PAGE):
        yield from ((case_id, number) for case_id, number in page)
        after = page[-1][0]


def chain_of(reading: Reading, case_id: int) -> list[tuple[int, str, str, bytes]]:
    """Return sequence, hashed text, algorithm and hash of every act of a case."""
    return [
        (seq, body, algorithm, bytes(digest)) for seq, body, algorithm, digest in reading.all(_CHAIN, case_id=case_id)
    ]


def acts_recorded(reading: Reading) -> int:
    """Return how many acts there are in all."""
    row = reading.one(_COUNT)
    return row[0] if row else 0


def _heads(reading: Reading) -> list[_Head]:
    return [
        _Head(version, canonical({"county": county_id, "case": number, "seq": version, "hash": bytes(head).hex()}))
        for county_id, number, version, head in reading.all(_HEADS)
    ]


def _sealed(heads: list[_Head], now: DateTime) -> Sealed:
    return Sealed(now, len(heads), sum(head.seq for head in heads), root([head.line.encode() for head in heads]).hex())
