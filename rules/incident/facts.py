"""The facts of one accident 事故: what its acts add up to; the only place where corrections and regrading live."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from rules.incident.casualties import Casualties
from rules.incident.parties import AccidentKind, Sector

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime

    from rules.act import Act
    from rules.agenda import Duty
    from rules.deadlines import Pause
    from rules.incident.acts import Claim, Verdict
    from rules.incident.grade import Assessment
    from rules.incident.parties import Level, Party


class Status(StrEnum):
    """Whether the case goes on; transferred and merged cases are closed."""

    OPEN = "open"
    CLOSED = "closed"
    VOID = "void"

    @property
    def label(self) -> str:
        """Return the word shown beside the case."""
        return _STATUS_LABELS[self]


_STATUS_LABELS = {Status.OPEN: "办理中", Status.CLOSED: "已办结", Status.VOID: "已作废"}


@dataclass(frozen=True, slots=True)
class HopRecord:
    """One hop as it was computed: its clock, its end, and when it was made.

    A correction adds a new record and marks the old one with the act that replaced it: old clocks stay visible.
    `starts_with` and `ends_with` are the claims that its two instants rest on, None where a recorded sending gives
    them. `started_at` is the claimed instant that the clause counts from; `due` is None for an open norm without a
    figure, `statutory` False where only the county gave the figure. `reached_at` is when figures reached the grade that
    owes the hop, before which no correction moves its clock; None where it was owed from the beginning.
    """

    hop_id: str
    clause_id: str
    started_by: Party
    starts_with: Claim | None
    ends_with: Claim | None
    started_at: DateTime
    due: DateTime | None
    statutory: bool
    sent_at: DateTime | None = None
    replaced_by: int | None = None
    reached_at: DateTime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What an inquiry found about the reporting, with the document that a person cited."""

    seq: int
    verdict: Verdict
    document_no: str


@dataclass(frozen=True, slots=True)
class Account:
    """One claim of one act: who said what about which field."""

    seq: int
    role: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands after the last act.

    `claims` are the instants that start clocks as last corrected: occurrence, receipt by the unit's head, receipt by
    the bureau. `receiver` is the office that was told first, `told_by_unit` that it was the unit that told it.
    `learned` says since when each body has known, `hops` are all hop records ever computed, `sendings` what this county
    ever owed to send, `blanks` what a report must say and nobody has yet said. `investigator` is the level that the
    grade calls for, `handed_up` says that the case has gone there; `evaluates` and `educates` that the law of the day
    of approval asks for an evaluation, and for lessons at the unit. `appraisals` are the times that the
    term of investigation stands still; the last is open while one is under way.
    """

    last_seq: int = 0
    latest_at: DateTime | None = None
    status: Status = Status.OPEN
    live: Mapping[str, Duty] = field(default_factory=dict[str, "Duty"])
    kind: AccidentKind = AccidentKind.OTHER
    sector: Sector = Sector.OTHER
    claims: Mapping[Claim, DateTime] = field(default_factory=dict["Claim", "DateTime"])
    casualties: Casualties = field(default_factory=Casualties)
    assessment: Assessment | None = None
    receiver: Party | None = None
    told_by_unit: bool = False
    learned: Mapping[Party, DateTime] = field(default_factory=dict["Party", "DateTime"])
    hops: tuple[HopRecord, ...] = ()
    sendings: tuple[str, ...] = ()
    blanks: frozenset[str] = frozenset()
    accounts: tuple[Account, ...] = ()
    rescuing: bool = False
    investigator: Level | None = None
    handed_up: bool = False
    appraisals: tuple[Pause, ...] = ()
    first_term: Duty | None = None
    extended: bool = False
    submitted: bool = False
    approved: bool = False
    evaluates: bool = False
    educates: bool = False
    asked_by: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    findings: tuple[Found, ...] = ()
    linked: frozenset[str] = frozenset()
    merged_into: str = ""
    transferred: bool = False

    @property
    def grade(self) -> str | None:
        """Return the slug of the reporting grade, None before the first report."""
        return None if self.assessment is None else self.assessment.reporting.value

    @property
    def is_overdue(self) -> bool:
        """Tell whether an open duty is past its end and its ladder has said so."""
        return any(duty.breached for duty in self.live.values())

    @property
    def waits_for(self) -> str:
        """Return the act that the case waits for first, empty when it waits for none."""
        return next((duty.act for duty in self.live.values() if duty.blocks), "")

    @property
    def current_hops(self) -> tuple[HopRecord, ...]:
        """Return the hop records that no correction has replaced."""
        return tuple(record for record in self.hops if record.replaced_by is None)

    def asked(self, act: Act) -> Facts:
        """Return the facts with an application that waits for another person's decision."""
        return replace(self, asked_by={**self.asked_by, act.kind: act.actor.persons})

    def answered(self, kind: str) -> Facts:
        """Return the facts with no application of that kind waiting."""
        return replace(self, asked_by={key: persons for key, persons in self.asked_by.items() if key != kind})
