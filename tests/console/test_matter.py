"""Matters described as data on pages: opened and led on by whoever may, with the papers that their file names."""

from __future__ import annotations

from typing import Any

import pytest

LINE = {
    "no": "1", "object": "非煤矿山", "time": "四月", "content": "主体责任", "method": "focus", "frequency": "2",
    "measures": "两名以上持证人员",
}  # fmt: skip


def opened(house: Any, who: str, path: str, /, files: Any = None, **values: str) -> Any:
    """Return the answer to the opening form of a matter."""
    act = f"?act={values['act']}" if "act" in values else ""
    form = house.person(who).get(f"{path}/new{act}").form(path)
    return house.person(who).submit(form, files=files, **values)


def number_of(answer: Any) -> str:
    assert answer.status == 303, answer.words
    found: str = answer.location.split("/")[2].split("?")[0]
    return found


@pytest.fixture
def plan(house: Any) -> str:
    """Return a plan of enforcement that was just drafted."""
    return number_of(
        opened(
            house, "bureau_officer", "/enforcement-plan", whose="bureau", title="2026年执法计划", workdays="600",
            arrangement="分管负责人组织",
        )
    )  # fmt: skip


def test_a_plan_is_opened_listed_and_led_on_line_by_line(house: Any, plan: str) -> None:
    officer = house.person("bureau_officer")
    page = officer.get(f"/cases/{plan}").words
    assert "2026年执法计划" in page
    assert "列入计划一行" in page
    assert plan in officer.get("/enforcement-plan").words

    assert house.act("bureau_officer", plan, "line", **LINE).status == 303
    form = house.person("bureau_head").get(f"/cases/{plan}/acts/assign?about=1").words
    assert "分解到岗到人" in form
    answer = house.act("bureau_head", plan, "assign", about="1", post="监管科", officer="bureau_officer")
    assert answer.status == 303, answer.words


def test_what_the_file_asks_for_is_refused_beside_its_field(house: Any, plan: str) -> None:
    answer = house.act("bureau_officer", plan, "line", **{**LINE, "frequency": "零"})
    assert answer.status == 422
    assert "不小于 1 的整数" in answer.words
    stranger = house.act("bureau_officer", plan, "line", **LINE)
    assert stranger.status == 303
    refused = house.act("bureau_head", plan, "assign", about="1", post="监管科", officer="查无此人")
    assert refused.status == 422
    assert "「执法人员」一项" in refused.words


def test_named_papers_stand_on_the_form_and_are_asked_for(house: Any, make_photo: Any) -> None:
    said = {"whose": "redstar", "facts": "风机未检测", "sort": "general", "officers": "bureau_officer\nbureau_head"}
    form = house.person("bureau_officer").get("/enforcement/new").words
    assert "立案审批表" in form
    assert "必须上传" in form
    refused = opened(house, "bureau_officer", "/enforcement", **said)
    assert refused.status == 422
    assert "立案审批表" in refused.words

    photo = [("photo", ("1.jpg", make_photo(), "image/jpeg"))]
    answer = opened(house, "bureau_officer", "/enforcement", files=photo, **said)
    page = house.person("bureau_officer").get(f"/cases/{number_of(answer)}").words
    for words in ("调查终结", "作出处理决定", "行政处罚法", "为什么是这一天"):
        assert words in page


def test_a_unit_is_found_by_its_name_and_one_outside_of_the_scope_is_not(house: Any, make_photo: Any) -> None:
    said = {"facts": "风机未检测", "sort": "general", "officers": "bureau_officer\nbureau_head"}
    photo = [("photo", ("1.jpg", make_photo(), "image/jpeg"))]
    assert opened(house, "dept_officer", "/enforcement", files=photo, whose="no-such-unit", **said).status == 404
    assert opened(house, "dept_officer", "/enforcement", files=photo, whose="bureau", **said).status == 404


def test_one_of_several_beginnings_is_chosen(house: Any) -> None:
    page = house.person("committee_office").get("/appraisal/new")
    assert "/appraisal/new?act=selection" in page.text
    answer = opened(
        house, "committee_office", "/appraisal", act="selection", whose="bureau", matter="先进单位评选", kind="award",
        candidate="某单位",
    )  # fmt: skip
    words = house.person("committee_office").get(f"/cases/{number_of(answer)}").words
    assert "一票否决核查" in words
    assert "登记巡查" not in house.person("bureau_head").get("/appraisal/new").words
    assert house.person("unit_head").get("/appraisal/new").status == 403


def test_a_matter_is_read_in_english(house: Any, plan: str) -> None:
    words = house.person("bureau_officer").get(f"/cases/{plan}?lang=en").words
    for said in ("Enter a line of the plan", "Enter the approval"):
        assert said in words


def test_confidential_acts_are_withheld_from_other_posts(house: Any) -> None:
    answer = opened(
        house, "committee_office", "/accountability", whose="bureau", matter="未落实责任", kind="discipline"
    )
    number = number_of(answer)
    assert "未落实责任" in house.person("committee_office").get(f"/cases/{number}").words
    assert "党政领导干部失职" not in house.person("bureau_officer").get(f"/cases/{number}").words
