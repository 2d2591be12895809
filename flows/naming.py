"""Names of runs 运行名称: what ran and for which minute, in Asia/Shanghai, instead of two random words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pendulum
from prefect.runtime import flow_run

from rules.deadlines import SHANGHAI
from rules.runnable import FLOW_LABELS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


def by_minute(flow: str) -> Callable[[], str]:
    """Return the namer of a flow's runs."""

    def name() -> str:
        scheduled: datetime = flow_run.scheduled_start_time
        return f"{FLOW_LABELS[flow]} {pendulum.instance(scheduled).in_timezone(SHANGHAI).format('MM-DD HH:mm')}"

    return name
