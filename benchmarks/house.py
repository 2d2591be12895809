"""A whole installation in a folder of its own, founded and started as `anlan up` does, on ports that were free."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deployments.supervisor import MODULES
from environment import inherited_environment

if TYPE_CHECKING:
    from collections.abc import Generator

_ROOT = Path(__file__).resolve().parents[1]
_LAUNCH = "from deployments.cli import main; main()"
_READY, _START_SECONDS, _STOP_SECONDS = "按 Ctrl-C 停止全部。", 240, 60
_NAMES = {**{module: name for name, module in MODULES.items()}, "deployments.engine_child": "engine"}
#: What of Prefect runs in an installation.
ENGINE = ("worker", "engine")


@dataclass(frozen=True)
class House:
    """An installation that runs: its data folder, and its processes by name."""

    data: Path
    pids: dict[str, int]

    def processor(self, name: str) -> float:
        """Return the processor seconds that a process has taken so far."""
        # The state stands behind the name, which is in brackets and may hold anything.
        fields = Path(f"/proc/{self.pids[name]}/stat").read_text("utf-8").rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> dict[str, tuple[float, float]]:
        """Return by process how many MB are resident, and how many where pages that are shared count in part."""
        return {name: _memory(pid) for name, pid in self.pids.items()}

    @contextlib.contextmanager
    def engine_stopped(self) -> Generator[None]:
        """Let Prefect's server and its worker stand still for a while."""
        for name in ENGINE:
            os.kill(self.pids[name], signal.SIGSTOP)
        try:
            yield
        finally:
            for name in ENGINE:
                os.kill(self.pids[name], signal.SIGCONT)


@contextlib.contextmanager
def running() -> Generator[House]:
    """Found the demonstration county, start everything, and stop it in the end."""
    with tempfile.TemporaryDirectory(prefix="anlan-house-") as folder:
        root = Path(folder)
        said = root / "said"
        with said.open("wb") as out:
            process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-c", _LAUNCH, "up", "--data", str(root / "data")],
                cwd=root,
                env=_environment(root),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        try:
            _wait(process, said)
            yield House(root / "data", {"supervisor": process.pid} | _children(process.pid))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(_STOP_SECONDS)


def _environment(root: Path) -> dict[str, str]:
    return {
        "PATH": inherited_environment()["PATH"],
        "HOME": str(root),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(_ROOT),
        "ANLAN_CONSOLE_PORT": str(_free_port()),
        "ANLAN_ENGINE_PORT": str(_free_port()),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], said: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while _READY not in (words := said.read_text("utf-8", errors="replace")):
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"没有启动：{words[-2000:]}")
        time.sleep(0.2)


def _children(parent: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for task in Path(f"/proc/{parent}/task").iterdir():
        for pid in (task / "children").read_text("utf-8").split():
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            found |= {name: int(pid) for module, name in _NAMES.items() if module in words}
    return found


def _memory(pid: int) -> tuple[float, float]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
    kib = {words[0]: int(words[1]) for words in (line.split() for line in lines[1:])}
    return kib["Rss:"] / 1024, kib["Pss:"] / 1024
