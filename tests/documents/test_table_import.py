"""A file read as a table: every row answered for, none dropped in silence, no bad row stopping the others."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from documents.ledgers import HAZARD_LEDGER, PEOPLE
from documents.spreadsheet import Limits, parse
from documents.table_import import SkipReason, TableResult, read_table, table_from
from rules.errors import ImportRefused

_HEADINGS = ["序号", "企业名称", "存在问题", "检查日期", "隐患等级", "整改情况"]


@pytest.fixture
def read(xlsx: Callable[..., Path], today: date) -> Callable[..., TableResult]:
    """Return the reader of a hazard ledger with the usual headings and the given rows."""

    def reading(*rows: list[Any], **options: Any) -> TableResult:
        return table_from(parse(xlsx([_HEADINGS, *rows], **options)), HAZARD_LEDGER, today)

    return reading


def test_good_rows_give_values_by_key_and_say_what_was_understood(read: Callable[..., TableResult]) -> None:
    result = read([1, "红星化工厂", "配电箱未接地", "2026.11.3", "重大隐患", "已整改，更换线路"])

    (row,) = result.rows
    assert (row.row_no, row.is_good) == (2, True)
    assert row.values == {
        "number": "1",
        "unit": "红星化工厂",
        "description": "配电箱未接地",
        "found_on": date(2026, 11, 3),
        "grade": "major",
        "status": "rectified",
    }
    assert [(note.title, note.text) for note in row.understood] == [
        ("发现日期", "2026.11.3 理解为 2026-11-03"),
        ("隐患等级", "「重大隐患」理解为「重大」"),
        ("状态", "「已整改，更换线路」理解为「已整改」"),
    ]
    assert row.raw[3] == "2026.11.3"


def test_a_bad_row_names_every_fault_and_stops_no_other(
    read: Callable[..., TableResult], formula: Callable[..., Any]
) -> None:
    result = read(
        [1, None, formula('="未接地"', "未接地"), "11月3日", "较大", None],
        [2, "东风矿业", "支护不足", date(2026, 11, 24), None, None],
        [3, "红星\u200b化工厂", "未接地", date(2026, 11, 25), "一般", "未整改"],
    )

    assert [row.row_no for row in result.good_rows] == [3]
    first, last = result.bad_rows
    assert {note.title: note.text for note in first.errors} == {
        "单位名称": "必填，不能为空",
        "隐患描述": "此单元格是公式，请粘贴为数值",
        "发现日期": "日期「11月3日」缺少年份，请写全，例：2026-11-23",
        "隐患等级": "「较大」不在可选范围内，可填：一般、重大",
    }
    assert [(note.column, note.key) for note in last.errors] == [(1, "unit"), (3, "found_on")]
    assert "description" not in first.values


def test_an_error_value_is_a_fault_of_its_cell(
    package: Callable[..., Path], xml_row: Callable[..., str], today: date
) -> None:
    data = xml_row(1, "单位名称", "隐患描述", "发现日期")
    data += '<row r="2"><c r="A2" t="e"><v>#N/A</v></c><c r="B2" t="inlineStr"><is><t>未接地</t></is></c></row>'
    (row,) = table_from(parse(package(data)), HAZARD_LEDGER, today).rows
    assert "错误值" in row.errors[0].text


def test_a_merged_unit_counts_for_every_row_and_says_so(read: Callable[..., TableResult]) -> None:
    result = read(
        [1, "红星化工厂", "未接地", date(2026, 11, 3)],
        [2, None, "缺护罩", date(2026, 11, 3)],
        [3, None, None, None],
        merges=["B2:B4"],
    )
    assert [row.values["unit"] for row in result.rows] == ["红星化工厂", "红星化工厂"]
    assert [note.text for note in result.rows[1].understood] == ["合并单元格，沿用上方的内容"]


def test_a_fault_in_a_merged_cell_is_told_in_every_row(read: Callable[..., TableResult]) -> None:
    result = read(
        [1, "红星化工厂", "未接地", "昨天"],
        [2, "东风矿业", "缺护罩", None],
        [3, "西山煤矿", "x", None],
        merges=["D2:D3"],
    )
    assert ["昨天" in row.errors[0].text for row in result.rows] == [True, True, False]


def test_blank_rows_and_rows_with_a_printed_number_only_are_no_rows(read: Callable[..., TableResult]) -> None:
    result = read([1, "红星化工厂", "未接地", date(2026, 11, 3)], [], [2, None, "  "], [3])
    assert [row.row_no for row in result.rows] == [2]
    assert result.skipped == ()


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["合计", None, 12], SkipReason.TOTAL),
        ([None, "合 计", "共 12 条"], SkipReason.TOTAL),
        (["本页小计：", None, 12], SkipReason.TOTAL),
        (["填表人：", None, "审核人："], SkipReason.SIGNATURE),
        (["填表人：李明      审核人：      填表日期：2026年11月24日"], SkipReason.SIGNATURE),
        (["审核人（签字）：", "王强"], SkipReason.SIGNATURE),
        (["主要负责人签字："], SkipReason.SIGNATURE),
        (["单位（盖章）：红星化工厂"], SkipReason.SIGNATURE),
        (["填报单位：某局", None, None, "填报日期："], SkipReason.SIGNATURE),
        (["填表人", "李明"], SkipReason.SIGNATURE),
        (["备注：本表一式两份\n存档"], SkipReason.SIGNATURE),
        (_HEADINGS, SkipReason.REPEATED_HEADING),
        ([None, None, None, None, None, None, "右侧的批语"], SkipReason.NOTHING_MAPPED),
    ],
)
def test_rows_that_are_no_records_are_left_out_with_the_reason(
    read: Callable[..., TableResult], cells: list[Any], reason: SkipReason
) -> None:
    result = read([1, "红星化工厂", "未接地", date(2026, 11, 3)], cells)
    assert len(result.rows) == 1
    assert [(row.row_no, row.reason) for row in result.skipped] == [(3, reason)]
    assert result.skipped[0].reason.label.endswith("不导入")


@pytest.mark.parametrize("first", ["合计", "备注：见附件", "填表人"])
def test_a_row_with_all_required_cells_is_always_a_record(read: Callable[..., TableResult], first: str) -> None:
    result = read([first, "红星化工厂", "未接地", date(2026, 11, 3)])
    assert [row.values["number"] for row in result.rows] == [first]


def test_a_record_that_lacks_its_unit_is_a_fault_not_a_signature(read: Callable[..., TableResult]) -> None:
    assert len(read([1, None, "负责人未持证", date(2026, 11, 3)]).bad_rows) == 1


def test_short_rows_lack_their_last_cells(today: date, saved: Callable[..., Path]) -> None:
    text = "单位名称,隐患描述,发现日期,状态\n红星化工厂,未接地,2026-11-03\n"
    (row,) = table_from(parse(saved(text)), HAZARD_LEDGER, today).rows
    assert row.is_good


def test_days_of_a_1904_workbook_are_counted_from_1904(read: Callable[..., TableResult]) -> None:
    (row,) = read([1, "红星化工厂", "未接地", 44886], date_1904=True).rows
    assert row.values["found_on"] == date(2026, 11, 22)


def test_a_deadline_may_lie_ahead_but_not_two_centuries(today: date, saved: Callable[..., Path]) -> None:
    text = "单位名称,隐患描述,发现日期,整改期限\n红星,未接地,2026-11-03,2026-12-10\n红星,未接地,2026-11-03,2206-12-10\n"
    good, bad = table_from(parse(saved(text)), HAZARD_LEDGER, today).rows
    assert good.values["deadline"] == date(2026, 12, 10)
    assert "晚于" in bad.errors[0].text


def _people(rows: int) -> str:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(["姓名", "手机号", "登录名", "岗位编码"])
    writer.writerows(["李明", "13800000001", f"u{number}", "GW-1"] for number in range(rows))
    return target.getvalue()


def test_fifty_thousand_rows_are_read_and_one_more_is_refused(saved: Callable[..., Path], today: date) -> None:
    assert len(read_table(saved(_people(50_000)), PEOPLE, today).rows) == 50_000
    with pytest.raises(ImportRefused, match="数据有 50,001 行，一次最多导入 50,000 行") as refused:
        read_table(saved(_people(50_001)), PEOPLE, today)
    assert refused.value.facts == {"rows": 50_001}


def test_fewer_rows_may_be_allowed(saved: Callable[..., Path], today: date) -> None:
    with pytest.raises(ImportRefused, match="一次最多导入 2 行"):
        read_table(saved(_people(3)), PEOPLE, today, limits=Limits(rows=2))


def test_people_hold_one_post_or_several(saved: Callable[..., Path], today: date) -> None:
    text = "姓名\t手机\t账号\t岗位\t电子邮箱\n李明\t138 0000 0001\tliming\tGW-1、GW-2\t\n王强\t1380000\twq\t\tx\n"
    good, bad = table_from(parse(saved(text, encoding="utf-16")), PEOPLE, today).rows
    assert good.values == {"name": "李明", "mobile": "13800000001", "account": "liming", "posts": ("GW-1", "GW-2")}
    assert [note.key for note in bad.errors] == ["mobile", "posts", "email"]


def test_english_keys_of_another_system_are_read_by_a_mapping(saved: Callable[..., Path], today: date) -> None:
    text = '{"firm": "红星化工厂", "text": "未接地", "at": "2026-11-03T08:30"}\n{"firm": "东风矿业", "text": ""}\n'
    result = table_from(
        parse(saved(text)), HAZARD_LEDGER, today, headings={"firm": "unit", "text": "description", "at": "found_on"}
    )
    assert (result.header_row, [row.row_no for row in result.rows]) == (0, [1, 2])
    assert [row.is_good for row in result.rows] == [True, False]


def test_the_cases_that_lie_beside_the_repository_are_read_row_by_row(today: date) -> None:
    path = Path(__file__).resolve().parents[3] / "shared" / "cases" / "hazards.jsonl"
    if not path.is_file():
        pytest.skip("../shared/cases/hazards.jsonl 不在这台机器上")
    headings = {
        "id": "number", "responsible_unit": "unit", "location": "place", "hazard_text": "description",
        "category": "category", "grade": "grade", "found_at": "found_on", "found_by": "found_by",
        "measure": "measure", "deadline": "deadline", "completed_at": "rectified_on", "status_raw": "status",
    }  # fmt: skip

    result = read_table(path, HAZARD_LEDGER, today, headings=headings)

    assert len(result.rows) == len(path.read_text(encoding="utf-8").splitlines())
    assert {heading.text for heading in result.unmapped} >= {"source_url", "note"}
    assert all(note.text for row in result.bad_rows for note in row.errors)
    assert sum("description" in row.values for row in result.rows) == len(result.rows)
