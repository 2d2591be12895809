"""The papers of recurring duties 检查记录: a visit as it was recorded, with the names of both who stand behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from documents.paper import draw_up, file_paper
from models import outbox
from models.dossier import open_dossier
from models.staff import Staff
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
        staff = Staff.read(reading, tools.installation.county_id)
    owner = staff.name(dossier.header.place.owner)
    paper = draw_up("obligation", effect.name, _facts(tools, dossier, effect, owner))
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


def _facts(tools: Resources, dossier: Dossier, effect: Effect, owner: str) -> dict[str, Any]:
    act = dossier.acts[effect.caused_by - 1]
    clause = tools.rulebook.clause(effect.clause_id, act.happened_at.date())
    return {
        "demonstration": tools.installation.demonstration,
        "case": dossier.header.number,
        "document_no": "",
        "unit": dossier.unit.name,
        "department": dossier.unit.department,
        "owner": owner,
        "entered_by": act.who if act.acting_for else "",
        "values": dict(act.values),
        "files": len(act.evidence),
        "recorded_at": act.recorded_at.format("YYYY年M月D日 HH:mm"),
        "day": act.happened_at.format("YYYY年M月D日"),
        "citation": clause.citation,
        "seq": act.seq,
        "hash": act.hash,
    }
