"""The year of drills: generated from the clauses, spread, approved, kept, missed, changed with reasons, sampled."""

from __future__ import annotations

import hashlib
import random
import statistics
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.drill_year import tell
from rules.actor import Role
from rules.drill.facts import Facts as DrillFacts
from rules.drill.facts import Outcome
from rules.drill.hosts import Host, Reach, Shape
from rules.drill.scheme import Scheme
from rules.drill_year import DRILL_YEAR
from rules.drill_year.acts import YearAct
from rules.drill_year.crediting import creditable
from rules.drill_year.facts import STATES, Facts, State
from rules.drill_year.lines import CLAUSES, allowed_days, generate, is_quiet, read_line, write_line
from rules.drill_year.sampling import draw
from rules.drill_year.subjects import (
    SUBJECT_KINDS,
    Subject,
    SubjectKind,
    midnight,
    read_subject,
    readings,
    requirements,
    write_subject,
)
from rules.errors import ActRefused, ContentInvalid, NotYourTurn, SeparationOfDuties, TimeInvalid
from rules.picture import BEGIN, END
from rules.plan.levels import UnitKind
from rules.rulebook import Rulebook
from rules.standing import Status

_RULEBOOK = Rulebook.load()
_SUBJECTS = "ZH1|command|-|0|-\nT1|township|-|0|2024-05-01\nU1|unit|mine|0|-\nV1|village|-|0|-"
_LINES = (
    "1|ZH1|drill-command-year|comprehensive|2026-01-12/2026-12-31|2026-06-10|大厅\n"
    "2|T1|drill-gov-2y|specific|2026-01-12/2026-12-31|2026-09-01|\n"
    "3|U1|drill-halfyear|specific|2026-01-12/2026-06-30|2026-05-12|大厅\n"
    "4|U1|drill-halfyear|specific|2026-07-01/2026-12-31|2026-11-10|\n"
    "5|V1|drill-guide|on_site|2026-03-02/2026-06-30|2026-05-13|"
)
SAYS: dict[str, dict[str, Any]] = {
    "compile": {"year": "2026", "title": "2026年度演练计划", "subjects": _SUBJECTS, "lines": _LINES},
    "recompile": {"year": "2026", "title": "2026年度演练计划", "subjects": _SUBJECTS, "lines": _LINES},
    "approve": {"approved": "yes"},
    "change": {"kind": "move", "line": "1", "day": date(2026, 6, 11), "reason": "汛情"},
    "decide-change": {"approved": "yes"},
    "record": {"about": "1", "number": "YL-2026-0001"},
    "explain": {"reason": "停产"},
    "announce": {"source": "2026年7月1日公布的第2026074期号码", "count": "1"},
    "draw": {"seed": "0712182933", "url": "https://example.invalid/kj"},
    "check": {"number": "YL-2026-0002", "passed": "yes"},
    "summarise": {"summary": "总结"},
    "note": {"note": "说明"},
}


@pytest.fixture
def year(played: Callable[..., Any]) -> Any:
    """Return a case without acts on Monday 2026-01-12 at 9:00."""
    return played(DRILL_YEAR, SAYS, "2026-01-12T09:00")


@pytest.fixture
def approved(year: Any) -> Any:
    """Return a year of five lines that is approved."""
    year.do("compile", Role.BUREAU_OFFICER)
    year.do("approve")
    return year


@pytest.fixture
def change(approved: Any) -> Callable[..., None]:
    """Return what asks for a change and has it decided."""

    def make(*, decision: str = "yes", **said: Any) -> None:
        about = str(approved.do("change", Role.BUREAU_OFFICER, **{"day": None, **said}).seq)
        approved.do("decide-change", about=about, approved=decision)

    return make


# --- who owes what -------------------------------------------------------------------------------


def _needs(line: str, since: date = date(2026, 1, 12), rulebook: Rulebook = _RULEBOOK) -> list[tuple[str, str, int]]:
    return [
        (need.clause_id, f"{need.first} {need.last}", need.count)
        for need in requirements(read_subject(line), since, rulebook)
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ZH1|command|-|0|2026-01-02", [("drill-command-year", "2026-01-12 2026-12-31", 1)]),
        ("G|government|-|0|2024-01-01", [("drill-gov-2y", "2026-01-12 2026-12-31", 1)]),
        ("G|government|-|0|2024-12-31", [("drill-gov-2y", "2026-01-12 2026-12-31", 1)]),
        ("G|government|-|0|2025-01-01", []),
        ("T|township|-|0|-", [("drill-gov-2y", "2026-01-12 2026-12-31", 1)]),
        ("P|plan|-|0|2023-12-31", [("drill-plan-3y", "2026-01-12 2026-12-31", 1)]),
        ("P|plan|-|0|2024-01-01", []),
        ("V|village|-|0|-", []),
        ("U|unit|crowded|0|-", [
            ("drill-halfyear", "2026-01-12 2026-06-30", 1), ("drill-halfyear", "2026-07-01 2026-12-31", 1),
        ]),
        ("U|unit|other|3|-", [
            ("drill-unit-annual", "2026-01-12 2026-12-31", 1), ("drill-site-halfyear", "2026-01-12 2026-06-30", 1),
            ("drill-site-halfyear", "2026-07-01 2026-12-31", 1),
        ]),
    ],
)  # fmt: skip
def test_each_owes_as_often_as_its_clause_says(line: str, expected: list[tuple[str, str, int]]) -> None:
    assert _needs(line) == expected


def test_in_the_first_year_only_the_rest_of_it_is_owed() -> None:
    assert _needs("U|unit|mine|0|-", date(2026, 8, 3)) == [("drill-halfyear", "2026-08-03 2026-12-31", 1)]


class _County:
    """The county's rulebook with other choices."""

    def __init__(self, **numbers: int) -> None:
        self._numbers = numbers

    def number(self, key: str, on: date) -> int:
        return self._numbers.get(key, _RULEBOOK.number(key, on))

    def __getattr__(self, name: str) -> Any:
        return getattr(_RULEBOOK, name)


