"""The installation 本机: which county this database serves, whether it is a demonstration, and its sealed heads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert_into
from sqlmodel import Field, SQLModel

from models.base import digest, fresh_id, instant, named, serial
from models.statements import Statement, table
from rules.errors import SetupError

if TYPE_CHECKING:
    from models.store import Reading, Writing


class Setting(SQLModel, table=True):
    """One fact about the installation by name."""

    __tablename__ = named("installation")

    key: str = Field(primary_key=True)
    value: str


class Seal(SQLModel, table=True):
    """All chain heads at one instant under one Merkle root (RFC 9162); copies are kept by others."""

    __tablename__ = named("seals")

    id: int | None = serial()
    sealed_at: int = instant()
    cases: int
    acts: int
    root: bytes = digest()


_settings = table(Setting)
_READ = Statement(select(_settings.c.value).where(_settings.c.key == bindparam("key")))
_READ_ALL = Statement(select(_settings.c.key, _settings.c.value))
_new = upsert_into(_settings).values(key=bindparam("key"), value=bindparam("value"))
_WRITE = Statement(_new.on_conflict_do_update(index_elements=["key"], set_={"value": _new.excluded.value}))

#: Whether notices go out: `on`, or `paused` after a restore until somebody confirms.
SENDING, PAUSED = "sending", "paused"
#: Where the ledger of this database went, when it was moved; whoever opens it is told.
MOVED_TO = "moved_to"


@dataclass(frozen=True, slots=True)
class Installation:
    """What this database is. `demonstration` is set once, when it is founded, and never changes.

    `exercise` is the name of the exercise 演练 whose sandbox this is, empty for every installation in earnest.
    """

    id: str
    county_id: str
    county_name: str
    rules: str
    demonstration: bool
    exercise: str = ""


def found(
    writing: Writing, *, county_id: str, county_name: str, rules: str, demonstration: bool, exercise: str = ""
) -> Installation:
    """Found the installation on an empty database; `rules` names the county's rule file."""
    facts = Installation(fresh_id(), county_id, county_name, rules, demonstration, exercise)
    for key, value in (
        ("id", facts.id),
        ("county_id", county_id),
        ("county_name", county_name),
        ("rules", rules),
        ("demonstration", "yes" if demonstration else "no"),
        ("roster_version", "1"),
        ("exercise", exercise),
    ):
        write_fact(writing, key, value)
    return facts


def describe(reading: Reading) -> Installation | None:
    """Return what this database is, None when nobody has founded it yet. Raises `SetupError` when it was moved."""
    facts = dict(reading.all(_READ_ALL))
    if MOVED_TO in facts:
        raise SetupError(
            f"这个台账已经搬到 {facts[MOVED_TO]}，这里只留作存底，不再办理。"
            "请在数据文件夹的 anlan.toml 里把 database_url 写成新的地址；原来写了的，请检查为什么没有读到。"
        )
    if "county_id" not in facts:
        return None
    return Installation(
        facts["id"],
        facts["county_id"],
        facts["county_name"],
        facts["rules"],
        facts["demonstration"] == "yes",
        facts.get("exercise", ""),
    )


def read_fact(reading: Reading, key: str) -> str | None:
    """Return one fact by name, None when it was never written."""
    row = reading.one(_READ, key=key)
    return row[0] if row else None


def write_fact(writing: Writing, key: str, value: str) -> None:
    """Write one fact, replacing what it was."""
    writing.run(_WRITE, key=key, value=value)
