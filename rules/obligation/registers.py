"""Registers 登记名册: what each entry must say, read from what people type or paste; knows no facts.

An entry may name people, so entries are free text beside the chain; the chain keeps how many there were.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING

from rules.errors import ContentInvalid
from rules.quotas import ColumnKind

if TYPE_CHECKING:
    from rules.act import Act
    from rules.periods import Period
    from rules.quotas import Column, Quota, Register

SEPARATOR = "｜"
_BETWEEN = re.compile(r"[|｜\t]")
_DAY = re.compile(r"(\d{4})[^\d\s](\d{1,2})[^\d\s](\d{1,2})[^\d\s]?", re.ASCII)
_MOMENT = re.compile(r"(?P<day>\S+?)[ T](?P<hour>\d{1,2})[:：](?P<minute>\d{2})", re.ASCII)
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,4})?", re.ASCII)
_TIMES = frozenset({ColumnKind.DAY, ColumnKind.MOMENT})
_WRITTEN_AS = {
    ColumnKind.DAY: "日期，如 2026-03-02", ColumnKind.MOMENT: "时刻，如 2026-03-02 14:05", ColumnKind.NUMBER: "数字",
}  # fmt: skip
_OF_A_DAY = len("2026-03-02")


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry: its cells in the order of the columns, days and minutes in ISO 8601, as 2026-03-02 14:05."""

    cells: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the entry as one line."""
        return SEPARATOR.join(self.cells)


def heading(register: Register) -> str:
    """Return the columns as the line above the entries."""
    return SEPARATOR.join(column.label for column in register.columns)


def read_entries(written: str, register: Register) -> tuple[Listed, ...]:
    """Return the entries of a text, one a line; blank lines and a line that repeats the heading are no entries.

    Raises `ContentInvalid` naming the line, the column and what is wrong. Law: obl-register 登记名册.
    """
    found: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(written.splitlines(), start=1):
        cells = [cell.strip() for cell in _BETWEEN.split(line)]
        while cells and not cells[-1]:
            cells.pop()
        if not cells or cells == [column.label for column in register.columns]:
            continue
        entry = _entry(number, cells, register)
        if entry in found:
            raise _unfit(f"「登记内容」第 {number} 行与第 {found[entry]} 行相同。请删去一行，已填内容不会丢失。")
        found[entry] = number
    return tuple(Listed(cells) for cells in found)


def refuse_other_terms(entries: tuple[Listed, ...], line: Quota, register: Register, term: Period, today: date) -> None:
    """Return when no day lies ahead and what happened, happened in the term. Raises `ContentInvalid` naming the entry.

    A roster says what stands: its days may be long ago. What is entered late may have happened late.
    """
    for number, entry in enumerate(entries, start=1):
        for column, cell in zip(register.columns, entry.cells, strict=True):
            if column.kind not in _TIMES:
                continue
            day = date.fromisoformat(cell[:_OF_A_DAY])
            if day > today:
                raise _unfit(f"「登记内容」第 {number} 条的「{column.label}」{day} 还没有到。请在发生之后登记。")
            is_of_term = term.holds(day) or (line.late and day > term.last)
            if not register.is_roster and not is_of_term:
                raise _unfit(
                    f"「登记内容」第 {number} 条的「{column.label}」{day} 不在周期 {term.code} 内。"
                    "请登记到该日所在周期的事项。"
                )


def refuse_unfit(act: Act, line: Quota) -> None:
    """Return when there are as many entries as the line asks for, or it is said why there are none.

    Raises `ContentInvalid`. Law: obl-register 登记名册.
    """
    assert line.register is not None, "a line that a register fulfils has columns"
    has_entries, has_none = "entries" in act.texts, "nothing" in act.texts
    asked, least, count = heading(line.register), line.register.least, act.says_number("count")
    if has_entries and has_none:
        raise _unfit("「登记内容」和「本期没有的情况」只能填写一项。请删去其中一项。")
    if has_none and not line.register.may_be_none:
        raise _unfit(f"「登记内容」不能没有。请每行一条填写：{asked}。")
    if not has_entries and not has_none and line.register.may_be_none:
        raise _unfit(f"「登记内容」没有填写。请每行一条填写：{asked}；本期确实没有的，写明「本期没有的情况」。")
    if not has_entries and not has_none:
        raise _unfit(f"「登记内容」没有填写。请每行一条填写：{asked}。")
    if has_entries and count < least:
        raise _unfit(f"「登记内容」应至少 {least} 条，现有 {count} 条。请补充后重新提交，已填内容不会丢失。")


def total(entries: tuple[Listed, ...], at: int) -> float:
    """Return what a column of numbers adds up to."""
    return sum(float(entry.cells[at]) for entry in entries)


def _entry(number: int, cells: list[str], register: Register) -> tuple[str, ...]:
    asked, filled = len(register.columns), len([cell for cell in cells if cell])
    if len(cells) != asked or filled != asked:
        raise _unfit(
            f"「登记内容」第 {number} 行应有 {asked} 项：{heading(register)}，现有 {filled} 项。"
            "请补齐，已填内容不会丢失。"
        )
    return tuple(_cell(number, cell, column) for cell, column in zip(cells, register.columns, strict=True))


def _cell(number: int, cell: str, column: Column) -> str:
    match column.kind:
        case ColumnKind.DAY:
            found = _day(cell)
        case ColumnKind.MOMENT:
            found = _moment(cell)
        case ColumnKind.NUMBER:
            found = cell if _NUMBER.fullmatch(cell) else ""
        case _:
            return cell
    if not found:
        raise _unfit(
            f"「登记内容」第 {number} 行的「{column.label}」应为{_WRITTEN_AS[column.kind]}，不能为「{cell}」。请改正。"
        )
    return found


def _day(cell: str) -> str:
    """Return a day as it is kept, empty for what is none."""
    written = _DAY.fullmatch(cell)
    try:
        return date(*map(int, written.groups())).isoformat() if written else ""
    except ValueError:
        return ""


def _moment(cell: str) -> str:
    """Return a minute as it is kept, empty for what is none."""
    written = _MOMENT.fullmatch(cell)
    day = _day(written["day"]) if written else ""
    if written is None or not day:
        return ""
    try:
        return f"{day} {time(int(written['hour']), int(written['minute'])):%H:%M}"
    except ValueError:
        return ""


def _unfit(message: str) -> ContentInvalid:
    return ContentInvalid(message, clause="obl-register")
