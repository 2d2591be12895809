"""The turn of shifts: what each check-in, hand-over, report and missed term opens, ends and tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rules.actor import Actor, Role
from rules.agenda import DutyStatus
from rules.duty_watch import DUTY_WATCH, Status
from rules.duty_watch import WatchAct as Act

FIRST, SECOND, THIRD, LAST = (f"2026-03-0{day}T08:00" for day in (2, 3, 4, 5))
Somebody = Callable[..., Actor]


def due(case: Any) -> dict[str, str]:
    """Return when each open duty ends, by act and what it is about."""
    return {
        f"{duty.act} {duty.about or ''}".strip(): f"{duty.due_alert:%m-%d %H:%M}" for duty in case.facts.live.values()
    }


@pytest.fixture
def officer(somebody: Somebody) -> Callable[[str], Actor]:
    """Return the maker of people of the watch; all of them hold an officer's post."""
    return lambda name: somebody(Role.BUREAU_OFFICER, name)


def everybody(case: Any, officer: Callable[[str], Actor], code: str) -> None:
    """Let everybody of a shift check in."""
    shift = case.facts.shift(code)
    for person in case.facts.staffed(shift, case.now).people:
        case.do(Act.CHECK_IN, officer(person), shift=code)


def test_a_published_roster_owes_the_first_check_in_the_days_report_and_the_archive(
    roster_case: Any, owed: Any
) -> None:
    assert owed(roster_case) == [
        ("archive", "watch_leader", "duty-archive", "watch-office", "2026-03-13 Fri"),
        (f"check-in {FIRST}:keepers", "watch_next", "duty-check-in", "watch", "2026-03-02 08:15"),
        (f"check-in {FIRST}:leader", "watch_next", "duty-check-in", "watch", "2026-03-02 08:15"),
        ("zero-report 2026-03-02", "watch_keeper", "duty-zero-report", "watch", "2026-03-02 17:00"),
    ]
    assert roster_case.told == [("asked-check-in", "watch_next"), ("roster", "")]
    assert roster_case.facts.waits_for == "check-in"
    assert roster_case.facts.grade is None


def test_a_roster_published_in_the_middle_of_its_time_begins_with_the_shift_that_is_on(
    empty_case: Any, roster_lines: Any
) -> None:
    case = empty_case(process=DUTY_WATCH)
    case.until(case.now.set(day=4, hour=10))
    case.do(Act.PUBLISH, Role.TOWN_CLERK, shifts=list(roster_lines))
    assert due(case) == {
        f"check-in {THIRD}:keepers": "03-04 08:15", f"check-in {THIRD}:leader": "03-04 08:15",
        "zero-report 2026-03-04": "03-04 17:00", "archive": "03-14 00:00",
    }  # fmt: skip
    assert {duty.holder for duty in case.facts.live.values() if duty.act == "check-in"} == {Role.WATCH_KEEPER}
    assert case.facts.begun == 1


def test_the_shift_begins_with_the_last_of_its_keepers_and_the_leader_checks_in_beside_them(
    roster_case: Any, officer: Any
) -> None:
    roster_case.until(roster_case.now.set(hour=7, minute=50))
    roster_case.do(Act.CHECK_IN, officer("a"), shift=FIRST)
    assert f"check-in {FIRST}:keepers" in due(roster_case)
    assert roster_case.facts.begun == -1
    roster_case.do(Act.CHECK_IN, officer("lead-1"), shift=FIRST)
    assert f"check-in {FIRST}:leader" not in due(roster_case)
    roster_case.do(Act.CHECK_IN, officer("b"), shift=FIRST)
    assert due(roster_case) == {
        f"hand-over {FIRST}": "03-03 08:30", f"check-in {SECOND}:keepers": "03-03 08:15",
        f"check-in {SECOND}:leader": "03-03 08:15", "zero-report 2026-03-02": "03-02 17:00", "archive": "03-14 00:00",
    }  # fmt: skip
    assert roster_case.told == [("on-duty", "watch_next"), ("asked-check-in", "watch_next")]


def test_whoever_checks_in_after_the_shift_began_is_told_as_who_is_on_duty(roster_case: Any, officer: Any) -> None:
    roster_case.until(roster_case.now.set(hour=8, minute=5))
    roster_case.do(Act.CHECK_IN, officer("a"), shift=FIRST)
    roster_case.do(Act.CHECK_IN, officer("b"), shift=FIRST)
    assert roster_case.told == [
        ("on-duty", "watch_keeper"), ("on-duty", "watch_leader"), ("asked-check-in", "watch_next"),
    ]  # fmt: skip


