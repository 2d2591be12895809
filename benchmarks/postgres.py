"""A throw-away PostgreSQL beside the measurement, where the binaries are there."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Generator

_HOMES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def is_there() -> bool:
    """Tell whether the binaries are on this machine."""
    return bool(_HOMES)


class Server:
    """A server of our own on a socket of its own; `url` is the address of a database in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.url = self.address("anlan")
        self._become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._become:
            shutil.chown(home, "postgres")
        self.run("initdb", "-k", "-A", "trust", "-U", "anlan", str(home / "data"))

    def address(self, database: str) -> str:
        """Return the address of a database by name."""
        return f"postgresql://anlan@/{database}?host={self.home}"

    def run(self, name: str, *arguments: str) -> None:
        """Run one of the programs, its output thrown away."""
        command = [*self._become, str(_HOMES[-1] / name), *arguments]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, cwd="/")  # noqa: S603 - ours

    def count(self, name: str, *arguments: str) -> int:
        """Run one of the programs; return how many bytes it wrote, which nobody keeps."""
        command, found = [*self._become, str(_HOMES[-1] / name), *arguments], 0
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/") as running:  # noqa: S603 - ours
            assert running.stdout is not None, "asked for"
            while some := running.stdout.read(1 << 20):
                found += len(some)
        if running.returncode:
            raise RuntimeError(f"{name}: {running.returncode}")
        return found

    def start(self, **settings: str) -> None:
        """Start with settings other than those it comes with."""
        chosen = "".join(f" -c {name}={value}" for name, value in settings.items())
        self._control("-o", f"-k {self.home} -c listen_addresses=''{chosen}", "-l", str(self.home / "log"), "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop: `immediate` for good, `fast` where it is to start again."""
        self._control("-m", mode, "stop")

    def create(self, database: str) -> str:
        """Make an empty database; return its address."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{database}"'.encode())
        return self.address(database)

    def _control(self, *arguments: str) -> None:
        self.run("pg_ctl", "-D", str(self.home / "data"), "-w", "-t", "600", *arguments)


@contextlib.contextmanager
def serving(**settings: str) -> Generator[Server]:
    """Start a server with a database `anlan`; yield it, and remove it with all it holds."""
    home = Path(tempfile.mkdtemp(prefix="anlan-pg-"))
    try:
        server = Server(home)
        server.start(**settings)
        try:
            server.create("anlan")
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def running() -> Generator[str]:
    """Start a server with the settings it comes with; yield the address of a database in it."""
    with serving() as server:
        yield server.url
