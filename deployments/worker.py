"""The warm worker 常驻执行器: performs Prefect runs inside this process, a tenth of a second after the act.

It knows how a run is found, executed, cancelled and given up; it knows no flow, no case and no ledger.
Prefect 3.8 offers no such worker, so this one leans on undocumented functions of the pinned version (`run_flow`,
`propose_state_sync`): `tests/deployments/test_worker.py` is the contract, `docs/adr/0007-warm-worker.md` the reason.
It serves a pool of type `process`, so that the stock `prefect worker start --type process` can serve the same pool.
"""

from __future__ import annotations

import logging
import threading
import uuid
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Self

import httpx
from prefect.exceptions import ObjectNotFound
from prefect.settings import (
    PREFECT_API_REQUEST_TIMEOUT,
    PREFECT_CLIENT_MAX_RETRIES,
    PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
)

from deployments.claims import give_up, is_missing, lost_runs
from deployments.crew import Crew, contextual_thread, open_client
from deployments.performer import Order, Performer
from models.clock import ticks
from rules.errors import EngineError, SafetyError, SetupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from prefect import Flow, State
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun

log: Final = logging.getLogger("anlan.worker")

# A heartbeat thread would cost every run a second; a version check would forbid starting while the server is down. A
# thread that sits out a whole minute of retries tells no stories: a run that failed is told again by its story.
_CREW_SETTINGS: Final = {
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
    PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED: False,
    PREFECT_CLIENT_MAX_RETRIES: 3,
}
# The watch must notice an outage at once instead of sitting out a minute of the client's own retries.
_WATCH_SETTINGS: Final = _CREW_SETTINGS | {PREFECT_CLIENT_MAX_RETRIES: 0, PREFECT_API_REQUEST_TIMEOUT: 10}
_OUTAGE_AFTER: Final = 2
_BUSY_SECONDS: Final = 0.1
_MOST_DOUBLINGS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPlan:
    """What a worker serves and how often it looks; `now` is the wall clock, `stopwatch` counts seconds."""

    pool: str
    #: By deployment entrypoint (`flows.hazard.hazard`) or by flow name.
    registry: Mapping[str, Flow[..., Any]]
    now: Callable[[], datetime]
    #: Told of every run that was lost, so that its case is driven again; called in a thread of the worker.
    on_crashed: Callable[[FlowRun], None]
    #: Registers pool and deployments; called when the server does not know them. Must bear repetition.
    on_empty_server: Callable[[], None]
    #: One of them is kept for `run_now` when there are several.
    threads: int = 4
    poll_seconds: float = 2
    heartbeat_seconds: int = 10
    sweep_seconds: float = 60
    #: How long a run may be Pending or Running without an owner before it counts as lost.
    unowned_seconds: float = 60
    longest_backoff_seconds: float = 5
    stopwatch: Callable[[], float] = ticks
    #: New for every start, so that an owner who never comes back is known by its name. Without spaces.
    name: str = field(default_factory=lambda: f"anlan-{uuid.uuid4().hex[:12]}")

    def __post_init__(self) -> None:
        odd = [key for key, flow in self.registry.items() if flow.isasync or flow.isgenerator]
        if odd:
            raise SetupError(f"常驻执行器只执行同步流程，请改写：{'、'.join(odd)}。", flows=odd)


