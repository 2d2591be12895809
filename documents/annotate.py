"""The uploader's own workbook handed back 批注: a column 「导入结果」, pink cells and comments in words.

An xlsx keeps its look (openpyxl); other formats, and an xlsx that openpyxl cannot open, come back as a new xlsx with
the same content. Formulas come back as the values they showed: nothing in the file can be executed.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from documents.columns import OUTCOME_HEADING, heading_name
from documents.confined import confined_lines
from documents.grid import Kind
from documents.limits import DEFAULT_LIMITS, MEGABYTE
from documents.sheet_writing import new_workbook, styles, writable, write_cell, write_text
from documents.spreadsheet import parse, refuse_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from openpyxl.worksheet.worksheet import Worksheet as OpenWorksheet
    from xlsxwriter.worksheet import Worksheet

    from documents.grid import Grid, Row, Sheet
    from documents.limits import Limits
    from documents.sheet_writing import Styles
    from documents.table_import import RowResult, TableResult

# Openpyxl takes ten times as long as Calamine, and writes everything again.
ANNOTATE_LIMITS = replace(DEFAULT_LIMITS, memory_bytes=2_048 * MEGABYTE, cpu_seconds=240, wall_seconds=480.0)

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_AUTHOR = "导入检查"
_PINK = "FFFFD6DE"
_GOOD = "可导入"
_OUTCOME_WIDTH = 40
_COMMENT_WIDTH, _COMMENT_HEIGHT = 260, 90
# Each comment is a drawing; beyond this Excel opens the file too slowly, and the words stand in the last column anyway.
_MOST_COMMENTS = 5_000
_MOST_UNDERSTOOD = 3
# What openpyxl raises on workbooks that Excel and Calamine read. Markup that is no XML is a SyntaxError of
# whichever parser it uses; one that defines entities has been refused before.
_CANNOT_OPEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, SyntaxError)


@dataclass(frozen=True, slots=True)
class _Marks:
    """What to write where: rows as Excel numbers them, columns from 0."""

    sheet: str
    header_row: int
    outcomes: Mapping[int, str]
    notes: Mapping[int, Mapping[int, str]]


def annotate(path_in: Path, results: TableResult, path_out: Path, limits: Limits = ANNOTATE_LIMITS) -> None:
    """Write to `path_out` the uploaded file as xlsx, with the outcome of every row in words.

    Raises `ImportRefused` when the file is no longer what was read, or too large to be written again.
    """
    refuse_size(path_in, limits)
    request = {
        "path_in": str(path_in.resolve()),
        "path_out": str(path_out.resolve()),
        "sheet": results.sheet,
        "header_row": results.header_row,
        "outcomes": [[row.row_no, _outcome(row)] for row in results.rows]
        + [[row.row_no, row.reason.label] for row in results.skipped],
        "notes": [[row.row_no, note.column, note.text] for row in results.bad_rows for note in row.errors],
    }
    try:
        for _ in confined_lines("annotate", request, limits):
            pass
    finally:
        _unfinished(path_out).unlink(missing_ok=True)


def emit(request: dict[str, Any], limits: Limits) -> Iterator[str]:
    """Write the annotated workbook; what the confined process runs. Yields nothing but the end."""
    notes: dict[int, dict[int, str]] = {}
    for row_no, column, text in request["notes"]:
        notes.setdefault(row_no, {})[column] = text
    marks = _Marks(request["sheet"], request["header_row"], dict(request["outcomes"]), notes)
    path_in, path_out = Path(request["path_in"]), Path(request["path_out"])
    grid = parse(path_in, limits)
    unfinished = _unfinished(path_out)
    own = grid.kind is Kind.XLSX and _annotate_own(path_in, marks, unfinished)
    # Openpyxl takes text for formulas in more than one place; what it wrote is looked at, not believed.
    if not own or has_formulas(unfinished):
        _write_new(grid, marks, unfinished)
    unfinished.replace(path_out)
    yield "{}"


def has_formulas(path: Path) -> bool:
    """Tell whether any cell of a written workbook would be computed when it is opened."""
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        return any(_FORMULA.search(archive.read(name)) for name in sheets)


def _unfinished(path_out: Path) -> Path:
    return path_out.with_name(f"{path_out.name}.part")


def _outcome(row: RowResult) -> str:
    understood = "；".join(f"{note.title}：{note.text}" for note in row.understood[:_MOST_UNDERSTOOD])
    if row.is_good:
        good = row.outcome or _GOOD
        return f"{good}。{understood}" if understood else good
    return "有问题。" + "；".join(f"{note.title}：{note.text}" for note in row.errors)


# --- the uploader's own xlsx ---------------------------------------------------------------------


def _annotate_own(path_in: Path, marks: _Marks, path_out: Path) -> bool:
    """Annotate the workbook itself; return False when openpyxl cannot open what Excel can."""
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to load, and never in the server's own process
    from openpyxl.utils import get_column_letter  # noqa: PLC0415
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = load_workbook(path_in, data_only=True, keep_links=False)
        sheet = book[marks.sheet]
    except (*_CANNOT_OPEN, InvalidFileException):
        return False
    column = _outcome_column(sheet, marks.header_row)
    for row_no, text in {marks.header_row: OUTCOME_HEADING, **marks.outcomes}.items():
        _set_text(sheet, row_no, column, text)
    sheet.column_dimensions[get_column_letter(column)].width = _OUTCOME_WIDTH
    _mark_faults(sheet, marks)
    book.save(path_out)
    return True


def _outcome_column(sheet: OpenWorksheet, header_row: int) -> int:
    """Return the column of an earlier outcome, emptied, or else the first free one."""
    for cell in next(sheet.iter_rows(min_row=header_row, max_row=header_row)):
        if cell.value is not None and heading_name(cell.value) == OUTCOME_HEADING:
            _forget_earlier(sheet, header_row, cell.column)
            return cell.column
    filled = (
        index
        for values in sheet.iter_rows(min_row=header_row, values_only=True)
        for index, value in enumerate(values, start=1)
        if value is not None
    )
    return max(filled, default=0) + 1


def _forget_earlier(sheet: OpenWorksheet, header_row: int, column: int) -> None:
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    for row_no, cells in enumerate(sheet.iter_rows(min_row=header_row + 1), start=header_row + 1):
        for cell in cells:
            if cell.fill.fgColor.rgb == _PINK:
                cell.fill = PatternFill()
            if cell.comment is not None and cell.comment.author == _AUTHOR:
                cell.comment = None
        _set_text(sheet, row_no, column, None)


def _set_text(sheet: OpenWorksheet, row_no: int, column: int, text: str | None) -> None:
    from openpyxl.cell.cell import MergedCell  # noqa: PLC0415

    cell = sheet.cell(row_no, column)
    # A signature row may be merged across the whole width; it needs no outcome.
    if not isinstance(cell, MergedCell):
        cell.value = text
        if text is not None:
            cell.data_type = "s"


def _mark_faults(sheet: OpenWorksheet, marks: _Marks) -> None:
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    pink = PatternFill("solid", fgColor=_PINK)
    heads = {
        (row, column): (merged.min_row, merged.min_col)
        for merged in sheet.merged_cells.ranges
        for row, column in merged.cells
    }
    left = _MOST_COMMENTS
    for row_no, notes in marks.notes.items():
        for column, text in notes.items():
            cell = sheet.cell(*heads.get((row_no, column + 1), (row_no, column + 1)))
            cell.fill = pink
            if left > 0:
                cell.comment = Comment(text, _AUTHOR, width=_COMMENT_WIDTH, height=_COMMENT_HEIGHT)
                left -= 1


# --- a new xlsx with the same content ------------------------------------------------------------


def _write_new(grid: Grid, marks: _Marks, path_out: Path) -> None:
    with new_workbook(path_out) as book:
        look = styles(book)
        for sheet in grid.sheets:
            target = book.add_worksheet(sheet.name)
            ours = marks if sheet.name == marks.sheet else _Marks(sheet.name, -1, {}, {})
            writer = _Writer(target, look, ours, _free_column(sheet, ours))
            # JSON lines carry their headings in row 0.
            shift = 0 if grid.sheets[0].rows and grid.sheets[0].rows[0].number == 0 else 1
            for row in sheet.rows:
                writer.write(row, row.number - shift)


def _free_column(sheet: Sheet, marks: _Marks) -> int:
    header = next((row for row in sheet.rows if row.number == marks.header_row), None)
    for index, cell in enumerate(header.cells if header else ()):
        if cell is not None and heading_name(cell) == OUTCOME_HEADING:
            return index
    return max((len(row.cells) for row in sheet.rows), default=0)


class _Writer:
    """Writes one sheet's rows in order, each with its outcome and its faults."""

    def __init__(self, target: Worksheet, look: Styles, marks: _Marks, outcome_column: int) -> None:
        self._target = target
        self._look = look
        self._notes = marks.notes
        self._outcomes = {marks.header_row: OUTCOME_HEADING} | dict(marks.outcomes)
        self._outcome_column = outcome_column
        self._left = _MOST_COMMENTS
        target.set_column(outcome_column, outcome_column, _OUTCOME_WIDTH)

    def write(self, row: Row, at: int) -> None:
        """Write one row at its place, counted from 0."""
        notes = self._notes.get(row.number, {})
        for column in range(max(len(row.cells), max(notes, default=-1) + 1)):
            if column != self._outcome_column:
                cell = row.cells[column] if column < len(row.cells) else None
                self._cell((at, column), cell, notes.get(column))
        write_text(self._target, (at, self._outcome_column), self._outcomes.get(row.number), self._look.outcome)

    def _cell(self, place: tuple[int, int], cell: Any, note: str | None) -> None:
        if isinstance(cell, date):
            style = self._look.bad_day if note else self._look.plain_day
        else:
            style = self._look.bad if note else None
        write_cell(self._target, place, cell, style)
        if note and self._left > 0:
            self._left -= 1
            self._target.write_comment(*place, writable(note), {"author": _AUTHOR})
