"""Urging through the door, the board then and now, and the list of what is late; within scope, in both stores."""

from __future__ import annotations

from typing import Any

import pytest

from models.board import MEASURES, board, measured, trend
from models.dossier import open_dossier
from models.supervision import Wanted, count_late, late, measured_cases, seats_within, worst
from models.urges import urged
from rules.actor import Role
from rules.errors import NotYourTurn, OutsideScope, WrongPost

_LEADER = Role.COUNTY_LEADER


def _list(county: Any, who: Any = _LEADER, **wanted: Any) -> list[Any]:
    actor = county.actor(who) if isinstance(who, Role) else who
    with county.store.read() as reading:
        found = late(reading, actor, county.now, Wanted(**wanted), most=100)
        assert count_late(reading, actor, county.now, Wanted(**wanted)) == len(found)
    return found


def _board(county: Any, who: Any = _LEADER) -> Any:
    actor = county.actor(who) if isinstance(who, Role) else who
    with county.store.read() as reading:
        return board(reading, actor, county.now)


def _urge(county: Any, number: str, about: str, who: Any = _LEADER) -> Any:
    return county.do(number, "urge", who, about=about, sentence="late")


# --- urging --------------------------------------------------------------------------------------


def test_an_urging_is_on_record_told_once_and_throttled_by_the_day(county: Any) -> None:
    number = county.ordered()
    (about,) = [row[0] for row in county.rows("SELECT key FROM duties WHERE act = 'rectify' AND status = 'open'")]
    before = county.count("notices")
    receipt = _urge(county, number, about)

    with county.store.read() as reading:
        (known,) = urged(reading, county.rows("SELECT id FROM cases")[0][0])
        dossier = open_dossier(reading, "dai", number, county.actor(_LEADER).scope)
    assert (known.seq, known.duty, known.by) == (receipt.seq, about, "分管县领导1")
    assert [act.label for act in dossier.acts][-1] == "催办"
    told = county.rows("SELECT name, addressee, by_clock FROM effects WHERE name LIKE 'urged%'")
    assert [(name, whom, bool(clock)) for name, whom, clock in told] == [("urged-late", "unit_fixer", True)]
    assert county.count("notices") == before + 1

    with pytest.raises(NotYourTurn, match="今天 09:00 已经催办过"):
        _urge(county, number, about, Role.COMMITTEE_OFFICE)
    county.now = county.now.add(days=1)
    _urge(county, number, about, Role.COMMITTEE_OFFICE)
    assert county.faults() == set()


def test_another_duty_of_the_case_may_be_urged_on_the_same_day(county: Any) -> None:
    number = county.found(own_grade="unsure", who=Role.UNIT_SAFETY).number
    keys = [key for (key,) in county.rows("SELECT key FROM duties WHERE status = 'open' AND act <> 'acknowledge'")]
    for key in keys:
        _urge(county, number, key)
    assert county.rows("SELECT count(*) FROM acts WHERE kind = 'urge'") == [(len(keys),)]


def test_nobody_urges_outside_of_their_scope_or_post(county: Any) -> None:
    number = county.ordered()
    ((about,),) = county.rows("SELECT key FROM duties WHERE act = 'rectify' AND status = 'open'")
    with pytest.raises(OutsideScope):
        _urge(county, number, about, county.actor(Role.TOWN_LEADER, "2"))
    with pytest.raises(WrongPost):
        _urge(county, number, about, Role.UNIT_HEAD)
    assert county.rows("SELECT count(*) FROM acts WHERE kind = 'urge'") == [(0,)]


# --- what is late --------------------------------------------------------------------------------


def test_what_is_late_is_listed_the_longest_first_within_scope(county: Any) -> None:
    first = county.ordered()
    county.now = county.now.add(days=3)
    second = county.ordered("hongda", "2")
    assert _list(county) == []
    county.now = county.now.add(days=40)
    found = _list(county)
    numbers = [one.number for one in found if one.act == "rectify"]
    assert set(numbers) == {first, second}
    assert [one.late_from for one in found] == sorted(one.late_from for one in found)
    assert {one.number for one in _list(county, county.actor(Role.TOWN_LEADER))} == {first}
    assert {one.number for one in _list(county, county.actor(Role.DEPT_HEAD, "2"))} == {second}
    assert _list(county, Role.IT_ADMIN) == []


def test_the_list_narrows_to_process_seat_and_days(county: Any) -> None:
    number = county.ordered()
    county.now = county.now.add(days=40)
    (one,) = [one for one in _list(county) if one.act == "rectify"]
    assert (one.unit, one.town, one.department, one.holder) == ("红星铁矿", "青石镇", "工信局", Role.UNIT_FIXER)
    assert one.days_late(county.now) == (county.now - one.late_from).days > 20
    assert {found.number for found in _list(county, kind="hazard")} == {number}
    assert _list(county, kind="plan") == []
    with county.store.read() as reading:
        seats = dict(seats_within(reading, county.actor(_LEADER).scope))
    names = {name: seat for seat, name in seats.items()}
    assert {"青石镇", "工信局"} <= names.keys()
    assert _list(county, seat=names["青石镇"]) == _list(county, seat=names["工信局"]) == _list(county)
    assert _list(county, seat="nowhere") == []
    assert _list(county, least_days=one.days_late(county.now))
    assert _list(county, least_days=one.days_late(county.now) + 1) == []


