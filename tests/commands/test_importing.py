"""`anlan import`: ledgers as people keep them become cases, each row once, or the file is refused whole."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from models import clock, directory
from models.driver import driver
from rules.actor import Role

_ROOT = Path(__file__).parents[2]
_REAL_LEDGER = _ROOT.parent / "shared" / "cases" / "hazards.jsonl"
_UNIT, _OTHER = "示例县稳驾危货运输公司（演示）", "示例县明镜水库（演示）"
_HEADINGS = ["编号", "单位名称", "隐患地点", "隐患描述", "发现日期", "隐患等级", "整改情况", "整改完成日期"]
_ROWS = [
    ["甲-01", _UNIT, "停车场", "灭火器压力不足", "2026-03-02", "一般", "未整改", ""],
    ["甲-02", _UNIT, "检修沟", "沟盖板缺失两块", "2026年3月3日", "一般", "已整改", "2026.3.9"],
    ["甲-03", _OTHER, "坝顶", "警示牌褪色", "2026/3/4", "重大", "已销号", "2026-03-20"],
    ["甲-04", "没有这家单位", "门口", "门轴松动", "2026-03-05", "一般", "", ""],
    ["甲-05", _UNIT, "办公室", "插座发黄", "将来某天", "一般", "", ""],
]
_GOOD, _BAD = 3, 2


def _delimited(path: Path, encoding: str, separator: str = ",") -> Path:
    lines = [separator.join(row) for row in [_HEADINGS, *_ROWS]]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


def _xlsx(path: Path, rows: list[list[Any]] | None = None) -> Path:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": True}) as book:
        sheet = book.add_worksheet("隐患台账")
        sheet.write(0, 0, "某县隐患排查治理台账")
        for number, row in enumerate([_HEADINGS, *(_ROWS if rows is None else rows)], start=1):
            sheet.write_row(number, 0, row)
    return path


def _json_lines(path: Path) -> Path:
    lines = [json.dumps(dict(zip(_HEADINGS, row, strict=True)), ensure_ascii=False) for row in _ROWS]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


_FORMATS: dict[str, Callable[[Path], Path]] = {
    "xlsx": lambda folder: _xlsx(folder / "台账.xlsx"),
    "utf-8": lambda folder: _delimited(folder / "台账.csv", "utf-8"),
    "utf-8 with mark": lambda folder: _delimited(folder / "台账.csv", "utf-8-sig"),
    "gb18030": lambda folder: _delimited(folder / "台账.csv", "gb18030"),
    "utf-16 with tabs": lambda folder: _delimited(folder / "台账.csv", "utf-16", "\t"),
    "jsonl": lambda folder: _json_lines(folder / "台账.jsonl"),
}


@pytest.fixture(params=_FORMATS)
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return the same ledger in each format."""
    return _FORMATS[request.param](tmp_path)


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Return the ledger as a workbook."""
    return _xlsx(tmp_path / "台账.xlsx")


@pytest.fixture
def brought_in(anlan: Callable[..., Any], county: Any) -> Callable[..., Any]:
    """Return what imports a file as the bureau's officer."""
    return lambda path, *words: anlan("import", path, "--as", county.who(Role.BUREAU_OFFICER), *words, "--json")


def _imported(county: Any) -> list[tuple[Any, ...]]:
    """Return description, unit, status and number of every case that was not there before, in order."""
    rows = county.rows(
        "SELECT json_extract(texts, '$.description'), units.name, cases.status, cases.number FROM cases"
        " JOIN units ON units.id = cases.unit_id JOIN words ON words.case_id = cases.id AND words.seq = 1"
        " ORDER BY cases.id"
    )
    return [row for row in rows if row[3] not in county.cases.values()]


# --- what becomes of the rows --------------------------------------------------------------------


def test_good_rows_become_cases_and_bad_ones_are_explained_whatever_the_format(
    ledger: Path, brought_in: Callable[..., Any], county: Any
) -> None:
    answer = brought_in(ledger)

    assert answer.code == 0
    assert (answer.document["imported"], answer.document["known"], answer.document["bad"]) == (_GOOD, 0, _BAD)
    assert [row[:3] for row in _imported(county)] == [
        ("灭火器压力不足", _UNIT, "open"),
        ("沟盖板缺失两块", _UNIT, "open"),
        ("警示牌褪色", _OTHER, "closed"),
    ]
    unit, day = (fault["faults"][0] for fault in answer.document["faults"])
    assert unit.startswith("单位名称：")
    assert "单位名录中没有" in unit
    assert day.startswith("发现日期：")


