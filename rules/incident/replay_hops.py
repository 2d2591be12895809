"""One hop replayed 逐环节复盘: what was owed by when, what happened, how late; or what is missing and its bounds.

A term in minutes ends with its last minute: who reports in the minute in which it ends is in time. Where start or end
are known only so far, lateness is judged when every instant that the known facts allow gives the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import pendulum

from rules.clause import Authority
from rules.incident.law import in_force
from rules.incident.parties import Channel, Party
from rules.incident.replay_knowledge import first_authority, first_known, knowledge_of
from rules.incident.replay_spans import Span, clock, later
from rules.incident.replay_timeline import What

if TYPE_CHECKING:
    from pendulum import DateTime

    from rules.clause import Clause, Limit
    from rules.day_counting import Pause
    from rules.deadlines import Deadline
    from rules.incident.law import Hop
    from rules.incident.replay_knowledge import Knowledge
    from rules.incident.replay_timeline import Event, Timeline
    from rules.rulebook import Rulebook


class Verdict(StrEnum):
    """What can be said about a hop or a term."""

    ON_TIME = "on_time"
    LATE = "late"
    NOT_REPORTED = "not_reported"
    OPEN = "open"
    NO_FIGURE = "no_figure"
    CONTRADICTORY = "contradictory"

    @property
    def label(self) -> str:
        """Return the verdict in words."""
        return _VERDICTS[self]

    @property
    def is_judged(self) -> bool:
        """Tell whether the known facts decide."""
        return self in {Verdict.ON_TIME, Verdict.LATE, Verdict.NOT_REPORTED}


_VERDICTS = {
    Verdict.ON_TIME: "按时",
    Verdict.LATE: "超过时限（迟报提示）",
    Verdict.NOT_REPORTED: "未报告（漏报提示）",
    Verdict.OPEN: "不能判断",
    Verdict.NO_FIGURE: "法律未定数字，只列经过",
    Verdict.CONTRADICTORY: "来源自相矛盾，不能判断",
}


@dataclass(frozen=True, slots=True)
class Minutes:
    """How late, in whole minutes: at least `lo`, at most `hi`; None where nothing bounds it on that side."""

    lo: int | None
    hi: int | None

    def __str__(self) -> str:
        if self.lo is not None and self.lo == self.hi:
            return told(self.lo)
        known = [f"至少{told(self.lo)}"] if self.lo is not None else []
        known += [f"至多{told(self.hi)}"] if self.hi is not None else []
        return "，".join(known) or "无从计算"


@dataclass(frozen=True, slots=True)
class Replayed:
    """A hop or a term as replayed; `by` is who owed the hop, None for a term of the investigation.

    `start` is when the clock began, `due` when it ended, `done` when what was owed was done, each as far as known.
    `late` is the lateness that the facts allow (from the end of the term; for a norm without a figure, the time that
    went by). `missing` are the facts that would decide, `hints` what they would decide, `derivations` how each end of
    `due` was counted, so that a reader can count it again.
    """

    id: str
    label: str
    by: Party | None
    clause: Clause
    verdict: Verdict
    start: Span
    due: Span
    done: Span
    late: Minutes
    missing: tuple[str, ...]
    hints: tuple[str, ...]
    remarks: tuple[str, ...]
    derivations: tuple[str, ...]

    @property
    def said(self) -> str:
        """Return the verdict in words; a tier that is only tried out indicates no breach of law."""
        tried = self.verdict is Verdict.LATE and not self.is_statutory
        return "超过从严时限（非法定，仅供推演）" if tried else self.verdict.label

    @property
    def is_statutory(self) -> bool:
        """Tell whether the term is one of statute, not of a county's stricter tier."""
        return self.clause.authority is Authority.STATUTE


def told(minutes: int) -> str:
    """Return a number of minutes as people say it."""
    length = pendulum.duration(minutes=minutes)
    hours = length.in_hours()
    return f"{hours}小时{length.minutes}分" if hours else f"{length.minutes}分"


