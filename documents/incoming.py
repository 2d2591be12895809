"""The columns of every table that comes in 导入表的列: fixed ones, and those that a list or a register lays down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from documents import programme_table, register_table
from documents.duty_roster import DUTY_ROSTER
from documents.duty_roster import EXAMPLES as OF_WATCHES
from documents.examples import EXAMPLES as OF_STARTUP
from documents.ledgers import HAZARD_LEDGER, STARTUP_TABLES
from documents.unit_table import UNIT_TABLE
from rules.programmes import Roster
from rules.quotas import Quota

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from documents.columns import TableSpec

#: Tables whose columns are the same for everybody, by name.
FIXED: Mapping[str, TableSpec] = {spec.name: spec for spec in (HAZARD_LEDGER, UNIT_TABLE, DUTY_ROSTER, *STARTUP_TABLES)}
#: Rows that explain how a table is filled in, by its name.
EXAMPLES: Mapping[str, Sequence[Mapping[str, Any]]] = {**OF_STARTUP, **OF_WATCHES}


def spec_of(name: str, listed: Roster | Quota | None) -> TableSpec:
    """Return a table by its name; `listed` is the list or the line of the case that it is about."""
    if isinstance(listed, Roster):
        return programme_table.table_of(listed)
    if isinstance(listed, Quota):
        assert listed.register is not None, "only lines with a register have a table"
        return register_table.table_of(listed.title, listed.register)
    return FIXED[name]


def memory_of(spec: TableSpec) -> str:
    """Return the name under which is remembered what somebody's own headings mean in a table."""
    return spec.name if spec.name in FIXED else f"{spec.name}:{spec.title}"
