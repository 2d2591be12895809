"""The supervisor 守护: starts the processes of an installation, starts again what dies, stops all it has started."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from deployments.engine_server import EngineServer, engine_environment
from deployments.installation import engine_of
from models.machine import process_name
from rules.errors import EngineError, SetupError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from settings import Settings

_ROOT = Path(__file__).resolve().parents[1]
# In the order in which they are stopped: the worker before the engine it talks to.
MODULES = {
    "worker": "deployments.working",
    "clock": "deployments.alarm_clock",
    "console": "deployments.console_server",
}
STOP_SECONDS = 25
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1, 60
_LARGEST_LOG_BYTES = 20_000_000
_LEAST_FREE_BYTES = 500_000_000


@dataclass(slots=True)
class Child:
    """One process: what to run, and how often it has been started; `pid` is None while it is down."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    next_start: float = 0.0

    @property
    def pid(self) -> int | None:
        """Return the process's id while it lives."""
        return self.process.pid if self.process is not None and self.process.poll() is None else None

    @property
    def memory_mb(self) -> int:
        """Return what it and its children keep resident, in MB; 0 while it is down."""
        return sum(_resident_mb(pid) for pid in _family(self.pid)) if self.pid else 0


@dataclass(slots=True)
class Supervisor:
    """All processes of one data folder: console, alarm clock, engine, worker."""

    settings: Settings
    environment: Mapping[str, str]
    children: dict[str, Child] = field(default_factory=dict[str, Child])
    engine: EngineServer | None = None
    _engine_next: float = 0.0
    _engine_starts: int = 0

    def start(self, name: str) -> None:
        """Start one of our own processes."""
        log = self.settings.folder("logs") / f"{name}.log"
        child = Child(name, [sys.executable, "-m", MODULES[name]], log)
        self.children[name] = child
        self._spawn(child)

    def start_engine(self) -> None:
        """Start Prefect's server and wait until it answers. Raises `SetupError`, `EngineError`."""
        self.engine = EngineServer(engine_of(self.settings))
        self.engine.start()
        self._engine_starts += 1

    def tend(self) -> list[str]:
        """Start again what has died, after a pause that grows; return what was done, in words."""
        done: list[str] = []
        for child in self.children.values():
            if child.pid is None and time.monotonic() >= child.next_start:
                self._spawn(child)
                done.append(f"进程 {child.name} 已重新启动（第 {child.starts} 次）")
        if self.engine is not None and not _lives(self.engine.pid) and time.monotonic() >= self._engine_next:
            self._engine_next = time.monotonic() + _pause(self._engine_starts)
            with contextlib.suppress(EngineError, SetupError):
                self.engine.stop()
                self.start_engine()
                done.append(f"调度引擎已重新启动（第 {self._engine_starts} 次）")
        return done

    def stop(self) -> None:
        """Stop everything that was started here."""
        for name in MODULES:
            child = self.children.get(name)
            if child is not None and child.process is not None and child.pid is not None:
                child.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children.values():
            if child.process is None:
                continue
            try:
                child.process.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
        if self.engine is not None:
            self.engine.stop()

    def memory_mb(self) -> dict[str, int]:
        """Return what each process keeps resident, in MB."""
        found = {name: child.memory_mb for name, child in self.children.items()}
        if self.engine is not None and self.engine.pid is not None:
            found["engine"] = sum(_resident_mb(pid) for pid in _family(self.engine.pid))
        return found

    def _spawn(self, child: Child) -> None:
        if child.log.exists() and child.log.stat().st_size > _LARGEST_LOG_BYTES:
            child.log.replace(child.log.with_suffix(".old.log"))
        with child.log.open("ab") as log:
            child.process = subprocess.Popen(  # noqa: S603 - our own module
                child.command,
                cwd=_ROOT,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        child.starts += 1
        child.next_start = time.monotonic() + _pause(child.starts)


def child_environment(settings: Settings, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of our own processes: the settings by absolute path, and how to reach the engine."""
    return {
        **inherited,
        **engine_environment(engine_of(settings), no_proxy=inherited.get("NO_PROXY", "")),
        "ANLAN_DATA_FOLDER": str(settings.data_folder.resolve()),
        "PYTHONPATH": str(_ROOT),
        "PYTHONUNBUFFERED": "1",
        "MALLOC_ARENA_MAX": "2",
    }


def refuse_taken_port(host: str, port: int, setting: str) -> None:
    """Raise `SetupError` when somebody else listens there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SetupError(
                f"端口 {port} 已被其他程序占用（{error.strerror}）。请停止该程序，或者设置 {setting} 换一个端口。"
            ) from error


def refuse_full_disk(settings: Settings) -> None:
    """Raise `SetupError` when the data folder cannot be written or its disk is nearly full."""
    folder = settings.data_folder.resolve()
    try:
        probe = settings.folder("run") / f"probe-{process_name()}"
        probe.write_bytes(b"probe")
        probe.unlink()
    except OSError as error:
        raise SetupError(
            f"数据文件夹 {folder} 不能写入（{error.strerror}）。请检查权限和磁盘，或者用 --data 换一处。"
        ) from error
    state = os.statvfs(folder)
    free = state.f_bavail * state.f_frsize
    if free < _LEAST_FREE_BYTES:
        raise SetupError(
            f"数据文件夹所在磁盘只剩 {free // 1_000_000} MB，至少需要 {_LEAST_FREE_BYTES // 1_000_000} MB。"
            "请清理磁盘，或者用 --data 换一处。"
        )


def _pause(starts: int) -> float:
    return min(_FIRST_PAUSE_SECONDS * 2 ** max(starts - 1, 0), _LONGEST_PAUSE_SECONDS)


def _lives(pid: int | None) -> bool:
    return pid is not None and Path(f"/proc/{pid}").exists()


def _family(pid: int | None) -> list[int]:
    if pid is None:
        return []
    found = [pid]
    for parent in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                found.extend(int(child) for child in (task / "children").read_text().split())
    return found


def _resident_mb(pid: int) -> int:
    """Return the proportional set size: what pages shared between processes cost is counted once over all of them."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) // 1024
    return 0
