"""Threads that each keep one Prefect client open, and the work handed to them; knows no run and no flow.

Opening a client per run would cost a fifth of the run. Every thread carries the settings of whoever created it,
because a thread without a context of its own falls back to Prefect's global settings.
"""

from __future__ import annotations

import contextlib
import contextvars
import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from prefect.context import SyncClientContext
from prefect.settings.context import temporary_settings

from rules.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prefect.client.orchestration import SyncPrefectClient

    Work = Callable[[SyncPrefectClient], Any]


class Crew:
    """A fixed number of threads that take work in the order in which it was handed over."""

    def __init__(self, size: int, settings: Mapping[Any, Any]) -> None:
        self._settings = settings
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._unfinished = 0
        self._change = threading.Condition()
        self._threads = [contextual_thread(self._work, f"anlan-crew-{number}") for number in range(size)]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def submit(self, work: Work) -> Future[Any]:
        """Hand over work and return the future of what it returns or raises."""
        job = _Job(work)
        with self._change:
            self._unfinished += 1
        self._jobs.put(job)
        return job.outcome

    def wait_until_idle(self, limit_seconds: float) -> None:
        """Return when no work is left, or after so many seconds."""
        with self._change:
            self._change.wait_for(lambda: self._unfinished == 0, limit_seconds)

    def close(self) -> None:
        """Refuse what has not begun and end the threads; one that is still busy ends with the process."""
        with contextlib.suppress(queue.Empty):
            while job := self._jobs.get_nowait():
                self._settle(job, _refuse)
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(None if self._unfinished == 0 else 1)

    def _work(self) -> None:
        with open_client(self._settings) as client:
            while job := self._jobs.get():
                self._settle(job, job.work, client)

    def _settle(self, job: _Job, work: Callable[..., Any], *arguments: Any) -> None:
        try:
            if job.outcome.set_running_or_notify_cancel():
                job.outcome.set_result(work(*arguments))
        except BaseException as error:  # noqa: BLE001 - whoever holds the future receives it
            job.outcome.set_exception(error)
        finally:
            with self._change:
                self._unfinished -= 1
                self._change.notify_all()


@dataclass(frozen=True, slots=True)
class _Job:
    work: Work
    outcome: Future[Any] = field(default_factory=Future)


@contextlib.contextmanager
def open_client(settings: Mapping[Any, Any]) -> Iterator[SyncPrefectClient]:
    """Keep one client open, which everything of Prefect's that runs in this thread then uses."""
    with temporary_settings(settings), SyncClientContext() as context:
        yield context.client


def contextual_thread(target: Callable[[], None], name: str) -> threading.Thread:
    """Return a thread that sees the settings in force here; it does not keep the process alive."""
    return threading.Thread(target=contextvars.copy_context().run, args=(target,), name=name, daemon=True)


def _refuse() -> None:
    raise EngineError("执行器已停止，这次运行未开始；重新启动后自动补办。")
