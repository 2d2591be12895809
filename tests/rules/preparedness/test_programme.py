"""Programmes: what each asks is owed by its day, entries are closed by two people, accidents cost a name, ends hold."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.programme import tell
from rules import rulebook as rulebook_module
from rules.actor import Role, clock
from rules.errors import (
    ActRefused,
    CaseClosed,
    ContentInvalid,
    NotYourTurn,
    SeparationOfDuties,
    TimeInvalid,
    WrongPost,
)
from rules.picture import BEGIN, END
from rules.programme import MEMBER_STATES, OUTCOMES, PROGRAMME, STATES, Outcome, ProgrammeAct, State
from rules.programme.acts import HANDS
from rules.programme.reading import Entry, write_entry
from rules.standing import Status

_TERM = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}
SAYS: dict[str, dict[str, Any]] = {
    "open": {"programme": "nine-projects", "title": "九大工程", "holder": "water", "role": "dept_head", **_TERM},
    "enter": {"object": "防洪工程", "person": "zhang", "measure": "堤防加固", "columns": ["主体完工"]},
    "enter-list": {"list": ["除险加固|li|坝体灌浆|2026-06-30|坝体", "引水工程|wang|管线|  |管线"]},
    "finish": {"about": "1", "content": "完工"},
    "check": {"about": "1", "passed": "yes"},
    "amend": {"about": "1", "reason": "汛期推迟"},
    "drop": {"about": "1", "why": "mistaken", "note": "重复"},
    "restore": {"about": "1"},
    "reach": {"about": "list-nine-projects", "content": "清单已建立"},
    "report": {
        "about": "2026-01", "progress": "推进", "figures": ["工程进度（%）|10"], "difficulties": "none",
    },
    "refer": {"about": "3", "items": ["1"]},
    "complete": {"summary": "总结"},
    "accept": {"passed": "yes"},
    "release": {"why": "merged"},
    "note": {"note": "说明"},
}  # fmt: skip
_CLERK, _HEAD = Role.DEPT_OFFICER, Role.DEPT_HEAD


@pytest.fixture
def opened(played: Callable[..., Any]) -> Callable[..., Any]:
    """Return what opens a programme at 00:30 on New Year's Day of 2026, by the clock."""

    def begin(at: str = "2026-01-01T00:30", **said: Any) -> Any:
        case = played(PROGRAMME, SAYS, at)
        case.do("open", clock("dai"), **said)
        return case

    return begin


@pytest.fixture
def nine(opened: Callable[..., Any]) -> Any:
    """Return one of the nine projects with one entry on its list, in January."""
    case = opened()
    case.do("enter", _CLERK, at="2026-01-20T09:00")
    return case


@pytest.fixture
def village(opened: Callable[..., Any]) -> Any:
    """Return a township's villages without accidents, with one on the list."""
    case = opened(programme="zero-villages", holder="qingshi", role="town_leader")
    case.do(
        "enter", Role.TOWN_CLERK, at="2026-01-20T09:00", object="qingshi-1", person=None, measure=None, columns=None
    )
    return case


def closed(case: Any, no: str = "1", *, clerk: Role = _CLERK, head: Role = _HEAD, proof: str = "") -> None:
    """Report an entry done and check it."""
    case.do("finish", clerk, about=no, day=case.now.date(), evidence=(f"done-{no}{proof}",))
    case.do("check", head, about=no, evidence=(f"check-{no}{proof}",))


# --- what is owed --------------------------------------------------------------------------------


def test_a_programme_owes_its_milestones_its_first_report_and_its_end_and_tells_once(opened: Any) -> None:
    case = opened()
    assert case.owed == {
        "reach list-nine-projects": "dept_head prog-nine 2026-04-30",
        "complete": "dept_head prog-nine-effect 2026-12-31",
        "report 2026-01": "dept_head prog-progress 2026-02-05",
    }
    assert case.told == ["opened dept_head"]
    assert (case.facts.grade, case.facts.holder) == ("project", "water")
    assert PROGRAMME.nothing.grade is None
    assert {duty.act for duty in case.facts.live.values() if duty.blocks} == {"reach", "complete"}
    assert PROGRAMME.named_in(case.facts) == frozenset()


def test_one_that_begins_for_the_county_in_mid_term_has_thirty_days_for_what_has_passed(opened: Any) -> None:
    case = opened("2026-09-10T09:00", first=date(2026, 9, 10))
    assert case.owed["reach list-nine-projects"] == "dept_head prog-nine 2026-10-10"
    late = opened("2026-12-20T09:00", first=date(2026, 12, 20))
    assert late.owed["reach list-nine-projects"] == "dept_head prog-nine 2026-12-31"


def test_one_without_list_or_reports_owes_none(opened: Any) -> None:
    assert set(opened(programme="zero-villages", holder="q", role="town_leader").owed) == {
        "reach list-zero-villages", "complete",
    }  # fmt: skip
    road = opened(programme="road", holder="transport")
    assert set(road.owed) == {"complete", "report 2026-01"}
    with pytest.raises(ContentInvalid, match="没有清单"):
        road.do("enter", _CLERK)


