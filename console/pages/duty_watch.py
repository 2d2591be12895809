"""The duty watch 值班: who is on duty now and next, what is open and where the roster has gaps; publishing a roster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console import forms
from console.forms import Choice
from console.pages.cases import facts_of
from console.subjects import open_item
from models.clock import micros
from models.coverage import coverage
from models.duty_watch import open_items, open_rosters
from models.receipt import Deed
from models.staff import Staff, bodies
from models.watch import standing
from rules.actor import SUPERVISORS, Role
from rules.duty_watch import DUTY_WATCH, MAY, WatchAct
from rules.errors import ContentInvalid, TimeInvalid
from rules.form import FieldKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from console.visit import Visit
    from models.dossier import Dossier
    from models.staff import Body
    from models.watch import Standing
    from rules.actor import Actor
    from rules.errors import SafetyError
    from rules.watch import OnDuty, Shift

PUBLISHERS = MAY[WatchAct.PUBLISH]
OFFICIAL = frozenset({WatchAct.ARCHIVE})
HINTS: Mapping[tuple[str, str], str] = {(WatchAct.ZERO_REPORT, "note"): "有情况的必须填写"}
LOOKS: Mapping[str, str] = {}
_FORM = DUTY_WATCH.forms[WatchAct.PUBLISH]
_SHOWN_SHIFTS, _SHOWN_GAPS = 3, 10
_RANKS = {"正职": "head", "副职": "deputy"}
_BY_LEDGER = frozenset({"items"})
_SEE_GAPS = frozenset(
    {Role.BUREAU_OFFICER, Role.BUREAU_HEAD, Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER, Role.AUDITOR, Role.IT_ADMIN}
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a shift; the telephone is empty for those who may not see it."""

    name: str
    phone: str
    leads: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """One organisation's watch: who is there now, the next shifts, its roster's case and what that waits for."""

    name: str
    code: str
    number: str
    now: tuple[Person, ...]
    coming: tuple[tuple[Shift, tuple[Person, ...]], ...]
    reports: tuple[str, ...]


def show(visit: Visit) -> Response:
    """Show every watch within the scope; telephones for those who supervise, gaps for the county's own posts."""
    county = visit.desk.installation.county_id
    days = visit.desk.rulebook.number("watch_roster_longest_days", visit.now.date())
    with visit.desk.store.read() as reading:
        found = standing(reading, visit.now, visit.now.add(days=days))
        staff = Staff.read(reading, county)
        names = {body.id: body for body in bodies(reading, county)}
        rosters = open_rosters(reading, visit.actor.scope)
        items = open_items(reading, county, micros(visit.now)) if visit.actor.role in _SEE_GAPS else []
        seen = coverage(reading, visit.desk.rulebook, county, visit.now) if visit.actor.role in _SEE_GAPS else None
    desks = [
        _desk(visit, found, staff, names[roster.organisation_id], roster.number, roster.reports) for roster in rosters
    ]
    return visit.page(
        "duty_watch.html",
        desks=desks,
        items=[_item(visit, words) for words in items],
        gaps=seen.gaps[:_SHOWN_GAPS] if seen else (),
        more=max(len(seen.gaps) - _SHOWN_GAPS, 0) if seen else 0,
        sees_gaps=seen is not None,
        may_publish=visit.actor.role in PUBLISHERS,
    )


def _item(visit: Visit, words: str) -> tuple[str, str, str]:
    """Return number, act and subject of an open item as people read them; the ledger keeps their codes."""
    found = open_item(visit, words)
    assert found is not None, "the ledger has just written it"
    return found


def _desk(
    visit: Visit,
    found: Standing,
    staff: Staff,
    body: Body,
    number: str,
    reports: tuple[str, ...],
) -> Desk:
    watch = found.watches.get(body.id)
    there = watch.on_duty(visit.now, found.away) if watch else None
    coming = [shift for shift in (watch.shifts if watch else ()) if shift.starts_at > visit.now][:_SHOWN_SHIFTS]
    shows_phones = visit.actor.role in SUPERVISORS
    return Desk(
        body.name,
        body.code,
        number,
        _people(there, staff, shows_phones=shows_phones),
        tuple((s, _people(watch.on_duty(s.starts_at, found.away), staff, shows_phones=shows_phones)) for s in coming)
        if watch
        else (),
        reports,
    )


def _people(there: OnDuty | None, staff: Staff, *, shows_phones: bool) -> tuple[Person, ...]:
    if there is None:
        return ()
    return tuple(
        Person(staff.name(person), staff.phone(person) if shows_phones else "", person == there.leader)
        for person in there.people
    )


