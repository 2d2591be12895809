"""What a matter's file says is what happens: who owes what by when, what is refused, who is told, how it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pendulum
import pytest

from rules.act import Act
from rules.actor import Actor, Role, clock
from rules.agenda import DutyStatus
from rules.deadlines import SHANGHAI
from rules.errors import (
    ActRefused,
    CaseClosed,
    ContentInvalid,
    NotQualified,
    NotYourTurn,
    SeparationOfDuties,
    TimeInvalid,
    WrongPost,
)
from rules.matter import process_from
from rules.matter.schema import Matter
from rules.standing import Status

DUE = date(2026, 4, 1)
LENT: dict[str, Any] = {"what": "水泵", "size": "small", "due": DUE, "evidence": ("借据",)}


def lent(loan: Any, somebody: Callable[..., Actor], **changes: Any) -> Any:
    loan.do("lend", somebody(Role.BUREAU_OFFICER, "lender"), **{**LENT, **changes})
    return loan


def refused(loan: Any, act: str, who: Actor, error: type[ActRefused], /, **says: Any) -> ActRefused:
    """Return the refusal of an act, which has left the case as it was."""
    before = loan.facts
    with pytest.raises(error) as refusal:
        loan.do(act, who, **says)
    assert loan.facts is before
    assert "请" in refusal.value.message
    assert refusal.value.clause
    return refusal.value


def test_what_follows_is_owed_by_its_post_until_the_day_that_was_named(
    loan: Any, somebody: Callable[..., Actor]
) -> None:
    lent(loan, somebody)
    duty = loan.duty("return")
    assert (duty.holder, duty.clause_id, duty.ladder) == (Role.DEPT_OFFICER, "app-item", "follow-up")
    assert duty.due_alert == pendulum.datetime(2026, 4, 2, tz=SHANGHAI)
    assert loan.waiting_for == {"return"}
    assert loan.facts.grade == "small"
    assert loan.told == [("asked-return", "dept_officer")]


def test_one_duty_is_owed_for_each_line_and_each_is_done_by_itself(loan: Any, somebody: Callable[..., Actor]) -> None:
    lent(loan, somebody, size="big", parts=["泵体", "电缆"], who="li")
    assert {duty.about for duty in loan.facts.live.values() if duty.act == "inspect"} == {"泵体", "电缆"}
    assert {("told-lend", "named"), ("told-lend", "dept_head")} <= set(loan.told)
    assert loan.process.named_in(loan.facts) == {"li"}
    officer = somebody(Role.BUREAU_OFFICER, "officer")
    loan.do("inspect", officer, about="泵体", score="3")
    assert {duty.about for duty in loan.facts.live.values() if duty.act == "inspect"} == {"电缆"}
    refused(loan, "inspect", officer, NotYourTurn, about="泵体", score="3")
    refused(loan, "inspect", officer, NotYourTurn, about="阀门", score="3")
    loan.do("inspect", officer, about="电缆", score="3", mark="0")
    refused(loan, "inspect", officer, NotYourTurn, about="电缆", score="3")


def test_lines_that_cannot_be_told_apart_are_refused(loan: Any, somebody: Callable[..., Actor]) -> None:
    who = somebody(Role.BUREAU_OFFICER, "lender")
    refusal = refused(loan, "lend", who, ContentInvalid, **{**LENT, "parts": ["泵体", "泵体"]})
    assert "部件" in refusal.message


def test_files_are_asked_for_by_number_and_by_name(loan: Any, somebody: Callable[..., Actor]) -> None:
    who = somebody(Role.BUREAU_OFFICER, "lender")
    refusal = refused(loan, "lend", who, ContentInvalid, **{**LENT, "evidence": ()})
    assert "1 份：借据" in refusal.message
    assert loan.process.forms["lend"].papers == ("借据",)


def test_who_may_not_and_who_looks_over_their_own_work_is_refused(loan: Any, somebody: Callable[..., Actor]) -> None:
    refused(loan, "lend", somebody(Role.UNIT_HEAD), WrongPost, **LENT)
    lent(loan, somebody)
    loan.do("return", somebody(Role.DEPT_OFFICER, "dept"), day=loan.now.date())
    refused(loan, "settle", somebody(Role.BUREAU_OFFICER, "lender"), SeparationOfDuties, done="yes")
    loan.do("settle", somebody(Role.BUREAU_OFFICER, "other"), done="yes")
    assert loan.facts.status is Status.CLOSED
    assert not loan.facts.live


def test_whoever_needs_a_certificate_must_hold_one(loan: Any, somebody: Callable[..., Actor]) -> None:
    lent(loan, somebody)
    officer = somebody(Role.DEPT_OFFICER, "dept")
    bare = Actor(officer.person_id, officer.account_id, officer.post_id, officer.role, officer.scope)
    refused(loan, "return", bare, NotQualified, day=loan.now.date())


def test_numbers_must_be_whole_and_large_enough(loan: Any, somebody: Callable[..., Actor]) -> None:
    lent(loan, somebody, size="big", parts=["泵体"])
    officer = somebody(Role.BUREAU_OFFICER, "officer")
    for wrong in ("0", "三", "1.5", "-1", "１"):
        refused(loan, "inspect", officer, ContentInvalid, about="泵体", score=wrong)
    refused(loan, "inspect", officer, ContentInvalid, about="泵体", score="1", mark="x")
    loan.do("inspect", officer, about="泵体", score="1")


def test_days_lie_where_the_file_says(loan: Any, somebody: Callable[..., Actor]) -> None:
    lender, dept = somebody(Role.BUREAU_OFFICER, "lender"), somebody(Role.DEPT_OFFICER, "dept")
    early = refused(loan, "lend", lender, TimeInvalid, **{**LENT, "due": date(2026, 3, 1)})
    assert "「归还期限」" in early.message
    lent(loan, somebody)
    loan.let_pass(days=2)
    refused(loan, "return", dept, TimeInvalid, day=date(2026, 3, 5))
    refused(loan, "return", dept, TimeInvalid, day=date(2026, 3, 1))
    said = {"day": date(2026, 3, 3), "damaged": "yes"}
    blank = refused(loan, "return", dept, ContentInvalid, **said)
    assert "修理期限" in blank.message
    refused(loan, "return", dept, TimeInvalid, **said, repair_by=date(2026, 3, 2))
    refused(loan, "return", dept, ContentInvalid, day=date(2026, 3, 3), helpers=["li"])
    loan.do("return", dept, **said, repair_by=date(2026, 3, 3), helpers=["li", "wang"])
    assert loan.duty("settle").started_at == pendulum.datetime(2026, 3, 3, tz=SHANGHAI)


def test_what_must_come_before_is_waited_for_with_its_outcome(loan: Any, somebody: Callable[..., Actor]) -> None:
    lent(loan, somebody)
    head, dept = somebody(Role.BUREAU_HEAD, "head"), somebody(Role.DEPT_OFFICER, "dept")
    refused(loan, "settle", head, NotYourTurn, done="yes")
    loan.do("return", dept, day=loan.now.date(), damaged="yes", repair_by=DUE)
    refusal = refused(loan, "settle", head, NotYourTurn, done="yes")
    assert "结论不允许" in refusal.message
    loan.do("write-off", head)
    loan.do("settle", head, done="yes")
    assert loan.facts.status is Status.CLOSED


def test_an_act_that_is_owed_may_still_wait_for_another(loan: Any, somebody: Callable[..., Actor]) -> None:
    lent(loan, somebody)
    head = somebody(Role.BUREAU_HEAD, "head")
    loan.do("write-off", head)
    assert loan.waiting_for == {"settle"}
    assert loan.duty("settle").started_at == loan.now
    assert loan.facts.grade == "small"
    loan.do("write-off", head)
    assert [duty.status for duty in loan.duties.values() if duty.act == "settle"] == [
        DutyStatus.SUPERSEDED, DutyStatus.OPEN,
    ]  # fmt: skip
    loan.do("settle", head, done="lost")
    assert loan.facts.status is Status.OPEN


def test_nothing_goes_before_what_must_come_first(
    read: Callable[..., Matter], empty_case: Callable[..., Any], somebody: Callable[..., Actor]
) -> None:
    matter = read(('unless = ["write-off"]\n[[act.holds]]', "[[act.holds]]"))
    loan = lent(empty_case(process=process_from(matter)), somebody)
    head = somebody(Role.BUREAU_HEAD, "head")
    loan.do("write-off", head)
    refusal = refused(loan, "settle", head, NotYourTurn, done="yes")
    assert "之前应当先办理「归还」" in refusal.message


def test_what_may_be_done_at_any_time_is_about_a_line_that_there_is(
    read: Callable[..., Matter], empty_case: Callable[..., Any], somebody: Callable[..., Actor]
) -> None:
    matter = read(('about = "部件"', 'about = "部件"\nany_time = true'))
    loan = lent(empty_case(process=process_from(matter)), somebody, size="big", parts=["泵体"])
    officer = somebody(Role.BUREAU_OFFICER, "officer")
    for _ in range(2):
        loan.do("inspect", officer, about="泵体", score="3")
    refusal = refused(loan, "inspect", officer, ContentInvalid, about="阀门", score="3")
    assert "现有：泵体" in refusal.message


def test_a_term_that_runs_holds_the_act_until_it_is_over(loan: Any, somebody: Callable[..., Actor]) -> None:
    lent(loan, somebody, size="big")
    head, dept = somebody(Role.BUREAU_HEAD, "head"), somebody(Role.DEPT_OFFICER, "dept")
    loan.do("return", dept, day=loan.now.date())
    loan.until(pendulum.datetime(2026, 3, 16, 23, 59, 59, tz=SHANGHAI))
    refusal = refused(loan, "settle", head, TimeInvalid, done="yes")
    assert refusal.clause == "app-appeal-term"
    loan.until(pendulum.datetime(2026, 3, 17, tz=SHANGHAI))
    loan.do("settle", head, done="yes")
    assert loan.facts.status is Status.CLOSED


def test_a_case_is_not_closed_while_it_waits_for_something_else(loan: Any, somebody: Callable[..., Actor]) -> None:
    lent(loan, somebody, size="big", parts=["泵体"])
    head, dept = somebody(Role.BUREAU_HEAD, "head"), somebody(Role.DEPT_OFFICER, "dept")
    loan.do("return", dept, day=loan.now.date())
    loan.let_pass(days=30)
    refusal = refused(loan, "settle", head, NotYourTurn, done="yes")
    assert "查验" in refusal.message
    loan.do("settle", head, done="no")
    assert loan.duty("settle").started_at == pendulum.datetime(2026, 3, 2, 9, tz=SHANGHAI)
    loan.do("inspect", somebody(Role.BUREAU_OFFICER, "officer"), about="泵体", score="1")
    loan.do("settle", head, done="yes")
    refused(loan, "settle", head, CaseClosed, done="yes")
    loan.do("note", head, note="补记")


def test_an_act_may_end_the_case_as_void(loan: Any, somebody: Callable[..., Actor]) -> None:
    lent(loan, somebody)
    loan.do("write-off", somebody(Role.BUREAU_HEAD, "head"), final="核〔2026〕1号")
    assert loan.facts.status is Status.VOID
    assert {duty.status for duty in loan.duties.values()} == {DutyStatus.VOID}


def test_a_mistaken_case_is_voided_by_somebody_else(loan: Any, somebody: Callable[..., Actor]) -> None:
    lent(loan, somebody)
    lender, head = somebody(Role.BUREAU_OFFICER, "lender"), somebody(Role.BUREAU_HEAD, "head")
    loan.do("apply-void", lender, reason="登记两次")
    assert (loan.duty("decide-void").holder, loan.duty("decide-void").blocks) == (Role.BUREAU_HEAD, False)
    refused(loan, "apply-void", lender, NotYourTurn, reason="登记两次")
    refused(loan, "decide-void", somebody(Role.BUREAU_HEAD, "lender"), SeparationOfDuties, approved="yes")
    loan.do("decide-void", head, approved="no")
    assert loan.facts.status is Status.OPEN
    assert loan.waiting_for == {"return"}
    loan.do("apply-void", lender, reason="登记两次")
    loan.do("decide-void", head, approved="yes")
    assert loan.facts.status is Status.VOID
    assert not loan.facts.live


def test_a_breach_is_told_by_the_ladder_and_stays_on_record(loan: Any, somebody: Callable[..., Actor]) -> None:
    lent(loan, somebody)
    loan.until(pendulum.datetime(2026, 4, 2, tz=SHANGHAI))
    assert loan.duty("return").breached
    assert loan.facts.is_overdue
    assert ("overdue", "committee_office") in [(effect.name, effect.addressee) for effect in loan.effects]


def test_whoever_must_answer_is_asked_again_until_they_do(loan: Any, somebody: Callable[..., Actor]) -> None:
    lent(loan, somebody)
    officer, head = somebody(Role.BUREAU_OFFICER, "officer"), somebody(Role.DEPT_HEAD, "head")
    ask = Act(9, "acknowledge", head, loan.now, loan.now, {})
    assert not loan.process.may_do(loan.facts, "acknowledge", ask)
    loan.do("warn", officer)
    key = loan.duty("acknowledge").key
    assert loan.process.may_do(loan.facts, "acknowledge", ask)
    assert not loan.process.may_do(loan.facts, "acknowledge", Act(9, "acknowledge", officer, loan.now, loan.now, {}))
    loan.until(loan.duty("acknowledge").due_alert)
    assert not loan.duty("acknowledge").breached
    ladder = loan.rulebook.ladder("answer", loan.now.date())
    asked = [effect.addressee for effect in loan.effects if effect.name == "unanswered"]
    climbed = [rung for rung in ladder.rungs if rung.share <= 100]
    assert asked == [Role.DEPT_HEAD if role == "holder" else role for rung in climbed for role in rung.roles]
    assert loan.duty("acknowledge").rung == len(climbed)
    refused(loan, "acknowledge", head, NotYourTurn, about="nothing", role="dept_head", left=0)
    loan.do("acknowledge", head, about=key, role="dept_head", left=0)
    assert "acknowledge" not in loan.waiting_for


def test_what_was_recorded_is_drawn_up_where_the_file_names_a_paper(loan: Any, somebody: Callable[..., Actor]) -> None:
    lent(loan, somebody)
    loan.do("return", somebody(Role.DEPT_OFFICER, "dept"), day=loan.now.date())
    assert ("record-return", "") in loan.told


def test_the_law_must_be_in_force_when_a_case_begins(loan: Any, somebody: Callable[..., Actor]) -> None:
    loan.now = pendulum.datetime(2020, 1, 6, 9, tz=SHANGHAI)
    refused(loan, "lend", somebody(Role.BUREAU_OFFICER, "lender"), TimeInvalid, **LENT)


def test_a_person_sees_what_may_be_done_now(loan: Any, somebody: Callable[..., Actor]) -> None:
    lent(loan, somebody)
    head = somebody(Role.BUREAU_HEAD, "head")

    def may(kind: str) -> bool:
        return loan.process.may_do(loan.facts, kind, Act(9, kind, head, loan.now, loan.now, {}))

    assert [kind for kind in loan.process.forms if may(kind)] == ["write-off", "note"]


def test_what_only_the_file_names_is_shown_with_its_labels(loan: Any) -> None:
    process = loan.process
    assert process.labels["grade"] == {"big": "大件", "small": "小件"}
    assert process.column == "matter"
    assert process.told_of("told-lend") == "借出"
    assert process.told_of("told-nothing") == process.told_of("asked-lend") == ""
    assert process.subject_label == "借什么"


@pytest.fixture
def other(
    read: Callable[..., Matter], empty_case: Callable[..., Any], somebody: Callable[..., Actor]
) -> Callable[..., Any]:
    """Return the maker of a thing lent under a file that is put otherwise."""

    def make(*changes: tuple[str, str], **says: Any) -> Any:
        return lent(empty_case(process=process_from(read(*changes))), somebody, **says)

    return make


def test_the_clock_climbs_nothing_that_is_over(loan: Any, somebody: Callable[..., Actor]) -> None:
    lent(loan, somebody)
    assert loan.process.named_in(loan.facts) == frozenset()
    rung = {"about": loan.duty("return").key, "rung": 1, "kind": "remind"}
    loan.process.permit(loan.facts, Act(2, "rung", clock("dai"), loan.now, loan.now, rung), loan.rulebook)
    refused(loan, "rung", clock("dai"), NotYourTurn, about="return@9", rung="1", kind="remind")


def test_what_must_come_first_only_under_a_condition_is_not_asked_for_without_it(
    other: Callable[..., Any], somebody: Callable[..., Actor]
) -> None:
    loan = other(
        ('when = { "lend.size" = ["big", "small"] }', 'when = { "lend.size" = ["big"] }'),
        ('unless = ["write-off"]\n[[act.holds]]', "[[act.holds]]"),
    )
    head = somebody(Role.BUREAU_HEAD, "head")
    loan.do("write-off", head)
    loan.do("settle", head, done="yes")
    assert loan.facts.status is Status.CLOSED


def test_a_text_that_must_be_written_is_enough(other: Callable[..., Any], somebody: Callable[..., Actor]) -> None:
    loan = other(('label = "修理期限"\nkind = "day"\nnot_before = ".day"', 'label = "修理期限"\nkind = "text"'))
    dept, said = somebody(Role.DEPT_OFFICER, "dept"), {"day": loan.now.date(), "damaged": "yes"}
    refused(loan, "return", dept, ContentInvalid, **said)
    loan.do("return", dept, **said, repair_by="月底")


def test_a_day_that_must_lie_ahead_may_be_today(other: Callable[..., Any]) -> None:
    assert other(due=date(2026, 3, 2)).duty("return").ends_on == date(2026, 3, 2)


def test_there_must_be_as_many_lines_as_the_file_says(
    other: Callable[..., Any], somebody: Callable[..., Actor]
) -> None:
    loan = other(('kind = "lines"', 'kind = "lines"\nleast = 2'), size="big", parts=["泵体", "电缆"])
    assert loan.facts.things["inspect"] == ("泵体", "电缆")
    bare = loan.fork()
    bare.facts, bare.acts, bare.steps = loan.process.nothing, [], []
    refusal = refused(
        bare, "lend", somebody(Role.BUREAU_OFFICER, "lender"), ContentInvalid, **{**LENT, "parts": ["泵体"]}
    )
    assert "至少 2 项，现有 1 项" in refusal.message


def test_where_nothing_is_known_that_is_said(other: Callable[..., Any], somebody: Callable[..., Actor]) -> None:
    loan = other(('about = "部件"', 'about = "部件"\nany_time = true'))
    refusal = refused(
        loan, "inspect", somebody(Role.BUREAU_OFFICER, "officer"), ContentInvalid, about="泵体", score="1"
    )
    assert "现有：无" in refusal.message


@pytest.mark.parametrize(
    "change",
    [
        ('of = "return"\nclause = "app-appeal-term"', 'of = "warn"\nclause = "app-appeal-term"'),
        ('clause = "app-appeal-term"', 'clause = "enf-two-officers"'),
    ],
    ids=["not done", "no term"],
)
def test_no_term_holds_what_none_runs_for(
    other: Callable[..., Any], somebody: Callable[..., Actor], change: tuple[str, str]
) -> None:
    loan = other(change, size="big")
    loan.do("return", somebody(Role.DEPT_OFFICER, "dept"), day=loan.now.date())
    loan.do("settle", somebody(Role.BUREAU_HEAD, "head"), done="yes")
    assert loan.facts.status is Status.CLOSED


def test_a_term_holds_no_more_once_the_exception_was_done(loan: Any, somebody: Callable[..., Actor]) -> None:
    lent(loan, somebody, size="big")
    head = somebody(Role.BUREAU_HEAD, "head")
    loan.let_pass(days=3)
    loan.do("return", somebody(Role.DEPT_OFFICER, "dept"), day=date(2026, 3, 3))
    loan.do("write-off", head)
    assert loan.duty("settle").started_at == pendulum.datetime(2026, 3, 3, tz=SHANGHAI)
    loan.do("settle", head, done="yes")
    assert loan.facts.status is Status.CLOSED


def test_what_the_last_act_cancels_does_not_hold_it_up(
    other: Callable[..., Any], somebody: Callable[..., Actor]
) -> None:
    cancelled = '[[act.cancels]]\nact = "inspect"\nwhen = { done = "yes" }\n[[act.needs]]\nact = "return"'
    loan = other(('[[act.needs]]\nact = "return"', cancelled), size="big", parts=["泵体"])
    loan.do("return", somebody(Role.DEPT_OFFICER, "dept"), day=loan.now.date())
    loan.let_pass(days=30)
    loan.do("settle", somebody(Role.BUREAU_HEAD, "head"), done="yes")
    assert loan.facts.status is Status.CLOSED
    assert {duty.status for duty in loan.duties.values() if duty.act == "inspect"} == {DutyStatus.SUPERSEDED}


def test_what_stands_beside_is_not_asked_for_and_ends_with_the_case(
    other: Callable[..., Any], somebody: Callable[..., Actor]
) -> None:
    loan = other(('each = "parts"', 'each = "parts"\nblocks = false\nasks = false'), size="big", parts=["泵体"])
    assert ("asked-inspect", "bureau_officer") not in loan.told
    loan.do("return", somebody(Role.DEPT_OFFICER, "dept"), day=loan.now.date())
    loan.let_pass(days=30)
    loan.do("settle", somebody(Role.BUREAU_HEAD, "head"), done="yes")
    assert not loan.facts.live
    assert {duty.status for duty in loan.duties.values() if duty.act == "inspect"} == {DutyStatus.SUPERSEDED}


def test_a_thing_that_is_owed_again_is_owed_once(other: Callable[..., Any], somebody: Callable[..., Actor]) -> None:
    again = """any_time = true
clause = "app-recheck"
[[act.field]]
key = "part"
label = "部件"
kind = "code"
[[act.owes]]
act = "inspect"
by = "bureau_officer"
clause = "app-sign"
each = "part"
"""
    loan = other(('any_time = true\nclause = "app-recheck"\n', again), size="big", parts=["泵体", "电缆"])
    loan.do("warn", somebody(Role.BUREAU_OFFICER, "officer"), part="泵体")
    assert sorted(str(duty.about) for duty in loan.facts.live.values() if duty.act == "inspect") == ["泵体", "电缆"]


def test_what_was_not_done_says_no_and_a_text_says_something(other: Callable[..., Any]) -> None:
    told = ("told-lend", "dept_head")
    condition = 'when = { size = "big" }\n\n[[act]]'
    assert told in other((condition, 'when = { "return.damaged" = "no" }\n\n[[act]]')).told
    assert told in other((condition, 'when = { what = "*" }\n\n[[act]]')).told
    assert told not in other((condition, 'when = { "return.damaged" = "yes" }\n\n[[act]]')).told
    assert told not in other((condition, 'when = { what = "" }\n\n[[act]]')).told
