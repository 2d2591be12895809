"""The papers of a hazard 隐患文书: what each draws from the record; plain functions, performed by the story's tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from documents.paper import draw_up, file_paper
from models import outbox
from models.dossier import open_dossier
from rules.actor import Reach, Scope

if TYPE_CHECKING:
    from models.dossier import Dossier
    from rules.agenda import Effect
    from tasks.resources import Resources


def issue_paper(tools: Resources, *, case_number: str, effect: Effect, run_id: str) -> str:
    """Draw up the paper an effect owes, file it under its fingerprint, settle the effect; return the fingerprint."""
    scope = Scope(Reach.SUBTREE, f"/{tools.installation.county_id}/")
    with tools.store.read() as reading:
        dossier = open_dossier(reading, tools.installation.county_id, case_number, scope)
    paper = draw_up("hazard", effect.name, _facts(tools, dossier, effect))
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


def _facts(tools: Resources, dossier: Dossier, effect: Effect) -> dict[str, Any]:
    act = dossier.acts[effect.caused_by - 1]
    found = dossier.words_of("report")
    values = dict(act.values)
    clause = tools.rulebook.clause(effect.clause_id, act.happened_at.date())
    return {
        "demonstration": tools.installation.demonstration,
        "case": dossier.header.number,
        "document_no": values.get("文书编号", ""),
        "unit": dossier.unit.name,
        "department": dossier.unit.department,
        "place": found.get("地点部位", ""),
        "description": found.get("隐患描述", "（文字已删除）"),
        "values": values,
        "day": act.happened_at.format("YYYY年M月D日"),
        "citation": clause.citation,
        "seq": act.seq,
        "hash": act.hash,
    }
