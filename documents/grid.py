"""A file as a grid of raw cells 原始表格: sheets, numbered rows, marks; the same for every format, and as text lines.

The lines carry a grid from the confined process to the server: JSON only, so that nothing in them can be executed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Cell = str | int | float | bool | date | datetime | time | None


class Kind(StrEnum):
    """What the file is, judged by its content."""

    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"
    JSONL = "jsonl"


class Mark(StrEnum):
    """What is peculiar about a cell: a formula, an error value such as #REF!, or a value carried down from a merge."""

    FORMULA = "formula"
    ERROR = "error"
    CARRIED = "carried"


_NO_MARKS: Mapping[int, Mark] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Row:
    """One row with content; `number` is what Excel shows at its left, columns count from 0.

    In JSON lines `number` is the line, and row 0 holds the names of the keys.
    """

    number: int
    cells: tuple[Cell, ...]
    marks: Mapping[int, Mark] = field(default_factory=lambda: _NO_MARKS)

    @property
    def formulas(self) -> frozenset[int]:
        """Return the columns whose cells are formulas."""
        return frozenset(column for column, mark in self.marks.items() if mark is Mark.FORMULA)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One visible worksheet; a text file has a single one."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """All that a file says, before anybody asks what it means."""

    kind: Kind
    sheets: tuple[Sheet, ...]
    epoch_1904: bool = False
    # False where the platform could limit the parser's time but not its memory.
    memory_was_limited: bool = True

    @property
    def sheet_names(self) -> tuple[str, ...]:
        """Return the names of the visible worksheets, in order."""
        return tuple(sheet.name for sheet in self.sheets)


def to_lines(grid: Grid) -> Iterator[str]:
    """Yield the grid as lines of JSON, closed by a line that proves that none is missing."""
    yield json.dumps({"kind": grid.kind, "epoch_1904": grid.epoch_1904})
    for sheet in grid.sheets:
        yield json.dumps({"sheet": sheet.name})
        for row in sheet.rows:
            yield json.dumps([row.number, row.cells, dict(row.marks)], default=_pack)
    yield json.dumps({"end": len(grid.sheets)})


def from_lines(lines: Iterable[str | bytes]) -> Grid:
    """Return the grid that `to_lines` wrote. Raises `EOFError` when the last line is missing."""
    start: dict[str, Any] = {}
    sheets: list[tuple[str, list[Row]]] = []
    complete = False
    for line in lines:
        said = json.loads(line)
        if isinstance(said, list):
            sheets[-1][1].append(_row(*said))
        elif "sheet" in said:
            sheets.append((said["sheet"], []))
        elif "end" in said:
            complete = said["end"] == len(sheets)
        else:
            start |= said
    if not complete:
        raise EOFError
    return Grid(
        Kind(start["kind"]),
        tuple(Sheet(name, tuple(rows)) for name, rows in sheets),
        epoch_1904=start["epoch_1904"],
        memory_was_limited=start.get("memory_was_limited", True),
    )


def _row(number: int, cells: list[Any], marks: dict[str, str]) -> Row:
    unpacked = tuple([_unpack(cell) if type(cell) is dict else cell for cell in cells])
    if not marks:
        return Row(number, unpacked)
    return Row(number, unpacked, {int(column): Mark(mark) for column, mark in marks.items()})


def _pack(cell: object) -> dict[str, str]:
    # A datetime is a date too, so it is asked for first.
    for name, kind in (("at", datetime), ("on", date), ("time", time)):
        if isinstance(cell, kind):
            return {name: cell.isoformat()}
    raise TypeError(cell)


def _unpack(cell: dict[str, str]) -> Cell:
    ((name, written),) = cell.items()
    readers = {"at": datetime.fromisoformat, "on": date.fromisoformat, "time": time.fromisoformat}
    return readers[name](written)
