"""E-mail: one letter to one person, and what is known when the relay falls silent."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from notifications.channel import Delivery, Verdict
from notifications.mail import MailChannel, MailServer
from notifications.message import Message

_SECRET, _USER, _PERSON = "s3cret-canary", "anlan-relay", "canary.person@example.com"


@pytest.fixture
def mail(mail_room: Any, clock: Any, letter: Callable[..., Message]) -> Callable[..., Delivery]:
    """Return what sends a letter through the mail server on this machine."""

    def send(message: Message | None = None, *, address: str | None = _PERSON, **changes: Any) -> Delivery:
        facts = {"host": "127.0.0.1", "port": mail_room.port, "sender": "anlan@county.example", "encrypted": False}
        channel = MailChannel(MailServer(**{**facts, "timeout_seconds": 5, **changes}), now=clock.now)
        return channel.send(message or letter(), address=address, number="T00000002")

    return send


def test_a_letter_reaches_one_person_with_title_body_date_and_number(
    mail: Callable[..., Delivery], mail_room: Any, letter: Callable[..., Message]
) -> None:
    delivery = mail()

    assert (delivery.verdict, delivery.answer) == (Verdict.ACCEPTED, "渠道已接收")
    ((sender, recipients, text),) = mail_room.letters
    found = email.message_from_string(text, policy=email.policy.default)
    assert (sender, recipients) == ("anlan@county.example", [_PERSON])
    assert (found["Subject"], found["From"], found["To"]) == (letter().title, "anlan@county.example", _PERSON)
    assert found["Date"] == "Mon, 21 Sep 2026 14:13:20 +0800"
    assert found["Message-ID"] == "<T00000002@county.example>"
    assert found.get_content().split() == letter().body.split()
    assert found.get_content_type() == "text/plain"
    assert mail_room.commands[0] == "ehlo county.example"
    assert mail_room.commands[-1] == "QUIT"


def test_a_sender_may_have_a_name(mail: Callable[..., Delivery], mail_room: Any) -> None:
    assert mail(sender="安澜 <anlan@county.example>").accepted
    ((sender, _, text),) = mail_room.letters
    found = email.message_from_string(text, policy=email.policy.default)
    assert (sender, found["From"]) == ("anlan@county.example", "安澜 <anlan@county.example>")


def test_a_sender_without_a_domain_names_this_machine() -> None:
    assert MailServer("h", 25, "root").domain == "localhost"


def test_a_line_that_is_a_dot_does_not_end_the_letter(
    mail: Callable[..., Delivery], mail_room: Any, letter: Callable[..., Message]
) -> None:
    assert mail(letter(title=".\r\n.\r\n", body=".\n.\n末行")).accepted
    assert len(mail_room.letters) == 1


def test_a_relay_that_asks_for_it_is_told_user_and_password(mail: Callable[..., Delivery], mail_room: Any) -> None:
    assert mail(user=_USER, password=f"{_SECRET}/@:?&%").accepted
    assert any(command.startswith("AUTH") for command in mail_room.commands)


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "code", "lasting", "words"),
    [
        ("MAIL", 550, False, "邮件中继未接收（550）"), ("RCPT", 550, True, "不接受收件地址（550）"),
        ("RCPT", 500, True, "不接受收件地址（500）"), ("RCPT", 450, False, "邮件中继未接收（450）"),
        ("DATA", 554, False, "邮件中继未接收（554）"), ("END", 552, False, "邮件中继未接收（552）"),
        ("END", 451, False, "邮件中继未接收（451）"), ("AUTH", 535, True, "不接受账号或密码"),
        ("MAIL", 199, False, "邮件中继未接收（199）"), ("EHLO", 421, False, "连接不上或者未答复"),
    ],
)  # fmt: skip
def test_a_letter_that_the_relay_refuses_is_refused(
    verb: str, code: int, lasting: bool, words: str, mail: Callable[..., Delivery], mail_room: Any,
    heard: Callable[[], str],
) -> None:  # fmt: skip
    mail_room.refuses, mail_room.code = verb, code
    if verb == "EHLO":
        mail_room.hangs_up_at = "HELO"

    delivery = mail(user=_USER, password=_SECRET)

    assert (delivery.verdict, delivery.lasting, mail_room.letters) == (Verdict.REFUSED, lasting, [])
    assert words in delivery.answer
    assert not _told(heard() + repr(delivery))


@pytest.mark.parametrize("verb", ["connection", "EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("how", ["hangs_at", "hangs_up_at"])
def test_a_relay_that_falls_silent_before_the_letters_end_was_given_none(
    how: str, verb: str, mail: Callable[..., Delivery], mail_room: Any
) -> None:
    setattr(mail_room, how, verb)

    delivery = mail(timeout_seconds=0.25 if how == "hangs_at" else 5)

    if (how, verb) != ("hangs_up_at", "connection"):
        assert (delivery.verdict, delivery.lasting) == (Verdict.REFUSED, False)
        assert "邮件未发出" in delivery.answer


@pytest.mark.parametrize("how", ["hangs_at", "hangs_up_at"])
def test_a_relay_that_falls_silent_after_the_letters_end_leaves_it_open(
    how: str, mail: Callable[..., Delivery], mail_room: Any
) -> None:
    setattr(mail_room, how, "END")

    delivery = mail(timeout_seconds=0.25 if how == "hangs_at" else 5)

    assert (delivery.verdict, len(mail_room.letters)) == (Verdict.UNKNOWN, 1)


@pytest.mark.parametrize("how", ["hangs_at", "hangs_up_at"])
def test_a_relay_that_falls_silent_after_it_took_the_letter_has_taken_it(
    how: str, mail: Callable[..., Delivery], mail_room: Any
) -> None:
    setattr(mail_room, how, "QUIT")

    assert mail(timeout_seconds=0.5 if how == "hangs_at" else 5).accepted


def test_a_relay_whose_bytes_drip_is_given_up(mail: Callable[..., Delivery], mail_room: Any) -> None:
    mail_room.drips = True

    assert mail(timeout_seconds=0.25).verdict is Verdict.REFUSED


def test_a_relay_that_says_more_than_any_relay_needs_is_given_up(mail: Callable[..., Delivery], mail_room: Any) -> None:
    mail_room.offers = ("X" * 5_000,) * 20

    assert mail(user=_USER, password=_SECRET).verdict is Verdict.REFUSED


def test_a_relay_that_is_not_there_is_an_answer(
    mail: Callable[..., Delivery], dead_port: int, heard: Callable[[], str]
) -> None:
    delivery = mail(port=dead_port, password=_SECRET, user=_USER)

    assert (delivery.verdict, delivery.lasting) == (Verdict.REFUSED, False)
    assert not _told(heard())


# --- encryption ----------------------------------------------------------------------------------


def test_a_relay_without_encryption_gets_nothing_where_encryption_is_wanted(
    mail: Callable[..., Delivery], mail_room: Any
) -> None:
    delivery = mail(encrypted=True, user=_USER, password=_SECRET)

    assert (delivery.lasting, mail_room.letters) == (True, [])
    assert [command for command in mail_room.commands if command.startswith(("AUTH", "MAIL", "RCPT"))] == []


def test_a_relay_without_sign_in_is_said(mail: Callable[..., Delivery], mail_room: Any) -> None:
    mail_room.offers = ()

    assert mail(user=_USER, password=_SECRET).lasting


def test_a_relay_whose_certificate_nobody_vouches_for_gets_nothing(
    mail: Callable[..., Delivery], mail_room: Any, certificate: Any
) -> None:
    mail_room.secure = certificate.server

    delivery = mail(encrypted=True, user=_USER, password=_SECRET)

    assert (delivery.verdict, mail_room.letters) == (Verdict.REFUSED, [])
    assert "证书" in delivery.answer


def test_a_letter_is_encrypted_with_a_relay_that_is_known(
    mail: Callable[..., Delivery], mail_room: Any, certificate: Any
) -> None:
    mail_room.secure = certificate.server

    assert mail(encrypted=True, user=_USER, password=_SECRET, authorities=str(certificate.file)).accepted
    told = [command.split()[0].upper() for command in mail_room.commands]
    assert told[:4] == ["EHLO", "STARTTLS", "EHLO", "AUTH"]


@pytest.fixture
def relay_on_465(certificate: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Return a relay that is encrypted from the first byte, on the one port where that is so; needs the right to it."""
    import sys  # noqa: PLC0415 - the servers are the conftest's

    servers = next(module for name, module in sys.modules.items() if name.endswith("notifications.conftest"))
    del request
    room = servers.MailRoom(secure=certificate.server)
    try:
        server = servers._SecureServer(("127.0.0.1", 465), servers._MailHandler)
    except OSError as error:
        pytest.skip(f"port 465 cannot be had here: {error.strerror}")
    server.room = room
    yield from servers._serving(server, room.released)


