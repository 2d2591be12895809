"""Workbooks as Excel, WPS, other programs and attackers write them."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from documents.sheet_scan import scan_xml
from documents.spreadsheet import DEFAULT_LIMITS, Grid, Kind, Limits, Mark, parse
from rules.errors import ImportRefused

_MERGE = '<mergeCells count="1"><mergeCell ref="{}"/></mergeCells>'


def _cells(grid: Grid) -> dict[int, tuple[Any, ...]]:
    return {row.number: row.cells for row in grid.sheets[0].rows}


def test_values_keep_their_types_and_rows_the_numbers_that_excel_shows(xlsx: Callable[..., Path]) -> None:
    path = xlsx([["隐患台账"], [], ["企业", "人数", "比例", "日期"], ["红星化工厂", 12.0, 0.5, date(2026, 11, 23)]])

    grid = parse(path)

    assert grid.kind is Kind.XLSX
    assert grid.sheet_names == ("Sheet1",)
    assert _cells(grid) == {
        1: ("隐患台账", None, None, None),
        3: ("企业", "人数", "比例", "日期"),
        4: ("红星化工厂", 12, 0.5, date(2026, 11, 23)),
    }
    assert type(grid.sheets[0].rows[2].cells[1]) is int


def test_a_formula_is_flagged_though_its_value_looks_typed(
    xlsx: Callable[..., Path], formula: Callable[..., Any]
) -> None:
    path = xlsx([["企业", "人数"], ["红星化工厂", formula("=1+1", 2)], ["东风矿业", formula("=A2", "红星化工厂")]])

    rows = parse(path).sheets[0].rows

    assert [row.formulas for row in rows] == [frozenset(), {1}, {1}]
    assert rows[1].cells[1] == 2


def test_an_empty_first_column_shifts_neither_values_nor_marks(package: Callable[..., Path]) -> None:
    data = '<row r="3"><c r="C3"><f>1+1</f><v>2</v></c><c r="D3"><v>5</v></c></row>'
    row = parse(package(data)).sheets[0].rows[0]
    assert (row.number, row.cells, row.formulas) == (3, (None, None, 2, 5), {2})


def test_every_cell_of_an_array_formula_is_flagged_though_only_the_first_carries_it(
    package: Callable[..., Path],
) -> None:
    data = (
        '<row r="1"><c r="A1"><f t="array" ref="A1:B2">C1:D2</f><v>1</v></c><c r="B1"><v>2</v></c></row>'
        '<row r="2"><c r="A2"><v>3</v></c><c r="B2"><v>4</v></c><c r="C2"><v>5</v></c></row>'
    )

    rows = parse(package(data)).sheets[0].rows

    assert [row.formulas for row in rows] == [{0, 1}, {0, 1}]


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1"><f>1+1</f></c>',
        '<c r="A1"><f>1+1</f><v></v></c>',
        '<c r="A1" t="str"><f>"=A"</f><v>=A</v></c>',
        '<c r="A1"><f t="shared" si="0"/><v>3</v></c>',
        '<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
        "<c><f>1+1</f><v>2</v></c>",
    ],
    ids=["never-computed", "empty-value", "text", "shared", "error", "no-reference"],
)
def test_a_formula_is_found_however_it_is_written(package: Callable[..., Path], cell: str) -> None:
    row = parse(package(f'<row r="1">{cell}<c r="B1"><v>1</v></c></row>')).sheets[0].rows[0]
    assert row.formulas == {0}


def test_prefixed_names_and_missing_references_hide_no_formula(package: Callable[..., Path]) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    worksheet = (
        f'<x:worksheet xmlns:x="{main}"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row>'
        "<x:row><x:c><x:v>1</x:v></x:c><x:c><x:f>A1</x:f><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )

    rows = parse(package(worksheet=worksheet)).sheets[0].rows

    assert [(row.number, row.formulas) for row in rows] == [(1, frozenset()), (2, {1})]


def test_a_formula_of_a_drawing_is_no_formula_of_a_cell(package: Callable[..., Path]) -> None:
    sparkline = '<extLst><ext><x:s xmlns:x="urn:x"><x:f>A1:B1</x:f></x:s></ext></extLst>'
    grid = parse(package('<row r="1"><c r="A1"><v>1</v></c></row>', after=f"<sparklines/>{sparkline}"))
    assert grid.sheets[0].rows[0].formulas == frozenset()


def test_an_error_value_is_not_an_empty_cell(package: Callable[..., Path]) -> None:
    row = parse(package('<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1"><v>1</v></c></row>')).sheets[0].rows[0]
    assert row.marks[0] is Mark.ERROR
    assert row.cells[0] is not None


def test_a_merge_downwards_carries_its_value_to_every_row_with_content(xlsx: Callable[..., Path]) -> None:
    path = xlsx(
        [["单位", "隐患"], ["红星化工厂", "甲"], [None, "乙"], [], [None, "丙"]],
        merges=["A2:A5"],
    )

    rows = parse(path).sheets[0].rows

    assert [(row.number, row.cells[0]) for row in rows] == [(1, "单位"), *((n, "红星化工厂") for n in (2, 3, 5))]
    assert [dict(row.marks) for row in rows] == [{}, {}, {0: Mark.CARRIED}, {0: Mark.CARRIED}]


def test_a_merged_formula_stays_a_formula_where_it_is_carried(
    package: Callable[..., Path], xml_row: Callable[..., str]
) -> None:
    data = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>' + xml_row(2, None, "乙")
    rows = parse(package(data, after=_MERGE.format("A1:A2"))).sheets[0].rows
    assert [row.formulas for row in rows] == [{0}, {0}]


def test_merges_without_content_and_merged_titles_change_nothing(xlsx: Callable[..., Path]) -> None:
    path = xlsx([["隐患台账"], ["单位"], [None, "甲"]], merges=["A1:D1", "C2:C9", "A3:A4"])
    assert [row.cells[0] for row in parse(path).sheets[0].rows] == ["隐患台账", "单位", None]


def test_days_may_count_from_1904(xlsx: Callable[..., Path]) -> None:
    grid = parse(xlsx([[date(2026, 11, 23)]], date_1904=True))
    assert grid.epoch_1904
    assert grid.sheets[0].rows[0].cells == (date(2026, 11, 23),)


def test_durations_and_times_are_kept_as_what_they_are(package: Callable[..., Path]) -> None:
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2">'
        '<xf numFmtId="0"/><xf numFmtId="46"/></cellXfs></styleSheet>'
    )
    path = package('<row r="1"><c r="A1" s="1"><v>1.5</v></c></row>', extra={"xl/styles.xml": styles})
    assert parse(path).sheets[0].rows[0].cells == ("1 day, 12:00:00",)


def test_an_18_digit_number_formatted_as_a_day_stays_a_number(package: Callable[..., Path]) -> None:
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2">'
        '<xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    )
    data = '<row r="1"><c r="A1" s="1"><v>913501000001000143</v></c><c r="B1" s="1"><v>99999999</v></c></row>'
    assert parse(package(data, extra={"xl/styles.xml": styles})).sheets[0].rows[0].cells == (
        913501000001000143.0,
        99999999,
    )


def test_hidden_sheets_are_left_out(package: Callable[..., Path]) -> None:
    sheets = '<sheet name="台账" sheetId="1" r:id="rId1"/><sheet name="选项" sheetId="2" state="hidden" r:id="rId1"/>'
    assert parse(package('<row r="1"><c r="A1"><v>1</v></c></row>', sheets=sheets)).sheet_names == ("台账",)


def test_windows_separators_in_member_names_are_understood(package: Callable[..., Path], tmp_path: Path) -> None:
    original = package('<row r="1"><c r="A1"><v>7</v></c></row>')
    renamed = tmp_path / "反斜杠.xlsx"
    with zipfile.ZipFile(original) as source, zipfile.ZipFile(renamed, "w") as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name)
            member.filename = name.replace("/", "\\")
            target.writestr(member, source.read(name))
    assert parse(renamed).sheets[0].rows[0].cells == (7,)


def test_absolute_targets_of_worksheets_are_followed(package: Callable[..., Path]) -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="/xl/worksheets/sheet1.xml"/></Relationships>'
    )
    path = package('<row r="1"><c r="A1"><v>7</v></c></row>', extra={"xl/_rels/workbook.xml.rels": relations})
    assert parse(path).sheets[0].rows[0].cells == (7,)


def test_a_million_styled_blank_rows_cost_nothing(package: Callable[..., Path], xml_row: Callable[..., str]) -> None:
    grid = parse(package(xml_row(1, "单位") + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'))
    assert _cells(grid) == {1: ("单位",)}


# --- refusals ------------------------------------------------------------------------------------


def test_a_stray_cell_at_the_far_end_is_named(package: Callable[..., Path], xml_row: Callable[..., str]) -> None:
    path = package(xml_row(1, "单位") + '<row r="1048576"><c r="Z1048576"><v>1</v></c></row>')
    with pytest.raises(ImportRefused, match=r"第 1048576 行还有内容.*删除"):
        parse(path)


def test_more_than_200_columns_are_refused_and_200_are_not(xlsx: Callable[..., Path]) -> None:
    assert len(parse(xlsx([["甲"] * 200])).sheets[0].rows[0].cells) == 200
    with pytest.raises(ImportRefused, match="有 201 列，最多 200 列"):
        parse(xlsx([["甲"] * 201]))


def test_too_many_rows_cells_or_characters_are_refused(xlsx: Callable[..., Path]) -> None:
    path = xlsx([["红星化工厂", "甲"]] * 120)
    with pytest.raises(ImportRefused, match="超过 10 行"):
        parse(path, Limits(rows=10))
    with pytest.raises(ImportRefused, match="单元格超过 50 个"):
        parse(path, Limits(filled_cells=50))
    with pytest.raises(ImportRefused, match="文字超过 100 个字"):
        parse(path, Limits(characters=100))


def test_characters_are_counted_over_all_sheets(xlsx: Callable[..., Path]) -> None:
    path = xlsx([["红星化工厂"] * 10], [["红星化工厂"] * 10])
    with pytest.raises(ImportRefused, match="文字超过 60 个字"):
        parse(path, Limits(characters=60))


def test_a_file_beyond_20_megabytes_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "大.xlsx"
    with path.open("wb") as target:
        target.truncate(20 * 1024 * 1024 + 1)
    with pytest.raises(ImportRefused, match=r"有 20\.0 MB，最多 20 MB"):
        parse(path)


def test_a_zip_bomb_is_refused_by_its_ratio_and_by_its_size(bomb: Callable[..., Path]) -> None:
    with pytest.raises(ImportRefused, match=r"压缩比达到 \d+ 倍，最多 100 倍"):
        parse(bomb(30 * 1024 * 1024))
    with pytest.raises(ImportRefused, match="解压后有 12 MB，最多 10 MB"):
        parse(bomb(4 * 1024 * 1024, members=3), Limits(unpacked_bytes=10 * 1024 * 1024))


def test_more_than_a_thousand_members_are_refused(bomb: Callable[..., Path]) -> None:
    with pytest.raises(ImportRefused, match="1001 个部件，最多 1000 个"):
        parse(bomb(1, members=1000))


def test_a_member_that_lies_about_its_size_is_refused(package: Callable[..., Path]) -> None:
    path = package('<row r="1"><c r="A1"><v>1</v></c></row>' * 50)
    data = bytearray(path.read_bytes())
    place = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    struct.pack_into("<I", data, place + 24, 100)
    path.write_bytes(bytes(data))
    with pytest.raises(ImportRefused, match="已损坏"):
        parse(path)


@pytest.mark.parametrize("part", [0.3, 0.6, 0.9, 0.99])
def test_a_truncated_upload_is_refused(xlsx: Callable[..., Path], part: float) -> None:
    path = xlsx([["单位", "隐患"]] * 50)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(ImportRefused, match="损坏或不完整"):
        parse(path)


_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    '<c r="A1" t="inlineStr"><is><t>&c;</t></is></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize("where", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_entities_are_refused_in_every_part(package: Callable[..., Path], where: str) -> None:
    with pytest.raises(ImportRefused, match="XML 实体定义"):
        parse(package(extra={where: _LAUGHS}))


def test_entities_are_refused_by_the_scanner_itself() -> None:
    with pytest.raises(ImportRefused, match="损坏"):
        scan_xml(_LAUGHS.encode(), name="台账", limits=DEFAULT_LIMITS)


@pytest.mark.parametrize(
    ("member", "content", "what"),
    [
        ("xl/vbaProject.bin", b"x", "带有宏"),
        ("xl/macrosheets/sheet1.xml", "<m/>", "带有宏"),
        ("xl/externalLinks/externalLink1.xml", "<e/>", "外部链接"),
        ("xl/workbook.bin", b"x", "xlsb"),
        ("word/document.xml", "<w/>", "Word 文档"),
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "OpenDocument"),
        ("../../etc/passwd.xml", "<x/>", "损坏"),
        ("xl/utf16.xml", "<x/>".encode("utf-16"), "损坏"),
    ],
)
def test_what_does_not_belong_into_a_ledger_is_refused_by_name(
    package: Callable[..., Path], member: str, content: bytes | str, what: str
) -> None:
    with pytest.raises(ImportRefused, match=what):
        parse(package(extra={member: content}))


def test_a_macro_workbook_renamed_to_xlsx_is_refused(package: Callable[..., Path]) -> None:
    kinds = '<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
    with pytest.raises(ImportRefused, match="启用宏"):
        parse(package(extra={"[Content_Types].xml": kinds}))


def test_a_plain_zip_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "照片.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("照片.txt", "无")
    with pytest.raises(ImportRefused, match="不是 Excel 表格"):
        parse(path)


def test_an_encrypted_member_is_refused(package: Callable[..., Path]) -> None:
    path = package()
    data = bytearray(path.read_bytes())
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(ImportRefused, match="设有密码"):
        parse(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_doubled_member_is_refused(package: Callable[..., Path]) -> None:
    path = package()
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    with pytest.raises(ImportRefused, match="已损坏"):
        parse(path)


@pytest.mark.parametrize(
    "options",
    [
        {"without": ["xl/worksheets/sheet1.xml"]},
        {"without": ["xl/_rels/workbook.xml.rels"]},
        {"sheets": ""},
        {"sheets": '<sheet name="甲" sheetId="1" r:id="rId1"/><sheet name="甲" sheetId="2" r:id="rId1"/>'},
        {"sheets": '<sheet name="甲" sheetId="1" r:id="rId1"/'},
        {"sheet_data": '<row r="1"><c r="A1"'},
        {"sheet_data": '<row r="x"><c><v>1</v></c></row>'},
        {"sheet_data": '<row r="1"><c r="A"><v>1</v></c></row>'},
        {"worksheet": '<?xml version="1.0" encoding="UTF-9"?><worksheet/>'},
        {"extra": {"xl/workbook.xml": '<?xml version="1.0" encoding="UTF-9"?><workbook/>'}},
        {"sheet_data": '<row r="1"><c r="7"><f>1</f></c></row>'},
        {"sheet_data": '<row r="1"><c r="A1" t="s"><v>7</v></c></row>'},
        {"sheet_data": '<row r="1"><c r="A1"><f t="array" ref="不是范围">1</f></c></row>'},
        {"sheet_data": '<row r="1"><c r="A1"><v>1</v></c></row>', "after": _MERGE.format("foo")},
    ],
    ids=lambda options: str(options)[:60],
)
def test_damage_inside_is_refused_in_words(package: Callable[..., Path], options: dict[str, Any]) -> None:
    with pytest.raises(ImportRefused, match="损坏"):
        parse(package(**options))
