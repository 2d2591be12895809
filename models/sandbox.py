"""The sandbox 演练库: a county's people and posts copied into a store of an exercise's own, without telephone numbers.

Contacts are never copied: who is told over a real channel is listed in the exercise's file. No case, act, notice or
session is copied either. Identifiers stay, so that posts and rosters mean the same people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from models import directory
from models.account import Account
from models.organisation import CertificateRow, Delegation, Holding, Organisation, Person, Post, Unit
from models.statements import Statement, insert_row, table
from models.watch import standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime
    from sqlmodel import SQLModel

    from models.store import Reading, Row, Writing
    from models.watch import Standing

_ALL: tuple[type[SQLModel], ...] = (
    Organisation, Unit, Person, Post, Holding, Delegation, CertificateRow, Account,
)  # fmt: skip
_NUMBERED = frozenset({Holding, Delegation, CertificateRow})
_NOT_COPIED = {"phone": None}


def _columns(model: type[SQLModel]) -> tuple[str, ...]:
    return tuple(column.name for column in table(model).c if model not in _NUMBERED or column.name != "id")


_READ: Mapping[type[SQLModel], Statement] = {
    model: Statement(select(*(table(model).c[name] for name in _columns(model)))) for model in _ALL
}
_WRITE: Mapping[type[SQLModel], Statement] = {
    model: insert_row(model, leaving=("id",) if model in _NUMBERED else ()) for model in _ALL
}
_UNITS = Statement(
    select(table(Unit).c.code, table(Unit).c.name, table(Unit).c.sector)
    .where(table(Unit).c.county_id == bindparam("county_id"))
    .order_by(table(Unit).c.code)
)
_WRITERS = Statement(
    select(table(Holding).c.person_id)
    .select_from(table(Holding).join(table(Post), table(Post).c.id == table(Holding).c.post_id))
    .where(table(Holding).c.ended_at.is_(None), table(Post).c.organisation_id == bindparam("organisation"))
    .order_by(table(Holding).c.id)
)


class Directory:
    """The people and posts of a county as they were read, to be written into another store."""

    def __init__(self, reading: Reading) -> None:
        self._rows: Mapping[type[SQLModel], list[Row]] = {model: reading.all(_READ[model]) for model in _ALL}

    def write(self, writing: Writing) -> None:
        """Write all of it into an empty store."""
        for model, rows in self._rows.items():
            names = _columns(model)
            named = [dict(zip(names, row, strict=True)) for row in rows]
            writing.many(_WRITE[model], [row | _NOT_COPIED if model is Person else row for row in named])


def rosters(reading: Reading, since: DateTime, until: DateTime) -> Standing:
    """Return the shifts and absences that touch a stretch of time."""
    return standing(reading, since, until)


def units(reading: Reading, county_id: str) -> list[tuple[str, str, str]]:
    """Return code, name and sector of every unit, in the order of codes."""
    return [(code, name, sector) for code, name, sector in reading.all(_UNITS, county_id=county_id)]


def people_of(reading: Reading, organisation_id: str) -> tuple[str, ...]:
    """Return who holds a post at an organisation, the longest first."""
    return tuple(person for (person,) in reading.all(_WRITERS, organisation=organisation_id))


def list_recipient(writing: Writing, person_id: str, *, channel: str, address: str) -> None:
    """Let a channel reach a person at the address that the exercise's file lists."""
    directory.add_contact(writing, person_id, channel=channel, address=address)
