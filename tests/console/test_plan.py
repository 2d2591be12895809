"""Plans on pages: begun by their own body, found in the list and the to-do, carried to the filing with few taps."""

from __future__ import annotations

import re
from typing import Any

import pytest

CHINESE = re.compile("[\u4e00-\u9fff]")
_UNIT = {
    "level": "unit", "title": "红星铁矿综合应急预案", "unit_kind": "mine", "scope": "comprehensive",
    "ends_on": "2026-03-31",
}  # fmt: skip


def _begun(house: Any, login: str = "unit_safety", **values: str) -> str:
    form = house.person(login).get("/plans/new").form("/plans")
    answer = house.person(login).submit(form, **{**_UNIT, **values})
    assert answer.status == 303, answer.words
    number: str = answer.location.split("/")[2].split("?")[0]
    return number


@pytest.fixture
def filed(house: Any) -> str:
    """Return the plan of a mine whose papers the office has."""
    number = _begun(house)
    for login, kind, says in (
        ("unit_safety", "draft", {"risk": "yes", "resources": "yes"}),
        ("unit_head", "review", {"passed": "yes", "experts": "yes", "document_no": "评审纪要1"}),
        ("unit_head", "approve", {"approved": "yes"}),
        ("unit_safety", "publish", {"where": "厂区公示栏"}),
        ("unit_safety", "file", {"application": "yes", "text": "yes"}),
    ):  # fmt: skip
        answer = house.act(login, number, kind, **says)
        assert answer.status == 303, answer.words
    return number


def test_a_plan_is_begun_listed_and_asked_for(house: Any) -> None:
    number = _begun(house)

    listed = house.person("unit_safety").get("/plans").words
    assert number in listed
    assert "红星铁矿综合应急预案" in listed
    assert "企业、事业单位预案" in listed
    assert "提交草案" in house.person("unit_safety").get("/").words
    assert "红星铁矿综合应急预案" in house.person("dept_officer").get(f"/cases/{number}").words


def test_an_organisation_begins_a_plan_of_its_own_and_finds_it(house: Any) -> None:
    number = _begun(
        house, "town_clerk", level="township", title="青石镇应急预案", unit_kind="", scope="", parent="YA-2026-0001",
        whose="qingshi",
    )  # fmt: skip

    assert "青石镇" in house.person("town_clerk").get("/plans").words
    assert number in house.person("town_clerk").get("/").words
    assert number in house.person("bureau_officer").get("/plans").words
    assert number not in house.person("unit_safety").get("/plans").words


def test_who_may_not_be_chosen_is_not_offered_and_not_taken(house: Any) -> None:
    form = house.person("town_clerk").get("/plans/new").form("/plans")
    answer = house.person("town_clerk").submit(form, **{**_UNIT, "whose": "baishui"})
    assert answer.status == 404

    refused = house.person("town_clerk").submit(form, **{**_UNIT, "whose": "qingshi"})
    assert refused.status == 422
    assert "企业、事业单位预案由编制单位自己的人员启动" in refused.words


def test_what_is_missing_is_ticked_and_told_once(house: Any, filed: str) -> None:
    answer = house.act("dept_officer", filed, "check", complete="no")
    assert answer.status == 422
    assert "一次性勾选" in answer.words

    answer = house.act("dept_officer", filed, "check", complete="no", lacks_risk="yes")
    assert answer.status == 303, answer.words
    page = house.person("unit_safety").get(f"/cases/{filed}").words
    assert "备案材料一次性告知书" in page
    assert "报送备案" in page


def test_a_reason_to_revise_is_chosen_by_its_words(house: Any, filed: str) -> None:
    house.act("dept_officer", filed, "trigger", cause="risk", reason="新增采区")
    page = house.person("unit_head").get(f"/cases/{filed}/acts/decide-revision")
    assert "面临的风险发生重大变化" in page.words
    house.act("unit_safety", filed, "hand-out", holder="调度室", copies="1")
    assert "调度室" in house.person("unit_safety").get(f"/cases/{filed}/acts/take-back").words


def test_the_pages_of_a_plan_are_read_in_english(house: Any, filed: str) -> None:
    for address in ("/plans", "/plans/new", f"/cases/{filed}/acts/trigger", "/process/plan"):
        words = house.person("unit_safety").get(f"{address}{'&' if '?' in address else '?'}lang=en").words
        bare = words.replace("红星铁矿综合应急预案", "").replace("红星铁矿", "").replace("中文", "")
        assert len(CHINESE.findall(bare)) < 60, address
