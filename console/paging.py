"""Pages of a long list: how many there are, and which of them somebody asked for."""

from __future__ import annotations

#: More pages than any list has.
MOST_PAGES = 10_000
_MOST_DIGITS = 6


def last_page(total: int, each: int) -> int:
    """Return the number of the last page; an empty list has one as well."""
    return max(-(-total // each), 1)


def page_asked(written: str, last: int = MOST_PAGES) -> int:
    """Return the page whose number was written: the first for what is no number, the last for what lies beyond."""
    digits = written[:_MOST_DIGITS]
    return min(max(int(digits), 1), last) if digits.isascii() and digits.isdecimal() else 1
