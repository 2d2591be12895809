"""Common phrases 常用语 of reports and rectifications: one tap writes what is found, or done, again and again.

What is written is Chinese, the language of the record; whoever reads English sees what it means.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_suffix(".toml")
_MOST = 9


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a tap writes, what it means in English, and the category of hazard it belongs to."""

    text: str
    english: str
    category: str


def phrases_for(sector: str) -> tuple[Phrase, ...]:
    """Return the phrases offered for a unit of a sector: the sector's own first, then those for everybody."""
    groups = _groups()
    own = [phrase for words, phrases in groups if any(word in sector for word in words) for phrase in phrases]
    everybodys = [phrase for words, phrases in groups if not words for phrase in phrases]
    return tuple(dict.fromkeys(own + everybodys))[:_MOST]


def every_phrase() -> tuple[Phrase, ...]:
    """Return all phrases there are."""
    return tuple(phrase for _, phrases in _groups() for phrase in phrases)


@lru_cache(maxsize=1)
def _groups() -> tuple[tuple[tuple[str, ...], tuple[Phrase, ...]], ...]:
    said = tomllib.loads(_FILE.read_text("utf-8"))
    return tuple(
        (
            tuple(group["for"]),
            tuple(Phrase(each["text"], each["en"], each["category"]) for each in group["phrases"]),
        )
        for group in said["group"]
    )
