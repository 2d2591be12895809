"""Recurring duties 周期应办: who owes what this month, what was done, under which paragraph; entering a visit by phone.

What is somebody's own is shown to themselves and their liaison alone until its period has ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from console.forms import Choice
from console.pages.cases import attempt, facts_of
from console.placard import place_at, token_of
from models import obligation, obligation_holders, registers
from models.case_state import find_by_number
from models.obligation_tasks import tasks_from
from models.staff import Staff, bodies
from models.units import unit_names
from rules.actor import Role
from rules.obligation import OBLIGATION, ObligationAct, Outcome
from rules.obligation.acts import FULFILLING
from rules.obligation.registers import heading
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

OFFICIAL = frozenset({ObligationAct.RELEASE, ObligationAct.SIGN_FORM})
HINTS: Mapping[tuple[str, str], str] = {}
LOOKS: Mapping[str, str] = {}
_ENTERING = (*sorted(FULFILLING), ObligationAct.REFER, ObligationAct.EXPLAIN, ObligationAct.ABSENCE)
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


@dataclass(frozen=True, slots=True)
class Group:
    """What everybody else owes under one line in one period."""

    line: Quota
    rows: tuple[Row, ...]

    @property
    def done(self) -> int:
        """Return how many have done it."""
        return sum(row.standing.outcome == Outcome.DONE for row in self.rows)

    @property
    def missed(self) -> int:
        """Return how many have not done it in time and still owe it or have explained it."""
        return sum(row.standing.breached and row.standing.outcome != Outcome.DONE for row in self.rows)


def show(visit: Visit) -> Response:
    """Show what was and is owed in the month that is asked for, by default the present one."""
    day = _day(visit)
    county, rulebook = visit.desk.installation.county_id, visit.desk.rulebook
    with visit.desk.store.read() as reading:
        found = obligation.standing_on(reading, visit.actor.scope, day)
        staff = Staff.read(reading, county)
        names = {body.id: body.name for body in bodies(reading, county)} | unit_names(reading, county)
        lines = [line for line in rulebook.quotas(day) if line.is_enabled]
        sees_vacant = visit.actor.role in _SEE_VACANT
        vacant = sorted({n for line in lines for n in obligation_holders.vacant(reading, county, line)})
    today = visit.now.date()
    seen = [standing for standing in found if not standing.is_private_to(visit.actor, today, _line(visit, standing))]
    rows = [_row(visit, one, staff, names) for one in seen]
    month = period_of(PeriodKind.MONTH, day)
    return visit.page(
        "obligations.html",
        process=OBLIGATION,
        mine=[row for row in rows if row.is_mine],
        groups=_groups([row for row in rows if not row.is_mine]),
        hidden=len(found) - len(seen),
        vacant=vacant if sees_vacant else [],
        disabled=[line for line in rulebook.quotas(day) if not line.is_enabled],
        month=month,
        earlier=period_of(PeriodKind.MONTH, date.fromordinal(month.first.toordinal() - 1)).code,
        later=period_of(PeriodKind.MONTH, date.fromordinal(month.last.toordinal() + 1)).code,
        acts_for_nobody=visit.actor.role is Role.LIAISON and visit.actor.acting_for is None,
    )


def visits_of(visit: Visit) -> list[tuple[str, str]]:
    """Return the visits that this person may enter now, their own or those of whom they act for: number and title."""
    if visit.actor.role not in OBLIGATION.may[ObligationAct.VISIT]:
        return []
    with visit.desk.store.read() as reading:
        found = obligation.standing_on(reading, visit.actor.scope, visit.now.date())
    return [
        (standing.number, _line(visit, standing).title)
        for standing in found
        if ObligationAct.VISIT in _offered(visit, standing)
    ]


def presets_for(visit: Visit, dossier: Dossier, kind: str) -> dict[str, str]:
    """Return what a visit that begins at a placard says already: today, and the unit or the point where one stands."""
    del dossier
    if kind != ObligationAct.VISIT:
        return {}
    place = place_at(visit, token_of(visit.asked("unit")), visit.asked("at")) if visit.asked("unit") else None
    where = " ".join(filter(None, (place.unit.name, place.words))) if place else ""
    return {"day": visit.now.date().isoformat(), "place": where}


def left_out(kind: str, actor: Actor) -> frozenset[str]:
    """Return the fields of an act that the ledger itself fills in: none."""
    del kind, actor
    return frozenset()


def choices_for(visit: Visit, dossier: Dossier, kind: str) -> dict[str, list[Choice]]:
    """Return what can be chosen where the form alone cannot know it: people, and the entry that is to be handed on.

    The tasks that the case has assigned stand in the form already.
    """
    county = visit.desk.installation.county_id
    if kind == ObligationAct.REASSIGN:
        with visit.desk.store.read() as reading:
            everybody = [Choice(member.id, member.name) for member in Staff.read(reading, county).everybody()]
        return {"leader": everybody, "person": everybody}
    if kind == ObligationAct.SIGN_FORM:
        with visit.desk.store.read() as reading:
            form = obligation.form_of(reading, dossier.header, recorded_by=visit.now, rulebook=visit.desk.rulebook)
        return {"checked": [Choice(form.mark, f"{form.text}（{form.mark}）")]}
    if kind == ObligationAct.REGISTER:
        with visit.desk.store.read() as reading:
            entries = registers.begun(reading, dossier.header, visit.desk.rulebook)
        return {"entries": [Choice(entries, entries)]} if entries else {}
    if kind not in {ObligationAct.REFER, ObligationAct.ADOPT}:
        return {}
    with visit.desk.store.read() as reading:
        numbers = "\n".join(task.number for task in tasks_from(reading, county, dossier.header.number))
    if kind == ObligationAct.ADOPT:
        return {"tasks": [Choice(numbers, numbers)]} if numbers else {}
    facts = facts_of(visit, dossier.header)
    owed = {str(duty.about) for duty in dossier.open_duties if duty.act == kind}
    entries = [entry for entry in facts.entries if str(entry.seq) in owed]
    about = [Choice(str(entry.seq), visit.language.day(entry.day)) for entry in entries]
    return {"about": about} | ({"tasks": [Choice(numbers, numbers)]} if numbers else {})


def line_of(visit: Visit, dossier: Dossier) -> Quota | None:
    """Return the recurring duty that a case is about, None for a task and for every other process."""
    if dossier.header.process is not OBLIGATION:
        return None
    with visit.desk.store.read() as reading:
        county = visit.desk.installation.county_id
        return obligation.line_of(reading, county, dossier.header.number, visit.desk.rulebook)


def columns_of(line: Quota | None, kind: str) -> str:
    """Return what each entry of the line's register must say, in order; empty for every other act."""
    if kind != ObligationAct.REGISTER or line is None or line.register is None:
        return ""
    return heading(line.register)


