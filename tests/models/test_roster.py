"""Who is told, as posts, holders and addresses are at the instant of the act; never as they were or might have been."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models import directory
from models.installation import read_fact
from models.ledger import Ledger
from models.receipt import Deed
from models.roster import RosterReader
from models.roster_changes import touch
from models.store import Writing
from rules.actor import Role

_FOUND = {"description": "皮带机尾轮防护罩缺失", "place": "破碎车间二层", "category": "machinery"}


@pytest.fixture
def mailed(county: Any) -> Any:
    """Return a county whose notices go out by preview and by e-mail."""
    county.ledger = Ledger(county.store, county.ledger.rulebook, county_id="dai", channels=("preview", "email"))
    return county


def _addressed(county: Any, number: str) -> set[tuple[str, str]]:
    """Return role and channel of everybody who has a notice about a case."""
    names = {person: name for name, person in county.persons.items()}
    rows = county.rows("SELECT number, person_id, channel FROM notices JOIN cases ON cases.id = case_id")
    return {(names[person], channel) for found, person, channel in rows if found == number}


def test_the_preview_reaches_everybody_and_other_channels_whoever_has_an_address(mailed: Any) -> None:
    person = mailed.persons["unit_head"]
    mailed.store.write(lambda writing: directory.add_contact(writing, person, channel="email", address="a@example.com"))
    assert _addressed(mailed, mailed.found().number) == {
        ("unit_head", "preview"), ("unit_head", "email"), ("dept_officer", "preview"),
    }  # fmt: skip


def test_whoever_left_a_post_is_not_told_any_more_and_whoever_came_is(mailed: Any) -> None:
    def change(writing: Writing) -> None:
        left, came = mailed.persons["unit_head"], mailed.persons["unit_head2"]
        directory.relieve(writing, person_id=left, post_id=mailed.posts["unit_head"], at=mailed.now)
        directory.appoint(writing, "dai", person_id=came, post_code="unit_head", at=mailed.now)

    mailed.found()
    mailed.store.write(change)
    assert _addressed(mailed, mailed.found().number) == {("unit_head2", "preview"), ("dept_officer", "preview")}


def test_another_process_hears_of_a_change_too(mailed: Any) -> None:
    other = mailed.again()
    other.open_case("hazard", "redstar", Deed("report", mailed.actor(Role.DEPT_OFFICER), "a", _FOUND), mailed.now)
    mailed.store.write(
        lambda writing: directory.relieve(
            writing, person_id=mailed.persons["unit_head"], post_id=mailed.posts["unit_head"], at=mailed.now
        )
    )
    number = other.open_case(
        "hazard", "redstar", Deed("report", mailed.actor(Role.DEPT_OFFICER), "b", _FOUND), mailed.now
    ).number
    assert _addressed(mailed, number) == {("dept_officer", "preview")}


def test_an_address_that_was_taken_back_is_never_written_to(mailed: Any) -> None:
    """Posts read inside a transaction that fails must not be believed by the next one."""

    def half(writing: Writing) -> None:
        wrong = mailed.persons["unit_head"]
        directory.add_contact(writing, wrong, channel="email", address="wrong@example.com")
        deed = Deed("report", mailed.actor(Role.DEPT_OFFICER), "half", _FOUND)
        mailed.ledger.open_case_in(writing, "hazard", "redstar", deed, mailed.now)
        raise ValueError("中途失败")

    with pytest.raises(ValueError, match="中途失败"):
        mailed.store.write(half)
    right = mailed.persons["dept_officer"]
    mailed.store.write(lambda writing: directory.add_contact(writing, right, channel="email", address="a@example.com"))
    assert _addressed(mailed, mailed.found().number) == {
        ("unit_head", "preview"), ("dept_officer", "email"), ("dept_officer", "preview"),
    }  # fmt: skip


@pytest.mark.postgres
def test_two_changes_at_once_are_two_versions(
    new_postgres: Any, populated: Any, back_door: Callable[[str], Any], crowd: Any, until: Callable[..., None]
) -> None:
    """Were they one, whoever read the posts between them would believe the first for ever."""
    county = populated(new_postgres())
    door = back_door(county.store.url)
    door.run("BEGIN")
    door.run("UPDATE installation SET value = value WHERE key = 'roster_version'")

    def change(writing: Writing) -> str | None:
        touch(writing)
        return read_fact(writing, "roster_version")

    for _ in range(2):
        crowd.start(lambda: county.store.write(change))
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    looker = back_door(county.store.url)
    until(lambda: looker.rows(waiting) == [(2,)])
    door.run("COMMIT")
    first, second = crowd.join()
    assert first != second


def test_what_is_somebodys_own_has_a_seat_that_their_liaison_shares(county: Any) -> None:
    leader = county.persons["county_leader"]

    def work(writing: Writing) -> str:
        directory.add_post(writing, "dai", code="liaison-b", name="联络员", role=Role.LIAISON, at="county")
        person = directory.add_person(writing, "dai", name="联络员", phone=None)
        directory.appoint(writing, "dai", person_id=person, post_code="liaison-b", at=county.now)
        return person

    liaison = county.store.write(work)
    post = county.rows("SELECT id FROM posts WHERE code = 'liaison-b'")[0][0]

    def seats(*persons: str) -> set[tuple[str, str, tuple[str, ...]]]:
        with county.store.read() as reading:
            roster = RosterReader().read(reading, county.now)
            return {found for found in roster.seats_of(frozenset(persons)) if "~" in found[1]}

    own = f"/dai/~{leader}/"
    assert seats(leader) == {(Role.OWNER, own, (leader,)), (Role.LIAISON, own, ())}
    county.store.write(
        lambda writing: directory.delegate(
            writing,
            from_person=leader,
            to_person=liaison,
            post_id=post,
            began_at=county.now,
            ended_at=county.now.add(days=1),
        )
    )
    assert seats(leader) == {(Role.OWNER, own, (leader,)), (Role.LIAISON, own, (liaison,))}
    assert (Role.LIAISON, own, (liaison,)) in seats(liaison)
