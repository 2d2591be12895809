"""Signing in as the settings say: Argon2id with this installation's cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.access import Access
from models.password_cost import hasher

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from settings import Settings
    from tasks.resources import Resources


def hasher_of(settings: Settings) -> PasswordHasher:
    """Return the hasher with this installation's cost."""
    return hasher(rounds=settings.password_rounds, memory_kib=settings.password_memory_kib)


def access_of(tools: Resources) -> Access:
    """Return the access to a process's store."""
    return Access(tools.store, hasher=hasher_of(tools.settings), session_hours=tools.settings.session_hours)
