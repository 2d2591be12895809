"""The facts of one drill 演练: what its acts add up to, from the scheme to the lesson learned."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.drill.hosts import Shape
from rules.plan.levels import KEY_UNITS
from rules.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime

    from rules.agenda import Duty
    from rules.drill.acts import Change, Score
    from rules.drill.hosts import Reach
    from rules.drill.scheme import Improvement, Scheme


class Outcome(StrEnum):
    """How a drill came out, so far."""

    PLANNED = "planned"
    RUNNING = "running"
    HELD = "held"
    CANCELLED = "cancelled"
    MERGED = "merged"
    REAL = "real"


OUTCOMES = {
    Outcome.PLANNED.value: "尚未举行",
    Outcome.RUNNING.value: "进行中",
    Outcome.HELD.value: "已举行",
    Outcome.CANCELLED.value: "经批准取消",
    Outcome.MERGED.value: "并入另一演练",
    Outcome.REAL.value: "转为实战",
}


@dataclass(frozen=True, slots=True)
class Released:
    """An inject that was released, or skipped with a reason, and when."""

    no: int
    at: DateTime
    skipped: bool


@dataclass(frozen=True, slots=True)
class Response:
    """What somebody did about an inject: after how many whole minutes, and whether the target was met."""

    no: int
    by: str
    seq: int
    minutes: int
    in_time: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The evaluation of one subject 评估表."""

    score: Score
    major: bool
    seq: int


@dataclass(frozen=True, slots=True)
class Action:
    """An improvement as it stands: the duty as it was opened, who did it last, and whether somebody confirmed it."""

    improvement: Improvement
    duty: Duty
    done_by: frozenset[str] = frozenset()
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A change that waits for a decision."""

    kind: Change
    starts_at: DateTime | None
    ends_at: DateTime | None
    number: str


@dataclass(frozen=True, slots=True)
class Facts(Standing):
    """What stands after the last act.

    `prepared_by` are all who had a hand in the scheme, `led_by` all who commanded or directed the drill: none of them
    evaluates it. `reported` says that the report is in, `archived` that the file is. `changes` are those that were
    decided on. `incident` is the number of the accident into which the drill turned, `merged_into` that of the drill
    into which it was merged. `faults` is how many spot checks found fault.
    """

    scheme: Scheme | None = None
    approved: bool = False
    prepared_by: frozenset[str] = frozenset()
    change: Asked | None = None
    changes: tuple[Asked, ...] = ()
    present: Mapping[str, DateTime] = field(default_factory=dict[str, "DateTime"])
    absent: frozenset[str] = frozenset()
    begun_at: DateTime | None = None
    ended_at: DateTime | None = None
    led_by: frozenset[str] = frozenset()
    released: tuple[Released, ...] = ()
    responses: tuple[Response, ...] = ()
    sheets: Mapping[str, Sheet] = field(default_factory=dict[str, Sheet])
    actions: Mapping[str, Action] = field(default_factory=dict[str, Action])
    revises: bool = False
    reported: bool = False
    submitted: bool = False
    archived: bool = False
    faults: int = 0
    outcome: Outcome = Outcome.PLANNED
    incident: str = ""
    merged_into: str = ""

    @property
    def grade(self) -> str | None:
        """Return the slug of the shape, None before there is a scheme: drills are listed by it."""
        return None if self.scheme is None else self.scheme.shape.value

    @property
    def must_submit(self) -> bool:
        """Tell whether the host must report the drill to the department. Law: drill-report 第八条第二款."""
        return self.scheme is not None and self.scheme.unit_kind in KEY_UNITS

    @property
    def missing(self) -> frozenset[str]:
        """Return who was expected, did not sign in and is not on record as absent."""
        expected = self.scheme.people if self.scheme else frozenset[str]()
        return expected - self.present.keys() - self.absent

    @property
    def next_inject(self) -> int | None:
        """Return the number of the inject that comes next, None when all are out."""
        out = {released.no for released in self.released}
        left = (inject.no for inject in self.scheme.injects if inject.no not in out) if self.scheme else iter(())
        return next(left, None)

    @property
    def unanswered(self) -> tuple[int, ...]:
        """Return the injects that were released and to which nobody responded."""
        answered = {response.no for response in self.responses}
        return tuple(each.no for each in self.released if not each.skipped and each.no not in answered)

    def is_secret_to(self, person: str) -> bool:
        """Tell whether what has not been released is not yet for a guest: for whoever neither commands nor evaluates.

        When the drill is over, or will not be held, everybody may read everything. Law: drill-begin 演练实施.
        """
        if self.scheme is None or self.outcome not in {Outcome.PLANNED, Outcome.RUNNING}:
            return False
        return person not in {self.scheme.commander, *self.scheme.evaluators}

    def fulfils(self, reach: Reach) -> bool:
        """Tell whether the drill counts as one of that reach: held, reported, and more than talked of on paper.

        Law: drill-command-year （七）5; drill-unit-annual 第三十三条.
        """
        if self.scheme is None or not self.reported:
            return False
        if self.scheme.shape is Shape.PAPER:
            return False
        return self.scheme.reach.covers(reach)


def with_action(facts: Facts, action: Action) -> Facts:
    """Return the facts with an improvement as it now stands."""
    return replace(facts, actions=MappingProxyType({**facts.actions, action.improvement.no: action}))
