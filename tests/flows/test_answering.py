"""A notice left unanswered, through sweeps and messages: silence climbs once, an answer by its link stops it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from prefect.logging import disable_run_logger

from flows.audit import watch
from flows.escalation import escalation
from models import addressee, directory
from models.receipt import Deed
from models.roster import RosterReader
from notifications.answer_link import Bound, is_genuine, read
from rules.actor import Role
from tasks.delivery import sweep
from tasks.resources import using

_LINK = re.compile(r"https://anlan\.example/a/(\S+)")
_TOLERANCE_SECONDS = 121


def _clock(tools: Any) -> None:
    sweep(tools, run_id="clock", now=tools.now())


def _schedule(tools: Any) -> None:
    with using(tools):
        escalation.fn()


def _audit(tools: Any) -> None:
    with using(tools), disable_run_logger():
        watch.fn()


_ALONE: dict[str, Callable[[Any], None]] = {"clock": _clock, "schedule": _schedule, "audit": _audit}


@pytest.fixture(params=_ALONE)
def alone(request: pytest.FixtureRequest) -> Callable[[Any], None]:
    """Return each of the three that may have to do everything by itself."""
    return _ALONE[request.param]


def stopped(county: Any, tools: Any) -> str:
    """Return the number of a case in which work was ordered to stop, all its notices sent."""
    county.ledger = tools.ledger
    number: str = county.ordered()
    county.do(number, "stop-work", Role.DEPT_OFFICER, at_once="yes", extent="破碎车间", reason="无法保证安全")
    county.now = county.now.add(seconds=31)
    _clock(tools)
    return number


def rungs(county: Any) -> list[int]:
    rows = county.rows("SELECT body FROM acts WHERE kind = 'rung' ORDER BY id")
    contents = [json.loads(body)["content"] for (body,) in rows]
    return [content["rung"] for content in contents if content["about"] == "acknowledge@8:stopped"]


def links(tally: Any) -> list[str]:
    """Return the tokens of all links that were sent, in order."""
    return [found[1] for _, message in tally.sent for found in _LINK.finditer(message.body)]


def test_left_alone_it_climbs_each_rung_once_and_tells_each_post_once(
    alone: Callable[[Any], None], county: Any, tools: Any, tally: Any
) -> None:
    stopped(county, tools)
    for _ in range(6):
        county.now = county.now.add(hours=1, seconds=_TOLERANCE_SECONDS)
        alone(tools)
    assert rungs(county) == [1, 2, 3]
    told = [message.title for _, message in tally.sent if "尚未回复收到" in message.title]
    assert len(told) == 6
    assert set(tally.times.values()) == {1}
    assert county.rows("SELECT count(*) FROM effects WHERE by_clock AND status = 'owed'") == [(0,)]
    assert county.faults() == set()


def test_all_three_at_every_step_do_no_more_than_one(county: Any, tools: Any, tally: Any) -> None:
    stopped(county, tools)
    for _ in range(6):
        county.now = county.now.add(hours=1, seconds=_TOLERANCE_SECONDS)
        for each in (*_ALONE.values(), *_ALONE.values()):
            each(tools)
    assert rungs(county) == [1, 2, 3]
    assert set(tally.times.values()) == {1}


def test_the_link_in_the_message_is_the_addressees_and_stops_the_clock(county: Any, tools: Any, tally: Any) -> None:
    number = stopped(county, tools)
    (token,) = links(tally)
    claim = read(token)
    assert claim is not None
    with tools.store.read() as reading:
        notice = addressee.asked(reading, claim.notice_id)
        assert notice is not None
        bound = Bound(notice.notice_id, notice.person_id, notice.case_number, notice.duty)
        assert is_genuine(tools.answer_key, claim, bound)
        actor = addressee.actor_of(reading, RosterReader().read(reading, county.now), notice, demonstration=False)
    assert (notice.case_number, notice.person_id) == (number, county.persons["unit_head"])
    assert claim.ends_at > county.now.add(hours=71)
    assert actor is not None
    assert actor.account_id == f"link:{notice.number}", "who has no account acts under the number of the notice"
    deed = Deed("acknowledge", actor, f"link:{token}", values={"about": notice.duty}, means="link")
    tools.ledger.record(number, deed, county.now)
    county.now = county.now.add(hours=12)
    _clock(tools)
    assert rungs(county) == []
    rectify = county.rows("SELECT status, wake_at FROM duties WHERE act = 'rectify'")
    assert [(status, wakes is not None) for status, wakes in rectify] == [("open", True)]
    assert county.faults() == set()


def test_whoever_is_only_told_of_the_silence_gets_no_link(county: Any, tools: Any, tally: Any) -> None:
    stopped(county, tools)
    county.now = county.now.add(hours=2, seconds=1)
    _clock(tools)
    reminders = [message for _, message in tally.sent if "尚未回复收到" in message.title]
    assert len(reminders) == 3
    assert sum(bool(_LINK.search(message.body)) for message in reminders) == 2
    assert all(("请于" in message.body) is bool(_LINK.search(message.body)) for message in reminders)


def test_a_new_head_is_asked_by_the_next_sweep_with_a_link_of_their_own_and_not_marked_as_without_engine(
    county: Any, tools: Any, tally: Any
) -> None:
    stopped(county, tools)
    (old,) = links(tally)

    def work(writing: Any) -> str:
        person = directory.add_person(writing, "dai", name="新任", phone=None)
        directory.appoint(writing, "dai", person_id=person, post_code="unit_head", at=county.now)
        post = county.posts["unit_head"]
        directory.relieve(writing, person_id=county.persons["unit_head"], post_id=post, at=county.now)
        return person

    new = county.store.write(work)
    before = len(tally.sent)
    county.now = county.now.add(minutes=1)
    _clock(tools)
    _clock(tools)
    assert len(tally.sent) == before + 1
    assert "调度引擎未运行" not in tally.sent[-1][1].body
    fresh = links(tally)[-1]
    assert fresh != old
    with tools.store.read() as reading:
        roster = RosterReader().read(reading, county.now)
        notices = [addressee.asked(reading, read(token).notice_id) for token in (old, fresh)]
        actors = [addressee.actor_of(reading, roster, notice, demonstration=False) for notice in notices]
    assert actors[0] is None, "the old holder's link is of no use any more"
    assert actors[1] is not None
    assert actors[1].person_id == new


def test_a_group_is_asked_without_a_link(county: Any, tally: Any, equipped: Callable[..., Any]) -> None:
    tools = equipped(county, tally)
    tools.channels._channels["wecom_bot"] = tally
    ledger = type(tools.ledger)(county.store, county.ledger.rulebook, county_id="dai", channels=("wecom_bot",))
    county.store.write(
        lambda writing: directory.add_contact(
            writing, county.persons["unit_head"], channel="wecom_bot", address="红星铁矿"
        )
    )
    county.ledger = ledger
    number = county.ordered()
    county.do(number, "stop-work", Role.DEPT_OFFICER, at_once="yes", extent="破碎车间", reason="无法保证安全")
    county.now = county.now.add(seconds=31)
    _clock(tools)
    asked = [message for _, message in tally.sent if "请于" in message.body]
    assert len(asked) == 1
    assert "登录后在待办中回复" in asked[0].body
    assert not _LINK.search(asked[0].body)
