"""The papers of a drill 演练文书: scheme, report, file, spot check and order, as the record stands at their act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.staff import Staff
from models.storybook import open_tale
from rules.drill import HOSTS, OUTCOMES, REACHES, SCORES, SHAPES, DrillAct, Facts
from tasks.papers import DAY, ERASED, case_of, issue, source_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.dossier import Dossier
    from rules.agenda import Effect
    from rules.drill.scheme import Scheme
    from tasks.resources import Resources

_MINUTE = "YYYY年M月D日 HH:mm"


def issue_paper(tools: Resources, *, case_number: str, effect: Effect, run_id: str) -> str:
    """Draw up the paper an effect owes, file it under its fingerprint, settle the effect; return the fingerprint."""
    with tools.store.read() as reading:
        dossier = case_of(tools, reading, case_number)
        tale = open_tale(reading, tools.installation.county_id, case_number, tools.rulebook)
        staff = Staff.read(reading, tools.installation.county_id)
    facts: Facts = tale.process.read(tale.history[: effect.caused_by], tools.rulebook)
    assert facts.scheme is not None, "a drill begins with its scheme"
    source = source_of(tools, dossier, effect)
    said = {**_scheme(dossier, facts.scheme, staff, effect.caused_by), **_course(dossier, facts, effect.caused_by)}
    return issue(tools, dossier, effect, {**source, **said}, run_id=run_id)


def _scheme(dossier: Dossier, scheme: Scheme, staff: Staff, seq: int) -> dict[str, Any]:
    written = _written(dossier, seq)
    return {
        "title": written.get("演练名称", ERASED),
        "scenario": written.get("情景概要", ERASED),
        "host": HOSTS[scheme.host],
        "shape": SHAPES[scheme.shape],
        "reach": REACHES[scheme.reach],
        "plan": scheme.plan,
        "starts_at": scheme.starts_at.format(_MINUTE),
        "ends_at": scheme.ends_at.format(_MINUTE),
        "hall": scheme.hall,
        "commander": staff.name(scheme.commander),
        "evaluators": _names(staff, scheme.evaluators),
        "participants": _names(staff, scheme.participants),
        "injects": scheme.injects,
        "subjects": scheme.subjects,
    }


def _written(dossier: Dossier, seq: int) -> dict[str, str]:
    """Return the words of the scheme as it was last written before an act."""
    schemes = [act for act in dossier.acts[:seq] if act.kind in {DrillAct.PREPARE, DrillAct.AMEND}]
    return dict(schemes[-1].values)


def _course(dossier: Dossier, facts: Facts, seq: int) -> dict[str, Any]:
    """Return how the drill went: who was there, what was released and answered when, how it was judged."""
    findings = {
        act.seq: dict(act.values).get("发现的问题和建议", ERASED)
        for act in dossier.acts[:seq]
        if act.kind == DrillAct.EVALUATE
    }
    orders = [act for act in dossier.acts[:seq] if act.kind == DrillAct.ORDER_CORRECTION]
    return {
        "outcome": OUTCOMES[facts.outcome],
        "begun_at": facts.begun_at.format(_MINUTE) if facts.begun_at else "",
        "ended_at": facts.ended_at.format(_MINUTE) if facts.ended_at else "",
        "counts": (len(facts.present), len(facts.absent), len(facts.missing)),
        "released": facts.released,
        "responses": facts.responses,
        "unanswered": facts.unanswered,
        "sheets": [
            (subject, SCORES[sheet.score], findings.get(sheet.seq, ERASED)) for subject, sheet in facts.sheets.items()
        ],
        "actions": list(facts.actions.values()),
        "ordered_on": orders[-1].happened_at.format(DAY) if orders else "",
    }


def _names(staff: Staff, people: Iterable[str]) -> str:
    return "、".join(map(staff.name, people))