def test_port_465_is_encrypted_from_the_first_byte(
    relay_on_465: Any, mail: Callable[..., Delivery], certificate: Any
) -> None:
    assert mail(port=465, encrypted=True, authorities=str(certificate.file)).accepted
    assert [command.split()[0].upper() for command in relay_on_465.commands][:2] == ["EHLO", "MAIL"]


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        None, "", "nobody", "a@example.com,b@example.com", "a@example.com b@example.com",
        "a@example.com\r\nBcc: b@example.com", "a@example.com\nRCPT TO:<b@example.com>", "张三 <a@example.com>",
        "a@example.com%2Cb@example.com", "a@example.com&to=b@example.com", "a@example.com?bcc=b@example.com",
        "a@example.com%0d%0aBcc:b@example.com", "a@example.com;b@example.com", "@", "a@", "@example.com",
        "a@example.com/?to=b@example.com", "a@example.com\tb@example.com", "a@example.com\u3000b@example.com", "a@b",
    ],
)  # fmt: skip
def test_what_is_no_address_of_one_person_goes_nowhere(
    address: str | None, mail: Callable[..., Delivery], mail_room: Any
) -> None:
    delivery = mail(address=address)

    assert (delivery.lasting, delivery.answer) == (True, "没有可用的邮箱地址")
    assert mail_room.connections == 0


@pytest.mark.parametrize("title", ["标题\r\nBcc: b@example.com", "标题\nBcc: b@example.com", "标题\x00\u202e"])
def test_a_title_with_a_line_break_makes_no_header_of_its_own(
    title: str, mail: Callable[..., Delivery], mail_room: Any, letter: Callable[..., Message]
) -> None:
    mail(letter(title=title))

    ((_, recipients, text),) = mail_room.letters
    assert recipients == [_PERSON]
    assert email.message_from_string(text)["Bcc"] is None


def test_neither_password_nor_person_is_in_answer_log_or_the_server_as_printed(
    mail: Callable[..., Delivery], mail_room: Any, heard: Callable[[], str]
) -> None:
    delivery = mail(user=_USER, password=_SECRET)

    assert mail_room.letters
    assert not _told(repr(delivery) + heard())
    assert _SECRET not in repr(MailServer("h", 25, "s", _USER, _SECRET))


def _told(text: str) -> list[str]:
    return [secret for secret in (_SECRET, _PERSON, "canary") if secret in text]
