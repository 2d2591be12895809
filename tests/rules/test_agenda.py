"""The docket by itself: duties open, move on and end; effects are owed once; the clock knows what comes next."""

from copy import copy
from dataclasses import replace
from datetime import date
from typing import Any

import pendulum
import pytest

from rules.act import Act
from rules.actor import Role, clock
from rules.agenda import (
    LAPSE,
    RUNG,
    Agenda,
    ClockAct,
    Duty,
    DutyStatus,
    Effect,
    EffectKind,
    by_act,
    collect,
    concerned,
    next_clock_act,
)
from rules.deadlines import SHANGHAI
from rules.docket import Docket
from rules.hazard import HazardAct
from rules.notice_hours import Lane
from rules.rulebook import Rulebook

_NOW = pendulum.datetime(2026, 3, 2, 9, tz=SHANGHAI)
_US = pendulum.duration(microseconds=1)


@pytest.fixture
def docket(somebody: Any, rulebook: Rulebook) -> Docket:
    return Docket(Act(7, "note", somebody(Role.DEPT_OFFICER), _NOW, _NOW, {}), rulebook, {})


def later(docket: Docket, seq: int, at: pendulum.DateTime, recorded_at: pendulum.DateTime | None = None) -> Docket:
    act = replace(docket.act, seq=seq, happened_at=at, recorded_at=recorded_at or at)
    return Docket(act, docket.rulebook, dict(docket.live))


def fix(docket: Docket, **other: Any) -> Duty:
    return docket.owe(HazardAct.RECTIFY, Role.UNIT_FIXER, "haz-fix-general", ladder="general", **other)


# --- owing ---------------------------------------------------------------------------------------


def test_a_duty_says_who_owes_what_by_when_under_which_version_of_the_clause(docket: Docket) -> None:
    assert fix(docket) == Duty(
        key="rectify@7", act="rectify", holder=Role.UNIT_FIXER, opened_by=7, clause_id="haz-fix-general",
        clause_version="D-16@2008-02-01+dai@2018-01-01", started_at=_NOW, opened_at=_NOW,
        due_alert=pendulum.datetime(2026, 3, 10, tz=SHANGHAI), due_legal=pendulum.datetime(2026, 3, 10, tz=SHANGHAI),
        late_from=pendulum.datetime(2026, 3, 10, tz=SHANGHAI), ends_on=None, provisional=False, blocks=True,
        lapses=False, ladder="general",
    )  # fmt: skip
    assert docket.live == {"rectify@7": docket.changes.opened[0]}


def test_whoever_owes_is_asked_once_unless_there_is_no_need(docket: Docket) -> None:
    fix(docket)
    (asked,) = docket.changes.effects
    assert (asked.key, asked.kind, asked.name) == (
        "7:asked-rectify:unit_fixer:rectify@7",
        EffectKind.NOTICE,
        "asked-rectify",
    )
    assert (asked.addressee, asked.caused_by, asked.asks) == (Role.UNIT_FIXER, 7, "rectify@7")
    assert (asked.clause_id, asked.by_clock) == ("haz-fix-general", False)
    silent = later(docket, 8, _NOW)
    fix(silent, asking=False)
    assert silent.changes.effects == ()


def test_one_duty_may_be_superseded_alone_by_what_it_is_about_or_by_its_key(docket: Docket) -> None:
    first, second, third = (
        docket.owe(HazardAct.DECIDE, Role.DEPT_HEAD, "haz-decide", ladder="decide", about=about)
        for about in ("rectify@1", "rectify@2", "rectify@3")
    )
    docket.supersede_about(HazardAct.DECIDE, "rectify@2")
    assert docket.live == {first.key: first, third.key: third}
    docket.supersede_one(third.key)
    assert docket.live == {first.key: first}
    assert [(duty.key, duty.status) for duty in docket.changes.ended] == [
        (second.key, DutyStatus.SUPERSEDED), (third.key, DutyStatus.SUPERSEDED),
    ]  # fmt: skip


def test_a_duty_about_something_carries_it_in_its_key(docket: Docket) -> None:
    duty = docket.owe(HazardAct.DECIDE, Role.DEPT_HEAD, "haz-decide", ladder="decide", about="rectify@1")
    assert (duty.key, duty.about) == ("decide@7:rectify@1", "rectify@1")


