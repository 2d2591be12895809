"""Hand-over looks only where somebody has come or gone, and yet nobody is forgotten, whatever crosses or dies."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from models import directory
from models.clock import micros
from models.handover import hand_over, is_due
from models.installation import write_fact
from models.receipt import Deed
from models.roster_changes import touch
from models.statements import Statement, insert_row
from models.watch import AbsenceRow
from rules.actor import Role

_FOUND = {"description": "皮带机尾轮防护罩缺失", "place": "破碎车间二层", "category": "machinery"}
_CHANNELS = ("preview",)
_SETTLED = {"minutes": 5}


class FakeDeath(BaseException):
    """The process ends here."""


class Stopped:
    """A store whose writer stops, or lets something happen, before its so-manieth write; counts what is read."""

    def __init__(self, store: Any, before: dict[int, Callable[[], None]] | None = None) -> None:
        self.dialect = store.dialect
        self.rows = 0
        self._store, self._before, self._writes = store, before or {}, 0

    def write(self, work: Callable[[Any], Any], /) -> Any:
        self._writes += 1
        self._before.get(self._writes, lambda: None)()
        return self._store.write(work)

    @contextmanager
    def read(self) -> Iterator[Any]:
        with self._store.read() as reading:
            yield Counting(reading, self)


class Counting:
    """A view that counts the rows it hands out."""

    def __init__(self, reading: Any, kept: Stopped) -> None:
        self._reading, self._kept = reading, kept

    def one(self, statement: Statement, /, **values: Any) -> Any:
        self._kept.rows += 1
        return self._reading.one(statement, **values)

    def all(self, statement: Statement, /, **values: Any) -> Any:
        rows = self._reading.all(statement, **values)
        self._kept.rows += len(rows)
        return rows


def moved(county: Any, store: Any = None, **how: Any) -> int:
    return hand_over(store or county.store, channels=how.pop("channels", _CHANNELS), now=county.now, **how)


def due(county: Any, channels: tuple[str, ...] = _CHANNELS) -> bool:
    with county.store.read() as reading:
        return is_due(reading, channels=channels, now=county.now)


def told(county: Any, person: str) -> int:
    return [whom for (whom,) in county.rows("SELECT person_id FROM notices")].count(person)


def newcomer(county: Any, role: Role, at: str = "") -> str:
    """Let somebody new hold a post beside whoever does."""

    def work(writing: Any) -> str:
        person = directory.add_person(writing, "dai", name="新任", phone=None)
        directory.appoint(writing, "dai", person_id=person, post_code=f"{role}{at}", at=county.now)
        return person

    person: str = county.store.write(work)
    return person


def relieve(county: Any, person: str, role: str) -> None:
    county.store.write(
        lambda writing: directory.relieve(writing, person_id=person, post_id=county.posts[role], at=county.now)
    )


def away(county: Any, person: str, *, substitute: str, starts: int, ends: int) -> None:
    """Let somebody be away from so many minutes on, until so many."""
    row = {
        "case_id": 1,
        "seq": 900,
        "person_id": person,
        "starts_at": micros(county.now.add(minutes=starts)),
        "ends_at": micros(county.now.add(minutes=ends)),
        "substitute_id": substitute,
    }

    def work(writing: Any) -> None:
        writing.run(insert_row(AbsenceRow), **row)
        touch(writing, person)

    county.store.write(work)


@pytest.fixture
def officer(county: Any) -> str:
    """Return the department's officer, who has been asked to grade a hazard; hand-over has looked at everything."""
    county.found()
    moved(county)
    county.now = county.now.add(**_SETTLED)
    moved(county)
    found: str = county.persons["dept_officer"]
    return found


# --- only where something has changed ------------------------------------------------------------


def test_it_is_not_due_while_nobody_comes_or_goes_for_a_day(county: Any, officer: str) -> None:
    del officer
    assert not due(county)
    county.now = county.now.add(hours=23, minutes=59)
    assert not due(county)
    county.now = county.now.add(minutes=1)
    assert due(county)
    assert moved(county) == 0
    assert not due(county)


