"""Pages of registers and of the matrix: entered as people write, shown, taken away, begun from what stands already."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text

from models.receipt import Deed
from models.statements import Statement
from rules.actor import OWN, clock

MARCH = {"first": date(2026, 3, 1), "last": date(2026, 3, 31)}
YEAR = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}
SPRING = {"first": date(2026, 1, 1), "last": date(2026, 4, 30)}


@pytest.fixture
def opened(house: Any) -> Callable[..., str]:
    """Return how the clock opens a line for an organisation; the answer is the case's number."""

    def opening(line: str, code: str, role: str, /, **said: Any) -> str:
        with house.store.read() as reading:
            (row,) = reading.all(Statement(text(f"SELECT id FROM organisations WHERE code = '{code}'")))  # noqa: S608 - ours
        values = {"holder": row[0], "seat": row[0], "role": role, "least": "1", "clause": f"obl-{line}", "quota": line}
        deed = Deed("open", clock("dai"), f"open-{line}-{code}-{said['first']}", {**values, **said})
        found: str = house.app.desk.ledger.open_case("obligation", f"{code}{OWN}", deed, house.clock()).number
        return found

    return opening


def _enter(person: Any, number: str, **said: str) -> Any:
    path = f"/cases/{number}/acts/register"
    return person.fill(path, path, **{"day": "2026-03-02", **said})


def test_what_is_pasted_is_read_shown_and_taken_away(house: Any, opened: Callable[..., str]) -> None:
    number, officer = opened("publicity-reach", "bureau", "dept_head", **YEAR), house.person("bureau_officer")
    assert "活动｜日期｜覆盖人数" in officer.get(f"/cases/{number}/acts/register").words
    refused = _enter(officer, number, entries="进社区｜2026-03-01｜一百")
    assert refused.status == 422
    assert "第 1 行的「覆盖人数」应为数字" in refused.words
    assert "进社区｜2026-03-01｜一百" in refused.text
    pasted = "活动\t日期\t覆盖人数\n进社区\t2026/3/1\t100\n进校园\t2026-2-3\t20"
    assert _enter(officer, number, entries=pasted).status == 303
    assert "登记条数2" in officer.get(f"/cases/{number}").words
    page = officer.get("/registers/publicity-reach?year=2026")
    assert "进社区2026-03-01100" in page.words
    assert "覆盖人数 120" in page.words
    assert "/registers/publicity-reach?year=2026" in officer.get("/registers").links
    book = openpyxl.load_workbook(io.BytesIO(officer.get("/registers/publicity-reach/workbook").response.content))
    cells = [[cell.value for cell in row] for row in book.active]
    assert [row[0] for row in cells if row[0] == number] == [number, number]
    assert any("进校园" in row for row in cells)


def test_nothing_to_enter_is_shown_with_its_reason_and_only_within_the_scope(
    house: Any, opened: Callable[..., str]
) -> None:
    number = opened("opinion-watch", "bureau", "dept_head", **MARCH)
    assert _enter(house.person("bureau_officer"), number, nothing="本月没有舆情").status == 303
    assert "本月没有舆情" in house.person("auditor").get("/registers/opinion-watch?year=2026").words
    assert "本月没有舆情" not in house.person("town_clerk").get("/registers/opinion-watch?year=2026").words
    assert "这一年还没有登记" in house.person("auditor").get("/registers/opinion-watch?year=2025").words
    assert house.person("auditor").get("/registers/county-meeting").status == 404
    assert "None in this period" in house.person("auditor").get("/registers/opinion-watch?lang=en").words


def test_a_roster_begins_with_what_stood_and_shows_what_stands(house: Any, opened: Callable[..., str]) -> None:
    town = house.person("town_clerk")
    first = opened("culture-facilities", "qingshi", "town_leader", **YEAR)
    path = f"/cases/{first}/acts/register"
    assert town.get(path).form(path).fields["entries"] == ""
    assert _enter(town, first, entries="文化广场｜镇区｜2019-05-01").status == 303
    assert town.get(path).form(path).fields["entries"].strip() == "文化广场｜镇区｜2019-05-01"
    assert _enter(town, first, entries="文化广场｜镇区｜2019-05-01\n科普长廊｜校园｜2026-03-01").status == 303
    page = town.get("/registers/culture-facilities?year=2026")
    assert page.words.count("文化广场") == 1
    assert "共 2 条" in page.words


def test_progress_begins_with_the_tasks_of_the_list_and_the_matrix_shows_them(
    house: Any, opened: Callable[..., str]
) -> None:
    office = house.person("committee_office")
    listed = opened("list-key-tasks", "county", "committee_office", **SPRING)
    with house.store.read() as reading:
        people = dict(map(tuple, reading.all(Statement(text("SELECT login, person_id FROM accounts")))))
    said = {"whose": "industry", "what": "治理尾矿库", "due": "2026-03-20", "cell": "risk",
            "leader": people["dept_head"], "person": people["dept_officer"]}  # fmt: skip
    assert office.fill(f"/tasks/new?source={listed}", "/tasks", **said).status == 303
    quarter = {"first": date(2026, 1, 1), "last": date(2026, 3, 31)}
    number = opened("key-task-progress", "county", "committee_office", **quarter)
    path = f"/cases/{number}/acts/register"
    written = office.get(path).form(path).fields["entries"]
    assert written.strip().startswith("ZQ-2026-")
    assert written.strip().endswith("｜部门负责人d｜进行中")
    page = office.get("/matrix?year=2026")
    assert "安全风险预控管理" in page.words
    assert "治理尾矿库" in page.words
    assert "0 / 1" in page.words
    assert "没有布置任务" in office.get("/matrix?year=2025").words
    assert "没有布置任务" in house.person("town_clerk").get("/matrix?year=x").words


def test_a_unit_s_page_sums_up_its_year_without_anything_typed(house: Any) -> None:
    with house.store.read() as reading:
        (row,) = reading.all(Statement(text("SELECT id FROM units WHERE code = 'redstar'")))
    for line, clause, term in (
        ("inner-reports", "obl-inner-reports", {"first": date(2026, 1, 1), "last": date(2026, 6, 30)}),
        ("unit-pledge", "obl-unit-pledge", SPRING),
    ):
        said = {"holder": row[0], "seat": row[0], "role": "unit_head", "least": "1", "quota": line, "clause": clause}
        deed = Deed("open", clock("dai"), f"open-{line}", {**said, **term})
        number = house.app.desk.ledger.open_case("obligation", "redstar", deed, house.clock()).number
        if line == "inner-reports":
            _enter(house.person("unit_safety"), number, nothing="上半年没有")
    words = house.person("dept_officer").get("/units/redstar").words
    assert "本年应办汇总 2026" in words
    assert "登记：已办 1 / 1" in words
    assert "承诺：已办 0 / 1" in words
    assert "本年应办汇总" not in house.person("dept_officer").get("/units/qingbo").words
