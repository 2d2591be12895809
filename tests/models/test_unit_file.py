"""Files of units over a real ledger: one each, no number twice, rows that are what the acts make of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from models import unit_file
from models.receipt import Deed
from models.statements import Statement
from rules.actor import Role
from rules.errors import ContentInvalid, OutsideScope

_LICENCE = {
    "sort": "safety", "number": "FM-1", "authority": "市应急局", "from": date(2026, 1, 1), "until": date(2028, 12, 31),
}  # fmt: skip


@pytest.fixture
def do(county: Any) -> Callable[..., Any]:
    """Return what records an act on a unit's file, or opens it; the file's number comes with the unit."""
    numbers: dict[str, str] = {}

    def record(kind: str, who: Role | Any = Role.DEPT_OFFICER, /, unit: str = "redstar", **values: Any) -> Any:
        actor = county.actor(who) if isinstance(who, Role) else who
        deed = Deed(kind, actor, os.urandom(8).hex(), values=values)
        if kind == "open":
            receipt = county.ledger.open_case("unit_file", unit, deed, county.now)
            numbers[unit] = receipt.number
        else:
            receipt = county.ledger.record(numbers[unit], deed, county.now)
        return receipt

    return record


def test_the_rows_of_a_file_are_what_its_acts_make_of_them(do: Any, county: Any) -> None:
    do("open", note="建档")
    do("classify", kind="mine", colour="red", underground="yes", reason="地下开采")
    do("seat", Role.COMMITTEE_OFFICE, about="general", organisation="bureau")
    do("seat", Role.COMMITTEE_OFFICE, about="general", organisation="office")
    do("seat", Role.COMMITTEE_OFFICE, about="lead_county", organisation="county",
       person=county.persons["county_leader"])  # fmt: skip
    do("license", Role.UNIT_SAFETY, **_LICENCE)
    do("license", Role.UNIT_SAFETY, **{**_LICENCE, "number": "FM-2", "replaces": "FM-1"})
    do("license", Role.UNIT_SAFETY, **{**_LICENCE, "number": "YZ-1", "sort": "business"})
    do("risk", Role.UNIT_SAFETY, name="主井", colour="red", place="井口", holder="机电矿长", controls="每日检查")
    do("risk", Role.UNIT_SAFETY, name="主井", colour="orange", place="井口", holder="机电矿长", controls="每日检查")
    do("strike", about="licence/YZ-1", reason="录入有误")

    assert county.rows("SELECT kind, colour, red, orange, closed FROM unit_files") == [("mine", "red", 0, 1, 0)]
    seats = dict(county.rows("SELECT seat, organisation FROM unit_seats"))
    assert (seats["general"], seats["lead_county"]) == ("office", "county")
    assert county.rows("SELECT key, last FROM unit_papers") == [("licence/FM-2", "2028-12-31")]
    assert county.verified().holds
    do("close", Role.COMMITTEE_OFFICE, reason="企业注销")
    assert county.rows("SELECT closed, gaps FROM unit_files") == [(1, 0)]
    assert county.verified().holds


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE unit_files SET colour = 'blue'",
        "UPDATE unit_files SET gaps = gaps - 1",
        "UPDATE unit_seats SET organisation = 'industry'",
        "DELETE FROM unit_seats WHERE seat = 'general'",
        "UPDATE unit_papers SET last = '2038-12-31'",
    ],
)
def test_a_row_that_was_changed_past_the_ledger_is_found(
    do: Any, county: Any, back_door: Callable[[str], Any], tampering: str
) -> None:
    do("open", note="建档")
    do("classify", kind="mine", colour="red", reason="地下开采")
    do("seat", Role.COMMITTEE_OFFICE, about="general", organisation="bureau")
    do("license", Role.UNIT_SAFETY, **_LICENCE)
    assert county.verified().holds
    back_door(county.store.url).run(tampering)
    assert not county.verified().holds


def test_a_unit_is_opened_under_its_town_and_department_and_its_class_stands_in_the_directory(
    do: Any, county: Any
) -> None:
    do("open", note="建档")
    assert sorted(county.rows("SELECT seat, organisation FROM unit_seats")) == [
        ("department", "industry"), ("local", "qingshi"),
    ]  # fmt: skip
    do("classify", kind="mine", colour="red", reason="地下开采")
    assert county.rows("SELECT kind FROM units WHERE code = 'redstar'") == [("mine",)]


def test_a_unit_has_one_file(do: Any, county: Any) -> None:
    first = do("open", note="建档")
    with pytest.raises(ContentInvalid, match=first.number):
        do("open", note="再建")
    assert county.count("unit_files") == 1
    do("open", Role.BUREAU_OFFICER, unit="hongda", note="建档")
    assert county.count("unit_files") == 2


def test_a_number_stands_for_one_unit_alone_until_it_is_struck_off(do: Any, county: Any) -> None:
    do("open", note="建档")
    do("open", Role.BUREAU_OFFICER, unit="hongda", note="建档")
    do("license", Role.UNIT_SAFETY, **_LICENCE)
    with pytest.raises(ContentInvalid, match="红星铁矿"):
        do("license", Role.BUREAU_OFFICER, unit="hongda", **_LICENCE)
    do("license", Role.UNIT_SAFETY, **{**_LICENCE, "until": date(2028, 11, 30)})
    do("strike", about="licence/FM-1", reason="属于宏达商场")
    do("license", Role.BUREAU_OFFICER, unit="hongda", **_LICENCE)
    assert county.verified().holds


def test_a_township_does_nothing_to_the_file_of_another(do: Any, county: Any) -> None:
    do("open", note="建档")
    with pytest.raises(OutsideScope):
        do("seat", county.actor(Role.TOWN_CLERK, "2"), about="local", organisation="baishui")
    with pytest.raises(OutsideScope):
        do("open", county.actor(Role.TOWN_CLERK), unit="hongda", note="建档")


def test_who_answers_is_a_registered_body_and_person(do: Any) -> None:
    do("open", note="建档")
    with pytest.raises(ContentInvalid, match="nowhere"):
        do("seat", Role.COMMITTEE_OFFICE, about="general", organisation="nowhere")
    with pytest.raises(ContentInvalid, match="没有登记"):
        do("seat", Role.COMMITTEE_OFFICE, about="lead_town", organisation="qingshi", person="nobody")


def test_a_department_that_is_renamed_stays_in_the_history_by_its_name_of_that_day(do: Any, county: Any) -> None:
    number = do("open", note="建档").number
    do("seat", Role.COMMITTEE_OFFICE, about="sector", organisation="industry")
    rename = Statement(text("UPDATE organisations SET name = '工业和信息化局' WHERE code = 'industry'"))
    county.store.write(lambda writing: writing.run(rename))
    do("seat", Role.COMMITTEE_OFFICE, about="special", organisation="industry")
    bodies = [row[0] for row in county.rows("SELECT body FROM acts WHERE kind = 'seat' ORDER BY seq")]
    assert ['"named":"工信局"' in bodies[0], '"named":"工业和信息化局"' in bodies[1]] == [True, True]
    with county.store.read() as reading:
        unit_id = county.rows("SELECT unit_id FROM unit_files")[0][0]
        assert unit_file.file_of(reading, "dai", unit_id) == number
        assert unit_file.file_of(reading, "dai", "nobody's") is None
    assert county.verified().holds


@pytest.mark.parametrize(
    ("query", "values", "step"),
    [
        ("_SAME_PAPER", {"key": "k", "sort": "s", "county_id": "dai", "in_case": 1}, "ix_unit_papers_key"),
        ("_OF_UNIT", {"county_id": "dai", "unit_id": "u"}, "unit_files"),
    ],
)
def test_numbers_and_files_are_looked_up_not_searched_for(
    sqlite_county: Any, back_door: Callable[[str], Any], query: str, values: dict[str, Any], step: str
) -> None:
    words, arrange = getattr(unit_file, query).on("sqlite")
    plan = [row[3] for row in back_door(sqlite_county.store.url).rows(f"EXPLAIN QUERY PLAN {words}", *arrange(values))]
    assert any(step in line and line.startswith("SEARCH") for line in plan), plan
    assert not any(line.startswith("SCAN") for line in plan), plan
