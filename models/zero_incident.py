"""Units without accidents 零事故单位: how many were verified, of how many that are registered, and whose are not.

Nothing here is typed: who is on a list, was verified by whom and was lost to which accident are acts of the ledger, who
is registered is the register. Law: prog-zero-villages, prog-zero-units （十一）.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, func, or_, select

from models.case import Case
from models.organisation import UNREGISTERED, Organisation, OrganisationKind, Unit
from models.policy import Scoped
from models.programme_rows import ProgrammeItemRow, ProgrammeRow
from models.statements import Statement, one_of, table
from rules.programme.facts import State
from rules.programmes import Members

if TYPE_CHECKING:
    from models.store import Reading
    from rules.actor import Scope

_rows, _items, _organisations, _units, _cases = (
    table(model) for model in (ProgrammeRow, ProgrammeItemRow, Organisation, Unit, Case)
)
_is_verified = one_of(_items.c.state, State.CLOSED.value, State.HONOURED.value)
_of_term = and_(_rows.c.members == bindparam("members"), _rows.c.last == bindparam("last"))
_VERIFIED = Statement(
    select(func.count())
    .select_from(_rows.join(_items, _items.c.case_id == _rows.c.case_id))
    .where(_of_term, _is_verified)
)
_ANY = Statement(select(_rows.c.case_id).where(_of_term).limit(1))
_VILLAGES = Statement(
    select(func.count())
    .select_from(_organisations)
    .where(
        _organisations.c.kind == OrganisationKind.VILLAGE.value,
        or_(_organisations.c.ended_at.is_(None), _organisations.c.ended_at > bindparam("ended")),
    )
)
_UNITS = Statement(select(func.count()).select_from(_units).where(_units.c.sector != UNREGISTERED))
# Lists with somebody who is not verified, or was lost; those with nobody on them are behind the figure as well.
_BEHIND = Scoped(
    lambda condition: (
        select(_cases.c.number)
        .select_from(_rows.join(_cases, _cases.c.id == _rows.c.case_id))
        .where(condition, _of_term)
        .order_by(_rows.c.case_id)
        .limit(bindparam("most"))
    )
)


def verified_of(reading: Reading, members: str, last: str) -> int:
    """Return how many villages or units were verified on lists of the term that ends on a Shanghai day."""
    row = reading.one(_VERIFIED, members=members, last=last)
    return int(row[0]) if row else 0


def members_of(reading: Reading, members: str, last: str, ended: int) -> int:
    """Return how many villages or units are registered, nought where no list of the term has been opened.

    A village that was merged by `ended` is none any more; of units the register keeps no end.
    """
    if reading.one(_ANY, members=members, last=last) is None:
        return 0
    row = reading.one(_VILLAGES, ended=ended) if members == Members.VILLAGE else reading.one(_UNITS)
    return int(row[0]) if row else 0


def who_is_not(reading: Reading, scope: Scope, members: str, last: str, *, most: int) -> list[str]:
    """Return the numbers of the lists within a scope that the figure is made of."""
    return [number for (number,) in _BEHIND.all(reading, scope, members=members, last=last, most=most)]