def test_a_duty_may_start_earlier_and_end_on_a_day_that_an_act_names(docket: Docket) -> None:
    since = _NOW.subtract(days=2)
    duty = docket.owe(
        HazardAct.RECTIFY, Role.UNIT_FIXER, "haz-rectify-order", ladder="general", since=since,
        ends_on=date(2026, 3, 16), blocks=False, lapses=True,
    )  # fmt: skip
    assert (duty.started_at, duty.opened_at, duty.ends_on) == (since, _NOW, date(2026, 3, 16))
    assert (duty.blocks, duty.lapses, duty.due_legal) == (False, True, pendulum.datetime(2026, 3, 17, tz=SHANGHAI))


def test_a_duty_whose_end_rests_on_an_unpublished_year_is_provisional(docket: Docket) -> None:
    docket.act = replace(docket.act, happened_at=pendulum.datetime(2026, 12, 31, tz=SHANGHAI))
    assert docket.owe("sign-off", Role.DEPT_HEAD, "haz-signoff", ladder="office").provisional


@pytest.mark.parametrize(
    ("share", "microseconds", "rung"),
    [
        (50, -1, 0), (50, 0, 0), (75, -1, 0), (75, 0, 1), (100, -1, 2), (100, 0, 3), (150, -1, 4), (150, 0, 5),
        (900, 0, 5),
    ],
)  # fmt: skip
def test_recorded_late_a_duty_enters_below_the_rung_reached(
    share: int, microseconds: int, rung: int, docket: Docket
) -> None:
    term = pendulum.datetime(2026, 3, 10, tz=SHANGHAI) - _NOW
    recorded_at = _NOW + term * share / 100 + _US * microseconds
    late = later(docket, 8, _NOW, recorded_at)
    assert fix(late).rung == rung
    assert late.changes.opened[0].opened_at == recorded_at


def test_recorded_late_a_duty_without_a_figure_has_no_ladder_to_enter(docket: Docket) -> None:
    late = later(docket, 8, _NOW, _NOW.add(days=90))
    duty = late.owe("decide", Role.DEPT_OFFICER, "haz-investigate-major", ladder="major")
    assert (duty.due_alert, duty.due_legal, duty.rung) == (None, None, 0)
    assert late.owe_again(duty).rung == 0


def test_a_duty_that_starts_only_after_it_was_recorded_begins_at_the_bottom(docket: Docket) -> None:
    assert fix(docket, since=_NOW.add(days=30)).rung == 0


# --- again ---------------------------------------------------------------------------------------


def test_again_means_on_the_old_clock_under_a_new_key(docket: Docket) -> None:
    old = replace(
        fix(docket), rung=4, breached=True, lapsed=True, status=DutyStatus.VOID, ended_by=9, ended_at=_NOW.add(days=8)
    )
    reopened = Docket(replace(docket.act, seq=12, recorded_at=_NOW.add(days=9)), docket.rulebook, {})
    again = reopened.owe_again(old)
    assert again == replace(
        old, key="rectify@12", opened_by=12, opened_at=_NOW.add(days=9), status=DutyStatus.OPEN, ended_by=None,
        ended_at=None,
    )  # fmt: skip
    assert reopened.live == {"rectify@12": again}


@pytest.mark.parametrize(("rung", "days", "expected"), [(0, 6, 1), (3, 6, 3), (0, 9, 3), (6, 30, 6), (0, 30, 5)])
def test_again_enters_at_the_rung_reached_but_never_below_one_already_climbed(
    rung: int, days: int, expected: int, docket: Docket
) -> None:
    old = replace(fix(docket), rung=rung)
    assert later(docket, 12, _NOW, _NOW.add(days=days)).owe_again(old).rung == expected


@pytest.mark.parametrize(("blocks", "asked"), [(True, 1), (False, 0)])
def test_again_asks_only_for_what_the_case_waits_for(blocks: bool, asked: int, docket: Docket) -> None:
    old = fix(docket, blocks=blocks)
    again = later(docket, 12, _NOW)
    again.owe_again(old)
    assert len(again.changes.effects) == asked


