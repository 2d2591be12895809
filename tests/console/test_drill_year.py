"""The year of drills on pages: proposed from the registers, approved, read within one's scope, counted, changed."""

from __future__ import annotations

import re
from typing import Any

import pytest

_CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def number(house: Any) -> str:
    """Return the plan of the year as the registers make it, compiled and approved on pages."""
    form = house.person("bureau_officer").get("/drill-years/new").form("/drill-years")
    answer = house.person("bureau_officer").submit(form)
    assert answer.status == 303, answer.words
    found: str = answer.location.split("/")[2].split("?")[0]
    answer = house.act("county_leader", found, "approve", approved="yes")
    assert answer.status == 303, answer.words
    return found


def test_the_plan_is_proposed_from_the_registers(house: Any) -> None:
    page = house.person("bureau_officer").get("/drill-years/new")
    for line in ("redstar|drill-halfyear", "hongda|drill-halfyear", "qingshi|drill-gov-2y", "county|drill-gov-2y"):
        assert line in page.text
    assert "subjects" not in page.form("/drill-years").fields


def test_a_plan_with_a_line_left_out_keeps_what_was_typed(house: Any) -> None:
    form = house.person("bureau_officer").get("/drill-years/new").form("/drill-years")
    lines = form.fields["lines"].splitlines()
    answer = house.person("bureau_officer").submit(form, lines="\n".join(lines[1:]))
    assert answer.status == 422
    assert "请补上" in answer.words
    assert lines[1] in answer.text


def test_a_year_whose_days_off_are_unknown_is_not_planned(house: Any) -> None:
    form = house.person("bureau_officer").get("/drill-years/new").form("/drill-years")
    answer = house.person("bureau_officer").submit(form, year="2027")
    assert answer.status == 422
    assert "2027年放假安排尚未公布" in answer.words


def test_the_year_shows_its_lines_its_counts_and_both_readings(house: Any, number: str) -> None:
    page = house.person("bureau_officer").get("/drill-years").words
    for said in (
        number, "红星铁矿", "重点单位半年一次", "待演练", "按乡镇", "青石镇", "按行业", "非煤矿山（地下）",
        "类别按行业推定", "按自然半年计算", "自上次演练起滚动六个月计算", "不排名",
    ):  # fmt: skip
        assert said in page, said
    case = house.person("bureau_officer").get(f"/cases/{number}").words
    assert "计划各项" in case
    assert "宏达商场" in case


def test_everybody_sees_the_lines_within_their_scope(house: Any, number: str) -> None:
    for login, sees, not_this in (
        ("unit_head", "红星铁矿", "宏达商场"), ("town_clerk", "青石镇", "白水乡"),
        ("dept_officer", "红星铁矿", "宏达商场"),
    ):  # fmt: skip
        page = house.person(login).get("/drill-years").words
        assert sees in page
        assert not_this not in page
        assert house.person(login).get(f"/cases/{number}").status == 404


def test_a_line_is_moved_merged_released_and_added_on_pages(house: Any, number: str) -> None:
    page = house.person("bureau_officer").get(f"/cases/{number}/acts/change").words
    assert "红星铁矿" in page
    for says, expected in (
        ({"kind": "move", "line": "1", "hall": "县消防大队"}, "县消防大队"),
        ({"kind": "release", "line": "2", "basis": "closed"}, "不再适用"),
    ):
        answer = house.act("bureau_officer", number, "change", reason="见附件", **says)
        assert answer.status == 303, answer.words
        about = answer.location.rpartition("done=")[2]
        answer = house.act("bureau_head", number, "decide-change", about=about, approved="yes")
        assert answer.status == 303, answer.words
        assert expected in house.person("bureau_officer").get(f"/cases/{number}").words


def test_a_drill_that_nobody_held_is_not_recorded(house: Any, number: str) -> None:
    answer = house.act("bureau_officer", number, "record", about="1", number="YL-2026-0099", day="2026-03-02")
    assert answer.status == 422
    assert "没有编号为「YL-2026-0099」的演练" in answer.words


def test_a_plan_that_was_returned_is_compiled_again_from_the_registers(house: Any) -> None:
    form = house.person("bureau_officer").get("/drill-years/new").form("/drill-years")
    number = house.person("bureau_officer").submit(form).location.split("/")[2].split("?")[0]
    house.act("county_leader", number, "approve", approved="no")
    page = house.person("bureau_officer").get(f"/cases/{number}/acts/recompile")
    assert "redstar|drill-halfyear" in page.text
    answer = house.act("bureau_officer", number, "recompile")
    assert answer.status == 303, answer.words


def test_the_year_is_read_in_english(house: Any, number: str) -> None:
    page = house.person("bureau_officer").get("/drill-years?lang=en").words
    assert "Year of drills" in page
    for said in ("重点单位", "待演练", "应办", "排名"):
        assert said not in page
    assert _CHINESE.search(page)  # names stay
    assert number in page
