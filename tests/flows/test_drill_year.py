"""A year of drills over a real ledger: who owes is read from the registers, papers say what was planned."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.drill_year import tell
from flows.stories import told_without_engine
from models.directory import NewUnit, add_unit, set_unit_kind
from models.drill_subjects import registered_subjects
from models.receipt import Deed
from rules.actor import Role
from rules.drill_year.lines import generate, write_line
from rules.errors import ContentInvalid

_NUMBER = "YN-2026-0001"


@pytest.fixture
def do(county: Any, tools: Any) -> Any:
    """Return what records an act on the county's plan of the year, tells the story and returns what it rests on."""
    legs: list[int] = []

    def record(kind: str, who: Role = Role.BUREAU_OFFICER, /, **values: Any) -> frozenset[str] | None:
        deed = Deed(kind, county.actor(who), os.urandom(8).hex(), values=values)
        if kind == "compile":
            tools.ledger.open_case("drill_year", "county", deed, county.now)
        else:
            tools.ledger.record(_NUMBER, deed, county.now)
        legs.append(1)
        rests = told_without_engine(tools, _NUMBER, tell, run_id=f"leg-{len(legs)}")
        unsettled = "SELECT key FROM effects WHERE by_clock = 0 AND (status = 'owed' OR run_id IS NULL)"
        assert county.rows(unsettled) == []
        return rests

    return record


@pytest.fixture
def planned(county: Any, tools: Any) -> str:
    """Return the lines of a plan that meets what the registers ask for."""
    with county.store.read() as reading:
        subjects = registered_subjects(reading, "dai")
    return "\n".join(write_line(line) for line in generate(subjects, date(2026, 3, 2), tools.rulebook))


@pytest.fixture
def words(county: Any, tools: Any) -> Any:
    """Return what gives the words of the latest paper of a name."""

    def read(name: str) -> str:
        (paper,) = county.rows(f"SELECT paper_sha256 FROM effects WHERE name = '{name}' ORDER BY id DESC LIMIT 1")[0]  # noqa: S608 - ours
        (path,) = Path(tools.papers).rglob(f"{paper}*")
        return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "|", path.read_text("utf-8").partition("<body>")[2]))

    return read


def test_who_owes_is_read_from_the_registers(county: Any) -> None:
    with county.store.read() as reading:
        subjects = registered_subjects(reading, "dai")

    assert [(subject.code, subject.kind, subject.unit_kind) for subject in subjects] == [
        ("county", "government", None), ("baishui", "township", None), ("bureau", "government", None),
        ("commerce", "government", None), ("industry", "government", None), ("qingshi", "township", None),
        ("redstar", "unit", "mine"), ("hongda", "unit", "mine"),
    ]  # fmt: skip


def test_a_unit_owes_what_its_file_says_it_is_and_nothing_once_that_is_closed(county: Any, tools: Any) -> None:
    def kinds() -> dict[str, Any]:
        with county.store.read() as reading:
            return {s.code: s.unit_kind for s in registered_subjects(reading, "dai") if s.kind == "unit"}

    def act(number: str, kind: str, who: Role, /, **said: Any) -> None:
        tools.ledger.record(number, Deed(kind, county.actor(who), os.urandom(8).hex(), values=said), county.now)

    deed = Deed("open", county.actor(Role.DEPT_OFFICER), "file", values={"note": "建档"})
    number = tools.ledger.open_case("unit_file", "redstar", deed, county.now).number
    assert kinds() == {"redstar": "mine", "hongda": "mine"}, "a file that says nothing leaves it to the register"
    act(number, "classify", Role.DEPT_OFFICER, kind="smelting", colour="blue", reason="只有冶炼")
    county.store.write(lambda writing: set_unit_kind(writing, "dai", "redstar", "other"))
    assert kinds() == {"redstar": "smelting", "hongda": "mine"}, "the file stands above the register"
    act(number, "close", Role.DEPT_HEAD, reason="已注销")
    assert kinds() == {"hongda": "mine"}


def test_a_year_is_told_from_its_plan_to_its_papers(do: Any, planned: str, county: Any, words: Any) -> None:
    assert do("compile", year="2026", title="2026年度演练计划", lines=planned) == {"approve"}
    assert do("approve", Role.COUNTY_LEADER, approved="yes") == {"summarise"}
    said = words("year-plan")
    for part in (
        "2026年度演练计划", "列入8个对象、10项演练", "红星铁矿||重点单位半年一次", "按自然半年计算（另一种理解：自上次",
    ):  # fmt: skip
        assert part in said, part

    do("change", kind="move", line="3", hall="县消防大队", reason="场地修缮")
    do("decide-change", Role.BUREAU_HEAD, about="3", approved="yes")
    assert "场地||县消防大队" in words("year-change")
    assert county.rows("SELECT hall FROM drill_lines WHERE no = '3'") == [("县消防大队",)]
    assert county.verified().holds


def test_a_county_has_one_plan_for_a_year(do: Any, planned: str) -> None:
    do("compile", year="2026", title="2026年度演练计划", lines=planned)
    with pytest.raises(ContentInvalid, match="已经编制"):
        do("compile", year="2026", title="又一份", lines=planned)


def test_a_line_is_not_done_by_a_drill_that_nobody_held(do: Any, planned: str) -> None:
    do("compile", year="2026", title="2026年度演练计划", lines=planned)
    do("approve", Role.COUNTY_LEADER, approved="yes")
    with pytest.raises(ContentInvalid, match="没有编号为「YL-2026-0099」的演练"):
        do("record", about="1", number="YL-2026-0099", day="2026-03-02")
    with pytest.raises(ContentInvalid, match="没有编号为「YN-2026-0001」的演练"):
        do("record", about="1", number=_NUMBER, day="2026-03-02")


def test_who_owes_cannot_be_typed(do: Any, planned: str) -> None:
    with pytest.raises(ContentInvalid, match="subjects"):
        do("compile", year="2026", title="2026年度演练计划", lines=planned, subjects="V1|village|-|0|-")
    with pytest.raises(ContentInvalid, match="应安排"):
        do("compile", year="2026", title="2026年度演练计划", lines="\n".join(planned.splitlines()[1:]))


def test_a_unit_that_was_registered_during_the_year_is_added(do: Any, planned: str, county: Any) -> None:
    do("compile", year="2026", title="2026年度演练计划", lines=planned)
    do("approve", Role.COUNTY_LEADER, approved="yes")
    line = "90|newmine|drill-halfyear|specific|2026-03-02/2026-06-30|2026-05-12|"
    with pytest.raises(ContentInvalid, match="没有列入"):
        do("change", kind="add", added=line, reason="新登记")
    unit = NewUnit("newmine", "新矿", "qingshi", "industry", "非煤矿山", "沟口")
    county.store.write(lambda writing: add_unit(writing, "dai", unit))
    do("change", kind="add", added=line, reason="新登记")
    do("decide-change", Role.BUREAU_HEAD, about="3", approved="yes")
    assert county.rows("SELECT subject, state FROM drill_lines WHERE no = '90'") == [("newmine", "planned")]
    assert county.verified().holds
