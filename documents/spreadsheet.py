"""Reading an uploaded table 读表: one door for xlsx, xls, CSV and JSON lines; the parsers work in a confined process.

Knows files and cells; what a column means is for `documents/columns.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from documents.confined import confined_lines
from documents.delimited_text import read_csv
from documents.grid import Cell, Grid, Kind, Mark, Row, Sheet, from_lines, to_lines
from documents.json_lines import read_json_lines
from documents.limits import DEFAULT_LIMITS, MEGABYTE, Limits
from documents.recognise import recognise
from rules.errors import ImportRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DEFAULT_LIMITS", "Cell", "Grid", "Kind", "Limits", "Mark", "Row", "Sheet", "parse", "read_grid"]


def read_grid(path: Path, limits: Limits = DEFAULT_LIMITS) -> Grid:
    """Return the file as a grid of raw cells, parsed in a process that a poisoned file may only take down itself.

    Blank rows and hidden sheets are left out. Raises `ImportRefused` in words for anything that is no harmless table.
    """
    refuse_size(path, limits)
    return from_lines(confined_lines("read", {"path": str(path.resolve())}, limits))


def parse(path: Path, limits: Limits = DEFAULT_LIMITS) -> Grid:
    """Return the grid, parsed in this very process: for the confined process and for tests."""
    data = content(path, limits)
    match recognise(data):
        case Kind.XLSX:
            # Imported here: the server itself never loads the parsers of foreign binary formats.
            from documents.workbook import read_xlsx  # noqa: PLC0415

            return read_xlsx(data, limits)
        case Kind.XLS:
            from documents.workbook import read_xls  # noqa: PLC0415

            return read_xls(data, limits)
        case Kind.JSONL:
            return read_json_lines(data, limits)
        case Kind.CSV:
            return read_csv(data, limits)


def emit(request: dict[str, Any], limits: Limits) -> Iterator[str]:
    """Yield the grid of the requested file as lines; what the confined process runs."""
    yield from to_lines(parse(Path(request["path"]), limits))


def content(path: Path, limits: Limits) -> bytes:
    """Return the file's bytes. Raises `ImportRefused` when there is no such file or it is too large."""
    refuse_size(path, limits)
    return path.read_bytes()


def refuse_size(path: Path, limits: Limits) -> None:
    """Raise `ImportRefused` when there is no such file or it is too large to be looked into."""
    if not path.is_file():
        raise ImportRefused("找不到要导入的文件。请重新选择文件后上传。")
    size = path.stat().st_size
    if size > limits.file_bytes:
        most = limits.file_bytes // MEGABYTE
        message = f"文件有 {size / MEGABYTE:.1f} MB，最多 {most} MB。请删除图片和多余内容，或分成几个文件上传。"
        raise ImportRefused(message)
