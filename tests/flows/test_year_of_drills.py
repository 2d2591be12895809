"""The county's year lived through on a real store: 17 commands, 9 townships, 80 units, real drills, tasks and ladders.

Every drill that was owed ends held, held too late, missed and escalated, or lawfully changed.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pendulum
import pytest

from models import directory
from models.case_state import FactsMemory, find_by_number
from models.drill_listing import counted
from models.drill_subjects import registered_subjects
from models.escalation import fire_due, next_wake
from models.organisation import OrganisationKind
from models.receipt import Deed
from models.store import open_store
from rules.actor import Actor, Reach, Role, Scope
from rules.deadlines import SHANGHAI
from rules.drill_year.facts import State
from rules.drill_year.subjects import SubjectKind, requirements
from rules.plan.levels import UnitKind
from tasks.delivery import sweep
from tasks.drilling import credit_drill, credit_drills, open_year

_COMMANDS, _TOWNS, _UNITS = 17, 9, 80
_KINDS = tuple(UnitKind)
_BEGUN = pendulum.datetime(2026, 1, 12, 9, tz=SHANGHAI)
_ENDS = {State.DONE, State.LATE, State.MISSED, State.MERGED, State.RELEASED}
_SCHEME: dict[str, Any] = {
    "shape": "tabletop", "title": "桌面推演", "plan": "YA-2026-0001", "commander": "主要负责人1",
    "evaluators": "部门监管员1", "participants": "整改责任人1", "scenario": "险情", "subjects": "信息报告",
    "injects": "1|0|接报|值班室|5",
}  # fmt: skip
_HOSTS = {
    SubjectKind.COMMAND: ("command", Role.BUREAU_OFFICER, Role.COUNTY_LEADER),
    SubjectKind.GOVERNMENT: ("government", Role.BUREAU_OFFICER, Role.COUNTY_LEADER),
    SubjectKind.TOWNSHIP: ("township", Role.TOWN_CLERK, Role.TOWN_LEADER),
    SubjectKind.UNIT: ("unit", Role.UNIT_SAFETY, Role.UNIT_HEAD),
}
_EVERYWHERE = Scope(Reach.SUBTREE, "/dai/")


@dataclass
class Year:
    """The county's year on a store: everything goes through the one door, the clock does its acts at their instants."""

    county: Any
    tools: Any
    number: str = ""
    units: dict[str, str] = field(default_factory=dict)
    lived: dict[str, str] = field(default_factory=dict)
    _memory: FactsMemory | None = None

    def do(self, number: str, kind: str, who: Actor, /, **values: Any) -> Any:
        """Record an act."""
        return self.tools.ledger.record(number, self._deed(kind, who, values), self.county.now)

    def open(self, process: str, at: str, kind: str, who: Actor, /, **values: Any) -> str:
        """Open a case."""
        found: str = self.tools.ledger.open_case(process, at, self._deed(kind, who, values), self.county.now).number
        return found

    def until(self, at: Any) -> None:
        """Let time pass."""
        while True:
            with self.tools.store.read() as reading:
                due = next_wake(reading)
            if due is None or due > at:
                break
            self.county.now = max(self.county.now, due)
            fire_due(self.tools.ledger, self.county.now)
        self.county.now = max(self.county.now, at)

    @property
    def facts(self) -> Any:
        """Return how the year stands."""
        self._memory = self._memory or FactsMemory(self.tools.rulebook)
        with self.tools.store.read() as reading:
            header = find_by_number(reading, "dai", self.number)
            assert header is not None
            return self._memory.of(reading, header)

    def who(self, role: Role, subject: Any) -> Actor:
        """Return somebody in a post who reaches the subject."""
        scope = Scope(Reach.UNIT, self.units[subject.code]) if subject.code in self.units else _EVERYWHERE
        return replace(self.county.actor(role), scope=scope)

    def hold(self, line: Any, subject: Any) -> str:
        """Prepare, hold, evaluate and report a real drill for a line; return its number."""
        host, organiser, approver = _HOSTS[subject.kind]
        begins = self.county.now.add(hours=2)
        about = "bureau" if subject.kind is SubjectKind.COMMAND else subject.code
        said = {
            **_SCHEME, "host": host, "reach": line.reach, "line": line.no, "hall": f"{subject.code}会议室",
            "starts_at": begins.format("YYYY-MM-DDTHH:mm"),
            "ends_at": begins.add(hours=1).format("YYYY-MM-DDTHH:mm"),
            "command": subject.code if subject.kind is SubjectKind.COMMAND else None,
            "unit_kind": subject.unit_kind,
        }  # fmt: skip
        organises = self.who(organiser, subject)
        number = self.open("drill", about, "prepare", organises, **said)
        self.do(number, "approve", self.who(approver, subject), approved="yes")
        head = self.county.persons["unit_head"]
        self.county.now = begins
        self.do(number, "sign-in", replace(self.county.actor(Role.UNIT_HEAD), scope=organises.scope), person=head)
        self.do(number, "start", organises)
        self.do(number, "inject", organises, about="1")
        self.do(number, "finish", organises)
        judge = replace(self.county.actor(Role.DEPT_OFFICER), scope=organises.scope)
        self.do(number, "evaluate", judge, about="信息报告", score="good", finding="处置有序")
        self.do(number, "report", organises, revise="no", summary="达到目的")
        return number

    def change(self, **said: Any) -> None:
        """Ask for a change and let another decide on it."""
        asked = self.do(self.number, "change", self.county.actor(Role.BUREAU_OFFICER), **said, reason="见附件")
        leader = self.county.actor(Role.BUREAU_HEAD)
        self.do(self.number, "decide-change", leader, about=str(asked.seq), approved="yes")

    def _deed(self, kind: str, who: Actor, values: dict[str, Any]) -> Deed:
        return Deed(kind, who, os.urandom(8).hex(), values={key: value for key, value in values.items() if value})


