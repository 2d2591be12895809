"""The dossier 案卷 of a case: clocks, acts, photographs, papers, who was told and who answered, as one paper to print.

Always in Chinese, for it is a paper. It says no more than this post may see of the case, and names what it leaves out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from console import history
from console.receipt import lines_of_service
from documents.paper import draw_up

if TYPE_CHECKING:
    from console.history import DutyView, StepView
    from console.visit import Visit
    from documents.paper import Paper
    from models.dossier import Dossier


def dossier_of(visit: Visit, dossier: Dossier) -> Paper:
    """Return the paper, the same while nothing more happens to the case."""
    visit = replace(visit, language=visit.desk.templates["zh"].language)
    header, installation = dossier.header, visit.desk.installation
    steps, compared = history.steps_of(visit, dossier), dossier.compared
    with visit.desk.store.read() as reading:
        lines = list(lines_of_service(reading, dossier, visit.desk.rulebook))
    facts: dict[str, Any] = {
        "demonstration": installation.demonstration,
        "case": header.number,
        "process": header.process.label,
        "subject": dossier.subject[1] or header.process.label,
        "unit": dossier.unit,
        "status": header.process.labels.get("status", {}).get(header.status, header.status),
        "grade": header.process.labels.get("grade", {}).get(header.grade or "", ""),
        "until": _written(visit, dossier.acts[-1].recorded_at) if dossier.acts else "",
        "duties": [_duty(visit, view) for view in history.every_duty_of(visit, dossier)],
        "acts": [_act(visit, step) for step in steps],
        "withheld": "、".join(map(str, sorted(dossier.withheld))),
        "papers": [
            {
                "words": view.words,
                "seq": step.act.seq,
                "sha256": view.effect.paper_sha256,
                "pdf": view.effect.pdf_sha256,
            }
            for step in steps
            for view in step.effects
            if view.is_paper
        ],
        "lines": lines,
        "compared": compared,
        "pairs": list(zip(*(act.evidence for act in compared), strict=False)) if compared else [],
        "last_seq": header.version,
        "head": header.head.hex(),
    }
    return draw_up("case", "dossier", facts, exercise=bool(installation.exercise))


def _duty(visit: Visit, view: DutyView) -> dict[str, Any]:
    duty = view.duty
    subjects = "、".join(words for _, words in view.subjects)
    return {
        "words": f"{duty.label}（{subjects}）" if subjects else duty.label,
        "holder": duty.holder.label,
        "opened_by": duty.opened_by,
        "ended_by": duty.ended_by,
        "status": duty.status_label,
        "breached": duty.breached,
        "started_at": _written(visit, duty.started_at),
        "due": visit.language.until(duty.due_alert) if duty.due_alert else "",
        "clause": f"{view.clause.citation}（{view.clause.verification.label}）" if view.clause else duty.clause_id,
        "derivation": [step.text for step in view.deadline.derivation] if view.deadline else [],
    }


def _act(visit: Visit, step: StepView) -> dict[str, Any]:
    act = step.act
    acting = visit.language.say("代 {name} 办理", name=act.acting_for) if act.acting_for else ""
    proof = f"，{visit.language.say(act.proof.label)}" if act.proof else ""
    return {
        "seq": act.seq,
        "label": act.label,
        "backfilled": act.backfilled,
        "who": f"{act.who}（{act.role.label}）{acting}{proof}" if act.who else act.role.label,
        "happened_at": _written(visit, act.happened_at),
        "recorded_at": act.recorded_at.format("YYYY-MM-DD HH:mm:ss"),
        "said": step.values,
        "erased": act.erased,
        "hash": act.hash,
        "photos": act.evidence,
    }


def _written(visit: Visit, at: Any) -> str:
    return visit.language.moment(at)
