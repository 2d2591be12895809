"""W1: from an act to the next duty visible, on SQLite; one person, then eight at once; beside the floor, interleaved.

The act is acknowledged when it is on disk. Visible is what the product's own query for the open duties of the case
returns afterwards.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from benchmarks import county
from benchmarks.figures import load, middle, show, tail
from benchmarks.floor import replay
from benchmarks.traced import Trace, TracedStore
from models.case import Case
from models.clock import ticks
from models.duty import DutyRow
from models.statements import Statement, table
from models.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.receipt import Receipt
    from models.store import Store

_ROUNDS, _CASES, _WARM_UP, _CROWD = 5, 60, 5, 8
_duties, _cases = table(DutyRow), table(Case)
_OPEN = Statement(
    select(_duties.c.act, _duties.c.holder, _duties.c.due_alert)
    .select_from(_cases.join(_duties, _duties.c.case_id == _cases.c.id))
    .where(_cases.c.county_id == county.COUNTY, _cases.c.number == bindparam("number"), _duties.c.status == "open")
)


def run() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="anlan-w1-") as folder:
        empty = Path(folder) / "empty.db"
        county.found(f"sqlite:///{empty}")
        trace = _trace(_copy(empty, "trace"))
        floors: list[list[float]] = []
        ours: list[list[float]] = []
        print(f"load before: {load()}")
        for number in range(_ROUNDS):
            pair: list[tuple[list[list[float]], Callable[[Path], list[float]]]] = [
                (floors, lambda path: replay(path, trace)[_WARM_UP * len(county.steps()) :]),
                (ours, _one),
            ]
            for kept, measure in pair if number % 2 == 0 else reversed(pair):
                kept.append(measure(_copy(empty, f"round-{number}")))
        crowds = [_crowd(_copy(empty, f"crowd-{number}")) for number in range(_ROUNDS)]
        print(f"load after: {load()}")
    _print(floors, ours, crowds, writes=[len(calls) for writes, calls in trace.transactions if writes])


def _print(
    floors: list[list[float]], ours: list[list[float]], crowds: list[tuple[list[float], float]], *, writes: list[int]
) -> None:
    floor, own = ([statistics.median(map(f, rounds)) for f in (middle, tail)] for rounds in (floors, ours))
    ratios = sorted(
        middle(own_round) / middle(floor_round) for own_round, floor_round in zip(ours, floors, strict=True)
    )
    together = [seconds for seconds, _ in crowds]
    rate = statistics.median(rate for _, rate in crowds)
    show(
        ("W1, SQLite, act to next duty visible", "p50 ms", "p95 ms", "× floor (p50)"),
        [
            (
                f"floor: the same {statistics.median(writes):.0f} statements, bare driver",
                f"{floor[0]:.2f}",
                f"{floor[1]:.2f}",
                "1",
            ),
            (
                "Anlan, one person",
                f"{own[0]:.2f}",
                f"{own[1]:.2f}",
                f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})",
            ),
            (
                f"Anlan, eight persons at once, {rate:.0f} acts/s",
                f"{statistics.median(middle(seconds) for seconds in together):.2f}",
                f"{statistics.median(tail(seconds) for seconds in together):.2f}",
                f"longest {max(max(seconds) for seconds in together) * 1000:.0f} ms",
            ),
        ],
    )


def _copy(empty: Path, name: str) -> Path:
    target = empty.with_name(f"{name}-{threading.get_ident()}-{ticks():.6f}.db")
    shutil.copy(empty, target)
    return target


def _trace(path: Path) -> Trace:
    trace = Trace()
    store = TracedStore(open_store(f"sqlite:///{path}"), trace)
    county.play(store, _WARM_UP + _CASES, _seeing(store, []))
    store.close()
    return trace


def _one(path: Path) -> list[float]:
    store = open_store(f"sqlite:///{path}")
    county.play(store, _WARM_UP, lambda act: act(), prefix="warm")
    taken: list[float] = []
    county.play(store, _CASES, _seeing(store, taken))
    store.close()
    return taken


def _crowd(path: Path) -> tuple[list[float], float]:
    store = open_store(f"sqlite:///{path}")
    county.play(store, _WARM_UP, lambda act: act(), prefix="warm")
    taken: list[list[float]] = [[] for _ in range(_CROWD)]
    people = [
        threading.Thread(
            target=county.play, args=(store, _CASES // 4, _seeing(store, taken[actor])), kwargs={"actor": actor}
        )
        for actor in range(_CROWD)
    ]
    begun = ticks()
    for person in people:
        person.start()
    for person in people:
        person.join()
    seconds = ticks() - begun
    store.close()
    together = [each for own in taken for each in own]
    return together, len(together) / seconds


def _seeing(store: Store, taken: list[float]) -> Callable[[Callable[[], Receipt]], Receipt]:
    """Return what does an act, looks for the next duty, and notes how long both took."""

    def each(act: Callable[[], Receipt]) -> Receipt:
        begun = ticks()
        receipt = act()
        with store.read() as reading:
            reading.all(_OPEN, number=receipt.number)
        taken.append(ticks() - begun)
        return receipt

    return each
