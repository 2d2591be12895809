"""The inside of the engine's child process: Prefect's server, a few corrections, and the end when the parent ends.

Started as `python -m deployments.engine_child HOST PORT [PARENT]`; imports nothing of ours. Without a parent it is a
service of its own. Where `PREFECT__SERVER_WEBSERVER_ONLY` is set the background services run elsewhere.
Each correction says what it mends (ADR 0005 to 0007); all of them rest on the exact version of Prefect.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any, Final

import prefect
import uvicorn
from prefect.server.database.configurations import AioSqliteConfiguration

_PARENT_CHECK_SECONDS: Final = 0.5
_GRACE_SECONDS: Final = 5
_CACHE_KIBIBYTES: Final = 4000
# The administrator's browser is to ask this server and nobody else; the graphs are drawn with generated code.
_STAY_AT_HOME: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)


def serve(host: str, port: int, parent: int | None) -> None:
    """Serve until told to stop, or until the process `parent` is no longer our parent."""
    if parent is not None:
        threading.Thread(target=_end_with_parent, args=(parent,), daemon=True, name="watch-parent").start()
    _queue_writers(AioSqliteConfiguration)
    _limit_cache(AioSqliteConfiguration)
    # Version 2 of the pages asks Amplitude on every page, whatever the settings say (ADR 0006).
    prefect.__ui_v2_static_path__ = Path("not-served")
    uvicorn.run(
        "prefect.server.api.server:create_app",
        factory=True,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        headers=[("Content-Security-Policy", _STAY_AT_HOME)],
    )


def _end_with_parent(parent: int) -> None:
    """End this process group when the parent died, even by kill -9.

    PR_SET_PDEATHSIG would fire when the *thread* that started us ends; a pipe would stay open in forked siblings.
    """
    while os.getppid() == parent:
        time.sleep(_PARENT_CHECK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(2 * _GRACE_SECONDS)
    os.killpg(0, signal.SIGKILL)


def _queue_writers(configuration: type[Any]) -> None:
    """Let SQLite's writers wait for each other instead of failing.

    Prefect opens most writing transactions as DEFERRED; one that has read before another commits can then only fail,
    its client is told 503 and sleeps two seconds. With IMMEDIATE it waits a few milliseconds for its turn.
    """
    begin = configuration.begin_transaction
    configuration.begin_transaction = lambda self, session, **_: begin(self, session, with_for_update=True)


def _limit_cache(configuration: type[Any]) -> None:
    """Cap SQLite's page cache: Prefect allows 80 MB on each of fifteen connections."""
    prepare = configuration.setup_sqlite

    def prepare_frugally(self: Any, connection: Any, record: Any) -> None:
        prepare(self, connection, record)
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
        cursor.close()

    configuration.setup_sqlite = prepare_frugally


if __name__ == "__main__":
    _host, _port, *_parent = sys.argv[1:]
    serve(_host, int(_port), int(_parent[0]) if _parent else None)
