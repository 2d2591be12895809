"""Urging 催办: the one act that every process shares: who answers for a thing asks whoever owes it to get on with it.

It changes nothing that is owed and stops no clock. It is on record, and it is told at once through the outbox.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rules.actor import LEADERS, OFFICE_HEADS, Role, labels
from rules.agenda import ACKNOWLEDGE, URGE
from rules.docket import Docket
from rules.errors import NotYourTurn, TimeInvalid, WrongPost
from rules.form import Form, choice, code, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.act import Act
    from rules.agenda import Changes, Duty
    from rules.rulebook import Rulebook

CLAUSE = "notice-urge"
#: Who may urge: those who answer for the work of others.
URGERS = LEADERS | OFFICE_HEADS | {Role.COMMITTEE_OFFICE, Role.TOWN_LEADER}
#: The ready sentences, by the wording of the notice that says them.
SENTENCES: Mapping[str, str] = {
    "late": "已经逾期，请立即办理",
    "due": "请抓紧办理，按期办结",
    "report": "请办理并报告进展",
}
FORM = Form(
    URGE,
    "催办",
    (code("about", "催办的应办"), choice("sentence", "催办的话", SENTENCES), text("note", "补充", required=False)),
)
SHARED: Mapping[str, Form] = {URGE: FORM}


def is_urgent_for_others(duty: Duty) -> bool:
    """Tell whether a duty may be urged: no answer to a notice, and nobody's own affair before it is breached.

    Law: notice-urge 催办; obl-warn 二十五日预警.
    """
    return duty.act != ACKNOWLEDGE and (duty.holder is not Role.OWNER or duty.breached)


def permit(facts: Any, act: Act) -> None:
    """Return when the urging may be recorded. Law: notice-urge 催办.

    Raises `WrongPost`, `NotYourTurn` where the duty has ended or is somebody's own, `TimeInvalid` for one entered
    later: an urging is told at once or not at all.
    """
    if act.actor.role not in URGERS:
        raise WrongPost(
            f"「催办」由{labels(URGERS)}办理，您的岗位是{act.actor.role.label}。请由上述岗位的人员登录办理。",
            clause=CLAUSE,
        )
    duty: Duty | None = facts.live.get(act.word("about"))
    if duty is None or not is_urgent_for_others(duty):
        raise NotYourTurn("这项应办已经结束，或者不能由他人催办。请打开事项查看当前应办。", clause=CLAUSE)
    if act.backfilled or act.happened_at > act.recorded_at:
        raise TimeInvalid("催办即时送出，不能补录。请不填办理时间，重新提交。", clause=CLAUSE)


def may_do(facts: Any, act: Act) -> bool:
    """Tell whether a post may urge anything in a case now."""
    return act.actor.role in URGERS and any(is_urgent_for_others(duty) for duty in facts.live.values())


def advance(facts: Any, act: Act, rulebook: Rulebook) -> tuple[Any, Changes]:
    """Return the facts, whose clocks all run on, and the notice to whoever owes the duty."""
    docket = Docket(act, rulebook, dict(facts.live))
    duty = docket.live[act.word("about")]
    docket.tell(f"urged-{act.word('sentence')}", duty.holder, clause_id=CLAUSE, asks=duty.key)
    return replace(facts, last_seq=act.seq), docket.changes
