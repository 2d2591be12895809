"""Hazard pages 隐患: reporting one, and what its acts need on a page beyond their forms."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from console import forms, photos
from console.choosing import choose_unit, unit_of
from console.forms import Choice
from console.history import labels_of, steps_of
from console.phrases import phrases_for
from console.placard import place_at, points_within, token_of
from console.shelves import HAZARDS
from models.last_report import last_report
from models.receipt import Deed
from rules.actor import OFFICERS, UNIT_ROLES
from rules.errors import ContentInvalid, OutsideScope, TimeInvalid
from rules.hazard import HAZARD, HazardAct
from rules.orders import OrderStep, drafted_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from console.forms import Sheet
    from console.visit import Visit
    from models.dossier import Dossier
    from models.units import UnitChoice
    from rules.actor import Actor
    from rules.criteria import Criterion
    from rules.errors import SafetyError

# Official acts are read once more in plain words before they are done.
OFFICIAL = frozenset(
    {
        HazardAct.SIGN_OFF, HazardAct.DELIST, HazardAct.STOP_WORK, HazardAct.DECIDE_VOID, HazardAct.CONFIRM_ORDER,
        HazardAct.SIGN_ORDER, HazardAct.SERVE_ORDER, HazardAct.WITHDRAW_ORDER,
    }
)  # fmt: skip
ABOUT_AN_ORDER = frozenset(HazardAct(step) for step in OrderStep) | {HazardAct.HOLD_TALK}
HINTS: Mapping[tuple[str, str], str] = {
    **{(kind, "note"): "不合格、不同意或者退回的必须填写" for kind in HAZARD.forms},
    (HazardAct.NOTE, "note"): "",
    (HazardAct.PROGRESS, "note"): "",
    (HazardAct.APPLY_RESUME, "note"): "",
    (HazardAct.RECHECK, "ends_on"): "不合格的必须填写",
    (HazardAct.REVIEW, "ends_on"): "不合格的必须填写",
    (HazardAct.LOOK_BACK, "ends_on"): "已反弹的必须填写",
    (HazardAct.LOOK_BACK, "note"): "已反弹的必须填写",
    (HazardAct.DECIDE_EXTENSION, "ends_on"): "同意的必须填写",
    (HazardAct.SERVE_ORDER, "note"): "公告送达的必须记明原因和经过",
}
LOOKS: Mapping[str, str] = {}
_FORM = HAZARD.forms[HazardAct.REPORT]
_CHEMICAL = ("危险化学品", "化工")
_ONLY_WHEN_IMPORTED = frozenset({"origin", "closed_on", "found_by"})
_ONLY_FOR_UNITS = frozenset({"own_grade", "fixed", "measure"})
_JOINED = re.compile("[和、]")


# --- reporting -----------------------------------------------------------------------------------


def show_report(visit: Visit) -> Response:
    """Show the form for a unit; without one, units to choose from, those lately reported on first."""
    unit = unit_of(visit, visit.asked("unit"))
    if unit is None:
        return choose_unit(visit, HAZARDS)
    return _form(visit, unit, trouble=None, sealed=())


def report(visit: Visit) -> Response:
    """Open a case; with an error, show the form again with everything that was typed and sent."""
    unit = unit_of(visit, visit.sent("unit"))
    if unit is None:
        raise OutsideScope(clause="haz-separation")
    sealed: tuple[str, ...] = ()
    _fill_by_phrase(visit, unit)
    try:
        sealed = photos.take(visit)
        receipt = visit.desk.ledger.open_case(HAZARD.name, unit.code, _deed(visit, unit, sealed), visit.now)
    except (ContentInvalid, TimeInvalid) as trouble:
        return _form(visit, unit, trouble=trouble, sealed=sealed)
    return visit.go(f"/cases/{receipt.number}", done=receipt.seq)


def _deed(visit: Visit, unit: UnitChoice, sealed: tuple[str, ...]) -> Deed:
    return Deed(
        kind=HazardAct.REPORT,
        actor=visit.actor,
        key=visit.sent("key")[:80] or visit.sealed("no key"),
        values=forms.values_of(visit, _FORM, without=_not_asked(visit.actor, unit)),
        happened_at=forms.happened_at(visit),
        evidence=sealed,
    )


def _fill_by_phrase(visit: Visit, unit: UnitChoice) -> None:
    """Let a phrase that was tapped say what nobody typed; a browser with scripts has done so already."""
    chosen = visit.sent("phrase")
    phrase = next((each for each in phrases_for(unit.sector) if each.text == chosen), None)
    if phrase is None:
        return
    filled = dict(visit.fields)
    if not visit.sent("description").strip():
        filled["description"] = phrase.text
        # A category that stood there from the last time was not chosen for this one.
        if visit.sent("category") in {"", visit.sent("was_category")}:
            filled["category"] = phrase.category
    visit.fields = filled


def _form(visit: Visit, unit: UnitChoice, *, trouble: SafetyError | None, sealed: tuple[str, ...]) -> Response:
    at = visit.sent("at") or visit.asked("at")
    place = place_at(visit, token_of(unit.code), at)
    with visit.desk.store.read() as reading:
        last = last_report(reading, visit.actor, kind=HAZARD.name, code=unit.code)
    here = place.words if place else ""
    sheet = forms.ask(
        visit,
        _FORM,
        version=0,
        without=_not_asked(visit.actor, unit),
        preset={"place": here or last.place, "category": last.category},
        trouble=trouble,
        kept=photos.carried(visit, sealed),
        photos=len(sealed),
    )
    return visit.page(
        "report.html",
        status=200 if trouble is None else 422,
        sheet=_eased(sheet, points_within(visit, unit.code), is_remembered=not here and bool(last.place)),
        unit=unit,
        unit_is_fixed=visit.actor.role in UNIT_ROLES,
        phrases=phrases_for(unit.sector),
        at=at if here else "",
        was_category=visit.sent("was_category") or last.category,
    )


def _eased(sheet: Sheet, points: list[str], *, is_remembered: bool) -> Sheet:
    """Return the form made for thumbs: phrases may fill what must be said, places are suggested, grades are tapped."""
    hint = "按您上次在这家单位的上报填入，请核对" if is_remembered and not sheet.trouble else ""
    suggested = {"look": "suggest", "choices": tuple(Choice(point, "") for point in points)} if points else {}
    eased: dict[str, dict[str, Any]] = {
        "description": {"may_wait": True},
        "category": {"may_wait": True},
        "own_grade": {"look": "radio", "required": True},
        "place": {"hint": hint, **suggested},
    }
    return replace(sheet, fields=tuple(replace(entry, **eased.get(entry.key, {})) for entry in sheet.fields))


def _not_asked(actor: Actor, unit: UnitChoice) -> frozenset[str]:
    """Return the fields that this person is not asked for this unit."""
    left_out = _ONLY_WHEN_IMPORTED
    if actor.role not in UNIT_ROLES:
        left_out |= _ONLY_FOR_UNITS
    if not any(word in unit.sector for word in _CHEMICAL):
        left_out |= {"system"}
    return left_out


# --- what acts need on a page --------------------------------------------------------------------


def left_out(kind: str, actor: Actor) -> frozenset[str]:
    """Return the fields of an act that this person cannot fill lawfully."""
    if kind in {HazardAct.GRADE, HazardAct.REGRADE} and actor.role not in OFFICERS:
        return frozenset({"unsafe"})
    return frozenset()


def choices_for(visit: Visit, dossier: Dossier, kind: str) -> dict[str, list[Choice]]:
    """Return what can be chosen where the form alone cannot know it: criteria in force, and what is owed."""
    if kind in {HazardAct.GRADE, HazardAct.REGRADE}:
        return {"criterion": _criteria(visit, dossier.unit.sector)}
    owed = [duty for duty in dossier.open_duties if duty.act == kind and duty.about is not None]
    if kind in ABOUT_AN_ORDER:
        return {"about": [Choice(key, label) for key, label in _orders(visit, dossier, kind).items()]}
    if kind == HazardAct.DECIDE:
        labels = {duty.key: duty.label for duty in dossier.duties}
        return {"about": [Choice(str(duty.about), _breach(visit, labels, str(duty.about))) for duty in owed]}
    if kind in {HazardAct.OPEN_REVIEW, HazardAct.PUBLISH}:
        known = next(entry.choices for entry in HAZARD.forms[kind].fields if entry.key == "about")
        return {"about": [Choice(str(duty.about), known.get(str(duty.about), str(duty.about))) for duty in owed]}
    return {}


def _orders(visit: Visit, dossier: Dossier, kind: str) -> dict[str, str]:
    """Return the orders that wait for a step, by key; each of those under way may still be withdrawn."""
    labels = labels_of(visit, dossier)
    is_step = {kind} if kind != HazardAct.WITHDRAW_ORDER else set(OrderStep)
    waiting = [str(duty.about) for duty in dossier.open_duties if duty.act in is_step]
    return {key: labels.get(key, key) for key in waiting}


def drafts_for(visit: Visit, dossier: Dossier, kind: str) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Return the orders that an act may be about, each with what its draft says, to be read before it is answered."""
    if kind not in ABOUT_AN_ORDER:
        return []
    steps = {step.act.seq: step for step in steps_of(visit, dossier)}
    return [(label, steps[drafted_in(key)].values) for key, label in _orders(visit, dossier, kind).items()]


