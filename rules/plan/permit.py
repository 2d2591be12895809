"""What may be done to a plan, by whom and when 许可: refuses with the clause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.actor import labels
from rules.errors import SeparationOfDuties, WrongPost
from rules.gate import Gate, about_something_open, at_the_beginning, once_begun, owed_about, unless_asked
from rules.plan import contents
from rules.plan.acts import FORMS, MAY, PlanAct
from rules.plan.keeping import applicants
from rules.plan.levels import LEVELS

if TYPE_CHECKING:
    from rules.act import Act
    from rules.plan.facts import Facts
    from rules.rulebook import Rulebook

_BY_THE_SIDE = frozenset(
    {PlanAct.DRAFT, PlanAct.PUBLISH, PlanAct.FILE, PlanAct.HAND_OUT, PlanAct.TAKE_BACK, PlanAct.ASSESS}
)
_BY_THE_APPROVER = frozenset({PlanAct.APPROVE, PlanAct.DECIDE_REVISION, PlanAct.ABOLISH})


def _refuse_the_wrong_side(facts: Facts, act: Act) -> None:
    parties, kind = facts.level.parties, PlanAct(act.kind)
    if kind in _BY_THE_SIDE:
        allowed = parties.side
    elif kind in _BY_THE_APPROVER:
        allowed = parties.approvers
    elif kind is PlanAct.REVIEW:
        allowed = parties.examiners
    else:
        return
    if act.actor.role not in allowed:
        raise WrongPost(
            f"{LEVELS[facts.level]}的「{kind.label}」由{labels(allowed)}办理，您的岗位是{act.actor.role.label}。"
            "请由上述岗位的人员登录办理。",
            clause="plan-file-20wd",
        )


def _refuse_a_drafter(facts: Facts, act: Act) -> None:
    if act.kind == PlanAct.REVIEW and act.actor.persons & facts.drafters:
        raise SeparationOfDuties("编制人员不得评审、审核自己编制的预案。请由其他人员办理。", clause="plan-recuse")


def _refuse_the_reporter(facts: Facts, act: Act) -> None:
    if act.kind == PlanAct.DECIDE_REVISION and act.actor.persons & applicants(facts, act.word("about")):
        raise SeparationOfDuties(
            "报来修订情形的人员不得自己认定是否修订。请由其他有权的负责人办理。", clause="plan-decide-revision"
        )


def _once_in_force(facts: Facts, act: Act) -> bool:
    del act
    return facts.in_force is not None


def _when_held(facts: Facts, act: Act) -> bool:
    del act
    return bool(facts.copies)


def _to_be_filed(facts: Facts, act: Act) -> bool:
    """What need not be filed may be; what is being checked, or is filed, is not filed again."""
    del act
    return facts.in_force is not None and facts.filing.value in {"owed", "not_owed"}


_GATE = Gate(
    forms=FORMS,
    may=MAY,
    turns={
        PlanAct.INITIATE: at_the_beginning,
        PlanAct.FILE: _to_be_filed,
        PlanAct.HAND_OUT: _once_in_force,
        PlanAct.TAKE_BACK: _when_held,
        PlanAct.TRIGGER: _once_in_force,
        PlanAct.DECIDE_REVISION: owed_about,
        PlanAct.ABOLISH: _once_in_force,
        PlanAct.APPLY_VOID: unless_asked,
        PlanAct.NOTE: once_begun,
        PlanAct.RUNG: about_something_open,
        PlanAct.LAPSE: about_something_open,
    },
    decided={PlanAct.DECIDE_VOID: PlanAct.APPLY_VOID},
    on_closed=frozenset({PlanAct.NOTE}),
    clause="plan-file-20wd",
    barriers=(_refuse_the_wrong_side, _refuse_a_drafter, _refuse_the_reporter),
    check=contents.check,
)


def permit(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the act may be recorded next. Raises `ActRefused` of the fitting kind with the clause."""
    _GATE.permit(facts, act, rulebook)


def may_do(facts: Facts, kind: str, act: Act) -> bool:
    """Tell whether post, turn and separation of duties allow the act, whatever its content: for menus and lists."""
    return _GATE.may_do(facts, kind, act)
