"""The duty watch in the ledger: who is on duty and who is told, when an act is done; empty posts are passed on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models import directory, passing, watch
from models.dossier import open_dossier
from models.escalation import fire_due
from models.receipt import Deed, Receipt
from models.roster import RosterReader
from rules.actor import Place, Reach, Role, Scope
from rules.errors import ContentInvalid, OutsideScope, UnknownRecord

FIRST, SECOND = "2026-03-02T08:00", "2026-03-03T08:00"
DEPT = (Role.DEPT_OFFICER, Role.DEPT_HEAD)


@pytest.fixture
def people(county: Any) -> dict[str, str]:
    """Return people of the bureau's watch by the names that the tests give them."""
    roles = {"lead": "bureau_head", "a": "bureau_officer", "b": "committee_office", "chief": "county_leader",
             "c": "dept_officer", "d": "dept_officer2", "away": "town_clerk2"}  # fmt: skip
    return {name: county.persons[role] for name, role in roles.items()}


@pytest.fixture
def publish(county: Any, people: dict[str, str]) -> Callable[..., Receipt]:
    """Return how the bureau publishes its roster of two days."""

    def publishing(who: Role = Role.BUREAU_OFFICER, organisation: str = "bureau", **names: str) -> Receipt:
        known = {**people, **names}
        lines = [f"{FIRST}/{SECOND}|deputy|{known['lead']}|{known['a']},{known['b']}",
                 f"{SECOND}/2026-03-04T08:00|head|{known['chief']}|{known['c']},{known['d']}"]  # fmt: skip
        deed = Deed("publish", county.actor(who), f"publish-{organisation}", {"shifts": lines})
        receipt: Receipt = county.ledger.open_case("duty_watch", organisation, deed, county.now)
        return receipt

    return publishing


def told(county: Any, number: str, effect: str) -> set[str]:
    """Return who has a notice of an effect, by the name of their post."""
    names = {person: name for name, person in county.persons.items()}
    rows = county.rows(
        "SELECT cases.number, notices.effect_key, person_id FROM notices JOIN cases ON cases.id = notices.case_id"
    )
    return {names[person] for found, key, person in rows if found == number and f":{effect}:" in key}


def reached(county: Any, role: Role, place: Place, **later: int) -> tuple[str, ...]:
    """Return who is reached in a role some time later, by the name of their post."""
    names = {person: name for name, person in county.persons.items()}
    at = county.now.add(**later)
    with county.store.read() as reading:
        return tuple(names[person] for person in RosterReader().read(reading, at).reached(role, place, at))


def place_of(county: Any, number: str) -> Place:
    """Return where a case belongs."""
    row = county.rows("SELECT number, county_id, path, department_id, unit_id FROM cases")
    return next(Place(*rest) for found, *rest in row if found == number)


def leave(county: Any, number: str, person: str, *, since: str, until: str, **more: str) -> Receipt:
    """Record that somebody is away."""
    values = {"person": person, "from": since, "until": until, "reason": "病假", **more}
    receipt: Receipt = county.do(number, "leave", Role.BUREAU_OFFICER, **values)
    return receipt


# --- the roster and its rows ---------------------------------------------------------------------


def test_a_roster_is_a_case_of_its_organisation_and_its_shifts_are_read_back(
    county: Any, publish: Any, people: Any
) -> None:
    number = publish().number
    assert number == "ZB-2026-0001"
    with county.store.read() as reading:
        standing = watch.standing(reading, county.now, county.now.add(days=1))
        dossier = open_dossier(reading, "dai", number, Scope(Reach.SUBTREE, "/dai/"))
    (shifts,) = [found.shifts for found in standing.watches.values()]
    assert [(shift.code, shift.leader, shift.keepers, shift.by_head) for shift in shifts] == [
        (FIRST, people["lead"], (people["a"], people["b"]), False),
        (SECOND, people["chief"], (people["c"], people["d"]), True),
    ]
    assert (dossier.unit.code, dossier.unit.name, dossier.unit.sector) == ("bureau", "应急局", "应急局")
    assert county.faults() == set()


def test_only_registered_people_are_put_on_a_roster(county: Any, publish: Any) -> None:
    with pytest.raises(ContentInvalid, match="没有登记编号为「nobody」的人员"):
        publish(c="nobody")
    assert county.count("cases") == county.count("watch_shifts") == 0