def test_the_county_chooses_between_two_readings_and_both_are_shown() -> None:
    each: Any = _County(drill_each_site_plan=1)
    assert [count for _, _, count in _needs("U|unit|other|3|-", rulebook=each)] == [1, 3, 3]
    assert [reading.label for reading in readings(_RULEBOOK, date(2026, 1, 12))] == [
        "每个单位每半年至少一次", "按自然半年计算",
    ]  # fmt: skip
    chosen = readings(each, date(2026, 1, 12))[0]
    assert (chosen.clause_id, chosen.label) == ("drill-site-halfyear", "每个现场处置方案每半年至少一次")
    assert len(chosen.options) == 2


@pytest.mark.parametrize(
    ("last", "windows"),
    [
        ("2025-11-20", ["2026-01-12 2026-05-20", "2026-05-21 2026-11-20"]),
        ("2025-06-15", ["2026-01-12 2026-01-31", "2026-02-01 2026-07-31"]),
        ("2025-07-12", ["2026-01-12 2026-01-12", "2026-01-13 2026-07-12"]),
        ("-", ["2026-01-12 2026-07-11"]),
    ],
)
def test_rolling_half_years_run_from_the_last_drill(last: str, windows: list[str]) -> None:
    rolling: Any = _County(drill_halfyear_rolling=1)
    assert [window for _, window, _ in _needs(f"U|unit|mine|0|{last}", rulebook=rolling)] == windows


@pytest.mark.parametrize(
    "line",
    ["U|unit|mine|0", "U|unit|mine|-1|-", "U|unit|mine|１|-",
     "U|ship|-|0|-", "U|unit|mine|三|-", "U|unit|mine|0|昨天", "|unit|mine|0|-", "U|unit|-|0|-",
     "T|township|mine|0|-"],
)  # fmt: skip
def test_a_subject_that_cannot_be_read_is_refused(refusal: Any, line: str) -> None:
    with refusal(ContentInvalid, "drill-year-plan", line):
        read_subject(line)


# --- spread over the year ------------------------------------------------------------------------


def _county_subjects() -> list[Subject]:
    commands = [Subject(f"ZH{number}", SubjectKind.COMMAND) for number in range(17)]
    towns = [Subject(f"T{number}", SubjectKind.TOWNSHIP) for number in range(9)]
    kinds = [*UnitKind] * 10
    units = [Subject(f"U{number}", SubjectKind.UNIT, kind, site_plans=number % 3) for number, kind in enumerate(kinds)]
    return [*commands, *towns, *units]


def test_a_generated_year_meets_every_requirement_off_the_holidays() -> None:
    subjects = _county_subjects()
    planned = generate(subjects, date(2026, 1, 12), _RULEBOOK)

    needs = [need for subject in subjects for need in requirements(subject, date(2026, 1, 12), _RULEBOOK)]
    assert len(planned) == sum(need.count for need in needs)
    assert all(sum(line.meets(need) for line in planned) >= need.count for need in needs)
    assert all(line.first <= line.day <= line.last for line in planned)
    assert all(_RULEBOOK.workdays.is_workday(line.day) for line in planned)
    assert not any(is_quiet(line.day, _RULEBOOK) for line in planned)
    assert planned == generate(subjects, date(2026, 1, 12), _RULEBOOK)
    assert [read_line(write_line(line)) for line in planned] == list(planned)


def test_the_load_is_spread_over_the_weeks() -> None:
    planned = generate(_county_subjects(), date(2026, 1, 12), _RULEBOOK)

    for first, last in ((date(2026, 1, 12), date(2026, 6, 30)), (date(2026, 7, 1), date(2026, 12, 31))):
        weeks = Counter(line.day.isocalendar().week for line in planned if first <= line.day <= last)
        free = {day.isocalendar().week for day in allowed_days(first, last, _RULEBOOK)}
        assert weeks.keys() == free
        assert max(weeks.values()) <= statistics.median(weeks.values()) + 1


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 3, 23), date(2026, 3, 26), [23, 24]),
        (date(2026, 3, 25), date(2026, 3, 26), [25, 26]),
        (date(2026, 4, 15), date(2026, 4, 17), [16, 17]),
        (date(2026, 3, 27), date(2026, 3, 29), [27]),
        (date(2026, 5, 1), date(2026, 5, 3), [1, 2, 3]),
    ],
)
def test_quiet_days_and_days_off_are_used_only_where_there_are_no_others(
    first: date, last: date, expected: list[int]
) -> None:
    assert [day.day for day in allowed_days(first, last, _RULEBOOK)] == expected


# --- the plan ------------------------------------------------------------------------------------


def test_an_approved_plan_owes_each_line_by_the_day_of_its_law(year: Any) -> None:
    year.do("compile", Role.BUREAU_OFFICER)
    assert year.owed == {"approve": "county_leader drill-year-approve 2026-01-19"}
    year.do("approve")

    assert year.owed == {
        "record 1": "bureau_officer drill-command-year 2026-12-31",
        "record 2": "bureau_officer drill-gov-2y 2026-12-31",
        "record 3": "bureau_officer drill-halfyear 2026-06-30",
        "record 4": "bureau_officer drill-halfyear 2026-12-31",
        "record 5": "bureau_officer drill-guide 2026-06-30",
        "summarise": "bureau_officer drill-year-summary 2027-01-28",
    }
    assert year.told == [
        "year-plan paper", "year-approved bureau_officer", "year-approved bureau_head",
        "year-approved committee_office",
    ]  # fmt: skip
    assert year.facts.grade is None


