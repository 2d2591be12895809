"""The language of the command line: Chinese, or English where `--lang en` or ANLAN_LANGUAGE says so."""

from __future__ import annotations

import sys

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


def plain_output() -> bool:
    """Tell whether nobody watches a terminal, so that bars and colours are left out."""
    return not sys.stdout.isatty()
