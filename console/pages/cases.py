"""Cases 事项: the list within one's scope, and one case with its whole history."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from console import history
from console.accident import panel_of
from console.drill_board import board_of
from console.drill_lines import lines_of_case
from console.menu import RUN_READERS
from console.pages import answering
from console.paging import last_page, page_asked
from console.problems import found_in
from console.programme_board import board_of as programme_board
from console.session import fresh_token
from console.tasks import tasks_of
from console.towns import towns_of
from models import listing
from models.obligation import line_of
from models.urges import urged
from rules.act import Act
from rules.actor import READERS, Role
from rules.answering import PHONED
from rules.drill import DRILL
from rules.incident import INCIDENT
from rules.matter import MATTERS
from rules.obligation import OBLIGATION
from rules.programme import PROGRAMME
from rules.urging import URGERS, is_urgent_for_others

if TYPE_CHECKING:
    from typing import Any

    from starlette.responses import Response

    from console.history import StepView
    from console.shelves import Shelf
    from console.visit import Visit
    from models.case_state import CaseHeader
    from models.dossier import Dossier
    from models.store import Reading
    from models.urges import Urged
    from rules.actor import Scope
    from rules.process import Process
    from rules.quotas import Quota

_ON_A_PAGE = 25
_LONGEST_SEARCH = 60
# What the clock does, and what a button of its own does.
_NOT_IN_THE_MENU = frozenset({"rung", "lapse", "acknowledge"})

# What is owed about several things at once: a button beside each.
_SHORTCUTS = frozenset({"send"}) | {act.id for matter in MATTERS.values() for act in matter.acts.values() if act.about}


def show_list(shelf: Shelf, visit: Visit) -> Response:
    """Show a page of the cases of a process within the scope, narrowed to what was asked for."""
    process = shelf.process
    with visit.desk.store.read() as reading:
        items, total, search = _listed(reading, visit.actor.scope, process, _search(visit, process))
    last = last_page(total, _ON_A_PAGE)
    return visit.page(
        "cases.html",
        items=items,
        total=total,
        search=search,
        last=last,
        page_address=partial(_address, shelf, search),
        process=process,
        shelf=shelf,
        subject_label=process.subject_label,
        may_open=shelf.may_report(visit.actor.role),
    )


def _listed(
    reading: Reading, scope: Scope, process: Process, search: listing.Search
) -> tuple[list[listing.CaseItem], int, listing.Search]:
    """Return a page, how many cases there are in all, and the search, on its last page where it went beyond."""
    items = listing.cases(reading, scope, process.name, search, most=_ON_A_PAGE)
    if search.page == 1 and len(items) < _ON_A_PAGE:
        return items, len(items), search
    total = listing.count_cases(reading, scope, process.name, search)
    within = replace(search, page=min(search.page, last_page(total, _ON_A_PAGE)))
    if within != search:
        items = listing.cases(reading, scope, process.name, within, most=_ON_A_PAGE)
    return items, total, within


def show(visit: Visit, number: str) -> Response:
    """Show a case: what is owed and why, what may be done now, and everything that happened."""
    dossier = visit.dossier(number)
    facts = facts_of(visit, dossier.header)
    done = visit.asked("done")
    return visit.page(
        "case.html",
        dossier=dossier,
        process=dossier.header.process,
        track=getattr(facts, "track", None),
        duties=history.duties_of(visit, dossier),
        panel=panel_of(visit, dossier, facts) if dossier.header.process is INCIDENT else None,
        board=board_of(visit, dossier.header, facts) if dossier.header.process is DRILL else None,
        programme=programme_board(visit, dossier, facts) if dossier.header.process is PROGRAMME else None,
        drills=lines_of_case(visit, dossier, facts),
        steps=(steps := history.steps_of(visit, dossier)),
        received=_received(dossier, steps),
        decided=tasks_of(visit, dossier),
        towns=towns_of(visit, dossier),
        line=_line_of(visit, dossier),
        menu=(menu := _menu(visit, dossier, facts)),
        found=found_in(visit, dossier, facts, frozenset(kind for part in menu for kind, _ in part)),
        shortcuts=_SHORTCUTS & {kind for kind, _ in menu[0]},
        answers=answering.mine(visit, dossier, facts.live),
        may_phone=PHONED in dossier.header.process.forms
        and dossier.header.process.may_do(facts, PHONED, attempt(visit, dossier.header, PHONED)),
        answer_key=fresh_token(),
        done=_done(dossier, done),
        is_identified=getattr(facts, "identified", False) and visit.actor.role not in READERS,
        sees_history=visit.actor.role in RUN_READERS,
        urgable=_urgable(visit, dossier, facts),
    )


def _urgable(visit: Visit, dossier: Dossier, facts: Any) -> dict[str, list[Urged]]:
    """Return the duties that this person may urge, by key, each with the urgings before."""
    header, role = dossier.header, visit.actor.role
    if role not in URGERS or not visit.actor.scope.covers(header.place):
        return {}
    keys = [duty.key for duty in facts.live.values() if duty.holder is not role and is_urgent_for_others(duty)]
    with visit.desk.store.read() as reading:
        found = urged(reading, header.id) if keys else []
    return {key: [each for each in found if each.duty == key] for key in keys}


def _received(dossier: Dossier, steps: list[StepView]) -> tuple[tuple[str, str], ...]:
    """Return what the county's act last said in this case of a town, without what the headline says; else nothing."""
    matter = MATTERS.get(dossier.header.process.name)
    found = (step for step in reversed(steps) if step.act.role is Role.ENGINE)
    said = next((step.values for step in found if matter and step.act.kind in matter.acts), ())
    return tuple(entry for entry in said if entry != dossier.subject)