def test_a_returned_plan_is_compiled_again(year: Any, refusal: Any) -> None:
    year.do("compile", Role.BUREAU_OFFICER)
    year.do("approve", approved="no")
    assert year.owed == {"recompile": "bureau_officer drill-year-plan 2026-01-26"}
    year.until(year.now.add(days=5))
    with refusal(NotYourTurn, "drill-year-plan", "公布抽样办法"):
        year.do("announce", Role.BUREAU_OFFICER)
    year.do("recompile")
    assert set(year.owed) == {"approve"}
    year.do("approve")
    assert year.facts.approved


def test_a_returned_plan_keeps_its_times_but_no_day_that_is_gone(year: Any, refusal: Any) -> None:
    year.do("compile", Role.BUREAU_OFFICER)
    year.do("approve", at="2026-05-12T09:00", approved="no")
    year.do("recompile")
    year.do("approve", at="2026-05-13T09:00", approved="no")
    with refusal(TimeInvalid, "drill-year-plan", "2026-05-12 已经过去"):
        year.do("recompile")


def test_a_plan_that_was_returned_until_a_time_was_over_still_has_a_way_out(year: Any) -> None:
    year.do("compile", Role.BUREAU_OFFICER)
    year.do("approve", approved="no")
    year.until(midnight(date(2026, 7, 6)))
    subjects = [read_subject(line) for line in _SUBJECTS.splitlines()]
    lines = generate(subjects, date(2026, 1, 12), _RULEBOOK, not_before=date(2026, 7, 6))
    assert all(line.day >= date(2026, 7, 6) for line in lines if line.last >= date(2026, 7, 6))
    year.do("recompile", lines="\n".join(write_line(line) for line in lines))
    year.do("approve")
    year.until(year.now.add(minutes=1))
    assert Counter(entry.state for entry in year.facts.entries.values())[State.MISSED] == 1


def test_a_drill_counts_once_for_a_subject_and_a_clause(approved: Any, refusal: Any) -> None:
    approved.until(approved.now.add(months=7))
    approved.do("record", about="4", day=date(2026, 7, 2))
    with refusal(ContentInvalid, "drill-halfyear", "不能算作两次", "计划 4"):
        approved.do("record", about="3", day=date(2026, 7, 2))
    approved.do("record", about="1", day=date(2026, 7, 2))
    approved.do("record", about="3", number="YL-2026-0002", day=date(2026, 7, 2))
    assert approved.facts.entries["3"].state is State.LATE


def test_a_subject_is_read_as_it_is_written() -> None:
    for line in (*_SUBJECTS.splitlines(), "U12|unit|larger|3|2025-11-20"):
        assert write_subject(read_subject(line)) == line


def test_next_year_is_planned_in_this_one_when_its_holidays_are_known(played: Callable[..., Any]) -> None:
    early = played(DRILL_YEAR, SAYS, "2025-12-15T09:00")
    early.do("compile", Role.BUREAU_OFFICER, subjects="ZH1|command|-|0|-", lines=generate_text("ZH1|command|-|0|-"))
    assert early.facts.year == 2026


def generate_text(subjects: str) -> str:
    planned = generate([read_subject(line) for line in subjects.splitlines()], date(2026, 1, 1), _RULEBOOK)
    return "\n".join(write_line(line) for line in planned)


@pytest.mark.parametrize(
    ("old", "new", "kind", "clause", "word"),
    [
        ("1|ZH1|drill", "1|ZH9|drill", ContentInvalid, "drill-year-plan", "ZH9"),
        ("2|T1", "1|T1", ContentInvalid, "drill-year-plan", "计划序号"),
        ("2026-05-12|大厅", "2026-06-10|大厅", ContentInvalid, "drill-year-plan", "大厅（2026-06-10）"),
        ("2026-01-12/2026-12-31|2026-06-10", "2026-01-11/2026-12-31|2026-06-10", TimeInvalid, "drill-year-plan",
         "当年以内"),
        ("2026-01-12/2026-12-31|2026-06-10", "2026-01-12/2027-01-01|2026-06-10", TimeInvalid, "drill-year-plan",
         "当年以内"),
        ("2026-03-02/2026-06-30|2026-05-13", "2026-06-30/2026-03-02|2026-05-13", TimeInvalid, "drill-year-plan",
         "当年以内"),
        ("2026-05-12|大厅", "2026-07-01|大厅", TimeInvalid, "drill-halfyear", "周期"),
        ("|2026-06-10|", "|2026-06-19|", TimeInvalid, "drill-year-spread", "端午放假"),
        ("|2026-06-10|", "|2026-04-07|", TimeInvalid, "drill-year-spread", "特险期"),
        ("4|U1|drill-halfyear", "4|U1|drill-guide", ContentInvalid, "drill-halfyear", "1 次，计划中有 0 次"),
        ("1|ZH1|drill-command-year|comprehensive", "1|ZH1|drill-command-year|specific", ContentInvalid,
         "drill-command-year", "指挥部年度综合演练"),
        ("1|ZH1|drill-command-year", "1|ZH1|drill-nothing", ContentInvalid, "drill-year-plan", "依据"),
        ("1|ZH1|drill-command-year", "|ZH1|drill-command-year", ContentInvalid, "drill-year-plan", "序号"),
        ("2026-06-10|大厅", "2026-06-10", ContentInvalid, "drill-year-plan", "写法不对"),
        ("2026-01-12/2026-12-31|2026-06-10", "2026-01-12|2026-06-10", ContentInvalid, "drill-year-plan", "写法不对"),
    ],
)  # fmt: skip
def test_a_plan_that_law_does_not_allow_is_refused(
    year: Any, refusal: Any, old: str, new: str, kind: Any, clause: str, word: str
) -> None:
    assert old in _LINES
    with refusal(kind, clause, word):
        year.do("compile", Role.BUREAU_OFFICER, lines=_LINES.replace(old, new, 1))


