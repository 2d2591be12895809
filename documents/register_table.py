"""The entries of a register as a table that people hand in 登记名册: the columns of its line, each to be filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from documents.columns import Column, ColumnKind, TableSpec
from rules import quotas

if TYPE_CHECKING:
    from rules.quotas import Register

#: Keys of the columns begin with this, in their order.
OWN = "own-"
_WRITTEN_AS = {quotas.ColumnKind.MOMENT: "时刻，如 2026-03-02 14:05。", quotas.ColumnKind.NUMBER: "数字。"}


def table_of(title: str, register: Register) -> TableSpec:
    """Return the table of a register: what each entry must say, a row for each."""
    return TableSpec(
        name="register",
        title=title,
        columns=tuple(
            Column(
                key=f"{OWN}{at}",
                title=column.label,
                kind=ColumnKind.PAST_DAY if column.kind is quotas.ColumnKind.DAY else ColumnKind.TEXT,
                required=True,
                note=_WRITTEN_AS.get(column.kind, ""),
            )
            for at, column in enumerate(register.columns)
        ),
    )
