"""The papers of the duty watch 值班文书: the roster and the record of a hand-over, drawn from the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.staff import Staff
from models.watch import stored
from tasks.papers import case_of, issue, source_of

if TYPE_CHECKING:
    from models.dossier import Dossier
    from rules.agenda import Effect
    from tasks.resources import Resources


def issue_paper(tools: Resources, *, case_number: str, effect: Effect, run_id: str) -> str:
    """Draw up the paper an effect owes, file it under its fingerprint, settle the effect; return the fingerprint."""
    with tools.store.read() as reading:
        dossier = case_of(tools, reading, case_number)
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
    return issue(tools, dossier, effect, {**_facts(tools, dossier, effect), "shifts": rows}, run_id=run_id)


def _facts(tools: Resources, dossier: Dossier, effect: Effect) -> dict[str, Any]:
    act = dossier.acts[effect.caused_by - 1]
    earlier = [entry for entry in dossier.acts[: effect.caused_by] if entry.kind == "hand-over"]
    return {
        **source_of(tools, dossier, effect),
        "document_no": "",
        "handed": dict(earlier[-1].values) if earlier else {},
        "giver": earlier[-1].who if earlier else "",
        "handed_at": earlier[-1].happened_at.format("YYYY年M月D日 HH:mm") if earlier else "",
        "taker": act.who,
        "taken_at": act.happened_at.format("YYYY年M月D日 HH:mm"),
    }
