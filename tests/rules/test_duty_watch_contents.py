"""What the watch refuses at its edges: the last minute in which something still holds, and the first in which not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rules.act import Act as AnyAct
from rules.actor import Actor, Role, clock
from rules.duty_watch import DUTY_WATCH, Status
from rules.duty_watch import WatchAct as Act
from rules.duty_watch.acts import CATEGORIES
from rules.duty_watch.facts import Facts
from rules.errors import CaseClosed, ContentInvalid, NotYourTurn, TimeInvalid

FIRST, SECOND, THIRD, LAST = (f"2026-03-0{day}T08:00" for day in (2, 3, 4, 5))
Refused = Callable[..., Any]


@pytest.fixture
def officer(somebody: Callable[..., Actor]) -> Callable[[str], Actor]:
    """Return the maker of people of the watch."""
    return lambda name: somebody(Role.BUREAU_OFFICER, name)


@pytest.fixture
def publish(empty_case: Any) -> Callable[..., Any]:
    """Return what publishes lines of shifts on a day of 2026 at six in the morning."""

    def run(lines: list[str], **at: int) -> Any:
        case = empty_case(process=DUTY_WATCH)
        case.now = case.now.set(hour=6, **at)
        case.do(Act.PUBLISH, Role.BUREAU_OFFICER, shifts=lines)
        return case

    return run


def may(case: Any, kind: Act, who: Actor) -> bool:
    return DUTY_WATCH.may_do(case.facts, kind, AnyAct(len(case.acts) + 1, kind, who, case.now, case.now, {}))


def end(case: Any, officer: Any) -> Any:
    """Bring the roster to its end, explain what was missed, and archive it in the very minute of its end."""
    case.until(case.now.set(day=6, hour=8, minute=0))
    for about in [duty.about for duty in case.facts.live.values() if duty.act == Act.EXPLAIN]:
        case.do(Act.EXPLAIN, officer("lead-1"), about=about, reason="已整改")
    case.do(Act.ARCHIVE, officer("clerk"))
    return case


# --- turns ---------------------------------------------------------------------------------------


def test_a_case_begins_with_nothing(roster_case: Any) -> None:
    assert Facts() == DUTY_WATCH.nothing
    assert (Facts().last_seq, Facts().begun, Facts().status.label) == (0, -1, "值班中")
    assert roster_case.facts.begun == -1
    assert Status.CLOSED.label == "已归档"


def test_an_archived_roster_takes_nothing_more_and_its_menus_offer_nothing(
    roster_case: Any, officer: Any, refused: Refused
) -> None:
    case = end(roster_case, officer)
    for kind in (Act.LOG, Act.AMEND, Act.LEAVE, Act.ROLL_CALL):
        assert not may(case, kind, officer("clerk"))
    with refused(CaseClosed, "duty-archive", "值班记录"):
        case.do(Act.LOG, officer("clerk"), category="call", entry="来电")


def test_a_roster_is_archived_from_the_minute_of_its_end(roster_case: Any, officer: Any, refused: Refused) -> None:
    roster_case.until(roster_case.now.set(day=6, hour=7, minute=59))
    with refused(TimeInvalid, "duty-archive", "2026-03-06 08:00 才结束"):
        roster_case.do(Act.ARCHIVE, officer("clerk"))
    assert end(roster_case, officer).facts.status is Status.CLOSED


def test_once_all_are_there_and_all_days_reported_nobody_checks_in_or_reports(
    roster_case: Any, officer: Any, refused: Refused
) -> None:
    roster_case.until(roster_case.now.set(day=5, hour=8, minute=0))
    for who in ("lead-1", "a", "c"):
        roster_case.do(Act.CHECK_IN, officer(who), shift=LAST)
    with refused(NotYourTurn, "duty-24h", "不等待「签到」"):
        roster_case.do(Act.CHECK_IN, officer("a"), shift=LAST)
    for day in sorted(str(duty.about) for duty in roster_case.facts.live.values() if duty.act == Act.ZERO_REPORT):
        roster_case.do(Act.ZERO_REPORT, officer("a"), day=date.fromisoformat(day), events="none")
    with refused(NotYourTurn, "duty-24h", "不等待「每日零报告」"):
        roster_case.do(Act.ZERO_REPORT, officer("a"), day=date(2026, 3, 5), events="none")


def test_the_clock_may_climb_and_end_the_terms_of_what_is_open(roster_case: Any) -> None:
    (key,) = [key for key, duty in roster_case.facts.live.items() if duty.about == f"{FIRST}:keepers"]
    for kind in (Act.RUNG, Act.LAPSE):
        act = roster_case.attempt(
            kind, clock("dai"), about=key, **({"rung": "1", "kind": "overdue"} if kind is Act.RUNG else {})
        )
        DUTY_WATCH.permit(roster_case.facts, act, roster_case.rulebook)


@pytest.mark.parametrize("category", ["call", "document", "check", "event", "dispatch", "other"])
def test_the_log_has_its_categories(roster_case: Any, officer: Any, category: str) -> None:
    roster_case.do(Act.LOG, officer("a"), category=category, entry="内容")
    assert set(CATEGORIES) == {"call", "document", "check", "event", "dispatch", "other"}


# --- checking in, handing over, taking over ------------------------------------------------------


def test_an_hour_ahead_is_early_enough_and_a_minute_more_is_too_early(
    publish: Any, roster_lines: Any, officer: Any, refused: Refused
) -> None:
    case = publish(list(roster_lines))
    case.until(case.now.set(hour=6, minute=59))
    with refused(TimeInvalid, "duty-check-in", "60 分钟"):
        case.do(Act.CHECK_IN, officer("a"), shift=FIRST)
    case.until(case.now.set(hour=7, minute=0))
    case.do(Act.CHECK_IN, officer("a"), shift=FIRST)


def test_a_shift_is_over_in_the_minute_of_its_end(roster_case: Any, officer: Any, refused: Refused) -> None:
    over = roster_case.fork()
    roster_case.until(roster_case.now.set(day=3, hour=7, minute=59))
    roster_case.do(Act.CHECK_IN, officer("a"), shift=FIRST)
    roster_case.do(Act.SUBSTITUTE, officer("z"), shift=FIRST, person="b", substitute="x", reason="突发疾病")
    over.until(over.now.set(day=3, hour=8, minute=0))
    with refused(TimeInvalid, "duty-check-in", "已经结束"):
        over.do(Act.CHECK_IN, officer("a"), shift=FIRST)
    with refused(TimeInvalid, "duty-leave", "已经结束"):
        over.do(Act.SUBSTITUTE, officer("z"), shift=FIRST, person="b", substitute="x", reason="突发疾病")


def test_of_short_shifts_only_the_next_one_may_be_checked_into(publish: Any, officer: Any, refused: Refused) -> None:
    hours = ("08:00", "08:20", "08:40", "09:00")
    people = ("a,b", "c,d", "e,f")
    case = publish(
        [f"2026-03-02T{begins}/2026-03-02T{ends}|deputy|l|{who}"
         for begins, ends, who in zip(hours[:-1], hours[1:], people, strict=True)]
    )  # fmt: skip
    case.until(case.now.set(hour=8, minute=1))
    with refused(NotYourTurn, "duty-check-in", "前一班还没有开始"):
        case.do(Act.CHECK_IN, officer("c"), shift="2026-03-02T08:20")
    for who in ("a", "b"):
        case.do(Act.CHECK_IN, officer(who), shift="2026-03-02T08:00")
    with refused(NotYourTurn, "duty-check-in", "前一班还没有开始"):
        case.do(Act.CHECK_IN, officer("e"), shift="2026-03-02T08:40")
    case.do(Act.CHECK_IN, officer("c"), shift="2026-03-02T08:20")


def test_who_is_there_when_it_is_handed_over_hands_over_though_they_leave_before_the_end(
    roster_case: Any, officer: Any, refused: Refused
) -> None:
    leave = {"from": "2026-03-03T07:45", "until": "2026-03-03T08:00"}
    roster_case.do(Act.LEAVE, officer("a"), person="a", substitute="x", reason="就医", **leave)
    roster_case.until(roster_case.now.set(day=3, hour=7, minute=30))
    early = roster_case.fork()
    early.do(Act.HAND_OVER, officer("a"), shift=FIRST)
    roster_case.until(roster_case.now.set(day=3, hour=8, minute=30))
    with refused(NotYourTurn, "duty-hand-over", "您不在班次"):
        roster_case.do(Act.HAND_OVER, officer("a"), shift=FIRST)
    roster_case.do(Act.HAND_OVER, officer("x"), shift=FIRST)


def test_a_shift_that_was_not_handed_over_is_not_taken_over(roster_case: Any, officer: Any, refused: Refused) -> None:
    roster_case.until(roster_case.now.set(day=3, hour=7, minute=45))
    roster_case.do(Act.HAND_OVER, officer("a"), shift=FIRST)
    for who in ("c", "d"):
        roster_case.do(Act.CHECK_IN, officer(who), shift=SECOND)
    for shift in (SECOND, THIRD):
        with refused(NotYourTurn, "duty-take-over", f"班次 {shift} 目前不等待"):
            roster_case.do(Act.TAKE_OVER, officer("c"), shift=shift)


def test_a_call_is_answered_in_its_own_minute_at_the_earliest_and_by_now_at_the_latest(
    roster_case: Any, officer: Any, refused: Refused
) -> None:
    roster_case.until(roster_case.now.set(hour=8, minute=30))
    call = {"person": "a", "answered": "yes"}
    for called, answered in (("08:30", "08:30"), ("08:28", "08:30"), ("08:28", "08:28")):
        instants = {"called_at": f"2026-03-02T{called}", "answered_at": f"2026-03-02T{answered}"}
        roster_case.do(Act.ROLL_CALL, officer("z"), **call, **instants)
    for called, answered in (("08:28", "08:27"), ("08:28", "08:31")):
        instants = {"called_at": f"2026-03-02T{called}", "answered_at": f"2026-03-02T{answered}"}
        with refused(TimeInvalid, "duty-roll-call", "应答时刻应在拨打之后"):
            roster_case.do(Act.ROLL_CALL, officer("z"), **call, **instants)


# --- amending and swapping -----------------------------------------------------------------------


def test_an_amendment_that_moves_the_ends_names_those_of_the_roster(
    roster_case: Any, officer: Any, refused: Refused
) -> None:
    with refused(ContentInvalid, "duty-24h", "2026-03-02 08:00 至 2026-03-06 08:00"):
        roster_case.do(Act.AMEND, officer("z"), shifts=[f"{LAST}/2026-03-06T07:00|deputy|l|a,b"], reason="调整")


def test_a_shift_into_which_somebody_checked_early_is_not_swapped(
    roster_case: Any, officer: Any, refused: Refused
) -> None:
    roster_case.do(Act.CHECK_IN, officer("a"), shift=FIRST)
    with refused(TimeInvalid, "duty-swap", f"班次 {FIRST} 已经开始"):
        roster_case.do(Act.SWAP, officer("b"), person="b", shift=FIRST, other="e", other_shift=THIRD, reason="出差")


@pytest.mark.parametrize("asks", ["p", "l"])
def test_no_swap_puts_a_deputy_in_charge_of_a_holiday_whoever_asks(
    publish: Any, officer: Any, refused: Refused, asks: str
) -> None:
    case = publish(
        ["2026-10-07T08:00/2026-10-08T08:00|head|p|a,b", "2026-10-08T08:00/2026-10-09T08:00|deputy|l|c,d"],
        month=10, day=6,
    )  # fmt: skip
    shifts = {"p": "2026-10-07T08:00", "l": "2026-10-08T08:00"}
    other = "l" if asks == "p" else "p"
    with refused(ContentInvalid, "duty-holiday", "主要负责人"):
        case.do(Act.SWAP, officer(asks), person=asks, shift=shifts[asks], other=other, other_shift=shifts[other],
                reason="出差")  # fmt: skip


def test_two_swaps_that_together_put_somebody_twice_on_a_shift_are_not_both_agreed(
    roster_case: Any, officer: Any, refused: Refused
) -> None:
    for mine, theirs in (("e", FIRST), ("f", LAST)):
        roster_case.do(Act.SWAP, officer(mine), person=mine, shift=THIRD, other="a", other_shift=theirs, reason="出差")
    roster_case.do(Act.AGREE_SWAP, officer("a"), about="2", person="e", agreed="yes")
    with refused(ContentInvalid, "duty-lead", f"班次 {THIRD} 中有人重复"):
        roster_case.do(Act.AGREE_SWAP, officer("a"), about="3", person="f", agreed="yes")


# --- substitutes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begins", "until", "substitute", "fits"),
    [
        ("2026-03-03T08:00", "2026-03-04T08:00", "x", True),
        ("2026-03-03T08:00", "2026-03-04T08:00", "d", False),
        ("2026-03-03T08:00", "2026-03-04T08:00", "a", True),
        ("2026-03-03T20:00", "2026-03-04T20:00", "e", True),
        ("2026-03-03T20:00", "2026-03-05T08:00", "a", True),
        ("2026-03-03T20:00", "2026-03-05T08:01", "a", False),
        ("2026-03-04T08:00", "2026-03-04T20:00", "d", True),
        ("2026-03-04T07:59", "2026-03-04T20:00", "d", False),
    ],
)
def test_a_substitute_may_be_on_any_shift_but_those_that_the_absence_touches(
    roster_case: Any, officer: Any, refused: Refused, begins: str, until: str, substitute: str, fits: bool
) -> None:
    said = {"person": "c", "from": begins, "until": until, "substitute": substitute, "reason": "就医"}
    if fits:
        roster_case.do(Act.LEAVE, officer("c"), **said)
    else:
        with refused(ContentInvalid, "duty-leave", "本来就在班次"):
            roster_case.do(Act.LEAVE, officer("c"), **said)


def test_somebody_who_is_back_in_time_may_stand_in(roster_case: Any, officer: Any, refused: Refused) -> None:
    away = {"person": "x", "from": "2026-03-02T07:30", "until": "2026-03-02T10:00", "reason": "就医"}
    roster_case.do(Act.LEAVE, officer("x"), **away)
    leave = {"person": "c", "from": "2026-03-02T09:00", "until": "2026-03-04T08:00", "reason": "就医"}
    roster_case.fork().do(Act.LEAVE, officer("c"), substitute="x", **leave)
    stands_in = {"shift": FIRST, "person": "a", "substitute": "x", "reason": "突发疾病"}
    roster_case.until(roster_case.now.set(hour=9, minute=59))
    with refused(ContentInvalid, "duty-leave", "期间也请假"):
        roster_case.do(Act.SUBSTITUTE, officer("z"), **stands_in)
    roster_case.until(roster_case.now.set(hour=10, minute=0))
    roster_case.do(Act.SUBSTITUTE, officer("z"), **stands_in)


def test_a_past_absence_is_recorded_only_as_one_entered_later(roster_case: Any, officer: Any, refused: Refused) -> None:
    roster_case.until(roster_case.now.set(hour=12, minute=0))
    past = {"person": "a", "from": "2026-03-02T09:00", "until": "2026-03-02T12:00", "reason": "就医"}
    with refused(TimeInvalid, "duty-leave", "已经过去"):
        roster_case.do(Act.LEAVE, officer("a"), **past)
    act = replace(roster_case.attempt(Act.LEAVE, officer("a"), **past), backfilled=True)
    DUTY_WATCH.permit(roster_case.facts, act, roster_case.rulebook)


# --- special periods -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begins", "ends", "is_special"),
    [
        ("10-07T08:00", "10-08T08:00", True),
        ("10-07T00:00", "10-08T00:00", True),
        ("10-08T00:00", "10-09T00:00", False),
        ("09-30T00:00", "10-01T00:00", False),
        ("09-30T00:01", "10-01T00:01", True),
    ],
)
def test_a_shift_of_which_an_hour_lies_in_a_holiday_is_led_by_the_head(
    publish: Any, refused: Refused, begins: str, ends: str, is_special: bool
) -> None:
    line = f"2026-{begins}/2026-{ends}|deputy|l|a,b"
    if is_special:
        with refused(ContentInvalid, "duty-holiday", "主要负责人"):
            publish([line], month=9, day=29)
    else:
        assert [shift.leader for shift in publish([line], month=9, day=29).facts.shifts] == ["l"]
