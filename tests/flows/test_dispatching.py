"""What a worker holds while it tells a story, and who tells it when the worker has died or was stopped."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from deployments.dispatcher import Dispatcher
from models import wakes
from tasks.resources import Resources

_LEASE_SECONDS, _LONGEST_SECONDS = 30, 120


@dataclass
class SlowWorker:
    """Takes every run and ends none before it is told to."""

    plan: Any = field(default_factory=lambda: SimpleNamespace(threads=2))
    is_connected: bool = True
    runs: list[Future[Any]] = field(default_factory=list[Future[Any]])

    def run_now(self, deployment: str, **wanted: Any) -> Future[Any]:
        """Take a run."""
        del deployment, wanted
        self.runs.append(Future())
        return self.runs[-1]


@pytest.fixture
def worker() -> SlowWorker:
    """Return a worker that tells nothing to its end by itself."""
    return SlowWorker()


@pytest.fixture
def dispatcher(county: Any, tools: Resources, worker: SlowWorker) -> Dispatcher:
    """Return the dispatcher of that worker, which has taken the one story that waits."""
    county.found()
    dispatcher = Dispatcher(tools, worker, name="first")  # type: ignore[arg-type]
    dispatcher.look()
    assert len(worker.runs) == 1
    return dispatcher


def others_get(county: Any) -> int:
    """Return how many stories another worker would get now."""
    return len(wakes.claim(county.store, who="second", now=county.now))


def test_a_story_that_is_told_for_long_stays_with_its_worker(county: Any, dispatcher: Dispatcher) -> None:
    for _ in range(_LONGEST_SECONDS // 10 - 1):
        county.now = county.now.add(seconds=10)
        dispatcher.look()
        assert others_get(county) == 0


def test_a_story_whose_worker_has_died_is_anybodys_after_one_lease(county: Any, dispatcher: Dispatcher) -> None:
    del dispatcher
    county.now = county.now.add(seconds=_LEASE_SECONDS - 1)
    assert others_get(county) == 0
    county.now = county.now.add(seconds=1)
    assert others_get(county) == 1


def test_a_story_whose_run_hangs_is_told_again(county: Any, dispatcher: Dispatcher, worker: SlowWorker) -> None:
    begun = county.now
    while len(worker.runs) == 1 and (county.now - begun).in_seconds() <= _LONGEST_SECONDS + _LEASE_SECONDS:
        county.now = county.now.add(seconds=10)
        dispatcher.look()
    assert len(worker.runs) == 2
    assert (county.now - begun).in_seconds() >= _LONGEST_SECONDS


def test_what_a_stopped_worker_did_not_tell_to_its_end_is_anybodys_at_once(county: Any, dispatcher: Dispatcher) -> None:
    dispatcher.let_go()
    assert others_get(county) == 1


def test_a_story_that_was_told_is_held_no_more(county: Any, dispatcher: Dispatcher, worker: SlowWorker) -> None:
    worker.runs[0].set_result(SimpleNamespace(is_completed=lambda: True))
    county.now = county.now.add(seconds=10)
    dispatcher.look()
    with county.store.read() as reading:
        assert wakes.waiting(reading) == 0
    assert len(worker.runs) == 1
