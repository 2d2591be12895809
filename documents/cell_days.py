"""Days as people write them in ledgers 日期: read without guessing; what was understood is said."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from documents.cell_text import Reading, half_width, shown, word

if TYPE_CHECKING:
    from documents.grid import Cell

# No work-safety record of this state is older.
_FIRST_YEAR = 1949
_EXAMPLE = "例：2026-11-23"
_FIRST_DAY_1900, _FIRST_DAY_1904 = date(1899, 12, 30), date(1904, 1, 1)
# 1949 to 2100 as Excel counts days; anything else is no day but a number.
_SERIALS = range(16_000, 73_416)
_COMPACT = range(19_000_101, 22_000_000)
_UNLIKE_HYPHENS = str.maketrans("—–‐‑−", "-----")

_TIME = r"(?:T|\s*)(\d{1,2})\s*[:时点]\s*(?:(\d{1,2})\s*分?)?(?:\s*:?\s*(\d{1,2})(?:\.\d+)?\s*秒?)?"
_FULL = re.compile(rf"(\d{{4}})\s*[-./年]\s*(\d{{1,2}})\s*[-./月]\s*(\d{{1,2}})\s*[日号.]?(?:{_TIME})?")
_EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
# What is not guessed, and why; the first that fits is told.
_REFUSED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\d{4}\s*年?"), "缺少月和日，请写全"),
    (re.compile(r"\d{4}[-./年]\d.*\D\d{4}[-./年]\d.*"), "不止一天，请只填一天"),
    (re.compile(r"\d{1,2}\s*月\s*\d{1,2}\s*[日号]?|\d{1,2}[-./]\d{1,2}"), "缺少年份，请写全"),
    (re.compile(r"\d{4}\s*[-./年]\s*\d{1,2}\s*月?"), "缺少日，请写全"),
    (re.compile(r"\d{2}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}\s*[日号]?"), "年份应写四位"),
    (re.compile(r"\d{1,2}[-./]\d{1,2}[-./]\d{4}"), "年份应写在最前"),
    (re.compile(r".*\d:\d\d.*(?:Z|[+-]\d\d:?\d\d)"), "不接受带时区的时间，请按北京时间填写"),
)


def day(raw: Cell, *, latest: date, epoch_1904: bool) -> Reading:
    """Read a day from 1949 up to and including `latest`; `epoch_1904` says how the workbook counts days.

    >>> day("2026.11.3", latest=date(2026, 12, 31), epoch_1904=False).understood
    '2026.11.3 理解为 2026-11-03'
    """
    match raw:
        case None:
            return Reading()
        case datetime():
            understood = "" if raw.time() == time() else _understood(str(raw), raw.date())
            return _settle(raw.date(), understood, latest)
        case date():
            return _settle(raw, "", latest)
        case bool() | time():
            return _unreadable(raw)
        case int() | float():
            return _from_number(raw, latest=latest, epoch_1904=epoch_1904)
        case str():
            return _from_text(raw, latest=latest, epoch_1904=epoch_1904)


def _from_text(raw: str, *, latest: date, epoch_1904: bool) -> Reading:
    reading = word(raw)
    if reading.value is None:
        return reading
    written = half_width(reading.value).translate(_UNLIKE_HYPHENS)
    if _SERIAL.fullmatch(written):
        return _from_number(float(written), latest=latest, epoch_1904=epoch_1904)
    match = _FULL.fullmatch(written) or _EIGHT_DIGITS.fullmatch(written)
    if match is None:
        return _refused(written)
    year, month, number, *clock = match.groups()
    if not _is_time(clock):
        return Reading(complaint=f"时刻「{shown(written)}」不存在，{_EXAMPLE} 08:30")
    return _checked(int(year), int(month), int(number), written=raw.strip(), latest=latest)


def _from_number(raw: float, *, latest: date, epoch_1904: bool) -> Reading:
    if isinstance(raw, int) and raw in _COMPACT:
        return _checked(raw // 10_000, raw // 100 % 100, raw % 100, written=str(raw), latest=latest)
    if not _SERIALS.start <= raw < _SERIALS.stop:
        return _refused(f"{raw:.15g}")
    first = _FIRST_DAY_1904 if epoch_1904 else _FIRST_DAY_1900
    found = first + timedelta(days=int(raw))
    return _settle(found, f"{_understood(f'{raw:.15g}', found)}（Excel 日期序号）", latest)


def _checked(year: int, month: int, number: int, *, written: str, latest: date) -> Reading:
    try:
        found = date(year, month, number)
    except ValueError:
        return Reading(complaint=f"日期「{shown(written)}」不存在，请核对年月日")
    return _settle(found, "" if written == found.isoformat() else _understood(written, found), latest)


def _settle(found: date, understood: str, latest: date) -> Reading:
    if found.year < _FIRST_YEAR:
        return Reading(complaint=f"日期 {found} 早于 {_FIRST_YEAR} 年，请核对年份")
    if found > latest:
        return Reading(complaint=f"日期 {found} 晚于 {latest}，请核对年月日")
    return Reading(found, understood)


def _refused(written: str) -> Reading:
    for pattern, why in _REFUSED:
        if pattern.fullmatch(written):
            return Reading(complaint=f"日期「{shown(written)}」{why}，{_EXAMPLE}")
    return _unreadable(written)


def _unreadable(raw: object) -> Reading:
    return Reading(complaint=f"日期「{shown(raw)}」无法识别，{_EXAMPLE}")


def _understood(written: str, found: date) -> str:
    return f"{shown(written)} 理解为 {found}"


def _is_time(clock: list[str | None]) -> bool:
    hour, minute, second = (int(part or 0) for part in clock or (0, 0, 0))
    try:
        time(hour, minute, second)
    except ValueError:
        return False
    return True
