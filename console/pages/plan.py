"""Plan pages 预案: beginning one, and what its acts need on a page beyond their forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console import opening
from console.forms import Choice
from console.pages.cases import facts_of
from console.shelves import PLANS
from rules.plan import PlanAct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from console.visit import Visit
    from models.dossier import Dossier
    from rules.actor import Actor

# Official acts are read once more in plain words before they are done.
OFFICIAL = frozenset(
    {PlanAct.APPROVE, PlanAct.PUBLISH, PlanAct.CHECK, PlanAct.DECIDE_REVISION, PlanAct.ABOLISH, PlanAct.DECIDE_VOID}
)
HINTS: Mapping[tuple[str, str], str] = {
    (PlanAct.REVIEW, "document_no"): "须有书面纪要的单位必须填写",
    (PlanAct.DECIDE_REVISION, "ends_on"): "不填的，按本县规定的期限",
}
LOOKS: Mapping[str, str] = {"title": "line", "receiver": "line", "copies": "figure"}


def show_new(visit: Visit) -> Response:
    """Show the form by which a plan is begun."""
    return opening.show(visit, PLANS)


def initiate(visit: Visit) -> Response:
    """Begin a plan; with an error, show the form again with everything that was typed."""
    return opening.open_case(visit, PLANS)


# --- what acts need on a page --------------------------------------------------------------------


def left_out(kind: str, actor: Actor) -> frozenset[str]:
    """Return the fields of an act that this person cannot fill lawfully: none."""
    del kind, actor
    return frozenset()


def choices_for(visit: Visit, dossier: Dossier, kind: str) -> dict[str, list[Choice]]:
    """Return what can be chosen where the form alone cannot know it: reasons that wait, and who holds copies."""
    if kind == PlanAct.DECIDE_REVISION:
        owed = [duty for duty in dossier.open_duties if duty.act == kind and duty.about is not None]
        return {"about": [Choice(str(duty.about), _reason(visit, dossier, str(duty.about))) for duty in owed]}
    if kind == PlanAct.TAKE_BACK:
        return {"holder": [Choice(holder, holder) for holder in facts_of(visit, dossier.header).copies]}
    return {}


def _reason(visit: Visit, dossier: Dossier, about: str) -> str:
    """Return the circumstances that were reported under a number, in words."""
    act = next(entry for entry in dossier.acts if str(entry.seq) == about)
    return visit.language.say("第 {seq} 号行为：{cause}", seq=about, cause=visit.language.say(dict(act.values)["情形"]))