def test_a_campaign_of_fixed_days_has_milestones_in_each_of_its_years(opened: Any) -> None:
    three = {"programme": "three-year", "holder": "county", "role": "committee_office"}
    case = opened("2021-03-22T09:00", **three, first=date(2021, 3, 22), last=date(2022, 12, 31))
    assert case.owed["reach tasks-2022"] == "committee_office prog-list 2022-04-30"
    assert case.owed["report 2021-Q1"] == "committee_office prog-progress 2021-04-05"
    case.do("reach", Role.COMMITTEE_OFFICE, about="tasks-2021", day=date(2021, 3, 22), evidence=("a",))
    assert case.facts.awaited == ("system", "tasks-2022")


def test_each_report_is_followed_by_the_next_until_the_term_is_over_and_a_missed_one_stays(opened: Any) -> None:
    case = opened()
    with pytest.raises(WrongPost):
        case.do("report", Role.TOWN_CLERK, at="2026-01-31T15:00")
    case.do("report", _CLERK, at="2026-01-31T16:00")
    assert not [key for key in case.owed if key.startswith("refer")]
    assert case.facts.reporting == date(2026, 2, 1)
    assert case.owed["report 2026-02"] == "dept_head prog-progress 2026-03-05"
    with pytest.raises(TimeInvalid, match="尚未开始"):
        case.do("report", _CLERK, about="2026-02")
    case.until(case.now.set(month=4, day=1))
    assert {key for key in case.owed if key.startswith("report")} == {"report 2026-02", "report 2026-03"}
    case.do("report", _CLERK, about="2026-02")
    assert next(duty for duty in case.duties if duty.about == "2026-02").status == "late_done"
    assert "report 2026-04" not in case.owed
    case.until(case.now.set(month=4, day=20))
    case.until(case.now.set(year=2027, month=3))
    assert [key for key in case.owed if key > "report 2026-12"] == []
    assert len([duty for duty in case.duties if duty.act == "report"]) == 12


def test_an_old_report_is_made_good_while_the_next_one_has_not_begun(opened: Any) -> None:
    case = opened()
    case.until(case.now.set(month=2, day=20))
    case.do("report", _CLERK, about="2026-02")
    assert "report 2026-03" in case.owed
    case.do("report", _CLERK, about="2026-01")


def test_a_term_of_a_single_day_owes_its_report_too(opened: Any) -> None:
    case = opened("2026-12-31T09:00", first=date(2026, 12, 31))
    assert case.owed["report 2026-12"] == "dept_head prog-progress 2027-01-05"


def test_the_clocks_of_a_programme_run_from_its_first_day(opened: Any) -> None:
    started = {duty.act: duty.started_at.to_datetime_string() for duty in opened().duties}
    assert started == {
        "reach": "2026-01-01 00:00:00", "complete": "2026-01-01 00:00:00", "report": "2026-01-31 00:00:00",
    }  # fmt: skip


def test_what_a_unit_does_is_checked_by_the_department(opened: Any) -> None:
    case = opened(programme="substitution", role="unit_head", holder="redstar")
    case.do("enter", Role.UNIT_SAFETY, columns=["6"])
    case.do("finish", Role.UNIT_HEAD, day=date(2026, 1, 1), evidence=("a",))
    assert case.owed["check 1"].startswith("dept_head prog-check")
    assert not case.may("check", Role.UNIT_SAFETY)


def test_a_programme_that_is_not_in_use_is_not_started(played: Any, tmp_path: Path) -> None:
    shipped = Path(rulebook_module.__file__).parent
    for name in ("statutes", "county", "workdays", "criteria", "obligations", "programmes"):
        shutil.copytree(shipped / name, tmp_path / name)
    path = tmp_path / "programmes" / "projects.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace('id = "nine-projects"', 'id = "nine-projects"\ndisabled = "名称没有确认。"'), "utf-8")
    case = played(PROGRAMME, SAYS, "2026-01-01T09:00")
    case.rulebook = rulebook_module.Rulebook(tmp_path, "dai")
    with pytest.raises(ContentInvalid, match="没有启用：名称没有确认"):
        case.do("open", clock("dai"))


def test_an_outage_leaves_no_report_out(opened: Any) -> None:
    case = opened("2026-06-01T09:00")
    case.until(case.now.add(minutes=1))
    reports = {duty.about for duty in case.duties if duty.act == "report"}
    assert reports == {f"2026-0{month}" for month in range(1, 6)}


def test_a_breach_is_told_to_whoever_answers_and_to_the_post_above(opened: Any) -> None:
    case = opened()
    case.until(case.now.set(month=5, day=2))
    late = [step for act, step in zip(case.acts, case.steps, strict=True) if act.content.get("kind") == "overdue"]
    told = {effect.addressee for step in late for effect in step.effects}
    assert told == {Role.DEPT_HEAD, Role.COMMITTEE_OFFICE}
    assert case.facts.is_overdue


# --- the list ------------------------------------------------------------------------------------


