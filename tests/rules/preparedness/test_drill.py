"""Drills: from the scheme over sign-in and injects to evaluation and improvement; and every lawful way out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from rules.actor import SUPERVISORS, UNIT_ROLES, Role
from rules.drill import DRILL
from rules.drill.acts import Change, Score
from rules.drill.facts import Facts, Outcome
from rules.drill.hosts import Host, Reach, Shape
from rules.errors import CaseClosed, ContentInvalid, NotYourTurn, SeparationOfDuties, TimeInvalid, WrongPost
from rules.standing import Status

_INJECTS = "1|0|值班室接到透水报告|值班室|5\n2|10|升井人数不符|调度室|15\n3|30|媒体到场|宣传组|30"
SAYS: dict[str, dict[str, Any]] = {
    "prepare": {
        "host": "command", "shape": "tabletop", "reach": "comprehensive", "title": "透水桌面推演",
        "plan": "YA-2026-0002", "command": "ZH-2026-0006", "line": "YN-2026-0001#3", "starts_at": "2026-06-10T09:00",
        "ends_at": "2026-06-10T11:00", "hall": "应急指挥大厅", "commander": "chief", "evaluators": "judge\njudge2",
        "participants": "p1\np2", "scenario": "铁矿透水", "injects": _INJECTS, "subjects": "信息报告\n指挥协调",
    },
    "approve": {"approved": "yes"},
    "decide-change": {"approved": "yes"},
    "change": {"reason": "汛情"},
    "absent": {"absent": "yes", "reason": "出差"},
    "skip": {"reason": "时间不够"},
    "respond": {"by": "值班室", "measure": "已核实"},
    "turn-real": {"number": "SG-2026-0007", "reason": "现场塌方"},
    "evaluate": {"score": "good", "finding": "无"},
    "report": {"revise": "no", "summary": "总结"},
    "improve": {"measure": "已更新"},
    "confirm": {"passed": "yes"},
    "revise": {"number": "YA-2026-0002"},
    "archive": {"document_no": "档2026-8"},
    "spot-check": {"passed": "yes", "finding": "属实"},
    "order-correction": {"ends_on": date(2026, 7, 31), "requirement": "重新演练"},
    "correct": {"measure": "已重演"},
    "recheck": {"passed": "yes"},
    "note": {"note": "说明"},
}  # fmt: skip
SAYS["amend"] = SAYS["prepare"]
_MINE = {"host": "unit", "command": None, "unit_kind": "mine", "plan": "YA-2026-0100"}


@pytest.fixture
def drill(played: Callable[..., Any]) -> Any:
    """Return a case without acts on Monday 2026-06-01 at 9:00."""
    return played(DRILL, SAYS, "2026-06-01T09:00")


@pytest.fixture
def approved(drill: Any) -> Any:
    """Return a command's drill that is approved for 2026-06-10, 9:00 to 11:00."""
    drill.do("prepare", Role.DEPT_OFFICER)
    drill.do("approve")
    return drill


@pytest.fixture
def arrive(someone: Callable[..., Any]) -> Callable[..., None]:
    """Return what signs people in themselves."""

    def sign_in(case: Any, *people: str, at: str = "2026-06-10T08:50", role: Role = Role.DEPT_OFFICER) -> None:
        for name in people:
            case.do("sign-in", someone(role, name), at=at, person=name)

    return sign_in


@pytest.fixture
def running(approved: Any, arrive: Any) -> Any:
    """Return the drill that began on its minute."""
    arrive(approved, "chief", "judge", "p1")
    approved.do("start", "director", at="2026-06-10T09:00")
    return approved


@pytest.fixture
def held(running: Any) -> Any:
    """Return the drill that was held until 11:00 with all its injects."""
    for number, at in (("1", "09:00"), ("2", "09:10"), ("3", "09:30")):
        running.do("inject", "director", at=f"2026-06-10T{at}", about=number)
    running.do("finish", "director", at="2026-06-10T11:00")
    return running


@pytest.fixture
def evaluated(held: Any) -> Any:
    """Return the drill of which both subjects were found good."""
    held.do("evaluate", "judge", about="信息报告")
    held.do("evaluate", "judge", about="指挥协调")
    return held


@pytest.fixture
def of_a_mine(drill: Any, arrive: Any, someone: Any) -> Any:
    """Return the drill of a mine, held, evaluated and reported to nobody yet."""
    drill.do("prepare", Role.UNIT_SAFETY, **_MINE)
    drill.do("approve")
    arrive(drill, "chief", role=Role.UNIT_HEAD)
    drill.do("start", "director", at="2026-06-10T09:00")
    for number in "123":
        drill.do("inject", someone(Role.UNIT_SAFETY, "director"), about=number)
    drill.do("finish", "director", at="2026-06-10T11:00")
    drill.do("evaluate", "judge", about="信息报告")
    drill.do("evaluate", "judge", about="指挥协调")
    drill.do("report")
    return drill


# --- the scheme ----------------------------------------------------------------------------------


def test_a_scheme_is_approved_and_everybody_invited(drill: Any) -> None:
    drill.do("prepare", Role.DEPT_OFFICER)
    assert drill.owed == {"approve": "county_leader drill-approve 2026-06-04"}
    assert drill.told == ["asked-approve county_leader"]

    drill.do("approve")

    assert drill.owed == {"start": "dept_officer drill-begin 2026-06-10 10:00"}
    assert drill.told == ["scheme paper", "invited named"]
    assert drill.facts.grade == "tabletop"


