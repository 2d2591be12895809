"""Drill pages 演练: preparing one, and what its acts need on a page beyond their forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console import opening
from console.forms import Choice
from console.opening import Offer
from console.pages.cases import facts_of
from console.shelves import DRILLS
from models import listing
from models.staff import Staff
from rules.actor import labels
from rules.drill import DRILL, DrillAct
from rules.standing import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.responses import Response

    from console.visit import Visit
    from models.dossier import Dossier
    from rules.actor import Actor
    from rules.drill import Facts
    from rules.drill.scheme import Scheme

# Official acts are read once more in plain words before they are done.
# Nothing that is done while a drill runs ever waits.
OFFICIAL = frozenset(
    {DrillAct.APPROVE, DrillAct.DECIDE_CHANGE, DrillAct.SPOT_CHECK, DrillAct.ORDER_CORRECTION, DrillAct.RECHECK}
)
HINTS: Mapping[tuple[str, str], str] = {
    (DrillAct.CHANGE, "starts_at"): "延期的填写",
    (DrillAct.CHANGE, "ends_at"): "延期的填写",
    (DrillAct.CHANGE, "number"): "合并的填写",
    (DrillAct.RECHECK, "ends_on"): "不符合要求的必须填写",
}
LOOKS: Mapping[str, str] = {
    "title": "line", "plan": "suggest", "command": "suggest", "commander": "suggest", "number": "suggest",
    "by": "suggest",
}  # fmt: skip
_MOST_OTHERS = 100
_WHEN = "YYYY-MM-DDTHH:mm"


def show_new(visit: Visit) -> Response:
    """Show the form by which a drill is prepared."""
    return opening.show(visit, DRILLS, offer=_offer(visit))


def prepare(visit: Visit) -> Response:
    """Prepare a drill; with an error, show the form again with everything that was typed."""
    return opening.open_case(visit, DRILLS, offer=_offer(visit))


def _offer(visit: Visit) -> Offer:
    return Offer(_for_a_scheme(visit), LOOKS)


def _for_a_scheme(visit: Visit) -> dict[str, list[Choice]]:
    """Return the plans, the commands and the people that a scheme may name, to pick from as one types."""
    return {
        "plan": _cases(visit, "plan"),
        "command": _cases(visit, "command"),
        "commander": [Choice(name, label) for name, label in _people(visit).values()],
    }


def _cases(visit: Visit, kind: str, *, besides: str = "") -> list[Choice]:
    search = listing.Search(status=Status.OPEN.value)
    with visit.desk.store.read() as reading:
        found = listing.cases(reading, visit.actor.scope, kind, search, most=_MOST_OTHERS)
    return [
        Choice(item.number, f"{item.number} {item.unit} {item.description}") for item in found if item.number != besides
    ]


def _people(visit: Visit) -> dict[str, tuple[str, str]]:
    """Return by identifier how each person is written: by name, of several of one name by login; and in full."""
    with visit.desk.store.read() as reading:
        everybody = Staff.read(reading, visit.desk.installation.county_id).everybody()
    names = [member.name for member in everybody]
    return {
        member.id: (
            member.login if member.login and names.count(member.name) > 1 else member.name,
            f"{member.name} {member.login}".strip(),
        )
        for member in everybody
    }


# --- what acts need on a page --------------------------------------------------------------------


def left_out(kind: str, actor: Actor) -> frozenset[str]:
    """Return the fields of an act that this person cannot fill lawfully: none."""
    del kind, actor
    return frozenset()


def choices_for(visit: Visit, dossier: Dossier, kind: str) -> dict[str, list[Choice]]:
    """Return what can be chosen where the form alone cannot know it: people, injects, subjects, improvements."""
    facts: Facts = facts_of(visit, dossier.header)
    assert facts.scheme is not None, "a drill begins with its scheme"
    match kind:
        case DrillAct.AMEND:
            return _for_a_scheme(visit)
        case DrillAct.CHANGE:
            return {"number": _cases(visit, DRILL.name, besides=dossier.header.number)}
        case DrillAct.REVISE:
            return {"number": [Choice(facts.scheme.plan, facts.scheme.plan)]}
        case DrillAct.INJECT | DrillAct.SKIP | DrillAct.RESPOND:
            return _injects(facts, facts.scheme, kind)
        case DrillAct.EVALUATE | DrillAct.IMPROVE | DrillAct.CONFIRM:
            return {"about": _owed(visit, dossier, facts, kind)}
        case _:
            return _whom(visit, facts.scheme, kind)


def _whom(visit: Visit, scheme: Scheme, kind: str) -> dict[str, list[Choice]]:
    """Return who can be meant: oneself by signing in, everybody expected by an absence."""
    assert visit.principal is not None, "the route requires a session"
    if kind == DrillAct.SIGN_IN:
        return {"person": [Choice(visit.actor.person_id, visit.principal.name)]}
    if kind != DrillAct.ABSENT:
        return {}
    people = _people(visit)
    expected = [Choice(who, people[who][1]) for who in scheme.people if who in people]
    return {"person": sorted(expected, key=lambda choice: choice.label)}


def _injects(facts: Facts, scheme: Scheme, kind: str) -> dict[str, list[Choice]]:
    """Return the inject that comes next; for a response those that are out, unanswered ones first."""
    if kind == DrillAct.RESPOND:
        out = [each.no for each in facts.released if not each.skipped]
        numbers = sorted(out, key=lambda no: (no not in facts.unanswered, no))
        responders = dict.fromkeys(inject.responder for inject in scheme.injects)
        return {"about": _worded(scheme, numbers), "by": [Choice(name, name) for name in responders]}
    return {"about": _worded(scheme, [] if facts.next_inject is None else [facts.next_inject])}


def _worded(scheme: Scheme, numbers: Iterable[int]) -> list[Choice]:
    injects = {inject.no: inject for inject in scheme.injects}
    return [Choice(str(no), f"{no}. {injects[no].what}（{injects[no].responder}）") for no in numbers]


def _owed(visit: Visit, dossier: Dossier, facts: Facts, kind: str) -> list[Choice]:
    """Return the subjects or improvements about which the act is owed."""
    owed = [str(duty.about) for duty in dossier.open_duties if duty.act == kind and duty.about is not None]
    if kind == DrillAct.EVALUATE:
        return [Choice(about, about) for about in owed]
    say, found = visit.language.say, facts.actions
    return [
        Choice(about, say("{no}. {what}（{post}）", no=about, what=found[about].improvement.what,
                          post=say(labels({found[about].improvement.owner}))))
        for about in owed
    ]  # fmt: skip


def presets_for(visit: Visit, dossier: Dossier, kind: str) -> dict[str, str]:
    """Return the scheme as it stands, so that only what is wrong is typed anew."""
    scheme = facts_of(visit, dossier.header).scheme
    if kind != DrillAct.AMEND or scheme is None:
        return {}
    return {**_words(dossier), **_written(scheme, _people(visit))}


def _words(dossier: Dossier) -> dict[str, str]:
    last = [act for act in dossier.acts if act.kind in {DrillAct.PREPARE, DrillAct.AMEND}][-1]
    by_label = {entry.label: entry.key for entry in DRILL.forms[DrillAct.AMEND].fields if entry.is_personal}
    return {by_label[label]: value for label, value in last.values if label in by_label}


def _written(scheme: Scheme, people: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    def lines(persons: Iterable[str]) -> str:
        return "\n".join(people[person][0] for person in persons if person in people)

    return {
        "host": scheme.host.value,
        "shape": scheme.shape.value,
        "reach": scheme.reach.value,
        "plan": scheme.plan,
        "command": scheme.command,
        "unit_kind": scheme.unit_kind.value if scheme.unit_kind else "",
        "line": scheme.line,
        "starts_at": scheme.starts_at.format(_WHEN),
        "ends_at": scheme.ends_at.format(_WHEN),
        "hall": scheme.hall,
        "commander": lines([scheme.commander]),
        "evaluators": lines(scheme.evaluators),
        "participants": lines(scheme.participants),
        "injects": "\n".join(
            f"{each.no}|{each.after_minutes}|{each.what}|{each.responder}|{each.target_minutes}"
            for each in scheme.injects
        ),
        "subjects": "\n".join(scheme.subjects),
    }
