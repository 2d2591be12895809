"""W4: how late the clock is when a thousand terms end within ten seconds among a million that wait; what it costs idle.

The cases whose terms end are recorded through the ledger, ten milliseconds apart, long before; the clock's process then
runs as it is, with both its loops, its time shifted to a few seconds before the first. Late is an act of the clock by
the time from its due instant to its being on disk. The floor sleeps to the next due instant as well and writes the same
rows with the driver, in a process of its own; the two take turns.
"""

from __future__ import annotations

import multiprocessing
import shutil
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from benchmarks import county, others
from benchmarks.climbing import TimedStore, lateness, latest_act
from benchmarks.figures import load, middle, show, tail
from benchmarks.floor import Floor
from benchmarks.traced import Trace, TracedStore
from deployments.alarm_clock import AlarmClock
from deployments.memory import keep_what_is_loaded
from models import clock
from models.duty import DutyRow
from models.escalation import fire_due
from models.ledger import Ledger
from models.notice import NoticeRow
from models.receipt import Deed
from models.statements import Statement, table
from models.store import open_store
from rules.rulebook import Rulebook
from settings import Settings
from tasks.resources import open_resources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pendulum import DateTime

    from models.store import Store
    from tasks.resources import Resources

_PENDING, _DUES, _ROUNDS, _IDLE_SECONDS = 1_000_000, 1_000, 3, 20
_SMALL = (20_000, 200, 1, 5)
_WARM_UP = 100
_APART_MICROSECONDS, _WINDOWS_APART_SECONDS, _AGO_SECONDS = 10_000, 60, 3 * 3600
_LEAD_SECONDS, _PATIENCE_SECONDS, _LOOK_EVERY_SECONDS = 2.0, 60, 0.5
#: APScheduler 3.11.3 on the same kind of machine, 2026-11-23: 100,000 pending, the effect in memory only.
_PEER_MS = 1.46
_MAJOR = {"grade": "major", "basis": "synthesis", "reason": "停产整改"}
_CLIMBING = "major-report"
_duties, _notices = table(DutyRow), table(NoticeRow)
_WAKES = Statement(
    select(_duties.c.wake_at)
    .where(_duties.c.act == _CLIMBING, _duties.c.status == "open", _duties.c.case_id > bindparam("after"))
    .order_by(_duties.c.wake_at)
)
_LAST_CASE = Statement(select(func.max(_duties.c.case_id)))
_UNSENT = Statement(select(func.count()).where(_notices.c.status == "queued"))
_NEXT = "SELECT min(wake_at) FROM duties WHERE status = 'open' AND wake_at IS NOT NULL"


@dataclass(frozen=True)
class Round:
    """What one window came to: seconds late, processor seconds, and how many notices waited when it was over."""

    late: Sequence[float]
    processor: float
    unsent: int = 0


def run(*, small: bool = "--small" in sys.argv) -> None:
    """Measure and print."""
    pending, dues, rounds, idle_seconds = _SMALL if small else (_PENDING, _DUES, _ROUNDS, _IDLE_SECONDS)
    print(f"W4, load before: {load()}")
    with tempfile.TemporaryDirectory(prefix="anlan-w4-") as name:
        folder = Path(name)
        windows, found = prepare(folder, pending, (_WARM_UP, *([dues] * rounds)))
        print(f"{found:,} 项应办等着到期")
        with clock_process(folder) as ours, _floor_process(folder, windows) as floor:
            pairs = [_in_turns(ours, floor, window, turn) for turn, window in enumerate(windows)][1:]
            idle = ours.submit(_idle, windows[-1][-1], idle_seconds).result()
    _print([own for own, _ in pairs], [low for _, low in pairs], idle)
    print(f"load after: {load()}")


