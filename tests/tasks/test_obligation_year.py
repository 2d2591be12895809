"""A year of recurring duties, day by day, against an oracle that knows neither the rule files nor the program."""

from __future__ import annotations

import importlib.util
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pendulum
import pytest
from sqlalchemy import text

from models import obligation
from models.case_state import find_by_number
from models.clock import micros
from models.escalation import fire_due
from models.evidence import EvidenceRoom
from models.receipt import Deed
from models.reorganisation import merge_organisation
from models.statements import Statement
from rules.actor import OWN, Actor, Role
from rules.deadlines import SHANGHAI
from tasks.resources import Resources
from tasks.rolling import roll_over

FIRST, LAST = date(2021, 3, 22), date(2022, 3, 31)
_SINCE = Statement(text("UPDATE holdings SET began_at = :at"))
MEETING = {"present": "9", "analysis": "形势", "decisions": "决定", "decided": "0", "problems": "none"}


def _oracle() -> Any:
    name = "obligation_oracle"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("obligation_oracle.py"))
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


class Year:
    """The county's people, who do what the story says on its days, and nothing else."""

    def __init__(self, county: Any, tools: Resources) -> None:
        self.county, self.tools = county, tools
        self.room = EvidenceRoom(tools.papers, county.store)
        self.files = 0

    def live(self) -> None:
        """Live through every day: the roll-over by night, what people do by day, the clock both times."""
        for number in range((LAST - FIRST).days + 1):
            day = FIRST + timedelta(days=number)
            self.at(day, 0, 10)
            roll_over(self.tools)
            self.at(day, 12)
            self.act(day)
        self.at(LAST, 23)

    def at(self, day: date, hour: int, minute: int = 0) -> None:
        """Let it be a time of a day; the clock does what fell due."""
        self.county.now = pendulum.datetime(day.year, day.month, day.day, hour, minute, tz=SHANGHAI)
        fired = fire_due(self.county.ledger, self.county.now)
        assert fired.failed == 0, fired.reason

    def act(self, day: date) -> None:  # noqa: C901, PLR0912 - the story of the year, day by day
        """Do what is done on a day."""
        month = f"{day:%Y-%m}"
        if day.day == 10 and month >= "2021-04":
            self.meet(day)
        if day.day in {5, 20} and month >= "2021-04" and (month != "2021-07" or day.day == 5):
            self.visit(Role.COUNTY_LEADER, day)
        if day.day == 12 and month >= "2021-04" and month != "2021-09":
            self.visit(Role.LEADERSHIP, day)
        if day.day == 15 and month >= "2021-04":
            self.do("publicity-month", month, "qingshi", Role.TOWN_CLERK, "fulfil", 1, day=day, content="报道")
        match f"{day}":
            case "2021-04-14":
                self.assign("ok", date(2021, 4, 30))
                self.assign("late", date(2021, 6, 30))
            case "2021-04-15":
                self.do("list-543", "2021", "industry", Role.DEPT_HEAD, "adopt", 1, day=day, document_no="1号",
                        tasks=[self.tasks["ok"], self.tasks["late"]])  # fmt: skip
            case "2021-04-20":
                self.do(
                    "unit-pledge",
                    "2021",
                    "redstar",
                    Role.UNIT_HEAD,
                    "pledge",
                    1,
                    day=day,
                    **{"with": "局"},
                    signer="甲",
                )
            case "2021-04-28":
                self.on(self.tasks["ok"], Role.DEPT_OFFICER, "finish", 1, day=day, content="完成")
            case "2021-04-29":
                self.on(self.tasks["ok"], Role.DEPT_HEAD, "confirm", 0, accepted="yes")
            case "2021-05-06":
                self.assign("town", date(2022, 12, 31), "qingshi", Role.TOWN_LEADER, Role.TOWN_CLERK)
                self.do("list-543", "2021", "qingshi", Role.TOWN_LEADER, "adopt", 1, day=day, document_no="2号",
                        tasks=[self.tasks["town"]])  # fmt: skip
            case "2021-05-11":
                for learner in ("head", "safety"):
                    self.do("unit-training", "2021", "redstar", Role.UNIT_SAFETY, "learn", 1, day=day, learner=learner,
                            training="again", hours="16")  # fmt: skip
            case "2021-05-20":
                self.do(
                    "flood-check", "2021", "baishui", self.second(Role.TOWN_LEADER), "fulfil", 1, day=day, content="x"
                )
            case "2021-05-25":
                self.do("consultation", "2021-Q2", "bureau", Role.BUREAU_HEAD, "meet", 2, day=day, **MEETING)
            case "2021-06-16":
                self.do("safety-month", "2021", "industry", Role.DEPT_OFFICER, "fulfil", 1, day=day, content="x")
            case "2021-06-21":
                self.do("officer-training", "2021", "bureau_officer", Role.BUREAU_OFFICER, "train", 1, hours="80",
                        day=date(2021, 6, 7), last=date(2021, 6, 20), course="轮训")  # fmt: skip
            case "2021-09-02":
                self.do("leader-visit", "2021-09", "leadership", Role.LEADERSHIP, "absence", 1, why="study",
                        first=date(2021, 9, 1), last=date(2021, 9, 30), reason="党校")  # fmt: skip
            case "2021-10-15":
                self.county.store.write(
                    lambda writing: merge_organisation(writing, "dai", "commerce", "industry", self.county.now)
                )
            case "2022-01-20":
                self.sign("hazard-form-year", "2021")
        if day.day == 10 and day.month in {1, 4, 7, 10}:
            self.sign("hazard-form-quarter", f"{day.year - (day.month == 1)}-Q{(day.month - 2) // 3 % 4 + 1}")

    def meet(self, day: date) -> None:
        """Hold the meetings of a month, but for those that the story leaves out."""
        month = f"{day:%Y-%m}"
        if month != "2021-08":
            self.do("county-meeting", month, "county", Role.COMMITTEE_OFFICE, "meet", 2, day=day, **MEETING)
        self.do("department-meeting", month, "bureau", Role.BUREAU_OFFICER, "meet", 2, day=day, **MEETING)
        if month != "2021-05":
            self.do("department-meeting", month, "industry", Role.DEPT_OFFICER, "meet", 2, day=day, **MEETING)
        if month < "2021-10":
            head = self.second(Role.DEPT_HEAD)
            self.do("department-meeting", month, "commerce", head, "meet", 2, day=day, **MEETING)

    def visit(self, role: Role, day: date) -> None:
        """Make a visit."""
        self.do("leader-visit", f"{day:%Y-%m}", str(role), role, "visit", 1, day=day, place="铁矿", problems="none")

    def sign(self, line: str, period: str) -> None:
        """Check and sign a form of 红星铁矿 as the ledger makes it."""
        number = self.number(line, period, "redstar")
        with self.county.store.read() as reading:
            form = obligation.form_of(
                reading,
                find_by_number(reading, "dai", number),
                recorded_by=self.county.now,
                rulebook=self.county.ledger.rulebook,
            )
        self.on(number, Role.UNIT_HEAD, "sign-form", 0, checked=form.mark)

    tasks: dict[str, str] = {}  # noqa: RUF012 - set anew by each test

    def assign(self, name: str, due: date, at: str = "industry", leader: Role = Role.DEPT_HEAD,
               person: Role = Role.DEPT_OFFICER) -> None:  # fmt: skip
        """Assign a task out of a list."""
        said = {"what": name, "due": due, "source": self.number("list-543", "2021", at),
                "leader": self.county.persons[leader], "person": self.county.persons[person]}  # fmt: skip
        deed = Deed("assign", self.county.actor(leader), f"task-{name}", said)
        opened = self.county.ledger.open_case("obligation", f"{at}{OWN}", deed, self.county.now)
        self.tasks = {**self.tasks, name: opened.number}

    def second(self, role: Role) -> Actor:
        """Return who holds a post in the second town or department."""
        found: Actor = self.county.actor(role, "2")
        return found

    def do(self, line: str, period: str, holder: str, who: Any, kind: str, files: int, **said: Any) -> None:
        """Do what a line asks for."""
        self.on(self.number(line, period, holder), who, kind, files, **said)

    def on(self, number: str, who: Any, kind: str, files: int, **said: Any) -> None:
        """Record an act with so many files."""
        proof = tuple(self.seal() for _ in range(files))
        self.county.do(number, kind, who, evidence=proof, **said)

    def seal(self) -> str:
        """Seal another file."""
        self.files += 1
        file = f"file {self.files}".encode()
        return self.room.seal(file, file, media_type="image/jpeg", account_id="a", now=self.county.now)

    def number(self, line: str, period: str, holder: str) -> str:
        """Return the number of a case."""
        identifiers = names(self.county)
        rows = self.county.rows(
            "SELECT o.holder, c.number FROM obligations o JOIN cases c ON c.id = o.case_id "  # noqa: S608 - of our own
            f"WHERE o.quota = '{line}' AND o.period = '{period}'"
        )
        return next(str(number) for found, number in rows if identifiers[found] == holder)


