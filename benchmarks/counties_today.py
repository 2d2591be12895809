"""What the product does today when there are two counties in a database, and when a closed case is put away.

Not speed: facts on which the decision rests, so that whoever doubts them can look again.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import psycopg

import models
from benchmarks import county
from benchmarks.counties_fill import door
from models import schema
from models.chains import export_heads
from models.clock import now, ticks
from models.ledger import Ledger
from models.policy import Scoped
from models.statements import Statement
from models.store import open_store
from models.verification import verify
from rules.rulebook import Rulebook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PLAYED = 60
_OF_A_COUNTY = re.compile(
    r"\b(?:FROM|JOIN|UPDATE|INTO)\s+(cases|duties|acts|words|effects|notices|tally_\w+|units|posts)\b"
)
_BY_IDENTITY = re.compile(
    r"(case_id|notice_id|_id|\.id|\.number|\.person_id|\.token_hash|\.code|\.login|\.key|\.run_id|holder) = %\("
)


def predicates() -> Counter[str]:
    """Count the prepared statements of the product over a county's tables by what narrows them to the county."""
    return Counter(_narrowed_by(words, is_scoped=is_scoped) for words, is_scoped in _statements())


def _narrowed_by(words: str, *, is_scoped: bool) -> str:
    if "county_id = " in words:
        return "county"
    if is_scoped:
        return "scope"
    if words.startswith("INSERT"):
        return "insert"
    return "identity" if _BY_IDENTITY.search(words) else "nothing"


def _statements() -> Iterator[tuple[str, bool]]:
    seen: set[int] = set()
    for module in pkgutil.iter_modules(models.__path__):
        for found in vars(importlib.import_module(f"models.{module.name}")).values():
            is_scoped = isinstance(found, Scoped)
            inner: Any = vars(found)["_statements"] if is_scoped else {0: found}
            for statement in inner.values():
                if isinstance(statement, Statement) and id(statement) not in seen:
                    seen.add(id(statement))
                    words, _ = statement.on("postgresql")
                    if _OF_A_COUNTY.search(words):
                        yield words, is_scoped


def two_counties(url: str) -> bool:
    """Tell whether the clock of one county's ledger writes into a case of another without a word.

    The database is one that `counties_fill.fill` has filled with several counties.
    """
    store = open_store(url)
    with psycopg.connect(url) as connection:
        row = connection.execute(
            b"SELECT d.case_id, d.key FROM duties d JOIN cases c ON c.id = d.case_id WHERE c.county_id <> 'dai'"
            b" AND d.status = 'open' AND d.act = 'rectify' ORDER BY d.id DESC LIMIT 1"
        ).fetchone()
    assert row is not None, "several counties have open cases"
    ledger = Ledger(store, Rulebook.load(), county_id=county.COUNTY)
    wrote = ledger.record_clock(row[0], row[1], now().add(years=2))
    store.close()
    return wrote


def putting_away(url: str) -> tuple[float, Sequence[tuple[str, str]]]:
    """Return the milliseconds of verifying a case, and what verification says when closed cases are put away.

    The database is empty; a county is founded in it and its cases are played by the ledger, so that they verify.
    """
    schema.upgrade(url)
    county.found(url)
    store = open_store(url)
    county.play(store, _PLAYED, lambda act: act())
    with store.read() as reading:
        heads = list(export_heads(reading, now()))
    before = ticks()
    found = [("原样", _said(url, heads))]
    each = (ticks() - before) / _PLAYED * 1000
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            connection.execute(b"DELETE FROM acts WHERE case_id = 1")
        except psycopg.Error as error:
            found.append(("直接删除一件已办结的行为", f"数据库拒绝：{str(error).splitlines()[0]}"))
    with door(url) as run:
        run("DELETE FROM acts WHERE case_id = 1")
        found.append(("行为移走，事项留着", _said(url, heads)))
        run("DELETE FROM acts WHERE case_id = 2; DELETE FROM cases WHERE id = 2")
        found.append(("又一件的行为和事项都移走", _said(url, heads)))
    store.close()
    return each, found


def _said(url: str, heads: Sequence[str]) -> str:
    store = open_store(url)
    with store.read() as reading:
        report = verify(reading, heads=heads)
    store.close()
    faults = Counter(finding.fault for finding in report.findings)
    return "、".join(f"{fault} {many}" for fault, many in sorted(faults.items())) or "通过"
