"""`anlan duty roster|import|template|coverage`: rosters from and into spreadsheets, whole or not at all; gaps named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from models import clock
from rules.actor import Role

_HEADINGS = ["日期", "开始", "结束", "带班领导", "带班级别", "值班人员"]
_LEADER, _KEEPERS = "孟雨桐", "许卓群、范谷雨"


def _roster(path: Path, *, days: int = 40, **other: str) -> Path:
    """Write a roster of whole days from today eight o'clock; `other` changes the first row by heading."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(_HEADINGS)
    first = clock.now().date()
    for day in range(days):
        on = first.fromordinal(first.toordinal() + day).isoformat()
        row = dict(zip(_HEADINGS, [on, "08:00", "08:00", _LEADER, "正职", _KEEPERS], strict=True))
        sheet.append(list(({**row, **other} if day == 0 else row).values()))
    book.save(path)
    return path


@pytest.fixture
def publish(anlan: Callable[..., Any], county: Any) -> Callable[..., Any]:
    """Return how the bureau's officer publishes a roster file."""

    def publishing(path: Path, *more: str, organisation: str = "emergency-bureau") -> Any:
        who = county.who(Role.BUREAU_OFFICER)
        return anlan("duty", "import", path, "--organisation", organisation, "--as", who, "--json", *more)

    return publishing


def test_a_template_can_be_filled_in_published_shown_and_written_again(
    anlan: Callable[..., Any], publish: Any, tmp_path: Path
) -> None:
    assert anlan("duty", "template", tmp_path / "空表.xlsx", "--json").code == 0
    headings = [cell.value for cell in list(openpyxl.load_workbook(tmp_path / "空表.xlsx").active)[2]]
    assert [str(heading).rstrip("（必填）*") for heading in headings][:1] == ["日期"]
    answer = publish(_roster(tmp_path / "表.xlsx"))
    assert (answer.code, answer.document["shifts"]) == (0, 40)
    assert answer.document["number"].startswith("ZB-")
    shown = anlan("duty", "roster", "emergency-bureau", "--out", tmp_path / "出.xlsx", "--json")
    assert shown.code == 0
    assert shown.document["organisation"] == "emergency-bureau"
    again = publish(tmp_path / "出.xlsx", "--dry-run")
    assert (again.code, again.document["number"]) == (0, "")


def test_an_existing_file_is_never_overwritten(anlan: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "空表.xlsx").write_text("x")
    answer = anlan("duty", "template", tmp_path / "空表.xlsx", "--json")
    assert answer.error["code"] == "setup"
    assert anlan("duty", "roster", "emergency-bureau", "--out", tmp_path / "空表.xlsx", "--json").code == 1
    assert (tmp_path / "空表.xlsx").read_text() == "x"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"带班领导": "查无此人"}, "没有登记姓名或者登录名为「查无此人」的人员"),
        ({"值班人员": "许卓群、查无此人"}, "没有登记姓名或者登录名为「查无此人」的人员"),
        ({"开始": "八点"}, "「八点」不是时刻，请写作 08:00"),
        ({"带班领导": "孟雨桐、许卓群"}, "带班领导只填一人"),
        ({"带班级别": "科员"}, "带班级别"),
        ({"值班人员": ""}, "值班人员"),
        ({"结束": "20:00"}, "无人值班"),
        ({"值班人员": "孟雨桐、许卓群"}, "有人重复"),
    ],
)
def test_a_faulty_row_keeps_the_whole_roster_back_and_is_explained_in_a_copy(
    publish: Any, county: Any, tmp_path: Path, change: dict[str, str], words: str
) -> None:
    before = county.rows("SELECT count(*) FROM cases")
    answer = publish(_roster(tmp_path / "表.xlsx", **change))
    assert answer.error["code"] == "import-refused"
    assert words in answer.error["message"]
    assert "没有发布" in answer.error["message"]
    assert county.rows("SELECT count(*) FROM cases") == before
    texts = {str(cell.value) for row in openpyxl.load_workbook(tmp_path / "表-导入结果.xlsx").active for cell in row}
    assert any(words in text for text in texts)


@pytest.mark.parametrize(
    ("file", "organisation", "code"),
    [("没有.xlsx", "emergency-bureau", "import-refused"), ("表.xlsx", "moon", "unknown-record")],
)
def test_a_missing_file_or_organisation_is_named(
    publish: Any, tmp_path: Path, file: str, organisation: str, code: str
) -> None:
    _roster(tmp_path / "表.xlsx", days=2)
    assert publish(tmp_path / file, organisation=organisation).error["code"] == code


def test_an_empty_roster_is_refused(publish: Any, tmp_path: Path) -> None:
    answer = publish(_roster(tmp_path / "表.xlsx", days=0))
    assert answer.error["code"] == "import-refused"


def test_coverage_names_the_gaps_and_fails_until_there_is_a_roster(
    anlan: Callable[..., Any], publish: Any, tmp_path: Path
) -> None:
    answer = anlan("duty", "coverage", "--json")
    assert answer.code == 1
    assert {gap["role"] for gap in answer.error["gaps"]} == {"watch_leader", "watch_keeper"}
    assert "没有值班表" in anlan("duty", "coverage").out
    publish(_roster(tmp_path / "表.xlsx"))
    proven = anlan("duty", "coverage", "--json")
    early = clock.now().hour < 8  # the roster begins at eight: before that, today has an hour without anybody
    assert proven.code == (1 if early else 0)
    assert ("error" in proven.document) is early


def test_the_checkup_says_whether_every_post_reaches_somebody(
    anlan: Callable[..., Any], publish: Any, tmp_path: Path
) -> None:
    def line() -> dict[str, str]:
        checks = anlan("doctor", "--json").document["checks"]
        return next(entry for entry in checks if entry["name"] == "值班覆盖")

    assert line()["state"] == "warn"
    assert "anlan duty coverage" in line()["remedy"]
    publish(_roster(tmp_path / "表.xlsx"))
    assert line()["state"] == ("warn" if clock.now().hour < 8 else "good")
