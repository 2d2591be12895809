"""Two years compared, with a notice of 2022 that nobody issued: what is new, gone, different, and what still runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rules.actor import Role
from rules.county_notice import CountyNotice, Row, RowClass, RowDuty, notice_of
from rules.notice_diff import Difference, Kind, compare
from rules.rulebook import Rulebook

DUTY = RowDuty("visit", "obl-visit", Role.OWNER, "evidence", (Role.COMMITTEE_OFFICE,))


@pytest.fixture(scope="module")
def this_year() -> CountyNotice:
    """Return the notice of 2021, of which one row that runs and is no quota stands in every test."""
    found = notice_of(2021)
    rows = tuple(running(row) if row.id in {"B030", "B095"} else row for row in found.rows)
    return replace(found, rows=rows)


def running(row: Row) -> Row:
    return replace(row, row_class=RowClass.ENFORCED, why="", duty=DUTY)


@pytest.fixture
def next_year(this_year: CountyNotice) -> Callable[..., CountyNotice]:
    """Return what makes the notice of 2022 out of this year's: rows left out, changed (by number) and added."""

    def make(*, without: tuple[str, ...] = (), more: tuple[Row, ...] = (), **changes: dict[str, Any]) -> CountyNotice:
        kept = [replace(row, **changes.get(row.id, {})) for row in this_year.rows if row.id not in without]
        return replace(this_year, year=2022, issued_on=date(2022, 3, 1), rows=(*kept, *more))

    return make


@pytest.fixture
def found(this_year: CountyNotice, rulebook: Rulebook) -> Callable[[CountyNotice], list[Difference]]:
    """Return what the comparison with this year finds."""
    return lambda after: list(compare(this_year, after, rulebook))


def test_the_same_notice_has_no_differences(found: Any, next_year: Any) -> None:
    assert found(next_year()) == []


def test_a_row_that_only_one_year_has_is_added_or_removed(found: Any, next_year: Any, this_year: CountyNotice) -> None:
    principle = this_year.row("B006")
    new = replace(principle, id="B241", quote="新增的一条", row_class=RowClass.PLANNED, why="还没有名册")
    removed, added = found(next_year(without=("B006",), more=(new,)))
    assert (removed.id, removed.kind, removed.kind.label, removed.after) == ("B006", Kind.REMOVED, "取消", None)
    assert removed.becomes == "没有运行的应办"
    assert (added.id, added.kind, added.before) == ("B241", Kind.ADDED, None)
    assert added.becomes == f"待建：{new.why}"


def test_an_added_row_that_runs_begins_with_the_first_whole_period(
    found: Any, next_year: Any, this_year: CountyNotice
) -> None:
    (added,) = found(next_year(more=(replace(this_year.row("B030"), id="B241"),)))
    assert "第一个完整周期" in added.becomes


def test_a_removed_row_ends_the_periods_of_its_quota_and_says_what_must_be_written(found: Any, next_year: Any) -> None:
    one, two = found(next_year(without=("B030", "B031")))
    assert one.becomes == "周期应办 leader-visit 已开启的周期办到期末，此后不再开启新的周期"
    assert "leader-visit 的末日 in_force_until" in one.to_do
    assert (two.becomes, two.to_do) == (one.becomes, one.to_do)


def test_a_quota_of_several_rows_goes_on_while_one_of_them_stands(found: Any, next_year: Any) -> None:
    (one,) = found(next_year(without=("B030",)))
    assert (one.becomes, one.to_do) == ("周期应办 leader-visit 由 B031 继续", "")


def test_nothing_is_left_to_write_where_the_quota_has_its_last_day(
    next_year: Any, this_year: CountyNotice, rulebook: Rulebook
) -> None:
    class Ended:
        """A rulebook whose quotas all end with the month of the new notice."""

        def quotas(self, on: date) -> Any:
            return [replace(line, in_force_until=date(2022, 3, 31)) for line in rulebook.quotas(on)]

    (one,) = compare(this_year, next_year(without=("B031",), B030={"quote": "检查"}), Ended())[1:]  # type: ignore[arg-type]
    assert one.to_do == ""
    both = compare(this_year, next_year(without=("B030", "B031")), Ended())  # type: ignore[arg-type]
    assert {each.to_do for each in both} == {""}


def test_cases_of_a_removed_row_without_quota_are_finished_under_their_clauses(found: Any, next_year: Any) -> None:
    (one,) = found(next_year(without=("B095",)))
    assert one.becomes == "已开立的应办照旧办结，条款按其有效期"


@pytest.mark.parametrize(
    ("row", "change", "fields", "becomes"),
    [
        ("B001", {"quote": "别的"}, ("引文",), "进行中的应办照旧"),
        ("B030", {"frequency": "每人每月不少于二次"}, ("频次",), "新的规定自下一个周期起"),
        ("B095", {"duty": replace(DUTY, inadequate="place")}, ("应办",), "适用于以后开立的"),
        ("B095", {"row_class": RowClass.PLANNED, "duty": None, "why": "取消"}, ("类别", "应办"), "不再开立新的"),
    ],
)
def test_a_changed_row_names_its_fields_and_what_becomes_of_what_runs(
    found: Any, next_year: Any, row: str, change: dict[str, Any], fields: tuple[str, ...], becomes: str
) -> None:
    (one,) = found(next_year(**{row: change}))
    assert (one.id, one.kind, one.fields) == (row, Kind.CHANGED, fields)
    assert becomes in one.becomes
