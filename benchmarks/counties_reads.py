"""The hot reads of a county, in milliseconds and in pages of the database, as the product asks or narrowed to a county.

Every repetition asks for another county where there are several, so that nobody's pages are the warm ones.
"""

from __future__ import annotations

import contextlib
import math
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from benchmarks import county
from benchmarks.figures import middle, tail
from models.board import board, trend
from models.clock import now, ticks
from models.dossier import open_dossier
from models.escalation import next_wake
from models.listing import Search, cases, count_cases, todo
from models.roster import RosterReader
from models.store import open_store
from models.supervision import Wanted, count_late, late
from rules.actor import Actor, Reach, Role, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping
    from typing import LiteralString

    from models.receipt import Receipt
    from models.statements import Statement

_ON_A_PAGE = 25
_MOST, _LEAST, _PATIENCE_SECONDS = 40, 3, 1.5
#: Who has waited so long for a statement waits no more; the read is then said to take longer.
_LONGEST_SECONDS = 12
_ACTED = 12
_TOUCHED = "SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()"
_SCOPED = re.compile(r"(?:substr\()?(cases|tally_standing)\.(?:path, [^=]*|unit_id|department_id)\)? = %\(scope_at\)s")


@dataclass(frozen=True, slots=True)
class County:
    """One county among others: its number, its identifier, one of its departments and units, an open case of it."""

    name: str
    department: str
    unit: str
    open_case: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What one read takes: milliseconds in the middle and at 95 %; on average pages, and milliseconds of planning.

    Infinite is what was given up.
    """

    middle: float
    tail: float
    pages: int
    planning: float


class Asking:
    """What the reads are given in place of the store's view: the same statements, perhaps narrowed, and remembered."""

    dialect = "postgresql"

    def __init__(self, connection: psycopg.Connection[Any], narrow: Callable[[str, str], str]) -> None:
        self.county = ""
        self.asked: list[tuple[str, Any]] = []
        self._connection = connection
        self._narrow = narrow

    def one(self, statement: Statement, /, **values: Any) -> Any:
        """Return the first row."""
        return self._execute(statement, values).fetchone()

    def all(self, statement: Statement, /, **values: Any) -> list[Any]:
        """Return all rows."""
        return self._execute(statement, values).fetchall()

    @contextlib.contextmanager
    def view(self) -> Generator[None]:
        """Open a view as the store does."""
        with self._connection.transaction():
            self._connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield

    def touched(self) -> int:
        """Return how many pages the database has touched so far, by its own account."""
        self._connection.execute("SELECT pg_stat_force_next_flush()")
        row = self._connection.execute(_TOUCHED).fetchone()
        assert row is not None, "the database knows itself"
        return int(row[0])

    def planning(self) -> float:
        """Return the milliseconds of planning the statements asked so far; forget them."""
        asked, self.asked = self.asked, []
        client, planning = psycopg.ClientCursor(self._connection), 0.0
        for words, values in asked:
            rows = client.execute(f"EXPLAIN (SUMMARY, FORMAT JSON) {words}".encode(), values).fetchall()
            planning += rows[0][0][0]["Planning Time"]
        return planning

    def _execute(self, statement: Statement, values: Any) -> Any:
        words, arrange = statement.on("postgresql")
        asked = (self._narrow(words, self.county), arrange(values))
        self.asked.append(asked)
        return self._connection.execute(asked[0].encode(), asked[1])


def as_it_is(words: str, _county: str) -> str:
    """Return a statement as the product has it."""
    return words


def to_the_county(words: str, name: str) -> str:
    """Return a statement with a county beside every scope of a whole county: what strict scoping would have to add."""
    return _SCOPED.sub(lambda found: f"{found[0]} AND {found[1]}.county_id = '{name}'", words)


def by_partition(words: str, name: str) -> str:
    """Return a statement that names the county of every partitioned table, so that only its partition is read.

    What looks over all counties, as the clock does, stays as it is.
    """
    if _SCOPED.search(words) is None and "case_id = %(" not in words:
        return words
    found = to_the_county(words, name)
    found = re.sub(r"duties\.(status = |ended_at > )", rf"duties.county_id = '{name}' AND duties.\1", found)
    return re.sub(r"((acts|duties)\.case_id = %\(\w+\)s)", rf"\1 AND \2.county_id = '{name}'", found)


