"""Programmes on a real ledger: opened once for each holder, nothing left out; accidents cost a unit its name."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from typing import Any

import pendulum
import pytest

from models import directory
from models.evidence import EvidenceRoom
from models.indicators import measure
from models.organisation import OrganisationKind
from models.receipt import Deed, Receipt
from models.reorganisation import merge_organisation
from rules.actor import Actor, Role
from rules.deadlines import SHANGHAI
from rules.errors import ContentInvalid, OutsideScope
from rules.indicators import indicator_named
from tasks.effects import perform_effect
from tasks.programme_rolling import Opened, open_programmes

_ACCIDENT = {
    "place": "三号井西翼", "in_county": "yes", "kind": "other", "sector": "other", "origin": "unit",
    "occurred_at": "2026-03-02 08:20", "head_informed_at": "2026-03-02 08:25", "received_at": "2026-03-02 08:50",
    "deaths": "1", "missing": "0", "serious": "0", "loss_wan": "100",
}  # fmt: skip


@pytest.fixture
def villages(county: Any) -> None:
    """Register two villages in 青石镇 and one in 白水乡."""

    def work(writing: Any) -> None:
        for code, name, town in (
            ("qingshi-1", "青石一村", "qingshi"),
            ("qingshi-2", "青石二村", "qingshi"),
            ("baishui-1", "白水一村", "baishui"),
        ):
            directory.add_organisation(writing, "dai", code=code, name=name, kind=OrganisationKind.VILLAGE, parent=town)

    county.store.write(work)


@pytest.fixture
def roll(tools: Any, villages: None) -> Callable[[], Opened]:
    """Return what opens programmes at the county's time."""
    del villages
    return lambda: open_programmes(tools)


@pytest.fixture
def file(county: Any, tmp_path: Any) -> Callable[[], str]:
    """Return the maker of sealed files, each another."""
    room = EvidenceRoom(tmp_path / "evidence", county.store)

    def seal() -> str:
        taken = os.urandom(16)
        return room.seal(taken, taken, media_type="image/jpeg", account_id="account", now=county.now)

    return seal


@pytest.fixture
def do(county: Any) -> Callable[..., Receipt]:
    """Return what records an act on a programme."""

    def record(number: str, kind: str, who: Role | str | Actor, /, at: str = "", **values: Any) -> Receipt:
        evidence = values.pop("evidence", ())
        actor = who if isinstance(who, Actor) else county.actor(who, at)
        deed = Deed(kind, actor, os.urandom(8).hex(), values, evidence=evidence)
        return county.ledger.record(number, deed, county.now)

    return record


def number_of(county: Any, programme: str, holder: str) -> str:
    rows = county.rows(
        "SELECT number FROM cases JOIN programmes ON cases.id = case_id "  # noqa: S608 - words of our own
        f"WHERE programme = '{programme}' AND holder = '{holder}'"
    )
    return rows[-1][0]


def figure(county: Any, name: str) -> tuple[int, int | None]:
    with county.store.read() as reading:
        found = measure(reading, indicator_named(name), county.now)
    return found.now.numerator, found.now.denominator


# --- opening -------------------------------------------------------------------------------------


def test_every_holder_gets_each_programme_of_the_year_once(county: Any, roll: Callable[[], Opened]) -> None:
    first = roll()
    assert first.opened > 20
    assert "road" in first.missing
    assert first.missing["road"] == ("transport",)
    assert [roll().opened for _ in range(2)] == [0, 0]
    holders = county.rows("SELECT holder, role FROM programmes WHERE programme = 'zero-villages' ORDER BY holder")
    assert holders == [("baishui", "town_leader"), ("qingshi", "town_leader")]
    assert county.rows("SELECT DISTINCT first, last FROM programmes WHERE programme = 'zero-villages'") == [
        ("2026-03-02", "2026-12-31")
    ]
    mine = county.rows("SELECT holder, role FROM programmes WHERE programme = 'substitution' ORDER BY holder")
    assert mine == [("hongda", "unit_head"), ("redstar", "unit_head")]
    assert county.rows("SELECT count(*) FROM programmes WHERE programme = 'three-year'") == [(0,)]
    assert county.faults() == set()