def test_a_plan_is_for_a_year_whose_holidays_are_known(year: Any, refusal: Any, played: Callable[..., Any]) -> None:
    for wrong in ("2025", "2028", "今年"):
        with refusal(TimeInvalid, "drill-year-plan", "今年或者明年"):
            year.do("compile", Role.BUREAU_OFFICER, year=wrong)
    with refusal(TimeInvalid, "drill-year-plan", "2027年放假安排尚未公布"):
        year.do("compile", Role.BUREAU_OFFICER, year="2027")
    with refusal(ContentInvalid, "drill-year-plan", "编号重复"):
        year.do("compile", Role.BUREAU_OFFICER, subjects=f"{_SUBJECTS}\nV1|village|-|0|-")
    early = played(DRILL_YEAR, SAYS, "2019-08-31T09:00")
    with refusal(TimeInvalid, "drill-evaluate"):
        early.do("compile", Role.BUREAU_OFFICER)


# --- kept and missed -----------------------------------------------------------------------------


def test_a_drill_that_was_held_is_recorded_with_its_number(approved: Any, refusal: Any) -> None:
    approved.until(approved.now.add(months=5))
    with refusal(TimeInvalid, "drill-command-year", "演练日期"):
        approved.do("record", day=date(2026, 6, 13))
    with refusal(TimeInvalid, "drill-command-year", "演练日期"):
        approved.do("record", day=date(2026, 1, 11))
    approved.do("record", day=date(2026, 6, 10))

    entry = approved.facts.entries["1"]
    assert (entry.state, entry.number, entry.held_on) == (State.DONE, "YL-2026-0001", date(2026, 6, 10))
    assert "record 1" not in approved.owed
    with refusal(NotYourTurn, "drill-year-summary"):
        approved.do("record", Role.BUREAU_OFFICER, day=date(2026, 6, 10))
    with refusal(NotYourTurn, "drill-year-summary"):
        approved.do("record", Role.BUREAU_OFFICER, about="9", day=date(2026, 6, 10))
    assert approved.may("record", Role.BUREAU_OFFICER)


def test_a_drill_that_was_not_held_is_a_breach_that_is_explained_and_may_be_made_good_late(
    approved: Any, refusal: Any
) -> None:
    approved.until(approved.now.add(months=6))

    assert approved.facts.entries["3"].state is State.MISSED
    breach = next(duty for duty in approved.duties if duty.about == "3" and duty.act == "record")
    assert (breach.breached, breach.lapsed, breach.status) == (True, True, "superseded")
    assert approved.owed["explain 3"] == "bureau_officer drill-year-explain 2026-07-08"
    assert {duty.act for duty in approved.facts.live.values() if duty.blocks} == {"summarise"}
    with refusal(NotYourTurn, "drill-year-summary", "说明未演练"):
        approved.do("explain", Role.BUREAU_OFFICER, about="1")
    told = {f"{effect.name} {effect.addressee}" for step in approved.steps for effect in step.effects}
    assert {"missed committee_office", "missed bureau_head", "overdue committee_office"} <= told
    assert {"reminder bureau_officer", "overdue bureau_officer"} <= told

    approved.do("explain", about="3")
    approved.do("record", Role.BUREAU_OFFICER, about="3", day=date(2026, 7, 2))
    assert approved.facts.entries["3"].state is State.LATE
    assert approved.facts.tally[(SubjectKind.UNIT, State.LATE)] == 1
    assert "explain 3" not in approved.owed


def test_a_drill_held_in_time_and_recorded_late_is_not_late(approved: Any) -> None:
    approved.until(approved.now.add(months=6))
    approved.do("record", Role.BUREAU_OFFICER, about="3", day=date(2026, 6, 30))
    assert approved.facts.entries["3"].state is State.DONE
    approved.do("record", Role.BUREAU_OFFICER, about="1", day=date(2026, 1, 12))
    assert approved.facts.entries["1"].state is State.DONE


# --- changes -------------------------------------------------------------------------------------


def test_a_line_is_moved_with_consent_within_its_time(approved: Any, change: Any, refusal: Any) -> None:
    with refusal(ContentInvalid, "drill-year-change", "新的日期或者场地"):
        change()
    with refusal(TimeInvalid, "drill-halfyear", "周期"):
        change(line="3", day=date(2026, 7, 1))
    with refusal(TimeInvalid, "drill-year-plan", "已经过去"):
        change(day=date(2026, 1, 9))
    with refusal(ContentInvalid, "drill-year-plan", "大厅"):
        change(day=date(2026, 5, 12))
    with refusal(ContentInvalid, "drill-year-change", "「9」"):
        change(line="9", day=date(2026, 6, 11))
    change(day=date(2026, 6, 11))
    assert approved.told == ["changed bureau_officer", "year-change paper"]
    assert approved.facts.entries["1"].line.hall == "大厅"
    change(hall="消防大队")
    change(day=date(2026, 6, 12), decision="no")

    line = approved.facts.entries["1"].line
    assert (line.day, line.hall) == (date(2026, 6, 11), "消防大队")
    assert approved.told == ["change-refused bureau_officer"]
    assert approved.facts.changes == {}


def test_who_asks_for_a_change_does_not_decide_it(approved: Any, refusal: Any) -> None:
    about = str(approved.do("change", Role.BUREAU_HEAD).seq)
    assert approved.owed[f"decide-change {about}"] == "bureau_head drill-year-change 2026-01-15"
    with refusal(SeparationOfDuties, "drill-year-change"):
        approved.do("decide-change", Role.BUREAU_HEAD, about=about)


