"""Opening a case 开立事项 about a unit or an organisation: who it may be about, the form, the door to the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from console import forms, photos
from console.shelves import MATTER_SHELVES
from models.receipt import Deed
from models.staff import bodies
from models.units import find_units, only_unit, unit_within
from rules.actor import TOWN_ROLES, UNIT_ROLES, Reach
from rules.errors import ContentInvalid, OutsideScope, SeparationOfDuties, TimeInvalid, WrongPost

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from console.forms import Choice, Sheet
    from console.shelves import Shelf
    from console.visit import Visit
    from rules.errors import SafetyError
    from rules.process import Process


_MOST_UNITS = 50


@dataclass(frozen=True, slots=True)
class Whose:
    """Whom a case may be about."""

    code: str
    name: str


def whose(visit: Visit, only: str = "") -> list[Whose]:
    """Return whom this person may open cases about: their own unit or organisation; county-wide posts all of them.

    `only` narrows it to one organisation.
    """
    actor = visit.actor
    with visit.desk.store.read() as reading:
        if actor.role in UNIT_ROLES:
            unit = only_unit(reading, actor)
            return [] if unit is None else [Whose(unit.code, unit.name)]
        found = bodies(reading, visit.desk.installation.county_id)
    is_county_wide = actor.scope.reach is Reach.SUBTREE and actor.role not in TOWN_ROLES
    return [
        Whose(body.code, body.name)
        for body in found
        if (body.id == only if only else is_county_wide or body.id == actor.home)
    ]


def meant(visit: Visit, shelf: Shelf, written: str) -> Whose | None:
    """Return whom a code or a name means, None for nobody whom this person may open a case about.

    A process about units alone takes a unit within the scope; every other one also the bodies that `whose` offers.
    """
    bodies_too = not _is_about_units(shelf)
    body = next((each for each in whose(visit) if written == each.code), None) if bodies_too else None
    if body is not None or shelf.process.about_organisation:
        return body
    with visit.desk.store.read() as reading:
        unit = unit_within(reading, visit.actor.scope, written)
        matching = [unit] if unit else [each for each in find_units(reading, visit.actor, written, most=2) if written]
    return Whose(matching[0].code, matching[0].name) if len(matching) == 1 else None


def units_to_suggest(visit: Visit, shelf: Shelf) -> list[Whose]:
    """Return units to pick from as one types, and the bodies too where a case may be about either; none otherwise."""
    if shelf not in MATTER_SHELVES or shelf.process.about_organisation:
        return []
    with visit.desk.store.read() as reading:
        units = find_units(reading, visit.actor, "", most=_MOST_UNITS)
    return [*(() if _is_about_units(shelf) else whose(visit)), *(Whose(unit.code, unit.name) for unit in units)]


def _is_about_units(shelf: Shelf) -> bool:
    return not shelf.process.about_organisation and not shelf.process.about_either


@dataclass(frozen=True, slots=True)
class Offer:
    """What the opening form offers beside its fields: `choices` by field, and by which look a field is filled.

    `presets` are what a field says at first. `only` is the organisation to which the case must belong, where it may be
    no other.
    """

    choices: Mapping[str, list[Choice]]
    looks: Mapping[str, str]
    presets: Mapping[str, str] = field(default_factory=dict[str, str])
    only: str = ""


_NOTHING = Offer({}, {})


def openings(visit: Visit, shelf: Shelf) -> list[tuple[str, str]]:
    """Return the acts by which this person may open a case of the shelf, with their names, in order."""
    process = shelf.process
    return [(kind, form.label) for kind, form in process.forms.items() if _may_open(visit, process, kind)]


def _may_open(visit: Visit, process: Process, kind: str) -> bool:
    return kind in process.openings and visit.actor.role in process.may[kind]


def show(
    visit: Visit,
    shelf: Shelf,
    trouble: SafetyError | None = None,
    *,
    offer: Offer = _NOTHING,
    act: str = "",
    sealed: tuple[str, ...] = (),
) -> Response:
    """Show the form by which a case of the shelf is opened, with everything that was typed.

    `act` is the one of several opening acts that is meant, by default the process's first.
    """
    form = shelf.process.forms[act or shelf.process.opening_act]
    sheet = forms.ask(
        visit, form, version=0, choices=offer.choices, preset=offer.presets, trouble=trouble,
        kept=photos.carried(visit, sealed), photos=len(sealed),
    )  # fmt: skip
    return visit.page(
        "new-case.html",
        status=200 if trouble is None else 422,
        sheet=_dressed(sheet, offer),
        shelf=shelf,
        openings=openings(visit, shelf),
        whose=whose(visit, offer.only),
        suggested=units_to_suggest(visit, shelf),
        chosen=visit.sent("whose") or visit.asked("whose"),
    )


def _one_of(offered: list[Whose], code: str) -> Whose | None:
    return next((each for each in offered if each.code == code), None)


def _dressed(sheet: Sheet, offer: Offer) -> Sheet:
    fields = tuple(replace(entry, look=offer.looks.get(entry.key, entry.look)) for entry in sheet.fields)
    return replace(sheet, fields=fields)


def open_case(visit: Visit, shelf: Shelf, *, offer: Offer = _NOTHING, act: str = "") -> Response:
    """Open a case; with an error, show the form again. Raises `OutsideScope` for somebody who may not be chosen."""
    process = shelf.process
    form = process.forms[act or process.opening_act]
    sealed: tuple[str, ...] = ()
    is_matter = shelf in MATTER_SHELVES
    written = visit.sent("whose")
    chosen = meant(visit, shelf, written) if is_matter else _one_of(whose(visit, offer.only), written)
    if chosen is None:
        raise OutsideScope
    try:
        sealed = photos.take(visit) if form.photo else ()
        deed = Deed(
            kind=form.act,
            actor=visit.actor,
            key=visit.sent("key")[:80] or visit.sealed("no key"),
            values=forms.values_of(visit, form),
            happened_at=forms.happened_at(visit),
            evidence=sealed,
        )
        receipt = visit.desk.ledger.open_case(process.name, chosen.code, deed, visit.now)
    except (ContentInvalid, SeparationOfDuties, TimeInvalid, WrongPost) as trouble:
        return show(visit, shelf, trouble, offer=offer, act=form.act, sealed=sealed)
    return visit.go(f"/cases/{receipt.number}", done=receipt.seq)
