"""When a drill turns real 转为实战: one button opens the accident and stops the drill, each with the other's number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from console import forms
from console.drill_board import board_of
from console.errors import status_of
from console.pages.cases import attempt, facts_of
from console.pages.drill_day import drill_of
from models.drill_real import turn_real
from models.receipt import Deed
from models.units import find_units, unit_within
from rules.actor import UNIT_ROLES
from rules.drill import FORMS, DrillAct
from rules.errors import ActRefused, ContentInvalid, NotYourTurn
from rules.incident import INCIDENT, IncidentAct
from rules.incident.acts import Origin
from rules.incident.parties import AccidentKind, Sector

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit
    from models.dossier import Dossier
    from models.store import Reading
    from models.units import UnitChoice
    from rules.actor import Actor
    from rules.errors import SafetyError

_FORM = INCIDENT.forms[IncidentAct.REPORT]
_ASKED = frozenset({"place", "in_county", "kind", "sector", "origin"})
_LINES = {"place": "line", "origin": "radio"}


def show(visit: Visit, number: str) -> Response:
    """Show what little a first report needs; all of it is filled in already but what has happened."""
    return _page(visit, drill_of(visit, number), trouble=None)


def stop(visit: Visit, number: str) -> Response:
    """Open the accident and stop the drill at once, or take the number of one that somebody has opened already."""
    dossier = drill_of(visit, number)
    try:
        opened = _stop(visit, dossier)
    except ActRefused as trouble:
        return _page(visit, dossier, trouble=trouble)
    return visit.go(f"/cases/{opened}", done=1)


def _stop(visit: Visit, dossier: Dossier) -> str:
    number, reason = dossier.header.number, visit.sent("reason")
    if not reason.strip():
        raise ContentInvalid("「转为实战」缺少「情况」。请用一句话写明发生了什么。", clause="drill-real")
    key = visit.sent("key")[:80] or visit.sealed("no key", number)
    known = visit.sent("number").strip()
    if known:
        deed = Deed(DrillAct.TURN_REAL, visit.actor, f"{key}:drill", {"number": known, "reason": reason})
        visit.desk.ledger.record(number, deed, visit.now)
        return known
    report = Deed(
        kind=IncidentAct.REPORT,
        actor=visit.actor,
        key=key,
        values={**forms.values_of(visit, _FORM, without=_left_out(visit.actor)), **_known_of(visit.actor)},
        happened_at=forms.happened_at(visit),
    )
    unit = _unit(visit, dossier)
    if unit is None:
        raise ContentInvalid(
            "「出事单位」没有填写，或者不在您的管辖范围内。请从列表中选择；单位没有登记的，选所在乡镇的「未登记的单位和个人」。",
            clause="drill-real",
        )
    accident, _ = turn_real(visit.desk.ledger, number, unit.code, report, reason, visit.now)
    return accident.number


def _known_of(actor: Actor) -> dict[str, str]:
    return {"origin": Origin.UNIT.value} if actor.role in UNIT_ROLES else {}


def _left_out(actor: Actor) -> frozenset[str]:
    fields = frozenset(entry.key for entry in _FORM.fields)
    return fields - _ASKED | (frozenset({"origin"}) if actor.role in UNIT_ROLES else frozenset[str]())


def _unit(visit: Visit, dossier: Dossier) -> UnitChoice | None:
    """Return the unit where it happened: that of the drill, or the one that was chosen."""
    code = dossier.unit.code if dossier.header.place.unit_id else visit.sent("unit").strip()
    with visit.desk.store.read() as reading:
        return unit_within(reading, visit.actor.scope, code)


def _suggested(reading: Reading, actor: Actor) -> list[UnitChoice]:
    """Return units to choose from, those reported on lately first, then the seats of the unregistered."""
    return [*find_units(reading, actor, ""), *find_units(reading, actor, "unregistered")]


def _page(visit: Visit, dossier: Dossier, *, trouble: SafetyError | None) -> Response:
    facts = facts_of(visit, dossier.header)
    act = attempt(visit, dossier.header, DrillAct.TURN_REAL)
    if trouble is None and not dossier.header.process.may_do(facts, act.kind, act):
        trouble = NotYourTurn(
            "这次演练还没有批准，或者已经结束，不能转为实战。发生事故的，请立即用「事故快报」报告。",
            clause="drill-real",
        )
    board = board_of(visit, dossier.header, facts)
    sheet = forms.ask(
        visit,
        _FORM,
        version=0,
        without=_left_out(visit.actor),
        preset={
            "place": board.scheme.hall, "in_county": "yes", "kind": AccidentKind.OTHER.value,
            "sector": Sector.OTHER.value, "origin": Origin.SCENE.value,
        },
        trouble=trouble,
    )  # fmt: skip
    with visit.desk.store.read() as reading:
        units = [] if dossier.header.place.unit_id else _suggested(reading, visit.actor)
    return visit.page(
        "drill-real.html",
        status=200 if trouble is None else status_of(trouble),
        dossier=dossier,
        board=board,
        sheet=replace(sheet, fields=tuple(replace(e, look=_LINES.get(e.key, e.look)) for e in sheet.fields)),
        units=units,
        chosen=visit.sent("unit"),
        reason=visit.sent("reason"),
        known=visit.sent("number"),
        reason_label=next(entry.label for entry in FORMS[DrillAct.TURN_REAL].fields if entry.key == "reason"),
        trouble=trouble,
    )