@pytest.mark.parametrize(
    ("host", "who", "holders"),
    [
        ("command", Role.COMMITTEE_OFFICE, "county_leader dept_officer"),
        ("government", Role.BUREAU_OFFICER, "county_leader bureau_officer"),
        ("department", Role.DEPT_OFFICER, "dept_head dept_officer"),
        ("township", Role.TOWN_CLERK, "town_leader town_clerk"),
        ("unit", Role.UNIT_HEAD, "unit_head unit_safety"),
    ],
)
def test_each_host_has_its_posts(drill: Any, host: str, who: Role, holders: str) -> None:
    drill.do("prepare", who, host=host, unit_kind="other")
    approver = drill.owed["approve"].split()[0]
    drill.do("approve", "head")
    assert f"{approver} {drill.owed['start'].split()[0]}" == holders


def test_a_returned_scheme_is_amended_and_approved_by_somebody_else(drill: Any, refusal: Any) -> None:
    drill.do("prepare", Role.DEPT_HEAD, host="department")
    with refusal(SeparationOfDuties, "drill-approve"):
        drill.do("approve", Role.DEPT_HEAD)
    drill.do("approve", "another head", approved="no")
    assert drill.owed == {"amend": "dept_officer drill-scheme 2026-06-08"}
    assert drill.told == ["asked-amend dept_officer"]

    drill.do("amend", host="department", hall="三楼会议室")
    assert drill.facts.scheme.hall == "三楼会议室"
    drill.do("approve", "another head")
    assert drill.facts.approved


@pytest.mark.parametrize(
    ("said", "kind", "clause", "word"),
    [
        ({"host": "unit"}, WrongPost, "drill-scheme", "单位"),
        ({"command": None}, ContentInvalid, "cmd-role", "指挥部编号"),
        ({"starts_at": "2026-06-01T09:00"}, TimeInvalid, "drill-scheme", "方案之后"),
        ({"ends_at": "2026-06-10T09:00"}, TimeInvalid, "drill-scheme", "开始之后结束"),
        ({"starts_at": "2027-01-05T09:00", "ends_at": "2027-01-05T10:00"}, TimeInvalid, "drill-scheme", "2027年放假"),
        ({"hall": None}, ContentInvalid, "drill-scheme", "场地"),
        ({"shape": "live"}, ContentInvalid, "drill-scheme", "安全措施"),
        ({"evaluators": "judge\nchief"}, SeparationOfDuties, "drill-evaluate", "总指挥"),
        ({"evaluators": "judge\njudge"}, ContentInvalid, "drill-scheme", "「评估人员」"),
        ({"participants": "p1\np1"}, ContentInvalid, "drill-scheme", "「参演人员」"),
        ({"subjects": "信息报告\n信息报告"}, ContentInvalid, "drill-evaluate", "评估科目"),
        ({"injects": "1|0|一|值班室"}, ContentInvalid, "drill-scheme", "写法不对"),
        ({"injects": "1|0|一|值班室|五"}, ContentInvalid, "drill-scheme", "写法不对"),
        ({"injects": "1|0|一|值班室|²"}, ContentInvalid, "drill-scheme", "写法不对"),
        ({"injects": "1|0||值班室|5"}, ContentInvalid, "drill-scheme", "处置单位"),
        ({"injects": "1|0|一||5"}, ContentInvalid, "drill-scheme", "处置单位"),
        ({"injects": "1|0|一|值班室|0"}, ContentInvalid, "drill-scheme", "大于零"),
        ({"injects": "1|0|一|甲|5\n3|5|三|甲|5"}, ContentInvalid, "drill-inject", "1、3"),
        ({"injects": "1|5|一|甲|5\n2|4|二|甲|5"}, ContentInvalid, "drill-inject", "先后"),
        ({"injects": "1|121|一|甲|5"}, ContentInvalid, "drill-inject", "结束以后"),
    ],
)  # fmt: skip
def test_a_scheme_that_cannot_be_held_is_refused(
    drill: Any, refusal: Any, said: dict[str, Any], kind: Any, clause: str, word: str
) -> None:
    with refusal(kind, clause, word):
        drill.do("prepare", Role.DEPT_OFFICER, **said)


def test_a_scheme_at_its_bounds_holds(drill: Any) -> None:
    drill.do(
        "prepare", Role.DEPT_OFFICER, shape="live", safety=True, starts_at="2026-06-01T09:01",
        ends_at="2026-06-01T09:06", injects="1|5|一|甲|1\n2|5|二|甲|1",
    )  # fmt: skip


def test_a_unit_says_what_kind_it_is(drill: Any, refusal: Any) -> None:
    with refusal(ContentInvalid, "drill-report", "单位类别"):
        drill.do("prepare", Role.UNIT_SAFETY, host="unit")


def test_a_command_without_commander_holds_no_drill(drill: Any, refusal: Any) -> None:
    drill.given = {"vacant": ["deputy", "commander"]}
    with refusal(ContentInvalid, "cmd-role", "没有在任的指挥长"):
        drill.do("prepare", Role.DEPT_OFFICER)
    drill.given = {"vacant": ["deputy"]}
    drill.do("prepare", Role.DEPT_OFFICER)


def test_two_drills_do_not_share_a_hall(drill: Any, refusal: Any) -> None:
    drill.given = {"clashes": ["YL-2026-0004"]}
    with refusal(ContentInvalid, "drill-scheme", "YL-2026-0004"):
        drill.do("prepare", Role.DEPT_OFFICER)
    drill.given = {}
    drill.do("prepare", Role.DEPT_OFFICER)
    drill.given = {"clashes": ["YL-2026-0004"]}
    with refusal(ContentInvalid, "drill-scheme", "YL-2026-0004"):
        drill.do("change", kind="postpone", starts_at="2026-06-11T09:00", ends_at="2026-06-11T10:00")


