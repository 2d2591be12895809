"""Assigning a task 布置任务: to whom, led by whom, until when, and which meeting or list decided on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console import forms
from console.forms import Choice
from console.opening import whose
from models.receipt import Deed
from models.staff import Staff
from rules.actor import OWN
from rules.errors import ContentInvalid, OutsideScope, TimeInvalid, WrongPost
from rules.obligation import MAY, OBLIGATION, ObligationAct

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit
    from rules.errors import SafetyError

ASSIGNERS = MAY[ObligationAct.ASSIGN]
_FORM = OBLIGATION.forms[ObligationAct.ASSIGN]


def show_new(visit: Visit, trouble: SafetyError | None = None) -> Response:
    """Show the form by which a task is assigned, with everything that was typed."""
    with visit.desk.store.read() as reading:
        staff = Staff.read(reading, visit.desk.installation.county_id)
    everybody = [Choice(member.id, member.name) for member in staff.everybody()]
    return visit.page(
        "new-task.html",
        status=200 if trouble is None else 422,
        sheet=forms.ask(
            visit,
            _FORM,
            version=0,
            choices={"leader": everybody, "person": everybody},
            preset={"source": visit.asked("source")[:40]},
            trouble=trouble,
        ),
        whose=whose(visit),
        chosen=visit.sent("whose"),
    )


def assign(visit: Visit) -> Response:
    """Assign a task; with an error, show the form again. Raises `OutsideScope` for somebody who may not be chosen."""
    chosen = visit.sent("whose")
    if chosen not in {each.code for each in whose(visit)}:
        raise OutsideScope
    try:
        deed = Deed(
            kind=ObligationAct.ASSIGN,
            actor=visit.actor,
            key=visit.sent("key")[:80] or visit.sealed("no key"),
            values=forms.values_of(visit, _FORM),
            happened_at=forms.happened_at(visit),
        )
        receipt = visit.desk.ledger.open_case(OBLIGATION.name, f"{chosen}{OWN}", deed, visit.now)
    except (ContentInvalid, TimeInvalid, WrongPost) as trouble:
        return show_new(visit, trouble)
    return visit.go(f"/cases/{receipt.number}", done=receipt.seq)
