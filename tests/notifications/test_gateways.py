"""The fakes themselves: they fail on what must never happen, or they prove nothing."""

from __future__ import annotations

import http.client
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def gateway() -> Iterator[Any]:
    """Return WeCom's groups, closed by the test itself."""
    gateways = sys.modules["fakes_of_gateways"]
    found = gateways.WecomGroups()
    yield found
    found.die()


def post(gateway: Any, text: str = "T00000001", *, key: str = "wecom-canary-key", **more: Any) -> int:
    """Post a text as a program would that knows the key, and return the code of the answer."""
    body = {"msgtype": "text", "text": {"content": text, **more}}
    speaker = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=5)
    speaker.request(
        "POST", f"/cgi-bin/webhook/send?key={key}", json.dumps(body).encode(),
        {"Content-Type": "application/json; charset=utf-8"},
    )  # fmt: skip
    code: int = json.loads(speaker.getresponse().read())["errcode"]
    speaker.close()
    return code


def test_a_message_that_was_not_expected_fails(gateway: Any) -> None:
    post(gateway)

    with pytest.raises(AssertionError, match="T00000001"):
        gateway.close()


def test_a_message_that_did_not_come_fails(gateway: Any) -> None:
    gateway.expect("T00000001")

    with pytest.raises(AssertionError, match="T00000001"):
        gateway.close()


def test_a_message_that_came_as_expected_or_was_read_does_not(gateway: Any) -> None:
    post(gateway)
    gateway.read()
    gateway.expect("T00000002")
    post(gateway, "T00000002")

    gateway.close()


@pytest.mark.parametrize(
    ("texts", "more"),
    [
        (["without"], {}), (["T00000001", "T00000001"], {}), (["T00000001" + "x" * 2048], {}),
        (["T00000001"], {"title": "x"}), (["T00000001（1/2）", "T00000001（1/2）"], {}),
    ],
)  # fmt: skip
def test_what_no_program_of_ours_may_do_fails(texts: list[str], more: dict[str, Any], gateway: Any) -> None:
    for text in texts:
        post(gateway, text, **more)
    gateway.read()

    with pytest.raises(AssertionError):
        gateway.close()


@pytest.mark.parametrize("texts", [["T00000001", "【重发】T00000001"], ["T00000001（1/2）", "T00000001（2/2）"]])
def test_a_repeat_that_says_so_and_another_part_do_not(texts: list[str], gateway: Any) -> None:
    for text in texts:
        post(gateway, text)
    gateway.read()

    gateway.close()


def test_the_twenty_first_of_a_minute_is_refused(gateway: Any) -> None:
    codes = [post(gateway, f"T{no:08d}") for no in range(21)]
    gateway.second += 60

    assert [*codes, post(gateway, "T00000099")] == [0] * 20 + [45009, 0]
    gateway.read()
    gateway.close()


def test_a_wrong_key_is_refused(gateway: Any) -> None:
    assert post(gateway, key="other") == 93000
    gateway.close()
