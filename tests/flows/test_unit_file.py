"""A unit's file over a real ledger: its story settles what is owed, its sheet says who answers and what is blank."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.stories import told_without_engine
from flows.unit_file import tell
from models.receipt import Deed
from rules.actor import Role


@pytest.fixture
def do(county: Any, tools: Any) -> Any:
    """Return what records an act on the mine's file, tells the story and returns what it rests on."""
    legs: list[int] = []

    def record(kind: str, who: Role = Role.DEPT_OFFICER, /, **values: Any) -> frozenset[str] | None:
        deed = Deed(kind, county.actor(who), os.urandom(8).hex(), values=values)
        if kind == "open":
            tools.ledger.open_case("unit_file", "redstar", deed, county.now)
        else:
            tools.ledger.record("DA-2026-0001", deed, county.now)
        legs.append(1)
        rests = told_without_engine(tools, "DA-2026-0001", tell, run_id=f"leg-{len(legs)}")
        unsettled = "SELECT key FROM effects WHERE by_clock = 0 AND (status = 'owed' OR run_id IS NULL)"
        assert county.rows(unsettled) == []
        return rests

    return record


def test_a_file_is_told_from_its_opening_to_its_sheet(do: Any, county: Any, tools: Any) -> None:
    assert do("open", note="首次建档") == {"seat", "classify", "confirm"}
    do("classify", kind="smelting", colour="orange", reason="有金属熔融")
    for seat in ("general", "department", "sector", "special", "local"):
        do("seat", Role.BUREAU_OFFICER, about=seat, organisation="bureau")
    leader = county.persons["dept_head"]
    do("seat", Role.BUREAU_OFFICER, about="lead_department", organisation="industry", person=leader)
    validity = {"from": date(2026, 1, 1), "until": date(2026, 12, 31)}
    do("insure", number="AZX-1", authority="某保险", sum="40", insured="60", **validity)
    do("risk", name="熔炼炉", colour="red", place="熔炼车间", holder="车间主任", controls="每班检查")
    assert do("confirm", Role.DEPT_HEAD, accurate="yes") == {"seat", "standardise", "confirm"}

    paper = county.rows("SELECT paper_sha256 FROM effects WHERE name = 'sheet'")[0][0]
    (path,) = Path(tools.papers).rglob(f"{paper}*")
    words = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "|", path.read_text("utf-8").partition("<body>")[2]))
    for said in (
        "一企一档核对单", "金属冶炼，橙（较大风险）。", "综合监管||应急局", "乡镇包保责任人||空白",
        "安责险||AZX-1，某保险，2026-01-01至2026-12-31", "风险点：熔炼炉||红（重大风险），熔炼车间，车间主任",
        "尚缺：乡镇包保责任人、达到要求的标准化等级。",
    ):  # fmt: skip
        assert said in words, said
    assert re.search(r"部门包保责任人\|\|工信局\S+", words)
    assert county.verified().holds
