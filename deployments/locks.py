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
            owner = os.pread(handle, 32, 0).decode().strip() or "?"
            raise SetupError(
                f"数据文件夹 {settings.data_folder} 正由另一个安澜进程（{owner}）使用。"
                "请先在那里按 Ctrl-C 停止，或者用 --data 换一个数据文件夹。"
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def refuse_while_running(settings: Settings) -> None:
    """Raise `SetupError` while the processes of this data folder run."""
    with alone(settings):
        return
