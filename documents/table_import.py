"""A file read as a table 导入: every row with its values, its faults in words, and what was reinterpreted.

A bad row never stops the others; a bad file is refused whole. Knows columns and cells, not what becomes of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from documents.cell_reading import readers
from documents.cell_text import Reading
from documents.columns import Header, Heading, TableSpec, find_header, heading_name
from documents.grid import Mark
from documents.limits import DEFAULT_LIMITS
from documents.spreadsheet import read_grid
from rules.errors import ImportRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from documents.grid import Cell, Grid, Kind, Row
    from documents.limits import Limits

_NO_HEADINGS: Mapping[str, str] = MappingProxyType({})
_FORMULA = "此单元格是公式，请粘贴为数值"
_ERROR_VALUE = "此单元格显示为错误值（如 #REF!、#N/A），请改为实际内容"
_CARRIED = "合并单元格，沿用上方的内容"
_TOTALS = re.compile(r"(?:本页|本月|本年|累计)?(?:合计|总计|小计|共计)[:：]?")
_SIGNATURES = re.compile(
    r"(?:填[表报]|制[表单]|审[核批签]|复核|经办|统计|报送|主管|分管|单位|部门|主要)?"
    r"(?:人|人员|领导|单位|日期|时间|负责人|审核|审批|签发|签[字名章]|盖章|联系电话)+(?:\(签[字名章]\)|\(盖章\))?[:：].*"
    r"|(?:备注|说明|填表说明|填报说明|注)[:：].*|(?:填表人|制表人|审核人|填报人|负责人签字)",
    re.DOTALL,
)


class SkipReason(StrEnum):
    """Why a row with content was not read as a record."""

    TOTAL = "total"
    SIGNATURE = "signature"
    REPEATED_HEADING = "repeated-heading"
    NOTHING_MAPPED = "nothing-mapped"

    @property
    def label(self) -> str:
        """Return the reason in the uploader's words."""
        return _SKIP_LABELS[self]


_SKIP_LABELS = {
    SkipReason.TOTAL: "合计行，不导入",
    SkipReason.SIGNATURE: "签字或备注行，不导入",
    SkipReason.REPEATED_HEADING: "重复的表头，不导入",
    SkipReason.NOTHING_MAPPED: "对应的各列均为空，不导入",
}


@dataclass(frozen=True, slots=True)
class CellNote:
    """A sentence about one cell: a fault, or how it was understood. `column` counts from 0."""

    column: int
    key: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class RowResult:
    """One record: values by key (absent where empty or wrong), faults, reinterpretations, cells as they stood.

    `outcome` is what became of a good row, in words; empty as long as nothing has.
    """

    row_no: int
    values: Mapping[str, Any]
    errors: tuple[CellNote, ...]
    understood: tuple[CellNote, ...]
    raw: tuple[Cell, ...]
    outcome: str = ""

    @property
    def is_good(self) -> bool:
        """Tell whether the row may be imported."""
        return not self.errors


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that was left out, and why; never left out in silence."""

    row_no: int
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class TableResult:
    """A file read as a table. `columns` maps column index to key, `headings` to the file's own heading."""

    kind: Kind
    sheet: str
    header_row: int
    columns: Mapping[int, str]
    headings: Mapping[int, str]
    rows: tuple[RowResult, ...]
    skipped: tuple[SkippedRow, ...]
    unmapped: tuple[Heading, ...]
    other_sheets: tuple[str, ...]

    @property
    def good_rows(self) -> tuple[RowResult, ...]:
        """Return the rows without a fault."""
        return tuple(row for row in self.rows if row.is_good)

    @property
    def bad_rows(self) -> tuple[RowResult, ...]:
        """Return the rows with at least one fault."""
        return tuple(row for row in self.rows if not row.is_good)

    def faulty(self, row: RowResult, key: str, text: str) -> RowResult:
        """Return the row with one more fault, found by whoever uses the table, at the column of a key."""
        column = next((index for index, found in self.columns.items() if found == key), 0)
        return replace(row, errors=(*row.errors, CellNote(column, key, self.headings.get(column, ""), text)))


def read_table(
    path: Path,
    spec: TableSpec,
    today: date,
    *,
    headings: Mapping[str, str] = _NO_HEADINGS,
    limits: Limits = DEFAULT_LIMITS,
) -> TableResult:
    """Return every record of the file with its faults in words; no row is dropped in silence.

    `headings` maps the file's own headings to the spec's keys, an empty key leaves a column out.
    Raises `ImportRefused` for a file that cannot be read as this table at all.
    """
    return table_from(read_grid(path, limits), spec, today, headings=headings, limits=limits)


