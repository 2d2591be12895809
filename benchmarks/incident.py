"""INCIDENT: a thousand accidents under clocks of one and two hours beside a million other open duties.

How late is a rung? The clock process runs as it is, with both its loops, and accidents are reported while it runs. Its
naps are skipped, so that whatever it does takes its real time and the loop that sends, which has real time only, is in
the way of the one that climbs all the while. A rung counts as climbed when its act is on disk.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import county, others, postgres
from benchmarks.climbing import TimedStore, lateness, latest_act
from benchmarks.figures import load, show
from deployments.alarm_clock import AlarmClock
from models import clock, directory
from models.escalation import next_wake
from models.ledger import Ledger
from models.receipt import Deed
from models.store import open_store
from rules.actor import Role
from settings import Settings
from tasks.resources import open_resources

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pendulum import DateTime

    from models.store import Writing
    from tasks.resources import Resources

_OTHERS, _INCIDENTS = 1_000_000, 1_000
_ALL_CLOCKS_MINUTES = 125
_TURN_SECONDS, _FAR_SECONDS = 0.001, 240
_OFFICE = (Role.BUREAU_OFFICER, Role.BUREAU_HEAD, Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER)
_SAID = {
    "place": "三号井西翼", "in_county": "yes", "kind": "other", "sector": "mine", "origin": "unit", "deaths": "1",
}  # fmt: skip


@dataclass(frozen=True)
class Phase:
    """One crowd of accidents: within how many minutes they are reported."""

    name: str
    within_minutes: int


_PHASES = (Phase("reported within one hour", 60), Phase("all reported at once", 0))


def run(others_open: int = _OTHERS, incidents: int = _INCIDENTS) -> None:
    """Measure and print, on SQLite, and on PostgreSQL where it is installed."""
    print(f"load before: {load()}")
    rows: list[Sequence[str]] = []
    with tempfile.TemporaryDirectory(prefix="anlan-incident-") as folder:
        rows += _measure("SQLite", f"sqlite:///{folder}/anlan.db", Path(folder), others_open, incidents)
    if postgres.is_there():
        with tempfile.TemporaryDirectory(prefix="anlan-incident-") as folder, postgres.running() as url:
            rows += _measure("PostgreSQL", url, Path(folder), others_open, incidents)
    print(f"load after: {load()}")
    show(("INCIDENT", "rungs", "p50 s", "p99 s", "longest s", "CPU ms a rung", "idle look ms", "memory MB"), rows)


def _measure(name: str, url: str, folder: Path, others_open: int, incidents: int) -> list[Sequence[str]]:
    county.found(url)
    _staff(url)
    begun = clock.ticks()
    found = others.fill(url, others_open)
    print(f"{name}: {found} other open duties in {clock.ticks() - begun:.0f} s")
    # The clock in a process of its own, so that what it takes is its own.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as processes:
        figures = processes.submit(_clock_process, url, folder, incidents).result()
    return [
        (f"{name}, {incidents} accidents, {phase.name}", *each) for phase, each in zip(_PHASES, figures, strict=True)
    ]


def _staff(url: str) -> None:
    """Let somebody hold each post that hears of accidents."""
    store = open_store(url)

    def work(writing: Writing) -> None:
        for role in _OFFICE:
            code = f"{role}@county"
            directory.add_post(writing, county.COUNTY, code=code, name=role.label, role=role, at="county")
            person = directory.add_person(writing, county.COUNTY, name="示例", phone=None)
            directory.appoint(writing, county.COUNTY, person_id=person, post_code=code, at=clock.now())

    store.write(work)
    store.close()


# --- the clock's process -------------------------------------------------------------------------


def _clock_process(url: str, folder: Path, incidents: int) -> list[Sequence[str]]:
    lapse = Lapse()
    tools = open_resources(Settings(data_folder=folder, database_url=url), now=lapse.now)
    timed = TimedStore(tools.store, lapse.now)
    lapse.store = timed
    ledger = Ledger(timed, tools.rulebook, county_id=county.COUNTY, channels=tools.channels.names)
    tools = replace(tools, store=timed, ledger=ledger)
    figures = [_climb(tools, timed, lapse, phase, incidents) for phase in _PHASES]
    tools.store.close()
    return figures


def _climb(tools: Resources, timed: TimedStore, lapse: Lapse, phase: Phase, incidents: int) -> Sequence[str]:
    idle = _idle_look(tools)
    after = latest_act(tools.store)
    begun = lapse.now()
    between = phase.within_minutes * 60 / incidents
    lapse.reports = [
        (begun.add(seconds=between * number), lambda number=number: _report(tools, number))
        for number in range(incidents)
    ]
    lapse.until = begun.add(minutes=phase.within_minutes + _ALL_CLOCKS_MINUTES)
    lapse.ended = False
    timed.climbed.clear()
    used = time.process_time()
    AlarmClock(tools).run(lapse)  # type: ignore[arg-type]
    used = time.process_time() - used - lapse.reporting
    late = sorted(lateness(timed, after=after))
    memory = _most_memory()
    return (
        str(len(late)), f"{late[len(late) // 2]:.2f}", f"{late[int(len(late) * 0.99)]:.2f}", f"{late[-1]:.2f}",
        f"{used * 1000 / len(late):.1f}", f"{idle:.2f}", str(memory),
    )  # fmt: skip


def _most_memory() -> int:
    """Return the most memory this process ever held, in MB; what the system counts by itself begins with the parent."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