def test_a_missing_check_in_climbs_and_the_shift_begins_all_the_same(roster_case: Any) -> None:
    roster_case.until(roster_case.now.set(hour=8, minute=15))
    assert [act.kind for act in roster_case.acts] == ["publish", "rung", "lapse", "rung"]
    assert roster_case.facts.begun == 0
    assert roster_case.facts.is_overdue
    assert f"check-in {FIRST}:keepers" in due(roster_case)
    told = [(e.name, e.addressee) for e in roster_case.effects if e.name == "overdue"]
    assert told == [("overdue", "watch_keeper"), ("overdue", "watch_leader")] * 2
    roster_case.until(roster_case.now.set(hour=9))
    later = [(effect.name, effect.addressee) for step in roster_case.steps[4:] for effect in step.effects]
    assert later == [
        *[("overdue", Role.WATCH_LEADER), ("overdue", Role.BUREAU_OFFICER)] * 2,
        *[("overdue", Role.BUREAU_HEAD), ("overdue", Role.COMMITTEE_OFFICE)] * 2,
    ]


def test_a_late_check_in_is_late_and_begins_nothing_twice(roster_case: Any, officer: Any) -> None:
    roster_case.until(roster_case.now.set(hour=8, minute=40))
    everybody(roster_case, officer, FIRST)
    ended = [duty for duty in roster_case.duties.values() if duty.act == "check-in" and FIRST in (duty.about or "")]
    assert {duty.status for duty in ended} == {DutyStatus.LATE_DONE}
    handed = [duty for duty in roster_case.duties.values() if duty.act == "hand-over"]
    assert len(handed) == 1


def test_what_a_shift_never_did_is_explained_by_the_leader_when_the_next_begins(roster_case: Any, officer: Any) -> None:
    roster_case.until(roster_case.now.set(day=3, hour=8, minute=15))
    assert f"explain check-in:{FIRST}:keepers" in due(roster_case)
    assert f"explain check-in:{FIRST}:leader" in due(roster_case)
    assert not any(text.startswith(f"check-in {FIRST}") for text in due(roster_case))
    assert due(roster_case)[f"hand-over {FIRST}"] == "03-03 08:30"
    missed = [effect.clause_id for effect in roster_case.effects if effect.name == "missed"]
    assert missed == ["duty-check-in"], "what one shift missed twice is told once"
    explain = next(duty for duty in roster_case.facts.live.values() if duty.act == "explain")
    assert (explain.holder, explain.clause_id) == (Role.WATCH_LEADER, "duty-explain")
    roster_case.do(Act.EXPLAIN, officer("lead-2"), about=str(explain.about), reason="车辆故障，已安排备勤")
    assert explain.key not in roster_case.facts.live


def test_a_hand_over_that_never_came_is_explained_one_shift_later(roster_case: Any) -> None:
    roster_case.until(roster_case.now.set(day=4, hour=8, minute=15))
    assert f"hand-over {FIRST}" not in due(roster_case)
    assert f"explain hand-over:{FIRST}" in due(roster_case)
    assert f"hand-over {SECOND}" in due(roster_case)


def test_what_is_handed_over_is_confirmed_by_the_next_shift_and_then_on_paper(roster_case: Any, officer: Any) -> None:
    everybody(roster_case, officer, FIRST)
    roster_case.until(roster_case.now.set(day=3, hour=7, minute=55))
    roster_case.do(Act.HAND_OVER, officer("a"), shift=FIRST, note="一件来文待转")
    assert roster_case.told == [("asked-take-over", "watch_next")]
    assert due(roster_case)[f"take-over {FIRST}"] == "03-03 08:25"
    everybody(roster_case, officer, SECOND)
    roster_case.until(roster_case.now.set(hour=8, minute=2))
    roster_case.do(Act.TAKE_OVER, officer("c"), shift=FIRST)
    assert roster_case.told == [("hand-over", "")]
    assert not any(text.startswith(("hand-over 2026-03-02", "take-over")) for text in due(roster_case))


def test_a_hand_over_after_the_change_asks_those_who_are_on_duty_now(roster_case: Any, officer: Any) -> None:
    everybody(roster_case, officer, FIRST)
    roster_case.until(roster_case.now.set(day=3, hour=8, minute=5))
    roster_case.do(Act.HAND_OVER, officer("b"), shift=FIRST)
    assert roster_case.told == [("asked-take-over", "watch_keeper")]


def test_an_unconfirmed_hand_over_is_explained_when_the_shift_after_next_begins(roster_case: Any, officer: Any) -> None:
    everybody(roster_case, officer, FIRST)
    roster_case.until(roster_case.now.set(day=3, hour=8))
    roster_case.do(Act.HAND_OVER, officer("a"), shift=FIRST)
    roster_case.until(roster_case.now.set(day=4, hour=8, minute=15))
    assert f"explain take-over:{FIRST}" in due(roster_case)


# --- daily reports -------------------------------------------------------------------------------


def test_each_report_owes_the_next_days_until_the_roster_ends(roster_case: Any, officer: Any) -> None:
    for day in (2, 3, 4, 5):
        roster_case.until(roster_case.now.set(day=day, hour=16))
        roster_case.do(Act.ZERO_REPORT, officer("a"), day=roster_case.now.date(), events="none")
        following = f"zero-report 2026-03-0{day + 1}"
        assert (following in due(roster_case)) is (day < 5)
        assert roster_case.told == []


