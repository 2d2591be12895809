"""The uploader's workbook handed back: outcome, pink cells, words; what they wrote stays what they wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.annotate import ANNOTATE_LIMITS, annotate, emit, has_formulas
from documents.confined import confined_lines
from documents.ledgers import HAZARD_LEDGER
from documents.spreadsheet import Limits, parse
from documents.table_import import TableResult, table_from
from rules.errors import ImportRefused

_HEADINGS = ["序号", "单位名称", "隐患描述", "发现日期", "隐患等级"]
_GOOD = [1, "红星化工厂", "配电箱未接地", "2026.11.3", "一般"]
_BAD = [2, None, '=HYPERLINK("http://x","点我")', "昨天", "较大"]
_PINK = "FFFFD6DE"


@pytest.fixture
def in_process(today: date, tmp_path: Path) -> Callable[..., tuple[TableResult, Any]]:
    """Return the reader and annotator without the confined process: the same functions, ten times as fast."""

    def annotated(path: Path) -> tuple[TableResult, Any]:
        results = table_from(parse(path), HAZARD_LEDGER, today)
        request = {
            "path_in": str(path),
            "path_out": str(tmp_path / "批注.xlsx"),
            "sheet": results.sheet,
            "header_row": results.header_row,
            "outcomes": [[row.row_no, "可导入" if row.is_good else "有问题"] for row in results.rows]
            + [[row.row_no, row.reason.label] for row in results.skipped],
            "notes": [[row.row_no, note.column, note.text] for row in results.bad_rows for note in row.errors],
        }
        assert list(emit(request, ANNOTATE_LIMITS)) == ["{}"]
        return results, openpyxl.load_workbook(tmp_path / "批注.xlsx")[results.sheet]

    return annotated


def test_outcomes_pink_cells_and_comments_stand_in_the_uploaders_own_workbook(
    xlsx: Callable[..., Path], today: date, tmp_path: Path, formula_elements: Callable[[Path], int]
) -> None:
    path = xlsx([["隐患台账"], _HEADINGS, _GOOD, _BAD, ["合计"]], names=["台账"], merges=["A1:E1"])
    results = table_from(parse(path), HAZARD_LEDGER, today)

    annotate(path, results, tmp_path / "批注.xlsx")

    sheet = openpyxl.load_workbook(tmp_path / "批注.xlsx")["台账"]
    assert [sheet.cell(row, 6).value for row in range(1, 6)] == [
        None,
        "导入结果",
        "可导入。发现日期：2026.11.3 理解为 2026-11-03",
        (
            "有问题。单位名称：必填，不能为空；发现日期：日期「昨天」无法识别，例：2026-11-23；"
            "隐患等级：「较大」不在可选范围内，可填：一般、重大"
        ),
        "合计行，不导入",
    ]
    pink = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == _PINK}
    assert pink == {"B4", "D4", "E4"}
    assert sheet["D4"].comment.text == "日期「昨天」无法识别，例：2026-11-23"
    assert sheet["C4"].value == _BAD[2]
    assert sheet.merged_cells.ranges
    assert formula_elements(tmp_path / "批注.xlsx") == 0
    assert not (tmp_path / "批注.xlsx.part").exists()


def test_formulas_come_back_as_the_values_they_showed(
    xlsx: Callable[..., Path],
    formula: Callable[..., Any],
    formula_elements: Callable[[Path], int],
    tmp_path: Path,
    in_process: Callable[..., Any],
) -> None:
    path = xlsx([_HEADINGS, [1, "红星化工厂", formula('="未"&"接地"', "=未接地"), "2026-11-03", formula("=1+1", 2)]])
    _, sheet = in_process(path)
    assert (sheet["C2"].value, sheet["C2"].data_type) == ("=未接地", "s")
    assert sheet["C2"].comment.text == "此单元格是公式，请粘贴为数值"
    assert formula_elements(tmp_path / "批注.xlsx") == 0


def test_a_live_formula_in_what_was_written_is_noticed(xlsx: Callable[..., Path], formula: Callable[..., Any]) -> None:
    assert not has_formulas(xlsx([["=1+1", "@SUM(A1)"]]))
    assert has_formulas(xlsx([["甲"], [formula("=1+1")]]))


def test_a_second_upload_of_the_annotated_file_starts_from_a_clean_sheet(
    xlsx: Callable[..., Path], in_process: Callable[..., Any], tmp_path: Path
) -> None:
    in_process(xlsx([_HEADINGS, _GOOD, _BAD], names=["台账"]))
    book = openpyxl.load_workbook(tmp_path / "批注.xlsx")
    sheet = book["台账"]
    assert sheet["B3"].comment is not None
    sheet["B3"] = "东风矿业"
    sheet["E3"] = "重大"
    book.save(tmp_path / "改过.xlsx")

    results, again = in_process(tmp_path / "改过.xlsx")

    assert results.unmapped == ()
    assert [note.key for note in results.bad_rows[0].errors] == ["found_on"]
    assert [cell.value for cell in again[1]] == [*_HEADINGS, "导入结果"]
    assert (again["B3"].comment, again["B3"].fill.fgColor.rgb == _PINK) == (None, False)
    assert (again["D3"].comment is None, again["D3"].fill.fgColor.rgb) == (False, _PINK)


def test_a_fault_within_a_merge_is_marked_at_its_head(
    xlsx: Callable[..., Path], in_process: Callable[..., Any]
) -> None:
    rows = [_HEADINGS, [1, "红星化工厂", "甲", "昨天"], [2, "红星化工厂", "乙"], ["填表人："]]
    _, sheet = in_process(xlsx(rows, merges=["D2:D3", "A4:H4"]))
    assert sheet["D2"].comment is not None
    assert sheet["D2"].fill.fgColor.rgb == _PINK
    assert [sheet.cell(row, 6).value for row in (2, 3, 4)] == ["有问题", "有问题", None]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_csv_comes_back_as_a_workbook_with_the_same_cells(
    saved: Callable[..., Path],
    today: date,
    tmp_path: Path,
    formula_elements: Callable[[Path], int],
    encoding: str,
) -> None:
    path = saved("单位名称,隐患描述,发现日期\n红星化工厂,=1+1,2026-11-03\n\n+东风,@SUM(A1),昨天\n", encoding=encoding)
    annotate(path, table_from(parse(path), HAZARD_LEDGER, today), tmp_path / "批注.xlsx")

    sheet = openpyxl.load_workbook(tmp_path / "批注.xlsx")["文件"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["单位名称", "隐患描述", "发现日期", "导入结果"],
        ["红星化工厂", "=1+1", "2026-11-03", "可导入"],
        [None, None, None, None],
        ["+东风", "@SUM(A1)", "昨天", "有问题。发现日期：日期「昨天」无法识别，例：2026-11-23"],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert sheet["C4"].comment.text == "日期「昨天」无法识别，例：2026-11-23"
    assert formula_elements(tmp_path / "批注.xlsx") == 0


def test_an_xls_comes_back_with_days_errors_and_all_its_sheets(
    xls: Callable[..., Path], biff: Any, in_process: Callable[..., Any], tmp_path: Path
) -> None:
    cells = b"".join(biff.label(0, column, text) for column, text in enumerate(_HEADINGS))
    cells += biff.number(1, 0, 1) + biff.label(1, 1, "红星化工厂") + biff.error(1, 2) + biff.day(1, 3, 46349)
    cells += biff.number(2, 0, 2) + biff.label(2, 1, "东风矿业") + biff.label(2, 2, "甲") + biff.day(2, 3, 46449)
    path = xls({"Workbook": biff.workbook(("台账", cells), ("另一张", biff.truth(0, 0)))})

    _, sheet = in_process(path)

    assert [sheet["D2"].value.date(), sheet["D3"].value.date()] == [date(2026, 11, 23), date(2027, 3, 3)]
    assert (sheet["D2"].is_date, sheet["D3"].fill.fgColor.rgb) == (True, _PINK)
    assert sheet["C2"].comment.text.startswith("此单元格显示为错误值")
    assert openpyxl.load_workbook(tmp_path / "批注.xlsx")["另一张"]["A1"].value is True


def test_json_lines_come_back_with_their_keys_as_headings(
    saved: Callable[..., Path], in_process: Callable[..., Any]
) -> None:
    path = saved(
        '{"单位名称": "红星", "隐患描述": "甲\\ud800", "发现日期": 20261103, "导入结果": "旧"}\n{"单位名称": 1e99}\n'
    )
    _, sheet = in_process(path)
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["单位名称", "隐患描述", "发现日期", "导入结果"],
        ["红星", "甲\ufffd", 20261103, "有问题"],
        ["1e+99", None, None, "有问题"],
    ]
    assert {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment} == {"B2", "A3", "B3", "C3"}


@pytest.mark.parametrize(
    "odd",
    [
        {
            "xl/styles.xml": '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fills>'
            '<fill><patternFill patternType="斜纹"/></fill></fills></styleSheet>'
        },
        {"docProps/core.xml": "<coreProperties>"},
    ],
    ids=["unknown-pattern", "broken-properties"],
)
def test_a_workbook_that_openpyxl_cannot_open_comes_back_as_a_new_one(
    package: Callable[..., Path], xml_row: Callable[..., str], in_process: Callable[..., Any], odd: dict[str, str]
) -> None:
    data = xml_row(1, *_HEADINGS[1:4]) + xml_row(2, "红星化工厂", "未接地", "昨天")
    _, sheet = in_process(package(data, extra=odd))
    assert [cell.value for cell in sheet[2]] == ["红星化工厂", "未接地", "昨天", "有问题"]
    assert sheet["C2"].comment is not None


def test_a_file_that_is_gone_or_too_large_is_refused(saved: Callable[..., Path], today: date, tmp_path: Path) -> None:
    path = saved("单位名称,隐患描述,发现日期\n红星,甲,2026-11-03\n")
    results = table_from(parse(path), HAZARD_LEDGER, today)
    with pytest.raises(ImportRefused, match="最多 0 MB"):
        annotate(path, results, tmp_path / "批注.xlsx", Limits(file_bytes=3))
    path.unlink()
    with pytest.raises(ImportRefused, match="找不到"):
        annotate(path, results, tmp_path / "批注.xlsx")


def test_a_file_that_turned_bad_meanwhile_is_refused_and_leaves_nothing(
    xlsx: Callable[..., Path], today: date, tmp_path: Path
) -> None:
    path = xlsx([_HEADINGS, _GOOD])
    results = table_from(parse(path), HAZARD_LEDGER, today)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ImportRefused, match="损坏"):
        annotate(path, results, tmp_path / "批注.xlsx")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["台账.xlsx"]


def test_the_annotating_process_is_confined_too() -> None:
    lines = confined_lines("annotate", {}, Limits(wall_seconds=20))
    with pytest.raises(ImportRefused, match="解析时出错"):
        list(lines)


_TRIGGERS = st.text(
    alphabet=st.sampled_from("=+-@\t\r\n＝＋－＠'\"!(),:;|&<>ABC1甲\x00\x0b\ufffe\ud800_x000D_"),
    min_size=1,
    max_size=20,
)


@given(texts=st.lists(_TRIGGERS, min_size=1, max_size=8))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_whatever_becomes_a_formula(
    texts: list[str],
    saved: Callable[..., Path],
    in_process: Callable[..., Any],
    formula_elements: Callable[[Path], int],
    tmp_path: Path,
) -> None:
    lines = [json.dumps({"单位名称": text, "隐患描述": text, "发现日期": text}) for text in texts]
    in_process(saved("\n".join(lines)))
    assert formula_elements(tmp_path / "批注.xlsx") == 0

    in_process(tmp_path / "批注.xlsx")
    assert formula_elements(tmp_path / "批注.xlsx") == 0
