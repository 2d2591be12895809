"""The console's process 控制台进程: one uvicorn on the address that the settings say; imports no Prefect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn

from console.app import create_app
from deployments.memory import keep_what_is_loaded
from settings import load

if TYPE_CHECKING:
    from settings import Settings


def main() -> None:
    """Serve this installation until a signal says stop."""
    serve(load())


def serve(settings: Settings) -> None:
    """Serve an installation until a signal says stop."""
    app = create_app(settings)
    keep_what_is_loaded()
    uvicorn.run(
        app,
        host=settings.console_host,
        port=settings.console_port,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=True,
        # Else everybody behind a proxy on another host would come from one address and be slowed down as one.
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_keep_alive=15,
    )


if __name__ == "__main__":
    main()
