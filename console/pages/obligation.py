"""Recurring duties 周期应办: who owes what this month, what was done, under which paragraph; entering a visit by phone.

What is somebody's own is shown to themselves and their liaison alone until its period has ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from console.forms import Choice
from console.pages.cases import attempt, facts_of
from models import obligation, obligation_holders
from models.case_state import find_by_number
from models.staff import Staff, bodies
from rules.actor import Role
from rules.obligation import MAY, OBLIGATION, ObligationAct
from rules.periods import PeriodKind, period_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from console.visit import Visit
    from models.dossier import Dossier
    from models.obligation import Standing
    from rules.actor import Actor
    from rules.clause import Clause
    from rules.quotas import Quota

OFFICIAL = frozenset({ObligationAct.RELEASE})
SIGNED: frozenset[str] = frozenset()
HINTS: Mapping[tuple[str, str], str] = {}
LOOKS: Mapping[str, str] = {}
_ENTERING = (ObligationAct.VISIT, ObligationAct.REFER, ObligationAct.EXPLAIN, ObligationAct.ABSENCE)
_SEE_VACANT = frozenset({Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER, Role.BUREAU_HEAD, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Row:
    """One holder's quota of a period as the page shows it; `offered` are the acts that the reader may do now."""

    standing: Standing
    holder: str
    line: Quota
    clause: Clause | None
    is_mine: bool
    offered: tuple[str, ...]


def show(visit: Visit) -> Response:
    """Show what was and is owed in the month that is asked for, by default the present one."""
    day = _day(visit)
    county, rulebook = visit.desk.installation.county_id, visit.desk.rulebook
    with visit.desk.store.read() as reading:
        found = obligation.standing_on(reading, visit.actor.scope, day)
        staff = Staff.read(reading, county)
        names = {body.id: body.name for body in bodies(reading, county)}
        lines = [line for line in rulebook.quotas(day) if line.is_enabled]
        sees_vacant = visit.actor.role in _SEE_VACANT
        vacant = sorted({n for line in lines for n in obligation_holders.vacant(reading, county, line)})
    seen = [standing for standing in found if not standing.is_private_to(visit.actor, visit.now.date())]
    month = period_of(PeriodKind.MONTH, day)
    return visit.page(
        "obligations.html",
        process=OBLIGATION,
        rows=sorted((_row(visit, one, staff, names) for one in seen), key=lambda row: not row.is_mine),
        hidden=len(found) - len(seen),
        vacant=vacant if sees_vacant else [],
        disabled=[line for line in rulebook.quotas(day) if not line.is_enabled],
        month=month,
        earlier=period_of(PeriodKind.MONTH, date.fromordinal(month.first.toordinal() - 1)).code,
        later=period_of(PeriodKind.MONTH, date.fromordinal(month.last.toordinal() + 1)).code,
        acts_for_nobody=visit.actor.role is Role.LIAISON and visit.actor.acting_for is None,
    )


def left_out(kind: str, actor: Actor) -> frozenset[str]:
    """Return the fields of an act that the ledger itself fills in: none."""
    del kind, actor
    return frozenset()


def choices_for(visit: Visit, dossier: Dossier, kind: str) -> dict[str, list[Choice]]:
    """Return what can be chosen where the form alone cannot know it: the visit whose problems are to be handed on."""
    if kind != ObligationAct.REFER:
        return {}
    facts = facts_of(visit, dossier.header)
    owed = {str(duty.about) for duty in dossier.open_duties if duty.act == kind}
    entries = [entry for entry in facts.entries if str(entry.seq) in owed]
    return {"about": [Choice(str(entry.seq), visit.language.day(entry.day)) for entry in entries]}


def _row(visit: Visit, standing: Standing, staff: Staff, names: Mapping[str, str]) -> Row:
    first = date.fromisoformat(standing.first)
    line = visit.desk.rulebook.quota(standing.quota, first)
    is_own = standing.is_own
    return Row(
        standing=standing,
        holder=staff.name(standing.holder) if is_own else names.get(standing.holder, ""),
        line=line,
        clause=visit.desk.rulebook.clause(standing.clause_id, first),
        is_mine=standing.holder in visit.actor.persons,
        offered=_offered(visit, standing) if visit.actor.role in MAY[ObligationAct.VISIT] else (),
    )


def _offered(visit: Visit, standing: Standing) -> tuple[str, ...]:
    if standing.holder not in visit.actor.persons:
        return ()
    with visit.desk.store.read() as reading:
        header = find_by_number(reading, visit.desk.installation.county_id, standing.number)
    assert header is not None, "the list names cases that there are"
    facts = facts_of(visit, header)
    return tuple(kind for kind in _ENTERING if OBLIGATION.may_do(facts, kind, attempt(visit, header, kind)))


def _day(visit: Visit) -> date:
    """Return the first day of the month that is asked for, today for none and for nonsense."""
    try:
        return date.fromisoformat(f"{visit.asked('month')}-01")
    except ValueError:
        return visit.now.date()
