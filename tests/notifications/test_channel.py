"""The seam: one message to one address, refused where it cannot go, and what is known of it kept apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from notifications.channel import (
    Channels,
    Delivery,
    PreviewChannel,
    Verdict,
    read_preview,
    refused,
    refused_for_good,
    refused_for_now,
    taken,
    unclear,
)
from notifications.message import Message
from rules.errors import DeliveryError

# --- what is known of an attempt -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("delivery", "verdict", "label"),
    [
        (taken(), Verdict.ACCEPTED, "渠道已接收"), (refused("x"), Verdict.REFUSED, "渠道未接收"),
        (refused_for_good("x"), Verdict.REFUSED, "渠道未接收"),
        (refused_for_now("x", seconds=60), Verdict.REFUSED, "渠道未接收"),
        (unclear("x"), Verdict.UNKNOWN, "是否送达不明"),
        (Delivery(accepted=True, answer="x"), Verdict.ACCEPTED, "渠道已接收"),
        (Delivery(accepted=False, answer="x"), Verdict.REFUSED, "渠道未接收"),
        (Delivery(accepted=True, answer="x", unknown=True), Verdict.ACCEPTED, "渠道已接收"),
    ],
)  # fmt: skip
def test_an_attempt_is_accepted_refused_or_unknown(delivery: Delivery, verdict: Verdict, label: str) -> None:
    assert (delivery.verdict, delivery.verdict.label) == (verdict, label)


def test_only_what_says_so_lasts_or_waits() -> None:
    found = [taken(), refused("x"), refused_for_good("x"), refused_for_now("x", seconds=60), unclear("x")]

    assert [each.lasting for each in found] == [False, False, True, False, False]
    assert [each.retry_after for each in found] == [None, None, None, 60, None]
    assert [each.parts_taken for each in found] == [1, 0, 0, 0, 0]


# --- preview -------------------------------------------------------------------------------------


def test_a_preview_is_a_file_of_its_own_under_the_notice_number(tmp_path: Path, letter: Callable[..., Message]) -> None:
    channel = PreviewChannel(tmp_path / "outbox")

    delivery = channel.send(letter(), address=None, number="T00000002")

    assert (delivery.accepted, delivery.answer) == (True, "预览文件 T00000002.txt")
    assert read_preview(tmp_path / "outbox", "T00000002") == f"{letter().title}\n\n{letter().body}\n"


def test_a_repeated_preview_takes_the_place_of_the_first(tmp_path: Path, letter: Callable[..., Message]) -> None:
    channel = PreviewChannel(tmp_path)
    channel.send(letter(), address=None, number="T00000002")
    channel.send(Message("【重发】", ""), address=None, number="T00000002")

    assert [path.name for path in tmp_path.iterdir()] == ["T00000002.txt"]
    assert (read_preview(tmp_path, "T00000002") or "").startswith("【重发】")


@pytest.mark.parametrize("number", ["T99999999", "../secret", "", ".", "T1/T2", "T00000002.txt"])
def test_a_preview_is_found_by_its_number_and_nothing_else_is(
    number: str, tmp_path: Path, letter: Callable[..., Message]
) -> None:
    folder = tmp_path / "outbox"
    PreviewChannel(folder).send(letter(), address=None, number="T00000002")
    (tmp_path / "secret.txt").write_text("no", "utf-8")

    assert read_preview(folder, number) is None


# --- by name -------------------------------------------------------------------------------------


class FakeChannel:
    """A channel that keeps what it is given and answers as it is told."""

    seen_once_seconds = 600

    def __init__(self, answer: Delivery | Exception) -> None:
        self.answer = answer
        self.given: list[tuple[Message, dict[str, Any]]] = []

    def send(self, message: Message, **how: Any) -> Delivery:
        """Keep it."""
        self.given.append((message, how))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_a_message_goes_through_the_channel_of_that_name(letter: Callable[..., Message]) -> None:
    one, other = FakeChannel(taken("one")), FakeChannel(taken("other"))
    channels = Channels({"one": one, "other": other})

    assert channels.send("one", letter(), address="a", number="T1").answer == "one"
    assert (one.given, other.given) == ([(letter(), {"address": "a", "number": "T1"})], [])
    assert channels.names == ("one", "other")


def test_a_channel_goes_on_after_the_parts_that_were_taken(letter: Callable[..., Message]) -> None:
    channel = FakeChannel(taken())

    Channels({"one": channel}).send("one", letter(), address="a", number="T1", after=2)

    assert channel.given[0][1] == {"address": "a", "number": "T1", "after": 2}


def test_a_channel_that_is_not_there_is_refused_for_good(letter: Callable[..., Message]) -> None:
    delivery = Channels({}).send("fax", letter(), address=None, number="T1")

    assert (delivery.verdict, delivery.lasting, delivery.answer) == (Verdict.REFUSED, True, "没有名为 fax 的渠道")


@pytest.mark.parametrize(
    "error", [DeliveryError("secret"), OSError("secret"), ValueError("secret"), KeyError("secret")]
)
def test_whatever_goes_wrong_in_a_channel_is_an_answer_and_leaves_it_open(
    error: Exception, letter: Callable[..., Message]
) -> None:
    delivery = Channels({"one": FakeChannel(error)}).send("one", letter(), address=None, number="T1", after=3)

    assert (delivery.verdict, delivery.answer, delivery.parts_taken) == (Verdict.UNKNOWN, type(error).__name__, 3)


def test_how_long_a_repeat_is_dropped_is_known_by_name(tmp_path: Path) -> None:
    channels = Channels({"one": FakeChannel(taken()), "preview": PreviewChannel(tmp_path)})

    assert [channels.seen_once_seconds(name) for name in ("one", "preview", "fax")] == [600, 0, 0]


# --- confidential --------------------------------------------------------------------------------

_DEATHS = "事故快报：死亡 3 人"


def test_what_is_confidential_leaves_this_machine_as_number_and_link_alone(letter: Callable[..., Message]) -> None:
    channel = FakeChannel(taken())
    message = letter(
        title=f"【演示】【重发】SG-2026-0001 {_DEATHS}", body=_DEATHS, case_number="SG-2026-0001", confidential=True,
        whole=True,
    )  # fmt: skip

    Channels({"one": channel}).send("one", message, address="a", number="T00000002")

    ((said, _),) = channel.given
    assert said.title == "【演示】【重发】SG-2026-0001"
    assert said.body == f"{message.link}\nT00000002"
    assert _DEATHS not in repr(said)
    assert (said.topic, said.whole) == ("confidential", False)


def test_what_is_confidential_is_told_in_full_on_this_machine(tmp_path: Path, letter: Callable[..., Message]) -> None:
    channels = Channels({"preview": PreviewChannel(tmp_path)})

    channels.send("preview", letter(body=_DEATHS, confidential=True), address=None, number="T00000002")

    assert _DEATHS in (read_preview(tmp_path, "T00000002") or "")


def test_a_confidential_message_without_a_case_is_its_number(letter: Callable[..., Message]) -> None:
    channel = FakeChannel(taken())

    Channels({"one": channel}).send(
        "one", letter(title=_DEATHS, case_number="", link="", confidential=True), address="a", number="T00000002"
    )

    assert (channel.given[0][0].title, channel.given[0][0].body) == ("T00000002", "T00000002")
