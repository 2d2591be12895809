"""The turn of shifts 班次轮转: check-in, the beginning of a shift, hand-over and its confirmation, the daily report.

A shift begins for the ledger when its keepers have all checked in, or when their term to do so has ended: what the
next shift owes is then opened, and what older shifts still owe is taken to the leader in charge to explain.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.duty_watch.acts import WatchAct
from rules.duty_watch.reading import instant

if TYPE_CHECKING:
    from pendulum import DateTime

    from rules.agenda import Duty
    from rules.docket import Docket
    from rules.duty_watch.facts import Facts
    from rules.watch import Shift

KEEPERS, LEADER = "keepers", "leader"
_ONE_DAY = timedelta(days=1)
_BEFORE_THE_END = (WatchAct.CHECK_IN, WatchAct.SUBSTITUTE)
_HANDED_DOWN = (WatchAct.HAND_OVER, WatchAct.TAKE_OVER)


# --- checking in ---------------------------------------------------------------------------------


def await_shift(docket: Docket, shift: Shift) -> None:
    """Keepers and leader of a shift must check in as it begins. Law: duty-24h 第十四条."""
    for part in (KEEPERS, LEADER):
        docket.owe(
            WatchAct.CHECK_IN,
            _on_or_before(docket, shift),
            "duty-check-in",
            ladder="watch",
            since=shift.starts_at,
            blocks=False,
            lapses=part == KEEPERS,
            about=f"{shift.code}:{part}",
            asking=part == KEEPERS,
        )


def checked_in(facts: Facts, docket: Docket) -> Facts:
    """Who is there counts; with the last of the keepers the shift begins. Law: duty-check-in 签到."""
    code = docket.act.word("shift")
    shift = facts.shift(code)
    assert shift is not None, "permit has looked"
    facts = facts.checked_in(code, docket.act.actor.persons)
    there = facts.staffed(shift, docket.act.happened_at)
    present = facts.present[code]
    if there.leader in present:
        docket.discharge_about(WatchAct.CHECK_IN, f"{code}:{LEADER}")
    if set(there.keepers) <= present:
        docket.discharge_about(WatchAct.CHECK_IN, f"{code}:{KEEPERS}")
        return begin(facts, docket, shift)
    return facts


# --- a shift begins ------------------------------------------------------------------------------


def begin(facts: Facts, docket: Docket, shift: Shift) -> Facts:
    """Let a shift begin once: its people are told what is open, and owe the hand-over at its end.

    Law: duty-hand-over 交班.
    """
    position = facts.position(shift.code)
    assert position is not None, "the shift is one of this roster"
    if facts.begun >= position:
        return facts
    facts = _leave_behind(replace(facts, begun=position), docket, position)
    docket.tell("on-duty", *_people(docket, shift), clause_id="duty-hand-over")
    docket.owe(
        WatchAct.HAND_OVER,
        Role.WATCH_KEEPER,
        "duty-hand-over",
        ladder="watch",
        since=shift.ends_at,
        blocks=False,
        about=shift.code,
        asking=False,
    )
    following = facts.following(shift)
    if following is not None:
        await_shift(docket, following)
    return facts


def _leave_behind(facts: Facts, docket: Docket, position: int) -> Facts:
    """What earlier shifts did not do can no longer be done: it stays on record, and is to be explained."""
    for duty in tuple(docket.live.values()):
        at = facts.position(_shift_concerned(duty))
        if at is None:
            continue
        missed_the_start = duty.act in _BEFORE_THE_END and at < position
        missed_the_end = duty.act in _HANDED_DOWN and at < position - 1
        if missed_the_start or missed_the_end:
            docket.supersede_one(duty.key)
            owe_explanation(docket, f"{duty.act}:{duty.about}", duty.clause_id)
    begun = {shift.code for shift in facts.shifts[: position + 1]}
    stale = [number for number, swap in facts.swaps.items() if {swap.shift, swap.other_shift} & begun]
    for number in stale:
        docket.supersede_about(WatchAct.AGREE_SWAP, number)
    return facts.without_swap(*stale)


def _shift_concerned(duty: Duty) -> str:
    """Return the code of the shift that a duty is about: alone, before a part of it, or before a person."""
    return (duty.about or "").partition(" ")[0].removesuffix(f":{KEEPERS}").removesuffix(f":{LEADER}")


def owe_explanation(docket: Docket, about: str, clause_id: str) -> None:
    """The leader in charge must explain what was missed; the notice cites what it was owed under.

    Law: duty-explain 说明情况.
    """
    docket.owe(WatchAct.EXPLAIN, Role.WATCH_LEADER, "duty-explain", ladder="watch-office", blocks=False, about=about)
    docket.tell("missed", Role.BUREAU_OFFICER, clause_id=clause_id)


# --- handing over --------------------------------------------------------------------------------


def handed_over(facts: Facts, docket: Docket) -> Facts:
    """What is open goes to the next shift, whose people must confirm. Law: duty-take-over 接班确认."""
    code = docket.act.word("shift")
    shift = facts.shift(code)
    assert shift is not None, "permit has looked"
    docket.discharge_about(WatchAct.HAND_OVER, code)
    holder = Role.WATCH_NEXT if docket.act.recorded_at < shift.ends_at else Role.WATCH_KEEPER
    docket.owe(WatchAct.TAKE_OVER, holder, "duty-take-over", ladder="watch", blocks=False, about=code)
    return facts.handed_over(code, docket.act.actor.persons)


def taken_over(facts: Facts, docket: Docket) -> Facts:
    """Both names are on the record of the hand-over."""
    docket.discharge_about(WatchAct.TAKE_OVER, docket.act.word("shift"))
    docket.issue("hand-over", clause_id="duty-take-over")
    return facts


# --- the daily report ----------------------------------------------------------------------------


def await_report(docket: Docket, day: date) -> None:
    """Each day is reported, also where nothing happened. Law: duty-zero-report 每日零报告."""
    docket.owe(
        WatchAct.ZERO_REPORT,
        Role.WATCH_KEEPER,
        "duty-zero-report",
        ladder="watch",
        since=instant(f"{day.isoformat()}T00:00"),
        blocks=False,
        lapses=True,
        about=day.isoformat(),
        asking=False,
    )


def reported(facts: Facts, docket: Docket) -> Facts:
    """A report ends the day's duty and opens the next day's; events are told to leader and bureau at once."""
    day = docket.act.day("day")
    assert day is not None, "the form requires the day"
    running = _report_of(docket, day)
    docket.discharge_about(WatchAct.ZERO_REPORT, day.isoformat())
    if docket.act.word("events") == "some":
        docket.tell("events-reported", Role.WATCH_LEADER, Role.BUREAU_OFFICER, clause_id="duty-zero-report")
    return facts if running.lapsed else _next_report(facts, docket, day)


def _report_of(docket: Docket, day: date) -> Duty:
    return next(
        duty for duty in docket.live.values() if duty.act == WatchAct.ZERO_REPORT and duty.about == day.isoformat()
    )


def _next_report(facts: Facts, docket: Docket, day: date) -> Facts:
    following = day + _ONE_DAY
    if following <= facts.last_day:
        await_report(docket, following)
    return facts


# --- the clock -----------------------------------------------------------------------------------


def lapsed(facts: Facts, docket: Docket) -> Facts:
    """A term ended without the act: the shift begins all the same, the next day's report is owed all the same."""
    duty = docket.mark(docket.act.word("about"), lapsed=True)
    assert duty.about is not None, "only check-ins and reports lapse, and both concern something"
    if duty.act == WatchAct.CHECK_IN:
        shift = facts.shift(duty.about.removesuffix(f":{KEEPERS}"))
        assert shift is not None, "an amendment takes the duties of a shift with it"
        return begin(facts, docket, shift)
    day = date.fromisoformat(duty.about)
    _give_up_reports_before(docket, day)
    return _next_report(facts, docket, day)


def _give_up_reports_before(docket: Docket, day: date) -> None:
    for duty in tuple(docket.live.values()):
        if duty.act == WatchAct.ZERO_REPORT and duty.about is not None and date.fromisoformat(duty.about) < day:
            docket.supersede_one(duty.key)
            owe_explanation(docket, f"{duty.act}:{duty.about}", duty.clause_id)


# --- whom it concerns ----------------------------------------------------------------------------


def _on_or_before(docket: Docket, shift: Shift) -> Role:
    return Role.WATCH_NEXT if _is_before(docket.act.recorded_at, shift) else Role.WATCH_KEEPER


def _people(docket: Docket, shift: Shift) -> tuple[Role, ...]:
    """Return the roles that reach a shift's people now; before it begins they are the next ones."""
    if _is_before(docket.act.recorded_at, shift):
        return (Role.WATCH_NEXT,)
    return (Role.WATCH_KEEPER, Role.WATCH_LEADER)


def _is_before(at: DateTime, shift: Shift) -> bool:
    return at < shift.starts_at
