"""Passing on 转告: whom a notice reaches now, and who is told in their stead where the post has nobody.

An empty rung is never waited out: in the very act that finds nobody, what was asked goes to the next post of the duty's
own ladder that has somebody, at the end of the ladder to whoever is on watch. That it did is kept beside the effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select
from sqlmodel import Field, SQLModel

from models.base import named, owner
from models.statements import Statement, insert_row, table
from rules.actor import CONFIDANTS, Role
from rules.agenda import EffectKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pendulum import DateTime

    from models.roster import Recipient, Roster
    from models.store import Reading, Writing
    from rules.actor import Place
    from rules.agenda import Duty, Effect
    from rules.rulebook import Rulebook

_LAST_RESORT = (
    Role.WATCH_LEADER, Role.WATCH_KEEPER, Role.BUREAU_OFFICER, Role.BUREAU_HEAD, Role.COMMITTEE_OFFICE,
    Role.COUNTY_LEADER,
)  # fmt: skip


class PassingRow(SQLModel, table=True):
    """That the notices of an effect went to `to_role`, because nobody in `from_role` could be reached."""

    __tablename__ = named("passings")

    case_id: int = owner("cases.id", part_of_key=True)
    effect_key: str = Field(primary_key=True)
    from_role: str
    to_role: str


_passings = table(PassingRow)
_ADD = insert_row(PassingRow)
_PASSED = Statement(
    select(_passings.c.from_role, _passings.c.to_role).where(
        _passings.c.case_id == bindparam("case_id"), _passings.c.effect_key == bindparam("effect_key")
    )
)
_OF_CASE = Statement(
    select(_passings.c.effect_key, _passings.c.from_role, _passings.c.to_role).where(
        _passings.c.case_id == bindparam("case_id")
    )
)


@dataclass(frozen=True, slots=True)
class Addressed:
    """An effect and whom its notices reach; `passed_to` is the post told in the stead of its own."""

    effect: Effect
    recipients: tuple[Recipient, ...]
    passed_to: Role | None = None


@dataclass(frozen=True, slots=True)
class Addressing:
    """Finds whom notices reach at one instant. `named` are the people whom the act itself names."""

    roster: Roster
    rulebook: Rulebook
    place: Place
    at: DateTime
    channels: tuple[str, ...]
    named: tuple[str, ...] = ()

    def reached(self, role: Role) -> tuple[Recipient, ...]:
        """Return who in a role is there now and has a channel."""
        persons = self.named if role is Role.NAMED else self.roster.reached(role, self.place, self.at)
        return tuple(one for one in self.roster.recipients(persons, self.channels) if one.channels)

    def above(self, duty: Duty, tried: Iterable[Role]) -> Role | None:
        """Return the next post of a duty's ladder that has somebody, at its end the watch; None when nobody is left.

        What is somebody's own is passed on to nobody but their liaison before it is breached. Law: obl-warn.
        """
        ladder = self.rulebook.ladder(duty.ladder, duty.started_at.date())
        coming = (role for rung in ladder.rungs if rung.no > duty.rung for role in rung.roles)
        roles = (duty.holder if role == "holder" else Role(role) for role in coming)
        is_private = duty.holder is Role.OWNER and not duty.breached
        left_out = frozenset(tried) | (frozenset(Role) - CONFIDANTS if is_private else frozenset[Role]())
        return next((role for role in (*roles, *_LAST_RESORT) if role not in left_out and self.reached(role)), None)

    def addressed(self, effects: Iterable[Effect], live: Mapping[str, Duty]) -> Iterator[Addressed]:
        """Yield each effect with whom it reaches; of several that ask for one duty in vain, the first is passed on."""
        found = [(effect, self._direct(effect)) for effect in effects]
        answered = {effect.asks for effect, recipients in found if recipients}
        for effect, recipients in found:
            duty = live.get(effect.asks or "")
            if recipients or duty is None or effect.asks in answered or effect.addressee is None:
                yield Addressed(effect, recipients)
                continue
            answered.add(effect.asks)
            tried = [other.addressee for other, _ in found if other.asks == effect.asks and other.addressee is not None]
            to_role = self.above(duty, tried)
            yield Addressed(effect, self.reached(to_role) if to_role else (), to_role)

    def _direct(self, effect: Effect) -> tuple[Recipient, ...]:
        if effect.kind is not EffectKind.NOTICE or effect.addressee is None:
            return ()
        return self.reached(effect.addressee)


def keep(writing: Writing, case_id: int, addressed: Addressed) -> None:
    """Write down that an effect was passed on."""
    effect, to_role = addressed.effect, addressed.passed_to
    if to_role is not None and effect.addressee is not None:
        writing.run(
            _ADD, case_id=case_id, effect_key=effect.key, from_role=effect.addressee.value, to_role=to_role.value
        )


def passed(reading: Reading, case_id: int, effect_key: str) -> tuple[Role, Role] | None:
    """Return from which post to which an effect was passed on, None when it was not."""
    row = reading.one(_PASSED, case_id=case_id, effect_key=effect_key)
    return None if row is None else (Role(row[0]), Role(row[1]))


def passings_of(reading: Reading, case_id: int) -> dict[str, tuple[Role, Role]]:
    """Return all effects of a case that were passed on, by key."""
    rows = reading.all(_OF_CASE, case_id=case_id)
    return {key: (Role(from_role), Role(to_role)) for key, from_role, to_role in rows}
