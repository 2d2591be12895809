"""The cluster test: everything on hosts of its own, eight people at work, one fault after the other.

    python -m tests.cluster [--faults WORD] [--loads N] [--keep]

After each fault the figures and what was found wrong; the exit code says whether anything was. It needs root and
PostgreSQL, Redis and nginx from the distribution, and says so where they are missing.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from models.clock import now as wall_clock
from tests.cluster import cluster as built
from tests.cluster import network as wires
from tests.cluster.cluster import HOSTS, STANDING, Cluster
from tests.cluster.inside import Lookout
from tests.cluster.judgement import judge, lateness, waiting
from tests.cluster.people import Crowd
from tests.cluster.planning import found, plan_deadlines, report_at_once
from tests.cluster.services import Keeper

_CUT_SECONDS = 8.0
_CALM_SECONDS = 4.0
_ABREAST_SECONDS = 30
_MOST_RECOVERY_SECONDS = 150
_SETTLE_SECONDS = 180
_COLUMNS = ("fault", "acts/s", "longest wait s", "recovered s", "accepted", "fired", "wrong")


@dataclass
class Test:
    """One run of the test."""

    cluster: Cluster
    crowd: Crowd
    planned: list[tuple[int, str, int]]
    wrong: int = 0

    def suffer(self, name: str, fault: Callable[[], None]) -> None:
        """Inflict a fault, wait until all is well again, and judge."""
        begun, seen = time.monotonic(), len(self.crowd.attempts)
        accepted = self._accepted()
        fault()
        recovered = self._until_well(begun)
        time.sleep(_CALM_SECONDS)
        lasted = time.monotonic() - begun
        waits = [attempt.waited_until(time.monotonic()) for attempt in self.crowd.attempts[max(0, seen - 8) :]]
        # As people saw them before the ledger is read: what is accepted meanwhile is judged the next time.
        told = [replace(attempt) for attempt in list(self.crowd.attempts)]
        verdict = judge(self.cluster.ledger, told, self.planned, _wall())
        rate = (self._accepted() - accepted) / lasted
        wrong = verdict.wrong + ([f"not well after {_MOST_RECOVERY_SECONDS} s"] if recovered is None else [])
        if self._accepted() == accepted:
            wrong.append("nobody could act any more")
        self.say(
            name, f"{rate:.1f}", f"{max(waits, default=0):.1f}", "-" if recovered is None else f"{recovered:.1f}",
            str(verdict.counts["accepted"]), str(verdict.counts["fired"]), str(len(wrong)),
        )  # fmt: skip
        self.complain(wrong)

    def complain(self, wrong: list[str]) -> None:
        """Print what is wrong."""
        self.wrong += len(wrong)
        for words in wrong[:20]:
            print(f"    ✗ {words}", flush=True)

    def _accepted(self) -> int:
        return sum(1 for attempt in list(self.crowd.attempts) if attempt.number)

    def _until_well(self, begun: float) -> float | None:
        """Return after how many seconds every service worked again and nothing waited; None when it never did."""
        while time.monotonic() - begun < _MOST_RECOVERY_SECONDS:
            if all(self.cluster.keeper.services[name].is_up() for name in STANDING) and self._is_abreast():
                return time.monotonic() - begun
            time.sleep(0.3)
        return None

    def _is_abreast(self) -> bool:
        oldest = _oldest_story(self.cluster.ledger)
        _, notices, _, due = waiting(self.cluster.ledger, _wall())
        return due == 0 and oldest < _ABREAST_SECONDS and notices < 50

    @staticmethod
    def say(*cells: str) -> None:
        print(f"| {cells[0]:<28} | " + " | ".join(f"{cell:>14}" for cell in cells[1:]) + " |", flush=True)


def _wall() -> float:
    return wall_clock().timestamp()


def _oldest_story(dsn: str) -> float:
    try:
        with psycopg.connect(dsn, connect_timeout=3) as connection:
            row = connection.execute("SELECT min(queued_at) FROM wakes").fetchone()
    except psycopg.Error:
        return float("inf")
    return _wall() - row[0] / 1e6 if row and row[0] else 0.0


def faults(test: Test, wanted: str) -> list[tuple[str, Callable[[], None]]]:
    """Return every fault by name."""
    services, hosts = test.cluster.keeper.services, test.cluster.hosts

    def cut(name: str) -> None:
        hosts[name].cut()
        time.sleep(_CUT_SECONDS)
        hosts[name].mend()

    def drain(name: str) -> None:
        services[name].stop()
        services[name].resume()
        test.cluster.keeper.until_up(name, seconds=120)

    found: list[tuple[str, Callable[[], None]]] = [("nothing", lambda: time.sleep(10))]
    found += [(f"kill -9 {name}", services[name].kill) for name in STANDING]
    found += [(f"cut link of {name}", lambda name=name: cut(name)) for name in STANDING]
    found += [("drain worker1", lambda: drain("worker1"))]
    found += [(f"replace {name}", lambda name=name: drain(name)) for name in ("console1", "console2")]
    words = wanted.split(",")
    return [(name, fault) for name, fault in found if any(word in name for word in words)]


def measure_throughput(cluster: Cluster, folder: Path, loads: int) -> None:
    """Print legs per second with one, two and four workers: hazards reported all at once, until each has been told."""
    services = cluster.keeper.services
    _until_told(cluster)
    services["worker2"].stop()
    for size, name in ((1, ""), (2, "worker2"), (4, "worker3")):
        if name == "worker2":
            services["worker2"].resume()
            cluster.keeper.until_up("worker2", seconds=120)
        elif name:
            cluster.start_worker("worker3")
            cluster.start_worker("worker4")
        begun = time.monotonic()
        report_at_once(folder, cluster.ledger, loads, str(size))
        _until_told(cluster)
        print(f"legs/s with {size} workers: {loads / (time.monotonic() - begun):.1f}", flush=True)


def _until_told(cluster: Cluster) -> None:
    deadline = time.monotonic() + _SETTLE_SECONDS
    while waiting(cluster.ledger, _wall())[0]:
        if time.monotonic() > deadline:
            raise RuntimeError("stories are still waiting to be told")
        time.sleep(0.05)


def run(folder: Path, wanted: str, loads: int) -> int:
    """Run everything in a folder and return how much was found wrong."""
    data = folder / "data"
    with wires.network(HOSTS) as hosts, Keeper() as keeper:
        lookout = Lookout(hosts["people"])
        cluster = Cluster(folder, hosts, keeper, lookout)
        begun = time.monotonic()
        cluster.start_database()
        found(data, cluster.ledger)
        cluster.start_rest()
        crowd = Crowd(hosts["people"], cluster.address, seed=random.randrange(10**6))
        test = Test(cluster, crowd, [])
        trials = faults(test, wanted)
        print(f"up after {time.monotonic() - begun:.0f} s; {len(trials)} faults, seed {crowd.seed}", flush=True)
        test.planned = plan_deadlines(data, cluster.ledger, first=5, every=10, count=max(20, 3 * len(trials)))
        since = _wall()
        crowd.begin()
        test.say(*_COLUMNS)
        try:
            for name, fault in trials:
                test.suffer(name, fault)
        finally:
            crowd.end()
        test.complain(_settle(test))
        late = lateness(cluster.ledger, since)
        waits = sorted(attempt.waited for attempt in crowd.attempts if attempt.number)
        _sum_up(test, waits, late)
        if loads:
            measure_throughput(cluster, data, loads)
        lookout.close()
    return test.wrong


def _settle(test: Test) -> list[str]:
    """Wait until nothing is left to do, and judge once more; whatever is left then is lost."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    left = waiting(test.cluster.ledger, _wall())
    while any(left) and time.monotonic() < deadline:
        time.sleep(1)
        left = waiting(test.cluster.ledger, _wall())
    wrong = judge(test.cluster.ledger, test.crowd.attempts, test.planned, _wall()).wrong
    names = ("stories", "pressing notices", "papers", "deadlines")
    return wrong + [f"{count} {name} were never done" for name, count in zip(names, left, strict=True) if count]


