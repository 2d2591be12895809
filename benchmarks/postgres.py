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


@contextlib.contextmanager
def running() -> Generator[str]:
    """Start a server with the settings it comes with, on a socket of its own; yield the address of a database in it."""
    home = Path(tempfile.mkdtemp(prefix="anlan-pg-"))
    become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if become:
        shutil.chown(home, "postgres")

    def run(name: str, *arguments: str) -> None:
        command = [*become, str(_HOMES[-1] / name), *arguments]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, cwd="/")  # noqa: S603 - ours

    run("initdb", "-k", "-A", "trust", "-U", "anlan", str(home / "data"))
    control = ("-D", str(home / "data"), "-w")
    run("pg_ctl", *control, "-o", f"-k {home} -c listen_addresses=''", "-l", str(home / "log"), "start")
    try:
        with psycopg.connect(f"postgresql://anlan@/postgres?host={home}", autocommit=True) as server:
            server.execute("CREATE DATABASE anlan")
        yield f"postgresql://anlan@/anlan?host={home}"
    finally:
        run("pg_ctl", *control, "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)
