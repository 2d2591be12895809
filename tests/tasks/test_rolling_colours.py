"""How often a department comes to a unit goes by the colour in the unit's file; some lines are one body's alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pendulum
import pytest

from models.evidence import EvidenceRoom
from models.ledger import Ledger
from models.receipt import Deed
from rules.actor import Role
from rules.deadlines import SHANGHAI
from rules.errors import WrongPost
from rules.rulebook import Rulebook
from tasks.resources import Resources
from tasks.rolling import Rolled, roll_over


@pytest.fixture
def tools(
    county: Any, channel: Any, tooled: Callable[..., Resources], lines_alone: Callable[..., Rulebook]
) -> Resources:
    """Return the tools of a county in which units are inspected by their colour and 工信局 watches the points."""
    rules = lines_alone(
        "inspect-red", "inspect-orange", "geology-points",
        change=lambda text: text.replace("department:natural-resources", "department:industry"),
    )  # fmt: skip
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
def classify(county: Any) -> Callable[[str], None]:
    """Return what says in the file of 红星铁矿 which colour it has."""
    numbers: list[str] = []

    def say(colour: str) -> None:
        officer = county.actor(Role.DEPT_OFFICER)
        if not numbers:
            deed = Deed("open", officer, "file", {"note": "建档"})
            numbers.append(county.ledger.open_case("unit_file", "redstar", deed, county.now).number)
        said = {"kind": "mine", "colour": colour, "reason": "地下开采"}
        county.ledger.record(numbers[0], Deed("classify", officer, f"{colour}:{county.now}", said), county.now)

    return say


def owed(county: Any, *quotas: str) -> list[tuple[str, str, str]]:
    """Return line, period and outcome of what was opened under these lines, in order."""
    rows = county.rows("SELECT quota, period, outcome FROM obligations ORDER BY first, quota")
    return [tuple(row) for row in rows if row[0] in quotas]


def test_a_unit_without_a_colour_is_owed_no_inspection_and_a_body_s_line_is_its_own(
    county: Any, at: Callable[..., Rolled]
) -> None:
    at(4)
    assert county.rows(
        "SELECT o.quota, b.code FROM obligations o LEFT JOIN organisations b ON b.id = o.holder"
    ) == [("geology-points", "industry")]  # fmt: skip


def test_the_colour_that_held_on_the_first_day_decides_for_the_period(
    county: Any, at: Callable[..., Rolled], classify: Callable[[str], None]
) -> None:
    lines = ("inspect-red", "inspect-orange")
    classify("red")
    at(3, 20)
    assert owed(county, *lines) == []
    at(4)
    assert owed(county, *lines) == [("inspect-red", "2026-04", "running")]
    county.now = county.now.set(day=10)
    classify("red")
    at(4, 11)
    assert owed(county, *lines) == [("inspect-red", "2026-04", "running")]
    county.now = county.now.set(day=12)
    classify("orange")
    at(4, 13)
    assert owed(county, *lines) == [("inspect-red", "2026-04", "released")]
    assert county.rows("SELECT body FROM acts WHERE kind = 'release'")[0][0].count('"regraded"') == 1
    at(5)
    at(7)
    assert owed(county, *lines) == [("inspect-red", "2026-04", "released"), ("inspect-orange", "2026-Q3", "running")]
    assert county.faults() == set()


def test_an_inspection_is_entered_by_the_department_s_people_not_by_the_unit_or_another_department(
    county: Any, at: Callable[..., Rolled], classify: Callable[[str], None], tools: Resources
) -> None:
    classify("red")
    at(4)
    number = county.rows(
        "SELECT c.number FROM cases c JOIN obligations o ON o.case_id = c.id WHERE o.quota = 'inspect-red'"
    )[0][0]
    county.now = county.now.set(day=2)
    room = EvidenceRoom(tools.papers, county.store)
    record = room.seal(b"record", b"record", media_type="image/jpeg", account_id="a", now=county.now)
    said = {"day": date(2026, 4, 2), "content": "检查了主井提升", "problems": "none"}
    with pytest.raises(WrongPost, match="别的机构或者单位"):
        county.do(number, "fulfil", Role.UNIT_HEAD, evidence=(record,), **said)
    county.do(number, "fulfil", Role.DEPT_OFFICER, evidence=(record,), **said)
    assert owed(county, "inspect-red") == [("inspect-red", "2026-04", "done")]
