"""A process of its own for foreign files 隔离解析: little memory, little time, no environment, no writing beyond need.

A poisoned file ends that process and nothing else. Requests and answers are lines of JSON; nothing is unpickled.
Where the platform knows no resource limits (Windows), only the time on the clock is limited, and the answer says so.
"""

from __future__ import annotations

import importlib
import json
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from documents.limits import Limits
from rules.errors import ImportRefused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

_JOBS = {"read": ("documents.spreadsheet", "emit"), "annotate": ("documents.annotate", "emit")}
_BOOTSTRAP = (
    "import json, sys; ask = json.loads(sys.stdin.readline()); sys.path[:] = ask['import_from'];"
    "from documents.confined import answer; answer(ask)"
)
_SAVE_AS = "请用 Excel 或 WPS 打开，另存为「Excel 工作簿（.xlsx）」后重新上传。"
_SPLIT = "请减少行数，或分成几个文件上传。"
_TOO_LONG = f"解析文件耗时过长，已停止。{_SPLIT}"
_TOO_MUCH = f"解析文件占用内存过多，已停止；文件过大，或内容已损坏。{_SPLIT}仍不行的，{_SAVE_AS}"
_BROKEN = f"文件内容异常，解析时出错，已停止。{_SAVE_AS}"
_LAST_WORDS = 2_000


class ConfinedFailure(Exception):
    """The confined process ended without an answer; carries its exit code and last words, for the log."""


class ResourceModule(Protocol):
    """The part of the standard module `resource` that is used; absent on Windows."""

    RLIMIT_AS: int
    RLIMIT_CPU: int
    RLIMIT_CORE: int

    def getrlimit(self, resource: int, /) -> tuple[int, int]:
        """Return the soft and the hard limit."""

    def setrlimit(self, resource: int, limits: tuple[int, int], /) -> None:
        """Set the soft and the hard limit."""


def confined_lines(job: str, request: dict[str, Any], limits: Limits) -> Iterator[str]:
    """Yield the lines that the job answers in a confined process.

    Raises `ImportRefused` with the job's own words, or with the reason for which the process was stopped.
    """
    ask = {"job": job, "request": request, "limits": asdict(limits), "import_from": _import_path()}
    with tempfile.TemporaryFile() as words, _start(words) as process:
        overdue = threading.Event()
        timer = threading.Timer(limits.wall_seconds, _stop, (process, overdue))
        timer.start()
        try:
            _tell(process, ask)
            yield from _hear(process)
            process.wait()
        finally:
            timer.cancel()
            process.kill()
        if process.returncode != 0:
            raise ImportRefused(_reason(process.returncode, overdue)) from _failure(process.returncode, words)


def answer(ask: dict[str, Any]) -> None:
    """Confine this process, do the job and print its lines; the whole life of the confined process."""
    limits = Limits(**ask["limits"])
    print(json.dumps({"memory_was_limited": confine(limits, _resource_module())}))  # noqa: T201 - stdout is the answer
    try:
        module, function = _JOBS[ask["job"]]
        for line in getattr(importlib.import_module(module), function)(ask["request"], limits):
            print(line)  # noqa: T201
    except ImportRefused as refused:
        print(json.dumps({"refused": refused.message, "facts": refused.facts}))  # noqa: T201
    except MemoryError:
        print(json.dumps({"refused": _TOO_MUCH, "facts": {}}))  # noqa: T201
    sys.stdout.flush()


def confine(limits: Limits, resource: ResourceModule | None) -> bool:
    """Limit memory and processor time of this process; return False where the platform cannot."""
    if resource is None:
        return False
    try:
        for what, most in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_CPU, limits.cpu_seconds),
            (resource.RLIMIT_AS, limits.memory_bytes),
        ):
            _lower(resource, what, most)
    except (ValueError, OSError):
        return False
    return True


def _lower(resource: ResourceModule, what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    # An administrator's own limit stays: a hard limit can never be raised again. -1 means no limit.
    # At the soft limit of time a signal tells why; at the hard one the kernel just kills, so it lies above.
    resource.setrlimit(what, (most, most + 1) if hard < 0 else (min(most, hard), hard))


def _resource_module() -> ResourceModule | None:
    try:
        return importlib.import_module("resource")
    except ImportError:
        return None


def _start(words: IO[bytes]) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter, our own words, no shell
        [sys.executable, "-I", "-X", "utf8", "-c", _BOOTSTRAP],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=words,
        # Secrets live in the environment; Windows cannot start a process without one.
        env=None if sys.platform == "win32" else {},
        encoding="utf-8",
    )


def _tell(process: subprocess.Popen[str], ask: dict[str, Any]) -> None:
    try:
        with _pipe(process.stdin) as stdin:
            stdin.write(json.dumps(ask) + "\n")
    except BrokenPipeError:
        # The process ended before it listened; its exit code says why.
        return


def _hear(process: subprocess.Popen[str]) -> Iterator[str]:
    for line in _pipe(process.stdout):
        if line.startswith('{"refused"'):
            said = json.loads(line)
            raise ImportRefused(said["refused"], **said["facts"])
        yield line


def _pipe(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise ConfinedFailure
    return stream


def _stop(process: subprocess.Popen[str], overdue: threading.Event) -> None:
    overdue.set()
    process.kill()


def _reason(code: int, overdue: threading.Event) -> str:
    if overdue.is_set() or code == -getattr(signal, "SIGXCPU", 0):
        return _TOO_LONG
    # Rust aborts when memory runs out; the kernel kills.
    return _TOO_MUCH if code in {-signal.SIGABRT, -getattr(signal, "SIGKILL", 0)} else _BROKEN


def _failure(code: int, words: IO[bytes]) -> ConfinedFailure:
    words.seek(0)
    return ConfinedFailure(code, words.read()[-_LAST_WORDS:].decode("utf-8", errors="replace"))


def _import_path() -> list[str]:
    # An empty entry means the current folder.
    return [entry or str(Path.cwd()) for entry in sys.path]
