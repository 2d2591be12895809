"""Programmes on pages 专项: each with target, milestones, list and figures; starting one; what its acts need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from console.errors import NotThere
from console.forms import Choice
from console.opening import whose
from console.pages.cases import facts_of
from console.session import fresh_token
from models.indicators import measure
from models.programme_listing import names_by_code, programmes_within, villages_of, years_of
from models.receipt import Deed
from models.staff import Staff, bodies
from models.units import find_units
from rules.actor import OWN, POSTS
from rules.errors import ClauseUnknown, ContentInvalid, OutsideScope, TimeInvalid, WrongPost
from rules.indicators import indicators
from rules.programme import OUTCOMES, PROGRAMME, ProgrammeAct
from rules.programme.facts import State
from rules.programme.reading import line_of
from rules.programmes import KINDS, Members, ProgrammeKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from console.visit import Visit
    from models.dossier import Dossier
    from models.indicators import Measured
    from models.programme_listing import Line
    from rules.actor import Actor
    from rules.errors import SafetyError
    from rules.programme import Facts
    from rules.programmes import Programme

PATH, NEW = "/programmes", "/programmes/new"
OPENERS = PROGRAMME.may[ProgrammeAct.OPEN] & POSTS
# Official acts are read once more in plain words before they are done.
OFFICIAL = frozenset({ProgrammeAct.DROP, ProgrammeAct.COMPLETE, ProgrammeAct.ACCEPT, ProgrammeAct.RELEASE})
HINTS: Mapping[tuple[str, str], str] = {
    (ProgrammeAct.ENTER_LIST, "list"): "每行一项：对象|责任人|措施|期限|其他栏目；可以从电子表格复制粘贴，没有的留空",
    (ProgrammeAct.DROP, "note"): "误列、注销的必须填写",
}
LOOKS: Mapping[str, str] = {"object": "suggest"}
_MOST_UNITS = 500
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Group:
    """One programme with the holders within the scope; `measured` is its indicator where it has one."""

    line: Programme
    lines: tuple[Line, ...]
    measured: Measured | None

    def total(self, name: str) -> int:
        """Return the sum of a count over the holders."""
        return sum(getattr(line, name) for line in self.lines)


def show(visit: Visit) -> Response:
    """Show every programme of a year within the scope: target, progress, denominators, what is late and left open."""
    county = visit.desk.installation.county_id
    year = visit.asked("year")
    wanted = int(year) if year.isascii() and year.isdecimal() and len(year) == _DIGITS else visit.now.year
    with visit.desk.store.read() as reading:
        found = programmes_within(reading, visit.actor.scope, date(wanted, 1, 1), date(wanted, 12, 31))
        names, years = names_by_code(reading, county), years_of(reading, county)
        measured = {one.members: measure(reading, one, visit.now) for one in indicators() if one.members}
    groups = _groups(visit, found, measured)
    return visit.page(
        "programmes.html",
        year=wanted,
        years=years,
        names=names,
        kinds=[(kind, KINDS[kind], [group for group in groups if group.line.kind is kind]) for kind in ProgrammeKind],
        found=bool(found),
        process_outcomes=OUTCOMES,
        disabled=[line for line in visit.desk.rulebook.programmes.on(visit.now.date()) if not line.is_enabled],
        may_open=visit.actor.role in OPENERS,
        unfolded=visit.asked("all") == "1",
    )


def _groups(visit: Visit, found: list[Line], measured: Mapping[str, Measured]) -> list[Group]:
    several: dict[tuple[str, str], list[Line]] = {}
    for line in found:
        several.setdefault((line.programme, line.last), []).append(line)
    groups: list[Group] = []
    for (programme, _), lines in several.items():
        try:
            line = visit.desk.rulebook.programmes.named(programme, date.fromisoformat(lines[0].first))
        except ClauseUnknown:
            continue
        groups.append(Group(line, tuple(lines), measured.get(line.members)))
    return groups


# --- starting one by hand ------------------------------------------------------------------------


def show_new(visit: Visit, trouble: SafetyError | None = None) -> Response:
    """Show what can be started now, and at whom."""
    today = visit.now.date()
    lines = [
        line for line in visit.desk.rulebook.programmes.on(today) if line.is_enabled and line.term_of(today) is not None
    ]
    return visit.page(
        "new-programme.html",
        status=200 if trouble is None else 422,
        lines=[line for line in lines if not any(at.is_of_units for at in line.at)],
        whose=whose(visit),
        chosen=visit.sent("whose"),
        programme=visit.sent("programme"),
        key=visit.sent("key") or fresh_token(),
        trouble=trouble,
    )


def open_programme(visit: Visit) -> Response:
    """Start a programme today at an organisation within reach; with an error, show the page again."""
    chosen, today = visit.sent("whose"), visit.now.date()
    if chosen not in {each.code for each in whose(visit)}:
        raise OutsideScope
    try:
        line = visit.desk.rulebook.programmes.named(visit.sent("programme"), today)
    except ClauseUnknown as error:
        raise NotThere from error
    term, role = line.term_of(today), _answering(visit, line, chosen)
    deed = Deed(
        kind=ProgrammeAct.OPEN,
        actor=visit.actor,
        key=visit.sent("key")[:80] or visit.sealed("no key"),
        values={
            "programme": line.id,
            "title": line.title,
            "holder": chosen,
            "role": role,
            "first": today,
            "last": term[1] if term else today,
        },
    )
    try:
        receipt = visit.desk.ledger.open_case(PROGRAMME.name, f"{chosen}{OWN}", deed, visit.now)
    except (ContentInvalid, TimeInvalid, WrongPost) as trouble:
        return show_new(visit, trouble)
    return visit.go(f"/cases/{receipt.number}", done=receipt.seq)


def _answering(visit: Visit, line: Programme, code: str) -> str:
    """Return the post that answers for a programme at an organisation; where it does not run there, its first."""
    with visit.desk.store.read() as reading:
        kinds = {body.code: body.kind.value for body in bodies(reading, visit.desk.installation.county_id)}
    fitting = (at.role for at in line.at if code in at.codes or kinds.get(code) in at.kinds)
    return next(fitting, line.roles[0]).value


# --- what acts need on a page --------------------------------------------------------------------


def left_out(kind: str, actor: Actor) -> frozenset[str]:
    """Return the fields of an act that this person cannot fill lawfully: none."""
    del kind, actor
    return frozenset()


_ABOUT_ITEMS: Mapping[str, frozenset[State]] = {
    ProgrammeAct.FINISH: frozenset({State.OPEN}),
    ProgrammeAct.CHECK: frozenset({State.REPORTED}),
    ProgrammeAct.AMEND: frozenset({State.OPEN}),
    ProgrammeAct.DROP: frozenset({State.OPEN, State.REPORTED, State.CLOSED, State.HONOURED}),
    ProgrammeAct.RESTORE: frozenset({State.LOST}),
}


def choices_for(visit: Visit, dossier: Dossier, kind: str) -> dict[str, list[Choice]]:
    """Return what can be chosen where the form alone cannot know it: entries, milestones, periods, people, members."""
    facts: Facts = facts_of(visit, dossier.header)
    found: dict[str, list[Choice]] = {}
    if kind in _ABOUT_ITEMS:
        found["about"] = _items(visit, facts, _ABOUT_ITEMS[kind])
    elif kind == ProgrammeAct.REACH:
        line = line_of(facts, visit.desk.rulebook)
        found["about"] = [Choice(entry.id, entry.title) for entry in line.milestones if entry.id in facts.awaited]
    elif kind in {ProgrammeAct.REPORT, ProgrammeAct.REFER}:
        owed = sorted(str(duty.about) for duty in facts.live.values() if duty.act == kind)
        found["about"] = [Choice(about, about) for about in owed]
    if kind in {ProgrammeAct.ENTER, ProgrammeAct.AMEND}:
        with visit.desk.store.read() as reading:
            everybody = Staff.read(reading, visit.desk.installation.county_id).everybody()
        found["person"] = [Choice(member.id, member.name) for member in everybody]
    if kind == ProgrammeAct.ENTER and facts.members is not Members.NONE:
        found["object"] = _members(visit, facts)
    return found


def _items(visit: Visit, facts: Facts, states: frozenset[State]) -> list[Choice]:
    with visit.desk.store.read() as reading:
        names = names_by_code(reading, visit.desk.installation.county_id) if facts.members is not Members.NONE else {}
    return [
        Choice(item.no, f"{item.no} {names.get(item.object, item.object)}")
        for item in facts.items.values()
        if item.state in states
    ]


def _members(visit: Visit, facts: Facts) -> list[Choice]:
    """Return the villages or units within the scope that are not on the list yet."""
    listed = {item.object for item in facts.items.values() if item.state is not State.DROPPED}
    with visit.desk.store.read() as reading:
        if facts.members is Members.UNIT:
            units = find_units(reading, visit.actor, "", most=_MOST_UNITS)
            found = [(unit.code, unit.name) for unit in units]
        else:
            found = villages_of(reading, visit.desk.installation.county_id, facts.holder)
    return [Choice(code, name) for code, name in found if code not in listed]
