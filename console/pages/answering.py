"""Answering 回复收到: one tap on 「收到」, and what can be chosen where a telephone call is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.errors import NotThere
from console.forms import Choice
from console.history import told_about, wording
from console.subjects import duty_by_key, subject_of
from models import answers
from models.receipt import Deed
from models.roster import RosterReader
from rules.agenda import ACKNOWLEDGE
from rules.errors import ActRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from console.visit import Visit
    from models.dossier import Dossier
    from models.listing import TodoItem
    from rules.agenda import Duty

_LONGEST_KEY = 80
#: How the boxes are named that are ticked to answer several notices together.
TICKED = "told:"


def acknowledge(visit: Visit, number: str) -> Response:
    """Record 「收到」 for the notice that the button stood beside; whoever acted meanwhile is no obstacle."""
    visit.dossier(number)
    deed = Deed(
        kind=ACKNOWLEDGE,
        actor=visit.actor,
        key=visit.sent("key")[:_LONGEST_KEY] or visit.sealed("no key", number, visit.sent("about")),
        values={"about": visit.sent("about")},
    )
    receipt = visit.desk.ledger.record(number, deed, visit.now)
    return visit.go(f"/cases/{number}", done=receipt.seq)


def acknowledge_together(visit: Visit) -> Response:
    """Record 「收到」 for every notice that was ticked, each as its own act; what others ended first is left out."""
    answered = left_out = 0
    for name, value in visit.fields.items():
        if not name.startswith(TICKED):
            continue
        number, _, about = value.partition(" ")
        key = visit.sealed("together", visit.sent("key")[:_LONGEST_KEY], number, about)
        try:
            visit.dossier(number)
            visit.desk.ledger.record(number, Deed(ACKNOWLEDGE, visit.actor, key, values={"about": about}), visit.now)
        except (ActRefused, NotThere):
            left_out += 1
        else:
            answered += 1
    return visit.go("/", answered=answered, left_out=left_out)


def mine(visit: Visit, dossier: Dossier, live: Mapping[str, Duty]) -> frozenset[str]:
    """Return the keys of the duties to acknowledge that this person may answer now."""
    with visit.desk.store.read() as reading:
        roster = RosterReader().read(reading, visit.now)
        found = answers.answerable(reading, roster, dossier.header, live, visit.actor)
    return frozenset(duty.key for duty in found)


def left_to_me(visit: Visit, items: list[TodoItem]) -> list[TodoItem]:
    """Return the to-do list without what this person has acknowledged and only others are still to."""
    if not any(item.act == ACKNOWLEDGE for item in items):
        return items
    with visit.desk.store.read() as reading:
        done = answers.acknowledged_by(reading, visit.actor.acting_for or visit.actor.person_id)
    return [item for item in items if (item.number, item.key) not in done]


def about_item(visit: Visit, item: TodoItem) -> str:
    """Return in words what a duty on the to-do list is about: a notice by what it asked for or told."""
    process = item.process
    if item.act != ACKNOWLEDGE:
        return subject_of(visit, process, item.act, item.about)
    asked = duty_by_key(visit, process, item.about or "")
    return asked or wording(visit, kind=process.name, name=item.about or "", number=item.number, act="")


def choices(visit: Visit, dossier: Dossier, live: Mapping[str, Duty]) -> dict[str, list[Choice]]:
    """Return the notices that wait for an answer, and whom a call about each could reach, with their numbers."""
    awaited = [duty for duty in live.values() if duty.act == ACKNOWLEDGE]
    labels = {duty.key: told_about(visit, dossier, duty.about) for duty in awaited}
    people: dict[str, Choice] = {}
    with visit.desk.store.read() as reading:
        roster = RosterReader().read(reading, visit.now)
        for duty in awaited:
            for role, person in answers.reachable(reading, roster, dossier.header, duty):
                name, phone = answers.name_and_number(reading, person)
                label = f"{name} {phone}".strip()
                people.setdefault(person, Choice(person, label, visit.language.say(role.label)))
    return {
        "about": [Choice(duty.key, _label(visit, duty, labels[duty.key])) for duty in awaited],
        "whom": list(people.values()),
    }


def _label(visit: Visit, duty: Duty, about: str) -> str:
    return f"{about} · {visit.language.say(duty.holder.label)}"