def test_an_entry_is_closed_by_its_evidence_and_another_persons_check(nine: Any) -> None:
    assert nine.owed["finish 1"] == "dept_head prog-item 2026-12-31"
    assert nine.told == ["assigned named"]
    assert PROGRAMME.named_in(nine.facts) == {"zhang"}
    with pytest.raises(ContentInvalid, match="应附佐证 1 份：完成凭据"):
        nine.do("finish", _CLERK, day=date(2026, 1, 20))
    nine.do("finish", _CLERK, day=date(2026, 1, 20), hazards=["YH-2026-0001"], evidence=("a",))
    assert PROGRAMME.named_in(nine.facts) == frozenset()
    assert nine.facts.items["1"].hazards == ("YH-2026-0001",)
    assert nine.owed["check 1"] == "dept_head prog-check 2026-01-27"
    with pytest.raises(SeparationOfDuties, match="不能自己核查"):
        nine.do("check", nine.somebody("check", "dept_officer"))
    assert not nine.may("check", nine.somebody("check", "dept_officer"))
    assert nine.facts.items["1"].closed_on == date(2026, 1, 20)
    nine.until(nine.now.add(days=1))
    for stranger in (Role.TOWN_LEADER, Role.BUREAU_HEAD, Role.COMMITTEE_OFFICE):
        assert not nine.may("check", stranger)
    nine.do("check", _HEAD, passed="no")
    assert nine.owed["finish 1"] == "dept_head prog-item 2026-12-31"
    again = nine.facts.items["1"]
    assert (again.state, again.finished_by, again.closed_on) == (State.OPEN, frozenset(), None)
    assert nine.duties[-1].started_at == again.entered_at
    nine.until(nine.now.add(days=2))
    closed(nine)
    assert nine.facts.items["1"].state is State.CLOSED
    assert not [key for key in nine.owed if key.endswith(" 1")]
    with pytest.raises(NotYourTurn):
        nine.do("check", _HEAD)


def test_whoever_an_entry_names_may_report_it_done_and_nobody_else_from_outside(nine: Any, someone: Any) -> None:
    stranger, named = someone(Role.TOWN_CLERK, "somebody"), someone(Role.TOWN_CLERK, "zhang")
    assert not nine.may("finish", stranger)
    with pytest.raises(WrongPost, match="部门监管员、部门负责人"):
        nine.do("finish", stranger, day=date(2026, 1, 20), evidence=("a",))
    assert nine.may("finish", named)
    nine.do("enter", _CLERK, object="另一项", person="li")
    with pytest.raises(WrongPost):
        nine.do("finish", named, about="2", day=date(2026, 1, 20), evidence=("a",))
    assert not nine.may("complete", named)
    assert not nine.may("reach", named)
    nine.do("finish", named, day=date(2026, 1, 20), evidence=("a",))
    assert not nine.may("finish", named)


def test_a_list_is_entered_at_once_and_each_line_says_what_it_must(nine: Any) -> None:
    nine.do("enter-list", _CLERK)
    assert [(item.no, item.object, item.due) for item in nine.facts.items.values()] == [
        ("1", "防洪工程", date(2026, 12, 31)),
        ("2", "除险加固", date(2026, 6, 30)),
        ("3", "引水工程", date(2026, 12, 31)),
    ]
    assert PROGRAMME.named_in(nine.facts) == {"li", "wang"}
    written = write_entry(Entry("一", "zhang", "二", date(2026, 6, 30), ("三",)))
    assert written == "一|zhang|二|2026-06-30|三"
    assert write_entry(Entry("一", "", "", None, ())) == "一|||"
    for line, words in (
        ("甲|li|乙|六月|丙", "第 1 行"),
        ("|li|乙||丙", "没有写明对象"),
        ("甲||乙||丙", "责任人和措施"),
        ("甲|li|||丙", "责任人和措施"),
        ("甲|li|乙|", "里程碑"),
        ("甲|li|乙||", "里程碑"),
        ("甲|li|乙||丙|丁", "里程碑"),
        ("防洪工程|li|乙||丙", "已经在清单中"),
    ):
        with pytest.raises(ContentInvalid, match=words):
            nine.do("enter-list", _CLERK, list=[line])
    for due in ("2026-01-19", "2027-01-01"):
        with pytest.raises(TimeInvalid, match="应在"):
            nine.do("enter-list", _CLERK, list=[f"甲|li|乙|{due}|丙"])
    with pytest.raises(ContentInvalid, match="已经在清单中"):
        nine.do("enter-list", _CLERK, list=["甲|li|乙||丙", "甲|li|乙||丙"])


def test_a_list_of_members_asks_for_no_person_and_names_nobody(village: Any) -> None:
    assert village.told == []
    with pytest.raises(ContentInvalid, match="没有其他栏目"):
        village.do("enter", Role.TOWN_CLERK, object="qingshi-2", columns=["一"])


def test_a_line_of_a_list_may_be_a_code_alone_and_only_its_own_people_do_what_a_holder_owes(village: Any) -> None:
    village.do("enter-list", Role.TOWN_LEADER, list=["qingshi-2"])
    assert village.facts.items["2"].object == "qingshi-2"
    for kind, said in (
        ("enter", {"object": "x", "person": None, "measure": None, "columns": None}), ("enter-list", {"list": ["x"]}),
        ("reach", {"about": "list-zero-villages", "day": date(2026, 1, 20)}), ("complete", {}),
        ("finish", {"day": date(2026, 1, 20), "evidence": ("a",)}),
    ):  # fmt: skip
        for stranger in (_CLERK, Role.COMMITTEE_OFFICE, Role.BUREAU_HEAD, Role.UNIT_HEAD):
            assert not village.may(kind, stranger)
            with pytest.raises(WrongPost, match="乡镇安监员、乡镇分管领导"):
                village.do(kind, stranger, **said)


@pytest.mark.parametrize(
    ("programme", "role", "hands"),
    [
        ("nine-projects", "dept_head", "dept_head dept_officer"),
        ("zero-year", "bureau_head", "bureau_head bureau_officer"),
        ("zero-villages", "town_leader", "town_clerk town_leader"),
        ("substitution", "unit_head", "unit_head unit_safety"),
    ],
)
def test_each_post_that_answers_has_its_hands(opened: Any, programme: str, role: str, hands: str) -> None:
    case = opened(programme=programme, role=role)
    assert {str(post) for post in Role if case.may("complete", post)} == set(hands.split())


