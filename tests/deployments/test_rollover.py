"""The nightly roll-over as Prefect runs it: it opens what is owed, once, and says what it found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.drill_rollover import roll_over_drills
from flows.programme_rollover import roll_over_programmes
from flows.rollover import roll_over
from models import clock, directory, installation, schema
from models.drill_listing import planned_years
from models.organisation import OrganisationKind
from models.run_history import RunReach, RunSearch, search
from models.store import Writing, open_store
from rules.actor import Reach, Role, Scope
from settings import Settings
from tasks.resources import Resources, open_resources, using

pytestmark = pytest.mark.prefect


@pytest.fixture
def tools(tmp_path: Path, engine_settings: None) -> Iterator[Resources]:
    """Return a county with one leader in post since last month and one empty post, and Prefect to run in."""
    del engine_settings
    settings = Settings(data_folder=tmp_path)
    schema.upgrade(settings.database)
    store = open_store(settings.database, lock_folder=settings.folder("run"))

    def work(writing: Writing) -> None:
        installation.found(writing, county_id="dai", county_name="示例县", rules="dai", demonstration=False)
        kind = OrganisationKind.COUNTY
        directory.add_organisation(writing, "dai", code="county", name="县政府", kind=kind, parent=None)
        for code in ("leader", "empty"):
            directory.add_post(writing, "dai", code=code, name=code, role=Role.LEADERSHIP, at="county")
        person = directory.add_person(writing, "dai", name="甲", phone=None)
        since = clock.now().start_of("month").subtract(days=1)
        directory.appoint(writing, "dai", person_id=person, post_code="leader", at=since)

    store.write(work)
    store.close()
    opened = open_resources(settings)
    with using(opened):
        yield opened
    opened.store.close()


def test_it_opens_what_is_owed_once_and_says_what_it_found(tools: Resources) -> None:
    first, second = (roll_over(return_state=True) for _ in range(2))
    assert (first.is_completed(), first.name) == (True, "RolledOver")
    # How much is owed goes by the season: a leader's visits and what the county's government owes.
    opened = re.fullmatch(r"开启 (\d+) 件，解除 0 件，空缺岗位 1 个，未启用 2 项", str(first.message))
    assert opened is not None
    assert str(second.message) == "开启 0 件，解除 0 件，空缺岗位 1 个，未启用 2 项"
    with tools.store.read() as reading:
        lines = search(reading, Scope(Reach.NOWHERE, ""), RunSearch(), reach=RunReach.ALL, most=2)
    assert sorted(line.counts["opened"] for line in lines) == [0, int(opened[1])]
    assert int(opened[1]) > 1


def test_the_year_of_drills_is_opened_once_or_says_why_not(tools: Resources) -> None:
    first, second = (roll_over_drills(return_state=True) for _ in range(2))
    assert (first.is_completed(), first.name) == (True, "DrillsOpened")
    with tools.store.read() as reading:
        (year,) = planned_years(reading, "dai") or [None]
    # A machine whose year has no published days off yet refuses both times, in words.
    expected = f"{year.number} 已有；登记演练 0 项" if year else str(first.message)
    assert str(second.message) == expected
    assert str(first.message).startswith(f"已编制 {year.number}" if year else "没有编制：")


def test_programmes_are_opened_once_and_who_has_none_to_open_is_named(tools: Resources) -> None:
    del tools
    first, second = (roll_over_programmes(return_state=True) for _ in range(2))
    assert (first.is_completed(), first.name) == (True, "ProgrammesOpened")
    opened = re.match(
        r"启动 (\d+) 件，解除 0 件，因事故退出 0 家，恢复 0 家，未登记承办单位的 (\d+) 项", str(first.message)
    )
    assert opened is not None
    assert str(second.message) == str(first.message).replace(f"启动 {opened[1]} 件", "启动 0 件")
    # The little county has neither departments nor towns, so that most programmes have nobody.
    assert int(opened[2]) > 1
