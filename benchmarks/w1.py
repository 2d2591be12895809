"""W1 and W2: from an act to the next duty visible, beside the floor act by act; eight persons at once; the 200th act.

The act is acknowledged when it is on disk. Visible is what the product's own query for the open duties of the case
returns afterwards. Product, floor and, where it is installed, the best peer take turns after every act, so that what
else the machine does meets all.
"""

from __future__ import annotations

import contextlib
import shutil
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import bindparam, select

from benchmarks import county, peers, postgres
from benchmarks.figures import load, middle, show, tail
from benchmarks.floor import Floor
from benchmarks.traced import Trace, TracedStore
from deployments.memory import keep_what_is_loaded
from models import schema
from models.case import Case
from models.clock import ticks
from models.duty import DutyRow
from models.statements import Statement, table
from models.store import open_store
from rules.rulebook import Rulebook

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from models.receipt import Receipt
    from models.store import Store

_ROUNDS, _CASES, _WARM_UP, _CROWD = 5, 60, 5, 8
_LONG, _LONG_CASES, _AROUND = 200, 5, 6
#: The best peer, SpiffWorkflow 3.2.0, in this floor's own measure, as both were measured in turns on 2026-11-27.
_PEERS = {"SQLite": 2.08, "PostgreSQL": 0.61}
_duties, _cases = table(DutyRow), table(Case)
_OPEN = Statement(
    select(_duties.c.act, _duties.c.holder, _duties.c.due_alert)
    .select_from(_cases.join(_duties, _duties.c.case_id == _cases.c.id))
    .where(_cases.c.county_id == county.COUNTY, _cases.c.number == bindparam("number"), _duties.c.status == "open")
)


@dataclass(slots=True)
class Pairs:
    """Seconds of acts and of the floor's, by the clock and by the processor, act for act."""

    own: list[float] = field(default_factory=list[float])
    floor: list[float] = field(default_factory=list[float])
    peer: list[float] = field(default_factory=list[float])
    own_processor: list[float] = field(default_factory=list[float])
    floor_processor: list[float] = field(default_factory=list[float])

    @property
    def ratio(self) -> float:
        """Return how many floors an act takes in the middle."""
        return statistics.median(self.own) / statistics.median(self.floor)

    @property
    def processor_ratio(self) -> float:
        """Return the same in processor time, which other work on the machine disturbs less."""
        return statistics.median(self.own_processor) / statistics.median(self.floor_processor)


@dataclass(frozen=True, slots=True)
class Place:
    """One kind of store: its name, and what makes a fresh database with the county in it and returns its address."""

    name: str
    fresh: Callable[[], str]

    def floor_address(self, url: str) -> str:
        """Return the address as the bare driver takes it."""
        return url.removeprefix("sqlite:///")


def run(*, small: bool = "--small" in sys.argv) -> None:
    """Measure and print."""
    rounds, cases = (2, 8) if small else (_ROUNDS, _CASES)
    print(f"W1/W2, load before: {load()}")
    Rulebook.load()
    keep_what_is_loaded()  # as the console does
    rows: list[tuple[str, ...]] = []
    with contextlib.ExitStack() as open_places:
        rows += _measure(open_places.enter_context(sqlite()), rounds, cases)
        if postgres.is_there():
            rows += _measure(open_places.enter_context(_postgresql()), rounds, cases)
    show(("", "p50 ms", "p95 ms", "x_floor p50", "x_floor CPU", "x_peer"), rows)
    print(f"load after: {load()}")


