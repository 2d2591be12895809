"""The duty page: who is on duty, telephones for those who supervise, gaps, and the acts of the watch through pages."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from models.statements import Statement

_LINES = "\n".join(
    f"2026-03-{day:02d}T08:00/2026-03-{day + 1:02d}T08:00|正职|bureau_head|bureau_officer、committee_office"
    for day in range(2, 30)
)
FIRST = "2026-03-02T08:00"


@pytest.fixture
def roster(house: Any) -> str:
    """Return the number of a roster of the bureau that was published through the page."""
    answer = house.person("bureau_officer").fill("/duty/new", "/duty", organisation="bureau", shifts=_LINES)
    assert answer.status == 303, answer.text
    number: str = answer.location.split("/")[2].split("?")[0]
    return number


def test_a_roster_is_published_by_name_and_shown_with_who_is_on_duty(house: Any, roster: str) -> None:
    page = house.person("bureau_officer").get("/duty")
    assert f"/cases/{roster}" in page.links
    assert "现在当班" in page.words
    assert "待报零报告" in page.words
    assert "无人当班" not in page.words
    assert "今后每一小时" not in page.words
    assert "没有排班" in page.words
    assert "每日零报告 2026-03-02" in page.words
    assert "zero-report" not in page.words


def test_telephones_are_shown_to_those_who_supervise_alone(house: Any, roster: str) -> None:
    assert roster
    give = Statement(text("UPDATE persons SET phone = '199 0000 0001'"))
    house.store.write(lambda writing: writing.run(give))
    numbers = {
        login: any(link.startswith("tel:") for link in house.person(login).get("/duty").links)
        for login in ("bureau_officer", "county_leader", "auditor")
    }
    assert numbers == {"bureau_officer": True, "county_leader": True, "auditor": False}


def test_a_town_sees_neither_the_bureaus_roster_nor_the_countys_gaps(house: Any, roster: str) -> None:
    page = house.person("town_clerk").get("/duty")
    assert f"/cases/{roster}" not in page.links
    assert "管辖范围内还没有值班表" in page.words
    assert "值班覆盖" not in page.words


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("写错了", "写法不对"),
        (f"{FIRST}/2026-03-03T08:00|正职|查无此人|bureau_officer、committee_office", "没有登记姓名或者登录名"),
        (f"{FIRST}/2026-03-03T08:00|正职|bureau_head|bureau_officer", "至少 2 人"),
    ],
)
def test_a_roster_that_does_not_hold_comes_back_with_all_that_was_typed(house: Any, lines: str, words: str) -> None:
    answer = house.person("bureau_officer").fill("/duty/new", "/duty", organisation="bureau", shifts=lines)
    assert answer.status == 422
    assert words in answer.text
    assert lines in answer.text


def test_the_acts_of_a_shift_are_done_through_their_forms(house: Any, roster: str) -> None:
    for login in ("bureau_officer", "committee_office", "bureau_head"):
        assert house.act(login, roster, "check-in", shift=FIRST).status == 303
    assert house.act("bureau_officer", roster, "zero-report", day="2026-03-02", events="none").status == 303
    people = house.person("bureau_officer").get(f"/cases/{roster}/acts/leave").text
    assert people.count("<option") > 3
    words = house.person("bureau_officer").get(f"/cases/{roster}").words
    assert "签到" in words
    assert "值班表" in words


def test_who_is_not_on_the_shift_is_told_why(house: Any, roster: str) -> None:
    answer = house.act("county_leader", roster, "check-in", shift=FIRST)
    assert answer.status in {403, 409}
    assert "您不在班次 2026-03-02T08:00 上" in answer.text


def test_the_duty_page_is_read_in_english(house: Any, roster: str) -> None:
    assert roster
    page = house.person("bureau_officer").get("/duty?lang=en")
    assert "On duty now" in page.words
    assert "Daily reports due" in page.words
