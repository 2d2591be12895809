"""Sums of money 金额 in hundredths of a yuan: read, written, and shares of them; knows no law."""

from __future__ import annotations

import re

_SUM = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,2}))?")
_FEN = 100
_WHOLE = 100


def read_sum(written: str) -> int | None:
    """Return a sum of money written in yuan, such as 118147 or 118147.05, in hundredths; None for anything else."""
    found = _SUM.fullmatch(written)
    return None if found is None else int(found[1]) * _FEN + int((found[2] or "").ljust(2, "0"))


def in_yuan(fen: int) -> str:
    """Return hundredths of a yuan as people write a sum."""
    yuan, rest = divmod(fen, _FEN)
    return f"{yuan}.{rest:02d}" if rest else str(yuan)


def share_of(fen: int, percent: int) -> int:
    """Return so many percent of a sum in whole yuan, what is left over dropped."""
    return fen * percent // _WHOLE // _FEN
