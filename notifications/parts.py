"""Parts 分段: what is posted of a message where a platform counts bytes; pure.

One message is one post, shortened at a line's end with a pointer to its link, unless it must be told whole. Then it
goes out in numbered parts, each with title and number. Nothing is ever cut inside a character or an emoji of several.
"""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING

from notifications.message import REPEAT_MARKS, without_repeat_mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from notifications.message import Message

    Measure = Callable[[str], int]

ELLIPSIS, SHORTENED = "…", "……全文见链接"
_JOINER, _KEYCAP = "\u200d", "\u20e3"
_FLAGS = range(0x1F1E6, 0x1F200)
_SKINS = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_SELECTORS = range(0xFE00, 0xFE10)
_LONGEST_COUNTER, _MOST_PARTS, _LEAST_ROOM = "（99/99）", 99, 40
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


# --- measures: each adds up, so that the whole is as long as its pieces -------------------------------


def in_bytes(text: str) -> int:
    """Return the length in UTF-8."""
    return len(text.encode())


def in_json(text: str) -> int:
    """Return the length in a JSON body, where a line's end is two bytes."""
    return len(json.dumps(text, ensure_ascii=False).encode()) - 2


def in_short_message(text: str) -> int:
    """Return the length as networks count short messages: units of UTF-16, two for an emoji."""
    return len(text.encode("utf-16-le")) // 2


# --- what is posted ------------------------------------------------------------------------------


def pages(message: Message, *, number: str, limit: int, measure: Measure = in_bytes) -> tuple[str, ...]:
    """Return the texts to post, most often one; each holds the number, none is longer than the limit."""
    title, body = clean(message.title).replace("\n", " "), clean(message.body)
    told = body if number in title + body else f"{body}\n{number}".strip()
    # The mark of a repeat is counted in always: the parts of a repeat must be those of the first attempt.
    mark = max(measure(mark) for mark in REPEAT_MARKS)
    if measure(f"{without_repeat_mark(title)}\n{told}") + mark <= limit:
        return (f"{title}\n{told}".strip(),)
    parts = _numbered(title, body, number, limit=limit, mark=mark, measure=measure) if message.whole else ()
    return parts or (_shortened(title, told, number, _links(message), limit=limit, measure=measure),)


def clean(text: str) -> str:
    """Return the text without what turns, hides or breaks lines: controls, half characters, marks of direction."""
    return "".join(
        char
        for char in text.replace("\r\n", "\n").replace("\r", "\n")
        if char in {"\n", _JOINER} or ord(char) in _TAGS or unicodedata.category(char) not in _UNSEEN
    ).strip()


def cut(text: str, *, limit: int, measure: Measure = in_bytes) -> str:
    """Return as much of a line as fits, with a mark where something is missing."""
    if measure(text) <= limit:
        return text
    held, room = "", limit - measure(ELLIPSIS)
    for unit in clusters(text):
        room -= measure(unit)
        if room < 0:
            break
        held += unit
    return held + ELLIPSIS if limit >= measure(ELLIPSIS) else ""


def split(text: str, *, limit: int, measure: Measure = in_bytes) -> tuple[str, ...]:
    """Return pieces of at most the limit, divided at line ends where there are any.

    Joined by line ends they are the text again, but for lines longer than the limit, which are divided between
    characters.
    """
    pieces = [piece for line in text.split("\n") for piece in _line(line, limit=limit, measure=measure)]
    found: list[str] = []
    for piece in pieces:
        joined = f"{found[-1]}\n{piece}" if found else piece
        if found and measure(joined) <= limit:
            found[-1] = joined
        else:
            found.append(piece)
    return tuple(found)


def clusters(text: str) -> Iterator[str]:
    """Yield what a reader takes for one character: a letter with its marks, a flag, a family joined from several."""
    held = ""
    for char in text:
        if held and _belongs(held, char):
            held += char
        else:
            if held:
                yield held
            held = char
    if held:
        yield held


# --- one part ------------------------------------------------------------------------------------


def _links(message: Message) -> tuple[str, ...]:
    return tuple(link for link in (message.link, message.answer_link) if link)


def _shortened(title: str, body: str, number: str, links: tuple[str, ...], *, limit: int, measure: Measure) -> str:
    """Return title, as many lines as fit, and always the links and the number."""
    lines = [line for line in body.split("\n") if line]
    kept = [line for line in lines if number in line or any(link in line for link in links)]
    foot = "\n".join([SHORTENED, *kept])
    head = cut(title, limit=limit - measure("\n" + foot), measure=measure)
    if not head:
        return cut(f"{number} {title}", limit=limit, measure=measure)
    for line in (line for line in lines if line not in kept):
        longer = f"{head}\n{line}"
        if measure(f"{longer}\n{foot}") > limit:
            break
        head = longer
    return f"{head}\n{foot}"


# --- several parts -------------------------------------------------------------------------------


def _numbered(title: str, body: str, number: str, *, limit: int, mark: int, measure: Measure) -> tuple[str, ...]:
    """Return the parts; none where the limit is too small for parts or they would be too many."""
    room = limit - measure(f"{_LONGEST_COUNTER}\n\n{number}") - mark
    head = measure(cut(without_repeat_mark(title), limit=room // 2, measure=measure))
    if room - head < _LEAST_ROOM:
        return ()
    pieces = split(body, limit=room - head, measure=measure)
    marked = cut(title, limit=head + mark, measure=measure)
    found = tuple(f"{marked}（{no}/{len(pieces)}）\n{piece}\n{number}" for no, piece in enumerate(pieces, start=1))
    return found if len(found) <= _MOST_PARTS else ()


def _line(line: str, *, limit: int, measure: Measure) -> Iterator[str]:
    if measure(line) <= limit:
        yield line
    else:
        yield from _filled(clusters(line), limit=limit, measure=measure)


def _filled(units: Iterable[str], *, limit: int, measure: Measure) -> Iterator[str]:
    """Yield the units packed into pieces of at most the limit; one that is longer itself falls into its characters."""
    held, size = "", 0
    for unit in (part for each in units for part in ([each] if measure(each) <= limit else each)):
        length = measure(unit)
        if held and size + length > limit:
            yield held
            held, size = "", 0
        held, size = held + unit, size + length
    if held:
        yield held


def _belongs(held: str, char: str) -> bool:
    code = ord(char)
    if held[-1] == _JOINER or char in {_JOINER, _KEYCAP}:
        return True
    if code in _SELECTORS or code in _SKINS or code in _TAGS or unicodedata.combining(char):
        return True
    if code in _FLAGS:
        return len(held) == 1 and ord(held) in _FLAGS
    return unicodedata.category(char) in {"Mn", "Me", "Mc"}
