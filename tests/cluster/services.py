"""Services and whoever looks after them: started on a host, started again two seconds after they have died."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.cluster.network import Host

_START_AGAIN_SECONDS = 2.0
_LOOK_SECONDS = 0.2
_STOP_SECONDS = 30


@dataclass
class Service:
    """One process on one host; `is_up` asks it whether it does its work."""

    name: str
    host: Host
    words: list[str]
    environment: Mapping[str, str]
    folder: Path
    is_up: Callable[[], bool]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    said_before: int = 0
    wanted: bool = True
    next_start: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def lives(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def said(self) -> str:
        """What it has printed since it was started last."""
        return self.log.read_bytes()[self.said_before :].decode(errors="replace")

    def start(self) -> None:
        """Start it, in a session of its own, so that everything of it can be ended by its number."""
        self.said_before = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.host.command(*self.words),
                cwd=self.folder,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1

    def kill(self) -> None:
        """Kill -9 what was started, and nothing else: what it had started itself is left to find out."""
        with self.lock:
            if self.process is not None:
                self.process.kill()
                self.process.wait()
                self.next_start = time.monotonic() + _START_AGAIN_SECONDS

    def stop(self) -> float:
        """Ask it to end and return how many seconds it took; it is not started again before `resume`."""
        begun = time.monotonic()
        with self.lock:
            self.wanted = False
            if self.process is not None and self.lives:
                self.process.terminate()
                try:
                    self.process.wait(_STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    self.process.kill()
                    self.process.wait()
        return time.monotonic() - begun

    def sweep(self) -> None:
        """End what a service that has died has left behind, as a service manager ends the rest of its group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def resume(self) -> None:
        """Let it be started again."""
        self.next_start = 0.0
        self.wanted = True

    def tend(self) -> None:
        """Start it when it is wanted, does not live, and has waited."""
        with self.lock:
            if self.wanted and not self.lives and time.monotonic() >= self.next_start:
                self.next_start = time.monotonic() + _START_AGAIN_SECONDS
                self.sweep()
                self.start()


class Keeper:
    """What a host's service manager does, for all hosts."""

    def __init__(self) -> None:
        self.services: dict[str, Service] = {}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._tend, name="keeper")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()
        with ThreadPoolExecutor() as threads:
            stopped = [threads.submit(service.stop) for service in self.services.values()]
        for service, done in zip(self.services.values(), stopped, strict=True):
            done.result()
            service.sweep()

    def add(self, service: Service) -> Service:
        """Look after one more service, which is started at once."""
        self.services[service.name] = service
        service.tend()
        return service

    def until_up(self, *names: str, seconds: float) -> None:
        """Wait until services do their work. Raises `RuntimeError` with the end of the log of one that does not."""
        for name in names:
            service = self.services[name]
            deadline = time.monotonic() + seconds
            while not service.is_up():
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{name} did not come up: {service.starts} starts\n{service.said[-3000:]}")
                time.sleep(_LOOK_SECONDS)

    def _tend(self) -> None:
        while not self._ending.wait(_LOOK_SECONDS):
            for service in list(self.services.values()):
                service.tend()
