"""The papers of an emergency plan 预案文书: minutes, cover and the office's answers to a filing, from the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from documents.paper import draw_up, file_paper
from models import outbox
from models.dossier import open_dossier
from models.storybook import open_tale
from rules.actor import Reach, Scope
from rules.plan import FORMS, LEVELS, MATERIALS, Facts, PlanAct

if TYPE_CHECKING:
    from models.dossier import Dossier
    from rules.agenda import Effect
    from tasks.resources import Resources

_DAY = "YYYY年M月D日"
_ERASED = "（文字已删除）"


def issue_paper(tools: Resources, *, case_number: str, effect: Effect, run_id: str) -> str:
    """Draw up the paper an effect owes, file it under its fingerprint, settle the effect; return the fingerprint."""
    scope = Scope(Reach.SUBTREE, f"/{tools.installation.county_id}/")
    with tools.store.read() as reading:
        dossier = open_dossier(reading, tools.installation.county_id, case_number, scope)
        tale = open_tale(reading, tools.installation.county_id, case_number, tools.rulebook)
    facts: Facts = tale.process.read(tale.history[: effect.caused_by], tools.rulebook)
    paper = draw_up("plan", effect.name, {**_source(tools, dossier, effect), **_plan(facts), "title": _title(dossier)})
    file_paper(tools.papers, paper)
    outbox.perform_effect(
        tools.store,
        case_id=dossier.header.id,
        key=effect.key,
        run_id=run_id,
        now=tools.now(),
        paper_sha256=paper.sha256,
    )
    return paper.sha256


def _source(tools: Resources, dossier: Dossier, effect: Effect) -> dict[str, Any]:
    act = dossier.acts[effect.caused_by - 1]
    filed = [entry for entry in dossier.acts[: effect.caused_by] if entry.kind == PlanAct.FILE]
    return {
        "demonstration": tools.installation.demonstration,
        "case": dossier.header.number,
        "unit": dossier.unit.name,
        "department": dossier.unit.department,
        "values": dict(act.values),
        "who": act.who,
        "day": act.happened_at.format(_DAY),
        "filed_on": filed[-1].happened_at.format(_DAY) if filed else "",
        "citation": tools.rulebook.clause(effect.clause_id, act.happened_at.date()).citation,
        "seq": act.seq,
        "hash": act.hash,
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
    return dict(dossier.acts[0].values).get(label, _ERASED)
