"""An accident over a real ledger: its story settles all that is owed, its papers say what article 12 asks for."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.incident import tell
from flows.stories import told_without_engine
from models.erasure import erase_words
from models.escalation import fire_due, next_wake
from models.evidence import EvidenceRoom
from models.receipt import Deed, Receipt
from rules.actor import Actor, Role
from tasks.delivery import sweep

_REPORT = {
    "place": "三号井西翼", "in_county": "yes", "kind": "other", "sector": "mine", "origin": "unit",
    "occurred_at": "2026-03-02 08:20", "head_informed_at": "2026-03-02 08:25", "received_at": "2026-03-02 08:50",
}  # fmt: skip
_SENT = {"receiver": "值班室", "channel": "phone", "acknowledged": "yes", "document_no": "值班记录3"}
_TEAM = {
    "head": "某副县长", "government": True, "bureau": True, "sector": True, "supervision": True, "police": True,
    "union": True, "procuratorate": True, "document_no": "代政函〔2026〕1号",
}  # fmt: skip


@dataclass
class Accident:
    """An accident in a real ledger, told after each act."""

    county: Any
    tools: Any
    number: str = ""
    legs: int = 0

    def report(self, who: Role = Role.BUREAU_OFFICER, **values: Any) -> Receipt:
        """Open the case with a first report."""
        deed = self._deed("report", self.county.actor(who), {**_REPORT, **values})
        receipt: Receipt = self.tools.ledger.open_case("incident", "redstar", deed, self.county.now)
        self.number = receipt.number
        return receipt

    def do(self, kind: str, who: Actor | Role, **values: Any) -> Receipt:
        """Record an act."""
        actor = who if isinstance(who, Actor) else self.county.actor(who)
        receipt: Receipt = self.tools.ledger.record(self.number, self._deed(kind, actor, values), self.county.now)
        return receipt

    def leg(self) -> frozenset[str] | None:
        """Tell the story once."""
        self.legs += 1
        return told_without_engine(self.tools, self.number, tell, run_id=f"leg-{self.legs}")

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

    def owed_sendings(self) -> list[tuple[str, str]]:
        """Return holder and subject of every report that is still to be sent."""
        return self.county.rows("SELECT holder, about FROM duties WHERE act = 'send' AND status = 'open' ORDER BY id")

    def send_all(self) -> None:
        """Send everything that is owed, each by its holder."""
        while owed := self.owed_sendings():
            holder, about = owed[0]
            self.do("send", Role(holder), about=about, **_SENT)

    def paper(self, name: str) -> str:
        """Return the words of the last paper of a name, tags and spaces left out."""
        rows = self.county.rows(f"SELECT paper_sha256 FROM effects WHERE name = '{name}' ORDER BY id DESC")  # noqa: S608
        (path,) = Path(self.tools.papers).rglob(f"{rows[0][0]}*")
        body = path.read_text("utf-8").partition("<body>")[2]
        return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "|", body))

    def _deed(self, kind: str, actor: Actor, values: dict[str, Any]) -> Deed:
        files = values.pop("evidence", ())
        said = {key: value for key, value in values.items() if value}
        return Deed(kind, actor, os.urandom(8).hex(), values=said, evidence=files)

    def seal(self) -> str:
        """Seal a sheet on which people signed in."""
        sheet = b"signed in"
        room = EvidenceRoom(self.tools.papers, self.county.store)
        return room.seal(sheet, sheet, media_type="image/jpeg", account_id="a", now=self.county.now)


@pytest.fixture
def accident(county: Any, tools: Any) -> Accident:
    """Return an accident that nobody has reported yet."""
    return Accident(county, tools)


def _unsettled(county: Any) -> list[Any]:
    return county.rows("SELECT key, status FROM effects WHERE by_clock = 0 AND (status = 'owed' OR run_id IS NULL)")


def test_an_accident_is_told_from_its_report_to_its_evaluation(accident: Any, county: Any) -> None:
    def done(kind: str, who: Role, **values: Any) -> frozenset[str] | None:
        accident.do(kind, who, **values)
        rests: frozenset[str] | None = accident.leg()
        assert _unsettled(county) == []
        return rests

    assert accident.report(deaths="1").number == "SG-2026-0001"
    assert accident.leg() == {"send", "end-rescue", "team", "submit"}
    accident.send_all()
    assert accident.leg() == {"end-rescue", "team", "submit"}
    assert done("end-rescue", Role.BUREAU_OFFICER) == {"team", "submit"}
    assert done("team", Role.COMMITTEE_OFFICE, **_TEAM) == {"submit"}
    assert done("submit", Role.BUREAU_HEAD, document_no="报告1") == {"approve", "archive"}
    assert done("archive", Role.BUREAU_OFFICER, document_no="档1") == {"approve"}
    approved = done("approve", Role.COUNTY_LEADER, document_no="代政函〔2026〕9号")
    assert approved == {"publish", "measures", "educate", "evaluate"}
    done("publish", Role.COMMITTEE_OFFICE, url="https://example.invalid/1")
    assert done("measures", Role.UNIT_HEAD, note="已落实") == {"educate", "evaluate"}
    lesson = {"day": county.now.date(), "lesson": "未停电作业", "present": "60", "evidence": (accident.seal(),)}
    assert done("educate", Role.UNIT_HEAD, **lesson) == {"evaluate"}
    assert done("evaluate", Role.BUREAU_HEAD, note="已落实", url="https://example.invalid/2") is None
    assert county.rows("SELECT status FROM cases WHERE number = 'SG-2026-0001'") == [("closed",)]
    assert county.verified().holds


# --- papers --------------------------------------------------------------------------------------


def test_a_flash_report_says_all_that_article_12_asks_for_and_prints_the_unknown_as_unknown(accident: Any) -> None:
    accident.report(deaths="1", serious="0", course="顶板垮落", measures="已停产撤人")
    accident.leg()

    words = accident.paper("flash")

    for said in (
        "事故快报", "红星铁矿，非煤矿山，红星铁矿院内，青石镇；主管部门：工信局。未知",
        "事故发生时间||2026年3月2日08:20", "单位负责人接到报告时间||2026年3月2日08:25",
        "本局接到报告时间||2026年3月2日08:50", "地点||三号井西翼", "现场情况||未知", "|顶板垮落|", "|已停产撤人|",
        "死亡人数||1|", "下落不明人数||未知|", "重伤人数||0|", "涉险人数||未知|", "直接经济损失（万元）||未知|",
        "一般事故（初判）", "报告人：应急局监管员1（应急局监管员）", "第十二条",
        "只经法定渠道报送，不得发入聊天群组",
    ):  # fmt: skip
        assert said in words, said


def test_a_follow_up_gives_the_figures_as_they_stand_and_marks_what_changed(accident: Any) -> None:
    accident.report(deaths="1", missing="2")
    accident.let_pass(hours=3)
    accident.do("follow-up", Role.BUREAU_OFFICER, note="搜救发现二人遇难", deaths="3", missing="0", course="顶板垮落")
    accident.leg()

    words = accident.paper("follow-up")

    for said in (
        "事故续报（第1次）", "本次续报内容：搜救发现二人遇难", "死亡人数||3（本次变化）", "下落不明人数||0（本次变化）",
        "重伤人数||未知|", "地点||三号井西翼", "|顶板垮落|", "较大事故（初判）",
    ):  # fmt: skip
        assert said in words, said


def test_a_paper_of_an_earlier_report_is_drawn_from_what_was_known_then(accident: Any) -> None:
    accident.report(deaths="1")
    accident.do("follow-up", Role.BUREAU_OFFICER, note="又一人遇难", deaths="2")
    accident.do("correct", Role.BUREAU_OFFICER, what="occurred_at", to="2026-03-02 08:10", reason="监控录像")
    accident.leg()

    assert "死亡人数||1|" in accident.paper("flash")
    assert "事故发生时间||2026年3月2日08:20" in accident.paper("flash")


def test_words_that_were_erased_are_printed_as_erased_not_as_unknown(accident: Any, county: Any) -> None:
    accident.report(course="张三被埋")
    erase_words(
        accident.tools.ledger, number=accident.number, seq=1, reason="依申请", actor=county.actor(Role.IT_ADMIN),
        key="erasing", now=county.now,
    )  # fmt: skip
    accident.leg()

    words = accident.paper("flash")

    assert "|（文字已删除）|" in words
    assert "张三" not in words
    assert "现场情况||未知" in words


def test_the_papers_of_the_inquiry_name_the_team_and_the_approval(accident: Any) -> None:
    accident.report()
    accident.do("team", Role.COMMITTEE_OFFICE, **_TEAM)
    accident.do("submit", Role.BUREAU_HEAD, document_no="报告1")
    accident.do("approve", Role.COUNTY_LEADER, document_no="代政函〔2026〕9号", note="同意")
    accident.leg()

    team, approval = accident.paper("team"), accident.paper("approval")

    assert "代政函〔2026〕1号" in team
    assert "组长：某副县长。" in team
    assert "人民政府派员、应急管理部门派员、行业主管部门派员、监察机关派员、公安机关派员、工会派员。" in team
    assert "已邀请人民检察院。" in team
    assert "代政函〔2026〕9号" in approval
    assert "已经县人民政府批复" in approval
    assert "同意" in approval


def test_a_higher_government_that_approves_is_not_taken_for_the_county(accident: Any) -> None:
    accident.report(deaths="3")
    accident.do("hand-up", Role.COMMITTEE_OFFICE, receiver="市政府", document_no="代政函〔2026〕2号")
    accident.do("approve", Role.COMMITTEE_OFFICE, document_no="忻政函〔2026〕9号")
    accident.leg()

    assert "已经上级人民政府批复" in accident.paper("approval")
    assert "以上级人民政府批复原件为准" in accident.paper("approval")


# --- what leaves the machine ---------------------------------------------------------------------


def test_no_figure_and_no_word_of_a_report_leaves_in_a_notice(accident: Any, tally: Any) -> None:
    accident.report(deaths="37", missing="41", serious="53", loss_wan="6789", course="张三被埋", scene="井口坍塌")
    accident.leg()
    accident.do("supplement", Role.BUREAU_OFFICER, known_at="2026-03-02 08:55", deaths="38", note="李四不治")
    accident.leg()

    sent = "\n".join(f"{message.title}\n{message.body}" for _, message in tally.sent)
    bare = re.sub(r"SG-2026-\d{4}|T\d{8}|\d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d", "", sent)

    assert len(tally.sent) > 5
    for secret in ("37", "38", "41", "53", "6789", "张三", "李四", "坍塌", "三号井", "红星"):
        assert secret not in bare, secret


# --- the hour clocks -----------------------------------------------------------------------------


def _told_of(county: Any, about: str) -> list[tuple[int, str, str, str]]:
    """Return number of the rung, notice, post and status of everything that the clock told about a report."""
    found = county.rows(
        "SELECT acts.body, effects.name, effects.addressee, effects.status, effects.asks FROM effects"
        " JOIN acts ON acts.case_id = effects.case_id AND acts.seq = effects.caused_by"
        " WHERE effects.by_clock ORDER BY effects.id"
    )
    return [
        (json.loads(body)["content"]["rung"], name, addressee, status)
        for body, name, addressee, status, asks in found
        if asks.endswith(f":{about}")
    ]


@pytest.mark.parametrize(
    ("at", "rung", "told"),
    [
        ("09:50", 1, ["bureau_officer"]),
        ("10:20", 2, ["bureau_officer", "bureau_head"]),
        ("10:38", 3, ["bureau_officer", "bureau_head", "committee_office"]),
        ("10:50", 4, ["bureau_head", "committee_office", "county_leader"]),
    ],
)
def test_the_rungs_of_a_two_hour_clock_reach_holder_head_office_and_leader_at_their_instants(
    at: str, rung: int, told: list[str], accident: Any, county: Any, tools: Any
) -> None:
    accident.report()
    accident.leg()
    hour, minute = map(int, at.split(":"))
    county.now = county.now.set(hour=hour, minute=minute).subtract(seconds=1)
    sweep(tools, run_id="clock", now=county.now)
    assert rung not in {found for found, *_ in _told_of(county, "county-city")}

    county.now = county.now.add(seconds=1)
    sweep(tools, run_id="clock", now=county.now)

    name = "overdue" if rung == 4 else "reminder"
    assert [entry for entry in _told_of(county, "county-city") if entry[0] == rung] == [
        (rung, name, role, "performed") for role in told
    ]
    assert county.verified().holds


def test_what_was_sent_in_time_climbs_no_further(accident: Any, county: Any, tools: Any, tally: Any) -> None:
    accident.report()
    accident.leg()
    accident.let_pass(minutes=55)
    accident.do("send", Role.BUREAU_OFFICER, about="county-city", **_SENT)
    accident.leg()
    tally.sent.clear()
    accident.let_pass(hours=3)
    sweep(tools, run_id="clock", now=county.now)

    assert [rung for rung, *_ in _told_of(county, "county-city")] == [1]
    assert county.rows("SELECT status FROM duties WHERE about = 'county-city'") == [("done",)]


# --- by night ------------------------------------------------------------------------------------

_WATCH = "2026-03-02T08:00/2026-03-03T08:00|deputy|{leader}|{keeper},{other}"


@pytest.fixture
def watched(county: Any, tools: Any) -> Any:
    """Return a county whose bureau keeps a watch from Monday to Tuesday morning."""
    people = {key: county.persons[str(role)] for key, role in _ON_WATCH.items()}
    deed = Deed("publish", county.actor(Role.BUREAU_OFFICER), "roster", values={"shifts": [_WATCH.format(**people)]})
    tools.ledger.open_case("duty_watch", "bureau", deed, county.now.subtract(hours=2))
    return county


_ON_WATCH = {"leader": Role.COMMITTEE_OFFICE, "keeper": Role.DEPT_HEAD, "other": Role.TOWN_LEADER}


def test_a_report_at_three_in_the_morning_reaches_whoever_is_on_watch_at_once(
    watched: Any, accident: Any, tally: Any
) -> None:
    watched.now = watched.now.add(days=1).set(hour=3, minute=0)
    accident.report(occurred_at="2026-03-03 02:30", head_informed_at="2026-03-03 02:35", received_at="2026-03-03 02:55")
    tally.sent.clear()
    accident.leg()

    rows = watched.rows(
        "SELECT effects.addressee, notices.person_id, notices.status FROM notices JOIN effects"
        " ON effects.case_id = notices.case_id AND effects.key = notices.effect_key WHERE effects.name = 'reported'"
    )
    on_watch = {(role, watched.persons[str(_ON_WATCH[who])], "sent") for role, who in (
        ("watch_keeper", "keeper"), ("watch_keeper", "other"), ("watch_leader", "leader"),
    )}  # fmt: skip
    assert on_watch <= set(rows)
    assert {status for *_, status in rows} == {"sent"}, "an accident waits for no morning"
    asked = watched.rows("SELECT status, count(*) FROM notices WHERE lane <> 'urgent' GROUP BY status")
    assert asked == [] or dict(asked).keys() <= {"queued", "sent"}
    assert any("接到事故报告" in title for title in tally.titles)


def test_without_a_watch_the_heads_are_told_and_it_is_said_that_nobody_keeps_it(accident: Any, county: Any) -> None:
    accident.report()
    accident.leg()

    found = county.rows("SELECT addressee, status, reason FROM effects WHERE name = 'reported'")
    rows = {addressee: (status, reason) for addressee, status, reason in found}
    assert rows["bureau_head"][0] == rows["county_leader"][0] == "performed"
    assert rows["watch_keeper"] == ("cancelled", "岗位无人，无法通知；请登记该岗位的人员")
