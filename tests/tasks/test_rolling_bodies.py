"""What organisations owe: opened for each that is there, answered for by a post, followed through every change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pendulum
import pytest

from models import directory, obligation_tasks
from models.escalation import fire_due
from models.evidence import EvidenceRoom
from models.ledger import Ledger
from models.receipt import Deed
from models.reorganisation import merge_organisation, rename_organisation
from rules.actor import OWN, Role
from rules.deadlines import SHANGHAI
from rules.errors import ContentInvalid, UnknownRecord, WrongPost
from rules.rulebook import Rulebook
from tasks.effects import perform_effect
from tasks.resources import Resources
from tasks.rolling import Rolled, roll_over

MEETING: dict[str, Any] = {
    "present": "9", "analysis": "尾矿库", "decisions": "三项", "decided": "0", "problems": "none",
}  # fmt: skip


@pytest.fixture
def tools(
    county: Any, channel: Any, tooled: Callable[..., Resources], lines_alone: Callable[..., Rulebook]
) -> Resources:
    """Return the tools of a process that works for a county whose organisations owe meetings and nothing else."""
    rules = lines_alone("county-meeting", "department-meeting")
    county.ledger = Ledger(county.store, rules, county_id="dai")
    return tooled(county, {"preview": channel})


@pytest.fixture
def at(county: Any, tools: Resources) -> Callable[..., Rolled]:
    """Return what lets it be ten minutes past midnight of a day and rolls over."""

    def roll(month: int, day: int = 1) -> Rolled:
        county.now = pendulum.datetime(2026, month, day, 0, 10, tz=SHANGHAI)
        return roll_over(tools)

    return roll


@pytest.fixture
def sealed(county: Any, tools: Resources) -> Callable[..., tuple[str, ...]]:
    """Return what seals files and returns their fingerprints."""
    room = EvidenceRoom(tools.papers, county.store)

    def seal(*names: str) -> tuple[str, ...]:
        return tuple(
            room.seal(name.encode(), name.encode(), media_type="image/jpeg", account_id="a", now=county.now)
            for name in names
        )

    return seal


def owed(county: Any) -> list[tuple[str, str, str]]:
    """Return period, organisation and outcome of everything that was opened, in order."""
    rows = county.rows(
        "SELECT o.period, b.code, o.outcome FROM obligations o JOIN organisations b ON b.id = o.holder "
        "ORDER BY o.first, b.code"
    )
    return [tuple(row) for row in rows]


def number_of(county: Any, code: str, period: str = "2026-04") -> str:
    """Return the number of the case of an organisation in a period."""
    rows = county.rows(
        "SELECT b.code, o.period, c.number FROM obligations o JOIN organisations b ON b.id = o.holder "
        "JOIN cases c ON c.id = o.case_id"
    )
    return next(str(number) for found, of, number in rows if (found, of) == (code, period))


def test_each_organisation_that_is_there_owes_once_a_month(county: Any, at: Callable[..., Rolled]) -> None:
    assert at(3, 2).opened == 0
    assert [at(4).opened, at(4, 2).opened] == [4, 0]
    assert owed(county) == [
        ("2026-04", code, "running") for code in ("bureau", "commerce", "county", "industry")
    ]  # fmt: skip
    assert county.rows("SELECT DISTINCT path FROM cases ORDER BY path") == [
        ("/dai/",), ("/dai/bureau/",), ("/dai/commerce/",), ("/dai/industry/",),
    ]  # fmt: skip
    assert county.faults() == set()


def test_a_meeting_is_entered_by_the_department_s_people_and_by_nobody_else(
    county: Any, at: Callable[..., Rolled], sealed: Callable[..., tuple[str, ...]], tools: Resources
) -> None:
    at(4)
    number, day = number_of(county, "industry"), date(2026, 4, 1)
    with pytest.raises(WrongPost, match="别的机构或者单位"):
        county.do(number, "meet", Role.BUREAU_OFFICER, evidence=sealed("a", "b"), day=day, **MEETING)
    county.do(number, "meet", Role.DEPT_OFFICER, evidence=sealed("minutes", "list"), day=day, **MEETING)
    perform_effect(tools, case_number=number, effect_key="2:meeting-record:paper", run_id="run")
    assert owed(county)[3] == ("2026-04", "industry", "done")
    county.do(number_of(county, "county"), "meet", Role.COMMITTEE_OFFICE, evidence=sealed("c", "d"), day=day, **MEETING)
    bureau = county.actor(Role.BUREAU_HEAD)
    county.do(number_of(county, "bureau"), "meet", bureau, evidence=sealed("e", "f"), day=day, **MEETING)
    assert county.faults() == set()


def test_minutes_of_another_meeting_are_refused_with_its_number(
    county: Any, at: Callable[..., Rolled], sealed: Callable[..., tuple[str, ...]]
) -> None:
    at(4, 3)
    first, second = number_of(county, "industry"), number_of(county, "commerce")
    minutes = sealed("minutes", "list")
    county.do(first, "meet", Role.DEPT_HEAD, evidence=minutes, day=date(2026, 4, 1), **MEETING)
    other = county.actor(Role.DEPT_HEAD, "2")
    with pytest.raises(ContentInvalid, match=f"同一份佐证已用于 {first} 在 2026-04-01 的登记"):
        county.do(second, "meet", other, evidence=minutes, day=date(2026, 4, 2), **MEETING)


def test_a_department_whose_head_s_post_is_vacant_owes_all_the_same_and_the_post_is_named(
    county: Any, at: Callable[..., Rolled]
) -> None:
    person, post = county.persons[Role.DEPT_HEAD], county.posts[Role.DEPT_HEAD]
    county.now = county.now.add(days=20)
    county.store.write(lambda writing: directory.relieve(writing, person_id=person, post_id=post, at=county.now))
    rolled = at(4)
    assert (rolled.opened, rolled.vacant) == (4, ["部门负责人"])
    passed = county.rows("SELECT c.number, p.from_role, p.to_role FROM passings p JOIN cases c ON c.id = p.case_id")
    assert passed == [(number_of(county, "industry"), "dept_head", "committee_office")]


def test_a_merged_department_is_released_its_history_stays_and_its_successor_owes_from_then_on(
    county: Any, at: Callable[..., Rolled], sealed: Callable[..., tuple[str, ...]]
) -> None:
    at(4)
    number = number_of(county, "commerce")
    county.do(
        number, "meet", county.actor(Role.DEPT_HEAD, "2"), evidence=sealed("a", "b"), day=date(2026, 4, 1), **MEETING
    )
    at(5)
    county.now = county.now.set(day=10)
    county.store.write(lambda writing: merge_organisation(writing, "dai", "commerce", "industry", county.now))
    assert at(5, 11).released == 1
    assert at(6).opened == 3
    assert [entry for entry in owed(county) if entry[1] == "commerce"] == [
        ("2026-04", "commerce", "done"), ("2026-05", "commerce", "released"),
    ]  # fmt: skip
    assert [entry[0] for entry in owed(county) if entry[1] == "industry"] == ["2026-04", "2026-05", "2026-06"]
    released = number_of(county, "commerce", "2026-05")
    assert county.rows("SELECT body FROM acts WHERE kind = 'release'")[0][0].count('"merged"') == 1
    assert released != number
    assert county.faults() == set()


def test_a_renamed_department_goes_on(county: Any, at: Callable[..., Rolled]) -> None:
    at(4)
    county.store.write(lambda writing: rename_organisation(writing, "dai", "commerce", " 商务和粮食局 "))
    at(5)
    assert [entry[0] for entry in owed(county) if entry[1] == "commerce"] == ["2026-04", "2026-05"]
    assert county.rows("SELECT name FROM organisations WHERE code = 'commerce'") == [("商务和粮食局",)]


@pytest.mark.parametrize(
    ("code", "into", "error", "words"),
    [
        ("commerce", "nobody", UnknownRecord, "没有编码为「nobody」"),
        ("commerce", "commerce", ContentInvalid, "另一个同类机构"),
        ("commerce", "qingshi", ContentInvalid, "另一个同类机构"),
    ],
)
def test_a_department_is_merged_into_another_one(county: Any, code: str, into: str, error: Any, words: str) -> None:
    with pytest.raises(error, match=words):
        county.store.write(lambda writing: merge_organisation(writing, "dai", code, into, county.now))


def test_nothing_is_merged_twice_and_no_name_is_empty(county: Any) -> None:
    county.store.write(lambda writing: merge_organisation(writing, "dai", "commerce", "industry", county.now))
    for code, into in (("commerce", "industry"), ("industry", "commerce")):
        with pytest.raises(ContentInvalid, match="已经撤销"):
            county.store.write(
                lambda writing, code=code, into=into: merge_organisation(writing, "dai", code, into, county.now)
            )
    with pytest.raises(ContentInvalid, match="不能为空"):
        county.store.write(lambda writing: rename_organisation(writing, "dai", "industry", " "))


# --- tasks ---------------------------------------------------------------------------------------


@pytest.fixture
def assign(county: Any) -> Callable[..., str]:
    """Return how a task of 工信局 is assigned; the answer is its number."""

    def assigning(source: str, key: str = "task", **more: Any) -> str:
        said = {"what": "更换防护罩", "leader": county.persons[Role.DEPT_HEAD], "due": date(2026, 4, 20),
                "person": county.persons[Role.DEPT_OFFICER], "source": source, "cell": "risk", **more}  # fmt: skip
        deed = Deed("assign", county.actor(Role.COMMITTEE_OFFICE), key, said)
        number: str = county.ledger.open_case("obligation", f"industry{OWN}", deed, county.now).number
        return number

    return assigning


def test_the_tasks_of_a_meeting_are_cases_linked_to_it_followed_until_they_are_confirmed(
    county: Any, at: Callable[..., Rolled], sealed: Callable[..., tuple[str, ...]], assign: Callable[..., str]
) -> None:
    at(4, 2)
    meeting = number_of(county, "county")
    said = {**MEETING, "decided": "1", "day": date(2026, 4, 1)}
    county.do(meeting, "meet", Role.COMMITTEE_OFFICE, evidence=sealed("a", "b"), **said)
    task = assign(meeting)
    other = assign(number_of(county, "bureau"), key="other")
    with pytest.raises(ContentInvalid, match=f"{other} 不是 {meeting} 布置的任务"):
        county.do(meeting, "refer", Role.COMMITTEE_OFFICE, about="2", tasks=[other])
    county.do(meeting, "refer", Role.COMMITTEE_OFFICE, about="2", tasks=[task])
    with county.store.read() as reading:
        (entry,) = obligation_tasks.tasks_from(reading, "dai", meeting)
    assert (entry.number, entry.person, entry.outcome) == (task, county.persons[Role.DEPT_OFFICER], "running")
    told = county.rows("SELECT DISTINCT person_id FROM notices WHERE effect_key LIKE '%asked-finish%'")
    assert {person for (person,) in told} == {county.persons[Role.DEPT_HEAD], county.persons[Role.DEPT_OFFICER]}
    county.now = county.now.set(day=10)
    county.do(task, "finish", Role.DEPT_OFFICER, evidence=sealed("done"), day=date(2026, 4, 9), content="已更换")
    county.do(task, "confirm", Role.DEPT_HEAD, accepted="yes")
    assert county.rows("SELECT outcome FROM obligation_tasks ORDER BY case_id") == [("done",), ("running",)]
    assert county.faults() == set()


def test_a_task_names_people_and_a_meeting_that_there_are(
    county: Any, at: Callable[..., Rolled], assign: Callable[..., str]
) -> None:
    at(4)
    meeting = number_of(county, "county")
    for more, words in (
        ({"leader": "nobody"}, "「责任领导」没有登记"),
        ({"person": "nobody"}, "「责任人」没有登记"),
    ):
        with pytest.raises(ContentInvalid, match=words):
            assign(meeting, **more)
    with pytest.raises(ContentInvalid, match="不是周期应办的编号"):
        assign("YH-2026-0001")


def test_a_task_that_is_late_reaches_the_people_it_names_and_the_committee_office(
    county: Any, at: Callable[..., Rolled], assign: Callable[..., str], back_door: Any
) -> None:
    at(4)
    assign(number_of(county, "county"))
    county.now = county.now.set(day=22)
    fire_due(county.ledger, county.now)
    fire_due(county.ledger, county.now)
    names = {person: name for name, person in county.persons.items()}
    late = county.rows("SELECT person_id FROM notices WHERE effect_key LIKE '%:overdue:%'")
    assert {names[person] for (person,) in late} == {"dept_head", "dept_officer", "committee_office"}
    assert county.rows("SELECT breached FROM obligation_tasks")[0][0]
    back_door(county.store.url).run("UPDATE obligation_tasks SET due = '2026-05-01'")
    assert len(county.faults()) == 1
