"""The papers of a hazard 隐患文书: what each draws from the record; plain functions, performed by the story's tasks."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from rules.hazard import HAZARD, HazardAct
from rules.hazard.kinds import KINDS
from rules.orders import SERVICE_MODES, ServiceMode, drafted_in, service_day
from tasks.papers import DAY, ERASED, case_of, issue, source_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.dossier import ActEntry, Dossier
    from rules.agenda import Effect
    from tasks.resources import Resources

ERASED_WORDS = {
    kind: {entry.label: ERASED for entry in HAZARD.forms[kind].fields if entry.is_personal} for kind in KINDS
}


def issue_paper(tools: Resources, *, case_number: str, effect: Effect, run_id: str) -> str:
    """Draw up the paper an effect owes, file it under its fingerprint, settle the effect; return the fingerprint."""
    with tools.store.read() as reading:
        dossier = case_of(tools, reading, case_number)
    return issue(tools, dossier, effect, _facts(tools, dossier, effect), run_id=run_id)


def _order(tools: Resources, dossier: Dossier, act: ActEntry) -> dict[str, Any]:
    """Return what the record knows of the order that an act is about, nothing where it is about none."""
    key = dict(act.values).get("文书", "")
    if not key:
        return {}
    draft = dossier.acts[drafted_in(key) - 1]
    kind = KINDS[HazardAct(draft.kind)]
    taken = {step.kind: step for step in dossier.acts if dict(step.values).get("文书") == key}
    signed, served = taken[HazardAct.SIGN_ORDER], taken.get(HazardAct.SERVE_ORDER)
    officers = (draft, taken[HazardAct.CONFIRM_ORDER]) if kind.two_officers else ()
    return {
        "label": kind.label,
        "document_no": dict(signed.values)["文号"],
        "says": {**ERASED_WORDS[HazardAct(draft.kind)], **dict(draft.values)},
        "drafted_on": draft.happened_at.format(DAY),
        "officers": [(officer.who, officer.certificate) for officer in officers],
        "reviewer": taken[HazardAct.REVIEW_ORDER].who,
        "signer": signed.who,
        "signed_on": signed.happened_at.format(DAY),
        **(_service(tools, dict(served.values)) if served else {}),
    }


def _service(tools: Resources, values: Mapping[str, str]) -> dict[str, Any]:
    modes = {label: ServiceMode(slug) for slug, label in SERVICE_MODES.items()}
    mode = modes[values["送达方式"]]
    day = service_day(mode, date.fromisoformat(values["送达日期"]), tools.rulebook)
    return {"announced": mode is ServiceMode.NOTICE, "served_on": f"{day.year}年{day.month}月{day.day}日"}


def _facts(tools: Resources, dossier: Dossier, effect: Effect) -> dict[str, Any]:
    act = dossier.acts[effect.caused_by - 1]
    found = dossier.words_of("report")
    order = _order(tools, dossier, act)
    return {
        **source_of(tools, dossier, effect),
        "place": found.get("地点部位", ""),
        "description": found.get("隐患描述", ERASED),
        "order": order,
    }
