"""An old xls workbook 旧格式: what its records say of formulas and reach, and what in it is refused.

Reads only what the value reader does not tell; knows no cell value.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from documents.grid import Mark
from documents.ole_file import Compound, rebuild
from documents.sheet_scan import SheetScan
from rules.errors import ImportRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from documents.limits import Limits
    from documents.ole_file import Stream

_SAVE_AS = "请用 Excel 或 WPS 打开，另存为「Excel 工作簿（.xlsx）」后重新上传。"
_DAMAGED = f"文件已损坏或不完整，无法打开。{_SAVE_AS}"
_ENCRYPTED = "文件设有打开密码，系统无法读取。请在「文件 → 信息 → 保护工作簿」中取消密码，保存后重新上传。"
_MACROS = f"文件带有宏，为安全起见不予读取。{_SAVE_AS}"
_LINKED = "文件链接到其他工作簿（外部链接）。请在「数据 → 编辑链接」中断开链接，保存后重新上传。"

_STREAM = "Workbook"

# MS-XLS: the records that matter here.
_BOF, _EOF, _SHEET, _PASSWORD, _EPOCH, _OTHER_BOOK = 0x0809, 0x000A, 0x0085, 0x002F, 0x0022, 0x01AE
_FORMULA, _BOOLEAN_OR_ERROR, _MANY_NUMBERS = 0x0006, 0x0205, 0x00BD
_CELLS = frozenset({_FORMULA, _BOOLEAN_OR_ERROR, _MANY_NUMBERS, 0x00FD, 0x0203, 0x027E, 0x0204, 0x00D6})
_VERSION_97 = 0x0600
_OWN_BOOK = frozenset({0x0401, 0x3A01})
_MACRO_SHEET = 1
_WORKSHEET = 0


@dataclass(frozen=True, slots=True)
class OldBook:
    """The worksheets of an xls workbook in order, the day its dates count from, and the file as it is to be parsed."""

    scans: tuple[SheetScan, ...]
    epoch_1904: bool
    rebuilt: bytes


def scan_xls(data: bytes, limits: Limits) -> OldBook:
    """Return what an xls workbook says about its cells.

    Raises `ImportRefused` on passwords, macros, links to other workbooks, damage, other formats and beyond limits.
    """
    try:
        streams = Compound(data).streams()
        _refuse_strangers(streams)
        return _scan_book(streams[_STREAM].read(), limits)
    except (struct.error, IndexError, UnicodeDecodeError, KeyError) as error:
        raise ImportRefused(_DAMAGED) from error


def _refuse_strangers(streams: dict[str, Stream]) -> None:
    if "EncryptedPackage" in streams:
        raise ImportRefused(_ENCRYPTED)
    if any(name.startswith("_VBA_PROJECT") or name == "VBA" for name in streams):
        raise ImportRefused(_MACROS)
    if "WordDocument" in streams:
        raise ImportRefused(f"文件实际是 Word 文档，不是表格。{_SAVE_AS}")
    if _STREAM not in streams:
        what = "Excel 5.0/95 旧格式表格" if "Book" in streams else "其他程序的文件"
        raise ImportRefused(f"文件实际是{what}，系统不读取这种格式。{_SAVE_AS}")


def _scan_book(stream: bytes, limits: Limits) -> OldBook:
    sheets: list[tuple[int, SheetScan]] = []
    epoch_1904 = False
    if struct.unpack_from("<HHH", stream)[::2] != (_BOF, _VERSION_97):
        raise ImportRefused(_DAMAGED)
    for kind, body in _records(stream, 0):
        if kind == _PASSWORD:
            raise ImportRefused(_ENCRYPTED)
        if kind == _EPOCH:
            epoch_1904 = body[:1] == b"\x01"
        elif kind == _OTHER_BOOK and struct.unpack_from("<H", body, 2)[0] not in _OWN_BOOK:
            raise ImportRefused(_LINKED)
        elif kind == _SHEET and (sheet := _sheet(body)):
            sheets.append(sheet)
    for position, scan in sheets:
        _scan_sheet(stream, position, scan, limits)
    return OldBook(tuple(scan for _, scan in sheets), epoch_1904, rebuild(_STREAM, stream))


def _sheet(body: bytes) -> tuple[int, SheetScan] | None:
    position, state, kind, length, wide = struct.unpack_from("<IBBBB", body)
    if kind == _MACRO_SHEET:
        raise ImportRefused(_MACROS)
    if kind != _WORKSHEET:
        return None
    # A name without wide characters is stored as the low bytes of UTF-16, which is Latin-1.
    name = body[8 : 8 + 2 * length].decode("utf-16-le") if wide & 1 else body[8 : 8 + length].decode("latin-1")
    return position, SheetScan(name, hidden=state & 3 != 0)


def _scan_sheet(stream: bytes, position: int, scan: SheetScan, limits: Limits) -> None:
    for kind, body in _records(stream, position):
        if kind not in _CELLS:
            continue
        row, column = struct.unpack_from("<HH", body)
        # Excel writes rows in order, and calamine relies on it: out of order, it asks for petabytes and aborts.
        if row + 1 < scan.last_row:
            raise IndexError(row)
        last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _MANY_NUMBERS else column
        scan.filled += last - column + 1
        scan.last_row = max(scan.last_row, row + 1)
        scan.last_column = max(scan.last_column, last)
        if kind == _FORMULA:
            scan.mark(row + 1, column, Mark.FORMULA)
        elif kind == _BOOLEAN_OR_ERROR and body[7] == 1:
            scan.mark(row + 1, column, Mark.ERROR)
    scan.refuse_beyond(limits)


def _records(stream: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    # A chart inside a sheet is a substream of its own, between its own BOF and EOF.
    if struct.unpack_from("<H", stream, position)[0] != _BOF:
        raise IndexError(position)
    depth = 0
    while True:
        kind, length = struct.unpack_from("<HH", stream, position)
        body = stream[position + 4 : position + 4 + length]
        position += 4 + length
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 0:
            return
        if depth == 1:
            yield kind, body