@contextlib.contextmanager
def sqlite() -> Generator[Place]:
    """Make a place on SQLite in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="anlan-w1-") as folder:
        empty = Path(folder) / "empty.db"
        county.found(f"sqlite:///{empty}")

        def copied() -> str:
            target = Path(folder) / f"{ticks():.7f}.db"
            shutil.copy(empty, target)
            return f"sqlite:///{target}"

        yield Place("SQLite", copied)


@contextlib.contextmanager
def _postgresql() -> Generator[Place]:
    with postgres.running() as url:
        schema.upgrade(url)
        county.found(url)
        yield Place("PostgreSQL", lambda: _cloned(url))


def _cloned(url: str) -> str:
    name = f"w{int(ticks() * 1e6)}"
    with psycopg.connect(url.replace("/anlan?", "/postgres?"), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE anlan')  # type: ignore[arg-type]
    return url.replace("/anlan?", f"/{name}?")


def _measure(place: Place, rounds: int, cases: int) -> list[tuple[str, ...]]:
    trace = _trace(place, cases)
    writes = statistics.median(sum(not call.reads for call in calls) for writes, calls in trace.transactions if writes)
    pairs = [_in_turns(place, trace, cases) for _ in range(rounds)]
    own, floor = ([each for one in pairs for each in getattr(one, name)] for name in ("own", "floor"))
    ratios = sorted(one.ratio for one in pairs)
    processor = statistics.median(one.processor_ratio for one in pairs)
    times = f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"
    theirs = [each for one in pairs for each in one.peer]
    beside = statistics.median(own) / statistics.median(theirs) if theirs else None
    peer = f"{beside:.2f}" if beside else f"{statistics.median(ratios) / _PEERS[place.name]:.2f} (2026-11-27)"
    rows: list[tuple[str, ...]] = [
        (f"{place.name}: the floor, {writes:.0f} rows an act", *_two(floor), "1", "1", ""),
        (f"{place.name}: one person", *_two(own), times, f"{processor:.2f}", peer),
    ]
    if theirs:
        floors = f"{statistics.median(theirs) / statistics.median(floor):.2f}"
        rows.append((f"{place.name}: SpiffWorkflow, one person", *_two(theirs), floors, "", "1"))
    crowds = [crowd(place, cases) for _ in range(rounds)]
    together, rate = [each for one, _ in crowds for each in one], statistics.median(rate for _, rate in crowds)
    share = rate * statistics.median(floor)
    longest = f"longest {max(together) * 1000:.0f} ms"
    rows.append((f"{place.name}: eight persons, {rate:.0f} acts/s", *_two(together), f"W2 {share:.2f}", longest, ""))
    early, late = _long_cases(place, 1 if rounds < _ROUNDS else _LONG_CASES)
    growth = f"{statistics.median(late) / statistics.median(early):.2f} × the 7th"
    rows.append((f"{place.name}: the {_LONG}th act of a case", *_two(late), "", growth, ""))
    if place.name == "SQLite":
        rows.append(_unflushed(place, trace))
    return rows


def _two(seconds: list[float]) -> tuple[str, str]:
    return f"{middle(seconds):.2f}", f"{tail(seconds):.2f}"


def _trace(place: Place, cases: int) -> Trace:
    trace = Trace()
    store = TracedStore(open_store(place.fresh()), trace)
    county.play(store, _WARM_UP + cases, lambda act: seen(store, act))
    store.close()
    return trace


def _in_turns(place: Place, trace: Trace, cases: int) -> Pairs:
    """Play on the product and on the floor, an act here and the same act there, each first every other time."""
    store, pairs, acts = open_store(place.fresh()), Pairs(), 0
    floor = Floor(place.floor_address(place.fresh()), trace)
    peer = peers.Spiff(place.floor_address(place.fresh())) if peers.is_there() else None

    def each(act: Callable[[], Receipt]) -> Receipt:
        nonlocal acts
        acts += 1
        if acts % 2:
            lower = timed(floor.act)
            higher = timed(lambda: seen(store, act))
        else:
            higher = timed(lambda: seen(store, act))
            lower = timed(floor.act)
        theirs = [timed(peer.act)[0]] if peer else []
        if acts > _WARM_UP * len(county.steps()):
            pairs.own.append(higher[0])
            pairs.peer += theirs
            pairs.own_processor.append(higher[1])
            pairs.floor.append(lower[0])
            pairs.floor_processor.append(lower[1])
        receipt: Receipt = higher[2]
        return receipt

    county.play(store, _WARM_UP + cases, each)
    for each_one in (floor, store, *([peer] if peer else [])):
        each_one.close()
    return pairs


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return the seconds that work takes by the clock and by the processor, and what it returns."""
    began, used = ticks(), time.process_time()
    found = work()
    return ticks() - began, time.process_time() - used, found


def seen(store: Any, act: Callable[[], Receipt]) -> Receipt:
    """Act, and look for the next duty."""
    receipt = act()
    with store.read() as reading:
        reading.all(_OPEN, number=receipt.number)
    return receipt


def crowd(place: Place, cases: int) -> tuple[list[float], float]:
    """Let eight persons act at once, as fast as they can; return the seconds of each act, and acts a second."""
    store = open_store(place.fresh())
    county.play(store, _WARM_UP, lambda act: act(), prefix="warm")
    taken: list[list[float]] = [[] for _ in range(_CROWD)]

    def person(number: int) -> None:
        def each(act: Callable[[], Receipt]) -> Receipt:
            seconds, _, receipt = timed(lambda: seen(store, act))
            taken[number].append(seconds)
            found: Receipt = receipt
            return found

        county.play(store, max(cases // 4, 1), each, actor=number)

    people = [threading.Thread(target=person, args=(number,)) for number in range(_CROWD)]
    begun = ticks()
    for one in people:
        one.start()
    for one in people:
        one.join()
    seconds = ticks() - begun
    store.close()
    together = [each for own in taken for each in own]
    return together, len(together) / seconds


def _long_cases(place: Place, cases: int) -> tuple[list[float], list[float]]:
    """Return what the acts about the 7th and about the 200th of a case take, in the same minutes."""
    store, early, late = open_store(place.fresh()), list[float](), list[float]()
    for case in range(cases):
        seconds: list[float] = []
        _play_long(store, case, seconds)
        early += seconds[6 : 6 + _AROUND]
        late += seconds[_LONG - _AROUND : _LONG]
    store.close()
    return early, late


def _play_long(store: Store, case: int, taken: list[float]) -> None:
    def each(act: Callable[[], Receipt]) -> Receipt:
        seconds, _, receipt = timed(lambda: seen(store, act))
        taken.append(seconds)
        found: Receipt = receipt
        return found

    county.play_long(store, _LONG, each, prefix=f"long-{case}")


def _unflushed(place: Place, trace: Trace) -> tuple[str, ...]:
    """Return how much faster the floor is that does not wait for the disk: the test that the flush is measured."""
    with_flush, without = (
        Floor(place.floor_address(place.fresh()), trace),
        Floor(place.floor_address(place.fresh()), trace, synchronous="NORMAL"),
    )
    acts = sum(writes for writes, _ in trace.transactions)
    flushed, plain = list[float](), list[float]()
    for _ in range(acts):
        flushed.append(timed(with_flush.act)[0])
        plain.append(timed(without.act)[0])
    with_flush.close()
    without.close()
    return ("SQLite: the floor with synchronous=NORMAL", *_two(plain), f"{middle(plain) / middle(flushed):.2f}", "", "")
