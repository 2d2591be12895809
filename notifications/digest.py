"""The digest 合并通知: what one person is told at one hour, in one message with a line for each; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from notifications.message import Message, marks
from notifications.parts import clean, cut, in_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from notifications.parts import Measure

_WORDS = {
    "zh": {"title": "通知 {count} 项", "more": "另有 {count} 项", "foot": "查看全部：{link}\n通知编号：{number}"},
    "en": {"title": "{count} notices", "more": "{count} more", "foot": "Open all: {link}\nNotice no.: {number}"},
}


def digest(
    messages: Sequence[Message],
    *,
    number: str,
    link: str,
    limit: int,
    measure: Measure = in_bytes,
    lines: int = 20,
    language: str = "zh",
    repeated: bool = False,
    demonstration: bool = False,
) -> Message:
    """Return one message for several: a line for each as long as they fit, then how many more, and where to see all.

    `limit` is what a channel posts at most; `lines` how many a reader reads. A confidential one is its case alone.
    `repeated` and `demonstration` are said in the title, as `compose` does.
    """
    words = _WORDS[language]
    marked = marks(language, repeated=repeated, demonstration=demonstration)
    title, foot = marked + words["title"].format(count=len(messages)), words["foot"].format(link=link, number=number)
    body: list[str] = []
    for left, message in zip(range(len(messages), 0, -1), messages[:lines], strict=False):
        line = clean(message.case_number if message.confidential else message.title).replace("\n", " ")
        if _size(measure, title, [*body, line, words["more"].format(count=left - 1)], foot) > limit:
            break
        body.append(line)
    rest = len(messages) - len(body)
    told = "\n".join([*body, *([words["more"].format(count=rest)] if rest else []), foot])
    return Message(cut(title, limit=limit, measure=measure), told, topic="digest", link=link)


def _size(measure: Measure, title: str, body: Sequence[str], foot: str) -> int:
    return measure("\n".join([title, *body, foot]))
