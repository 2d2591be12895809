"""Canonical text and hashes 链: what exactly is hashed for each act, and the salted commitment to its words.

The text is JSON in the subset of RFC 8785 that needs no care about numbers: keys sorted, no blanks, whole numbers only.
Names, telephone numbers and free text are never in it, only commitments to them: erasing them leaves the chain valid.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ALGORITHM = "sha256"
FORMAT = 1
NOTHING_BEFORE = bytes(32)
_SALT_BYTES = 16
_OFFSET = len("+00:00")
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
plain_json = json.JSONEncoder(ensure_ascii=False).encode
_encode_any = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str).encode


def canonical(entry: Mapping[str, Any]) -> str:
    """Return the canonical text of an entry. Raises `TypeError` for a value that has no canonical form."""
    return _encode(_plain(entry))


def chained(before: bytes, text: str) -> bytes:
    """Return the hash of an entry behind the hash of the one before it."""
    return hashlib.sha256(before + text.encode()).digest()


def fresh_salt() -> bytes:
    """Return a new salt for the words of one act."""
    return secrets.token_bytes(_SALT_BYTES)


def commitment(salt: bytes, field: str, words: str) -> str:
    """Return the commitment to one field's words; without the salt nobody can try out guesses."""
    return hashlib.sha256(b"\x00".join((salt, field.encode(), words.encode()))).hexdigest()


def written(moment: datetime) -> str:
    """Return an instant as the chain writes it: UTC, to the microsecond."""
    return datetime.isoformat(datetime.astimezone(moment, UTC), timespec="microseconds")[:-_OFFSET] + "Z"


def fingerprint(parts: Mapping[str, Any]) -> bytes:
    """Return what tells one submission from another under the same key."""
    return hashlib.sha256(_encode_any(parts).encode()).digest()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}  # type: ignore[reportUnknownVariableType]
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]  # type: ignore[reportUnknownVariableType]
    message = f"{type(value).__name__} has no canonical form"
    raise TypeError(message)
