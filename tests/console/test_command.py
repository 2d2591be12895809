"""Commands on pages: set up, listed with what they lack, completed by choosing people, looked over, printed."""

from __future__ import annotations

import re
from typing import Any

import pytest


@pytest.fixture
def number(house: Any) -> str:
    """Return a flood command that was just set up."""
    form = house.person("bureau_officer").get("/commands/new").form("/commands")
    answer = house.person("bureau_officer").submit(
        form, whose="bureau", name="防汛抗旱指挥部", category="flood", document_no="代政办发〔2026〕3号"
    )
    assert answer.status == 303, answer.words
    found: str = answer.location.split("/")[2].split("?")[0]
    return found


def _person(house: Any, number: str, kind: str, name: str) -> str:
    """Return the identifier by which a form offers somebody."""
    page = house.person("bureau_officer").get(f"/cases/{number}/acts/{kind}").text
    found = re.search(rf'value="([^"]+)"[^>]*>\s*(?:<[^>]+>)*\s*{name}', page)
    assert found, page[:2000]
    return found.group(1)


def test_a_command_shows_what_it_lacks_in_words(house: Any, number: str) -> None:
    page = house.person("bureau_officer").get(f"/cases/{number}").words
    for missing in ("指挥长", "联络员", "响应卡", "前置点", "运作方式"):
        assert missing in page

    assert "防汛抗旱指挥部" in house.person("county_leader").get("/commands").words
    assert number in house.person("committee_office").get("/").words


def test_people_are_chosen_by_name_and_what_is_made_good_is_owed_no_more(house: Any, number: str) -> None:
    who = _person(house, number, "appoint", "分管县领导r")
    answer = house.act("bureau_officer", number, "appoint", about="commander", person=who)
    assert answer.status == 303, answer.words
    answer = house.act("bureau_officer", number, "appoint", about="commander", person="nobody")
    assert answer.status == 422
    assert "没有登记" in answer.words

    house.act("bureau_officer", number, "team", about="fire", name="消防救援大队", strength="28", base="县城")
    assert "消防救援大队" in house.person("bureau_officer").get(f"/cases/{number}/acts/station").words
    assert "分管县领导r" in house.person("bureau_officer").get(f"/cases/{number}/acts/relieve").words
    assert "消防救援大队" in house.person("bureau_officer").get(f"/cases/{number}/acts/withdraw").words


def test_the_pages_of_a_command_are_read_in_english(house: Any, number: str) -> None:
    words = house.person("bureau_officer").get(f"/cases/{number}?lang=en").words
    for said in ("Commander", "Response card", "Post forward"):
        assert said in words


def test_units_see_no_commands(house: Any, number: str) -> None:
    assert number not in house.person("unit_head").get("/commands").words
    assert house.person("unit_head").get(f"/cases/{number}").status == 404


@pytest.mark.usefixtures("number")
def test_only_the_county_sets_commands_up(house: Any) -> None:
    assert house.person("town_clerk").get("/commands/new").status == 403
