"""Signing in as the settings say: Argon2id with this installation's cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argon2 import PasswordHasher

from models.access import Access

if TYPE_CHECKING:
    from settings import Settings
    from tasks.resources import Resources


def hasher_of(settings: Settings) -> PasswordHasher:
    """Return the hasher with this installation's cost."""
    return PasswordHasher(time_cost=settings.password_rounds, memory_cost=settings.password_memory_kib, parallelism=1)


def access_of(tools: Resources) -> Access:
    """Return the access to a process's store."""
    return Access(tools.store, hasher=hasher_of(tools.settings), session_hours=tools.settings.session_hours)
