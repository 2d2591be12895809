"""Honest delivery: what each attempt came to stays known, through the real outbox and wire, against strict gateways.

A gateway fails its test on a message nobody expected, on one that was not read, and on a number that comes twice
without the mark of a repeat.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from models import claims, outbox
from notifications.channel import Channels, Delivery, refused_for_now, unclear
from notifications.message import Message
from tasks.delivery import Delivered, deliver_waiting

_GROUP, _MEMBER, _MOBILE = "阳明堡镇", "zhangwei", "13800000000"
_ADDRESSES = {"wecom_bot": _GROUP, "wecom_app": _MEMBER, "sms": _MOBILE}


class Died(Exception):
    """What a test sees of a process that died."""


class FakeDeath(BaseException):
    """The process ends here, as far as whoever sends can tell."""


@dataclass
class FakeDying:
    """A channel whose process dies as soon as the message is out."""

    channel: Any
    seen_once_seconds: int = 0

    def send(self, message: Message, **how: Any) -> Delivery:
        self.channel.send(message, **how)
        raise FakeDeath


@dataclass
class FakeAnswers:
    """A channel that answers what it was told to, and keeps what it was given."""

    answers: list[Delivery]
    given: list[tuple[str, int]] = field(default_factory=list)

    def send(self, message: Message, *, address: str | None, number: str, after: int = 0) -> Delivery:
        del address, number
        self.given.append((message.title.split(" ")[0], after))
        return self.answers.pop(0)


@pytest.fixture
def asked(outside: Any) -> Callable[..., Any]:
    """Return what lets one person be asked for a grade over one channel, and gives the tools of who sends.

    The county calls it an emergency, so that each attempt is made when it can be.
    """

    def make(channel: str, **how: Any) -> Any:
        outside.policy(urgent=frozenset({"asked-grade"}))
        tools = outside.tools(channel, **how)
        outside.reach("dept_officer", channel, _ADDRESSES[channel])
        outside.county.found()
        outside.passes(60)
        return tools

    return make


def sent(tools: Any, run: str = "clock") -> Delivered:
    try:
        return deliver_waiting(tools, run_id=run)
    except FakeDeath as error:
        raise Died from error


# --- what a gateway can do -----------------------------------------------------------------------


@pytest.mark.parametrize("channel", _ADDRESSES)
def test_what_a_gateway_takes_is_sent_once_and_its_own_number_is_kept(
    channel: str, asked: Callable[..., Any], outside: Any
) -> None:
    tools = asked(channel)
    assert sent(tools) == Delivered(accepted=1)
    assert outside.shown(channel) == [("T00000001", False)]
    (reference,) = outside.county.rows("SELECT reference FROM attempts")[0]
    assert reference == {"wecom_bot": "", "wecom_app": "MSG1", "sms": "BIZ^T00000001"}[channel]
    outside.passes(86_400)
    assert sent(tools) == Delivered()


def test_one_that_answers_well_and_refuses_in_its_body_has_refused(
    asked: Callable[..., Any], outside: Any, kind: Any
) -> None:
    tools = asked("wecom_bot")
    outside.gateways["wecom_bot"].will(kind.CODE, code=-1)
    assert sent(tools) == Delivered(refused=1)
    assert outside.evidence() == [(1, "refused", False)]
    outside.passes(30)
    assert sent(tools) == Delivered(accepted=1)
    assert outside.shown("wecom_bot") == [("T00000001", False)]


def test_what_no_later_attempt_can_better_fails_at_once(asked: Callable[..., Any], outside: Any, kind: Any) -> None:
    tools = asked("wecom_bot")
    outside.gateways["wecom_bot"].will(kind.CODE, code=93000)
    assert sent(tools) == Delivered(refused=1)
    assert outside.states() == {"wecom_bot": ["failed"]}
    assert outside.county.rows("SELECT answer FROM attempts") == [("机器人密钥无效或机器人已移出群（93000）",)]
    outside.passes(7 * 86_400)
    assert sent(tools) == Delivered()


def test_one_that_wants_patience_gets_it_and_it_counts_as_no_failure(
    asked: Callable[..., Any], outside: Any, kind: Any
) -> None:
    tools = asked("wecom_bot")
    for _ in range(9):
        outside.gateways["wecom_bot"].will(kind.CODE, code=45009)
        assert sent(tools) == Delivered(refused=1)
        outside.passes(59)
        assert sent(tools) == Delivered()
        outside.passes(1)
    assert sent(tools) == Delivered(accepted=1)
    assert outside.shown("wecom_bot") == [("T00000001", False)]
    assert outside.county.rows("SELECT status, attempts, waits FROM notices") == [("sent", 10, 9)]


def test_patience_ends_after_a_day(asked: Callable[..., Any], outside: Any) -> None:
    tools = asked("wecom_bot")
    answers = FakeAnswers([refused_for_now("x", seconds=43_200)] * 3)
    tools.channels._channels["wecom_bot"] = answers
    for _ in range(3):
        assert sent(tools) == Delivered(refused=1)
        outside.passes(43_200)
    assert sent(tools) == Delivered()
    assert outside.states() == {"wecom_bot": ["failed"]}


def test_one_that_takes_it_and_does_not_answer_is_told_again_with_number_and_mark(
    asked: Callable[..., Any], outside: Any, kind: Any
) -> None:
    tools = asked("wecom_bot")
    outside.gateways["wecom_bot"].will(kind.SILENT_CLOSE)
    assert sent(tools) == Delivered(unknown=1)
    assert outside.states() == {"wecom_bot": ["again"]}
    outside.passes(29)
    assert sent(tools) == Delivered()
    outside.passes(1)
    assert sent(tools) == Delivered(accepted=1)
    assert outside.shown("wecom_bot") == [("T00000001", False), ("T00000001", True)]
    assert outside.evidence() == [(1, "unknown", False), (1, "accepted", True)]


def test_one_that_is_too_slow_may_have_shown_it(asked: Callable[..., Any], outside: Any, kind: Any) -> None:
    tools = asked("wecom_bot", timeout_seconds=0.3)
    outside.gateways["wecom_bot"].will(kind.SLOW)
    assert sent(tools) == Delivered(unknown=1)
    outside.gateways["wecom_bot"].released.set()
    assert outside.shown("wecom_bot") == [("T00000001", False)]
    outside.passes(30)
    assert sent(tools) == Delivered(accepted=1)
    assert outside.shown("wecom_bot") == [("T00000001", True)]


def test_one_that_never_says_what_became_of_it_ends_as_unclear_and_not_as_failed(
    asked: Callable[..., Any], outside: Any
) -> None:
    tools = asked("wecom_bot")
    tools.channels._channels["wecom_bot"] = FakeAnswers([unclear("x")] * 8)
    for _ in range(8):
        assert sent(tools) == Delivered(unknown=1)
        outside.passes(7200)
    assert sent(tools) == Delivered()
    assert outside.states() == {"wecom_bot": ["unclear"]}


def test_one_that_shows_everything_twice_changes_no_evidence(
    asked: Callable[..., Any], outside: Any, kind: Any
) -> None:
    tools = asked("sms")
    outside.gateways["sms"].will(kind.DUPLICATING)
    assert sent(tools) == Delivered(accepted=1)
    assert outside.shown("sms") == [("T00000001", False)] * 2
    assert outside.evidence() == [(1, "accepted", False)]


def test_one_that_lies_and_shows_nothing_is_believed_no_more_than_it_said(
    asked: Callable[..., Any], outside: Any, kind: Any
) -> None:
    """Nobody who sends can find it out: `sent` means that the channel took it, and only an answer that it was read."""
    tools = asked("sms")
    outside.gateways["sms"].will(kind.LYING)
    assert sent(tools) == Delivered(accepted=1)
    assert outside.shown("sms") == []
    assert outside.evidence() == [(1, "accepted", False)]


def test_one_that_is_dead_refuses_eight_times_and_then_it_has_failed(asked: Callable[..., Any], outside: Any) -> None:
    tools = asked("wecom_bot")
    outside.gateways["wecom_bot"].die()
    for _ in range(8):
        assert sent(tools) == Delivered(refused=1)
        outside.passes(7200)
    assert sent(tools) == Delivered()
    assert outside.states() == {"wecom_bot": ["failed"]}
    assert set(outside.evidence()) == {(1, "refused", False)}


def test_a_long_message_goes_on_after_the_parts_that_were_taken(asked: Callable[..., Any], outside: Any) -> None:
    tools = asked("wecom_bot")
    half = Delivery(accepted=False, answer="x", unknown=True, parts_taken=2, parts=3)
    tools.channels._channels["wecom_bot"] = FakeAnswers([half, Delivery(accepted=True, answer="x", parts_taken=3)])
    answers = tools.channels._channels["wecom_bot"]
    assert sent(tools) == Delivered(unknown=1)
    outside.passes(30)
    assert sent(tools) == Delivered(accepted=1)
    assert answers.given == [("YH-2026-0001", 0), ("【重发】YH-2026-0001", 2)]
    assert outside.county.rows("SELECT parts_taken FROM attempts ORDER BY id") == [(2,), (3,)]


# --- who sends can die ---------------------------------------------------------------------------


@pytest.mark.parametrize("channel", _ADDRESSES)
def test_whoever_dies_between_sending_and_recording_leaves_a_notice_that_is_told_again(
    channel: str, asked: Callable[..., Any], outside: Any
) -> None:
    """The gateway fails the test where the repeat carries no mark; the app drops what is the same to the byte."""
    tools = asked(channel)
    real = tools.channels._channels[channel]
    tools.channels._channels[channel] = FakeDying(real, getattr(real, "seen_once_seconds", 0))
    with pytest.raises(Died):
        sent(tools)
    tools.channels._channels[channel] = real
    outside.passes(59)
    assert sent(tools, "early") == Delivered()
    outside.passes(1)
    assert sent(tools, "another") == Delivered(accepted=1)
    repeated = [] if channel in {"wecom_app", "sms"} else [("T00000001", True)]
    assert outside.shown(channel) == [("T00000001", False), *repeated]
    assert outside.evidence() == [(1, "accepted", True)]


@pytest.mark.parametrize(("seconds", "marked"), [(14_400 - 61, False), (14_400 - 60, True), (14_400, True)])
def test_a_repeat_carries_no_mark_exactly_as_long_as_the_receiver_drops_what_is_the_same(
    seconds: int, marked: bool, asked: Callable[..., Any], outside: Any, kind: Any
) -> None:
    tools = asked("wecom_app")
    outside.gateways["wecom_app"].will(kind.SILENT_CLOSE)
    assert sent(tools) == Delivered(unknown=1)
    assert outside.shown("wecom_app") == [("T00000001", False)]
    outside.passes(seconds)
    assert sent(tools) == Delivered(accepted=1)
    assert outside.shown("wecom_app") == ([("T00000001", True)] if marked else [])


def test_a_gateway_that_knows_numbers_is_told_the_same_again_as_long_as_it_does(
    asked: Callable[..., Any], outside: Any, kind: Any
) -> None:
    outside.seen_once_seconds = 3600
    tools = asked("sms")
    outside.gateways["sms"].will(kind.SILENT_CLOSE)
    assert sent(tools) == Delivered(unknown=1)
    outside.passes(30)
    assert sent(tools) == Delivered(accepted=1)
    assert outside.shown("sms") == [("T00000001", False)]
    first, second = outside.gateways["sms"].heard
    assert first.body == second.body


def test_the_mark_that_no_engine_runs_is_in_every_repeat_so_that_it_stays_the_same(
    asked: Callable[..., Any], outside: Any, kind: Any
) -> None:
    tools = asked("wecom_app")
    outside.gateways["wecom_app"].will(kind.SILENT_CLOSE)
    sent(tools)
    outside.passes(30)
    sent(tools)
    assert outside.shown("wecom_app") == [("T00000001", False)]
    assert [bool(without) for (without,) in outside.county.rows("SELECT without_engine FROM attempts")] == [True] * 2


# --- receipts out of order -----------------------------------------------------------------------

_TAKEN = outbox.Outcome(accepted=True, answer="渠道已接收")
_REFUSED = outbox.Outcome(accepted=False, answer="渠道未接收")
_UNCLEAR = outbox.Outcome(accepted=False, answer="是否送达不明", unknown=True)


def _claimed(outside: Any, who: str) -> Any:
    county = outside.county
    (notice,) = claims.claim_waiting(county.store, who=who, now=county.now, unclaimed_for_seconds=30)
    return notice


def _settled(outside: Any, notice: Any, outcome: outbox.Outcome, who: str) -> None:
    outbox.settle_notice(outside.county.store, notice, outcome, who=who, run_id=who, now=outside.county.now)


@pytest.mark.parametrize("other", [_REFUSED, _UNCLEAR], ids=["refused", "unclear"])
def test_news_that_it_was_taken_is_believed_whenever_it_comes(
    other: outbox.Outcome, asked: Callable[..., Any], outside: Any
) -> None:
    tools = asked("wecom_bot")
    slow = _claimed(outside, "slow")
    outside.passes(60)
    quick = _claimed(outside, "quick")
    assert (slow.is_repeat, quick.is_repeat) == (False, True)
    _settled(outside, quick, other, "quick")
    _settled(outside, slow, _TAKEN, "slow")
    assert outside.states() == {"wecom_bot": ["sent"]}
    assert outside.county.rows("SELECT status, run_id FROM effects WHERE asks IS NOT NULL") == [("performed", "slow")]
    outside.passes(7200)
    assert sent(tools) == Delivered()


def test_news_that_it_was_refused_takes_back_nothing(asked: Callable[..., Any], outside: Any) -> None:
    tools = asked("wecom_bot")
    slow = _claimed(outside, "slow")
    outside.passes(60)
    quick = _claimed(outside, "quick")
    _settled(outside, quick, _TAKEN, "quick")
    _settled(outside, slow, _UNCLEAR, "slow")
    assert outside.states() == {"wecom_bot": ["sent"]}
    assert outside.evidence() == [(1, "accepted", True), (1, "unknown", False)]
    outside.passes(7200)
    assert sent(tools) == Delivered()


# --- the pace of a bot ---------------------------------------------------------------------------


def _everything(outside: Any, processes: list[Any], most_minutes: int = 20) -> None:
    for _ in range(most_minutes * 15):
        for tools in processes:
            sent(tools)
        if outside.states()["wecom_bot"].count("sent") == len(outside.states()["wecom_bot"]):
            return
        outside.passes(4)
    pytest.fail(f"not everything went out: {outside.states()}")


def _many(outside: Any, notices: int) -> None:
    outside.reach("dept_officer", "wecom_bot", _GROUP)
    for _ in range(notices):
        outside.county.found()
    outside.passes(60)


def test_processes_that_speak_through_one_bot_keep_one_pace_and_leave_no_needless_attempts(outside: Any) -> None:
    """The group refuses the twenty-first message within a minute; what waits for our own limit is no attempt."""
    outside.policy(urgent=frozenset({"asked-grade"}))
    processes = [outside.tools("wecom_bot") for _ in range(3)]
    _many(outside, 45)
    _everything(outside, processes)
    assert len(outside.shown("wecom_bot")) == 45
    assert {outcome for _, outcome, _ in outside.evidence()} == {"accepted"}
    assert outside.county.count("attempts") == 45


def test_a_channel_without_a_name_is_nobodys_and_fails_at_once(asked: Callable[..., Any], outside: Any) -> None:
    tools = asked("wecom_bot")
    object.__setattr__(tools, "channels", Channels({}))
    assert sent(tools) == Delivered(refused=1)
    assert outside.states() == {"wecom_bot": ["failed"]}