class WarmWorker:
    """A watch that looks at the server and a crew that executes; `start` returns at once, `drain` ends gracefully."""

    def __init__(self, plan: WorkerPlan) -> None:
        self.plan = plan
        self._crew = Crew(plan.threads, _CREW_SETTINGS)
        self._performer = Performer(plan, self._register_again)
        self._handed_over: dict[Future[Any], frozenset[UUID]] = {}
        self._heartbeat = _Period(plan.heartbeat_seconds, plan.stopwatch)
        self._sweep = _Period(plan.sweep_seconds, plan.stopwatch)
        self._polling = _Period(plan.poll_seconds, plan.stopwatch)
        self._tick_seconds = min(plan.heartbeat_seconds, plan.sweep_seconds, plan.poll_seconds)
        self._registering = threading.Lock()
        self._registrations = 0
        self._draining = threading.Event()
        self._finished = threading.Event()
        self._failures = 0
        self._trouble: type[Exception] | None = None
        self._watch = contextual_thread(self._keep_watch, "anlan-watch")

    @property
    def is_alive(self) -> bool:
        """Tell whether the watch runs; only `drain` ends it."""
        return self._watch.is_alive()

    @property
    def is_connected(self) -> bool:
        """Tell whether the server answers; one failed look is no outage yet."""
        return self._failures < _OUTAGE_AFTER

    def start(self) -> None:
        """Start the threads; the server need not be up yet."""
        self._crew.start()
        self._watch.start()

    def run_now(
        self,
        deployment: str,
        *,
        parameters: Mapping[str, Any] | None = None,
        tags: Iterable[str] = (),
        idempotency_key: str | None = None,
        name: str | None = None,
    ) -> Future[State]:
        """Create a run of `flow/deployment` and execute it here, without waiting for a poll.

        The future yields the state in which the run rests; if it is in other hands (its key was seen before, or a poll
        was faster where a concurrency limit holds), the state in which it is. A key whose run crashed executes that
        run again. The future fails with `EngineError` while the server is away.
        """
        if self._draining.is_set():
            return _failed(EngineError("执行器正在停止，不再接受新的运行；重新启动后自动补办。"))
        if not self.is_connected:
            return _failed(EngineError())
        order = Order(deployment, parameters or {}, tags, idempotency_key, name)
        return self._crew.submit(lambda client: self._performer.fill(client, order))

    def drain(self, limit_seconds: float = 60) -> None:
        """Claim nothing more, wait for what runs, mark the rest Crashed and report it, end."""
        self._draining.set()
        self._crew.wait_until_idle(limit_seconds)
        self._crew.close()
        self._finished.set()
        self._watch.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.drain()

    # --- the watch: one thread that looks at the server -------------------------------------------

    def _keep_watch(self) -> None:
        with open_client(_WATCH_SETTINGS) as client:
            while not self._finished.is_set():
                self._finished.wait(self._look(client))
            self._leave(client)

    def _look(self, client: SyncPrefectClient) -> float:
        """Look once and return the pause until the next look; an outer edge, so everything is recorded here."""
        try:
            more_waiting = self._attend(client)
        except Exception as cause:  # noqa: BLE001 - the watch must outlive whatever happens to one look
            return self._stumble(cause)
        if not self.is_connected:
            log.warning("调度引擎已恢复（此前 %d 次未成功）。", self._failures)
        self._failures, self._trouble = 0, None
        return min(_BUSY_SECONDS, self._tick_seconds) if more_waiting else self._tick_seconds

    def _attend(self, client: SyncPrefectClient) -> bool:
        if self._heartbeat.is_due():
            client.send_worker_heartbeat(self.plan.pool, self.plan.name, self.plan.heartbeat_seconds)
        if self._sweep.is_due():
            self._performer.forget()
            self._settle_lost_runs(client)
        if self._draining.is_set() or not self._polling.is_due():
            return False
        more_waiting = self._poll(client)
        if more_waiting:
            self._polling.restart()
        return more_waiting

    def _stumble(self, cause: Exception) -> float:
        self._heartbeat.restart()
        self._sweep.restart()
        self._polling.restart()
        self._failures += 1
        is_news, self._trouble = type(cause) is not self._trouble, type(cause)
        if is_missing(cause) and self._register_again():
            return self._tick_seconds
        if not isinstance(cause, httpx.HTTPError | ObjectNotFound):
            log.log(logging.ERROR if is_news else logging.DEBUG, "执行器巡查出错，持续重试。", exc_info=cause)
        elif self._failures == _OUTAGE_AFTER:
            log.warning("调度引擎连不上（%s），持续重试；登记不受影响。", type(cause).__name__)
        doublings = min(self._failures - 1, _MOST_DOUBLINGS)
        return min(self.plan.poll_seconds * 2**doublings, self.plan.longest_backoff_seconds)

    def _register_again(self) -> bool:
        heard_of = self._registrations
        with self._registering:
            if self._registrations != heard_of:
                return True  # somebody else noticed at the same time and has done it
            log.warning("调度引擎中没有作业池 %s 或其流程，重新登记。", self.plan.pool)
            self._performer.forget()
            try:
                self.plan.on_empty_server()
            except Exception:
                log.exception("重新登记失败，稍后重试。")
                return False
            self._registrations += 1
            return True

    def _poll(self, client: SyncPrefectClient) -> bool:
        """Hand over as many scheduled runs as there are free threads, and tell whether more may be waiting."""
        free = max(1, self.plan.threads - 1) - len(self._handed_over)
        if free <= 0:
            return True
        # Looking one period ahead lets a run start on its second: the engine itself waits for the scheduled time.
        horizon = self.plan.now() + timedelta(seconds=self.plan.poll_seconds)
        found = client.get_scheduled_flow_runs_for_work_pool(self.plan.pool, scheduled_before=horizon)
        known = frozenset().union(*list(self._handed_over.values()))
        fresh = [each.flow_run for each in found if each.flow_run.id not in known]
        batches = self._performer.batches(client, fresh)
        for batch in batches[:free]:
            self._hand_over(batch)
        return len(batches) > free

    def _hand_over(self, batch: list[FlowRun]) -> None:
        done = self._crew.submit(lambda client: self._performer.take(client, batch))
        self._handed_over[done] = frozenset(run.id for run in batch)
        done.add_done_callback(self._handed_over.pop)

    def _settle_lost_runs(self, client: SyncPrefectClient) -> None:
        plan = self.plan
        for run in lost_runs(
            client, pool=plan.pool, me=plan.name, held=self._performer.held, unowned_seconds=plan.unowned_seconds
        ):
            if run.id not in self._performer.held and give_up(client, run, f"lost by its worker, found by {plan.name}"):
                self._performer.report(run)

    def _leave(self, client: SyncPrefectClient) -> None:
        try:
            for run_id in list(self._performer.held):
                run = client.read_flow_run(run_id)
                if give_up(client, run, f"{self.plan.name} was stopped before it ended"):
                    self._performer.report(run)
            path = {"work_pool_name": self.plan.pool, "name": self.plan.name}
            client.request("DELETE", "/work_pools/{work_pool_name}/workers/{name}", path_params=path)
        except (httpx.HTTPError, ObjectNotFound) as cause:
            if not is_missing(cause):
                log.warning("停止时调度引擎不在线（%s），未了结的运行由下一个执行器清理。", type(cause).__name__)


class _Period:
    """Something that is due at once, and again so many seconds after it was last found due."""

    def __init__(self, seconds: float, stopwatch: Callable[[], float]) -> None:
        self._seconds = seconds
        self._stopwatch = stopwatch
        self.restart()

    def restart(self) -> None:
        self._due_at = float("-inf")

    def is_due(self) -> bool:
        if self._stopwatch() < self._due_at:
            return False
        self._due_at = self._stopwatch() + self._seconds
        return True


def _failed(error: SafetyError) -> Future[State]:
    future: Future[State] = Future()
    future.set_exception(error)
    return future
