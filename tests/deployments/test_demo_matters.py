"""The demonstration's matters are led as far as their file says, by posts that there are, with papers of their own."""

from __future__ import annotations

import tomllib
from pathlib import Path

from deployments.demo.county import FOLDER, found_demonstration
from deployments.demo.matters import play_matters
from models import clock, listing, schema
from models.access import Access
from models.store import open_store
from rules.actor import Reach, Scope
from rules.matter import MATTERS
from settings import Settings
from tasks.resources import open_resources


def test_every_matter_of_the_file_is_played_and_something_is_left_to_do(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path / "data")
    schema.upgrade(f"sqlite:///{settings.folder('run').parent / 'anlan.db'}")
    store = open_store(settings.database, lock_folder=settings.folder("run"))
    found_demonstration(store, Access(store), clock.now())
    store.close()
    tools = open_resources(settings)
    wanted = tomllib.loads((FOLDER / "matters.toml").read_text("utf-8"))["matter"]

    play_matters(tools, tools.now())

    county = Scope(Reach.SUBTREE, "/dai/")
    with tools.store.read() as reading:
        found = [item for name in MATTERS for item in listing.cases(reading, county, name, listing.Search())]
    tools.store.close()
    assert len(found) == len(wanted)
    assert all(item.waits_for and item.status == "open" for item in found)
    assert {matter["process"] for matter in wanted} <= MATTERS.keys()
