"""Registers pool and deployments with Prefect, from the one table, as often as is asked; by module path only."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, cast

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import EntrypointType
from prefect.exceptions import ObjectNotFound

from deployments.schedules import DEPLOYMENTS, POOL, ZONE, Planned

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prefect import Flow
    from prefect.deployments.runner import RunnerDeployment

_ONE_AT_A_TIME = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)


def load_flows() -> dict[str, Flow[..., Any]]:
    """Return the flows of the table by module path; importing them is what makes the worker warm."""
    return {planned.entrypoint: _flow(planned.entrypoint) for planned in DEPLOYMENTS}


def register(flows: Mapping[str, Flow[..., Any]]) -> list[str]:
    """Create or update the pool and every deployment; return the deployments' names."""
    with get_client(sync_client=True) as client:
        _pool(client)
    for planned in DEPLOYMENTS:
        _prepare(planned, flows[planned.entrypoint]).apply(work_pool_name=POOL, _sync=True)
    return [planned.full_name for planned in DEPLOYMENTS]


def _pool(client: SyncPrefectClient) -> None:
    try:
        client.read_work_pool(POOL)
    except ObjectNotFound:
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process", description="安澜的常驻执行器"))
    else:
        client.update_work_pool(POOL, WorkPoolUpdate(is_paused=False))


def _prepare(planned: Planned, flow: Flow[..., Any]) -> RunnerDeployment:
    prepared = flow.to_deployment(
        name=planned.name,
        schedule=CronSchedule(cron=planned.cron, timezone=ZONE) if planned.cron else None,
        concurrency_limit=_ONE_AT_A_TIME if planned.alone else None,
        description=planned.purpose,
        tags=["anlan"],
        work_pool_name=POOL,
        entrypoint_type=EntrypointType.MODULE_PATH,
        _sync=True,  # else a loop that runs in this thread for other reasons would get a coroutine
    )
    return cast("RunnerDeployment", prepared)


def _flow(entrypoint: str) -> Flow[..., Any]:
    module, _, name = entrypoint.rpartition(".")
    return cast("Flow[..., Any]", getattr(importlib.import_module(module), name))