def test_what_falls_due_today_is_not_yet_late(county: Any) -> None:
    county.ordered()
    county.now = county.now.set(month=3, day=16)
    assert [one.act for one in _list(county, due_today=True)] == ["rectify"]
    assert [one for one in _list(county) if one.act == "rectify"] == []
    assert _board(county).today.now == 1


# --- the board -----------------------------------------------------------------------------------


def test_the_board_counts_now_and_a_month_ago_what_stood_open_then(county: Any) -> None:
    number = county.ordered()
    county.now = county.now.set(month=3, day=20)
    then = _board(county)
    assert (then.late.now, then.late.before) == (len(_list(county)), 0)
    assert then.late.now > 0
    county.do(number, "rectify", Role.UNIT_FIXER, measure="已固定")
    county.now = county.now.add(months=1)
    after = _board(county)
    assert after.late.before >= then.late.now - 1, "what has ended since was late then all the same"
    assert after.late.now == len(_list(county))


def test_what_has_ended_since_counts_for_the_month_ago(county: Any) -> None:
    number = county.ordered()
    county.now = county.now.set(month=3, day=20)
    stood = _board(county).late.now
    county.now = county.now.add(hours=1)
    county.do(number, "rectify", Role.UNIT_FIXER, measure="已固定")
    county.now = county.now.subtract(hours=1).add(months=1)
    assert _board(county).late.before == stood


def test_major_hazards_not_signed_off_are_counted(county: Any) -> None:
    officer = county.actor(Role.DEPT_OFFICER)
    number = county.found(officer).number
    assert _board(county).major.now == 0
    county.do(number, "grade", officer, grade="major", basis="synthesis", reason="顶板离层")
    assert (_board(county).major.now, _board(county).major.before) == (1, 0)
    assert _board(county, county.actor(Role.DEPT_HEAD, "2")).major.now == 0
    county.now = county.now.add(months=1)
    assert _board(county).major.difference == 0


def test_towns_and_sectors_stand_in_fixed_order_with_what_they_are_counted_among(county: Any) -> None:
    county.ordered("hongda", "2")
    county.now = county.now.add(days=40)
    found = _board(county)
    assert [one.name for one in found.towns][:2] == ["青石镇", "白水乡"]
    assert [(one.open, one.units) for one in found.towns][:2] == [(0, 1), (1, 1)]
    assert found.towns[1].late == 1
    assert [(one.name, one.open, one.late, one.units) for one in found.sectors] == [("非煤矿山", 1, 1, 2)]
    assert [one.name for one in _board(county, county.actor(Role.TOWN_LEADER)).towns] == ["青石镇"]


def test_the_worst_cases_are_named_once_the_major_first(county: Any) -> None:
    officer = county.actor(Role.DEPT_OFFICER)
    plain = county.ordered()
    county.now = county.now.add(days=2)
    major = county.found(officer).number
    county.do(major, "grade", officer, grade="major", basis="synthesis", reason="顶板离层")
    county.now = county.now.add(days=60)
    with county.store.read() as reading:
        found = worst(reading, county.actor(_LEADER), county.now, most=5)
        assert len(worst(reading, county.actor(_LEADER), county.now, most=1)) == 1
    assert [one.number for one in found] == [major, plain]


def test_the_months_are_twelve_and_only_for_whoever_sees_a_whole_subtree(county: Any) -> None:
    number = county.ordered()
    county.do(number, "rectify", Role.UNIT_FIXER, measure="已固定")
    with county.store.read() as reading:
        months = trend(reading, county.actor(_LEADER).scope, county.now)
        assert trend(reading, county.actor(Role.DEPT_HEAD).scope, county.now) == ()
    assert [one.code for one in months] == [f"2025-{month:02d}" for month in range(4, 13)] + [
        "2026-01", "2026-02", "2026-03",
    ]  # fmt: skip
    assert (months[-1].ended > 3, months[-1].late) == (True, 0)


def test_listed_cases_are_found_by_their_paper(county: Any) -> None:
    officer = county.actor(Role.DEPT_OFFICER)
    number = county.found(officer).number
    county.do(number, "grade", officer, grade="major", basis="synthesis", reason="顶板离层")
    county.do(number, "list", officer, ends_on=county.now.add(days=30).date(), leader="分管县领导")
    seq = county.rows("SELECT max(seq) FROM acts")[0][0]
    county.carry(number, f"list@{seq}")
    with county.store.read() as reading:
        scope = county.actor(_LEADER).scope
        assert measured(reading, scope) == dict.fromkeys(MEASURES, 0) | {"listing-notice": 1}
        (one,) = measured_cases(reading, scope, "listing-notice", most=10)
        assert (one.number, one.unit, one.grade, one.process.name) == (number, "红星铁矿", "major", "hazard")
        assert measured_cases(reading, county.actor(Role.TOWN_LEADER, "2").scope, "listing-notice", most=10) == []
