"""What may be done to a hazard, by whom and when 许可: refuses with the clause; decides nothing about what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules import answering, order_checks
from rules.actor import Role, labels
from rules.agenda import by_act, concerned
from rules.errors import CaseClosed, NotYourTurn, SeparationOfDuties, TimeInvalid, WrongPost
from rules.hazard import contents
from rules.hazard.acts import MAY, HazardAct
from rules.hazard.facts import Facts, Status
from rules.orders import OrderStep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendulum import DateTime

    from rules.act import Act
    from rules.rulebook import Rulebook

_ON_A_CLOSED_CASE = frozenset({HazardAct.APPLY_REOPEN, HazardAct.NOTE, HazardAct.RUNG})
_VERIFICATIONS = frozenset({HazardAct.ACCEPT, HazardAct.RECHECK, HazardAct.REVIEW})
_SIGNATURES = frozenset({HazardAct.SIGN_OFF, HazardAct.DELIST})
_DECIDED_APPLICATIONS = {
    HazardAct.DECIDE_EXTENSION: HazardAct.APPLY_EXTENSION,
    HazardAct.DECIDE_RESUME: HazardAct.APPLY_RESUME,
    HazardAct.DECIDE_VOID: HazardAct.APPLY_VOID,
    HazardAct.DECIDE_REOPEN: HazardAct.APPLY_REOPEN,
}
_STEPS = frozenset(OrderStep)
_ASKS_TO_CHANGE = {HazardAct.APPLY_EXTENSION: HazardAct.RECTIFY}


def permit(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the act may be recorded next.

    Raises `ActRefused` of the fitting kind with the clause: closed, not due, wrong post, own work, impossible time,
    content that does not hold.
    """
    kind = HazardAct(act.kind)
    _refuse_wrong_post(kind, act)
    if kind in answering.KINDS:
        answering.permit(facts.live, act)
        return
    _refuse_closed(facts, kind, act)
    _refuse_out_of_step(facts, kind, act)
    _refuse_out_of_turn(facts, kind, act)
    _refuse_own_work(facts, kind, act)
    _refuse_own_order(facts, kind, act)
    _refuse_impossible_time(facts, kind, act)
    contents.check(facts, act, rulebook)


def may_do(facts: Facts, kind: str, act: Act) -> bool:
    """Tell whether post, turn and separation of duties allow the act, whatever its content: for menus and lists."""
    wanted = HazardAct(kind)
    if wanted in answering.KINDS:
        return act.actor.role in MAY[wanted] and answering.is_awaited(facts.live)
    try:
        _refuse_wrong_post(wanted, act)
        _refuse_closed(facts, wanted, act)
        _refuse_out_of_step(facts, wanted, act)
        _refuse_out_of_turn(facts, wanted, act)
        _refuse_own_work(facts, wanted, act)
        _refuse_own_order(facts, wanted, act)
    except (WrongPost, CaseClosed, NotYourTurn, SeparationOfDuties):
        return False
    return True


# --- who -----------------------------------------------------------------------------------------


def _refuse_wrong_post(kind: HazardAct, act: Act) -> None:
    allowed = MAY[kind]
    if act.actor.role not in allowed:
        raise WrongPost(
            f"「{kind.label}」由{labels(allowed)}办理，您的岗位是{act.actor.role.label}。请由上述岗位的人员登录办理。",
            clause="haz-separation",
        )


def _refuse_own_work(facts: Facts, kind: HazardAct, act: Act) -> None:
    """Judged on persons, not accounts, over the whole life of the case. Law: haz-separation 岗位分离."""
    persons = act.actor.persons
    if kind in _VERIFICATIONS | _SIGNATURES and persons & facts.touched:
        raise SeparationOfDuties(
            f"参与过整改的人员（包括其所代表的人）不得办理「{kind.label}」。请由未参与整改的人员办理。",
            clause="haz-separation",
        )
    if kind in _SIGNATURES and persons & facts.verified:
        raise SeparationOfDuties(
            f"作过复查或者审查的人员不得办理「{kind.label}」。请由其他负责人办理。", clause="haz-separation"
        )
    if kind in _DECIDED_APPLICATIONS and persons & facts.requests[_DECIDED_APPLICATIONS[kind]].persons:
        raise SeparationOfDuties(f"申请人不得办理自己申请的「{kind.label}」。请由另一人办理。", clause="haz-separation")


