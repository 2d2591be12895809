"""Bots 机器人: how far each has run ahead of its pace, kept where all processes that speak through it look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, bindparam, select, update
from sqlmodel import Field, SQLModel

from models.base import named
from models.statements import Statement, add_to, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.store import Store, Writing


class Bot(SQLModel, table=True):
    """One bot, app or gateway by platform and name; `state` is what the rate makes of it, microseconds since 1970."""

    __tablename__ = named("bots")

    bot: str = Field(primary_key=True)
    state: int = Field(sa_type=BigInteger)


_bots = table(Bot)
# Adding nothing makes the row where there is none, and holds it until the transaction ends.
_HOLD = add_to(Bot, "state")
_STATE = Statement(select(_bots.c.state).where(_bots.c.bot == bindparam("name")))
_CHANGE = Statement(update(_bots).where(_bots.c.bot == bindparam("name")).values(state=bindparam("new")))


class StoredRates:
    """The states of bots in the store: one pace, however many processes send."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def change(self, bot: str, work: Callable[[int], tuple[int, int]]) -> int:
        """Replace the state by the first that `work` returns and hand back the second, with nobody in between."""

        def change(writing: Writing) -> int:
            writing.run(_HOLD, bot=bot, state=0)
            row = writing.one(_STATE, name=bot)
            assert row is not None, "its row was just made"
            state, told = work(row[0])
            writing.run(_CHANGE, name=bot, new=state)
            return told

        return self._store.write(change)
