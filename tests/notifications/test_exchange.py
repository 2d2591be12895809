"""One exchange: only to listed hosts, only to whom a certificate proves, by no way that nobody configured."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from notifications.channel import Delivery, Verdict
from notifications.exchange import Bounded, Network, Reply, TooLarge, get, left, post

_NOT_LISTED = "地址不在允许的主机名单中"


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost.:{port}/", "http://127.0.0.2:{port}/", "http://127.1:{port}/", "http://2130706433:{port}/",
        "http://0x7f000001:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://127.0.0.1.:{port}/",
        "http://user@127.0.0.1:{port}/", "http://user:s3cret@127.0.0.1:{port}/", "http://:s3cret@127.0.0.1:{port}/",
        "http://@127.0.0.1:{port}/", "http://127.0.0.1:{port}@localhost/", "http://localhost:{port}\\@127.0.0.1/",
        "http://localhost\\:{port}/", "ftp://127.0.0.1:{port}/", "file:///etc/passwd", "json://127.0.0.1:{port}/",
        "127.0.0.1:{port}/", "//127.0.0.1:{port}/", "http:///hook", "http://", "", "http://127.0.0.1:{port}/a b",
        "http://127.0.0.1:99999/", "http://127.0.0.1:port/", "http://[", "http://127.0.0.1:-1/",
        "http://127.0.0.1:{port}/a\r\nHost: x", "http://127.0.0.1:{port}/a\x7f", "\thttp://127.0.0.1:{port}/",
    ],
)  # fmt: skip
def test_an_address_that_is_not_listed_or_odd_is_refused_without_a_connection(
    address: str, loopback: Network, hook: Any
) -> None:
    found = post(loopback, address.format(port=hook.port), {})

    assert isinstance(found, Delivery)
    assert (found.verdict, found.lasting, found.answer) == (Verdict.REFUSED, True, _NOT_LISTED)
    assert hook.connections == 0


@pytest.mark.parametrize(
    ("address", "permitted"),
    [
        ("https://oapi.dingtalk.com/robot", True), ("HTTPS://OAPI.DINGTALK.COM/", True),
        ("https://oapi.dingtalk.com:8443/", True), ("http://oapi.dingtalk.com/", False),
        ("https://oapi.dingtalk.com.evil.example/", False), ("https://evil.example/oapi.dingtalk.com", False),
        ("https://a@oapi.dingtalk.com/", False), ("http://sms.county.example/", True),
        ("https://sms.county.example/", False), ("http://127.0.0.1/", False), ("https://127.0.0.1/", False),
        ("http://localhost/", False), ("ftp://sms.county.example/", False), ("ftp://oapi.dingtalk.com/", False),
    ],
)  # fmt: skip
def test_listed_hosts_are_reached_encrypted_and_this_machine_not_at_all(address: str, permitted: bool) -> None:
    network = Network(frozenset({"oapi.dingtalk.com"}), plain_hosts=frozenset({"sms.county.example"}))

    assert network.permits(urlsplit(address)) is permitted


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/", "https://127.0.0.1/", "http://localhost/", "HTTP://LOCALHOST/"]
)
def test_this_machine_is_reached_where_it_is_allowed(address: str, loopback: Network) -> None:
    assert loopback.permits(urlsplit(address))


def test_an_answer_comes_back_whole(loopback: Network, hook: Any) -> None:
    hook.body = b"x" * 60_000

    assert post(loopback, hook.url(), {"文": "字"}) == Reply(200, hook.body)
    assert hook.posted[0][1] == {"文": "字"}
    assert hook.headers[0]["User-Agent"] == "Anlan"
    assert hook.headers[0]["Content-Type"] == "application/json; charset=utf-8"


def test_something_is_asked_for_without_a_body(loopback: Network, hook: Any) -> None:
    assert get(loopback, hook.url("/token?a=1")) == Reply(200, b"")
    assert hook.posted == [("/token?a=1", {})]


def test_an_answer_beyond_all_need_is_not_read(loopback: Network, hook: Any) -> None:
    hook.body = b"x" * 70_000

    found = post(loopback, hook.url(), {})

    assert isinstance(found, Delivery)
    assert "答复过大" in found.answer


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        ((("Retry-After", "30"),), 30), ((("x-ogw-ratelimit-reset", "41"),), 41), ((("Retry-After", "999999"),), 3600),
        ((("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"),), 60), ((("Retry-After", "-5"),), 60), ((), 60),
        ((("Retry-After", "0"),), 60), ((("Retry-After", "9999999"),), 60),
    ],
)  # fmt: skip
def test_a_server_that_has_had_enough_says_for_how_long(
    head: Any, seconds: int, loopback: Network, wecom: Any, kind: Any, clock: Any, limiter: Any, letter: Any
) -> None:
    from notifications.bot import BotChannel, BotKey  # noqa: PLC0415 - the only test here of a whole channel
    from notifications.wecom_bot import WecomBot  # noqa: PLC0415 - as above

    wecom.will(kind.RAW, status=429, head=head)
    channel = BotChannel(
        WecomBot(wecom.origin), {"镇": BotKey("wecom-canary-key")}, network=loopback, limiter=limiter, now=clock.now
    )

    delivery = channel.send(letter(), address="镇", number="T1")

    assert (delivery.verdict, delivery.retry_after) == (Verdict.REFUSED, seconds)


# --- certificates --------------------------------------------------------------------------------


def test_a_server_whose_certificate_nobody_vouches_for_is_told_nothing(secure_hook: Any) -> None:
    network = Network(frozenset({"127.0.0.1"}), timeout_seconds=5)

    found = post(network, secure_hook.url().replace("http:", "https:"), {})

    assert isinstance(found, Delivery)
    assert (found.verdict, secure_hook.posted) == (Verdict.REFUSED, [])
    assert "证书" in found.answer


def test_a_certificate_for_another_name_is_no_proof(secure_hook: Any, certificate: Any) -> None:
    network = Network(frozenset({"localhost"}), timeout_seconds=5, authorities=str(certificate.file))

    found = post(network, f"https://localhost:{secure_hook.port}/", {})

    assert isinstance(found, Delivery)
    assert secure_hook.posted == []


def test_a_certificate_of_the_countys_own_authority_is_one(secure_hook: Any, certificate: Any) -> None:
    network = Network(frozenset({"127.0.0.1"}), timeout_seconds=5, authorities=str(certificate.file))

    assert post(network, secure_hook.url().replace("http:", "https:"), {}) == Reply(200, b"")


def test_a_server_that_does_not_encrypt_is_told_nothing(hook: Any) -> None:
    network = Network(frozenset({"127.0.0.1"}), timeout_seconds=5)

    found = post(network, hook.url().replace("http:", "https:"), {})

    assert isinstance(found, Delivery)
    assert (found.answer, hook.posted) == ("连接不上，消息未发出", [])


def test_a_server_that_never_shakes_hands_is_told_nothing(mail_room: Any) -> None:
    mail_room.hangs_at = "connection"
    network = Network(frozenset({"127.0.0.1"}), timeout_seconds=0.25)

    found = post(network, f"https://127.0.0.1:{mail_room.port}/", {})

    assert isinstance(found, Delivery)
    assert (found.verdict, found.answer) == (Verdict.REFUSED, "连接超时，消息未发出")


# --- the way there -------------------------------------------------------------------------------


def test_no_proxy_is_taken_from_the_environment(
    loopback: Network, hook: Any, proxy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")

    assert post(loopback, hook.url(), {}) == Reply(200, b"")
    assert proxy.asked == []


@pytest.mark.parametrize("secure", [False, True])
def test_a_configured_proxy_passes_the_connection_on(
    secure: bool, hook: Any, secure_hook: Any, certificate: Any, proxy: Any
) -> None:
    target = secure_hook if secure else hook
    network = Network(
        frozenset({"127.0.0.1"}), loopback=not secure, timeout_seconds=5, proxy=f"127.0.0.1:{proxy.port}",
        authorities=str(certificate.file),
    )  # fmt: skip
    address = target.url().replace("http:", "https:") if secure else target.url()

    assert post(network, address, {"a": 1}) == Reply(200, b"")
    assert proxy.asked == [f"CONNECT 127.0.0.1:{target.port} HTTP/1.1"]
    assert target.posted == [("/hook", {"a": 1})]


def test_a_proxy_that_will_not_is_a_refusal(hook: Any, proxy: Any) -> None:
    proxy.status = 403
    network = Network(frozenset(), loopback=True, timeout_seconds=5, proxy=f"127.0.0.1:{proxy.port}")

    found = post(network, hook.url(), {})

    assert isinstance(found, Delivery)
    assert (found.verdict, found.answer) == (Verdict.REFUSED, "代理服务器不肯转接，消息未发出")
    assert hook.connections == 0


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("https://oapi.dingtalk.com/robot", "oapi.dingtalk.com:443"), ("http://sms.example/", "sms.example:80"),
        ("https://oapi.dingtalk.com:8443/", "oapi.dingtalk.com:8443"),
    ],
)  # fmt: skip
def test_an_address_without_a_port_has_that_of_its_scheme(address: str, asked: str, proxy: Any) -> None:
    proxy.status = 403
    network = Network(
        frozenset({"oapi.dingtalk.com"}), plain_hosts=frozenset({"sms.example"}), timeout_seconds=5,
        proxy=f"127.0.0.1:{proxy.port}",
    )  # fmt: skip

    assert isinstance(post(network, address, {}), Delivery)
    assert proxy.asked == [f"CONNECT {asked} HTTP/1.1"]


def test_a_proxy_that_speaks_something_else_is_a_refusal(hook: Any, mail_room: Any) -> None:
    network = Network(frozenset(), loopback=True, timeout_seconds=5, proxy=f"127.0.0.1:{mail_room.port}")

    found = post(network, hook.url(), {})

    assert isinstance(found, Delivery)
    assert (found.verdict, hook.connections) == (Verdict.REFUSED, 0)


# --- bounds --------------------------------------------------------------------------------------


class _Link:
    """A connection that always has more."""

    def settimeout(self, seconds: float) -> None:
        assert seconds > 0

    def recv_into(self, buffer: Any) -> int:
        return len(buffer)


def test_nothing_is_read_after_the_time_is_up() -> None:
    with pytest.raises(TimeoutError):
        Bounded(_Link(), until=0).readinto(bytearray(1))  # type: ignore[arg-type]


def test_reading_ends_at_a_size() -> None:
    link = Bounded(_Link(), until=float("inf"))  # type: ignore[arg-type]

    assert link.readinto(bytearray(65_536)) == 65_536
    with pytest.raises(TooLarge):
        link.readinto(bytearray(1))


def test_no_time_is_left_at_the_end() -> None:
    with pytest.raises(TimeoutError):
        left(0)
    assert left(float("inf")) > 0
