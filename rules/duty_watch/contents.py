"""Whether the content of an act holds 内容核对: what the forms alone cannot say, because roster or law decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.duty_watch.acts import WatchAct
from rules.duty_watch.reading import instant, minute, read_shift
from rules.duty_watch.rosters import exchanged, replaced, swap_of
from rules.duty_watch.staffing import check_roster, check_staff
from rules.errors import ContentInvalid, NotYourTurn, SeparationOfDuties, TimeInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendulum import DateTime

    from rules.act import Act
    from rules.duty_watch.facts import Facts
    from rules.rulebook import Rulebook
    from rules.watch import Absence, OnDuty, Shift


def check(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the content holds. Raises `ContentInvalid`, `TimeInvalid`, `NotYourTurn` or `SeparationOfDuties`."""
    checker = _CHECKS.get(WatchAct(act.kind))
    if checker is not None:
        checker(facts, act, rulebook)


# --- the roster ----------------------------------------------------------------------------------


def _published(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts
    shifts = tuple(read_shift(line) for line in act.content["shifts"])
    check_roster(shifts, rulebook)
    if shifts[-1].ends_at <= act.recorded_at:
        raise TimeInvalid(
            f"值班表到 {_when(shifts[-1].ends_at)} 已经结束。请发布当前或者以后的值班表。", clause="duty-24h"
        )


def _amended(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    new = tuple(read_shift(line) for line in act.content["shifts"])
    if new[0].starts_at <= act.recorded_at:
        raise TimeInvalid(f"班次 {new[0].code} 已经开始，不能调整。中途换人请用「安排替班」。", clause="duty-24h")
    after = replaced(facts.shifts, new)
    check_roster(after, rulebook)
    if (after[0].starts_at, after[-1].ends_at) != (facts.shifts[0].starts_at, facts.ends_at):
        raise ContentInvalid(
            f"调整不能改变值班表的起止（{_when(facts.shifts[0].starts_at)} 至 {_when(facts.ends_at)}）。"
            "超出的部分请另行发布值班表。",
            clause="duty-24h",
        )
    touched = next((shift.code for shift in facts.shifts if shift.code in facts.present and shift not in after), "")
    if touched:
        raise NotYourTurn(f"班次 {touched} 已经有人签到，不能撤销。中途换人请用「安排替班」。", clause="duty-check-in")


# --- swaps, substitutes, leave -------------------------------------------------------------------


def _swap_asked(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    mine, theirs = _shift(facts, act.word("shift")), _shift(facts, act.word("other_shift"))
    person, other = act.word("person"), act.word("other")
    if person not in act.actor.persons:
        raise SeparationOfDuties("换班由换班人本人申请。请由本人登录，或者由其授权的人代办。", clause="duty-swap")
    for shift, who in ((mine, person), (theirs, other)):
        if who not in shift.people:
            raise ContentInvalid(f"换班的人不在班次 {shift.code} 上。请核对班次和姓名。", clause="duty-swap")
        _refuse_begun(facts, shift, act)
    if mine.code == theirs.code or person in theirs.people or other in mine.people:
        raise ContentInvalid("换班应在两个班次、两个人之间进行，且对方不在本班。请重新选择。", clause="duty-swap")
    if (mine.leader == person) is not (theirs.leader == other):
        raise ContentInvalid("带班领导只能与带班领导换班。请选择同类人员。", clause="duty-lead")
    _check_exchanged(facts, act, rulebook)


def _check_exchanged(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    after = exchanged(facts.shifts, swap_of(act))
    for shift in after:
        if shift.code in {act.word("shift"), act.word("other_shift")}:
            check_staff(shift, rulebook)


def _swap_answered(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    swap = facts.swaps.get(act.word("about"))
    if swap is None:
        raise ContentInvalid(
            f"没有序号为「{act.word('about')}」的换班申请，待答复的：{'、'.join(facts.swaps)}。请核对。",
            clause="duty-swap",
        )
    if swap.other not in act.actor.persons or act.actor.persons & swap.persons:
        raise SeparationOfDuties("换班由对方本人答复。请由对方登录办理。", clause="duty-swap")
    if act.word("person") != swap.person:
        raise ContentInvalid("申请人与换班申请不符。请核对申请序号。", clause="duty-swap")
    if act.word("agreed") == "yes":
        for code, who in ((swap.shift, swap.person), (swap.other_shift, swap.other)):
            shift = _shift(facts, code)
            _refuse_begun(facts, shift, act)
            if who not in shift.people:
                raise ContentInvalid(
                    f"换班的人已经不在班次 {code} 上，值班表后来有变动。请重新申请换班。", clause="duty-swap"
                )
        for shift in exchanged(facts.shifts, swap):
            check_staff(shift, rulebook)


def _substituted(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    shift = _shift(facts, act.word("shift"))
    person, substitute = act.word("person"), act.word("substitute")
    if person not in shift.people:
        raise ContentInvalid(f"被替人不在班次 {shift.code} 上。请核对班次和姓名。", clause="duty-leave")
    if act.happened_at >= shift.ends_at:
        raise TimeInvalid(f"班次 {shift.code} 已经结束，不能再安排替班。请用「更正」说明。", clause="duty-leave")
    at = max(shift.starts_at, act.happened_at)
    _check_substitute(facts, substitute, person, (shift,), at)


def _left(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    begins, ends = instant(act.word("from")), instant(act.word("until"))
    if ends <= begins:
        raise TimeInvalid("返岗时刻应晚于离岗时刻。请核对后重新填写。", clause="duty-leave")
    if ends <= act.recorded_at and not act.backfilled:
        raise TimeInvalid("离岗时间已经过去。补登过去的缺勤，请填写实际办理时间。", clause="duty-leave")
    substitute = act.word("substitute")
    if substitute:
        touched = tuple(shift for shift in facts.shifts if shift.starts_at < ends and begins < shift.ends_at)
        mine = tuple(shift for shift in touched if act.word("person") in shift.people)
        _check_substitute(facts, substitute, act.word("person"), mine, begins)


def _check_substitute(facts: Facts, substitute: str, person: str, shifts: tuple[Shift, ...], begins: DateTime) -> None:
    if substitute == person:
        raise ContentInvalid("替班人不能是本人。请另选一人。", clause="duty-leave")
    for shift in shifts:
        if substitute in facts.staffed(shift, begins).people:
            raise ContentInvalid(f"替班人本来就在班次 {shift.code} 上。请另选一人。", clause="duty-leave")
        if facts.away.reached(substitute, max(shift.starts_at, begins)) != substitute:
            raise ContentInvalid(f"替班人在班次 {shift.code} 期间也请假。请另选一人。", clause="duty-leave")


def _returned(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    absence = _absence(facts, act.word("about"))
    back_at = instant(act.word("from"))
    if not absence.starts_at <= back_at < absence.ends_at:
        raise TimeInvalid(
            f"返岗时刻应在离岗期间（{_when(absence.starts_at)} 至 {_when(absence.ends_at)}）之内。请核对。",
            clause="duty-leave",
        )


# --- the turn of shifts --------------------------------------------------------------------------


def _checked_in(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    shift = _shift(facts, act.word("shift"))
    _refuse_too_early(shift, shift.starts_at, act, rulebook)
    if act.happened_at >= shift.ends_at:
        raise TimeInvalid(f"班次 {shift.code} 已经结束，不能再签到。请说明情况。", clause="duty-check-in")
    position = facts.position(shift.code)
    if position is not None and position > facts.begun + 1:
        raise NotYourTurn(f"前一班还没有开始，班次 {shift.code} 不能签到。请到时再签到。", clause="duty-check-in")
    _require_on_duty(facts.staffed(shift, act.happened_at), act, "duty-check-in")
    if act.actor.persons & facts.present.get(shift.code, frozenset()):
        raise NotYourTurn(f"您在班次 {shift.code} 已经签到，不必重复。请继续值班。", clause="duty-check-in")


def _handed_over(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    shift = _owed_shift(facts, act, "duty-hand-over")
    _refuse_too_early(shift, shift.ends_at, act, rulebook)
    last_moment = min(act.happened_at, shift.ends_at.subtract(microseconds=1))
    _require_on_duty(facts.staffed(shift, last_moment), act, "duty-hand-over")


def _taken_over(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    shift = _owed_shift(facts, act, "duty-take-over")
    if act.actor.persons & facts.handed[shift.code]:
        raise SeparationOfDuties("交班的人不能自己确认接班。请由接班人员办理。", clause="duty-take-over")
    following = facts.following(shift)
    if following is not None:
        _require_on_duty(facts.staffed(following, act.happened_at), act, "duty-take-over")


def _reported(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    wanted = act.day("day")
    owed = sorted(str(duty.about) for duty in facts.live.values() if duty.act == act.kind)
    if wanted is None or wanted.isoformat() not in owed:
        raise ContentInvalid(
            f"{wanted} 没有待报的零报告，待报的：{'、'.join(owed)}。请核对日期。", clause="duty-zero-report"
        )
    if act.happened_at.date() < wanted:
        raise TimeInvalid(f"{wanted} 还没有到，不能先报。请当日报告。", clause="duty-zero-report")
    if act.word("events") == "some" and "note" not in act.texts:
        raise ContentInvalid("有情况的，应填写「说明」。请补充后重新提交。", clause="duty-zero-report")


# --- checking ------------------------------------------------------------------------------------


def _called(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    called_at, person = instant(act.word("called_at")), act.word("person")
    if called_at > act.recorded_at:
        raise TimeInvalid("拨打时刻晚于当前时间。请核对后重新填写。", clause="duty-roll-call")
    on_duty = facts.watch.on_duty(called_at, facts.away)
    if on_duty is None or person not in on_duty.people:
        raise ContentInvalid(f"被点名人在 {_when(called_at)} 不当班。请核对人员和时刻。", clause="duty-roll-call")
    if person in act.actor.persons:
        raise SeparationOfDuties("点名由他人进行，不能点自己。请由上级或者督查人员办理。", clause="duty-roll-call")
    answered_at = act.word("answered_at")
    if (act.word("answered") == "yes") is not bool(answered_at):
        raise ContentInvalid("已应答的应填写应答时刻，未应答的不填。请修改后重新提交。", clause="duty-roll-call")
    if answered_at and not called_at <= instant(answered_at) <= act.recorded_at:
        raise TimeInvalid("应答时刻应在拨打之后、当前时间之前。请核对后重新填写。", clause="duty-roll-call")


def _corrected(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    about = act.word("about")
    if not about.isdigit() or int(about) not in facts.entries:
        raise ContentInvalid(
            f"序号「{about}」不是可以更正的记录（签到、交接、点名、零报告、值班记录）。请核对序号。", clause="duty-log"
        )


def _explained(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    owed = sorted(str(duty.about) for duty in facts.live.values() if duty.act == act.kind)
    if act.word("about") not in owed:
        raise ContentInvalid(
            f"没有待说明的「{act.word('about')}」，待说明的：{'、'.join(owed)}。请重新选择。", clause="duty-explain"
        )


def _archived(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    if act.happened_at < facts.ends_at:
        raise TimeInvalid(f"值班表到 {_when(facts.ends_at)} 才结束。请结束后归档。", clause="duty-archive")
    owed = sorted(str(duty.about) for duty in facts.live.values() if duty.act == WatchAct.EXPLAIN)
    if owed:
        raise NotYourTurn(f"还有待说明的事项：{'、'.join(owed)}。请先说明情况，再归档。", clause="duty-explain")


# --- shared --------------------------------------------------------------------------------------


def _shift(facts: Facts, code: str) -> Shift:
    shift = facts.shift(code)
    if shift is None:
        raise ContentInvalid(f"值班表中没有班次「{code}」。班次以开始时刻为名，请核对。", clause="duty-24h")
    return shift


def _owed_shift(facts: Facts, act: Act, clause: str) -> Shift:
    shift = _shift(facts, act.word("shift"))
    if not any(duty.act == act.kind and duty.about == shift.code for duty in facts.live.values()):
        raise NotYourTurn(f"班次 {shift.code} 目前不等待这一行为。请核对班次。", clause=clause)
    return shift


def _absence(facts: Facts, number: str) -> Absence:
    found = next((absence for absence in facts.absences if str(absence.seq) == number), None)
    if found is None:
        raise ContentInvalid(f"没有序号为「{number}」的请假或者替班。请核对序号。", clause="duty-leave")
    return found


def _refuse_begun(facts: Facts, shift: Shift, act: Act) -> None:
    if shift.starts_at <= act.recorded_at or shift.code in facts.present:
        raise TimeInvalid(f"班次 {shift.code} 已经开始，不能换班。中途换人请用「安排替班」。", clause="duty-swap")


def _refuse_too_early(shift: Shift, at: DateTime, act: Act, rulebook: Rulebook) -> None:
    ahead = rulebook.number("watch_early_minutes", at.date())
    if act.happened_at < at.subtract(minutes=ahead):
        raise TimeInvalid(
            f"班次 {shift.code} 最早可在 {_when(at)} 之前 {ahead} 分钟办理（本县规定，非法定）。请到时再办。",
            clause="duty-hand-over" if at == shift.ends_at else "duty-check-in",
        )


def _require_on_duty(there: OnDuty, act: Act, clause: str) -> None:
    if not act.actor.persons & {*there.people}:
        raise NotYourTurn(
            f"您不在班次 {minute(there.shift.starts_at)} 上。请由当班人员办理；确需替班的，请先安排替班。",
            clause=clause,
        )


def _when(at: DateTime) -> str:
    return at.format("YYYY-MM-DD HH:mm")


_CHECKS: Mapping[WatchAct, Callable[[Facts, Act, Rulebook], None]] = {
    WatchAct.PUBLISH: _published,
    WatchAct.AMEND: _amended,
    WatchAct.SWAP: _swap_asked,
    WatchAct.AGREE_SWAP: _swap_answered,
    WatchAct.SUBSTITUTE: _substituted,
    WatchAct.LEAVE: _left,
    WatchAct.RETURN: _returned,
    WatchAct.CHECK_IN: _checked_in,
    WatchAct.HAND_OVER: _handed_over,
    WatchAct.TAKE_OVER: _taken_over,
    WatchAct.ZERO_REPORT: _reported,
    WatchAct.ROLL_CALL: _called,
    WatchAct.CORRECT: _corrected,
    WatchAct.EXPLAIN: _explained,
    WatchAct.ARCHIVE: _archived,
}
