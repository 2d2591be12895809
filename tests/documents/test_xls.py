"""Workbooks of Excel 97 to 2003, which county offices still keep: BIFF records within a compound file."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from documents.spreadsheet import Kind, Limits, Mark, parse
from rules.errors import ImportRefused


def test_values_days_formulas_errors_and_merges_are_read(xls: Callable[..., Path], biff: Any) -> None:
    cells = (
        biff.label(0, 0, "企业名称") + biff.label(0, 1, "发现日期") + biff.label(0, 2, "人数")
        + biff.label(1, 0, "红星化工厂🔥") + biff.day(1, 1, 46349) + biff.formula(1, 2, 7)
        + biff.truth(2, 1) + biff.error(2, 2) + biff.merged(1, 2, 0, 0)
    )  # fmt: skip

    grid = parse(xls({"Workbook": biff.workbook(("台账", cells))}))

    assert (grid.kind, grid.sheet_names, grid.epoch_1904) == (Kind.XLS, ("台账",), False)
    assert [row.cells for row in grid.sheets[0].rows] == [
        ("企业名称", "发现日期", "人数"),
        ("红星化工厂🔥", date(2026, 11, 23), 7),
        ("红星化工厂🔥", True, "#错误值"),
    ]
    assert [dict(row.marks) for row in grid.sheets[0].rows] == [
        {}, {2: Mark.FORMULA}, {2: Mark.ERROR, 0: Mark.CARRIED},
    ]  # fmt: skip


@pytest.mark.parametrize("options", [{}, {"small": True}, {"sector_bytes": 4096}], ids=["usual", "small", "4096"])
def test_streams_are_found_in_every_layout_of_the_compound_file(
    xls: Callable[..., Path], biff: Any, options: dict[str, Any]
) -> None:
    book = biff.workbook(("甲", biff.formula(0, 0, 1)), ("乙", biff.number(4, 3, 5)))
    first, second = parse(xls({"别的": b"x" * 100, "Workbook": book}, **options)).sheets
    assert (first.name, first.rows[0].formulas) == ("甲", {0})
    assert (second.name, second.rows[0].number, second.rows[0].cells[3]) == ("乙", 5, 5)


def test_days_may_count_from_1904(xls: Callable[..., Path], biff: Any) -> None:
    grid = parse(xls({"Workbook": biff.workbook(("甲", biff.day(0, 0, 44887)), epoch_1904=True)}))
    assert grid.epoch_1904
    assert grid.sheets[0].rows[0].cells == (date(2026, 11, 23),)


def test_names_in_low_bytes_only_are_read(xls: Callable[..., Path], biff: Any) -> None:
    assert parse(xls({"Workbook": biff.workbook(("Sheet1", biff.number(0, 0, 1)), narrow=True)})).sheet_names == (
        "Sheet1",
    )


def test_several_numbers_in_one_record_count_as_several_cells(xls: Callable[..., Path], biff: Any) -> None:
    path = xls({"Workbook": biff.workbook(("甲", biff.numbers(0, 0, 1, 2, 3)))})
    assert parse(path).sheets[0].rows[0].cells == (1, 2, 3)
    with pytest.raises(ImportRefused, match="有 3 列，最多 2 列"):
        parse(path, Limits(columns=2))


def test_a_chart_within_a_sheet_hides_nothing_behind_it(xls: Callable[..., Path], biff: Any) -> None:
    chart = biff.start(0x20) + biff.formula(9, 9, 1) + biff.record(0x0A)
    sheet = parse(xls({"Workbook": biff.workbook(("甲", chart + biff.formula(0, 0, 1)))})).sheets[0]
    assert sheet.rows[0].formulas == {0}


def test_hidden_sheets_and_chart_sheets_are_left_out(xls: Callable[..., Path], biff: Any) -> None:
    assert parse(xls({"Workbook": biff.workbook(("甲", b""), state=1)})).sheets == ()
    assert parse(xls({"Workbook": biff.workbook(("甲", b""), kind=2)})).sheets == ()


def test_links_within_the_own_book_are_no_external_links(xls: Callable[..., Path], biff: Any) -> None:
    own = biff.record(0x01AE, struct.pack("<HH", 1, 0x0401))
    assert parse(xls({"Workbook": biff.workbook(("甲", biff.number(0, 0, 1)), extra=own)})).sheets


def test_passwords_macros_and_links_to_other_books_are_refused(xls: Callable[..., Path], biff: Any) -> None:
    locked = biff.workbook(("甲", b""), extra=biff.record(0x2F, b"\1\0\1\0\1\0"))
    linked = biff.workbook(("甲", b""), extra=biff.record(0x01AE, struct.pack("<HH", 1, 9) + b"\0" * 9))
    plain = biff.workbook(("甲", biff.number(0, 0, 1)))
    for streams, what in (
        ({"Workbook": locked}, "打开密码"),
        ({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}, "打开密码"),
        ({"Workbook": linked}, "外部链接"),
        ({"Workbook": biff.workbook(("宏", b""), kind=1)}, "带有宏"),
        ({"Workbook": plain, "_VBA_PROJECT_CUR": b"x"}, "带有宏"),
    ):
        with pytest.raises(ImportRefused, match=what):
            parse(xls(streams))


def test_other_programs_files_are_named(xls: Callable[..., Path]) -> None:
    for streams, what in (
        ({"WordDocument": b"x"}, "Word 文档"),
        ({"Book": b"x"}, "Excel 5.0/95"),
        ({"别的": b"x"}, "其他程序"),
    ):
        with pytest.raises(ImportRefused, match=what):
            parse(xls(streams))


def test_a_workbook_of_another_version_is_refused(xls: Callable[..., Path], biff: Any) -> None:
    old = biff.record(0x0809, struct.pack("<HHHHII", 0x0500, 5, 0, 0, 0, 0))
    with pytest.raises(ImportRefused, match="已损坏"):
        parse(xls({"Workbook": old}))


def test_damage_anywhere_is_refused_in_words_and_never_hangs(xls: Callable[..., Path], biff: Any) -> None:
    path = xls({"Workbook": biff.workbook(("甲", biff.formula(0, 0, 1)), ("乙", biff.label(0, 0, "乙")))})
    whole = path.read_bytes()
    for damaged in (
        whole[:600],
        whole[: len(whole) // 2],
        whole[:30] + b"\x03\0" + whole[32:],
        # The allocation table goes round in a circle, from the first sector to itself.
        whole.replace(struct.pack("<IIII", 1, 2, 3, 4), struct.pack("<IIII", 0, 2, 3, 4)),
        # A sheet that is said to begin where none begins.
        whole.replace(biff.start(0x10), biff.record(0x0A, bytes(16))),
    ):
        assert damaged != whole
        path.write_bytes(damaged)
        with pytest.raises(ImportRefused, match="损坏"):
            parse(path)


def test_rows_out_of_order_are_refused_before_the_parser_asks_for_petabytes(
    xls: Callable[..., Path], biff: Any
) -> None:
    with pytest.raises(ImportRefused, match="损坏"):
        parse(xls({"Workbook": biff.workbook(("甲", biff.number(5, 0, 1) + biff.number(2, 0, 1)))}))


def test_small_sectors_in_a_circle_are_refused(xls: Callable[..., Path], biff: Any) -> None:
    path = xls({"Workbook": biff.workbook(("甲", biff.number(0, 0, 1)))}, small=True)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(struct.pack("<III", 1, 2, 3), struct.pack("<III", 1, 0, 3), 1))
    with pytest.raises(ImportRefused, match="损坏"):
        parse(path)


def test_a_large_allocation_table_continues_beyond_the_header(xls: Callable[..., Path], biff: Any) -> None:
    # 109 table sectors of 128 entries reach over 7 MB; the table of the table starts beyond the header.
    path = xls({"Workbook": biff.workbook(("甲", biff.number(0, 0, 1)))})
    data = bytearray(path.read_bytes())
    first_table = struct.unpack_from("<I", data, 76)[0]
    place = len(data) // 512 - 1
    data += struct.pack("<I", first_table).ljust(4, b"\0") + b"\xff" * 504 + struct.pack("<I", 0xFFFFFFFE)
    struct.pack_into("<I", data, 76, 0xFFFFFFFF)
    struct.pack_into("<II", data, 68, place, 1)
    path.write_bytes(bytes(data))
    assert parse(path).sheets[0].rows[0].cells == (1,)
