"""CSV in the encodings and with the separators that Chinese programs write 文本表格; every cell is text here."""

from __future__ import annotations

import csv
import io
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from documents.grid import Grid, Kind, Row, Sheet
from rules.errors import ImportRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from documents.limits import Limits

SHEET_NAME = "文件"

_SAVE_AS = "请用 Excel 或 WPS 打开，另存为「Excel 工作簿（.xlsx）」后重新上传。"
_UTF_8_MARK = b"\xef\xbb\xbf"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS = (",", "\t", ";")
_LOOKED_AT = 50
# Chinese characters and emoji take three or four bytes in UTF-8, beginning with one of these.
_LONG_SEQUENCES = range(0xE3, 0xF5)


def read_csv(data: bytes, limits: Limits) -> Grid:
    """Return the grid of a CSV file. Raises `ImportRefused` naming the line that cannot be read."""
    text = decode(data)
    separator, text = _separator(text)
    rows: list[Row] = []
    for number, cells in _records(text, separator):
        if len(cells) > limits.columns:
            message = f"第 {number} 行有 {len(cells)} 列，最多 {limits.columns} 列。请删除多余的列后重新上传。"
            raise ImportRefused(message)
        if any(cells):
            rows.append(Row(number, tuple([cell or None for cell in cells])))
        if len(rows) > limits.grid_rows:
            message = f"文件的数据超过 {limits.rows:,} 行。请分成几个文件上传，每个不超过 {limits.rows:,} 行。"
            raise ImportRefused(message)
    return Grid(Kind.CSV, (Sheet(SHEET_NAME, tuple(rows)),))


def decode(data: bytes) -> str:
    """Return the text, whether it was written as UTF-8, UTF-16 with a mark, or GB18030 (which includes GBK).

    Raises `ImportRefused` naming the first line in another encoding, or in a second one.
    """
    if data.startswith(_UTF_16_MARKS):
        text = _decode_utf_16(data)
    else:
        text = _decode_bytes(data.removeprefix(_UTF_8_MARK), marked=data.startswith(_UTF_8_MARK))
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise ImportRefused(f"第 {line} 行含有空字符，文件不是文本表格，或编码不常见。{_SAVE_AS}")
    return text


def _decode_utf_16(data: bytes) -> str:
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError as error:
        line = data[: error.start].decode("utf-16", errors="replace").count("\n") + 1
        raise ImportRefused(f"第 {line} 行不是有效的 UTF-16 文字，文件可能不完整。{_SAVE_AS}") from error


def _decode_bytes(data: bytes, *, marked: bool) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        utf_8, others = _lines_by_encoding(data)
        if marked or utf_8:
            raise _mixed(utf_8, others) from error
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"第 {line} 行的文字既不是 UTF-8 也不是 GB18030（GBK）编码，无法识别。{_SAVE_AS}"
        raise ImportRefused(message) from error


def _lines_by_encoding(data: bytes) -> tuple[list[int], list[int]]:
    utf_8: list[int] = []
    others: list[int] = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            others.append(number)
        else:
            if _is_chinese_utf_8(line):
                utf_8.append(number)
    return utf_8, others


def _is_chinese_utf_8(line: bytes) -> bool:
    # Two-byte sequences are left out: 「联通」 in GBK is valid UTF-8 by accident.
    starts = [byte for byte in line if byte >= 0xC0]  # noqa: PLR2004 - the first byte of any longer sequence
    return bool(starts) and all(byte in _LONG_SEQUENCES for byte in starts)


def _mixed(utf_8: list[int], others: list[int]) -> ImportRefused:
    if not utf_8 or len(others) <= len(utf_8):
        message = f"文件是 UTF-8 编码，但第 {others[0]} 行不是，可能由几个文件拼成或已损坏。"
    else:
        message = f"文件混用两种编码：第 {utf_8[0]} 行是 UTF-8，第 {others[0]} 行是 GBK。"
    return ImportRefused(f"{message}请统一编码，或{_SAVE_AS.removeprefix('请')}", line=others[0])


def _separator(text: str) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    told = first.strip().removeprefix("sep=")
    # Excel's own way of naming the separator; the emptied line keeps its number.
    if first.startswith("sep=") and told in _SEPARATORS:
        return told, f"\n{rest}"
    return max(_SEPARATORS, key=lambda separator: _fit(text, separator)), text


def _fit(text: str, separator: str) -> tuple[int, int]:
    """Return how many of the first records agree on a number of cells above one, and that number."""
    widths: Counter[int] = Counter()
    try:
        for _, cells in islice(_records(text, separator), _LOOKED_AT):
            widths[len(cells)] += len(cells) > 1
    except ImportRefused:
        # The wrong separator tears a quoted cell apart; what was counted before decides. Reading says where it broke.
        pass
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return times, width


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    line = 1
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, cells
            line = reader.line_num + 1
    except csv.Error as error:
        message = f"从第 {line} 行开始的内容引号不配对，或单元格过长，无法分列。请修正该行的英文双引号后重新上传。"
        raise ImportRefused(message, line=line) from error
