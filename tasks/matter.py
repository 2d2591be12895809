"""The papers of staged matters 登记单: what an act said, under which clause, with what it owes next, as recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.matter import MATTERS
from rules.matter.schema import RECORD
from tasks.papers import case_of, issue, source_of

if TYPE_CHECKING:
    from rules.agenda import Effect
    from tasks.resources import Resources


def issue_paper(tools: Resources, *, case_number: str, effect: Effect, run_id: str) -> str:
    """Draw up the paper an effect owes, file it under its fingerprint, settle the effect; return the fingerprint."""
    with tools.store.read() as reading:
        dossier = case_of(tools, reading, case_number)
    process, act = dossier.header.process, dossier.acts[effect.caused_by - 1]
    source = {
        **source_of(tools, dossier, effect),
        "title": MATTERS[process.name].acts[effect.name.removeprefix(RECORD)].paper,
        "process": process.label,
        "act": act.label,
        "files": len(act.evidence),
        "steps": [
            (each.seq, each.label, each.happened_at.format("YYYY-MM-DD HH:mm"), each.role.label)
            for each in dossier.acts[: effect.caused_by]
            if each.kind != "rung"
        ],
    }
    return issue(tools, dossier, effect, source, run_id=run_id, template="record")
