"""Which column is which 列: what a table asks for, and where a person's own headings stand in a file.

Headings are compared without blanks, widths and notes: 「企业名称（必填）」 is 「企业名称」. Knows no cell below them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING

from documents.cell_text import shown
from rules.errors import ImportRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from documents.grid import Cell, Grid, Row

OUTCOME_HEADING = "导入结果"
GUIDE_SHEET = "填写说明"

_SEARCHED_ROWS = 20
_ENOUGH_KNOWN = 3
_LISTED = 12
_SAMPLES, _SAMPLE = 3, 40
_NOTES = re.compile(r"[(（\[【〔].*?[)）\]】〕]")
_DECORATION = re.compile(r"[\s*＊※:：、，,.。/／_\-—()（）\[\]【】〔〕\"“”]+")


class ColumnKind(StrEnum):
    """How the cells of a column are read; a past day is one that may not lie after today."""

    TEXT = "text"
    CODE = "code"
    CODES = "codes"
    DAY = "day"
    PAST_DAY = "past-day"
    WHOLE = "whole"
    CHOICE = "choice"
    MOBILE = "mobile"
    CREDIT_CODE = "credit-code"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the words that a cell may hold: what is stored, what is shown, what people write instead."""

    slug: str
    label: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    `synonyms` are names as good as the title: two of them in one file contradict each other, which is refused.
    `fallbacks` count only where no better name stands, in order of preference.
    """

    key: str
    title: str
    synonyms: tuple[str, ...] = ()
    fallbacks: tuple[str, ...] = ()
    kind: ColumnKind = ColumnKind.TEXT
    required: bool = False
    choices: tuple[Choice, ...] = ()
    longest: int = 200
    note: str = ""

    @property
    def names(self) -> str:
        """Return the title and what is accepted instead, for a message."""
        others = "、".join((*self.synonyms, *self.fallbacks)[:_LISTED])
        return f"「{self.title}」（也可写作：{others}）" if others else f"「{self.title}」"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """A table that people hand in; a row with nothing but its `serial` column (a printed number) is blank."""

    name: str
    title: str
    columns: tuple[Column, ...]
    serial: str = ""

    def column(self, key: str) -> Column:
        """Return the column with the key."""
        return next(column for column in self.columns if column.key == key)

    @property
    def required(self) -> tuple[Column, ...]:
        """Return the columns without which nothing can be imported."""
        return tuple(column for column in self.columns if column.required)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as it stands in the file; `index` counts from 0."""

    index: int
    text: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A heading of a file with the first cells below it, and the key of the column proposed for it, empty for none."""

    text: str
    samples: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True)
class Header:
    """Where a table's headings stand: `columns` maps column index to key, `texts` to the heading as it is written.

    `other_sheets` look like the same table; only one sheet is read, so the uploader must hear of them.
    """

    sheet: str
    row_no: int
    columns: Mapping[int, str]
    texts: Mapping[int, str]
    unmapped: tuple[Heading, ...]
    other_sheets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Match:
    """One row taken as headings: which keys were recognised where, at which rank (0 is the uploader's own word)."""

    sheet: str
    row: Row
    found: Mapping[str, tuple[tuple[int, int], ...]]

    def chosen(self, key: str) -> list[int]:
        """Return the columns of the best rank for a key; more than one is a duplicate."""
        best = min(rank for rank, _ in self.found[key])
        return [index for rank, index in self.found[key] if rank == best]


def find_header(grid: Grid, spec: TableSpec, headings: Mapping[str, str]) -> Header:
    """Return where the table's headings stand: the row with the most known names among the first 20 of any sheet.

    `headings` is the uploader's own mapping of headings to keys; it wins, and an empty key leaves the column out.
    Raises `ImportRefused` when no row will do, a required column is missing, or two columns claim the same name.
    """
    _refuse_unknown_keys(spec, headings)
    matches = list(_candidates(grid, spec, headings))
    if not matches:
        raise ImportRefused(f"文件没有可见的内容，找不到「{spec.title}」的表头。请使用模板填写后重新上传。")
    best = max(matches, key=lambda match: (_is_complete(match, spec), len(match.found)))
    missing = [column for column in spec.required if column.key not in best.found]
    if missing or not _is_enough(best, spec):
        raise _not_found(best, spec, missing or list(spec.required))
    _refuse_duplicates(best, spec)
    others = {match.sheet for match in matches if _is_complete(match, spec)} - {best.sheet}
    columns = {best.chosen(key)[0]: key for key in best.found}
    return Header(
        best.sheet,
        best.row.number,
        dict(sorted(columns.items())),
        {index: _one_line(cell) for index, cell in enumerate(best.row.cells) if cell is not None},
        tuple(_unmapped(best, columns, headings)),
        tuple(name for name in grid.sheet_names if name in others),
    )


def offered(grid: Grid, spec: TableSpec, headings: Mapping[str, str]) -> tuple[Offered, ...]:
    """Return the headings of the row that looks most like those of a table, for whoever says what they mean.

    The row with the most known names wins, among such without any the one with the most words. Headings that are
    compared alike are offered once, each with what stands below it and the column that is proposed for it.
    """
    matches = sorted(
        _candidates(grid, spec, headings),
        key=lambda match: (_is_complete(match, spec), len(match.found), _words_in(match.row)),
        reverse=True,
    )
    if not matches:
        return ()
    best = matches[0]
    proposed = {best.chosen(key)[0]: key for key in best.found}
    below = [row for sheet in grid.sheets if sheet.name == best.sheet for row in sheet.rows]
    found: dict[str, Offered] = {}
    for index, cell in enumerate(best.row.cells):
        if isinstance(cell, str) and cell.strip():
            samples = _samples(below, best.row.number, index)
            found.setdefault(heading_name(cell), Offered(_one_line(cell), samples, proposed.get(index, "")))
    return tuple(found.values())


def _words_in(row: Row) -> int:
    return sum(isinstance(cell, str) for cell in row.cells)


def _samples(rows: Iterable[Row], above: int, index: int) -> tuple[str, ...]:
    cells = (row.cells[index] for row in rows if row.number > above and index < len(row.cells))
    return tuple(islice((_one_line(cell)[:_SAMPLE] for cell in cells if cell is not None), _SAMPLES))


def heading_name(heading: object) -> str:
    """Return a heading as headings are compared.

    >>> heading_name("企业 名称（必填）*")
    '企业名称'
    """
    written = unicodedata.normalize("NFKC", str(heading)).lower()
    bare = _DECORATION.sub("", _NOTES.sub("", written))
    return bare or _DECORATION.sub("", written)


def _refuse_unknown_keys(spec: TableSpec, headings: Mapping[str, str]) -> None:
    keys = {column.key for column in spec.columns}
    for heading, key in headings.items():
        if key and key not in keys:
            message = (
                f"「{spec.title}」没有「{shown(key)}」这一列，表头「{shown(heading)}」无法对应。请重新选择对应的列。"
            )
            raise ImportRefused(message)


def _candidates(grid: Grid, spec: TableSpec, headings: Mapping[str, str]) -> Iterator[_Match]:
    known = _known_names(spec, headings)
    for sheet in grid.sheets:
        if sheet.name == GUIDE_SHEET:
            continue
        for row in sheet.rows[:_SEARCHED_ROWS]:
            found: dict[str, list[tuple[int, int]]] = {}
            for index, cell in enumerate(row.cells):
                if isinstance(cell, str) and (place := known.get(heading_name(cell))) and place[0]:
                    found.setdefault(place[0], []).append((place[1], index))
            yield _Match(sheet.name, row, {key: tuple(places) for key, places in found.items()})


def _known_names(spec: TableSpec, headings: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    known: dict[str, tuple[str, int]] = {}
    for heading, key in headings.items():
        known[heading_name(heading)] = key, 0
    for column in spec.columns:
        for name in (column.title, *column.synonyms):
            known.setdefault(heading_name(name), (column.key, 1))
    for column in spec.columns:
        for rank, name in enumerate(column.fallbacks, start=2):
            known.setdefault(heading_name(name), (column.key, rank))
    return known


def _is_enough(match: _Match, spec: TableSpec) -> bool:
    return len(match.found) >= _ENOUGH_KNOWN or _is_complete(match, spec)


def _is_complete(match: _Match, spec: TableSpec) -> bool:
    return bool(match.found) and all(column.key in match.found for column in spec.required)


def _refuse_duplicates(match: _Match, spec: TableSpec) -> None:
    for key in match.found:
        indexes = match.chosen(key)
        if len(indexes) > 1:
            places = "、".join(f"第 {index + 1} 列「{shown(match.row.cells[index])}」" for index in indexes)
            message = (
                f"工作表「{shown(match.sheet)}」第 {match.row.number} 行的{places}都对应「{spec.column(key).title}」。"
            )
            raise ImportRefused(f"{message}请只保留一列，或给其余的列换名后重新上传。")


def _not_found(best: _Match, spec: TableSpec, missing: Iterable[Column]) -> ImportRefused:
    listed = "、".join(shown(cell) for cell in best.row.cells if cell is not None)
    lacking = "；".join(column.names for column in missing)
    place = f"最接近的是工作表「{shown(best.sheet)}」第 {best.row.number} 行：{listed}。"
    what = f"没有找到完整的「{spec.title}」表头。{place}缺少必填列：{lacking}。"
    return ImportRefused(f"{what}请补上这些列，或使用模板填写后重新上传。", sheet=best.sheet, row=best.row.number)


def _unmapped(match: _Match, columns: Mapping[int, str], headings: Mapping[str, str]) -> Iterator[Heading]:
    left_out = {heading_name(heading) for heading, key in headings.items() if not key} | {OUTCOME_HEADING}
    for index, cell in enumerate(match.row.cells):
        if cell is not None and index not in columns and heading_name(cell) not in left_out:
            yield Heading(index, _one_line(cell))


def _one_line(cell: Cell) -> str:
    return " ".join(str(cell).split())
