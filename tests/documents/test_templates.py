"""Tables that go out and come back: templates are filled in and read, ledgers keep their official form."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from documents.columns import Choice, Column, ColumnKind, TableSpec
from documents.ledgers import HAZARD_LEDGER, ORGANISATION, PEOPLE, POSTS, STARTUP_TABLES, UNITS
from documents.sheet_writing import LONGEST_CELL, display_width, new_workbook, writable, write_cell
from documents.spreadsheet import parse
from documents.table_import import table_from
from documents.templates import SheetContent, write_template, write_workbook
from rules.errors import ContentInvalid

_FILLED: dict[str, dict[str, Any]] = {
    "hazard_ledger": {
        "number": "YH-7",
        "unit": "红星化工厂",
        "credit_code": "91350100M000100Y43",
        "place": "二号车间",
        "description": "=配电箱未接地",
        "category": "电气",
        "grade": "重大",
        "found_on": date(2026, 11, 23),
        "found_by": "县应急局",
        "measure": "更换线路",
        "deadline": date(2026, 12, 10),
        "fixer": "李明",
        "status": "整改中",
        "rectified_on": None,
        "source": "部门检查",
    },
    "organisation": {"code": "JG-02", "name": "上关镇", "kind": "乡镇", "parent": "JG-01"},
    "posts": {"code": "GW-1", "name": "安监员", "role": "乡镇安监员", "belongs_to": "JG-02"},
    "people": {
        "name": "李明",
        "mobile": "13800000001",
        "account": "liming",
        "posts": "GW-1、GW-2",
        "email": None,
        "certificate": "晋0001",
        "valid_from": "2025-01-01",
        "valid_until": "2029-12-31",
    },
    "units": {
        "code": "001",
        "credit_code": None,
        "name": "红星化工厂",
        "township": "JG-02",
        "industry": "化工",
        "department": "JG-03",
        "address": "一号路",
        "employees": 120,
        "kind": "hazardous",
    },
}


@pytest.mark.parametrize("spec", [HAZARD_LEDGER, *STARTUP_TABLES], ids=lambda spec: spec.name)
def test_a_template_that_was_filled_in_is_read_without_complaint(spec: TableSpec, tmp_path: Path, today: date) -> None:
    path = tmp_path / "模板.xlsx"
    filled = _FILLED[spec.name]
    write_template(spec, path, [filled])
    book = openpyxl.load_workbook(path)
    sheet = book[spec.title]
    for index, column in enumerate(spec.columns, start=1):
        sheet.cell(4, index).value = filled[column.key]
        sheet.cell(4, index).data_type = "s" if isinstance(filled[column.key], str) else sheet.cell(4, index).data_type
    book.save(path)

    result = table_from(parse(path), spec, today)

    assert (result.sheet, result.header_row, result.unmapped, result.other_sheets) == (spec.title, 3, (), ())
    (row,) = result.rows
    assert row.errors == ()
    assert all(column.key in row.values for column in spec.required)
    assert set(row.values) == {key for key, value in filled.items() if value is not None}


def test_an_empty_template_holds_no_rows_not_even_its_examples(tmp_path: Path, today: date) -> None:
    write_template(PEOPLE, tmp_path / "模板.xlsx", [_FILLED["people"]])
    result = table_from(parse(tmp_path / "模板.xlsx"), PEOPLE, today)
    assert (result.rows, result.skipped) == ((), ())


def test_a_template_marks_required_columns_offers_choices_and_prints_on_a4(tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template(HAZARD_LEDGER, path)
    sheet = openpyxl.load_workbook(path)["隐患台账"]

    assert [cell.value for cell in sheet[3]][:3] == ["原编号", "单位名称（必填）", "统一社会信用代码"]
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A4", "$1:$3")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    offers = {str(offer.sqref): offer.formula1 for offer in sheet.data_validations.dataValidation}
    assert offers == {"G4:G50003": '"一般,重大"', "M4:M50003": '"未整改,整改中,已整改,已销号"'}
    # Excel would turn a code of digits into a number unless the column is text.
    assert [sheet.column_dimensions[letter].width > 20 for letter in "CE"] == [True, True]


def test_the_guide_explains_every_column_with_the_examples(tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template(POSTS, path, [_FILLED["posts"], {"code": "GW-2", "role": "it_admin"}])
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(path)["填写说明"].iter_rows()]
    assert rows[0] == ["列名", "是否必填", "怎么填", "可填的内容", "示例 1", "示例 2"]
    assert [row[0] for row in rows[1:]] == [column.title for column in POSTS.columns]
    assert rows[3][3].startswith("整改责任人、安全管理员")
    assert [row[5] for row in rows[1:]] == ["GW-2", None, "系统管理员", None]


def test_choices_too_long_for_a_validation_stand_on_a_hidden_sheet(tmp_path: Path, today: date) -> None:
    choices = tuple(Choice(f"c{number}", f"第{number}种行业分类名称") for number in range(40))
    commas = (Choice("a", "甲,乙"), Choice("b", "丙"))
    spec = TableSpec(
        name="long",
        title="长表",
        columns=(
            Column(key="kind", title="行业", kind=ColumnKind.CHOICE, choices=choices, required=True),
            Column(key="other", title="其他", kind=ColumnKind.CHOICE, choices=commas),
        ),
    )
    path = tmp_path / "模板.xlsx"
    write_template(spec, path)

    book = openpyxl.load_workbook(path)
    assert {str(offer.sqref): offer.formula1 for offer in book["长表"].data_validations.dataValidation} == {
        "A4:A50003": "'选项2'!$A$1:$A$40",
        "B4:B50003": "'选项3'!$A$1:$A$2",
    }
    assert (book["选项2"].sheet_state, book["选项2"]["A40"].value) == ("veryHidden", "第39种行业分类名称")
    assert parse(path).sheet_names == ("长表", "填写说明")
    assert table_from(parse(path), spec, today).rows == ()


def _content(rows: Any, **options: Any) -> SheetContent:
    return SheetContent(name="台账", title="某县隐患台账", columns=HAZARD_LEDGER.columns, rows=rows, **options)


def test_a_ledger_that_was_written_comes_back_with_the_same_values(
    tmp_path: Path, today: date, formula_elements: Callable[[Path], int]
) -> None:
    values = {
        "number": "001",
        "unit": '=HYPERLINK("http://x","红星化工厂")',
        "description": "@未接地",
        "grade": "major",
        "found_on": date(2026, 11, 23),
        "status": "signed_off",
        "source": "https://example.com/" + "很长" * 200,
    }
    path = tmp_path / "台账.xlsx"
    write_workbook(
        path,
        [
            _content(
                (row for row in [values | {"source": "+86"}, {}]), notes="单位：某局", footer="填表人：    审核人："
            )
        ],
    )

    result = table_from(parse(path), HAZARD_LEDGER, today)

    (row,) = result.rows
    assert row.errors == row.understood == ()
    assert row.values == values | {"source": "+86"}
    assert [skipped.reason.value for skipped in result.skipped] == ["signature"]
    assert formula_elements(path) == 0
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if "externalLinks" in name or name.endswith("sheet1.xml.rels")]


def test_several_sheets_of_several_kinds_stand_in_one_workbook(tmp_path: Path, today: date) -> None:
    people = {"name": "李明", "mobile": "13800000001", "account": "liming", "posts": ("GW-1", "GW-2")}
    units = {key: value for key, value in _FILLED["units"].items() if value is not None}
    path = tmp_path / "启动.xlsx"
    write_workbook(
        path,
        [
            SheetContent(name="人员", title="人员", columns=PEOPLE.columns, rows=[people]),
            SheetContent(name="单位", title="单位", columns=UNITS.columns, rows=[units]),
            SheetContent(name="机构", title="机构", columns=ORGANISATION.columns, rows=[{"kind": "自定"}]),
        ],
    )
    grid = parse(path)
    assert table_from(grid, PEOPLE, today).rows[0].values == people
    assert table_from(grid, UNITS, today).rows[0].values == units
    assert table_from(grid, ORGANISATION, today).rows[0].errors[2].text.startswith("「自定」不在可选范围内")


def test_a_day_that_is_unknown_or_written_in_words_is_no_accident(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    write_workbook(path, [_content([{"deadline": "立即", "found_on": None}])])
    sheet = openpyxl.load_workbook(path)["台账"]
    assert (sheet["K4"].value, sheet["H4"].value) == ("立即", None)


def test_rows_beyond_the_end_of_a_sheet_are_refused_in_words(tmp_path: Path) -> None:
    with new_workbook(tmp_path / "满.xlsx") as book, pytest.raises(ContentInvalid, match="第 1048577 行超出"):
        write_cell(book.add_worksheet(), (1_048_576, 0), "甲")


def test_every_kind_of_cell_is_written_as_what_it_is(tmp_path: Path) -> None:
    cells = ["甲", 1, 0.5, True, None, date(2026, 11, 23), date(1899, 12, 31), float("inf"), 10**18]
    path = tmp_path / "格.xlsx"
    with new_workbook(path) as book:
        sheet = book.add_worksheet()
        for column, cell in enumerate(cells):
            write_cell(sheet, (0, column), cell)
    assert [cell.value for cell in openpyxl.load_workbook(path).active[1]] == [  # type: ignore[union-attr]
        "甲", 1, 0.5, True, None, 46349, "1899-12-31", "inf", str(10**18),
    ]  # fmt: skip


def test_text_that_a_cell_cannot_hold_is_cut_and_mended() -> None:
    assert writable("甲\ud800\ufffe") == "甲\ufffd\ufffd"
    assert len(writable("甲" * 40_000)) == LONGEST_CELL
    assert display_width("隐患A") == 5
