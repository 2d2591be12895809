"""The demonstration files 演示数据: every reference resolves, every source is named, no real mine is shamed."""

import json
import re
import tomllib
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest

from rules.command.acts import CATEGORIES

_ROOT = Path(__file__).resolve().parents[2]
_DEMO = _ROOT / "deployments" / "demo"
_DAI_COUNTY = _ROOT.parent / "shared" / "cases" / "dai_county.json"

_TOWNS = {"上馆镇", "阳明堡镇", "峨口镇", "聂营镇", "枣林镇", "雁门关镇", "峪口镇", "新高乡", "上磨坊乡"}
_KINDS = {"county", "bureau", "committee_office", "department", "town", "village"}
_UNIT_ROLES = {"unit_fixer", "unit_safety", "unit_head"}
_ROLES_AT = {
    "county": {"county_leader", "leadership", "liaison", "auditor", "it_admin"},
    "bureau": {"bureau_officer", "bureau_head", "auditor", "it_admin"},
    "committee_office": {"committee_office", "it_admin"},
    "department": {"dept_officer", "dept_head"},
    "town": {"town_clerk", "town_leader"},
    "unit": _UNIT_ROLES,
}
_CATEGORIES = {
    "机电设备",
    "消防",
    "用电",
    "特种设备",
    "危险作业",
    "建筑结构",
    "通风防尘",
    "边坡与尾矿",
    "危险化学品",
    "应急与管理",
    "交通运输",
}
_BEFORE_ORDER = {"reported", "graded"}
_BOTH_GRADES = {*_BEFORE_ORDER, "ordered", "rectified", "rejected"}
_STAGES = {
    "general": {*_BOTH_GRADES, "accepted", "closed"},
    "major": {*_BOTH_GRADES, "plan", "listed", "review", "delisted"},
}
_LONGEST_TEXT = 60

Row = dict[str, Any]


def _load(name: str) -> dict[str, list[Row]]:
    return tomllib.loads((_DEMO / name).read_text(encoding="utf-8"))


def test_the_files_are_of_units_that_there_are_and_name_bodies_that_there_are() -> None:
    county, files = _load("county.toml"), _load("units.toml")["file"]
    units = {unit["code"] for unit in county["unit"]}
    bodies = {body["code"] for body in county["organisation"]}

    assert {entry["unit"] for entry in files} <= units
    assert len({entry["unit"] for entry in files}) == len(files)
    assert {entry[seat] for entry in files for seat in ("sector", "special") if seat in entry} <= bodies


@pytest.fixture(scope="module")
def county() -> dict[str, list[Row]]:
    return _load("county.toml")


@pytest.fixture(scope="module")
def hazards() -> list[Row]:
    return _load("hazards.toml")["hazard"]


@pytest.fixture(scope="module")
def kind_of(county: dict[str, list[Row]]) -> dict[str, str]:
    """Map the code of each organisation and unit to its kind."""
    return {row["code"]: row["kind"] for row in county["organisation"]} | {
        row["code"]: "unit" for row in county["unit"]
    }


@pytest.fixture(scope="module")
def criteria() -> dict[str, Row]:
    """Map the code of each edition and item to its edition."""
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in (_ROOT / "rules" / "criteria").glob("*.toml")]
    return {
        entry["code"]: file["edition"] for file in files for entry in chain([file["edition"]], file.get("item", []))
    }


