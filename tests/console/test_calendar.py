"""The calendar: due days, what was done and drills on the day they belong to; holidays, and years not yet published."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.month import done_by_day, due_by_day, due_on
from rules.actor import Actor, Reach, Role, Scope


def _cell(page: Any, day: str) -> str:
    """Return what stands in the cell of a day."""
    after = page.text.split(f'href="/calendar?day={day}#day"', 1)[1]
    return after.split("</td>", 1)[0]


@pytest.fixture
def ordered(house: Any) -> str:
    """Return the number of a hazard that must be rectified by 16 March 2026, a Monday."""
    number = house.found()
    assert house.act("dept_officer", number, "grade", grade="general", basis="synthesis", reason="可改").status == 303
    house.issue(number, ends_on="2026-03-16", requirement="加装护罩")
    return number


def test_a_term_that_ends_at_midnight_falls_on_the_day_before_it(house: Any, ordered: str) -> None:
    page = house.person("unit_head").get("/calendar?month=2026-03")
    assert "到期 1" in _cell(page, "2026-03-16")
    assert "到期" not in _cell(page, "2026-03-17")
    day = house.person("unit_head").get("/calendar?day=2026-03-16")
    assert f"/cases/{ordered}" in day.links
    assert "报告整改完成" in day.words


def test_what_was_done_stands_on_its_day_within_the_scope(house: Any, ordered: str) -> None:
    assert "办结" in _cell(house.person("dept_head").get("/calendar"), "2026-03-02")
    assert ordered in house.person("dept_head").get("/calendar").text
    other = house.person("town_clerk2").get("/calendar")
    assert ordered not in other.text
    assert "办结" not in _cell(other, "2026-03-02")


def test_counts_of_the_month_are_those_of_its_days(house: Any, ordered: str) -> None:
    actor = Actor("h", "h", "h", Role.DEPT_HEAD, Scope(Reach.SUBTREE, "/dai/"))
    with house.store.read() as reading:
        due = due_by_day(reading, actor, date(2026, 3, 1), date(2026, 3, 31))
        done = done_by_day(reading, actor, date(2026, 3, 1), date(2026, 3, 31))
        assert sum(due.values()) == sum(
            len(due_on(reading, actor, date(2026, 3, number), most=99)) for number in range(1, 32)
        )
    assert due["2026-03-16"] == 1
    assert done["2026-03-02"] >= 5
    assert ordered


def test_holidays_and_worked_weekends_are_marked(house: Any) -> None:
    page = house.person("town_clerk").get("/calendar?month=2026-02")
    assert "春节" in _cell(page, "2026-02-17")
    assert "班" in _cell(page, "2026-02-14")
    assert "休" in _cell(page, "2026-02-08")


def test_a_year_that_is_not_published_is_shown_as_provisional(house: Any) -> None:
    page = house.person("town_clerk").get("/calendar?month=2031-05")
    assert "2031年放假安排未公布" in page.words
    assert "暂定" in _cell(page, "2031-05-06")


@pytest.mark.parametrize("asked", ["month=nonsense", "day=2026-13-40", "month=0001-01", "month=9999-12", "day="])
def test_nonsense_in_the_address_shows_the_present_month(house: Any, asked: str) -> None:
    page = house.person("town_clerk").get(f"/calendar?{asked}")
    assert page.status == 200
    assert "2026年3月" in page.words


def test_months_lead_on_to_each_other_and_weeks_are_whole(house: Any) -> None:
    page = house.person("town_clerk").get("/calendar?month=2026-12")
    assert "/calendar?month=2026-11" in page.links
    assert "/calendar?month=2027-01" in page.links
    days = [link for link in page.links if "?day=" in link]
    assert len(days) % 7 == 0
    assert days[0].endswith("2026-11-30#day")
    assert days[-1].endswith("2027-01-03#day")


def test_drills_stand_on_their_day(house: Any) -> None:
    scheme = {
        "host": "unit", "unit_kind": "mine", "shape": "tabletop", "reach": "comprehensive", "title": "透水桌面推演",
        "plan": "YA-2026-0001", "starts_at": "2026-03-12T09:30", "ends_at": "2026-03-12T12:00", "hall": "会议室",
        "commander": "主要负责人d", "evaluators": "部门监管员r", "participants": "整改责任人r",
        "scenario": "掘进面透水", "subjects": "信息报告", "injects": "1|0|值班室接到报告|值班室|5",
    }  # fmt: skip
    safety = house.person("unit_safety")
    plan = {"level": "unit", "title": "综合应急预案", "unit_kind": "mine", "scope": "comprehensive"}
    assert safety.fill("/plans/new", "/plans", ends_on="2026-03-31", **plan).status == 303
    assert safety.fill("/drills/new", "/drills", **scheme).status == 303
    page = safety.get("/calendar?day=2026-03-12")
    assert "演练：透水桌面推演" in page.words
    assert [link for link in page.links if link.startswith("/cases/YL-")]
