"""The Merkle tree of RFC 9162: one hash over many entries, such that leaving out or changing any of them shows."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEAF, _NODE = b"\x00", b"\x01"


def root(entries: Sequence[bytes]) -> bytes:
    """Return the tree head over the entries in their order; of no entries, the hash of nothing."""
    if not entries:
        return hashlib.sha256(b"").digest()
    level = [hashlib.sha256(_LEAF + entry).digest() for entry in entries]
    while len(level) > 1:
        pairs = [
            hashlib.sha256(_NODE + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)
        ]
        # An entry without a partner goes up unchanged, which is the same as splitting at the largest power of two.
        level = pairs if len(level) % 2 == 0 else [*pairs, level[-1]]
    return level[0]
