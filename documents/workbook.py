"""Cell values of xlsx and xls 取值: Calamine's values joined with the marks of the scan, merged cells carried down.

Runs in the confined process; knows no limits of its own beyond those it is given.
"""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineError, CalamineWorkbook

from documents.grid import Grid, Kind, Mark, Row, Sheet
from documents.sheet_scan import scan_xml
from documents.xls_scan import scan_xls
from documents.xlsx_package import unpack
from rules.errors import ImportRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from python_calamine import CalamineSheet

    from documents.grid import Cell
    from documents.limits import Limits
    from documents.sheet_scan import SheetScan

_DAMAGED = "文件中的工作表已损坏，无法读取。请用 Excel 或 WPS 打开，另存为「Excel 工作簿（.xlsx）」后重新上传。"
_ERROR_VALUE = "#错误值"
# Beyond 15 digits Excel's numbers are no longer exact, so they stay what they are.
_LAST_EXACT_WHOLE = 10**15


def read_xlsx(data: bytes, limits: Limits) -> Grid:
    """Return the grid of an xlsx workbook. Raises `ImportRefused`."""
    package = unpack(data, limits)
    # A hidden sheet holds lists for other cells to choose from; nobody fills it in.
    visible = [sheet for sheet in package.sheets() if not sheet.hidden]
    scans = [scan_xml(package.parts[sheet.part], name=sheet.name, limits=limits) for sheet in visible]
    sheets = _read_sheets(package.rebuild(), scans, limits)
    return Grid(Kind.XLSX, sheets, epoch_1904=package.epoch_1904)


def read_xls(data: bytes, limits: Limits) -> Grid:
    """Return the grid of an xls workbook. Raises `ImportRefused`."""
    book = scan_xls(data, limits)
    scans = [scan for scan in book.scans if not scan.hidden]
    return Grid(Kind.XLS, _read_sheets(book.rebuilt, scans, limits), epoch_1904=book.epoch_1904)


def _read_sheets(data: bytes, scans: Sequence[SheetScan], limits: Limits) -> tuple[Sheet, ...]:
    left = limits.characters
    sheets: list[Sheet] = []
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for scan in scans:
                rows, characters = _rows(book.get_sheet_by_name(scan.name), scan, limits)
                left -= characters
                if left < 0:
                    raise ImportRefused(f"文件中的文字超过 {limits.characters:,} 个字。请分成几个文件上传。")
                sheets.append(Sheet(scan.name, rows))
    except CalamineError as error:
        raise ImportRefused(_DAMAGED) from error
    return tuple(sheets)


def _rows(sheet: CalamineSheet, scan: SheetScan, limits: Limits) -> tuple[tuple[Row, ...], int]:
    filled: dict[int, list[Cell]] = {}
    characters = 0
    # Calamine pads the rows above the first cell with content, but not the columns to its left.
    left = [None] * (sheet.start[1] if sheet.start else 0)
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = [*left, *(_cell(value) for value in values)]
        marks = scan.marks.get(number, {})
        _show_errors(cells, marks)
        if marks or any(cell is not None for cell in cells):
            filled[number] = cells
            characters += sum(len(cell) for cell in cells if type(cell) is str)
            _refuse_too_many(len(filled), characters, scan.name, limits)
    _carry_down(filled, scan, sheet.merged_cell_ranges or ())
    rows = tuple(Row(number, tuple(cells), scan.marks.get(number, {})) for number, cells in filled.items())
    return rows, characters


def _refuse_too_many(rows: int, characters: int, name: str, limits: Limits) -> None:
    if rows > limits.grid_rows:
        message = f"工作表「{name}」的数据超过 {limits.rows:,} 行。请分成几个文件上传，每个不超过 {limits.rows:,} 行。"
        raise ImportRefused(message)
    if characters > limits.characters:
        raise ImportRefused(f"工作表「{name}」的文字超过 {limits.characters:,} 个字。请分成几个文件上传。")


def _show_errors(cells: list[Cell], marks: dict[int, Mark]) -> None:
    for column, mark in marks.items():
        # A formula without a computed value may lie beyond the last column with values.
        cells.extend([None] * (column + 1 - len(cells)))
        if mark is Mark.ERROR:
            cells[column] = _ERROR_VALUE


def _carry_down(
    filled: dict[int, list[Cell]], scan: SheetScan, merged: Iterable[tuple[tuple[int, int], tuple[int, int]]]
) -> None:
    for (first_row, column), (last_row, _) in merged:
        source = filled.get(first_row + 1)
        if source is None or column >= len(source) or source[column] is None:
            continue
        mark = scan.marks.get(first_row + 1, {}).get(column, Mark.CARRIED)
        for number in range(first_row + 2, min(last_row + 1, scan.last_row) + 1):
            cells = filled.get(number)
            # Excel keeps values under a merge out of sight; what is seen is what counts.
            if cells is not None and column < len(cells):
                cells[column] = source[column]
                scan.mark(number, column, mark)


def _cell(value: Any) -> Cell:
    if type(value) is str:
        return value or None
    if type(value) is float:
        return int(value) if value.is_integer() and abs(value) < _LAST_EXACT_WHOLE else value
    return str(value) if type(value) is timedelta else value
