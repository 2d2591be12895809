"""Accident pages 事故: what its acts need on a page beyond their forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.forms import Choice
from rules.incident import INCIDENT, IncidentAct
from rules.incident.subjects import subject_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from console.visit import Visit
    from models.dossier import Dossier
    from rules.actor import Actor
    from rules.incident import Facts

# Official acts are read once more in plain words before they are done; the last ones are signed with the password.
OFFICIAL = frozenset(
    {
        IncidentAct.FINDING, IncidentAct.MERGE, IncidentAct.TRANSFER, IncidentAct.HAND_UP, IncidentAct.TEAM,
        IncidentAct.DECIDE_EXTENSION, IncidentAct.APPROVE, IncidentAct.DECIDE_VOID,
    }
)  # fmt: skip
SIGNED = frozenset({IncidentAct.FINDING, IncidentAct.APPROVE, IncidentAct.DECIDE_EXTENSION, IncidentAct.DECIDE_VOID})
HINTS: Mapping[tuple[str, str], str] = {
    (IncidentAct.SEND, "document_no"): "已确认收到的，与收到时间、照片至少有一项",
    (IncidentAct.DECIDE_EXTENSION, "ends_on"): "同意的必须填写",
}


def left_out(kind: str, actor: Actor) -> frozenset[str]:
    """Return the fields of an act that this person cannot fill lawfully: none."""
    del kind, actor
    return frozenset()


def choices_for(visit: Visit, dossier: Dossier, kind: str) -> dict[str, list[Choice]]:
    """Return the reports that may be recorded as sent: what is owed first, then the superior levels' hops."""
    if kind != IncidentAct.SEND:
        return {}
    with visit.desk.store.read() as reading:
        facts: Facts = visit.desk.facts.of(reading, dossier.header)
    owed = [str(duty.about) for duty in dossier.open_duties if duty.act == IncidentAct.SEND]
    informed = [record.hop_id for record in facts.current_hops if record.sent_at is None and record.hop_id not in owed]
    say = visit.language.say
    groups = ((owed, INCIDENT.label_of(IncidentAct.SEND)), (informed, "上级环节，作为信息登记"))
    return {
        "about": [Choice(about, say(subject_of(about)), say(group)) for abouts, group in groups for about in abouts]
    }
