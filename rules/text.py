"""Free text as people type it 文字: cleaned, measured and refused with the place of the fault; knows no field."""

from __future__ import annotations

import unicodedata

from rules.errors import ContentInvalid

_ALLOWED_CONTROLS = frozenset("\n\t")
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Joins the parts of one emoji; without it a family falls into four people.
_EMOJI_JOINER = "\u200d"
# Phones and name registers are years ahead of Python's table of characters: what is unassigned there may be a new
# emoji or a rare Chinese character of somebody's name.
_EMOJI = range(0x1F000, 0x1FB00)
_RARE_CHARACTERS = range(0x20000, 0x40000)
_NONCHARACTER = 0xFFFE


def clean(text: str, *, longest: int, label: str) -> str:
    """Return the text in normal form C with plain line ends and no blanks around it.

    Emoji are text. Control, direction-changing and zero-width characters are refused: they make two texts that look
    alike differ. Raises `ContentInvalid` naming the field `label`, the character and its position.
    """
    tidy = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(tidy) > longest:
        raise ContentInvalid(f"「{label}」有 {len(tidy)} 个字，最多 {longest} 个。请删减后重新提交，已填内容不会丢失。")
    # What can be printed is nothing that is refused; that is seen at once, and of nearly every text.
    for position, character in enumerate("" if tidy.isprintable() else tidy, start=1):
        if _is_refused(tidy, position - 1, character):
            name = unicodedata.name(character, f"U+{ord(character):04X}")
            raise ContentInvalid(f"「{label}」第 {position} 个字是看不见的控制字符（{name}）。请删除后重新提交。")
    return tidy


def _is_refused(text: str, index: int, character: str) -> bool:
    if character in _ALLOWED_CONTROLS or unicodedata.category(character) not in _REFUSED_CATEGORIES:
        return False
    if _is_newer_than_python(character):
        return False
    joins = character == _EMOJI_JOINER and 0 < index < len(text) - 1
    return not (joins and _is_pictorial(text[index - 1]) and _is_pictorial(text[index + 1]))


def _is_newer_than_python(character: str) -> bool:
    number = ord(character)
    is_noncharacter = number & _NONCHARACTER == _NONCHARACTER
    return not is_noncharacter and (number in _EMOJI or number in _RARE_CHARACTERS)


def _is_pictorial(character: str) -> bool:
    return unicodedata.category(character) in {"So", "Sk", "Mn"} or ord(character) in _EMOJI
