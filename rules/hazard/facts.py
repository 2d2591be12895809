"""The facts of one hazard 隐患: what its acts add up to; the only place where rounds, regrading and re-opening live."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.actor import UNIT_ROLES
from rules.hazard.acts import Grade, HazardAct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime

    from rules.act import Act
    from rules.agenda import Duty
    from rules.orders import Order


class Status(StrEnum):
    """Whether the case goes on."""

    OPEN = "open"
    CLOSED = "closed"
    VOID = "void"

    @property
    def label(self) -> str:
        """Return the word shown beside the case."""
        return _STATUS_LABELS[self]


_STATUS_LABELS = {Status.OPEN: "办理中", Status.CLOSED: "已销号", Status.VOID: "已作废"}


class Track(StrEnum):
    """Which of the three paths a hazard takes."""

    SELF = "self"
    ORDERED = "ordered"
    MAJOR = "major"

    @property
    def label(self) -> str:
        """Return the path's name."""
        return _TRACK_LABELS[self]


_TRACK_LABELS = {Track.SELF: "单位自查自改", Track.ORDERED: "检查发现、责令整改", Track.MAJOR: "重大隐患治理"}


@dataclass(frozen=True, slots=True)
class Chapter:
    """A stretch of the case in which nothing is taken back; regrading and re-opening begin a new one.

    `needs` are the acts that must come before or beside the rounds of rectification, `judged_by_unit` says that the
    unit itself judged, so that the office must first hear of it, `closed_before` that all was over before this ledger
    was kept. `last_seq` is None while the
    chapter goes on; it names the last act that belongs to it, the one that began the next chapter excluded.
    """

    first_seq: int
    track: Track | None
    needs: frozenset[HazardAct]
    fixed_on_the_spot: bool = False
    judged_by_unit: bool = False
    closed_before: bool = False
    last_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """An application 申请 that waits for a decision: who made it and in which act."""

    seq: int
    persons: frozenset[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands after the last act.

    `found_at` is the claimed instant of the report, before which nothing can have been done. `live` are the open
    duties, `rectifying` the latest term of rectification as it was opened (kept when it has ended, for its clock goes
    on after re-opening). `touched` are all who had a hand in the rectification or for whom they acted, `verified` all
    who found it good or wanting; both only grow. `done` are the preparations made in the present chapter,
    `rectified_in_chapter` says that its rectification has begun; `parked` are the duties that were open when the case
    was voided. `orders` are all that were ever drafted, by key.
    """

    last_seq: int = 0
    latest_at: DateTime | None = None
    status: Status = Status.OPEN
    found_at: DateTime | None = None
    by_unit: bool = False
    grade: Grade | None = None
    track: Track | None = None
    chapters: tuple[Chapter, ...] = ()
    live: Mapping[str, Duty] = field(default_factory=dict[str, "Duty"])
    rectifying: Duty | None = None
    parked: tuple[Duty, ...] = ()
    requests: Mapping[HazardAct, Request] = field(default_factory=dict[HazardAct, Request])
    done: frozenset[HazardAct] = frozenset()
    rectified_in_chapter: bool = False
    touched: frozenset[str] = frozenset()
    verified: frozenset[str] = frozenset()
    stopped: bool = False
    listed: bool = False
    review_passed: bool = False
    orders: Mapping[str, Order] = field(default_factory=dict[str, "Order"])

    @property
    def is_overdue(self) -> bool:
        """Tell whether an open duty is past its end and its ladder has said so."""
        return any(duty.breached for duty in self.live.values())

    @property
    def waits_for(self) -> str:
        """Return the act that the case waits for first, empty when it waits for none."""
        return next((duty.act for duty in self.live.values() if duty.blocks), "")

    @property
    def chapter(self) -> Chapter:
        """Return the chapter that the next act belongs to."""
        return self.chapters[-1]

    def touched_by(self, act: Act) -> Facts:
        """Return the facts with everybody behind the act among those who had a hand in the rectification."""
        return replace(self, touched=self.touched | act.actor.persons)

    def verified_by(self, act: Act) -> Facts:
        """Return the facts with everybody behind the act among those who verified."""
        return replace(self, verified=self.verified | act.actor.persons)

    def asked(self, act: Act) -> Facts:
        """Return the facts with an application that waits for a decision."""
        request = Request(act.seq, act.actor.persons)
        return replace(self, requests=MappingProxyType({**self.requests, HazardAct(act.kind): request}))

    def with_order(self, order: Order) -> Facts:
        """Return the facts with the order as it now stands."""
        return replace(self, orders=MappingProxyType({**self.orders, order.key: order}))

    def order_under_way(self, kind: str) -> Order | None:
        """Return the order of that kind that is drafted and neither served nor given up, None when there is none."""
        return next((found for found in self.orders.values() if found.kind.name == kind and found.state.goes_on), None)

    def answered(self, kind: HazardAct) -> Facts:
        """Return the facts with no application of that kind waiting any more."""
        if kind not in self.requests:
            return self
        return replace(
            self, requests=MappingProxyType({key: value for key, value in self.requests.items() if key is not kind})
        )


def found_by_the_unit(report: Act) -> bool:
    """Tell whether a report says that the unit found the hazard itself, whoever registers it."""
    return report.actor.role in UNIT_ROLES or report.word("found_by") == "unit"


def next_chapter(facts: Facts, act: Act, track: Track | None, needs: frozenset[HazardAct]) -> Facts:
    """Return the facts with a new chapter that begins with the act."""
    ended = replace(facts.chapter, last_seq=act.seq - 1)
    chapters = (*facts.chapters[:-1], ended, Chapter(act.seq, track, needs))
    return replace(facts, chapters=chapters, done=frozenset(), rectified_in_chapter=False, review_passed=False)
