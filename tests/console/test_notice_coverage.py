"""Coverage of the notice and the indicators on pages: all rows, searchable; figures with their parts; nobody ranked."""

from __future__ import annotations

from typing import Any

import pytest

from rules.county_notice import notices
from rules.indicators import indicators

ROWS = notices()[-1].rows


def test_every_row_is_shown_with_its_quote_and_class(house: Any) -> None:
    page = house.person("committee_office").get("/coverage")
    assert page.status == 200
    assert f"共 {len(ROWS)} 条" in page.words
    for row in (ROWS[0], ROWS[29], ROWS[-1]):
        assert row.id in page.words
        assert row.quote in page.words
    assert "原则 11" in page.words


def test_rows_are_found_by_word_and_class(house: Any) -> None:
    office = house.person("committee_office")
    page = office.get("/coverage?words=挂牌督办")
    assert "B086" in page.words
    assert "B001" not in page.words
    principles = office.get("/coverage?class=declaratory").words
    assert "B006" in principles
    assert "B086" not in principles
    assert "没有符合条件的条目" in office.get("/coverage?words=月球").words


def test_a_row_that_runs_names_holder_act_and_clause_and_one_that_does_not_says_why(house: Any) -> None:
    office = house.person("committee_office")
    running = office.get("/coverage?words=B086").words
    for words in ("部门监管员", "挂牌督办", "安全生产法", "督办期限和包案领导由文书载明"):
        assert words in running
    assert "/kpi/major-listed" in office.get("/coverage?words=B086").links
    principle = next(row for row in ROWS if row.why)
    assert principle.why in office.get(f"/coverage?words={principle.id}").words


@pytest.fixture
def closed(house: Any, make_photo: Any) -> str:
    """Return a hazard of the unit's own that was rectified and accepted at once."""
    photo = [("photo", ("a.jpg", make_photo(), "image/jpeg"))]
    answer = house.person("unit_safety").fill(
        "/hazards/new?unit=redstar", "/hazards", files=photo, description="爬梯松动", place="井口",
        category="structure", own_grade="general",
    )  # fmt: skip
    number: str = answer.location.split("/")[2].split("?")[0]
    path = f"/cases/{number}/acts/rectify"
    assert house.person("unit_fixer").fill(path, path, files=photo, measure="已加固").status == 303
    return number


def test_the_last_proof_of_a_row_leads_to_its_case_for_those_who_see_all(house: Any, closed: str) -> None:
    assert f"/cases/{closed}" in house.person("committee_office").get("/coverage?words=B051").links
    page = house.person("town_clerk2").get("/coverage?words=B051")
    assert closed in page.words
    assert f"/cases/{closed}" not in page.links


def test_the_burden_is_shown_first_and_every_indicator_has_its_page(house: Any) -> None:
    office = house.person("committee_office")
    page = office.get("/kpi")
    named = [link.rsplit("/", 1)[1] for link in page.links if link.startswith("/kpi/")]
    assert named == [entry.id for entry in indicators()]
    assert named[0] == "burden-typed"
    for entry in indicators():
        one = office.get(f"/kpi/{entry.id}")
        assert entry.title in one.words
        assert entry.measure.counts in one.words
    assert office.get("/kpi/ranking").status == 404


def test_an_indicator_names_its_row_its_parts_and_the_cases_in_the_reader_s_scope(house: Any, closed: str) -> None:
    page = house.person("committee_office").get("/kpi/hazard-found")
    assert f"/cases/{closed}" in page.links
    assert "/coverage?words=B051" in page.links
    assert "开立的事项" in page.words
    assert f"/cases/{closed}" not in house.person("town_clerk2").get("/kpi/hazard-found").links


def test_the_pages_are_read_in_english(house: Any) -> None:
    office = house.person("committee_office")
    assert "Notice coverage" in office.get("/coverage?lang=en").words
    assert "Fields typed per closed hazard" in office.get("/kpi?lang=en").words
    assert "fields typed" in office.get("/kpi/burden-typed?lang=en").words
