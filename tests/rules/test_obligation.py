"""What follows from each act on a leader's quota: what is owed until when, who is told, what closes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from rules.actor import Actor, Role, clock
from rules.agenda import DutyStatus
from rules.obligation import OBLIGATION, Outcome, Status
from rules.obligation import ObligationAct as Act

VISIT: dict[str, Any] = {"place": "峨口铁矿", "problems": "none"}


@pytest.fixture
def leader(somebody: Callable[..., Actor]) -> Actor:
    """Return the leader in charge who owes the visits."""
    return somebody(Role.COUNTY_LEADER, "leader")


@pytest.fixture
def liaison(somebody: Callable[..., Actor]) -> Actor:
    """Return the liaison, acting for the leader."""
    return somebody(Role.LIAISON, "liaison", acting_for="leader")


def visit(case: Any, who: Actor, day: int, **more: Any) -> Any:
    """Record a visit on a day of March, with a photograph of its own."""
    case.until(max(case.now, case.now.set(month=3, day=day, hour=18)))
    said = {**VISIT, "day": date(2026, 3, day), "evidence": (f"photo-{day}",), **more}
    return case.do(Act.VISIT, who, **said)


def whom(case: Any) -> dict[str, set[str]]:
    """Return who was told what over the whole case."""
    told: dict[str, set[str]] = {}
    for effect in case.effects:
        told.setdefault(effect.name, set()).add(str(effect.addressee))
    return told


# --- the month as it should be -------------------------------------------------------------------


def test_the_first_of_the_month_opens_two_visits_and_asks_the_leader_and_the_liaison_alone(
    quota_case: Any, owed: Any
) -> None:
    assert owed(quota_case) == [
        ("visit 2026-03", "owner", "obl-visit-in-charge", "own-quota", "2026-03-31 Tue"),
    ]
    assert quota_case.told == [("asked-visit", "owner"), ("asked-visit", "liaison")]
    assert (quota_case.facts.status, quota_case.facts.waits_for) == (Status.OPEN, "visit")
    assert (quota_case.facts.grade, quota_case.facts.outcome) == (None, Outcome.RUNNING)
    assert not quota_case.facts.is_overdue


def test_two_visits_fulfil_the_quota_on_the_day_of_the_second(quota_case: Any, leader: Actor, liaison: Actor) -> None:
    visit(quota_case, leader, 5)
    assert (quota_case.facts.done, quota_case.facts.status) == (1, Status.OPEN)
    visit(quota_case, liaison, 20)
    (duty,) = quota_case.duties.values()
    assert (duty.status, f"{duty.ended_at:%m-%d}") == (DutyStatus.DONE, "03-20")
    assert (quota_case.facts.status, quota_case.facts.outcome) == (Status.CLOSED, Outcome.DONE)
    assert quota_case.acts[-1].actor.persons == {"leader", "liaison"}


def test_a_third_visit_is_on_record_too(quota_case: Any, leader: Actor) -> None:
    for day in (5, 6, 7):
        visit(quota_case, leader, day)
    assert quota_case.facts.done == 3
    assert quota_case.facts.status is Status.CLOSED


def test_a_visit_entered_after_the_month_counts_for_the_day_it_was_made(quota_case: Any, leader: Actor) -> None:
    visit(quota_case, leader, 5)
    quota_case.until(quota_case.now.set(month=4, day=2))
    assert quota_case.facts.breached
    quota_case.do(Act.VISIT, leader, **VISIT, day=date(2026, 3, 30), evidence=("late",))
    quota, explanation = quota_case.duties.values()
    assert (quota.status, quota.breached) == (DutyStatus.DONE, True)
    assert explanation.status is DutyStatus.SUPERSEDED
    assert (quota_case.facts.outcome, quota_case.facts.breached) == (Outcome.DONE, True)


# --- warning and breach --------------------------------------------------------------------------


def test_before_the_month_has_ended_nobody_but_the_leader_and_the_liaison_hears_of_it(quota_case: Any) -> None:
    quota_case.until(quota_case.now.set(day=31, hour=23, minute=59))
    assert whom(quota_case) == {"asked-visit": {"owner", "liaison"}, "reminder": {"owner", "liaison"}}
    (warned,) = [act for act in quota_case.acts if act.kind == Act.RUNG]
    assert f"{warned.happened_at:%m-%d %H:%M}" == "03-25 00:00"
    assert not quota_case.facts.breached


def test_at_the_end_of_the_month_the_breach_is_recorded_told_and_to_be_explained(quota_case: Any, owed: Any) -> None:
    quota_case.until(quota_case.now.set(month=4, day=1, hour=0, minute=0))
    assert quota_case.told == [
        ("overdue", "owner"), ("overdue", "liaison"), ("overdue", "committee_office"), ("asked-explain", "owner"),
    ]  # fmt: skip
    assert [entry[:4] for entry in owed(quota_case)] == [
        ("explain", "owner", "obl-explain", "own-follow-up"),
        ("visit 2026-03", "owner", "obl-visit-in-charge", "own-quota"),
    ]
    assert (quota_case.facts.breached, quota_case.facts.is_overdue) == (True, True)


def test_no_circular_goes_out_by_itself(quota_case: Any) -> None:
    quota_case.let_pass(days=90)
    assert set(whom(quota_case)) == {"asked-visit", "reminder", "overdue", "asked-explain"}


def test_an_explanation_closes_the_period_and_the_breach_stays(quota_case: Any, leader: Actor) -> None:
    quota_case.until(quota_case.now.set(month=4, day=2))
    quota_case.do(Act.EXPLAIN, leader, reason="汛期在外")
    assert (quota_case.facts.status, quota_case.facts.outcome) == (Status.CLOSED, Outcome.MISSED)
    assert [(duty.act, duty.status, duty.breached) for duty in quota_case.duties.values()] == [
        ("visit", DutyStatus.SUPERSEDED, True), ("explain", DutyStatus.DONE, False),
    ]  # fmt: skip


def test_an_explanation_that_does_not_come_is_told_to_the_office(quota_case: Any) -> None:
    quota_case.let_pass(days=60)
    last = quota_case.acts[-1]
    assert last.word("about").startswith("explain@")
    assert quota_case.told == [("overdue", "owner"), ("overdue", "liaison"), ("overdue", "committee_office")]


def test_a_month_opened_after_an_outage_is_not_asked_for_and_breached_once(empty_case: Any, quota_opening: Any) -> None:
    case = empty_case(process=OBLIGATION)
    case.now = case.now.set(month=6, day=15)
    case.do(Act.OPEN, clock("dai"), **quota_opening)
    assert case.told == []
    case.let_pass(minutes=1)
    assert whom(case) == {"overdue": {"owner", "liaison", "committee_office"}, "asked-explain": {"owner"}}
    assert case.duty("explain").due_alert > case.now


# --- what a visit finds --------------------------------------------------------------------------


def test_problems_without_a_hazard_are_to_be_handed_on_even_when_the_quota_is_done(
    quota_case: Any, leader: Actor, liaison: Actor
) -> None:
    visit(quota_case, leader, 5)
    found = visit(quota_case, leader, 6, problems="some", found="护栏缺失")
    assert quota_case.waiting_for == {"refer"}
    assert quota_case.told == [("asked-refer", "owner"), ("visit-record", "")]
    assert (quota_case.facts.outcome, quota_case.facts.status) == (Outcome.DONE, Status.OPEN)
    quota_case.do(Act.REFER, liaison, about=str(found.seq), hazards=["YH-2026-0017"])
    assert quota_case.facts.status is Status.CLOSED
    assert [entry.hazards for entry in quota_case.facts.entries] == [(), ("YH-2026-0017",)]


def test_problems_that_name_their_hazards_owe_nothing_more(quota_case: Any, leader: Actor) -> None:
    visit(quota_case, leader, 5, problems="some", found="护栏缺失", hazards=["YH-2026-0017", "YH-2026-0018"])
    assert quota_case.waiting_for == {"visit"}
    assert quota_case.facts.entries[0].hazards == ("YH-2026-0017", "YH-2026-0018")


def test_problems_not_handed_on_in_time_are_told_to_the_office(quota_case: Any, leader: Actor) -> None:
    visit(quota_case, leader, 5, problems="some", found="护栏缺失")
    quota_case.until(quota_case.now.set(day=20))
    assert whom(quota_case)["overdue"] == {"owner", "liaison", "committee_office"}
    assert not quota_case.facts.breached


# --- absence, release ----------------------------------------------------------------------------


def test_an_absence_is_on_record_and_the_quota_is_owed_all_the_same(quota_case: Any, leader: Actor) -> None:
    quota_case.do(Act.ABSENCE, leader, why="trip", first=date(2026, 3, 2), last=date(2026, 3, 31), reason="省里学习")
    assert quota_case.waiting_for == {"visit"}
    assert [(a.why, a.first.day, a.last.day) for a in quota_case.facts.absences] == [("trip", 2, 31)]
    quota_case.until(quota_case.now.set(month=4, day=1, hour=0, minute=0))
    assert quota_case.facts.breached


@pytest.mark.parametrize("after_the_end", [False, True])
def test_a_whole_month_away_with_its_paper_is_not_counted(
    quota_case: Any, leader: Actor, *, after_the_end: bool
) -> None:
    if after_the_end:
        quota_case.until(quota_case.now.set(month=4, day=2))
    whole = {"first": date(2026, 2, 15), "last": date(2026, 3, 31)}
    quota_case.do(Act.ABSENCE, leader, why="study", reason="党校", evidence=("paper",), **whole)
    assert (quota_case.facts.outcome, quota_case.facts.status) == (Outcome.EXCUSED, Status.CLOSED)
    assert quota_case.facts.breached is after_the_end


def test_a_month_away_from_its_very_first_to_its_very_last_day_is_not_counted(quota_case: Any, leader: Actor) -> None:
    whole = {"first": date(2026, 3, 1), "last": date(2026, 3, 31)}
    quota_case.do(Act.ABSENCE, leader, why="study", reason="党校", evidence=("paper",), **whole)
    assert quota_case.facts.outcome is Outcome.EXCUSED


def test_an_absence_may_begin_on_the_last_day_of_the_month(quota_case: Any, leader: Actor) -> None:
    quota_case.do(Act.ABSENCE, leader, why="trip", first=date(2026, 3, 31), last=date(2026, 4, 2), reason="出差")
    assert len(quota_case.facts.absences) == 1


def test_what_ends_first_is_waited_for_and_the_latest_claimed_instant_is_kept(quota_case: Any, leader: Actor) -> None:
    found = visit(quota_case, leader, 5, problems="some", found="护栏缺失")
    assert quota_case.facts.waits_for == "refer"
    earlier = quota_case.now.subtract(days=2)
    days = {"first": date(2026, 3, 10), "last": date(2026, 3, 11)}
    quota_case.do(Act.ABSENCE, leader, why="trip", reason="出差", happened_at=earlier, **days)
    assert quota_case.facts.latest_at == found.happened_at


def test_leave_that_begins_when_the_duty_opens_and_ends_within_the_month_leaves_the_rest_of_it(
    quota_case: Any, leader: Actor
) -> None:
    quota_case.do(Act.ABSENCE, leader, why="sick", first=date(2026, 3, 1), last=date(2026, 3, 30), reason="住院")
    assert quota_case.facts.outcome is Outcome.RUNNING


def test_an_absence_noted_after_the_quota_is_done_changes_nothing(quota_case: Any, leader: Actor) -> None:
    visit(quota_case, leader, 5)
    visit(quota_case, leader, 6)
    quota_case.do(Act.ABSENCE, leader, why="trip", first=date(2026, 3, 8), last=date(2026, 3, 9), reason="出差")
    assert quota_case.facts.outcome is Outcome.DONE


def test_whoever_leaves_the_post_owes_no_more_and_what_was_done_stays(quota_case: Any, leader: Actor) -> None:
    visit(quota_case, leader, 5, problems="some", found="护栏缺失")
    quota_case.do(Act.RELEASE, clock("dai"), why="left")
    assert (quota_case.facts.outcome, quota_case.facts.status) == (Outcome.RELEASED, Status.CLOSED)
    assert quota_case.facts.done == 1
    assert {duty.status for duty in quota_case.duties.values()} == {DutyStatus.SUPERSEDED}


def test_words_for_people() -> None:
    assert [kind.label for kind in (Act.VISIT, Act.REFER)] == ["登记检查", "交办问题"]
    assert {status.label for status in Status} == {"在办", "已办结"}
    assert len({outcome.label for outcome in Outcome}) == len(Outcome)
