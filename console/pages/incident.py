"""Accident pages 事故: the flash report, and what the acts of an accident need on a page beyond their forms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from console import forms, photos
from console.choosing import choose_unit, unit_of
from console.errors import status_of
from console.forms import Choice
from console.pages.cases import facts_of
from console.shelves import INCIDENTS
from console.subjects import hop_words, subject_of
from models import listing
from models.receipt import Deed
from rules.actor import UNIT_ROLES
from rules.errors import ContentInvalid, KeyReused, OutsideScope, TimeInvalid
from rules.incident import INCIDENT, IncidentAct
from rules.incident.acts import CLAIMS, PERSONS, Claim, Origin
from rules.incident.chain import HOLDERS
from rules.incident.facts import Status
from rules.incident.law import law_of
from rules.incident.parties import Sector

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from console.forms import Asked
    from console.visit import Visit
    from models.dossier import Dossier
    from models.units import UnitChoice
    from rules.actor import Actor
    from rules.errors import SafetyError

# Official acts are read once more in plain words before they are done: what ends or moves clocks, what hands the case
# away, what a government decides. The last ones are signed with the password. A report and its sending never wait.
OFFICIAL = frozenset(
    {
        IncidentAct.END_RESCUE, IncidentAct.CORRECT, IncidentAct.FINDING, IncidentAct.MERGE, IncidentAct.TRANSFER,
        IncidentAct.HAND_UP, IncidentAct.TEAM, IncidentAct.DECIDE_EXTENSION, IncidentAct.SUBMIT, IncidentAct.APPROVE,
        IncidentAct.DECIDE_VOID,
    }
)  # fmt: skip
HINTS: Mapping[tuple[str, str], str] = {
    (IncidentAct.SEND, "document_no"): "已确认收到的，与收到时间、照片至少有一项",
    (IncidentAct.DECIDE_EXTENSION, "ends_on"): "同意的必须填写",
}
_MOMENTS = ("occurred_at", "head_informed_at", "received_at", "acknowledged_at", "known_at", "to")
LOOKS: Mapping[str, str] = {
    **dict.fromkeys(_MOMENTS, "moment"), **dict.fromkeys((*PERSONS, "loss_wan"), "figure"), "place": "line",
    "origin": "radio", "receiver": "line", "number": "suggest",
}  # fmt: skip
_FORM = INCIDENT.forms[IncidentAct.REPORT]
_FIRST = ("place", "kind", "sector", "origin", "in_county")
_FIGURES = ("deaths", "missing", "serious", "loss_wan")
_INSTANTS = ("occurred_at", "head_informed_at", "received_at")
_DETAILS = ("unit_profile", "scene", "course", "measures")
_NOW = "_now"
_SENT_BEFORE = "这份快报已经登记过，这次的改动没有写入。请打开下面在办的事故续报，或者用「更正时间」。"
_MOST_OTHERS = 30
_SECTORS = (("非煤", Sector.MINE), ("煤矿", Sector.COAL), ("矿", Sector.MINE))


# --- the flash report ----------------------------------------------------------------------------


def show_report(visit: Visit) -> Response:
    """Show the form of the flash report for a unit; without one, units to choose from."""
    unit = unit_of(visit, visit.asked("unit"))
    if unit is None:
        return choose_unit(visit, INCIDENTS)
    return _form(visit, unit, trouble=None, sealed=())


def report(visit: Visit) -> Response:
    """Open a case; with an error, show the form again with everything that was typed and sent."""
    unit = unit_of(visit, visit.sent("unit"))
    if unit is None:
        raise OutsideScope(clause="inc-content")
    sealed: tuple[str, ...] = ()
    try:
        sealed = photos.take(visit)
        receipt = visit.desk.ledger.open_case(INCIDENT.name, unit.code, _deed(visit, sealed), visit.now)
    except (ContentInvalid, TimeInvalid) as trouble:
        return _form(visit, unit, trouble=trouble, sealed=sealed)
    except KeyReused:
        return _form(visit, unit, trouble=KeyReused(_SENT_BEFORE), sealed=sealed)
    assert visit.principal is not None, "the route requires a session"
    if visit.principal.must_change and not visit.is_demonstration:
        return visit.go("/password", reported=receipt.number)
    return visit.go(f"/cases/{receipt.number}", done=receipt.seq)


def _deed(visit: Visit, sealed: tuple[str, ...]) -> Deed:
    values = forms.values_of(visit, _FORM, without=_not_asked(visit.actor))
    for key in _INSTANTS:
        if key not in values and visit.sent(key + _NOW) == "yes":
            values[key] = visit.now.format("YYYY-MM-DD HH:mm")
    if visit.actor.role in UNIT_ROLES:
        values["origin"] = Origin.UNIT.value
    return Deed(
        kind=IncidentAct.REPORT,
        actor=visit.actor,
        key=visit.sent("key")[:80] or visit.sealed("no key"),
        values=values,
        happened_at=forms.happened_at(visit),
        evidence=sealed,
    )


def _not_asked(actor: Actor) -> frozenset[str]:
    """Return the fields that this person is not asked: a unit's own people are the source themselves."""
    return frozenset({"origin"}) if actor.role in UNIT_ROLES else frozenset()


