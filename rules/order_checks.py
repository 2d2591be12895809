"""Whether a step of an order may be taken 文书办理的核对: its turn, two pairs of eyes, certificates, and its service.

Refuses with the clause and decides nothing about what follows; knows no process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.actor import labels
from rules.errors import (
    ActRefused,
    ContentInvalid,
    NotQualified,
    NotYourTurn,
    SeparationOfDuties,
    TimeInvalid,
    WrongPost,
)
from rules.orders import OrderState, OrderStep, ServiceMode, service_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from rules.act import Act
    from rules.orders import Order
    from rules.rulebook import Rulebook

_STEP_LABELS = {
    OrderStep.CONFIRM: "会签",
    OrderStep.REVIEW: "审核",
    OrderStep.SIGN: "签发",
    OrderStep.SERVE: "送达",
}


def waits_for(order: Order, step: OrderStep) -> bool:
    """Tell whether a step may be the next one: what is on its way may always be withdrawn."""
    return order.next_step is step or (step is OrderStep.WITHDRAW and order.state.goes_on)


def refuse_out_of_step(order: Order, step: OrderStep) -> None:
    """Raise `NotYourTurn` when the order does not wait for the step; a served one is never taken back."""
    if waits_for(order, step):
        return
    if order.next_step is None:
        advice = "请另行拟稿。" if order.state is not OrderState.SERVED else "请按后续程序办理。"
        text = f"该{order.kind.label}{order.state.label}，不能再办理这一步。{advice}"
    else:
        text = (
            f"该{order.kind.label}{order.state.label}，下一步应当「{_STEP_LABELS[order.next_step]}」。请先办理这一步。"
        )
    raise NotYourTurn(text, clause=order.kind.clause_id)


def objection(order: Order, step: OrderStep, act: Act) -> ActRefused | None:
    """Return why this person may not take the step, None when they may."""
    try:
        _refuse_same_hands(order, step, act.actor.persons)
        _refuse_without_authority(order, step, act)
        _refuse_taking_back_what_holds(order, step)
    except ActRefused as refused:
        return refused
    return None


def _refuse_taking_back_what_holds(order: Order, step: OrderStep) -> None:
    """Raise `NotYourTurn`: what was ordered on the spot holds until a recorded consent. Law: haz-resume-check."""
    if step is OrderStep.WITHDRAW and order.urgent:
        raise NotYourTurn(
            f"该{order.kind.label}已当场责令并生效，不能撤回。请按程序申请恢复，经审查同意后解除。",
            clause="haz-resume-check",
        )


def _refuse_same_hands(order: Order, step: OrderStep, persons: frozenset[str]) -> None:
    """Raise `SeparationOfDuties` for whoever stood behind an earlier step. Law: enf-two-officers, ord-separation."""
    drafters = order.drafters
    if step is OrderStep.CONFIRM and persons & drafters:
        raise SeparationOfDuties(
            f"{order.kind.label}须由两名执法人员作出，会签人不得是拟稿人。请由另一名持证人员会签。",
            clause="enf-two-officers",
        )
    if step is OrderStep.REVIEW and persons & (drafters | order.confirmers):
        raise SeparationOfDuties("拟稿人、会签人不得审核自己的文书。请由其他人员审核。", clause="ord-separation")
    if step is OrderStep.SIGN and persons & (drafters | order.confirmers | order.reviewers):
        raise SeparationOfDuties(
            "拟稿人、会签人、审核人不得签发自己的文书。请由其他有权签发的负责人签发。", clause="ord-separation"
        )


def _refuse_without_authority(order: Order, step: OrderStep, act: Act) -> None:
    """Raise `WrongPost`: an order is signed, and once signed withdrawn, by the leaders who are authorised to."""
    is_the_leaders = step is OrderStep.SIGN or (step is OrderStep.WITHDRAW and order.state is OrderState.SIGNED)
    if is_the_leaders and act.actor.role not in order.kind.signers:
        raise WrongPost(
            f"{order.kind.label}由{labels(order.kind.signers)}签发；签发后的撤回也由其决定。请由上述岗位的人员办理。",
            clause="ord-sign" if step is OrderStep.SIGN else "ord-withdraw",
        )


def refuse_unqualified(act: Act) -> None:
    """Raise `NotQualified` unless the person holds a certificate on the day of the act. Law: enf-two-officers."""
    day = act.happened_at.date()
    if act.actor.certificate_on(day) is not None:
        return
    held = act.actor.certificates
    if not held:
        text = "您没有登记执法证，不能以执法人员身份拟稿或者会签。请由持证人员办理，或者先登记执法证。"
    else:
        last = max(held, key=lambda found: found.valid_until)
        text = (
            f"您的执法证 {last.number} 有效期为 {last.valid_from} 至 {last.valid_until}，{day} 无效。"
            "请由持有效执法证的人员办理，或者先登记换发的执法证。"
        )
    raise NotQualified(text, clause="enf-two-officers")


# --- service -------------------------------------------------------------------------------------


def check_service(order: Order, act: Act, rulebook: Rulebook) -> None:
    """Return when the service holds: what its mode asks for is there, and its day is possible.

    Raises `ContentInvalid`, `TimeInvalid` under the clause of the mode.
    """
    mode, named = ServiceMode(act.word("mode")), act.day("served_on")
    assert named is not None, "the form requires the day"
    _check_receipt(mode, act)
    _check_day(order, mode, named, act, rulebook)


def _check_receipt(mode: ServiceMode, act: Act) -> None:
    has: Mapping[ServiceMode, tuple[bool, str]] = {
        ServiceMode.DIRECT: ("receiver" in act.texts, "直接送达应写明「签收人」"),
        ServiceMode.LEFT: (
            "witness" in act.texts or bool(act.evidence),
            "留置送达应写明「见证人」，或者附送达过程的照片",
        ),
        ServiceMode.POST: (bool(act.word("trace")), "邮寄送达应写明「回执凭据」（邮件单号）"),
        ServiceMode.ELECTRONIC: (
            act.says("consented") and bool(act.word("trace")),
            "电子送达须经受送达人同意，并写明「回执凭据」（接收系统）",
        ),
        ServiceMode.NOTICE: (
            bool(act.word("trace")) and "note" in act.texts,
            "公告送达应写明「回执凭据」（公告网址），并在「说明」中记明原因和经过",
        ),
    }
    complete, text = has[mode]
    if not complete:
        raise ContentInvalid(f"{text}。请补充后重新提交，已填内容不会丢失。", clause=mode.clause_id)


def _check_day(order: Order, mode: ServiceMode, named: date, act: Act, rulebook: Rulebook) -> None:
    assert order.signed_at is not None, "only a signed order is served"
    today, signed_on = act.happened_at.date(), order.signed_at.date()
    if named > today:
        raise TimeInvalid(f"送达日期 {named} 晚于办理当日 {today}。请在送达后登记。", clause=mode.clause_id)
    if named < signed_on:
        raise TimeInvalid(f"送达日期 {named} 早于签发日期 {signed_on}。请核对送达回证。", clause=mode.clause_id)
    day = service_day(mode, named, rulebook)
    if day > today:
        raise TimeInvalid(f"{named} 发出的公告至 {day} 才视为送达。请在期满后登记送达。", clause=mode.clause_id)
    if order.ends_on is not None and day > order.ends_on:
        raise TimeInvalid(
            f"送达日 {day} 晚于{order.kind.label}载明的 {order.ends_on}，已无期限可言。请撤回后重新拟稿。",
            clause=order.kind.clause_id,
        )
