"""The papers of the duty watch 值班文书: the roster and the record of a hand-over, drawn from the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from documents.paper import draw_up, file_paper
from models import outbox
from models.dossier import open_dossier
from models.staff import Staff
from models.watch import stored
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
        shifts, _ = stored(reading, dossier.header.id)
        staff = Staff.read(reading, tools.installation.county_id)
    rows = [
        {
            "starts": shift.starts_at.format("YYYY年M月D日 HH:mm"),
            "ends": shift.ends_at.format("M月D日 HH:mm"),
            "leader": staff.name(shift.leader),
            "keepers": "、".join(staff.name(keeper) for keeper in shift.keepers),
        }
        for shift in sorted(shifts, key=lambda shift: shift.starts_at)
    ]
    paper = draw_up("duty_watch", effect.name, {**_facts(tools, dossier, effect), "shifts": rows})
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
    earlier = [entry for entry in dossier.acts[: effect.caused_by] if entry.kind == "hand-over"]
    clause = tools.rulebook.clause(effect.clause_id, act.happened_at.date())
    return {
        "demonstration": tools.installation.demonstration,
        "case": dossier.header.number,
        "document_no": "",
        "unit": dossier.unit.name,
        "department": dossier.unit.department,
        "values": dict(act.values),
        "handed": dict(earlier[-1].values) if earlier else {},
        "giver": earlier[-1].who if earlier else "",
        "handed_at": earlier[-1].happened_at.format("YYYY年M月D日 HH:mm") if earlier else "",
        "taker": act.who,
        "taken_at": act.happened_at.format("YYYY年M月D日 HH:mm"),
        "day": act.happened_at.format("YYYY年M月D日"),
        "citation": clause.citation,
        "seq": act.seq,
        "hash": act.hash,
    }
