"""Answers in the ledger: only the addressee answers, the door says as what and who is left; all is verified."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from models import directory
from models.answers import answerable, answers_of, reachable
from models.case_state import find_by_number
from models.escalation import fire_due
from models.receipt import Deed
from models.roster import RosterReader
from rules.actor import Actor, Role
from rules.errors import ContentInvalid, NotYourTurn, OutsideScope, TimeInvalid, UnknownRecord, WrongPost


def stopped(county: Any) -> str:
    """Return the number of a case in which work was ordered to stop."""
    number: str = county.ordered()
    county.do(number, "stop-work", Role.DEPT_OFFICER, at_once=True, extent="破碎车间", reason="无法保证安全")
    return number


def listed(county: Any) -> str:
    """Return the number of a major hazard that was listed."""
    number: str = county.found().number
    county.do(number, "grade", Role.DEPT_OFFICER, grade="major", basis="criterion", criterion="GM23-3-02")
    listing = county.do(number, "list", Role.DEPT_OFFICER, leader="包案领导", ends_on="2026-04-30")
    county.carry(number, f"list@{listing.seq}")
    return number


def awaited(county: Any, number: str, about: str, holder: str = "") -> str:
    """Return the key of the open duty to acknowledge that notice."""
    rows = county.rows(
        "SELECT number, about, holder, key FROM duties JOIN cases ON cases.id = case_id"
        " WHERE act = 'acknowledge' AND duties.status = 'open' ORDER BY duties.id"
    )
    (key,) = [key for found, what, whom, key in rows if (found, what) == (number, about) and holder in {"", whom}]
    return str(key)


def open_answers(county: Any, number: str) -> list[tuple[str, str]]:
    rows = county.rows(
        "SELECT number, about, holder FROM duties JOIN cases ON cases.id = case_id"
        " WHERE act = 'acknowledge' AND duties.status = 'open' ORDER BY duties.id"
    )
    return [(about, holder) for found, about, holder in rows if found == number]


def said(county: Any, number: str) -> dict[str, Any]:
    """Return what the last act of a case says."""
    rows = county.rows("SELECT number, body FROM acts JOIN cases ON cases.id = case_id ORDER BY seq")
    return json.loads([body for found, body in rows if found == number][-1])


def second_head(county: Any, role: Role = Role.UNIT_HEAD) -> Actor:
    """Let a second person hold the post of a unit's head; return them."""
    first = county.actor(role)

    def work(writing: Any) -> str:
        person = directory.add_person(writing, "dai", name="第二人", phone=None)
        directory.appoint(writing, "dai", person_id=person, post_code=role.value, at=county.now)
        return person

    person = county.store.write(work)
    return Actor(person, f"account-{person}", first.post_id, role, first.scope)


def knows(county: Any, number: str) -> tuple[Any, Any, Any]:
    """Return header, roster and facts of a case as they stand."""
    with county.store.read() as reading:
        header = find_by_number(reading, "dai", number)
        assert header is not None
        facts = county.ledger._facts.of(reading, header)
        return header, RosterReader().read(reading, county.now), facts


# --- who answers ---------------------------------------------------------------------------------


def test_the_head_of_the_unit_answers_and_the_record_says_in_which_post_and_how(county: Any) -> None:
    number = stopped(county)
    key = awaited(county, number, "stopped")
    receipt = county.do(number, "acknowledge", Role.UNIT_HEAD, about=key)
    assert said(county, number)["content"] == {"about": key, "means": "console", "role": "unit_head"}
    assert open_answers(county, number) == []
    assert county.faults() == set()
    with county.store.read() as reading:
        (answer,) = answers_of(reading, find_by_number(reading, "dai", number).id)
    assert (answer.seq, answer.person_id, answer.role) == (receipt.seq, county.persons["unit_head"], Role.UNIT_HEAD)
    assert (answer.means, answer.counts, answer.duty) == ("console", True, key)


@pytest.mark.parametrize("role", [Role.UNIT_SAFETY, Role.TOWN_LEADER, Role.DEPT_OFFICER, Role.COUNTY_LEADER])
def test_nobody_else_answers_in_their_place(role: Role, county: Any) -> None:
    number = stopped(county)
    key = awaited(county, number, "stopped")
    before = county.count("acts")
    with pytest.raises(WrongPost, match="不是发给您现任岗位的"):
        county.do(number, "acknowledge", role, about=key)
    assert county.count("acts") == before
    assert open_answers(county, number) == [("stopped", "unit_head")]


