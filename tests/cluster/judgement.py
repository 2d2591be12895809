"""What must hold after every fault: no act, deadline or notice lost or doubled, and the chains whole.

Read from the ledger's tables alone, beside what people were told and what was planned.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg

from models.postgres_store import PostgresStore
from models.verification import verify
from tests.cluster.people import Attempt

_TOKEN = re.compile("【[^】]+】")
_MICROS = 1_000_000
_LATE_SECONDS = 5

_WORDS = "SELECT c.number, w.seq, w.texts FROM words w JOIN cases c ON c.id = w.case_id WHERE w.texts LIKE '%%【w%%'"
_CLOCK = "SELECT case_id, kind, recorded_at, body FROM acts WHERE person_id = 'clock'"
_UNFIRED = "SELECT count(*), min(wake_at) FROM duties WHERE status = 'open' AND wake_at <= %s"
_DOUBLED = "SELECT a.notice_id FROM attempts a WHERE a.outcome = 'accepted' GROUP BY a.notice_id HAVING count(*) > 1"
_SENT_WITHOUT = (
    "SELECT id FROM notices n WHERE status = 'sent' AND bundle IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM attempts a WHERE a.notice_id = n.id AND a.outcome = 'accepted')"
)
_EFFECTS = "SELECT status, count(*) FROM effects GROUP BY status"
# An effect is settled by being performed with its notices sent, or called off; not both, and no notice without effect.
_UNSETTLED = (
    "SELECT e.key FROM effects e WHERE e.kind = 'notice' AND e.status = 'performed' AND EXISTS (SELECT 1 FROM notices n"
    " WHERE n.case_id = e.case_id AND n.effect_key = e.key AND n.status IN ('queued', 'claimed', 'again'))"
)
_WAITING = (
    "SELECT (SELECT count(*) FROM wakes), (SELECT count(*) FROM notices WHERE status IN ('queued', 'claimed', 'again')"
    " AND lane = 'urgent' AND (not_before IS NULL OR not_before <= %(now)s)),"
    " (SELECT count(*) FROM effects e WHERE e.status = 'owed' AND e.kind <> 'notice')"
)


@dataclass(frozen=True)
class Verdict:
    """What was found wrong, in words, and what was counted."""

    wrong: list[str]
    counts: Mapping[str, int] = field(default_factory=dict[str, int])


def judge(dsn: str, attempts: Sequence[Attempt], planned: Iterable[tuple[int, str, int]], now: float) -> Verdict:
    """Judge the ledger: `planned` are duties with the instant at which each was to fire first, in microseconds."""
    with psycopg.connect(dsn) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        wrong = [*acts_wrong(connection.execute(_WORDS).fetchall(), attempts)]
        fired = connection.execute(_CLOCK).fetchall()
        wrong += deadlines_wrong(fired, planned, round((now - _LATE_SECONDS) * _MICROS))
        wrong += [f"notice {number} was taken twice" for (number,) in connection.execute(_DOUBLED).fetchall()]
        wrong += [f"notice {number} was sent by nobody" for (number,) in connection.execute(_SENT_WITHOUT).fetchall()]
        wrong += [f"effect {key} was settled before its notice" for (key,) in connection.execute(_UNSETTLED).fetchall()]
        counts = dict(connection.execute(_EFFECTS).fetchall())
    wrong += chains_wrong(dsn)
    accepted = sum(1 for attempt in attempts if attempt.number)
    return Verdict(wrong, {"accepted": accepted, "fired": len(fired), **counts})


def acts_wrong(rows: Iterable[tuple[str, int, str]], attempts: Sequence[Attempt]) -> list[str]:
    """Say which act that was accepted is missing, elsewhere or there twice; what nobody was told of is there once."""
    places: dict[str, set[tuple[str, int]]] = {}
    for number, seq, texts in rows:
        for token in _TOKEN.findall(texts):
            places.setdefault(token, set()).add((number, seq))
    wrong: list[str] = []
    for attempt in attempts:
        found = places.get(attempt.token, set())
        if attempt.number and found != {(attempt.number, attempt.seq)}:
            wrong.append(f"{attempt.kind} {attempt.number} #{attempt.seq} was accepted and lies at {sorted(found)}")
        elif len(found) > 1:
            wrong.append(f"{attempt.kind} {attempt.token} lies at {sorted(found)}")
    return wrong


def deadlines_wrong(
    fired: Iterable[tuple[int, str, int, str]], planned: Iterable[tuple[int, str, int]], until: int
) -> list[str]:
    """Say which deadline was missed and which was fired twice."""
    seen: Counter[tuple[Any, ...]] = Counter()
    about: set[tuple[int, str]] = set()
    for case_id, kind, _, body in fired:
        content = json.loads(body)["content"]
        seen[case_id, kind, content.get("about"), content.get("rung"), content.get("at")] += 1
        about.add((case_id, str(content.get("about"))))
    doubled = [f"deadline {what} was fired {times} times" for what, times in seen.items() if times > 1]
    missed = [
        f"deadline {case} {key} was not fired" for case, key, at in planned if at < until and (case, key) not in about
    ]
    return doubled + missed


def chains_wrong(dsn: str) -> list[str]:
    """Verify every chain and everything derived from it, as `anlan ledger verify` does."""
    store = PostgresStore(dsn)
    try:
        with store.read() as reading:
            report = verify(reading)
    finally:
        store.close()
    return [f"ledger: {found.case} #{found.seq} {found.words}" for found in report.findings[:5]]


def waiting(dsn: str, now: float) -> tuple[int, int, int, int]:
    """Return what is not done yet: stories, pressing notices, papers and deadlines that are due."""
    with psycopg.connect(dsn, connect_timeout=3) as connection:
        row = connection.execute(_WAITING, {"now": round(now * _MICROS)}).fetchone()
        due = connection.execute(_UNFIRED, (round((now - 1) * _MICROS),)).fetchone()
    assert row is not None
    assert due is not None
    return row[0], row[1], row[2], due[0]


def lateness(dsn: str, since: float) -> list[float]:
    """Return by how many seconds each act of the clock was late that fell due after an instant."""
    with psycopg.connect(dsn) as connection:
        fired = connection.execute(_CLOCK).fetchall()
    due = [(json.loads(body)["content"].get("at"), recorded) for _, _, recorded, body in fired]
    late = [(datetime.fromisoformat(at).timestamp(), recorded / _MICROS) for at, recorded in due if at]
    return sorted(recorded - at for at, recorded in late if at > since)