# --- the county ----------------------------------------------------------------------------------


def _furnish(writing: Any, year: Year) -> None:
    for number in range(2, _TOWNS):
        directory.add_organisation(
            writing, "dai", code=f"town{number}", name=f"第{number}镇", kind=OrganisationKind.TOWN, parent="county"
        )
    towns = ["qingshi", "baishui", *(f"town{number}" for number in range(2, _TOWNS))]
    for number in range(2, _UNITS):
        kind = _KINDS[number % len(_KINDS)]
        unit = directory.NewUnit(
            f"u{number}",
            f"第{number}号单位",
            towns[number % _TOWNS],
            "industry",
            f"行业{number % 5}",
            "院内",
            kind=kind,
        )  # fmt: skip
        year.units[unit.code] = directory.add_unit(writing, "dai", unit)
    for code in ("redstar", "hongda"):
        year.units[code] = directory.unit_id_of(writing, "dai", code)


@pytest.fixture
def year(sqlite_template: Path, populated: Callable[..., Any], equipped: Any, tally: Any) -> Iterator[Year]:
    """Return the county in January, in memory, with its plan of the year opened by the nightly run and approved."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        shutil.copy(sqlite_template, Path(folder) / "anlan.db")
        store = open_store(f"sqlite:///{folder}/anlan.db")
        county = populated(store)
        county.now = _BEGUN
        year = Year(county, equipped(county, tally))
        store.write(lambda writing: _furnish(writing, year))
        officer = county.actor(Role.BUREAU_OFFICER)
        year.open(
            "plan", "bureau", "initiate", officer, level="special", title="防汛预案", parent="YA-2025-0001",
            ends_on="2026-12-31",
        )  # fmt: skip
        for number in range(_COMMANDS):
            said = {"name": f"第{number}指挥部", "category": "flood", "document_no": f"文{number}"}
            command = year.open("command", "bureau", "register", officer, **said)
            year.do(command, "appoint", officer, about="commander", person=county.persons["county_leader"])
        year.number = open_year(year.tools).number
        year.do(year.number, "approve", county.actor(Role.COUNTY_LEADER), approved="yes")
        yield year
        store.close()


# --- the year ------------------------------------------------------------------------------------


def _live(year: Year, chance: random.Random) -> None:
    """Live the year day by day: most drills are held, some late, some on paper only, some changed, some forgotten."""
    for no in _order(year):
        entry = year.facts.entries[no]
        morning = pendulum.datetime(entry.line.day.year, entry.line.day.month, entry.line.day.day, 9, tz=SHANGHAI)
        if morning.isocalendar()[1] != year.county.now.isocalendar()[1]:
            credit_drills(year.tools)
        year.until(morning)
        draw = chance.random()
        subject = year.facts.subjects[entry.line.subject]
        if entry.state is not State.PLANNED or draw < 0.08:
            year.lived.setdefault(no, "forgotten" if entry.state is State.PLANNED else "changed")
        elif draw < 0.12 and subject.kind is SubjectKind.UNIT:
            year.change(kind="release", line=no, basis="closed")
            year.lived[no] = "released"
        elif draw < 0.16:
            year.change(kind="move", line=no, hall="县消防大队")
            year.lived[no] = year.hold(entry.line, subject)
        else:
            year.lived[no] = year.hold(entry.line, subject)
        if year.lived[no].startswith("YL") and chance.random() < 0.9:  # the nightly run credits the others
            credit_drill(year.tools, year.lived[no])


def _order(year: Year) -> list[str]:
    entries = year.facts.entries
    return sorted(entries, key=lambda no: (entries[no].line.day, len(no), no))


@pytest.mark.slow
def test_every_drill_that_was_owed_is_held_missed_and_escalated_or_lawfully_changed(year: Year, tally: Any) -> None:
    needs = _needs(year)
    assert Counter(subject.kind for subject in year.facts.subjects.values()) == {
        "command": _COMMANDS, "township": _TOWNS, "unit": _UNITS, "government": 4,
    }  # fmt: skip
    _live(year, random.Random(2026))  # noqa: S311 - chance, not secrecy
    year.until(pendulum.datetime(2027, 1, 4, 9, tz=SHANGHAI))
    credit_drills(year.tools)
    sweep(year.tools, run_id="clock", now=year.county.now)

    _has_an_end(year, needs)
    _was_escalated(year, tally)
    _is_counted(year)
    assert year.county.verified().holds


def _needs(year: Year) -> list[Any]:
    with year.tools.store.read() as reading:
        subjects = registered_subjects(reading, "dai")
    return [need for subject in subjects for need in requirements(subject, _BEGUN.date(), year.tools.rulebook)]


def _has_an_end(year: Year, needs: list[Any]) -> None:
    """Ask of every requirement its lines, of every line its end, of every held one a real drill that was reported."""
    entries = year.facts.entries.values()
    states = Counter(entry.state for entry in entries)
    assert set(states) <= _ENDS
    assert min(states[State.DONE], states[State.MISSED], states[State.RELEASED]) > 0
    for need in needs:
        assert sum(entry.line.meets(need) for entry in entries) >= need.count, need
    for entry in entries:
        lived = year.lived[entry.line.no]
        expected = {"forgotten": State.MISSED, "released": State.RELEASED}.get(lived, State.DONE)
        assert (entry.state, entry.number) == (expected, lived if expected is State.DONE else ""), entry


def _was_escalated(year: Year, tally: Any) -> None:
    """Ask of what was missed: a breach on record, its ladder climbed, an explanation owed, the notice delivered."""
    missed = {no for no, entry in year.facts.entries.items() if entry.state is State.MISSED}
    rows = year.county.rows(
        "SELECT about, act, breached, lapsed, rung, duties.status FROM duties JOIN cases ON cases.id = duties.case_id"
        " WHERE kind = 'drill_year'"
    )
    lapsed = {
        about: (bool(breached), rung) for about, act, breached, ended, rung, _ in rows if act == "record" and ended
    }
    assert missed <= lapsed.keys()
    assert set(lapsed.values()) == {(True, 3)}
    assert {about for about, act, *_, status in rows if act == "explain" and status == "open"} == lapsed.keys()
    told = year.county.rows(
        "SELECT person_id, count(*) FROM notices JOIN effects ON effects.case_id = notices.case_id"
        " AND effects.key = notices.effect_key WHERE effects.name = 'missed' AND notices.status = 'sent'"
        " GROUP BY person_id"
    )
    people = {year.county.persons[name] for name in ("committee_office", "bureau_head")}
    assert dict(told) == dict.fromkeys(people, len(lapsed))
    assert sum("演练期限届满没有举行" in title for title in tally.titles) == 2 * len(lapsed)


def _is_counted(year: Year) -> None:
    """Ask of the counts by command, sector and township: their denominators, and the cases behind them."""
    entries, subjects = year.facts.entries, year.facts.subjects
    with year.tools.store.read() as reading:
        counts = counted(reading, _EVERYWHERE, "dai", 2026, date(2027, 1, 4))
    commands = [count for count in counts if count.dimension == "command"]
    assert [count.owed for count in commands] == [1] * _COMMANDS
    assert len([count for count in counts if count.dimension == "township"]) == _TOWNS
    units = [no for no, entry in entries.items() if subjects[entry.line.subject].kind is SubjectKind.UNIT]
    sectors = [count for count in counts if count.dimension == "sector"]
    states = Counter(entries[no].state for no in units)
    assert sum(count.owed for count in sectors) == len(units) - states[State.RELEASED]
    assert sum(count.done for count in sectors) == states[State.DONE]
    assert all(count.due == count.owed == count.done + count.missed for count in counts)
    assert {number for count in sectors for number in count.drills} == {entries[no].number for no in units} - {""}
    assert {no for count in sectors for no in count.missing} == {n for n in units if entries[n].state is State.MISSED}
