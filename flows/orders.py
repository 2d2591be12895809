"""What a run was asked for 运行申请: under whom it writes, what it was told, and its line in the ledger's history.

A person asks through the console or `anlan run`; the ticket names the request, so that nothing personal is a parameter.
A run that somebody starts in Prefect's own window has no ticket and writes as the system's clock.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.runtime import flow_run

from models import runs
from rules.actor import Role, clock
from rules.errors import ActRefused, NotYourTurn, SafetyError, WrongPost
from tasks.resources import Resources, resources

if TYPE_CHECKING:
    from collections.abc import Generator
    from uuid import UUID

    from pendulum import DateTime

    from rules.actor import Actor

_SHOW_EVERY_SECONDS = 0.5


@dataclass(slots=True)
class Order:
    """One run under one principal; `counts` and `answer` are what it reports at its end."""

    tools: Resources
    run_id: str
    actor: Actor
    flow_name: str
    ticket: str
    counts: dict[str, Any] = field(default_factory=dict[str, Any])
    answer: str = ""
    _artifact: UUID | None = None
    _shown_at: DateTime | None = None

    def progress(self, done: int, total: int) -> None:
        """Show how far the run has come, in Prefect and in the run's line; not more often than people look."""
        now = self.tools.now()
        if self._shown_at is not None and (now - self._shown_at).total_seconds() < _SHOW_EVERY_SECONDS and done < total:
            return
        self._shown_at = now
        percent = 100.0 * min(done, total) / max(total, 1)
        if self._artifact is None:
            made = create_progress_artifact(progress=percent, key=self.flow_name, description="进度")
            self._artifact = cast("UUID", made)
        else:
            update_progress_artifact(self._artifact, progress=percent)
        self.counts |= {"done": done, "total": total}
        runs.note_progress(self.tools.store, run_id=self.run_id, counts=self.counts)

    def require_person(self, what: str) -> None:
        """Raise `WrongPost` for what only a signed-in person may start."""
        if self.actor.role is Role.ENGINE:
            raise WrongPost(f"「{what}」须由登录的人员发起。请从控制台或者 anlan run 发起。")


@contextlib.contextmanager
def under(ticket: str, flow_name: str) -> Generator[Order]:
    """Open the run's line, and close it with what happened; a refusal is told to whoever asked."""
    tools = resources()
    run_id = str(flow_run.id or "no-run")
    order = _order(tools, ticket, run_id, flow_name)
    principal = order.actor.account_id
    trigger = "person" if ticket else "schedule"
    runs.begin_run(
        tools.store, run_id=run_id, flow=flow_name, trigger=trigger, case_id=None, principal=principal, now=tools.now()
    )
    if ticket:
        runs.bind_order(tools.store, ticket=ticket, run_id=run_id)
    try:
        yield order
    except ActRefused as refused:
        _close(order, state="Refused", message=refused.message)
        raise
    except SafetyError as error:
        _close(order, state="Failed", message=error.message)
        raise
    except BaseException as error:
        _close(order, state="Crashed", message=f"{type(error).__name__}")
        raise
    else:
        _close(order, state="Completed", message=order.answer)


def _order(tools: Resources, ticket: str, run_id: str, flow_name: str) -> Order:
    if not ticket:
        return Order(tools, run_id, clock(tools.installation.county_id), flow_name, "")
    with tools.store.read() as reading:
        asked = runs.order_of(reading, ticket)
    parameters: dict[str, Any] = flow_run.parameters or {}
    given = {key: value for key, value in parameters.items() if key != "ticket"}
    if asked.flow != flow_name or dict(asked.parameters) != given:
        raise NotYourTurn(f"申请「{ticket}」要求的不是这次运行或者这些参数。请从控制台或者 anlan run 重新发起。")
    if asked.answered_at is not None or asked.run_id not in {None, f"ticket:{ticket}", run_id}:
        raise NotYourTurn(f"申请「{ticket}」已经办理过。请从控制台或者 anlan run 重新发起。")
    return Order(tools, run_id, asked.actor, flow_name, ticket)


def _close(order: Order, *, state: str, message: str) -> None:
    now = order.tools.now()
    runs.end_run(order.tools.store, run_id=order.run_id, state=state, message=message, now=now, counts=order.counts)
    if order.ticket:
        runs.answer_order(order.tools.store, ticket=order.ticket, answer=message, now=now)