def test_what_is_read_does_not_grow_with_what_is_open_elsewhere(county: Any, officer: str) -> None:
    del officer
    read: list[int] = []
    for more in (0, 12):
        for _ in range(more):
            county.found()
        newcomer(county, Role.UNIT_HEAD, "2")
        store = Stopped(county.store)
        assert moved(county, store) == 0
        read.append(store.rows)
    assert read[1] <= read[0] + 2


def test_another_channel_is_another_look_at_everything(county: Any, officer: str) -> None:
    newcomer(county, Role.DEPT_OFFICER)
    assert moved(county, channels=("email",)) == 0
    person = newcomer(county, Role.DEPT_OFFICER)
    county.store.write(lambda writing: directory.add_contact(writing, person, channel="email", address="a@b.example"))
    assert moved(county, channels=("email",)) == 1
    assert not due(county, ("email",))
    assert due(county, ("preview", "email"))
    assert told(county, officer) == 1


def test_an_address_that_comes_later_is_enough(county: Any, officer: str) -> None:
    del officer
    person = newcomer(county, Role.DEPT_OFFICER)
    assert moved(county, channels=("email",)) == 0
    county.store.write(lambda writing: directory.add_contact(writing, person, channel="email", address="a@b.example"))
    assert moved(county, channels=("email",)) == 1


def test_a_mark_that_is_not_understood_or_lies_ahead_is_no_reason_to_wait(county: Any, officer: str) -> None:
    del officer
    person = newcomer(county, Role.DEPT_OFFICER)
    county.store.write(lambda writing: write_fact(writing, "handed_over", "0199-of-an-older-version@5917284"))
    assert due(county)
    assert moved(county) == 1
    county.now = county.now.add(years=3)
    moved(county)
    county.now = county.now.subtract(years=3)
    assert due(county)
    assert moved(county) == 0
    assert told(county, person) == 1


# --- the clock -----------------------------------------------------------------------------------


def test_a_substitute_is_asked_when_the_absence_begins_and_not_before(county: Any, officer: str) -> None:
    substitute = county.persons["town_clerk"]
    away(county, officer, substitute=substitute, starts=60, ends=600)
    assert moved(county) == 0
    county.now = county.now.add(minutes=59)
    moved(county)
    assert not due(county)
    county.now = county.now.add(minutes=1)
    assert due(county)
    assert moved(county) == 1
    assert told(county, substitute) == 1


def test_what_an_absence_kept_from_somebody_they_get_when_it_ends_though_nobody_looked_for_a_week(
    county: Any, officer: str
) -> None:
    substitute = county.persons["town_clerk"]
    away(county, officer, substitute=substitute, starts=60, ends=3000)
    county.now = county.now.add(minutes=90)
    county.found()
    assert (told(county, officer), told(county, substitute)) == (1, 1)
    county.now = county.now.add(days=7)
    assert moved(county) == 1
    assert (told(county, officer), told(county, substitute)) == (2, 1)


def test_who_stands_in_for_whoever_stands_in_is_found(county: Any, officer: str) -> None:
    first, second = county.persons["town_clerk"], county.persons["town_leader"]
    away(county, officer, substitute=first, starts=0, ends=6000)
    assert moved(county) == 1
    county.store.write(
        lambda writing: writing.run(
            insert_row(AbsenceRow),
            case_id=1,
            seq=901,
            person_id=first,
            starts_at=micros(county.now.add(hours=10)),
            ends_at=micros(county.now.add(hours=20)),
            substitute_id=second,
        )
    )
    county.store.write(lambda writing: touch(writing, first))
    moved(county)
    county.now = county.now.add(hours=10)
    assert moved(county) == 1
    assert told(county, second) == 1


def test_an_act_that_was_addressed_just_before_an_absence_began_is_found_after_it(county: Any, officer: str) -> None:
    """Who acts reads the clock, waits for the writer, and is written after hand-over has looked."""
    substitute = county.persons["town_clerk"]
    away(county, officer, substitute=substitute, starts=60, ends=600)
    moved(county)
    before = county.now.add(minutes=59)
    county.now = county.now.add(minutes=60, seconds=20)
    assert moved(county) == 1
    county.now, later = before, county.now.add(**_SETTLED)
    county.found()
    assert told(county, substitute) == 1
    county.now = later
    assert due(county)
    assert moved(county) == 1
    assert told(county, substitute) == 2


