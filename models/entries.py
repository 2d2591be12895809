"""Entries 链上文本: one hashed text as an outsider reads it, without trusting a single byte of it.

Written against the format, not against the writer: whatever a text turns out to be, reading it is no accident.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

ALGORITHM = "sha256"
NOTHING_BEFORE = bytes(32)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ExportedAct:
    """One line of an export: the text that was hashed, where it says it belongs, and the hash it claims."""

    text: str
    chain: str
    case: str
    seq: int
    algorithm: str
    claimed: str


def exported_act(line: str) -> ExportedAct | None:
    """Return the act that a line of an export describes, None when it describes none."""
    entry = parsed(line)
    text = entry.get("body")
    body = parsed(text)
    seq = body.get("seq")
    if not isinstance(text, str) or not isinstance(seq, int):
        return None
    chain, case = f"{body.get('county')}/{body.get('case')}", str(body.get("case"))
    return ExportedAct(text, chain, case, seq, str(entry.get("algorithm")), str(entry.get("hash")))


def digest(before: bytes, text: str) -> bytes:
    """Return the hash of a text behind the hash of the one before it."""
    return hashlib.sha256(before + text.encode()).digest()


def unhexed(text: str) -> bytes | None:
    """Return the bytes that hexadecimal digits write, None when they write none."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


def parsed(text: object) -> dict[str, Any]:
    """Return the JSON object that a text describes, an empty one when it describes none."""
    try:
        found: Any = json.loads(str(text))
    except json.JSONDecodeError:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def inner(body: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the object under a key, an empty one when there is none."""
    found: Any = body.get(key)
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def repeated_in_columns(body: Mapping[str, Any]) -> list[Any]:
    """Return what the columns beside a body must repeat: kind, person, and both instants."""
    happened, recorded = (micros_of(body.get(key)) for key in ("happened", "recorded"))
    return [body.get("kind"), inner(body, "by").get("person"), happened, recorded]


def micros_of(written: object) -> int | None:
    """Return a written instant as columns hold it, None when it is none."""
    try:
        moment = datetime.fromisoformat(str(written))
    except ValueError:
        return None
    since = moment.replace(tzinfo=moment.tzinfo or UTC) - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def commitments(salt: object, texts: object) -> dict[str, str] | None:
    """Return the commitments to the words of one act, None for what cannot be words with a salt."""
    if not isinstance(salt, bytes):
        return None
    return {
        name: hashlib.sha256(b"\x00".join((salt, name.encode(), str(words).encode()))).hexdigest()
        for name, words in parsed(texts).items()
    }
