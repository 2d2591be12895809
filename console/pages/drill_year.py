"""The year of drills on pages 年度演练: who owes what until when, how it stands and is counted, compiling, changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console import forms
from console.drill_lines import lines_of_year
from console.forms import Choice
from console.opening import Whose
from console.pages.cases import facts_of
from console.shelves import DRILL_YEARS
from models.drill_listing import counted, planned_years
from models.drill_subjects import proposed_lines, subject_names
from models.organisation import OrganisationKind
from models.receipt import Deed
from models.reported_drills import reported_drills
from models.staff import bodies
from rules.actor import Reach
from rules.drill_year import DRILL_YEAR, YearAct
from rules.drill_year.facts import RECORDABLE, State
from rules.drill_year.subjects import readings
from rules.errors import ContentInvalid, TimeInvalid

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from starlette.responses import Response

    from console.visit import Visit
    from models.dossier import Dossier
    from models.drill_listing import PlannedYear
    from rules.actor import Actor
    from rules.errors import SafetyError

# Official acts are read once more in plain words before they are done.
OFFICIAL = frozenset({YearAct.APPROVE, YearAct.DECIDE_CHANGE, YearAct.SUMMARISE})
HINTS: Mapping[tuple[str, str], str] = {}
LOOKS: Mapping[str, str] = {"title": "line"}
_DIMENSIONS = (("command", "按指挥部"), ("sector", "按行业"), ("township", "按乡镇"))
_OPEN = frozenset({State.PLANNED})


def show(visit: Visit) -> Response:
    """Show the plan of the year that is asked for, by default the latest: counted, with its lines within the scope."""
    county = visit.desk.installation.county_id
    with visit.desk.store.read() as reading:
        years = planned_years(reading, county)
        shown = _shown(visit, years)
        today = visit.now.date()
        counts = counted(reading, visit.actor.scope, county, shown.year, today) if shown else []
        names = subject_names(reading, county)
    return visit.page(
        "drill-years.html",
        shelf=DRILL_YEARS,
        years=years,
        shown=shown,
        counts=counts,
        names=names,
        dimensions=_DIMENSIONS,
        lines=lines_of_year(visit, shown.year) if shown else [],
        readings=readings(visit.desk.rulebook, today),
        sees_case=visit.actor.scope.reach is Reach.SUBTREE and visit.actor.scope.at == f"/{county}/",
        may_open=DRILL_YEARS.may_report(visit.actor.role) and not any(each.year == today.year for each in years),
    )


def _shown(visit: Visit, years: list[PlannedYear]) -> PlannedYear | None:
    asked = visit.asked("year")
    return next((each for each in years if str(each.year) == asked), years[0] if years else None)


# --- compiling -----------------------------------------------------------------------------------


def show_new(visit: Visit, trouble: SafetyError | None = None) -> Response:
    """Show the form by which a plan is compiled, filled with the plan that the registers and the clauses make."""
    form = DRILL_YEAR.forms[YearAct.COMPILE]
    preset = {"year": str(visit.now.year), "title": f"{visit.now.year}年度演练计划", "lines": _proposed(visit)}
    return visit.page(
        "new-case.html",
        status=200 if trouble is None else 422,
        sheet=forms.ask(visit, form, version=0, preset=preset, trouble=trouble),
        shelf=DRILL_YEARS,
        whose=_county(visit),
        chosen="",
        openings=[],
        suggested=[],
    )


def compile_year(visit: Visit) -> Response:
    """Compile the plan; with an error, show the form again with everything that was typed."""
    try:
        deed = Deed(
            kind=YearAct.COMPILE,
            actor=visit.actor,
            key=visit.sent("key")[:80] or visit.sealed("no key"),
            values=forms.values_of(visit, DRILL_YEAR.forms[YearAct.COMPILE]),
            happened_at=forms.happened_at(visit),
        )
        receipt = visit.desk.ledger.open_case(DRILL_YEAR.name, _county(visit)[0].code, deed, visit.now)
    except (ContentInvalid, TimeInvalid) as trouble:
        return show_new(visit, trouble)
    return visit.go(f"/cases/{receipt.number}", done=receipt.seq)


def _county(visit: Visit) -> list[Whose]:
    """Return whom a year's plan is about: the county itself."""
    with visit.desk.store.read() as reading:
        found = bodies(reading, visit.desk.installation.county_id)
    return [Whose(body.code, body.name) for body in found if body.kind is OrganisationKind.COUNTY]


def _proposed(visit: Visit) -> str:
    """Return the plan that registers and clauses make; nothing where the year cannot be planned yet."""
    today = visit.now.date()
    with visit.desk.store.read() as reading:
        try:
            lines = proposed_lines(reading, visit.desk.installation.county_id, today.year, today, visit.desk.rulebook)
        except TimeInvalid:
            return ""
    return "\n".join(lines)


# --- what acts need on a page --------------------------------------------------------------------


def left_out(kind: str, actor: Actor) -> frozenset[str]:
    """Return the fields of an act that this person cannot fill lawfully: none."""
    del kind, actor
    return frozenset()


def presets_for(visit: Visit, dossier: Dossier, kind: str) -> dict[str, str]:
    """Return what a plan that was returned is compiled again from: the registers as they are now."""
    if kind != YearAct.RECOMPILE:
        return {}
    facts, today = facts_of(visit, dossier.header), visit.now.date()
    with visit.desk.store.read() as reading:
        lines = proposed_lines(
            reading, visit.desk.installation.county_id, facts.year, today, visit.desk.rulebook,
            begun_on=facts.opened_at.date(),
        )  # fmt: skip
    return {"year": str(facts.year), "title": f"{facts.year}年度演练计划", "lines": "\n".join(lines)}


def choices_for(visit: Visit, dossier: Dossier, kind: str) -> dict[str, list[Choice]]:
    """Return what can be chosen where the form alone cannot know it: lines, applications, drills that were reported."""
    match kind:
        case YearAct.CHANGE:
            lines = _lines(visit, dossier, _OPEN)
            return {"line": lines, "into": lines}
        case YearAct.RECORD:
            with visit.desk.store.read() as reading:
                drills = reported_drills(reading, visit.actor.scope)
            found = {"about": _lines(visit, dossier, RECORDABLE)}
            return {**found, "number": [Choice(number, f"{number} {title}") for number, title in drills]}
        case YearAct.EXPLAIN | YearAct.CHECK:
            owed = {duty.about for duty in dossier.open_duties if duty.act == kind}
            return {"about": [choice for choice in _lines(visit, dossier, State) if choice.value in owed]}
        case YearAct.DECIDE_CHANGE:
            owed = [str(duty.about) for duty in dossier.open_duties if duty.act == kind]
            return {"about": [Choice(seq, visit.language.say("第 {seq} 号行为的申请", seq=seq)) for seq in owed]}
        case _:
            return {}


def _lines(visit: Visit, dossier: Dossier, states: Container[str]) -> list[Choice]:
    """Return the lines that stand in one of some states, with who owes which drill."""
    facts = facts_of(visit, dossier.header)
    found = [line for line in lines_of_year(visit, facts.year) if line.drill.state in states]
    say = visit.language.say
    return [Choice(one.drill.no, f"{one.drill.no} {one.name} {say(one.drill.what)} {one.drill.day}") for one in found]
