"""One supervisor for a data folder: whoever holds the lock has started the processes, and nobody else may."""

from __future__ import annotations

import contextlib
import fcntl
import os
from typing import TYPE_CHECKING

from rules.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Generator

    from settings import Settings

_LOCK = "up.lock"
LIVE = "live.lock"


@contextlib.contextmanager
def alone(settings: Settings, lock: str = _LOCK) -> Generator[None]:
    """Hold the data folder, by default as `anlan up` does. Raises `SetupError` when another process holds the lock."""
    path = settings.folder("run") / lock
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(handle, 32, 0).decode().strip() or "anlan serve"
            raise SetupError(
                f"数据文件夹 {settings.data_folder} 正由另一个安澜进程（{owner}）使用。"
                "请先在那里按 Ctrl-C 停止，或者用 --data 换一个数据文件夹。"
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def shared(settings: Settings) -> int:
    """Hold the data folder together with other parts, on other hosts too, until this process ends; return the handle.

    It outlives `exec`. Raises `SetupError` when an `anlan up` has the folder for itself.
    """
    handle = os.open(settings.folder("run") / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(handle, True)  # noqa: FBT003 - its only argument
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.pread(handle, 32, 0).decode().strip() or "?"
        os.close(handle)
        raise SetupError(
            f"数据文件夹 {settings.data_folder} 正由 anlan up（{owner}）使用，它已启动全部进程。"
            "请先停止它，或者用 --data 换一个数据文件夹。"
        ) from None
    os.ftruncate(handle, 0)  # the number of an `anlan up` that has ended
    return handle


def refuse_while_running(settings: Settings) -> None:
    """Raise `SetupError` while the processes of this data folder run."""
    with alone(settings):
        return
