"""Numbers 编号: drawn in the transaction of what they number, without gaps and never twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from models.case import Counter
from models.statements import Statement, add_to, table

if TYPE_CHECKING:
    from models.store import Writing

PAPERS = "papers."

_counters = table(Counter)
_DRAW = add_to(Counter, "last")
_DRAWN = Statement(
    select(_counters.c.last).where(
        _counters.c.county_id == bindparam("county_id"),
        _counters.c.prefix == bindparam("prefix"),
        _counters.c.year == bindparam("year"),
    )
)


def draw(writing: Writing, county_id: str, prefix: str, year: int) -> str:
    """Return the next number of a prefix in a Shanghai year, such as YH-2026-0001; undone with the transaction."""
    return f"{prefix}-{year}-{draw_count(writing, county_id, prefix, year):04d}"


def drawn_as(series: str, year: int, count: int) -> str:
    """Return how an act says which number of a series of papers it drew, whatever the county's pattern for it."""
    return f"{PAPERS}{series}-{year}-{count}"


def draw_count(writing: Writing, county_id: str, prefix: str, year: int) -> int:
    """Return the next number alone, for those that are written in another way."""
    key = {"county_id": county_id, "prefix": prefix, "year": year}
    writing.run(_DRAW, **key, last=1)
    row = writing.one(_DRAWN, **key)
    assert row is not None, "the counter was just moved"
    drawn: int = row[0]
    return drawn
