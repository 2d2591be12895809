"""Whether the content of an act holds 内容核对: what the forms alone cannot say, because period or law decides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules.errors import ContentInvalid, NotYourTurn, TimeInvalid
from rules.obligation import registers
from rules.obligation.acts import LEARNING, NONE, SOME, ObligationAct
from rules.obligation.reading import opened_line, opened_period

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from rules.act import Act
    from rules.obligation.facts import Facts
    from rules.quotas import Quota
    from rules.rulebook import Rulebook

_HAZARD_NUMBER = re.compile(r"YH-\d{4}-\d{4,}")
_COUNT = re.compile(r"[0-9]{1,4}")
_FOUND_UNDER = {
    ObligationAct.VISIT: "检查结果", ObligationAct.MEET: "「研究的问题」", ObligationAct.FULFIL: "「发现问题」",
}  # fmt: skip
_DAY_OF = {
    ObligationAct.VISIT: "检查日期", ObligationAct.MEET: "会议日期", ObligationAct.FULFIL: "办理日期",
    ObligationAct.REGISTER: "登记日期", ObligationAct.ADOPT: "印发日期", ObligationAct.PLEDGE: "签订日期",
    ObligationAct.TRAIN: "首日", ObligationAct.LEARN: "考核合格日期", ObligationAct.SIGN_FORM: "签字日期",
}  # fmt: skip


def check(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the content holds. Raises `ContentInvalid`, `NotYourTurn` or `TimeInvalid`."""
    checker = _CHECKS.get(ObligationAct(act.kind))
    if checker is not None:
        checker(facts, act, rulebook)