def test_before_the_rule_of_2019_no_drill_is_judged(played: Callable[..., Any], refusal: Any) -> None:
    early = played(DRILL, SAYS, "2019-08-31T09:00")
    with refusal(TimeInvalid, "drill-evaluate", "2019-08-31"):
        early.do("prepare", Role.DEPT_OFFICER)


# --- changes -------------------------------------------------------------------------------------


def test_a_drill_is_put_off_with_consent_and_everybody_told(approved: Any, refusal: Any) -> None:
    approved.do("absent", person="p2")
    later = {"starts_at": "2026-06-17T09:00", "ends_at": "2026-06-17T11:00"}
    with refusal(ContentInvalid, "drill-change", "新的开始"):
        approved.do("change", kind="postpone", starts_at="2026-06-17T09:00")
    with refusal(TimeInvalid, "drill-scheme", "2027年"):
        approved.do("change", kind="postpone", starts_at="2027-06-17T09:00", ends_at="2027-06-17T11:00")
    approved.do("change", Role.DEPT_HEAD, kind="postpone", **later)
    assert approved.owed["decide-change"] == "county_leader drill-change 2026-06-03"
    with refusal(NotYourTurn, "drill-begin", "申请变更"):
        approved.do("change", kind="cancel")

    approved.do("decide-change")

    assert approved.told == ["postponed named"]
    assert approved.owed == {"start": "dept_officer drill-begin 2026-06-17 10:00"}
    assert approved.facts.absent == frozenset()
    assert [str(change.kind) for change in approved.facts.changes] == ["postpone"]


def test_who_asks_for_a_change_does_not_decide_it(drill: Any, refusal: Any) -> None:
    drill.do("prepare", Role.DEPT_OFFICER, host="department")
    drill.do("approve", "head")
    drill.do("change", Role.BUREAU_HEAD, kind="cancel")
    with refusal(SeparationOfDuties, "drill-evaluate", "申请人"):
        drill.do("decide-change", Role.BUREAU_HEAD)
    drill.do("decide-change", "head", approved="no")
    assert drill.told == ["change-refused dept_officer"]
    assert set(drill.owed) == {"start"}
    drill.do("change", Role.BUREAU_HEAD, kind="cancel")


def test_a_drill_not_yet_approved_may_be_put_off_too(drill: Any) -> None:
    drill.do("prepare", Role.DEPT_OFFICER)
    drill.do("change", kind="postpone", starts_at="2026-06-17T09:00", ends_at="2026-06-17T11:00")
    drill.do("decide-change")
    assert set(drill.owed) == {"approve"}
    drill.do("approve", "another leader")
    assert drill.owed["start"].endswith("2026-06-17 10:00")


def test_a_cancelled_drill_ends_with_its_reason_on_record(approved: Any, refusal: Any) -> None:
    approved.do("change", kind="cancel")
    approved.do("decide-change")

    assert approved.told == ["cancelled named", "cancelled committee_office"]
    assert (approved.facts.status, approved.facts.outcome) == (Status.CLOSED, Outcome.CANCELLED)
    assert not approved.facts.fulfils(Reach.COMPREHENSIVE)
    with refusal(CaseClosed, "drill-evaluate"):
        approved.do("change", kind="cancel")


def test_a_merged_drill_names_the_other(approved: Any, refusal: Any) -> None:
    with refusal(ContentInvalid, "drill-change", "并入的演练编号"):
        approved.do("change", kind="merge")
    approved.do("change", kind="merge", number="YL-2026-0004")
    approved.do("decide-change")

    assert (approved.facts.outcome, approved.facts.merged_into) == (Outcome.MERGED, "YL-2026-0004")
    assert approved.told == ["merged named", "merged committee_office"]


def test_a_drill_on_paper_needs_no_hall_and_counts_for_nothing_comprehensive(approved: Any, refusal: Any) -> None:
    approved.do("change", kind="paper")
    approved.do("decide-change")
    assert approved.told == ["on-paper named"]
    assert (approved.facts.scheme.shape, approved.facts.scheme.hall) == ("paper", "")
    with refusal(ContentInvalid, "drill-change", "已经是书面推演"):
        approved.do("change", kind="paper")

    approved.do("start", "director", at="2026-06-10T09:00")
    for number in "123":
        approved.do("skip", "director", about=number)
    approved.do("finish", "director", at="2026-06-10T11:00")
    for subject in ("信息报告", "指挥协调"):
        approved.do("evaluate", "judge", about=subject)
    approved.do("report")
    assert approved.facts.outcome is Outcome.HELD
    assert not approved.facts.fulfils(Reach.COMPREHENSIVE)


def test_a_drill_that_begins_overtakes_a_change_that_nobody_decided(approved: Any, arrive: Any) -> None:
    approved.do("change", kind="cancel")
    arrive(approved, "chief")
    approved.do("start", at="2026-06-10T09:00")

    assert set(approved.owed) == {"finish"}
    assert approved.facts.change is None


# --- who is there --------------------------------------------------------------------------------


