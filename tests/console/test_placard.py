"""Placards: a code leads through signing in to the report with unit and place filled in; sheets print by township."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from console.placard import code_in, point_of, token_of
from models import directory
from models.receipt import Deed
from models.statements import Statement
from rules.actor import clock

HOIST = {"name": "主井提升", "colour": "red", "place": "主井", "holder": "机电矿长", "controls": "每日检查"}


@pytest.fixture
def hoist(house: Any) -> str:
    """Return the address of the placard at a point of risk that the mine's file names."""
    officer = house.person("bureau_officer")
    opened = officer.submit(officer.get("/units/redstar").form("/units/redstar/file"))
    number = opened.location.split("/")[2].split("?")[0]
    assert house.act("unit_safety", number, "risk", **HOIST).status == 303
    return f"/p/redstar/{point_of('主井提升')}"


def _page_form(house: Any, login: str, address: str) -> Any:
    person = house.person(login)
    led = person.get(address)
    assert led.status == 303, led.words
    return person.get(led.location).form("/hazards").fields


@given(st.text(min_size=1, max_size=40))
def test_every_code_of_a_unit_has_an_address_that_leads_back_to_it(code: str) -> None:
    token = token_of(code)

    assert code_in(token) == code
    assert token.isascii()
    assert not set("/?#%") & set(token)


@pytest.mark.parametrize("token", ["~", "~!", "~_w", "~a", "", "啊"])
def test_a_spoilt_address_is_like_one_of_no_unit(house: Any, token: str) -> None:
    assert house.person("town_clerk").get(f"/p/{token}").status == 404


def test_a_code_leads_to_the_report_with_unit_and_place_filled_in(house: Any, hoist: str) -> None:
    for login in ("town_clerk", "dept_officer", "unit_fixer"):
        whole = _page_form(house, login, "/p/redstar")
        point = _page_form(house, login, hoist)

        assert (whole["unit"], whole["place"]) == ("redstar", "")
        assert (point["unit"], point["place"]) == ("redstar", "主井提升（主井）")


def test_whoever_is_not_signed_in_signs_in_first_and_lands_there(house: Any, hoist: str) -> None:
    visitor = house.visitor()
    asked = visitor.get(hoist)
    assert asked.location.startswith("/sign-in?")
    page = visitor.get(asked.location)

    signed = visitor.submit(page.form("/sign-in"), login="town_clerk", password="清水河畔八点整开会啦")

    assert signed.location == hoist
    assert parse_qs(urlsplit(visitor.get(hoist).location).query) == {"unit": ["redstar"], "at": [hoist[-8:]]}


def test_a_unit_elsewhere_and_one_that_is_not_there_read_the_same(house: Any, hoist: str) -> None:
    stranger = house.person("town_clerk2")
    for address in ("/p/redstar", hoist, "/p/nowhere"):
        answer = stranger.get(address)
        assert (answer.status, "红星" in answer.text) == (404, False)
    assert stranger.get("/placards/docx?unit=redstar").status == 404


def test_a_point_that_was_struck_off_still_leads_to_its_unit(house: Any, hoist: str) -> None:
    number = next(link for link in house.person("town_clerk").get("/units/redstar").links if "/cases/" in link)
    number = number.split("/")[2]
    assert house.act("town_clerk", number, "strike", about="risk/主井提升", reason="已拆除").status == 303

    assert _page_form(house, "town_clerk", hoist) | {"key": ""} == _page_form(house, "town_clerk", "/p/redstar") | {
        "key": ""
    }


def test_a_unit_whose_code_has_other_signs_is_reached_after_signing_in_too(house: Any) -> None:
    unit = directory.NewUnit("铁矿/一号", "一号铁矿", "qingshi", "industry", "非煤矿山（地下）", "")
    house.store.write(lambda writing: directory.add_unit(writing, "dai", unit))
    address = f"/p/{token_of('铁矿/一号')}"
    visitor = house.visitor()
    signed = visitor.submit(
        visitor.get(visitor.get(address).location).form("/sign-in"), login="town_clerk", password="清水河畔八点整开会啦"
    )

    assert signed.location == address
    assert visitor.get(visitor.get(address).location).form("/hazards").fields["unit"] == "铁矿/一号"


