"""One demonstration founded for the session, stopped, copied for whoever breaks something, and started again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from models import clock
from tests.installation.installed import Installation, copy_of, eventually, is_free


@dataclass(frozen=True)
class FirstStart:
    """What was seen of the very first start, from an empty folder to Ctrl-C."""

    installation: Installation
    said: str
    memory_kib: int
    listening: set[tuple[str, int]]
    connected: set[tuple[str, int]]
    written_elsewhere: list[Path]
    cases: int
    exit_code: int
    left_over: list[int]
    taken_ports: list[int]
    data: Path


@pytest.fixture(scope="session")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirstStart]:
    """Found the demonstration, look at it, press Ctrl-C, look again, and put a copy of the data folder by."""
    installation = Installation(tmp_path_factory.mktemp("first") / "county")
    try:
        begun = clock.ticks()
        installation.start()
        print(f"first start: {clock.ticks() - begun:.1f} s")  # noqa: T201 - a measurement, no assertion
        # The stories of the imported past are told by now, or will be soon; the memory counts with them behind it.
        eventually(lambda: installation.rows("SELECT count(*) FROM wakes") == [(0,)])
        memory, listening = installation.memory_kib(), installation.sockets(listening=True)
        connected = installation.sockets(listening=False)
        print(f"memory: {sum(memory.values()) // 1024} MB in {len(memory)} processes")  # noqa: T201 - as above
        cases = installation.cases
        begun = clock.ticks()
        code = installation.interrupt()
        print(f"Ctrl-C: {clock.ticks() - begun:.1f} s")  # noqa: T201 - as above
        ports = (installation.console_port, installation.engine_port)
        data = tmp_path_factory.mktemp("founded") / "data"
        shutil.copytree(installation.data, data)
        yield FirstStart(
            installation=installation,
            said=installation.said,
            memory_kib=sum(memory.values()),
            listening=listening,
            connected=connected,
            written_elsewhere=[*installation.home.rglob("*"), *installation.elsewhere.rglob("*")],
            cases=cases,
            exit_code=code,
            left_over=installation.pids(),
            taken_ports=[port for port in ports if not is_free(port)],
            data=data,
        )
    finally:
        installation.destroy()


@pytest.fixture(scope="session")
def running(first_start: FirstStart) -> Iterator[Installation]:
    """Start the same data folder a second time and keep it running for whoever only looks or acts lawfully."""
    installation = first_start.installation
    begun = clock.ticks()
    installation.start()
    print(f"second start: {clock.ticks() - begun:.1f} s")  # noqa: T201 - a measurement, no assertion
    yield installation
    installation.destroy()


@pytest.fixture(scope="session")
def make_copy(first_start: FirstStart, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Installation]:
    """Return what makes an installation, founded and stopped, that may be broken."""
    return lambda: copy_of(first_start.data, tmp_path_factory.mktemp("copy") / "county")


@pytest.fixture
def stopped(make_copy: Callable[[], Installation]) -> Iterator[Installation]:
    """Return an installation, founded and stopped, that the test may break and start."""
    installation = make_copy()
    yield installation
    installation.destroy()
    shutil.rmtree(installation.root)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Installation]:
    """Return an installation that was never started."""
    installation = Installation(tmp_path / "county")
    yield installation
    installation.destroy()
