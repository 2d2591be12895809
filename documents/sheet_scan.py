"""What the value reader does not tell 扫描: formulas, error values, how far a worksheet reaches; xlsx by its XML.

Calamine gives the last computed value of a formula as if it had been typed, and an error value as an empty cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from documents.grid import Mark
from rules.errors import ImportRefused

if TYPE_CHECKING:
    from documents.limits import Limits

_DAMAGED = "文件中的工作表已损坏，无法读取。请用 Excel 或 WPS 打开，另存为「Excel 工作簿（.xlsx）」后重新上传。"
_RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
# One formula fills all cells of its range; only the first of them carries the <f> element.
_FILLING = frozenset({"array", "dataTable"})
# Any other element ends the cell: `xm:f` of a drawing is no formula of a cell.
_WITHIN_CELL = frozenset({"t", "r", "rPr", "rPh", "phoneticPr", "extLst"})
_DIGITS = "0123456789"
_LETTERS_IN_ALPHABET = 26


@dataclass(slots=True)
class SheetScan:
    """Marks by row and column (rows from 1, columns from 0) and the last row and column with content."""

    name: str
    hidden: bool = False
    marks: dict[int, dict[int, Mark]] = field(default_factory=dict)
    filled: int = 0
    last_row: int = 0
    last_column: int = -1

    def mark(self, row: int, column: int, mark: Mark) -> None:
        """Mark a cell; a formula stays a formula whatever else it is."""
        marks = self.marks.setdefault(row, {})
        if marks.get(column) is not Mark.FORMULA:
            marks[column] = mark

    def refuse_beyond(self, limits: Limits) -> None:
        """Raise `ImportRefused` when the sheet is wider, fuller or sparser than can be read."""
        if self.last_column >= limits.columns:
            message = f"工作表「{self.name}」有 {self.last_column + 1} 列，最多 {limits.columns} 列。"
            raise ImportRefused(f"{message}请删除右侧多余的列后重新上传。")
        if self.filled > limits.filled_cells:
            message = f"工作表「{self.name}」的单元格超过 {limits.filled_cells:,} 个。请分成几个文件上传。"
            raise ImportRefused(message)
        if self.last_row * (self.last_column + 1) > limits.area:
            message = f"工作表「{self.name}」第 {self.last_row} 行还有内容，中间大片空白。"
            raise ImportRefused(f"{message}请删除表格下方多余的行后重新上传。")


def scan_xml(xml: bytes, *, name: str, limits: Limits) -> SheetScan:
    """Return what one worksheet's XML says about its cells. Raises `ImportRefused` on damage and beyond limits."""
    scanner = _XmlScanner(SheetScan(name), limits)
    try:
        scanner.parser.Parse(xml, True)  # noqa: FBT003 - expat takes it by position only
        return scanner.finish()
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise ImportRefused(_DAMAGED) from error


def column_number(letters: str) -> int:
    """Return the column, counted from 0, that Excel calls by letters.

    >>> column_number("A"), column_number("Z"), column_number("AA")
    (0, 25, 26)
    """
    number = 0
    for letter in letters:
        number = number * _LETTERS_IN_ALPHABET + ord(letter) - ord("A") + 1
    return number - 1


class _XmlScanner:
    """Hears the start of every element; called a million times, hence brief."""

    def __init__(self, scan: SheetScan, limits: Limits) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._started
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._scan = scan
        self._limits = limits
        self._locals: dict[str, str] = {}
        self._cell: dict[str, str] | None = None
        self._reference = "@0"
        self._filled = 0
        self._letters: set[str] = set()
        self._rows: set[str] = set()
        self._ranges: list[tuple[int, int, int, int]] = []

    def finish(self) -> SheetScan:
        """Settle how far the sheet reaches and mark the cells of array formulas."""
        self._scan.filled = self._filled
        self._scan.last_row = max(map(int, self._rows), default=0)
        self._scan.last_column = max(map(column_number, self._letters), default=-1)
        self._scan.refuse_beyond(self._limits)
        for first_row, first_column, last_row, last_column in self._ranges:
            for row in range(first_row, min(last_row, self._scan.last_row) + 1):
                for column in range(first_column, min(last_column, self._scan.last_column) + 1):
                    self._scan.mark(row, column, Mark.FORMULA)
        return self._scan

    def _started(self, name: str, attributes: dict[str, str]) -> None:
        local = self._locals.get(name) or self._locals.setdefault(name, name.rpartition(":")[2])
        if local == "c":
            self._cell = attributes
            self._reference = attributes.get("r") or self._next_reference()
        elif local == "row":
            self._cell = None
            self._reference = "@" + (attributes.get("r") or str(self._row() + 1))
        elif self._cell is None:
            return
        elif local in {"v", "is"}:
            self._fill()
        elif local == "f":
            self._formula(attributes)
        elif local not in _WITHIN_CELL:
            self._cell = None

    def _fill(self) -> None:
        letters = self._reference.rstrip(_DIGITS)
        self._letters.add(letters)
        self._rows.add(self._reference[len(letters) :])
        self._filled += 1
        if self._cell is not None and self._cell.get("t") == "e":
            self._scan.mark(self._row(), column_number(letters), Mark.ERROR)
        if self._filled > self._limits.filled_cells:
            self._scan.filled = self._filled
            self._scan.refuse_beyond(self._limits)

    def _formula(self, attributes: dict[str, str]) -> None:
        first_row, first_column, _, _ = _corners(self._reference)
        self._scan.mark(first_row, first_column, Mark.FORMULA)
        self._letters.add(self._reference.rstrip(_DIGITS))
        self._rows.add(str(first_row))
        if attributes.get("t") in _FILLING and "ref" in attributes:
            self._ranges.append(_corners(attributes["ref"]))

    def _row(self) -> int:
        return int(self._reference.lstrip("@ABCDEFGHIJKLMNOPQRSTUVWXYZ"))

    def _next_reference(self) -> str:
        # A writer may leave the reference out: the cell then follows the one before it.
        letters = self._reference.rstrip(_DIGITS)
        column = 0 if letters == "@" else column_number(letters) + 1
        return f"{_letters(column)}{self._row()}"

    @staticmethod
    def _refuse_doctype(*_: object) -> None:
        raise ImportRefused(_DAMAGED)


def _corners(reference: str) -> tuple[int, int, int, int]:
    match = _RANGE.fullmatch(reference)
    if match is None:
        raise ImportRefused(_DAMAGED)
    letters, row, last_letters, last_row = match.groups()
    first = int(row), column_number(letters)
    last = (int(last_row), column_number(last_letters)) if last_letters else first
    return *first, *last


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, _LETTERS_IN_ALPHABET)
        letters = chr(ord("A") + rest) + letters
    return letters