# --- orders --------------------------------------------------------------------------------------


def _refuse_out_of_step(facts: Facts, kind: HazardAct, act: Act) -> None:
    order = facts.orders.get(act.word("about"))
    if kind in _STEPS and order is not None:
        order_checks.refuse_out_of_step(order, OrderStep(kind))


def _refuse_own_order(facts: Facts, kind: HazardAct, act: Act) -> None:
    """Judged on persons, as everywhere. An act that names no order, as a menu asks, may be about any that waits."""
    if kind not in _STEPS:
        return
    step, named = OrderStep(kind), facts.orders.get(act.word("about"))
    waiting = [named] if named else [order for order in facts.orders.values() if order_checks.waits_for(order, step)]
    troubles = [trouble for order in waiting if (trouble := order_checks.objection(order, step, act))]
    if waiting and len(troubles) == len(waiting):
        raise troubles[0]


# --- when ----------------------------------------------------------------------------------------


def _refuse_closed(facts: Facts, kind: HazardAct, act: Act) -> None:
    """Let through what is still owed: the news to the public, the answer to an application, a decision on lateness."""
    if facts.status is Status.OPEN or kind in _ON_A_CLOSED_CASE or by_act(facts.live, kind) is not None:
        return
    if kind is HazardAct.WITHDRAW_ORDER and _an_order_under_way(facts, kind, act):
        return
    raise CaseClosed(
        f"事项{facts.status.label}，不能再办理「{kind.label}」。确需继续的，请先申请恢复办理。", clause="haz-reopen"
    )


def _refuse_out_of_turn(facts: Facts, kind: HazardAct, act: Act) -> None:
    turn = _TURNS.get(kind, _when_owed)
    if not turn(facts, kind, act):
        waits = concerned(facts.live, kind, act.word("about")) or by_act(facts.live, facts.waits_for)
        owed = (
            f"当前应办「{HazardAct(waits.act).label}」，请由{waits.holder.label}办理"
            if waits
            else "请打开事项查看当前应办"
        )
        raise NotYourTurn(
            f"事项目前不等待您办理「{kind.label}」。{owed}。",
            clause=waits.clause_id if waits else "haz-discover",
            waits=facts.waits_for,
        )
    if kind in facts.requests:
        raise NotYourTurn(f"已有「{kind.label}」等待决定。请等待决定后再申请。", clause="haz-decide")


def _when_owed(facts: Facts, kind: HazardAct, act: Act) -> bool:
    del act
    return by_act(facts.live, kind) is not None


def _once_reported(facts: Facts, kind: HazardAct, act: Act) -> bool:
    del kind, act
    return facts.last_seq > 0


def _about_something_open(facts: Facts, kind: HazardAct, act: Act) -> bool:
    """The clock climbs and ends terms of open duties alone; a person may have been quicker."""
    del kind
    return act.word("about") in facts.live


def _at_the_beginning(facts: Facts, kind: HazardAct, act: Act) -> bool:
    del kind, act
    return facts.last_seq == 0


def _grading(facts: Facts, kind: HazardAct, act: Act) -> bool:
    """A unit may judge only what it found itself and was asked to judge."""
    owed = by_act(facts.live, kind)
    if owed is None:
        return False
    return act.actor.role not in {Role.UNIT_HEAD, Role.UNIT_SAFETY} or owed.holder is Role.UNIT_HEAD


def _after_grading(facts: Facts, kind: HazardAct, act: Act) -> bool:
    del kind, act
    return facts.grade is not None


def _while_rectifying(facts: Facts, kind: HazardAct, act: Act) -> bool:
    del kind, act
    return by_act(facts.live, HazardAct.RECTIFY) is not None