def test_a_roster_is_published_for_a_known_organisation_within_ones_scope(publish: Any) -> None:
    with pytest.raises(UnknownRecord, match="没有编码为「moon」的机构"):
        publish(organisation="moon")
    with pytest.raises(OutsideScope):
        publish(who=Role.TOWN_CLERK)


def test_a_swap_tells_the_other_who_answers_within_their_own_scope(county: Any, publish: Any, people: Any) -> None:
    county.now = county.now.subtract(hours=2)
    number = publish().number
    who = county.actor(Role.BUREAU_OFFICER)
    county.do(number, "swap", who, person=people["a"], shift=FIRST, other=people["c"], other_shift=SECOND, reason="x")
    assert told(county, number, "asked-agree-swap") == {"dept_officer"}
    other = county.actor(Role.DEPT_OFFICER)
    with pytest.raises(OutsideScope):
        county.do(number, "agree-swap", other, about="2", person=people["a"], agreed="yes")


def test_rows_that_differ_from_the_acts_are_found_out(county: Any, publish: Any, back_door: Any) -> None:
    number = publish().number
    back_door(county.store.url).run("UPDATE watch_shifts SET leader = 'somebody-else'")
    assert county.faults() == {(number, "watch")}


# --- who is on duty now --------------------------------------------------------------------------


def test_the_watch_is_whoever_is_on_duty_at_the_instant_also_for_cases_of_others(county: Any, publish: Any) -> None:
    hazard = place_of(county, county.found().number)
    assert reached(county, Role.WATCH_KEEPER, hazard) == ()
    publish()
    assert reached(county, Role.WATCH_KEEPER, hazard) == ("bureau_officer", "committee_office")
    assert reached(county, Role.WATCH_LEADER, hazard) == ("bureau_head",)
    assert reached(county, Role.WATCH_NEXT, hazard) == ("county_leader", "dept_officer", "dept_officer2")
    assert reached(county, Role.WATCH_LEADER, hazard, hours=23) == ("county_leader",)
    assert reached(county, Role.WATCH_NEXT, hazard, hours=23) == ()
    assert reached(county, Role.WATCH_KEEPER, hazard, days=2) == ()


def test_an_organisation_that_keeps_its_own_watch_is_reached_through_it(county: Any, publish: Any) -> None:
    publish()
    town = {"lead": county.persons["town_leader"], "a": county.persons["town_clerk"]}
    own = place_of(county, publish(who=Role.TOWN_CLERK, organisation="qingshi", **town).number)
    assert reached(county, Role.WATCH_LEADER, own) == ("town_leader",)
    assert reached(county, Role.WATCH_KEEPER, own) == ("town_clerk", "committee_office")
    hazard = place_of(county, county.found().number)
    assert reached(county, Role.WATCH_LEADER, hazard) == ("bureau_head",)


def test_whoever_is_away_is_not_told_and_the_substitute_is(county: Any, publish: Any, people: Any) -> None:
    number = publish().number
    hazard = place_of(county, county.found().number)
    leave(county, number, people["a"], since="2026-03-02T08:30", until="2026-03-02T20:00", substitute=people["away"])
    assert told(county, number, "substituted") == {"bureau_officer", "town_clerk2", "bureau_head"} - {"bureau_officer"}
    assert reached(county, Role.WATCH_KEEPER, hazard) == ("town_clerk2", "committee_office")
    assert reached(county, Role.WATCH_KEEPER, hazard, hours=11) == ("bureau_officer", "committee_office")


# --- empty posts ---------------------------------------------------------------------------------


def test_a_post_whose_holder_is_away_is_passed_on_in_the_very_act(county: Any, publish: Any) -> None:
    roster = publish().number
    for role in ("dept_officer", "unit_fixer"):
        leave(county, roster, county.persons[role], since="2026-03-02T08:30", until="2026-03-09T08:30")
    number = county.found().number
    assert told(county, number, "asked-grade") == {"dept_head"}
    case_id = next(row[0] for row in county.rows("SELECT id, number FROM cases") if row[1] == number)
    with county.store.read() as reading:
        assert passing.passings_of(reading, case_id) == {
            "1:asked-grade:dept_officer:grade@1": (Role.DEPT_OFFICER, Role.DEPT_HEAD)
        }
        assert passing.passed(reading, case_id, "1:asked-grade:dept_officer:grade@1") == (
            Role.DEPT_OFFICER, Role.DEPT_HEAD,
        )  # fmt: skip
        assert passing.passed(reading, case_id, "nothing") is None


