"""The one form and the board: a line for each unit of the scope, blanks marked, and a workbook to take away."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pendulum
import pytest

from models.reorganisation import merge_organisation

_AT = pendulum.datetime(2026, 3, 2, 9, tz="Asia/Shanghai")


@pytest.fixture
def number(house: Any) -> str:
    """Return the file of the mine, just opened by the bureau."""
    person = house.person("bureau_officer")
    answer = person.submit(person.get("/units/redstar").form("/units/redstar/file"))
    found: str = answer.location.split("/")[2].split("?")[0]
    return found


def test_the_one_form_has_a_line_for_each_unit_and_marks_every_blank(house: Any, number: str) -> None:
    house.act("committee_office", number, "seat", about="sector", organisation="industry")
    page = house.person("committee_office").get("/one-form")
    assert "共 3 家，其中 3 家的五方责任有空白" in page.words
    assert "工信局" in page.words
    assert page.words.count("尚未建档") == 2
    assert "/units/redstar" in page.links
    assert "/units/redstar" not in house.person("town_clerk2").get("/one-form").links
    assert "共 1 家" in house.person("committee_office").get("/one-form?town=baishui").words


def test_the_workbook_holds_what_the_scope_holds(house: Any, number: str) -> None:
    house.act("committee_office", number, "seat", about="sector", organisation="industry")
    answer = house.person("town_clerk").get("/one-form/file/one-form.xlsx")
    assert answer.response.headers["content-disposition"].startswith("attachment")
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(answer.response.content)).active]
    codes = [row[0] for row in rows[3:]]
    assert sorted(codes) == ["qingbo", "redstar"]
    assert any("工信局" in row for row in rows)


def test_the_board_names_persons_and_what_is_blank(house: Any, number: str) -> None:
    form = house.person("town_clerk").get(f"/cases/{number}/acts/seat").form(f"/cases/{number}/acts/seat")
    who = next(value for value in form.choices["person"] if value)
    answer = house.act("town_clerk", number, "seat", about="lead_town", organisation="qingshi", person=who)
    assert answer.status == 303, answer.words
    page = house.person("town_clerk").get("/board?unit=redstar")
    assert "红星铁矿" in page.words
    assert "清波化工厂" not in page.words
    assert "乡镇包保责任人" in page.words
    assert "空白" in page.words
    assert "主要负责人d" in page.words
    assert "清波化工厂" in house.person("town_clerk").get("/board").words
    assert "宏达商场" not in house.person("town_clerk").get("/board").words


def test_a_body_that_was_merged_and_still_stands_in_a_seat_is_marked_everywhere(house: Any, number: str) -> None:
    house.act("committee_office", number, "seat", about="sector", organisation="commerce")
    office = house.person("committee_office")
    for page in ("/units/redstar", "/one-form"):
        assert "已撤销或者合并" not in office.get(page).words
    house.store.write(lambda writing: merge_organisation(writing, "dai", "commerce", "industry", _AT))
    assert "已撤销或者合并，请重新明确" in office.get("/units/redstar").words
    assert office.get("/one-form").words.count("已撤销或者合并") == 1
    house.act("committee_office", number, "seat", about="sector", organisation="industry")
    assert "已撤销或者合并" not in office.get("/one-form").words
    assert "已撤销或者合并" not in office.get("/units/redstar").words


def test_they_read_in_english(house: Any, number: str) -> None:
    assert number
    assert "Board of named persons" in house.person("auditor").get("/board?lang=en").words
    assert "with a blank among the five parties" in house.person("auditor").get("/one-form?lang=en").words
