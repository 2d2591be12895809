"""Who holds a run: how it is claimed, whose it is, when it counts as lost; decides nothing about what a flow does.

A claim is the server's transition Scheduled -> Pending, which it grants exactly once (ADR 0003).
The claim names its owner and a nonce, so that even an answer lost on the way can be recognised as ours; then the label
that Prefect's own workers use names the owner, because the engine's Running state carries no message of ours.
All ages are counted by the server's clock, never by ours.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import httpx
from prefect.client.schemas.filters import FlowRunFilter, WorkPoolFilter
from prefect.client.schemas.objects import State
from prefect.exceptions import Abort, ObjectNotFound
from prefect.states import Cancelled, Crashed, Pending
from prefect.utilities.engine import propose_state_sync

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import datetime
    from uuid import UUID

    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun, Worker

OWNER_LABEL: Final = "prefect.worker.name"

_CLAIMED_BY: Final = "claimed by"
_MISSED_HEARTBEATS: Final = 3
_STOCK_HEARTBEAT_SECONDS: Final = 30
_UNFINISHED: Final = ["PENDING", "RUNNING", "CANCELLING"]
_NOT_FOUND: Final = 404


def new_claim(owner: str) -> State:
    """Return a Pending state that names its owner and differs from every other claim.

    It must keep the plain name `Pending`: the server lets a run go from Pending to a Pending of another name.
    """
    return Pending(message=f"{_CLAIMED_BY} {owner} {uuid.uuid4().hex[:8]}")


def claim_scheduled(client: SyncPrefectClient, run: FlowRun, owner: str) -> bool:
    """Claim a run that was found scheduled, and tell whether it is ours now.

    The server would let a *finished* run become Pending again, and another worker may have finished this one since it
    was found. So it is looked at once more; and where even that came too late, its end is restored: the server copies
    the scheduled time into a claim only if the run was Scheduled in that very transaction.
    """
    if not client.read_flow_run(run.id).state.is_scheduled():
        return False
    shown = propose(client, run, new_claim(owner))
    if shown is None:
        return False
    if shown.state_details.scheduled_time is None:
        _restore_end(client, run)
        return False
    return True


def propose(client: SyncPrefectClient, run: FlowRun, state: State) -> State | None:
    """Return the state as the server now shows it, or None if it shows another; a refusal is no error."""
    try:
        shown = propose_state_sync(client, state, flow_run_id=run.id)
    except (Abort, ObjectNotFound):
        return None
    return shown if (shown.type, shown.message) == (state.type, state.message) else None


def give_up(client: SyncPrefectClient, run: FlowRun, why: str) -> bool:
    """End the run and tell whether it was *we* who marked it Crashed.

    A run that was being cancelled becomes Cancelled; one that has ended meanwhile stays as it is.
    """
    if run.state.is_cancelling():
        propose(client, run, Cancelled(message=why))
        return False
    return propose(client, run, Crashed(message=f"{why} {uuid.uuid4().hex[:8]}")) is not None


def lost_runs(
    client: SyncPrefectClient, *, pool: str, me: str, held: Container[UUID], unowned_seconds: float
) -> list[FlowRun]:
    """Return the pool's unfinished runs that nobody works on any more.

    Lost at once: what belongs to another worker without heartbeat. Lost after `unowned_seconds`: what belongs to
    nobody, or to us although we do not hold it (its last report never reached the server).
    """
    workers = client.read_workers_for_work_pool(pool)
    if not workers:
        return []
    server_now = max(each.last_heartbeat_time for each in workers)
    living = {each.name for each in workers if _is_living(each, server_now)}
    oldest = server_now - timedelta(seconds=unowned_seconds)
    unfinished = client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state={"type": {"any_": _UNFINISHED}}),
        work_pool_filter=WorkPoolFilter(name={"any_": [pool]}),
    )
    return [
        run
        for run in unfinished
        if run.id not in held
        and (run.state.timestamp < oldest if owner_of(run) in {None, me} else owner_of(run) not in living)
    ]


def owner_of(run: FlowRun) -> str | None:
    """Return the worker that claimed the run; a fresh claim knows it before the label does."""
    words = (run.state.message or "").split()
    if run.state.is_pending() and " ".join(words[:2]) == _CLAIMED_BY:
        return words[2]
    return run.labels.get(OWNER_LABEL)


def is_missing(cause: Exception) -> bool:
    """Tell whether the server answered that it does not know what was asked for."""
    if isinstance(cause, httpx.HTTPStatusError):
        return cause.response.status_code == _NOT_FOUND
    return isinstance(cause, ObjectNotFound)


def _restore_end(client: SyncPrefectClient, run: FlowRun) -> None:
    ends = [state for state in client.read_flow_run_states(run.id) if state.is_final()]
    end = max(ends, key=lambda state: state.timestamp)
    propose(client, run, State(type=end.type, name=end.name, message=end.message, data=end.data))


def _is_living(worker: Worker, server_now: datetime) -> bool:
    silence = timedelta(seconds=_MISSED_HEARTBEATS * (worker.heartbeat_interval_seconds or _STOCK_HEARTBEAT_SECONDS))
    return worker.last_heartbeat_time > server_now - silence
