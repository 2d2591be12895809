"""Orphans 遗留进程: what a killed `anlan up` has left running; people go on recording there until the next start.

Nothing is noted down that could be wrong: a process of this data folder is one that runs a module of ours and has the
folder in its environment.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from settings import Settings

_PROC = Path("/proc")
_LOOK_AGAIN_SECONDS = 0.1


def end_orphans(settings: Settings, modules: Iterable[str], *, patience_seconds: float) -> int:
    """End the processes of this folder that run one of the modules, by kill -9 after so many seconds; return how many.

    Only whoever holds the folder (`locks.alone`) may call this: then nobody tends them any more.
    """
    found = list(_processes_of(settings.data_folder.resolve(), frozenset(modules)))
    for pid in found:
        _send(pid, signal.SIGTERM)
    deadline = time.monotonic() + patience_seconds
    while any(_lives(pid) for pid in found):
        if time.monotonic() >= deadline:
            for pid in found:
                _send(pid, signal.SIGKILL)
        time.sleep(_LOOK_AGAIN_SECONDS)
    return len(found)


def _processes_of(folder: Path, modules: frozenset[str]) -> Iterator[int]:
    wanted = f"ANLAN_DATA_FOLDER={folder}".encode()
    for entry in _PROC.glob("[0-9]*"):
        # Somebody else's process, or one that has just ended.
        with contextlib.suppress(OSError):
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            is_ours = any(pair[0] == "-m" and pair[1] in modules for pair in pairwise(words))
            if is_ours and wanted in (entry / "environ").read_bytes().split(b"\0"):
                yield int(entry.name)


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _lives(pid: int) -> bool:
    """Tell whether it still runs; one that has ended and that nobody has waited for does not."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False