# --- crossing, dying, sleeping -------------------------------------------------------------------


def test_whoever_was_gone_between_two_looks_is_asked_for_what_came_meanwhile(county: Any, officer: str) -> None:
    relieve(county, officer, "dept_officer")
    other = newcomer(county, Role.DEPT_OFFICER)
    county.found()
    relieve(county, other, "dept_officer")
    county.store.write(
        lambda writing: directory.appoint(writing, "dai", person_id=officer, post_code="dept_officer", at=county.now)
    )
    assert (told(county, officer), told(county, other)) == (1, 1)
    assert moved(county) == 1
    assert told(county, officer) == 2


@pytest.mark.postgres
def test_an_act_that_is_written_while_a_post_changes_hands_is_found_once_it_stands(
    new_postgres: Any, populated: Any, crowd: Any
) -> None:
    """It was addressed by the roster before the change, and could not be seen when hand-over looked."""
    county = populated(new_postgres())
    county.found()
    moved(county)
    addressed, go_on = threading.Event(), threading.Event()

    def slow(writing: Any) -> None:
        deed = Deed("report", county.actor(Role.DEPT_OFFICER), "slow", _FOUND)
        county.ledger.open_case_in(writing, "hazard", "redstar", deed, county.now)
        addressed.set()
        assert go_on.wait(30)

    crowd.start(lambda: county.store.write(slow))
    assert addressed.wait(30)
    person = newcomer(county, Role.DEPT_OFFICER)
    assert moved(county) == 1
    go_on.set()
    crowd.join()
    assert told(county, person) == 1
    assert not due(county)
    county.now = county.now.add(**_SETTLED)
    assert due(county)
    assert moved(county) == 1
    assert told(county, person) == 2
    assert not due(county)


@pytest.mark.parametrize("at", [1, 2])
def test_a_sweeper_that_dies_leaves_the_rest_to_the_next(at: int, county: Any, officer: str) -> None:
    def die() -> None:
        raise FakeDeath

    for _ in range(3):
        county.found()
    person = newcomer(county, Role.DEPT_OFFICER)
    with pytest.raises(FakeDeath):
        moved(county, Stopped(county.store, {at: die}))
    assert due(county)
    assert moved(county) == (4 if at == 1 else 0)
    assert (told(county, person), told(county, officer)) == (4, 4)
    assert not due(county)


def test_a_slow_sweeper_does_not_hide_what_a_quick_one_has_seen(county: Any, officer: str) -> None:
    """Were its older view written over the newer one, whoever left and came back would be forgotten."""
    second: list[str] = []

    def meanwhile() -> None:
        relieve(county, officer, "dept_officer")
        second.append(newcomer(county, Role.DEPT_OFFICER))
        moved(county)
        county.found()

    first = newcomer(county, Role.DEPT_OFFICER)
    relieve(county, first, "dept_officer")
    assert moved(county, Stopped(county.store, {1: meanwhile})) == 0
    relieve(county, second[0], "dept_officer")
    county.store.write(
        lambda writing: directory.appoint(writing, "dai", person_id=officer, post_code="dept_officer", at=county.now)
    )
    assert told(county, officer) == 1
    assert moved(county) == 1
    assert told(county, officer) == 2


def test_many_sweepers_at_once_ask_everybody_once(county: Any, officer: str, crowd: Any) -> None:
    del officer
    for _ in range(3):
        county.found()
    people = [newcomer(county, Role.DEPT_OFFICER) for _ in range(2)]
    for _ in range(4):
        crowd.start(lambda: moved(county))
    assert sum(crowd.join()) == 8
    rows = county.rows("SELECT case_id, effect_key, person_id, channel FROM notices")
    assert set(Counter(rows).values()) == {1}
    assert [told(county, person) for person in people] == [4, 4]
    assert not due(county)
