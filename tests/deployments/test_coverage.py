"""The nightly proof of coverage as Prefect runs it: a gap fails the run and names itself, a roster lets it complete."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.coverage import prove_coverage
from models import directory, installation, schema
from models.organisation import OrganisationKind
from models.receipt import Deed
from models.store import Writing, open_store
from rules.actor import Actor, Reach, Role, Scope
from settings import Settings
from tasks.resources import Resources, open_resources, using

pytestmark = pytest.mark.prefect


@pytest.fixture
def tools(tmp_path: Path, engine_settings: None) -> Iterator[Resources]:
    """Return a county that is nothing but its bureau, and Prefect to run in."""
    del engine_settings
    settings = Settings(data_folder=tmp_path)
    schema.upgrade(settings.database)
    store = open_store(settings.database, lock_folder=settings.folder("run"))

    def work(writing: Writing) -> None:
        installation.found(writing, county_id="dai", county_name="示例县", rules="dai", demonstration=False)
        county, bureau = OrganisationKind.COUNTY, OrganisationKind.BUREAU
        directory.add_organisation(writing, "dai", code="county", name="县政府", kind=county, parent=None)
        directory.add_organisation(writing, "dai", code="bureau", name="应急局", kind=bureau, parent="county")

    store.write(work)
    store.close()
    opened = open_resources(settings)
    with using(opened):
        yield opened
    opened.store.close()


def _publish(tools: Resources) -> None:
    people: list[str] = []

    def work(writing: Writing) -> None:
        people.extend(directory.add_person(writing, "dai", name=name, phone=None) for name in ("甲", "乙", "丙"))

    tools.store.write(work)
    first = tools.now().start_of("day")
    lines = [
        f"{first.add(days=day):%Y-%m-%dT%H:%M}/{first.add(days=day + 1):%Y-%m-%dT%H:%M}|head|{people[0]}|"
        f"{people[1]},{people[2]}"
        for day in range(40)
    ]
    actor = Actor("p", "a", "post", Role.BUREAU_OFFICER, Scope(Reach.SUBTREE, "/dai/"))
    tools.ledger.open_case("duty_watch", "bureau", Deed("publish", actor, "k", {"shifts": lines}), tools.now())


def test_a_gap_fails_the_run_and_a_roster_lets_it_complete(tools: Resources) -> None:
    failed = prove_coverage(return_state=True)
    assert failed.is_failed()
    assert "值班有 2 处缺口" in str(failed.message)
    assert "请发布值班表" in str(failed.message)
    _publish(tools)
    completed = prove_coverage(return_state=True)
    assert (completed.is_completed(), completed.name) == (True, "Covered")