def counties_of(url: str, most: int) -> list[County]:
    """Return so many places to ask about, evenly among all counties; of a single county its departments and units."""
    with psycopg.connect(url) as connection:
        names = [row[0] for row in connection.execute("SELECT DISTINCT county_id FROM organisations ORDER BY 1")]
        return [_county(connection, names[place * len(names) // most], place) for place in range(most)]


def _county(connection: psycopg.Connection[Any], name: str, place: int) -> County:
    def word(words: LiteralString) -> str:
        row = connection.execute(words, {"name": name, "place": place}).fetchone()
        assert row is not None, words
        return str(row[0])

    return County(
        name,
        word("SELECT id FROM organisations WHERE county_id = %(name)s AND kind = 'department' ORDER BY code"
             " OFFSET %(place)s %% 10 LIMIT 1"),
        word("SELECT unit_id FROM cases WHERE county_id = %(name)s AND status = 'open' AND kind = 'hazard' ORDER BY id"
             " DESC OFFSET %(place)s LIMIT 1"),
        word("SELECT number FROM cases WHERE county_id = %(name)s AND status = 'open' ORDER BY id DESC LIMIT 1"),
    )  # fmt: skip


def reads() -> Mapping[str, Callable[[Any, County], object]]:
    """Return the hot reads by name."""
    at = now()

    def whole(of: County) -> Scope:
        return Scope(Reach.SUBTREE, f"/{of.name}/")

    def actor(role: Role, scope: Scope, home: str = "") -> Actor:
        return Actor("p", "a", "o", role, scope, home=home)

    def dossier(reading: Any, of: County) -> object:
        return open_dossier(reading, of.name, of.open_case, whole(of))

    def hazards(reading: Any, of: County) -> object:
        wanted = Search(status="open")
        found = cases(reading, whole(of), "hazard", wanted, most=_ON_A_PAGE)
        return found, count_cases(reading, whole(of), "hazard", wanted)

    def is_late(reading: Any, of: County) -> object:
        leader = actor(Role.COUNTY_LEADER, whole(of))
        return late(reading, leader, at, Wanted(), most=_ON_A_PAGE), count_late(reading, leader, at, Wanted())

    return {
        "待办：企业整改责任人": lambda reading, of: todo(reading, actor(Role.UNIT_FIXER, Scope(Reach.UNIT, of.unit))),
        "待办：部门监管员": lambda reading, of: todo(
            reading, actor(Role.DEPT_OFFICER, Scope(Reach.DEPARTMENT, of.department), of.department)
        ),
        "待办：应急局（全县）": lambda reading, of: todo(reading, actor(Role.BUREAU_OFFICER, whole(of), of.department)),
        "未办结隐患一页和件数": hazards,
        "督办（逾期）清单一页和件数": is_late,
        "看板三个数和各处": lambda reading, of: board(reading, actor(Role.COUNTY_LEADER, whole(of)), at),
        "看板十二个月": lambda reading, of: trend(reading, whole(of), at),
        "时钟：下一项到期": lambda reading, _: next_wake(reading),
        "按编号打开一件": dossier,
    }


def measure(
    url: str, found: list[County], narrow: Callable[[str, str], str] = as_it_is, *, leaving: tuple[str, ...] = ()
) -> dict[str, Measured]:
    """Measure every read over counties in turns, as often as patience allows; the first of all is thrown away."""
    results: dict[str, Measured] = {}
    with _asking(url, narrow) as asking:
        for name, work in reads().items():
            if name in leaving:
                continue
            before, seconds = asking.touched(), list[float]()
            with contextlib.suppress(psycopg.errors.QueryCanceled):
                seconds.extend(_timed(asking, work, found))
            pages, planning = (asking.touched() - before) // max(len(seconds), 1), asking.planning()
            rest = seconds[1:] or [math.inf]
            results[name] = Measured(middle(rest), tail(rest), pages, planning / max(len(seconds), 1))
    return results


@contextlib.contextmanager
def _asking(url: str, narrow: Callable[[str, str], str]) -> Generator[Asking]:
    with psycopg.connect(url, prepare_threshold=1, autocommit=True) as connection:
        connection.execute(f"SET statement_timeout = '{_LONGEST_SECONDS}s'".encode())
        yield Asking(connection, narrow)


def _timed(asking: Asking, work: Callable[[Any, County], object], found: list[County]) -> Iterator[float]:
    spent = 0.0
    for turn in range(_MOST):
        of = found[turn % len(found)]
        asking.county = of.name
        began = ticks()
        with asking.view():
            work(asking, of)
        taken = ticks() - began
        yield taken
        spent += taken
        if turn >= _LEAST and spent > _PATIENCE_SECONDS:
            return


@dataclass(frozen=True, slots=True)
class Acted:
    """W1 in milliseconds, and seconds of the first act of a process, which reads the roster, in the middle."""

    first: float
    middle: float
    tail: float


def act(urls: Mapping[str, str]) -> dict[str, Acted]:
    """Play the same cases here and there in turns; return what an act takes."""
    stores = {name: open_store(url) for name, url in urls.items()}
    taken: dict[str, list[float]] = {name: [] for name in urls}
    for case in range(_ACTED):
        for name, store in stores.items():

            def each(act: Callable[[], Receipt], name: str = name) -> Receipt:
                began = ticks()
                receipt = act()
                taken[name].append(ticks() - began)
                return receipt

            county.play(store, 1, each, prefix=f"turn-{case}-")
    for store in stores.values():
        store.close()
    own, each = {}, len(county.steps())
    for name, seconds in taken.items():
        rest = [one for place, one in enumerate(seconds) if place >= each and place % each]
        own[name] = Acted(middle(seconds[::each]) / 1000, middle(rest), tail(rest))
    return own


def read_roster(url: str) -> tuple[float, float]:
    """Return the seconds that a fresh process takes to read the roster, as after every change of it, and its MB."""
    asked = [sys.executable, "-c", f"from benchmarks.counties_reads import first_roster; first_roster({url!r})"]
    words = subprocess.run(asked, capture_output=True, check=True, text=True).stdout.split()  # noqa: S603 - ours
    return float(words[0]), float(words[1])


def first_roster(url: str) -> None:
    """Print the seconds of reading the roster and the MB it takes. What `read_roster` runs."""
    store = open_store(url)
    with store.read() as reading:
        before, began = _resident(), ticks()
        roster = RosterReader().read(reading, now())
        print(ticks() - began, _resident() - before, roster.version)
    store.close()


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
