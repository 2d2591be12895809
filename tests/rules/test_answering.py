"""Answers to notices: a clock of its own, any one or everybody, silence that climbs, and what stays owed behind it."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from pendulum import DateTime

from rules import answering
from rules.actor import Role
from rules.agenda import ACKNOWLEDGE, DutyStatus, next_clock_act
from rules.docket import Docket
from rules.errors import ContentInvalid, NotYourTurn, RulebookError, TimeInvalid, WrongPost
from rules.form import Form, code, given
from rules.hazard import HAZARD
from rules.hazard import HazardAct as Act
from rules.rulebook import Rulebook

_LAW = Path(answering.__file__).parent


def waiting(case: Any) -> list[Any]:
    """Return the open duties to acknowledge."""
    return [duty for duty in case.facts.live.values() if duty.act == ACKNOWLEDGE]


def about(case: Any, notice: str, holder: Role | None = None) -> Any:
    """Return the one open duty to acknowledge that notice."""
    (found,) = [d for d in waiting(case) if d.about == notice and holder in {None, d.holder}]
    return found


def answer(case: Any, duty: Any, who: Role = Role.UNIT_HEAD, **more: Any) -> None:
    case.do(Act.ACKNOWLEDGE, who, about=duty.key, role=duty.holder.value, means="console", **more)


def phone(case: Any, duty: Any, answered: str = "yes", who: Role = Role.DEPT_OFFICER, **more: Any) -> None:
    said = {"whom": "somebody", "dialled": "13800000000", "answered": answered, "role": duty.holder.value}
    case.do(Act.PHONED, who, about=duty.key, **{**said, **more})


def unanswered(case: Any) -> list[tuple[int, str, DateTime, bool]]:
    """Return rung, addressee, instant and whether an answer is asked for, of every notice about a missing answer."""
    return [
        (act.content["rung"], str(effect.addressee), act.happened_at, effect.answer is not None)
        for act, step in zip(case.acts, case.steps, strict=True)
        for effect in step.effects
        if effect.name == "unanswered"
    ]


# --- what must be answered -----------------------------------------------------------------------


def test_a_stop_order_asks_the_head_of_the_unit_alone_for_an_answer_within_the_countys_two_hours(at_stage: Any) -> None:
    case = at_stage("stopped")
    duty = about(case, "stopped")
    assert (duty.holder, duty.clause_id, duty.ladder) == (Role.UNIT_HEAD, "notice-answer", "answer")
    assert (duty.started_at, duty.due_alert, duty.due_legal) == (case.now, case.now.add(hours=2), case.now.add(hours=2))
    assert (duty.blocks, duty.breached) == (False, False)
    asked = {effect.addressee: effect.answer for effect in case.steps[-1].effects if effect.name == "stopped"}
    assert asked == {Role.UNIT_HEAD: duty.key, Role.TOWN_LEADER: None}


def test_a_major_hazard_that_is_reported_asks_the_bureau(at_stage: Any) -> None:
    assert about(at_stage("planned"), "major-reported").holder is Role.BUREAU_OFFICER


def test_a_listing_must_be_acknowledged_in_each_post_by_everybody(at_stage: Any) -> None:
    case = at_stage("listed")
    duties = [duty for duty in waiting(case) if duty.about == "listed"]
    assert [(duty.holder, duty.clause_id) for duty in duties] == [
        (Role.UNIT_HEAD, "notice-answer-all"), (Role.TOWN_LEADER, "notice-answer-all"),
    ]  # fmt: skip
    told = {effect.addressee: effect.answer for effect in case.steps[-1].effects if effect.name == "listed"}
    assert told == {Role.UNIT_HEAD: duties[0].key, Role.TOWN_LEADER: duties[1].key, Role.COUNTY_LEADER: None}
    assert all(answering.must_all(duty) for duty in duties)


def test_a_rung_that_names_the_clause_asks_any_one_of_those_it_tells(at_stage: Any) -> None:
    case = at_stage("self")
    term = case.duty("rectify")
    case.until(term.started_at + (term.due_alert - term.started_at) * 125 / 100)
    duty = about(case, term.key)
    assert duty.clause_id == "notice-answer"
    assert {e.addressee: e.answer for e in case.steps[-1].effects} == dict.fromkeys(
        (Role.UNIT_HEAD, Role.TOWN_LEADER, Role.DEPT_OFFICER), duty.key
    )
    answer(case, duty, Role.TOWN_LEADER)
    assert waiting(case) == []


def test_what_an_act_tells_twice_is_told_and_answered_once(at_stage: Any, rulebook: Rulebook) -> None:
    case = at_stage("ordered")
    docket = Docket(case.attempt(Act.NOTE, Role.DEPT_OFFICER, note="x"), rulebook, dict(case.facts.live))
    for addressees in ((Role.UNIT_HEAD,), (Role.UNIT_HEAD, Role.TOWN_LEADER)):
        docket.tell("listed", *addressees, clause_id="haz-listing")
    asked = {effect.addressee: effect.answer for effect in docket.changes.effects}
    assert len(docket.changes.effects) == 2
    assert asked.keys() == {Role.UNIT_HEAD, Role.TOWN_LEADER}
    assert {docket.live[key].holder for key in asked.values()} == asked.keys()
    docket.issue("listing-notice", clause_id="haz-listing")
    docket.issue("listing-notice", clause_id="haz-listing")
    assert len(docket.changes.effects) == 3


def test_what_the_county_does_not_name_asks_nobody(at_stage: Any) -> None:
    assert waiting(at_stage("closed")) == []
    assert Rulebook.load().answer_to("closed", "haz-signoff", at_stage("closed").now.date()) is None


def test_the_clock_of_an_answer_to_a_paper_act_starts_when_it_is_recorded(at_stage: Any, says: Any) -> None:
    case = at_stage("ordered")
    case.let_pass(days=1)
    case.do(Act.STOP_WORK, Role.DEPT_OFFICER, happened_at=case.now.subtract(hours=20), **says(Act.STOP_WORK))
    assert about(case, "stopped").started_at == case.now


# --- answering -----------------------------------------------------------------------------------


def test_an_answer_stops_its_own_clock_and_nothing_else(at_stage: Any, owed: Any) -> None:
    case = at_stage("stopped")
    before, duty = owed(case), about(case, "stopped")
    answer(case, duty)
    assert waiting(case) == []
    assert (case.duties[duty.key].status, case.told, owed(case)) == (DutyStatus.DONE, [], before)
    assert case.facts.stopped
    case.let_pass(days=2)
    assert unanswered(case) == []


def test_a_call_that_was_answered_counts_and_one_that_nobody_took_does_not(at_stage: Any) -> None:
    case = at_stage("stopped")
    duty = about(case, "stopped")
    phone(case, duty, "no")
    assert waiting(case) == [duty]
    assert not answering.reaches(case.acts[-1])
    phone(case, duty)
    assert waiting(case) == []
    assert answering.reaches(case.acts[-1])
    assert case.acts[-1].texts == {"dialled"}, "the number dialled is erasable words"
    assert "dialled" not in case.acts[-1].content


def test_a_late_answer_is_late_done_and_one_in_time_is_done(at_stage: Any) -> None:
    for microseconds, status in ((-1, DutyStatus.DONE), (0, DutyStatus.DONE), (1, DutyStatus.LATE_DONE)):
        case = at_stage("stopped")
        duty = about(case, "stopped")
        case.until(duty.due_legal.add(microseconds=microseconds))
        answer(case, duty)
        assert case.duties[duty.key].status is status


def test_where_everybody_must_answer_the_duty_ends_with_the_last(at_stage: Any) -> None:
    case = at_stage("listed")
    head = about(case, "listed", Role.UNIT_HEAD)
    answer(case, head, left=2)
    assert about(case, "listed", Role.UNIT_HEAD) == head
    phone(case, head, left=1)
    assert about(case, "listed", Role.UNIT_HEAD) == head
    answer(case, head, left=0)
    assert [duty.holder for duty in waiting(case) if duty.about == "listed"] == [Role.TOWN_LEADER]


# --- silence -------------------------------------------------------------------------------------


def test_silence_climbs_at_its_own_instants_asks_again_and_tells_others_to_telephone(at_stage: Any) -> None:
    case = at_stage("stopped")
    begun = case.now
    case.let_pass(hours=12)
    assert unanswered(case) == [
        (1, "unit_head", begun.add(hours=1), True),
        (2, "unit_head", begun.add(hours=2), True),
        (2, "dept_officer", begun.add(hours=2), False),
        (2, "watch_keeper", begun.add(hours=2), False),
        (3, "unit_head", begun.add(hours=4), True),
        (3, "dept_head", begun.add(hours=4), False),
        (3, "committee_office", begun.add(hours=4), False),
        (3, "watch_leader", begun.add(hours=4), False),
    ]
    assert next_clock_act(about(case, "stopped"), case.rulebook) is None
    told = [e for step in case.steps for e in step.effects if e.name == "unanswered"]
    assert {(effect.asks, effect.clause_id) for effect in told} == {(about(case, "stopped").key, "notice-answer")}


def test_silence_marks_no_breach_of_what_the_notice_was_about(at_stage: Any) -> None:
    case = at_stage("stopped")
    case.let_pass(hours=5)
    assert about(case, "stopped").rung == 3
    assert not about(case, "stopped").breached
    assert not case.facts.is_overdue


def test_a_rung_of_silence_is_climbed_at_its_instant_and_not_a_microsecond_before(at_stage: Any) -> None:
    case = at_stage("stopped")
    case.let_pass(minutes=59, seconds=59, microseconds=999_999)
    assert about(case, "stopped").rung == 0
    case.let_pass(microseconds=1)
    assert about(case, "stopped").rung == 1


def test_who_acknowledges_and_does_nothing_is_asked_again_by_the_next_rung(at_stage: Any) -> None:
    case = at_stage("planned")
    term = case.duty("rectify")
    length = term.due_alert - term.started_at
    case.until(term.due_alert)
    first = about(case, term.key)
    answer(case, first)
    assert waiting_about(case, term.key) == []
    case.until(term.started_at + length * 125 / 100)
    second = about(case, term.key)
    assert (second.key != first.key, second.started_at, second.rung) == (True, case.now, 0)
    assert case.duty("rectify").breached


def waiting_about(case: Any, key: str) -> list[Any]:
    return [duty for duty in waiting(case) if duty.about == key]


def test_a_notice_that_asks_again_takes_the_place_of_the_one_that_was_not_answered(at_stage: Any) -> None:
    case = at_stage("planned")
    term = case.duty("rectify")
    case.until(term.due_alert)
    first = about(case, term.key)
    case.until(term.started_at + (term.due_alert - term.started_at) * 125 / 100)
    assert about(case, term.key).key != first.key
    assert case.duties[first.key].status is DutyStatus.SUPERSEDED


def test_an_answer_is_asked_for_no_longer_than_what_it_is_about(at_stage: Any, says: Any) -> None:
    case = at_stage("planned")
    term = case.duty("rectify")
    case.until(term.due_alert)
    duty = about(case, term.key)
    case.do(Act.RECTIFY, Role.UNIT_FIXER, **says(Act.RECTIFY))
    assert waiting_about(case, term.key) == []
    assert case.duties[duty.key].status is DutyStatus.SUPERSEDED


def test_a_void_case_waits_for_no_answer_and_asks_for_none_when_it_goes_on(at_stage: Any, says: Any) -> None:
    case = at_stage("stopped")
    duty = about(case, "stopped")
    case.do(Act.APPLY_VOID, Role.UNIT_HEAD, **says(Act.APPLY_VOID))
    case.do(Act.DECIDE_VOID, Role.TOWN_CLERK, **says(Act.DECIDE_VOID))
    assert case.duties[duty.key].status is DutyStatus.VOID
    case.do(Act.APPLY_REOPEN, Role.DEPT_OFFICER, **says(Act.APPLY_REOPEN))
    case.do(Act.DECIDE_REOPEN, Role.DEPT_HEAD, **says(Act.DECIDE_REOPEN))
    assert waiting(case) == []


def test_a_closed_case_waits_for_no_answer(at_stage: Any) -> None:
    assert waiting(at_stage("looked back")) == []


# --- refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["", "another duty", "acknowledge@99:stopped", "x" * 200])
def test_no_answer_is_taken_to_what_waits_for_none(wrong: str, at_stage: Any, refused: Any) -> None:
    case = at_stage("stopped")
    other = next(key for key, duty in case.facts.live.items() if duty.act != ACKNOWLEDGE)
    content = {"about": other if wrong == "another duty" else wrong} if wrong else {}
    act = case.attempt(Act.ACKNOWLEDGE, Role.UNIT_HEAD, about="x", role="unit_head")
    act.content.clear()
    act.content.update({**content, "role": "unit_head"})
    with refused(NotYourTurn, "notice-answer", "不等待回复"):
        HAZARD.permit(case.facts, act, case.rulebook)


def test_nobody_answers_twice(at_stage: Any, refused: Any) -> None:
    case = at_stage("stopped")
    duty = about(case, "stopped")
    answer(case, duty)
    with refused(NotYourTurn, "notice-answer", "已有人回复"):
        answer(case, duty)


def test_whoever_was_not_told_cannot_answer_nor_be_telephoned(at_stage: Any, refused: Any) -> None:
    case = at_stage("stopped")
    duty = about(case, "stopped")
    with refused(WrongPost, "notice-answer", "不是发给您现任岗位的"):
        case.do(Act.ACKNOWLEDGE, Role.UNIT_SAFETY, about=duty.key)
    with refused(WrongPost, "notice-answer", "不是发给接听人现任岗位的"):
        case.do(Act.PHONED, Role.DEPT_OFFICER, about=duty.key, whom="x", dialled="110", answered="yes")


def test_an_answer_cannot_have_been_given_before_the_notice_nor_in_the_future(at_stage: Any, refused: Any) -> None:
    case = at_stage("stopped")
    duty = about(case, "stopped")
    begun = case.now
    case.let_pass(minutes=10)
    for at in (begun.subtract(microseconds=1), case.now.add(microseconds=1)):
        with refused(TimeInvalid, "notice-answer", "通知发出之后"):
            answer(case, duty, happened_at=at)
    phone(case, duty, happened_at=begun)
    assert case.duties[duty.key].ended_at == begun


@pytest.mark.parametrize(
    ("missing", "label"), [("dialled", "拨打号码"), ("whom", "接听人"), ("answered", "接听情况"), ("about", "通知")]
)
def test_a_call_is_recorded_with_whom_number_and_result(missing: str, label: str, at_stage: Any) -> None:
    case = at_stage("stopped")
    said = {"about": "x", "whom": "y", "answered": "yes", "dialled": "110"}
    del said[missing]
    with pytest.raises(ContentInvalid, match=label):
        case.attempt(Act.PHONED, Role.DEPT_OFFICER, **said)


@pytest.mark.parametrize("act", answering.FORMS)
def test_what_the_door_gives_cannot_be_sent(act: str) -> None:
    form = answering.FORMS[act]
    keys = {entry.key for entry in form.fields} - {entry.key for entry in form.asked}
    assert {"role", "left"} <= keys
    for key in keys:
        with pytest.raises(ContentInvalid, match=key):
            form.fill({key: "unit_head"}, longest=100)


def test_a_given_field_is_never_typed_nor_required() -> None:
    field = given("role", "岗位")
    assert (field.is_typed, field.is_personal, field.required) == (False, False, False)
    assert Form("x", "某", (code("a", "甲"), field)).fill({"a": "1"}, longest=10).content == {"a": "1"}


# --- the county's policy -------------------------------------------------------------------------


@pytest.fixture
def law(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of all law, to be changed; a plain folder, for mutants are tried without pytest's own reports."""
    folder = tmp_path_factory.mktemp("law")
    for name in ("statutes", "workdays", "criteria", "county"):
        shutil.copytree(_LAW / name, folder / name)
    return folder


