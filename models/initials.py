"""Initials 拼音首字母 of names: hxtk finds 红星铁矿; worked out from the register when asked for, kept nowhere.

A sign that is read in several ways stands for each of them, so that nobody must know which one the writer meant.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.organisation import Unit
from models.policy import OVER_UNITS, Scoped
from models.statements import is_listed, table

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from models.store import Reading
    from rules.actor import Scope

_INITIALS = re.compile(r"[A-Za-z0-9]{2,20}", re.ASCII)
_units = table(Unit)
_NAMED = Scoped(lambda condition: select(_units.c.id, _units.c.name).where(condition), over=OVER_UNITS)
#: What `units_by_initials` returns where nothing was found.
NOBODY = "[]"


def units_by_initials(reading: Reading, scope: Scope, words: str) -> str:
    """Return the units within a scope whose name has the initials, as `is_among` takes them.

    `NOBODY` for other words.
    """
    if not _INITIALS.fullmatch(words):
        return NOBODY
    sought = words.lower()
    found = [unit_id for unit_id, name in _NAMED.all(reading, scope) if matches(sought, name)]
    return json.dumps(found)


def is_among(unit_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a unit is one of those that `units_by_initials` found, given as `by_initials`."""
    return is_listed(unit_id, "by_initials")


def matches(sought: str, name: str) -> bool:
    """Tell whether a name has initials, given in small letters, in a row."""
    line = _line_of(name)
    if line is not None:
        return sought in line
    signs = _signs_of(name)
    return any(
        all(letter in sign for letter, sign in zip(sought, signs[start:], strict=False))
        for start in range(len(signs) - len(sought) + 1)
    )


@lru_cache(maxsize=50_000)
def _signs_of(name: str) -> tuple[str, ...]:
    return tuple(_letters(sign) for sign in name if sign.isalnum())


@lru_cache(maxsize=50_000)
def _line_of(name: str) -> str | None:
    """Return the letters of a name in a row where each sign has but one, None where one has several."""
    signs = _signs_of(name)
    return "".join(signs) if all(len(sign) == 1 for sign in signs) else None


@lru_cache(maxsize=20_000)
def _letters(sign: str) -> str:
    """Return the letters that a sign may stand for."""
    if sign.isascii():
        return sign.lower()
    from pypinyin import Style, pinyin  # noqa: PLC0415 - a dictionary of megabytes, only where somebody types letters

    readings = pinyin(sign, style=Style.FIRST_LETTER, heteronym=True, errors="ignore")
    return "".join(sorted({reading[:1] for found in readings for reading in found}))
