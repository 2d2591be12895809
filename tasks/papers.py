"""Issuing a paper 出具文书: what the papers of all processes share; what each says besides is its process's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from documents.paper import draw_up, file_paper
from models import outbox
from models.dossier import open_dossier
from rules.actor import Reach, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.dossier import Dossier
    from models.store import Reading
    from rules.agenda import Effect
    from tasks.resources import Resources

DAY = "YYYY年M月D日"
ERASED = "（文字已删除）"


def case_of(tools: Resources, reading: Reading, case_number: str) -> Dossier:
    """Return a case of the county as papers see it: whole. Raises `UnknownRecord`."""
    scope = Scope(Reach.SUBTREE, f"/{tools.installation.county_id}/")
    return open_dossier(reading, tools.installation.county_id, case_number, scope)


def source_of(tools: Resources, dossier: Dossier, effect: Effect) -> dict[str, Any]:
    """Return what every paper says of the act it rests on, days in Asia/Shanghai."""
    act = dossier.acts[effect.caused_by - 1]
    return {
        "demonstration": tools.installation.demonstration,
        "case": dossier.header.number,
        "unit": dossier.unit.name,
        "department": dossier.unit.department,
        "values": dict(act.values),
        "who": act.who,
        "day": act.happened_at.format(DAY),
        "citation": tools.rulebook.clause(effect.clause_id, act.happened_at.date()).citation,
        "seq": act.seq,
        "hash": act.hash,
    }


def issue(
    tools: Resources, dossier: Dossier, effect: Effect, facts: Mapping[str, Any], *, run_id: str, template: str = ""
) -> str:
    """Draw up the paper an effect owes, file it under its fingerprint, settle the effect; return the fingerprint.

    `template` is what it is drawn up by where several papers share one, by default the paper's own.
    """
    name = template or effect.name
    paper = draw_up(dossier.header.process.column, name, facts, exercise=bool(tools.installation.exercise))
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