def test_duties_of_two_posts_on_one_breach_keep_different_keys(docket: Docket) -> None:
    decide = docket.owe(HazardAct.DECIDE, Role.DEPT_HEAD, "haz-decide", ladder="decide", about="rectify@1")
    reopened = Docket(replace(docket.act, seq=12), docket.rulebook, {})
    keys = [
        reopened.owe_again(replace(decide, holder=r)).key
        for r in (Role.DEPT_HEAD, Role.COUNTY_LEADER, Role.BUREAU_HEAD)
    ]
    assert keys == ["decide@12:rectify@1", "decide@12:rectify@1.2", "decide@12:rectify@1.3"]
    assert list(reopened.live) == keys


# --- ending --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offset", "status"), [(-_US, DutyStatus.DONE), (0 * _US, DutyStatus.LATE_DONE), (_US, DutyStatus.LATE_DONE)]
)
def test_done_is_judged_by_the_claimed_instant_against_the_lawful_end(
    offset: pendulum.Duration, status: DutyStatus, docket: Docket
) -> None:
    duty = fix(docket)
    assert duty.due_legal is not None
    done_at = duty.due_legal + offset
    done = later(docket, 8, done_at, done_at.add(days=40))
    done.discharge(HazardAct.RECTIFY)
    (ended,) = done.changes.ended
    assert (ended.status, ended.ended_by, ended.ended_at) == (status, 8, done_at)
    assert done.live == {}


def test_an_open_norm_without_a_figure_is_never_late(docket: Docket) -> None:
    duty = replace(fix(docket), due_alert=None, due_legal=None, late_from=None)
    assert not duty.was_late(_NOW.add(years=9))


def test_only_the_acts_named_are_discharged_or_superseded(docket: Docket) -> None:
    fix(docket)
    docket.owe("accept", Role.UNIT_SAFETY, "haz-accept", ladder="general")
    docket.owe("recheck", Role.DEPT_OFFICER, "haz-recheck", ladder="office")
    docket.discharge("accept")
    docket.supersede("recheck")
    assert list(docket.live) == ["rectify@7"]
    assert [(duty.act, duty.status) for duty in docket.changes.ended] == [
        ("accept", DutyStatus.DONE), ("recheck", DutyStatus.SUPERSEDED),
    ]  # fmt: skip


@pytest.mark.parametrize(("days", "status"), [(0, DutyStatus.DONE), (9, DutyStatus.LATE_DONE)])
def test_of_several_things_only_the_one_named_is_settled(days: int, status: DutyStatus, docket: Docket) -> None:
    for about in ("listing", "delisting"):
        docket.owe("publish", Role.COMMITTEE_OFFICE, "haz-publicity", ladder="office", about=about)
    settled = later(docket, 8, _NOW.add(days=days))
    settled.discharge_about("publish", "listing")
    assert [(duty.about, duty.status) for duty in settled.changes.ended] == [("listing", status)]
    assert [duty.about for duty in settled.live.values()] == ["delisting"]


def test_everything_is_superseded_but_what_is_kept_or_voided_without_exception(docket: Docket) -> None:
    fix(docket)
    docket.owe("accept", Role.UNIT_SAFETY, "haz-accept", ladder="general")
    docket.supersede_all(keeping=("accept",))
    assert [duty.act for duty in docket.live.values()] == ["accept"]
    docket.void_all()
    assert docket.live == {}
    assert [duty.status for duty in docket.changes.ended] == [DutyStatus.SUPERSEDED, DutyStatus.VOID]


def test_a_mark_moves_a_duty_on_and_takes_nothing_back(docket: Docket) -> None:
    key = fix(docket).key
    docket.mark(key, rung=3)
    docket.mark(key, rung=4, breached=True)
    docket.mark(key, rung=5)
    docket.mark(key, lapsed=True)
    last = docket.mark(key)
    assert (last.rung, last.breached, last.lapsed) == (5, True, True)
    assert [(m.rung, m.breached, m.lapsed) for m in docket.changes.marked] == [
        (3, False, False), (4, True, False), (5, True, False), (5, True, True), (5, True, True),
    ]  # fmt: skip
    assert docket.live[key] == last


# --- effects -------------------------------------------------------------------------------------