# --- publishing ----------------------------------------------------------------------------------


def show_new(visit: Visit) -> Response:
    """Show the form of a new roster."""
    return _form(visit, None)


def publish(visit: Visit) -> Response:
    """Publish a roster that was typed, people by name; with an error, show the form again with all of it."""
    try:
        values = {"shifts": _shifts(visit), "note": visit.sent("note")}
        deed = Deed(
            WatchAct.PUBLISH, visit.actor, visit.sent("key")[:80] or visit.sealed("no key"),
            {key: value for key, value in values.items() if value},
        )  # fmt: skip
        receipt = visit.desk.ledger.open_case(DUTY_WATCH.name, visit.sent("organisation"), deed, visit.now)
    except (ContentInvalid, TimeInvalid) as trouble:
        return _form(visit, trouble)
    return visit.go(f"/cases/{receipt.number}", done=receipt.seq)


def _form(visit: Visit, trouble: SafetyError | None) -> Response:
    with visit.desk.store.read() as reading:
        found = bodies(reading, visit.desk.installation.county_id)
    sheet = forms.ask(visit, _FORM, version=0, trouble=trouble)
    status = 200 if trouble is None else 422
    return visit.page(
        "new-roster.html", status=status, sheet=sheet, organisations=found, chosen=visit.sent("organisation")
    )


def _shifts(visit: Visit) -> list[str]:
    """Return the lines with names and ranks as the ledger knows them. Raises `ContentInvalid` naming who is nobody."""
    with visit.desk.store.read() as reading:
        staff = Staff.read(reading, visit.desk.installation.county_id)
        known = {body.code: body.id for body in bodies(reading, visit.desk.installation.county_id)}
    organisation = known.get(visit.sent("organisation"), "")
    return [_line(line, staff, organisation) for line in visit.sent("shifts").splitlines() if line.strip()]


def _line(line: str, staff: Staff, organisation: str) -> str:
    parts = [part.strip() for part in line.replace("｜", "|").split("|")]
    if len(parts) != len(("span", "rank", "leader", "keepers")):
        return line
    span, rank, leader, keepers = parts
    names = [name.strip() for name in keepers.replace("，", ",").replace("、", ",").split(",") if name.strip()]
    people = ",".join(staff.meant(name, organisation).id for name in names)
    span = "/".join(part.strip().replace(" ", "T") for part in span.split("/"))
    lead = staff.meant(leader, organisation).id if leader else ""
    return f"{span}|{_RANKS.get(rank, rank)}|{lead}|{people}"


# --- what acts need on a page --------------------------------------------------------------------


def left_out(kind: str, actor: Actor) -> frozenset[str]:
    """Return the fields of an act that the ledger itself fills in."""
    del actor
    return _BY_LEDGER if kind == WatchAct.HAND_OVER else frozenset()


def choices_for(visit: Visit, dossier: Dossier, kind: str) -> dict[str, list[Choice]]:
    """Return what can be chosen where the form alone cannot know it: shifts, people, and what is owed."""
    facts = facts_of(visit, dossier.header)
    with visit.desk.store.read() as reading:
        staff = Staff.read(reading, visit.desk.installation.county_id)
    found: dict[str, list[Choice]] = {}
    form = DUTY_WATCH.forms[kind]
    owed = [str(duty.about) for duty in dossier.open_duties if duty.act == kind and duty.about is not None]
    people = [Choice(member.id, member.name) for member in staff.of(dossier.header.place.department_id)]
    listed = {choice.value for choice in people}
    people += [
        Choice(person, staff.name(person))
        for person in dict.fromkeys(person for shift in facts.shifts for person in shift.people)
        if person not in listed
    ]
    for entry in form.fields:
        if entry.kind is FieldKind.PERSON:
            found[entry.key] = people
        elif entry.key in {"shift", "other_shift"}:
            found[entry.key] = [Choice(shift.code, _shift_label(shift, staff)) for shift in _near(visit, facts.shifts)]
        elif entry.key == "about" and kind in {WatchAct.AGREE_SWAP, WatchAct.EXPLAIN}:
            found[entry.key] = [Choice(about, about) for about in owed]
    return found


def _near(visit: Visit, shifts: tuple[Shift, ...]) -> list[Shift]:
    return [shift for shift in shifts if shift.ends_at > visit.now.subtract(days=2)]


def _shift_label(shift: Shift, staff: Staff) -> str:
    return f"{shift.starts_at:%m-%d %H:%M} {'、'.join(map(staff.name, shift.people))}"
