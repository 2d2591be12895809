"""W2: a roll-over that opens 20,000 periodic duties on an empty database, in seconds of processor time."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.county import COUNTY, found
from benchmarks.figures import load, show
from models import directory
from models.clock import now
from models.store import open_store
from rules.actor import Role
from settings import Settings
from tasks.resources import open_resources
from tasks.rolling import roll_over

if TYPE_CHECKING:
    from models.store import Writing

_HOLDERS = 20_000


def run(holders: int = _HOLDERS) -> None:
    """Measure one roll-over for so many holders, and a second one that finds nothing to do."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_folder=Path(folder))
        found(settings.database)
        store = open_store(settings.database)
        store.write(lambda writing: _appoint(writing, holders))
        store.close()
        tools = open_resources(settings)
        rows: list[list[str]] = []
        for title in ("开启", "再次运行"):
            began, on_the_wall = time.process_time(), time.monotonic()
            rolled = roll_over(tools)
            rows.append(
                [
                    title,
                    str(rolled.opened),
                    f"{time.process_time() - began:.1f}",
                    f"{time.monotonic() - on_the_wall:.1f}",
                    load(),
                ]
            )
        tools.store.close()
    show(["开启周期", "件", "处理器秒", "秒", "负载"], rows)


def _appoint(writing: Writing, holders: int) -> None:
    at = now().start_of("month")
    for number in range(holders):
        directory.add_post(writing, COUNTY, code=f"l{number}", name="x", role=Role.LEADERSHIP, at="county")
        person = directory.add_person(writing, COUNTY, name="示例", phone=None)
        directory.appoint(writing, COUNTY, person_id=person, post_code=f"l{number}", at=at)