def _while_stopped(facts: Facts, kind: HazardAct, act: Act) -> bool:
    del kind, act
    return facts.stopped


def _stopping(facts: Facts, kind: HazardAct, act: Act) -> bool:
    """While work goes on and no order to stop it is on its way; or where the paper of a stop is owed again."""
    is_stopping = facts.stopped or facts.order_under_way(kind) is not None
    return _when_owed(facts, kind, act) or (facts.last_seq > 0 and not is_stopping)


def _an_order_under_way(facts: Facts, kind: HazardAct, act: Act) -> bool:
    """While somebody owes a step of the order named, or of any where none is; a parked one rests with its case."""
    del kind
    waiting = {duty.about for duty in facts.live.values() if duty.act in _STEPS}
    return act.word("about") in waiting or (not act.word("about") and bool(waiting))


def _when_over(facts: Facts, kind: HazardAct, act: Act) -> bool:
    del kind, act
    return facts.status is not Status.OPEN


def _extension_decision(facts: Facts, kind: HazardAct, act: Act) -> bool:
    """The unit's head decides on the unit's own hazard, the office on what it ordered."""
    owed = by_act(facts.live, kind)
    return owed is not None and (act.actor.role is Role.UNIT_HEAD) == (owed.holder is Role.UNIT_HEAD)


def _decision(facts: Facts, kind: HazardAct, act: Act) -> bool:
    """The post whom the ladder asked about that breach decides; the bureau's head may for a department's."""
    owed, about = [duty for duty in facts.live.values() if duty.act == kind], act.word("about")
    asked = {duty.holder for duty in owed if duty.about == about} or {duty.holder for duty in owed}
    stands_in = act.actor.role is Role.BUREAU_HEAD and Role.DEPT_HEAD in asked
    return bool(asked) and (act.actor.role in asked or act.actor.role is Role.COUNTY_LEADER or stands_in)


_TURNS: Mapping[HazardAct, Callable[[Facts, HazardAct, Act], bool]] = {
    HazardAct.REPORT: _at_the_beginning,
    HazardAct.GRADE: _grading,
    HazardAct.REGRADE: _after_grading,
    HazardAct.STOP_WORK: _stopping,
    HazardAct.WITHDRAW_ORDER: _an_order_under_way,
    HazardAct.APPLY_RESUME: _while_stopped,
    HazardAct.APPLY_EXTENSION: _while_rectifying,
    HazardAct.DECIDE_EXTENSION: _extension_decision,
    HazardAct.APPLY_REOPEN: _when_over,
    HazardAct.APPLY_VOID: _once_reported,
    HazardAct.DECIDE: _decision,
    HazardAct.NOTE: _once_reported,
    HazardAct.RUNG: _about_something_open,
    HazardAct.LAPSE: _about_something_open,
}


# --- at what time --------------------------------------------------------------------------------


def _refuse_impossible_time(facts: Facts, kind: HazardAct, act: Act) -> None:
    if act.happened_at > act.recorded_at:
        text = f"办理时间 {_clock(act.happened_at)} 晚于当前时间。请核对后重新填写。"
        raise TimeInvalid(text, clause="haz-backfill")
    owed = concerned(facts.live, _ASKS_TO_CHANGE.get(kind, kind), act.word("about"))
    if owed is not None and act.happened_at < owed.started_at:
        raise TimeInvalid(
            f"办理时间 {_clock(act.happened_at)} 早于该应办的起算时间 {_clock(owed.started_at)}。"
            "请核对补录的实际时间。",
            clause=owed.clause_id,
        )
    if facts.found_at is not None and act.happened_at < facts.found_at:
        raise TimeInvalid(
            f"办理时间 {_clock(act.happened_at)} 早于隐患的发现时间 {_clock(facts.found_at)}。请核对补录的实际时间。",
            clause="haz-backfill",
        )


def _clock(instant: DateTime) -> str:
    return instant.format("YYYY-MM-DD HH:mm")
