"""The roster and its changes 排班与调整: publishing, amending, swaps, substitutes, leave and return."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.duty_watch import turns
from rules.duty_watch.acts import WatchAct
from rules.duty_watch.facts import Swap
from rules.duty_watch.reading import instant, read_shift
from rules.watch import Absence

if TYPE_CHECKING:
    from rules.act import Act
    from rules.docket import Docket
    from rules.duty_watch.facts import Facts
    from rules.watch import Shift


def published(facts: Facts, docket: Docket) -> Facts:
    """The roster stands: the shift that is on or comes next must check in, the day reports. Law: duty-24h 第十四条."""
    act = docket.act
    shifts = tuple(read_shift(line) for line in act.content["shifts"])
    first = next(position for position, shift in enumerate(shifts) if shift.ends_at > act.recorded_at)
    facts = replace(facts, shifts=shifts, begun=first - 1)
    turns.await_shift(docket, shifts[first])
    today = max(act.recorded_at.date(), shifts[0].starts_at.date())
    if today <= facts.last_day:
        turns.await_report(docket, today)
    docket.owe(
        WatchAct.ARCHIVE, Role.WATCH_LEADER, "duty-archive", ladder="watch-office", since=facts.ends_at, asking=False
    )
    docket.issue("roster", clause_id="duty-24h")
    return facts


def amended(facts: Facts, docket: Docket) -> Facts:
    """New shifts take the place of those that had not begun; whoever was to check in next is asked anew."""
    before = facts
    new = tuple(read_shift(line) for line in docket.act.content["shifts"])
    facts = replace(facts, shifts=replaced(facts.shifts, new))
    gone = {shift.code for shift in before.shifts if shift not in facts.shifts}
    stale = [number for number, swap in facts.swaps.items() if {swap.shift, swap.other_shift} & gone]
    for number in stale:
        docket.supersede_about(WatchAct.AGREE_SWAP, number)
    _drop_substitutes(docket, gone)
    _ask_anew(before, facts, docket)
    docket.issue("roster", clause_id="duty-24h")
    return facts.without_swap(*stale)


def replaced(shifts: tuple[Shift, ...], new: tuple[Shift, ...]) -> tuple[Shift, ...]:
    """Return the shifts with the new ones in the place of all that begin between their first and last instant."""
    first, last = new[0].starts_at, new[-1].ends_at
    kept = [shift for shift in shifts if not first <= shift.starts_at < last]
    return tuple(sorted((*kept, *new), key=lambda shift: shift.starts_at))


def _drop_substitutes(docket: Docket, codes: set[str]) -> None:
    for duty in tuple(docket.live.values()):
        if duty.act == WatchAct.SUBSTITUTE and about_shift(duty.about or "") in codes:
            docket.supersede_one(duty.key)


def _ask_anew(before: Facts, facts: Facts, docket: Docket) -> None:
    """The next shift's check-in is owed by its people as they are now; whoever was asked before is not any more."""
    position = facts.begun + 1
    if position >= len(before.shifts) or before.shifts[position] == facts.shifts[position]:
        return
    for part in (turns.KEEPERS, turns.LEADER):
        docket.supersede_about(WatchAct.CHECK_IN, f"{before.shifts[position].code}:{part}")
    turns.await_shift(docket, facts.shifts[position])


# --- swaps ---------------------------------------------------------------------------------------


def swap_asked(facts: Facts, docket: Docket) -> Facts:
    """Both names are on record, and the other must agree before anything changes. Law: duty-swap 换班."""
    act = docket.act
    docket.owe(WatchAct.AGREE_SWAP, Role.NAMED, "duty-swap", ladder="watch-office", blocks=False, about=str(act.seq))
    return replace(facts, swaps=MappingProxyType({**facts.swaps, str(act.seq): swap_of(act)}))


def swap_of(act: Act) -> Swap:
    """Return the swap that an application describes."""
    return Swap(act.word("person"), act.word("shift"), act.word("other"), act.word("other_shift"), act.actor.persons)


def swap_answered(facts: Facts, docket: Docket) -> Facts:
    """With both agreed the two change places; a refusal changes nothing."""
    act = docket.act
    number = act.word("about")
    swap = facts.swaps[number]
    docket.discharge_about(WatchAct.AGREE_SWAP, number)
    after = facts.without_swap(number)
    if act.word("agreed") != "yes":
        docket.tell("swap-refused", Role.NAMED, clause_id="duty-swap")
        return after
    docket.tell("swapped", Role.NAMED, Role.WATCH_LEADER, clause_id="duty-swap")
    after = replace(after, shifts=exchanged(facts.shifts, swap))
    _ask_anew(facts, after, docket)
    return after


