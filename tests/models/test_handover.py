"""A post changes hands: whoever holds it now is asked for what it owes, once, and nobody else is."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from models import directory
from models.handover import hand_over
from rules.actor import Role

_CHANNELS = ("preview",)


def moved(county: Any, **how: Any) -> int:
    return hand_over(county.store, channels=_CHANNELS, now=county.now, **how)


def successor(county: Any, role: Role, *, stays: bool = False) -> str:
    """Let somebody new hold a post, and whoever held it go; return the new holder."""

    def work(writing: Any) -> str:
        person = directory.add_person(writing, "dai", name=f"新任{role.label}", phone=None)
        directory.appoint(writing, "dai", person_id=person, post_code=role.value, at=county.now)
        if not stays:
            old, post = county.persons[role.value], county.posts[role.value]
            directory.relieve(writing, person_id=old, post_id=post, at=county.now)
        return person

    return county.store.write(work)


def told(county: Any, person: str) -> list[str]:
    rows = county.rows("SELECT effect_key, person_id FROM notices ORDER BY id")
    return [key for key, whom in rows if whom == person]


def stopped(county: Any) -> str:
    number: str = county.ordered()
    county.do(number, "stop-work", Role.DEPT_OFFICER, at_once="yes", extent="破碎车间", reason="无法保证安全")
    return number


def test_a_new_head_of_the_unit_gets_the_latest_notice_about_each_thing_that_is_open(county: Any) -> None:
    stopped(county)
    assert moved(county) == 0
    new = successor(county, Role.UNIT_HEAD)
    county.now = county.now.add(minutes=5)
    assert moved(county) == 1
    assert told(county, new) == ["8:stopped:unit_head"]
    assert moved(county) == 0
    assert county.faults() == set()


def test_the_new_holder_of_a_duty_is_asked_for_it_as_the_old_one_was(county: Any) -> None:
    county.ordered()
    new = successor(county, Role.UNIT_FIXER)
    assert moved(county) == 1
    assert told(county, new) == ["7:asked-rectify:unit_fixer:rectify@7"]


def test_what_is_done_is_not_handed_over(county: Any) -> None:
    number = county.ordered()
    county.do(number, "rectify", Role.UNIT_FIXER, measure="已加装")
    new = successor(county, Role.UNIT_FIXER)
    assert moved(county) == 0
    assert told(county, new) == []


def test_somebody_who_joins_a_post_is_told_and_whoever_held_it_is_not_told_again(county: Any) -> None:
    stopped(county)
    before = told(county, county.persons["unit_head"])
    new = successor(county, Role.UNIT_HEAD, stays=True)
    assert moved(county) == 1
    assert told(county, county.persons["unit_head"]) == before
    assert told(county, new) == ["8:stopped:unit_head"]


def test_a_post_of_another_unit_gets_nothing(county: Any) -> None:
    stopped(county)
    before = county.count("notices")

    def work(writing: Any) -> None:
        person = directory.add_person(writing, "dai", name="别的单位", phone=None)
        directory.appoint(writing, "dai", person_id=person, post_code="unit_head2", at=county.now)

    county.store.write(work)
    assert moved(county) == 0
    assert county.count("notices") == before


def test_nothing_is_read_while_nobody_has_come_or_gone_but_a_shift_may_ask_all_the_same(county: Any) -> None:
    stopped(county)
    moved(county)
    new = successor(county, Role.UNIT_HEAD)
    assert moved(county) == 1
    assert moved(county, always=True) == 0
    assert told(county, new) == ["8:stopped:unit_head"]


def test_two_sweepers_at_once_hand_over_once(county: Any, crowd: Any) -> None:
    numbers = [stopped(county) for _ in range(4)]
    new = successor(county, Role.UNIT_HEAD)
    for _ in range(4):
        crowd.start(lambda: moved(county))
    done = crowd.join()
    assert sum(done) == len(numbers)
    assert set(Counter(county.rows("SELECT case_id, effect_key, person_id, channel FROM notices")).values()) == {1}
    assert len(told(county, new)) == len(numbers)


@pytest.mark.parametrize("channels", [(), ("email",)])
def test_a_holder_who_can_be_reached_by_nothing_is_left_for_the_next_change(
    channels: tuple[str, ...], county: Any
) -> None:
    stopped(county)
    successor(county, Role.UNIT_HEAD)
    assert hand_over(county.store, channels=channels, now=county.now) == 0
