"""Opening programmes 启动专项: every holder of every line gets its case of the term, once; nothing left out.

What was opened is read from the store, so that it may be stopped and begun again at any point; a mark for each line
says from which day on to look, so that an outage of any length is caught up. A line that is new begins with the term
that is under way. Whoever had an accident is taken off the list of units without one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from models import installation, obligation_holders, programme_holders
from models.receipt import Deed
from rules.actor import clock
from rules.errors import ClauseUnknown
from rules.obligation.reading import midnight
from rules.programme import ProgrammeAct
from rules.programme.acts import INCIDENT, MERGED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from models.programme_holders import Holder
    from models.store import Writing
    from rules.programmes import Programme
    from tasks.resources import Resources

_AT_ONCE = 100
_PROCESS = "programme"
_ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class Opened:
    """What was done: cases opened and released, entries lost and restored, offices that are missing, lines disabled."""

    opened: int = 0
    released: int = 0
    lost: int = 0
    restored: int = 0
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    disabled: dict[str, str] = field(default_factory=dict[str, str])


def open_programmes(tools: Resources, *, progress: Callable[[int], None] = lambda _opened: None) -> Opened:
    """Open every term that has begun and is not open yet, at everybody it runs at; look for accidents.

    `progress` is told how many cases were opened so far.
    """
    done, today = Opened(), tools.now().date()
    with tools.store.read() as reading:
        since = obligation_holders.earliest_day(reading)
    for line in tools.rulebook.programmes.on(today):
        if not line.is_enabled:
            done.disabled[line.id] = line.disabled
        elif since is not None:
            _open_line(tools, line, since, today, done, progress)
    _release(tools, done)
    _strike(tools, done)
    _restore(tools, done)
    return done


def _open_line(
    tools: Resources, line: Programme, since: date, today: date, done: Opened, progress: Callable[[int], None]
) -> None:
    with tools.store.read() as reading:
        mark = installation.read_fact(reading, _mark(line.id))
        found = programme_holders.holders(reading, tools.installation.county_id, line, tools.now())
    gone = programme_holders.missing(line, found)
    if gone:
        done.missing[line.id] = gone
    begins = max(date.fromisoformat(mark) if mark else today, since)
    for term_line, first, last in _terms(tools, line.id, begins, today):
        for several in _in_batches([holder for holder in found if holder.since <= last]):
            done.opened += tools.store.write(
                lambda writing, batch=several, at=(term_line, first, last): _open_some(tools, writing, *at, batch)
            )
            progress(done.opened)
    tools.store.write(lambda writing: installation.write_fact(writing, _mark(line.id), today.isoformat()))


def _terms(tools: Resources, line_id: str, begins: date, today: date) -> Iterator[tuple[Programme, date, date]]:
    """Yield the terms that any day from `begins` to today lies in, each with the line as it stood on its first day."""
    seen: set[date] = set()
    for day in (begins, *(date(year, 1, 1) for year in range(begins.year + 1, today.year + 1)), today):
        try:
            term = tools.rulebook.programmes.named(line_id, day).term_of(day)
            if term is None or term[1] in seen:
                continue
            line = tools.rulebook.programmes.named(line_id, term[0])
        except ClauseUnknown:
            continue
        seen.add(term[1])
        if line.is_enabled and term[0] <= today:
            yield line, *term


def _open_some(
    tools: Resources, writing: Writing, line: Programme, first: date, last: date, batch: Sequence[Holder]
) -> int:
    """Open some cases in one transaction; whoever was opened for by another run meanwhile is left out."""
    county, now = tools.installation.county_id, tools.now()
    there = programme_holders.opened(writing, county, line.id, last)
    fresh = [holder for holder in batch if holder.code not in there]
    for holder in fresh:
        said = {
            "programme": line.id,
            "title": f"{line.title}（{first.year}）" if line.fixed is None else line.title,
            "holder": holder.code,
            "role": holder.role.value,
            "first": max(first, holder.since),
            "last": last,
        }
        key = f"{_PROCESS}:{line.id}:{holder.code}:{last}"
        deed = Deed(ProgrammeAct.OPEN, clock(county), key, said)
        tools.ledger.open_case_in(writing, _PROCESS, holder.place, deed, now)
    return len(fresh)


def _release(tools: Resources, done: Opened) -> None:
    """Release what runs at an organisation that was merged or abolished. Law: prog-release 专项解除."""
    county, now = tools.installation.county_id, tools.now()
    with tools.store.read() as reading:
        ended = programme_holders.ended_codes(reading, county, now)
        gone = [number for number, _, holder in programme_holders.running(reading, county) if holder in ended]
    for number in gone:
        deed = Deed(ProgrammeAct.RELEASE, clock(county), f"{ProgrammeAct.RELEASE}:{number}", {"why": MERGED})
        tools.ledger.record(number, deed, now)
        done.released += 1


def _strike(tools: Resources, done: Opened) -> None:
    """Take units that had an accident off their list. Law: prog-lost 因事故退出."""
    county, now = tools.installation.county_id, tools.now()
    with tools.store.read() as reading:
        struck = [
            (programme_holders.number_of(reading, case_id), no, incident)
            for case_id, first, last in programme_holders.unit_lists(reading, county)
            for no, incident in programme_holders.struck(
                reading, county, case_id, midnight(date.fromisoformat(first)),
                midnight(date.fromisoformat(last) + _ONE_DAY),
            )
        ]  # fmt: skip
    for number, no, incident in struck:
        said = {"about": no, "why": INCIDENT, "incident": incident}
        key = f"{ProgrammeAct.DROP}:{number}:{no}:{incident}:{now.date()}"
        tools.ledger.record(number, Deed(ProgrammeAct.DROP, clock(county), key, said), now)
        done.lost += 1


def _restore(tools: Resources, done: Opened) -> None:
    """Give back what was lost to an accident that is void now. Law: prog-lost 因事故退出."""
    county, now = tools.installation.county_id, tools.now()
    with tools.store.read() as reading:
        back = [
            (programme_holders.number_of(reading, case_id), no)
            for case_id, no in programme_holders.cleared(reading, county)
        ]
    for number, no in back:
        key = f"{ProgrammeAct.RESTORE}:{number}:{no}:{now.date()}"
        tools.ledger.record(number, Deed(ProgrammeAct.RESTORE, clock(county), key, {"about": no}), now)
        done.restored += 1


def _in_batches(wanted: list[Holder]) -> Iterator[list[Holder]]:
    return (wanted[begin : begin + _AT_ONCE] for begin in range(0, len(wanted), _AT_ONCE))


def _mark(line_id: str) -> str:
    return f"programmes:{line_id}"