def exchanged(shifts: tuple[Shift, ...], swap: Swap) -> tuple[Shift, ...]:
    """Return the shifts with the two people in each other's place; a leader takes their rank along."""
    ranks = {shift.code: shift.by_head for shift in shifts}

    def changed(shift: Shift) -> Shift:
        if shift.code == swap.shift:
            return _in_place_of(shift, swap.person, swap.other, by_head=ranks[swap.other_shift])
        if shift.code == swap.other_shift:
            return _in_place_of(shift, swap.other, swap.person, by_head=ranks[swap.shift])
        return shift

    return tuple(changed(shift) for shift in shifts)


def _in_place_of(shift: Shift, old: str, new: str, *, by_head: bool) -> Shift:
    if shift.leader == old:
        return replace(shift, leader=new, by_head=by_head)
    return replace(shift, keepers=tuple(new if keeper == old else keeper for keeper in shift.keepers))


# --- substitutes, leave, return ------------------------------------------------------------------


def substituted(facts: Facts, docket: Docket) -> Facts:
    """Somebody else stands in for the rest of a shift; both are told. Law: duty-leave 请假替班."""
    act = docket.act
    shift = facts.shift(act.word("shift"))
    assert shift is not None, "permit has looked"
    begins = max(shift.starts_at, act.happened_at)
    absence = Absence(act.word("person"), begins, shift.ends_at, act.word("substitute"), act.seq)
    docket.discharge_about(WatchAct.SUBSTITUTE, vacancy(shift, absence.person))
    docket.tell("substituted", Role.NAMED, Role.WATCH_LEADER, clause_id="duty-leave")
    return replace(facts, absences=(*facts.absences, absence))


def left(facts: Facts, docket: Docket) -> Facts:
    """Whoever is away is not asked; a shift that loses somebody without a substitute owes one. Law: duty-leave."""
    act = docket.act
    absence = Absence(
        act.word("person"), instant(act.word("from")), instant(act.word("until")), act.word("substitute") or None,
        act.seq,
    )  # fmt: skip
    facts = replace(facts, absences=(*facts.absences, absence))
    if absence.substitute is not None:
        docket.tell("substituted", Role.NAMED, Role.WATCH_LEADER, clause_id="duty-leave")
    sought = {duty.about for duty in docket.live.values() if duty.act == WatchAct.SUBSTITUTE}
    for shift in (shift for shift in losing(facts, absence) if vacancy(shift, absence.person) not in sought):
        docket.owe(
            WatchAct.SUBSTITUTE,
            Role.WATCH_LEADER,
            "duty-leave",
            ladder="watch",
            blocks=False,
            about=vacancy(shift, absence.person),
        )
    return facts


def returned(facts: Facts, docket: Docket) -> Facts:
    """An absence that ends early ends for the substitute too; a substitute not yet found is no longer owed."""
    act = docket.act
    number, back_at = int(act.word("about")), instant(act.word("from"))
    absences = tuple(
        replace(absence, ends_at=back_at) if absence.seq == number else absence for absence in facts.absences
    )
    facts = replace(facts, absences=tuple(absence for absence in absences if absence.starts_at < absence.ends_at))
    person = next(absence.person for absence in absences if absence.seq == number)
    docket.tell("returned", Role.WATCH_LEADER, clause_id="duty-leave")
    _find_nobody_in_vain(facts, docket, person)
    return facts


def _find_nobody_in_vain(facts: Facts, docket: Docket, person: str) -> None:
    still = {vacancy(shift, person) for absence in facts.away.of(person) for shift in losing(facts, absence)}
    for shift in facts.shifts:
        if vacancy(shift, person) not in still:
            docket.supersede_about(WatchAct.SUBSTITUTE, vacancy(shift, person))


def losing(facts: Facts, absence: Absence) -> tuple[Shift, ...]:
    """Return the shifts that an absence leaves without its person or anybody in their place."""
    return tuple(
        shift
        for shift in facts.shifts
        if absence.person in shift.people
        and shift.starts_at < absence.ends_at
        and absence.starts_at < shift.ends_at
        and facts.away.reached(absence.person, max(shift.starts_at, absence.starts_at)) is None
    )


def vacancy(shift: Shift, person: str) -> str:
    """Return what names a vacant place: shift and person."""
    return f"{shift.code} {person}"


def about_shift(vacant: str) -> str:
    """Return the code of the shift that a vacant place belongs to."""
    return vacant.partition(" ")[0]
