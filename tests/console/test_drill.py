"""Drills on pages: prepared, approved, held on a phone, evaluated by others, and everything that must be refused."""

from __future__ import annotations

import re
from typing import Any

import pytest

from rules.actor import Role

CHINESE = re.compile("[\u4e00-\u9fff]")
_INJECTS = "1|0|值班室接到透水报告|值班室|5\n2|10|升井人数不符|调度室|15"
_UNIT = {
    "host": "unit", "unit_kind": "mine", "shape": "tabletop", "reach": "comprehensive", "title": "矿井透水桌面推演",
    "plan": "YA-2026-0001", "starts_at": "2026-03-02T10:00", "ends_at": "2026-03-02T12:00", "hall": "矿部会议室",
    "commander": "主要负责人d", "evaluators": "部门监管员r", "participants": "整改责任人r\n乡镇安监员k",
    "scenario": "掘进面透水", "injects": _INJECTS, "subjects": "信息报告\n指挥协调",
}  # fmt: skip


@pytest.fixture
def planned(house: Any) -> Any:
    """Return the console of a county in which the mine has a plan."""
    form = house.person("unit_safety").get("/plans/new").form("/plans")
    answer = house.person("unit_safety").submit(
        form, level="unit", title="综合应急预案", unit_kind="mine", scope="comprehensive", ends_on="2026-03-31"
    )
    assert answer.status == 303, answer.words
    return house


def _prepare(house: Any, login: str = "unit_safety", **values: str) -> Any:
    form = house.person(login).get("/drills/new").form("/drills")
    return house.person(login).submit(form, **{**_UNIT, **values})


def _number(answer: Any) -> str:
    assert answer.status == 303, answer.words
    number: str = answer.location.split("/")[2].split("?")[0]
    return number


@pytest.fixture
def approved(planned: Any) -> str:
    """Return the drill of the mine, approved for ten o'clock."""
    number = _number(_prepare(planned))
    answer = planned.act("unit_head", number, "approve", approved="yes")
    assert answer.status == 303, answer.words
    return number


def test_a_drill_is_prepared_listed_and_asked_for(planned: Any) -> None:
    number = _number(_prepare(planned))

    listed = planned.person("unit_safety").get("/drills").words
    assert number in listed
    assert "矿井透水桌面推演" in listed
    assert "桌面推演" in listed
    assert "审批方案" in planned.person("unit_head").get("/").words
    page = planned.person("dept_officer").get(f"/cases/{number}").words
    assert "主要负责人d" in page
    assert "整改责任人r 乡镇安监员k" in page


def test_bad_input_is_told_with_its_clause_and_loses_nothing(planned: Any) -> None:
    for said, words in (
        ({"participants": "整改责任人r\n王五"}, "「参演人员」第 2 行"),
        ({"plan": "YA-2026-0009"}, "没有编号为「YA-2026-0009」的有效预案"),
        ({"starts_at": "2029-03-02T10:00", "ends_at": "2029-03-02T12:00"}, "2029年放假安排尚未公布"),
        ({"evaluators": "主要负责人d"}, "总指挥不得评估自己指挥的演练"),
        ({"injects": "1|0|一"}, "写法不对"),
        ({"host": "department"}, "登记在组织演练的机构名下"),
    ):
        answer = _prepare(planned, **said)
        assert answer.status == 422, said
        assert words in answer.words
        form = answer.form("/drills")
        assert form.fields["scenario"] == "掘进面透水"
        assert form.fields["injects"] == said.get("injects", _INJECTS)


def test_two_drills_in_one_hall_are_refused_with_the_number_of_the_other(planned: Any, approved: str) -> None:
    answer = _prepare(planned, "unit_safety", hall="矿部 会议室", starts_at="2026-03-02T11:30")
    assert answer.status == 422
    assert f"已经安排了演练 {approved}" in answer.words


def test_a_command_without_commander_is_refused_with_what_to_do(planned: Any) -> None:
    form = planned.person("bureau_officer").get("/commands/new").form("/commands")
    answer = planned.person("bureau_officer").submit(
        form, whose="bureau", name="矿山指挥部", category="coal_mine", document_no="一号"
    )
    command = _number(answer)
    answer = _prepare(
        planned, "bureau_officer", host="command", command=command, whose="bureau", unit_kind="",
        commander="分管县领导r",
    )  # fmt: skip
    assert answer.status == 422
    assert "没有在任的指挥长" in answer.words
    assert "请先在指挥部登记指挥长" in answer.words


def test_a_returned_scheme_is_amended_without_typing_it_again(planned: Any) -> None:
    number = _number(_prepare(planned))
    planned.act("unit_head", number, "approve", approved="no", note="时间过长")
    form = planned.person("unit_safety").get(f"/cases/{number}/acts/amend").form(f"/cases/{number}/acts/amend")
    asked = {key: value.replace("\r", "") for key, value in form.fields.items()}
    assert {key: asked[key] for key in _UNIT} == _UNIT
    answer = planned.person("unit_safety").submit(form, ends_at="2026-03-02T11:00")
    assert answer.status == 303, answer.words
    assert "审批方案" in planned.person("unit_head").get("/").words


def test_the_pages_of_a_drill_are_read_in_english(planned: Any, approved: str) -> None:
    for address in ("/drills", "/drills/new", f"/cases/{approved}/acts/change", "/process/drill"):
        words = planned.person("unit_safety").get(f"{address}?lang=en").words
        for role in Role:
            words = words.replace(role.label, "")
        bare = words.replace("矿井透水桌面推演", "").replace("红星铁矿", "").replace("中文", "")
        assert len(CHINESE.findall(bare)) < 60, (address, CHINESE.findall(bare))
