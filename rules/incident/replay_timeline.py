"""A timeline of one accident 事故时间线: who learned or did what when, as sources say it; judges nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules.incident.acts import Verdict
    from rules.incident.casualties import Casualties
    from rules.incident.grade import Grade
    from rules.incident.parties import AccidentKind, Channel, Party, Sector
    from rules.incident.replay_spans import Precision, Span


class What(StrEnum):
    """What can have happened.

    `LEARNED`: the body knew from then on. `REPORTED`: it told another, who knew from then on. `NOT_REPORTED`: a source
    says that it had told nobody until then. `FIGURES`: casualties as known at that time.
    """

    OCCURRED = "occurred"
    LEARNED = "learned"
    REPORTED = "reported"
    NOT_REPORTED = "not_reported"
    FIGURES = "figures"
    INVESTIGATION_BEGUN = "investigation_begun"
    APPRAISAL_BEGUN = "appraisal_begun"
    APPRAISAL_ENDED = "appraisal_ended"
    EXTENSION_APPROVED = "extension_approved"
    REPORT_SUBMITTED = "report_submitted"
    APPROVED = "approved"
    PUBLISHED = "published"
    EVALUATED = "evaluated"

    @property
    def label(self) -> str:
        """Return the event in words."""
        return _EVENTS[self]


_EVENTS = {
    What.OCCURRED: "事故发生",
    What.LEARNED: "获悉",
    What.REPORTED: "报告",
    What.NOT_REPORTED: "尚未报告",
    What.FIGURES: "当时所知伤亡",
    What.INVESTIGATION_BEGUN: "成立调查组",
    What.APPRAISAL_BEGUN: "委托技术鉴定",
    What.APPRAISAL_ENDED: "收到鉴定结论",
    What.EXTENSION_APPROVED: "批准延长调查期限",
    What.REPORT_SUBMITTED: "提交调查报告",
    What.APPROVED: "批复调查报告",
    What.PUBLISHED: "公布",
    What.EVALUATED: "整改评估",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a source says. `precision` is None where only bounds are given.

    `first` says that no authority knew before. `ends_on` is the day to which an extension was granted, as a span.
    `figures` are what was known, for `FIGURES` alone.
    """

    what: What
    at: Span
    precision: Precision | None
    by: Party | None
    to: Party | None
    channel: Channel
    first: bool
    ends_on: Span | None
    figures: Casualties
    source: int | None
    note: str


@dataclass(frozen=True, slots=True)
class OfficialFinding:
    """What an official inquiry found about the reporting, cited from a source; never computed.

    `by` is whose reporting it concerns where the source says so; None compares with every hop.
    """

    verdict: Verdict
    against: str
    by: Party | None
    source: int | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """One accident. `sources` are addresses, counted from 1; `casualties` the final figures as far as given."""

    id: str
    name: str
    province: str
    city: str
    county: str
    sector: Sector
    kind: AccidentKind
    casualties: Casualties
    official_grade: Grade | None
    events: tuple[Event, ...]
    findings: tuple[OfficialFinding, ...]
    sources: tuple[str, ...]
    note: str

    def of(self, *kinds: What) -> tuple[Event, ...]:
        """Return the events of these kinds, in the order of the file."""
        return tuple(event for event in self.events if event.what in kinds)

    @property
    def occurred(self) -> Span:
        """Return when it happened; the reader made sure that the timeline says so, if only by bounds."""
        return self.of(What.OCCURRED)[0].at
