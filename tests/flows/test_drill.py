"""A drill over a real ledger: its story settles what is owed, its papers say how it went, its ladders reach people."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pendulum import DateTime

from flows.drill import tell
from flows.plan import tell as tell_plan
from flows.stories import told_without_engine
from models.escalation import fire_due, next_wake
from models.receipt import Deed, Receipt
from rules.actor import Actor, Role
from rules.errors import ContentInvalid, NotYourTurn, SeparationOfDuties, TimeInvalid

_SCHEME: dict[str, Any] = {
    "host": "unit", "unit_kind": "mine", "shape": "tabletop", "reach": "comprehensive", "title": "矿井透水桌面推演",
    "plan": "YA-2026-0001", "starts_at": "2026-03-10T09:00", "ends_at": "2026-03-10T11:00", "hall": "矿部会议室",
    "commander": "主要负责人1", "evaluators": "部门监管员1", "participants": "整改责任人1\n乡镇安监员1",
    "scenario": "掘进面透水，有人被困", "subjects": "信息报告\n指挥协调",
    "injects": "1|0|值班室接到透水报告|值班室|5\n2|10|升井人数不符|调度室|15\n3|30|媒体到场|宣传组|30",
}  # fmt: skip
_SAYS: dict[str, dict[str, Any]] = {
    "approve": {"approved": "yes"},
    "evaluate": {"score": "good", "finding": "处置有序"},
    "report": {"revise": "no", "summary": "达到目的"},
    "improve": {"measure": "已更新"},
    "confirm": {"passed": "yes"},
    "archive": {"document_no": "档2026-8"},
    "decide-change": {"approved": "yes"},
}


@dataclass
class Drill:
    """A drill in a real ledger, told after each act."""

    county: Any
    tools: Any
    number: str = ""
    legs: int = 0

    def prepare(self, who: Role = Role.UNIT_SAFETY, about: str = "redstar", **values: Any) -> Receipt:
        """Open the case."""
        deed = self._deed("prepare", self.county.actor(who), {**_SCHEME, **values})
        receipt: Receipt = self.tools.ledger.open_case("drill", about, deed, self.county.now)
        self.number = receipt.number
        return receipt

    def do(self, act: str, who: Actor | Role, /, **values: Any) -> frozenset[str] | None:
        """Record an act and tell the story; return what it rests on."""
        actor = who if isinstance(who, Actor) else self.county.actor(who)
        deed = self._deed(act, actor, {**_SAYS.get(act, {}), **values})
        self.tools.ledger.record(self.number, deed, self.county.now)
        return self.leg()

    def sign_in(self, *people: str) -> None:
        """Let people sign themselves in."""
        for name in people:
            self.do("sign-in", self.county.actor(Role(name)), person=self.county.persons[name])

    def leg(self) -> frozenset[str] | None:
        """Tell the story once; nothing may be left unsettled."""
        self.legs += 1
        rests = told_without_engine(self.tools, self.number, tell, run_id=f"leg-{self.legs}")
        unsettled = "SELECT key FROM effects WHERE by_clock = 0 AND (status = 'owed' OR run_id IS NULL)"
        assert self.county.rows(unsettled) == []
        return rests

    def until(self, at: DateTime) -> None:
        """Let time pass; the clock does its acts at their instants."""
        while True:
            with self.tools.store.read() as reading:
                due = next_wake(reading)
            if due is None or due > at:
                break
            self.county.now = max(self.county.now, due)
            fire_due(self.tools.ledger, self.county.now)
        self.county.now = at

    def told(self, name: str) -> set[str]:
        """Return who was told something, by the name of their post in the county."""
        rows = self.county.rows(
            "SELECT DISTINCT n.person_id FROM notices n JOIN effects e ON e.case_id = n.case_id"  # noqa: S608
            f" AND e.key = n.effect_key JOIN cases c ON c.id = n.case_id WHERE e.name = '{name}'"
            f" AND c.number = '{self.number}'"
        )
        names = {person: post for post, person in self.county.persons.items()}
        return {names[person] for (person,) in rows}

    def paper(self, name: str) -> str:
        """Return the words of the last paper of a name, tags and spaces left out."""
        rows = self.county.rows(f"SELECT paper_sha256 FROM effects WHERE name = '{name}' ORDER BY id DESC")  # noqa: S608
        (path,) = Path(self.tools.papers).rglob(f"{rows[0][0]}*")
        body = path.read_text("utf-8").partition("<body>")[2]
        return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "|", body))

    def _deed(self, kind: str, actor: Actor, values: dict[str, Any]) -> Deed:
        return Deed(kind, actor, os.urandom(8).hex(), values={key: value for key, value in values.items() if value})


@pytest.fixture
def drill(county: Any, tools: Any) -> Drill:
    """Return a drill that nobody has prepared yet, in a county where the mine has a plan."""
    said = {"level": "unit", "title": "综合应急预案", "unit_kind": "mine", "scope": "comprehensive",
            "ends_on": "2026-03-31"}  # fmt: skip
    deed = Deed("initiate", county.actor(Role.UNIT_SAFETY), "plan", values=said)
    tools.ledger.open_case("plan", "redstar", deed, county.now)
    told_without_engine(tools, "YA-2026-0001", lambda story, _: story.ask("draft"), run_id="plan")
    return Drill(county, tools)


@pytest.fixture
def approved(drill: Drill) -> Drill:
    """Return the drill of a mine that is approved for Tuesday 2026-03-10, 9:00 to 11:00."""
    drill.prepare()
    assert drill.leg() == {"approve"}
    assert drill.do("approve", Role.UNIT_HEAD) == {"start"}
    return drill


@pytest.fixture
def held(approved: Drill, county: Any) -> Drill:
    """Return the drill that was held: the second inject late, the third answered by nobody."""
    day = county.now.add(days=8)
    approved.until(day.subtract(minutes=20))
    approved.sign_in("unit_head", "dept_officer", "town_clerk")
    approved.until(day)
    assert approved.do("start", Role.UNIT_SAFETY) == {"finish"}
    approved.do("inject", Role.UNIT_SAFETY, about="1")
    approved.until(day.add(minutes=4))
    approved.do("respond", Role.UNIT_FIXER, about="1", by="值班室", measure="已报告")
    approved.until(day.add(minutes=10))
    approved.do("inject", Role.UNIT_SAFETY, about="2")
    approved.until(day.add(minutes=30))
    approved.do("respond", Role.UNIT_FIXER, about="2", by="调度室", measure="已核对")
    approved.do("inject", Role.UNIT_SAFETY, about="3")
    approved.until(day.add(minutes=90))
    assert approved.do("finish", Role.UNIT_SAFETY) == {"evaluate"}
    return approved


# --- the whole of it -----------------------------------------------------------------------------


def test_a_drill_is_told_from_its_scheme_to_its_file_and_beyond(held: Drill, county: Any) -> None:
    held.do("evaluate", Role.DEPT_OFFICER, about="信息报告", score="poor", finding="报告迟")
    assert held.do("evaluate", Role.DEPT_OFFICER, about="指挥协调") == {"report"}
    actions = "1|更新值班通讯录|整改责任人|2026-03-31\n2|增设排水泵|主要负责人|2026-04-30"
    assert held.do("report", Role.UNIT_SAFETY, actions=actions) == {"improve", "submit"}
    assert held.do("submit", Role.UNIT_SAFETY) == {"improve"}
    assert held.told("asked-improve") == {"unit_fixer", "unit_head"}
    held.do("improve", Role.UNIT_FIXER, about="1")
    assert held.do("improve", Role.UNIT_HEAD, about="2") == {"confirm"}
    held.do("confirm", Role.UNIT_SAFETY, about="1")
    assert held.do("confirm", Role.UNIT_SAFETY, about="2") == {"archive"}
    assert held.do("archive", Role.UNIT_SAFETY) is None
    assert county.rows("SELECT status FROM cases WHERE number = 'YL-2026-0001'") == [("closed",)]

    spot = {"passed": "no", "finding": "签到与照片不符", "draw": "YN-2026-0001#1"}
    assert held.do("spot-check", Role.DEPT_OFFICER, **spot) == {"order-correction"}
    assert held.do("order-correction", Role.DEPT_OFFICER, ends_on="2026-04-30", requirement="重新演练") == {"correct"}
    assert held.do("correct", Role.UNIT_SAFETY, measure="已重演") == {"recheck"}
    assert held.do("recheck", Role.DEPT_OFFICER, passed="yes") is None
    assert county.verified().holds


def test_a_revision_is_asked_for_only_once_the_plan_s_own_case_knows_why(held: Drill, county: Any, tools: Any) -> None:
    def plan(kind: str, who: Role, **said: Any) -> None:
        tools.ledger.record("YA-2026-0001", Deed(kind, county.actor(who), os.urandom(8).hex(), values=said), county.now)
        told_without_engine(tools, "YA-2026-0001", tell_plan, run_id=f"plan-{kind}-{os.urandom(4).hex()}")

    plan("draft", Role.UNIT_SAFETY, risk=True, resources=True)
    plan("review", Role.UNIT_HEAD, passed="yes", experts=True, document_no="评审纪要1")
    plan("approve", Role.UNIT_HEAD, approved="yes")
    plan("publish", Role.UNIT_SAFETY, where="厂区公示栏")
    held.do("evaluate", Role.DEPT_OFFICER, about="信息报告", score="poor", major=True, finding="职责不清")
    held.do("evaluate", Role.DEPT_OFFICER, about="指挥协调")
    rests = held.do("report", Role.UNIT_SAFETY, revise="yes", actions="1|重训|主要负责人|2026-04-30")
    assert rests is not None
    assert "revise" in rests
    with pytest.raises(ContentInvalid, match="还没有报来本演练发现的问题"):
        held.do("revise", Role.UNIT_SAFETY, number="YA-2026-0001")
    plan("trigger", Role.UNIT_SAFETY, cause="drill", source="YL-2026-0009", reason="另一次演练")
    with pytest.raises(ContentInvalid, match="来源事项编号填写 YL-2026-0001"):
        held.do("revise", Role.UNIT_SAFETY, number="YA-2026-0001")
    plan("trigger", Role.UNIT_SAFETY, cause="drill", source="YL-2026-0001", reason="职责不清")
    rests = held.do("revise", Role.UNIT_SAFETY, number="YA-2026-0001")
    assert rests is not None
    assert "revise" not in rests


def test_the_papers_say_how_it_went(held: Drill) -> None:
    scheme = held.paper("scheme")
    for said in (
        "应急演练方案", "矿井透水桌面推演", "红星铁矿（企业、事业单位，村（社区））", "桌面推演，综合演练",
        "2026年3月10日09:00至2026年3月10日11:00", "总指挥||主要负责人1", "整改责任人1、乡镇安监员1",
        "|2||10分钟||升井人数不符||调度室||15分钟内|", "掘进面透水",
    ):  # fmt: skip
        assert said in scheme, said
    held.do("evaluate", Role.DEPT_OFFICER, about="信息报告", score="poor", finding="报告迟")
    held.do("evaluate", Role.DEPT_OFFICER, about="指挥协调")
    held.do("report", Role.UNIT_SAFETY, actions="1|更新值班通讯录|整改责任人|2026-03-31")
    report = held.paper("report")
    for said in (
        "2026年3月10日09:00至2026年3月10日10:30", "签到3人，登记缺席0人，未到1人",
        "1．值班室接到透水报告||09:00||值班室||4分钟||5分钟||达到|",
        "2．升井人数不符||09:10||调度室||20分钟||15分钟||未达到|",
        "3．媒体到场||09:30||宣传组||—||30分钟||没有处置记录|",
        "信息报告||差||报告迟|", "|1||更新值班通讯录||整改责任人||2026-03-31|", "达到目的",
    ):  # fmt: skip
        assert said in report, said
    held.do("submit", Role.UNIT_SAFETY)
    held.do("improve", Role.UNIT_FIXER, about="1")
    held.do("confirm", Role.UNIT_SAFETY, about="1")
    held.do("archive", Role.UNIT_SAFETY)
    assert "改进1．更新值班通讯录（整改责任人）：已核实" in held.paper("file")
    held.do("spot-check", Role.DEPT_OFFICER, passed="no", finding="签到与照片不符")
    assert "结论：不符合要求" in held.paper("spot-check")
    held.do("order-correction", Role.DEPT_OFFICER, ends_on="2026-04-30", requirement="重新演练")
    assert "请于2026-04-30前改正：重新演练" in held.paper("correction-order")


def test_whoever_is_named_is_invited_and_told_of_every_change(approved: Drill) -> None:
    named = {"unit_head", "dept_officer", "unit_fixer", "town_clerk"}
    assert approved.told("invited") == named - {"unit_head"}
    later = {"starts_at": "2026-03-11T09:00", "ends_at": "2026-03-11T11:00"}
    for kind, notice, said in (
        ("postpone", "postponed", later),
        ("paper", "on-paper", {}),
        ("cancel", "cancelled", {}),
    ):
        approved.do("change", Role.UNIT_SAFETY, kind=kind, reason="汛情", **said)
        approved.do("decide-change", Role.UNIT_HEAD)
        assert approved.told(notice) >= named - {"unit_head"}
    assert approved.told("cancelled") == named - {"unit_head"} | {"committee_office"}
    assert approved.leg() is None


# --- bad input -----------------------------------------------------------------------------------


def test_whoever_commanded_does_not_evaluate(held: Drill) -> None:
    with pytest.raises(SeparationOfDuties, match="不得评估"):
        held.do("evaluate", Role.UNIT_HEAD, about="信息报告")
    with pytest.raises(SeparationOfDuties, match="不得评估"):
        held.do("evaluate", Role.UNIT_SAFETY, about="信息报告")


def test_injects_go_out_in_order(approved: Drill, county: Any) -> None:
    approved.until(county.now.add(days=8))
    with pytest.raises(NotYourTurn, match="总指挥还没有签到"):
        approved.do("start", Role.UNIT_SAFETY)
    approved.sign_in("unit_head")
    approved.do("start", Role.UNIT_SAFETY)
    with pytest.raises(NotYourTurn, match="下一条是 1，不能释放「2」"):
        approved.do("inject", Role.UNIT_SAFETY, about="2")


def test_a_year_whose_holidays_are_not_published_takes_no_drill(drill: Drill) -> None:
    with pytest.raises(TimeInvalid, match="2029年放假安排尚未公布"):
        drill.prepare(starts_at="2029-03-10T09:00", ends_at="2029-03-10T11:00")
    with pytest.raises(ContentInvalid, match="缺少「总指挥」"):
        drill.prepare(commander="")


# --- ladders -------------------------------------------------------------------------------------


def test_a_drill_that_is_not_held_on_its_day_climbs_to_the_county(approved: Drill, county: Any) -> None:
    day = county.now.add(days=8)
    approved.until(day.add(minutes=30))
    assert approved.told("reminder") == {"unit_safety"}
    approved.until(day.add(minutes=60))
    assert approved.told("overdue") == {"unit_safety", "bureau_officer"}
    approved.until(day.add(hours=4))
    assert approved.told("overdue") == {"unit_safety", "bureau_officer", "committee_office"}
    assert county.rows("SELECT breached FROM duties WHERE act = 'start'") == [(1,)]
    # The end of the drill after a late start is late by itself, not from the beginning.
    approved.sign_in("unit_head")
    approved.do("start", Role.UNIT_SAFETY)
    assert county.rows("SELECT breached FROM duties WHERE act = 'finish'") == [(0,)]
    assert county.verified().holds


def test_what_is_owed_after_a_unit_s_drill_climbs_to_its_department(held: Drill, county: Any) -> None:
    held.until(county.now.add(days=30))
    assert held.told("overdue") == {"unit_head", "town_clerk", "dept_officer", "dept_head"}
    held.do("evaluate", Role.DEPT_OFFICER, about="信息报告", score="poor", finding="报告迟")
    held.do("evaluate", Role.DEPT_OFFICER, about="指挥协调")
    held.do("report", Role.UNIT_SAFETY, actions=f"1|更新|整改责任人|{county.now.add(days=10).date()}")
    held.until(county.now.add(days=40))
    rungs = county.rows(
        "SELECT e.asks, e.addressee FROM effects e WHERE e.name = 'overdue' AND e.asks LIKE 'improve@%' ORDER BY e.id"
    )
    assert {addressee for _, addressee in rungs} == {"unit_head", "town_clerk", "dept_officer", "dept_head"}
    assert county.verified().holds


def test_a_department_s_drill_climbs_to_the_bureau_and_the_committee(drill: Drill, county: Any) -> None:
    said = {"host": "department", "unit_kind": "", "commander": "部门负责人1", "evaluators": "应急局监管员1"}
    drill.prepare(Role.DEPT_OFFICER, "industry", **said)
    assert drill.leg() == {"approve"}
    drill.until(county.now.add(days=12))
    assert drill.told("asked-approve") == {"dept_head"}
    assert drill.told("reminder") == {"dept_head"}
    assert drill.told("overdue") == {"dept_head", "bureau_officer", "bureau_head", "committee_office"}
