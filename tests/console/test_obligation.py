"""The page of recurring duties: leaders see their own, the liaison enters visits, others see it when it is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from models.liaisons import name_liaison
from models.receipt import Deed
from models.statements import Statement
from rules.actor import clock

VISIT = {"day": "2026-03-02", "place": "红星铁矿", "problems": "none"}


@pytest.fixture
def people(house: Any) -> dict[str, str]:
    """Return the persons of the county by login."""
    with house.store.read() as reading:
        rows = reading.all(Statement(text("SELECT login, person_id FROM accounts")))
    return {login: person for login, person in rows}  # noqa: C416 - rows are no pairs to a type checker


@pytest.fixture
def number(house: Any, people: dict[str, str]) -> str:
    """Return the visits that the leader in charge owes in March, opened by the clock; the liaison is authorised."""
    leader = people["county_leader"]
    house.store.write(
        lambda writing: name_liaison(
            writing,
            "dai",
            leader=leader,
            liaison=people["liaison"],
            began_at=house.clock(),
            ended_at=house.clock().add(years=1),
        )
    )
    said = {"quota": "leader-visit", "holder": leader, "first": date(2026, 3, 1), "last": date(2026, 3, 31),
            "least": "2", "clause": "obl-visit-in-charge"}  # fmt: skip
    deed = Deed("open", clock("dai"), "open", said)
    opened: str = house.app.desk.ledger.open_case("obligation", f"county~{leader}", deed, house.clock()).number
    return opened


@pytest.fixture
def acting(house: Any, people: dict[str, str], number: str) -> Any:
    """Return the liaison, gone on to act for the leader."""
    assert number
    liaison = house.person("liaison")
    page = liaison.get("/me")
    form = next(form for form in page.reader.forms if form.fields.get("for") == people["county_leader"])
    assert liaison.submit(form).status == 303
    return liaison


@pytest.fixture
def photo(make_photo: Callable[..., bytes]) -> Callable[[], list[tuple[str, Any]]]:
    """Return what makes a photograph to send along."""
    return lambda: [("photo", ("a.jpg", make_photo(), "image/jpeg"))]


def test_a_leader_sees_what_they_owe_under_which_paragraph_and_enters_a_visit_with_its_photograph(
    house: Any, number: str, photo: Any
) -> None:
    leader = house.person("county_leader")
    page = leader.get("/obligations")
    assert "分管县领导r" in page.words
    assert "应办 2，已办 0" in page.words
    assert "（七）1" in page.words
    path = f"/cases/{number}/acts/visit"
    assert path in page.links
    answer = leader.fill(path, path, files=photo(), **VISIT)
    assert answer.status == 303, answer.text
    assert "应办 2，已办 1" in leader.get("/obligations").words


def test_a_visit_without_evidence_is_refused_and_nothing_typed_is_lost(house: Any, number: str) -> None:
    path = f"/cases/{number}/acts/visit"
    answer = house.person("county_leader").fill(path, path, **VISIT)
    assert answer.status == 422
    assert "应附佐证" in answer.words
    assert "红星铁矿" in answer.text


def test_the_liaison_sees_and_enters_it_once_they_act_for_the_leader(
    house: Any, number: str, acting: Any, photo: Any
) -> None:
    path = f"/cases/{number}/acts/visit"
    assert path in acting.get("/obligations").links
    assert acting.fill(path, path, files=photo(), **VISIT).status == 303
    words = house.person("county_leader").get(f"/cases/{number}").words
    assert "联络员n" in words
    assert "代分管县领导r" in words.replace(" ", "")


def test_a_liaison_who_acts_for_nobody_is_told_to_go_on_as_one(house: Any, number: str) -> None:
    liaison = house.person("liaison")
    page = liaison.get("/obligations")
    assert "请先切换为代县领导办理" in page.words
    assert number not in page.text
    assert liaison.get(f"/cases/{number}").status == 404


@pytest.mark.parametrize("login", ["committee_office", "bureau_head", "leadership", "dept_head"])
def test_until_the_month_has_ended_nobody_else_sees_a_leaders_own(house: Any, number: str, login: str) -> None:
    page = house.person(login).get("/obligations")
    assert number not in page.text
    assert house.person(login).get(f"/cases/{number}").status == 404


def test_others_are_told_how_many_are_hidden_and_the_audit_sees_all(house: Any, number: str) -> None:
    assert "另有 1 项是县领导本人的任务" in house.person("committee_office").get("/obligations").words
    auditor = house.person("auditor")
    assert f"/cases/{number}" in auditor.get("/obligations").links
    assert auditor.get(f"/cases/{number}").status == 200


def test_once_the_month_has_ended_the_committee_office_sees_it(house: Any, number: str) -> None:
    house.clock.go_on(days=31)
    office = house.person("committee_office")
    page = office.get("/obligations?month=2026-03")
    assert f"/cases/{number}" in page.links
    assert f"/cases/{number}/acts/visit" not in page.links
    assert office.get(f"/cases/{number}").status == 200


def test_problems_are_handed_on_by_choosing_the_visit(house: Any, number: str, photo: Any) -> None:
    leader = house.person("county_leader")
    path = f"/cases/{number}/acts/visit"
    leader.fill(path, path, files=photo(), **{**VISIT, "problems": "some", "found": "护栏缺失"})
    refer = f"/cases/{number}/acts/refer"
    assert refer in leader.get("/obligations").links
    assert leader.fill(refer, refer, about="2", handled="当场改正").status == 303
    assert refer not in leader.get("/obligations").links


def test_other_months_are_a_step_away_and_nonsense_shows_the_present_one(house: Any, number: str) -> None:
    leader = house.person("county_leader")
    assert number in leader.get("/obligations?month=moon").text
    page = leader.get("/obligations?month=2026-04")
    assert number not in page.text
    assert "/obligations?month=2026-03" in page.links


def test_the_page_reads_in_english(house: Any, number: str) -> None:
    page = house.person("county_leader").get("/obligations?lang=en")
    assert "2 owed, 0 done" in page.words
    assert "Leaders' safety visits" in page.words
    assert number in page.text


def test_a_line_whose_force_is_not_confirmed_is_shown_as_not_in_use(house: Any) -> None:
    page = house.person("committee_office").get("/obligations")
    assert "未启用" in page.words
    assert "国务院令第302号是否仍然有效没有确认" in page.words


def test_vacant_posts_are_named_to_whoever_fills_them(house: Any, number: str, people: dict[str, str]) -> None:
    assert number
    end = Statement(text("UPDATE holdings SET ended_at = 1 WHERE person_id = :person"))
    house.store.write(lambda writing: writing.run(end, person=people["leadership"]))
    assert "空缺岗位" in house.person("county_leader").get("/obligations").words
    assert "空缺岗位" not in house.person("dept_head").get("/obligations").words
