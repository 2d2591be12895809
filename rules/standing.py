"""What every case of plans, commands and drills stands on 事项状态: status, open duties, pending applications."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendulum import DateTime

    from rules.act import Act
    from rules.agenda import Changes, Duty
    from rules.docket import Docket


class Status(StrEnum):
    """Whether the case goes on."""

    OPEN = "open"
    CLOSED = "closed"
    VOID = "void"

    @property
    def label(self) -> str:
        """Return the word shown beside the case."""
        return _LABELS[self]


_LABELS = {Status.OPEN: "办理中", Status.CLOSED: "已办结", Status.VOID: "已作废"}


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands after the last act, whatever the process.

    `opened_at` is the claimed instant of the opening act: nothing of the case can have been done before it.
    `asked_by` says for each kind of application that waits for a decision who stands behind it.
    """

    last_seq: int = 0
    opened_at: DateTime | None = None
    latest_at: DateTime | None = None
    status: Status = Status.OPEN
    live: Mapping[str, Duty] = field(default_factory=dict[str, "Duty"])
    asked_by: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    @property
    def is_overdue(self) -> bool:
        """Tell whether an open duty is past its end and its ladder has said so."""
        return any(duty.breached for duty in self.live.values())

    @property
    def waits_for(self) -> str:
        """Return the act that the case waits for first, empty when it waits for none."""
        return next((duty.act for duty in self.live.values() if duty.blocks), "")


Stands = TypeVar("Stands", bound=Standing)


def asked(facts: Stands, act: Act, key: str = "") -> Stands:
    """Return the facts with an application that waits for another person's decision, by its kind or another key."""
    waiting = {**facts.asked_by, key or act.kind: act.actor.persons}
    return replace(facts, asked_by=MappingProxyType(waiting))


def answered(facts: Stands, key: str) -> Stands:
    """Return the facts with no application under that key waiting."""
    waiting = {kind: persons for kind, persons in facts.asked_by.items() if kind != key}
    return replace(facts, asked_by=MappingProxyType(waiting))


def advanced(facts: Stands, docket: Docket, consequence: Callable[[Any, Docket], Stands]) -> tuple[Stands, Changes]:
    """Return the facts after the docket's act, and what the act made of the agenda."""
    act = docket.act
    after = consequence(facts, docket)
    after = replace(
        after,
        last_seq=act.seq,
        opened_at=facts.opened_at or act.happened_at,
        latest_at=act.happened_at if facts.latest_at is None else max(facts.latest_at, act.happened_at),
        live=MappingProxyType(docket.live),
    )
    return after, docket.changes
