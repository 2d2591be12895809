"""Imprint 文书定稿: the PDF of each paper is made once and chained; every ten minutes, or whenever somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed

from flows.naming import by_minute
from flows.orders import under
from rules.errors import RulebookError
from tasks.printing import Printed, print_some

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from flows.orders import Order


@flow(name="imprint", flow_run_name=by_minute("imprint"), persist_result=False)
def make_imprints(ticket: str = "") -> State[None]:
    """文书定稿：为每份新出具的文书生成 PDF 存档，指纹连同排版程序和字体记入系统日志的链。"""
    with under(ticket, "imprint") as order:
        try:
            order.answer = _print_all(order)
        except RulebookError as error:
            # A machine without Chinese fonts works all the same; its papers wait.
            order.answer = error.message
    return Completed(name="Imprinted", message=order.answer)


def _print_all(order: Order) -> str:
    made = failed = after = 0
    while (last := (printed := _some(order, after)).last) is not None:
        made, failed, after = made + printed.made, failed + printed.failed, last
    order.counts = {"made": made, "failed": failed}
    return f"已定稿 {made} 份" + (f"，{failed} 份没有页面或者排不成，下次再试" if failed else "")


def _some(order: Order, after: int) -> Printed:
    @task(task_run_name=f"print-{after:06d}", persist_result=False, cache_policy=NO_CACHE)
    def some() -> Printed:
        return print_some(order.tools, actor=order.actor, run_id=order.run_id, after=after)

    return some()
