"""Tip-offs on pages: taken down in two screens, sealed to the office, checked by two, the reward computed and shown."""

from __future__ import annotations

import re
from typing import Any

import pytest

from rules.tipoff import TIPOFF

CHINESE = re.compile("[\u4e00-\u9fff]")
_CALL = {"channel": "12350", "named": "named", "matter": "concealed", "unit": "redstar", "clue": "冒顶致四人遇难未报"}
_REPORTER = {"name": "张三丰", "phone": "13812345678"}


@pytest.fixture
def taken(house: Any) -> str:
    """Return a tip-off by name that the department took down in two screens."""
    form = house.person("dept_officer").get("/tipoffs/new").form("/tipoffs")
    answer = house.person("dept_officer").submit(form, **_CALL)
    assert answer.status == 303, answer.words
    number: str = answer.location.split("/")[2].split("?")[0]
    answer = house.act("dept_officer", number, "identify", **_REPORTER)
    assert answer.status == 303, answer.words
    return number


@pytest.fixture
def paper(make_photo: Any) -> list[Any]:
    """Return the files of a form that must bring its papers."""
    return [("photo", ("a.jpg", make_photo(), "image/jpeg"))]


def _checked(house: Any, number: str, paper: list[Any]) -> None:
    officer = house.person("dept_officer")
    house.act("dept_officer", number, "accept", decision="accept")
    form = house.person("dept_head").get(f"/cases/{number}/acts/assign")
    two = dict(re.findall(r'<option value="([^"]+)">(部门监管员r|部门监管员b)</option>', form.text))
    answer = house.act(
        "dept_head", number, "assign", **dict(zip(("first", "second"), two, strict=True)), impartial="yes"
    )
    assert answer.status == 303, answer.words
    path = f"/cases/{number}/acts/verify"
    answer = officer.fill(
        path, path, files=paper, result="true", found_as="concealed", grade="larger", deaths="4", opinion="查实四人"
    )
    assert answer.status == 303, answer.words
    refused = house.act("dept_officer", number, "countersign", approved="yes")
    assert "不得自己会签" in refused.words
    answer = house.act("dept_officer_b", number, "countersign", approved="yes")
    assert answer.status == 303, answer.words


def test_a_call_is_taken_down_in_two_screens_and_found_by_its_office_alone(house: Any, taken: str) -> None:
    page = house.person("dept_officer").get(f"/cases/{taken}").words
    for said in ("瞒报、谎报事故", "冒顶致四人遇难未报", "举报人身份", "受理决定"):
        assert said in page, said
    assert taken in house.person("dept_head").get("/tipoffs").words
    assert "受理决定" in house.person("dept_officer").get("/").words

    for login in ("bureau_officer", "dept_officer2"):
        assert taken not in house.person(login).get("/tipoffs").words
        assert house.person(login).get(f"/cases/{taken}").status == 404
        assert house.person(login).get(f"/tipoffs/{taken}/identity").status == 404
    for login in ("town_clerk", "town_leader", "unit_head", "committee_office", "county_leader", "leadership"):
        assert house.person(login).get("/tipoffs").status == 403
        assert house.person(login).get(f"/cases/{taken}").status == 404
        assert "/tipoffs" not in house.person(login).get("/hazards").links
    assert taken in house.person("auditor").get("/tipoffs").words


def test_no_page_says_who_gave_it_but_the_one_that_asks_why_first(house: Any, taken: str) -> None:
    for login in ("dept_officer", "dept_head", "auditor"):
        for address in (f"/cases/{taken}", f"/cases/{taken}/record", "/tipoffs", "/tipoffs?words=张三丰", "/"):
            words = house.person(login).get(address).words.replace("/tipoffs?words=张三丰", "")
            assert "13812345678" not in words, (login, address)
        assert house.person("auditor").get(f"/tipoffs/{taken}/identity").status == 403

    assert "13812345678" in house.person("dept_officer").get(f"/tipoffs/{taken}/identity").words
    asked = house.person("dept_head").get(f"/tipoffs/{taken}/identity")
    assert (asked.status, asked.location) == (303, f"/cases/{taken}/acts/consult")
    house.act("dept_head", taken, "consult", reason="电话核实线索")
    assert "13812345678" in house.person("dept_head").get(f"/tipoffs/{taken}/identity").words
    assert "查阅举报人身份" in house.person("dept_officer").get(f"/cases/{taken}").words


