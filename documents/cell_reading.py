"""Which reader reads which column 取值方式: the one place where kinds of column meet readers of cells."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from documents import cells
from documents.columns import ColumnKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from documents.cells import Reading
    from documents.columns import Column, TableSpec
    from documents.grid import Cell

# A deadline further away is a slip of the pen: 2206 for 2026.
_FARTHEST = timedelta(days=20 * 366)
_LARGEST_NUMBER = 10_000_000


def readers(spec: TableSpec, today: date, *, epoch_1904: bool) -> dict[str, Callable[[Cell], Reading]]:
    """Return for every column's key the function that reads its cells."""
    return {column.key: _reader(column, today, epoch_1904=epoch_1904) for column in spec.columns}


def choice_words(column: Column) -> dict[str, str]:
    """Return every word that the column accepts, as choices are compared, with the slug that it stands for."""
    return {
        cells.choice_word(word): choice.slug
        for choice in column.choices
        for word in (*choice.synonyms, choice.slug, choice.label)
    }


def _reader(column: Column, today: date, *, epoch_1904: bool) -> Callable[[Cell], Reading]:
    match column.kind:
        case ColumnKind.TEXT:
            return partial(cells.text, longest=column.longest)
        case ColumnKind.DAY:
            return partial(cells.day, latest=today + _FARTHEST, epoch_1904=epoch_1904)
        case ColumnKind.PAST_DAY:
            return partial(cells.day, latest=today, epoch_1904=epoch_1904)
        case ColumnKind.WHOLE:
            return partial(cells.whole, most=_LARGEST_NUMBER)
        case ColumnKind.CHOICE:
            labels = {choice.slug: choice.label for choice in column.choices}
            # A column of choices holds the same few words again and again.
            return lru_cache(maxsize=256, typed=True)(partial(cells.choice, words=choice_words(column), labels=labels))
        case _:
            return _PLAIN[column.kind]


_PLAIN: dict[ColumnKind, Callable[[Cell], Reading]] = {
    ColumnKind.CODE: cells.code,
    ColumnKind.CODES: cells.codes,
    ColumnKind.MOBILE: cells.mobile,
    ColumnKind.CREDIT_CODE: cells.credit_code,
    ColumnKind.EMAIL: cells.email,
}
