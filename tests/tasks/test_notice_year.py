"""The year after: what a dropped row of the notice leaves running, and what the comparison says must be written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pendulum

from models.ledger import Ledger
from rules.county_notice import CountyNotice, notice_of
from rules.deadlines import SHANGHAI
from rules.notice_diff import compare
from rules.rulebook import Rulebook
from tasks.resources import Resources
from tasks.rolling import roll_over

_ROWS = {"B030", "B031"}
_FROM = "in_force_from = 2021-03-22"


def without_visits() -> CountyNotice:
    """Return a notice of 2026 that nobody issued: the one of 2021 without the leaders' visits."""
    found = notice_of(2021)
    rows = tuple(row for row in found.rows if row.id not in _ROWS)
    return replace(found, year=2026, issued_on=date(2026, 4, 20), rows=rows)


def said(rules: Rulebook) -> dict[str, tuple[str, str]]:
    """Return what the comparison says becomes of the dropped rows, and what is still to be written."""
    return {one.id: (one.becomes, one.to_do) for one in compare(notice_of(2021), without_visits(), rules)}


def test_until_its_last_day_is_written_a_dropped_row_s_quota_goes_on_and_the_comparison_says_so(
    county: Any, tools: Resources, lines_alone: Callable[..., Rulebook]
) -> None:
    rules = lines_alone("leader-visit")
    for month in (4, 5):
        county.now = pendulum.datetime(2026, month, 1, 0, 10, tz=SHANGHAI)
        roll_over(replace(tools, ledger=Ledger(county.store, rules, county_id="dai")))
    assert county.rows("SELECT DISTINCT period FROM obligations ORDER BY period") == [("2026-04",), ("2026-05",)]
    assert {to_do for _, to_do in said(rules).values()} == {
        "请在 rules/obligations 写明 leader-visit 的末日 in_force_until，否则仍会开启新的周期"
    }


def test_a_dropped_row_with_its_last_day_written_keeps_the_open_period_and_opens_none_after_it(
    county: Any, tools: Resources, lines_alone: Callable[..., Rulebook]
) -> None:
    rules = lines_alone(
        "leader-visit", change=lambda line: line.replace(_FROM, f"{_FROM}\nin_force_until = 2026-04-20")
    )
    for month in (4, 5, 6):
        county.now = pendulum.datetime(2026, month, 1, 0, 10, tz=SHANGHAI)
        roll_over(replace(tools, ledger=Ledger(county.store, rules, county_id="dai")))
    opened = county.rows("SELECT period, status FROM obligations JOIN cases ON cases.id = case_id ORDER BY case_id")
    assert opened == [("2026-04", "open"), ("2026-04", "open")]
    assert said(rules).keys() == _ROWS
    assert {to_do for _, to_do in said(rules).values()} == {""}