def test_drills_are_merged_where_one_can_stand_for_both(approved: Any, change: Any, refusal: Any) -> None:
    with refusal(ContentInvalid, "drill-halfyear", "不能代替"):
        change(kind="merge", line="3", into="5")
    with refusal(ContentInvalid, "drill-year-change", "2026-07-01"):
        change(kind="merge", line="4", into="3")
    with refusal(ContentInvalid, "drill-year-change", "另一项"):
        change(kind="merge", line="3", into="3")
    change(kind="merge", line="3", into="1")
    assert "record 3" not in approved.owed
    with refusal(NotYourTurn, "drill-year-change", "并入另一项"):
        change(kind="merge", line="3", into="2")
    with refusal(ContentInvalid, "drill-year-change", "不能再并入"):
        change(kind="merge", line="1", into="2")
    with refusal(ContentInvalid, "drill-year-change", "不能撤下"):
        change(kind="release", line="1", basis="dissolved")
    with refusal(TimeInvalid, "drill-halfyear", "计划 3"):
        change(day=date(2026, 7, 1))
    approved.until(approved.now.add(months=5))
    approved.do("record", day=date(2026, 6, 10))

    assert {no: str(entry.state) for no, entry in approved.facts.entries.items()} == {
        "1": "done", "2": "planned", "3": "done", "4": "planned", "5": "planned",
    }  # fmt: skip
    assert approved.facts.merged_into("1") == ()


def test_what_was_merged_is_missed_with_the_other(approved: Any, change: Any) -> None:
    change(kind="merge", line="3", into="1", decision="no")
    change(kind="merge", line="2", into="1")
    approved.until(approved.now.add(months=12))

    assert [approved.facts.entries[no].state for no in "12"] == [State.MISSED, State.MISSED]


def test_what_law_asks_for_is_not_cancelled(approved: Any, change: Any, refusal: Any) -> None:
    for basis in (None, "voluntary"):
        with refusal(ContentInvalid, "drill-halfyear", "不能取消"):
            change(kind="release", line="3", basis=basis)
    with refusal(ContentInvalid, "drill-guide", "不能取消"):
        change(kind="release", line="5", basis="closed")
    change(kind="release", line="3", basis="closed")
    change(kind="release", line="5", basis="voluntary")

    assert [approved.facts.entries[no].state for no in "35"] == [State.RELEASED, State.RELEASED]
    assert {"record 3", "record 5"} & set(approved.owed) == set()
    change(line="1", day=date(2026, 5, 12))
    assert approved.told == ["changed bureau_officer", "year-change paper"]


def test_a_line_is_added_during_the_year(approved: Any, change: Any, refusal: Any) -> None:
    new = "6|V1|drill-guide|on_site|2026-03-02/2026-09-30|2026-09-02|大厅"
    with refusal(ContentInvalid, "drill-year-change", "增加的计划"):
        change(kind="add")
    with refusal(ContentInvalid, "drill-year-change", "已经使用"):
        change(kind="add", added=new.replace("6|", "5|", 1))
    with refusal(ContentInvalid, "drill-year-plan", "大厅"):
        change(kind="add", added=new.replace("2026-09-02", "2026-06-10"))
    change(kind="add", added=new)
    assert approved.owed["record 6"] == "bureau_officer drill-guide 2026-09-30"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"kind": "release", "line": "3", "basis": "closed"}, {"line": "3", "day": date(2026, 5, 14)}),
        ({"kind": "merge", "line": "3", "into": "1"}, {"kind": "release", "line": "1", "basis": "dissolved"}),
        ({"kind": "merge", "line": "3", "into": "1"}, {"line": "1", "day": date(2026, 7, 1)}),
        ({"line": "4", "day": date(2026, 11, 11), "hall": "甲"},
         {"line": "2", "day": date(2026, 11, 11), "hall": "甲"}),
        (
            {"kind": "add", "added": "6|V1|drill-guide|on_site|2026-03-02/2026-09-30|2026-09-02|"},
            {"kind": "add", "added": "6|V1|drill-guide|on_site|2026-03-02/2026-09-30|2026-09-03|"},
        ),
    ],
)  # fmt: skip
def test_a_change_that_another_made_impossible_is_refused_when_it_is_decided(
    approved: Any, first: dict[str, Any], then: dict[str, Any]
) -> None:
    abouts = [str(approved.do("change", Role.BUREAU_OFFICER, **{"day": None, **said}).seq) for said in (first, then)]
    approved.do("decide-change", about=abouts[0])
    assert approved.told[0] == "changed bureau_officer"
    approved.do("decide-change", about=abouts[1])

    assert approved.told == ["change-refused bureau_officer"]


# --- samples -------------------------------------------------------------------------------------


def _held(approved: Any) -> None:
    approved.until(approved.now.add(months=5))
    for about in ("1", "3"):
        approved.do("record", Role.BUREAU_OFFICER, about=about, day=date(2026, 6, 10))


def test_a_sample_is_announced_before_its_seed_and_can_be_drawn_again(approved: Any, refusal: Any) -> None:
    with refusal(ContentInvalid, "drill-year-draw", "有 0 次"):
        approved.do("announce", Role.BUREAU_OFFICER)
    _held(approved)
    for wrong in ("0", "2", "一"):
        with refusal(ContentInvalid, "drill-year-draw", "1 至 1"):
            approved.do("announce", Role.BUREAU_OFFICER, count=wrong)
    approved.do("announce", Role.BUREAU_OFFICER)
    assert approved.told == ["asked-draw bureau_officer", "sampling paper"]
    assert {duty.act for duty in approved.facts.live.values() if duty.blocks} == {"summarise"}
    assert approved.owed["draw"] == "bureau_officer drill-year-draw 2026-06-29"
    assert approved.facts.announced.population == ("3",)
    with refusal(NotYourTurn, "drill-year-summary"):
        approved.do("announce", Role.BUREAU_OFFICER)
    with refusal(ContentInvalid, "drill-year-draw", "抽中的是 3"):
        approved.do("draw", drawn="1")
    approved.do("draw", drawn="3")
    assert approved.owed["check 3"] == "bureau_officer drill-spot-check 2026-07-13"
    approved.do("announce", Role.BUREAU_OFFICER)
    approved.do("draw", drawn="3", seed="1")
    assert sum(key.startswith("check") for key in approved.owed) == 1
    approved.do("check", about="3", passed="no")

    assert approved.told == ["fault-found bureau_officer", "fault-found bureau_head"]
    assert [sample.seed for sample in approved.facts.samples] == ["0712182933", "1"]
    approved.do("announce", Role.BUREAU_OFFICER)
    approved.do("draw", drawn="3")
    approved.do("check", about="3")
    assert approved.told == []


