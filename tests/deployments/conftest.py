"""One real Prefect server for the session, and for every test a pool of its own with quick warm workers."""

from __future__ import annotations

import contextlib
import socket
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from prefect import Flow, State
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import WorkPoolFilter
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, FlowRun
from prefect.events.worker import EventsWorker
from prefect.exceptions import ObjectAlreadyExists
from prefect.flows import EntrypointType
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_CLIENT_CSRF_SUPPORT_ENABLED,
    PREFECT_HOME,
    PREFECT_LOGGING_TO_API_ENABLED,
    PREFECT_SERVER_ANALYTICS_ENABLED,
    PREFECT_SERVER_EPHEMERAL_ENABLED,
)
from prefect.settings.context import temporary_settings

from deployments.engine_server import Engine, EngineServer
from deployments.worker import WarmWorker, WorkerPlan
from models import clock
from tests.deployments import engine_flows

_PATIENCE_SECONDS = 30
_KNOWN = (engine_flows.quick, engine_flows.stepwise, engine_flows.gated, engine_flows.failing)
_ALL = {flow.name: flow for flow in (*_KNOWN, engine_flows.stranger)}
ONE_AT_A_TIME = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)


def eventually(look: Callable[[], Any]) -> Any:
    """Return the first truthy answer; fail when there is none for half a minute."""
    deadline = clock.ticks() + _PATIENCE_SECONDS
    pace = threading.Event()
    while not (answer := look()):
        if clock.ticks() > deadline:
            raise AssertionError("waited in vain")
        pace.wait(0.05)
    return answer


def free_port() -> int:
    """Return a port that nobody holds at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Bench:
    """What a test does with the engine: register, start workers, ask for runs, look at them."""

    server: EngineServer
    folder: Path
    client: SyncPrefectClient
    pool: str = field(default_factory=lambda: f"pool-{uuid.uuid4().hex[:8]}")
    crashed: list[FlowRun] = field(default_factory=list)
    deployed: set[str] = field(default_factory=set)
    registrations: int = 0
    workers: list[WarmWorker] = field(default_factory=list)

    @property
    def witness(self) -> str:
        """The file in which flows say that they ran."""
        return str(self.folder / "witness")

    @property
    def lines(self) -> list[str]:
        """What flows have said so far."""
        path = Path(self.witness)
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    @property
    def gate(self) -> str:
        """The file for which gated flows wait."""
        return str(self.folder / "gate")

    def open_gate(self) -> None:
        """Let every gated flow end."""
        Path(self.gate).touch()

    def register(self) -> None:
        """Register the pool and the deployments that the test has used so far; may be repeated."""
        self.registrations += 1
        with contextlib.suppress(ObjectAlreadyExists), get_client(sync_client=True) as client:
            client.create_work_pool(WorkPoolCreate(name=self.pool, type="process"))
        for flow in sorted(self.deployed):
            self.deploy(_ALL[flow])

    def deploy(self, flow: Flow[..., Any], *, suffix: str = "", **options: Any) -> str:
        """Register one deployment by module path and return its name."""
        name = f"{self.pool}{suffix}"
        by_module = EntrypointType.MODULE_PATH
        prepared = flow.to_deployment(
            name=name, work_pool_name=self.pool, entrypoint_type=by_module, _sync=True, **options
        )
        prepared.apply(_sync=True)
        return f"{flow.name}/{name}"

    def name(self, flow: str) -> str:
        """Return the name of a deployment, which is registered with its pool on first use."""
        if flow not in self.deployed:
            self.deployed.add(flow)
            self.deploy(_ALL[flow])
        return f"{flow}/{self.pool}"

    def plan(self, **changes: Any) -> WorkerPlan:
        """Return the plan of a worker that looks often."""
        settings: dict[str, Any] = {
            "pool": self.pool,
            "registry": {flow.name: flow for flow in _KNOWN},
            "now": clock.now,
            "on_crashed": self.crashed.append,
            "on_empty_server": self.register,
            "threads": 3,
            "poll_seconds": 0.2,
            "heartbeat_seconds": 1,
            "sweep_seconds": 0.3,
            "longest_backoff_seconds": 0.5,
        }
        return WorkerPlan(**settings | changes)

    def another_pool(self) -> str:
        """Register a second pool, whose worker polls nothing of the first."""
        return self.client.create_work_pool(WorkPoolCreate(name=f"{self.pool}-other", type="process")).name

    def worker(self, **changes: Any) -> WarmWorker:
        """Start a worker; it is drained when the test ends."""
        worker = WarmWorker(self.plan(**changes))
        worker.start()
        self.workers.append(worker)
        return worker

    def schedule(self, flow: str, *, deployment: str = "", state: State | None = None, **parameters: Any) -> FlowRun:
        """Create a run as the console of Prefect would: scheduled, for whoever polls first."""
        found = self.client.read_deployment_by_name(deployment or self.name(flow))
        return self.client.create_flow_run_from_deployment(found.id, parameters=parameters, state=state)

    def only_run(self) -> FlowRun:
        """Return the one run that this pool has."""
        (run,) = self.client.read_flow_runs(work_pool_filter=WorkPoolFilter(name={"any_": [self.pool]}))
        return run

    def state(self, run: FlowRun) -> State:
        """Return the state that the server shows."""
        return self.client.read_flow_run(run.id).state

    def end_of(self, run: FlowRun) -> State:
        """Wait until the run has ended and return its state."""
        return eventually(lambda: (state := self.state(run)).is_final() and state)

    def history(self, run: FlowRun) -> list[str]:
        """Return the types of all states of the run in order."""
        states = self.client.read_flow_run_states(run.id)
        return [state.type.value for state in sorted(states, key=lambda state: state.timestamp)]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineServer]:
    """Return the session's server, answering."""
    engine = Engine(home=tmp_path_factory.mktemp("engine"), port=free_port(), auth="anlan:nobody-knows")
    quick_scheduler = {"PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": "0.5"}
    with EngineServer(engine, overrides=quick_scheduler) as server:
        yield server


@pytest.fixture(scope="session")
def empty_database(server: EngineServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database as Prefect makes it on its first start, which takes eight seconds only once."""
    copy = tmp_path_factory.mktemp("empty") / "prefect.db"
    with (
        contextlib.closing(sqlite3.connect(server.engine.home / "prefect.db")) as source,
        contextlib.closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
    copy.chmod(0o600)
    return copy


@pytest.fixture
def engine_settings(server: EngineServer) -> Iterator[None]:
    """Let Prefect's client in this process talk to the session's server."""
    engine = server.engine
    settings = {
        PREFECT_HOME: engine.home,
        PREFECT_API_URL: engine.api_url,
        PREFECT_API_AUTH_STRING: engine.auth,
        PREFECT_CLIENT_CSRF_SUPPORT_ENABLED: True,
        PREFECT_SERVER_EPHEMERAL_ENABLED: False,
        PREFECT_SERVER_ANALYTICS_ENABLED: False,
        PREFECT_LOGGING_TO_API_ENABLED: False,
    }
    with temporary_settings(settings):
        yield
        # A websocket that stays open draws from the process's one random generator, in the middle of other tests.
        EventsWorker.drain_all(timeout=_PATIENCE_SECONDS)


@pytest.fixture
def bench(server: EngineServer, engine_settings: None, tmp_path: Path) -> Iterator[Bench]:
    """Return a bench with its pool and deployments registered."""
    del engine_settings
    with get_client(sync_client=True) as client:
        bench = Bench(server, tmp_path, client)
        bench.register()
        yield bench
        bench.open_gate()
        for worker in bench.workers:
            worker.drain(10)