def prepare(folder: Path, pending: int, windows: Sequence[int]) -> tuple[list[list[int]], int]:
    """Make the county, the duties that wait and the cases of each window; return their dues and how many wait.

    `folder` then holds `anlan.db`.
    """
    url = f"sqlite:///{folder}/anlan.db"
    county.found(url)
    found = others.fill(url, pending)
    store = open_store(url)
    with store.read() as reading:
        after = (reading.one(_LAST_CASE) or (0,))[0]
    _record(store, windows)
    with store.read() as reading:
        dues = iter([due for (due,) in reading.all(_WAKES, after=after)])
    store.close()
    others.tell(url)
    return [[next(dues) for _ in range(many)] for many in windows], found


def _record(store: Store, windows: Sequence[int]) -> None:
    """Report hazards and judge them to be major, so that the clock has something to do twelve hours later."""
    ledger, players, (report, grade) = _ledger(store), county.Players(), county.steps()[:2]
    begun = clock.micros(clock.now()) - _AGO_SECONDS * 1_000_000
    for window, many in enumerate(windows):
        for place in range(many):
            at = clock.instant(begun + window * _WINDOWS_APART_SECONDS * 1_000_000 + place * _APART_MICROSECONDS)
            told = Deed("report", players.of(report.role), f"r{window}-{place}", values=report.values)
            number = ledger.open_case("hazard", f"u{place % county.UNITS}", told, at).number
            ledger.record(number, Deed("grade", players.of(grade.role), f"g{window}-{place}", values=_MAJOR), at)


def _ledger(store: Any) -> Ledger:
    return Ledger(store, Rulebook.load(), county_id=county.COUNTY)


def _in_turns(
    ours: ProcessPoolExecutor, floor: ProcessPoolExecutor, window: list[int], turn: int
) -> tuple[Round, Round]:
    if turn % 2:
        low = floor.submit(_sleep_and_write, window).result()
        return ours.submit(climb, window).result(), low
    own = ours.submit(climb, window).result()
    return own, floor.submit(_sleep_and_write, window).result()


def _print(own: list[Round], floor: list[Round], idle: float) -> None:
    late, low = ([each for one in rounds for each in one.late] for rounds in (own, floor))
    ratios = sorted(middle(one.late) / middle(two.late) for one, two in zip(own, floor, strict=True))
    x_floor = f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"
    show(
        ("W4", "次", "p50 ms", "p99 ms", "最长 ms", "x_floor p50", "x_peer p50", "处理器 ms／次"),
        [
            ("地板", *_figures(low), "1", f"{middle(low) / _PEER_MS:.2f}", _each(floor)),
            ("时钟进程", *_figures(late), x_floor, f"{middle(late) / _PEER_MS:.2f}", _each(own)),
        ],
    )
    unsent = "、".join(str(one.unsent) for one in own)
    print(f"空闲：一个核的 {idle * 100:.2f} %；窗口结束时还没有送出的通知：{unsent}")


def _figures(late: Sequence[float]) -> tuple[str, str, str, str]:
    return str(len(late)), f"{middle(late):.2f}", f"{tail(late, 0.99):.2f}", f"{max(late) * 1000:.1f}"


def _each(rounds: list[Round]) -> str:
    return f"{sum(one.processor for one in rounds) * 1000 / sum(len(one.late) for one in rounds):.1f}"


# --- the clock's process -------------------------------------------------------------------------


class Shift:
    """The machine's time, shifted."""

    def __init__(self) -> None:
        self._micros = 0

    def now(self) -> DateTime:
        """Return this instant, shifted."""
        return clock.instant(clock.micros(clock.now()) + self._micros)

    def to(self, micros: int) -> None:
        """Let it be that instant now."""
        self._micros = micros - clock.micros(clock.now())


@dataclass(frozen=True)
class Kept:
    """What stays in the clock's process from one window to the next."""

    shift: Shift
    timed: TimedStore
    tools: Resources


_kept: list[Any] = []