def test_people_sign_in_themselves_from_an_hour_before(approved: Any, arrive: Any, refusal: Any, someone: Any) -> None:
    with refusal(TimeInvalid, "drill-sign-in", "60 分钟"):
        arrive(approved, "p1", at="2026-06-10T07:59")
    arrive(approved, "p1", at="2026-06-10T08:00")
    with refusal(SeparationOfDuties, "drill-sign-in", "代签"):
        approved.do("sign-in", someone(Role.DEPT_OFFICER, "p1"), person="p2")
    with refusal(SeparationOfDuties, "drill-sign-in", "代签"):
        approved.do("sign-in", someone(Role.DEPT_OFFICER, "p2", acting_for="p1"), person="p2")
    with refusal(ContentInvalid, "drill-sign-in", "名单"):
        arrive(approved, "stranger")

    assert {who: f"{at:%H:%M}" for who, at in approved.facts.present.items()} == {"p1": "08:00"}
    assert approved.facts.missing == {"chief", "judge", "judge2", "p2"}


def test_who_is_on_record_as_absent_does_not_sign_in(approved: Any, arrive: Any, refusal: Any) -> None:
    with refusal(ContentInvalid, "drill-sign-in", "没有登记缺席"):
        approved.do("absent", person="p2", absent="no")
    with refusal(ContentInvalid, "drill-sign-in", "名单"):
        approved.do("absent", person="stranger")
    approved.do("absent", person="p2")
    assert approved.told == ["absent dept_officer"]
    with refusal(ContentInvalid, "drill-sign-in", "已登记缺席"):
        approved.do("absent", person="p2")
    with refusal(ContentInvalid, "drill-sign-in", "不能签到"):
        arrive(approved, "p2")

    approved.do("absent", person="p2", absent="no")
    arrive(approved, "p2")
    with refusal(ContentInvalid, "drill-sign-in", "已经签到"):
        approved.do("absent", person="p2")


# --- the drill itself ----------------------------------------------------------------------------


def test_a_drill_begins_with_its_commander_and_not_too_early(approved: Any, arrive: Any, refusal: Any) -> None:
    arrive(approved, "p1", at="2026-06-10T08:00")
    with refusal(NotYourTurn, "drill-begin", "总指挥"):
        approved.do("start")
    arrive(approved, "chief", at="2026-06-10T08:00")
    with refusal(TimeInvalid, "drill-begin", "过早"):
        approved.do("start", happened_at="2026-06-10T07:59")
    approved.do("start", at="2026-06-10T08:00")

    assert approved.told == []
    assert approved.owed == {"finish": "dept_officer drill-end 2026-06-10 12:00"}
    assert approved.facts.outcome is Outcome.RUNNING


def test_a_drill_that_does_not_begin_is_told_to_others(approved: Any) -> None:
    approved.until(approved.now.add(days=10))

    told = [
        f"{effect.name} {effect.addressee}" for step in approved.steps for effect in step.effects if effect.by_clock
    ]
    assert told == [
        "reminder dept_officer", "overdue dept_officer", "overdue bureau_officer", "overdue bureau_officer",
        "overdue committee_office",
    ]  # fmt: skip
    assert approved.facts.is_overdue


def test_injects_are_released_in_order_and_responses_timed(running: Any, refusal: Any) -> None:
    with refusal(NotYourTurn, "drill-inject", "下一条是 1"):
        running.do("inject", about="2")
    with refusal(NotYourTurn, "drill-inject", "还没有释放"):
        running.do("respond", Role.TOWN_CLERK, about="1")
    with refusal(TimeInvalid, "drill-inject", "早于上一条情景"):
        running.do("inject", about="1", happened_at="2026-06-10T08:59")
    running.do("inject", about="1", at="2026-06-10T09:01")
    with refusal(TimeInvalid, "drill-inject", "早于情景释放"):
        running.do("respond", Role.TOWN_CLERK, about="1", happened_at="2026-06-10T09:00")
    running.do("respond", Role.TOWN_CLERK, about="1", at="2026-06-10T09:06")
    with refusal(NotYourTurn, "drill-inject", "下一条是 2"):
        running.do("skip", about="3")
    running.do("inject", about="2", at="2026-06-10T09:10")
    running.do("respond", Role.DEPT_OFFICER, about="2", by="调度室", at="2026-06-10T09:26")
    running.do("skip", about="3")
    with refusal(NotYourTurn, "drill-inject", "已释放的：1、2"):
        running.do("respond", Role.DEPT_OFFICER, about="3")
    with refusal(NotYourTurn, "drill-inject", "都已释放"):
        running.do("inject", about="4")

    assert [(each.no, each.by, each.minutes, each.in_time) for each in running.facts.responses] == [
        (1, "值班室", 5, True), (2, "调度室", 16, False),
    ]  # fmt: skip
    assert running.facts.unanswered == ()


def test_an_inject_that_nobody_answered_is_seen(held: Any) -> None:
    assert held.facts.unanswered == (1, 2, 3)


def test_a_drill_does_not_end_with_injects_left(running: Any, refusal: Any) -> None:
    with refusal(NotYourTurn, "drill-end", "情景 1"):
        running.do("finish")
    for number in "123":
        running.do("skip", about=number, at=f"2026-06-10T09:3{number}")
    with refusal(TimeInvalid, "drill-inject", "最后一条情景"):
        running.do("finish", happened_at="2026-06-10T09:32")
    running.do("finish")


