"""Whether the content of an act holds 内容核对: what the forms alone cannot say, because period or law decides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules.errors import ContentInvalid, NotYourTurn, TimeInvalid
from rules.obligation.acts import NONE, SOME, ObligationAct
from rules.obligation.facts import Outcome
from rules.obligation.reading import opened_period

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from rules.act import Act
    from rules.obligation.facts import Facts
    from rules.rulebook import Rulebook

_HAZARD_NUMBER = re.compile(r"YH-\d{4}-\d{4,}")


def check(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the content holds. Raises `ContentInvalid`, `NotYourTurn` or `TimeInvalid`."""
    checker = _CHECKS.get(ObligationAct(act.kind))
    if checker is not None:
        checker(facts, act, rulebook)


def _opened(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts
    period = opened_period(act, rulebook)
    line = rulebook.quota(act.word("quota"), period.first)
    if not line.is_enabled:
        raise NotYourTurn(
            f"「{line.title}」没有启用：{line.disabled}请确认有效后再启用。", clause=line.shares[0].clause_id
        )
    if (act.day("first"), act.day("last")) != (period.first, period.last):
        raise ContentInvalid(
            f"{act.day('first')} 至 {act.day('last')} 不是完整的自然{line.period.label}。请核对首日和末日。",
            clause="obl-evidence",
        )
    share = line.share_under(act.word("clause"))
    if share is None or act.word("least") != str(share.least):
        raise ContentInvalid(
            f"「{line.title}」没有数量为 {act.word('least')}、依据为「{act.word('clause')}」的规定。请核对规则文件。",
            clause="obl-evidence",
        )
    if period.first > act.recorded_at.date():
        raise TimeInvalid(
            f"周期 {period.code} 还没有开始，不能提前开启。请等到 {period.first}。", clause="obl-evidence"
        )


def _visited(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    day = act.day("day")
    assert day is not None, "the form requires the day"
    _refuse_other_days(facts, act, day)
    line = rulebook.quota(facts.quota, facts.term.first)
    _refuse_thin_evidence(facts, act, line.evidence)
    hazards = act.content.get("hazards", [])
    if act.word("problems") == NONE and ("found" in act.texts or hazards):
        raise ContentInvalid("填写了问题或者隐患编号，检查结果应选「发现问题」。请改正后重新提交。", clause="obl-refer")
    if act.word("problems") == SOME and "found" not in act.texts:
        raise ContentInvalid("检查结果为「发现问题」的，应写明「发现的问题」。请补充。", clause="obl-evidence")
    _refuse_no_numbers(hazards)


def _refuse_other_days(facts: Facts, act: Act, day: date) -> None:
    if not facts.term.holds(day):
        raise ContentInvalid(
            f"「检查日期」{day} 不在周期 {facts.term.code}（{facts.term.first} 至 {facts.term.last}）内，"
            "不能跨周期抵扣。请登记到该日所在周期的事项。",
            clause=facts.clause_id,
        )
    if day > act.recorded_at.date():
        raise ContentInvalid(f"「检查日期」{day} 还没有到。请在检查之后登记。", clause="obl-evidence")


def _refuse_thin_evidence(facts: Facts, act: Act, least: int) -> None:
    if len(act.evidence) < least:
        raise ContentInvalid(
            f"应附佐证（照片或者记录）至少 {least} 份，现有 {len(act.evidence)} 份。请补充后提交，已填内容不会丢失。",
            clause="obl-evidence",
        )
    earlier = next((entry for entry in facts.entries if set(entry.evidence) & set(act.evidence)), None)
    if earlier is not None or len(set(act.evidence)) < len(act.evidence):
        where = f"{earlier.day} 的登记" if earlier else "本次登记的另一处"
        raise ContentInvalid(f"同一份佐证已用于{where}。请换成本次的佐证。", clause="obl-evidence")


def _refuse_no_numbers(hazards: list[str]) -> None:
    wrong = [number for number in hazards if _HAZARD_NUMBER.fullmatch(number) is None]
    if wrong:
        raise ContentInvalid(
            f"「隐患编号」{'、'.join(wrong)} 写法不对，应如 YH-2026-0017，每行一个。请核对。", clause="obl-refer"
        )


def _referred(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    about = act.word("about")
    owed = [str(duty.about) for duty in facts.live.values() if duty.act == ObligationAct.REFER]
    if about not in owed:
        raise ContentInvalid(
            f"第 {about} 号登记没有待交办的问题，待交办的：{'、'.join(owed)}。请核对检查序号。", clause="obl-refer"
        )
    hazards = act.content.get("hazards", [])
    if not hazards and "handled" not in act.texts:
        raise ContentInvalid("应填写隐患编号；不属于隐患的，写明如何处理。请补充。", clause="obl-refer")
    _refuse_no_numbers(hazards)


def _absent(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    first, last = act.day("first"), act.day("last")
    assert first is not None, "the form requires both days"
    assert last is not None, "the form requires both days"
    if last < first:
        raise ContentInvalid(f"「末日」{last} 早于「首日」{first}。请改正。", clause="obl-absence")
    if last < facts.term.first or first > facts.term.last:
        raise ContentInvalid(
            f"{first} 至 {last} 不在周期 {facts.term.code} 内。请登记到该日所在周期的事项。", clause="obl-absence"
        )
    worked = next((e.day for e in facts.entries if first <= e.day <= last), None)
    if worked is not None:
        raise ContentInvalid(f"{worked} 已登记检查，不能又说明缺席。请核对起止。", clause="obl-absence")
    is_whole = first <= facts.term.first and last >= facts.term.last
    if is_whole and facts.outcome is Outcome.RUNNING and not act.evidence:
        raise ContentInvalid(
            "整个周期都不在岗的，应附请假或者外派的批准材料，才能不计该周期。请补充附件。", clause="obl-absence"
        )


_CHECKS: Mapping[ObligationAct, Callable[[Facts, Act, Rulebook], None]] = {
    ObligationAct.OPEN: _opened,
    ObligationAct.VISIT: _visited,
    ObligationAct.REFER: _referred,
    ObligationAct.ABSENCE: _absent,
}
