"""The language of the command line: Chinese, or English where `--lang en` or ANLAN_LANGUAGE says so."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.language import Language

_chosen = ["zh"]


def choose(arguments: list[str], default: str) -> str:
    """Choose the language from the command line before anything is worded; return it."""
    found = default
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            found = arguments[position + 1]
        elif argument.startswith("--lang="):
            found = argument.removeprefix("--lang=")
    _chosen[0] = found if found in {"zh", "en"} else "zh"
    return _chosen[0]


def say(zh: str, en: str) -> str:
    """Return the words in the chosen language."""
    return zh if _chosen[0] == "zh" else en


def translate(words: str) -> str:
    """Return Chinese words of rules and records in the chosen language; what nobody translated stays Chinese."""
    if _chosen[0] == "zh":
        return words
    return _english().told(words)


@lru_cache(maxsize=1)
def _english() -> Language:
    from console.language import Language, read_words  # noqa: PLC0415 - a catalogue that Chinese does not need

    return Language("en", read_words())


def plain_output() -> bool:
    """Tell whether nobody watches a terminal, so that bars and colours are left out."""
    return not sys.stdout.isatty()
