"""`anlan kpi`: the burden first, every figure with what it is made of, one indicator with its trend and cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rules.actor import Role
from rules.indicators import indicators


def test_all_indicators_are_listed_the_burden_on_people_first(anlan: Callable[..., Any]) -> None:
    found = anlan("kpi", "--json").document
    assert [one["id"] for one in found] == [entry.id for entry in indicators()]
    assert [one["id"] for one in found[:2]] == ["burden-typed", "burden-acts"]
    assert all(one["cases"] == [] for one in found), "cases stand with the one that is asked for"
    printed = anlan("kpi").out
    assert "每件隐患的键入项数" in printed
    assert printed.index("每件隐患的键入项数") < printed.index("登记的隐患")


def test_one_indicator_says_what_it_counts_among_what_and_names_the_cases(
    anlan: Callable[..., Any], county: Any
) -> None:
    (one,) = anlan("kpi", "burden-acts", "--json").document
    # Closed a week ago: in the first days of a month that was the month before.
    assert sum(period["denominator"] for period in (one["now"], *one["before"])) == county.count("closings") > 0
    assert set(one["cases"]) <= set(county.cases.values())
    assert bool(one["cases"]) == bool(one["now"]["denominator"])
    assert len(one["before"]) == 12
    printed = anlan("kpi", "hazard-late").out
    for words in ("逾期的应办", "已到期的应办", "通知（八）1", "以前各期", "有关事项", "B087、B088", "去年同期"):
        assert words in printed


def test_the_cases_behind_are_those_of_whoever_asks(anlan: Callable[..., Any], county: Any) -> None:
    everything = anlan("kpi", "hazard-found", "--json").document[0]
    unit = anlan("kpi", "hazard-found", "--json", "--as", county.who(Role.UNIT_SAFETY)).document[0]
    assert everything["now"] == unit["now"]
    assert set(unit["cases"]) <= set(everything["cases"])


def test_an_unknown_indicator_is_refused_with_those_there_are(anlan: Callable[..., Any]) -> None:
    refused = anlan("kpi", "ranking", "--json")
    assert (refused.code, refused.error["code"]) == (2, "unknown-record")
    assert "hazard-on-time" in refused.error["message"]


def test_indicators_are_named_in_english_too(anlan: Callable[..., Any]) -> None:
    assert "Fields typed per closed hazard" in anlan("kpi", "--lang", "en").out