def test_each_addressee_is_told_by_a_notice_of_its_own_and_a_paper_has_none(docket: Docket) -> None:
    docket.tell("closed", Role.UNIT_HEAD, Role.TOWN_LEADER, clause_id="haz-accept")
    docket.issue("sign-off", clause_id="haz-signoff")
    assert [(e.key, e.kind, e.addressee, e.asks) for e in docket.changes.effects] == [
        ("7:closed:unit_head", EffectKind.NOTICE, Role.UNIT_HEAD, None),
        ("7:closed:town_leader", EffectKind.NOTICE, Role.TOWN_LEADER, None),
        ("7:sign-off:paper", EffectKind.PAPER, None, None),
    ]
    assert [e.clause_id for e in docket.changes.effects] == ["haz-accept", "haz-accept", "haz-signoff"]
    assert {e.caused_by for e in docket.changes.effects} == {7}


def test_an_effect_is_the_storys_and_asks_for_nothing_unless_it_says_so() -> None:
    plain = Effect("7:closed:unit_head", EffectKind.NOTICE, "closed", Role.UNIT_HEAD, 7, "haz-accept")
    assert (plain.by_clock, plain.asks) == (False, None)


def test_an_effect_in_another_lane_is_the_same_effect() -> None:
    effect = Effect("7:closed:unit_head", EffectKind.NOTICE, "closed", Role.UNIT_HEAD, 7, "haz-signoff")
    assert replace(effect, lane=Lane.URGENT) == effect
    assert replace(effect, caused_by=8) != effect


def test_how_pressing_a_notice_is_follows_from_its_clock_and_from_what_it_asks_for(docket: Docket) -> None:
    """A reminder of an hour clock is an emergency, whatever clause the reminder itself stands under."""
    stop = docket.owe("stop", Role.DEPT_HEAD, "haz-stop", ladder="office")
    fix(docket)
    docket.tell("closed", Role.UNIT_HEAD, clause_id="haz-accept")
    docket.tell("reminder", Role.DEPT_HEAD, clause_id="haz-order", asks=stop.key)
    docket.tell("reminder", Role.UNIT_HEAD, clause_id="haz-order", asks="gone@1")
    docket.tell("reported", Role.UNIT_HEAD, clause_id="haz-major-report")
    docket.tell("dated", Role.UNIT_HEAD, clause_id="haz-fix-general", answer="notice-answer")
    assert [(effect.name, effect.lane) for effect in docket.changes.effects] == [
        ("asked-stop", Lane.URGENT), ("asked-rectify", Lane.TIMELY), ("closed", Lane.ROUTINE),
        ("reminder", Lane.URGENT), ("reminder", Lane.TIMELY), ("reported", Lane.URGENT), ("dated", Lane.URGENT),
    ]  # fmt: skip


def test_a_clause_that_is_not_in_force_has_no_clock(docket: Docket) -> None:
    assert not docket.rulebook.is_by_the_minute("nobody-knows-it", _NOW.date())
    assert not docket.rulebook.is_by_the_minute("haz-extension", date(2019, 1, 1))


def test_where_the_county_set_no_hours_every_notice_is_pressing(docket: Docket) -> None:
    rulebook = copy(docket.rulebook)
    rulebook.notice_hours = None
    assert rulebook.lane("closed", by_the_minute=False, asks=False) is Lane.URGENT


def test_what_the_clock_owes_is_delivered_by_the_escalation(docket: Docket) -> None:
    by_clock = Docket(replace(docket.act, actor=clock("dai")), docket.rulebook, {})
    by_clock.tell("overdue", Role.UNIT_HEAD, clause_id="haz-fix-general", asks="rectify@1")
    (effect,) = by_clock.changes.effects
    assert effect.by_clock
    assert effect.key == "7:overdue:unit_head:rectify@1"


# --- what the clock does next --------------------------------------------------------------------


def test_a_paper_that_the_clock_owes_is_the_storys(docket: Docket) -> None:
    by_clock = Docket(replace(docket.act, actor=clock("dai")), docket.rulebook, {})
    by_clock.issue("deemed", clause_id="plan-check-5wd")

    assert [(effect.kind, effect.by_clock) for effect in by_clock.changes.effects] == [(EffectKind.PAPER, False)]