def test_after_an_outage_over_the_end_of_the_year_no_term_is_left_out(county: Any, roll: Callable[[], Opened]) -> None:
    opened = roll().opened
    county.now = pendulum.datetime(2027, 1, 4, 0, 30, tz=SHANGHAI)
    assert roll().opened == opened
    assert roll().opened == 0
    terms = county.rows("SELECT first, last FROM programmes WHERE programme = 'zero-year' ORDER BY last")
    assert terms == [("2026-03-02", "2026-12-31"), ("2027-01-01", "2027-12-31")]


def test_a_whole_year_without_the_program_is_opened_too_and_late(county: Any, roll: Callable[[], Opened]) -> None:
    opened = roll().opened
    county.now = pendulum.datetime(2028, 1, 10, 0, 30, tz=SHANGHAI)
    assert roll().opened == 2 * opened
    years = county.rows("SELECT last FROM programmes WHERE programme = 'zero-year' ORDER BY last")
    assert years == [("2026-12-31",), ("2027-12-31",), ("2028-12-31",)]


def test_an_office_that_was_merged_is_released(county: Any, roll: Callable[[], Opened]) -> None:
    roll()
    county.store.write(lambda writing: merge_organisation(writing, "dai", "commerce", "industry", county.now))
    county.now = county.now.add(days=1)
    done = roll()
    running = county.rows("SELECT count(*) FROM programmes WHERE holder = 'commerce' AND outcome = 'running'")
    assert (done.released > 0, running) == (True, [(0,)])
    assert roll().released == 0
    assert county.faults() == set()


# --- the list ------------------------------------------------------------------------------------


def test_only_registered_villages_of_the_township_are_on_its_list_each_once(
    county: Any, roll: Callable[[], Opened], do: Any
) -> None:
    roll()
    number = number_of(county, "zero-villages", "qingshi")
    do(number, "enter-list", Role.TOWN_CLERK, list=["qingshi-1", "qingshi-2"])
    for strange in ("baishui-1", "nowhere", "qingshi-1"):
        with pytest.raises(ContentInvalid, match="请"):
            do(number, "enter", Role.TOWN_CLERK, object=strange)
    with pytest.raises(OutsideScope):
        do(number, "enter", Role.TOWN_CLERK, at="2", object="baishui-1")
    assert county.rows("SELECT object, state FROM programme_items ORDER BY object") == [
        ("qingshi-1", "open"), ("qingshi-2", "open")
    ]  # fmt: skip


def test_a_list_names_people_by_name_or_login_and_the_chain_keeps_identifiers(
    county: Any, roll: Callable[[], Opened], do: Any
) -> None:
    roll()
    number = number_of(county, "unrest", "qingshi")
    name = county.rows(f"SELECT name FROM persons WHERE id = '{county.persons['town_clerk']}'")[0][0]  # noqa: S608
    do(number, "enter-list", Role.TOWN_LEADER, list=[f"某事故善后|{name}|约见家属|2026-06-30"])
    rows = county.rows("SELECT person, measure, due FROM programme_items")
    assert rows == [(county.persons["town_clerk"], "约见家属", "2026-06-30")]
    told = county.rows("SELECT count(*) FROM effects WHERE name = 'assigned'")
    assert told == [(1,)]
    with pytest.raises(ContentInvalid, match="没有登记"):
        do(number, "enter-list", Role.TOWN_LEADER, list=["另一起|无此人|约见|"])
    assert county.faults() == set()


