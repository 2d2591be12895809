"""Text in a cell 单元格文字: brought to one form, refused where it holds what nobody sees; knows no column.

Two texts that look alike must be alike: a zero-width space in a company's name makes a second company.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from documents.grid import Cell


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says: a value (None for an empty cell), how it was understood, or a complaint in words."""

    value: Any = None
    understood: str = ""
    complaint: str = ""


_LONGEST_SHOWN = 30
_LONGEST_WORD = 300
_LONGEST_EXACT_NUMBER = 10**15
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_FULL_WIDTH_WORDS = {code: half for code, half in _FULL_WIDTH.items() if chr(half).isalnum()}
# Text copied from a PDF holds Kangxi radicals ⼯ where it shows characters 工.
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_TIDIED = _FULL_WIDTH_WORDS | _RADICALS
_EMOJI_JOINER, _EMOJI_STYLES = "\u200d", "\ufe0e\ufe0f"
_STYLED_SIGNS = tuple("‼⁉〰〽↔")
_KEYS, _KEYCAP = tuple("0123456789#*"), "\u20e3"
_EMOJI = range(0x1F000, 0x1FB00)
_RARE_HANZI = range(0x20000, 0x3FFFE)
# Printable by Unicode's book, but seen by nobody: fillers, a blank Braille pattern, variation selectors.
_UNSEEN = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef"
_UNUSUAL = re.compile(f"[{_UNSEEN}\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u2f00-\u2fd5]")
_IS_UNSEEN = re.compile(f"[{_UNSEEN}]")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
_ODD_BLANKS = re.compile("[^\\S\n\t\x0b\x0c\x1c-\x1f\x85]")
# Exported so that Excel keeps leading zeros: ="00123".
_GUARDED = re.compile(r'="([^"]*)"')
_NAMES = {
    "\u00ad": "软连字符",
    "\u200b": "零宽空格",
    "\u200c": "零宽不连字符",
    "\u200d": "零宽连字符",
    "\u200e": "从左到右标记",
    "\u200f": "从右到左标记",
    "\u2060": "零宽词连接符",
    "\ufeff": "零宽字节序标记",
}
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_CATEGORIES = {
    "Cc": "控制字符",
    "Cf": "零宽格式字符",
    "Cs": "残缺字符",
    "Co": "自造字",
    "Cn": "未定义字符",
}


def text(raw: Cell, *, longest: int) -> Reading:
    """Read free text: normal form C, trimmed, letters and digits in half width, emoji kept; `longest` in characters.

    >>> text(" 红星化工厂３号车间 ", longest=20).value
    '红星化工厂3号车间'
    """
    if isinstance(raw, str) and _is_plain(raw, longest):
        return Reading(raw)
    written, understood, complaint = _written(raw)
    if complaint:
        return Reading(complaint=complaint)
    if place := unseen(written):
        return Reading(complaint=place)
    tidy = unicodedata.normalize("NFC", written.translate(_TIDIED))
    if len(tidy) > longest:
        return Reading(complaint=f"有 {len(tidy)} 个字，最多 {longest} 个，请删减")
    if tidy != unicodedata.normalize("NFC", written):
        understood = "全角字母、数字或部首字符已改为通常写法"
    return Reading(tidy or None, understood)


def word(raw: Cell) -> Reading:
    """Read a short code-like text: one line, everything in half width that has a half width."""
    reading = text(raw, longest=_LONGEST_WORD)
    if not isinstance(reading.value, str):
        return reading
    return Reading(half_width(reading.value), reading.understood)


def half_width(written: str) -> str:
    """Return the text with full-width letters, digits, punctuation and blanks in half width, trimmed."""
    return written.translate(_FULL_WIDTH).strip()


def shown(raw: object) -> str:
    """Return a value so that it can be quoted in a message: short, on one line, nothing unseen in it."""
    written = str(raw)
    cut = written[:_LONGEST_SHOWN] + ("…" if len(written) > _LONGEST_SHOWN else "")
    return "".join(character if _is_seen(character) else f"<U+{ord(character):04X}>" for character in cut)


def unseen(written: str) -> str:
    """Return a complaint about the first character that nobody sees, empty when there is none."""
    for index, character in enumerate(written):
        if not _is_allowed(written, index, character):
            place = f"第 {index + 1} 个字是{_name(character)}（U+{ord(character):04X}）"
            return f"{place}，请删除后重新填写" if character not in _DIRECTIONS else f"{place}，会颠倒文字顺序，请删除"
    return ""


def _is_plain(written: str, longest: int) -> bool:
    return (
        0 < len(written) <= longest
        and written.isprintable()
        and not _UNUSUAL.search(written)
        and written[0] != " "
        and written[-1] != " "
        and written[0] != "="
        and unicodedata.is_normalized("NFC", written)
    )


def _written(raw: Cell) -> tuple[str, str, str]:
    """Return the raw value as text, with how it was understood or a complaint."""
    match raw:
        case None:
            return "", "", ""
        case bool():
            return ("是" if raw else "否"), f"逻辑值 {str(raw).upper()} 理解为「{'是' if raw else '否'}」", ""
        case int() | float():
            return _number(raw)
        case datetime() | date() | time():
            written = str(raw).removesuffix(" 00:00:00")
            return written, f"日期或时间按文字「{written}」理解", ""
        case str():
            return _typed(raw)


def _typed(raw: str) -> tuple[str, str, str]:
    written = _ODD_BLANKS.sub(" ", _LINE_ENDS.sub("\n", raw)).strip(" \n\t")
    if guarded := _GUARDED.fullmatch(written):
        return guarded[1].strip(), f"{shown(written)} 理解为「{shown(guarded[1])}」", ""
    return written, "", ""


def _number(raw: float) -> tuple[str, str, str]:
    if isinstance(raw, float) and not abs(raw) < _LONGEST_EXACT_NUMBER:
        complaint = "数字超过 15 位，Excel 已改动末尾几位，请把单元格设为「文本」格式后重新填写"
        return "", "", complaint
    return (f"{raw:.15g}" if isinstance(raw, float) else str(raw)), "", ""


def _is_allowed(written: str, index: int, character: str) -> bool:
    if _is_seen(character) or character in "\n\t":
        return True
    before, after = written[index - 1 : index], written[index + 1 : index + 2]
    if character == _EMOJI_JOINER:
        return _is_pictorial(before) and _is_pictorial(after)
    if character not in _EMOJI_STYLES:
        return False
    # ☎️ and 1️⃣ are drawn as pictures; behind a letter or a bare digit the selector would be seen by nobody.
    return _is_pictorial(before) or before in _STYLED_SIGNS or (before in _KEYS and after == _KEYCAP)


def _is_seen(character: str) -> bool:
    if character.isprintable():
        return not _IS_UNSEEN.fullmatch(character)
    # This Python's Unicode may be older than an emoji or a rare character of somebody's name.
    is_new = unicodedata.category(character) == "Cn"
    return is_new and (ord(character) in _EMOJI or ord(character) in _RARE_HANZI) and ord(character) & 0xFFFE != 0xFFFE  # noqa: PLR2004 - Unicode 23.7: the noncharacters


def _is_pictorial(character: str) -> bool:
    if not character:
        return False
    return (
        character in tuple(_EMOJI_STYLES) or ord(character) in _EMOJI or unicodedata.category(character) in {"So", "Sk"}
    )


def _name(character: str) -> str:
    if character in _DIRECTIONS:
        return "看不见的文字方向控制符"
    known = _NAMES.get(character) or _CATEGORIES.get(unicodedata.category(character), "空白占位字符")
    return known if known == "自造字" else f"看不见的{known}"