@given(st.text(max_size=8), st.lists(st.text(max_size=4), max_size=12), st.integers(0, 14), st.randoms())
@settings(max_examples=80)
def test_a_draw_depends_on_seed_and_members_alone(
    seed: str, population: list[str], count: int, chance: random.Random
) -> None:
    drawn = draw(seed, population, count)
    shuffled = [*population, *population]
    chance.shuffle(shuffled)

    assert draw(seed, shuffled, count) == drawn
    assert len(drawn) == len(set(drawn)) == min(count, len(set(population)))
    assert set(drawn) <= set(population)
    assert draw(seed, population, max(count - 1, 0)) == drawn[: max(count - 1, 0)]


def test_a_draw_can_be_checked_by_hand() -> None:
    by_hand = {hashlib.sha256(f"seed\n{item}".encode()).hexdigest(): item for item in "123"}

    assert draw("seed", ["1", "2", "3"], 2) == tuple(by_hand[digest] for digest in sorted(by_hand)[:2])


# --- the end -------------------------------------------------------------------------------------


def test_a_year_is_summed_up_when_every_line_has_its_end(approved: Any, refusal: Any) -> None:
    with refusal(NotYourTurn, "drill-year-summary", "5 项计划"):
        approved.do("summarise")
    approved.until(approved.now.add(months=12))
    assert approved.facts.open_lines == ()
    approved.do("summarise")

    assert approved.told == ["year-summary paper"]
    assert (approved.facts.status, approved.owed) == (Status.CLOSED, {})
    assert dict(approved.facts.tally) == {
        (SubjectKind.COMMAND, State.MISSED): 1, (SubjectKind.TOWNSHIP, State.MISSED): 1,
        (SubjectKind.UNIT, State.MISSED): 2, (SubjectKind.VILLAGE, State.MISSED): 1,
    }  # fmt: skip


def test_a_line_says_what_it_meets() -> None:
    need = requirements(Subject("U1", SubjectKind.UNIT, UnitKind.MINE), date(2026, 1, 12), _RULEBOOK)[0]
    line = read_line(_LINES.splitlines()[2])
    assert line.meets(need)
    assert line.reach is Reach.SPECIFIC
    assert not read_line(_LINES.splitlines()[3]).meets(need)


def test_words_are_there_for_every_act() -> None:
    assert [act.label for act in YearAct] == [form.label for form in DRILL_YEAR.forms.values()]


# --- generated histories -------------------------------------------------------------------------


def _content(kind: str, case: Any, chance: random.Random) -> dict[str, Any]:
    no = chance.choice("12345")
    abouts = [duty.about for duty in case.facts.live.values() if duty.act == kind] or ["0"]
    announced = case.facts.announced
    seed = str(chance.random())
    said: dict[str, dict[str, Any]] = {
        "approve": {"approved": chance.choice(["yes", "yes", "no"])},
        "change": {
            "kind": chance.choice(["move", "merge", "release", "add"]), "line": no, "into": chance.choice("12345"),
            "day": (case.now + timedelta(days=9)).date(), "basis": chance.choice(["closed", "voluntary"]),
            "added": f"{case.now:MMDD}|V1|drill-guide|on_site|{case.now:YYYY-MM-DD}/2026-12-31|2026-12-16|",
        },
        "decide-change": {"about": chance.choice(abouts), "approved": chance.choice(["yes", "yes", "no"])},
        "record": {"about": no, "day": case.now.date()},
        "explain": {"about": chance.choice(abouts)},
        "draw": {"seed": seed, "drawn": "\n".join(draw(seed, announced.population, 1)) if announced else "1"},
        "check": {"about": chance.choice(abouts), "passed": chance.choice(["yes", "no"])},
    }  # fmt: skip
    return said.get(kind, {})


@pytest.fixture(scope="module")
def histories(played: Callable[..., Any]) -> list[list[Any]]:
    """Return many years, each as it stood after every act of a person."""
    found = []
    for seed in range(60):
        chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
        case = played(DRILL_YEAR, SAYS, "2026-01-12T09:00")
        case.do("compile", Role.BUREAU_OFFICER)
        stages = [case.fork()]
        while case.facts.status is Status.OPEN and len(stages) < 60:
            case.until(case.now.add(days=chance.choice([0, 1, 9, 25])))
            owed = [str(duty.act) for duty in case.facts.live.values()]
            kind = chance.choice([*owed, "change", "record", "announce", "note", "summarise"])
            try:
                case.do(kind, chance.choice(sorted(DRILL_YEAR.may[kind])), **_content(kind, case, chance))
            except ActRefused:
                continue
            stages.append(case.fork())
        found.append(stages)
    return found


def test_record_duties_and_story_of_every_history_agree(
    histories: list[list[Any]], check_history: Callable[..., None]
) -> None:
    for stages in histories:
        check_history(stages, tell)


def test_every_line_that_is_to_come_is_owed_and_no_other(histories: list[list[Any]]) -> None:
    for case in (case for stages in histories for case in stages if case.facts.approved):
        if case.facts.status is Status.OPEN:
            owed = sorted(duty.about for duty in case.facts.live.values() if duty.act == "record")
            assert owed == sorted(case.facts.open_lines)


def test_every_kind_of_act_is_explored_and_every_arrow_walked(histories: list[list[Any]]) -> None:
    cases = [stages[-1] for stages in histories]
    assert {str(act.kind) for case in cases for act in case.acts} == {str(act) for act in YearAct}
    walked = {
        (str(act.kind), str(duty.act))
        for case in cases
        for act, step in zip(case.acts, case.steps, strict=True)
        for duty in step.opened
    }
    drawn = {(str(arrow.source), str(arrow.target)) for arrow in DRILL_YEAR.picture.arrows if arrow.target != END}
    assert walked | {(BEGIN, "compile"), ("change", "decide-change")} == drawn