# --- the leader who stands at a placard ----------------------------------------------------------


@pytest.fixture
def visit(house: Any) -> str:
    """Return the number of the visits that the leader owes this month."""
    with house.store.read() as reading:
        rows = dict(reading.all(Statement(text("SELECT login, person_id FROM accounts"))))
    said = {"quota": "leader-visit", "holder": rows["county_leader"], "first": date(2026, 3, 1),
            "last": date(2026, 3, 31), "least": "2", "clause": "obl-visit-in-charge"}  # fmt: skip
    deed = Deed("open", clock("dai"), "open", said)
    ledger = house.app.desk.ledger
    opened: str = ledger.open_case("obligation", f"county~{rows['county_leader']}", deed, house.clock()).number
    return opened


def test_a_leader_checks_in_from_the_placard_without_typing(
    house: Any, hoist: str, visit: str, make_photo: Any
) -> None:
    leader = house.person("county_leader")
    page = leader.get(hoist)
    assert page.status == 200
    path = f"/cases/{visit}/acts/visit"
    link = next(link for link in page.links if link.startswith(path))
    form = leader.get(link).form(path)
    assert (form.fields["day"], form.fields["place"]) == ("2026-03-02", "红星铁矿 主井提升（主井）")

    answer = leader.submit(form, files=[("photo", ("a.jpg", make_photo(), "image/jpeg"))], problems="none")

    assert answer.location.startswith(f"/cases/{visit}?done=")
    assert "红星铁矿 主井提升" in leader.get(f"/cases/{visit}").words


def test_who_owes_no_visit_is_offered_none(house: Any, hoist: str, visit: str) -> None:
    assert visit not in house.person("leadership").get(hoist).text
    assert "领导检查" not in house.person("auditor").get(hoist).words
    assert "不登记隐患" in house.person("auditor").get(hoist).words


# --- sheets to print -----------------------------------------------------------------------------


def _words(content: bytes) -> list[str]:
    return [line.text for line in docx.Document(io.BytesIO(content)).paragraphs if line.text.strip()]


def test_a_sheet_is_printed_for_each_unit_of_a_township_and_each_point(house: Any, hoist: str) -> None:
    officer = house.person("bureau_officer")
    words = _words(officer.get("/placards/docx?town=qingshi&points=1").response.content)

    assert words.count("隐患上报牌") == 3
    assert {"红星铁矿", "清波化工厂", "主井提升", "主井"} <= set(words)
    assert "宏达商场" not in words
    assert any(line.endswith(hoist) for line in words)
    without = _words(officer.get("/placards/docx?town=qingshi").response.content)
    assert without.count("隐患上报牌") == 2


def test_the_page_shows_what_will_be_printed_and_links_to_it(house: Any, hoist: str) -> None:
    clerk = house.person("town_clerk")
    assert "/placards?unit=redstar&points=1" in clerk.get("/units/redstar").links
    page = clerk.get("/placards?unit=redstar&points=1")

    assert page.text.count('class="qr"') == 2
    assert "打印 2 张" in page.words
    assert "只在本机能打开" in page.words
    assert hoist in page.words
    assert "/placards/docx?unit=redstar&points=1" in page.links
    assert "宏达商场" not in clerk.get("/placards").words
    assert "没有符合条件" in clerk.get("/placards?unit=hongda").words


def test_sheets_are_a_pdf_where_the_machine_has_a_chinese_font(house: Any) -> None:
    answer = house.person("town_clerk").get("/placards/pdf?town=qingshi")
    if answer.status == 200:
        assert answer.response.content.startswith(b"%PDF")
        assert house.person("town_clerk").get("/placards/pdf?town=qingshi").response.content == answer.response.content
    else:
        assert "请安装" in answer.words