def test_every_state_and_outcome_has_words(opened: Any) -> None:
    del opened
    assert HANDS[Role.COUNTY_LEADER] == {Role.COUNTY_LEADER, Role.COMMITTEE_OFFICE}
    assert [MEMBER_STATES[state] for state in (State.OPEN, State.REPORTED, State.CLOSED)] == [
        "已申报", "待核验", "已核验",
    ]  # fmt: skip
    assert STATES.keys() == MEMBER_STATES.keys() == {state.value for state in State}
    assert [Outcome(key).label for key in OUTCOMES] == list(OUTCOMES.values())
    assert OUTCOMES.keys() == {outcome.value for outcome in Outcome}
    assert [act.label for act in ProgrammeAct] == [form.label for form in PROGRAMME.forms.values()]


def test_on_the_last_day_an_entry_can_still_be_made(nine: Any) -> None:
    nine.do("enter", _CLERK, at="2026-12-31T09:00", object="最后一天", due=date(2026, 12, 31))
    assert nine.owed["finish 2"] == "dept_head prog-item 2026-12-31"


def test_nothing_is_entered_when_the_term_is_over(nine: Any) -> None:
    with pytest.raises(TimeInvalid, match="已于 2026-12-31 届满"):
        nine.do("enter", _CLERK, at="2027-01-01T09:00", object="迟来的")


def test_an_entry_is_amended_by_the_head_alone_and_its_clock_goes_on(nine: Any) -> None:
    with pytest.raises(WrongPost):
        nine.do("amend", Role.BUREAU_HEAD, due=date(2026, 3, 1))
    with pytest.raises(ContentInvalid, match="没有写明要调整什么"):
        nine.do("amend", _HEAD)
    nine.until(nine.now.add(days=5))
    with pytest.raises(TimeInvalid, match="应在 2026-01-25 至本专项末日"):
        nine.do("amend", _HEAD, due=date(2026, 1, 22))
    nine.do("amend", _HEAD, measure="加宽")
    assert nine.facts.items["1"].measure == "加宽"
    nine.do("amend", _HEAD, due=date(2026, 3, 1), measure="加高")
    assert nine.facts.items["1"].person == "zhang"
    assert [duty.act for duty in nine.facts.live.values()].count("finish") == 1
    assert nine.owed["finish 1"] == "dept_head prog-item 2026-03-01"
    assert nine.told == []
    nine.do("amend", Role.COMMITTEE_OFFICE, person="li")
    assert nine.told == ["assigned named"]
    item = nine.facts.items["1"]
    assert (item.person, item.measure, item.due) == ("li", "加高", date(2026, 3, 1))
    assert len([duty for duty in nine.duties if duty.act == "finish"]) == 2


def test_an_entry_listed_by_mistake_is_dropped_with_words_and_may_be_listed_again(nine: Any) -> None:
    assert not nine.may("drop", Role.BUREAU_HEAD)
    with pytest.raises(ContentInvalid, match="应写明说明"):
        nine.do("drop", _HEAD, note=None)
    nine.fork().do("drop", clock("dai"), why="gone", note=None)
    with pytest.raises(ContentInvalid, match="不因事故退出"):
        nine.do("drop", _HEAD, why="incident", incident="SG-2026-0001")
    with pytest.raises(ContentInvalid, match="其他理由不写"):
        nine.do("drop", _HEAD, incident="SG-2026-0001")
    with pytest.raises(ContentInvalid, match="没有序号"):
        nine.do("drop", _HEAD, about="7")
    nine.do("drop", _HEAD)
    assert "finish 1" not in nine.owed
    with pytest.raises(NotYourTurn):
        nine.do("drop", _HEAD)
    nine.do("enter", _CLERK)
    with pytest.raises(NotYourTurn, match="目前不能办理"):
        nine.do("amend", _HEAD, measure="x")
    assert nine.facts.count(State.DROPPED, State.OPEN) == 2
    assert not nine.may("restore", Role.COMMITTEE_OFFICE)


def test_days_of_work_lie_between_the_entry_and_today(nine: Any) -> None:
    for day, words in ((date(2026, 1, 21), "尚未到来"), (date(2026, 1, 19), "早于列入清单")):
        with pytest.raises(TimeInvalid, match=words):
            nine.do("finish", _CLERK, day=day, evidence=("a",))


def test_no_file_proves_two_things(nine: Any) -> None:
    nine.do("reach", _CLERK, day=date(2026, 1, 20), evidence=("a",))
    for files in (("a",), ("b", "b")):
        with pytest.raises(ContentInvalid, match="佐证有重复"):
            nine.do("finish", _CLERK, day=date(2026, 1, 20), evidence=files)


# --- milestones and reports ----------------------------------------------------------------------


