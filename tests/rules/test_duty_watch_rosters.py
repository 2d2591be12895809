"""Rosters and their changes: what holds, what is refused with which clause, and what each change leads to."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import rules
from rules.actor import Actor, Role
from rules.duty_watch import DUTY_WATCH
from rules.duty_watch import WatchAct as Act
from rules.duty_watch.periods import special
from rules.duty_watch.reading import read_shift, write_shift
from rules.errors import ContentInvalid, NotYourTurn, SeparationOfDuties, TimeInvalid
from rules.rulebook import Rulebook

FIRST, SECOND, THIRD, LAST = (f"2026-03-0{day}T08:00" for day in (2, 3, 4, 5))
SWAP = {"person": "a", "shift": LAST, "other": "e", "other_shift": THIRD, "reason": "出差"}
Refused = Callable[..., Any]


@pytest.fixture
def officer(somebody: Callable[..., Actor]) -> Callable[[str], Actor]:
    """Return the maker of people of the watch."""
    return lambda name: somebody(Role.BUREAU_OFFICER, name)


@pytest.fixture
def publish(empty_case: Any) -> Callable[..., Any]:
    """Return how a roster is published on a day; gives back the case."""

    def publishing(lines: Iterable[str], **when: int) -> Any:
        case = empty_case(process=DUTY_WATCH)
        case.until(case.now.set(month=2, day=1).set(**when) if when else case.now.set(hour=7))
        case.do(Act.PUBLISH, Role.BUREAU_OFFICER, shifts=list(lines))
        return case

    return publishing


def vacancies(case: Any) -> list[str]:
    """Return what the open duties to find a substitute are about."""
    return [duty.about for duty in case.facts.live.values() if duty.act == Act.SUBSTITUTE]


# --- what a roster must be -----------------------------------------------------------------------


@pytest.mark.parametrize("line", ["", "x", "2026-03-02T08:00|head|a|b", "2026-03-02/2026-03-03|head|a|b",
                                  "2026-03-02T08:00/2026-03-03T08:00|boss|a|b"])  # fmt: skip
def test_a_line_that_is_no_shift_is_refused_with_how_one_is_written(line: str, refused: Refused) -> None:
    with refused(ContentInvalid, "duty-24h", "写法不对", "2026-12-01T08:00/2026-12-02T08:00|head|甲|乙,丙"):
        read_shift(line)


def test_a_shift_is_written_as_it_was_read(roster_lines: tuple[str, ...]) -> None:
    assert tuple(write_shift(read_shift(line)) for line in roster_lines) == roster_lines


@pytest.mark.parametrize(
    ("lines", "clause", "words"),
    [
        (["2026-03-02T08:00/2026-03-03T08:00|deputy|l|a,b", "2026-03-03T09:00/2026-03-04T09:00|deputy|l|c,d"],
         "duty-24h", "2026-03-03 08:00 至 2026-03-03 09:00 无人值班"),
        (["2026-03-02T08:00/2026-03-03T08:00|deputy|l|a,b", "2026-03-03T07:00/2026-03-04T07:00|deputy|l|c,d"],
         "duty-24h", "重叠"),
        (["2026-03-02T08:00/2026-03-03T08:01|deputy|l|a,b"], "duty-24h", "不超过 1440 分钟（本县规定，非法定）"),
        (["2026-03-02T08:00/2026-03-02T08:00|deputy|l|a,b"], "duty-24h", "应晚于开始"),
        (["2026-03-02T08:00/2026-03-03T08:00|deputy||a,b"], "duty-lead", "没有带班领导"),
        (["2026-03-02T08:00/2026-03-03T08:00|deputy|a|a,b"], "duty-lead", "有人重复"),
        (["2026-03-02T08:00/2026-03-03T08:00|deputy|l|a"], "duty-fire-season", "在防火期，值班人员 1 人，至少 2 人"),
        (["2026-07-02T08:00/2026-07-03T08:00|deputy|l|"], "duty-24h", "值班人员 0 人，至少 1 人"),
        (["2026-10-02T08:00/2026-10-03T08:00|head|l|a"], "duty-holiday", "在国庆节假期，值班人员 1 人"),
        (["2026-10-02T08:00/2026-10-03T08:00|deputy|l|a,b"], "duty-holiday", "应由主要负责人或者办公室负责人带班"),
        (["2026-09-30T08:00/2026-10-01T08:00|deputy|l|a,b"], "duty-holiday", "应由主要负责人或者办公室负责人带班"),
    ],
)  # fmt: skip
def test_a_roster_that_leaves_an_hour_unwatched_or_too_few_people_is_refused(
    publish: Any, refused: Refused, lines: list[str], clause: str, words: str
) -> None:
    with refused(ContentInvalid, clause, words):
        publish(lines)


def test_a_roster_longer_than_the_county_allows_is_refused(publish: Any, refused: Refused) -> None:
    lines = [
        f"2026-{day}T08:00/2026-{after}T08:00|head|l|a,b" for day, after in zip(_days(63), _days(64)[1:], strict=True)
    ]
    assert publish(lines[:62]).facts.ends_at.date().isoformat() == "2026-08-02"
    with refused(ContentInvalid, "duty-24h", "最长 62 日"):
        publish(lines)


def _days(count: int) -> list[str]:
    lengths = {6: 30, 7: 31, 8: 31}
    every = [f"{month:02d}-{day:02d}" for month, length in lengths.items() for day in range(1, length + 1)]
    return every[:count]


def test_an_ordinary_weekend_is_no_special_period_but_a_holiday_is_also_in_the_fire_season(rulebook: Any) -> None:
    found = {
        text: period and (period.label, period.clause_id, period.by_head)
        for text in ("2026-07-04", "2026-06-20", "2026-10-01", "2026-10-08", "2026-05-31", "2026-06-01", "2026-01-02")
        for period in [special(read_shift(f"{text}T08:00/{text}T09:00|head|l|a").starts_at.date(), rulebook)]
    }
    fire = ("防火期", "duty-fire-season", False)
    assert found == {
        "2026-07-04": None, "2026-06-20": ("端午假期", "duty-holiday", True),
        "2026-10-01": ("国庆节假期", "duty-holiday", True), "2026-10-08": fire, "2026-05-31": fire, "2026-06-01": None,
        "2026-01-02": ("元旦假期", "duty-holiday", True),
    }  # fmt: skip


def test_a_fire_season_within_one_year_ends_with_its_last_day(tmp_path: Path) -> None:
    folder = shutil.copytree(Path(rules.__file__).parent, tmp_path / "rules", ignore=shutil.ignore_patterns("*.py*"))
    county = folder / "county" / "dai.toml"
    county.write_text(county.read_text("utf-8").replace("value = 1001", "value = 301").replace("= 531", "= 630"))
    summer = Rulebook.load(folder=folder)
    days = {text: special(read_shift(f"{text}T08:00/{text}T09:00|head|l|a").starts_at.date(), summer) is not None
            for text in ("2026-02-28", "2026-03-01", "2026-06-30", "2026-07-01")}  # fmt: skip
    assert list(days.values()) == [False, True, True, False]


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("= 1120", "= 531", {"2026-11-19": False, "2026-11-20": True, "2027-05-31": True, "2027-06-01": False}),
        ("= 601", "= 601", {"2026-05-31": False, "2026-06-01": True, "2026-06-02": False, "2026-12-01": False}),
    ],
)
def test_a_fire_season_lasts_from_its_first_day_to_its_last_whichever_they_are(
    tmp_path: Path, first: str, last: str, days: dict[str, bool]
) -> None:
    folder = shutil.copytree(Path(rules.__file__).parent, tmp_path / "rules", ignore=shutil.ignore_patterns("*.py*"))
    county = folder / "county" / "dai.toml"
    county.write_text(county.read_text("utf-8").replace("= 1001", first).replace("= 531", last))
    book = Rulebook.load(folder=folder)
    assert {day: special(date.fromisoformat(day), book) is not None for day in days} == days


def test_a_roster_that_is_over_is_not_published(roster_lines: Any, publish: Any, refused: Refused) -> None:
    with refused(TimeInvalid, "duty-24h", "2026-03-06 08:00 已经结束"):
        publish(roster_lines, month=3, day=6, hour=8)


# --- amending ------------------------------------------------------------------------------------


def test_an_amendment_splits_a_shift_and_asks_the_next_people_anew(roster_case: Any) -> None:
    roster_case.do(
        Act.AMEND,
        Role.BUREAU_OFFICER,
        shifts=["2026-03-02T08:00/2026-03-02T20:00|deputy|lead-1|x,y", "2026-03-02T20:00/2026-03-03T08:00|head|l|a,b"],
        reason="改为十二小时一班",
    )
    assert [shift.code for shift in roster_case.facts.shifts] == [FIRST, "2026-03-02T20:00", SECOND, THIRD, LAST]
    assert roster_case.told == [("asked-check-in", "watch_next"), ("roster", "")]
    assert {duty.opened_by for duty in roster_case.facts.live.values() if duty.act == Act.CHECK_IN} == {2}


def test_an_amendment_of_a_later_shift_leaves_the_next_one_alone_and_drops_what_hung_on_it(
    roster_case: Any, officer: Any
) -> None:
    roster_case.do(Act.SWAP, officer("a"), **SWAP)
    roster_case.do(
        Act.LEAVE, officer("f"), **{"person": "f", "from": "2026-03-04T10:00", "until": "2026-03-04T12:00"},
        reason="就医",
    )  # fmt: skip
    assert vacancies(roster_case) == [f"{THIRD} f"]
    roster_case.do(
        Act.AMEND, Role.BUREAU_OFFICER, shifts=["2026-03-04T08:00/2026-03-05T08:00|head|lead-3|g,h"], reason="调整"
    )
    assert vacancies(roster_case) == []
    assert roster_case.facts.swaps == {}
    assert Act.AGREE_SWAP not in roster_case.waiting_for
    assert {duty.opened_by for duty in roster_case.facts.live.values() if duty.act == Act.CHECK_IN} == {1}


def test_nothing_hangs_on_the_shifts_that_are_over_once_the_last_has_begun(roster_case: Any) -> None:
    roster_case.until(roster_case.now.set(day=5, hour=8, minute=15))
    assert roster_case.facts.begun == 3
    assert not [duty for duty in roster_case.facts.live.values() if duty.act == Act.CHECK_IN and LAST not in duty.about]


@pytest.mark.parametrize(
    ("line", "kind", "clause", "words"),
    [
        ("2026-03-02T07:30/2026-03-03T08:00|deputy|lead-1|a,b", TimeInvalid, "duty-24h", "已经开始，不能调整"),
        ("2026-03-05T08:00/2026-03-05T20:00|deputy|lead-1|a,c", ContentInvalid, "duty-24h", "不能改变值班表的起止"),
        ("2026-03-03T08:00/2026-03-03T20:00|deputy|lead-1|a,c", ContentInvalid, "duty-24h", "无人值班"),
    ],
)
def test_an_amendment_that_does_not_fit_is_refused(
    roster_case: Any, refused: Refused, line: str, kind: Any, clause: str, words: str
) -> None:
    with refused(kind, clause, words):
        roster_case.do(Act.AMEND, Role.BUREAU_OFFICER, shifts=[line], reason="调整")


def test_a_shift_into_which_somebody_has_checked_is_not_taken_back(
    roster_case: Any, officer: Any, refused: Refused
) -> None:
    roster_case.until(roster_case.now.set(day=3, hour=7, minute=10))
    roster_case.do(Act.CHECK_IN, officer("c"), shift=SECOND)
    lines = ["2026-03-03T08:00/2026-03-03T09:00|head|l|x,y", "2026-03-03T09:00/2026-03-04T08:00|head|l|x,y"]
    with refused(NotYourTurn, "duty-check-in", "已经有人签到，不能撤销"):
        roster_case.do(Act.AMEND, Role.BUREAU_OFFICER, shifts=lines, reason="调整")


# --- swaps ---------------------------------------------------------------------------------------


def test_a_swap_changes_nothing_before_the_other_agrees_and_then_both_shifts(roster_case: Any, officer: Any) -> None:
    roster_case.do(Act.SWAP, officer("a"), **SWAP)
    assert roster_case.told == [("asked-agree-swap", "named")]
    assert roster_case.facts.shift(LAST).keepers == ("a", "c")
    roster_case.do(Act.AGREE_SWAP, officer("e"), about="2", person="a", agreed="yes")
    assert roster_case.told == [("swapped", "named"), ("swapped", "watch_leader")]
    assert roster_case.facts.shift(LAST).keepers == ("e", "c")
    assert roster_case.facts.shift(THIRD).keepers == ("a", "f")
    assert roster_case.facts.shift(LAST).leader == "lead-1"


def test_a_refused_swap_leaves_the_roster_as_it_was(roster_case: Any, officer: Any) -> None:
    before = roster_case.facts.shifts
    roster_case.do(Act.SWAP, officer("a"), **SWAP)
    roster_case.do(Act.AGREE_SWAP, officer("e"), about="2", person="a", agreed="no")
    assert roster_case.told == [("swap-refused", "named")]
    assert (roster_case.facts.shifts, roster_case.facts.swaps) == (before, {})


def test_leaders_swap_with_leaders_and_take_their_rank_along(roster_case: Any, officer: Any) -> None:
    roster_case.do(Act.SWAP, officer("lead-2"), person="lead-2", shift=SECOND, other="lead-3", other_shift=THIRD,
                   reason="会议")  # fmt: skip
    roster_case.do(Act.AGREE_SWAP, officer("lead-3"), about="2", person="lead-2", agreed="yes")
    second, third = roster_case.facts.shift(SECOND), roster_case.facts.shift(THIRD)
    assert (second.leader, second.by_head, third.leader, third.by_head) == ("lead-3", True, "lead-2", False)


def test_a_swap_into_the_next_shift_asks_its_people_anew(roster_case: Any, officer: Any) -> None:
    roster_case.do(Act.SWAP, officer("a"), person="a", shift=FIRST, other="c", other_shift=SECOND, reason="就医")
    roster_case.do(Act.AGREE_SWAP, officer("c"), about="2", person="a", agreed="yes")
    assert ("asked-check-in", "watch_next") in roster_case.told
    assert roster_case.facts.shift(FIRST).keepers == ("c", "b")


def test_a_swap_without_an_answer_lapses_with_the_first_of_its_shifts(roster_case: Any, officer: Any) -> None:
    roster_case.do(Act.SWAP, officer("a"), **SWAP)
    roster_case.until(roster_case.now.set(day=3, hour=8, minute=15))
    assert "2" in roster_case.facts.swaps
    roster_case.until(roster_case.now.set(day=4, hour=8, minute=15))
    assert roster_case.facts.swaps == {}
    assert Act.AGREE_SWAP not in roster_case.waiting_for


@pytest.mark.parametrize(
    ("change", "kind", "clause", "words"),
    [
        ({"person": "c"}, SeparationOfDuties, "duty-swap", "由换班人本人申请"),
        ({"shift": "2026-03-09T08:00"}, ContentInvalid, "duty-24h", "没有班次"),
        ({"shift": SECOND}, ContentInvalid, "duty-swap", "不在班次 2026-03-03T08:00 上"),
        ({"other": "d"}, ContentInvalid, "duty-swap", "不在班次 2026-03-04T08:00 上"),
        ({"other": "c", "other_shift": LAST}, ContentInvalid, "duty-swap", "两个班次"),
        ({"other": "b", "other_shift": FIRST}, ContentInvalid, "duty-swap", "两个班次"),
        ({"shift": FIRST, "other": "c", "other_shift": LAST}, ContentInvalid, "duty-swap", "两个班次"),
        ({"other": "lead-3"}, ContentInvalid, "duty-lead", "带班领导只能与带班领导换班"),
    ],
)  # fmt: skip
def test_a_swap_that_is_none_is_refused(
    roster_case: Any, officer: Any, refused: Refused, change: dict[str, str], kind: Any, clause: str, words: str
) -> None:
    with refused(kind, clause, words):
        roster_case.do(Act.SWAP, officer("a"), **{**SWAP, **change})


def test_a_swap_that_would_leave_the_other_shift_with_the_same_person_is_refused(
    roster_case: Any, officer: Any, refused: Refused
) -> None:
    with refused(ContentInvalid, "duty-swap", "两个班次"):
        roster_case.do(Act.SWAP, officer("c"), person="c", shift=LAST, other="a", other_shift=FIRST, reason="x")


def test_a_swap_never_puts_a_deputy_in_charge_of_a_holiday(publish: Any, officer: Any, refused: Refused) -> None:
    case = publish(
        ["2026-10-01T08:00/2026-10-02T08:00|head|boss|a,b", "2026-10-02T08:00/2026-10-03T08:00|head|chief|c,d",
         *(f"2026-10-0{day}T08:00/2026-10-0{day + 1}T08:00|head|boss|e,f" for day in range(3, 8)),
         "2026-10-08T08:00/2026-10-09T08:00|deputy|vice|a,b"],
    )  # fmt: skip
    with refused(ContentInvalid, "duty-holiday", "应由主要负责人或者办公室负责人带班"):
        case.do(Act.SWAP, officer("vice"), person="vice", shift="2026-10-08T08:00", other="chief",
                other_shift="2026-10-02T08:00", reason="探亲")  # fmt: skip


@pytest.mark.parametrize(
    ("who", "change", "kind", "words"),
    [
        ("e", {"about": "7"}, ContentInvalid, "没有序号为「7」的换班申请，待答复的：2"),
        ("c", {}, SeparationOfDuties, "由对方本人答复"),
        ("a", {}, SeparationOfDuties, "由对方本人答复"),
        ("e", {"person": "c"}, ContentInvalid, "申请人与换班申请不符"),
    ],
)
def test_only_the_other_answers_a_swap(
    roster_case: Any, officer: Any, refused: Refused, who: str, change: dict[str, str], kind: Any, words: str
) -> None:
    roster_case.do(Act.SWAP, officer("a"), **SWAP)
    with refused(kind, "duty-swap", words):
        roster_case.do(Act.AGREE_SWAP, officer(who), **{"about": "2", "person": "a", "agreed": "yes", **change})


def test_who_asked_for_somebody_else_does_not_answer_either(roster_case: Any, somebody: Any, refused: Refused) -> None:
    roster_case.do(Act.SWAP, somebody(Role.BUREAU_OFFICER, "e", acting_for="a"), **SWAP)
    with refused(SeparationOfDuties, "duty-swap", "由对方本人答复"):
        roster_case.do(Act.AGREE_SWAP, somebody(Role.BUREAU_OFFICER, "e"), about="2", person="a", agreed="yes")


def test_a_shift_that_has_begun_is_not_swapped(roster_case: Any, officer: Any, refused: Refused) -> None:
    roster_case.do(Act.SWAP, officer("a"), person="a", shift=FIRST, other="c", other_shift=SECOND, reason="x")
    roster_case.until(roster_case.now.set(hour=8, minute=0))
    with refused(TimeInvalid, "duty-swap", "已经开始，不能换班"):
        roster_case.do(Act.AGREE_SWAP, officer("c"), about="2", person="a", agreed="yes")
    with refused(TimeInvalid, "duty-swap", "已经开始，不能换班"):
        roster_case.do(Act.SWAP, officer("b"), person="b", shift=FIRST, other="d", other_shift=SECOND, reason="x")


def test_an_agreed_swap_is_refused_where_the_roster_has_changed_meanwhile(
    roster_case: Any, officer: Any, refused: Refused
) -> None:
    roster_case.do(Act.SWAP, officer("a"), **SWAP)
    roster_case.do(Act.SWAP, officer("f"), person="f", shift=THIRD, other="a", other_shift=LAST, reason="x")
    roster_case.do(Act.AGREE_SWAP, officer("a"), about="3", person="f", agreed="yes")
    with refused(ContentInvalid, "duty-swap", "已经不在"):
        roster_case.do(Act.AGREE_SWAP, officer("e"), about="2", person="a", agreed="yes")


# --- substitutes and leave -----------------------------------------------------------------------


def test_a_substitute_stands_in_for_the_rest_of_the_shift_with_both_names(roster_case: Any, officer: Any) -> None:
    roster_case.until(roster_case.now.set(hour=12))
    roster_case.do(Act.SUBSTITUTE, officer("lead-1"), shift=FIRST, person="a", substitute="x", reason="突发疾病")
    assert roster_case.told == [("substituted", "named"), ("substituted", "watch_leader")]
    shift, facts = roster_case.facts.shift(FIRST), roster_case.facts
    assert facts.staffed(shift, roster_case.now.subtract(seconds=1)).keepers == ("a", "b")
    assert facts.staffed(shift, roster_case.now).keepers == ("x", "b")
    assert roster_case.facts.shift(LAST).keepers == ("a", "c")
    roster_case.do(Act.CHECK_IN, officer("x"), shift=FIRST)


@pytest.mark.parametrize(
    ("change", "kind", "clause", "words"),
    [
        ({"person": "x"}, ContentInvalid, "duty-leave", "被替人不在班次"),
        ({"substitute": "a"}, ContentInvalid, "duty-leave", "替班人不能是本人"),
        ({"substitute": "b"}, ContentInvalid, "duty-leave", "本来就在班次"),
        ({"substitute": "lead-1"}, ContentInvalid, "duty-leave", "本来就在班次"),
        ({"substitute": "sick"}, ContentInvalid, "duty-leave", "期间也请假"),
        ({"shift": "x"}, ContentInvalid, "duty-24h", "没有班次「x」"),
    ],
)
def test_a_substitute_who_cannot_be_one_is_refused(
    roster_case: Any, officer: Any, refused: Refused, change: dict[str, str], kind: Any, clause: str, words: str
) -> None:
    roster_case.do(Act.LEAVE, officer("sick"), **{"from": "2026-03-02T08:00", "until": "2026-03-05T08:00"},
                   person="sick", reason="病假")  # fmt: skip
    wanted = {"shift": FIRST, "person": "a", "substitute": "x", "reason": "病假", **change}
    with refused(kind, clause, words):
        roster_case.do(Act.SUBSTITUTE, officer("lead-1"), **wanted)


def test_nobody_stands_in_on_a_shift_that_is_over(roster_case: Any, officer: Any, refused: Refused) -> None:
    roster_case.until(roster_case.now.set(day=3, hour=8))
    with refused(TimeInvalid, "duty-leave", "已经结束"):
        roster_case.do(Act.SUBSTITUTE, officer("x"), shift=FIRST, person="a", substitute="x", reason="补登")


def test_leave_without_a_substitute_owes_one_for_each_shift_it_touches(roster_case: Any, officer: Any) -> None:
    roster_case.do(Act.LEAVE, officer("a"), **{"from": "2026-03-02T20:00", "until": "2026-03-06T08:00"},
                   person="a", reason="病假")  # fmt: skip
    assert vacancies(roster_case) == [f"{FIRST} a", f"{LAST} a"]
    assert roster_case.told == [("asked-substitute", "watch_leader")] * 2
    roster_case.do(Act.SUBSTITUTE, officer("clerk"), shift=LAST, person="a", substitute="x", reason="病假")
    assert vacancies(roster_case) == [f"{FIRST} a"]
    roster_case.until(roster_case.now.set(day=3, hour=8, minute=15))
    assert vacancies(roster_case) == []
    assert any(duty.about == f"substitute:{FIRST} a" for duty in roster_case.facts.live.values())


def test_leave_with_a_substitute_owes_nothing_and_the_substitute_is_told(roster_case: Any, officer: Any) -> None:
    roster_case.do(Act.LEAVE, officer("a"), **{"from": "2026-03-02T20:00", "until": "2026-03-03T08:00"},
                   person="a", substitute="x", reason="家事")  # fmt: skip
    assert vacancies(roster_case) == []
    assert roster_case.told == [("substituted", "named"), ("substituted", "watch_leader")]
    shift = roster_case.facts.shift(FIRST)
    assert roster_case.facts.staffed(shift, shift.starts_at.add(hours=13)).keepers == ("x", "b")


def test_coming_back_early_ends_the_absence_and_what_it_owed(roster_case: Any, officer: Any) -> None:
    roster_case.do(Act.LEAVE, officer("a"), **{"from": "2026-03-02T20:00", "until": "2026-03-06T08:00"},
                   person="a", reason="病假")  # fmt: skip
    roster_case.do(Act.RETURN, officer("a"), about="2", **{"from": "2026-03-04T08:00"})
    assert vacancies(roster_case) == [f"{FIRST} a"]
    assert roster_case.told == [("returned", "watch_leader")]
    roster_case.do(Act.RETURN, officer("a"), about="2", **{"from": "2026-03-02T20:00"})
    assert vacancies(roster_case) == []
    assert roster_case.facts.absences == ()


@pytest.mark.parametrize(
    ("kind", "values", "error", "words"),
    [
        (Act.LEAVE, {"from": "2026-03-02T20:00", "until": "2026-03-02T20:00"}, TimeInvalid, "应晚于离岗时刻"),
        (Act.LEAVE, {"from": "2026-03-01T20:00", "until": "2026-03-02T07:30"}, TimeInvalid, "已经过去"),
        (Act.LEAVE, {"from": "2026-03-02T20:00", "until": "2026-03-03T08:00", "substitute": "a"}, ContentInvalid,
         "不能是本人"),
        (Act.RETURN, {"about": "9", "from": "2026-03-02T20:00"}, ContentInvalid, "没有序号为「9」"),
        (Act.RETURN, {"about": "2", "from": "2026-03-06T08:00"}, TimeInvalid, "离岗期间"),
    ],
)  # fmt: skip
def test_leave_and_return_at_impossible_times_are_refused(
    roster_case: Any, officer: Any, refused: Refused, kind: Act, values: dict[str, str], error: Any, words: str
) -> None:
    roster_case.do(Act.LEAVE, officer("a"), **{"from": "2026-03-02T20:00", "until": "2026-03-06T08:00"},
                   person="a", reason="病假")  # fmt: skip
    own = {"person": "a", "reason": "病假"} if kind is Act.LEAVE else {}
    with refused(error, "duty-leave", words):
        roster_case.do(kind, officer("a"), **{**own, **values})