def test_the_head_of_another_unit_does_not_even_see_it(county: Any) -> None:
    number = stopped(county)
    with pytest.raises(OutsideScope):
        county.do(number, "acknowledge", county.actor(Role.UNIT_HEAD, "2"), about=awaited(county, number, "stopped"))


def test_whoever_acts_for_the_addressee_answers_for_them(county: Any) -> None:
    number = stopped(county)
    head = county.persons["unit_head"]
    deputy = county.actor(Role.UNIT_SAFETY)
    deputy = Actor(deputy.person_id, deputy.account_id, deputy.post_id, deputy.role, deputy.scope, acting_for=head)
    county.do(number, "acknowledge", deputy, about=awaited(county, number, "stopped"))
    with county.store.read() as reading:
        (answer,) = answers_of(reading, find_by_number(reading, "dai", number).id)
    assert (answer.person_id, answer.by) == (head, deputy.person_id)
    assert open_answers(county, number) == []


def test_an_officer_of_the_bureau_answers_for_the_department_that_the_bureau_is(county: Any) -> None:
    def work(writing: Any) -> None:
        unit = directory.NewUnit("mine", "西沟煤矿", "qingshi", "bureau", "煤矿", "西沟")
        directory.add_unit(writing, "dai", unit)

    county.store.write(work)
    bureau = county.actor(Role.BUREAU_OFFICER)
    number = county.found(bureau, unit="mine").number
    county.do(number, "grade", bureau, grade="general", basis="synthesis", reason="当日可改")
    county.do(number, "order", bureau, ends_on="2026-03-16", requirement="加装护罩")
    colleague = replace(bureau, person_id=county.persons["dept_officer"])
    county.do(number, "confirm-order", colleague, about="order@3", approved="yes")
    county.do(number, "review-order", Role.COMMITTEE_OFFICE, about="order@3", approved="yes")
    county.do(number, "sign-order", Role.BUREAU_HEAD, about="order@3", approved="yes")
    served = {"mode": "direct", "served_on": "2026-03-02", "receiver": "值班室"}
    county.do(number, "serve-order", bureau, about="order@3", **served)
    county.now = county.now.add(days=20)
    fire_due(county.ledger, county.now)
    key = awaited(county, number, "rectify@7")
    header, roster, facts = knows(county, number)
    with county.store.read() as reading:
        assert [duty.key for duty in answerable(reading, roster, header, facts.live, bureau)] == [key]
    county.do(number, "acknowledge", bureau, about=key)
    assert said(county, number)["content"]["role"] == "dept_officer"


def test_one_of_those_whom_a_rung_told_answers_for_all(county: Any) -> None:
    number = county.ordered()
    county.now = county.now.add(days=20)
    fire_due(county.ledger, county.now)
    ((about, holder),) = [row for row in open_answers(county, number) if row[0] == "rectify@7"]
    assert holder == "unit_head"
    key = awaited(county, number, about)
    county.do(number, "acknowledge", Role.TOWN_LEADER, about=key)
    assert said(county, number)["content"]["role"] == "town_leader"
    assert open_answers(county, number) == []
    assert county.rows("SELECT status, breached FROM duties WHERE key = 'rectify@7'") == [("open", True)]
    assert county.faults() == set()


# --- everybody -----------------------------------------------------------------------------------


def test_where_everybody_must_answer_the_door_counts_who_is_left(county: Any) -> None:
    second = second_head(county)
    number = listed(county)
    key = awaited(county, number, "listed", "unit_head")
    county.do(number, "acknowledge", Role.UNIT_HEAD, about=key)
    assert said(county, number)["content"]["left"] == 1
    assert ("listed", "unit_head") in open_answers(county, number)
    with pytest.raises(NotYourTurn, match="已经回复过"):
        county.do(number, "acknowledge", Role.UNIT_HEAD, about=key)
    county.do(number, "acknowledge", second, about=key)
    assert "left" not in said(county, number)["content"]
    assert open_answers(county, number) == [("listed", "town_leader")]
    assert county.faults() == set()