def table_from(
    grid: Grid,
    spec: TableSpec,
    today: date,
    *,
    headings: Mapping[str, str] = _NO_HEADINGS,
    limits: Limits = DEFAULT_LIMITS,
) -> TableResult:
    """Return the grid read as a table; `read_table` without the file."""
    header = find_header(grid, spec, headings)
    table = _Table(spec, header, readers(spec, today, epoch_1904=grid.epoch_1904))
    records: list[Row] = []
    skipped: list[SkippedRow] = []
    for row in _below(grid, header):
        if table.is_blank(row):
            continue
        if reason := table.reason_to_skip(row):
            skipped.append(SkippedRow(row.number, reason))
        else:
            records.append(row)
    if len(records) > limits.rows:
        message = f"数据有 {len(records):,} 行，一次最多导入 {limits.rows:,} 行。请分成几个文件上传。"
        raise ImportRefused(message, rows=len(records))
    return TableResult(
        grid.kind,
        header.sheet,
        header.row_no,
        header.columns,
        header.texts,
        tuple([table.read(row) for row in records]),
        tuple(skipped),
        header.unmapped,
        header.other_sheets,
    )


def _below(grid: Grid, header: Header) -> Iterator[Row]:
    sheet = next(sheet for sheet in grid.sheets if sheet.name == header.sheet)
    return (row for row in sheet.rows if row.number > header.row_no)


class _Table:
    """One table's columns in reading order; made once, asked for every row."""

    def __init__(self, spec: TableSpec, header: Header, reads: Mapping[str, Callable[[Cell], Reading]]) -> None:
        self._columns = [
            (index, spec.column(key), reads[key], heading_name(header.texts[index]))
            for index, key in header.columns.items()
        ]
        self._required = [index for index, column, _, _ in self._columns if column.required]
        self._serial = next((index for index, column, *_ in self._columns if column.key == spec.serial), -1)

    def is_blank(self, row: Row) -> bool:
        """Tell whether nobody wrote anything here: a printed serial number and a merge from above do not count."""
        return not any(
            _is_filled(cell)
            for index, cell in enumerate(row.cells)
            if row.marks.get(index) is not Mark.CARRIED and not (index == self._serial and str(cell).isascii())
        )

    def reason_to_skip(self, row: Row) -> SkipReason | None:
        """Return why the row is no record; one with all its required cells filled always is."""
        if self._repeats_heading(row):
            return SkipReason.REPEATED_HEADING
        if all(_is_filled(_at(row, index)) for index in self._required):
            return None
        first = re.sub(r"\s+", "", str(next(cell for cell in row.cells if _is_filled(cell)))).replace("（", "(")
        if _TOTALS.fullmatch(first):
            return SkipReason.TOTAL
        if _SIGNATURES.fullmatch(first.replace("）", ")")):
            return SkipReason.SIGNATURE
        if not any(_is_filled(_at(row, index)) for index, *_ in self._columns):
            return SkipReason.NOTHING_MAPPED
        return None

    def read(self, row: Row) -> RowResult:
        """Return the row's values, faults and reinterpretations."""
        values: dict[str, Any] = {}
        errors: list[CellNote] = []
        understood: list[CellNote] = []
        for index, column, reader, _ in self._columns:
            reading = _reading(row, index, reader)
            if reading.complaint:
                errors.append(CellNote(index, column.key, column.title, reading.complaint))
            elif reading.value is not None:
                values[column.key] = reading.value
            elif column.required:
                errors.append(CellNote(index, column.key, column.title, "必填，不能为空"))
            if reading.understood:
                understood.append(CellNote(index, column.key, column.title, reading.understood))
        return RowResult(row.number, values, tuple(errors), tuple(understood), row.cells)

    def _repeats_heading(self, row: Row) -> bool:
        filled = 0
        for index, _, _, name in self._columns:
            cell = _at(row, index)
            if _is_filled(cell):
                if heading_name(cell) != name:
                    return False
                filled += 1
        return filled > 1


def _reading(row: Row, index: int, reader: Callable[[Cell], Reading]) -> Reading:
    match row.marks.get(index):
        case Mark.FORMULA:
            return Reading(complaint=_FORMULA)
        case Mark.ERROR:
            return Reading(complaint=_ERROR_VALUE)
        case Mark.CARRIED:
            reading = reader(_at(row, index))
            return reading if reading.complaint else Reading(reading.value, reading.understood or _CARRIED)
        case None:
            return reader(_at(row, index))


def _at(row: Row, index: int) -> Cell:
    return row.cells[index] if index < len(row.cells) else None


def _is_filled(cell: Cell) -> bool:
    return cell is not None and not (isinstance(cell, str) and not cell.strip())
