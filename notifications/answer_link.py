"""Answer links 回复链接: signed, for one person and one notice, until an instant; used up by the answer itself.

Whoever holds the link answers in that person's name, so that it goes where one person alone reads, never into a group.
It is short, because a short message has room for seventy characters: number of the notice, end, and a signature that
also covers person, case and the duty to acknowledge, which the reader of the link looks up.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pendulum

if TYPE_CHECKING:
    from pendulum import DateTime

#: Channels that one person alone reads; a bot speaks to a group, a webhook to a machine.
PERSONAL = frozenset({"preview", "email", "sms", "wecom_app"})
PATH = "/a/"
#: Where a link leads by which one does what is asked for, instead of only answering.
ACT_PATH = "/d/"
ANSWERING, ACTING = "anlan answer link 1", "anlan act link 1"
_SIGNATURE_BYTES = 15
_TOKEN = re.compile(r"([0-9a-z]{1,12})-([0-9a-z]{1,8})-([A-Za-z0-9_-]{20})", re.ASCII)
_BASE = 36
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_MINUTE_SECONDS = 60
_FURTHEST_MINUTE = 2**32


@dataclass(frozen=True, slots=True)
class Bound:
    """What a link is bound to: which notice to whom in which case, and which duty it answers or fulfils."""

    notice_id: int
    person_id: str
    case_number: str
    duty: str
    purpose: str = ANSWERING


@dataclass(frozen=True, slots=True)
class Claim:
    """What a link says before it is believed: the notice, the minute in which it ends, and its signature."""

    notice_id: int
    minute: int
    signature: str

    @property
    def ends_at(self) -> DateTime:
        """Return the instant from which the link is no longer good."""
        return pendulum.from_timestamp(self.minute * _MINUTE_SECONDS)


def token(key: bytes, bound: Bound, *, ends_at: DateTime) -> str:
    """Return the token; the same bounds and end give the same one, so that a repeated message is the same message."""
    minute = int(ends_at.timestamp()) // _MINUTE_SECONDS
    return f"{_written(bound.notice_id)}-{_written(minute)}-{_signature(key, bound, minute)}"


def read(written: str) -> Claim | None:
    """Return what a token claims, None where it is none."""
    found = _TOKEN.fullmatch(written)
    if found is None:
        return None
    notice_id, minute = int(found[1], _BASE), int(found[2], _BASE)
    return Claim(notice_id, minute, found[3]) if minute < _FURTHEST_MINUTE and notice_id < 2**62 else None


def is_genuine(key: bytes, claim: Claim, bound: Bound) -> bool:
    """Tell whether we signed that link, for that notice, person, case, duty and end; in time that tells nothing."""
    expected = _signature(key, bound, claim.minute)
    return claim.notice_id == bound.notice_id and hmac.compare_digest(claim.signature, expected)


def without_token(text: str, address: str) -> str:
    """Return a text in which no link can be used any more, for eyes that it was not meant for."""
    either = f"{PATH}|{ACT_PATH}"
    return re.sub(rf"({re.escape(address)}(?:{either}))[0-9A-Za-z_-]+", r"\1…", text)


def _signature(key: bytes, bound: Bound, minute: int) -> str:
    parts = (bound.purpose, str(bound.notice_id), bound.person_id, bound.case_number, bound.duty, str(minute))
    signed = hmac.new(key, "\n".join(parts).encode(), hashlib.sha256).digest()[:_SIGNATURE_BYTES]
    return base64.urlsafe_b64encode(signed).decode()


def _written(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, _BASE)
        digits = _DIGITS[digit] + digits
    return digits or "0"