def test_events_are_told_to_leader_and_bureau_at_once(roster_case: Any, officer: Any) -> None:
    roster_case.until(roster_case.now.set(hour=16))
    roster_case.do(Act.ZERO_REPORT, officer("a"), day=roster_case.now.date(), events="some", note="山火一起")
    assert roster_case.told == [("events-reported", "watch_leader"), ("events-reported", "bureau_officer")]


def test_a_missed_report_climbs_and_is_explained_once_the_next_one_is_missed_too(
    roster_case: Any, officer: Any
) -> None:
    roster_case.until(roster_case.now.set(hour=17))
    assert {"zero-report 2026-03-02", "zero-report 2026-03-03"} <= due(roster_case).keys()
    roster_case.until(roster_case.now.set(hour=20))
    roster_case.do(Act.ZERO_REPORT, officer("a"), day=roster_case.now.date(), events="none")
    assert "zero-report 2026-03-03" in due(roster_case)
    assert [d.status for d in roster_case.duties.values() if d.about == "2026-03-02"] == [DutyStatus.LATE_DONE]
    roster_case.until(roster_case.now.set(day=4, hour=17))
    assert "explain zero-report:2026-03-03" in due(roster_case)
    assert "zero-report 2026-03-03" not in due(roster_case)


# --- checking and the end ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"answered": "yes", "answered_at": "2026-03-02T10:03"}, []),
        ({"answered": "yes", "answered_at": "2026-03-02T10:04"}, ["missed-call", "asked-explain", "missed"]),
        ({"answered": "no"}, ["missed-call", "asked-explain", "missed"]),
    ],
    ids=["in time", "late", "unanswered"],
)
def test_a_roll_call_without_an_answer_in_time_is_explained(
    roster_case: Any, somebody: Somebody, answer: dict[str, str], told: list[str]
) -> None:
    roster_case.until(roster_case.now.set(hour=11))
    roster_case.do(
        Act.ROLL_CALL, somebody(Role.BUREAU_HEAD, "inspector"), person="a", called_at="2026-03-02T10:00", **answer
    )
    assert [name for name, _ in roster_case.told] == told
    explained = [text for text in due(roster_case) if text == f"explain roll-call:{len(roster_case.acts)}"]
    assert len(explained) == bool(told)


def test_the_log_and_its_corrections_owe_nothing(roster_case: Any, officer: Any) -> None:
    before = due(roster_case)
    roster_case.do(Act.LOG, officer("a"), category="call", entry="上馆镇来电询问天气")
    roster_case.do(Act.CORRECT, officer("a"), about="2", correction="应为阳明堡镇来电")
    assert due(roster_case) == before
    assert roster_case.facts.entries == {2}


def test_the_archive_ends_the_roster_and_all_that_is_left_of_it(roster_case: Any, officer: Any) -> None:
    for day, code in zip((2, 3, 4, 5), (FIRST, SECOND, THIRD, LAST), strict=True):
        roster_case.until(roster_case.now.set(day=day, hour=8))
        if day > 2:
            before = roster_case.facts.shifts[day - 3].code
            roster_case.do(Act.HAND_OVER, officer(roster_case.facts.shift(before).keepers[0]), shift=before)
            roster_case.do(Act.TAKE_OVER, officer(roster_case.facts.shift(code).keepers[0]), shift=before)
        everybody(roster_case, officer, code)
        roster_case.until(roster_case.now.set(hour=16))
        roster_case.do(Act.ZERO_REPORT, officer("a"), day=roster_case.now.date(), events="none")
    roster_case.until(roster_case.now.set(day=6, hour=8))
    assert due(roster_case) == {f"hand-over {LAST}": "03-06 08:30", "archive": "03-14 00:00"}
    roster_case.do(Act.HAND_OVER, officer("a"), shift=LAST)
    roster_case.do(Act.TAKE_OVER, officer("of-the-next-roster"), shift=LAST)
    roster_case.do(Act.ARCHIVE, officer("clerk"))
    assert roster_case.facts.status is Status.CLOSED
    assert roster_case.facts.waits_for == ""
    assert not roster_case.facts.live


def test_the_archive_is_reminded_and_climbs_like_any_office_matter(roster_case: Any) -> None:
    roster_case.until(roster_case.now.set(day=12))
    told = [(e.name, e.addressee) for e in roster_case.effects if e.asks and e.asks.startswith("archive")]
    assert told == [("reminder", Role.WATCH_LEADER)]


def test_a_roster_published_on_its_last_morning_owes_no_report_any_more(empty_case: Any, roster_lines: Any) -> None:
    case = empty_case(process=DUTY_WATCH)
    case.until(case.now.set(day=6, hour=7))
    case.do(Act.PUBLISH, Role.TOWN_CLERK, shifts=list(roster_lines))
    assert case.waiting_for == {"check-in", "archive"}
