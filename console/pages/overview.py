"""The board 看板: three figures with what has changed, the five worst cases, where what is late lies; nobody ranked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.subjects import duty_by_key
from documents.figure_picture import draw_bars, draw_months
from models.answers import name_and_number
from models.board import MEASURES, board, measured, trend
from models.case_state import find_by_number
from models.roster import RosterReader
from models.supervision import worst
from models.urges import urged
from rules.actor import Role
from rules.urging import URGERS

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit
    from models.board import Share
    from models.roster import Roster
    from models.store import Reading
    from models.supervision import Late
    from models.urges import Urged
    from rules.clause import Clause

PATH = "/overview"
_WORST = 5
_NO_MONTH = 5


@dataclass(frozen=True, slots=True)
class Worst:
    """One of the worst cases: what is late, who is answerable by name, under which clause, and when it was urged."""

    late: Late
    label: str
    people: tuple[str, ...]
    clause: Clause | None
    urged: Urged | None


def show(visit: Visit) -> Response:
    """Show the board within the scope of the post."""
    with visit.desk.store.read() as reading:
        found = board(reading, visit.actor, visit.now)
        months = trend(reading, visit.actor.scope, visit.now)
        listed = measured(reading, visit.actor.scope)
        roster = RosterReader().read(reading, visit.now)
        cases = [_worst(visit, reading, roster, one) for one in worst(reading, visit.actor, visit.now, most=_WORST)]
    say = visit.language.say
    return visit.page(
        "overview.html",
        found=found,
        months=months,
        measures=[(name, MEASURES[name], number) for name, number in listed.items()],
        cases=cases,
        may_urge=visit.actor.role in URGERS,
        sectors=_drawn(visit, "by-sector", say("各行业：超期事项／在办事项"), found.sectors),
        towns=_drawn(visit, "by-town", say("各乡镇：超期事项／在办事项"), found.towns),
        ended=draw_months(
            "by-month",
            say("每月办结的应办，其中逾期办结"),
            [(one.code[_NO_MONTH:], one.late, one.ended) for one in months],
        ),
    )


def _drawn(visit: Visit, name: str, title: str, shares: tuple[Share, ...]) -> str:
    rows = [(one.name or visit.language.say("县级和其他"), one.late, one.open) for one in shares]
    return draw_bars(name, title, rows)


def _worst(visit: Visit, reading: Reading, roster: Roster, late: Late) -> Worst:
    before = [each for each in urged(reading, late.case_id) if each.duty == late.key]
    names = (name_and_number(reading, person)[0] for person in _people(visit, reading, roster, late))
    return Worst(
        late=late,
        label=duty_by_key(visit, late.process, late.key) or visit.language.say(late.process.label_of(late.act)),
        people=tuple(name for name in names if name),
        clause=visit.clause(late.clause_id),
        urged=before[0] if before else None,
    )


def _people(visit: Visit, reading: Reading, roster: Roster, late: Late) -> tuple[str, ...]:
    """Return who is answerable now: whoever holds the post or stands in, or whom the case itself names."""
    if late.holder is not Role.NAMED:
        return roster.answering(late.holder, late.place)
    header = find_by_number(reading, visit.desk.installation.county_id, late.number)
    return tuple(sorted(late.process.named_in(visit.desk.facts.of(reading, header)))) if header else ()
