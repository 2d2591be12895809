"""A command over a real ledger: its story settles what is owed, its roll says who is in it and what it lacks."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from flows.command import tell
from flows.stories import told_without_engine
from models.receipt import Deed
from rules.actor import Role
from rules.errors import ContentInvalid


@pytest.fixture
def do(county: Any, tools: Any) -> Any:
    """Return what records an act on the county's one command, tells the story and returns what it rests on."""
    legs: list[int] = []

    def record(kind: str, who: Role = Role.BUREAU_OFFICER, **values: Any) -> frozenset[str] | None:
        deed = Deed(kind, county.actor(who), os.urandom(8).hex(), values=values)
        if kind == "register":
            tools.ledger.open_case("command", "bureau", deed, county.now)
        else:
            tools.ledger.record("ZH-2026-0001", deed, county.now)
        legs.append(1)
        rests = told_without_engine(tools, "ZH-2026-0001", tell, run_id=f"leg-{len(legs)}")
        unsettled = "SELECT key FROM effects WHERE by_clock = 0 AND (status = 'owed' OR run_id IS NULL)"
        assert county.rows(unsettled) == []
        return rests

    return record


def test_a_command_is_told_from_its_register_to_its_roll(do: Any, county: Any, tools: Any) -> None:
    rests = do("register", name="森林草原防灭火指挥部", category="forest_fire", document_no="代政办发〔2026〕4号")
    assert rests == {"appoint", "adopt", "card", "team", "equip", "station", "confirm", "train"}
    with pytest.raises(ContentInvalid, match="没有登记"):
        do("appoint", about="commander", person="nobody")
    do("appoint", about="commander", person=county.persons["county_leader"])
    do("appoint", about="member", organisation="林业局")
    do("team", about="professional", name="专职森林消防队", strength="50", base="县城")
    do("card", steps="启动响应|指挥部办公室|15")
    do("confirm", accurate="yes")

    paper = county.rows("SELECT paper_sha256 FROM effects WHERE name = 'roll'")[0][0]
    (path,) = Path(tools.papers).rglob(f"{paper}*")
    words = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "|", path.read_text("utf-8").partition("<body>")[2]))
    for said in (
        "森林草原防灭火指挥部名册", "指挥长||分管县领导1", "副指挥长||空缺", "成员单位||林业局",
        "队伍：专职森林消防队||专职队伍，50人，县城", "响应：启动响应||指挥部办公室，15分钟", "应急预案||未登记",
        "尚缺：副指挥长、办公室主任、联络员、应急预案、运作方式、救援装备、前置点。",
    ):  # fmt: skip
        assert said in words, said
    assert county.verified().holds
