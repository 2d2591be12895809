"""Finding a person's own headings: anywhere, under any usual name, or a refusal that says what is accepted."""

from __future__ import annotations

import pytest

from documents.columns import Column, ColumnKind, Header, TableSpec, find_header, heading_name
from documents.grid import Grid, Kind, Mark, Row, Sheet
from rules.errors import ImportRefused

_SPEC = TableSpec(
    name="sample",
    title="隐患台账",
    columns=(
        Column(
            key="unit",
            title="单位名称",
            synonyms=("企业名称", "被检查单位"),
            fallbacks=("责任单位", "单位"),
            required=True,
        ),
        Column(key="text", title="隐患描述", synonyms=("存在问题",), required=True),
        Column(key="day", title="发现日期", fallbacks=("检查日期", "日期"), kind=ColumnKind.PAST_DAY),
        Column(key="fixer", title="整改责任人"),
    ),
)


def _grid(*sheets: tuple[tuple[str | int | None, ...], ...]) -> Grid:
    return Grid(
        Kind.XLSX,
        tuple(
            Sheet(f"表{index}", tuple(Row(number, cells) for number, cells in enumerate(rows, start=1) if any(cells)))
            for index, rows in enumerate(sheets, start=1)
        ),
    )


def _found(*sheets: tuple[tuple[str | int | None, ...], ...], **headings: str) -> Header:
    return find_header(_grid(*sheets), _SPEC, headings)


@pytest.mark.parametrize(
    "heading",
    [
        "企业名称",
        "企业名称（必填）",
        "企业名称(必填)",
        " 企 业\n名称 ",
        "*企业名称：",
        "【企业名称】",
        "企业名称［全称］",
        "企业名称\u3000",
    ],
)
def test_a_heading_is_known_through_its_decoration(heading: str) -> None:
    assert heading_name(heading) == "企业名称"
    assert _found((("序号", heading, "存在问题"),)).columns == {1: "unit", 2: "text"}


def test_title_rows_above_the_headings_are_passed_over() -> None:
    header = _found(
        (("某县隐患台账",), (), ("单位：某局", None, "2026年"), ("序号", "单位名称", "隐患描述", "检查日期"))
    )
    assert (header.sheet, header.row_no) == ("表1", 4)
    assert header.columns == {1: "unit", 2: "text", 3: "day"}
    assert header.texts == {0: "序号", 1: "单位名称", 2: "隐患描述", 3: "检查日期"}
    assert [(heading.index, heading.text) for heading in header.unmapped] == [(0, "序号")]


def test_the_row_and_the_sheet_with_the_best_match_win() -> None:
    header = _found(
        (("单位名称", "日期", "整改责任人"),),
        (("单位名称", "隐患描述"), ("单位名称", "隐患描述", "发现日期")),
        (("单位名称", "隐患描述"),),
    )
    assert (header.sheet, header.row_no) == ("表2", 2)
    assert header.other_sheets == ("表3",)


def test_headings_in_two_rows_are_read_from_the_lower_one() -> None:
    upper = Row(1, ("单位名称", "整改情况", None))
    lower = Row(2, ("单位名称", "隐患描述", "整改责任人"), {0: Mark.CARRIED})
    header = find_header(Grid(Kind.XLSX, (Sheet("表", (upper, lower)),)), _SPEC, {})
    assert header.row_no == 2
    assert header.columns == {0: "unit", 1: "text", 2: "fixer"}


def test_a_fallback_counts_only_where_no_better_name_stands_and_in_order() -> None:
    assert _found((("责任单位", "单位", "隐患描述"),)).columns == {0: "unit", 2: "text"}
    assert _found((("责任单位", "单位名称", "隐患描述"),)).columns == {1: "unit", 2: "text"}
    assert _found((("单位名称", "隐患描述", "日期", "检查日期"),)).columns == {0: "unit", 1: "text", 3: "day"}


def test_two_equally_good_names_are_refused_with_their_places() -> None:
    with pytest.raises(ImportRefused, match="第 1 列「企业名称」、第 3 列「被检查单位」都对应「单位名称」"):
        _found((("企业名称", "隐患描述", "被检查单位"),))
    with pytest.raises(ImportRefused, match="第 1 列「日期」、第 4 列「日期」都对应「发现日期」"):
        _found((("日期", "单位名称", "隐患描述", "日期"),))


def test_a_missing_required_column_is_refused_with_what_was_found_and_what_is_accepted() -> None:
    with pytest.raises(ImportRefused) as refused:
        _found((("某表",), ("单位名称", "发现日期", "整改责任人")))
    message = refused.value.message
    assert "工作表「表1」第 2 行：单位名称、发现日期、整改责任人" in message
    assert "缺少必填列：「隐患描述」（也可写作：存在问题）" in message
    assert "请补上这些列" in message
    assert refused.value.facts == {"sheet": "表1", "row": 2}


def test_a_file_without_headings_is_refused_with_all_required_columns() -> None:
    with pytest.raises(
        ImportRefused, match="「单位名称」（也可写作：企业名称、被检查单位、责任单位、单位）；「隐患描述」"
    ):
        _found((("红星化工厂", "未接地", 7),))


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(ImportRefused, match="没有可见的内容"):
        _found()


def test_headings_below_the_twentieth_row_are_not_looked_for() -> None:
    rows = tuple((f"说明 {number}",) for number in range(20))
    with pytest.raises(ImportRefused, match="没有找到"):
        _found((*rows, ("单位名称", "隐患描述")))
    assert _found((*rows[1:], ("单位名称", "隐患描述"))).row_no == 20


def test_the_uploaders_own_mapping_wins_and_may_leave_a_column_out() -> None:
    header = _found((("甲方", "隐患描述", "单位名称", "问题"),), 甲方="unit", 单位名称="", 问题="fixer")
    assert header.columns == {0: "unit", 1: "text", 3: "fixer"}
    assert header.unmapped == ()


def test_a_mapping_to_an_unknown_column_is_refused() -> None:
    with pytest.raises(ImportRefused, match="没有「colour」这一列，表头「甲方」无法对应"):
        _found((("甲方",),), 甲方="colour")


def test_a_column_of_outcomes_from_an_earlier_upload_is_nobodys_heading() -> None:
    assert _found((("单位名称", "隐患描述", "导入结果"),)).unmapped == ()


def test_the_sheet_of_explanations_is_never_taken_for_the_table() -> None:
    guide = Sheet("填写说明", (Row(1, ("单位名称", "隐患描述", "发现日期", "整改责任人")),))
    table = Sheet("台账", (Row(1, ("单位名称", "隐患描述")),))
    header = find_header(Grid(Kind.XLSX, (guide, table)), _SPEC, {})
    assert (header.sheet, header.other_sheets) == ("台账", ())