def test_a_drill_that_turns_real_stops_at_once_and_names_the_accident(running: Any, refusal: Any) -> None:
    running.do("inject", about="1")
    with refusal(ContentInvalid, "drill-real", "事故首报"):
        running.do("turn-real", Role.UNIT_SAFETY, number="YH-2026-0007")
    running.do("turn-real", Role.UNIT_SAFETY)

    assert (running.facts.outcome, running.facts.incident) == (Outcome.REAL, "SG-2026-0007")
    assert running.facts.status is Status.CLOSED
    assert running.told == ["turned-real named", "turned-real bureau_officer", "turned-real county_leader"]
    assert running.owed == {}
    assert not running.facts.fulfils(Reach.COMPREHENSIVE)
    with refusal(CaseClosed, "drill-evaluate"):
        running.do("inject", about="2")


# --- after it ------------------------------------------------------------------------------------


def test_each_subject_is_evaluated_by_somebody_who_did_not_lead(held: Any, refusal: Any, someone: Any) -> None:
    assert held.owed == {
        "evaluate 信息报告": "dept_officer drill-evaluate 2026-06-17",
        "evaluate 指挥协调": "dept_officer drill-evaluate 2026-06-17",
    }
    for who in ("chief", "director"):
        with refusal(SeparationOfDuties, "drill-evaluate", "没有参与指挥"):
            held.do("evaluate", who, about="信息报告")
    with refusal(SeparationOfDuties, "drill-evaluate"):
        held.do("evaluate", someone(Role.DEPT_OFFICER, "friend", acting_for="chief"), about="信息报告")
    with refusal(NotYourTurn, "drill-evaluate"):
        held.do("evaluate", "judge", about="后勤保障")
    held.do("evaluate", "judge", about="信息报告")
    assert "report" not in held.owed
    held.do("evaluate", "judge2", about="指挥协调", score="fair")

    assert held.owed == {"report": "dept_officer drill-summary 2026-06-25"}
    assert {subject: str(sheet.score) for subject, sheet in held.facts.sheets.items()} == {
        "信息报告": "good", "指挥协调": "fair",
    }  # fmt: skip


def test_who_released_injects_or_skipped_them_led_the_drill(running: Any, refusal: Any) -> None:
    running.do("inject", "voice", about="1")
    running.do("skip", "second voice", about="2")
    running.do("skip", "director", about="3")
    running.do("finish", "closer", at="2026-06-10T11:00")
    for who in ("voice", "second voice", "closer"):
        with refusal(SeparationOfDuties, "drill-evaluate"):
            running.do("evaluate", who, about="信息报告")


def test_a_report_without_anything_to_do_leads_to_the_file(evaluated: Any) -> None:
    evaluated.do("report")
    assert evaluated.told == ["report paper", "asked-archive dept_officer"]
    assert evaluated.facts.fulfils(Reach.COMPREHENSIVE)
    assert evaluated.facts.fulfils(Reach.SPECIFIC)
    assert not evaluated.facts.fulfils(Reach.ON_SITE)

    evaluated.do("archive")
    assert evaluated.told == ["file paper"]
    assert evaluated.facts.status is Status.CLOSED


def test_improvements_have_owners_and_are_confirmed_by_others(evaluated: Any, refusal: Any) -> None:
    evaluated.do("report", actions="1|更新通讯录|dept_officer|2026-06-30\n2|补充水泵|应急局监管员|2026-07-31")
    assert evaluated.owed == {
        "improve 1": "dept_officer drill-improve 2026-06-30", "improve 2": "bureau_officer drill-improve 2026-07-31",
    }  # fmt: skip
    evaluated.do("improve", "worker", about="1")
    with refusal(SeparationOfDuties, "drill-confirm"):
        evaluated.do("confirm", "worker", about="1")
    evaluated.do("confirm", "boss", about="1", passed="no")
    assert evaluated.told == ["returned dept_officer", "asked-improve dept_officer"]
    assert evaluated.owed["improve 1"].endswith("2026-06-30")
    evaluated.do("improve", "worker", about="1")
    evaluated.do("confirm", "boss", about="1")
    assert evaluated.facts.actions["1"].confirmed
    assert "archive" not in evaluated.owed
    evaluated.do("improve", Role.BUREAU_OFFICER, about="2")
    evaluated.do("confirm", "boss", about="2")

    assert evaluated.owed == {"archive": "dept_officer drill-archive 2026-07-09"}


@pytest.mark.parametrize(
    ("said", "kind", "clause", "word"),
    [
        ({"actions": "1|更新|dept_officer"}, ContentInvalid, "drill-improve", "写法不对"),
        ({"actions": "1|更新|nobody|2026-07-10"}, ContentInvalid, "drill-improve", "写法不对"),
        ({"actions": "1|更新|auditor|2026-07-10"}, ContentInvalid, "drill-improve", "责任岗位"),
        ({"actions": "1||dept_officer|2026-07-10"}, ContentInvalid, "drill-improve", "措施"),
        ({"actions": "|更新|dept_officer|2026-07-10"}, ContentInvalid, "drill-improve", "序号"),
        ({"actions": "1|更新|dept_officer|明天"}, ContentInvalid, "drill-improve", "写法不对"),
        ({"actions": "1|甲|dept_officer|2026-07-10\n1|乙|dept_officer|2026-07-10"}, ContentInvalid, "drill-improve",
         "重复"),
        ({"actions": "1|更新|dept_officer|2026-06-09"}, TimeInvalid, "drill-improve", "早于总结"),
        ({"actions": "1|更新|乡镇安监员|2026-07-10"}, ContentInvalid, "drill-improve", "没有人"),
    ],
)  # fmt: skip
def test_improvements_that_cannot_be_owed_are_refused(
    evaluated: Any, refusal: Any, said: dict[str, Any], kind: Any, clause: str, word: str
) -> None:
    with refusal(kind, clause, word):
        evaluated.do("report", **said)


