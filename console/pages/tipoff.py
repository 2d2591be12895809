"""Tip-off pages 举报: taking one down, the list of one's own office, the sealed identity, what its acts need there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console import opening
from console.errors import NotThere
from console.forms import Choice
from console.opening import Offer
from console.pages.cases import facts_of
from console.shelves import TIPOFFS
from models.clock import micros
from models.staff import Staff, bodies
from models.tipoff import fresh_code
from models.tipoff_reading import hazards_since, identity_of
from models.units import find_units
from rules.actor import READERS
from rules.tipoff import TIPOFF, TipAct
from rules.tipoff.acts import TOLD
from rules.tipoff.rewarding import reward_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from console.visit import Visit
    from models.dossier import Dossier
    from rules.actor import Actor

# Official acts are read once more in plain words before they are done.
OFFICIAL = frozenset(
    {
        TipAct.ACCEPT, TipAct.COUNTERSIGN, TipAct.DECIDE_EXTENSION, TipAct.APPROVE_AWARD, TipAct.PAY, TipAct.WITHDRAW,
        TipAct.DECIDE_VOID,
    }
)  # fmt: skip
HINTS: Mapping[tuple[str, str], str] = {
    (TipAct.COUNTERSIGN, "note"): "退回的写明原因",
    (TipAct.APPROVE_AWARD, "note"): "退回的写明原因",
    (TipAct.IDENTIFY, "phone"): "身份密封保存，只有登记人和留下查阅理由的本机关人员能看",
}
LOOKS: Mapping[str, str] = {
    "unit": "suggest", "unit_name": "line", "name": "line", "phone": "line", "papers": "line", "address": "line",
    "to": "suggest", "receiver": "line", "amount": "figure", "fine": "figure", "deaths": "figure",
    "signers": "figure",
}  # fmt: skip
_MOST_UNITS = 500


def show_new(visit: Visit) -> Response:
    """Show the form by which a tip-off is taken down, with a fresh code for the reporter."""
    return opening.show(visit, TIPOFFS, offer=_offer(visit))


def receive(visit: Visit) -> Response:
    """Take a tip-off down; with an error, show the form again with everything that was typed."""
    return opening.open_case(visit, TIPOFFS, offer=_offer(visit))


def _offer(visit: Visit) -> Offer:
    with visit.desk.store.read() as reading:
        units = find_units(reading, visit.actor, "", most=_MOST_UNITS)
    return Offer(
        choices={"unit": [Choice(unit.code, unit.name) for unit in units]},
        looks=LOOKS,
        presets={"code": fresh_code()},
        only=visit.actor.home,
    )


def show_identity(visit: Visit, number: str) -> Response:
    """Show who gave a tip-off, to whoever took it down or has left word why they look; others are asked why first."""
    dossier = visit.dossier(number)
    if dossier.header.process is not TIPOFF:
        raise NotThere
    facts = facts_of(visit, dossier.header)
    if not facts.identified or visit.actor.role in READERS:
        raise NotThere
    if visit.actor.person_id not in facts.readers:
        return visit.go(f"/cases/{number}/acts/{TipAct.CONSULT}")
    with visit.desk.store.read() as reading:
        found = identity_of(reading, visit.desk.installation.county_id, number, visit.actor.scope)
    return visit.page("identity.html", dossier=dossier, identity=found)


# --- what acts need on a page --------------------------------------------------------------------


def left_out(kind: str, actor: Actor) -> frozenset[str]:
    """Return the fields of an act that this person cannot fill lawfully: none."""
    del kind, actor
    return frozenset()


def choices_for(visit: Visit, dossier: Dossier, kind: str) -> dict[str, list[Choice]]:
    """Return what can be chosen where the form alone cannot know it: who checks, where it goes, what is answered."""
    match kind:
        case TipAct.ASSIGN:
            with visit.desk.store.read() as reading:
                staff = Staff.read(reading, visit.desk.installation.county_id)
            here = [Choice(one.id, one.name) for one in staff.of(dossier.header.place.department_id)]
            return {"first": here, "second": here}
        case TipAct.ACCEPT:
            with visit.desk.store.read() as reading:
                found = bodies(reading, visit.desk.installation.county_id)
            return {"to": [Choice(body.code, body.name) for body in found]}
        case TipAct.REPLY:
            owed = [str(duty.about) for duty in dossier.open_duties if duty.act == kind]
            return {"about": [Choice(about, TOLD[about]) for about in owed]}
        case _:
            return {}


def presets_for(visit: Visit, dossier: Dossier, kind: str) -> dict[str, str]:
    """Return what is known already: the hazards reported since, and what law pays."""
    facts = facts_of(visit, dossier.header)
    if kind == TipAct.LINK and facts.unit:
        county_id, since = visit.desk.installation.county_id, micros(facts.since)
        with visit.desk.store.read() as reading:
            return {"hazards": "\n".join(hazards_since(reading, county_id, facts.unit, since))}
    if kind == TipAct.AWARD:
        reward = reward_of(facts, visit.desk.rulebook)
        return {} if reward is None else {"amount": str(reward.yuan)}
    return {}


def drafts_for(visit: Visit, dossier: Dossier, kind: str) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Return how the reward is computed, to be read before it is proposed or approved."""
    if kind not in {TipAct.AWARD, TipAct.APPROVE_AWARD}:
        return []
    facts = facts_of(visit, dossier.header)
    reward = reward_of(facts, visit.desk.rulebook)
    if reward is None:
        return []
    clause = visit.clause(reward.tariff.clause_id)
    told = visit.language.told
    lines = [
        ("计算", told(reward.how)),
        *([("限额", told(reward.bound))] if reward.bound else []),
        ("条款", clause.citation if clause else reward.tariff.clause_id),
    ]
    if facts.award_yuan is not None:
        lines.append(("提出的金额（元）", str(facts.award_yuan)))
    return [(visit.language.say("按规定计算的奖励"), tuple(lines))]
