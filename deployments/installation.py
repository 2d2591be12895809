"""What an installation is made of on this machine 本机组成: the engine's home and its secret."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from deployments.engine_server import Engine

if TYPE_CHECKING:
    from settings import Settings

_SECRET_FILE = "engine.secret"  # noqa: S105 - the name of a file
_USER = "anlan"


def engine_of(settings: Settings) -> Engine:
    """Return the engine as the settings place it; its secret is made once and kept closed to others."""
    home = settings.folder("prefect")
    return Engine(
        home=home,
        port=settings.engine_port,
        auth=f"{_USER}:{_secret(settings)}",
        database_url=settings.engine_database_url,
        keep_runs_days=settings.keep_runs_days,
    )


def _secret(settings: Settings) -> str:
    path = settings.folder("run") / _SECRET_FILE
    if not path.exists():
        draft = path.with_suffix(".part")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(32), encoding="utf-8")
        draft.replace(path)
    return path.read_text("utf-8").strip()