def _breach(visit: Visit, labels: Mapping[str, str], key: str) -> str:
    return visit.language.say("逾期未办的「{act}」", act=visit.language.say(labels.get(key, key)))


def _criteria(visit: Visit, sector: str) -> list[Choice]:
    """Return the criteria in force today by sector and edition, those of the unit's own sector first."""
    in_force = visit.desk.rulebook.criteria(visit.now.date())
    ordered = sorted(in_force, key=lambda criterion: _distance(criterion.sector, sector))
    return [Choice(entry.code, _criterion_label(visit, entry), _edition(visit, entry)) for entry in ordered]


def _distance(sector: str, wanted: str) -> int:
    """Return how far a sector is from the unit's: the same, the same but for what stands in brackets, another."""
    if sector == wanted:
        return 0
    return 1 if _plain(wanted) in _JOINED.split(_plain(sector)) else 2


def _plain(sector: str) -> str:
    return sector.split("（", maxsplit=1)[0]


def _criterion_label(visit: Visit, criterion: Criterion) -> str:
    item = criterion.item or visit.language.say("整部标准")
    return f"{item} {criterion.summary}"


def _edition(visit: Visit, criterion: Criterion) -> str:
    say, since, until = visit.language.say, criterion.in_force_from, criterion.in_force_until
    validity = say("{since} 至 {until} 有效", since=since, until=until) if until else say("{since} 起施行", since=since)
    known = f"{criterion.number}，{criterion.edition}，{validity}"
    return f"{criterion.sector} · 《{criterion.standard}》（{known}）"
