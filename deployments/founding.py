"""Founding 建库: the demonstration with its past, or a real county from the tables that people filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployments.demo.county import found_demonstration
from deployments.demo.history import play_history
from deployments.signing import hasher_of
from models import clock
from models.access import Access
from models.receipt import Deed
from models.store import open_store
from rules.actor import clock as clock_actor
from tasks.resources import open_resources

if TYPE_CHECKING:
    from collections.abc import Callable

    from settings import Settings


def found_demonstration_at(settings: Settings, progress: Callable[[int, int], None]) -> int:
    """Found the demonstration on an empty database and play its past; return how many hazards it has."""
    now = clock.now()
    store = open_store(settings.database, lock_folder=settings.folder("run"))
    try:
        found_demonstration(store, Access(store, hasher=hasher_of(settings)), now)
    finally:
        store.close()
    tools = open_resources(settings)
    try:
        county = tools.installation.county_id
        deed = Deed("found", clock_actor(county), "found", {"county": county, "kind": "演示"})
        tools.ledger.journal(deed, now)
        return play_history(tools, now, progress)
    finally:
        tools.store.close()