@pytest.mark.parametrize(
    ("host", "who", "refused"),
    [
        ("command", Role.DEPT_OFFICER, "unit_fixer unit_safety unit_head town_clerk town_leader"),
        ("government", Role.BUREAU_OFFICER, "unit_fixer unit_safety unit_head town_clerk town_leader"),
        ("department", Role.DEPT_OFFICER, "unit_fixer unit_safety unit_head town_clerk town_leader"),
        ("township", Role.TOWN_CLERK, "unit_fixer unit_safety unit_head dept_officer dept_head"),
        ("unit", Role.UNIT_SAFETY, ""),
    ],
)
def test_an_improvement_is_owed_by_a_post_that_the_host_has(drill: Any, host: str, who: Role, refused: str) -> None:
    drill.do("prepare", who, host=host, unit_kind="other")
    owners = drill.facts.scheme.host.posts.owners
    assert (UNIT_ROLES | SUPERVISORS) - owners == frozenset(map(Role, refused.split()))


def test_everybody_in_the_scheme_is_named_and_may_come_from_anywhere(drill: Any) -> None:
    assert DRILL.named_in(drill.facts) == frozenset()
    drill.do("prepare", Role.DEPT_OFFICER)
    assert DRILL.named_in(drill.facts) == {"chief", "judge", "judge2", "p1", "p2"}
    assert DRILL.guest_acts == {"sign-in", "respond", "turn-real", "evaluate", "note"}


def test_injects_are_secret_to_guests_who_play_until_it_is_over(running: Any) -> None:
    def secret() -> set[str]:
        return {who for who in ("chief", "judge", "judge2", "p1", "p2") if running.facts.is_secret_to(who)}

    assert not DRILL.nothing.is_secret_to("p1")
    assert secret() == {"p1", "p2"}
    for number in "123":
        running.do("inject", "director", about=number)
    running.do("finish", "director")
    assert secret() == set()


def test_a_member_of_the_leadership_takes_part(running: Any, arrive: Any) -> None:
    arrive(running, "p2", at="2026-06-10T09:01", role=Role.LEADERSHIP)
    running.do("inject", "director", at="2026-06-10T09:02", about="1")
    running.do("respond", Role.LEADERSHIP, about="1")
    assert "p2" in running.facts.present


def test_what_was_poor_is_improved_and_what_is_wrong_with_the_plan_goes_to_it(held: Any, refusal: Any) -> None:
    held.do("evaluate", "judge", about="信息报告", score="poor")
    held.do("evaluate", "judge", about="指挥协调", major=True)
    with refusal(ContentInvalid, "drill-improve", "差"):
        held.do("report", revise="yes")
    with refusal(ContentInvalid, "plan-revise", "修订预案"):
        held.do("report", actions="1|重训|dept_officer|2026-06-30")
    held.do("report", actions="1|重训|dept_officer|2026-06-10", revise="yes")
    assert held.owed["revise"] == "dept_officer drill-revise 2026-06-17"
    held.do("revise")
    held.do("improve", "worker", about="1")
    held.do("confirm", "boss", about="1")
    assert set(held.owed) == {"archive"}


def test_a_mine_reports_its_drill_to_the_department(of_a_mine: Any) -> None:
    assert of_a_mine.owed == {"submit": "unit_safety drill-report 2026-06-25"}
    of_a_mine.do("submit")
    assert of_a_mine.told == ["submitted dept_officer", "asked-archive unit_safety"]
    assert of_a_mine.facts.submitted


def test_a_spot_check_that_finds_fault_leads_to_a_correction(of_a_mine: Any, refusal: Any) -> None:
    of_a_mine.do("submit")
    of_a_mine.do("archive")
    assert of_a_mine.facts.status is Status.CLOSED
    of_a_mine.do("spot-check", Role.DEPT_OFFICER)
    assert (of_a_mine.facts.status, of_a_mine.told) == (Status.CLOSED, ["spot-check paper"])

    of_a_mine.do("spot-check", Role.DEPT_OFFICER, passed="no", draw="YN-2026-0001#1")
    assert of_a_mine.facts.status is Status.OPEN
    assert of_a_mine.owed == {"order-correction": "dept_officer drill-order 2026-06-17"}
    with refusal(NotYourTurn, "drill-order"):
        of_a_mine.do("spot-check", Role.DEPT_OFFICER)
    with refusal(ContentInvalid, "drill-correct", "不早于今日"):
        of_a_mine.do("order-correction", ends_on=date(2026, 6, 9))
    of_a_mine.do("order-correction", ends_on=date(2026, 6, 10))
    assert of_a_mine.told == ["correction-order paper", "asked-correct unit_head"]
    assert of_a_mine.owed == {"correct": "unit_head drill-correct 2026-06-10"}
    of_a_mine.do("correct", Role.UNIT_SAFETY)
    assert of_a_mine.owed == {"recheck": "dept_officer drill-recheck 2026-06-17"}
    with refusal(ContentInvalid, "drill-correct", "改正期限"):
        of_a_mine.do("recheck", passed="no")
    of_a_mine.do("recheck", passed="no", ends_on=date(2026, 8, 31))
    assert of_a_mine.owed == {"correct": "unit_head drill-correct 2026-08-31"}
    of_a_mine.do("correct")
    of_a_mine.do("recheck")
    assert of_a_mine.told == ["corrected unit_head"]
    assert of_a_mine.facts.status is Status.CLOSED


