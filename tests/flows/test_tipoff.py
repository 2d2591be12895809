"""A tip-off over a real ledger: its story settles all that is owed, its papers name nobody, another office goes on."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.stories import told_without_engine
from flows.tipoff import tell
from models.dossier import open_dossier
from models.erasure import erase_words
from models.escalation import fire_due, next_wake
from models.evidence import EvidenceRoom
from models.receipt import Deed, Receipt
from models.tipoff import fingerprint
from models.tipoff_reading import identity_of
from rules.actor import Actor, Reach, Role, Scope

_REPORTER = {"name": "张三丰", "phone": "13812345678", "papers": "140925199001010011"}
_SAYS: dict[str, dict[str, Any]] = {
    "receive": {
        "channel": "12350",
        "named": "named",
        "matter": "concealed",
        "unit": "redstar",
        "clue": "冒顶致四人遇难",
    },
    "identify": _REPORTER,
    "accept": {"decision": "accept"},
    "verify": {"result": "true", "found_as": "concealed", "grade": "larger", "deaths": "4", "opinion": "查实四人"},
    "countersign": {"approved": "yes"},
    "reply": {"about": "result", "way": "phone", "said": "属实"},
    "approve-award": {"approved": "yes"},
    "notify": {"way": "phone"},
    "pay": {"claim": "papers"},
    "hand-over": {"document_no": "移函1号"},
}
_WITH_PAPERS = {"verify", "pay", "hand-over", "enforce"}
_WHOLE = Scope(Reach.SUBTREE, "/dai/")


@dataclass
class Tip:
    """A tip-off in a real ledger, told after each act."""

    county: Any
    tools: Any
    photo: str
    number: str = ""
    legs: int = 0

    def receive(self, who: Role = Role.DEPT_OFFICER, at: str = "industry", **values: Any) -> Receipt:
        """Open the case."""
        deed = self._deed("receive", self.county.actor(who), {**_SAYS["receive"], **values})
        receipt: Receipt = self.tools.ledger.open_case("tipoff", at, deed, self.county.now)
        self.number = receipt.number
        return receipt

    def do(self, kind: str, who: Actor | Role = Role.DEPT_OFFICER, **values: Any) -> frozenset[str] | None:
        """Record an act and tell the story; return what it rests on."""
        actor = who if isinstance(who, Actor) else self.county.actor(who)
        self.tools.ledger.record(
            self.number, self._deed(kind, actor, {**_SAYS.get(kind, {}), **values}), self.county.now
        )
        return self.leg()

    def leg(self, number: str = "") -> frozenset[str] | None:
        """Tell the story once; nothing of it may be left unsettled."""
        self.legs += 1
        return told_without_engine(self.tools, number or self.number, tell, run_id=f"leg-{self.legs}")

    def check(self) -> None:
        """Take an accepted case through the check by officer and head."""
        persons = self.county.persons
        self.do("assign", Role.DEPT_HEAD, first=persons["dept_officer"], second=persons["dept_head"], impartial="yes")
        self.do("verify")
        self.do("countersign", Role.DEPT_HEAD)

    def unsettled(self) -> list[Any]:
        """Return what is owed to the world and was neither done nor called off."""
        found: list[Any] = self.county.rows(
            "SELECT key FROM effects WHERE by_clock = 0 AND (status = 'owed' OR run_id IS NULL)"
        )
        return found

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

    def papers(self) -> str:
        """Return the words of all papers, tags and spaces left out."""
        found = [
            path.read_text("utf-8").partition("<body>")[2] for path in sorted(Path(self.tools.papers).rglob("*.html"))
        ]
        return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "|", "".join(found)))

    def _deed(self, kind: str, actor: Actor, values: dict[str, Any]) -> Deed:
        said = {key: value for key, value in values.items() if value}
        return Deed(kind, actor, os.urandom(8).hex(), said, evidence=(self.photo,) if kind in _WITH_PAPERS else ())


@pytest.fixture
def tip(county: Any, tools: Any, tmp_path: Path) -> Tip:
    """Return a tip-off that nobody has taken down yet."""
    room = EvidenceRoom(tmp_path / "evidence", county.store)
    sealed = room.seal(b"photo", b"photo", media_type="image/jpeg", account_id="account", now=county.now)
    return Tip(county, tools, sealed)


def test_a_tip_off_is_told_from_the_call_to_the_reward(tip: Tip, county: Any) -> None:
    assert tip.receive().number == "JB-2026-0001"
    assert tip.leg() == {"identify", "accept"}
    assert tip.do("identify") == {"accept"}
    assert tip.do("accept") == {"assign"}
    tip.check()
    assert tip.leg() == {"reply", "award"}
    assert tip.do("reply") == {"award"}
    assert tip.do("award") == {"approve-award"}
    assert tip.do("approve-award", Role.DEPT_HEAD) == {"notify"}
    assert tip.do("notify") == {"pay"}
    assert tip.do("pay") is None

    assert tip.unsettled() == []
    assert county.rows("SELECT status FROM cases WHERE number = 'JB-2026-0001'") == [("closed",)]
    papers = tip.papers()
    for said in (
        "较大事故，查实瞒报、谎报4人×40000元=160000元",
        "160000元",
        "较大事故，4人",
        "部门监管员1、部门负责人1",
    ):
        assert said in papers, said
    assert county.verified().holds


def test_no_paper_and_nothing_that_is_hashed_names_the_reporter_or_the_clue(tip: Tip, county: Any) -> None:
    tip.receive(code="K7Q2-9XPM-4TRD")
    tip.do("identify")
    tip.do("accept")
    tip.check()
    tip.do("award")
    tip.do("approve-award", Role.DEPT_HEAD)

    bodies = " ".join(body for (body,) in county.rows("SELECT body FROM acts"))
    for secret in (*_REPORTER.values(), "冒顶致四人遇难", "K7Q2"):
        assert secret not in tip.papers(), secret
        assert secret not in bodies, secret
    assert fingerprint("k7q2 9xpm4trd") in bodies


def test_what_goes_to_another_office_of_the_county_is_received_there_once_sealed_as_it_came(
    tip: Tip, county: Any
) -> None:
    tip.receive(code="K7Q2-9XPM-4TRD")
    tip.do("identify", signers="2")
    tip.do("accept", decision="transfer", to="commerce", reason="商场归商务局")
    assert tip.do("hand-over") == {"reply"}
    tip.leg()

    assert county.rows("SELECT number FROM cases WHERE kind = 'tipoff' ORDER BY id") == [
        ("JB-2026-0001",), ("JB-2026-0002",),
    ]  # fmt: skip
    assert "你单位在本系统的受理编号：JB-2026-0002" in tip.papers()
    assert "商务局：" in tip.papers()
    with county.store.read() as reading:
        there = open_dossier(reading, "dai", "JB-2026-0002", _WHOLE)
        assert there.unit.name == "商务局"
        assert dict(identity_of(reading, "dai", "JB-2026-0002", _WHOLE)) == {
            "姓名": "张三丰", "联系电话": "13812345678", "证件号码": "140925199001010011", "联名人数": "2",
        }  # fmt: skip
    said = dict(there.acts[0].values)
    assert (said["渠道"], said["转来的编号"], said["举报内容"]) == (
        "上级交办、其他单位转来",
        "JB-2026-0001",
        "冒顶致四人遇难",
    )
    assert said["查询码"] == fingerprint("K7Q2-9XPM-4TRD")
    assert [(duty.act, duty.holder) for duty in there.open_duties] == [("accept", Role.DEPT_OFFICER)]
    assert tip.leg("JB-2026-0002") == {"accept"}
    assert tip.unsettled() == []
    assert county.verified().holds


def test_what_goes_outside_the_county_opens_nothing_here(tip: Tip, county: Any) -> None:
    tip.receive(named="anonymous", code="K7Q2-9XPM-4TRD")
    tip.do("accept", decision="transfer", to="市消防救援支队", reason="消防事项")
    tip.do("hand-over")

    assert county.rows("SELECT count(*) FROM cases WHERE kind = 'tipoff'") == [(1,)]
    assert "市消防救援支队：" in tip.papers()
    assert "受理编号" not in tip.papers()


def test_words_that_were_erased_are_handed_over_as_erased(tip: Tip, county: Any) -> None:
    tip.receive()
    tip.do("identify")
    erase_words(
        tip.tools.ledger, number=tip.number, seq=2, reason="依申请", actor=county.actor(Role.IT_ADMIN), key="erasing",
        now=county.now,
    )  # fmt: skip
    tip.do("accept", decision="transfer", to="commerce", reason="商场归商务局")
    tip.do("hand-over")

    with county.store.read() as reading:
        assert set(dict(identity_of(reading, "dai", "JB-2026-0002", _WHOLE)).values()) == {"（文字已删除）"}
        assert identity_of(reading, "dai", "JB-2026-0001", _WHOLE) == ()
    assert county.verified().holds


def test_a_refusal_says_why_and_a_joined_report_where_it_went(tip: Tip) -> None:
    tip.receive(named="anonymous")
    tip.do("accept", decision="refuse", ground="not-safety", reason="劳资纠纷")
    tip.receive(named="anonymous")
    tip.do("accept", decision="merge", first="JB-2026-0001", reason="同一事项")

    assert "不予受理：不属于安全生产举报" in tip.papers()
    assert "并入一并核查" in tip.papers()


def test_what_nobody_fetches_lapses_by_the_clock_and_the_story_ends(tip: Tip, county: Any) -> None:
    tip.receive()
    tip.do("identify")
    tip.do("accept")
    tip.check()
    tip.do("reply")
    tip.do("award")
    tip.do("approve-award", Role.DEPT_HEAD)
    tip.do("notify")
    tip.let_pass(days=70)

    assert tip.leg() is None
    assert county.rows("SELECT status FROM cases") == [("closed",)]
    assert county.verified().holds
