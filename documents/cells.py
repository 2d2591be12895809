"""What a cell says 单元格取值: tolerant readers that say what they understood, or complain in words to act on.

A reader never raises for what a person wrote. It knows its kind of value, neither column nor table.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from documents.cell_days import day
from documents.cell_text import Reading, half_width, shown, text, unseen, word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from documents.grid import Cell

__all__ = [
    "Reading",
    "choice",
    "choice_word",
    "code",
    "codes",
    "credit_code",
    "day",
    "email",
    "half_width",
    "is_credit_code",
    "mobile",
    "shown",
    "text",
    "unseen",
    "whole",
    "word",
]

_BLANKS = re.compile(r"\s+")
_NOTE = re.compile(r"[(（\[【〔].*?[)）\]】〕]")
_WHOLE = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?([人名个家次]?)")
_CLAUSE_END = re.compile(r"[,，。.;；:：!！、\s]")
_CODE = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z._/-]*[0-9A-Za-z])?")
_LONGEST_CODE = 40
_BETWEEN_CODES = re.compile(r"[、;；,，\s]+")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_MOBILE_DIGITS = 11
_COUNTRY = re.compile(r"(?:\+|00)?86(?=1\d{10}$)")
_EMAIL = re.compile(
    r"[0-9A-Za-z.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?\.)+[A-Za-z]{2,24}"
)
_LONGEST_EMAIL = 254

# GB 32100-2015: the characters in order of their value; I, O, S, V and Z are left out, they look like others.
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_LENGTH = 18
_CREDIT_BASE = 31
_CREDIT_WEIGHTS = tuple(pow(3, place, _CREDIT_BASE) for place in range(_CREDIT_LENGTH - 1))
_OLD_REGISTRATION_LENGTH = 15
_LOOK_ALIKES = {"I": "1", "O": "0", "S": "5", "V": "U 或 Y", "Z": "2"}


def whole(raw: Cell, *, most: int) -> Reading:
    """Read a whole number from 0 to `most`; thousands separators and a counting word such as 人 are understood."""
    reading = word(raw)
    if not isinstance(reading.value, str):
        return reading
    written = _BLANKS.sub("", reading.value)
    match = _WHOLE.fullmatch(written)
    if match is None:
        return Reading(complaint=f"「{shown(raw)}」不是 0 以上的整数，例：12")
    # Compared by length first: a number of thousands of digits is not worth computing.
    digits = match[1].replace(",", "").lstrip("0") or "0"
    if len(digits) > len(str(most)) or int(digits) > most:
        return Reading(complaint=f"「{shown(raw)}」过大，最多 {most:,}，请核对")
    value = int(digits)
    return Reading(value, "" if str(raw).strip() == str(value) else f"{shown(raw)} 理解为 {value}")


def choice(raw: Cell, *, words: Mapping[str, str], labels: Mapping[str, str]) -> Reading:
    """Read one of several choices; `words` maps every accepted word to a slug, `labels` every slug to its name.

    A note in brackets or behind a comma is allowed as long as it does not speak of another choice.
    """
    reading = word(raw)
    if not isinstance(reading.value, str):
        return reading
    written = choice_word(reading.value)
    slug = words.get(written) or _leading_choice(reading.value, words)
    if slug is None:
        return Reading(complaint=f"「{shown(raw)}」不在可选范围内，可填：{'、'.join(labels.values())}")
    label = labels[slug]
    return Reading(slug, "" if label == str(raw).strip() else f"「{shown(raw)}」理解为「{label}」")


def choice_word(written: str) -> str:
    """Return a word as choices are compared: no blanks, no notes in brackets, half width, lower case."""
    bare = _BLANKS.sub("", half_width(_NOTE.sub("", written))).lower()
    return bare or _BLANKS.sub("", half_width(written)).strip("()[]【】〔〕").lower()


def code(raw: Cell) -> Reading:
    """Read a code that other tables refer to: letters, digits, hyphen, dot, slash and underscore, 40 at most."""
    reading = word(raw)
    if not isinstance(reading.value, str):
        return reading
    if not _CODE.fullmatch(reading.value) or len(reading.value) > _LONGEST_CODE:
        return Reading(complaint=f"编码「{shown(raw)}」只能用字母、数字和连字符，最多 {_LONGEST_CODE} 位，例：DW-001")
    return Reading(reading.value, reading.understood)


def codes(raw: Cell) -> Reading:
    """Read one or several codes separated by 、 or ; as a tuple without repetitions."""
    reading = text(raw, longest=_LONGEST_CODE * _LONGEST_CODE)
    if not isinstance(reading.value, str):
        return reading
    found = [code(part) for part in _BETWEEN_CODES.split(reading.value) if part]
    complaint = next((part.complaint for part in found if part.complaint), "")
    if complaint or not found:
        return Reading(complaint=complaint or f"「{shown(raw)}」里没有编码，例：GW-001、GW-002")
    return Reading(tuple(dict.fromkeys(part.value for part in found)), reading.understood)


def mobile(raw: Cell) -> Reading:
    """Read a Chinese mobile number of 11 digits; blanks, hyphens and +86 are understood."""
    reading = word(raw)
    if not isinstance(reading.value, str):
        return reading
    digits = _COUNTRY.sub("", re.sub(r"[\s-]+", "", reading.value))
    if _MOBILE.fullmatch(digits):
        return Reading(digits, "" if str(raw).strip() == digits else f"{shown(raw)} 理解为 {digits}")
    if digits.isdecimal() and len(digits) != _MOBILE_DIGITS:
        return Reading(
            complaint=f"手机号「{shown(raw)}」有 {len(digits)} 位，应为 {_MOBILE_DIGITS} 位，例：13800000000"
        )
    return Reading(complaint=f"「{shown(raw)}」不是手机号，应为 1 开头的 {_MOBILE_DIGITS} 位数字，例：13800000000")


def credit_code(raw: Cell) -> Reading:
    """Read a unified social credit code 统一社会信用代码 and prove its check character (GB 32100-2015).

    >>> credit_code("91350100M000100Y43").value
    '91350100M000100Y43'
    """
    reading = word(raw)
    if not isinstance(reading.value, str):
        return reading
    written = _BLANKS.sub("", reading.value).upper()
    if complaint := _credit_complaint(written):
        return Reading(complaint=f"统一社会信用代码「{shown(raw)}」{complaint}")
    return Reading(written, "" if str(raw).strip() == written else f"{shown(raw)} 理解为 {written}")


def is_credit_code(written: str) -> bool:
    """Tell whether the text is a credit code with the right check character."""
    return not _credit_complaint(written)


def email(raw: Cell) -> Reading:
    """Read an e-mail address."""
    reading = word(raw)
    if not isinstance(reading.value, str):
        return reading
    written = reading.value
    if not _EMAIL.fullmatch(written) or len(written) > _LONGEST_EMAIL or ".." in written:
        return Reading(complaint=f"「{shown(raw)}」不是邮箱地址，例：name@example.com")
    return Reading(written, "" if str(raw).strip() == written else f"{shown(raw)} 理解为 {written}")


def _leading_choice(written: str, words: Mapping[str, str]) -> str | None:
    head = _CLAUSE_END.split(written.strip(), maxsplit=1)[0]
    slug = words.get(choice_word(head))
    rest = choice_word(written[len(head) :])
    # 「一般，建议升为重大」 names two choices: that is for a person to decide.
    others = any(word in rest for word, other in words.items() if other != slug and len(word) > 1)
    return None if others else slug


def _credit_complaint(written: str) -> str:
    if len(written) == _OLD_REGISTRATION_LENGTH and written.isdecimal():
        return f"是 {_OLD_REGISTRATION_LENGTH} 位旧注册号，请填写 {_CREDIT_LENGTH} 位统一社会信用代码"
    if len(written) != _CREDIT_LENGTH:
        return f"有 {len(written)} 位，应为 {_CREDIT_LENGTH} 位"
    for place, character in enumerate(written, start=1):
        if character not in _CREDIT_ALPHABET:
            alike = _LOOK_ALIKES.get(character)
            return f"第 {place} 位「{character}」不会出现在代码中" + (f"，是否为 {alike}" if alike else "，请核对")
    values = [_CREDIT_ALPHABET.index(character) for character in written]
    total = sum(value * weight for value, weight in zip(values, _CREDIT_WEIGHTS, strict=False))
    expected = _CREDIT_ALPHABET[-total % _CREDIT_BASE]
    return "" if written[-1] == expected else "校验位不对，代码中有一位写错，请对照营业执照核对"
