"""Answering a notice through the pages: one tap on 「收到」, a call that is recorded, what neither of them hides."""

from __future__ import annotations

from typing import Any

import pytest

from models.escalation import fire_due


def stopped(house: Any) -> str:
    """Return the number of a case in which work was ordered to stop."""
    number: str = house.found()
    house.act("dept_officer", number, "grade", grade="general", basis="synthesis", reason="可以整改")
    house.act("dept_officer", number, "stop-work", at_once="yes", extent="破碎车间", reason="无法保证安全")
    return number


def last(house: Any, number: str) -> str:
    """Return the words of the last act on the case's page, as the department reads it."""
    return house.person("dept_officer_b").get(f"/cases/{number}").words.split("全部历史")[1].split("运行记录")[0]


# --- 收到 ----------------------------------------------------------------------------------------


def test_the_to_do_list_of_the_addressee_asks_for_an_answer_and_takes_it_with_one_tap(house: Any) -> None:
    number = stopped(house)
    head = house.person("unit_head")
    page = head.get("/")
    assert "请回复收到：已责令停产停业" in page.words

    answer = head.submit(page.form(f"/cases/{number}/answer"))

    assert answer.location.startswith(f"/cases/{number}?done=")
    assert "已登记：收到" in head.get(answer.location).words
    assert "请回复收到" not in head.get("/").words
    assert "通知已责令停产停业回复方式控制台回复岗位主要负责人" in last(house, number).replace(" ", "")


def test_the_page_of_the_case_shows_the_button_to_whoever_may_answer_and_to_nobody_else(house: Any) -> None:
    number = stopped(house)
    address = f"/cases/{number}/answer"
    with_button = [
        login
        for login in ("unit_head", "unit_safety", "unit_fixer", "dept_officer", "town_leader", "committee_office")
        if any(form.action == address for form in house.person(login).get(f"/cases/{number}").reader.forms)
    ]
    assert with_button == ["unit_head"]
    assert f"/cases/{number}/acts/acknowledge" not in house.person("unit_head").get(f"/cases/{number}").text
    assert house.person("unit_head").get(f"/cases/{number}/acts/acknowledge").status == 404


def test_two_taps_are_one_answer_and_a_second_person_is_told_it_was_answered(house: Any) -> None:
    number = stopped(house)
    head = house.person("unit_head")
    form = head.get("/").form(f"/cases/{number}/answer")
    first, again = head.submit(form), head.submit(form)
    assert first.location == again.location
    late = head.submit(form, key="another-tap")
    assert (late.status, "已有人回复" in late.words) == (409, True)


@pytest.mark.parametrize("about", ["", "rectify@1", "acknowledge@99:stopped", "<script>", "啊" * 500])
def test_an_answer_to_nothing_is_a_clear_page(about: str, house: Any) -> None:
    number = stopped(house)
    head = house.person("unit_head")
    page = head.submit(head.get("/").form(f"/cases/{number}/answer"), about=about)
    assert page.status in {409, 422}
    assert "请" in page.words
    assert "<script>" not in page.text


def test_nobody_answers_for_another_with_a_form_that_is_not_theirs(house: Any) -> None:
    number = stopped(house)
    form = house.person("unit_head").get("/").form(f"/cases/{number}/answer")
    safety = house.person("unit_safety")
    csrf = safety.get("/me").form("/sign-out").fields["csrf"]
    page = safety.submit(form, csrf=csrf, role="unit_head")
    assert (page.status, "不是发给您现任岗位的" in page.words) == (403, True)
    assert "请回复收到" in house.person("unit_head").get("/").words


# --- 已电话通知 ----------------------------------------------------------------------------------


def test_the_department_records_a_call_with_whom_number_and_result(house: Any) -> None:
    number = stopped(house)
    officer = house.person("dept_officer")
    link = next(link for link in officer.get(f"/cases/{number}").links if "/acts/phoned" in link)
    page = officer.get(link)
    form = page.form(f"/cases/{number}/acts/phoned")
    assert form.fields["about"].startswith("acknowledge@")
    assert "主要负责人d" in page.words
    assert not {"role", "left", "means"} & form.fields.keys()

    nobody = officer.submit(form, answered="no", dialled="0350-5222222", key="first")
    assert nobody.status == 303
    assert "请回复收到" in house.person("unit_head").get("/").words
    fresh = officer.get(link).form(f"/cases/{number}/acts/phoned")
    assert officer.submit(fresh, answered="yes", dialled="0350-5222222", key="second").status == 303

    assert "请回复收到" not in house.person("unit_head").get("/").words
    words = last(house, number).replace(" ", "")
    assert "接听人主要负责人d接听情况无人接听拨打号码0350-5222222" in words
    assert "接听情况已接听并告知" in words


def test_a_call_without_a_number_or_to_somebody_who_was_not_told_is_refused_and_nothing_typed_is_lost(
    house: Any,
) -> None:
    number = stopped(house)
    officer = house.person("dept_officer")
    path = f"/cases/{number}/acts/phoned"
    page = officer.fill(path, path, answered="yes", dialled="", note="打了三次")
    assert (page.status, "缺少「拨打号码」" in page.words, "打了三次" in page.text) == (422, True, True)
    page = officer.fill(path, path, answered="yes", dialled="110", whom="nobody")
    assert (page.status, "不是发给接听人" in page.words) == (403, True)


def test_with_no_notice_waiting_there_is_no_call_to_record(house: Any) -> None:
    number = house.found()
    page = house.person("dept_officer").get(f"/cases/{number}/acts/phoned")
    assert (page.status, "不等待回复" in page.words) == (409, True)


def test_silence_is_seen_on_the_page_and_the_department_is_asked_to_telephone(house: Any) -> None:
    number = stopped(house)
    house.clock.go_on(hours=3)
    fire_due(house.app.desk.ledger, house.clock.now)
    page = house.person("dept_officer").get(f"/cases/{number}")
    assert "通知尚未回复收到，请回复或电话通知" in page.words
    assert "已记逾期" not in page.words


def test_where_everybody_must_answer_whoever_has_is_not_asked_again(make_house: Any) -> None:
    house = make_house()
    number = house.found()
    house.act("dept_officer", number, "grade", grade="major", basis="synthesis", reason="须停产治理")
    house.issue(number, "list", leader="某县领导", ends_on="2026-04-30")
    for login in ("unit_head", "town_leader"):
        person = house.person(login)
        assert "请回复收到：已挂牌督办" in person.get("/").words
        person.submit(person.get("/").form(f"/cases/{number}/answer"))
        assert "请回复收到" not in person.get("/").words


def test_the_buttons_and_the_record_are_read_in_english(house: Any) -> None:
    number = stopped(house)
    head = house.person("unit_head")
    page = head.get("/?lang=en")
    assert "Please answer: Work has been ordered to stop" in page.words
    head.submit(page.form(f"/cases/{number}/answer"))
    assert "AnsweredbyConsoleAnsweredasHeadoftheunit" in head.get(f"/cases/{number}").words.replace(" ", "")