def test_a_case_that_was_imported_says_where_it_comes_from_and_when_it_was_found(
    workbook: Path, brought_in: Callable[..., Any], anlan: Callable[..., Any], county: Any
) -> None:
    brought_in(workbook)

    first = anlan("case", "show", _imported(county)[0][3], "--json").document["acts"][0]
    assert dict(first["values"])["来源编号"] == "甲-01"
    assert first["happened_at"].startswith("2026-03-02")
    assert first["backfilled"] is True


def test_the_workbook_comes_back_with_the_outcome_of_every_row(
    workbook: Path, brought_in: Callable[..., Any], county: Any
) -> None:
    answer = brought_in(workbook)

    target = Path(answer.document["annotated"])
    sheet = openpyxl.load_workbook(target)["隐患台账"]
    assert sheet.cell(2, len(_HEADINGS) + 1).value == "导入结果"
    outcomes = [str(sheet.cell(row, len(_HEADINGS) + 1).value) for row in range(3, 8)]
    numbers = [row[3] for row in _imported(county)]
    assert [number in outcome for number, outcome in zip(numbers, outcomes[:3], strict=True)] == [True] * 3
    assert "单位名录中没有" in outcomes[3]
    assert "发现日期" in outcomes[4]
    assert [sheet.cell(row, 4).value for row in range(3, 8)] == [row[3] for row in _ROWS]
    assert target.parent == workbook.parent


def test_a_dry_run_says_the_same_and_writes_nothing(
    workbook: Path, brought_in: Callable[..., Any], county: Any
) -> None:
    tables = [name for (name,) in county.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    before = {name: county.count(name) for name in tables}

    dry = brought_in(workbook, "--dry-run")

    assert {name: county.count(name) for name in tables} == before
    assert dry.document["dry_run"] is True
    assert (dry.document["imported"], dry.document["bad"]) == (_GOOD, _BAD)
    assert brought_in(workbook).document["faults"] == dry.document["faults"]


def test_what_was_imported_is_recognised_in_another_format_and_after_corrections(
    workbook: Path, brought_in: Callable[..., Any], county: Any, tmp_path: Path
) -> None:
    brought_in(workbook)
    corrected = [*_ROWS[:3], [*_ROWS[3][:1], _UNIT, *_ROWS[3][2:]], [*_ROWS[4][:4], "2026-03-06", *_ROWS[4][5:]]]

    again = brought_in(_FORMATS["gb18030"](tmp_path))
    better = brought_in(_xlsx(tmp_path / "改正.xlsx", corrected))
    once_more = brought_in(tmp_path / "改正.xlsx", "--dry-run")

    assert (again.document["imported"], again.document["known"]) == (0, _GOOD)
    assert (better.document["imported"], better.document["known"], better.document["bad"]) == (2, _GOOD, 0)
    assert (once_more.document["imported"], once_more.document["known"]) == (0, 5)
    assert len(_imported(county)) == 5
    # The journal says what was entered; a table that said nothing new entered nothing.
    assert county.rows("SELECT max(version) FROM cases WHERE kind = 'journal'") == [(2,)]


def test_a_row_that_stands_twice_in_a_file_is_imported_once_and_the_second_is_explained(
    brought_in: Callable[..., Any], tmp_path: Path
) -> None:
    answer = brought_in(_xlsx(tmp_path / "重复.xlsx", [_ROWS[0], _ROWS[1], _ROWS[0]]))
    assert (answer.document["imported"], answer.document["bad"]) == (2, 1)
    assert "与第 3 行重复" in answer.document["faults"][0]["faults"][0]


@pytest.mark.parametrize(
    ("role", "at", "imported"),
    [
        (Role.UNIT_SAFETY, "wenjia-tanker", 2),
        (Role.TOWN_CLERK, "wenjia-tanker", 2),
        (Role.DEPT_OFFICER, "mingjing-reservoir", 1),
        (Role.TOWN_CLERK, "qingshi-mine", 0),
    ],
    ids=str,
)
def test_rows_beyond_the_scope_of_whoever_uploads_are_refused_one_by_one(
    role: Role, at: str, imported: int, workbook: Path, anlan: Callable[..., Any], county: Any
) -> None:
    answer = anlan("import", workbook, "--as", county.who(role, at=at), "--json")
    assert answer.code == 0
    assert answer.document["imported"] == imported
    assert answer.document["bad"] == len(_ROWS) - imported
    assert len(_imported(county)) == imported


def test_the_printed_answer_names_the_rows_at_fault_and_the_file_with_all_of_them(
    workbook: Path, anlan: Callable[..., Any], county: Any, tmp_path: Path
) -> None:
    target = tmp_path / "结果.xlsx"
    answer = anlan("import", workbook, "--annotated", target, "--as", county.who(Role.BUREAU_OFFICER))
    assert answer.out.splitlines()[0] == "写入 3 行，此前已有 0 行，有问题 2 行，略过 0 行"
    assert "第 6 行：单位名称" in answer.out
    assert f"逐行结果：{target}" in answer.out
    assert target.is_file()


def test_what_a_ledger_says_about_the_future_or_in_control_characters_is_a_fault_of_the_row(
    brought_in: Callable[..., Any], tmp_path: Path
) -> None:
    rows = [
        ["乙-1", _UNIT, "库房", "货架倾斜", clock.now().add(days=2).to_date_string(), "一般", "", ""],
        ["乙-2", _UNIT, "库房", "货架\u202e倾斜", "2026-03-02", "一般", "", ""],
        ["乙-3", _UNIT, "库房", "货架" * 1500, "2026-03-02", "一般", "", ""],
        ["乙-4", _UNIT, "库房", "货架倾斜", "1899-12-31", "一般", "", ""],
        ["乙-5", _UNIT, "库房", "货架倾斜👷", "2026-03-02", "特别大", "", ""],
        ["乙-6", _UNIT, "库房", "货架倾斜👷", "2026-03-02", "一般", "", ""],
    ]
    answer = brought_in(_xlsx(tmp_path / "怪.xlsx", rows))
    assert (answer.document["imported"], answer.document["bad"]) == (1, 5)
    assert [fault["row"] for fault in answer.document["faults"]] == [3, 4, 5, 6, 7]


# --- files that are refused whole ----------------------------------------------------------------


def _bomb(path: Path) -> Path:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 300_000_000)
    path.write_bytes(target.getvalue())
    return path


