"""Threads that stand on a host: whatever they open, they open there."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from tests.cluster.network import Host

_Result = TypeVar("_Result")
_NETWORK = 0x40000000


def enter(host: Host) -> None:
    """Move the calling thread, and no other, to a host for good."""
    handle = os.open(Path("/run/netns") / host.namespace, os.O_RDONLY)
    try:
        if ctypes.CDLL(None, use_errno=True).setns(handle, _NETWORK):
            raise OSError(ctypes.get_errno(), "setns")
    finally:
        os.close(handle)


class Lookout:
    """One thread on a host that asks others whether they are there."""

    def __init__(self, host: Host) -> None:
        self._pool = ThreadPoolExecutor(1, initializer=enter, initargs=(host,))

    def ask(self, question: Callable[[], _Result]) -> _Result:
        """Return what a question yields that is asked from there."""
        return self._pool.submit(question).result()

    def close(self) -> None:
        self._pool.shutdown()