def test_a_milestone_is_reached_with_its_files_on_a_day_of_the_term(nine: Any, opened: Any) -> None:
    for day, words in ((date(2026, 1, 21), "尚未到来"), (date(2025, 12, 31), "早于本专项首日")):
        with pytest.raises(TimeInvalid, match=words):
            nine.do("reach", _CLERK, day=day, evidence=("a",))
    with pytest.raises(ContentInvalid, match="应附佐证 1 份"):
        nine.do("reach", _CLERK, day=date(2026, 1, 20))
    nine.do("reach", _CLERK, day=date(2026, 1, 20), evidence=("a",))
    assert (nine.facts.awaited, nine.facts.reached) == ((), {"list-nine-projects": date(2026, 1, 20)})
    with pytest.raises(NotYourTurn):
        nine.do("reach", _CLERK, day=date(2026, 1, 20), evidence=("b",))
    empty = opened()
    with pytest.raises(ContentInvalid, match="至少有 1 项，现有 0 项"):
        empty.do("reach", _CLERK, day=date(2026, 1, 1), evidence=("a",))
    empty.do("enter", _CLERK)
    empty.do("drop", _HEAD)
    with pytest.raises(ContentInvalid, match="现有 0 项"):
        empty.do("reach", _CLERK, day=date(2026, 1, 1), evidence=("a",))


def test_a_report_names_its_figures_and_whether_there_are_difficulties(nine: Any) -> None:
    for figures in (
        [],
        ["工程进度（%）|十"],
        ["工程进度（%）|10", "别的|1"],
        ["工程进度（%）"],
        ["工程进度（%）|１０"],
    ):
        with pytest.raises(ContentInvalid, match="应逐项写明：工程进度"):
            nine.do("report", _CLERK, figures=figures)
    for said in ({"difficulties": "some"}, {"difficulties": "none", "difficulty": "资金"}):
        with pytest.raises(ContentInvalid, match="请核对「困难和问题」"):
            nine.do("report", _CLERK, **said)
    with pytest.raises(ContentInvalid, match="清单中没有序号 9"):
        nine.do("report", _CLERK, difficulties="some", difficulty="资金", items=["9"])
    with pytest.raises(NotYourTurn):
        nine.do("report", _CLERK, about="2026-05")
    nine.do("report", _CLERK, difficulties="some", difficulty="资金", items=["1"])
    assert not [key for key in nine.owed if key.startswith("refer")]
    assert nine.facts.reports[0].items == ("1",)
    for kind in ("report", "refer"):
        assert not nine.may(kind, Role.TOWN_CLERK)


def test_difficulties_go_on_under_the_numbers_of_hazards_or_entries(nine: Any) -> None:
    nine.do("report", _CLERK, difficulties="some", difficulty="资金")
    assert nine.owed["refer 3"] == "dept_head prog-nine-difficulties 2026-01-27"
    with pytest.raises(ContentInvalid, match="登记为隐患或者列入清单"):
        nine.do("refer", _CLERK, items=None)
    with pytest.raises(ContentInvalid, match="没有序号 8"):
        nine.do("refer", _CLERK, items=["8"])
    nine.do("report", _CLERK, at="2026-02-10T09:00", about="2026-02", difficulties="some", difficulty="用地")
    assert not nine.may("refer", Role.TOWN_CLERK)
    with pytest.raises(WrongPost):
        nine.do("refer", Role.TOWN_CLERK)
    nine.fork().do("refer", _CLERK)
    nine.do("refer", _CLERK, items=None, hazards=["YH-2026-0002"])
    assert "refer 3" not in nine.owed
    assert nine.facts.reports[0].hazards == ("YH-2026-0002",)
    assert [report.is_referred for report in nine.facts.reports] == [True, False]


def test_a_report_of_no_figures_takes_none(opened: Any) -> None:
    case = opened(programme="unrest", holder="qingshi", role="town_leader")
    with pytest.raises(ContentInvalid, match="没有数字"):
        case.do("report", Role.TOWN_CLERK, about="2026-Q1")
    case.do("report", Role.TOWN_CLERK, about="2026-Q1", figures=None)
    assert "report 2026-Q2" in case.owed


# --- accidents -----------------------------------------------------------------------------------


def test_an_accident_costs_a_village_its_place_and_a_void_one_gives_it_back(village: Any) -> None:
    with pytest.raises(ContentInvalid, match="写明台账中的事故编号"):
        village.do("drop", Role.TOWN_LEADER, why="incident")
    village.do("drop", clock("dai"), why="incident", incident="SG-2026-0001", note=None)
    assert village.told == ["lost town_leader", "lost bureau_head"]
    assert village.facts.items["1"].state is State.LOST
    assert "finish 1" not in village.owed
    with pytest.raises(NotYourTurn):
        village.do("drop", Role.TOWN_LEADER)
    with pytest.raises(ContentInvalid, match="没有序号"):
        village.do("restore", Role.COMMITTEE_OFFICE, about="5")
    assert (village.facts.items["1"].before, village.facts.items["1"].incident) == (State.OPEN, "SG-2026-0001")
    village.do("restore", clock("dai"))
    assert village.told == ["restored town_leader", "restored bureau_head"]
    assert village.owed["finish 1"] == "town_leader prog-item 2026-12-31"


def test_what_was_verified_before_an_accident_is_verified_again_when_there_was_none(village: Any) -> None:
    closed(village, clerk=Role.TOWN_CLERK, head=Role.TOWN_LEADER)
    village.do("drop", Role.TOWN_LEADER, why="incident", incident="SG-2026-0001", note=None)
    village.do("restore", Role.BUREAU_HEAD)
    item = village.facts.items["1"]
    assert (item.state, item.incident) == (State.CLOSED, "")


