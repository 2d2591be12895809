"""What follows from each act on the watch: when X has happened, Y must do Z within T. Pure.

Read it beside `permit.py`, which says what may be done at all, and
`flows/duty_watch.py`, which tells the same in order.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.docket import Docket
from rules.duty_watch import checks, rosters, turns
from rules.duty_watch.acts import WatchAct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.act import Act
    from rules.agenda import Changes
    from rules.duty_watch.facts import Facts
    from rules.rulebook import Rulebook

CORRECTABLE = frozenset(
    {WatchAct.CHECK_IN, WatchAct.HAND_OVER, WatchAct.TAKE_OVER, WatchAct.ROLL_CALL, WatchAct.ZERO_REPORT, WatchAct.LOG}
)


def advance(facts: Facts, act: Act, rulebook: Rulebook) -> tuple[Facts, Changes]:
    """Return the facts after a permitted act, and what the act made of the agenda."""
    docket = Docket(act, rulebook, dict(facts.live))
    kind = WatchAct(act.kind)
    after = _CONSEQUENCES[kind](facts, docket)
    latest = act.happened_at if facts.latest_at is None else max(facts.latest_at, act.happened_at)
    entries = after.entries | {act.seq} if kind in CORRECTABLE else after.entries
    after = replace(after, last_seq=act.seq, latest_at=latest, live=MappingProxyType(docket.live), entries=entries)
    return after, docket.changes


_CONSEQUENCES: Mapping[WatchAct, Callable[[Facts, Docket], Facts]] = {
    WatchAct.PUBLISH: rosters.published,
    WatchAct.AMEND: rosters.amended,
    WatchAct.SWAP: rosters.swap_asked,
    WatchAct.AGREE_SWAP: rosters.swap_answered,
    WatchAct.SUBSTITUTE: rosters.substituted,
    WatchAct.LEAVE: rosters.left,
    WatchAct.RETURN: rosters.returned,
    WatchAct.CHECK_IN: turns.checked_in,
    WatchAct.HAND_OVER: turns.handed_over,
    WatchAct.TAKE_OVER: turns.taken_over,
    WatchAct.ZERO_REPORT: turns.reported,
    WatchAct.LAPSE: turns.lapsed,
    WatchAct.ROLL_CALL: checks.called,
    WatchAct.LOG: checks.written,
    WatchAct.CORRECT: checks.written,
    WatchAct.EXPLAIN: checks.explained,
    WatchAct.ARCHIVE: checks.archived,
    WatchAct.RUNG: checks.rung_reached,
}
