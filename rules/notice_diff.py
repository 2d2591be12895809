"""Two years' notices compared 通知对照: rows added, removed and changed, and what becomes of duties that run.

Rows are told apart by their numbers, which are kept from year to year. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules.county_notice import CountyNotice, Row
    from rules.quotas import Quota
    from rules.rulebook import Rulebook


class Kind(StrEnum):
    """What became of a row from one year to the next."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"

    @property
    def label(self) -> str:
        """Return the word shown beside the row."""
        return _KIND_LABELS[self]


_KIND_LABELS = {Kind.ADDED: "新增", Kind.REMOVED: "取消", Kind.CHANGED: "变更"}
_COMPARED = {
    "paragraph": "段落",
    "quote": "引文",
    "responsible": "责任单位",
    "posts": "岗位",
    "frequency": "频次",
    "evidence": "佐证",
    "row_class": "类别",
    "process": "流程",
    "clauses": "条款",
    "indicators": "指标",
    "register": "登记册",
    "duty": "应办",
}
_PERIODIC = frozenset({"frequency", "duty"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that is not what it was: the fields that differ, in words, and what becomes of what runs.

    `to_do` says what the county must still write down, empty where nothing is left to do.
    """

    id: str
    kind: Kind
    fields: tuple[str, ...]
    before: Row | None
    after: Row | None
    becomes: str
    to_do: str = ""


def compare(before: CountyNotice, after: CountyNotice, rulebook: Rulebook) -> tuple[Difference, ...]:
    """Return every difference in order of number; `rulebook` says which quotas run and until when."""
    old, new = ({row.id: row for row in notice.rows} for notice in (before, after))
    eve = after.issued_on - timedelta(days=1)
    lines = [line for line in rulebook.quotas(eve) if line.is_enabled]
    found: list[Difference] = []
    for row_id in sorted(old.keys() | new.keys()):
        own = [line for line in lines if row_id in line.rows]
        if row_id not in new:
            found.append(_removed(old[row_id], own, frozenset(new)))
        elif row_id not in old:
            found.append(_added(new[row_id]))
        elif fields := _fields(old[row_id], new[row_id]):
            found.append(_changed(old[row_id], new[row_id], fields, own))
    return tuple(found)


def _fields(old: Row, new: Row) -> tuple[str, ...]:
    return tuple(name for name in _COMPARED if getattr(old, name) != getattr(new, name))


def _added(row: Row) -> Difference:
    becomes = f"{row.row_class.label}：{row.why}"
    if row.row_class.is_running:
        becomes = "自通知施行起办理；周期应办自第一个完整周期起"
    return Difference(row.id, Kind.ADDED, (), None, row, becomes)


def _changed(old: Row, new: Row, fields: tuple[str, ...], lines: list[Quota]) -> Difference:
    becomes = "进行中的应办照旧"
    if old.row_class.is_running and not new.row_class.is_running:
        becomes = "已开立的应办照旧办结，不再开立新的"
    elif lines and _PERIODIC & set(fields):
        becomes = "进行中的周期按其首日的规定办完，新的规定自下一个周期起"
    elif _PERIODIC & set(fields):
        becomes = "已开立的应办按开立之日的规定办结，新的规定适用于以后开立的"
    return Difference(new.id, Kind.CHANGED, tuple(_COMPARED[name] for name in fields), old, new, becomes)


def _removed(row: Row, lines: list[Quota], kept: frozenset[str]) -> Difference:
    becomes, to_do = "没有运行的应办", ""
    if lines:
        becomes, to_do = (
            "；".join(_ending(line, kept) for line in lines),
            "；".join(filter(None, (_still_to_end(line, kept) for line in lines))),
        )
    elif row.row_class.is_running:
        becomes = "已开立的应办照旧办结，条款按其有效期"
    return Difference(row.id, Kind.REMOVED, (), row, None, becomes, to_do)


def _ending(line: Quota, kept: frozenset[str]) -> str:
    others = [row_id for row_id in line.rows if row_id in kept]
    if others:
        return f"周期应办 {line.id} 由 {'、'.join(others)} 继续"
    return f"周期应办 {line.id} 已开启的周期办到期末，此后不再开启新的周期"


def _still_to_end(line: Quota, kept: frozenset[str]) -> str:
    """Return what must be written so that a quota ends with its rows, empty where it has been or others go on."""
    if line.in_force_until is not None or kept & set(line.rows):
        return ""
    return f"请在 rules/obligations 写明 {line.id} 的末日 in_force_until，否则仍会开启新的周期"
