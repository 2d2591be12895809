"""The grade of an accident: the law's own boundaries, and what is unknown stays a lower bound."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.incident.casualties import UNKNOWN, Casualties, Count, in_wan
from rules.incident.grade import Assessment, Grade, Nature, assess
from rules.incident.law import law_of
from rules.rulebook import Rulebook

_LAW = law_of(Rulebook.load())
_CASES = tomllib.loads((Path(__file__).parents[2] / "examples" / "incident.toml").read_text("utf-8"))["grade"]
_COUNTS = st.one_of(
    st.just(UNKNOWN), st.integers(0, 200).map(Count.known), st.integers(0, 200).map(Count.at_least)
)  # fmt: skip
_LOSSES = st.one_of(
    st.just(UNKNOWN), st.integers(0, 2 * 10**8).map(Count.known), st.integers(0, 2 * 10**8).map(Count.at_least)
)
_CASUALTIES = st.builds(Casualties, deaths=_COUNTS, missing=_COUNTS, serious=_COUNTS, loss_yuan=_LOSSES)


def _assessed(casualties: Casualties) -> Assessment:
    return assess(casualties, _LAW.thresholds, _LAW.near_misses)


def _casualties(case: dict[str, Any]) -> Casualties:
    persons = {
        key: Count.known(case[key])
        for key in ("deaths", "missing", "serious", "at_risk", "trapped", "evacuated")
        if key in case
    }
    loss = {"loss_yuan": Count.known(round(case["loss_wan"] * 10_000))} if "loss_wan" in case else {}
    return Casualties(**persons, **loss)


@pytest.mark.parametrize("case", _CASES, ids=[case["id"] for case in _CASES])
def test_the_grade_is_what_the_lawyer_says(case: dict[str, Any]) -> None:
    found = _assessed(_casualties(case))

    assert found.confirmed == case["confirmed"]
    assert found.reporting == case.get("reporting", case["confirmed"])
    assert found.is_settled is case["settled"]
    assert found.nature == case.get("nature", "accident")
    assert ("初判" in found.label) is (not case["settled"] and found.nature is Nature.ACCIDENT)


def test_a_grade_says_which_dimension_reached_it() -> None:
    found = _assessed(Casualties(deaths=Count.known(2), missing=Count.known(1), loss_yuan=Count.known(12_345_600)))

    assert found.because == ("死亡2人、下落不明1人", "直接经济损失1234.56万元")


def test_an_ordinary_accident_needs_no_reason() -> None:
    assert _assessed(Casualties(deaths=Count.known(1))).because == ()


@given(_CASUALTIES)
def test_the_bounds_stand_in_order_and_nothing_is_settled_while_it_can_rise(casualties: Casualties) -> None:
    found = _assessed(casualties)

    assert found.highest.reaches(found.reporting)
    assert found.reporting.reaches(found.confirmed)
    assert found.is_settled is (found.confirmed is found.highest)


@given(_CASUALTIES, _COUNTS)
def test_learning_more_deaths_never_lowers_what_is_confirmed(casualties: Casualties, more: Count) -> None:
    risen = Casualties(casualties.deaths + more, casualties.missing, casualties.serious, casualties.loss_yuan)

    assert _assessed(risen).confirmed.reaches(_assessed(casualties).confirmed)


@given(_CASUALTIES)
def test_every_figure_that_is_consistent_with_what_is_known_falls_between_the_bounds(casualties: Casualties) -> None:
    """Taking every unknown at its least gives the lower bound, so zero is never worse than unknown."""
    least = Casualties(
        Count.known(casualties.deaths.low), Count.known(0), Count.known(casualties.serious.low),
        Count.known(casualties.loss_yuan.low),
    )  # fmt: skip

    assert _assessed(least).confirmed is _assessed(casualties).confirmed
    assert _assessed(least).is_settled


def test_figures_are_shown_as_known_bounded_or_unknown() -> None:
    assert [str(count) for count in (Count.known(0), Count.at_least(3), UNKNOWN, Count(1, 4))] == [
        "0", "不少于3", "未知", "1至4",
    ]  # fmt: skip
    losses = (UNKNOWN, Count.known(39_359_500), Count.at_least(10**7), Count(10**7, 10**8))
    assert [in_wan(loss) for loss in losses] == ["未知", "3935.95", "不少于1000", "1000至10000"]


def test_newer_figures_take_the_place_of_older_ones_and_what_they_leave_out_stays() -> None:
    older = Casualties(deaths=Count.known(1), serious=Count.known(2))

    newer = older.updated(Casualties(deaths=Count.known(3)))

    assert (newer.deaths, newer.serious) == (Count.known(3), Count.known(2))
    assert newer.unknown == ("下落不明人数", "直接经济损失")


def test_every_grade_names_itself_and_its_investigator() -> None:
    assert [(grade.label, _LAW.of_grade(grade).investigated_by.label) for grade in Grade] == [
        ("一般事故", "县级人民政府"),
        ("较大事故", "设区的市级人民政府"),
        ("重大事故", "省级人民政府"),
        ("特别重大事故", "国务院或者其授权的部门"),
    ]
