"""Delivery: each notice goes out at least once and says so when it may be twice; nothing but numbers leaves."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from models import directory, outbox
from models.installation import PAUSED, SENDING, write_fact
from models.store import Writing
from notifications.channel import Channels, Delivery
from notifications.message import Message
from rules.actor import Role
from rules.errors import DeliveryError
from tasks.delivery import NOBODY, POINTLESS, Delivered, Sweep, deliver_effect, deliver_waiting, sweep

REGISTERED, ASKED = "1:registered:unit_head", "1:asked-grade:dept_officer:grade@1"
_REGISTERED_TITLE = "YH-2026-0001 贵单位有一项隐患已登记"
_ASKED_TITLE = "YH-2026-0001 请办理：判定等级"


class Died(Exception):
    """What a test sees of a process that died."""


def deliver(tools: Any, effect: str = ASKED, run: str = "run") -> Delivered:
    try:
        return deliver_effect(tools, case_id=1, effect_key=effect, run_id=run)
    except BaseException as error:
        if type(error).__name__ == "FakeDeath":
            raise Died from error
        raise


def effects(county: Any) -> dict[str, tuple[str, str | None]]:
    return {key: (status, reason) for key, status, reason in county.rows("SELECT key, status, reason FROM effects")}


@pytest.fixture
def found(county: Any, tools: Any) -> Any:
    """Return a county with one hazard that was just found, reported through the door of these tools."""
    county.ledger = tools.ledger
    county.found()
    return county


# --- a run of the story --------------------------------------------------------------------------


def test_a_notice_says_what_to_do_by_when_where_and_under_which_number(found: Any, tools: Any, channel: Any) -> None:
    channel.expect(_ASKED_TITLE)
    assert deliver(tools) == Delivered(accepted=1)
    (message,) = channel.sent
    assert message.body.splitlines() == [
        "请办理：判定等级",
        "期限：2026年3月3日 24:00",
        "查看：https://anlan.example/cases/YH-2026-0001",
        "通知编号：T00000002",
    ]
    assert effects(found)[ASKED] == ("performed", None)


def test_what_was_delivered_is_not_delivered_again(found: Any, tools: Any, channel: Any) -> None:
    channel.expect(_ASKED_TITLE)
    deliver(tools)
    assert deliver(tools) == Delivered()
    found.now = found.now.add(days=1)
    assert deliver(tools) == Delivered()


@pytest.mark.parametrize("after", [False, True], ids=["before it was out", "when it was out"])
def test_whoever_dies_in_between_leaves_a_notice_that_goes_out_again_under_its_number_and_says_so(
    after: bool, found: Any, tools: Any, channel: Any
) -> None:
    channel.die(_ASKED_TITLE, after=after)
    with pytest.raises(Died):
        deliver(tools)
    assert deliver(tools, run="too early") == Delivered()
    found.now = found.now.add(seconds=60)
    channel.expect(f"【重发】{_ASKED_TITLE}")
    assert deliver(tools, run="another") == Delivered(accepted=1)
    assert set(channel.numbers) == {"T00000002"}
    assert [bool(repeated) for (repeated,) in found.rows("SELECT repeated FROM attempts")] == [True]
    assert effects(found)[ASKED] == ("performed", None)


def test_a_refused_notice_is_tried_again_by_the_clock_and_is_no_repeat(found: Any, tools: Any, channel: Any) -> None:
    channel.refuse(_ASKED_TITLE)
    assert deliver(tools) == Delivered(refused=1)
    channel.expect(_REGISTERED_TITLE)
    found.now = found.now.add(seconds=31)
    channel.expect(_ASKED_TITLE)
    assert deliver_waiting(tools, run_id="clock") == Delivered(accepted=2)
    assert effects(found)[ASKED] == ("performed", None)


def test_a_notice_that_is_refused_to_the_end_fails_after_eight_tries(found: Any, tools: Any, channel: Any) -> None:
    for _ in range(8):
        channel.refuse(_ASKED_TITLE)
        assert deliver(tools) == Delivered(refused=1)
        found.now = found.now.add(hours=2)
    assert deliver(tools) == Delivered()
    assert found.rows("SELECT status, attempts FROM notices WHERE id = 2") == [("failed", 8)]


def test_a_notice_that_asks_for_what_was_done_meanwhile_is_called_off_with_the_reason(
    found: Any, tools: Any, channel: Any
) -> None:
    found.do("YH-2026-0001", "grade", Role.DEPT_OFFICER, grade="general", basis="synthesis", reason="当日可改")
    assert deliver(tools) == Delivered()
    assert effects(found)[ASKED] == ("cancelled", POINTLESS)
    channel.expect(_REGISTERED_TITLE)
    assert deliver(tools, REGISTERED) == Delivered(accepted=1)


def _dismiss(county: Any, role: str) -> None:
    county.store.write(
        lambda writing: directory.relieve(
            writing, person_id=county.persons[role], post_id=county.posts[role], at=county.now
        )
    )


_UP_TO_THE_COUNTY = ("dept_officer", "dept_head", "bureau_officer", "bureau_head", "committee_office", "county_leader")


def test_a_notice_to_a_post_that_nobody_holds_goes_to_the_next_post_and_says_so(
    county: Any, tools: Any, channel: Any
) -> None:
    _dismiss(county, "dept_officer")
    county.found()
    channel.expect(_ASKED_TITLE)
    assert deliver(tools) == Delivered(accepted=1)
    (message,) = channel.sent
    assert "「部门监管员」目前无人，转告您" in message.body.splitlines()


def test_a_notice_that_reaches_nobody_up_to_the_county_is_called_off_with_the_reason(
    county: Any, tools: Any, channel: Any
) -> None:
    for role in _UP_TO_THE_COUNTY:
        _dismiss(county, role)
    county.found()
    assert deliver(tools) == Delivered()
    assert effects(county)[ASKED] == ("cancelled", NOBODY)
    channel.expect(_REGISTERED_TITLE)
    deliver(tools, REGISTERED)


def test_an_unknown_channel_is_an_answer_and_no_accident(county: Any, tools: Any) -> None:
    county.found()
    assert deliver(replace(tools, channels=Channels({}))) == Delivered(refused=1)
    assert county.rows("SELECT answer FROM attempts") == [("没有名为 preview 的渠道",)]


# --- the clock -----------------------------------------------------------------------------------


def test_what_no_run_has_taken_within_half_a_minute_goes_out_with_a_mark(found: Any, tools: Any, channel: Any) -> None:
    found.now = found.now.add(seconds=29)
    assert deliver_waiting(tools, run_id="clock") == Delivered()
    found.now = found.now.add(seconds=1)
    channel.expect(_REGISTERED_TITLE, _ASKED_TITLE)
    assert deliver_waiting(tools, run_id="clock") == Delivered(accepted=2)
    assert all("调度引擎未运行，由时钟直接发送" in message.body for message in channel.sent)
    assert [bool(without) for (without,) in found.rows("SELECT without_engine FROM attempts")] == [True, True]
    assert {status for status, _ in effects(found).values()} == {"performed"}


def test_what_the_clock_itself_owes_goes_out_at_once_without_a_mark(found: Any, tools: Any, channel: Any) -> None:
    channel.expect(_REGISTERED_TITLE, _ASKED_TITLE)
    deliver(tools, REGISTERED)
    deliver(tools)
    found.now = found.now.add(hours=20)
    channel.expect("YH-2026-0001 催办：判定等级尚未办理")
    assert sweep(tools, run_id="clock", now=found.now) == Sweep(1, 0, Delivered(accepted=1))
    assert "调度引擎未运行" not in channel.sent[-1].body


def test_after_an_outage_the_sweep_climbs_and_tells_everything_once(found: Any, tools: Any, channel: Any) -> None:
    found.now = found.now.add(hours=36)
    channel.expect(_REGISTERED_TITLE, _ASKED_TITLE)
    channel.expect("YH-2026-0001 催办：判定等级尚未办理", "YH-2026-0001 催办：判定等级尚未办理")
    channel.expect("YH-2026-0001 催办：判定等级尚未办理", "YH-2026-0001 催办：判定等级尚未办理")
    done = sweep(tools, run_id="clock", now=found.now)
    assert (done.fired, done.failed, done.delivered) == (3, 0, Delivered(accepted=6))
    assert sweep(tools, run_id="clock", now=found.now) == Sweep(0, 0, Delivered())


def test_what_the_clock_owes_and_nobody_up_to_the_county_receives_is_called_off_with_the_reason(
    county: Any, tools: Any, channel: Any
) -> None:
    """It would stay owed for ever, and nobody would hear that the post is empty."""
    county.found()
    for role in _UP_TO_THE_COUNTY:
        _dismiss(county, role)
    channel.expect(_REGISTERED_TITLE, _ASKED_TITLE)
    county.now = county.now.add(hours=20)
    assert sweep(tools, run_id="clock", now=county.now) == Sweep(1, 0, Delivered(accepted=2))
    assert {name: rest for name, *rest in county.rows("SELECT name, status, reason FROM effects")} == {
        "registered": ["performed", None],
        "asked-grade": ["performed", None],
        "reminder": ["cancelled", NOBODY],
    }


def test_two_deliverers_racing_deliver_each_notice_once(
    county: Any, channel: Any, tooled: Callable[..., Any], crowd: Any
) -> None:
    for number in range(1, 11):
        county.found()
        channel.expect(f"YH-2026-{number:04d} 贵单位有一项隐患已登记", f"YH-2026-{number:04d} 请办理：判定等级")
    county.now = county.now.add(minutes=1)
    for number in range(4):
        tools = tooled(county, {"preview": channel})
        crowd.start(lambda tools=tools, number=number: deliver_waiting(tools, run_id=f"clock {number}"))
    delivered = crowd.join()
    assert sum(each.accepted for each in delivered) == 20
    assert len(set(channel.numbers)) == 20
    assert county.rows("SELECT status, count(*) FROM effects GROUP BY status") == [("performed", 20)]


def test_a_restored_installation_sends_nothing_until_somebody_confirms(found: Any, tools: Any, channel: Any) -> None:
    found.store.write(lambda writing: write_fact(writing, SENDING, PAUSED))
    found.now = found.now.add(minutes=1)
    assert deliver(tools) == Delivered()
    assert deliver_waiting(tools, run_id="clock") == Delivered()
    assert {status for status, _ in effects(found).values()} == {"owed"}
    found.store.write(lambda writing: write_fact(writing, SENDING, "on"))
    channel.expect(_ASKED_TITLE, _REGISTERED_TITLE)
    assert deliver_waiting(tools, run_id="clock") == Delivered(accepted=2)


@pytest.mark.usefixtures("found")
def test_notices_of_a_demonstration_say_so(tools: Any, channel: Any, demonstrating: Callable[[Any], Any]) -> None:
    channel.expect(f"【演示】{_ASKED_TITLE}")
    deliver(demonstrating(tools))


def test_notices_go_out_in_the_language_of_the_installation(
    county: Any, channel: Any, tooled: Callable[..., Any]
) -> None:
    county.found()
    channel.expect("YH-2026-0001 Please act: 判定等级")
    deliver(tooled(county, {"preview": channel}, language="en"))


# --- one that cannot go out holds up no other ----------------------------------------------------


class FakeBrokenChannel:
    """A channel that breaks at one message and takes all others."""

    def __init__(self, breaks_at: str, error: Exception) -> None:
        self._breaks_at, self._error = breaks_at, error
        self.sent: list[str] = []

    def send(self, message: Message, *, address: str | None, number: str) -> Delivery:
        del address
        if number == self._breaks_at:
            raise self._error
        self.sent.append(message.title)
        return Delivery(accepted=True, answer="ok")


@pytest.mark.parametrize("error", [DeliveryError(), OSError("no route"), ValueError("odd address"), KeyError("host")])
def test_a_channel_that_breaks_at_one_notice_takes_all_others(
    error: Exception, county: Any, tooled: Callable[..., Any]
) -> None:
    broken = FakeBrokenChannel("T00000001", error)
    tools = tooled(county, {"preview": broken})
    for _ in range(3):
        county.found()
    county.now = county.now.add(minutes=1)
    assert deliver_waiting(tools, run_id="clock") == Delivered(accepted=5, unknown=1)
    assert county.rows("SELECT answer FROM attempts WHERE outcome = 'unknown'") == [(type(error).__name__,)]


def test_a_notice_that_nobody_has_worded_holds_up_no_other(
    county: Any, channel: Any, tools: Any, back_door: Callable[[str], Any]
) -> None:
    for _ in range(2):
        county.found()
    back_door(county.store.url).run("UPDATE effects SET name = 'dance' WHERE id = 1")
    county.now = county.now.add(minutes=1)
    channel.expect(_ASKED_TITLE, "YH-2026-0002 贵单位有一项隐患已登记", "YH-2026-0002 请办理：判定等级")
    assert deliver_waiting(tools, run_id="clock") == Delivered(accepted=3, refused=1)
    ((answer,),) = county.rows("SELECT answer FROM attempts WHERE outcome = 'refused'")
    assert "dance" in answer


# --- what goes out -------------------------------------------------------------------------------

_CANARIES = ("金丝雀", "13800001111", "canary")
_LINES = [
    r"[^：\n]{2,30}|请办理：[^：\n]{2,12}|(催办|逾期)：[^：\n]{2,20}",
    r"请于\d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d前回复收到：https://anlan\.example/a/[0-9a-z]+-[0-9a-z]+-[A-Za-z0-9_-]{20}",
    r"直接办理：https://anlan\.example/d/[0-9a-z]+-[0-9a-z]+-[A-Za-z0-9_-]{20}",
    r"期限：\d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d",
    r"查看：https://anlan\.example/cases/YH-2026-\d{4}",
    r"通知编号：T\d{8}",
    r"调度引擎未运行，由时钟直接发送",
]


@dataclass
class FakeListeningChannel:
    """A channel that takes everything and remembers it whole."""

    heard: list[str] = field(default_factory=list)

    def send(self, message: Message, *, address: str | None, number: str) -> Delivery:
        """Take the message."""
        del address, number
        self.heard.append(f"{message.title}\n{message.body}")
        return Delivery(accepted=True, answer="ok")


@pytest.fixture
def canaries(county: Any, tooled: Callable[..., Any]) -> tuple[Any, Any, FakeListeningChannel]:
    """Return a county in which every name, place, address and number is a canary, with tools and what they hear."""
    listening = FakeListeningChannel()
    tools = tooled(county, {"preview": listening})

    def rename(writing: Writing) -> None:
        unit = directory.NewUnit(
            "mine", "金丝雀矿业", "qingshi", "industry", "金丝雀行业", "金丝雀路1号", "canary-credit"
        )
        directory.add_unit(writing, "dai", unit)
        for role in (Role.UNIT_FIXER, Role.UNIT_SAFETY, Role.UNIT_HEAD):
            person = directory.add_person(
                writing, "dai", name="金丝雀某", phone="13800001111", email="a@canary.example"
            )
            directory.add_post(writing, "dai", code=f"{role}-mine", name="金丝雀岗", role=role, at="mine")
            directory.appoint(writing, "dai", person_id=person, post_code=f"{role}-mine", at=county.now)

    county.store.write(rename)
    unit_id = county.store.write(lambda writing: directory.unit_id_of(writing, "dai", "mine"))
    for role in ("unit_fixer", "unit_safety", "unit_head"):
        county.scopes[role] = replace(county.scopes[role], at=unit_id)
    county.ledger = tools.ledger
    return county, tools, listening


_WORDS = "金丝雀 13800001111 canary"


def _walk_an_ordered_hazard(county: Any) -> None:
    number = county.found(unit="mine", description=_WORDS, place=_WORDS).number
    county.do(number, "grade", Role.DEPT_OFFICER, grade="general", basis="synthesis", reason=_WORDS, unsafe=True)
    county.do(number, "stop-work", Role.DEPT_OFFICER, at_once=True, extent=_WORDS, reason=_WORDS)
    county.issue(number, requirement=_WORDS)
    county.do(number, "apply-extension", Role.UNIT_HEAD, ends_on=date(2026, 3, 20), reason=_WORDS)
    county.do(number, "decide-extension", Role.DEPT_HEAD, approved="no", reason=_WORDS)
    county.now = county.now.add(days=25)


def _finish_an_ordered_hazard(county: Any) -> None:
    number = "YH-2026-0001"
    about = next(duty for (duty,) in county.rows("SELECT about FROM duties WHERE act = 'decide' AND status = 'open'"))
    county.do(number, "decide", Role.COUNTY_LEADER, about=about, decision="talk", reason=_WORDS)
    talk = county.do(
        number, "talk", Role.DEPT_OFFICER, ends_on=county.now.add(days=5).date(), matter=_WORDS, attendees=_WORDS
    )
    county.carry(number, f"talk@{talk.seq}")
    county.do(number, "apply-resume", Role.UNIT_HEAD, note=_WORDS)
    county.do(number, "decide-resume", Role.DEPT_HEAD, approved="yes", note=_WORDS)
    county.do(number, "rectify", Role.UNIT_FIXER, measure=_WORDS)
    county.do(number, "recheck", Role.DEPT_OFFICER, passed="yes", note=_WORDS)
    county.do(number, "sign-off", Role.DEPT_HEAD, approved="yes", note=_WORDS)


def _walk_a_major_hazard(county: Any) -> None:
    number = county.found(unit="mine", description=_WORDS, place=_WORDS).number
    county.do(number, "grade", Role.DEPT_OFFICER, grade="major", basis="criterion", criterion="GM23-3-02")
    three = dict.fromkeys(("situation", "danger", "approach"), _WORDS)
    county.do(number, "major-report", Role.UNIT_HEAD, **three)
    five = dict.fromkeys(("goal", "method", "resources", "team", "safeguards"), _WORDS)
    county.do(number, "plan", Role.UNIT_HEAD, ends_on=date(2026, 5, 30), **five)
    listing = county.do(number, "list", Role.DEPT_OFFICER, leader="金丝雀县长", ends_on=date(2026, 5, 30))
    county.carry(number, f"list@{listing.seq}")
    county.do(number, "progress", Role.UNIT_FIXER, note=_WORDS)
    county.do(number, "apply-void", Role.UNIT_HEAD, reason=_WORDS)
    county.do(number, "decide-void", Role.TOWN_CLERK, approved="no", note=_WORDS)


def test_no_word_name_place_or_telephone_number_is_ever_in_a_message(
    canaries: tuple[Any, Any, FakeListeningChannel],
) -> None:
    county, tools, listening = canaries
    _walk_an_ordered_hazard(county)
    sweep(tools, run_id="clock", now=county.now)
    _finish_an_ordered_hazard(county)
    _walk_a_major_hazard(county)
    county.now = county.now.add(days=40)
    sweep(tools, run_id="clock", now=county.now)
    assert county.rows("SELECT status FROM cases WHERE number = 'YH-2026-0001'") == [("closed",)]
    told = {name for (name,) in county.rows("SELECT name FROM effects WHERE kind = 'notice' AND status = 'performed'")}
    assert len(told) >= 15, told
    for heard in listening.heard:
        title, first, *lines = heard.splitlines()
        assert not [canary for canary in _CANARIES if canary in heard], heard
        assert title.split(" ", 1)[1] == first
        assert re.fullmatch(r"YH-2026-\d{4}", title.split(" ", 1)[0])
        for line in (first, *lines):
            assert any(re.fullmatch(pattern, line) for pattern in _LINES), line


def test_who_a_notice_goes_to_is_decided_when_the_act_is_recorded_and_where_when_it_is_sent(
    sqlite_county: Any, tooled: Callable[..., Any]
) -> None:
    addresses: list[str | None] = []

    class FakeAddressBook(FakeListeningChannel):
        def send(self, message: Message, *, address: str | None, number: str) -> Delivery:
            addresses.append(address)
            return super().send(message, address=address, number=number)

    tools = tooled(sqlite_county, {"email": FakeAddressBook()})
    person = sqlite_county.persons["unit_head"]
    sqlite_county.ledger = tools.ledger
    sqlite_county.store.write(
        lambda writing: directory.add_contact(writing, person, channel="email", address="old@example.com")
    )
    sqlite_county.found()
    with sqlite_county.store.read() as reading:
        assert outbox.notices_of(reading, case_id=1, effect_key=REGISTERED) == 1
    sqlite_county.now = sqlite_county.now.replace(hour=17)
    deliver_waiting(tools, run_id="clock")
    assert addresses == ["old@example.com"]


def test_whoever_must_rectify_gets_a_link_to_do_it_and_nobody_else_does(
    sqlite_county: Any, tooled: Callable[..., Any]
) -> None:
    county, listening = sqlite_county, FakeListeningChannel()
    tools = tooled(county, {"preview": listening})
    county.ledger = tools.ledger
    number = county.found().number
    county.do(number, "grade", Role.DEPT_OFFICER, grade="general", basis="synthesis", reason="可以整改")
    county.issue(number, requirement="加装防护罩")
    county.now = county.now.add(hours=1)
    sweep(tools, run_id="clock", now=county.now)

    with_link = [words for words in listening.heard if "直接办理：" in words]
    assert with_link
    assert all("报告整改完成" in words for words in with_link)
    assert [words for words in listening.heard if "请办理：报告整改完成" in words] == with_link