# --- credited ------------------------------------------------------------------------------------


def _reported(*, line: str = "", reach: Reach = Reach.COMPREHENSIVE, reported: bool = True) -> DrillFacts:
    begins = midnight(date(2026, 5, 12)).add(hours=9)
    scheme = Scheme(
        Host.UNIT, Shape.TABLETOP, reach, "YA1", "", UnitKind.MINE, line, begins, begins.add(hours=1), "大厅", "甲",
        ("乙",), ("丙",), (), ("信息报告",),
    )  # fmt: skip
    return DrillFacts(scheme=scheme, outcome=Outcome.HELD, reported=reported)


def test_a_drill_is_credited_to_what_it_fulfils(approved: Any) -> None:
    def credited(day: date, *subjects: str, number: str = "YL1", drill: Any = None) -> tuple[str, ...]:
        return creditable(approved.facts, subjects, drill or _reported(), number, day)

    assert credited(date(2026, 5, 12), "U1", "T1") == ("3", "2")
    assert credited(date(2026, 8, 3), "U1") == ("4",)
    assert credited(date(2026, 1, 11), "U1", "T1", "ZH1") == ()
    assert credited(date(2026, 5, 12), "V1") == ()
    assert credited(date(2026, 5, 12), "U1", drill=_reported(reported=False)) == ()
    assert credited(date(2026, 5, 12), "U1", drill=_reported(reach=Reach.ON_SITE)) == ()
    assert credited(date(2026, 5, 12), "V1", drill=_reported(reach=Reach.ON_SITE)) == ("5",)
    assert creditable(approved.facts, ("U1",), DrillFacts(), "YL1", date(2026, 5, 12)) == ()

    approved.until(midnight(date(2026, 8, 3)))
    assert credited(date(2026, 8, 3), "U1") == ("4",)
    assert credited(date(2026, 8, 3), "U1", drill=_reported(line="3")) == ("3",)
    approved.do("record", about="4", number="YL1", day=date(2026, 8, 3))
    assert credited(date(2026, 8, 3), "U1") == ()
    assert credited(date(2026, 8, 3), "U1", number="YL2") == ("3",)


# --- edges ---------------------------------------------------------------------------------------


def test_every_kind_clause_and_state_has_its_word() -> None:
    assert SUBJECT_KINDS.keys() == set(SubjectKind)
    assert STATES.keys() == set(State)
    assert {state for state in State if state.is_held} == {State.DONE, State.LATE}
    assert set(CLAUSES) == {
        "drill-command-year", "drill-gov-2y", "drill-plan-3y", "drill-halfyear", "drill-unit-annual",
        "drill-site-halfyear", "drill-guide",
    }  # fmt: skip
    assert Subject("U", SubjectKind.UNIT).site_plans == 0


def test_lines_are_numbered_in_the_order_of_their_last_days() -> None:
    planned = generate(reversed(_county_subjects()), date(2026, 1, 12), _RULEBOOK)
    assert [line.no for line in planned] == [str(number) for number in range(1, len(planned) + 1)]
    keys = [(line.last, line.first, line.subject, line.clause_id) for line in planned]
    assert keys == sorted(keys)
    days = Counter(line.day for line in planned)
    assert max(days.values()) <= 3


def test_no_drill_is_planned_before_a_day_unless_its_time_is_over_then() -> None:
    (subject,) = [read_subject("U1|unit|mine|0|-")]
    last = date(2026, 6, 30)
    (first, _) = generate([subject], date(2026, 1, 12), _RULEBOOK, not_before=last)
    assert first.day == last
    (first, _) = generate([subject], date(2026, 1, 12), _RULEBOOK, not_before=date(2026, 7, 1))
    assert first.day < last


def test_on_the_last_day_of_a_time_its_line_can_still_be_planned_anew(year: Any, refusal: Any) -> None:
    year.do("compile", Role.BUREAU_OFFICER)
    year.do("approve", at="2026-06-30T09:00", approved="no")
    lines = _LINES.replace("|2026-06-10|", "|2026-09-15|")
    with refusal(TimeInvalid, "drill-year-plan", "2026-05-12 已经过去"):
        year.do("recompile", lines=lines)
    lines = lines.replace("|2026-05-12|", "|2026-06-30|").replace("|2026-05-13|", "|2026-06-30|")
    year.do("recompile", lines=lines)


def test_both_ends_of_a_time_belong_to_it(approved: Any, change: Any) -> None:
    change(day=date(2026, 12, 31))
    change(line="4", day=date(2026, 7, 1))
    change(line="3", day=date(2026, 6, 30))
    change(kind="add", line=None, added="7|V1|drill-guide|on_site|2026-09-02/2026-09-02|2026-09-02|")
    assert [approved.facts.entries[no].line.day for no in "147"] == [
        date(2026, 12, 31), date(2026, 7, 1), date(2026, 9, 2),
    ]  # fmt: skip
    change(day=date(2026, 6, 30), hall="乙")
    change(kind="merge", line="3", into="1")
    change(day=date(2026, 6, 30), hall="丙")
    assert approved.told == ["changed bureau_officer", "year-change paper"]
    change(day=date(2026, 1, 12))
    assert approved.told == ["changed bureau_officer", "year-change paper"]
    assert approved.facts.entries["3"].into == "1"


def test_what_begins_on_a_day_takes_a_drill_held_on_it(approved: Any, change: Any) -> None:
    change(day=date(2026, 7, 1))
    change(kind="merge", line="4", into="1")
    assert approved.facts.entries["4"].state is State.MERGED


