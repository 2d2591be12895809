"""The demonstration's weather: three towns warned, one of them late and told on, and a fire whose facts are owed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from deployments.demo.county import found_demonstration
from deployments.demo.warnings import play_warnings
from models import clock, schema
from models.access import Access
from models.case_state import find_by_number
from models.escalation import fire_due, next_wake
from models.spreading import town_cases
from models.statements import Statement
from models.store import open_store
from settings import Settings
from tasks.resources import Resources, open_resources

if TYPE_CHECKING:
    from pendulum import DateTime


def _let_pass(tools: Resources, until: DateTime) -> None:
    while True:
        with tools.store.read() as reading:
            due = next_wake(reading)
        if due is None or due > until:
            return
        fire_due(tools.ledger, due)


def _first(reading: Any, prefix: str) -> str:
    words = f"SELECT number FROM cases WHERE number LIKE '{prefix}-%' ORDER BY number LIMIT 1"  # noqa: S608 - ours
    number: str = reading.one(Statement(text(words)))[0]
    return number


def test_one_town_is_ready_one_brings_a_group_away_and_one_is_told_on(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path / "data")
    schema.upgrade(f"sqlite:///{settings.folder('run').parent / 'anlan.db'}")
    store = open_store(settings.database, lock_folder=settings.folder("run"))
    found_demonstration(store, Access(store), clock.now())
    store.close()
    tools = open_resources(settings)
    now = tools.now()

    play_warnings(tools, now, _let_pass)
    _let_pass(tools, now)

    with tools.store.read() as reading:
        county = tools.installation.county_id
        # What happened an hour or two ago may have happened last year.
        warning, alarm = (_first(reading, prefix) for prefix in ("YJ", "HQ"))
        towns = {one.town: one.case for one in town_cases(reading, county, warning)}
        fire = find_by_number(reading, county, alarm)
    tools.store.close()
    assert {town: (case.waits_for, case.overdue) for town, case in towns.items()} == {
        "shangguan": ("confirm", True), "yangmingbu": ("all-clear", False), "ekou": ("arrive", False),
    }  # fmt: skip
    assert fire is not None
    assert fire.waits_for == "settle"
