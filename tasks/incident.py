"""The papers of an accident 事故文书: reports with all that article 12 asks for, and the inquiry's; from the record.

What nobody has said is printed as 未知, never as nought; what was said and erased is printed as erased.
Law: inc-content 第十二条.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.storybook import open_tale
from rules.incident import FORMS, Facts, IncidentAct
from rules.incident.acts import CLAIMS, PERSONS, Claim
from rules.incident.casualties import in_wan
from rules.incident.law import law_of
from tasks.papers import ERASED, case_of, issue, source_of

if TYPE_CHECKING:
    from models.dossier import Dossier
    from rules.act import Act, History
    from rules.agenda import Effect
    from tasks.resources import Resources

_MINUTE = "YYYY年M月D日 HH:mm"
_UNKNOWN = "未知"
_WRITTEN = ("unit_profile", "place", "scene", "course", "measures")


def issue_paper(tools: Resources, *, case_number: str, effect: Effect, run_id: str) -> str:
    """Draw up the paper an effect owes, file it under its fingerprint, settle the effect; return the fingerprint."""
    with tools.store.read() as reading:
        dossier = case_of(tools, reading, case_number)
        tale = open_tale(reading, tools.installation.county_id, case_number, tools.rulebook)
    until = tale.history[: effect.caused_by]
    facts: Facts = tale.process.read(until, tools.rulebook)
    before: Facts = tale.process.read(until[:-1], tools.rulebook)
    return issue(
        tools,
        dossier,
        effect,
        {
            **_source(tools, dossier, effect),
            "said": {key: _said(dossier, until, key) for key in _WRITTEN},
            "note": _said(dossier, until[-1:], "note"),
            "figures": _figures(facts, before),
            "claims": _claims(facts),
            "grade": _UNKNOWN if facts.assessment is None else facts.assessment.label,
            "kind": facts.kind.label,
            "follow_ups": sum(act.kind in {IncidentAct.FOLLOW_UP, IncidentAct.SUPPLEMENT} for act in until),
            "handed_up": facts.handed_up,
            **_team(tools, until[-1]),
        },
        run_id=run_id,
    )


def _source(tools: Resources, dossier: Dossier, effect: Effect) -> dict[str, Any]:
    act = dossier.acts[effect.caused_by - 1]
    return {
        **source_of(tools, dossier, effect),
        "unit": dossier.unit,
        "post": act.role.label,
        "act": act.label,
        "at": act.happened_at.format(_MINUTE),
    }


def _said(dossier: Dossier, until: History, key: str) -> str:
    """Return what was last said under a field of free text, that it was erased, or that it is unknown."""
    saying = next((act for act in reversed(until) if key in act.texts and act.kind in _REPORTING), None)
    if saying is None:
        return _UNKNOWN
    return dict(dossier.acts[saying.seq - 1].values).get(_label(saying, key), ERASED)


_REPORTING = frozenset({IncidentAct.REPORT, IncidentAct.FOLLOW_UP, IncidentAct.SUPPLEMENT})


def _label(act: Act, key: str) -> str:
    return next(field.label for field in FORMS[act.kind].fields if field.key == key)


def _team(tools: Resources, act: Act) -> dict[str, Any]:
    """Return who is in an investigation team and who was invited, as far as the act says so."""
    law, labels = law_of(tools.rulebook), {field.key: field.label for field in FORMS[IncidentAct.TEAM].fields}
    return {
        "members": [labels[key] for key in law.team_members if act.says(key)],
        "invited": "、".join(labels[key] for key in law.team_invited if act.says(key)),
    }


def _figures(facts: Facts, before: Facts) -> list[tuple[str, str, bool]]:
    """Return each figure with its words and whether this report changed it; unknown stays unknown."""
    now, then = _worded(facts), _worded(before)
    return [(label, words, words != then[label]) for label, words in now.items()]


def _worded(facts: Facts) -> dict[str, str]:
    persons = {label: f"{getattr(facts.casualties, key)}" for key, label in PERSONS.items()}
    return {**persons, "直接经济损失（万元）": in_wan(facts.casualties.loss_yuan)}


def _claims(facts: Facts) -> dict[str, str]:
    return {
        CLAIMS[claim.value]: facts.claims[claim].format(_MINUTE) if claim in facts.claims else _UNKNOWN
        for claim in Claim
    }
