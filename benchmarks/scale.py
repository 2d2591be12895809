"""W3 and growth: one million open cases that wait; bytes of each, memory, restart to the first act, and W1 among them.

The cases are honest rows that the ledger wrote once and that were copied with numbers and hashes of their own. The same
acts are done in turns in a county with a thousand such cases and in the one with a million.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import county, others
from benchmarks.figures import load, middle, show, tail
from models.clock import ticks
from models.driver import driver
from models.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.receipt import Receipt

_MANY, _FEW, _MANY_IF_SMALL = 1_000_000, 1_000, 20_000
_CASES = 12
_PLAIN_ROWS = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"


def run(*, small: bool = "--small" in sys.argv) -> None:
    """Measure and print."""
    many = _MANY_IF_SMALL if small else _MANY
    with tempfile.TemporaryDirectory(prefix="anlan-scale-") as folder:
        paths = {number: Path(folder) / f"{number}.db" for number in (_FEW, many)}
        opening: dict[int, float] = {}
        for number, path in paths.items():
            county.found(f"sqlite:///{path}")
            began = time.monotonic()
            others.fill_cases(f"sqlite:///{path}", number)
            opening[number] = number / (time.monotonic() - began)
        sizes = {number: path.stat().st_size for number, path in paths.items()}
        starts = {number: _restart(path) for number, path in paths.items()}
        taken = _in_turns({number: f"sqlite:///{path}" for number, path in paths.items()})
        indexes = _without_indexes(paths[many])
    rows = [
        (
            f"{number:,}", f"{sizes[number] / number:.0f}", f"{opening[number]:.0f}", f"{starts[number][0]:.2f}",
            f"{starts[number][1]:.0f}", f"{middle(taken[number]):.2f}", f"{tail(taken[number]):.2f}",
        )
        for number in paths
    ]  # fmt: skip
    show(("waiting cases", "bytes/case", "rows copied: cases/s", "restart to first act, s", "RSS after it, MB",
          "W1 p50 ms", "p95 ms"), rows)  # fmt: skip
    print(f"W1 at {many:,} : at {_FEW:,} = {middle(taken[many]) / middle(taken[_FEW]):.2f};"
          f" the same rows without secondary indexes {indexes / many:.0f} bytes/case,"
          f" x_floor {sizes[many] / indexes:.2f}; load {load()}")  # fmt: skip


def _restart(path: Path) -> tuple[float, float]:
    """Start a process that opens the store and acts once; return seconds from its start, imports apart, and its MB."""
    asked = [sys.executable, "-c", f"from benchmarks.scale import first_act; first_act({str(path)!r})"]
    words = subprocess.run(asked, capture_output=True, check=True, text=True).stdout.split()  # noqa: S603 - ours
    return float(words[0]), float(words[1])


def first_act(path: str) -> None:
    """Open a store and report a hazard; print the seconds it took and the resident MB. What `_restart` runs."""
    began = time.monotonic()
    store = open_store(f"sqlite:///{path}")
    done: list[Receipt] = []

    def once(act: Callable[[], Receipt]) -> Receipt:
        done.append(act())
        return done[-1]

    county.play_long(store, 1, once, prefix=f"restart-{ticks()}")
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    print(time.monotonic() - began, pages * os.sysconf("SC_PAGE_SIZE") / 1e6)


def _in_turns(urls: dict[int, str]) -> dict[int, list[float]]:
    """Play the same cases here and there, one after the other; return the seconds of each act."""
    stores = {number: open_store(url) for number, url in urls.items()}
    taken: dict[int, list[float]] = {number: [] for number in urls}
    for case in range(_CASES):
        for number, store in stores.items():

            def each(act: Callable[[], Receipt], number: int = number) -> Receipt:
                began = ticks()
                receipt = act()
                taken[number].append(ticks() - began)
                return receipt

            county.play(store, 1, each, prefix=f"turn-{case}-")
    for store in stores.values():
        store.close()
    return taken


def _without_indexes(path: Path) -> int:
    """Return the bytes of the same rows with nothing but what makes them unique."""
    door = driver.connect(str(path), isolation_level=None)
    for (name,) in door.execute(_PLAIN_ROWS).fetchall():
        door.execute(f"DROP INDEX {name}")
    door.execute("VACUUM")
    door.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    door.close()
    return path.stat().st_size
