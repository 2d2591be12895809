"""What a password costs whoever guesses it 口令代价: Argon2id with the installation's figures."""

from __future__ import annotations

from argon2 import PasswordHasher


def hasher(*, rounds: int, memory_kib: int) -> PasswordHasher:
    """Return an Argon2id hasher of a cost: passes over a memory of so many KiB."""
    return PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1)