def names(county: Any) -> dict[str, str]:
    """Return the names that the story uses, by identifier."""
    found = {person: name for name, person in county.persons.items()}
    for table in ("organisations", "units"):
        found |= dict(county.rows(f"SELECT id, code FROM {table}"))  # noqa: S608 - the tables of our own tests
    return found


def came(county: Any) -> dict[Any, Any]:
    """Return what came of everything that was owed: line, period and holder; outcome, breach, who was told of it."""
    known = names(county)
    told: dict[int, set[str]] = defaultdict(set)
    for case_id, person in county.rows("SELECT case_id, person_id FROM notices WHERE effect_key LIKE '%:overdue:%'"):
        told[case_id].add(known[person])
    rows = county.rows("SELECT case_id, quota, period, holder, outcome, breached FROM obligations")
    return {
        (quota, period, known[holder]): (outcome, bool(breached), frozenset(told[case_id]))
        for case_id, quota, period, holder, outcome, breached in rows
    }


@pytest.fixture
def year(sqlite_county: Any, tooled: Callable[..., Resources]) -> Year:
    """Return a county whose people came into their posts on the day of the notice."""
    county = sqlite_county
    county.now = pendulum.datetime(2021, 3, 22, 0, 0, tz=SHANGHAI)
    county.store.write(lambda writing: writing.run(_SINCE, at=micros(county.now)))
    return Year(county, tooled(county, {"preview": None}))


def test_what_was_owed_done_missed_and_told_in_a_year_is_what_the_oracle_says(year: Year) -> None:
    year.live()
    found, expected = came(year.county), _oracle().expected()
    assert found.keys() ^ expected.keys() == set()
    assert {owed: (found[owed], expected[owed]) for owed in found if found[owed] != expected[owed]} == {}
    known = names(year.county)
    tasks = year.county.rows("SELECT case_id, outcome, breached FROM obligation_tasks ORDER BY case_id")
    assert [(outcome, bool(late)) for _, outcome, late in tasks] == [
        ("done", False), ("running", True), ("running", False),
    ]  # fmt: skip
    rows = year.county.rows(
        f"SELECT person_id FROM notices WHERE case_id = {tasks[1][0]} AND effect_key LIKE '%:overdue:%'"  # noqa: S608
    )
    assert {known[person] for (person,) in rows} == {"dept_head", "dept_officer", "committee_office"}
    assert year.county.count("cases") == len(found) + len(tasks)
