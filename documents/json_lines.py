"""JSON lines as a grid 逐行 JSON: one object a line, its keys the headings; written by machines, so read strictly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from documents.delimited_text import SHEET_NAME, decode
from documents.grid import Grid, Kind, Row, Sheet
from rules.errors import ImportRefused

if TYPE_CHECKING:
    from documents.grid import Cell
    from documents.limits import Limits


def read_json_lines(data: bytes, limits: Limits) -> Grid:
    """Return the grid: row 0 holds the keys in order of appearance. Raises `ImportRefused` naming the bad line."""
    columns: dict[str, int] = {}
    rows: list[Row] = []
    for number, line in enumerate(decode(data).split("\n"), start=1):
        if not line.strip():
            continue
        cells = _cells(_object(line, number), columns)
        rows.append(Row(number, cells))
        if len(rows) > limits.grid_rows:
            message = f"文件的数据超过 {limits.rows:,} 行。请分成几个文件上传，每个不超过 {limits.rows:,} 行。"
            raise ImportRefused(message)
        if len(columns) > limits.columns:
            raise ImportRefused(f"第 {number} 行为止已有 {len(columns)} 个键，最多 {limits.columns} 个。请删减后上传。")
    heading = Row(0, tuple(columns))
    return Grid(Kind.JSONL, (Sheet(SHEET_NAME, (heading, *rows)),))


def _object(line: str, number: int) -> dict[str, Any]:
    try:
        said = json.loads(line, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        message = f"第 {number} 行不是有效的 JSON。请修正该行后重新上传。"
        raise ImportRefused(message, line=number) from error
    if not isinstance(said, dict):
        raise ImportRefused(f"第 {number} 行不是 JSON 对象（{{…}}）。请修正该行后重新上传。", line=number)
    return said


def _cells(said: dict[str, Any], columns: dict[str, int]) -> tuple[Cell, ...]:
    for key in said:
        columns.setdefault(key, len(columns))
    cells: list[Cell] = [None] * len(columns)
    for key, value in said.items():
        cells[columns[key]] = _cell(value)
    return tuple(cells)


def _cell(value: Any) -> Cell:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return None if value == "" else value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
