"""A warning on pages: the county sees how far each town is, a town sees what is asked of it and confirms."""

from __future__ import annotations

from typing import Any

import pytest

SAID = {
    "headline": "暴雨橙色预警", "hazard": "rain", "level": "orange", "until": "2026-03-06",
    "advice": "转移沟口、崖下住户",
}  # fmt: skip


@pytest.fixture
def number(house: Any, make_photo: Any) -> str:
    """Return the number of a warning that was just relayed to every town."""
    officer = house.person("bureau_officer")
    form = officer.get("/warning/new?act=relay").form("/warning")
    answer = officer.submit(form, files=[("photos", ("a.jpg", make_photo(), "image/jpeg"))], whose="bureau", **SAID)
    assert answer.status == 303, answer.words
    found: str = answer.location.split("/")[2].split("?")[0]
    return found


def town_of(house: Any, number: str, town: str) -> str:
    """Return the number of a town's case, as the county's page names it."""
    page = house.person("bureau_officer").get(f"/cases/{number}").words
    row = page[page.index(town, page.index("各乡镇")) :]
    found: str = row[row.index("YJ-") :][:12]
    return found


def test_the_county_s_page_says_how_far_each_town_is(house: Any, number: str) -> None:
    page = house.person("bureau_officer").get(f"/cases/{number}").words
    assert page.count("签收预警") == 2
    town = town_of(house, number, "青石镇")
    assert house.act("town_clerk", town, "confirm").status == 303
    page = house.person("bureau_officer").get(f"/cases/{number}").words
    assert "落实响应措施" in page
    assert page.count("签收预警") == 2


def test_a_town_reads_what_is_asked_of_it_before_all_else_and_cannot_see_the_county_s_case(
    house: Any, number: str
) -> None:
    town = town_of(house, number, "青石镇")
    page = house.person("town_clerk").get(f"/cases/{town}").words
    assert page.index("县里的要求") < page.index("转移沟口、崖下住户") < page.index("您现在可以办理")
    assert page.index("暴雨橙色预警") < page.index("县里的要求")
    assert "等待县里：解除送达" in page
    assert house.person("town_clerk").get(f"/cases/{number}").status == 404
    assert "各乡镇" not in page


def test_a_group_that_is_away_is_entered_by_its_own_button(house: Any, number: str) -> None:
    town = town_of(house, number, "青石镇")
    groups = "一村二组|12户|村小学\n二村一组|5户|镇敬老院"
    assert house.act("town_clerk", town, "evacuate", groups=groups).status == 303
    page = house.person("town_leader").get(f"/cases/{town}").words
    assert "登记：一村二组|12户|村小学" in page
    assert "登记：二村一组|5户|镇敬老院" in page
