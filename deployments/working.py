"""The worker's process 执行进程: flows loaded once, deployments registered, stories told as they wait; stops cleanly.

Started by `anlan up`, or on a machine of its own by `anlan serve worker`.
"""

from __future__ import annotations

import logging
import signal
import threading

from deployments.engine_server import Engine, engine_environment, is_answering
from deployments.installation import engine_of
from deployments.memory import keep_what_is_loaded
from environment import inherited_environment, install_environment
from models.machine import process_name
from rules.errors import SafetyError
from settings import Settings, load

log = logging.getLogger("anlan.worker")

_WAIT_FOR_THE_ENGINE_SECONDS = 1
_DRAIN_SECONDS = 20


def main() -> None:
    """Work until a signal says stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger().handlers[0].addFilter(_is_worth_a_line)
    settings = load()
    engine = engine_of(settings)
    inherited = inherited_environment()
    install_environment(engine_environment(engine, no_proxy=inherited.get("NO_PROXY", "")))
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    _work(settings, engine, ending)


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Keep our own lines and every warning: what runs say stands in the engine, a line a minute would fill the disk."""
    return record.levelno >= logging.WARNING or record.name.startswith("anlan")


def _work(settings: Settings, engine: Engine, ending: threading.Event) -> None:
    # Prefect reads its environment when it is imported: everything that imports it comes after that was set.
    from deployments.dispatcher import Dispatcher  # noqa: PLC0415
    from deployments.registration import load_flows, register  # noqa: PLC0415
    from deployments.schedules import POOL  # noqa: PLC0415
    from deployments.worker import WarmWorker, WorkerPlan  # noqa: PLC0415
    from tasks.resources import open_resources, using  # noqa: PLC0415

    tools = open_resources(settings)
    flows = load_flows()
    while not is_answering(engine) and not ending.wait(_WAIT_FOR_THE_ENGINE_SECONDS):
        pass
    if ending.is_set():
        return
    name = f"anlan-{process_name()}"
    dispatchers: list[Dispatcher] = []
    plan = WorkerPlan(
        pool=POOL,
        registry=flows,
        now=tools.now,
        on_crashed=lambda run: [dispatcher.on_crashed(run) for dispatcher in dispatchers] and None,
        on_empty_server=lambda: register(flows) and None,
        threads=settings.worker_threads,
        name=name,
    )
    keep_what_is_loaded()
    with using(tools):
        register(flows)
        worker = WarmWorker(plan)
        dispatchers.append(Dispatcher(tools, worker, name=name))
        worker.start()
        dispatchers[0].start()
        log.info("ready: %s deployments", len(flows))
        ending.wait()
        dispatchers[0].stop()
        worker.drain(_DRAIN_SECONDS)
        dispatchers[0].let_go()
    tools.store.close()


if __name__ == "__main__":
    try:
        main()
    except SafetyError as error:
        log.error("%s", error.message)  # noqa: TRY400 - the sentence is for the administrator, the trace is not
        raise SystemExit(1) from error
