"""Safe writing of worksheets 写表: text is written as text, never as a formula or a link; knows no column.

A company may call itself =HYPERLINK(…): Excel must show that, not run it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from rules.errors import ContentInvalid

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from documents.grid import Cell

LONGEST_CELL = 32_767

_SAFE = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# XML has no place for half characters and for the two non-characters at the end of the plane.
_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_DAY_FORMAT = "yyyy-mm-dd"
_PINK = {"bg_color": "#FFD6DE"}
_LARGEST_EXACT = 10**15
_FIRST_YEAR = 1900
_WIDE = frozenset("WF")


@dataclass(frozen=True, slots=True)
class Styles:
    """The few formats of a workbook, made once for it."""

    title: Format
    note: Format
    heading: Format
    required: Format
    text: Format
    day: Format
    plain_day: Format
    bad: Format
    bad_day: Format
    outcome: Format


def new_workbook(path: Path) -> Workbook:
    """Return a workbook that never takes text for a formula, a link or a number and keeps one row in memory."""
    return Workbook(str(path), _SAFE)


def styles(book: Workbook) -> Styles:
    """Return the house formats for the workbook."""
    cell = {"border": 1, "valign": "vcenter", "text_wrap": True}
    heading = cell | {"bold": True, "align": "center", "bg_color": "#DDE6F0"}
    return Styles(
        title=book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"}),
        note=book.add_format({"text_wrap": True, "valign": "vcenter", "font_color": "#555555"}),
        heading=book.add_format(heading),
        required=book.add_format(heading | {"font_color": "#B00020"}),
        text=book.add_format(cell | {"num_format": "@"}),
        day=book.add_format(cell | {"num_format": _DAY_FORMAT, "align": "center"}),
        plain_day=book.add_format({"num_format": _DAY_FORMAT}),
        bad=book.add_format(_PINK),
        bad_day=book.add_format(_PINK | {"num_format": _DAY_FORMAT}),
        outcome=book.add_format({"text_wrap": False}),
    )


def write_cell(sheet: Worksheet, place: tuple[int, int], value: Cell, style: Format | None = None) -> None:
    """Write a value at (row, column), both from 0, as what it is.

    Raises `ContentInvalid` when the sheet has no such row or column.
    """
    row, column = place
    match value:
        case None:
            code = sheet.write_blank(row, column, None, style)
        case bool():
            code = sheet.write_boolean(row, column, value, style)
        case int() | float() if math.isfinite(value) and abs(value) < _LARGEST_EXACT:
            code = sheet.write_number(row, column, value, style)
        case date() if value.year >= _FIRST_YEAR:
            code = sheet.write_datetime(row, column, value, style)
        case _:
            code = sheet.write_string(row, column, writable(str(value)), style)
    if code:
        raise ContentInvalid(f"第 {row + 1} 行超出 Excel 工作表的范围，无法写入。请缩小范围，分几次导出。")


def write_text(sheet: Worksheet, place: tuple[int, int], value: object, style: Format | None = None) -> None:
    """Write a value as text, whatever it looks like; None and the empty text leave the cell blank."""
    write_cell(sheet, place, str(value) if value not in {None, ""} else None, style)


def write_day(sheet: Worksheet, place: tuple[int, int], value: object, style: Format) -> None:
    """Write a day as a day; anything else as text."""
    write_cell(sheet, place, value if isinstance(value, date | datetime) else str(value), style)


def writable(written: str) -> str:
    """Return the text as a cell can hold it: at most 32,767 characters, none that XML forbids."""
    return _UNWRITABLE.sub("\ufffd", written[:LONGEST_CELL])


def display_width(written: str) -> int:
    """Return how wide a text is shown, in Latin letters: a Chinese character takes two.

    >>> display_width("隐患ABC")
    7
    """
    return sum(2 if unicodedata.east_asian_width(character) in _WIDE else 1 for character in written)