def test_what_waited_for_its_check_is_done_again_when_the_accident_was_none(village: Any) -> None:
    village.do("finish", Role.TOWN_CLERK, day=date(2026, 1, 20), evidence=("a",))
    assert village.may("drop", Role.TOWN_LEADER)
    village.do("drop", Role.TOWN_LEADER, why="incident", incident="SG-2026-0001")
    assert "check 1" not in village.owed
    village.do("restore", Role.BUREAU_HEAD)
    item = village.facts.items["1"]
    assert (item.state, item.closed_on, item.finished_by, item.incident) == (State.OPEN, None, frozenset(), "")
    assert village.owed["finish 1"] == "town_leader prog-item 2026-12-31"


def test_a_verification_needs_papers_of_its_own(village: Any) -> None:
    village.do("finish", Role.TOWN_CLERK, day=date(2026, 1, 20), evidence=("a",))
    assert village.owed["check 1"] == "town_leader prog-zero-villages 2026-02-03"
    with pytest.raises(ContentInvalid, match="应附佐证 1 份"):
        village.do("check", Role.TOWN_LEADER)


# --- the end -------------------------------------------------------------------------------------


@pytest.fixture
def honoured(village: Any) -> Any:
    """Return a township whose year was verified."""
    closed(village, clerk=Role.TOWN_CLERK, head=Role.TOWN_LEADER)
    village.do("reach", Role.TOWN_CLERK, about="list-zero-villages", day=date(2026, 1, 20))
    with pytest.raises(ContentInvalid, match="没有完成的没有"):
        village.do("complete", Role.TOWN_CLERK, evidence=("summary",), left="没有")
    village.do("complete", Role.TOWN_CLERK, evidence=("summary",))
    assert set(village.owed) == {"accept"}
    with pytest.raises(ContentInvalid, match="应附佐证 1 份"):
        village.do("accept", Role.BUREAU_HEAD)
    village.do("accept", Role.BUREAU_HEAD, evidence=("count",))
    return village


def test_a_verified_year_honours_its_villages_which_can_still_lose_it(honoured: Any) -> None:
    facts = honoured.facts
    assert (facts.status, facts.outcome, facts.items["1"].state) == (
        Status.CLOSED, Outcome.ACCEPTED, State.HONOURED,
    )  # fmt: skip
    assert honoured.told == ["closing paper", "closed town_leader"]
    assert honoured.owed == {}
    assert honoured.may("drop", Role.TOWN_LEADER)
    assert not honoured.may("enter", Role.TOWN_CLERK)
    with pytest.raises(CaseClosed):
        honoured.do("enter", Role.TOWN_CLERK, object="qingshi-2", person=None, measure=None, columns=None)
    honoured.do("drop", Role.TOWN_LEADER, why="incident", incident="SG-2026-0001")
    assert honoured.facts.items["1"].state is State.LOST
    assert not honoured.may("drop", Role.TOWN_LEADER)
    honoured.do("restore", Role.COMMITTEE_OFFICE)
    assert honoured.facts.items["1"].state is State.HONOURED


def test_the_end_waits_for_milestones_and_for_what_can_still_be_closed(nine: Any) -> None:
    with pytest.raises(ContentInvalid, match="还没有完成：工程清单和里程碑、未销号 1 项"):
        nine.do("complete", _CLERK, evidence=("s",))
    nine.do("reach", _CLERK, day=date(2026, 1, 20), evidence=("a",))
    with pytest.raises(ContentInvalid, match="还没有完成：未销号 1 项。期限未到"):
        nine.do("complete", _CLERK, evidence=("s",), left="转入下一年")
    waiting = nine.fork()
    waiting.do("finish", _CLERK, day=date(2026, 1, 20), evidence=("b",))
    with pytest.raises(ContentInvalid, match="未销号 1 项"):
        waiting.do("complete", _CLERK, evidence=("s",))
    nine.until(nine.now.set(month=12, day=31))
    with pytest.raises(ContentInvalid, match="没有完成的有：未销号 1 项。有的写明去向"):
        nine.do("complete", _CLERK, evidence=("s",))
    with pytest.raises(ContentInvalid, match="应附佐证 1 份"):
        nine.do("complete", _CLERK, left="转入下一年")
    nine.do("complete", _CLERK, evidence=("s",), left="转入下一年")
    assert nine.owed["accept"] == "county_leader prog-verify 2027-01-14"
    with pytest.raises(WrongPost):
        nine.do("accept", Role.COMMITTEE_OFFICE)
    nine.do("accept", Role.COUNTY_LEADER)
    assert (nine.facts.outcome, nine.owed) == (Outcome.CARRIED, {})
    assert nine.told == [
        "closing paper", "closed dept_head", "unclosed dept_head", "unclosed county_leader",
    ]  # fmt: skip
    assert nine.facts.items["1"].state is State.OPEN


def test_what_is_not_closed_at_the_end_of_the_term_is_told_to_the_post_that_verifies(nine: Any, opened: Any) -> None:
    nine.until(nine.now.set(year=2027, month=1, day=2))
    lapses = [
        sorted(f"{effect.name} {effect.addressee}" for effect in step.effects)
        for act, step in zip(nine.acts, nine.steps, strict=True)
        if act.kind == "lapse" and str(act.content["about"]).startswith("complete")
    ]
    assert lapses == [["unclosed county_leader", "unclosed dept_head"]]
    bare = opened()
    bare.until(bare.now.set(year=2027, month=1, day=2))
    assert any(effect.name == "unclosed" for step in bare.steps for effect in step.effects)
    empty = opened(programme="zero-year", holder="bureau", role="bureau_head")
    empty.until(empty.now.set(year=2027, month=1, day=2))
    quiet = [step for act, step in zip(empty.acts, empty.steps, strict=True) if act.kind == "lapse"]
    assert all(not step.effects for step in quiet)