def test_a_hall_is_held_by_one_drill_on_a_day(approved: Any, change: Any, refusal: Any) -> None:
    with refusal(ContentInvalid, "drill-year-plan", "大厅"):
        change(line="2", day=date(2026, 6, 10), hall="大厅")
    change(line="2", day=date(2026, 6, 10))
    with refusal(ContentInvalid, "drill-year-plan", "大厅"):
        change(line="2", day=None, hall="大厅")
    with refusal(ContentInvalid, "drill-year-plan", "没有列入"):
        change(kind="add", line=None, added="8|X9|drill-guide|on_site|2026-09-02/2026-09-02|2026-09-02|")
    change(line="2", day=date(2026, 6, 11))
    change(line="1", day=None, hall="消防大队")
    assert approved.facts.entries["2"].line.day == date(2026, 6, 11)


def test_what_waits_for_a_decision_holds_nothing_up_and_ends_with_it(approved: Any, refusal: Any) -> None:
    about = str(approved.do("change", Role.BUREAU_OFFICER).seq)
    assert {duty.act for duty in approved.facts.live.values() if duty.blocks} == {"summarise"}
    with refusal(NotYourTurn, "drill-year-summary"):
        approved.do("decide-change", Role.BUREAU_HEAD, about="99")
    approved.until(approved.now.add(months=2))
    approved.do("record", Role.BUREAU_OFFICER, about=about, number="YL7", day=date(2026, 3, 10))
    approved.do("decide-change", Role.BUREAU_HEAD, about=about)
    assert not any(key.startswith("decide-change") for key in approved.owed)


def test_before_the_plan_is_approved_nothing_is_recorded_and_everything_may_be_noted(year: Any) -> None:
    year.do("compile", Role.BUREAU_OFFICER)
    assert not year.may("record", Role.BUREAU_OFFICER)
    assert year.may("note", Role.BUREAU_OFFICER)
    assert (Facts().approved, Facts().year) == (False, 0)


def test_what_was_merged_takes_no_other_with_it(approved: Any) -> None:
    asked = [
        str(approved.do("change", Role.BUREAU_OFFICER, kind="merge", line=line, into=into, day=None).seq)
        for line, into in (("4", "2"), ("2", "1"))
    ]
    for about in asked:
        approved.do("decide-change", about=about)
    assert approved.told == ["change-refused bureau_officer"]
    assert [entry.line.no for entry in approved.facts.merged_into("2")] == ["4"]
    assert approved.facts.merged_into("1") == ()


def test_the_hall_of_a_line_that_was_held_or_has_none_is_free(approved: Any) -> None:
    approved.until(approved.now.add(months=5))
    approved.do("record", about="1", day=date(2026, 6, 10))
    assert approved.facts.holders_of("大厅", date(2026, 6, 10), but="9") == ()
    assert approved.facts.holders_of("", date(2026, 9, 1), but="9") == ()
    assert approved.facts.holders_of("大厅", date(2026, 5, 12), but="3") == ()


def test_a_draw_ends_with_its_result_and_each_check_with_its_record(approved: Any, refusal: Any) -> None:
    _held(approved)
    for wrong in ("１", "x"):
        with refusal(ContentInvalid, "drill-year-draw"):
            approved.do("announce", Role.BUREAU_OFFICER, count=wrong)
    approved.do("announce", Role.BUREAU_OFFICER)
    approved.do("draw", drawn="3")
    assert "draw" not in approved.owed
    assert "draw-result paper" in approved.told
    assert {duty.act for duty in approved.facts.live.values() if duty.blocks} == {"summarise"}
    with refusal(NotYourTurn, "drill-year-summary"):
        approved.do("check", about="9")
    approved.do("announce", Role.BUREAU_OFFICER)
    approved.do("draw", drawn="3", seed="1")
    assert [duty.about for duty in approved.facts.live.values() if duty.act == "check"] == ["3"]
    approved.do("check", about="3")
    assert "check 3" not in approved.owed


def test_what_was_made_good_late_and_is_still_to_be_explained_is_checked_as_well(approved: Any) -> None:
    approved.until(midnight(date(2026, 7, 6)))
    approved.do("record", about="3", day=date(2026, 7, 2))
    approved.do("announce", Role.BUREAU_OFFICER)
    approved.do("draw", drawn="3")
    assert {"explain 3", "check 3"} <= approved.owed.keys()


def test_a_year_is_not_summed_up_while_lines_are_open(approved: Any, refusal: Any) -> None:
    with refusal(NotYourTurn, "drill-year-summary", "还有 5 项计划没有结果（1、2 等）"):
        approved.do("summarise")


def test_a_year_that_is_summed_up_takes_a_note_and_owes_nothing(approved: Any) -> None:
    approved.until(midnight(date(2027, 1, 4)))
    approved.do("summarise")
    assert approved.owed == {}
    assert [duty.status for duty in approved.duties if duty.act == "summarise"] == ["done"]
    assert approved.may("note", Role.BUREAU_OFFICER)


def test_the_first_day_and_the_last_count_when_a_drill_is_credited(approved: Any) -> None:
    def credited(day: date) -> tuple[str, ...]:
        return creditable(approved.facts, ("U1",), _reported(), "YL1", day)

    assert credited(date(2026, 7, 1)) == ("4",)
    approved.until(midnight(date(2026, 8, 3)))
    assert credited(date(2026, 12, 31)) == ("4",)


def test_a_unit_that_was_registered_during_the_year_gets_its_lines(approved: Any, change: Any, refusal: Any) -> None:
    new = "6|U9|drill-unit-annual|specific|2026-03-02/2026-12-31|2026-09-02|"
    with refusal(ContentInvalid, "drill-year-plan", "没有列入"):
        change(kind="add", line=None, added=new)
    change(kind="add", line=None, added=new, subjects="U9|unit|other|0|-")
    assert approved.facts.subjects["U9"].unit_kind is UnitKind.OTHER
    assert "record 6" in approved.owed
    change(kind="add", line=None, added=new.replace("6|", "7|", 1), subjects="U9|unit|mine|0|-")
    assert approved.facts.subjects["U9"].unit_kind is UnitKind.OTHER
