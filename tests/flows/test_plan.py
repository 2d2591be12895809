"""An emergency plan over a real ledger: its story settles all that is owed, its papers say what the office must say."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.plan import tell
from flows.stories import told_without_engine
from models.erasure import erase_words
from models.escalation import fire_due, next_wake
from models.receipt import Deed, Receipt
from rules.actor import Actor, Role
from rules.errors import UnknownRecord

_INITIATE = {
    "level": "unit", "title": "红星铁矿综合应急预案", "unit_kind": "mine", "scope": "comprehensive",
    "ends_on": "2026-03-31",
}  # fmt: skip
_SAYS: dict[str, dict[str, Any]] = {
    "draft": {"risk": True, "resources": True},
    "review": {"passed": "yes", "experts": True, "document_no": "评审纪要1"},
    "approve": {"approved": "yes"},
    "publish": {"where": "厂区公示栏"},
    "file": {"application": True, "review": True, "text": True, "risk": True, "document_no": "回执1"},
    "check": {"complete": "yes"},
    "hand-out": {"holder": "调度室", "copies": "2"},
    "assess": {"conclusion": "keep", "opinion": "仍然适用"},
}


@dataclass
class Plan:
    """A plan in a real ledger, told after each act."""

    county: Any
    tools: Any
    number: str = ""
    legs: int = 0

    def initiate(self, who: Role = Role.UNIT_SAFETY, about: str = "redstar", **values: Any) -> Receipt:
        """Open the case."""
        deed = self._deed("initiate", self.county.actor(who), {**_INITIATE, **values})
        receipt: Receipt = self.tools.ledger.open_case("plan", about, deed, self.county.now)
        self.number = receipt.number
        return receipt

    def do(self, kind: str, who: Actor | Role, **values: Any) -> frozenset[str] | None:
        """Record an act and tell the story; return what it rests on."""
        actor = who if isinstance(who, Actor) else self.county.actor(who)
        deed = self._deed(kind, actor, {**_SAYS.get(kind, {}), **values})
        self.tools.ledger.record(self.number, deed, self.county.now)
        return self.leg()

    def leg(self) -> frozenset[str] | None:
        """Tell the story once; nothing may be left unsettled."""
        self.legs += 1
        rests = told_without_engine(self.tools, self.number, tell, run_id=f"leg-{self.legs}")
        unsettled = "SELECT key FROM effects WHERE by_clock = 0 AND (status = 'owed' OR run_id IS NULL)"
        assert self.county.rows(unsettled) == []
        return rests

    def let_pass(self, **duration: int) -> None:
        """Let time pass; the clock does its acts at their instants."""
        until = self.county.now.add(**duration)
        while True:
            with self.tools.store.read() as reading:
                due = next_wake(reading)
            if due is None or due > until:
                break
            self.county.now = max(self.county.now, due)
            fire_due(self.tools.ledger, self.county.now)
        self.county.now = until

    def paper(self, name: str) -> str:
        """Return the words of the last paper of a name, tags and spaces left out."""
        rows = self.county.rows(f"SELECT paper_sha256 FROM effects WHERE name = '{name}' ORDER BY id DESC")  # noqa: S608
        (path,) = Path(self.tools.papers).rglob(f"{rows[0][0]}*")
        body = path.read_text("utf-8").partition("<body>")[2]
        return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "|", body))

    def _deed(self, kind: str, actor: Actor, values: dict[str, Any]) -> Deed:
        return Deed(kind, actor, os.urandom(8).hex(), values={key: value for key, value in values.items() if value})


@pytest.fixture
def plan(county: Any, tools: Any) -> Plan:
    """Return a plan that nobody has begun yet."""
    return Plan(county, tools)


@pytest.fixture
def published(plan: Plan) -> Plan:
    """Return the plan of a mine that is published."""
    assert plan.initiate().number == "YA-2026-0001"
    assert plan.leg() == {"draft"}
    assert plan.do("draft", Role.UNIT_SAFETY) == {"review"}
    assert plan.do("review", Role.UNIT_HEAD) == {"approve"}
    assert plan.do("approve", Role.UNIT_HEAD) == {"publish"}
    assert plan.do("publish", Role.UNIT_SAFETY) == {"file", "assess"}
    return plan


def test_a_plan_is_told_from_its_draft_to_its_revision(published: Plan, county: Any) -> None:
    assert published.do("file", Role.UNIT_SAFETY) == {"check", "assess"}
    assert published.do("check", Role.DEPT_OFFICER, complete="no", lacks_text=True) == {"file", "assess"}
    assert published.do("file", Role.UNIT_SAFETY) == {"check", "assess"}
    assert published.do("check", Role.DEPT_OFFICER) == {"assess"}
    assert published.do("hand-out", Role.UNIT_SAFETY) == {"assess"}
    assert published.do("assess", Role.UNIT_SAFETY, conclusion="revise") == {"draft"}
    assert published.do("draft", Role.UNIT_SAFETY, substantial="no") == {"approve"}
    assert published.do("approve", Role.UNIT_HEAD) == {"publish"}
    assert published.do("publish", Role.UNIT_SAFETY) == {"assess"}
    assert published.do("abolish", Role.UNIT_HEAD, reason="矿山关闭") is None

    assert county.rows("SELECT status FROM cases WHERE number = 'YA-2026-0001'") == [("closed",)]
    assert county.verified().holds


def test_what_nobody_checks_in_time_is_deemed_filed_by_the_clock(published: Plan, county: Any) -> None:
    published.do("file", Role.UNIT_SAFETY)
    published.let_pass(days=8)

    assert published.leg() == {"assess"}
    assert "视为已经备案" in published.paper("deemed")
    assert "《红星铁矿综合应急预案》（第1版）的备案材料于2026年3月2日收到" in published.paper("deemed")
    assert county.verified().holds


def test_the_papers_say_what_was_decided_and_on_what(published: Plan) -> None:
    published.do("file", Role.UNIT_SAFETY)
    published.do("check", Role.DEPT_OFFICER, complete="no", lacks_text=True, lacks_risk=True, note="电子文本无法打开")
    told = published.paper("told-once")
    published.do("file", Role.UNIT_SAFETY)
    published.do("check", Role.DEPT_OFFICER)

    assert "1．应急预案电子文本；" in told
    assert "2．风险评估结果和应急资源调查清单；" in told
    assert "电子文本无法打开" in told
    assert "不再要求其他材料" in told
    certificate = published.paper("certificate")
    for said in ("备案登记表", "红星铁矿", "红星铁矿综合应急预案（第1版）", "YA-2026-0001", "予以备案", "第二十八条"):
        assert said in certificate, said
    review = published.paper("review")
    for said in ("（企业、事业单位预案，第1版草案）", "结论：通过", "评审纪要1", "专家参加评审"):
        assert said in review, said
    assert "第1版已经签署（审批），自2026年3月2日起公布施行" in published.paper("cover")


def test_a_name_that_was_erased_is_printed_as_erased(plan: Plan, county: Any) -> None:
    plan.initiate()
    erase_words(
        plan.tools.ledger, number=plan.number, seq=1, reason="依申请", actor=county.actor(Role.IT_ADMIN),
        key="erasing", now=county.now,
    )  # fmt: skip
    plan.do("draft", Role.UNIT_SAFETY)
    plan.do("review", Role.UNIT_HEAD)

    assert "《（文字已删除）》" in plan.paper("review")


def test_a_department_has_plans_of_its_own(plan: Plan, county: Any) -> None:
    department = {"level": "department", "parent": "YA-2026-0009", "unit_kind": "", "scope": ""}
    plan.initiate(Role.DEPT_OFFICER, about="industry", **department)
    assert plan.leg() == {"draft"}
    plan.do("draft", Role.DEPT_OFFICER)
    assert plan.do("review", Role.BUREAU_OFFICER) == {"approve"}
    plan.do("approve", Role.DEPT_HEAD)
    assert plan.do("publish", Role.DEPT_OFFICER) == {"file", "assess"}
    assert plan.do("file", Role.DEPT_OFFICER) == {"assess"}
    with pytest.raises(UnknownRecord, match="没有编码为「nobody」的机构"):
        plan.initiate(Role.DEPT_OFFICER, about="nobody", **department)
    assert county.verified().holds
