"""Channels: one message to one address, refused with an answer where it cannot go, and no secret told on the way."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from notifications.channel import (
    Channels,
    MailChannel,
    MailServer,
    PreviewChannel,
    WebhookChannel,
    read_preview,
)
from notifications.message import Message

# Apprise loads every plug-in it has, and one of them still uses a module that Python 3.13 drops.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

LETTER = Message(
    "YH-2026-0001 请办理：判定等级",
    "请办理：判定等级\n期限：2026年3月3日 24:00\n查看：https://anlan.example/cases/YH-2026-0001\n通知编号：T00000002",
)
_SECRET, _USER, _PERSON = "s3cret-canary", "anlan-relay", "canary.person@example.com"


# --- preview -------------------------------------------------------------------------------------


def test_a_preview_is_a_file_of_its_own_under_the_notice_number(tmp_path: Path) -> None:
    channel = PreviewChannel(tmp_path / "outbox")
    delivery = channel.send(LETTER, address=None, number="T00000002")
    assert (delivery.accepted, delivery.answer) == (True, "预览文件 T00000002.txt")
    assert read_preview(tmp_path / "outbox", "T00000002") == f"{LETTER.title}\n\n{LETTER.body}\n"


def test_a_repeated_preview_takes_the_place_of_the_first(tmp_path: Path) -> None:
    channel = PreviewChannel(tmp_path)
    channel.send(LETTER, address=None, number="T00000002")
    channel.send(Message("【重发】", ""), address=None, number="T00000002")
    assert [path.name for path in tmp_path.iterdir()] == ["T00000002.txt"]
    assert (read_preview(tmp_path, "T00000002") or "").startswith("【重发】")


@pytest.mark.parametrize("number", ["T99999999", "../secret", "", ".", "T1/T2", "T00000002.txt"])
def test_a_preview_is_found_by_its_number_and_nothing_else_is(number: str, tmp_path: Path) -> None:
    folder = tmp_path / "outbox"
    PreviewChannel(folder).send(LETTER, address=None, number="T00000002")
    (tmp_path / "secret.txt").write_text("no", "utf-8")
    assert read_preview(folder, number) is None


def test_a_preview_that_cannot_be_written_is_an_answer_through_the_channels(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file where a folder should be", "utf-8")
    channels = Channels({"preview": PreviewChannel(tmp_path / "outbox")})
    delivery = channels.send("preview", LETTER, address=None, number="T00000002")
    assert (delivery.accepted, delivery.answer) == (False, "FileExistsError")


# --- mail ----------------------------------------------------------------------------------------


@pytest.fixture
def mail(mail_room: Any) -> Callable[..., MailChannel]:
    """Return the maker of channels to the mail server on this machine."""

    def make(**changes: Any) -> MailChannel:
        facts = {"host": "127.0.0.1", "port": mail_room.port, "sender": "anlan@county.example", "encrypted": False}
        return MailChannel(MailServer(**{**facts, "timeout_seconds": 1, **changes}))

    return make


def test_a_letter_reaches_one_person_with_title_and_body(mail: Callable[..., MailChannel], mail_room: Any) -> None:
    assert mail().send(LETTER, address=_PERSON, number="T00000002").accepted
    ((sender, recipients, text),) = mail_room.letters
    letter = email.message_from_string(text, policy=email.policy.default)
    assert (sender, recipients) == ("anlan@county.example", [_PERSON])
    assert letter["Subject"] == LETTER.title
    assert _PERSON in letter["To"]
    assert letter.get_body(("plain",)).get_content().split() == LETTER.body.split()
    assert [part.get_content_type() for part in letter.walk() if not part.is_multipart()] == ["text/plain"]


def test_a_relay_that_asks_for_it_is_told_user_and_password(mail: Callable[..., MailChannel], mail_room: Any) -> None:
    assert mail(user=_USER, password=f"{_SECRET}/@:?&%").send(LETTER, address=_PERSON, number="T1").accepted
    assert any(command.startswith("AUTH") for command in mail_room.commands)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "AUTH"])
def test_a_letter_that_the_relay_refuses_is_refused(
    verb: str, mail: Callable[..., MailChannel], mail_room: Any, heard: Callable[[], str]
) -> None:
    mail_room.refuses = verb
    delivery = mail(user=_USER, password=_SECRET).send(LETTER, address=_PERSON, number="T1")
    assert (delivery.accepted, delivery.answer) == (False, "渠道未接收")
    assert mail_room.letters == []
    assert not _told(heard())


@pytest.mark.parametrize("verb", ["connection", "EHLO", "MAIL", "DATA"])
def test_a_relay_that_falls_silent_is_given_up(verb: str, mail: Callable[..., MailChannel], mail_room: Any) -> None:
    mail_room.hangs_at = verb
    assert not mail(timeout_seconds=0.2).send(LETTER, address=_PERSON, number="T1").accepted


def test_a_relay_that_is_not_there_is_an_answer(
    mail: Callable[..., MailChannel], dead_port: int, heard: Callable[[], str]
) -> None:
    assert not mail(port=dead_port, password=_SECRET, user=_USER).send(LETTER, address=_PERSON, number="T1").accepted
    assert not _told(heard())


def test_a_relay_without_encryption_gets_nothing_where_encryption_is_wanted(
    mail: Callable[..., MailChannel], mail_room: Any
) -> None:
    assert not mail(encrypted=True, user=_USER, password=_SECRET).send(LETTER, address=_PERSON, number="T1").accepted
    assert mail_room.letters == []
    assert [command for command in mail_room.commands if command.startswith(("AUTH", "MAIL", "RCPT"))] == []


@pytest.mark.parametrize(
    "address",
    [
        None, "", "nobody", "a@example.com,b@example.com", "a@example.com b@example.com",
        "a@example.com\r\nBcc: b@example.com", "a@example.com\nRCPT TO:<b@example.com>", "张三 <a@example.com>",
    ],
)  # fmt: skip
def test_what_is_no_address_of_one_person_goes_nowhere(
    address: str | None, mail: Callable[..., MailChannel], mail_room: Any
) -> None:
    delivery = mail().send(LETTER, address=address, number="T1")
    assert (delivery.accepted, delivery.answer) == (False, "没有可用的邮箱地址")
    assert mail_room.connections == 0


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com%2Cb@example.com", "a@example.com&to=b@example.com", "a@example.com?bcc=b@example.com",
        "a@example.com%0d%0aBcc:b@example.com", "a@example.com;b@example.com", "@", "a@", "@example.com",
        "a@example.com/?to=b@example.com", "a@example.com\tb@example.com", "a@example.com\u3000b@example.com",
    ],
)  # fmt: skip
def test_a_crafted_address_never_reaches_anybody_else(
    address: str, mail: Callable[..., MailChannel], mail_room: Any
) -> None:
    mail().send(LETTER, address=address, number="T1")
    for _, recipients, text in mail_room.letters:
        assert recipients == [address]
        assert "\nBcc:" not in text
    assert [command for command in mail_room.commands if "b@example.com" in command and address not in command] == []


def test_a_title_with_a_line_break_makes_no_header_of_its_own(mail: Callable[..., MailChannel], mail_room: Any) -> None:
    mail().send(Message("标题\r\nBcc: b@example.com", "正文"), address=_PERSON, number="T1")
    for _, recipients, text in mail_room.letters:
        assert recipients == [_PERSON]
        assert email.message_from_string(text)["Bcc"] is None


def test_neither_password_nor_person_is_in_answer_log_or_the_server_as_printed(
    mail: Callable[..., MailChannel], mail_room: Any, heard: Callable[[], str]
) -> None:
    delivery = mail(user=_USER, password=_SECRET).send(LETTER, address=_PERSON, number="T1")
    assert mail_room.letters
    assert not _told(delivery.answer + heard())
    assert _SECRET not in repr(MailServer("h", 25, "s", _USER, _SECRET))


def _told(text: str) -> list[str]:
    return [secret for secret in (_SECRET, _PERSON, "canary") if secret in text]


# --- webhook -------------------------------------------------------------------------------------


@pytest.fixture
def webhook() -> WebhookChannel:
    """Return a channel that may post to this machine alone."""
    return WebhookChannel(frozenset({"127.0.0.1"}), timeout_seconds=1)


def test_a_message_is_posted_as_json_with_the_notice_number(webhook: WebhookChannel, hook: Any) -> None:
    delivery = webhook.send(LETTER, address=hook.url(), number="T00000002")
    assert (delivery.accepted, delivery.answer) == (True, "渠道已接收")
    ((path, body),) = hook.posted
    assert path == "/hook"
    assert {key: body[key] for key in ("title", "message", "number")} == {
        "title": LETTER.title, "message": LETTER.body, "number": "T00000002",
    }  # fmt: skip


@pytest.mark.parametrize(
    "path",
    ["/hook?key=s3cret-canary", "/hook/%E5%AE%89%E6%BE%9C", "/a%20b/c", "/hook?key=a%26b%3D1&agent=2", "/", "/hook/"],
)
def test_a_message_is_posted_to_the_very_address_that_was_registered(
    path: str, webhook: WebhookChannel, hook: Any
) -> None:
    assert webhook.send(LETTER, address=hook.url(path), number="T1").accepted
    assert [posted for posted, _ in hook.posted] == [path]


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_a_message_that_the_server_does_not_take_is_refused(status: int, webhook: WebhookChannel, hook: Any) -> None:
    hook.status = status
    delivery = webhook.send(LETTER, address=hook.url(), number="T1")
    assert (delivery.accepted, delivery.answer) == (False, "渠道未接收")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_is_a_refusal(
    status: int, webhook: WebhookChannel, hook: Any, elsewhere: Any
) -> None:
    hook.status, hook.location = status, elsewhere.url()
    assert not webhook.send(LETTER, address=hook.url(), number="T1").accepted
    assert (len(hook.posted), elsewhere.connections) == (1, 0)


def test_a_server_that_falls_silent_is_given_up(hook: Any) -> None:
    hook.hangs = True
    webhook = WebhookChannel(frozenset({"127.0.0.1"}), timeout_seconds=0.2)
    assert not webhook.send(LETTER, address=hook.url(), number="T1").accepted


def test_a_server_that_is_not_there_is_an_answer(webhook: WebhookChannel, dead_port: int) -> None:
    assert not webhook.send(LETTER, address=f"http://127.0.0.1:{dead_port}/", number="T1").accepted


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:{port}/", "http://127.0.0.2:{port}/", "http://127.1:{port}/", "http://2130706433:{port}/",
        "http://0x7f000001:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://127.0.0.1.:{port}/",
        "http://user@127.0.0.1:{port}/", "http://user:s3cret@127.0.0.1:{port}/", "http://:s3cret@127.0.0.1:{port}/",
        "http://@127.0.0.1:{port}/", "http://127.0.0.1:{port}@localhost/", "http://localhost:{port}\\@127.0.0.1/",
        "ftp://127.0.0.1:{port}/", "file:///etc/passwd", "json://127.0.0.1:{port}/", "syslog://127.0.0.1:{port}/",
        "127.0.0.1:{port}/", "//127.0.0.1:{port}/", "http:///hook", "http://", "", None,
        "http://127.0.0.1:99999/", "http://127.0.0.1:port/", "http://[", "http://127.0.0.1:-1/",
    ],
)  # fmt: skip
def test_an_address_that_is_not_listed_or_odd_is_refused_without_a_connection(
    address: str | None, webhook: WebhookChannel, hook: Any
) -> None:
    filled = address.format(port=hook.port) if address else address
    delivery = webhook.send(LETTER, address=filled, number="T1")
    assert (delivery.accepted, delivery.answer) == (False, "地址不在允许的主机名单中")
    assert hook.connections == 0


@pytest.mark.parametrize(
    "path",
    [
        "/hook\r\nX-Injected: yes", "/hook%0d%0aX-Injected:%20yes", "/hook?key=a%0d%0aX-Injected:%20yes",
        "/hook?verify=no&redirect=yes&retry=5&method=PUT&+X-Injected=yes", "/hook#fragment",
    ],
)  # fmt: skip
def test_a_crafted_path_makes_no_header_no_repetition_and_no_other_method(
    path: str, webhook: WebhookChannel, hook: Any
) -> None:
    webhook.send(LETTER, address=hook.url(path), number="T1")
    assert len(hook.posted) <= 1
    assert not [headers for headers in hook.headers if "X-Injected" in headers]


def test_a_host_is_listed_whatever_its_case(hook: Any) -> None:
    webhook = WebhookChannel(frozenset({"localhost"}), timeout_seconds=1)
    assert webhook.send(LETTER, address=f"HTTP://LOCALHOST:{hook.port}/hook", number="T1").accepted


@pytest.mark.parametrize("status", [200, 500])
def test_the_key_of_an_address_is_in_no_answer_and_no_log(
    status: int, webhook: WebhookChannel, hook: Any, heard: Callable[[], str]
) -> None:
    hook.status = status
    delivery = webhook.send(LETTER, address=hook.url("/hook/s3cret-canary?key=s3cret-canary"), number="T1")
    assert hook.posted
    assert not _told(delivery.answer + heard())