def _changed(folder: Path, old: str, new: str) -> Rulebook:
    text = (folder / "county" / "dai.toml").read_text("utf-8")
    assert old in text
    (folder / "county" / "dai.toml").write_text(text.replace(old, new, 1), "utf-8")
    return Rulebook.load(folder=folder)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('under = "haz-stop"', 'under = "haz-none"', "haz-none"),
        ('answer = "notice-answer-all"', 'answer = "notice-nobody"', "notice-nobody"),
        ('clause = "haz-fix-general"\nanswer = "notice-answer"', 'clause = "haz-fix-general"\nanswer = "x-y"', "x-y"),
        ('roles = ["unit_head", "town_leader"]\nanswer', 'roles = ["unit_king"]\nanswer', "unit_king"),
        ('notice = "listed"\n', "", "notice"),
        ('notice = "listed"\nunder = "haz-listing"', 'notice = "stopped"\nunder = "haz-stop"', "同时有效"),
    ],
)
def test_a_policy_that_names_what_is_not_there_is_refused(old: str, new: str, words: str, law: Path) -> None:
    with pytest.raises(RulebookError, match=words):
        _changed(law, old, new)


def test_a_policy_for_a_post_that_is_not_told_asks_nobody(
    law: Path, empty_case: Any, somebody: Any, report: Any, says: Any
) -> None:
    rulebook = _changed(law, 'under = "haz-stop"\nroles = ["unit_head"]', 'under = "haz-stop"\nroles = ["unit_fixer"]')
    case = empty_case(rulebook=rulebook)
    case.do(Act.REPORT, somebody(Role.DEPT_OFFICER), **report)
    case.do(Act.STOP_WORK, somebody(Role.DEPT_OFFICER), **says(Act.STOP_WORK))
    assert waiting(case) == []


def test_one_line_of_the_countys_file_makes_another_notice_one_that_is_answered(
    law: Path, empty_case: Any, somebody: Any, report: Any
) -> None:
    more = '[[answered]]\nnotice = "registered"\nunder = "haz-discover"\nanswer = "notice-answer"\n\n[[answered]]\n'
    rulebook = _changed(law, "[[answered]]\n", more)
    case = empty_case(rulebook=rulebook)
    case.do(Act.REPORT, somebody(Role.DEPT_OFFICER), **report)
    assert [duty.about for duty in waiting(case)] == ["registered"]
