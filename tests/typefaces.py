"""Whether this machine has a Chinese typeface, without which no paper becomes a PDF that people can read."""

from __future__ import annotations

import pytest

from documents.fonts import typefaces
from rules.errors import RulebookError


def has_chinese() -> bool:
    """Tell whether a Chinese typeface is installed."""
    try:
        typefaces()
    except RulebookError:
        return False
    return True


needs_chinese = pytest.mark.skipif(
    not has_chinese(), reason="this machine has no Chinese font; install one to see this hold"
)
