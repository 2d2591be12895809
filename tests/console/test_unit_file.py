"""A unit's file on pages: opened with a tap, blanks with whose duty they are, entries and errors that lose nothing."""

from __future__ import annotations

from typing import Any

import pytest

LICENCE = {
    "sort": "safety", "number": "FM-2025-1", "authority": "市应急局", "from": "2025-06-01", "until": "2028-05-31",
}  # fmt: skip


@pytest.fixture
def number(house: Any) -> str:
    """Return the file of the mine, just opened by the department."""
    return open_file(house, "redstar")


def open_file(house: Any, unit: str, login: str = "bureau_officer") -> str:
    person = house.person(login)
    answer = person.submit(person.get(f"/units/{unit}").form(f"/units/{unit}/file"))
    assert answer.status == 303, answer.words
    found: str = answer.location.split("/")[2].split("?")[0]
    return found


def test_without_a_file_every_cell_is_a_gap_with_whose_duty_it_is(house: Any) -> None:
    words = house.person("dept_officer").get("/units/redstar").words
    assert "尚未建档" in words
    assert words.count("空白") == 8
    assert "综合监管空白 由安委办明确" in words.replace(" 空白", "空白")
    assert "属地监管空白 由乡镇安监员明确" in words.replace(" 空白", "空白")


def test_a_file_is_opened_from_the_units_page_and_its_blanks_are_owed(house: Any, number: str) -> None:
    page = house.person("committee_office").get("/units/redstar")
    assert f"/cases/{number}" in page.links
    assert "尚未建档" not in page.words
    assert f"/cases/{number}/acts/seat" in page.links
    assert number in house.person("committee_office").get("/").words
    assert house.person("unit_head").get(f"/cases/{number}").status == 200
    assert house.person("town_clerk2").get(f"/cases/{number}").status == 404


def test_a_unit_gets_no_second_file(house: Any, number: str) -> None:
    person = house.person("bureau_officer")
    form = person.get("/units/hongda").form("/units/hongda/file")
    form.action = "/units/redstar/file"
    answer = person.submit(form)
    assert answer.status == 422
    assert number in answer.words


def test_a_unit_cannot_open_its_own_file_and_a_township_none_of_another(house: Any) -> None:
    unit = house.person("unit_head").get("/units/redstar")
    assert "尚未建档" in unit.words
    assert [form.action for form in unit.reader.forms if form.action.endswith("/file")] == []
    clerk = house.person("town_clerk2")
    form = clerk.get("/units/hongda").form("/units/hongda/file")
    form.action = "/units/redstar/file"
    assert clerk.submit(form).status == 404


def test_who_answers_is_chosen_and_the_cell_is_no_blank_any_more(house: Any, number: str) -> None:
    answer = house.act("committee_office", number, "seat", about="general", organisation="bureau")
    assert answer.status == 303, answer.words
    words = house.person("unit_head").get("/units/redstar").words
    assert "综合监管应急局" in words
    history = house.person("unit_head").get(f"/cases/{number}").words
    assert "当时的单位名称" in history
    refused = house.act("committee_office", number, "seat", about="general", organisation="nowhere")
    assert refused.status == 422
    assert "没有编码为「nowhere」的机构" in refused.words
    refused = house.act("committee_office", number, "seat", about="lead_town", organisation="qingshi")
    assert refused.status == 422
    assert "责任人" in refused.words
    refused = house.act("committee_office", number, "seat", about="lead_town", organisation="qingshi", person="nobody")
    assert "没有登记" in refused.words


def test_a_licence_is_entered_by_the_unit_and_stands_with_its_end(house: Any, number: str) -> None:
    assert house.act("unit_safety", number, "license", **LICENCE).status == 303
    words = house.person("town_clerk").get("/units/redstar").words
    for said in ("安全生产许可证", "FM-2025-1", "2028-05-31", "有效", "报送延期申请"):
        assert said in words, said
    house.clock.go_on(days=900)
    house.people.clear()
    assert "已过期" in house.person("town_clerk").get("/units/redstar").words


def test_an_end_before_the_beginning_is_refused_and_nothing_typed_is_lost(house: Any, number: str) -> None:
    answer = house.act("unit_safety", number, "license", **{**LICENCE, "until": "2025-05-31"})
    assert answer.status == 422
    assert "早于有效期起" in answer.words
    assert 'value="FM-2025-1"' in answer.text


def test_a_number_that_another_unit_has_is_refused_with_its_name(house: Any, number: str) -> None:
    house.act("unit_safety", number, "license", **LICENCE)
    other = open_file(house, "hongda")
    answer = house.act("bureau_officer", other, "license", **LICENCE)
    assert answer.status == 422
    assert "红星铁矿" in answer.words
    assert house.act("bureau_officer", other, "license", **{**LICENCE, "sort": "business"}).status == 303


def test_class_and_colour_decide_what_is_missing(house: Any, number: str) -> None:
    answer = house.act("dept_officer", number, "classify", kind="mine", colour="red", reason="地下开采")
    assert answer.status == 303, answer.words
    words = house.person("unit_head").get("/units/redstar").words
    for said in ("矿山", "红（重大风险）", "有效的安全生产许可", "有效的安责险", "县级包保领导"):
        assert said in words, said


def test_an_entry_is_struck_off_by_choosing_it(house: Any, number: str) -> None:
    risk = {"name": "主井提升", "colour": "red", "place": "主井", "holder": "机电矿长", "controls": "每日检查"}
    house.act("unit_safety", number, "risk", **risk)
    assert "主井提升" in house.person("town_clerk").get("/units/redstar").words
    assert "主井提升" in house.person("town_clerk").get(f"/cases/{number}/acts/strike").words
    assert house.act("town_clerk", number, "strike", about="risk/主井提升", reason="已拆除").status == 303
    assert "主井提升" not in house.person("town_clerk").get("/units/redstar").words


def test_the_page_of_a_file_reads_in_english(house: Any, number: str) -> None:
    words = house.person("bureau_officer").get("/units/redstar?lang=en").words
    for said in ("General supervision", "to be named by", "Licences, insurance, standardisation"):
        assert said in words, said
    assert "Name who answers" in house.person("bureau_officer").get(f"/cases/{number}?lang=en").words