def replay_hop(hop: Hop, timeline: Timeline, rulebook: Rulebook, clause: Clause, reached: Span | None) -> Replayed:
    """Return the hop replayed.

    `clause` is its version on the day of the accident, without a limit where statute gives no figure. `reached` is when
    the grade that owes the hop became known, None where no source says so.
    """
    known = knowledge_of(timeline, hop.holders)
    start = known.at if reached is None else _both(known.at, reached)
    event = _arrival(hop, timeline)
    silent = _silence(hop, timeline)
    done = (event.at if event else Span()).narrowed(lo=silent.lo if silent else None)
    done = done.narrowed(lo=known.at.lo).narrowed(lo=first_authority(timeline) if hop.to.is_official else None)
    row = _Row(hop, clause, start, done, (*known.because, *_remarks(hop, known, event)))
    if _is_contradictory(start) or _is_contradictory(done):
        return row.told(Verdict.CONTRADICTORY, Span())
    if clause.limit is None:
        return row.told(Verdict.NO_FIGURE, Span(), late=_gap(start, done))
    early, late = counted(rulebook, clause.id, start.lo), counted(rulebook, clause.id, start.hi)
    due = Span(early.last_in_time if early else None, late.last_in_time if late else None)
    never = event is None and silent is not None and known.event is not None and _outlasts(silent, due)
    verdict = Verdict.NOT_REPORTED if never else judge(due, done)
    return row.told(verdict, due, late=_gap(due, done), derivations=derivations(early, late))


def counted(rulebook: Rulebook, clause_id: str, at: DateTime | None, pauses: tuple[Pause, ...] = ()) -> Deadline | None:
    """Return the deadline from a bound of a start; None where that is unknown or lies before the clause was law."""
    if at is None or not in_force(rulebook, clause_id, at.date()):
        return None
    return rulebook.deadline(clause_id, at, pauses=pauses)


def judge(due: Span, done: Span) -> Verdict:
    """Return what every pair of instants within the two spans agrees on; the last instant of a term is in time."""
    if _within(done, due):
        return Verdict.ON_TIME
    if due.hi is not None and done.lo is not None and done.lo > due.hi:
        return Verdict.LATE
    return Verdict.OPEN


def _outlasts(silent: Span, due: Span) -> bool:
    """Tell whether silence went on after the term.

    Silence of which a source says until when must outlast the latest end of the term. Where a source only says by when
    it had come to light that nobody was ever told, it is taken at its word, unless that lies within the term.
    """
    if silent.lo is not None:
        return due.hi is not None and silent.lo > due.hi
    return silent.hi is None or (due.lo is not None and silent.hi > due.lo)


def _within(done: Span, due: Span) -> bool:
    return done.hi is not None and due.lo is not None and done.hi <= due.lo


def derivations(early: Deadline | None, late: Deadline | None) -> tuple[str, ...]:
    """Return how each end of a term was counted, once where start and end are exact."""
    told_early = _derivation("起算最早", early)
    told_late = _derivation("起算最晚", late)
    if early is not None and late is not None and early.started_at == late.started_at:
        return _derivation("", early)
    return (*told_early, *told_late)


def _derivation(prefix: str, deadline: Deadline | None) -> tuple[str, ...]:
    if deadline is None:
        return ()
    steps = "；".join(step.text for step in deadline.derivation)
    return (f"{prefix} {clock(deadline.started_at)}：{steps}".strip(),)


@dataclass(frozen=True, slots=True)
class _Row:
    hop: Hop
    clause: Clause
    start: Span
    done: Span
    remarks: tuple[str, ...]

    def told(
        self, verdict: Verdict, due: Span, *, late: Minutes | None = None, derivations: tuple[str, ...] = ()
    ) -> Replayed:
        missing, hints = _questions(self, due) if verdict is Verdict.OPEN else ((), ())
        return Replayed(
            id=self.hop.id,
            label=self.hop.label,
            by=self.hop.by,
            clause=self.clause,
            verdict=verdict,
            start=self.start,
            due=due,
            done=self.done,
            late=late or Minutes(None, None),
            missing=missing,
            hints=hints,
            remarks=self.remarks,
            derivations=derivations,
        )


