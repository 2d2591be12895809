"""What may be done to a quota, by whom and when 许可: refuses with the clause, decides nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.actor import Role, labels
from rules.agenda import by_act
from rules.errors import CaseClosed, NotYourTurn, TimeInvalid, WrongPost
from rules.obligation import contents
from rules.obligation.acts import FULFILLING, HANDS, MAY, ObligationAct
from rules.obligation.facts import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.act import Act
    from rules.obligation.facts import Facts
    from rules.rulebook import Rulebook

_OPENING = frozenset({ObligationAct.OPEN, ObligationAct.ASSIGN})
_WHEN_OWED: Mapping[ObligationAct, str] = {
    ObligationAct.REFER: "obl-refer", ObligationAct.EXPLAIN: "obl-explain", ObligationAct.FINISH: "obl-task",
    ObligationAct.CONFIRM: "obl-confirm", ObligationAct.REASSIGN: "obl-task",
}  # fmt: skip
_WAITS_FOR = {ObligationAct.REASSIGN: ObligationAct.FINISH}
_BY_THEMSELVES = FULFILLING | {ObligationAct.REFER, ObligationAct.ABSENCE, ObligationAct.EXPLAIN}
_ABOUT_THE_PERIOD = FULFILLING | {ObligationAct.ABSENCE}
_OVER = {
    Outcome.MISSED: "本周期届满未完成并已说明", Outcome.EXCUSED: "本周期不计", Outcome.RELEASED: "本周期已解除",
}  # fmt: skip


def permit(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the act may be recorded next.

    Raises `ActRefused` of the fitting kind with the clause: wrong post, somebody else's quota, closed, not due,
    impossible time, content that does not hold.
    """
    kind = ObligationAct(act.kind)
    _refuse_wrong_post(kind, act)
    _refuse_out_of_turn(facts, kind, act)
    _refuse_somebody_elses(facts, kind, act)
    _refuse_closed(facts, kind, act)
    _refuse_the_future(act)
    contents.check(facts, act, rulebook)


def may_do(facts: Facts, kind: str, act: Act) -> bool:
    """Tell whether post, person and turn allow the act, whatever its content: for menus and lists."""
    wanted = ObligationAct(kind)
    try:
        _refuse_wrong_post(wanted, act)
        _refuse_out_of_turn(facts, wanted, act)
        _refuse_somebody_elses(facts, wanted, act)
        _refuse_closed(facts, wanted, act)
    except (WrongPost, CaseClosed, NotYourTurn):
        return False
    return True


def _refuse_wrong_post(kind: ObligationAct, act: Act) -> None:
    allowed = MAY[kind]
    if act.actor.role not in allowed:
        raise WrongPost(
            f"「{kind.label}」由{labels(allowed)}办理，您的岗位是{act.actor.role.label}。请由上述岗位的人员登录办理。",
            clause="obl-liaison",
        )


def _refuse_out_of_turn(facts: Facts, kind: ObligationAct, act: Act) -> None:
    if (facts.last_seq == 0) is not (kind in _OPENING):
        raise NotYourTurn(
            "本事项已经开启，请直接登记。" if facts.last_seq else "周期由系统到时开启，请等开启后再登记。",
            clause="obl-evidence",
        )
    if kind is ObligationAct.RUNG and act.word("about") not in facts.live:
        raise NotYourTurn("该应办已经结束，时钟不再处理。请打开事项查看当前应办。", clause="obl-breach")
    fitting = {facts.act, ObligationAct.ABSENCE} if facts.role is Role.OWNER else {facts.act}
    if kind in _ABOUT_THE_PERIOD and (facts.task is not None or kind not in fitting):
        raise NotYourTurn(
            f"本事项不以「{kind.label}」办理。请打开事项，按列出的应办登记。",
            clause="obl-evidence",
            waits=facts.waits_for,
        )
    if kind in _WHEN_OWED and by_act(facts.live, _WAITS_FOR.get(kind, kind)) is None:
        raise NotYourTurn(
            f"本事项目前不等待「{kind.label}」。请打开事项查看当前应办。",
            clause=_WHEN_OWED[kind],
            waits=facts.waits_for,
        )


def _refuse_somebody_elses(facts: Facts, kind: ObligationAct, act: Act) -> None:
    """Each does their own; what an organisation or unit owes is entered by its own people, a task by those it names."""
    if kind in {ObligationAct.FINISH, ObligationAct.CONFIRM}:
        _refuse_who_is_not_named(facts, kind, act)
    if kind not in _BY_THEMSELVES or _is_theirs(facts, act):
        return
    if facts.role is not Role.OWNER:
        hands = labels(HANDS[facts.role])
        raise WrongPost(
            f"这是别的机构或者单位的应办事项，由其{hands}登记。请由上述岗位的人员登录办理。", clause="obl-answers"
        )
    if act.actor.role is Role.LIAISON:
        raise WrongPost(
            "联络员只能为授权给自己的县领导登记，请先切换为代该领导办理；没有授权的，请联系安委办登记。",
            clause="obl-liaison",
        )
    raise WrongPost("这是别人的应办事项。请由本人或者其联络员登记。", clause="obl-liaison")


def _is_theirs(facts: Facts, act: Act) -> bool:
    if facts.role is Role.OWNER:
        return facts.holder in act.actor.persons
    in_office = act.actor.role in HANDS[facts.role]
    return in_office and (facts.role is Role.COMMITTEE_OFFICE or act.actor.home == facts.seat)


def _refuse_who_is_not_named(facts: Facts, kind: ObligationAct, act: Act) -> None:
    """Who does or leads a task reports it done; who leads it confirms, or the office, and never who reported."""
    task, persons = facts.task, act.actor.persons
    assert task is not None, "a task's acts are refused before where they are not owed"
    if kind is ObligationAct.FINISH and not persons & {task.leader, task.person}:
        raise WrongPost("任务由责任人或者责任领导报告完成。请由其本人登录办理。", clause="obl-task")
    if kind is ObligationAct.CONFIRM and persons & task.finished_by:
        raise WrongPost(
            "报告完成的人不能自己确认。请由责任领导确认；责任领导自己报告的，由安委办确认。", clause="obl-confirm"
        )
    if kind is ObligationAct.CONFIRM and task.leader not in persons and act.actor.role is not Role.COMMITTEE_OFFICE:
        raise WrongPost("任务由责任领导或者安委办确认完成。请由其登录办理。", clause="obl-confirm")


def _refuse_closed(facts: Facts, kind: ObligationAct, act: Act) -> None:
    if kind is ObligationAct.RELEASE and not facts.live:
        raise CaseClosed("本周期没有待办的事项，不必解除。请打开事项查看记录。", clause="obl-release")
    if kind not in _ABOUT_THE_PERIOD:
        return
    if facts.outcome in _OVER:
        raise CaseClosed(
            f"{_OVER[facts.outcome]}，不能再办理「{kind.label}」。请在当前周期的事项中登记。", clause=facts.clause_id
        )
    if facts.outcome is Outcome.DONE and act.recorded_at.date() > facts.term.last:
        raise CaseClosed(
            f"周期 {facts.term.code} 已完成并已届满，不再补登。请在当前周期的事项中登记。", clause=facts.clause_id
        )


def _refuse_the_future(act: Act) -> None:
    if act.happened_at > act.recorded_at:
        raise TimeInvalid(
            f"办理时间 {act.happened_at.format('YYYY-MM-DD HH:mm')} 晚于当前时间。请核对后重新填写。",
            clause="obl-evidence",
        )
