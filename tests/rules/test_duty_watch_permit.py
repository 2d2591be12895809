"""Who may do what to the watch and when: posts, turns, times, people who are not on the shift, and their own work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from rules.act import Act as AnyAct
from rules.actor import Actor, Role, clock
from rules.duty_watch import DUTY_WATCH, MAY, Status
from rules.duty_watch import WatchAct as Act
from rules.errors import CaseClosed, ContentInvalid, NotYourTurn, SeparationOfDuties, TimeInvalid, WrongPost

FIRST, SECOND, THIRD, LAST = (f"2026-03-0{day}T08:00" for day in (2, 3, 4, 5))
Refused = Callable[..., Any]
# What each act can say once a roster stands, whether or not it is its turn.
SAYS: dict[Act, dict[str, Any]] = {
    Act.PUBLISH: {"shifts": ["2026-03-02T08:00/2026-03-03T08:00|deputy|l|a,b"]},
    Act.AMEND: {"shifts": ["2026-03-03T08:00/2026-03-04T08:00|deputy|l|a,b"], "reason": "x"},
    Act.SWAP: {"person": "a", "shift": LAST, "other": "e", "other_shift": THIRD, "reason": "x"},
    Act.AGREE_SWAP: {"about": "2", "person": "a", "agreed": "yes"},
    Act.SUBSTITUTE: {"shift": FIRST, "person": "a", "substitute": "x", "reason": "x"},
    Act.LEAVE: {"person": "a", "from": "2026-03-02T20:00", "until": "2026-03-02T22:00", "reason": "x"},
    Act.RETURN: {"about": "2", "from": "2026-03-02T21:00"},
    Act.CHECK_IN: {"shift": FIRST},
    Act.HAND_OVER: {"shift": FIRST},
    Act.TAKE_OVER: {"shift": FIRST},
    Act.ROLL_CALL: {"person": "a", "called_at": "2026-03-02T09:00", "answered": "no"},
    Act.ZERO_REPORT: {"day": date(2026, 3, 2), "events": "none"},
    Act.LOG: {"category": "call", "entry": "x"},
    Act.CORRECT: {"about": "2", "correction": "x"},
    Act.EXPLAIN: {"about": "x", "reason": "x"},
    Act.ARCHIVE: {},
    Act.RUNG: {"about": "x", "rung": "1", "kind": "overdue"},
    Act.LAPSE: {"about": "x"},
}


@pytest.fixture
def officer(somebody: Callable[..., Actor]) -> Callable[[str], Actor]:
    """Return the maker of people of the watch."""
    return lambda name: somebody(Role.BUREAU_OFFICER, name)


@pytest.mark.parametrize("kind", list(Act))
def test_each_act_is_done_by_its_posts_alone_and_the_others_are_told_who(
    kind: Act, roster_case: Any, somebody: Any, refused: Refused
) -> None:
    for role in Role:
        if role in MAY[kind]:
            continue
        with refused(WrongPost, "duty-24h", kind.label, role.label):
            roster_case.do(kind, somebody(role), **SAYS[kind])
        act = AnyAct(2, kind, somebody(role), roster_case.now, roster_case.now, {})
        assert not DUTY_WATCH.may_do(roster_case.facts, kind, act)


@pytest.mark.parametrize("kind", [kind for kind in Act if kind is not Act.PUBLISH])
def test_nothing_is_done_before_a_roster_is_published(
    kind: Act, empty_case: Any, somebody: Any, refused: Refused
) -> None:
    case = empty_case(process=DUTY_WATCH)
    who = somebody(min(MAY[kind]))
    with refused(NotYourTurn, "duty-24h", "请先发布值班表"):
        case.do(kind, who, **SAYS[kind])
    assert not DUTY_WATCH.may_do(case.facts, kind, AnyAct(1, kind, who, case.now, case.now, {}))


def test_a_roster_is_published_once(roster_case: Any, refused: Refused) -> None:
    with refused(NotYourTurn, "duty-24h", "已经发布", "调整值班表"):
        roster_case.do(Act.PUBLISH, Role.BUREAU_OFFICER, **SAYS[Act.PUBLISH])


@pytest.mark.parametrize("kind", [Act.AGREE_SWAP, Act.HAND_OVER, Act.TAKE_OVER, Act.EXPLAIN])
def test_what_nobody_waits_for_is_refused(kind: Act, roster_case: Any, officer: Any, refused: Refused) -> None:
    with refused(NotYourTurn, "duty-24h", f"不等待「{kind.label}」") as caught:
        roster_case.do(kind, officer("a"), **SAYS[kind])
    assert caught.value.facts["waits"] == "check-in"


@pytest.mark.parametrize("kind", [Act.RUNG, Act.LAPSE])
def test_the_clock_acts_on_open_duties_alone(kind: Act, roster_case: Any, refused: Refused) -> None:
    with refused(NotYourTurn, "duty-24h", "应办已经结束"):
        roster_case.do(kind, clock("dai"), **SAYS[kind])


def test_a_turn_that_has_come_is_offered(roster_case: Any, officer: Any) -> None:
    act = AnyAct(2, Act.CHECK_IN, officer("a"), roster_case.now, roster_case.now, {})
    assert DUTY_WATCH.may_do(roster_case.facts, Act.CHECK_IN, act)
    assert not DUTY_WATCH.may_do(roster_case.facts, Act.HAND_OVER, act)


def test_nothing_is_done_in_the_future(roster_case: Any, officer: Any, refused: Refused) -> None:
    with refused(TimeInvalid, "duty-24h", "晚于当前时间"):
        roster_case.do(Act.LOG, officer("a"), happened_at=roster_case.now.add(hours=1), **SAYS[Act.LOG])


# --- the shift's own people ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "values", "minutes", "kind", "clause", "words"),
    [
        ("c", {}, 30, NotYourTurn, "duty-check-in", "您不在班次 2026-03-02T08:00 上"),
        ("a", {"shift": "x"}, 30, ContentInvalid, "duty-24h", "没有班次「x」"),
        ("a", {}, -31, TimeInvalid, "duty-check-in", "之前 60 分钟办理（本县规定，非法定）"),
        ("e", {"shift": THIRD}, 2 * 24 * 60, NotYourTurn, "duty-check-in", "前一班还没有开始"),
        ("a", {}, 24 * 60 + 30, TimeInvalid, "duty-check-in", "已经结束，不能再签到"),
    ],
    ids=["not on it", "no shift", "too early", "not yet", "over"],
)
def test_a_check_in_that_is_none_is_refused(  # noqa: PLR0917
    empty_case: Any, roster_lines: Any, officer: Any, refused: Refused, who: str, values: dict[str, str],
    minutes: int, kind: Any, clause: str, words: str,
) -> None:  # fmt: skip
    case = empty_case(process=DUTY_WATCH)
    case.now = case.now.set(hour=6)
    case.do(Act.PUBLISH, Role.BUREAU_OFFICER, shifts=list(roster_lines))
    case.now = case.now.set(hour=7, minute=30).add(minutes=minutes)
    with refused(kind, clause, words):
        case.do(Act.CHECK_IN, officer(who), **{"shift": FIRST, **values})


def test_nobody_checks_in_twice(roster_case: Any, officer: Any, refused: Refused) -> None:
    roster_case.do(Act.CHECK_IN, officer("a"), shift=FIRST)
    with refused(NotYourTurn, "duty-check-in", "已经签到，不必重复"):
        roster_case.do(Act.CHECK_IN, officer("a"), shift=FIRST)


@pytest.fixture
def ending(roster_case: Any, officer: Any) -> Any:
    """Return the roster at 07:30 on the second day: the first shift has begun and soon ends."""
    roster_case.do(Act.CHECK_IN, officer("a"), shift=FIRST)
    roster_case.do(Act.CHECK_IN, officer("b"), shift=FIRST)
    roster_case.until(roster_case.now.set(day=3))
    return roster_case


def test_a_hand_over_is_made_by_the_shift_around_its_end(ending: Any, officer: Any, refused: Refused) -> None:
    with refused(NotYourTurn, "duty-hand-over", "您不在班次"):
        ending.do(Act.HAND_OVER, officer("c"), shift=FIRST)
    with refused(NotYourTurn, "duty-hand-over", "目前不等待这一行为"):
        ending.do(Act.HAND_OVER, officer("c"), shift=SECOND)
    with refused(TimeInvalid, "duty-hand-over", "最早可在 2026-03-03 08:00 之前 60 分钟"):
        ending.do(Act.HAND_OVER, officer("a"), shift=FIRST, happened_at=ending.now.set(hour=6, minute=59))
    ending.until(ending.now.set(hour=8, minute=20))
    ending.do(Act.HAND_OVER, officer("lead-1"), shift=FIRST)


def test_a_hand_over_is_confirmed_by_the_next_shift_and_not_by_whoever_made_it(
    ending: Any, officer: Any, refused: Refused
) -> None:
    ending.do(Act.HAND_OVER, officer("a"), shift=FIRST)
    with refused(SeparationOfDuties, "duty-take-over", "不能自己确认"):
        ending.do(Act.TAKE_OVER, officer("a"), shift=FIRST)
    with refused(NotYourTurn, "duty-take-over", "您不在班次 2026-03-03T08:00 上"):
        ending.do(Act.TAKE_OVER, officer("b"), shift=FIRST)
    ending.do(Act.TAKE_OVER, officer("lead-2"), shift=FIRST)


# --- reports, calls, corrections, the end --------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "kind", "words"),
    [
        ({"day": date(2026, 3, 9)}, ContentInvalid, "2026-03-09 没有待报的零报告，待报的：2026-03-02"),
        ({"events": "some"}, ContentInvalid, "有情况的，应填写「说明」"),
    ],
)
def test_a_report_of_another_day_or_without_words_is_refused(
    roster_case: Any, officer: Any, refused: Refused, values: dict[str, Any], kind: Any, words: str
) -> None:
    with refused(kind, "duty-zero-report", words):
        roster_case.do(Act.ZERO_REPORT, officer("a"), **{**SAYS[Act.ZERO_REPORT], **values})


def test_a_day_is_not_reported_before_it_begins(roster_case: Any, officer: Any, refused: Refused) -> None:
    roster_case.do(Act.ZERO_REPORT, officer("a"), **SAYS[Act.ZERO_REPORT])
    with refused(TimeInvalid, "duty-zero-report", "还没有到，不能先报"):
        roster_case.do(Act.ZERO_REPORT, officer("a"), day=date(2026, 3, 3), events="none")


@pytest.mark.parametrize(
    ("who", "values", "kind", "words"),
    [
        ("z", {"called_at": "2026-03-02T12:01"}, TimeInvalid, "拨打时刻晚于当前时间"),
        ("z", {"person": "c"}, ContentInvalid, "不当班"),
        ("z", {"called_at": "2026-03-01T09:00"}, ContentInvalid, "不当班"),
        ("a", {}, SeparationOfDuties, "不能点自己"),
        ("z", {"answered": "yes"}, ContentInvalid, "已应答的应填写应答时刻"),
        ("z", {"answered_at": "2026-03-02T09:01"}, ContentInvalid, "未应答的不填"),
        ("z", {"answered": "yes", "answered_at": "2026-03-02T08:59"}, TimeInvalid, "应答时刻应在拨打之后"),
        ("z", {"answered": "yes", "answered_at": "2026-03-02T12:01"}, TimeInvalid, "应答时刻应在拨打之后"),
    ],
)
def test_a_roll_call_that_cannot_have_been_is_refused(
    roster_case: Any, officer: Any, refused: Refused, who: str, values: dict[str, str], kind: Any, words: str
) -> None:
    roster_case.until(roster_case.now.set(hour=12, minute=0))
    with refused(kind, "duty-roll-call", words):
        roster_case.do(Act.ROLL_CALL, officer(who), **{**SAYS[Act.ROLL_CALL], **values})


@pytest.mark.parametrize("about", ["1", "7", "x"])
def test_only_a_record_of_the_watch_is_corrected(roster_case: Any, officer: Any, refused: Refused, about: str) -> None:
    with refused(ContentInvalid, "duty-log", f"序号「{about}」不是可以更正的记录"):
        roster_case.do(Act.CORRECT, officer("a"), about=about, correction="x")


def test_an_explanation_names_what_was_missed(roster_case: Any, officer: Any, refused: Refused) -> None:
    roster_case.until(roster_case.now.set(day=3, hour=8, minute=15))
    with refused(ContentInvalid, "duty-explain", "没有待说明的「x」", f"check-in:{FIRST}:keepers"):
        roster_case.do(Act.EXPLAIN, officer("lead-2"), about="x", reason="x")


def test_a_roster_is_archived_after_its_end_and_after_what_was_missed_is_explained(
    roster_case: Any, officer: Any, refused: Refused
) -> None:
    with refused(TimeInvalid, "duty-archive", "2026-03-06 08:00 才结束"):
        roster_case.do(Act.ARCHIVE, officer("clerk"))
    roster_case.until(roster_case.now.set(day=6, hour=9))
    with refused(NotYourTurn, "duty-explain", "还有待说明的事项"):
        roster_case.do(Act.ARCHIVE, officer("clerk"))
    for about in [duty.about for duty in roster_case.facts.live.values() if duty.act == Act.EXPLAIN]:
        roster_case.do(Act.EXPLAIN, officer("lead-1"), about=about, reason="演练")
    roster_case.do(Act.ARCHIVE, officer("clerk"))
    assert roster_case.facts.status is Status.CLOSED
    assert Status.CLOSED.label == "已归档"
    with refused(CaseClosed, "duty-archive", "值班表已归档"):
        roster_case.do(Act.LOG, officer("a"), **SAYS[Act.LOG])