def _line_of(visit: Visit, dossier: Dossier) -> Quota | None:
    """Return the recurring duty that a case is about, None where it is about none."""
    if dossier.header.process is not OBLIGATION:
        return None
    with visit.desk.store.read() as reading:
        return line_of(reading, visit.desk.installation.county_id, dossier.header.number, visit.desk.rulebook)


def facts_of(visit: Visit, header: CaseHeader) -> Any:
    """Return the facts of a case as they stand."""
    with visit.desk.store.read() as reading:
        return visit.desk.facts.of(reading, header)


def attempt(visit: Visit, header: CaseHeader, kind: str) -> Act:
    """Return the act as this person would do it now, without content: to ask the rules whether they may."""
    return Act(header.version + 1, kind, visit.actor, visit.now, visit.now, {})


def _menu(visit: Visit, dossier: Dossier, facts: Any) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the acts that this person may do now: those that are owed first, then the others."""
    header = dossier.header
    may = [
        (kind, form.label)
        for kind, form in header.process.forms.items()
        if kind not in _NOT_IN_THE_MENU
        and (kind in header.process.guest_acts or visit.actor.scope.covers(header.place))
        and header.process.may_do(facts, kind, attempt(visit, header, kind))
    ]
    owed = {duty.act for duty in dossier.open_duties}
    return [entry for entry in may if entry[0] in owed], [entry for entry in may if entry[0] not in owed]


def _done(dossier: Dossier, written: str) -> Any:
    """Return the act that was just recorded, when the address names one of the case's."""
    return next((act for act in dossier.acts if str(act.seq) == written), None)


def _search(visit: Visit, process: Process) -> listing.Search:
    status, grade = visit.asked("status"), visit.asked("grade")
    return listing.Search(
        status=status if status in process.labels["status"] else "",
        grade=grade if grade in process.labels["grade"] else "",
        overdue=visit.asked("overdue") == "1",
        words=visit.asked("words")[:_LONGEST_SEARCH],
        page=page_asked(visit.asked("page")),
    )


def _address(shelf: Shelf, search: listing.Search, page: int) -> str:
    asked = {
        "status": search.status,
        "grade": search.grade,
        "overdue": "1" if search.overdue else "",
        "words": search.words,
        "page": str(page),
    }
    return f"{shelf.path}?{urlencode({name: value for name, value in asked.items() if value})}"
