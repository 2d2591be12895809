"""Recurring duties in the ledger: whose a case is, who may act, who is told, and what only the ledger can refuse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from models import directory, obligation, obligation_holders
from models.access import Access, actor_at, held_posts
from models.escalation import fire_due, next_wake
from models.evidence import EvidenceRoom
from models.liaisons import name_liaison
from models.receipt import Deed, Receipt
from rules.actor import Actor, Reach, Role, Scope, clock, own_path
from rules.errors import ContentInvalid, OutsideScope, WrongPost
from rules.periods import PeriodKind, period_of

MARCH = period_of(PeriodKind.MONTH, date(2026, 3, 1))
WHOLE = Scope(Reach.SUBTREE, "/dai/")


@pytest.fixture
def photo(county: Any, tmp_path: Path) -> Callable[[str], str]:
    """Return what seals a photograph and returns its fingerprint."""
    folder = EvidenceRoom(tmp_path / "evidence", county.store)

    def seal(what: str) -> str:
        return folder.seal(what.encode(), what.encode(), media_type="image/jpeg", account_id="account", now=county.now)

    return seal


@pytest.fixture
def opened(county: Any) -> Callable[..., str]:
    """Return how the clock opens a leader's quota of March 2026; the answer is the case's number."""

    def opening(role: Role = Role.COUNTY_LEADER, *, month: int = 3) -> str:
        person, least = county.persons[role], {"county_leader": 2, "leadership": 1}[role]
        clause = {"county_leader": "obl-visit-in-charge", "leadership": "obl-visit"}[role]
        period = period_of(PeriodKind.MONTH, date(2026, month, 1))
        said = {"quota": "leader-visit", "holder": person, "first": period.first, "last": period.last,
                "least": str(least), "clause": clause}  # fmt: skip
        deed = Deed("open", clock("dai"), f"open-{person}-{month}", said)
        receipt: Receipt = county.ledger.open_case("obligation", f"county~{person}", deed, county.now)
        return receipt.number

    return opening


@pytest.fixture
def liaison(county: Any) -> Actor:
    """Return the liaison, acting for the leader in charge under a delegation of a year."""
    leader, person = county.persons[Role.COUNTY_LEADER], county.persons[Role.LIAISON]
    county.store.write(
        lambda writing: name_liaison(
            writing, "dai", leader=leader, liaison=person, began_at=county.now, ended_at=county.now.add(years=1)
        )
    )
    access = Access(county.store)
    county.store.write(
        lambda writing: access.add_account(
            writing, person_id=person, login="liaison", password_hash=None, now=county.now
        )
    )
    with county.store.read() as reading:
        account, person, posts = held_posts(reading, "liaison")
    return actor_at(posts[0], person_id=person, account_id=account, acting_for=leader)


def visit(county: Any, number: str, who: Actor | Role, photo: str, day: int = 2, **more: Any) -> Receipt:
    """Record a visit on a day of March."""
    said = {"day": date(2026, 3, day), "place": "峨口铁矿", "problems": "none", **more}
    receipt: Receipt = county.do(number, "visit", who, evidence=(photo,), **said)
    return receipt


def told(county: Any) -> dict[str, set[str]]:
    """Return who has a notice of which name, by the name of their post."""
    names = {person: name for name, person in county.persons.items()}
    found: dict[str, set[str]] = {}
    for key, person in county.rows("SELECT effect_key, person_id FROM notices"):
        found.setdefault(key.split(":")[1], set()).add(names[person])
    return found


def let_pass(county: Any, **later: int) -> None:
    """Let time pass; the clock does its acts at their instants on the way."""
    until = county.now.add(**later)
    while True:
        with county.store.read() as reading:
            due = next_wake(reading)
        if due is None or due > until:
            break
        county.now = max(county.now, due)
        fire_due(county.ledger, due)
    county.now = until


# --- whose a case is -----------------------------------------------------------------------------


def test_a_leader_s_quota_is_a_case_of_their_own(county: Any, opened: Any) -> None:
    number = opened()
    leader = county.persons[Role.COUNTY_LEADER]
    assert number == "ZQ-2026-0001"
    assert county.rows("SELECT path, unit_id FROM cases") == [(own_path("dai", leader), "")]
    with county.store.read() as reading:
        (standing,) = obligation.standing_on(reading, WHOLE, date(2026, 3, 31))
        assert obligation.standing_on(reading, WHOLE, date(2026, 4, 1)) == []
        assert obligation.standing_on(reading, Scope(Reach.SUBTREE, own_path("dai", "another")), MARCH.first) == []
    assert (standing.holder, standing.period, standing.least, standing.done) == (leader, "2026-03", 2, 0)
    assert (standing.is_own, standing.outcome, standing.breached) == (True, "running", False)
    assert county.faults() == set()


def test_nobody_is_woken_by_what_the_clock_opens(county: Any, opened: Any) -> None:
    opened()
    assert county.count("wakes") == 0


def test_the_database_itself_keeps_a_quota_from_being_opened_twice(county: Any, opened: Any) -> None:
    opened()
    person = county.persons[Role.COUNTY_LEADER]
    said = {"quota": "leader-visit", "holder": person, "first": MARCH.first, "last": MARCH.last, "least": "2",
            "clause": "obl-visit-in-charge"}  # fmt: skip
    with pytest.raises(Exception, match=r"(?i)unique|数据库正忙"):
        county.ledger.open_case("obligation", f"county~{person}", Deed("open", clock("dai"), "again", said), county.now)
    assert county.count("cases") == 1


# --- the liaison ---------------------------------------------------------------------------------


def test_a_liaison_enters_a_visit_with_both_names_on_record(
    county: Any, opened: Any, liaison: Actor, photo: Any
) -> None:
    number = opened()
    visit(county, number, liaison, photo("a"))
    (body,) = [body for (body,) in county.rows("SELECT body FROM acts WHERE kind = 'visit'")]
    leader = county.persons[Role.COUNTY_LEADER]
    assert f'"for":"{leader}"' in body
    assert f'"person":"{liaison.person_id}"' in body
    assert county.faults() == set()


def test_a_liaison_does_nothing_for_a_leader_who_has_not_authorised_them(
    county: Any, opened: Any, liaison: Actor, photo: Any
) -> None:
    other = opened(Role.LEADERSHIP)
    with pytest.raises(OutsideScope):
        visit(county, other, liaison, photo("a"))
    wide = county.actor(Role.COMMITTEE_OFFICE)
    with pytest.raises(WrongPost, match="县领导班子成员、联络员办理"):
        visit(county, other, wide, photo("a"))


def test_a_liaison_who_acts_for_nobody_reaches_nothing(county: Any, liaison: Actor) -> None:
    with county.store.read() as reading:
        account, person, posts = held_posts(reading, "liaison")
    assert actor_at(posts[0], person_id=person, account_id=account).scope.reach is Reach.NOWHERE
    assert liaison.scope == Scope(Reach.SUBTREE, own_path("dai", county.persons[Role.COUNTY_LEADER]))


@pytest.mark.parametrize(
    ("leader", "liaison_role", "years", "words"),
    [
        (Role.TOWN_CLERK, Role.LIAISON, 1, "授权人不是县领导班子成员"),
        (Role.LEADERSHIP, Role.TOWN_CLERK, 1, "没有联络员岗位"),
        (Role.LEADERSHIP, Role.LIAISON, 0, "结束时间应晚于开始时间"),
    ],
)
def test_only_a_leader_names_a_liaison_and_only_for_a_time(
    county: Any, leader: Role, liaison_role: Role, years: int, words: str
) -> None:
    with pytest.raises(ContentInvalid, match=words):
        county.store.write(
            lambda writing: name_liaison(
                writing,
                "dai",
                leader=county.persons[leader],
                liaison=county.persons[liaison_role],
                began_at=county.now,
                ended_at=county.now.add(years=years),
            )
        )


# --- who is told ---------------------------------------------------------------------------------


def test_before_the_breach_the_leader_and_the_liaison_are_told_and_nobody_else(
    county: Any, opened: Any, liaison: Actor
) -> None:
    opened()
    let_pass(county, days=28)
    assert liaison.person_id == county.persons[Role.LIAISON]
    assert told(county) == {"asked-visit": {"county_leader", "liaison"}, "reminder": {"county_leader", "liaison"}}
    let_pass(county, days=3)
    assert told(county)["overdue"] == {"county_leader", "liaison", "committee_office"}
    assert county.faults() == set()


def test_a_leader_without_a_liaison_is_told_alone_and_nothing_is_passed_on(county: Any, opened: Any) -> None:
    opened()
    let_pass(county, days=28)
    assert told(county) == {"asked-visit": {"county_leader"}, "reminder": {"county_leader"}}
    assert county.count("passings") == 0


def test_a_leader_on_leave_is_told_all_the_same_and_not_their_substitute(county: Any, opened: Any) -> None:
    leader = county.persons[Role.COUNTY_LEADER]
    county.store.write(
        lambda writing: directory.delegate(
            writing,
            from_person=leader,
            to_person=county.persons[Role.DEPT_HEAD],
            post_id=county.posts[Role.COUNTY_LEADER],
            began_at=county.now,
            ended_at=county.now.add(years=1),
        )
    )
    opened()
    assert told(county) == {"asked-visit": {"county_leader"}}


# --- what only the ledger can refuse -------------------------------------------------------------


def test_evidence_of_one_day_is_no_evidence_of_another(county: Any, opened: Any, photo: Any) -> None:
    march = opened()
    other = opened(Role.LEADERSHIP)
    visit(county, march, Role.COUNTY_LEADER, photo("joint"))
    visit(county, other, Role.LEADERSHIP, photo("joint"))
    county.now = county.now.add(months=1)
    april = opened(month=4)
    with pytest.raises(ContentInvalid, match=f"同一份佐证已用于 {march} 在 2026-03-02 的登记"):
        county.do(
            april, "visit", Role.COUNTY_LEADER, evidence=(photo("joint"),), day=date(2026, 4, 1), place="x",
            problems="none",
        )  # fmt: skip
    assert county.faults() == set()


def test_the_hazards_that_a_visit_names_are_there(county: Any, opened: Any, photo: Any) -> None:
    number = opened()
    found = {"problems": "some", "found": "护栏缺失"}
    for wrong in ("YH-2026-0099", number):
        with pytest.raises(ContentInvalid):
            visit(county, number, Role.COUNTY_LEADER, photo("a"), hazards=[wrong], **found)
    hazard = county.found().number
    visit(county, number, Role.COUNTY_LEADER, photo("a"), hazards=[hazard], **found)
    assert county.rows("SELECT done, outcome FROM obligations") == [(1, "running")]


def test_a_row_that_was_tampered_with_is_found(county: Any, opened: Any, photo: Any, back_door: Any) -> None:
    number = opened()
    visit(county, number, Role.COUNTY_LEADER, photo("a"))
    assert county.faults() == set()
    back_door(county.store.url).run("UPDATE obligations SET done = 2")
    assert {case for case, _ in county.faults()} == {number}


# --- who owes ------------------------------------------------------------------------------------


def owed(county: Any, month: int = 4) -> dict[str, tuple[int, str]]:
    """Return who owes how many visits at which place in a month, by the name of their post."""
    names = {person: name for name, person in county.persons.items()}
    period = period_of(PeriodKind.MONTH, date(2026, month, 1))
    line = county.ledger.rulebook.quota("leader-visit", period.first)
    with county.store.read() as reading:
        found = obligation_holders.owing(reading, "dai", line, period, county.now)
    return {names[one.holder]: (one.share.least, one.place.replace(one.holder, "X")) for one in found}


def test_whoever_holds_a_post_on_the_first_day_owes_and_whoever_comes_later_owes_from_the_next_month(
    county: Any,
) -> None:
    assert owed(county, 3) == {}
    county.now = county.now.add(months=1)
    assert owed(county) == {"county_leader": (2, "county~X"), "leadership": (1, "county~X")}


def test_a_leader_with_two_posts_owes_once_and_the_greater_quota(county: Any) -> None:
    county.store.write(
        lambda writing: directory.appoint(
            writing, "dai", person_id=county.persons[Role.LEADERSHIP], post_code=Role.COUNTY_LEADER, at=county.now
        )
    )
    county.now = county.now.add(months=1)
    assert owed(county) == {"county_leader": (2, "county~X"), "leadership": (2, "county~X")}


def test_a_post_without_a_holder_owes_nothing_and_is_named(county: Any) -> None:
    person, post = county.persons[Role.LEADERSHIP], county.posts[Role.LEADERSHIP]
    line = county.ledger.rulebook.quota("leader-visit", date(2026, 4, 1))
    with county.store.read() as reading:
        assert obligation_holders.vacant(reading, "dai", line) == []
    county.now = county.now.add(days=40)
    county.store.write(lambda writing: directory.relieve(writing, person_id=person, post_id=post, at=county.now))
    assert owed(county) == {"county_leader": (2, "county~X")}
    with county.store.read() as reading:
        assert obligation_holders.vacant(reading, "dai", line) == ["县领导班子成员"]
        holders = obligation_holders.holders_now(reading, "dai", line, county.now)
        assert obligation_holders.earliest_day(reading) == date(2026, 3, 2)
    assert holders == {county.persons[Role.COUNTY_LEADER]}
