"""Matters over a real ledger: told from their opening to their record, with people and cases that are on the books."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from deployments.schedules import DEPLOYMENTS
from flows.matter import FLOWS, tell
from flows.stories import told_without_engine
from models.evidence import EvidenceRoom
from models.receipt import Deed
from rules.actor import Role
from rules.errors import ContentInvalid
from rules.matter import MATTERS

_INSPECTED = {"nature": "work", "content": "应急通道", "result": "none"}


@pytest.fixture
def do(county: Any, tools: Any, tmp_path: Path) -> Any:
    """Return what records an act on the county's one inspection, tells the story and returns what it rests on."""
    room, legs = EvidenceRoom(tmp_path / "evidence", tools.store), list[int]()

    def record(kind: str, shots: int = 0, /, **values: Any) -> frozenset[str] | None:
        legs.append(1)
        taken = [f"photograph {len(legs)} {n}".encode() for n in range(shots)]
        evidence = tuple(
            room.seal(each, each, media_type="image/jpeg", account_id="account", now=county.now) for each in taken
        )
        deed = Deed(kind, county.actor(Role.DEPT_OFFICER), os.urandom(8).hex(), values=values, evidence=evidence)
        if kind == "inspect":
            tools.ledger.open_case("inspection", "redstar", deed, county.now)
        else:
            tools.ledger.record("JC-2026-0001", deed, county.now)
        rests = told_without_engine(tools, "JC-2026-0001", tell, run_id=f"leg-{len(legs)}")
        unsettled = "SELECT key FROM effects WHERE by_clock = 0 AND (status = 'owed' OR run_id IS NULL)"
        assert county.rows(unsettled) == []
        return rests

    return record


def test_an_inspection_is_told_from_its_entry_to_its_record(do: Any, county: Any, tools: Any) -> None:
    officers = [county.persons["dept_officer"], county.persons["bureau_officer"]]
    rests = do("inspect", **_INSPECTED, day=county.now.date(), officers=officers)
    assert rests == {"head-training", "archive"}
    assert do("head-training", trained="yes", certificate="晋A-0001") == {"archive"}
    assert do("archive", 1, ledger_no="2026-001", files="3") is None

    paper = county.rows("SELECT paper_sha256 FROM effects WHERE name = 'record-archive'")[0][0]
    (path,) = Path(tools.papers).rglob(f"{paper}*")
    words = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "|", path.read_text("utf-8").partition("<body>")[2]))
    for said in ("检查归档单", "台账编号||2026-001", "1登记检查", "2查验主要负责人培训", "附材料1份"):
        assert said in words, words
    assert county.verified().holds


def test_whoever_is_not_registered_and_what_is_no_case_is_refused(do: Any, county: Any) -> None:
    officers = [county.persons["dept_officer"], county.persons["bureau_officer"]]
    said = {**_INSPECTED, "day": county.now.date()}
    with pytest.raises(ContentInvalid, match="「检查人员」第 2 行"):
        do("inspect", **said, officers=[officers[0], "nobody"])
    with pytest.raises(ContentInvalid, match="同一人写了两次"):
        do("inspect", **said, officers=[officers[0], officers[0]])
    with pytest.raises(ContentInvalid, match="不是台账中「执法计划」的编号"):
        do("inspect", **said, officers=officers, plan="ZJ-2026-0001")


def test_there_is_a_flow_for_every_file() -> None:
    assert FLOWS.keys() == MATTERS.keys()
    assert {flow.name for flow in FLOWS.values()} == set(MATTERS)
    # By module and function a worker finds the flow that a deployment names.
    assert {f"{flow.__module__}.{flow.__name__}" for flow in FLOWS.values()} == {
        planned.entrypoint for planned in DEPLOYMENTS if planned.flow in MATTERS
    }
    assert re.fullmatch(r"[a-z_ ]+", " ".join(FLOWS))