def test_a_code_is_offered_and_never_shown_again(house: Any) -> None:
    page = house.person("dept_officer").get("/tipoffs/new")
    form = page.form("/tipoffs")
    code = form.fields["code"]
    assert re.fullmatch(r"(?:[A-Z2-9]{4}-){2}[A-Z2-9]{4}", code)
    assert "红星铁矿" in page.text

    answer = house.person("dept_officer").submit(form, **{**_CALL, "named": "anonymous"})
    case = house.person("dept_officer").get(answer.location).text
    assert code not in case
    assert "sha256" not in case


def test_the_reward_is_computed_shown_and_approved_by_another(house: Any, taken: str, paper: list[Any]) -> None:
    _checked(house, taken, paper)
    page = house.person("dept_officer").get(f"/cases/{taken}/acts/award")
    assert "较大事故，查实瞒报、谎报 4 人 × 40000 元 = 160000 元" in page.words
    assert page.form(f"/cases/{taken}/acts/award").fields["amount"] == "160000"
    refused = house.act("dept_officer", taken, "award", amount="300001")
    assert "最高 300000 元" in refused.words
    assert house.act("dept_officer", taken, "award", amount="160000").status == 303

    page = house.person("dept_head").get(f"/cases/{taken}/acts/approve-award")
    assert re.search("提出的金额（元） *160000", page.words)
    assert house.act("dept_head", taken, "approve-award", approved="yes").status == 303
    assert "通知领奖" in house.person("dept_officer").get(f"/cases/{taken}").words


def test_a_reply_is_chosen_among_what_is_owed(house: Any, taken: str, paper: list[Any]) -> None:
    _checked(house, taken, paper)
    page = house.person("dept_officer").get(f"/cases/{taken}/acts/reply").text

    assert '<option value="result"' in page or 'value="result"' in page
    assert 'value="refusal"' not in page
    assert house.act("dept_officer", taken, "reply", about="result", way="phone", said="属实").status == 303


def test_an_office_of_the_county_is_offered_where_it_may_go(house: Any, taken: str) -> None:
    page = house.person("dept_officer").get(f"/cases/{taken}/acts/accept").text
    assert '<option value="commerce">商务局</option>' in page


def test_hazards_reported_since_are_filled_in_to_be_linked(house: Any, paper: list[Any]) -> None:
    form = house.person("dept_officer").get("/tipoffs/new").form("/tipoffs")
    answer = house.person("dept_officer").submit(form, **{**_CALL, "named": "anonymous", "code": ""})
    number = answer.location.split("/")[2].split("?")[0]
    house.act("dept_officer", number, "accept", decision="accept")
    form = house.person("dept_head").get(f"/cases/{number}/acts/assign")
    two = dict(re.findall(r'<option value="([^"]+)">(部门监管员r|部门监管员b)</option>', form.text))
    house.act("dept_head", number, "assign", **dict(zip(("first", "second"), two, strict=True)), impartial="yes")
    path = f"/cases/{number}/acts/verify"
    house.person("dept_officer").fill(
        path, path, files=paper, result="partly", found_as="ordinary", hazards="yes", opinion="护罩缺失"
    )
    house.act("dept_officer_b", number, "countersign", approved="yes")
    hazard = house.found()

    link = f"/cases/{number}/acts/link"
    assert house.person("dept_officer").get(link).form(link).fields["hazards"] == hazard
    assert house.act("dept_officer", number, "link", hazards=hazard).status == 303
    assert "已办结" in house.person("dept_officer").get(f"/cases/{number}").words


def test_the_pages_of_a_tip_off_are_read_in_english(house: Any, taken: str, paper: list[Any]) -> None:
    _checked(house, taken, paper)
    for address in (
        "/tipoffs", "/tipoffs/new", f"/cases/{taken}/acts/award", f"/cases/{taken}/acts/reply", "/process/tipoff",
        f"/tipoffs/{taken}/identity",
    ):  # fmt: skip
        words = house.person("dept_officer").get(f"{address}?lang=en").words
        bare = re.sub("张三丰|红星铁矿|清波化工厂|宏达商场|中文|冒顶致四人遇难未报|工信局", "", words)
        assert len(CHINESE.findall(bare)) < 60, (address, CHINESE.findall(bare))
    assert TIPOFF.subject_label
