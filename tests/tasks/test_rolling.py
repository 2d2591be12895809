"""Opening periods: nothing twice, nothing left out, after outages, restarts, changes of posts and of the quota."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pendulum
import pytest

from models import directory
from models.evidence import EvidenceRoom
from models.ledger import Ledger
from rules.actor import Reach, Role, Scope, own_path
from rules.deadlines import SHANGHAI
from rules.rulebook import Rulebook
from tasks.effects import perform_effect
from tasks.resources import Resources
from tasks.rolling import Rolled, roll_over

Roll = Callable[[], Rolled]


@pytest.fixture
def visits_alone(county: Any, lines_alone: Callable[..., Rulebook]) -> Any:
    """Let the county have no recurring duties but the leaders' visits and the meeting that is not in use."""
    county.ledger = Ledger(county.store, lines_alone("leader-visit", "meeting-302"), county_id="dai")
    return county


@pytest.fixture
def tools(visits_alone: Any, channel: Any, tooled: Callable[..., Resources]) -> Resources:
    """Return the tools of a process that works for that county."""
    return tooled(visits_alone, {"preview": channel})


@pytest.fixture
def roll(tools: Resources) -> Roll:
    """Return what rolls over at the county's time."""
    return lambda: roll_over(tools)


def opened(county: Any) -> list[tuple[str, str, int]]:
    """Return period, holder by the name of the post, and how much, of everything that was opened, in order."""
    names = {person: name for name, person in county.persons.items()}
    rows = county.rows("SELECT period, holder, least FROM obligations ORDER BY first, case_id")
    return [(period, names[holder], least) for period, holder, least in rows]


def at(county: Any, month: int, day: int = 1, year: int = 2026) -> None:
    """Let it be ten minutes past midnight of a day."""
    county.now = pendulum.datetime(year, month, day, 0, 10, tz=SHANGHAI)


BOTH = [("county_leader", 2), ("leadership", 1)]


def months(*periods: str) -> list[tuple[str, str, int]]:
    """Return what both leaders owe in these months."""
    return [(period, name, least) for period in periods for name, least in BOTH]


# --- month by month ------------------------------------------------------------------------------


def test_nothing_is_owed_for_the_month_in_which_the_county_begins(county: Any, roll: Roll) -> None:
    assert roll().opened == 0
    assert opened(county) == []


def test_each_month_is_opened_once_however_often_it_is_rolled_over(county: Any, roll: Roll) -> None:
    at(county, 4)
    assert [roll().opened for _ in range(3)] == [2, 0, 0]
    at(county, 4, 30)
    assert roll().opened == 0
    at(county, 5)
    assert roll().opened == 2
    assert opened(county) == months("2026-04", "2026-05")
    assert county.rows("SELECT count(DISTINCT number), count(*) FROM cases WHERE kind = 'obligation'") == [(4, 4)]


def test_after_an_outage_of_months_no_month_is_left_out_and_the_past_is_not_asked_for(county: Any, roll: Roll) -> None:
    at(county, 4)
    roll()
    at(county, 8, 17)
    assert roll().opened == 8
    assert opened(county) == months("2026-04", "2026-05", "2026-06", "2026-07", "2026-08")
    asked = county.rows("SELECT count(*) FROM effects WHERE name = 'asked-visit'")
    assert asked == [(8,)]
    assert county.faults() == set()


def test_a_roll_over_that_was_cut_off_goes_on_where_it_stopped(county: Any, tools: Resources) -> None:
    at(county, 6)

    def stop(done: int) -> None:
        if done >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        roll_over(tools, progress=stop)
    assert opened(county) == months("2026-04")
    roll_over(tools)
    assert opened(county) == months("2026-04", "2026-05", "2026-06")


def test_two_at_once_open_nothing_twice(county: Any, tools: Resources) -> None:
    at(county, 4)
    other = replace(tools, ledger=county.again())
    done: list[Rolled] = []
    roll_over(tools, progress=lambda _: done.append(roll_over(other)))
    assert opened(county) == months("2026-04")
    assert [rolled.opened for rolled in done] == [0]


# --- people come and go --------------------------------------------------------------------------