def test_whoever_an_entry_names_reports_it_done_wherever_they_come_from(
    county: Any, roll: Callable[[], Opened], do: Any, file: Callable[[], str]
) -> None:
    roll()
    number = number_of(county, "unrest", "qingshi")
    person = county.persons["dept_officer2"]
    do(number, "enter", Role.TOWN_LEADER, object="某事故善后", person=person, measure="约见家属")
    with pytest.raises(OutsideScope):
        do(number, "finish", Role.DEPT_OFFICER, about="1", day=date(2026, 3, 2), content="已化解", evidence=(file(),))
    guest = county.actor(Role.DEPT_OFFICER, "2")
    do(number, "finish", guest, about="1", day=date(2026, 3, 2), content="已化解", evidence=(file(),))
    assert county.rows("SELECT state FROM programme_items") == [("reported",)]


# --- accidents and indicators --------------------------------------------------------------------


@pytest.fixture
def verified(county: Any, roll: Callable[[], Opened], do: Any, file: Callable[[], str]) -> Callable[..., str]:
    """Return what applies for members, hands in their papers and verifies them; the number of their list."""

    def verify(programme: str, holder: str, clerk: Role, head: Role, *codes: str) -> str:
        roll()
        number = number_of(county, programme, holder)
        do(number, "enter-list", clerk, list=list(codes))
        for no in range(1, len(codes) + 1):
            do(number, "finish", clerk, about=str(no), day=county.now.date(), content="创建", evidence=(file(),))
            do(number, "check", head, about=str(no), passed="yes", evidence=(file(),))
        return number

    return verify


def test_the_share_of_villages_is_what_was_verified_of_all_that_are_registered(
    county: Any, verified: Callable[..., str]
) -> None:
    verified("zero-villages", "qingshi", Role.TOWN_CLERK, Role.TOWN_LEADER, "qingshi-1", "qingshi-2")
    assert figure(county, "zero-villages") == (2, 3)
    assert indicator_named("zero-villages").target == 80
    assert figure(county, "zero-units") == (0, 2)


def test_an_accident_in_the_ledger_takes_a_unit_off_and_a_void_report_gives_it_back(
    county: Any, roll: Callable[[], Opened], verified: Callable[..., str]
) -> None:
    number = verified("zero-units", "industry", Role.DEPT_OFFICER, Role.DEPT_HEAD, "redstar")
    assert figure(county, "zero-units") == (1, 2)
    report = Deed("report", county.actor(Role.BUREAU_OFFICER), "accident", _ACCIDENT)
    accident = county.ledger.open_case("incident", "redstar", report, county.now).number
    assert roll().lost == 1
    assert county.rows("SELECT state, incident FROM programme_items") == [("lost", accident)]
    assert figure(county, "zero-units") == (0, 2)
    assert roll().lost == 0

    for kind, who, said in (
        ("apply-void", Role.BUREAU_HEAD, {"reason": "误报"}),
        ("decide-void", Role.DEPT_HEAD, {"approved": "yes"}),
    ):
        county.ledger.record(accident, Deed(kind, county.actor(who), kind, said), county.now)
    assert roll().restored == 1
    assert figure(county, "zero-units") == (1, 2)
    assert county.rows(f"SELECT outcome FROM cases JOIN programmes ON id = case_id WHERE number = '{number}'") == [  # noqa: S608
        ("running",)
    ]
    assert county.faults() == set()


