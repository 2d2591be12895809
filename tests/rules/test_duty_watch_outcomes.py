"""What each act makes of the watch, whole: what it opens under which clause and ladder, what it ends, whom it tells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from rules.actor import Actor, Role
from rules.duty_watch import DUTY_WATCH
from rules.duty_watch import WatchAct as Act

FIRST, SECOND, THIRD, LAST = (f"2026-03-0{day}T08:00" for day in (2, 3, 4, 5))
SWAP = {"person": "e", "shift": THIRD, "other": "a", "other_shift": LAST, "reason": "出差"}
LEAVE = {"person": "c", "from": "2026-03-03T07:00", "until": "2026-03-03T12:00", "reason": "就医"}


def opened(case: Any) -> list[tuple[str, str, str, str]]:
    """Return what the last act opened: act and subject, holder, clause, ladder; * marks what blocks."""
    return [
        (f"{duty.act} {duty.about or ''}".strip() + ("*" if duty.blocks else ""), str(duty.holder), duty.clause_id,
         duty.ladder)
        for duty in case.steps[-1].opened
    ]  # fmt: skip


def ended(case: Any) -> list[tuple[str, str]]:
    """Return what the last act ended, and how."""
    return [(f"{duty.act} {duty.about or ''}".strip(), str(duty.status)) for duty in case.steps[-1].ended]


def told(case: Any) -> list[tuple[str, str, str]]:
    """Return whom the last act told what under which clause, papers included."""
    return [(e.name, str(e.addressee or e.kind), e.clause_id) for e in case.steps[-1].effects]


def both(code: str, holder: str = "watch_next") -> list[tuple[str, str, str, str]]:
    return [(f"check-in {code}:{part}", holder, "duty-check-in", "watch") for part in ("keepers", "leader")]


@pytest.fixture
def officer(somebody: Callable[..., Actor]) -> Callable[[str], Actor]:
    """Return the maker of people of the watch."""
    return lambda name: somebody(Role.BUREAU_OFFICER, name)


@pytest.fixture
def begun(roster_case: Any, officer: Callable[[str], Actor]) -> Any:
    """Return the roster with its first shift begun and all of its people there, before its first hour."""
    for who in ("lead-1", "a", "b"):
        roster_case.do(Act.CHECK_IN, officer(who), shift=FIRST)
    return roster_case


def test_a_published_roster_waits_for_its_archive_and_lets_people_check_in_and_report(roster_case: Any) -> None:
    assert opened(roster_case) == [
        *both(FIRST), ("zero-report 2026-03-02", "watch_keeper", "duty-zero-report", "watch"),
        ("archive*", "watch_leader", "duty-archive", "watch-office"),
    ]  # fmt: skip
    asked = [("asked-check-in", "watch_next", "duty-check-in")]
    assert told(roster_case) == [*asked, ("roster", "paper", "duty-24h")]
    assert [effect.asks for effect in roster_case.effects] == [f"check-in@1:{FIRST}:keepers", None]


def test_the_last_keeper_begins_the_shift_and_the_leader_begins_nothing(roster_case: Any, officer: Any) -> None:
    roster_case.do(Act.CHECK_IN, officer("lead-1"), shift=FIRST)
    assert (opened(roster_case), told(roster_case)) == ([], [])
    assert ended(roster_case) == [(f"check-in {FIRST}:leader", "done")]
    roster_case.do(Act.CHECK_IN, officer("b"), shift=FIRST)
    assert (opened(roster_case), ended(roster_case), told(roster_case)) == ([], [], [])
    roster_case.do(Act.CHECK_IN, officer("a"), shift=FIRST)
    assert opened(roster_case) == [
        (f"hand-over {FIRST}", "watch_keeper", "duty-hand-over", "watch"), *both(SECOND),
    ]  # fmt: skip
    assert ended(roster_case) == [(f"check-in {FIRST}:keepers", "done")]
    assert told(roster_case) == [
        ("on-duty", "watch_next", "duty-hand-over"), ("asked-check-in", "watch_next", "duty-check-in"),
    ]  # fmt: skip


@pytest.mark.parametrize("agreed", ["yes", "no"])
def test_a_swap_asks_the_other_and_is_told_when_it_is_answered(begun: Any, officer: Any, agreed: str) -> None:
    begun.do(Act.SWAP, officer("e"), **SWAP)
    assert opened(begun) == [("agree-swap 5", "named", "duty-swap", "watch-office")]
    assert told(begun) == [("asked-agree-swap", "named", "duty-swap")]
    begun.do(Act.AGREE_SWAP, officer("a"), about="5", person="e", agreed=agreed)
    assert (opened(begun), ended(begun)) == ([], [("agree-swap 5", "done")])
    assert told(begun) == (
        [("swapped", "named", "duty-swap"), ("swapped", "watch_leader", "duty-swap")]
        if agreed == "yes"
        else [("swap-refused", "named", "duty-swap")]
    )


def test_leave_seeks_a_substitute_who_ends_it_and_so_does_coming_back(begun: Any, officer: Any) -> None:
    begun.do(Act.LEAVE, officer("c"), **LEAVE)
    sought = f"substitute {SECOND} c"
    assert opened(begun) == [(sought, "watch_leader", "duty-leave", "watch")]
    assert told(begun) == [("asked-substitute", "watch_leader", "duty-leave")]
    back = begun.fork()
    back.do(Act.RETURN, officer("c"), about="5", **{"from": "2026-03-03T07:30"})
    assert (opened(back), ended(back)) == ([], [(sought, "superseded")])
    assert told(back) == [("returned", "watch_leader", "duty-leave")]
    begun.do(Act.SUBSTITUTE, officer("z"), shift=SECOND, person="c", substitute="x", reason="就医")
    assert (opened(begun), ended(begun)) == ([], [(sought, "done")])
    assert told(begun) == [("substituted", role, "duty-leave") for role in ("named", "watch_leader")]


def test_leave_with_a_substitute_opens_nothing_and_tells_both(begun: Any, officer: Any) -> None:
    begun.do(Act.LEAVE, officer("c"), substitute="x", **LEAVE)
    assert (opened(begun), ended(begun)) == ([], [])
    assert told(begun) == [("substituted", role, "duty-leave") for role in ("named", "watch_leader")]


def test_a_second_absence_at_the_same_time_seeks_nobody_twice(begun: Any, officer: Any) -> None:
    begun.do(Act.LEAVE, officer("c"), **LEAVE)
    begun.do(Act.LEAVE, officer("c"), **{**LEAVE, "from": "2026-03-03T09:00"})
    assert opened(begun) == []


@pytest.mark.parametrize(
    ("begins", "until", "touched"),
    [
        ("2026-03-03T08:00", "2026-03-04T08:00", [SECOND]),
        ("2026-03-04T07:00", "2026-03-05T08:01", [SECOND, LAST]),
        ("2026-03-03T07:59", "2026-03-04T08:01", [SECOND]),
        ("2026-03-02T12:00", "2026-03-03T08:00", []),
        ("2026-03-04T08:00", "2026-03-05T08:00", []),
        ("2026-03-02T12:00", "2026-03-03T08:01", [SECOND]),
        ("2026-03-04T07:59", "2026-03-05T08:00", [SECOND]),
    ],
)
def test_an_absence_leaves_the_shifts_it_overlaps_and_no_other(
    begun: Any, officer: Any, begins: str, until: str, touched: list[str]
) -> None:
    begun.do(Act.LEAVE, officer("c"), person="c", reason="就医", **{"from": begins, "until": until})
    expected = [f"substitute {code} c" for code in touched]
    assert [name for name, *_ in opened(begun)] == expected


def test_a_call_that_nobody_took_is_told_to_them_explained_by_the_leader_and_told_to_the_bureau(
    begun: Any, officer: Any
) -> None:
    begun.let_pass(hours=1)
    begun.do(Act.ROLL_CALL, officer("z"), person="a", called_at="2026-03-02T08:20", answered="no")
    seq = len(begun.acts)
    assert opened(begun) == [(f"explain roll-call:{seq}", "watch_leader", "duty-explain", "watch-office")]
    assert told(begun) == [
        ("missed-call", "named", "duty-roll-call"), ("asked-explain", "watch_leader", "duty-explain"),
        ("missed", "bureau_officer", "duty-roll-call"),
    ]  # fmt: skip


def test_a_report_opens_the_next_days_and_events_are_told_under_its_clause(begun: Any, officer: Any) -> None:
    begun.do(Act.ZERO_REPORT, officer("a"), day=date(2026, 3, 2), events="some", note="山火一起")
    assert opened(begun) == [("zero-report 2026-03-03", "watch_keeper", "duty-zero-report", "watch")]
    assert ended(begun) == [("zero-report 2026-03-02", "done")]
    assert told(begun) == [("events-reported", r, "duty-zero-report") for r in ("watch_leader", "bureau_officer")]


def test_a_report_made_late_ends_its_own_day_and_not_the_day_that_runs(begun: Any, officer: Any) -> None:
    begun.until(begun.now.set(day=2, hour=17))
    assert sorted(duty.about for duty in begun.facts.live.values() if duty.act == Act.ZERO_REPORT) == [
        "2026-03-02", "2026-03-03",
    ]  # fmt: skip
    begun.do(Act.ZERO_REPORT, officer("a"), day=date(2026, 3, 2), events="none")
    assert (opened(begun), ended(begun)) == ([], [("zero-report 2026-03-02", "late_done")])
    begun.until(begun.now.set(day=3, hour=9))
    begun.do(Act.ZERO_REPORT, officer("a"), day=date(2026, 3, 3), events="none")
    assert opened(begun) == [("zero-report 2026-03-04", "watch_keeper", "duty-zero-report", "watch")]


@pytest.mark.parametrize(("hour", "minute", "holder"), [(7, 59, "watch_next"), (8, 0, "watch_keeper")])
def test_a_hand_over_is_confirmed_by_the_next_ones_until_they_are_on_duty_themselves(
    begun: Any, officer: Any, hour: int, minute: int, holder: str
) -> None:
    begun.until(begun.now.set(day=3, hour=hour, minute=minute))
    begun.do(Act.HAND_OVER, officer("a"), shift=FIRST)
    assert opened(begun) == [(f"take-over {FIRST}", holder, "duty-take-over", "watch")]
    assert ended(begun) == [(f"hand-over {FIRST}", "done")]
    assert told(begun) == [("asked-take-over", holder, "duty-take-over")]
    begun.do(Act.TAKE_OVER, officer("c"), shift=FIRST)
    assert (opened(begun), ended(begun)) == ([], [(f"take-over {FIRST}", "done")])
    assert told(begun) == [("hand-over", "paper", "duty-take-over")]


def test_an_amendment_asks_the_next_people_anew_and_is_a_paper_of_its_own(begun: Any, officer: Any) -> None:
    begun.do(Act.AMEND, officer("z"), shifts=[f"{SECOND}/{THIRD}|deputy|lead-2|c,x"], reason="调整")
    assert opened(begun) == both(SECOND)
    assert ended(begun) == [(name, "superseded") for name, *_ in both(SECOND)]
    assert told(begun) == [("asked-check-in", "watch_next", "duty-check-in"), ("roster", "paper", "duty-24h")]


def test_an_amendment_takes_only_what_hung_on_the_shifts_that_it_changed(begun: Any, officer: Any) -> None:
    begun.do(Act.SWAP, officer("e"), **SWAP)
    begun.do(Act.SWAP, officer("d"), person="d", shift=SECOND, other="f", other_shift=THIRD, reason="出差")
    begun.do(Act.LEAVE, officer("c"), **{**LEAVE, "until": "2026-03-06T08:00"})
    third = begun.fork()
    begun.do(Act.AMEND, officer("z"), shifts=[f"{LAST}/2026-03-06T08:00|deputy|lead-1|a,x"], reason="调整")
    assert sorted(ended(begun)) == [("agree-swap 5", "superseded"), (f"substitute {LAST} c", "superseded")]
    assert list(begun.facts.swaps) == ["6"]
    third.do(Act.AMEND, officer("z"), shifts=[f"{THIRD}/{LAST}|head|lead-3|g,h"], reason="调整")
    assert sorted(ended(third)) == [("agree-swap 5", "superseded"), ("agree-swap 6", "superseded")]


def test_a_swap_lapses_with_the_first_of_its_shifts_whichever_that_is(begun: Any, officer: Any) -> None:
    begun.do(Act.SWAP, officer("d"), person="d", shift=SECOND, other="f", other_shift=THIRD, reason="出差")
    begun.do(Act.SWAP, officer("e"), person="e", shift=THIRD, other="c", other_shift=SECOND, reason="出差")
    begun.do(Act.SWAP, officer("e"), **SWAP)
    for who in ("c", "d"):
        begun.until(begun.now.set(day=3, hour=8, minute=5))
        begun.do(Act.CHECK_IN, officer(who), shift=SECOND)
    assert list(begun.facts.swaps) == ["7"]
    assert ("agree-swap 5", "superseded") in ended(begun)
    assert ("agree-swap 6", "superseded") in ended(begun)


def test_what_earlier_shifts_missed_is_explained_one_by_one_and_told_under_its_own_clause(begun: Any) -> None:
    begun.until(begun.now.set(day=5, hour=8, minute=14))
    before = len(begun.steps)
    begun.until(begun.now.set(day=5, hour=8, minute=16))
    changes = [step for step in begun.steps[before:] if any(duty.act == Act.EXPLAIN for duty in step.opened)]
    assert len(changes) == 1
    (change,) = changes
    missed = [f"hand-over:{SECOND}", f"check-in:{THIRD}:keepers", f"check-in:{THIRD}:leader"]
    assert [duty.about for duty in change.opened if duty.act == Act.EXPLAIN] == missed
    assert {
        (duty.holder, duty.clause_id, duty.ladder, duty.blocks) for duty in change.opened if duty.about in missed
    } == {(Role.WATCH_LEADER, "duty-explain", "watch-office", False)}
    assert [(str(e.addressee), e.clause_id) for e in change.effects if e.name == "missed"] == [
        ("bureau_officer", "duty-hand-over"),
    ]  # fmt: skip
    assert [(str(e.addressee), e.clause_id) for e in change.effects if e.name == "on-duty"] == [
        ("watch_keeper", "duty-hand-over"), ("watch_leader", "duty-hand-over"),
    ]  # fmt: skip
    (hand_over,) = [duty for duty in change.opened if duty.act == Act.HAND_OVER]
    assert (hand_over.about, hand_over.holder, hand_over.ladder) == (LAST, Role.WATCH_KEEPER, "watch")


def test_a_report_missed_for_a_day_is_explained_when_the_next_is_missed_and_told_under_its_clause(begun: Any) -> None:
    begun.until(begun.now.set(day=3, hour=17))
    change = next(step for step in reversed(begun.steps) if any(duty.act == Act.EXPLAIN for duty in step.opened))
    assert [duty.about for duty in change.opened] == ["zero-report:2026-03-02", "2026-03-04"]
    assert [(e.name, str(e.addressee), e.clause_id) for e in change.effects] == [
        ("asked-explain", "watch_leader", "duty-explain"), ("missed", "bureau_officer", "duty-zero-report"),
    ]  # fmt: skip
    assert [(duty.about, duty.status) for duty in change.ended] == [("2026-03-02", "superseded")]


def test_of_two_reports_that_are_owed_each_ends_its_own_day(begun: Any, officer: Any) -> None:
    begun.until(begun.now.set(day=3, hour=9))
    begun.do(Act.ZERO_REPORT, officer("a"), day=date(2026, 3, 3), events="none")
    assert opened(begun) == [("zero-report 2026-03-04", "watch_keeper", "duty-zero-report", "watch")]
    assert ended(begun) == [("zero-report 2026-03-03", "done")]


def test_from_its_first_minute_a_shift_is_on_duty_and_no_longer_next(roster_case: Any, officer: Any) -> None:
    roster_case.until(roster_case.now.set(hour=8, minute=0))
    for who in ("a", "b"):
        roster_case.do(Act.CHECK_IN, officer(who), shift=FIRST)
    assert told(roster_case)[:2] == [("on-duty", role, "duty-hand-over") for role in ("watch_keeper", "watch_leader")]


@pytest.mark.parametrize(
    ("day", "hour", "awaited"),
    [
        (3, 7, [f"check-in {FIRST}:keepers", f"check-in {FIRST}:leader", "zero-report 2026-03-03"]),
        (3, 8, [f"check-in {SECOND}:keepers", f"check-in {SECOND}:leader", "zero-report 2026-03-03"]),
        (5, 9, [f"check-in {LAST}:keepers", f"check-in {LAST}:leader", "zero-report 2026-03-05"]),
        (6, 7, [f"check-in {LAST}:keepers", f"check-in {LAST}:leader"]),
    ],
)
def test_a_roster_published_late_begins_with_the_shift_that_is_on_in_that_minute(
    empty_case: Any, roster_lines: Any, day: int, hour: int, awaited: list[str]
) -> None:
    case = empty_case(process=DUTY_WATCH, now=empty_case().now.set(day=day, hour=hour))
    case.do(Act.PUBLISH, Role.BUREAU_OFFICER, shifts=list(roster_lines))
    assert [name for name, *_ in opened(case)] == [*awaited, "archive*"]


def test_a_last_shift_whose_people_came_early_is_amended_into_itself_without_asking_anybody(
    begun: Any, officer: Any
) -> None:
    begun.until(begun.now.set(day=5, hour=7, minute=30))
    for who in ("a", "c"):
        begun.do(Act.CHECK_IN, officer(who), shift=LAST)
    begun.do(Act.AMEND, officer("z"), shifts=[f"{LAST}/2026-03-06T08:00|deputy|lead-1|a,c"], reason="重发")
    assert (opened(begun), ended(begun), told(begun)) == ([], [], [("roster", "paper", "duty-24h")])


def test_the_archive_is_done_and_takes_all_that_is_left_of_the_roster_with_it(begun: Any, officer: Any) -> None:
    begun.do(Act.SWAP, officer("e"), **SWAP)
    begun.until(begun.now.set(day=6, hour=8, minute=0))
    for about in [duty.about for duty in begun.facts.live.values() if duty.act == Act.EXPLAIN]:
        begun.do(Act.EXPLAIN, officer("lead-1"), about=about, reason="已整改")
        assert [name for name, _ in ended(begun)] == [f"explain {about}"]
    left = {f"{duty.act} {duty.about or ''}".strip() for duty in begun.facts.live.values()}
    begun.do(Act.ARCHIVE, officer("z"))
    assert dict(ended(begun)) == {name: "done" if name == "archive" else "superseded" for name in left}
    assert (dict(begun.facts.live), dict(begun.facts.swaps)) == ({}, {})


def test_every_record_of_the_watch_can_be_corrected_and_the_latest_instant_is_kept(begun: Any, officer: Any) -> None:
    begun.do(Act.LOG, officer("a"), category="call", entry="来电")
    begun.until(begun.now.set(day=2, hour=9))
    begun.do(Act.ROLL_CALL, officer("z"), person="b", called_at="2026-03-02T08:30", answered="no")
    begun.do(Act.ZERO_REPORT, officer("a"), day=date(2026, 3, 2), events="none")
    begun.until(begun.now.set(day=3, hour=7, minute=30))
    begun.do(Act.HAND_OVER, officer("a"), shift=FIRST)
    begun.do(Act.TAKE_OVER, officer("c"), shift=FIRST)
    recorded = {
        act.seq
        for act in begun.acts
        if act.kind in {Act.CHECK_IN, Act.LOG, Act.ROLL_CALL, Act.ZERO_REPORT, Act.HAND_OVER, Act.TAKE_OVER}
    }
    assert begun.facts.entries == recorded
    assert len(recorded) == 8
    latest = begun.facts.latest_at
    begun.do(Act.LOG, officer("c"), happened_at=latest.subtract(hours=1), category="call", entry="补记")
    assert begun.facts.latest_at == latest == begun.now
