"""The board and the supervision list: three figures with links, five cases with names, urging in three taps."""

from __future__ import annotations

import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from console.menu import BOARD_READERS, home_of
from rules.actor import LEADERS, POSTS, Role


@pytest.fixture
def late(house: Any) -> str:
    """Return the number of a hazard that was ordered and is overdue, in a county whose clock has gone on."""
    number = house.found()
    officer = "dept_officer"
    assert house.act(officer, number, "grade", grade="general", basis="synthesis", reason="当日可改").status == 303
    house.issue(number, ends_on="2026-03-16", requirement="加装护罩")
    house.clock.go_on(days=20)
    house.people.clear()
    return number


def _card(page: Any, title: str) -> str:
    words = page.words
    return words[words.index(title) :][:60]


def test_leaders_come_to_the_board_first_and_everybody_else_to_their_duties(house: Any) -> None:
    assert {role for role in POSTS if home_of(role) == "/overview"} == LEADERS
    assert home_of(None) == "/"
    assert house.visitor().sign_in("county_leader").location == "/overview"
    assert house.visitor().sign_in("town_clerk").location == "/"
    form = (visitor := house.visitor()).get("/sign-in?next=/hazards").form("/sign-in")
    answer = visitor.submit(form, login="county_leader", password="清水河畔八点整开会啦")
    assert answer.location == "/hazards"


def test_the_three_figures_link_to_what_is_behind_them(house: Any, late: str) -> None:
    leader = house.person("county_leader")
    board = leader.get("/overview")
    assert _card(board, "超期").startswith("超期 1 项 ▲ 比上月此时多 1")
    assert _card(board, "重大隐患未销号").startswith("重大隐患未销号 0 件 = 与上月此时相同")
    for path in ("/hazards?status=open&grade=major", "/supervision?view=today", "/supervision"):
        assert path in board.links
        assert leader.get(path).status == 200
    assert f"/cases/{late}" in leader.get("/supervision").links


def test_the_worst_case_names_who_is_answerable_and_under_which_clause(house: Any, late: str) -> None:
    words = house.person("county_leader").get("/overview").words
    part = words[words.index("最需要关注的五件") :]
    assert "整改责任人r" in part
    assert late in part
    assert "《" in part[: part.index(late)]


@pytest.mark.parametrize("login", ["town_leader2", "dept_head2"])
def test_the_board_stays_within_the_scope(house: Any, late: str, login: str) -> None:
    for path in ("/overview", "/supervision"):
        assert late not in house.person(login).get(path).text
        assert late in house.person(login.removesuffix("2")).get(path).text


def test_a_leader_urges_in_three_taps_and_it_is_on_record(house: Any, late: str) -> None:
    leader = house.person("county_leader")
    case = leader.get(f"/cases/{late}")
    (tap,) = [link for link in case.links if "/urge" in link]
    form = leader.get(tap).form(f"/cases/{late}/urge")
    assert form.fields["sentence"] == "late"
    sent = leader.submit(form)
    assert sent.status == 303
    after = leader.get(sent.location)
    assert "已登记：催办" in after.words
    assert "催办：报告整改完成已经逾期，请立即办理" in after.words.replace(" ", "")
    assert "已催办" in leader.get("/overview").words
    assert "催办：" in house.person("unit_fixer").get("/outbox").words

    again = leader.fill(tap, f"/cases/{late}/urge", note="请立即到场")
    assert again.status == 422
    assert "已经催办过" in again.words
    assert "请立即到场" in again.text


def test_urging_twice_with_one_form_is_one_urging(house: Any, late: str) -> None:
    leader = house.person("county_leader")
    tap = next(link for link in leader.get(f"/cases/{late}").links if "/urge" in link)
    form = leader.get(tap).form(f"/cases/{late}/urge")
    assert [leader.submit(form).status, leader.submit(form).status] == [303, 303]
    assert leader.get(f"/cases/{late}").words.count("催办的应办") == 1


def test_whoever_may_not_urge_is_offered_no_button(house: Any, late: str) -> None:
    for login in ("dept_officer", "unit_head", "auditor"):
        assert [link for link in house.person(login).get(f"/cases/{late}").links if "/urge" in link] == []
    assert house.person("town_leader2").get(f"/cases/{late}/urge?about=x").status == 404


def test_the_list_shows_clause_derivation_and_narrows(house: Any, late: str) -> None:
    office = house.person("committee_office")
    page = office.get("/supervision")
    assert "为什么是这一天" in page.words
    assert "共 1 项" in page.words
    assert f"/cases/{late}/record" in page.links
    assert "没有符合条件的应办" in office.get("/supervision?kind=plan").words
    assert "没有符合条件的应办" in office.get("/supervision?days=500").words
    assert "共 1 项" in office.get("/supervision?kind=nonsense&days=x&page=99").words
    for view in ("listing-notice", "circular", "talk-notice"):
        assert "共 0 件" in office.get(f"/supervision?view={view}").words


def test_the_list_goes_to_excel_as_text_alone(house: Any, late: str) -> None:
    head = house.person("dept_head")
    answer = head.get("/supervision/file/supervision.xlsx?days=1").response
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    headings = rows[2]
    row = dict(zip(headings, rows[3], strict=True))
    assert (row["编号"], row["单位或机构"], row["应办岗位"]) == (late, "红星铁矿", "整改责任人")
    assert row["超期天数"] > 3
    assert row["条款"].startswith("《")
    assert row["期限推算"]


def test_a_formula_in_a_report_stays_text_in_the_workbook(house: Any) -> None:
    number = house.found(description='=HYPERLINK("http://x","y")')
    house.clock.go_on(days=60)
    answer = house.person("committee_office").get("/supervision/file/supervision.xlsx").response
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert any(number in row and '=HYPERLINK("http://x","y")' in row for row in rows)


def test_the_board_is_for_those_who_answer_for_others() -> None:
    assert Role.UNIT_HEAD not in BOARD_READERS
    assert Role.AUDITOR in BOARD_READERS