def test_a_unit_with_an_accident_is_not_verified_and_nobody_names_an_accident_of_another(
    county: Any, roll: Callable[[], Opened], do: Any, file: Callable[[], str]
) -> None:
    roll()
    number = number_of(county, "zero-units", "industry")
    do(number, "enter", Role.DEPT_OFFICER, object="redstar")
    do(number, "finish", Role.DEPT_OFFICER, about="1", day=county.now.date(), content="创建", evidence=(file(),))
    report = Deed("report", county.actor(Role.BUREAU_OFFICER), "accident", _ACCIDENT)
    other = county.ledger.open_case("incident", "hongda", report, county.now).number
    with pytest.raises(ContentInvalid, match="不属于"):
        do(number, "drop", Role.DEPT_HEAD, about="1", why="incident", incident=other)
    report = Deed("report", county.actor(Role.BUREAU_OFFICER), "accident2", _ACCIDENT)
    own = county.ledger.open_case("incident", "redstar", report, county.now).number
    with pytest.raises(ContentInvalid, match="不能核验为零事故"):
        do(number, "check", Role.DEPT_HEAD, about="1", passed="yes", evidence=(file(),))
    with pytest.raises(ContentInvalid, match="有效事故"):
        do(number, "drop", Role.DEPT_HEAD, about="1", why="incident", incident="SG-2026-9999")
    do(number, "drop", Role.DEPT_HEAD, about="1", why="incident", incident=own)
    with pytest.raises(ContentInvalid, match="仍在台账中"):
        do(number, "restore", Role.BUREAU_HEAD, about="1", note="误报")


def test_a_village_loses_its_name_by_an_accident_of_its_township_that_a_person_names(
    county: Any, verified: Callable[..., str], do: Any
) -> None:
    number = verified("zero-villages", "qingshi", Role.TOWN_CLERK, Role.TOWN_LEADER, "qingshi-1")
    report = Deed("report", county.actor(Role.BUREAU_OFFICER), "accident", _ACCIDENT)
    accident = county.ledger.open_case("incident", "redstar", report, county.now).number
    do(number, "drop", Role.TOWN_LEADER, about="1", why="incident", incident=accident)
    assert figure(county, "zero-villages") == (0, 3)
    with pytest.raises(ContentInvalid, match="为何不属于本村"):
        do(number, "restore", Role.COMMITTEE_OFFICE, about="1")
    do(number, "restore", Role.COMMITTEE_OFFICE, about="1", note="事故在另一村")
    assert figure(county, "zero-villages") == (1, 3)


# --- the end -------------------------------------------------------------------------------------


def test_the_closing_paper_is_drawn_up_and_honours_stay_with_the_rows(
    county: Any, tools: Any, verified: Callable[..., str], do: Any, file: Callable[[], str]
) -> None:
    number = verified("zero-villages", "qingshi", Role.TOWN_CLERK, Role.TOWN_LEADER, "qingshi-1")
    do(number, "reach", Role.TOWN_CLERK, about="list-zero-villages", day=county.now.date(), content="名册已报")
    do(number, "complete", Role.TOWN_CLERK, summary="全年创建", evidence=(file(),))
    do(number, "accept", Role.BUREAU_HEAD, passed="yes", evidence=(file(),))
    assert county.rows("SELECT state FROM programme_items") == [("honoured",)]
    keys = county.rows("SELECT key FROM effects WHERE name = 'closing'")
    perform_effect(tools, case_number=number, effect_key=keys[0][0], run_id="run")
    papers = list(tools.papers.rglob("*"))
    assert any(path.is_file() and "青石" in path.read_text("utf-8", errors="ignore") for path in papers)
    assert figure(county, "zero-villages") == (1, 3)
    assert county.faults() == set()


def test_one_holder_has_a_programme_of_a_term_once(county: Any, roll: Callable[[], Opened]) -> None:
    roll()
    said = {
        "programme": "zero-year", "title": "零事故", "holder": "bureau", "role": "bureau_head",
        "first": date(2026, 3, 2), "last": date(2026, 12, 31),
    }  # fmt: skip
    office = county.actor(Role.COMMITTEE_OFFICE)
    with pytest.raises(ContentInvalid, match="已经启动"):
        county.ledger.open_case("programme", "bureau~", Deed("open", office, "again", said), county.now)
    with pytest.raises(ContentInvalid, match="不符"):
        county.ledger.open_case("programme", "office~", Deed("open", office, "other", said), county.now)