def clock_process(folder: Path) -> ProcessPoolExecutor:
    """Return a process of its own in which `climb` runs, over the ledger in the folder."""
    return ProcessPoolExecutor(
        1, mp_context=multiprocessing.get_context("spawn"), initializer=_open_clock, initargs=(folder,)
    )


def _open_clock(folder: Path) -> None:
    shift = Shift()
    tools = open_resources(Settings(data_folder=folder), now=shift.now)
    timed = TimedStore(tools.store, shift.now)
    ledger = Ledger(timed, tools.rulebook, county_id=county.COUNTY, channels=tools.channels.names)
    _kept.append(Kept(shift, timed, replace(tools, store=timed, ledger=ledger)))
    keep_what_is_loaded()


def climb(window: list[int]) -> Round:
    """Run the clock from a little before the first due instant until all is done and told."""
    kept: Kept = _kept[0]
    after, ending = latest_act(kept.tools.store), threading.Event()
    kept.timed.climbed.clear()
    unsent: list[int] = []
    kept.shift.to(window[0] - int(_LEAD_SECONDS * 1_000_000))
    until = _LEAD_SECONDS + (window[-1] - window[0]) / 1_000_000 + _LOOK_EVERY_SECONDS
    threading.Thread(target=_end_when_told, args=(kept, until, ending, unsent)).start()
    used = time.process_time()
    AlarmClock(kept.tools).run(ending)
    used = time.process_time() - used
    return Round(lateness(kept.timed, after=after), used, unsent[0])


def _end_when_told(kept: Kept, until: float, ending: threading.Event, unsent: list[int]) -> None:
    time.sleep(until)
    for _ in range(int(_PATIENCE_SECONDS / _LOOK_EVERY_SECONDS)):
        with kept.tools.store.read() as reading:
            unsent.append((reading.one(_UNSENT) or (0,))[0])
        if not unsent[-1]:
            break
        time.sleep(_LOOK_EVERY_SECONDS)
    ending.set()


def _idle(last: int, seconds: float) -> float:
    """Return which share of a core the clock takes while nothing is due."""
    kept: Kept = _kept[0]
    kept.shift.to(last + _WINDOWS_APART_SECONDS * 1_000_000)
    ending = threading.Event()
    threading.Timer(seconds, ending.set).start()
    used = time.process_time()
    AlarmClock(kept.tools).run(ending)
    return (time.process_time() - used) / seconds


# --- the floor's process -------------------------------------------------------------------------


def _floor_process(folder: Path, windows: list[list[int]]) -> ProcessPoolExecutor:
    """Return a process of its own in which the same rows are written raw, on a copy."""
    for name in ("traced", "floor"):
        shutil.copy(folder / "anlan.db", folder / f"{name}.db")
    return ProcessPoolExecutor(
        1, mp_context=multiprocessing.get_context("spawn"), initializer=_open_floor, initargs=(folder, windows)
    )


def _open_floor(folder: Path, windows: list[list[int]]) -> None:
    """Let the clock do everything once, each thing at its instant, and keep what it wrote."""
    trace = Trace()
    store = TracedStore(open_store(f"sqlite:///{folder}/traced.db"), trace)
    ledger = _ledger(store)
    for due in (due for window in windows for due in window):
        fire_due(ledger, clock.instant(due))
    store.close()
    trace.transactions = [(writes, calls) for writes, calls in trace.transactions if writes]
    address = str(folder / "floor.db")
    _kept.extend((Floor(address, trace), Floor(address, Trace())))


def _sleep_and_write(window: list[int]) -> Round:
    floor, look = _kept
    shift, late = Shift(), list[float]()
    shift.to(window[0] - int(_LEAD_SECONDS * 1_000_000))
    used = time.process_time()
    while (due := look.one(_NEXT)) <= window[-1]:
        time.sleep(max(due - clock.micros(shift.now()), 0) / 1_000_000)
        floor.act()
        late.append((clock.micros(shift.now()) - due) / 1_000_000)
    return Round(late, time.process_time() - used)
