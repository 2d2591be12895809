"""Prefect's background services 引擎后台: schedules, late runs, records of task runs; once beside several servers.

Started as `python -m deployments.engine_services`; imports nothing of ours. It leans on undocumented classes of the
pinned version, as Prefect's own `server services start` does.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from datetime import timedelta

from docket import Docket
from prefect.server.api.background_workers import background_worker
from prefect.server.services.base import Service
from prefect.settings.context import get_current_settings

# Not the servers' own queue: what is due by schedule is done here and nowhere else.
_NAME = "prefect-services"


async def serve() -> None:
    """Run the enabled services until a signal says stop."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    url = get_current_settings().server.docket.url
    async with (
        Docket(name=_NAME, url=url, execution_ttl=timedelta(0)) as docket,
        background_worker(docket, ephemeral=False, webserver_only=False),
        Service.running(),
    ):
        await ended.wait()


if __name__ == "__main__":
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(serve())
