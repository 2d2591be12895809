"""Urging 催办: whoever answers for the work asks for it in three taps; a ready sentence, on record, told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console import forms
from console.errors import NotThere
from console.pages.cases import attempt, facts_of
from console.subjects import duty_by_key
from models.receipt import Deed
from models.urges import urged
from rules.agenda import URGE
from rules.errors import ContentInvalid, NotYourTurn, TimeInvalid
from rules.urging import FORM, is_urgent_for_others

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit
    from models.dossier import Dossier
    from rules.errors import SafetyError


def show(visit: Visit, number: str, trouble: SafetyError | None = None) -> Response:
    """Show what is owed and the ready sentences, the fitting one chosen; say why it cannot be urged otherwise."""
    dossier = visit.dossier(number)
    about = visit.sent("about") or visit.asked("about")
    facts = facts_of(visit, dossier.header)
    duty = facts.live.get(about)
    if duty is None or not is_urgent_for_others(duty):
        raise NotYourTurn("这项应办已经结束，或者不能由他人催办。请打开事项查看当前应办。")
    is_late = duty.late_from is not None and visit.now >= duty.late_from
    with visit.desk.store.read() as reading:
        before = [each for each in urged(reading, dossier.header.id) if each.duty == about]
    return visit.page(
        "urge.html",
        status=200 if trouble is None else 422,
        dossier=dossier,
        duty=duty,
        label=duty_by_key(visit, dossier.header.process, about),
        clause=visit.clause(duty.clause_id),
        before=before,
        sheet=forms.ask(
            visit,
            FORM,
            version=dossier.header.version,
            choices={},
            preset={"about": about, "sentence": "late" if is_late else "due"},
            trouble=trouble,
        ),
    )


def send(visit: Visit, number: str) -> Response:
    """Put the urging on record and show the case; with an error, show the form again with what was typed."""
    dossier = visit.dossier(number)
    _refuse(visit, dossier)
    try:
        deed = Deed(
            kind=URGE,
            actor=visit.actor,
            key=visit.sent("key")[:80] or visit.sealed("no key", number),
            values=forms.values_of(visit, FORM),
        )
        receipt = visit.desk.ledger.record(number, deed, visit.now)
    except (ContentInvalid, TimeInvalid, NotYourTurn) as trouble:
        return show(visit, number, trouble)
    return visit.go(f"/cases/{number}", done=receipt.seq)


def _refuse(visit: Visit, dossier: Dossier) -> None:
    """Let nobody urge where nothing of the case is theirs to urge, and a guest nothing at all."""
    header = dossier.header
    if not visit.actor.scope.covers(header.place):
        raise NotThere
    facts = facts_of(visit, header)
    if not header.process.may_do(facts, URGE, attempt(visit, header, URGE)):
        raise NotYourTurn("本事项没有可以催办的应办。请打开事项查看。")
