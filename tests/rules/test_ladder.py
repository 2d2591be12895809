"""Ladders: each rung once, at its share of the term, in order."""

import shutil
from datetime import date
from pathlib import Path

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rules
from rules.deadlines import SHANGHAI
from rules.errors import RulebookError, TimeInvalid
from rules.ladder import Ladder, Rung
from rules.rulebook import Rulebook

_TODAY = date(2026, 11, 24)
_NAMES = ("general", "major", "office", "decide", "progress")
_ROLES = {
    "holder", "unit_fixer", "unit_safety", "unit_head", "town_clerk", "town_leader", "dept_officer", "dept_head",
    "bureau_officer", "bureau_head", "committee_office", "county_leader",
}  # fmt: skip
_OPENED = pendulum.datetime(2026, 11, 20, tz=SHANGHAI)


@pytest.fixture(params=_NAMES)
def ladder(request: pytest.FixtureRequest) -> Ladder:
    return Rulebook.load().ladder(request.param, _TODAY)


def test_rungs_are_numbered_rise_and_pass_the_due_instant(ladder: Ladder) -> None:
    assert [rung.no for rung in ladder.rungs] == list(range(1, len(ladder.rungs) + 1))
    assert [rung.share for rung in ladder.rungs] == sorted({rung.share for rung in ladder.rungs})
    assert 100 in {rung.share for rung in ladder.rungs}


def test_reminders_come_before_the_end_and_the_last_rung_is_a_decision(ladder: Ladder) -> None:
    assert all((rung.share < 100) == (rung.kind == "remind") for rung in ladder.rungs)
    assert [rung.kind for rung in ladder.rungs].count("decide") == 1
    assert ladder.rungs[-1].kind == "decide"
    assert ladder.rungs[-1].clause_id == "haz-decide"


def test_rungs_name_known_posts_and_clauses(ladder: Ladder) -> None:
    rulebook = Rulebook.load()
    for rung in ladder.rungs:
        assert set(rung.roles) <= _ROLES
        assert rulebook.clause(rung.clause_id, _TODAY)
        assert rung.label


def test_a_decision_that_is_not_taken_goes_to_the_county_leader() -> None:
    assert Rulebook.load().ladder("decide", _TODAY).rungs[-1].roles == ("county_leader",)


def test_shares_of_a_ten_day_term_fall_where_they_should() -> None:
    instants = Rulebook.load().ladder("general", _TODAY).instants(_OPENED, _OPENED.add(days=10))
    assert [(rung.share, instant) for rung, instant in instants] == [
        (50, _OPENED.add(days=5)),
        (75, _OPENED.add(days=7, hours=12)),
        (90, _OPENED.add(days=9)),
        (100, _OPENED.add(days=10)),
        (125, _OPENED.add(days=12, hours=12)),
        (150, _OPENED.add(days=15)),
    ]


@given(st.integers(0, 10**13))
def test_instants_rise_and_a_hundred_percent_is_exactly_the_due_instant(term_us: int) -> None:
    due_at = _OPENED.add(microseconds=term_us)
    instants = Rulebook.load().ladder("major", _TODAY).instants(_OPENED, due_at)
    assert [instant for _, instant in instants] == sorted(instant for _, instant in instants)
    assert {rung.share: instant for rung, instant in instants}[100] == due_at
    assert all(instant >= _OPENED for _, instant in instants)


def test_a_term_of_no_length_is_climbed_at_once(ladder: Ladder) -> None:
    assert {instant for _, instant in ladder.instants(_OPENED, _OPENED)} == {_OPENED}
    assert ladder.reached(_OPENED, _OPENED, _OPENED) == len(ladder.rungs)


def test_a_term_that_ends_before_it_begins_is_refused(ladder: Ladder) -> None:
    with pytest.raises(TimeInvalid, match="早于开始时间"):
        ladder.instants(_OPENED, _OPENED.subtract(seconds=1))


def test_an_unknown_ladder_and_a_day_before_the_county_set_one_are_refused() -> None:
    with pytest.raises(RulebookError, match="催办阶梯"):
        Rulebook.load().ladder("nobody", _TODAY)
    with pytest.raises(RulebookError, match="催办阶梯"):
        Rulebook.load().ladder("general", date(2017, 12, 31))


# --- rungs that stand on a day -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "month", "day"), [(2026, 1, 25), (2026, 2, 25), (2024, 2, 25), (2026, 4, 25), (2026, 12, 25)]
)
def test_the_warning_stands_on_the_twenty_fifth_and_the_breach_at_the_end_of_the_month(
    year: int, month: int, day: int
) -> None:
    ladder = Rulebook.load().ladder("own-quota", _TODAY)
    first = pendulum.datetime(year, month, 1, tz=SHANGHAI)
    end = first.add(months=1)
    assert [instant for _, instant in ladder.instants(first, end)] == [first.set(day=day), end]
    assert ladder.reached(first, end, first.set(day=day).subtract(microseconds=1)) == 0
    assert ladder.reached(first, end, first.set(day=day)) == 1
    assert ladder.reached(first, end, end) == 2


def test_a_day_that_a_month_does_not_have_is_its_last_and_a_term_is_never_warned_before_it_begins() -> None:
    rung = Rung(1, 0, "remind", ("owner",), "obl-warn", "预警", None, 31)
    ladder = Ladder("x", (rung,), "x", _TODAY, None, "x")
    april = pendulum.datetime(2026, 4, 1, tz=SHANGHAI)
    assert ladder.instant(rung, april, april.add(months=1)) == april.set(day=30)
    assert ladder.instant(rung, april.set(day=30, hour=9), april.add(months=1)) == april.set(day=30, hour=9)
    assert ladder.instant(rung, april, april.add(months=12)) == april.set(year=2027, month=3, day=31)


@pytest.mark.parametrize(("day", "exists"), [(0, False), (1, True), (31, True), (32, False)])
def test_a_rung_stands_on_a_day_that_some_month_has(tmp_path: Path, day: int, exists: bool) -> None:
    folder = shutil.copytree(Path(rules.__file__).parent, tmp_path / "rules", ignore=shutil.ignore_patterns("*.py*"))
    county = folder / "county" / "dai.toml"
    county.write_text(county.read_text("utf-8").replace("\nday = 25\n", f"\nday = {day}\n"), "utf-8")
    if exists:
        assert Rulebook.load(folder=folder).ladder("own-quota", _TODAY).rungs[0].day == day
    else:
        with pytest.raises(RulebookError, match="day 应为 1 至 31 之间的日期"):
            Rulebook.load(folder=folder)