def test_who_has_left_the_post_is_waited_for_no_longer_and_who_has_come_is(county: Any) -> None:
    number = listed(county)
    key = awaited(county, number, "listed", "unit_head")
    second = second_head(county)
    old, post = county.persons["unit_head"], county.posts["unit_head"]
    county.store.write(lambda writing: directory.relieve(writing, person_id=old, post_id=post, at=county.now))
    with pytest.raises(WrongPost):
        county.do(number, "acknowledge", Role.UNIT_HEAD, about=key)
    county.do(number, "acknowledge", second, about=key)
    assert ("listed", "unit_head") not in open_answers(county, number)


# --- by telephone --------------------------------------------------------------------------------


def call(county: Any, number: str, key: str, answered: str = "yes", **other: Any) -> Any:
    values = {"whom": county.persons["unit_head"], "dialled": "13800000000", "answered": answered, **other}
    return county.do(number, "phoned", Role.DEPT_OFFICER, about=key, **values)


def test_a_call_that_nobody_took_is_on_record_and_reaches_nobody(county: Any) -> None:
    number = stopped(county)
    key = awaited(county, number, "stopped")
    call(county, number, key, "no")
    assert open_answers(county, number) == [("stopped", "unit_head")]
    call(county, number, key)
    assert open_answers(county, number) == []
    with county.store.read() as reading:
        found = answers_of(reading, find_by_number(reading, "dai", number).id)
    assert [(answer.means, answer.counts) for answer in found] == [("phone", False), ("phone", True)]
    assert {answer.by for answer in found} == {county.persons["dept_officer"]}
    assert county.faults() == set()


def test_the_number_dialled_is_erasable_and_nowhere_in_the_chain(county: Any) -> None:
    number = stopped(county)
    call(county, number, awaited(county, number, "stopped"))
    assert not any("13800000000" in body for (body,) in county.rows("SELECT body FROM acts"))
    assert any("13800000000" in texts for (texts,) in county.rows("SELECT texts FROM words"))


def test_nobody_telephones_themselves_nor_somebody_who_was_not_told(county: Any) -> None:
    number = stopped(county)
    key = awaited(county, number, "stopped")
    with pytest.raises(ContentInvalid, match="不能是登记人本人"):
        call(county, number, key, whom=county.persons["dept_officer"])
    for whom in (county.persons["unit_safety"], "nobody", "x" * 200):
        with pytest.raises(WrongPost, match="不是发给接听人"):
            call(county, number, key, whom=whom)


def test_whom_a_call_could_reach_is_known_to_the_door(county: Any) -> None:
    second = second_head(county)
    number = listed(county)
    key = awaited(county, number, "listed", "unit_head")
    header, roster, facts = knows(county, number)
    with county.store.read() as reading:
        before = reachable(reading, roster, header, facts.live[key])
    assert before == ((Role.UNIT_HEAD, county.persons["unit_head"]), (Role.UNIT_HEAD, second.person_id))
    call(county, number, key)
    header, roster, facts = knows(county, number)
    with county.store.read() as reading:
        assert reachable(reading, roster, header, facts.live[key]) == ((Role.UNIT_HEAD, second.person_id),)
        mine = answerable(reading, roster, header, facts.live, second)
        assert [duty.key for duty in mine] == [key]
        assert answerable(reading, roster, header, facts.live, county.actor(Role.UNIT_HEAD)) == ()


# --- refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["role", "left", "means"])
def test_what_the_door_gives_is_not_taken_from_outside(key: str, county: Any) -> None:
    number = stopped(county)
    about = awaited(county, number, "stopped")
    with pytest.raises(ContentInvalid, match=key):
        county.do(number, "acknowledge", Role.UNIT_SAFETY, about=about, **{key: "unit_head"})


@pytest.mark.parametrize("about", ["", "rectify@7", "acknowledge@1:stopped", "'; DROP TABLE acts; --", "\x00"])
def test_an_answer_to_nothing_is_refused_and_nothing_is_written(about: str, county: Any) -> None:
    number = stopped(county)
    before = county.count("acts")
    with pytest.raises((NotYourTurn, ContentInvalid)):
        county.do(number, "acknowledge", Role.UNIT_HEAD, about=about)
    assert county.count("acts") == before


