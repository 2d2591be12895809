"""Statistics 统计: the county's figures of the day, as an artifact for the administrator and a file for the archive."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.states import Completed

from flows.naming import by_minute
from flows.orders import under
from models import figures

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State


@flow(name="statistics", flow_run_name=by_minute("statistics"), persist_result=False)
def compile_figures(ticket: str = "") -> State[None]:
    """统计：按乡镇、等级、环节汇总在办与逾期，另存当日文件。"""
    with under(ticket, "statistics") as order:
        tools = order.tools
        with tools.store.read() as reading:
            standing, steps = figures.standing(reading), figures.steps(reading)
        day = tools.now().format("YYYY-MM-DD")
        compiled = {"day": day, "standing": [asdict(c) for c in standing], "steps": [asdict(s) for s in steps]}
        target = tools.settings.folder("reports") / f"statistics-{day}.json"
        target.write_text(json.dumps(compiled, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        create_table_artifact(
            key="statistics",
            table=[asdict(count) for count in standing] or [{"cases": 0}],
            description=f"{day} 在办与逾期",
        )
        open_cases = sum(count.cases for count in standing if count.status == "open")
        overdue = sum(count.cases for count in standing if count.overdue)
        order.counts = {"open": open_cases, "overdue": overdue}
        order.answer = f"在办 {open_cases} 件，逾期 {overdue} 件，明细见 reports/{target.name}"
    return Completed(name="Compiled", message=order.answer)
