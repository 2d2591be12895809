"""Opening, milestones and reports of a programme 启动、节点、进展: what is owed by which day.

Law: prog-record 专项登记; prog-open 启动.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.obligation.reading import midnight
from rules.programme.acts import SOME, ProgrammeAct
from rules.programme.facts import Facts, Report
from rules.programme.reading import line_of

if TYPE_CHECKING:
    from datetime import date

    from rules.docket import Docket
    from rules.programmes import Programme

_ONE_DAY = timedelta(days=1)


def opened(facts: Facts, docket: Docket) -> Facts:
    """The term has begun: milestones, the first report and the end are owed; whoever answers is told once."""
    act = docket.act
    first, last = act.day("first"), act.day("last")
    assert first is not None, "the form requires the first day"
    assert last is not None, "and the last"
    line = docket.rulebook.programmes.named(act.word("programme"), first)
    role = Role(act.word("role"))
    facts = replace(
        facts,
        programme=line.id,
        kind=line.kind,
        holder=act.word("holder"),
        role=role,
        checker=(line.roster and line.roster.checker) or role,
        verifier=line.ending.verifier,
        members=line.members,
        first=first,
        last=last,
        awaited=tuple(milestone.id for milestone in line.milestones),
    )
    _owe_milestones(facts, docket, line)
    _owe_end(facts, docket, line)
    docket.tell("opened", role, clause_id=line.ending.clause_id)
    return _owe_report(facts, docket, line, first)


def _owe_milestones(facts: Facts, docket: Docket, line: Programme) -> None:
    grace = docket.rulebook.number("programme_grace_days", facts.begins)
    for milestone in line.milestones:
        docket.owe(
            ProgrammeAct.REACH, facts.role, milestone.clause_id, ladder=line.ladder, since=midnight(facts.begins),
            ends_on=line.day_of(milestone, facts.begins, facts.ends, grace=grace), about=milestone.id, asking=False,
        )  # fmt: skip


def _owe_end(facts: Facts, docket: Docket, line: Programme) -> None:
    docket.owe(
        ProgrammeAct.COMPLETE, facts.role, line.ending.clause_id, ladder=line.ladder, since=midnight(facts.begins),
        ends_on=facts.ends, lapses=True, asking=False,
    )  # fmt: skip


def reached(facts: Facts, docket: Docket) -> Facts:
    """A milestone was reached on a day, late where that day lies behind its own."""
    about, day = docket.act.word("about"), docket.act.day("day")
    assert day is not None, "the form requires the day"
    docket.discharge_about(ProgrammeAct.REACH, about, at=midnight(day))
    left = tuple(milestone for milestone in facts.awaited if milestone != about)
    return replace(facts, awaited=left, reached=MappingProxyType({**facts.reached, about: day}))


# --- reports -------------------------------------------------------------------------------------


def reported(facts: Facts, docket: Docket) -> Facts:
    """Progress was reported; difficulties go on as hazards or entries with numbers. Law: prog-refer 困难交办."""
    act, line = docket.act, line_of(facts, docket.rulebook)
    period = act.word("about")
    docket.discharge_about(ProgrammeAct.REPORT, period)
    report = Report(
        seq=act.seq,
        period=period,
        figures=tuple(act.content.get("figures", ())),
        difficult=act.word("difficulties") == SOME,
        hazards=tuple(act.content.get("hazards", ())),
        items=tuple(act.content.get("items", ())),
    )
    assert line.reporting is not None, "only programmes that report are asked to"
    if not report.is_referred:
        docket.owe(
            ProgrammeAct.REFER, facts.role, line.reporting.refer_id, ladder=line.ladder, about=str(act.seq)
        )  # fmt: skip
    facts = replace(facts, reports=(*facts.reports, report))
    return _owe_next(facts, docket, line, period)


def referred(facts: Facts, docket: Docket) -> Facts:
    """The difficulties of a report go on under the numbers of hazards or entries. Law: prog-refer 困难交办."""
    act = docket.act
    docket.discharge_about(ProgrammeAct.REFER, act.word("about"))
    hazards, items = (tuple(act.content.get(key, ())) for key in ("hazards", "items"))
    reports = tuple(
        replace(report, hazards=hazards, items=items) if str(report.seq) == act.word("about") else report
        for report in facts.reports
    )
    return replace(facts, reports=reports)


def lapsed(facts: Facts, docket: Docket) -> Facts:
    """A term has ended: the next report is owed beside the missed one; what the list leaves open is told.

    Law: prog-unclosed 期满未销号.
    """
    duty = docket.mark(docket.act.word("about"), lapsed=True)
    line = line_of(facts, docket.rulebook)
    if duty.act == ProgrammeAct.REPORT:
        return _owe_next(facts, docket, line, str(duty.about))
    if facts.is_unfinished:
        docket.tell("unclosed", facts.role, facts.verifier, clause_id="prog-unclosed")
    return facts


def _owe_next(facts: Facts, docket: Docket, line: Programme, period: str) -> Facts:
    """Owe the next report where the latest one that was owed is over; nothing twice, nothing left out."""
    assert facts.reporting is not None, "a report is owed from the opening on"
    latest = line.period_with(facts.reporting)
    return _owe_report(facts, docket, line, latest.last + _ONE_DAY) if latest.code == period else facts


def _owe_report(facts: Facts, docket: Docket, line: Programme, begins: date) -> Facts:
    if line.reporting is None or begins > facts.ends:
        return facts
    period = line.period_with(begins)
    docket.owe(
        ProgrammeAct.REPORT, facts.role, line.reporting.clause_id, ladder=line.ladder,
        since=midnight(min(period.last, facts.ends)), about=period.code, blocks=False, lapses=True, asking=False,
    )  # fmt: skip
    return replace(facts, reporting=begins)
