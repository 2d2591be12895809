"""Since when each body has known 知悉时间: the earliest and the latest instant that the known facts allow.

Nobody knows before the accident; whoever reported had known before; where a source says who was the first authority to
know, no other knew before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rules.incident.parties import Party
from rules.incident.replay_spans import Span, earlier
from rules.incident.replay_timeline import What

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pendulum import DateTime

    from rules.incident.replay_timeline import Event, Timeline


@dataclass(frozen=True, slots=True)
class Knowledge:
    """When a body first knew. `event` is what says so, None where only bounds follow; `because` are those, in words."""

    party: Party
    at: Span
    event: Event | None
    because: tuple[str, ...]


def knowledge_of(timeline: Timeline, parties: Sequence[Party]) -> Knowledge:
    """Return since when these bodies have known, as far as the timeline tells, else bounds for the first of them.

    An office's clock runs from the report that it received. Where it only learned otherwise, or learned so before it
    was told, whether that counts is for people to judge: the clock began between the two, or at an end nobody tells.
    """
    learned, told = _heard(timeline, parties)
    if not learned and not told:
        return _bounded(timeline, parties)
    first = min((*learned, *told), key=first_known)
    party = first.to if first in told and first.to is not None else first.by or parties[0]
    known = _first_span([*learned, *told]).narrowed(lo=timeline.occurred.lo, hi=_told_others(timeline, parties))
    if first in told or not party.is_official:
        return Knowledge(party, known, first, ())
    because = f"{party.label}先由其他途径获悉，是否即为「接到事故报告」由人认定"
    span = Span(known.lo, _first_span(told).hi if told else None)
    return Knowledge(party, span.narrowed(hi=_told_others(timeline, parties)), first, (because,))


def _heard(timeline: Timeline, parties: Sequence[Party]) -> tuple[list[Event], list[Event]]:
    if Party.SCENE in parties:
        return list(timeline.of(What.OCCURRED)), []
    learned = [event for event in timeline.of(What.LEARNED) if event.by in parties]
    return learned, [event for event in timeline.of(What.REPORTED) if event.to in parties]


def first_authority(timeline: Timeline) -> DateTime | None:
    """Return the instant before which, a source says, no authority knew."""
    lows = [event.at.lo for event in timeline.events if event.first and event.at.lo is not None]
    return max(lows) if lows else None


def first_known(event: Event) -> tuple[bool, Any]:
    """Return what orders events by the latest instant at which they can have happened; the unbounded come last."""
    at = event.at.hi or event.at.lo
    return (at is None, at)


def _first_span(heard: Sequence[Event]) -> Span:
    """The first of several receipts lies between the earliest lower bound and the earliest upper bound of them all."""
    lows = [event.at.lo for event in heard]
    low = None if None in lows else min(low for low in lows if low is not None)
    high = None
    for event in heard:
        high = earlier(high, event.at.hi)
    return Span(low, high)


def _bounded(timeline: Timeline, parties: Sequence[Party]) -> Knowledge:
    party = parties[0]
    span, because = Span(lo=timeline.occurred.lo), ["事故发生之前无人能够知悉"]
    first = first_authority(timeline)
    if first is not None and party.is_official:
        span = span.narrowed(lo=first)
        because.append("来源称此前没有机关接报")
    told_others = _told_others(timeline, parties)
    if told_others is not None:
        because.append("报告他人之前必已知悉")
    return Knowledge(party, span.narrowed(hi=told_others), None, tuple(because))


def _told_others(timeline: Timeline, parties: Sequence[Party]) -> DateTime | None:
    """Return the latest instant at which these bodies first told others, before which they knew; None if unknown."""
    told = [event.at.hi for event in timeline.of(What.REPORTED) if event.by in parties]
    known = [at for at in told if at is not None]
    return min(known) if known else None
