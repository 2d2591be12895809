"""The county of the cluster test, and the deadlines that fall due while it runs, one every few seconds."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from deployments.demo.county import Cast, Players, found_demonstration
from deployments.signing import hasher_of
from models import clock, schema
from models.access import Access
from models.case import Case
from models.duty import DutyRow
from models.receipt import Deed
from models.statements import Statement, table
from models.store import open_store
from rules.actor import Role
from rules.processes import PROCESSES
from settings import load
from tasks.resources import open_resources

_duties, _cases = table(DutyRow), table(Case)
_AHEAD = Statement(
    select(_duties.c.case_id, _duties.c.key, _duties.c.wake_at)
    .select_from(_duties.join(_cases, _cases.c.id == _duties.c.case_id))
    .where(_duties.c.status == "open", _duties.c.wake_at.is_not(None))
)
_LEAD_MINUTES = 60
_REPORT = {"place": "库区", "in_county": "yes", "kind": "other", "sector": "other", "origin": "unit"}


def found(folder: Path, dsn: str) -> None:
    """Found the demonstration county, without a past."""
    settings = load(data_folder=folder, database_url=dsn)
    settings.folder("run")
    schema.upgrade(dsn)
    store = open_store(dsn)
    try:
        found_demonstration(store, Access(store, hasher=hasher_of(settings)), clock.now())
    finally:
        store.close()


def plan_deadlines(folder: Path, dsn: str, *, first: int, every: int, count: int) -> list[tuple[int, str, int]]:
    """Report accidents as of an hour ago, so that the sending of each falls half due while the test runs.

    Return the duties with the instant at which the clock must act on each, in microseconds.
    """
    tools = open_resources(load(data_folder=folder, database_url=dsn))
    try:
        cast = Cast.read()
        units = sorted(cast.departments)
        now = clock.now()
        with tools.store.read() as reading:
            players = Players(reading)
            actors = {unit: players.actor(cast.login(Role.DEPT_OFFICER, unit)) for unit in units}
        for number in range(count):
            unit = units[number % len(units)]
            past = now.subtract(minutes=_LEAD_MINUTES).add(seconds=first + number * every)
            deed = Deed(PROCESSES["incident"].opening_act, actors[unit], f"plan:{number}", values=_REPORT)
            tools.ledger.open_case("incident", unit, deed, past)
        until = clock.micros(now.add(seconds=first + count * every))
        with tools.store.read() as reading:
            return [(case, key, at) for case, key, at in reading.all(_AHEAD) if at <= until]
    finally:
        tools.store.close()


def report_at_once(folder: Path, dsn: str, count: int, name: str) -> None:
    """Report so many hazards, under keys of that name: stories to be told all at once."""
    tools = open_resources(load(data_folder=folder, database_url=dsn))
    try:
        cast, unit = Cast.read(), "wenjia-tanker"
        with tools.store.read() as reading:
            actor = Players(reading).actor(cast.login(Role.DEPT_OFFICER, unit))
        values = {"description": "坡道车挡高度不足", "place": "停车场", "category": "traffic"}
        for number in range(count):
            deed = Deed(PROCESSES["hazard"].opening_act, actor, f"load:{name}:{number}", values=values)
            tools.ledger.open_case("hazard", unit, deed, tools.now())
    finally:
        tools.store.close()
