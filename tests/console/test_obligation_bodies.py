"""Pages of what organisations and units owe: on the to-do page, a meeting, its tasks, a form that is only signed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from models.receipt import Deed
from models.statements import Statement
from rules.actor import OWN, clock

MEETING = {
    "day": "2026-03-02", "present": "9", "analysis": "平稳", "decisions": "一件", "decided": "1", "problems": "none",
}  # fmt: skip


@pytest.fixture
def opened(house: Any) -> Callable[..., str]:
    """Return how the clock opens what a body owes; the answer is the case's number."""

    def opening(table: str, code: str, at: str, role: str, **said: Any) -> str:
        with house.store.read() as reading:
            rows = reading.all(Statement(text(f"SELECT id FROM {table} WHERE code = '{code}'")))  # noqa: S608 - ours
        holder = rows[0][0]
        values = {"holder": holder, "seat": holder, "role": role, "least": "1", **said}
        deed = Deed("open", clock("dai"), f"open-{said['quota']}", values)
        found: str = house.app.desk.ledger.open_case("obligation", at, deed, house.clock()).number
        return found

    return opening


@pytest.fixture
def meeting(opened: Callable[..., str]) -> str:
    """Return the meeting that 工信局 owes in March."""
    month = {"first": date(2026, 3, 1), "last": date(2026, 3, 31)}
    said = {"quota": "department-meeting", "clause": "obl-meet-department"}
    return opened("organisations", "industry", f"industry{OWN}", "dept_head", **said, **month)


@pytest.fixture
def photo(make_photo: Callable[..., bytes]) -> Callable[[], list[tuple[str, Any]]]:
    """Return what makes two photographs to send along, each another one."""
    return lambda: [("photo", (f"{name}.jpg", make_photo(), "image/jpeg")) for name in ("minutes", "list")]


def test_what_a_department_owes_stands_on_the_to_do_page_of_its_head_alone(house: Any, meeting: str) -> None:
    page = house.person("dept_head").get("/")
    assert meeting in page.text
    assert "部门月度安全生产会议" in page.words
    assert "文字已删除" not in page.words
    assert "部门月度安全生产会议" in house.person("dept_head").get(f"/cases/{meeting}").words
    assert meeting not in house.person("dept_head2").get("/").text
    assert f"/cases/{meeting}/acts/meet" in house.person("dept_head").get("/obligations").links


def test_the_committee_office_enters_what_the_county_owes_and_nothing_of_a_department(
    house: Any, opened: Callable[..., str], meeting: str
) -> None:
    month = {"first": date(2026, 3, 1), "last": date(2026, 3, 31)}
    said = {"quota": "county-meeting", "clause": "obl-meet-county"}
    county = opened("organisations", "county", f"county{OWN}", "committee_office", **said, **month)
    links = house.person("committee_office").get("/obligations").links
    assert f"/cases/{county}/acts/meet" in links
    assert not [link for link in links if link.startswith(f"/cases/{meeting}/acts/")]
    assert not [link for link in links if link.endswith("/acts/absence")]


def test_others_see_how_many_have_done_it(house: Any, meeting: str) -> None:
    assert meeting
    words = house.person("committee_office").get("/obligations").words
    assert "部门月度安全生产会议" in words
    assert "已办 0 / 1" in words


def test_a_meeting_leads_to_a_task_that_its_page_shows_and_the_form_knows(house: Any, meeting: str, photo: Any) -> None:
    head = house.person("dept_head")
    path = f"/cases/{meeting}/acts/meet"
    assert head.fill(path, path, files=photo()[:1], **MEETING).status == 422
    assert head.fill(path, path, files=photo(), **MEETING).status == 303
    page = head.get(f"/cases/{meeting}")
    new = f"/tasks/new?source={meeting}"
    assert new in page.links
    form = head.get(new).form("/tasks")
    assert form.fields["source"] == meeting
    people = dict(_people(house))
    said = {"whose": "industry", "what": "更换防护罩", "due": "2026-03-20", "leader": people["dept_head"]}
    refused = head.fill(new, "/tasks", **said, person=people["dept_head"])
    assert refused.status == 422
    assert "不能是同一人" in refused.words
    assert head.fill(new, "/tasks", **said, person=people["dept_officer"]).status == 303
    words = head.get(f"/cases/{meeting}").words
    assert "责任人：部门监管员" in words
    refer = f"/cases/{meeting}/acts/refer"
    assert head.get(refer).form(refer).fields["tasks"].startswith("ZQ-2026-")
    assert head.fill(refer, refer).status == 303
    officer = house.person("dept_officer").get("/")
    assert "报告完成" in officer.words


def test_a_unit_s_head_checks_a_form_made_by_the_ledger_and_signs_it(house: Any, opened: Callable[..., str]) -> None:
    quarter = {"first": date(2025, 10, 1), "last": date(2025, 12, 31)}
    said = {"quota": "hazard-form-quarter", "clause": "haz-stat-quarter"}
    number = opened("units", "redstar", "redstar", "unit_head", **said, **quarter)
    head = house.person("unit_head")
    path = f"/cases/{number}/acts/sign-form"
    page = head.get(path)
    assert "一般隐患：发现 0，整改 0，未整改 0，其中逾期 0" in page.words
    assert house.person("unit_safety").get(path).status == 403
    assert "您现在可以办理" in head.get(f"/cases/{number}").words


def _people(house: Any) -> list[tuple[str, str]]:
    with house.store.read() as reading:
        rows = reading.all(Statement(text("SELECT login, person_id FROM accounts")))
    return [(login, person) for login, person in rows]
