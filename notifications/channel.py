"""The seam 渠道: one message to one address, and the evidence of what came of it; knows no platform and no library."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from notifications.message import as_exercise, reduced
from rules.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from notifications.message import Message


class Verdict(StrEnum):
    """What is known of one attempt. Only the reader's own 「收到」 says that anybody was reached."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """Return the word shown beside the attempt."""
        return _VERDICTS[self]


_VERDICTS = {
    Verdict.ACCEPTED: "渠道已接收",
    Verdict.REFUSED: "渠道未接收",
    Verdict.UNKNOWN: "是否送达不明",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """The evidence of one attempt: whether the channel took the message, and its answer in words without secrets.

    `unknown`: it left this machine and nobody can say whether it arrived, so the next attempt says that it is a repeat.
    `lasting`: waiting does not help, somebody must correct an address, a key or a template.
    `retry_after`: the platform or our own limit asks for so many seconds of silence; nothing was sent. Where it was not
    `asked`, our own limit held it back and no attempt was made.
    `reference`: the gateway's own number for the message. `parts_taken` of `parts` have been taken, those of earlier
    attempts included; the next attempt goes on after them.
    """

    accepted: bool
    answer: str
    unknown: bool = False
    lasting: bool = False
    retry_after: int | None = None
    reference: str = ""
    parts_taken: int = 0
    parts: int = 1
    asked: bool = True

    @property
    def verdict(self) -> Verdict:
        """Return which of the three it is."""
        if self.accepted:
            return Verdict.ACCEPTED
        return Verdict.UNKNOWN if self.unknown else Verdict.REFUSED


def taken(answer: str = Verdict.ACCEPTED.label, *, reference: str = "") -> Delivery:
    """Return that the channel took it, all of it."""
    return Delivery(accepted=True, answer=answer, reference=reference, parts_taken=1)


def refused(answer: str) -> Delivery:
    """Return that it certainly was not taken, and may be on another day."""
    return Delivery(accepted=False, answer=answer)


def refused_for_good(answer: str) -> Delivery:
    """Return that it was not taken and will not be before somebody has corrected something."""
    return Delivery(accepted=False, answer=answer, lasting=True)


def refused_for_now(answer: str, *, seconds: int) -> Delivery:
    """Return that it was not taken, and when to ask again."""
    return Delivery(accepted=False, answer=answer, retry_after=seconds)


def held_back(answer: str, *, seconds: int) -> Delivery:
    """Return that our own limit let nothing out, and when it will."""
    return Delivery(accepted=False, answer=answer, retry_after=seconds, asked=False)


def unclear(answer: str) -> Delivery:
    """Return that it left, and that nobody knows what came of it."""
    return Delivery(accepted=False, answer=answer, unknown=True)


class Channel(Protocol):
    """One way to reach people."""

    def send(self, message: Message, *, address: str | None, number: str) -> Delivery:
        """Hand the message over; `number` lets a receiver recognise a repeat."""
        ...


class PartedChannel(Channel, Protocol):
    """One that divides a long message and can go on after the parts that were taken.

    `seen_once_seconds`: so long the receiver's side drops a byte-for-byte repeat, which then must carry no mark.
    """

    seen_once_seconds: int

    def send(self, message: Message, *, address: str | None, number: str, after: int = 0) -> Delivery:
        """Hand over what comes after so many parts."""
        ...


class PreviewChannel:
    """Writes each message to a file of its own below a folder; nothing leaves the machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: Message, *, address: str | None, number: str) -> Delivery:
        """Write the file whole or not at all; a repeat replaces it by the same number."""
        del address
        self._folder.mkdir(parents=True, exist_ok=True)
        target = self._folder / f"{number}.txt"
        draft = target.with_suffix(f".{os.getpid()}.part")
        draft.write_text(f"{message.title}\n\n{message.body}\n", encoding="utf-8")
        draft.replace(target)
        return taken(f"预览文件 {target.name}")


class Channels:
    """The channels of an installation by name; in an exercise (its language) all that leaves is marked 【演练】."""

    def __init__(self, channels: Mapping[str, Channel], *, exercise: str = "") -> None:
        self._channels = dict(channels)
        self._exercise = exercise

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names in order."""
        return tuple(self._channels)

    def seen_once_seconds(self, name: str) -> int:
        """Return how long the receiver's side drops a repeat that is the same to the byte; none for most."""
        return int(getattr(self._channels.get(name), "seen_once_seconds", 0))

    def send(self, name: str, message: Message, *, address: str | None, number: str, after: int = 0) -> Delivery:
        """Send through the named channel; whatever goes wrong there is an answer, not an accident here.

        What is confidential is reduced before any channel but the preview sees it.
        """
        channel = self._channels.get(name)
        if channel is None:
            return refused_for_good(f"没有名为 {name} 的渠道")
        said = reduced(message, number) if message.confidential and not _stays_here(channel) else message
        said = as_exercise(said, self._exercise) if self._exercise else said
        further = {"after": after} if after else {}
        try:
            delivery = channel.send(said, address=address, number=number, **further)
        except (DeliveryError, OSError, ValueError, LookupError) as error:
            return replace(unclear(type(error).__name__), parts_taken=after)
        return delivery


def _stays_here(channel: Channel) -> bool:
    return isinstance(channel, PreviewChannel)


def read_preview(folder: Path, number: str) -> str | None:
    """Return a previewed message by its number, None when there is none."""
    target = folder / f"{number}.txt"
    return target.read_text(encoding="utf-8") if number.isalnum() and target.is_file() else None
