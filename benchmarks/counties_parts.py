"""The same counties in partitioned tables: a partition for each county, the first county's divided by year of closing.

Cases, duties and acts are copied into a schema of their own; the product's statements find them by its search path.
Duties and acts get the county and the year of their case, which they have not; every key gets both. Year 0 is open.
"""

# ruff: noqa: S608 - tables, columns and numbers are our own

from __future__ import annotations

import statistics
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.counties_fill import YEARS, door
from models.clock import now, ticks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TABLES = ("cases", "duties", "acts")
_MOVED = 30
_YEAR = "CASE WHEN c.status = 'open' THEN 0 ELSE extract(year FROM to_timestamp(c.closed_at / 1000000)) END"
_KEYS = {
    "cases": ("id, county_id, year", "county_id, number, year"),
    "duties": ("id, county_id, year", "case_id, key, county_id, year"),
    "acts": ("id, county_id, year", "case_id, seq, county_id, year"),
}
_PLAIN = """
SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass AND NOT indisunique
"""


@dataclass(frozen=True, slots=True)
class Parted:
    """Seconds: of building, of moving a case that is closed, of taking a closed year off and of putting it on again.

    `rows` are what the year had in all three tables.
    """

    building: float
    moving: float
    off: float
    on: float
    rows: int


def address(url: str) -> str:
    """Return the address under which the partitioned tables are found first."""
    return f"{url}&options=-csearch_path%3Dparted,public"


def build(url: str) -> float:
    """Copy cases, duties and acts into partitions, indexes and all; return the seconds."""
    began = ticks()
    with door(url) as run:
        run("CREATE SCHEMA parted")
        counties = [row[0] for row in run("SELECT DISTINCT county_id FROM organisations ORDER BY 1")]

    def work(table: str) -> None:
        with door(url) as run:
            run("BEGIN")
            _declare(run, table, counties)
            _fill(run, table)
            run("COMMIT")
            run(f"ANALYZE parted.{table}")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, _TABLES))
    return ticks() - began


def measure(url: str, building: float) -> Parted:
    """Move cases that are closed, take a closed year off and put it on again; then the partitioned tables go."""
    with door(url) as run:
        moving = statistics.median(_moved(run, case_id) for (case_id,) in _open_cases(run))
        year = now().year - 2
        (rows,) = run(" UNION ALL ".join(f"SELECT count(*) FROM parted.{table}_dai_{year}" for table in _TABLES)
                      .join(("SELECT sum(count)::bigint FROM (", ") counted")))[0]  # fmt: skip
        off = _timed(lambda: _each(run, "DETACH PARTITION parted.{0}_dai_{1}", year))
        on = _timed(lambda: _each(run, "ATTACH PARTITION parted.{0}_dai_{1} FOR VALUES IN ({1})", year))
        run("DROP SCHEMA parted CASCADE")
    return Parted(building, moving, off, on, rows)


def _declare(run: Callable[..., Any], table: str, counties: Sequence[str]) -> None:
    own = "" if table == "cases" else ", county_id text NOT NULL"
    run(f"CREATE TABLE parted.{table} (LIKE public.{table} INCLUDING DEFAULTS{own}, year int NOT NULL)"
        " PARTITION BY LIST (county_id)")  # fmt: skip
    for name in counties:
        part = f"CREATE TABLE parted.{table}_{name} PARTITION OF parted.{table} FOR VALUES IN ('{name}')"
        run(f"{part} PARTITION BY LIST (year)" if name == "dai" else part)
    for year in (0, *range(now().year - YEARS - 1, now().year + 1)):
        run(f"CREATE TABLE parted.{table}_dai_{year} PARTITION OF parted.{table}_dai FOR VALUES IN ({year})")


def _fill(run: Callable[..., Any], table: str) -> None:
    if table == "cases":
        run(f"INSERT INTO parted.cases SELECT c.*, {_YEAR} FROM public.cases c")
    else:
        run(f"INSERT INTO parted.{table} SELECT o.*, c.county_id, {_YEAR} FROM public.{table} o"
            " JOIN public.cases c ON c.id = o.case_id")  # fmt: skip
    first, second = _KEYS[table]
    run(f"ALTER TABLE parted.{table} ADD PRIMARY KEY ({first}), ADD UNIQUE ({second})")
    for (words,) in run(_PLAIN, [f"public.{table}"]):
        run(words.replace(" ON public.", " ON parted."))


def _open_cases(run: Callable[..., Any]) -> list[Any]:
    found: list[Any] = run(f"SELECT id FROM parted.cases_dai_0 ORDER BY id LIMIT {_MOVED}")
    return found


def _moved(run: Callable[..., Any], case_id: int) -> float:
    """Return the seconds of moving an open case with its duties and acts to the year in which it is closed."""

    def work() -> None:
        run("BEGIN")
        for table in _TABLES:
            key = "id" if table == "cases" else "case_id"
            run(
                f"UPDATE parted.{table} SET year = {now().year}"
                f" WHERE county_id = 'dai' AND year = 0 AND {key} = {case_id}"
            )
        run("COMMIT")

    return _timed(work)


def _each(run: Callable[..., Any], words: str, year: int) -> None:
    for table in _TABLES:
        run(f"ALTER TABLE parted.{table}_dai {words.format(table, year)}")


def _timed(work: Callable[[], None]) -> float:
    began = ticks()
    work()
    return ticks() - began
