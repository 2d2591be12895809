"""Builders of files as people and attackers make them; everything is generated here, nothing is a stored binary."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
import xlsxwriter

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'


@dataclass(frozen=True)
class Formula:
    """A formula with the value that was computed when the file was saved."""

    text: str
    value: Any = 0


@pytest.fixture
def today() -> date:
    """Return Tuesday 2026-11-24."""
    return date(2026, 11, 24)


@pytest.fixture
def formula() -> type[Formula]:
    return Formula


@pytest.fixture
def xlsx(tmp_path: Path) -> Callable[..., Path]:
    """Return the writer of ordinary workbooks: sheets of rows as Excel or WPS would save them."""

    def write(
        *sheets: Sequence[Sequence[Any]], names: Sequence[str] = (), merges: Iterable[str] = (), **options: Any
    ) -> Path:
        path = tmp_path / "台账.xlsx"
        with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, **options}) as book:
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            for index, rows in enumerate(sheets):
                sheet = book.add_worksheet(names[index] if names else None)
                for merge in merges:
                    sheet.merge_range(merge, "")
                for row, cells in enumerate(rows):
                    for column, cell in enumerate(cells):
                        if isinstance(cell, Formula):
                            sheet.write_formula(row, column, cell.text, None, cell.value)
                        elif isinstance(cell, date):
                            sheet.write_datetime(row, column, cell, day)
                        elif cell is not None:
                            sheet.write(row, column, cell)
        return path

    return write


@pytest.fixture
def package(tmp_path: Path) -> Callable[..., Path]:
    """Return the writer of workbooks out of raw XML, for what no honest program writes."""

    def write(
        sheet_data: str = "",
        *,
        after: str = "",
        worksheet: str = "",
        properties: str = "",
        sheets: str = '<sheet name="台账" sheetId="1" r:id="rId1"/>',
        extra: Mapping[str, str | bytes] | None = None,
        without: Iterable[str] = (),
    ) -> Path:
        body = worksheet or f'<worksheet xmlns="{_MAIN}"><sheetData>{sheet_data}</sheetData>{after}</worksheet>'
        parts: dict[str, str | bytes] = {
            "[Content_Types].xml": (
                f'{_DECLARED}<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType='
                '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
                'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType='
                '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override '
                'PartName="/xl/worksheets/sheet1.xml" ContentType='
                '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
            ),
            "_rels/.rels": (
                f'{_DECLARED}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
                f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
            ),
            "xl/workbook.xml": (
                f'{_DECLARED}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{properties}'
                f"<sheets>{sheets}</sheets></workbook>"
            ),
            "xl/_rels/workbook.xml.rels": (
                f'{_DECLARED}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/worksheet" '
                'Target="worksheets/sheet1.xml"/></Relationships>'
            ),
            "xl/worksheets/sheet1.xml": body if body.startswith("<?xml") else _DECLARED + body,
            **(extra or {}),
        }
        path = tmp_path / "原样.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                if name not in set(without):
                    archive.writestr(name, content)
        return path

    return write


@pytest.fixture
def xml_row() -> Callable[..., str]:
    """Return the writer of one row of raw XML with inline text; None leaves a cell out."""

    def write(number: int, *texts: str | None) -> str:
        cells = (
            f'<c r="{chr(ord("A") + column)}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
            for column, text in enumerate(texts)
            if text is not None
        )
        return f'<row r="{number}">{"".join(cells)}</row>'

    return write


class Biff:
    """The records of an Excel 97 workbook, by hand: only what the tests need."""

    @staticmethod
    def record(kind: int, body: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    @classmethod
    def label(cls, row: int, column: int, text: str) -> bytes:
        wide = text.encode("utf-16-le")
        return cls.record(0x0204, struct.pack("<HHHHB", row, column, 15, len(wide) // 2, 1) + wide)

    @classmethod
    def number(cls, row: int, column: int, value: float, style: int = 15) -> bytes:
        return cls.record(0x0203, struct.pack("<HHHd", row, column, style, value))

    @classmethod
    def day(cls, row: int, column: int, serial: float) -> bytes:
        return cls.number(row, column, serial, style=16)

    @classmethod
    def numbers(cls, row: int, column: int, *values: int) -> bytes:
        packed = b"".join(struct.pack("<HI", 15, value << 2 | 2) for value in values)
        return cls.record(
            0x00BD, struct.pack("<HH", row, column) + packed + struct.pack("<H", column + len(values) - 1)
        )

    @classmethod
    def formula(cls, row: int, column: int, value: float) -> bytes:
        return cls.record(0x0006, struct.pack("<HHHdHIH", row, column, 15, value, 0, 0, 3) + b"\x1e\x01\x00")

    @classmethod
    def error(cls, row: int, column: int) -> bytes:
        return cls.record(0x0205, struct.pack("<HHHBB", row, column, 15, 0x17, 1))

    @classmethod
    def truth(cls, row: int, column: int) -> bytes:
        return cls.record(0x0205, struct.pack("<HHHBB", row, column, 15, 1, 0))

    @classmethod
    def merged(cls, first_row: int, last_row: int, first_column: int, last_column: int) -> bytes:
        return cls.record(0x00E5, struct.pack("<HHHHH", 1, first_row, last_row, first_column, last_column))

    @classmethod
    def start(cls, kind: int) -> bytes:
        return cls.record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))

    @classmethod
    def workbook(
        cls,
        *sheets: tuple[str, bytes],
        epoch_1904: bool = False,
        extra: bytes = b"",
        state: int = 0,
        kind: int = 0,
        narrow: bool = False,
    ) -> bytes:
        styles = b"".join(cls.record(0xE0, struct.pack("<HH16x", 0, 14 if index == 16 else 0)) for index in range(17))
        head = cls.start(5) + extra + cls.record(0x42, struct.pack("<H", 1200))
        head += cls.record(0x22, struct.pack("<H", int(epoch_1904))) + styles
        names = [name.encode("latin-1" if narrow else "utf-16-le") for name, _ in sheets]
        position = len(head) + sum(12 + len(name) for name in names) + 4
        listed, bodies = b"", b""
        for name, (text, cells) in zip(names, sheets, strict=True):
            body = cls.start(0x10) + cells + cls.record(0x0A)
            listed += cls.record(
                0x85, struct.pack("<IBBBB", position + len(bodies), state, kind, len(text), int(not narrow)) + name
            )
            bodies += body
        return head + listed + cls.record(0x0A) + bodies


def compound(streams: Mapping[str, bytes], *, small: bool = False, sector_bytes: int = 512) -> bytes:
    """Return an OLE compound file; with `small`, its streams lie in small sectors, as in short workbooks."""
    none, end = 0xFFFFFFFF, 0xFFFFFFFE
    sectors: list[bytes] = []
    table: list[int] = []

    def chain(content: bytes) -> int:
        first, number = len(sectors), max(-(-len(content) // sector_bytes), 1)
        for index in range(number):
            sectors.append(content[index * sector_bytes : (index + 1) * sector_bytes].ljust(sector_bytes, b"\0"))
            table.append(first + index + 1 if index < number - 1 else end)
        return first

    def entry(name: str, kind: int, place: tuple[int, int], links: tuple[int, int] = (none, none)) -> bytes:
        wide = name.encode("utf-16-le") + b"\0\0" if name else b""
        packed = wide.ljust(64, b"\0") + struct.pack("<HBBIII", len(wide), kind, 1, none, links[1], links[0])
        return packed.ljust(116, b"\0") + struct.pack("<IQ", *place)

    entries, container, small_table = [], b"", []
    for index, (name, content) in enumerate(streams.items()):
        following = index + 2 if index + 1 < len(streams) else none
        if small:
            first, number = len(container) // 64, -(-len(content) // 64)
            container += content.ljust(number * 64, b"\0")
            small_table += [*range(first + 1, first + number), end]
            entries.append(entry(name, 2, (first, len(content)), (none, following)))
        else:
            padded = content.ljust(4096, b"\0")
            entries.append(entry(name, 2, (chain(padded), len(padded)), (none, following)))
    root = (chain(container), len(container)) if small else (end, 0)
    packed_small = b"".join(struct.pack("<I", number) for number in small_table).ljust(sector_bytes, b"\xff")
    small_start = chain(packed_small) if small else end
    directory = entry("Root Entry", 5, root, (1, none)) + b"".join(entries)
    directory_start = chain(directory.ljust(-(-len(directory) // sector_bytes) * sector_bytes, b"\0"))
    tables = 1
    while (len(sectors) + tables) * 4 > tables * sector_bytes:
        tables += 1
    first_table = len(sectors)
    packed_table = b"".join(struct.pack("<I", number) for number in [*table, *[0xFFFFFFFD] * tables])
    shift = sector_bytes.bit_length() - 1
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, shift, 6)
    header += b"\0" * 6 + struct.pack(
        "<IIIIIIIII", 0, tables, directory_start, 0, 4096, small_start, int(small), end, 0
    )
    header += b"".join(struct.pack("<I", first_table + index if index < tables else none) for index in range(109))
    return header.ljust(sector_bytes, b"\0") + b"".join(sectors) + packed_table.ljust(tables * sector_bytes, b"\xff")


@pytest.fixture
def biff() -> type[Biff]:
    return Biff


@pytest.fixture
def xls(tmp_path: Path) -> Callable[..., Path]:
    """Return the writer of Excel 97 workbooks: streams by name within a compound file."""

    def write(streams: Mapping[str, bytes], **options: Any) -> Path:
        path = tmp_path / "旧台账.xls"
        path.write_bytes(compound(streams, **options))
        return path

    return write


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., Path]:
    """Return the writer of plain bytes or text under a name."""

    def write(content: bytes | str, name: str = "台账.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture
def formula_elements() -> Callable[[Path], int]:
    """Return the counter of live formulas in a workbook's sheets."""

    def counted(path: Path) -> int:
        with zipfile.ZipFile(path) as archive:
            sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert sheets
        return sum(sheet.count(b"<f>") + sheet.count(b"<f ") + sheet.count(b"<f/") for sheet in sheets)

    return counted


@pytest.fixture
def bomb(tmp_path: Path) -> Callable[..., Path]:
    """Return the writer of zips that unpack to far more than they weigh."""

    def write(unpacked: int, members: int = 1) -> Path:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
            for index in range(members):
                archive.writestr(f"xl/worksheets/sheet{index}.xml", b"\0" * unpacked)
        path = tmp_path / "炸弹.xlsx"
        path.write_bytes(target.getvalue())
        return path

    return write