def _repeated(values: list[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


def _holders(county: dict[str, list[Row]], at: str) -> dict[str, list[str]]:
    """Map each role at a place to the logins of those who hold it."""
    holders: dict[str, list[str]] = {}
    for post in county["post"]:
        if post["at"] == at:
            logins = [person["login"] for person in county["person"] if post["code"] in person["posts"]]
            holders.setdefault(post["role"], []).extend(logins)
    return holders


def test_the_nine_towns_carry_their_public_names(county: dict[str, list[Row]]) -> None:
    names = [row["name"] for row in county["organisation"] if row["kind"] == "town"]
    assert len(names) == len(_TOWNS)
    assert set(names) == _TOWNS


def test_every_organisation_but_the_county_answers_to_a_known_one(
    county: dict[str, list[Row]], kind_of: dict[str, str]
) -> None:
    for row in county["organisation"]:
        assert row["kind"] in _KINDS
        if row["kind"] == "county":
            assert row["parent"] == ""
        else:
            assert kind_of[row["parent"]] == ("town" if row["kind"] == "village" else "county"), row


def test_every_town_has_an_invented_village(county: dict[str, list[Row]]) -> None:
    villages = [row for row in county["organisation"] if row["kind"] == "village"]
    towns = {row["code"] for row in county["organisation"] if row["kind"] == "town"}
    assert {row["parent"] for row in villages} == towns
    assert all("示例" in row["name"] for row in villages)


def test_every_unit_lies_in_a_town_and_is_supervised_by_a_department(
    county: dict[str, list[Row]], kind_of: dict[str, str]
) -> None:
    assert len(county["unit"]) >= 40
    for unit in county["unit"]:
        assert kind_of[unit["town"]] == "town", unit
        assert kind_of[unit["department"]] in {"bureau", "department"}, unit
        assert unit["headcount"] > 0, unit


def test_every_unit_is_visibly_invented(county: dict[str, list[Row]]) -> None:
    for unit in county["unit"]:
        assert unit["name"].startswith("示例县"), unit
        assert unit["name"].endswith("（演示）"), unit
        assert "示例" in unit["address"], unit
        assert unit["credit_code"] == "", unit


def test_every_post_has_a_role_that_exists_where_it_stands(
    county: dict[str, list[Row]], kind_of: dict[str, str]
) -> None:
    for post in county["post"]:
        assert post["role"] in _ROLES_AT[kind_of[post["at"]]], post


def test_every_post_is_held_and_every_person_holds_known_posts(county: dict[str, list[Row]]) -> None:
    held = [code for person in county["person"] for code in person["posts"]]
    assert all(person["posts"] for person in county["person"])
    assert sorted(held) == sorted(post["code"] for post in county["post"])


def test_every_unit_has_a_head_a_safety_officer_and_a_fixer_who_are_three_people(county: dict[str, list[Row]]) -> None:
    for unit in county["unit"]:
        holders = _holders(county, unit["code"])
        assert holders.keys() == _UNIT_ROLES, unit
        logins = [login for held in holders.values() for login in held]
        assert len(logins) >= len(_UNIT_ROLES), unit
        assert not _repeated(logins), unit


@pytest.mark.parametrize(
    ("kind", "staff"),
    [
        ("county", {"county_leader": 2, "leadership": 2, "liaison": 1, "auditor": 1}),
        ("bureau", {"bureau_officer": 3, "bureau_head": 1}),
        ("committee_office", {"committee_office": 2, "it_admin": 1}),
        ("department", {"dept_officer": 2, "dept_head": 1}),
        ("town", {"town_clerk": 1, "town_leader": 1}),
    ],
)
def test_every_authority_is_staffed(county: dict[str, list[Row]], kind: str, staff: dict[str, int]) -> None:
    for row in county["organisation"]:
        if row["kind"] == kind:
            holders = _holders(county, row["code"])
            assert {role: len(set(logins)) for role, logins in holders.items()} == staff, row


def test_codes_logins_names_and_numbers_are_unique(county: dict[str, list[Row]]) -> None:
    assert not _repeated([row["code"] for row in county["organisation"] + county["unit"]])
    assert not _repeated([row["name"] for row in county["organisation"] + county["unit"]])
    assert not _repeated([post["code"] for post in county["post"]])
    assert not _repeated([post["name"] for post in county["post"]])
    for field in ("login", "name", "phone"):
        assert not _repeated([person[field] for person in county["person"]])


def test_logins_are_lower_case_and_numbers_are_demonstration_numbers(county: dict[str, list[Row]]) -> None:
    for person in county["person"]:
        assert re.fullmatch(r"[a-z]+[0-9]?", person["login"]), person
        assert re.fullmatch(r"199 0000 \d{4}", person["phone"]), person


def test_at_least_sixty_hazards_each_name_a_public_source(hazards: list[Row]) -> None:
    assert len(hazards) >= 60
    for hazard in hazards:
        address = urlparse(hazard["adapted_from"])
        assert address.scheme in {"http", "https"}, hazard
        assert "." in address.netloc, hazard
        assert hazard["source_fact"], hazard


def test_the_hazards_rest_on_at_least_twenty_sources(hazards: list[Row]) -> None:
    assert len({hazard["adapted_from"] for hazard in hazards}) >= 20


def test_no_hazard_is_told_twice_and_none_is_long(hazards: list[Row]) -> None:
    assert not _repeated([hazard["description"] for hazard in hazards])
    for hazard in hazards:
        assert 0 < len(hazard["description"]) <= _LONGEST_TEXT, hazard
        assert len(hazard["source_fact"]) <= _LONGEST_TEXT, hazard
        assert hazard["place"], hazard


def test_every_hazard_lies_in_a_unit_and_was_found_by_it_or_by_an_authority(
    hazards: list[Row], kind_of: dict[str, str]
) -> None:
    for hazard in hazards:
        assert kind_of[hazard["unit"]] == "unit", hazard
        assert hazard["category"] in _CATEGORIES, hazard
        assert hazard["found_by"] == "unit" or kind_of[hazard["found_by"]] in {"bureau", "department", "town"}, hazard


def test_a_town_finds_hazards_only_within_its_bounds(
    county: dict[str, list[Row]], hazards: list[Row], kind_of: dict[str, str]
) -> None:
    town_of = {unit["code"]: unit["town"] for unit in county["unit"]}
    for hazard in hazards:
        if kind_of.get(hazard["found_by"]) == "town":
            assert hazard["found_by"] == town_of[hazard["unit"]], hazard


def test_every_stage_belongs_to_the_grade_and_every_order_has_a_time_limit(hazards: list[Row]) -> None:
    for hazard in hazards:
        assert hazard["stage"] in _STAGES[hazard["grade"]], hazard
        assert 0 <= hazard["days_ago"] <= 80, hazard
        assert ("deadline_days" in hazard) == (hazard["stage"] not in _BEFORE_ORDER), hazard
        assert hazard.get("deadline_days", 1) > 0, hazard


def test_every_major_hazard_cites_a_current_criterion_or_gives_a_reason(
    hazards: list[Row], criteria: dict[str, Row]
) -> None:
    major = [hazard for hazard in hazards if hazard["grade"] == "major"]
    assert major
    for hazard in major:
        if hazard["criterion"]:
            edition = criteria[hazard["criterion"]]
            assert "in_force_from" in edition, hazard
            assert "in_force_until" not in edition, hazard
        else:
            assert hazard["reason"], hazard


def test_whoever_cites_a_whole_edition_gives_the_item(hazards: list[Row], criteria: dict[str, Row]) -> None:
    for hazard in hazards:
        code = hazard.get("criterion")
        if code and criteria[code]["code"] == code:
            assert hazard["item"], hazard


def test_ordinary_hazards_cite_no_criterion(hazards: list[Row]) -> None:
    for hazard in hazards:
        if hazard["grade"] == "general":
            assert not {"criterion", "item", "reason"} & hazard.keys(), hazard


def test_the_first_screen_shows_fresh_due_overdue_and_closed_hazards(hazards: list[Row]) -> None:
    """An order is taken to follow a day after the finding, as `haz-order` of the demonstration county says."""
    left = [hazard["deadline_days"] - hazard["days_ago"] + 1 for hazard in hazards if hazard["stage"] == "ordered"]
    assert sum(days < 0 for days in left) >= 5
    assert sum(0 <= days <= 3 for days in left) >= 5
    assert sum(hazard["days_ago"] <= 2 for hazard in hazards) >= 5
    assert sum(hazard["stage"] in {"closed", "delisted"} for hazard in hazards) >= 20


@pytest.mark.skipif(not _DAI_COUNTY.exists(), reason="the county's public facts are not part of this repository")
def test_no_real_mine_of_the_county_is_named() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(_DEMO.iterdir()) if path.is_file())
    mines = json.loads(_DAI_COUNTY.read_text(encoding="utf-8"))["mines_named"]
    parts = {part for mine in mines for part in re.split(r"[()（）]", mine["name"]) if part}
    generic = re.compile("代县|矿业|铁矿|公司|租赁|铁精粉加工厂")
    words = {word for part in parts for word in (part, part[-4:], generic.sub("", part)) if len(word) > 1}

    assert not {word for word in words if word in text}


# --- special commands ----------------------------------------------------------------------------


def test_the_county_has_one_command_of_each_category_and_each_sits_in_an_organisation(
    county: dict[str, list[Row]],
) -> None:
    commands = _load("commands.toml")["command"]

    assert {entry["category"] for entry in commands} == CATEGORIES.keys()
    assert len(commands) == len(CATEGORIES)
    assert {entry["seat"] for entry in commands} <= {entry["code"] for entry in county["organisation"]}
    assert sum("commander" not in entry for entry in commands) == 1, "one shows what is owed for want of a commander"
