"""What may be done to an accident, by whom and when 许可: refuses with the clause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.actor import UNIT_ROLES, labels
from rules.agenda import by_act
from rules.errors import CaseClosed, NotYourTurn, SeparationOfDuties, TimeInvalid, WrongPost
from rules.incident import contents
from rules.incident.acts import MAY, IncidentAct
from rules.incident.facts import Facts, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.act import Act
    from rules.rulebook import Rulebook

_ON_A_CLOSED_CASE = frozenset({IncidentAct.NOTE, IncidentAct.FINDING, IncidentAct.LINK})
_DECIDED = {
    IncidentAct.DECIDE_EXTENSION: IncidentAct.APPLY_EXTENSION,
    IncidentAct.DECIDE_VOID: IncidentAct.APPLY_VOID,
}


def permit(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the act may be recorded next.

    Raises `ActRefused` of the fitting kind with the clause: wrong post, closed, not due, own application, impossible
    time, content that does not hold.
    """
    kind = IncidentAct(act.kind)
    _refuse_wrong_post(kind, act)
    _refuse_closed(facts, kind)
    _refuse_out_of_turn(facts, kind, act)
    _refuse_own_application(facts, kind, act)
    if act.happened_at > act.recorded_at:
        raise TimeInvalid(
            f"办理时间 {act.happened_at:%Y-%m-%d %H:%M} 晚于当前时间。请核对后重新填写。", clause="inc-content"
        )
    contents.check(facts, act, rulebook)


def may_do(facts: Facts, kind: str, act: Act) -> bool:
    """Tell whether post, turn and separation of duties allow the act, whatever its content: for menus and lists."""
    wanted = IncidentAct(kind)
    try:
        _refuse_wrong_post(wanted, act)
        _refuse_closed(facts, wanted)
        _refuse_out_of_turn(facts, wanted, act)
        _refuse_own_application(facts, wanted, act)
    except (WrongPost, CaseClosed, NotYourTurn, SeparationOfDuties):
        return False
    return True


def _refuse_wrong_post(kind: IncidentAct, act: Act) -> None:
    allowed = MAY[kind]
    if act.actor.role not in allowed:
        raise WrongPost(
            f"「{kind.label}」由{labels(allowed)}办理，您的岗位是{act.actor.role.label}。请由上述岗位的人员登录办理。",
            clause="inc-content",
        )


def _refuse_closed(facts: Facts, kind: IncidentAct) -> None:
    if facts.status is not Status.OPEN and kind not in _ON_A_CLOSED_CASE:
        raise CaseClosed(f"事项{facts.status.label}，不能再办理「{kind.label}」。请用「补充说明」登记新情况。")


def _refuse_own_application(facts: Facts, kind: IncidentAct, act: Act) -> None:
    applied = _DECIDED.get(kind)
    if applied is not None and act.actor.persons & facts.asked_by[applied]:
        raise SeparationOfDuties("申请人（包括其所代表的人）不得决定自己的申请。请由其他人员办理。", clause="inc-void")


def _refuse_out_of_turn(facts: Facts, kind: IncidentAct, act: Act) -> None:
    turn = _TURNS.get(kind, _when_owed)
    if not turn(facts, kind, act):
        waits = by_act(facts.live, facts.waits_for)
        owed = (
            f"当前应办「{IncidentAct(waits.act).label}」，请由{waits.holder.label}办理"
            if waits
            else "请打开事项查看当前应办"
        )
        raise NotYourTurn(
            f"事项目前不等待办理「{kind.label}」。{owed}。", clause=waits.clause_id if waits else "inc-content"
        )


def _when_owed(facts: Facts, kind: IncidentAct, act: Act) -> bool:
    del act
    return by_act(facts.live, kind) is not None


def _at_the_beginning(facts: Facts, kind: IncidentAct, act: Act) -> bool:
    del kind, act
    return facts.last_seq == 0


def _once_reported(facts: Facts, kind: IncidentAct, act: Act) -> bool:
    del kind, act
    return facts.last_seq > 0


def _once_graded(facts: Facts, kind: IncidentAct, act: Act) -> bool:
    del kind, act
    return facts.assessment is not None


def _to_be_handed_up(facts: Facts, kind: IncidentAct, act: Act) -> bool:
    """A higher government takes over once, and not what has been investigated."""
    return _once_graded(facts, kind, act) and not facts.handed_up and not facts.submitted


def _to_be_sent(facts: Facts, kind: IncidentAct, act: Act) -> bool:
    """What is owed may be sent, and a hop of a superior level that is on record may be recorded as information.

    A unit records its own reports alone: what an office owes is not done because a unit says so.
    """
    del kind
    about, is_unit = act.word("about"), act.actor.role in UNIT_ROLES
    owed = [duty for duty in facts.live.values() if duty.act == IncidentAct.SEND and about in {"", duty.about}]
    if is_unit:
        return any(duty.holder in UNIT_ROLES for duty in owed)
    return bool(owed) or any(record.hop_id == about and record.sent_at is None for record in facts.current_hops)


def _while_investigating(facts: Facts, kind: IncidentAct, act: Act) -> bool:
    del act
    running = bool(facts.appraisals) and facts.appraisals[-1].ended_at is None
    owed = by_act(facts.live, IncidentAct.SUBMIT) is not None
    return owed and not facts.extended and running is (kind is IncidentAct.END_APPRAISAL)


def _to_be_extended(facts: Facts, kind: IncidentAct, act: Act) -> bool:
    return _while_investigating(facts, kind, act) and IncidentAct.APPLY_EXTENSION not in facts.asked_by


def _to_be_voided(facts: Facts, kind: IncidentAct, act: Act) -> bool:
    del kind, act
    return facts.last_seq > 0 and IncidentAct.APPLY_VOID not in facts.asked_by


def _about_something_open(facts: Facts, kind: IncidentAct, act: Act) -> bool:
    """The clock climbs and ends terms of open duties alone; a person may have been quicker."""
    del kind
    return act.word("about") in facts.live


_TURNS: Mapping[IncidentAct, Callable[[Facts, IncidentAct, Act], bool]] = {
    IncidentAct.REPORT: _at_the_beginning,
    IncidentAct.SEND: _to_be_sent,
    IncidentAct.FOLLOW_UP: _once_graded,
    IncidentAct.SUPPLEMENT: _once_graded,
    IncidentAct.CORRECT: _once_graded,
    IncidentAct.FINDING: _once_reported,
    IncidentAct.LINK: _once_reported,
    IncidentAct.MERGE: _once_reported,
    IncidentAct.TRANSFER: _once_reported,
    IncidentAct.HAND_UP: _to_be_handed_up,
    IncidentAct.BEGIN_APPRAISAL: _while_investigating,
    IncidentAct.END_APPRAISAL: _while_investigating,
    IncidentAct.APPLY_EXTENSION: _to_be_extended,
    IncidentAct.APPLY_VOID: _to_be_voided,
    IncidentAct.NOTE: _once_reported,
    IncidentAct.RUNG: _about_something_open,
    IncidentAct.LAPSE: _about_something_open,
}
