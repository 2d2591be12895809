"""Everything that leaves an exercise begins with 【演练】: every wording, every channel, and within every limit."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pendulum
import pytest

from notifications.channel import Channels, Delivery, PreviewChannel, taken
from notifications.digest import digest
from notifications.message import EXERCISE_MARKS, Message, Notice, compose, marks, wordings
from notifications.parts import in_bytes, in_short_message, pages
from notifications.rate import Limiter, Rate
from notifications.sms import LONGEST, Gateway, SmsChannel, Template
from rules.deadlines import SHANGHAI
from rules.processes import PROCESSES

_MARK = "【演练】"
_DUE = pendulum.datetime(2026, 11, 27, 9, 50, tz=SHANGHAI)
_WORDED = [(kind, name) for kind in sorted(PROCESSES) for name in sorted(wordings(kind))]
# What the platforms take at most, in bytes.
_LIMITS = (2048, 4096, 20_000)


@dataclass
class Wire:
    """A channel that keeps what it is handed."""

    sent: list[Message] = field(default_factory=list)

    def send(self, message: Message, *, address: str | None, number: str) -> Delivery:
        del address, number
        self.sent.append(message)
        return taken()


def _notice(kind: str, name: str, *, repeated: bool = False, demonstration: bool = True) -> Notice:
    return Notice(
        kind=kind, name=name, case_number="SG-2026-0001", notice_number="T00000001", link="https://a.example/cases/1",
        act="登记报送", due_at=_DUE, repeated=repeated, demonstration=demonstration, confidential=True,
    )  # fmt: skip


def _left(message: Message, language: str = "zh") -> Message:
    wire = Wire()
    Channels({"email": wire}, exercise=language).send("email", message, address="a@b.example", number="T00000001")
    return wire.sent[0]


@pytest.mark.parametrize(("kind", "name"), _WORDED)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_wording_leaves_with_the_mark_on_title_and_body(kind: str, name: str, language: str) -> None:
    for repeated in (False, True):
        for reduced in (False, True):
            notice = _notice(kind, name, repeated=repeated)
            message = compose(notice, language)
            message = message if reduced else Message(message.title, message.body, whole=True)

            left = _left(message, language)

            assert left.title.startswith(EXERCISE_MARKS[language])
            assert left.body.startswith(EXERCISE_MARKS[language].strip())
            for limit in _LIMITS:
                posts = pages(left, number="T00000001", limit=limit)
                assert all(post.startswith(EXERCISE_MARKS[language].strip()) for post in posts)
                assert all(in_bytes(post) <= limit for post in posts)


def test_many_in_one_and_the_preview_are_marked_too(tmp_path: Path) -> None:
    lines = [compose(_notice(kind, name), "zh") for kind, name in _WORDED]
    bundle = digest(lines, number="T00000001", link="https://a.example/outbox", limit=2048, demonstration=True)

    Channels({"preview": PreviewChannel(tmp_path)}, exercise="zh").send(
        "preview", bundle, address=None, number="T00000001"
    )

    written = (tmp_path / "T00000001.txt").read_text("utf-8")
    assert written.startswith(_MARK)
    assert written.split("\n\n", 1)[1].startswith(_MARK)


def test_nothing_is_marked_twice_and_nothing_in_earnest_is_marked() -> None:
    message = compose(_notice("incident", "reported"), "zh")
    wire = Wire()

    once = _left(message)
    Channels({"email": wire}).send("email", message, address="a@b.example", number="T1")

    assert once.title.count(_MARK) == _left(once).title.count(_MARK) == 1
    assert _MARK not in wire.sent[0].title + wire.sent[0].body


def test_the_mark_stands_before_all_other_marks() -> None:
    left = _left(compose(_notice("incident", "reported", repeated=True), "zh"))

    assert left.title.startswith(_MARK + marks("zh", repeated=True, demonstration=True))


# --- short messages ------------------------------------------------------------------------------


class _Rates:
    def change(self, key: str, work: object) -> object:
        raise AssertionError(key, work)


def _sms(text: str) -> SmsChannel:
    from notifications.exchange import Network  # noqa: PLC0415

    gateway = Gateway("https://sms.example/send", "代县应急", {"default": Template("1", text)}, {"mobile": "{mobile}"})
    limiter = Limiter(_Rates(), Rate(20, burst=5), lambda: _DUE)  # type: ignore[arg-type]
    return SmsChannel(gateway, network=Network(frozenset()), limiter=limiter)


@pytest.mark.parametrize(("kind", "name"), _WORDED)
def test_a_short_message_keeps_the_mark_whole_within_its_length(kind: str, name: str) -> None:
    left = _left(compose(_notice(kind, name), "zh"))
    channel = _sms("{title} {number}")

    words = channel._fitted(Template("1", "{title} {number}"), left, "T00000001")

    assert words is not None
    assert words["text"].startswith(f"【代县应急】{_MARK}")
    assert in_short_message(words["text"]) <= LONGEST


@pytest.mark.parametrize("text", ["您有待办 {case} {number}", "{title}" + "长" * 60 + "{number}"])
def test_a_template_that_cannot_carry_the_mark_sends_nothing_in_an_exercise(text: str) -> None:
    left = _left(compose(_notice("incident", "reported"), "zh"))

    delivery = _sms(text).send(left, address="13800000000", number="T00000001")

    assert (delivery.accepted, delivery.lasting) == (False, True)
    assert "【演练】" in delivery.answer