def test_an_answer_in_an_unknown_case_or_in_the_future_is_refused(county: Any) -> None:
    number = stopped(county)
    about = awaited(county, number, "stopped")
    with pytest.raises(UnknownRecord):
        county.do("YH-2026-9999", "acknowledge", Role.UNIT_HEAD, about=about)
    with pytest.raises(TimeInvalid):
        county.do(number, "acknowledge", Role.UNIT_HEAD, about=about, happened_at=county.now.add(days=1))
    with pytest.raises(TimeInvalid):
        county.do(number, "acknowledge", Role.UNIT_HEAD, about=about, happened_at=county.now.subtract(days=1))


def test_the_same_submission_again_is_one_answer(county: Any) -> None:
    number = stopped(county)
    about = awaited(county, number, "stopped")
    first, again = (county.do(number, "acknowledge", Role.UNIT_HEAD, about=about, key="tap") for _ in range(2))
    assert first == again
    assert county.rows("SELECT count(*) FROM acts WHERE kind = 'acknowledge'") == [(1,)]


# --- the clock -----------------------------------------------------------------------------------


def steps_about(county: Any, key: str) -> list[int]:
    rows = county.rows("SELECT body FROM acts WHERE kind = 'rung' ORDER BY id")
    contents = [json.loads(body)["content"] for (body,) in rows]
    return [content["rung"] for content in contents if content["about"] == key]


def test_silence_climbs_and_an_answer_stops_it_but_not_the_clock_of_what_it_was_about(county: Any) -> None:
    silent, answered = stopped(county), stopped(county)
    keys = {number: awaited(county, number, "stopped") for number in (silent, answered)}
    county.now = county.now.add(minutes=61)
    fire_due(county.ledger, county.now)
    county.do(answered, "acknowledge", Role.UNIT_HEAD, about=keys[answered])
    county.now = county.now.add(days=8)
    fire_due(county.ledger, county.now)
    rows = county.rows("SELECT number, rung FROM duties JOIN cases ON cases.id = case_id WHERE about = 'stopped'")
    assert dict(rows) == {silent: 3, answered: 1}
    rectify = county.rows("SELECT number, rung FROM duties JOIN cases ON cases.id = case_id WHERE act = 'rectify'")
    assert dict(rectify) == {silent: 1, answered: 1}
    assert county.faults() == set()


def test_two_sweepers_at_once_climb_each_rung_once_and_tell_nobody_twice(county: Any, crowd: Any) -> None:
    number = stopped(county)
    key = awaited(county, number, "stopped")
    county.now = county.now.add(hours=5)
    for ledger in [county.again() for _ in range(4)]:
        crowd.start(lambda ledger=ledger: fire_due(ledger, county.now))
    assert {fired.failed for fired in crowd.join()} == {0}
    assert steps_about(county, key) == [1, 2, 3]
    told = Counter(
        county.rows("SELECT effect_key, person_id, channel FROM notices WHERE effect_key LIKE '%unanswered%'")
    )
    assert set(told.values()) == {1}
    assert len(told) == 6
    assert county.faults() == set()


def test_an_answer_and_a_sweep_at_once_leave_one_truth(county: Any, crowd: Any) -> None:
    number = stopped(county)
    about = awaited(county, number, "stopped")
    county.now = county.now.add(hours=5)
    head = county.actor(Role.UNIT_HEAD)
    other = county.again()
    deed = Deed("acknowledge", head, "tap", values={"about": about})
    crowd.start(lambda: county.again().record(number, deed, county.now))
    crowd.start(lambda: fire_due(other, county.now))
    crowd.join()
    assert open_answers(county, number) == []
    steps = steps_about(county, about)
    assert steps == list(range(1, len(steps) + 1))
    assert county.faults() == set()


# --- verification --------------------------------------------------------------------------------


def test_a_changed_answer_and_a_notice_that_forgets_its_answer_are_found(county: Any, back_door: Any) -> None:
    number = stopped(county)
    county.do(number, "acknowledge", Role.UNIT_HEAD, about=awaited(county, number, "stopped"))
    assert county.faults() == set()
    door = back_door(county.store.url).disarm()
    assert door.run("UPDATE effects SET answer = NULL WHERE answer IS NOT NULL") == 1
    assert county.faults() == {(number, "effects")}
    door.run("UPDATE acts SET body = replace(body, 'console', 'link') WHERE kind = 'acknowledge'")
    assert (number, "hash") in county.faults()
