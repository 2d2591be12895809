"""Opening a case 开立事项 about a unit or an organisation: who it may be about, the form, the door to the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from console import forms
from models.receipt import Deed
from models.staff import bodies
from models.units import only_unit
from rules.actor import TOWN_ROLES, UNIT_ROLES, Reach
from rules.errors import ContentInvalid, OutsideScope, SeparationOfDuties, TimeInvalid, WrongPost

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from console.forms import Choice, Sheet
    from console.shelves import Shelf
    from console.visit import Visit
    from rules.errors import SafetyError


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


def show(visit: Visit, shelf: Shelf, trouble: SafetyError | None = None, *, offer: Offer = _NOTHING) -> Response:
    """Show the form by which a case of the shelf is opened, with everything that was typed."""
    form = shelf.process.forms[shelf.process.opening_act]
    return visit.page(
        "new-case.html",
        status=200 if trouble is None else 422,
        sheet=_dressed(
            forms.ask(visit, form, version=0, choices=offer.choices, preset=offer.presets, trouble=trouble), offer
        ),
        shelf=shelf,
        whose=whose(visit, offer.only),
        chosen=visit.sent("whose"),
    )


def _dressed(sheet: Sheet, offer: Offer) -> Sheet:
    fields = tuple(replace(entry, look=offer.looks.get(entry.key, entry.look)) for entry in sheet.fields)
    return replace(sheet, fields=fields)


def open_case(visit: Visit, shelf: Shelf, *, offer: Offer = _NOTHING) -> Response:
    """Open a case; with an error, show the form again. Raises `OutsideScope` for somebody who may not be chosen."""
    process = shelf.process
    chosen = visit.sent("whose")
    if chosen not in {each.code for each in whose(visit, offer.only)}:
        raise OutsideScope
    try:
        deed = Deed(
            kind=process.opening_act,
            actor=visit.actor,
            key=visit.sent("key")[:80] or visit.sealed("no key"),
            values=forms.values_of(visit, process.forms[process.opening_act]),
            happened_at=forms.happened_at(visit),
        )
        receipt = visit.desk.ledger.open_case(process.name, chosen, deed, visit.now)
    except (ContentInvalid, SeparationOfDuties, TimeInvalid, WrongPost) as trouble:
        return show(visit, shelf, trouble, offer=offer)
    return visit.go(f"/cases/{receipt.number}", done=receipt.seq)