def _both(one: Span, other: Span) -> Span:
    """The clock of a hop starts when its body knows and the grade is known: the later of the two."""
    high = None if one.hi is None or other.hi is None else max(one.hi, other.hi)
    return Span(later(one.lo, other.lo), high)


def _arrival(hop: Hop, timeline: Timeline) -> Event | None:
    """Return the first report of the hop that the timeline tells, None when it tells none."""
    wanted = [event for event in timeline.of(What.REPORTED) if event.to in hop.receivers and _is_by(hop, event)]
    fitting = [event for event in wanted if _fits(hop, event.channel)]
    return min(fitting, key=first_known) if fitting else None


def _is_by(hop: Hop, event: Event) -> bool:
    level = next((party for party in _LEVELS if hop.by.value.startswith(party.value)), None)
    return event.by is None or event.by in {*hop.holders, level}


_LEVELS = (Party.COUNTY, Party.CITY, Party.PROVINCE)


def _fits(hop: Hop, channel: Channel) -> bool:
    if hop.channel is None:
        return channel is not Channel.STATISTICS
    return channel is hop.channel or (channel is Channel.UNKNOWN and hop.channel is not Channel.STATISTICS)


def _silence(hop: Hop, timeline: Timeline) -> Span | None:
    """Return until when, as far as a source says, the hop had not been made."""
    silent = [event.at for event in timeline.of(What.NOT_REPORTED) if event.by in hop.holders]
    return silent[-1] if silent else None


def _gap(since: Span, until: Span) -> Minutes:
    low = None if since.hi is None or until.lo is None else max(0, _minutes(since.hi, until.lo))
    high = None if since.lo is None or until.hi is None else max(0, _minutes(since.lo, until.hi))
    return Minutes(low, high)


def _minutes(since: DateTime, until: DateTime) -> int:
    return int((until - since).total_minutes()) if until > since else 0


def _is_contradictory(span: Span) -> bool:
    return span.lo is not None and span.hi is not None and span.hi < span.lo


def _remarks(hop: Hop, known: Knowledge, event: Event | None) -> tuple[str, ...]:
    remarks: list[str] = []
    if known.party is not hop.by:
        remarks.append(f"来源写明的是{known.party.label}，以其知悉时间起算")
    if event is not None and event.to is not None and event.to is not hop.to:
        remarks.append(f"来源写明的接收方是{event.to.label}，以其接报时间计")
    if event is not None and hop.channel is not None and event.channel is Channel.UNKNOWN:
        remarks.append("来源未载明报告方式，暂按符合计")
    return tuple(remarks)


def _questions(row: _Row, due: Span) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which facts are missing, and what each would decide. The clause has a limit in minutes."""
    missing: list[str] = []
    hints: list[str] = []
    assert row.clause.limit is not None, "without a limit nothing is in question"
    if not row.start.is_exact:
        missing.append(f"起算：{row.clause.starts}的时间（{row.hop.by.label}）")
        hints += _by_start(row, row.clause.limit)
    if not row.done.is_exact:
        missing.append(f"到达：{row.hop.to.label}接到报告的时间")
        if due.is_exact and due.lo is not None:
            hints.append(f"晚于 {clock(due.lo)} 报到的，为超过时限；不晚于此的，为按时")
    return tuple(missing), tuple(hints) or (f"两个时间相差超过{row.clause.limit.label}的，为超过时限",)


def _by_start(row: _Row, limit: Limit) -> list[str]:
    """Return what an instant of the start would decide, where the report can lie no earlier than known."""
    if row.done.lo is None:
        return []
    latest = row.done.lo.subtract(minutes=limit.amount)
    if row.start.lo is not None and latest <= row.start.lo:
        return []
    if row.done.is_exact:
        return [f"起算早于 {clock(latest)} 的，为超过时限；{clock(latest)} 及以后的，为按时"]
    return [f"起算早于 {clock(latest)} 的，无论何时报到都已超过时限"]
