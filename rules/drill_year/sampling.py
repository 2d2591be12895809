"""Samples 抽样 that anybody can draw again: from a published seed and a list, by fingerprints alone."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def rank(seed: str, item: str) -> str:
    """Return what an item is sorted by: the SHA-256 of seed, line feed and item, in UTF-8, as hexadecimal digits."""
    return hashlib.sha256(f"{seed}\n{item}".encode()).hexdigest()


def draw(seed: str, population: Iterable[str], count: int) -> tuple[str, ...]:
    """Return the `count` items of the population with the smallest fingerprints, smallest first.

    The order in which the population is listed does not matter, nor that an item is listed twice.
    """
    return tuple(sorted(set(population), key=lambda item: (rank(seed, item), item))[:count])