def test_a_drill_still_open_stays_so_after_its_correction(of_a_mine: Any) -> None:
    of_a_mine.do("spot-check", Role.DEPT_OFFICER, passed="no")
    of_a_mine.do("order-correction")
    of_a_mine.do("correct")
    of_a_mine.do("submit")
    of_a_mine.do("archive")
    assert of_a_mine.facts.status is Status.OPEN
    of_a_mine.do("recheck")
    assert of_a_mine.facts.status is Status.CLOSED


def test_offices_check_units_that_must_report_only(held: Any, refusal: Any) -> None:
    with refusal(NotYourTurn, "drill-evaluate", "抽查"):
        held.do("spot-check", Role.DEPT_OFFICER)


def test_nobody_but_whoever_answers_for_the_host_approves(drill: Any, refusal: Any) -> None:
    drill.do("prepare", Role.DEPT_OFFICER)
    for act in ("approve", "decide-change"):
        if act == "decide-change":
            drill.do("change", Role.DEPT_OFFICER, kind="cancel")
        with refusal(WrongPost, "drill-scheme", "分管县领导"):
            drill.do(act, Role.BUREAU_HEAD)
    with refusal(NotYourTurn, "drill-approve", "制定演练方案"):
        drill.do("prepare", Role.DEPT_OFFICER)
    with refusal(NotYourTurn, "drill-approve", "签到"):
        drill.do("sign-in", Role.DEPT_OFFICER, person="p1")


def test_nobody_of_another_side_runs_a_drill(approved: Any, refusal: Any) -> None:
    for act, who in (("start", Role.TOWN_CLERK), ("change", Role.UNIT_HEAD)):
        with refusal(WrongPost, "drill-scheme", "您的岗位是"):
            approved.do(act, who, kind="cancel") if act == "change" else approved.do(act, who)
        assert not approved.may(act, who)


def test_an_empty_case_is_no_drill(drill: Any, refusal: Any) -> None:
    facts = DRILL.nothing
    assert (facts.grade, facts.missing, facts.next_inject, facts.must_submit) == (None, frozenset(), None, False)
    assert not facts.fulfils(Reach.SPECIFIC)
    with refusal(NotYourTurn, "drill-evaluate", "申请变更"):
        drill.do("change", Role.DEPT_OFFICER, kind="cancel")
    assert [act.label for act in type(next(iter(DRILL.forms)))] == [form.label for form in DRILL.forms.values()]
    assert {host.value for host in Host} == set(DRILL.labels["host"])


# --- finer points --------------------------------------------------------------------------------


def _only_the_side(case: Any, kind: str, **content: Any) -> None:
    assert case.may(kind, Role.DEPT_OFFICER, **content), kind
    assert not case.may(kind, Role.TOWN_CLERK, **content), kind


def test_what_the_host_does_nobody_else_does(drill: Any, arrive: Any) -> None:
    drill.do("prepare", Role.DEPT_OFFICER)
    drill.do("approve", approved="no")
    _only_the_side(drill, "amend")
    drill.do("amend", Role.DEPT_OFFICER)
    assert set(drill.owed) == {"approve"}
    drill.do("approve")
    _only_the_side(drill, "absent")
    arrive(drill, "chief")
    drill.do("start", "director", at="2026-06-10T09:00")
    for kind in ("inject", "skip", "finish"):
        _only_the_side(drill, kind)
    for about in "123":
        drill.do("inject", "director", about=about)
    drill.do("finish", "director")
    drill.do("evaluate", "judge", about="信息报告")
    drill.do("evaluate", "judge", about="指挥协调")
    _only_the_side(drill, "report")
    drill.do("report", actions="1|更新|dept_officer|2026-06-30", revise="yes")
    assert drill.facts.revises
    _only_the_side(drill, "revise")
    drill.do("improve", "worker", about="1")
    _only_the_side(drill, "confirm", about="1")
    drill.do("confirm", "boss", about="1")
    assert "archive" not in drill.owed, "the plan has not been asked to be revised"
    drill.do("revise")
    _only_the_side(drill, "archive")
    drill.do("archive")
    assert drill.may("note", Role.TOWN_CLERK)
    drill.do("note", Role.TOWN_CLERK)


def test_nothing_of_the_report_is_left_when_the_file_is_owed(of_a_mine: Any) -> None:
    assert of_a_mine.facts.reported
    again = of_a_mine.fork()
    again.do("submit")
    assert set(again.owed) == {"archive"}


def test_a_confirmation_that_is_owed_keeps_the_file_open(drill: Any, arrive: Any, someone: Any) -> None:
    drill.do("prepare", Role.UNIT_SAFETY, **_MINE)
    drill.do("approve")
    assert not drill.may("spot-check", Role.DEPT_OFFICER), "it has not been held"
    arrive(drill, "chief", role=Role.UNIT_HEAD)
    drill.do("start", "director", at="2026-06-10T09:00")
    for number in "123":
        drill.do("inject", someone(Role.UNIT_SAFETY, "director"), about=number)
    drill.do("finish", "director")
    drill.do("evaluate", "judge", about="信息报告")
    drill.do("evaluate", "judge", about="指挥协调")
    drill.do("report", actions="1|更新|unit_fixer|2026-06-30\n2|增泵|unit_head|2026-06-30")
    for kind in ("improve", "confirm"):
        with pytest.raises(NotYourTurn):
            drill.do(kind, Role.UNIT_HEAD, about="9")
    drill.do("improve", Role.UNIT_FIXER, about="1")
    with pytest.raises(NotYourTurn):
        drill.do("confirm", Role.UNIT_SAFETY, about="2")
    drill.do("improve", Role.UNIT_HEAD, about="2")
    drill.do("confirm", Role.UNIT_SAFETY, about="2")
    drill.do("submit")
    assert set(drill.owed) == {"confirm 1"}


