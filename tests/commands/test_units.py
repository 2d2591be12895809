"""`anlan units export|import`: the one form goes out and comes back; unchanged it records nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rules.actor import Role

_HEADINGS = 3
_YEARS = {"证照有效期起": date(2026, 1, 1), "证照有效期止": date(2028, 12, 31)}


@pytest.fixture
def table(anlan: Callable[..., Any], tmp_path: Path) -> Path:
    """Return the one form as it was exported."""
    path = tmp_path / "一张表.xlsx"
    assert anlan("units", "export", path, "--json").code == 0
    return path


@pytest.fixture
def bring_in(anlan: Callable[..., Any], county: Any) -> Callable[..., Any]:
    """Return how somebody imports a table."""

    def importing(path: Path, *more: str, who: Role = Role.BUREAU_OFFICER) -> Any:
        return anlan("units", "import", path, "--as", county.who(who), "--json", *more)

    return importing


def _changed(path: Path, row: int, **cells: Any) -> str:
    """Write cells of a row, counted from the first unit, by heading; return the code of its unit."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    headings = {str(cell.value): cell.column for cell in sheet[_HEADINGS]}
    for heading, value in cells.items():
        sheet.cell(_HEADINGS + 1 + row, headings[heading]).value = value
    code = str(sheet.cell(_HEADINGS + 1 + row, headings["单位编码"]).value)
    book.save(path)
    return code


def test_what_was_exported_records_nothing_when_it_comes_back(table: Path, bring_in: Callable[..., Any]) -> None:
    first = bring_in(table)
    assert (first.code, first.document["acts"], first.document["bad"]) == (0, 0, 0)
    _changed(table, 0, 单位类别="矿山", 风险等级="红（重大风险）", 行业监管="工业和信息化局")
    assert bring_in(table).code == 0


def test_what_a_row_says_is_recorded_once_and_comes_out_again(
    table: Path, bring_in: Callable[..., Any], anlan: Callable[..., Any], tmp_path: Path
) -> None:
    licence = {"证照种类": "安全生产许可证", "证照编号": "FM-1", "发证机关": "市应急局", **_YEARS}
    body = anlan("units", "export", tmp_path / "again.xlsx", "--json")
    assert body.document["units"] > 1
    code = _changed(table, 0, 单位类别="矿山", 风险等级="红", 综合监管="emergency-bureau", **licence)
    rehearsed = bring_in(table, "--dry-run")
    assert (rehearsed.document["dry_run"], rehearsed.document["acts"]) == (True, 4)
    answer = bring_in(table)
    assert (answer.document["changed"], answer.document["acts"], answer.document["bad"]) == (1, 4, 0), answer.document
    assert Path(answer.document["annotated"]).is_file()

    out = tmp_path / "out.xlsx"
    anlan("units", "export", out, "--json")
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(out).active]
    row = next(row for row in rows if row[0] == code)
    assert "FM-1" in row
    assert "红（重大风险）" in row
    again = bring_in(out)
    assert (again.document["acts"], again.document["bad"]) == (0, 0), again.document


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"单位编码": "no-such-unit"}, "没有编码为「no-such-unit」的单位"),
        ({"单位类别": "矿山"}, "应一并填写"),
        ({"综合监管": "没有这个局"}, "没有名称或者编码为「没有这个局」的机构"),
        ({"部门包保责任人": "没有这个人"}, "没有登记姓名或者登录名"),
        ({"证照编号": "FM-9"}, "「发证机关」没有填写"),
        ({"证照种类": "其他证照", "证照编号": "Q-1", "发证机关": "局", "证照有效期起": date(2026, 1, 2),
          "证照有效期止": date(2026, 1, 1)}, "早于有效期起"),
        ({"证照种类": "其他证照", "证照编号": "Q-1", "发证机关": "局", "证照有效期起": "某天"}, "证照有效期起"),
    ],
)  # fmt: skip
def test_a_row_at_fault_records_nothing_and_says_what_to_do_and_the_others_go_on(
    table: Path, bring_in: Callable[..., Any], cells: dict[str, Any], said: str
) -> None:
    good = {"单位类别": "其他单位", "风险等级": "蓝"}
    _changed(table, 1, **good)
    _changed(table, 0, **cells)
    answer = bring_in(table)
    assert answer.code == 0
    assert (answer.document["changed"], answer.document["bad"]) == (1, 1), answer.document
    (fault,) = answer.document["faults"]
    assert fault["row"] == _HEADINGS + 1
    assert said in "；".join(fault["faults"])
    assert bring_in(table).document["acts"] == 0


def test_one_unit_in_two_rows_is_a_fault_of_the_second(table: Path, bring_in: Callable[..., Any]) -> None:
    code = _changed(table, 0, 单位类别="其他单位", 风险等级="蓝")
    _changed(table, 1, 单位编码=code)
    answer = bring_in(table)
    assert "同一家单位" in answer.document["faults"][0]["faults"][0]


def test_a_township_enters_its_own_units_alone(
    table: Path, bring_in: Callable[..., Any], anlan: Callable[..., Any], county: Any, tmp_path: Path
) -> None:
    own = anlan("units", "export", tmp_path / "own.xlsx", "--as", county.who(Role.TOWN_CLERK), "--json")
    every = anlan("units", "export", tmp_path / "all.xlsx", "--json")
    assert 0 < own.document["units"] < every.document["units"]
    answer = bring_in(table, who=Role.TOWN_CLERK)
    assert answer.document["bad"] == every.document["units"] - own.document["units"]
    assert "管辖范围内没有编码" in answer.document["faults"][0]["faults"][0]


def test_an_empty_table_explains_its_columns(anlan: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "空表.xlsx"
    assert anlan("units", "export", path, "--empty", "--json").document["units"] == 0
    book = openpyxl.load_workbook(path)
    assert "填写说明" in book.sheetnames