def test_a_summary_that_is_returned_is_made_again_and_nobody_verifies_their_own(opened: Any, someone: Any) -> None:
    case = opened(programme="zero-year", holder="bureau", role="bureau_head")
    chief = someone(Role.BUREAU_HEAD, "chief")
    case.do("complete", chief, evidence=("a",))
    assert case.owed["accept"] == "committee_office prog-verify 2026-01-15"
    with pytest.raises(SeparationOfDuties):
        case.do("accept", someone(Role.COMMITTEE_OFFICE, "chief"))
    case.do("accept", Role.COMMITTEE_OFFICE, passed="no")
    assert case.owed["complete"] == "bureau_head prog-again 2026-01-15"
    assert "accept" not in case.owed
    assert "asked-complete bureau_head" in case.told
    case.do("complete", chief, evidence=("b",))
    case.do("accept", Role.COMMITTEE_OFFICE)
    assert case.facts.status is Status.CLOSED
    with pytest.raises(NotYourTurn):
        case.do("drop", Role.BUREAU_HEAD)


def test_what_runs_at_an_office_that_is_no_more_is_released(nine: Any) -> None:
    nine.do("release", clock("dai"))
    assert (nine.facts.outcome, nine.facts.status, nine.owed) == (Outcome.RELEASED, Status.CLOSED, {})
    assert nine.told == ["released county_leader"]
    nine.do("note", _CLERK)


# --- opening -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        ({"programme": "nothing"}, ContentInvalid, "没有名为「nothing」的专项"),
        ({"role": "town_leader"}, ContentInvalid, "由部门负责人负责"),
        ({"last": date(2026, 11, 30)}, TimeInvalid, "期限是 2026-01-01 至 2026-12-31"),
        ({"first": date(2026, 1, 2)}, TimeInvalid, "尚未到来"),
        ({"programme": "three-year", "role": "committee_office"}, TimeInvalid, "期限是 2021-03-22 至 2022-12-31"),
    ],
)
def test_an_opening_that_does_not_fit_its_line_is_refused(opened: Any, said: Any, kind: Any, words: str) -> None:
    with pytest.raises(kind, match=words):
        opened(**said)


def test_who_answers_for_a_programme_may_start_it_too(played: Any) -> None:
    case = played(PROGRAMME, SAYS, "2026-01-01T09:00")
    with pytest.raises(WrongPost):
        case.do("open", _CLERK)
    case.do("open", _HEAD)
    with pytest.raises(NotYourTurn):
        case.do("open", _HEAD)


# --- generated histories -------------------------------------------------------------------------

_HISTORIES, _LONGEST, _PATIENCE = 88, 18, 25
_LINES = (
    ("nine-projects", "dept_head", (_CLERK, _HEAD), ["主体"], "2026-{month:02d}", ["工程进度（%）|5"]),
    ("zero-villages", "town_leader", (Role.TOWN_CLERK, Role.TOWN_LEADER), [], "", []),
    ("zero-villages", "town_leader", (Role.TOWN_CLERK, Role.TOWN_LEADER), [], "", []),
    ("zero-year", "bureau_head", (Role.BUREAU_OFFICER, Role.BUREAU_HEAD), [], "2026-{month:02d}", []),
)
_OFTEN = (
    ["enter"] * 3 + ["enter-list"] + ["finish"] * 4 + ["check"] * 4 + ["amend"] + ["drop"] * 3 + ["restore"] * 3
    + ["reach"] * 2 + ["report"] * 3 + ["refer"] * 3 + ["complete"] * 3 + ["accept"] * 3 + ["note", "release"]
)  # fmt: skip


