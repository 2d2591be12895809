"""The papers of recurring duties 检查记录、会议记录: as recorded, with the names of those who stand behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.staff import Staff
from tasks.papers import case_of, issue, source_of

if TYPE_CHECKING:
    from models.dossier import Dossier
    from rules.agenda import Effect
    from tasks.resources import Resources


def issue_paper(tools: Resources, *, case_number: str, effect: Effect, run_id: str) -> str:
    """Draw up the paper an effect owes, file it under its fingerprint, settle the effect; return the fingerprint."""
    with tools.store.read() as reading:
        dossier = case_of(tools, reading, case_number)
        staff = Staff.read(reading, tools.installation.county_id)
    owner = staff.name(dossier.header.place.owner) if dossier.header.place.owner else ""
    return issue(tools, dossier, effect, _facts(tools, dossier, effect, owner), run_id=run_id)


def _facts(tools: Resources, dossier: Dossier, effect: Effect, owner: str) -> dict[str, Any]:
    act = dossier.acts[effect.caused_by - 1]
    return {
        **source_of(tools, dossier, effect),
        "document_no": "",
        "form": "事故隐患排查治理统计表" if dossier.header.place.unit_id else "安全生产举报月度统计表",
        "owner": owner,
        "entered_by": act.who if act.acting_for else "",
        "recorder": act.who,
        "period": _period(dossier),
        "files": len(act.evidence),
        "recorded_at": act.recorded_at.format("YYYY年M月D日 HH:mm"),
    }


def _period(dossier: Dossier) -> str:
    """Return the first and the last day that a case is about, as its opening act names them."""
    values = dict(dossier.acts[0].values)
    return f"{values.get('周期首日', '')} 至 {values.get('周期末日', '')}"