def _report(tools: Resources, number: int) -> None:
    minute = tools.now().start_of("minute").format("YYYY-MM-DD HH:mm")
    told = {"occurred_at": minute, "head_informed_at": minute, "received_at": minute}
    who = county.Players().of(Role.BUREAU_OFFICER)
    deed = Deed("report", who, f"accident-{tools.now().timestamp()}-{number}", values={**_SAID, **told})
    tools.ledger.open_case("incident", f"u{number % county.UNITS}", deed, tools.now())


def _idle_look(tools: Resources) -> float:
    """Return what a look of both loops takes while nothing is due, in milliseconds of this process."""
    clock_ = AlarmClock(tools)
    clock_.fire()
    clock_.deliver()
    used = time.process_time()
    for _ in range(200):
        clock_.fire()
        clock_.deliver()
    return (time.process_time() - used) * 5


@dataclass
class Lapse:
    """Ends the clock when its time is up, and skips its naps; reports accidents on the way."""

    store: Any = None
    until: Any = None
    reports: list[tuple[DateTime, Callable[[], None]]] = field(default_factory=list)
    reporting: float = 0.0
    skipped: float = 0.0
    ended: bool = False

    def now(self) -> DateTime:
        """Return the machine's time and what has been skipped."""
        return clock.now().add(seconds=self.skipped)

    def is_set(self) -> bool:
        """Tell whether it is over."""
        return self.ended or self.now() >= self.until

    def set(self) -> None:
        """End."""
        self.ended = True

    def wait(self, nap: float) -> None:
        """Rest so long, or until an accident is to be reported."""
        waking = self.now().add(seconds=nap if nap < 1 else self._far())
        due = self.reports[0][0] if self.reports else None
        if due is not None and due <= waking:
            self._rest(due)
            begun = time.process_time()
            while self.reports and self.reports[0][0] <= self.now():
                self.reports.pop(0)[1]()
            self.reporting += time.process_time() - begun
            return
        self._rest(waking)

    def _far(self) -> float:
        """Return for how many seconds nothing falls due, less than what would look like somebody setting the clock."""
        with self.store.read() as reading:
            due = next_wake(reading)
        return min(max((due - self.now()).total_seconds() - 1, 1), _FAR_SECONDS) if due else _FAR_SECONDS

    def _rest(self, until: DateTime) -> None:
        # Long enough for the loop that sends to have its turn.
        time.sleep(_TURN_SECONDS)
        self.skipped += max((until - self.now()).total_seconds(), 0.0)