def test_whoever_leaves_the_post_in_mid_month_is_released_and_whoever_follows_owes_from_the_next(
    county: Any, roll: Roll
) -> None:
    at(county, 4)
    roll()
    at(county, 4, 10)
    leaver, post = county.persons[Role.LEADERSHIP], county.posts[Role.LEADERSHIP]
    county.store.write(lambda writing: directory.relieve(writing, person_id=leaver, post_id=post, at=county.now))
    rolled = roll()
    assert (rolled.released, rolled.opened, rolled.vacant) == (1, 0, ["县领导班子成员"])
    assert county.rows("SELECT outcome FROM obligations ORDER BY case_id") == [("running",), ("released",)]
    at(county, 5)
    rolled = roll()
    assert (rolled.opened, rolled.vacant) == (1, ["县领导班子成员"])
    assert roll().released == 0


def test_a_month_missed_in_an_outage_is_not_laid_on_whoever_has_left_since(county: Any, roll: Roll) -> None:
    at(county, 5, 10)
    leaver, post = county.persons[Role.LEADERSHIP], county.posts[Role.LEADERSHIP]
    county.store.write(lambda writing: directory.relieve(writing, person_id=leaver, post_id=post, at=county.now))
    at(county, 6)
    roll()
    assert [entry for entry in opened(county) if entry[1] == "leadership"] == [("2026-04", "leadership", 1)]


# --- the quota changes ---------------------------------------------------------------------------


def test_a_quota_changed_in_mid_month_begins_with_the_next_month(
    county: Any, tools: Resources, lines_alone: Callable[..., Rulebook]
) -> None:
    def change(line: str) -> str:
        newer = line.replace("in_force_from = 2021-03-22", "in_force_from = 2026-04-16")
        older = line.replace("in_force_from = 2021-03-22", "in_force_from = 2021-03-22\nin_force_until = 2026-04-15")
        return f"{older}\n{newer.replace('least = 1', 'least = 3')}"

    ledger = Ledger(county.store, lines_alone("leader-visit", change=change), county_id="dai")
    changed = replace(tools, ledger=ledger)
    for month, day in ((4, 1), (4, 20), (5, 1)):
        at(county, month, day)
        roll_over(changed)
    assert [entry for entry in opened(county) if entry[1] == "leadership"] == [
        ("2026-04", "leadership", 1), ("2026-05", "leadership", 3),
    ]  # fmt: skip


def test_a_disabled_line_opens_nothing_and_is_named_with_its_reason(
    county: Any, tools: Resources, lines_alone: Callable[..., Rulebook]
) -> None:
    old = 'rows = ["B030", "B031"]'
    rules = lines_alone("leader-visit", change=lambda line: line.replace(old, f'{old}\ndisabled = "效力待确认"'))
    at(county, 4)
    rolled = roll_over(replace(tools, ledger=Ledger(county.store, rules, county_id="dai")))
    assert (rolled.opened, rolled.disabled["leader-visit"]) == (0, "效力待确认")
    assert opened(county) == []


# --- the paper of a visit ------------------------------------------------------------------------


def test_a_visit_is_drawn_up_with_who_made_it_and_who_entered_it(county: Any, tools: Resources, roll: Roll) -> None:
    at(county, 4)
    roll()
    number, leader = "ZQ-2026-0001", county.persons[Role.COUNTY_LEADER]
    room = EvidenceRoom(tools.papers, county.store)
    photo = room.seal(b"x", b"x", media_type="image/jpeg", account_id="a", now=county.now)
    liaison = replace(
        county.actor(Role.LIAISON, acting_for=leader), scope=Scope(Reach.SUBTREE, own_path("dai", leader))
    )
    said = {"day": date(2026, 4, 1), "place": "峨口铁矿", "problems": "some", "found": "护栏缺失", "note": "夜查"}
    county.do(number, "visit", liaison, evidence=(photo,), **said)
    perform_effect(tools, case_number=number, effect_key="2:visit-record:paper", run_id="run")
    ((sha256,),) = county.rows("SELECT paper_sha256 FROM effects WHERE name = 'visit-record'")
    text = next(path for path in tools.papers.rglob("*") if path.is_file() and sha256 in path.name).read_text("utf-8")
    for words in (
        "检查人：分管县领导1（由联络员联络员1代为登记）",
        "2026-04-01",
        "峨口铁矿",
        "护栏缺失",
        "佐证 1 份",
        "夜查",
    ):
        assert words in text
