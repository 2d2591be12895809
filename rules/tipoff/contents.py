"""Whether the content of an act on a tip-off holds 内容核对: what forms alone cannot say; nothing is lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.errors import ContentInvalid, SeparationOfDuties
from rules.tipoff.acts import ANONYMOUS, BY_CODE, TRANSFERRED, Decision, Matter, Result, TipAct
from rules.tipoff.rewarding import reward_of
from rules.tipoff.sums import read_sum

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.act import Act
    from rules.rulebook import Rulebook
    from rules.tipoff.facts import Facts

_TIP_NUMBER = re.compile(r"JB-\d{4}-\d{4,}")
_HAZARD_NUMBER = re.compile(r"YH-\d{4}-\d{4,}")
_COUNT = re.compile(r"[1-9][0-9]{0,3}")
_YUAN = re.compile(r"[1-9][0-9]{0,9}")


def check(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the content holds. Raises `ContentInvalid` or `SeparationOfDuties` with the clause."""
    checker = _CHECKS.get(TipAct(act.kind))
    if checker is not None:
        checker(facts, act, rulebook)


def _refuse(words: str, clause: str) -> None:
    raise ContentInvalid(words, clause=clause)


# --- receiving -----------------------------------------------------------------------------------


def _received(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts, rulebook
    if not act.word("unit") and "unit_name" not in act.texts:
        _refuse("应写明被举报单位：名录中的选择单位，名录中没有的填写「名录外的被举报单位」。请补充。", "rep-accept")
    if act.word("channel") == TRANSFERRED and not act.word("source"):
        _refuse("转来的举报应写明「转来的编号」，以便答复转办单位。请补充。", "rep-transfer")
    if act.word("matter") == Matter.RETALIATION and not act.word("source"):
        _refuse("打击报复举报人的，应在「转来的编号」中写明原来举报的编号。请补充。", "rep-retaliation")
    if act.actor.role is Role.ENGINE and act.word("named") == ANONYMOUS and not act.word("code"):
        _refuse("网上的匿名举报须有「查询码」，否则无从答复。请重新提交。", "rep-secret")


def _identified(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts, rulebook
    signers = act.word("signers")
    if signers and not _COUNT.fullmatch(signers):
        _refuse(f"「联名人数」应为大于零的整数，不能为「{signers}」。请核对。", "rep-joint")


def _decided(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    if facts.named and not facts.identified:
        _refuse("实名举报应先登记举报人，才能告知是否受理。请先办理「登记举报人」。", "rep-secret")
    decision = Decision(act.word("decision"))
    if decision is not Decision.ACCEPT and "reason" not in act.texts:
        _refuse("不受理、移送或者并入的，应写明「理由」。请补充。", "rep-accept")
    if (decision is Decision.REFUSE) is not bool(act.word("ground")):
        _refuse("不予受理的应选择「不予受理的理由」，其他决定不选。请核对。", "rep-accept")
    if (decision is Decision.TRANSFER) is not bool(act.word("to")):
        _refuse("移送的应写明「有权处理的单位」，其他决定不填。请核对。", "rep-transfer")
    if (decision is Decision.MERGE) is not bool(act.word("first")):
        _refuse("并入的应写明「先前举报的编号」，其他决定不填。请核对。", "rep-duplicate")
    if act.word("first") and not _TIP_NUMBER.fullmatch(act.word("first")):
        _refuse(f"「先前举报的编号」应如 JB-2026-0017，不能为「{act.word('first')}」。请核对。", "rep-duplicate")


def _with_papers(words: str, clause: str) -> Callable[[Facts, Act, Rulebook], None]:
    """Return the check that an act brings its papers."""

    def checker(facts: Facts, act: Act, rulebook: Rulebook) -> None:
        del facts, rulebook
        if not act.evidence:
            _refuse(words, clause)

    return checker


# --- checking ------------------------------------------------------------------------------------


def _assigned(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts, rulebook
    if act.word("first") == act.word("second"):
        raise SeparationOfDuties("核查人员不得少于两人。请另选一名「另一名核查人员」。", clause="rep-two")
    if not act.says("impartial"):
        _refuse("核查人员与被举报单位或者举报人有利害关系的应当回避。请确认无利害关系后勾选，或者另选人员。", "rep-two")


def _verified(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    _refuse_others(facts, act)
    if not act.evidence:
        _refuse("核查结论应附现场检查记录或者核查报告。请上传后重新提交。", "rep-60")
    holds = Result(act.word("result")) in {Result.TRUE, Result.PARTLY}
    if holds is not bool(act.word("found_as")):
        _refuse("属实、部分属实的应选择「认定为」，其他结论不选。请核对。", "rep-60")
    if not holds and (act.says("hazards") or act.says("violations")):
        _refuse("发现隐患或者违法行为的，结论至少是部分属实。请核对「结论」。", "rep-60")
    _check_deaths(act)


def _check_deaths(act: Act) -> None:
    is_concealed = act.word("found_as") == Matter.CONCEALED
    deaths = act.word("deaths")
    if is_concealed is not (bool(act.word("grade")) and bool(deaths)) or (not is_concealed and act.word("grade")):
        _refuse(
            "认定瞒报、谎报事故的，应填写「事故等级」和「查实的瞒报、谎报死亡人数」，其他不填。请核对。",
            "rep-reward-concealed",
        )
    if deaths and not _COUNT.fullmatch(deaths):
        _refuse(f"「查实的瞒报、谎报死亡人数」应为大于零的整数，不能为「{deaths}」。请核对。", "rep-reward-concealed")


def _refuse_others(facts: Facts, act: Act) -> None:
    if not act.actor.persons & facts.checkers:
        raise SeparationOfDuties("核查由指派的两名人员办理，您不是其中之一。请由指派的人员办理。", clause="rep-two")


def _countersigned(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    _refuse_others(facts, act)
    assert facts.finding is not None, "only what was checked is signed"
    if act.actor.persons & facts.finding.by:
        raise SeparationOfDuties(
            "一人核查的结论不成立，写结论的人不得自己会签。请由另一名核查人员办理。", clause="rep-two"
        )


def _extension_decided(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts, rulebook
    if act.word("approved") == "yes" and not act.word("document_no"):
        _refuse("延期须经上一级部门批准。请填写「上一级部门批准文号」。", "rep-extend-30")


def _linked(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts, rulebook
    wrong = [number for number in act.content["hazards"] if not _HAZARD_NUMBER.fullmatch(number)]
    if wrong:
        _refuse(f"「隐患编号」应如 YH-2026-0017，不能为「{wrong[0]}」。请核对。", "rep-link")


def _penalised(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts, rulebook
    fen = read_sum(act.word("fine"))
    if fen is None:
        _refuse(f"「罚款和没收违法所得合计（元）」应为金额，不能为「{act.word('fine')}」。请核对。", "rep-reward")
    if fen and not act.word("document_no"):
        _refuse("有处罚的应填写「处罚决定书文号」，奖励以它为据。请补充。", "rep-reward")


# --- rewarding -----------------------------------------------------------------------------------


def _awarded(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    reward = reward_of(facts, rulebook)
    assert reward is not None, "only what is owed is proposed"
    tariff, written = reward.tariff, act.word("amount")
    if not written:
        return
    if not _YUAN.fullmatch(written):
        _refuse(f"「奖励金额（元）」应为整数元，不能为「{written}」。请核对。", tariff.clause_id)
    if not tariff.least <= int(written) <= tariff.most:
        ends = f"最低 {tariff.least} 元、最高 {tariff.most} 元" if tariff.least else f"最高 {tariff.most} 元"
        _refuse(f"「奖励金额（元）」超出规定：{ends}。请改为限额以内的数额。", tariff.clause_id)
    if int(written) != reward.yuan and "reason" not in act.texts:
        _refuse(f"按规定计算为 {reward.yuan} 元，另定数额的应写明「理由」。请补充。", tariff.clause_id)


def _paid(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    if not act.evidence:
        _refuse("发放奖金应附领取凭证；凭查询码领取的，附经办人和监督人签字的发放记录。请上传。", "rep-claim-60")
    if act.word("claim") == BY_CODE and (not facts.code or act.word("code") != facts.code):
        _refuse("「查询码」与登记时交给举报人的不一致，不能发放。请核对后重新填写。", "rep-claim-60")
    if act.word("claim") != BY_CODE and not facts.identified:
        _refuse("匿名举报没有登记身份，只能凭「查询码」领取。请改选领取方式。", "rep-claim-60")


_CHECKS: Mapping[TipAct, Callable[[Facts, Act, Rulebook], None]] = {
    TipAct.RECEIVE: _received,
    TipAct.IDENTIFY: _identified,
    TipAct.ACCEPT: _decided,
    TipAct.HAND_OVER: _with_papers("移送应附移送函和送达凭据。请上传后重新提交。", "rep-transfer"),
    TipAct.ASSIGN: _assigned,
    TipAct.VERIFY: _verified,
    TipAct.COUNTERSIGN: _countersigned,
    TipAct.DECIDE_EXTENSION: _extension_decided,
    TipAct.LINK: _linked,
    TipAct.ENFORCE: _with_papers("移交执法应附立案审批表或者移送函。请上传后重新提交。", "rep-enforce"),
    TipAct.PENALTY: _penalised,
    TipAct.AWARD: _awarded,
    TipAct.PAY: _paid,
}