def _opened(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts
    line, period = opened_line(act, rulebook), opened_period(act, rulebook)
    if not line.is_enabled:
        raise NotYourTurn(
            f"「{line.title}」没有启用：{line.disabled}请确认有效后再启用。", clause=line.shares[0].clause_id
        )
    if (act.day("first"), act.day("last")) != (period.first, period.last):
        raise ContentInvalid(
            f"{act.day('first')} 至 {act.day('last')} 不是「{line.title}」的完整周期（自然{line.period.label}）。"
            "请核对首日和末日。",
            clause="obl-evidence",
        )
    share = line.share_under(act.word("clause"), act.word("role"))
    if share is None or act.word("least") != str(share.least):
        raise ContentInvalid(
            f"「{line.title}」没有数量为 {act.word('least')}、依据为「{act.word('clause')}」的规定。请核对规则文件。",
            clause="obl-evidence",
        )
    if line.opens_on(period) > act.recorded_at.date():
        raise TimeInvalid(
            f"周期 {period.code} 还没有开始，不能提前开启。请等到 {line.opens_on(period)}。", clause="obl-evidence"
        )


def _visited(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    _entered(facts, act, rulebook)
    _refuse_unclear_problems(act)


def _met(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    _entered(facts, act, rulebook)
    _refuse_unclear_problems(act)
    for key, label in (("present", "到会人数"), ("decided", "议定任务件数")):
        if _COUNT.fullmatch(act.word(key)) is None:
            raise ContentInvalid(f"「{label}」应为整数，不能为「{act.word(key)}」。请改正。", clause="obl-evidence")
    if not int(act.word("present")):
        raise ContentInvalid("「到会人数」不能为 0。请按签到表填写。", clause="obl-evidence")


def _fulfilled(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    _entered(facts, act, rulebook)
    if act.word("problems"):
        _refuse_unclear_problems(act)
    elif rulebook.quota(facts.quota, facts.term.first).findings:
        raise ContentInvalid(
            "本项应写明是否发现问题。请选择「发现问题」；发现的，写明问题并交办。", clause="obl-evidence"
        )


def _registered(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    line = rulebook.quota(facts.quota, facts.term.first)
    _refuse_other_days(facts, act, act.day("day") or act.happened_at.date(), line)
    registers.refuse_unfit(act, line)
    if "nothing" not in act.texts:
        _refuse_thin_evidence(facts, act, line)


def _adopted(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    _entered(facts, act, rulebook)
    if rulebook.quota(facts.quota, facts.term.first).tasks and not act.content.get("tasks"):
        raise ContentInvalid(
            "清单应列有任务，每件落实责任领导和责任人。请先逐件布置任务，再填写「任务编号」。", clause="obl-task"
        )


def _trained(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    _entered(facts, act, rulebook)
    first, last = act.day("day"), act.day("last")
    assert first is not None, "the form requires both days"
    assert last is not None, "the form requires both days"
    if not first <= last <= facts.term.last or last > act.recorded_at.date():
        raise ContentInvalid(
            f"「末日」{last} 应不早于首日、不晚于今天，且在周期 {facts.term.code} 内。请核对。", clause="obl-evidence"
        )
    taken = next((e for e in facts.entries if e.last is not None and first <= e.last and e.day <= last), None)
    if taken is not None:
        raise ContentInvalid(
            f"{first} 至 {last} 与第 {taken.seq} 号登记（{taken.day} 至 {taken.last}）重叠。请核对「首日」和「末日」。",
            clause="obl-evidence",
        )
    _refuse_no_hours(act)


def _learned(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    _entered(facts, act, rulebook)
    _refuse_no_hours(act)
    share = rulebook.quota(facts.quota, facts.term.first).share_under(facts.clause_id)
    assert share is not None, "it was opened under a share"
    wanted = share.hours[act.word("training")]
    if int(act.word("hours")) < wanted:
        raise ContentInvalid(
            f"{LEARNING[act.word('training')]}不得少于 {wanted} 学时，「学时」填写了 {act.word('hours')}。"
            "请补足学时后登记。",
            clause=facts.clause_id,
        )


def _refuse_no_hours(act: Act) -> None:
    if _COUNT.fullmatch(act.word("hours")) is None or not int(act.word("hours")):
        raise ContentInvalid(f"「学时」应为整数，不能为「{act.word('hours')}」。请改正。", clause="obl-evidence")


def _entered(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    day = act.day("day") or act.happened_at.date()
    line = rulebook.quota(facts.quota, facts.term.first)
    _refuse_other_days(facts, act, day, line)
    _refuse_thin_evidence(facts, act, line)


def _refuse_unclear_problems(act: Act) -> None:
    hazards, label = act.content.get("hazards", []), _FOUND_UNDER[ObligationAct(act.kind)]
    if act.word("problems") == NONE and ("found" in act.texts or hazards):
        raise ContentInvalid(f"填写了问题或者隐患编号，{label}应选「发现问题」。请改正后重新提交。", clause="obl-refer")
    if act.word("problems") == SOME and "found" not in act.texts:
        raise ContentInvalid(f"{label}为「发现问题」的，应写明「发现的问题」。请补充。", clause="obl-evidence")
    _refuse_no_numbers(hazards)


def _refuse_other_days(facts: Facts, act: Act, day: date, line: Quota) -> None:
    label = _DAY_OF[ObligationAct(act.kind)]
    if not facts.term.holds(day) and not (line.late and day > facts.term.last):
        raise ContentInvalid(
            f"「{label}」{day} 不在周期 {facts.term.code}（{facts.term.first} 至 {facts.term.last}）内，"
            "不能跨周期抵扣。请登记到该日所在周期的事项。",
            clause=facts.clause_id,
        )
    if day > act.recorded_at.date():
        raise ContentInvalid(f"「{label}」{day} 还没有到。请在办理之后登记。", clause="obl-evidence")


def _refuse_thin_evidence(facts: Facts, act: Act, line: Quota) -> None:
    if len(act.evidence) < line.evidence:
        wanted = "、".join(line.papers) or "照片或者记录"
        raise ContentInvalid(
            f"应附佐证（{wanted}）至少 {line.evidence} 份，现有 {len(act.evidence)} 份。"
            "请补充后提交，已填内容不会丢失。",
            clause="obl-evidence",
        )
    earlier = next((entry for entry in facts.entries if set(entry.evidence) & set(act.evidence)), None)
    if earlier is not None or len(set(act.evidence)) < len(act.evidence):
        where = f"{earlier.day} 的登记（第 {earlier.seq} 号）" if earlier else "本次登记的另一处"
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
            f"第 {about} 号登记没有待交办的问题，待交办的：{'、'.join(owed)}。请核对「登记序号」。", clause="obl-refer"
        )
    entry = next(entry for entry in facts.entries if str(entry.seq) == about)
    hazards, tasks = (act.content.get(key, []) for key in ("hazards", "tasks"))
    if len(set(tasks)) < entry.decided:
        raise ContentInvalid(
            f"会议议定任务 {entry.decided} 件，「任务编号」只有 {len(set(tasks))} 个。请逐件布置任务后填写编号。",
            clause="obl-task",
        )
    if not entry.decided and not hazards and "handled" not in act.texts:
        raise ContentInvalid("应填写隐患编号；不属于隐患的，写明如何处理。请补充。", clause="obl-refer")
    _refuse_no_numbers(hazards)


def _assigned(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts, rulebook
    _refuse_one_for_both(act)
    due = act.day("due")
    assert due is not None, "the form requires the day"
    if due < act.happened_at.date():
        raise ContentInvalid(f"「完成期限」{due} 已经过去。请重新填写。", clause="obl-task")


def _reassigned(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    _refuse_one_for_both(act)
    due = act.day("due")
    if due is not None and facts.task is not None and due < facts.task.assigned_at.date():
        raise ContentInvalid(f"「完成期限」{due} 早于布置之日。请重新填写。", clause="obl-task")


def _refuse_one_for_both(act: Act) -> None:
    if act.word("leader") == act.word("person"):
        raise ContentInvalid("「责任领导」和「责任人」不能是同一人。请分别落实。", clause="obl-task")


def _finished(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    day = act.day("day")
    assert day is not None, "the form requires the day"
    assert facts.task is not None, "permit lets a task's acts be done to tasks alone"
    if day > act.recorded_at.date():
        raise ContentInvalid(f"「完成日期」{day} 还没有到。请在完成之后报告。", clause="obl-evidence")
    if day < facts.task.assigned_at.date():
        raise ContentInvalid(f"「完成日期」{day} 早于布置之日。请核对。", clause="obl-evidence")
    if not act.evidence:
        raise ContentInvalid("应附完成任务的佐证至少 1 份。请补充后提交，已填内容不会丢失。", clause="obl-evidence")


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
    if is_whole and not act.evidence:
        raise ContentInvalid(
            "整个周期都不在岗的，应附请假或者外派的批准材料，才能不计该周期。请补充附件。", clause="obl-absence"
        )


_CHECKS: Mapping[ObligationAct, Callable[[Facts, Act, Rulebook], None]] = {
    ObligationAct.OPEN: _opened,
    ObligationAct.VISIT: _visited,
    ObligationAct.MEET: _met,
    ObligationAct.FULFIL: _fulfilled,
    ObligationAct.REGISTER: _registered,
    ObligationAct.ADOPT: _adopted,
    ObligationAct.PLEDGE: _entered,
    ObligationAct.TRAIN: _trained,
    ObligationAct.LEARN: _learned,
    ObligationAct.SIGN_FORM: _entered,
    ObligationAct.REFER: _referred,
    ObligationAct.ASSIGN: _assigned,
    ObligationAct.REASSIGN: _reassigned,
    ObligationAct.FINISH: _finished,
    ObligationAct.ABSENCE: _absent,
}
