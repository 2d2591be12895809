"""Catch up 批量补办: one run tells the stories of a whole batch, such as an import; a run for each would be a storm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed

import flows.command
import flows.drill
import flows.drill_year
import flows.duty_watch
import flows.hazard
import flows.incident
import flows.matter
import flows.obligation
import flows.plan
import flows.programme
import flows.tipoff
import flows.unit_file
from flows.naming import by_minute
from flows.orders import under
from flows.stories import told_without_engine
from models import wakes
from tasks.effects import this_run
from tasks.resources import resources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prefect.client.schemas.objects import State

    from flows.telling import Story

TELLERS: Mapping[str, Callable[[Story, Any], None]] = {
    "drill_year": flows.drill_year.tell,
    "duty_watch": flows.duty_watch.tell,
    "hazard": flows.hazard.tell,
    "obligation": flows.obligation.tell,
    "incident": flows.incident.tell,
    "plan": flows.plan.tell,
    "programme": flows.programme.tell,
    "command": flows.command.tell,
    "tipoff": flows.tipoff.tell,
    "unit_file": flows.unit_file.tell,
    "drill": flows.drill.tell,
    **dict.fromkeys(flows.matter.FLOWS, flows.matter.tell),
}
_AT_ONCE = 50


@flow(name="catch-up", flow_run_name=by_minute("catch-up"), persist_result=False)
def catch_up(batch: str) -> State[None]:
    """批量补办：一次运行把一批事项（如一次导入）的应达事项全部办理。"""
    with under("", "catch-up") as order:
        with order.tools.store.read() as reading:
            total = max(wakes.waiting_of_batch(reading, batch), 1)
        told = failed = 0
        while True:
            done, wrong = tell_some.with_options(task_run_name=f"tell-{told:06d}")(batch)
            if not done and not wrong:
                break
            told, failed = told + done, failed + wrong
            order.progress(told, total)
        order.counts = {"told": told, "failed": failed}
        order.answer = f"已办理 {told} 个事项" + (f"，{failed} 个稍后重试" if failed else "")
        get_run_logger().info(order.answer)
    return Completed(name="CaughtUp", message=order.answer)


@task(persist_result=False, cache_policy=NO_CACHE)
def tell_some(batch: str) -> tuple[int, int]:
    """Tell the next few stories of a batch; return how many were told and how many must wait."""
    tools, run_id = resources(), this_run()
    claimed = wakes.claim_of_batch(tools.store, batch, who=run_id, now=tools.now(), most=_AT_ONCE)
    failed = 0
    for waking in claimed:
        try:
            told_without_engine(tools, waking.number, TELLERS[waking.kind], run_id=run_id)
        except Exception as error:  # noqa: BLE001 - one story that cannot be told must not hold up the batch
            failed += 1
            get_run_logger().error("%s: %s", waking.number, error)
            wakes.retry_later(tools.store, waking, who=run_id, now=tools.now())
        else:
            wakes.finish(tools.store, waking, who=run_id, now=tools.now())
    return len(claimed) - failed, failed