def test_one_spot_check_at_a_time_and_each_fault_counts(of_a_mine: Any) -> None:
    for faults in (1, 2):
        of_a_mine.do("spot-check", Role.DEPT_OFFICER, passed="no")
        assert of_a_mine.facts.faults == faults
        of_a_mine.do("order-correction")
        assert not of_a_mine.may("spot-check", Role.DEPT_OFFICER)
        of_a_mine.do("correct")
        assert not of_a_mine.may("spot-check", Role.DEPT_OFFICER)
        of_a_mine.do("recheck")


def test_a_drill_that_is_over_is_neither_changed_nor_signed_in_to(held: Any) -> None:
    assert not held.may("change", Role.DEPT_OFFICER)
    assert not held.may("sign-in", Role.DEPT_OFFICER)
    assert not held.facts.fulfils(Reach.COMPREHENSIVE), "nobody has reported it"


def test_a_drill_on_paper_from_the_beginning(drill: Any, refusal: Any) -> None:
    drill.do("prepare", Role.DEPT_OFFICER, shape="paper", hall=None)
    drill.do("approve")
    with refusal(ContentInvalid, "drill-change", "延期应写明"):
        drill.do("change", Role.DEPT_OFFICER, kind="postpone", ends_at="2026-06-11T11:00")
    drill.do("change", Role.DEPT_OFFICER, kind="cancel")
    assert [duty.blocks for duty in drill.facts.live.values() if duty.act == "decide-change"] == [False]
    drill.do("decide-change", approved="no")
    drill.do("start", at="2026-06-10T09:00")
    with refusal(NotYourTurn, "drill-inject", "已释放的：无"):
        drill.do("respond", Role.DEPT_OFFICER, about="1")


def test_an_amended_scheme_is_checked_like_the_first(drill: Any, refusal: Any) -> None:
    drill.do("prepare", Role.DEPT_OFFICER)
    drill.do("approve", approved="no")
    with refusal(ContentInvalid, "drill-scheme", "场地"):
        drill.do("amend", Role.DEPT_OFFICER, hall=None)


def test_whoever_had_signed_in_signs_in_again_on_the_new_day(approved: Any, arrive: Any) -> None:
    arrive(approved, "chief", "p1")
    approved.do("absent", Role.DEPT_OFFICER, person="p2")
    approved.do("change", Role.DEPT_OFFICER, kind="postpone", starts_at="2026-06-12T09:00", ends_at="2026-06-12T10:30")
    approved.do("decide-change")
    assert (dict(approved.facts.present), approved.facts.absent) == ({}, frozenset())
    assert approved.facts.scheme.ends_at.format("YYYY-MM-DD HH:mm") == "2026-06-12 10:30"
    assert len(approved.facts.live) == 1


def test_with_its_beginning_nothing_is_asked_any_more(approved: Any, arrive: Any) -> None:
    arrive(approved, "chief")
    approved.do("change", Role.DEPT_OFFICER, kind="cancel")
    assert approved.facts.asked_by
    approved.do("start", "director", at="2026-06-10T09:00")
    assert approved.facts.asked_by == {}


def test_a_response_is_timed_against_the_target_of_its_own_inject(running: Any) -> None:
    running.do("inject", "director", at="2026-06-10T09:00", about="1")
    running.do("inject", "director", at="2026-06-10T09:01", about="2")
    running.do("respond", "worker", at="2026-06-10T09:06", about="1")
    running.do("respond", "worker", about="2")
    assert [(each.no, each.minutes, each.in_time) for each in running.facts.responses] == [(1, 6, False), (2, 5, True)]


@pytest.mark.parametrize("line", ["1|-5|一|甲|5", "１|0|一|甲|5", "1|0|一|甲|五", "1|0|一|甲|５"])
def test_numbers_of_an_inject_are_plain_digits(drill: Any, refusal: Any, line: str) -> None:
    with refusal(ContentInvalid, "drill-scheme", "写法不对"):
        drill.do("prepare", Role.DEPT_OFFICER, injects=line)


def test_only_a_comprehensive_drill_counts_for_more_than_itself() -> None:
    covered = {(has, wanted) for has in Reach for wanted in Reach if has.covers(wanted)}
    assert covered == {(reach, reach) for reach in Reach} | {(Reach.COMPREHENSIVE, Reach.SPECIFIC)}


def test_everything_has_a_word_and_nothing_is_done_at_the_beginning() -> None:
    words = {"grade": Shape, "reach": Reach, "outcome": Outcome, "host": Host, "change": Change, "score": Score}
    assert {name: {each.value for each in kind} for name, kind in words.items()} == {
        name: set(DRILL.labels[name]) for name in words
    }
    for facts in (Facts(), DRILL.nothing):
        done = (facts.approved, facts.revises, facts.reported, facts.submitted, facts.archived, facts.faults)
        assert done == (False, False, False, False, False, 0)


def test_an_improvement_begins_unconfirmed(evaluated: Any) -> None:
    evaluated.do("report", actions="1|更新|dept_officer|2026-06-30")
    assert not evaluated.facts.actions["1"].confirmed