def _sum_up(test: Test, waits: list[float], late: list[float]) -> None:
    attempts = test.crowd.attempts
    refused = [attempt for attempt in attempts if attempt.refusal]
    repeated = sum(1 for attempt in attempts if attempt.tries > 1)
    print(
        f"{len(waits)} acts accepted, {repeated} of them sent more than once, {len(refused)} refused; wait p50"
        f" {waits[len(waits) // 2] * 1000:.0f} ms, longest {waits[-1]:.1f} s; {len(late)} deadlines, late p50"
        f" {late[len(late) // 2]:.1f} s, most {late[-1]:.1f} s",
        flush=True,
    )
    for attempt in refused[:5]:
        print(f"    refused: {attempt.kind}: {attempt.refusal}", flush=True)
    for trouble in test.crowd.troubles[:5]:
        print(f"    trouble: {trouble}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="the cluster test")
    parser.add_argument("--faults", default="", help="only faults named by one of these words, with commas between")
    parser.add_argument("--loads", type=int, default=200, help="stories for the throughput; 0 leaves it out")
    parser.add_argument("--keep", action="store_true", help="keep the folder with logs and data")
    told = parser.parse_args()
    if lacking := wires.lacking() or built.lacking():
        print(f"cluster test skipped: {lacking}")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="anlan-cluster-"))
    folder.chmod(0o755)
    try:
        wrong = run(folder, told.faults, told.loads)
    finally:
        if told.keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print("✓ nothing lost, nothing doubled" if not wrong else f"✗ {wrong} findings")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
