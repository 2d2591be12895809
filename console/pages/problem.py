"""Registering problems 登记问题: what a meeting or visit found becomes hazards, the numbers written back at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.errors import NotThere
from console.pages.cases import attempt, facts_of
from console.problems import found_in
from models.found_problems import Entered, Problem, register_found
from models.obligation_tasks import tasks_from
from models.units import unit_within
from rules.errors import OutsideScope
from rules.obligation import OBLIGATION, ObligationAct

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.problems import FoundView
    from console.visit import Visit


def register(visit: Visit, number: str) -> Response:
    """Register what was ticked as hazards and hand it on; the rest is dealt with as it is said.

    Raises `NotThere` where nothing waits to be handed on, `OutsideScope` for a unit out of reach.
    """
    dossier = visit.dossier(number)
    if dossier.header.process is not OBLIGATION:
        raise NotThere
    facts = facts_of(visit, dossier.header)
    may = OBLIGATION.may_do(facts, ObligationAct.REFER, attempt(visit, dossier.header, ObligationAct.REFER))
    views = found_in(visit, dossier, facts, frozenset({ObligationAct.REFER}) if may else frozenset())
    view = next((view for view in views if view.about == visit.sent("about") and view.may_register), None)
    if view is None:
        raise NotThere
    with visit.desk.store.read() as reading:
        tasks = [task.number for task in tasks_from(reading, visit.desk.installation.county_id, number)]
    handled = visit.sent("handled").strip()
    receipts = register_found(
        visit.desk.ledger,
        Entered(number, view.about, view.act.happened_at),
        _ticked(visit, view),
        ({"tasks": tasks} if tasks else {}) | ({"handled": handled} if handled else {}),
        (visit.actor, visit.sent("key")[:60] or visit.sealed("no key", view.about)),
        visit.now,
    )
    return visit.go(f"/cases/{number}", done=receipts[-1].seq)


def _ticked(visit: Visit, view: FoundView) -> list[Problem]:
    ticked = [(at, line) for at, line in enumerate(view.lines) if visit.sent(f"line-{at}")]
    return [Problem(_unit(visit, at), _report(visit, view, at, line), view.evidence) for at, line in ticked]


def _unit(visit: Visit, at: int) -> str:
    code = visit.sent(f"unit-{at}").strip()
    with visit.desk.store.read() as reading:
        if unit_within(reading, visit.actor.scope, code) is None:
            raise OutsideScope(clause="haz-separation")
    return code


def _report(visit: Visit, view: FoundView, at: int, line: str) -> dict[str, str]:
    said = {"description": line, "place": view.place or line, "category": visit.sent(f"category-{at}") or view.category}
    return said | ({"own_grade": visit.sent(f"own_grade-{at}")} if view.asks_grade else {})