def test_an_empty_rung_says_so_in_the_chain_and_tells_the_next_post_at_once(county: Any, publish: Any) -> None:
    roster = publish().number
    number = county.ordered()
    leave(county, roster, county.persons["unit_fixer"], since="2026-03-02T08:30", until="2026-03-30T08:30")
    county.now = county.now.set(day=10, hour=0)
    fire_due(county.ledger, county.now)
    with county.store.read() as reading:
        header = open_dossier(reading, "dai", number, Scope(Reach.SUBTREE, "/dai/")).header
        bodies = [row for row in county.rows("SELECT case_id, kind, body FROM acts") if row[:2] == (header.id, "rung")]
    assert bodies
    assert all('"unreached":"unit_fixer"' in body and '"passed_to":"unit_safety"' in body for _, _, body in bodies)
    assert told(county, number, "reminder") == {"unit_safety"}
    assert county.faults() == set()


def test_a_rung_that_reaches_somebody_is_not_passed_on(county: Any, publish: Any) -> None:
    roster = publish().number
    number = county.ordered()
    leave(county, roster, county.persons["unit_fixer"], since="2026-03-02T08:30", until="2026-03-30T08:30")
    county.now = county.now.set(day=13, hour=13)
    fire_due(county.ledger, county.now)
    rungs = [body for (body,) in county.rows("SELECT body FROM acts WHERE kind = 'rung' ORDER BY id") if number in body]
    assert ["unreached" in body for body in rungs] == [True, False]
    assert told(county, number, "reminder") == {"unit_safety"}


def test_where_everybody_is_away_the_watch_is_told(county: Any, publish: Any) -> None:
    roster = publish().number
    for role in ("dept_officer", "dept_head", "committee_office", "bureau_officer"):
        leave(county, roster, county.persons[role], since="2026-03-02T08:30", until="2026-03-09T08:30")
    assert told(county, county.found().number, "asked-grade") == {"bureau_head"}


def test_a_delegate_stands_in_for_whoever_is_away_and_only_then(county: Any, publish: Any) -> None:
    roster = publish().number
    county.store.write(
        lambda writing: directory.delegate(
            writing, from_person=county.persons["dept_officer"], to_person=county.persons["town_clerk2"],
            post_id=county.posts["dept_officer"], began_at=county.now.subtract(days=1),
            ended_at=county.now.add(days=9),
        )
    )  # fmt: skip
    assert told(county, county.found().number, "asked-grade") == {"dept_officer"}
    leave(county, roster, county.persons["dept_officer"], since="2026-03-02T08:30", until="2026-03-09T08:30")
    assert told(county, county.found().number, "asked-grade") == {"town_clerk2"}


# --- handing over --------------------------------------------------------------------------------


def test_the_list_of_a_hand_over_is_made_by_the_ledger(county: Any, publish: Any, people: Any) -> None:
    number = publish().number
    for role in (Role.BUREAU_OFFICER, Role.COMMITTEE_OFFICE):
        county.do(number, "check-in", role, shift=FIRST)
    county.now = county.now.add(hours=1)
    county.do(number, "roll-call", Role.COUNTY_LEADER, person=people["a"], called_at="2026-03-02T09:30", answered="no")
    county.now = county.now.set(day=3, hour=7, minute=50)
    fire_due(county.ledger, county.now)
    county.do(number, "hand-over", Role.BUREAU_OFFICER, shift=FIRST, items=["a forged list"], note="见清单")
    with county.store.read() as reading:
        dossier = open_dossier(reading, "dai", number, Scope(Reach.SUBTREE, "/dai/"))
    values = dossier.words_of("hand-over")
    assert values["未办事项"].startswith(f"{number} explain roll-call:")
    assert "forged" not in values["未办事项"]
    assert told(county, number, "asked-take-over") == {"county_leader", "dept_officer", "dept_officer2"}
