"""Language 语言: Chinese is the source, English a catalogue keyed by it; words for days, instants and countdowns.

Sentences that the rules build from facts are matched against patterns of the catalogue, so that an error is read in
English too. Law itself, and how a day was counted, stay in Chinese: that is the text a court would read.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime

_FILE = Path(__file__).parent / "words" / "en.toml"
_WEEKDAYS = "一二三四五六日"
_ENGLISH_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MINUTES_IN_A_DAY = 24 * 60
_SOON_MINUTES = 2 * _MINUTES_IN_A_DAY
_HOLE = re.compile(r"\{[^{}]*\}")
_MOST_LETTERS = 600


@dataclass(frozen=True, slots=True)
class Words:
    """The English catalogue: whole texts, and sentences with holes in the order in which they were written."""

    texts: Mapping[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]


def read_words(path: Path = _FILE) -> Words:
    """Return the catalogue."""
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    sentences = {**found["patterns"], **found["told"]}
    return Words(found["texts"], tuple((_pattern(zh), en) for zh, en in sentences.items()))


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(re.escape(part) for part in _HOLE.split(sentence)), re.DOTALL)


class Language:
    """One of the two languages; its `say` is what templates call."""

    def __init__(self, code: str, words: Words) -> None:
        self.code = code
        self._words = words
        self.tag = "zh-CN" if code == "zh" else "en"
        self.told = lru_cache(maxsize=512)(self._told)

    @property
    def is_chinese(self) -> bool:
        """Tell whether this is the source language."""
        return self.code == "zh"

    def say(self, text: str, /, **values: Any) -> str:
        """Return a text in this language, its holes filled; one that nobody translated stays Chinese."""
        found = text if self.is_chinese else self._words.texts.get(text, text)
        return found.format(**values) if values else found

    def knows(self, text: str) -> bool:
        """Tell whether the catalogue has the text."""
        return self.is_chinese or text in self._words.texts

    def _told(self, sentence: str) -> str:
        """Return a sentence built elsewhere in this language; what no pattern fits stays Chinese."""
        if self.is_chinese or len(sentence) > _MOST_LETTERS:
            return sentence
        if sentence in self._words.texts:
            return self._words.texts[sentence]
        for pattern, english in self._words.patterns:
            match = pattern.fullmatch(sentence)
            if match:
                return english.format(*(self._part(part) for part in match.groups()))
        return sentence

    def _part(self, part: str) -> str:
        """Return what fills a hole: a known text, a list of such, or a sentence of its own."""
        return (
            ", ".join(self._words.texts.get(each, each) for each in part.split("、"))
            if "、" in part
            else self.told(part)
        )

    # --- days and instants -------------------------------------------------------------------

    def day(self, on: date) -> str:
        """Return a day with its weekday."""
        if self.is_chinese:
            return f"{on.year}年{on.month}月{on.day}日（周{_WEEKDAYS[on.weekday()]}）"
        return f"{on.day} {_MONTHS[on.month - 1]} {on.year} ({_ENGLISH_WEEKDAYS[on.weekday()]})"

    def moment(self, at: DateTime) -> str:
        """Return an instant in Asia/Shanghai to the minute."""
        if self.is_chinese:
            return f"{at.year}年{at.month}月{at.day}日 {at.hour:02d}:{at.minute:02d}"
        return f"{at.day} {_MONTHS[at.month - 1]} {at.year} {at.hour:02d}:{at.minute:02d}"

    def until(self, due_at: DateTime) -> str:
        """Return the last day or instant in time: a term that ends at midnight ends with the day before."""
        if (due_at.hour, due_at.minute, due_at.second) == (0, 0, 0):
            return f"{self.day(due_at.date() - timedelta(days=1))} 24:00"
        return self.moment(due_at)

    def countdown(self, due_at: DateTime, now: DateTime) -> str:
        """Return how long is left, or by how long it is late, in words."""
        seconds = (due_at - now).total_seconds()
        length = self._length(abs(seconds))
        return self.say("逾期{length}", length=length) if seconds <= 0 else self.say("还剩{length}", length=length)

    def _length(self, seconds: float) -> str:
        days, rest = divmod(int(seconds // 60), _MINUTES_IN_A_DAY)
        hours, minutes = divmod(rest, 60)
        if days and hours:
            return self.say("{days}天{hours}小时", days=days, hours=hours)
        if days:
            return self.say("{days}天", days=days)
        if hours:
            return self.say("{hours}小时{minutes}分", hours=hours, minutes=minutes)
        return self.say("{minutes}分钟", minutes=minutes)


def urgency(due_alert: DateTime | None, late_from: DateTime | None, now: DateTime) -> str:
    """Return how pressing a duty is: late, past its alert, soon, calm, or none where it has no term."""
    if due_alert is None:
        return "none"
    if late_from is not None and now >= late_from:
        return "late"
    if now >= due_alert:
        return "past"
    return "soon" if (due_alert - now).total_seconds() < _SOON_MINUTES * 60 else "calm"
