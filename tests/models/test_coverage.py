"""The proof of coverage: each post that a ladder turns to reaches somebody at every hour, or the gap is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models import directory
from models.coverage import Coverage, coverage
from models.receipt import Deed
from models.roster import load
from rules.actor import Role


@pytest.fixture
def look(county: Any) -> Callable[[], Coverage]:
    """Return the proof for the county as it stands."""

    def looking() -> Coverage:
        with county.store.read() as reading:
            return coverage(reading, county.ledger.rulebook, "dai", county.now)

    return looking


@pytest.fixture
def watched(county: Any) -> Any:
    """Return the county with a roster of the bureau for forty days, from Monday eight o'clock."""
    people = [county.persons[name] for name in ("bureau_head", "bureau_officer", "committee_office")]
    first = county.now.set(hour=8)
    lines = [
        f"{first.add(days=day):%Y-%m-%dT%H:%M}/{first.add(days=day + 1):%Y-%m-%dT%H:%M}|head|{people[0]}|"
        f"{people[1]},{people[2]}"
        for day in range(40)
    ]
    deed = Deed("publish", county.actor(Role.BUREAU_OFFICER), "roster", {"shifts": lines})
    county.roster = county.ledger.open_case("duty_watch", "bureau", deed, county.now).number
    return county


def gaps(found: Coverage) -> list[tuple[str, str, str, str]]:
    """Return role, seat, first and last instant of each gap."""
    return [
        (str(gap.role), gap.seat, f"{gap.starts_at:%m-%d %H:%M}", f"{gap.ends_at:%m-%d %H:%M}") for gap in found.gaps
    ]


def leave(county: Any, person: str, since: str, until: str, **more: str) -> None:
    """Record that somebody is away."""
    values = {"person": county.persons[person], "from": since, "until": until, "reason": "病假", **more}
    county.do(county.roster, "leave", Role.BUREAU_OFFICER, **values)


def test_a_county_with_a_roster_and_everybody_there_has_no_gap(watched: Any, look: Any) -> None:
    found = look()
    assert found.gaps == ()
    assert found.posts == 20
    assert (found.since, found.until) == (watched.now, watched.now.add(days=30))


def test_a_county_without_a_roster_is_told_to_publish_one(county: Any, look: Any) -> None:
    found = look()
    assert gaps(found) == [
        ("watch_leader", "应急局", "03-02 09:00", "04-01 09:00"),
        ("watch_keeper", "应急局", "03-02 09:00", "04-01 09:00"),
    ]
    assert "没有值班表。请发布值班表" in found.gaps[0].words
    assert county.count("cases") == 0


def test_a_roster_that_ends_too_soon_names_the_hours_it_leaves_open(watched: Any, look: Any) -> None:
    watched.now = watched.now.add(days=20)
    found = look()
    assert gaps(found) == [
        ("watch_leader", "应急局", "04-11 08:00", "04-21 09:00"),
        ("watch_keeper", "应急局", "04-11 08:00", "04-21 09:00"),
    ]
    assert "没有排班。请发布下一期值班表" in found.gaps[0].words


def test_leave_on_a_shift_without_a_substitute_is_a_gap_for_just_those_hours(watched: Any, look: Any) -> None:
    leave(watched, "bureau_head", "2026-03-05T20:00", "2026-03-06T02:00")
    found = look()
    assert ("watch_leader", "应急局", "03-05 20:00", "03-06 02:00") in gaps(found)
    assert ("bureau_head", "县", "03-05 20:00", "03-06 02:00") in gaps(found)
    assert [gap.why for gap in found.gaps if gap.role is Role.WATCH_LEADER] == ["当班人员请假且无人替班"]
    leave(watched, "bureau_head", "2026-03-05T20:00", "2026-03-06T02:00", substitute=watched.persons["county_leader"])
    assert look().gaps == ()


def test_one_of_two_keepers_away_is_no_gap(watched: Any, look: Any) -> None:
    leave(watched, "committee_office", "2026-03-05T20:00", "2026-03-06T02:00", substitute=watched.persons["town_clerk"])
    leave(watched, "bureau_officer", "2026-03-05T20:00", "2026-03-06T02:00")
    assert [role for role, *_ in gaps(look())] == ["bureau_officer"]


def test_a_post_that_nobody_holds_is_a_gap_with_its_remedy(watched: Any, look: Any) -> None:
    watched.store.write(
        lambda writing: directory.relieve(
            writing, person_id=watched.persons["dept_head"], post_id=watched.posts["dept_head"], at=watched.now
        )
    )
    found = look()
    assert gaps(found) == [("dept_head", "工信局", "03-02 09:00", "04-01 09:00")]
    assert found.gaps[0].words == (
        "工信局「部门负责人」2026-03-02 09:00 至 2026-04-01 09:00 无人在岗。"
        "请登记该岗位的人员（anlan init --from 或者人员表）"
    )


def test_a_holder_away_is_covered_while_a_delegate_is_there(watched: Any, look: Any) -> None:
    leave(watched, "dept_officer", "2026-03-10T08:00", "2026-03-14T08:00")
    assert gaps(look()) == [("dept_officer", "工信局", "03-10 08:00", "03-14 08:00")]
    watched.store.write(
        lambda writing: directory.delegate(
            writing, from_person=watched.persons["dept_officer"], to_person=watched.persons["town_clerk2"],
            post_id=watched.posts["dept_officer"], began_at=watched.now, ended_at=watched.now.set(day=12, hour=8),
        )
    )  # fmt: skip
    assert gaps(look()) == [("dept_officer", "工信局", "03-12 08:00", "03-14 08:00")]
    leave(watched, "town_clerk2", "2026-03-11T08:00", "2026-03-11T09:00")
    assert ("dept_officer", "工信局", "03-11 08:00", "03-11 09:00") in gaps(look())


def test_every_hour_is_judged_like_a_walk_hour_by_hour(watched: Any, look: Any) -> None:
    """The stretches say what asking the roster at each hour of the thirty days would say."""
    leave(watched, "bureau_head", "2026-03-05T20:00", "2026-03-07T02:00")
    leave(watched, "bureau_officer", "2026-03-06T20:00", "2026-03-08T02:00")
    leave(watched, "committee_office", "2026-03-07T10:00", "2026-03-09T02:00")
    found = look()
    with watched.store.read() as reading:
        roster = load(reading, "x", watched.now, days=31)
    (watch,) = roster.standing.watches.values()
    hours = [watched.now.add(hours=hour) for hour in range(30 * 24)]
    walked = {(role, at) for at in hours for role in (Role.WATCH_LEADER, Role.WATCH_KEEPER)
              if not _there(watch.on_duty(at, roster.standing.away), role)}  # fmt: skip
    said = {(gap.role, at) for gap in found.gaps if gap.role in {Role.WATCH_LEADER, Role.WATCH_KEEPER}
            for at in hours if gap.starts_at <= at < gap.ends_at}  # fmt: skip
    assert said == walked
    assert walked


def _there(there: Any, role: Role) -> bool:
    return there is not None and bool(there.leader if role is Role.WATCH_LEADER else there.keepers)
