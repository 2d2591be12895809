"""Who was reached, read from the ledger: each notice with who, how, when, and whether they answered."""

from __future__ import annotations

from typing import Any

from models import directory
from models.case_state import find_by_number
from models.escalation import fire_due
from models.handover import hand_over
from models.reached import Told, callers, told_in
from rules.actor import Role


def read(county: Any, number: str) -> tuple[Told, ...]:
    with county.store.read() as reading:
        return told_in(reading, find_by_number(reading, "dai", number).id)


def stopped(county: Any) -> str:
    number: str = county.ordered()
    county.do(number, "stop-work", Role.DEPT_OFFICER, at_once="yes", extent="破碎车间", reason="无法保证安全")
    return number


def key_of(county: Any, number: str) -> str:
    return next(notice.answer for notice in read(county, number) if notice.name == "stopped" and notice.answer)


def test_a_notice_says_whom_it_went_to_by_which_channel_and_that_nobody_has_answered(county: Any) -> None:
    number = stopped(county)
    head, leader = [notice for notice in read(county, number) if notice.name == "stopped"]
    assert (head.role, head.caused_by, head.clause_id, head.answer_status) == (Role.UNIT_HEAD, 8, "haz-stop", "open")
    assert (head.answer_due, head.is_reached) == (county.now.add(hours=2), False)
    (reader,) = head.readers
    (sent,) = reader.sent
    assert (reader.name, sent.channel, sent.status, sent.queued_at) == ("主要负责人1", "preview", "queued", county.now)
    assert (reader.answer, reader.missed, reader.moved) == (None, (), False)
    assert (leader.answer, leader.answer_status) == (None, None)


def test_an_answer_and_a_call_in_vain_stand_beside_the_notice_and_every_reminder_of_it(county: Any) -> None:
    number = stopped(county)
    key, head = key_of(county, number), county.persons["unit_head"]
    county.now = county.now.add(minutes=61)
    fire_due(county.ledger, county.now)
    call = {"about": key, "whom": head, "dialled": "110"}
    county.do(number, "phoned", Role.DEPT_OFFICER, **call, answered="no")
    county.do(number, "acknowledge", Role.UNIT_HEAD, about=key)
    found = read(county, number)
    asked = [notice for notice in found if notice.answer == key]
    assert [notice.name for notice in asked] == ["stopped", "unanswered"]
    for notice in asked:
        (reader,) = notice.readers
        assert (notice.is_reached, notice.answer_status) == (True, "done")
        assert (reader.answer.means, [missed.counts for missed in reader.missed]) == ("console", [False])
    with county.store.read() as reading:
        names = callers(reading, found)
    assert names == {county.persons["dept_officer"]: "部门监管员1", head: "主要负责人1"}


def test_who_answered_without_having_been_told_is_shown_too(county: Any) -> None:
    number = stopped(county)

    def work(writing: Any) -> str:
        person = directory.add_person(writing, "dai", name="新任", phone=None)
        directory.appoint(writing, "dai", person_id=person, post_code="unit_head", at=county.now)
        return person

    new = county.store.write(work)
    county.do(
        number, "phoned", Role.DEPT_OFFICER, about=key_of(county, number), whom=new, dialled="110", answered="yes"
    )
    head = next(notice for notice in read(county, number) if notice.name == "stopped")
    assert [(reader.name, reader.sent == (), reader.answer is not None) for reader in head.readers] == [
        ("主要负责人1", False, False), ("新任", True, True),
    ]  # fmt: skip


def test_what_was_sent_when_the_post_changed_hands_says_so(county: Any) -> None:
    number = stopped(county)

    def work(writing: Any) -> None:
        person = directory.add_person(writing, "dai", name="新任", phone=None)
        directory.appoint(writing, "dai", person_id=person, post_code="unit_head", at=county.now)

    county.store.write(work)
    county.now = county.now.add(minutes=3)
    hand_over(county.store, channels=("preview",), now=county.now)
    head = next(notice for notice in read(county, number) if notice.name == "stopped")
    assert [(reader.name, reader.moved) for reader in head.readers] == [("主要负责人1", False), ("新任", True)]


def test_an_erased_person_is_shown_as_erased(county: Any, back_door: Any) -> None:
    number = stopped(county)
    back_door(county.store.url).run("UPDATE persons SET name = NULL")
    assert {reader.name for notice in read(county, number) for reader in notice.readers} == {"（已删除）"}