def _many_rows(path: Path) -> Path:
    line = f"{_UNIT},灭火器过期,2026-03-02"
    path.write_text("单位名称,隐患描述,发现日期\n" + "\n".join([line] * 50_001) + "\n", encoding="utf-8")
    return path


def _two_encodings(path: Path) -> Path:
    first, second = (",".join(row) + "\n" for row in _ROWS[:2])
    path.write_bytes((",".join(_HEADINGS) + "\n" + first).encode() + second.encode("gb18030"))
    return path


_WHOLE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "zip bomb": (lambda folder: _bomb(folder / "炸弹.xlsx"), "解压"),
    "50,001 rows": (lambda folder: _many_rows(folder / "多.csv"), "50,000"),
    "two encodings": (lambda folder: _two_encodings(folder / "混.csv"), "编码"),
    "another encoding": (lambda folder: _delimited_bytes(folder / "日.csv"), "编码"),
    "no table": (lambda folder: _text(folder / "信.csv", "各位领导：\n现将情况报告如下\n"), "表头"),
    "headings only": (lambda folder: _text(folder / "空.csv", ",".join(_HEADINGS) + "\n"), ""),
    "empty": (lambda folder: _text(folder / "零.csv", ""), ""),
    "a picture": (lambda folder: _bytes(folder / "图.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 400), ""),
    "broken json": (lambda folder: _text(folder / "坏.jsonl", '{"单位名称": \n'), "JSON"),
    "an ending nobody knows": (lambda folder: _text(folder / "台账.docx", "x"), ""),
}


def _text(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def _bytes(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _delimited_bytes(path: Path) -> Path:
    return _bytes(path, ",".join(_HEADINGS).encode() + b"\n\xff\xfe\xfa\x81\n")


@pytest.mark.parametrize("name", sorted(_WHOLE.keys() - {"headings only"}))
def test_a_file_that_cannot_be_trusted_is_refused_whole_with_the_reason(
    name: str, brought_in: Callable[..., Any], county: Any, tmp_path: Path
) -> None:
    make, reason = _WHOLE[name]
    before = county.count("acts"), county.count("submissions")

    answer = brought_in(make(tmp_path))

    assert (answer.code, answer.error["code"]) == (2, "import-refused")
    assert reason in answer.error["message"]
    assert (county.count("acts"), county.count("submissions")) == before


def test_a_ledger_without_rows_imports_nothing(brought_in: Callable[..., Any], tmp_path: Path) -> None:
    answer = brought_in(_WHOLE["headings only"][0](tmp_path))
    assert answer.code == 0
    assert answer.document["imported"] == answer.document["bad"] == 0


def test_a_formula_is_a_fault_of_its_row_and_is_never_computed(
    brought_in: Callable[..., Any], county: Any, tmp_path: Path
) -> None:
    rows = [["丙-1", _UNIT, "库房", '=CONCATENATE("货架","倾斜")', "2026-03-02", "一般", "", ""], _ROWS[0]]
    answer = brought_in(_xlsx(tmp_path / "公式.xlsx", rows))
    assert (answer.document["imported"], answer.document["bad"]) == (1, 1)
    assert "公式" in answer.document["faults"][0]["faults"][0]
    with zipfile.ZipFile(answer.document["annotated"]) as archive:
        sheets = [archive.read(entry) for entry in archive.namelist() if entry.startswith("xl/worksheets/sheet")]
    assert sheets
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
    assert [row[0] for row in _imported(county)] == ["灭火器压力不足"]


# --- a real ledger -------------------------------------------------------------------------------


@pytest.mark.skipif(not _REAL_LEDGER.is_file(), reason="../shared/cases/hazards.jsonl 不在这台机器上")
def test_the_ledger_that_lies_beside_the_repository_is_imported_row_by_row(
    brought_in: Callable[..., Any], county: Any, tmp_path: Path
) -> None:
    """Its keys are another system's: as it is it is refused with what is missing; with headings it is read.

    Most of its rows are from before the rulebook begins, or name several days.
    """
    as_it_is = brought_in(_REAL_LEDGER)
    assert as_it_is.error["code"] == "import-refused"
    assert "单位名称" in as_it_is.error["message"]
    headings = {
        "id": "编号", "responsible_unit": "单位名称", "location": "隐患地点", "hazard_text": "隐患描述",
        "grade": "隐患等级", "found_at": "发现日期", "found_by": "检查单位", "measure": "整改措施",
        "completed_at": "整改完成日期", "source_url": "来源",
    }  # fmt: skip
    rows = [json.loads(line) for line in _REAL_LEDGER.read_text("utf-8").splitlines()]
    ledger = tmp_path / "hazards.jsonl"
    ledger.write_text(
        "\n".join(json.dumps({title: row[key] for key, title in headings.items()}, ensure_ascii=False) for row in rows),
        encoding="utf-8",
    )
    units = sorted({row["responsible_unit"] for row in rows} - {""})
    with county.opened() as tools:
        for number, name in enumerate(units):
            new = directory.NewUnit(f"real-{number}", name, "shangguan", "emergency-bureau", "矿山", "某处")
            tools.store.write(lambda writing, new=new: directory.add_unit(writing, "dai", new))

    first, again = brought_in(ledger), brought_in(ledger)

    assert first.code == again.code == 0
    assert first.document["imported"] + first.document["bad"] == len(rows)
    assert first.document["imported"] >= 30
    assert all(fault["faults"] for fault in first.document["faults"])
    assert (again.document["imported"], again.document["known"]) == (0, first.document["imported"])
    assert len(_imported(county)) == first.document["imported"]


# --- an import that is cut off -------------------------------------------------------------------


def _count(path: Path) -> int:
    with driver.connect(str(path)) as connection:
        found = connection.execute("SELECT count(*) FROM cases").fetchone()[0]
    connection.close()
    return int(found)


@pytest.mark.slow
def test_an_import_killed_in_the_middle_and_started_again_registers_every_row_once(
    brought_in: Callable[..., Any], anlan: Callable[..., Any], county: Any, tmp_path: Path, until: Callable[..., None]
) -> None:
    total = 1500
    rows = [[f"丁-{n}", _UNIT, "库区", f"第 {n} 处隐患", "2026-03-02", "一般", "", ""] for n in range(total)]
    ledger = tmp_path / "大.csv"
    ledger.write_text("\n".join(",".join(row) for row in [_HEADINGS, *rows]), encoding="utf-8")
    database = county.folder / "anlan.db"
    before = _count(database)
    command = [sys.executable, "-m", "deployments.cli", "import", str(ledger), "--data", str(county.folder)]
    process = subprocess.Popen(
        [*command, "--as", county.who(Role.BUREAU_OFFICER), "--json"],
        cwd=_ROOT, env={"PYTHONPATH": str(_ROOT)}, stdout=subprocess.DEVNULL,
    )  # fmt: skip

    until(lambda: _count(database) > before or process.poll() is not None)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    reached = _count(database) - before
    answer = brought_in(ledger)

    assert process.returncode == -signal.SIGKILL
    assert 0 < reached < total
    assert (answer.document["known"], answer.document["imported"]) == (reached, total - reached)
    found = [row[0] for row in _imported(county) if row[0].startswith("第 ")]
    assert sorted(found) == sorted(f"第 {n} 处隐患" for n in range(total))
    assert anlan("ledger", "verify", "--json").document["holds"] is True
