"""Opening periods 开启周期: everybody who owes a quota gets its case, once; nothing twice, nothing left out.

What was opened is read from the store, so that it may be stopped and begun again at any point; a mark for each quota
says from which period on to look, so that an outage of any length is caught up and years cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from models import installation, obligation, obligation_holders
from models.receipt import Deed
from rules.actor import clock
from rules.errors import ClauseUnknown
from rules.obligation import ObligationAct
from rules.obligation.acts import LEFT, MERGED, REGRADED
from rules.periods import period_of, periods
from rules.quotas import Per

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pendulum import DateTime

    from models.obligation_holders import Owing
    from models.store import Writing
    from rules.periods import Period, PeriodKind
    from rules.quotas import Quota
    from tasks.resources import Resources

_AT_ONCE = 200
_PROCESS = "obligation"


@dataclass(slots=True)
class Rolled:
    """What a roll-over did: cases opened and released, posts that nobody holds, lines that are disabled and why."""

    opened: int = 0
    released: int = 0
    vacant: list[str] = field(default_factory=list[str])
    disabled: dict[str, str] = field(default_factory=dict[str, str])


def roll_over(tools: Resources, *, progress: Callable[[int], None] = lambda _opened: None) -> Rolled:
    """Open every period that has begun and is not open yet, for everybody who owes it; release who has left.

    `progress` is told how many cases were opened so far.
    """
    rolled, now = Rolled(), tools.now()
    lines = tools.rulebook.quotas(now.date())
    rolled.disabled = {line.id: line.disabled for line in lines if not line.is_enabled}
    for quota_id, kind in tools.rulebook.quota_ids():
        for line, term, there_by in _begun(tools, quota_id, kind, now.date()):
            _open(tools, line, term, there_by, now, rolled, progress)
        _release(tools, quota_id, now, rolled)
    return rolled


def _begun(tools: Resources, quota_id: str, kind: PeriodKind, today: date) -> Iterator[tuple[Quota, Period, date]]:
    """Yield the terms to be opened since the mark, each with its line and the day by which a holder had to be there."""
    with tools.store.read() as reading:
        mark = installation.read_fact(reading, _mark(quota_id))
        since = obligation_holders.earliest_day(reading)
    if since is None:
        return
    begins = date.fromisoformat(mark) if mark else period_of(kind, since).first
    for period in periods(kind, begins, today):
        found = _term(tools, quota_id, period)
        if found is not None and found[0].opens_on(found[1]) <= today and _is_owed(*found, since):
            yield *found, max(found[1].first, since)


def _term(tools: Resources, quota_id: str, period: Period) -> tuple[Quota, Period] | None:
    """Return a line and its term in a period: as it stands on the first day of the term, None where there is none."""
    for day in (period.first, period.last):
        try:
            term = tools.rulebook.quota(quota_id, day).term(day)
            line = tools.rulebook.quota(quota_id, term.first)
        except ClauseUnknown:
            continue
        return line, line.term(term.first)
    return None


def _is_owed(line: Quota, term: Period, since: date) -> bool:
    """Tell whether a term lies in the time of the county; one that had begun before only where that counts."""
    if line.after:
        return line.opens_on(term) > since
    return term.last >= since if line.running else term.first >= since


def _open(
    tools: Resources, line: Quota, period: Period, there_by: date, now: DateTime, rolled: Rolled,
    progress: Callable[[int], None],
) -> None:  # fmt: skip
    if not line.is_enabled:
        return
    county = tools.installation.county_id
    with tools.store.read() as reading:
        there = obligation.opened(reading, county, line.id, period.first)
        owing = obligation_holders.owing(reading, county, line, period, now, there_by=there_by)
        rolled.vacant = sorted({*rolled.vacant, *obligation_holders.vacant(reading, county, line)})
    wanted = [one for one in owing if one.holder not in there]
    for several in _in_batches(wanted):
        rolled.opened += tools.store.write(
            lambda writing, batch=several: _open_some(tools, writing, line, period, batch)
        )
        progress(rolled.opened)
    begun = period_of(line.period, period.first).first
    tools.store.write(lambda writing: installation.write_fact(writing, _mark(line.id), begun.isoformat()))


def _open_some(tools: Resources, writing: Writing, line: Quota, period: Period, batch: Sequence[Owing]) -> int:
    """Open some cases in one transaction; whoever was opened for by another run meanwhile is left out."""
    county, now = tools.installation.county_id, tools.now()
    there = obligation.opened(writing, county, line.id, period.first)
    fresh = [one for one in batch if one.holder not in there]
    for one in fresh:
        said = {
            "quota": line.id,
            "holder": one.holder,
            "first": period.first,
            "last": period.last,
            "least": str(one.share.least),
            "clause": one.share.clause_id,
        }
        if one.seat:
            said |= {"role": one.share.role.value, "seat": one.seat}
        key = f"{ObligationAct.OPEN}:{line.id}:{one.holder}:{period.first}"
        deed = Deed(ObligationAct.OPEN, clock(county), key, said)
        tools.ledger.open_case_in(writing, _PROCESS, one.place, deed, now)
    return len(fresh)


def _release(tools: Resources, quota_id: str, now: DateTime, rolled: Rolled) -> None:
    """Release whoever holds none of a quota's posts any more, or was merged into another. Law: obl-release 解除."""
    county = tools.installation.county_id
    with tools.store.read() as reading:
        still = obligation.still_open(reading, county, quota_id)
        line = tools.rulebook.quota(quota_id, date.fromisoformat(still[-1][2])) if still else None
        holders = obligation_holders.holders_now(reading, county, line, now) if line else frozenset[str]()
    for number, holder, _ in still:
        if holder not in holders:
            why = _why(line)
            key = f"{ObligationAct.RELEASE}:{number}"
            tools.ledger.record(number, Deed(ObligationAct.RELEASE, clock(county), key, {"why": why}), now)
            rolled.released += 1


def _why(line: Quota | None) -> str:
    if line is None or line.per is Per.PERSON:
        return LEFT
    if line.per is Per.ORGANISATION:
        return MERGED
    return REGRADED if any(share.colour for share in line.shares) else LEFT


def _in_batches(wanted: list[Owing]) -> Iterator[list[Owing]]:
    return (wanted[begin : begin + _AT_ONCE] for begin in range(0, len(wanted), _AT_ONCE))


def _mark(quota_id: str) -> str:
    return f"rolled:{quota_id}"