def _form(visit: Visit, unit: UnitChoice, *, trouble: SafetyError | None, sealed: tuple[str, ...]) -> Response:
    sheet = forms.ask(
        visit,
        _FORM,
        version=0,
        without=_not_asked(visit.actor),
        preset={"place": unit.address, "in_county": "yes", "sector": _sector_of(unit)},
        trouble=trouble,
        kept=photos.carried(visit, sealed),
        photos=len(sealed),
    )
    fields = {entry.key: _dressed(entry) for entry in sheet.fields}
    with visit.desk.store.read() as reading:
        open_here = listing.Search(status=Status.OPEN.value, words=unit.name)
        known = listing.cases(reading, visit.actor.scope, INCIDENT.name, open_here, most=_MOST_OTHERS)
    return visit.page(
        "flash-report.html",
        status=200 if trouble is None else status_of(trouble),
        sheet=sheet,
        unit=unit,
        unit_is_fixed=visit.actor.role in UNIT_ROLES,
        known=[item for item in known if item.unit == unit.name],
        first=_of(fields, _FIRST),
        figures=_of(fields, _FIGURES),
        more_figures=_of(fields, tuple(key for key in PERSONS if key not in _FIGURES)),
        instants=[(entry, visit.sent(entry.key + _NOW) == "yes") for entry in _of(fields, _INSTANTS)],
        details=_of(fields, _DETAILS),
    )


def _of(fields: Mapping[str, Asked], keys: tuple[str, ...]) -> list[Asked]:
    return [fields[key] for key in keys if key in fields]


def _dressed(entry: Asked) -> Asked:
    return replace(entry, look=LOOKS.get(entry.key, entry.look))


def _sector_of(unit: UnitChoice) -> str:
    """Return the sector whose reporting the unit's own sector calls for."""
    return next((sector.value for word, sector in _SECTORS if word in unit.sector), Sector.OTHER.value)


# --- what acts need on a page --------------------------------------------------------------------


def left_out(kind: str, actor: Actor) -> frozenset[str]:
    """Return the fields of an act that this person cannot fill lawfully: none."""
    del kind, actor
    return frozenset()


def choices_for(visit: Visit, dossier: Dossier, kind: str) -> dict[str, list[Choice]]:
    """Return what can be chosen where the form alone cannot know it: reports to send, other cases, present times."""
    match kind:
        case IncidentAct.SEND:
            return {"about": _sendings(visit, dossier)}
        case IncidentAct.CORRECT:
            return {"what": _claims(visit, dossier)}
        case IncidentAct.LINK | IncidentAct.MERGE:
            return {"number": _others(visit, dossier)}
        case _:
            return {}


def _sendings(visit: Visit, dossier: Dossier) -> list[Choice]:
    """Return the reports that may be recorded as sent: those owed with their ends, then those of superior levels."""
    facts, say, until = facts_of(visit, dossier.header), visit.language.say, visit.language.until
    owed = [duty for duty in dossier.open_duties if duty.act == IncidentAct.SEND and duty.about is not None]
    choices = [
        Choice(
            str(duty.about),
            subject_of(visit, INCIDENT, IncidentAct.SEND, duty.about)
            + (say("，期限 {at}", at=until(duty.due_legal)) if duty.due_legal else ""),
            say("由{holder}报送", holder=say(duty.holder.label)),
        )
        for duty in owed
        if visit.actor.role not in UNIT_ROLES or duty.holder in UNIT_ROLES
    ]
    if visit.actor.role in UNIT_ROLES:
        return choices
    hops = {hop.id: hop for hop in law_of(visit.desk.rulebook).hops}
    superior = [
        record.hop_id for record in facts.current_hops if record.sent_at is None and record.started_by not in HOLDERS
    ]
    group = say("上级环节，作为信息登记")
    return [*choices, *(Choice(hop_id, hop_words(visit, hops[hop_id]), group) for hop_id in superior)]


def _claims(visit: Visit, dossier: Dossier) -> list[Choice]:
    """Return the times that can be corrected, each as it stands."""
    claims, say = facts_of(visit, dossier.header).claims, visit.language.say
    return [
        Choice(
            claim.value,
            say("{what}（现为 {at}）", what=say(CLAIMS[claim]), at=visit.language.moment(claims[claim]))
            if claim in claims
            else say("{what}（现为未知）", what=say(CLAIMS[claim])),
        )
        for claim in Claim
    ]


def _others(visit: Visit, dossier: Dossier) -> list[Choice]:
    """Return the other accidents within the scope, the newest first, to pick from; one beyond it can be typed."""
    with visit.desk.store.read() as reading:
        found = listing.cases(reading, visit.actor.scope, INCIDENT.name, listing.Search(), most=_MOST_OTHERS)
    return [
        Choice(item.number, f"{item.number} {item.unit} {item.description}")
        for item in found
        if item.number != dossier.header.number
    ]
