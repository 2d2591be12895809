"""The register of units: a list within one's scope and one page for each unit, mostly read from the ledger."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from models import directory
from models.organisation import UNREGISTERED
from models.statements import Statement


def test_the_list_shows_the_units_of_the_scope_with_what_runs_there(house: Any) -> None:
    number = house.found(unit="redstar")
    words = house.person("committee_office").get("/units").words

    assert "共 3 家" in words
    assert "红星铁矿" in words
    assert "宏达商场" in words
    assert number not in words


@pytest.mark.parametrize(
    ("login", "seen", "unseen"),
    [
        ("town_clerk", "redstar qingbo", "hongda"),
        ("town_clerk2", "hongda", "redstar qingbo"),
        ("dept_officer", "redstar qingbo", "hongda"),
        ("unit_head", "redstar", "qingbo hongda"),
        ("auditor", "redstar qingbo hongda", ""),
        ("it_admin", "", "redstar qingbo hongda"),
    ],
)
def test_nobody_sees_a_unit_out_of_scope_in_list_search_or_page(house: Any, login: str, seen: str, unseen: str) -> None:
    person = house.person(login)
    links = person.get("/units").links
    for code in seen.split():
        assert f"/units/{code}" in links
        assert person.get(f"/units/{code}").status == 200
    for code in unseen.split():
        assert f"/units/{code}" not in links
        assert f"/units/{code}" not in person.get(f"/units?words={code}").links
        foreign, unknown = person.get(f"/units/{code}"), person.get("/units/nowhere")
        assert foreign.status == unknown.status == 404
        assert foreign.text.replace(code, "") == unknown.text.replace("nowhere", "")


def test_the_list_is_narrowed_by_words_town_and_sector(house: Any) -> None:
    office = house.person("committee_office")
    assert "共 1 家" in office.get("/units?words=化工").words
    assert "共 1 家" in office.get("/units?town=baishui").words
    assert "共 1 家" in office.get("/units?sector=商贸").words
    assert "没有符合条件的单位" in office.get("/units?words=%25").words
    assert "共 3 家" in office.get("/units?page=99&words=").words


def test_the_list_is_narrowed_by_colour_and_by_what_the_files_do_not_say(house: Any) -> None:
    office = house.person("committee_office")
    bureau = house.person("bureau_officer")
    answer = bureau.submit(bureau.get("/units/redstar").form("/units/redstar/file"))
    number = answer.location.split("/")[2].split("?")[0]
    house.act("bureau_officer", number, "classify", kind="mine", colour="red", reason="地下开采")
    for asked, seen, unseen in (
        ("colour=red", "redstar", "hongda qingbo"), ("colour=blue", "", "redstar hongda qingbo"),
        ("gaps=some", "redstar", "hongda qingbo"), ("gaps=none", "", "redstar hongda qingbo"),
        ("gaps=no-file", "hongda qingbo", "redstar"), ("gaps=nonsense&colour=nonsense", "redstar hongda qingbo", ""),
    ):  # fmt: skip
        page = office.get(f"/units?{asked}")
        assert {f"/units/{code}" for code in seen.split()} <= set(page.links), asked
        assert not {f"/units/{code}" for code in unseen.split()} & set(page.links), asked
    line = office.get("/units?colour=red").words
    assert "红（重大风险）" in line
    assert "共 1 家" in line


def test_seats_of_unregistered_units_are_not_in_the_register(house: Any) -> None:
    unit = directory.NewUnit("unregistered-qingshi", "未登记的单位和个人", "qingshi", "industry", UNREGISTERED, "")
    house.store.write(lambda writing: directory.add_unit(writing, "dai", unit))
    assert "共 3 家" in house.person("committee_office").get("/units").words


def test_a_units_page_shows_basics_people_what_is_owed_and_its_cases(house: Any) -> None:
    number = house.found(unit="redstar")
    page = house.person("town_clerk").get("/units/redstar")

    for words in (
        "非煤矿山（地下）",
        "青石镇",
        "工信局",
        "关键人员",
        "判定等级",
        "皮带机尾轮防护罩缺失",
        "办理中 1，共 1",
    ):
        assert words in page.words, words
    assert f"/cases/{number}" in page.links


def test_a_post_that_nobody_holds_is_shown_as_vacant(house: Any) -> None:
    ended = Statement(
        text("UPDATE holdings SET ended_at = 1 WHERE post_id IN (SELECT id FROM posts WHERE code = 'post-unit_safety')")
    )
    house.store.write(lambda writing: writing.run(ended))
    assert "空缺" in house.person("unit_head").get("/units/redstar").words


def test_a_unit_about_which_nothing_was_recorded_says_so(house: Any) -> None:
    page = house.person("dept_officer").get("/units/qingbo")
    assert "没有待办的事项" in page.words
    assert "还没有关于该单位的事项" in page.words
    assert "没有登记岗位和人员" in page.words


def test_register_and_page_read_in_english(house: Any) -> None:
    assert "3 units" in house.person("auditor").get("/units?lang=en").words
    assert "Key people" in house.person("auditor").get("/units/redstar?lang=en").words
