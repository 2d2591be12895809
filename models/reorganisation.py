"""Reorganisation 机构改革: an organisation is renamed, or merged into another; what it did stays its own.

Cases, acts and papers keep the organisation's identifier, so that its history is found under it for ever. Raises
`UnknownRecord` for codes that do not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from models.clock import micros
from models.organisation import Organisation
from models.statements import Statement, parameter, table
from rules.errors import ContentInvalid, UnknownRecord

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.store import Reading, Writing

_organisations = table(Organisation)
_BY_CODE = Statement(
    select(_organisations.c.id, _organisations.c.kind, _organisations.c.ended_at).where(
        _organisations.c.county_id == bindparam("county"), _organisations.c.code == bindparam("code")
    )
)
_RENAME = Statement(
    update(_organisations).where(_organisations.c.id == bindparam("which")).values(name=parameter("new_name"))
)
_END = Statement(
    update(_organisations)
    .where(_organisations.c.id == bindparam("which"))
    .values(ended_at=parameter("at"), successor_id=parameter("successor"))
)


def rename_organisation(writing: Writing, county_id: str, code: str, name: str) -> None:
    """Give an organisation another name; it goes on owing what it owed."""
    if not name.strip():
        raise ContentInvalid("新名称不能为空。请填写机构的新名称。", clause="obl-answers")
    identifier, _, _ = _found(writing, county_id, code)
    writing.run(_RENAME, which=identifier, new_name=name.strip())


def merge_organisation(writing: Writing, county_id: str, code: str, into: str, at: DateTime) -> None:
    """End an organisation; the one that takes over owes from its next period on. Law: obl-answers 机构应办的登记.

    Raises `ContentInvalid` for one that has ended already, or that would be merged into itself or another kind.
    """
    identifier, kind, ended_at = _found(writing, county_id, code)
    successor, kind_of_successor, successor_ended_at = _found(writing, county_id, into)
    if ended_at is not None or successor_ended_at is not None:
        raise ContentInvalid(f"「{code}」或者「{into}」已经撤销，不能再合并。请核对机构编码。", clause="obl-answers")
    if identifier == successor or kind != kind_of_successor:
        raise ContentInvalid(
            f"「{code}」不能并入「{into}」：应为另一个同类机构。请核对机构编码。", clause="obl-answers"
        )
    writing.run(_END, which=identifier, at=micros(at), successor=successor)


def _found(reading: Reading, county_id: str, code: str) -> tuple[str, str, int | None]:
    row = reading.one(_BY_CODE, county=county_id, code=code)
    if row is None:
        raise UnknownRecord(f"没有编码为「{code}」的机构。请核对机构编码，或者先登记该机构。")
    return row[0], row[1], row[2]
