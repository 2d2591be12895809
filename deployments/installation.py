"""What an installation is made of on this machine 本机组成: the engine's home and its secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployments.engine_server import Engine
from models.secret_file import engine_login

if TYPE_CHECKING:
    from settings import Settings


def engine_of(settings: Settings) -> Engine:
    """Return the engine as the settings place it; its secret is made once and kept closed to others."""
    home = settings.folder("prefect")
    return Engine(
        home=home,
        port=settings.engine_port,
        auth=":".join(engine_login(settings.folder("run"), settings.engine_login.get_secret_value())),
        database_url=settings.engine_database_url,
        keep_runs_days=settings.keep_runs_days,
        host=settings.engine_host,
        address=settings.engine_url,
        messages_url=settings.engine_messages.get_secret_value(),
    )


def has_engine(settings: Settings) -> bool:
    """Tell whether this installation has ever had an engine, making nothing."""
    return (settings.data_folder / "prefect").exists()