def test_the_clock_climbs_rung_by_rung_and_then_has_nothing_to_do(docket: Docket) -> None:
    duty = fix(docket)
    ladder = docket.rulebook.ladder("general", date(2026, 3, 2))
    instants = ladder.instants(duty.started_at, duty.due_alert)  # type: ignore[arg-type]
    for number, (rung, at) in enumerate(instants):
        coming = next_clock_act(replace(duty, rung=number), docket.rulebook)
        assert coming == ClockAct(RUNG, at, {"about": duty.key, "rung": number + 1, "kind": rung.kind})
    assert next_clock_act(replace(duty, rung=6), docket.rulebook) is None


@pytest.mark.parametrize(
    ("rung", "lapsed", "kind", "number"),
    [(3, False, RUNG, 4), (4, False, LAPSE, None), (4, True, RUNG, 5), (6, False, LAPSE, None), (6, True, None, None)],
)
def test_the_end_of_a_term_that_lapses_comes_after_the_rung_of_the_same_instant_and_before_the_next(
    rung: int, lapsed: bool, kind: str | None, number: int | None, docket: Docket
) -> None:
    duty = replace(fix(docket, lapses=True), rung=rung, lapsed=lapsed)
    coming = next_clock_act(duty, docket.rulebook)
    assert (coming.kind if coming else None) == kind
    if coming and kind == LAPSE:
        assert (coming.at, coming.content) == (duty.due_legal, {"about": duty.key})
    if coming and kind == RUNG:
        assert coming.content["rung"] == number


def test_a_term_that_rolls_lapses_only_when_the_law_says_so(docket: Docket) -> None:
    duty = replace(fix(docket, lapses=True), due_legal=_NOW.add(days=30), rung=5)
    coming = next_clock_act(duty, docket.rulebook)
    assert coming is not None
    assert (coming.kind, coming.content["rung"]) == (RUNG, 6)


def test_without_a_term_the_clock_has_nothing_to_do(docket: Docket) -> None:
    duty = fix(docket)
    assert next_clock_act(replace(duty, due_alert=None, due_legal=None), docket.rulebook) is None
    assert next_clock_act(replace(duty, due_legal=None), docket.rulebook) is None
    assert next_clock_act(replace(duty, due_alert=None), docket.rulebook) is None


# --- reading -------------------------------------------------------------------------------------


def test_the_agenda_shows_each_duty_in_its_latest_state_and_every_effect(docket: Docket) -> None:
    fix(docket)
    docket.owe("progress", Role.UNIT_HEAD, "haz-progress", ladder="progress", blocks=False)
    second = later(docket, 8, _NOW)
    second.mark("rectify@7", rung=1)
    third = later(second, 9, _NOW)
    third.discharge(HazardAct.RECTIFY)
    agenda = collect([docket.changes, second.changes, third.changes])
    assert [(duty.key, duty.rung, duty.status) for duty in agenda.duties] == [
        ("rectify@7", 1, DutyStatus.DONE), ("progress@7", 0, DutyStatus.OPEN),
    ]  # fmt: skip
    assert [effect.name for effect in agenda.effects] == ["asked-rectify", "asked-progress"]
    assert collect([docket.changes]).resting_on == {"rectify"}
    assert agenda.resting_on == frozenset()
    assert collect([]) == Agenda((), ())


def test_the_earliest_duty_for_an_act_is_found_and_the_one_about_the_same_thing_before_it(docket: Docket) -> None:
    assert by_act(docket.live, "publish") is None
    assert concerned(docket.live, "publish", "") is None
    for about in ("listing", "delisting"):
        docket.owe("publish", Role.COMMITTEE_OFFICE, "haz-publicity", ladder="office", about=about)
    found = [
        by_act(docket.live, "publish"),
        *(concerned(docket.live, "publish", a) for a in ("", "listing", "delisting")),
    ]
    assert [duty.about for duty in found if duty] == ["listing", "listing", "listing", "delisting"]
    assert concerned(docket.live, "open-review", "listing") is None


def test_every_status_of_a_duty_has_its_word() -> None:
    assert len({status.label for status in DutyStatus}) == len(DutyStatus)
