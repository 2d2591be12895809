"""The one form that somebody uploaded: entered under them, handed back row by row, on record in the journal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from documents.templates import SheetContent, write_workbook
from documents.unit_table import UNIT_TABLE
from flows.importing import enter
from flows.orders import Order
from models.spool import Spool
from models.unit_table import lines_within
from rules.actor import Role, clock
from rules.errors import WrongPost
from rules.incoming import Mode


@pytest.fixture
def uploaded(county: Any, tools: Any, tmp_path: Path) -> str:
    """Return the upload of a table in which the mine has a sector department and the shop one that nobody knows."""
    with county.store.read() as reading:
        rows = [line.row for line in lines_within(reading, county.scopes["committee_office"])]
    by_code = {row["code"]: row for row in rows}
    by_code["redstar"]["sector"], by_code["hongda"]["sector"] = "工信局", "不存在的局"
    path = tmp_path / "table.xlsx"
    write_workbook(path, [SheetContent(name="一张表", title="一张表", columns=UNIT_TABLE.columns, rows=rows)])
    found: str = Spool(tools.settings.folder("spool")).keep_upload(path.read_bytes(), file_name="table.xlsx")
    return found


def test_rows_are_entered_under_whoever_uploaded_them_and_handed_back(county: Any, tools: Any, uploaded: str) -> None:
    order = Order(tools, "run-1", county.actor(Role.COMMITTEE_OFFICE), "import-units", "ticket-1")
    enter(order, uploaded, table="unit_table", about="", mode=Mode.GOOD)
    assert order.counts == {"new": 1, "same": 0, "bad": 1, "skipped": 0, "acts": 2}
    assert order.answer == "写入 1 行，此前已有 0 行，有问题 1 行，略过 0 行"
    assert county.rows("SELECT seat, organisation FROM unit_seats ORDER BY seat") == [
        ("department", "industry"), ("local", "qingshi"), ("sector", "industry"),
    ]  # fmt: skip
    answer = openpyxl.load_workbook(tools.settings.folder("reports") / "import-ticket-1.xlsx").active
    words = [str(cell.value) for row in answer for cell in row]
    assert any("没有名称或者编码为「不存在的局」的机构" in word for word in words)
    (journal,) = county.rows("SELECT body FROM acts JOIN cases ON cases.id = acts.case_id WHERE cases.kind = 'journal'")
    assert "一张表" in journal[0]


def test_the_clock_uploads_nothing(tools: Any, county: Any, uploaded: str) -> None:
    with pytest.raises(WrongPost, match="须由登录的人员发起"):
        enter(
            Order(tools, "run-1", clock("dai"), "import-units", "t"), uploaded, table="unit_table", about="",
            mode=Mode.GOOD,
        )  # fmt: skip
    assert county.count("unit_files") == 0
