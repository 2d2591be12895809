"""The papers of an emergency plan 预案文书: minutes, cover and the office's answers to a filing, from the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.storybook import open_tale
from rules.plan import FORMS, LEVELS, MATERIALS, Facts, PlanAct
from tasks.papers import DAY, ERASED, case_of, issue, source_of

if TYPE_CHECKING:
    from models.dossier import Dossier
    from rules.agenda import Effect
    from tasks.resources import Resources


def issue_paper(tools: Resources, *, case_number: str, effect: Effect, run_id: str) -> str:
    """Draw up the paper an effect owes, file it under its fingerprint, settle the effect; return the fingerprint."""
    with tools.store.read() as reading:
        dossier = case_of(tools, reading, case_number)
        tale = open_tale(reading, tools.installation.county_id, case_number, tools.rulebook)
    facts: Facts = tale.process.read(tale.history[: effect.caused_by], tools.rulebook)
    return issue(
        tools,
        dossier,
        effect,
        {**_source(tools, dossier, effect), **_plan(facts), "title": _title(dossier)},
        run_id=run_id,
    )


def _source(tools: Resources, dossier: Dossier, effect: Effect) -> dict[str, Any]:
    filed = [entry for entry in dossier.acts[: effect.caused_by] if entry.kind == PlanAct.FILE]
    return {
        **source_of(tools, dossier, effect),
        "filed_on": filed[-1].happened_at.format(DAY) if filed else "",
    }


def _plan(facts: Facts) -> dict[str, Any]:
    return {
        "level": LEVELS[facts.level],
        "version": len(facts.versions),
        "next_version": len(facts.versions) + 1,
        "missing": [label for item, label in MATERIALS.items() if item in (facts.told_missing or ())],
    }


def _title(dossier: Dossier) -> str:
    """Return what the plan is called, or that its words were erased."""
    label = next(entry.label for entry in FORMS[PlanAct.INITIATE].fields if entry.key == "title")
    return dict(dossier.acts[0].values).get(label, ERASED)