class Fate:
    """Does lawful things to a programme of 2026; the seed decides which, by whom, in which order."""

    def __init__(self, seed: int, played: Callable[..., Any], someone: Callable[..., Any]) -> None:
        self.random = random.Random(seed)  # noqa: S311 - chance, not secrecy
        self.line = _LINES[seed % len(_LINES)]
        self.someone = someone
        self.case = played(PROGRAMME, SAYS, "2026-01-01T00:30")
        self.case.do("open", clock("dai"), programme=self.line[0], role=self.line[1])

    def step(self) -> bool:
        """Let time pass and do one lawful thing; say whether any was found."""
        self.case.until(self.case.now.add(days=self.random.choice([0, 1, 5, 20, 60, 150])))
        return any(self._try(self.random.choice(_OFTEN)) for _ in range(_PATIENCE))

    def _try(self, kind: str) -> bool:
        try:
            self.case.do(kind, self._who(kind), **self._said(kind))
        except ActRefused:
            return False
        return True

    def _who(self, kind: str) -> Any:
        above = self.someone(self.case.facts.verifier, f"above{self.random.randrange(2)}")
        if kind in {"accept", "restore"}:
            return above
        if kind == "release":
            return clock("dai")
        role = self.random.choice(self.line[2]) if kind not in {"amend", "drop"} else self.line[2][1]
        return self.someone(role, f"{role}{self.random.randrange(2)}")

    def _said(self, kind: str) -> dict[str, Any]:
        facts, today = self.case.facts, self.case.now.date()
        owed = [duty.about for duty in facts.live.values() if duty.act == kind and duty.about]
        about = {"about": self.random.choice(owed)} if owed else {}
        files = {"evidence": (f"file-{len(self.case.acts)}",)}
        any_item = {"about": self.random.choice([*facts.items, "1"])}
        named = {} if self.line[3] else {"person": None, "measure": None, "columns": None}
        said: dict[str, dict[str, Any]] = {
            "enter": {"object": f"对象{len(self.case.acts)}", **named},
            "enter-list": {
                "list": [f"对象{len(self.case.acts)}-{n}|{'li|措施||主体' if self.line[3] else ''}" for n in range(2)]
            },
            "finish": {**about, "day": today, **files},
            "check": {**about, "passed": self.random.choice(["yes", "yes", "no"]), **files},
            "amend": {**any_item, "due": min(today + timedelta(days=30), date(2026, 12, 31))},
            "drop": {**any_item, **(self._accident() if not self.line[3] else {})},
            "restore": {**any_item, "note": "误报"},
            "reach": {**about, "day": today, **files},
            "report": {
                **about, "figures": self.line[5] or None,
                **self.random.choice([{}, {"difficulties": "some", "difficulty": "资金"}]),
            },
            "refer": {**about, "items": None, "hazards": ["YH-2026-0001"]},
            "complete": {**files, "left": "转入下一年" if facts.is_unfinished else None},
            "accept": {"passed": self.random.choice(["yes", "yes", "no"]), **files},
        }  # fmt: skip
        return said.get(kind, {})

    def _accident(self) -> dict[str, str]:
        return self.random.choice([{}, {"why": "incident", "incident": "SG-2026-0001"}])

    def finish(self) -> bool:
        """Bring everything to its end; say whether nothing is owed then."""
        self.case.until(max(self.case.now, self.case.now.set(year=2026, month=12, day=31)))
        for kind in ("enter", "reach", "check", "complete", "accept"):
            for _ in range(8):
                if self.case.facts.status is not Status.OPEN:
                    return True
                owed = [duty for duty in self.case.facts.live.values() if duty.act == kind]
                if kind != "enter" and not owed:
                    break
                if kind == "enter" and len(self.case.facts.items) > self.case.facts.count(State.DROPPED):
                    break
                self._by_force(kind, owed[0].about if owed else None)
        return self.case.facts.status is Status.CLOSED

    def _by_force(self, kind: str, about: str | None) -> None:
        said = self._said(kind) | ({"about": about} if about else {}) | ({"passed": "yes"} if kind == "accept" else {})
        facts = self.case.facts
        role = facts.verifier if kind == "accept" else self.line[2][1]
        try:
            self.case.do(kind, self.someone(role, f"last-{len(self.case.acts)}"), **said)
        except ActRefused:
            return


@pytest.fixture(scope="module")
def histories(played: Callable[..., Any], someone: Callable[..., Any]) -> list[tuple[Fate, list[Any]]]:
    """Return generated histories, each as the case stood after every act of a person."""
    explored: list[tuple[Fate, list[Any]]] = []
    for seed in range(_HISTORIES):
        fate = Fate(seed, played, someone)
        stages = [fate.case.fork()]
        while len(stages) < _LONGEST and fate.step():
            stages.append(fate.case.fork())
        explored.append((fate, stages))
    return explored


def test_every_act_is_explored(histories: list[tuple[Fate, list[Any]]]) -> None:
    seen = Counter(str(act.kind) for _, stages in histories for act in stages[-1].acts)
    assert set(seen) == {str(kind) for kind in ProgrammeAct}
    assert {item.state for _, stages in histories for item in stages[-1].facts.items.values()} == set(State)
    assert {stages[-1].facts.outcome for _, stages in histories} == set(Outcome)


def test_story_duties_and_record_agree_after_every_act(
    histories: list[tuple[Fate, list[Any]]], check_history: Callable[..., None]
) -> None:
    for _, stages in histories:
        check_history(stages, tell)


def test_every_programme_can_be_brought_to_its_end(histories: list[tuple[Fate, list[Any]]]) -> None:
    ends = [fate.finish() for fate, _ in histories]
    assert all(ends), ends.count(False)


def test_the_picture_shows_every_way_and_no_other(histories: list[tuple[Fate, list[Any]]]) -> None:
    walked = {(BEGIN, "open")}
    for case in (stages[-1] for _, stages in histories):
        facts = PROGRAMME.nothing
        for act, step in zip(case.acts, case.steps, strict=True):
            was = facts.status
            facts, _ = PROGRAMME.advance(facts, act, case.rulebook)
            if act.kind not in {"lapse", "rung"}:
                walked |= {(str(act.kind), str(duty.act)) for duty in step.opened}
            if was is Status.OPEN and facts.status is Status.CLOSED:
                walked.add((str(act.kind), END))
    assert walked == {(str(arrow.source), str(arrow.target)) for arrow in PROGRAMME.picture.arrows}


def test_nobody_checks_or_verifies_their_own_work(histories: list[tuple[Fate, list[Any]]]) -> None:
    for case in (stages[-1] for _, stages in histories):
        finished: dict[str, frozenset[str]] = {}
        summed: frozenset[str] = frozenset()
        for act in case.acts:
            if act.kind == "finish":
                finished[act.word("about")] = act.actor.persons
            if act.kind == "complete":
                summed = act.actor.persons
            if act.kind == "check":
                assert not act.actor.persons & finished[act.word("about")]
            if act.kind == "accept":
                assert not act.actor.persons & summed
