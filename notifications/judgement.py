"""Judgement 判定: what a platform's answer says; the code in its body counts, the status of the transport never alone.

A platform's own words are not repeated: they may hold an address or a key. Its code is, with our words for it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from notifications.channel import Delivery, Verdict, refused, refused_for_good, refused_for_now, taken, unclear

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from notifications.exchange import Reply

_REDIRECTS, _REFUSALS, _FAULTS = 300, 400, 500
_TOO_MANY, _TOO_SLOW, _TOO_EARLY = 429, 408, 425
_A_MINUTE = 60
_REFERENCE = re.compile(r"[A-Za-z0-9_.:^-]{1,64}")
_SLUG = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,47}")


@dataclass(frozen=True, slots=True)
class Codes:
    """What a platform's codes mean. `fields`: where the code stands, the first that is there counts.

    `waits`: codes of a limit and how many seconds it lasts. `lasting`: codes that only a correction ends, and which.
    `good`: what stands for success. `reference`: where the platform's own number for the message stands.
    """

    fields: tuple[str, ...]
    waits: Mapping[int | str, int] = field(default_factory=dict[int | str, int])
    lasting: Mapping[int | str, str] = field(default_factory=dict[int | str, str])
    good: frozenset[int | str] = frozenset({0})
    reference: str = ""

    @classmethod
    def from_texts(cls, at: str, good: Iterable[str], busy: Iterable[str], reference: str) -> Codes:
        """Return the codes of a gateway as its settings tell them; a number may come as number or as text."""
        return cls(
            (at,),
            waits=dict.fromkeys(_either(busy), _A_MINUTE),
            good=frozenset(_either(good)),
            reference=reference,
        )


def _either(codes: Iterable[str]) -> Iterator[int | str]:
    for code in codes:
        yield code
        if re.fullmatch(r"-?[0-9]{1,9}", code):
            yield int(code)


def judge(reply: Reply, codes: Codes) -> Delivery:
    """Return what the answer says of the message."""
    said = read_object(reply)
    code = code_of(said, codes) if said is not None else None
    if code is None:
        return _without_code(reply)
    if code in codes.good:
        # A code of success below another status is not what any of these platforms answers.
        return taken(reference=reference_of(said or {}, codes)) if reply.is_well else _without_code(reply)
    if code in codes.waits:
        return refused_for_now(f"发送过于频繁（{code}）", seconds=reply.wait_seconds or codes.waits[code])
    if code in codes.lasting:
        return refused_for_good(f"{codes.lasting[code]}（{code}）")
    return refused(f"{Verdict.REFUSED.label}（{code}）")


def read_object(reply: Reply) -> dict[str, Any] | None:
    """Return the JSON object of an answer, None when it is anything else."""
    try:
        said = json.loads(reply.body)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", said) if isinstance(said, dict) else None


def code_of(said: Mapping[str, Any], codes: Codes) -> int | str | None:
    """Return the code of an answer: a whole number, or a slug such as `isv.MOBILE_NUMBER_ILLEGAL`."""
    for name in codes.fields:
        found = at(said, name)
        if isinstance(found, int) and not isinstance(found, bool):
            return found
        if isinstance(found, str) and (_SLUG.fullmatch(found) or found in codes.good or found in codes.waits):
            return found
        if found is not None:
            return None
    return None


def reference_of(said: Mapping[str, Any], codes: Codes) -> str:
    """Return the platform's number for the message where it gives one of a usual form."""
    found = at(said, codes.reference)
    return str(found) if isinstance(found, str | int) and _REFERENCE.fullmatch(str(found)) else ""


def at(said: Any, path: str) -> Any:
    """Return what stands at a dotted path such as `result.0.code`, None where nothing does."""
    for step in path.split("."):
        if isinstance(said, dict):
            said = cast("dict[str, Any]", said).get(step)
        elif isinstance(said, list) and step.isdecimal():
            said = dict(enumerate(cast("list[Any]", said))).get(int(step))
        else:
            return None
    return said


def _without_code(reply: Reply) -> Delivery:
    """Return what an answer says that holds no code of the platform: by its status, and by what it is instead."""
    if reply.status == _TOO_MANY:
        return refused_for_now("发送过于频繁（HTTP 429）", seconds=reply.wait_seconds or _A_MINUTE)
    if _REDIRECTS <= reply.status < _REFUSALS:
        return refused_for_good(f"对方要求转到别处（HTTP {reply.status}），未跟随；请核对地址")
    if reply.status in {_TOO_SLOW, _TOO_EARLY}:
        return refused(f"{Verdict.REFUSED.label}（HTTP {reply.status}）")
    if _REFUSALS <= reply.status < _FAULTS:
        return refused_for_good(f"对方拒绝（HTTP {reply.status}）；请核对地址和密钥")
    if reply.status >= _FAULTS:
        return unclear(f"对方出错（HTTP {reply.status}），是否送达不明")
    return unclear(f"{_what_it_is(reply.body)}，是否送达不明")


def _what_it_is(body: bytes) -> str:
    start = body[:64].lstrip().lower()
    if not start:
        return "答复为空"
    if start.startswith(b"<"):
        return "答复是网页而不是平台的答复，可能被网络设备拦截"
    return "答复无法识别"
