"""The public column: anybody gives a tip without signing in, gets a code once, and asks with it how far it is."""

from __future__ import annotations

import re
from typing import Any

import pytest

from models.tipoff_public import code_from

CHINESE = re.compile("[\u4e00-\u9fff]")
_TIP = {"matter": "hazard", "unit_name": "赵村旁的采石点", "clue": "夜里放炮，没有人管"}


def _given(house: Any, **values: str) -> tuple[str, str]:
    """Give a tip as a stranger; return its number and code."""
    stranger = house.visitor()
    answer = stranger.submit(stranger.get("/tip").form("/tip"), **{**_TIP, **values})
    assert answer.status == 200, answer.words
    number, code = (
        re.search(r"JB-\d{4}-\d{4}", answer.words),
        re.search(r"(?:[A-Z2-9]{4}-){2}[A-Z2-9]{4}", answer.words),
    )
    assert number is not None
    assert code is not None
    return number[0], code[0]


def _state(house: Any, code: str) -> Any:
    stranger = house.visitor()
    return stranger.submit(stranger.get("/tip/state").form("/tip/state"), code=code)


def test_a_stranger_gives_a_tip_and_the_bureau_finds_it(house: Any) -> None:
    number, code = _given(house)

    page = house.person("bureau_officer").get(f"/cases/{number}").words
    assert "夜里放炮，没有人管" in page
    assert "网络专栏" in page
    assert code not in page
    assert house.person("dept_officer").get(f"/cases/{number}").status == 404
    assert "受理决定" in house.person("bureau_officer").get("/").words


def test_whoever_gives_a_name_is_sealed_from_the_first_moment(house: Any) -> None:
    number, _ = _given(house, name="张三丰", phone="13812345678")

    for login in ("bureau_officer", "bureau_head"):
        assert "张三丰" not in house.person(login).get(f"/cases/{number}").words
        assert house.person(login).get(f"/tipoffs/{number}/identity").location.endswith("/acts/consult")
    house.act("bureau_officer", number, "consult", reason="电话核实线索")
    assert "张三丰" in house.person("bureau_officer").get(f"/tipoffs/{number}/identity").words


def test_a_name_without_a_telephone_is_asked_for_and_nothing_is_lost(house: Any) -> None:
    stranger = house.visitor()
    answer = stranger.submit(stranger.get("/tip").form("/tip"), **_TIP, name="张三丰")

    assert answer.status == 422
    assert "缺少「联系电话」" in answer.words
    assert answer.form("/tip").fields["clue"] == _TIP["clue"]
    assert "还没有登记举报" in house.person("bureau_officer").get("/tipoffs").words


def test_what_is_missing_is_said(house: Any) -> None:
    stranger = house.visitor()
    answer = stranger.submit(stranger.get("/tip").form("/tip"), matter="hazard", clue="夜里放炮")

    assert answer.status == 422
    assert "应写明被举报单位" in answer.words


def test_the_same_form_sent_twice_is_one_tip_with_one_code(house: Any) -> None:
    stranger = house.visitor()
    form = stranger.get("/tip").form("/tip")
    first, second = (stranger.submit(form, **_TIP).words for _ in range(2))

    assert re.findall(r"JB-\d{4}-\d{4}|(?:[A-Z2-9]{4}-){2}[A-Z2-9]{4}", first) == re.findall(
        r"JB-\d{4}-\d{4}|(?:[A-Z2-9]{4}-){2}[A-Z2-9]{4}", second
    )
    assert "共 1 件" in house.person("bureau_officer").get("/tipoffs").words


def test_the_code_tells_how_far_it_is_and_nothing_else(house: Any) -> None:
    number, code = _given(house)
    assert "正在审查是否受理" in _state(house, code).words
    house.act("bureau_officer", number, "accept", decision="refuse", ground="no-clue", reason="没有地点")

    told = _state(house, code.lower().replace("-", "")).words
    assert "不予受理" in told
    assert "没有具体线索" in told
    for secret in ("夜里放炮", "赵村", "没有地点", "应急局监管员"):
        assert secret not in told


def test_a_code_that_nobody_holds_says_so_and_guessing_is_slowed_down(house: Any) -> None:
    _given(house)
    answer = _state(house, "AAAA-BBBB-CCCC")
    assert answer.status == 422
    assert "没有这个查询码" in answer.words

    slowed = [_state(house, "AAAA-BBBB-CCCC").words for _ in range(31)]
    assert "尝试过于频繁" in slowed[-1]


def test_many_tips_from_one_place_are_slowed_down_and_none_that_was_taken_is_lost(house: Any) -> None:
    for _ in range(10):
        _given(house)
    stranger = house.visitor()
    answer = stranger.submit(stranger.get("/tip").form("/tip"), **_TIP)
    assert answer.status == 422
    assert "尝试过于频繁" in answer.words
    assert answer.form("/tip").fields["clue"] == _TIP["clue"]

    house.clock.go_on(minutes=1)
    _given(house)


@pytest.mark.parametrize("address", ["/tip", "/tip/state"])
def test_a_forged_form_is_refused(house: Any, address: str) -> None:
    stranger = house.visitor()
    stranger.get(address)

    assert stranger.client.post(address, data={**_TIP, "code": "x", "csrf": "forged"}).status_code == 403


@pytest.mark.parametrize("address", ["/tip", "/tip/state"])
def test_the_column_is_read_in_english(house: Any, address: str) -> None:
    words = house.visitor().get(f"{address}?lang=en").words

    assert len(CHINESE.findall(words.replace("中文", "").replace("示例县", ""))) < 30, words


def test_codes_of_different_seals_differ() -> None:
    codes = {code_from(str(seal)) for seal in range(500)}

    assert len(codes) == 500
    assert all(re.fullmatch(r"(?:[A-HJ-NP-Z2-9]{4}-){2}[A-HJ-NP-Z2-9]{4}", code) for code in codes)
