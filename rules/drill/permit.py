"""What may be done to a drill, by whom and when 许可: refuses with the clause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.actor import labels
from rules.drill import contents
from rules.drill.acts import FORMS, MAY, DrillAct
from rules.drill.facts import Facts, Outcome
from rules.drill.hosts import HOSTS
from rules.errors import SeparationOfDuties, WrongPost
from rules.gate import Gate, about_something_open, at_the_beginning, once_begun, owed_about

if TYPE_CHECKING:
    from rules.act import Act
    from rules.rulebook import Rulebook

_BY_THE_SIDE = frozenset(
    {
        DrillAct.AMEND, DrillAct.CHANGE, DrillAct.ABSENT, DrillAct.START, DrillAct.INJECT, DrillAct.SKIP,
        DrillAct.FINISH, DrillAct.REPORT, DrillAct.CONFIRM, DrillAct.REVISE, DrillAct.ARCHIVE,
    }
)  # fmt: skip
_BY_THE_APPROVER = frozenset({DrillAct.APPROVE, DrillAct.DECIDE_CHANGE})


def _refuse_the_wrong_side(facts: Facts, act: Act) -> None:
    kind = DrillAct(act.kind)
    if facts.scheme is None or kind not in _BY_THE_SIDE | _BY_THE_APPROVER:
        return
    posts = facts.scheme.host.posts
    allowed = posts.side if kind in _BY_THE_SIDE else posts.approvers
    if act.actor.role not in allowed:
        raise WrongPost(
            f"{HOSTS[facts.scheme.host]}演练的「{kind.label}」由{labels(allowed)}办理，您的岗位是"
            f"{act.actor.role.label}。请由上述岗位的人员登录办理。",
            clause="drill-scheme",
        )


def _refuse_the_preparer(facts: Facts, act: Act) -> None:
    if act.kind == DrillAct.APPROVE and act.actor.persons & facts.prepared_by:
        raise SeparationOfDuties("制定方案的人员不得审批自己的方案。请由其他有权的负责人审批。", clause="drill-approve")


def _refuse_who_led(facts: Facts, act: Act) -> None:
    if act.kind == DrillAct.EVALUATE and act.actor.persons & facts.led_by:
        raise SeparationOfDuties(
            "指挥、导调本次演练的人员不得评估。请由没有参与指挥的评估人员办理。", clause="drill-evaluate"
        )


def _refuse_who_improved(facts: Facts, act: Act) -> None:
    action = facts.actions.get(act.word("about")) if act.kind == DrillAct.CONFIRM else None
    if action is not None and act.actor.persons & action.done_by:
        raise SeparationOfDuties("落实改进的人员不得核实自己的改进。请由其他人员核实。", clause="drill-confirm")


# --- turns ---------------------------------------------------------------------------------------


def _before_it_begins(facts: Facts, act: Act) -> bool:
    del act
    return facts.scheme is not None and facts.outcome is Outcome.PLANNED


def _to_be_changed(facts: Facts, act: Act) -> bool:
    return _before_it_begins(facts, act) and facts.change is None


def _until_it_ends(facts: Facts, act: Act) -> bool:
    del act
    return facts.approved and facts.outcome in {Outcome.PLANNED, Outcome.RUNNING}


def _while_it_runs(facts: Facts, act: Act) -> bool:
    del act
    return facts.outcome is Outcome.RUNNING


def _to_be_checked(facts: Facts, act: Act) -> bool:
    """A unit's drill that has been held may be looked at, one thing at a time."""
    del act
    under_way = {DrillAct.ORDER_CORRECTION, DrillAct.CORRECT, DrillAct.RECHECK}
    return facts.must_submit and facts.ended_at is not None and not any(d.act in under_way for d in facts.live.values())


_GATE = Gate(
    forms=FORMS,
    may=MAY,
    turns={
        DrillAct.PREPARE: at_the_beginning,
        DrillAct.CHANGE: _to_be_changed,
        DrillAct.SIGN_IN: _until_it_ends,
        DrillAct.ABSENT: _until_it_ends,
        DrillAct.INJECT: _while_it_runs,
        DrillAct.SKIP: _while_it_runs,
        DrillAct.RESPOND: _while_it_runs,
        DrillAct.TURN_REAL: _until_it_ends,
        DrillAct.EVALUATE: owed_about,
        DrillAct.IMPROVE: owed_about,
        DrillAct.CONFIRM: owed_about,
        DrillAct.SPOT_CHECK: _to_be_checked,
        DrillAct.NOTE: once_begun,
        DrillAct.RUNG: about_something_open,
    },
    decided={DrillAct.DECIDE_CHANGE: DrillAct.CHANGE},
    on_closed=frozenset({DrillAct.NOTE, DrillAct.SPOT_CHECK}),
    clause="drill-evaluate",
    barriers=(_refuse_the_wrong_side, _refuse_the_preparer, _refuse_who_led, _refuse_who_improved),
    check=contents.check,
)


def permit(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the act may be recorded next. Raises `ActRefused` of the fitting kind with the clause."""
    _GATE.permit(facts, act, rulebook)


def may_do(facts: Facts, kind: str, act: Act) -> bool:
    """Tell whether post, turn and separation of duties allow the act, whatever its content: for menus and lists."""
    return _GATE.may_do(facts, kind, act)
