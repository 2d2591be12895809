"""What a post sees: the database and the rules draw the same line, and no list, count or page crosses it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models import directory, dossier, listing, roster, units
from models.case import Case
from models.listing import Search
from models.organisation import Unit
from models.policy import OVER_CASES, OVER_UNITS, Scoped
from models.receipt import Deed
from models.statements import table
from models.store import Store, Writing
from rules.act import Act
from rules.actor import POSTS, Actor, Place, Reach, Role, Scope
from rules.errors import OutsideScope, UnknownRecord
from rules.hazard import HAZARD

_PEOPLE = sorted(POSTS)
_cases, _units = table(Case), table(Unit)
_CASES_WITHIN = Scoped(lambda condition: select(_cases.c.id).where(condition), OVER_CASES)
_UNITS_WITHIN = Scoped(lambda condition: select(_units.c.code).where(condition), OVER_UNITS)


# --- the database and the rules draw the same line -----------------------------------------------

_words = st.text("abAB_%!\\[]*?.青石", min_size=1, max_size=3)
_paths = st.lists(_words, max_size=3).map(lambda words: "/".join(["", "dai", *words, ""]))
_places = st.builds(Place, st.just("dai"), _paths, _words, _words)


@st.composite
def _scopes_and_places(draw: st.DrawFn) -> tuple[Scope, list[Place]]:
    places = draw(st.lists(_places, min_size=1, max_size=6))
    near = draw(st.sampled_from(places))
    reach = draw(st.sampled_from(Reach))
    at = draw(st.sampled_from([near.path, near.path.swapcase(), near.unit_id, near.department_id]) | _words | _paths)
    return Scope(reach, at), places


@pytest.fixture
def door(store: Store, back_door: Callable[[str], Any]) -> Iterator[Any]:
    """Return a connection to an empty database, in a transaction that is taken back in the end."""
    found = back_door(store.url)
    found.run("BEGIN")
    found.disarm()
    yield found
    found.run("ROLLBACK")


def _put(door: Any, places: list[Place]) -> None:
    for name in ("cases", "units"):
        door.run(f"DELETE FROM {name}")  # noqa: S608 - the names stand above
    for number, place in enumerate(places):
        door.run(
            "INSERT INTO cases (id, county_id, number, kind, process_version, path, department_id, unit_id, status,"
            " waits_for, overdue, version, head, opened_at, recorded_at)"
            " VALUES (?, 'dai', ?, 'hazard', 1, ?, ?, ?, 'open', '', ?, 1, ?, 1, 1)",
            number, str(number), place.path, place.department_id, place.unit_id, False, b"",
        )  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_scopes_and_places())
def test_a_query_lets_through_exactly_the_cases_that_the_scope_covers(
    door: Any, drawn: tuple[Scope, list[Place]]
) -> None:
    scope, places = drawn
    _put(door, places)
    expected = {number for number, place in enumerate(places) if scope.covers(place)}
    assert expected == {number for (number,) in _CASES_WITHIN.all(door, scope)}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_scopes_and_places())
def test_a_query_lets_through_exactly_the_units_that_the_scope_covers(
    door: Any, drawn: tuple[Scope, list[Place]]
) -> None:
    scope, places = drawn
    door.run("DELETE FROM units")
    by_id = {place.unit_id: place for place in places}
    for unit_id, place in by_id.items():
        door.run(
            "INSERT INTO units (id, county_id, code, name, town_id, department_id, path, sector, address)"
            " VALUES (?, 'dai', ?, '', '', ?, ?, '', '')",
            unit_id, unit_id, place.department_id, place.path,
        )  # fmt: skip
    expected = {unit_id for unit_id, place in by_id.items() if scope.covers(place)}
    assert expected == {code for (code,) in _UNITS_WITHIN.all(door, scope)}


def test_a_town_whose_code_holds_an_underscore_does_not_see_the_town_that_fits_it(county: Any) -> None:
    """For LIKE an underscore is any letter."""
    number = county.found(Role.DEPT_OFFICER).number
    sly = Scope(Reach.SUBTREE, "/dai/q_ngshi/")
    with county.store.read() as reading:
        assert listing.cases(reading, sly, "hazard", Search()) == []
        with pytest.raises(OutsideScope):
            dossier.open_dossier(reading, "dai", number, sly)


def test_a_post_that_sits_nowhere_reaches_nothing() -> None:
    """An empty path would be the beginning of every path."""
    somewhere = Place("dai", "/dai/qingshi/", "", "")
    for role in _PEOPLE:
        if role.startswith(("unit", "town", "dept")):
            scope = directory.scope_of(role, county_id="dai", organisation_id=None, path=None, unit_id=None)
            assert not scope.covers(somewhere), role


# --- a county with cases everywhere --------------------------------------------------------------


@dataclass
class Busy:
    """A county with open cases of all kinds at four units, one of them under the bureau itself."""

    county: Any
    numbers: dict[str, Place]

    @property
    def people(self) -> list[Actor]:
        """Return everybody who holds a post, with the home that a session gives them."""
        return [self.at_home(name) for name in self.county.posts]

    def at_home(self, name: str) -> Actor:
        """Return the holder of a post, with the home that a session gives them."""
        suffix = "2" if name.endswith("2") else ""
        actor = self.county.actor(Role(name.removesuffix("2")), suffix)
        seats = "SELECT organisation_id, unit_id FROM posts WHERE code = '{}'"
        ((organisation, unit),) = self.county.rows(seats.format(name))
        return replace(actor, home=unit or organisation)


@pytest.fixture
def busy(county: Any) -> Busy:
    """Return the busy county."""

    def register(writing: Writing) -> None:
        for code, town, department in (("quarry", "qingshi", "bureau"), ("school", "baishui", "industry")):
            unit = directory.NewUnit(code, f"{code}单位", town, department, "其他", "路口")
            directory.add_unit(writing, "dai", unit)

    county.store.write(register)
    county.ordered()
    county.ordered("hongda", "2")
    bureau = county.actor(Role.BUREAU_OFFICER)
    for unit in ("redstar", "hongda", "quarry", "school"):
        number = county.found(bureau, unit=unit).number
        if unit in {"quarry", "school"}:
            county.do(number, "grade", bureau, grade="major", basis="criterion", criterion="GM23-3-02", unsafe=True)
        county.found(Role.COMMITTEE_OFFICE, unit=unit)
    county.do("YH-2026-0001", "rectify", Role.UNIT_FIXER, measure="已加装")
    county.do(
        "YH-2026-0002", "apply-extension", county.actor(Role.UNIT_HEAD, "2"), ends_on=date(2026, 3, 25), reason="缺料"
    )
    columns = "number, county_id, path, department_id, unit_id"
    rows = county.rows(f"SELECT {columns} FROM cases")  # noqa: S608 - the columns stand above
    return Busy(county, {number: Place(*rest) for number, *rest in rows})


def _open_duties(busy: Busy) -> list[tuple[str, str, Role]]:
    rows = busy.county.rows(
        "SELECT number, act, holder FROM duties JOIN cases ON cases.id = case_id WHERE duties.status = 'open'"
    )
    return [(number, act, Role(holder)) for number, act, holder in rows]


def test_a_to_do_list_shows_each_duty_to_exactly_those_who_are_told_of_it(busy: Busy) -> None:
    with busy.county.store.read() as reading:
        posts = roster.RosterReader().read(reading, busy.county.now)
        shown = {
            (item.number, item.act, actor.person_id)
            for actor in busy.people
            for item in listing.todo(reading, actor, most=1000)
        }
    owed = _open_duties(busy)
    holders = {
        (number, act, person) for number, act, role in owed for person in posts.holders(role, busy.numbers[number])
    }
    assert shown
    assert shown == holders


def test_whoever_finds_a_duty_on_the_list_may_do_it(busy: Busy) -> None:
    found = 0
    with busy.county.store.read() as reading:
        for actor in busy.people:
            for item in listing.todo(reading, actor):
                history = dossier.open_dossier(reading, "dai", item.number, actor.scope)
                facts = busy.county.ledger._facts.of(reading, history.header)
                act = Act(99, item.act, actor, busy.county.now, busy.county.now, {})
                assert HAZARD.may_do(facts, item.act, act), (actor.role, item)
                found += 1
    assert found


def test_the_bureau_stands_in_for_a_department_only_where_it_is_one(busy: Busy) -> None:
    with busy.county.store.read() as reading:
        items = listing.todo(reading, busy.at_home("bureau_officer"))
    stood_in = {item.number for item in items if item.holder is Role.DEPT_OFFICER}
    quarries = {number for number, place in busy.numbers.items() if place.unit_id == _unit_id(busy, "quarry")}
    assert stood_in
    assert stood_in <= quarries


def _unit_id(busy: Busy, code: str) -> str:
    return busy.county.rows(f"SELECT id FROM units WHERE code = '{code}'")[0][0]  # noqa: S608 - a code of ours


def _covered(busy: Busy, actor: Actor) -> set[str]:
    return {number for number, place in busy.numbers.items() if actor.scope.covers(place)}


def test_no_list_shows_a_case_beyond_the_scope(busy: Busy) -> None:
    now = busy.county.now
    with busy.county.store.read() as reading:
        for actor in busy.people:
            covered = _covered(busy, actor)
            listed = [item.number for item in listing.cases(reading, actor.scope, "hazard", Search(), most=1000)]
            assert sorted(listed) == sorted(covered)
            assert {item.number for item in listing.todo(reading, actor, most=1000)} <= covered
            coming = listing.coming_due(reading, actor.scope, now)
            assert coming is None or coming.number in covered


def test_no_count_counts_a_case_beyond_the_scope(busy: Busy) -> None:
    now = busy.county.now
    with busy.county.store.read() as reading:
        for actor in busy.people:
            covered = _covered(busy, actor)
            assert listing.count_cases(reading, actor.scope, "hazard", Search()) == len(covered)
            counted = listing.waiting_by_act(reading, actor.scope, "hazard", now)
            blocking = [(number, act) for number, act, _ in _blocking(busy) if number in covered]
            assert {act: number for act, (number, _) in counted.items()} == {
                wanted: sum(act == wanted for _, act in blocking) for _, wanted in blocking
            }


def _blocking(busy: Busy) -> list[tuple[str, str, str]]:
    return busy.county.rows(
        "SELECT number, act, holder FROM duties JOIN cases ON cases.id = case_id"
        " WHERE duties.status = 'open' AND blocks"
    )


def test_no_dossier_opens_beyond_the_scope(busy: Busy) -> None:
    with busy.county.store.read() as reading:
        for actor in busy.people:
            for number, place in busy.numbers.items():
                if actor.scope.covers(place):
                    assert dossier.open_dossier(reading, "dai", number, actor.scope).header.number == number
                else:
                    with pytest.raises(OutsideScope):
                        dossier.open_dossier(reading, "dai", number, actor.scope)


def test_no_unit_is_offered_beyond_the_scope(busy: Busy) -> None:
    places = {place.unit_id: place for place in busy.numbers.values()}
    codes = dict(busy.county.rows("SELECT code, id FROM units"))
    with busy.county.store.read() as reading:
        for actor in busy.people:
            offered = {unit.code for unit in units.find_units(reading, actor, "")}
            assert offered == {code for code, unit_id in codes.items() if actor.scope.covers(places[unit_id])}
            assert {code for code in codes if units.unit_within(reading, actor.scope, code)} == offered


def test_the_journal_is_no_case_of_any_list_or_dossier(busy: Busy) -> None:
    county = busy.county
    deed = Deed("back-up", county.actor(Role.IT_ADMIN), "backed-up", {"file": "0" * 64})
    number = county.ledger.journal(deed, county.now).number
    whole = Scope(Reach.SUBTREE, "/dai/")
    with county.store.read() as reading:
        assert listing.cases(reading, whole, "journal", Search()) == []
        with pytest.raises(UnknownRecord):
            dossier.open_dossier(reading, "dai", number, whole)


# --- searching -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("护罩", {"护罩"}),
        ("100%", {"100%松动"}),
        ("%", {"100%松动"}),
        ("a_b", {"编号a_b的阀门"}),
        ("_", {"编号a_b的阀门"}),
        ("!", {"危险！请注意!"}),
        ("!%", set()),
        ("红星", {"护罩", "100%松动", "编号a_b的阀门", "危险！请注意!"}),
        ("YH-2026-0002", {"100%松动"}),
        ("没有", set()),
    ],
)
def test_what_is_sought_is_found_by_every_letter(words: str, found: set[str], county: Any) -> None:
    for description in ("护罩", "100%松动", "编号a_b的阀门", "危险！请注意!"):
        county.found(description=description)
    whole = Scope(Reach.SUBTREE, "/dai/")
    with county.store.read() as reading:
        items = listing.cases(reading, whole, "hazard", Search(words=words))
        assert found == {item.description for item in items}
        assert listing.count_cases(reading, whole, "hazard", Search(words=words)) == len(found)


def test_a_list_is_narrowed_and_turned_page_by_page(county: Any) -> None:
    for _ in range(5):
        county.found()
    county.ordered()
    whole = Scope(Reach.SUBTREE, "/dai/")
    with county.store.read() as reading:
        pages = [
            [item.number for item in listing.cases(reading, whole, "hazard", Search(page=page), most=4)]
            for page in (0, 1, 2, 3)
        ]
        graded = listing.cases(reading, whole, "hazard", Search(grade="general"))
        late = listing.cases(reading, whole, "hazard", Search(overdue=True))
        closed = listing.cases(reading, whole, "hazard", Search(status="closed"))
    numbers = [f"YH-2026-{number:04d}" for number in range(6, 0, -1)]
    assert pages == [numbers[:4], numbers[:4], numbers[4:], []]
    assert [item.number for item in graded] == ["YH-2026-0006"]
    assert (late, closed) == ([], [])
