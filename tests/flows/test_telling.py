"""Stories over a real ledger: all that is owed is performed or called off, once, whenever it is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from models.store import Store
from rules.actor import Role
from rules.hazard import Status
from tasks.delivery import sweep

_HISTORIES, _LONGEST = 16, 14


def _settled(hazard: Any) -> None:
    """Assert that nothing of the story is owed, that a run did it, and that what was called off says why."""
    for key, (status, run, reason) in hazard.effects().items():
        assert status in {"performed", "cancelled"}, key
        assert run, key
        assert bool(reason) == (status == "cancelled"), key


def _sent_once(county: Any, tally: Any) -> None:
    """Assert that each notice that stands as sent was sent once with one accepted attempt, and no other was."""
    attempts = dict(
        county.rows("SELECT notice_id, count(*) FROM attempts WHERE outcome = 'accepted' GROUP BY notice_id")
    )
    statuses = dict(county.rows("SELECT id, status FROM notices"))
    sent = {notice for notice, status in statuses.items() if status == "sent"}
    assert set(statuses.values()) <= {"sent", "cancelled", "queued"}
    assert attempts == dict.fromkeys(sent, 1)
    assert tally.times == {f"T{notice:08d}": 1 for notice in sent}


def _papers(county: Any, folder: Path) -> None:
    """Assert that every paper that was issued lies under its fingerprint."""
    issued = county.rows("SELECT paper_sha256 FROM effects WHERE kind = 'paper' AND status = 'performed'")
    assert all(digest and list(folder.rglob(f"{digest}*")) for (digest,) in issued)


def _resting_on(county: Any) -> frozenset[str]:
    return frozenset(row[0] for row in county.rows("SELECT act FROM duties WHERE status = 'open' AND blocks"))


# --- lawful histories ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(_HISTORIES))
def test_a_leg_after_each_act_leaves_nothing_owed_and_does_nothing_twice(
    seed: int, hazard: Any, county: Any, tally: Any, tools: Any, chance: Callable[[int], Any]
) -> None:
    fate = chance(seed)
    for _ in range(_LONGEST):
        if not fate.step(hazard):
            break

        rests_on = hazard.leg()

        _settled(hazard)
        status = hazard.facts.status
        if status is Status.OPEN:
            assert rests_on == _resting_on(county)
        else:
            assert not rests_on
    performed = hazard.effects()
    hazard.leg()
    assert hazard.effects() == performed
    _sent_once(county, tally)
    _papers(county, tools.papers)


@pytest.fixture
def prompt(
    new_sqlite: Callable[[], Store], populated: Callable[[Store], Any], equipped: Callable[..., Any],
    another_hazard: Callable[..., Any], tally: Any,
) -> Any:  # fmt: skip
    """Return a hazard in another county, whose story is told after each act."""
    twin = populated(new_sqlite())
    return another_hazard(twin, equipped(twin, tally))


@pytest.mark.parametrize("seed", range(_HISTORIES))
def test_one_leg_that_catches_up_settles_the_same_effects(
    seed: int, hazard: Any, prompt: Any, county: Any, tally: Any, chance: Callable[[int], Any]
) -> None:
    for case, tells in ((hazard, False), (prompt, True)):
        fate = chance(seed)
        for _ in range(_LONGEST):
            if not fate.step(case):
                break
            if tells:
                case.leg()
    tally.sent.clear()

    hazard.leg()

    _settled(hazard)
    assert hazard.effects().keys() == prompt.effects().keys()
    _sent_once(county, tally)
    _papers(county, hazard.tools.papers)


@pytest.mark.parametrize("seed", range(0, _HISTORIES, 4))
def test_what_the_clock_owes_goes_out_beside_the_story_once(
    seed: int, hazard: Any, county: Any, tally: Any, tools: Any, chance: Callable[[int], Any]
) -> None:
    fate = chance(seed)
    for _ in range(_LONGEST):
        if not fate.step(hazard):
            break
        sweep(tools, run_id="clock", now=county.now)
        hazard.leg()
    sweep(tools, run_id="clock", now=county.now)

    assert county.rows("SELECT count(*) FROM effects WHERE status = 'owed'") == [(0,)]
    _sent_once(county, tally)
    assert county.faults() == set()


# --- one by name ---------------------------------------------------------------------------------


def test_a_hazard_from_discovery_to_sign_off_tells_everybody_their_part(
    county: Any, tools: Any, tally: Any, another_hazard: Callable[..., Any]
) -> None:
    county.ledger = tools.ledger
    number = county.ordered()
    case = another_hazard(county, tools, number)
    assert case.leg() == {"rectify"}
    county.do(number, "rectify", Role.UNIT_FIXER, measure="已加装")
    assert case.leg() == {"recheck"}
    county.do(number, "recheck", Role.DEPT_OFFICER, passed="no", note="仍松动", ends_on=date(2026, 3, 20))
    assert case.leg() == {"rectify"}
    county.do(number, "rectify", Role.UNIT_FIXER, measure="已紧固")
    case.leg()
    county.do(number, "recheck", Role.DEPT_OFFICER, passed="yes", note="合格")
    assert case.leg() == {"sign-off"}
    county.do(number, "sign-off", Role.DEPT_HEAD, approved="yes")
    assert case.leg() is None

    names = [key.split(":")[1] for key in case.effects()]
    assert names.count("asked-rectify") == 2
    assert names.count("recheck-opinion") == 2
    assert {"registered", "rectification-order", "returned", "asked-sign-off", "sign-off", "closed"} <= set(names)
    _settled(case)
    _sent_once(county, tally)
    assert not any("皮带" in message.body or "皮带" in message.title for _, message in tally.sent)


def test_what_a_later_act_made_pointless_is_called_off_with_the_reason_when_it_is_told_late(
    county: Any, tools: Any, tally: Any, another_hazard: Callable[..., Any]
) -> None:
    county.ledger = tools.ledger
    number = county.ordered()
    county.do(number, "rectify", Role.UNIT_FIXER, measure="已加装")
    case = another_hazard(county, tools, number)

    case.leg()

    called_off = {
        key.split(":")[1]: reason for key, (status, _, reason) in case.effects().items() if status != "performed"
    }
    steps = ("confirm-order", "review-order", "sign-order", "serve-order")
    assert set(called_off) == {"asked-grade", "asked-order", "asked-rectify", *(f"asked-{step}" for step in steps)}
    assert set(called_off.values()) == {"所提请的应办已经结束，不再通知"}
    assert not any("报告整改完成" in title for title in tally.titles)


def test_a_void_case_asks_nobody_for_anything_any_more(
    county: Any, tools: Any, another_hazard: Callable[..., Any]
) -> None:
    county.ledger = tools.ledger
    number = county.found(Role.DEPT_OFFICER).number
    county.do(number, "apply-void", Role.TOWN_CLERK, reason="重复登记")
    county.do(number, "decide-void", Role.DEPT_OFFICER, approved="yes")
    case = another_hazard(county, tools, number)

    assert case.leg() == frozenset()

    _settled(case)
    performed = {key.split(":")[1] for key, (status, *_) in case.effects().items() if status == "performed"}
    assert performed == {"registered", "voided"}


def test_a_notice_to_a_post_that_nobody_holds_is_called_off_and_does_not_stop_the_story(
    county: Any, tools: Any, another_hazard: Callable[..., Any]
) -> None:
    county.ledger = tools.ledger
    with_door = county.store
    from models import directory  # noqa: PLC0415 - one use

    person, post = county.persons["unit_head"], county.posts["unit_head"]
    with_door.write(lambda writing: directory.relieve(writing, person_id=person, post_id=post, at=county.now))
    number = county.found(Role.DEPT_OFFICER).number
    case = another_hazard(county, tools, number)

    assert case.leg() == {"grade"}

    reasons = {key.split(":")[1]: reason for key, (_, _, reason) in case.effects().items()}
    assert reasons["registered"] is not None
    assert "岗位无人" in reasons["registered"]
    assert reasons["asked-grade"] is None


def test_a_notice_that_the_channel_refuses_stays_owed_and_goes_out_later_by_the_clock(
    county: Any, equipped: Callable[..., Any], tally: Any, another_hazard: Callable[..., Any]
) -> None:
    class Deaf(type(tally)):  # type: ignore[misc]
        """Refuses the first message of all."""

        def send(self, message: Any, *, address: str | None, number: str) -> Any:
            answer = super().send(message, address=address, number=number)
            first = len(self.sent) == 1
            return type(answer)(accepted=not first, answer="忙" if first else "已记")

    channel = Deaf()
    tools = equipped(county, channel)
    county.ledger = tools.ledger
    case = another_hazard(county, tools, county.found(Role.DEPT_OFFICER).number)
    case.leg()
    assert [status for status, *_ in case.effects().values()].count("owed") == 1
    county.now = county.now.add(seconds=31)

    sweep(tools, run_id="clock", now=county.now)

    _settled(case)
    assert channel.times == {"T00000001": 2, "T00000002": 1}
    assert not any("重发" in title for title in channel.titles)