def _groups(rows: list[Row]) -> list[Group]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row.line.id, row.standing.period), []).append(row)
    return [Group(several[0].line, tuple(several)) for several in found.values()]


def _row(visit: Visit, standing: Standing, staff: Staff, names: Mapping[str, str]) -> Row:
    first = date.fromisoformat(standing.first)
    return Row(
        standing=standing,
        holder=staff.name(standing.holder) if standing.is_own else names.get(standing.holder, standing.holder),
        line=_line(visit, standing),
        clause=visit.desk.rulebook.clause(standing.clause_id, first),
        is_mine=_is_mine(visit, standing),
        offered=_offered(visit, standing),
    )


def _line(visit: Visit, standing: Standing) -> Quota:
    return visit.desk.rulebook.quota(standing.quota, date.fromisoformat(standing.first))


def _is_mine(visit: Visit, standing: Standing) -> bool:
    """Tell whether it is the reader's own, or their organisation's or unit's."""
    if standing.is_own or standing.holder in visit.actor.persons:
        return standing.holder in visit.actor.persons
    at_home = visit.actor.home in {standing.holder, standing.organisation_id}
    return at_home or (visit.actor.role is Role.COMMITTEE_OFFICE and standing.is_of_county)


def _offered(visit: Visit, standing: Standing) -> tuple[str, ...]:
    if not _is_mine(visit, standing):
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
