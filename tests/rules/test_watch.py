"""Who is on duty at an instant: shifts that meet, people who are away, those who stand in for them."""

from __future__ import annotations

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.deadlines import SHANGHAI
from rules.watch import Absence, Absences, Shift, Watch

EIGHT = pendulum.datetime(2026, 3, 2, 8, tz=SHANGHAI)


def shift(day: int, leader: str = "lead", keepers: tuple[str, ...] = ("a", "b")) -> Shift:
    starts_at = EIGHT.add(days=day)
    return Shift(f"{starts_at:%Y-%m-%dT%H:%M}", starts_at, starts_at.add(days=1), leader, keepers)


def away(person: str, first: int, last: int, substitute: str | None = None, seq: int = 1) -> Absence:
    return Absence(person, EIGHT.add(hours=first), EIGHT.add(hours=last), substitute, seq)


def test_a_shift_ends_where_the_next_begins_also_across_midnight() -> None:
    watch = Watch([shift(1), shift(0)])
    assert watch.at(EIGHT.subtract(microseconds=1)) is None
    assert watch.at(EIGHT) == shift(0)
    assert watch.at(EIGHT.add(hours=17)) == shift(0)
    assert watch.at(EIGHT.add(days=1).subtract(microseconds=1)) == shift(0)
    assert watch.at(EIGHT.add(days=1)) == shift(1)
    assert watch.at(EIGHT.add(days=2)) is None
    assert watch.after(EIGHT.subtract(seconds=1)) == shift(0)
    assert watch.after(EIGHT) == shift(1)
    assert watch.after(EIGHT.add(days=1)) is None


def test_nobody_is_on_duty_in_a_gap() -> None:
    watch = Watch([shift(0), shift(2)])
    assert watch.on_duty(EIGHT.add(days=1, hours=3), Absences()) is None
    there = watch.on_duty(EIGHT, Absences())
    assert there is not None
    assert (there.leader, there.keepers, there.people) == ("lead", ("a", "b"), ("lead", "a", "b"))


def test_leave_in_the_middle_of_a_shift_takes_its_person_out_for_just_that_time() -> None:
    watch, absences = Watch([shift(0)]), Absences([away("a", 4, 8, "x"), away("lead", 5, 6)])
    people = {
        hour: there.people for hour in range(3, 9) if (there := watch.on_duty(EIGHT.add(hours=hour), absences))
    }  # fmt: skip
    assert people == {
        3: ("lead", "a", "b"), 4: ("lead", "x", "b"), 5: ("x", "b"), 6: ("lead", "x", "b"), 7: ("lead", "x", "b"),
        8: ("lead", "a", "b"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("absences", "reached"),
    [
        ([], "a"),
        ([away("a", 0, 9)], None),
        ([away("a", 0, 9, "b")], "b"),
        ([away("a", 0, 9, "b"), away("b", 0, 9, "c", 2)], "c"),
        ([away("a", 0, 9, "b"), away("b", 0, 9, "a", 2)], None),
        ([away("a", 0, 9, "b"), away("a", 0, 9, None, 2)], "b"),
        ([away("a", 0, 9, "b"), away("a", 0, 9, "c", 2)], "c"),
        ([away("a", 9, 12, "b")], "a"),
    ],
    ids=["there", "nobody", "one", "chain", "ring", "the one with a substitute", "the latest", "another time"],
)
def test_whoever_is_wanted_is_reached_themselves_by_substitute_or_not_at_all(
    absences: list[Absence], reached: str | None
) -> None:
    assert Absences(absences).reached("a", EIGHT.add(hours=2)) == reached


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 20), st.integers(1, 9), st.sampled_from(["a", "b", "c", None]))
    )
)
def test_nobody_who_is_away_is_ever_reached(drawn: list[tuple[str, int, int, str | None]]) -> None:
    found = [away(who, at, at + long, who_else, seq) for seq, (who, at, long, who_else) in enumerate(drawn)]
    absences = Absences(found)
    for hour in range(0, 30, 3):
        at = EIGHT.add(hours=hour)
        for person in "abc":
            who = absences.reached(person, at)
            assert who is None or not any(absence.covers(at) for absence in absences.of(who))


def test_all_absences_are_those_of_every_person() -> None:
    found = [away("a", 0, 9, "b"), away("c", 1, 2), away("a", 3, 4, None, 2)]
    assert set(Absences(found).all()) == set(found)
    assert Absences().all() == ()
