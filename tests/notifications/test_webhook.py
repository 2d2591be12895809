"""Webhooks: JSON to a listed host, believed by its status where it has no codes of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from notifications.channel import Verdict
from notifications.exchange import Network
from notifications.message import Message
from notifications.webhook import WebhookChannel


@pytest.fixture
def webhook(loopback: Network) -> WebhookChannel:
    """Return a channel that may post to this machine alone."""
    return WebhookChannel(loopback)


def test_a_message_is_posted_as_json_with_the_notice_number(
    webhook: WebhookChannel, hook: Any, letter: Callable[..., Message]
) -> None:
    delivery = webhook.send(letter(), address=hook.url(), number="T00000002")

    assert (delivery.accepted, delivery.answer) == (True, "渠道已接收")
    ((path, body),) = hook.posted
    assert path == "/hook"
    assert body == {
        "version": "1.0", "type": "info", "title": letter().title, "message": letter().body, "number": "T00000002",
    }  # fmt: skip
    assert hook.headers[0]["Idempotency-Key"] == "T00000002"


@pytest.mark.parametrize(
    "path",
    ["/hook?key=s3cret-canary", "/hook/%E5%AE%89%E6%BE%9C", "/a%20b/c", "/hook?key=a%26b%3D1&agent=2", "/", "/hook/"],
)
def test_a_message_is_posted_to_the_very_address_that_was_registered(
    path: str, webhook: WebhookChannel, hook: Any, letter: Callable[..., Message]
) -> None:
    assert webhook.send(letter(), address=hook.url(path), number="T1").accepted
    assert [posted for posted, _ in hook.posted] == [path]


@pytest.mark.parametrize(
    ("status", "verdict", "lasting"),
    [
        (400, Verdict.REFUSED, True), (401, Verdict.REFUSED, True), (404, Verdict.REFUSED, True),
        (408, Verdict.REFUSED, False), (425, Verdict.REFUSED, False), (499, Verdict.REFUSED, True),
        (500, Verdict.UNKNOWN, False), (502, Verdict.UNKNOWN, False), (504, Verdict.UNKNOWN, False),
    ],
)  # fmt: skip
def test_a_status_that_is_no_success_is_none(
    status: int, verdict: Verdict, lasting: bool, webhook: WebhookChannel, hook: Any, letter: Callable[..., Message]
) -> None:
    hook.status = status

    delivery = webhook.send(letter(), address=hook.url(), number="T1")

    assert (delivery.verdict, delivery.lasting, delivery.retry_after) == (verdict, lasting, None)
    assert str(status) in delivery.answer


@pytest.mark.parametrize("status", [200, 201, 204])
@pytest.mark.parametrize("body", [b"", b"ok", b"<html></html>", b'{"code": 7}', b'{"errcode": 0}'])
def test_any_success_is_one_where_there_is_no_code(
    status: int, body: bytes, webhook: WebhookChannel, hook: Any, letter: Callable[..., Message]
) -> None:
    hook.status, hook.body = status, b"" if status == 204 else body

    assert webhook.send(letter(), address=hook.url(), number="T1").accepted


def test_a_platforms_code_below_http_200_is_a_refusal(
    webhook: WebhookChannel, hook: Any, letter: Callable[..., Message]
) -> None:
    hook.body = b'{"errcode": 93000, "errmsg": "s3cret-canary"}'

    delivery = webhook.send(letter(), address=hook.url(), number="T1")

    assert (delivery.verdict, delivery.answer) == (Verdict.REFUSED, "渠道未接收（93000）")


def test_a_code_of_success_with_another_status_is_none(
    webhook: WebhookChannel, hook: Any, letter: Callable[..., Message]
) -> None:
    hook.status, hook.body = 500, b'{"errcode": 0}'

    assert webhook.send(letter(), address=hook.url(), number="T1").verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_is_a_refusal(
    status: int, webhook: WebhookChannel, hook: Any, elsewhere: Any, letter: Callable[..., Message]
) -> None:
    hook.status, hook.location = status, elsewhere.url()

    delivery = webhook.send(letter(), address=hook.url(), number="T1")

    assert (delivery.verdict, delivery.lasting) == (Verdict.REFUSED, True)
    assert (len(hook.posted), elsewhere.connections) == (1, 0)


def test_a_server_that_falls_silent_leaves_it_open(hurried: Network, hook: Any, letter: Callable[..., Message]) -> None:
    hook.hangs = True

    delivery = WebhookChannel(hurried).send(letter(), address=hook.url(), number="T1")

    assert delivery.verdict is Verdict.UNKNOWN


def test_a_server_that_is_not_there_was_told_nothing(
    webhook: WebhookChannel, dead_port: int, letter: Callable[..., Message]
) -> None:
    delivery = webhook.send(letter(), address=f"http://127.0.0.1:{dead_port}/", number="T1")

    assert (delivery.verdict, delivery.answer) == (Verdict.REFUSED, "连接不上，消息未发出")


@pytest.mark.parametrize(
    "path",
    [
        "/hook\r\nX-Injected: yes", "/hook%0d%0aX-Injected:%20yes", "/hook?key=a%0d%0aX-Injected:%20yes",
        "/hook?verify=no&redirect=yes&retry=5&method=PUT&+X-Injected=yes", "/hook#fragment", "/安澜?人=张三",
    ],
)  # fmt: skip
@pytest.mark.parametrize("number", ["T1", "T1\r\nX-Injected: yes", "编号"])
def test_a_crafted_path_or_number_makes_no_header_and_no_repetition(
    path: str, number: str, webhook: WebhookChannel, hook: Any, letter: Callable[..., Message]
) -> None:
    webhook.send(letter(), address=hook.url(path), number=number)

    assert len(hook.posted) <= 1
    assert not [headers for headers in hook.headers if "X-Injected" in headers]


@pytest.mark.parametrize("status", [200, 500])
def test_the_key_of_an_address_is_in_no_answer_and_no_log(
    status: int, webhook: WebhookChannel, hook: Any, letter: Callable[..., Message], heard: Callable[[], str]
) -> None:
    hook.status = status

    delivery = webhook.send(letter(), address=hook.url("/hook/s3cret-canary?key=s3cret-canary"), number="T1")

    assert hook.posted
    assert "canary" not in f"{delivery}{heard()}"
