"""What a crew thread does with one run: create or claim it, find its flow, execute it, settle how it ended.

It leans on `run_flow`, which Prefect does not document: the version is pinned, and the tests of the worker are the
contract. It knows no flow by itself (the plan's registry does) and nothing of the watch that finds scheduled runs.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from prefect.exceptions import Abort, ObjectNotFound, Pause
from prefect.flow_engine import run_flow
from prefect.states import Cancelled, Crashed, Scheduled

from deployments.claims import OWNER_LABEL, claim_scheduled, new_claim, propose
from rules.errors import EngineError, SafetyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from uuid import UUID

    from prefect import Flow, State
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun

    from deployments.worker import WorkerPlan

log: Final = logging.getLogger("anlan.worker")


@dataclass(frozen=True, slots=True)
class Order:
    """One run that is wanted at once; `deployment` reads `flow/deployment`."""

    deployment: str
    parameters: Mapping[str, Any]
    tags: Iterable[str]
    idempotency_key: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class _Target:
    id: UUID
    is_limited: bool


@dataclass(frozen=True, slots=True)
class _Source:
    entrypoint: str
    flow: str
    is_limited: bool


class Performer:
    """Executes runs for one worker; `held` are the runs that are claimed and not yet settled."""

    def __init__(self, plan: WorkerPlan, register_again: Callable[[], bool]) -> None:
        self.held: dict[UUID, FlowRun] = {}
        self._plan = plan
        self._register_again = register_again
        self._sources: dict[UUID, _Source] = {}
        self._targets: dict[str, _Target] = {}

    def forget(self) -> None:
        """Forget what was learnt about deployments; they may have been deployed anew."""
        self._sources.clear()
        self._targets.clear()

    def batches(self, client: SyncPrefectClient, runs: Iterable[FlowRun]) -> list[list[FlowRun]]:
        """Put runs that a concurrency limit sets against each other together, every other run by itself.

        Of the slots missed in an outage only one is to run. The server cancels those that meet it while it runs; since
        ours take a tenth of a second, all must be claimed before the first of them begins.
        """
        found: dict[UUID, list[FlowRun]] = {}
        for run in runs:
            found.setdefault(run.deployment_id if self._source(client, run).is_limited else run.id, []).append(run)
        return list(found.values())

    def take(self, client: SyncPrefectClient, batch: Iterable[FlowRun]) -> None:
        """Claim scheduled runs and execute those that became ours; an outer edge, so everything is recorded here."""
        ours = [run for run in batch if self._claim(client, run)]
        self.held |= {run.id: run for run in ours}
        for run in ours:
            try:
                client.update_flow_run_labels(run.id, {OWNER_LABEL: self._plan.name})
                self._perform(client, run)
            except Exception:
                log.exception("运行 %s 未能执行完，稍后按中断处理。", run.name)
            finally:
                self.held.pop(run.id, None)

    def fill(self, client: SyncPrefectClient, order: Order) -> State:
        """Create the run that was ordered and execute it; return the state in which it rests.

        Raises: `EngineError` when the server could not be told or asked.
        """
        try:
            run, is_ours = self._create(client, order)
            return self._perform(client, run) if is_ours else client.read_flow_run(run.id).state
        except SafetyError:
            raise
        except Exception as cause:
            raise EngineError(cause=repr(cause)) from cause

    def report(self, run: FlowRun) -> None:
        """Tell the caller that the run was lost; an outer edge, so its failure is recorded here."""
        log.warning("运行 %s 已中断，交由事项重新驱动。", run.name)
        try:
            self._plan.on_crashed(run)
        except Exception:
            log.exception("运行 %s 中断后未能重新驱动，由审计流程补办。", run.name)

    def _create(self, client: SyncPrefectClient, order: Order) -> tuple[FlowRun, bool]:
        target = self._target(client, order.deployment)
        claim = new_claim(self._plan.name)
        run = client.create_flow_run_from_deployment(
            target.id,
            # A run born Pending bypasses the concurrency limit, and at its end gives back a slot that it never took.
            state=Scheduled() if target.is_limited else claim,
            parameters=dict(order.parameters),
            tags=list(order.tags),
            idempotency_key=order.idempotency_key,
            name=order.name,
            labels={OWNER_LABEL: self._plan.name},
        )
        if run.state.message == claim.message:
            return run, True
        if run.state.is_crashed():
            return run, propose(client, run, claim) is not None
        return run, run.state.is_scheduled() and claim_scheduled(client, run, self._plan.name)

    def _target(self, client: SyncPrefectClient, deployment: str) -> _Target:
        if deployment not in self._targets:
            try:
                found = client.read_deployment_by_name(deployment)
            except ObjectNotFound:
                self._register_again()
                found = client.read_deployment_by_name(deployment)
            self._targets[deployment] = _Target(found.id, found.global_concurrency_limit is not None)
        return self._targets[deployment]

    def _claim(self, client: SyncPrefectClient, run: FlowRun) -> bool:
        try:
            return claim_scheduled(client, run, self._plan.name)
        except Exception:
            log.exception("运行 %s 未能认领，稍后重试。", run.name)
            return False

    def _perform(self, client: SyncPrefectClient, run: FlowRun) -> State:
        self.held[run.id] = run
        try:
            source = self._source(client, run)
            flow = self._plan.registry.get(source.entrypoint) or self._plan.registry.get(source.flow)
            if flow is None:
                return _refuse(client, run, source)
            return self._conclude(client, run, _execute(client, flow, run))
        finally:
            self.held.pop(run.id, None)

    def _source(self, client: SyncPrefectClient, run: FlowRun) -> _Source:
        source = self._sources.get(run.deployment_id)
        if source is None:
            found = client.read_deployment(run.deployment_id)
            flow = client.read_flow(run.flow_id).name
            source = _Source(found.entrypoint or "", flow, found.global_concurrency_limit is not None)
            self._sources[run.deployment_id] = source
        return source

    def _conclude(self, client: SyncPrefectClient, run: FlowRun, state: State) -> State:
        if state.is_cancelling():
            state = Cancelled(message="cancelled as asked")
            propose(client, run, state)
        elif state.is_crashed():
            self.report(run)
        return state


def _refuse(client: SyncPrefectClient, run: FlowRun, source: _Source) -> State:
    """End a run that nobody here can execute; left alone it would be claimed again for ever."""
    unknown = f"执行器没有登记流程 {source.flow}（{source.entrypoint}）"
    state = Crashed(message=f"{unknown}。请升级执行器或重新部署，然后重新运行。")
    propose(client, run, state)
    log.error("运行 %s：%s。", run.name, unknown)
    return state


def _execute(client: SyncPrefectClient, flow: Flow[..., Any], run: FlowRun) -> State:
    # With its deployment a run would open a thread and a web socket to watch for suspension, 0.2 s for nothing of ours.
    local = run.model_copy(update={"deployment_id": None})
    try:
        return run_flow(flow, flow_run=local, return_type="state")
    except Pause as pause:
        return pause.state
    except Abort:
        return client.read_flow_run(run.id).state
