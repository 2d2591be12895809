"""The day of a drill 演练当天: the code at the door, signing in, the board with its injects; made for a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.drill_board import board_of
from console.errors import NotThere, status_of
from console.pages.cases import attempt, facts_of
from console.session import fresh_token
from documents.qr_code import draw_qr
from models.receipt import Deed
from rules.drill import DRILL, DrillAct
from rules.errors import ActRefused

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit
    from models.dossier import Dossier
    from rules.drill import Facts
    from rules.errors import SafetyError

_DURING = (DrillAct.START, DrillAct.INJECT, DrillAct.SKIP, DrillAct.RESPOND, DrillAct.FINISH, DrillAct.TURN_REAL)


def drill_of(visit: Visit, number: str) -> Dossier:
    """Return a drill that this person may see. Raises `NotThere` in the same words for everything else."""
    dossier = visit.dossier(number)
    if dossier.header.process is not DRILL:
        raise NotThere
    return dossier


# --- the code at the door ------------------------------------------------------------------------


def show_code(visit: Visit, number: str) -> Response:
    """Show the code that leads whoever scans it to their own sign-in, to be printed or put on a screen."""
    dossier = drill_of(visit, number)
    address = f"{visit.desk.settings.address}/drills/{number}/sign-in"
    board = board_of(visit, dossier.header, facts_of(visit, dossier.header))
    return visit.page(
        "drill-code.html",
        dossier=dossier,
        board=board,
        address=address,
        code=draw_qr(address),
        is_local=not visit.desk.settings.public_address,
    )


def show_sign_in(visit: Visit, number: str) -> Response:
    """Show one button to whoever is expected, and to all others in the same words that they are not on the list."""
    return _sign_in_page(visit, number, trouble=None)


def sign_in(visit: Visit, number: str) -> Response:
    """Record that the person who is signed in here is there; nobody does so for others."""
    try:
        drill_of(visit, number)
        deed = _deed(visit, DrillAct.SIGN_IN, person=visit.actor.person_id)
        visit.desk.ledger.record(number, deed, visit.now)
    except NotThere:
        return _sign_in_page(visit, number, trouble=None)
    except ActRefused as trouble:
        return _sign_in_page(visit, number, trouble=trouble)
    return visit.go(f"/drills/{number}/sign-in")


def _sign_in_page(visit: Visit, number: str, *, trouble: SafetyError | None) -> Response:
    try:
        dossier = drill_of(visit, number)
    except NotThere:
        return visit.page("drill-sign-in.html", status=404, facts=None, number=number, trouble=None)
    facts: Facts = facts_of(visit, dossier.header)
    person = visit.actor.person_id
    return visit.page(
        "drill-sign-in.html",
        status=200 if trouble is None else status_of(trouble),
        dossier=dossier,
        number=number,
        facts=facts if facts.scheme is not None and person in facts.scheme.people else None,
        since=facts.present.get(person),
        is_absent=person in facts.absent,
        may_sign_in=DRILL.may_do(facts, DrillAct.SIGN_IN, attempt(visit, dossier.header, DrillAct.SIGN_IN)),
        key=fresh_token(),
        trouble=trouble,
    )


# --- the board -----------------------------------------------------------------------------------


def show_board(visit: Visit, number: str) -> Response:
    """Show the drill as it goes: the next inject with its one button, who must still answer, who is there."""
    return _board(visit, number, trouble=None)


def release(visit: Visit, number: str) -> Response:
    """Release the inject that the button named; one that is out already, or not its turn, is refused by the rules."""
    return _during(visit, number, DrillAct.INJECT, about=visit.sent("about"))


def respond(visit: Visit, number: str) -> Response:
    """Record who did what about an inject; the minutes are counted from its release."""
    values = {key: visit.sent(key) for key in ("about", "by", "measure")}
    return _during(visit, number, DrillAct.RESPOND, **values)


def _during(visit: Visit, number: str, kind: DrillAct, **values: str) -> Response:
    drill_of(visit, number)
    try:
        receipt = visit.desk.ledger.record(number, _deed(visit, kind, **values), visit.now)
    except ActRefused as trouble:
        return _board(visit, number, trouble=trouble)
    return visit.go(f"/drills/{number}/board", done=receipt.seq)


def _board(visit: Visit, number: str, *, trouble: SafetyError | None) -> Response:
    dossier = drill_of(visit, number)
    facts: Facts = facts_of(visit, dossier.header)
    may = {kind.value for kind in _DURING if DRILL.may_do(facts, kind, attempt(visit, dossier.header, kind))}
    return visit.page(
        "drill-board.html",
        status=200 if trouble is None else status_of(trouble),
        dossier=dossier,
        board=board_of(visit, dossier.header, facts),
        may=may,
        key=fresh_token(),
        trouble=trouble,
    )


def _deed(visit: Visit, kind: DrillAct, **values: str) -> Deed:
    """Return what was tapped; no version is asked for, because many act at once while a drill runs."""
    key = visit.sent("key")[:80] or visit.sealed("no key", str(visit.now))
    return Deed(kind, visit.actor, key, {name: value for name, value in values.items() if value.strip()})
