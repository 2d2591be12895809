"""The facts of one programme 专项 at one holder: its list, milestones, reports, difficulties, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.programmes import Members, ProgrammeKind
from rules.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pendulum import DateTime


class State(StrEnum):
    """Where an entry of the list stands; the last three are no part of it any more, or were never to be in it."""

    OPEN = "open"
    REPORTED = "reported"
    CLOSED = "closed"
    HONOURED = "honoured"
    LOST = "lost"
    DROPPED = "dropped"

    @property
    def is_unclosed(self) -> bool:
        """Tell whether something is still to be done about it."""
        return self in {State.OPEN, State.REPORTED}

    @property
    def is_closed(self) -> bool:
        """Tell whether it was closed, and checked by another person."""
        return self in {State.CLOSED, State.HONOURED}


STATES = {
    State.OPEN.value: "办理中",
    State.REPORTED.value: "待核查",
    State.CLOSED.value: "已销号",
    State.HONOURED.value: "已命名",
    State.LOST.value: "因事故退出",
    State.DROPPED.value: "移出",
}
#: The same of a village or unit that wants to be one without accidents.
MEMBER_STATES = {
    **STATES, State.OPEN.value: "已申报", State.REPORTED.value: "待核验", State.CLOSED.value: "已核验",
}  # fmt: skip


class Outcome(StrEnum):
    """How a programme ended, or that it still runs."""

    RUNNING = "running"
    ACCEPTED = "accepted"
    CARRIED = "carried"
    RELEASED = "released"

    @property
    def label(self) -> str:
        """Return the word shown beside the programme."""
        return OUTCOMES[self]


OUTCOMES = {
    Outcome.RUNNING.value: "进行中",
    Outcome.ACCEPTED.value: "已验收",
    Outcome.CARRIED.value: "已验收，有未完成事项",
    Outcome.RELEASED.value: "已解除",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the list. `object` is the code of a village or unit, or a name; `person` answers for it.

    `finished_by` are the people who reported it done, `closed_on` is the day on which it was. `incident` is the number
    of the accident for which it was lost, `before` how it stood then. `turns` counts how often it was to be done.
    """

    no: str
    object: str
    person: str
    measure: str
    due: date
    columns: tuple[str, ...]
    entered_at: DateTime
    state: State = State.OPEN
    before: State = State.OPEN
    finished_by: frozenset[str] = frozenset()
    closed_on: date | None = None
    hazards: tuple[str, ...] = ()
    incident: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One report of progress: the act, its figures, and the hazards and entries that its difficulties became."""

    seq: int
    period: str
    figures: tuple[str, ...]
    difficult: bool
    hazards: tuple[str, ...]
    items: tuple[str, ...]

    @property
    def is_referred(self) -> bool:
        """Tell whether its difficulties go on under numbers; what has none has nothing to go on."""
        return not self.difficult or bool(self.hazards or self.items)


@dataclass(frozen=True, slots=True)
class Facts(Standing):
    """What stands after the last act.

    `role` answers for it at `holder`. `reached` are the days on which milestones were, `awaited` those still to be.
    `reporting` is the first day of the latest reporting period that was owed. `summed_up_by` are the people who summed
    it up last. `used` are the files that prove something already, `fresh` the persons whom the
    last act named in a list.
    """

    programme: str = ""
    kind: ProgrammeKind | None = None
    holder: str = ""
    role: Role = Role.COMMITTEE_OFFICE
    checker: Role = Role.COMMITTEE_OFFICE
    verifier: Role = Role.COMMITTEE_OFFICE
    members: Members = Members.NONE
    first: date | None = None
    last: date | None = None
    items: Mapping[str, Item] = field(default_factory=dict[str, Item])
    awaited: tuple[str, ...] = ()
    reached: Mapping[str, date] = field(default_factory=dict[str, "date"])
    reporting: date | None = None
    reports: tuple[Report, ...] = ()
    summed_up_by: frozenset[str] = frozenset()
    outcome: Outcome = Outcome.RUNNING
    used: frozenset[str] = frozenset()
    fresh: frozenset[str] = frozenset()

    @property
    def grade(self) -> str | None:
        """Return the slug of the kind: programmes are listed by it."""
        return self.kind.value if self.kind else None

    @property
    def unclosed(self) -> tuple[Item, ...]:
        """Return the entries about which something is still to be done."""
        return tuple(item for item in self.items.values() if item.state.is_unclosed)

    @property
    def is_unfinished(self) -> bool:
        """Tell whether a milestone or an entry of the list is left open."""
        return bool(self.awaited or self.unclosed)

    @property
    def begins(self) -> date:
        """Return the first day of the term; only what was opened is asked."""
        assert self.first is not None, "the opening act names the term"
        return self.first

    @property
    def ends(self) -> date:
        """Return the last day of the term; only what was opened is asked."""
        assert self.last is not None, "the opening act names the term"
        return self.last

    def with_item(self, item: Item) -> Facts:
        """Return the facts with an entry as it now stands."""
        return replace(self, items=MappingProxyType({**self.items, item.no: item}))

    def count(self, *states: State) -> int:
        """Return how many entries stand in one of these states."""
        return sum(item.state in states for item in self.items.values())
