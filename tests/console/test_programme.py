"""Programmes on pages: started, listed with their denominators, carried to their end by the people whose turn it is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import text

from models import directory
from models.organisation import OrganisationKind
from models.statements import Statement

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def villages(house: Any) -> None:
    """Register two villages in 青石镇."""

    def work(writing: Any) -> None:
        for number in (1, 2):
            directory.add_organisation(
                writing, "dai", code=f"qingshi-{number}", name=f"青石{number}村", kind=OrganisationKind.VILLAGE,
                parent="qingshi",
            )  # fmt: skip

    house.store.write(work)


def rows(house: Any, query: str) -> list[tuple[Any, ...]]:
    with house.store.read() as reading:
        return [tuple(row) for row in reading.all(Statement(text(query)))]


def started(house: Any, login: str = "town_leader", programme: str = "zero-villages", whose: str = "qingshi") -> str:
    form = house.person(login).get("/programmes/new").form("/programmes")
    answer = house.person(login).submit(form, programme=programme, whose=whose)
    assert answer.status == 303, answer.words
    number: str = answer.location.split("/")[2].split("?")[0]
    return number


@pytest.fixture
def township(house: Any, villages: None) -> str:
    """Return the case of the villages without accidents of 青石镇."""
    del villages
    return started(house)


def test_a_programme_is_started_at_an_organisation_once_and_listed_within_scope(house: Any, township: str) -> None:
    page = house.person("committee_office").get("/programmes").words
    for words in (township, "“零事故”村（社区）创建", "比例要达到80%", "已核验 0 / 登记的全部 2", "节点 0 / 1"):
        assert words in page
    assert township in house.person("town_clerk").get("/programmes").words
    assert township not in house.person("dept_officer").get("/programmes").words
    assert "还没有专项" in house.person("dept_officer").get("/programmes").words
    form = house.person("town_leader").get("/programmes/new").form("/programmes")
    again = house.person("town_leader").submit(form, programme="zero-villages", whose="qingshi")
    assert again.status == 422
    assert township in again.words
    assert house.person("town_leader").get("/programmes?year=2019").status == 200
    assert house.person("town_leader").get("/programmes?year=x&all=1").status == 200


def test_nobody_starts_one_for_others_or_one_that_there_is_not(house: Any) -> None:
    form = house.person("town_leader").get("/programmes/new").form("/programmes")
    assert house.person("town_leader").submit(form, programme="zero-villages", whose="baishui").status == 404
    assert house.person("town_leader").submit(form, programme="nothing", whose="qingshi").status == 404
    wrong = house.person("committee_office")
    other = wrong.submit(wrong.get("/programmes/new").form("/programmes"), programme="zero-year", whose="qingshi")
    assert other.status in {303, 422}


def test_members_are_chosen_from_the_register_verified_by_two_and_counted(house: Any, township: str) -> None:
    form = house.person("town_clerk").get(f"/cases/{township}/acts/enter")
    assert "青石1村" in form.words or "青石1村" in form.text
    assert house.act("town_clerk", township, "enter", object="qingshi-1").status == 303
    page = house.person("town_clerk").get(f"/cases/{township}").words
    for words in ("专项情况", "青石1村", "已申报", "申报名册"):
        assert words in page
    for login in ("town_clerk", "town_leader", "committee_office", "auditor"):
        words = house.person(login).get(f"/cases/{township}?lang=en").words
        assert "Milestone" in words


def test_a_list_is_pasted_from_a_spreadsheet_and_difficulties_are_shown_until_they_go_on(house: Any) -> None:
    number = started(house, "town_leader", "unrest")
    name = rows(house, "SELECT name FROM persons ORDER BY id")[0][0]
    pasted = f"某事故善后\t{name}\t约见家属\t"
    assert house.act("town_leader", number, "enter-list", list=pasted).status == 303
    page = house.person("town_leader").get(f"/cases/{number}").words
    for words in ("某事故善后", name, "约见家属", "办理中"):
        assert words in page
    period = rows(house, "SELECT about FROM duties WHERE act = 'report'")[0][0]
    said = {"about": period, "progress": "已约见", "difficulties": "some", "difficulty": "诉求未解决"}
    assert house.act("town_clerk", number, "report", **said).status == 303
    page = house.person("town_leader").get(f"/cases/{number}").words
    assert "尚未交办" in page
    assert "待交办困难 1" in house.person("town_leader").get("/programmes").words
    seq = rows(house, "SELECT about FROM duties WHERE act = 'refer'")[0][0]
    assert house.act("town_clerk", number, "refer", about=seq, items="1").status == 303
    page = house.person("town_leader").get(f"/cases/{number}").words
    assert "尚未交办" not in page
    assert "清单第 1 项" in page


def test_every_form_of_a_programme_is_offered_to_whoever_may_act(house: Any, township: str) -> None:
    house.act("town_clerk", township, "enter", object="qingshi-1")
    for login, kind in (
        ("town_clerk", "reach"), ("town_clerk", "finish"), ("town_clerk", "enter"), ("town_clerk", "enter-list"),
        ("town_leader", "amend"), ("town_leader", "drop"), ("town_clerk", "complete"),
        ("committee_office", "release"), ("town_clerk", "note"),
    ):  # fmt: skip
        page = house.person(login).get(f"/cases/{township}/acts/{kind}")
        assert page.status == 200, (kind, page.words)
        assert house.person(login).get(f"/cases/{township}/acts/{kind}?lang=en").status == 200
    assert house.person("town_clerk").get(f"/cases/{township}/acts/restore").status != 200


def test_the_list_of_programmes_is_english_but_for_what_the_notice_says(house: Any, township: str) -> None:
    page = house.person("committee_office").get("/programmes?lang=en")
    for words in ("Programmes", "Target", "Holders", "verified", township):
        assert words in page.words
