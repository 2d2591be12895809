"""ENGINE: with Prefect stopped W1, W2 and W4 do not move: the same in pairs, once with it and once without.

A whole installation runs and has nothing to do; the acts go into a ledger of their own beside it, so that what is
compared is Prefect's being there. Its server and its worker are halted and let go on again by a signal.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import county, house, w1, w4
from benchmarks.figures import load, middle, show
from models.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import ProcessPoolExecutor

    from benchmarks.house import House
    from models.receipt import Receipt

_ROUNDS, _CASES, _DUES, _PENDING = 10, 40, 200, 20_000
_SMALL = (2, 4, 50, 1_000)
_REST_SECONDS, _SETTLE_SECONDS = 20, 0.5


def run(*, small: bool = "--small" in sys.argv) -> None:
    """Measure and print."""
    rounds, cases, dues, pending = _SMALL if small else (_ROUNDS, _CASES, _DUES, _PENDING)
    print(f"ENGINE, load before: {load()}")
    with tempfile.TemporaryDirectory(prefix="anlan-engine-") as name, house.running() as home:
        time.sleep(1 if small else _REST_SECONDS)
        folder = Path(name)
        windows, _ = w4.prepare(folder, pending, [dues] * (2 * rounds + 1))
        with w4.clock_process(folder) as clock, w1.sqlite() as place:
            coming = iter(windows)
            looks: Mapping[str, Callable[[], float]] = {
                "W1 一个人，p50 毫秒": lambda: middle(_one(place, cases)),
                "W2 八个人，行为／秒": lambda: w1.crowd(place, cases)[1],
                "W4 晚多少，p50 毫秒": lambda: _late(clock, next(coming)),
            }
            rows = [(words, *_paired(home, look, rounds)) for words, look in looks.items()]
    show(("", "Prefect 开着", "停着", f"停着是开着的几倍（{rounds} 对，中位和区间）"), rows)
    print(f"load after: {load()}")


def _paired(home: House, look: Callable[[], float], rounds: int) -> tuple[str, str, str]:
    """Look with and without, each first every other time; return both medians and that of the ratios."""
    look()
    pairs: list[tuple[float, float]] = []
    for turn in range(rounds):
        found: dict[bool, float] = {}
        for stopped in (turn % 2 == 0, turn % 2 != 0):
            with home.engine_stopped() if stopped else contextlib.nullcontext():
                time.sleep(_SETTLE_SECONDS)
                found[stopped] = look()
        pairs.append((found[False], found[True]))
    ratios = sorted(without / with_ for with_, without in pairs)
    # For ten pairs the second and the last but one hold the median between them in 98 of 100.
    low, high = (ratios[1], ratios[-2]) if rounds > 8 else (ratios[0], ratios[-1])
    with_, without = (statistics.median(values) for values in zip(*pairs, strict=True))
    return f"{with_:.2f}", f"{without:.2f}", f"{statistics.median(ratios):.2f}（{low:.2f}–{high:.2f}）"


def _one(place: w1.Place, cases: int) -> list[float]:
    store, taken = open_store(place.fresh()), list[float]()

    def each(act: Callable[[], Receipt]) -> Receipt:
        seconds, _, receipt = w1.timed(lambda: w1.seen(store, act))
        taken.append(seconds)
        found: Any = receipt
        return found

    county.play(store, cases, each)
    store.close()
    return taken


def _late(clock: ProcessPoolExecutor, window: list[int]) -> float:
    return middle(clock.submit(w4.climb, window).result().late)
