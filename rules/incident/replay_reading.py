"""Reading a timeline from TOML or from JSON lines 读取时间线: every key by name, every fault with its place."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeVar, cast

from rules.errors import ContentInvalid
from rules.incident.acts import PERSONS, Verdict
from rules.incident.casualties import UNKNOWN, Casualties, Count, yuan_of
from rules.incident.figures import read_instant
from rules.incident.grade import Grade
from rules.incident.parties import AccidentKind, Channel, Party, Sector
from rules.incident.replay_spans import Precision, Span, claimed
from rules.incident.replay_timeline import Event, OfficialFinding, Timeline, What

if TYPE_CHECKING:
    from enum import StrEnum

    from rules.incident.law import IncidentLaw

_Choice = TypeVar("_Choice", bound="StrEnum")
_TABLES = ("accident", "event", "finding")
_MIDNIGHT = " 00:00"
_DAY_LENGTH = len("2021-06-10")
_MONTH_LENGTH = len("2021-06")


class _Entry:
    """One table of the file, read key by key; what nobody asked for is a fault."""

    def __init__(self, raw: object, where: str) -> None:
        if not isinstance(raw, dict):
            raise ContentInvalid(f"时间线「{where}」应为一组键值。请对照文档改正后重试。")
        self._raw = dict(cast("dict[str, Any]", raw))
        self.where = where

    def wrong(self, what: str) -> ContentInvalid:
        return ContentInvalid(f"时间线「{self.where}」{what}。请对照文档改正后重试。")

    def done(self) -> None:
        if self._raw:
            raise self.wrong(f"有不认识的键 {'、'.join(sorted(self._raw))}")

    def has(self, key: str) -> bool:
        return key in self._raw

    def text(self, key: str, default: str | None = None) -> str:
        value = self._raw.pop(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.wrong(f"的 {key} 应为文字")
        return value.strip()

    def flag(self, key: str) -> bool:
        value = self._raw.pop(key, False)
        if not isinstance(value, bool):
            raise self.wrong(f"的 {key} 应为 true 或 false")
        return value

    def whole(self, key: str) -> int | None:
        value = self._raw.pop(key, None)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            raise self.wrong(f"的 {key} 应为不小于零的整数；不知道的不写，不要写零")
        return value

    def choice(self, key: str, kind: type[_Choice], default: _Choice | None = None) -> _Choice:
        value = self.text(key, default)
        if value not in set(kind):
            raise self.wrong(f"的 {key} 不能为「{value}」，可用：{'、'.join(kind)}")
        return kind(value)

    def choice_or_none(self, key: str, kind: type[_Choice]) -> _Choice | None:
        return self.choice(key, kind) if self.has(key) else None

    def amount(self, key: str) -> int | None:
        """Return an amount written in 万元 in yuan."""
        value = self._raw.pop(key, None)
        if value is None:
            return None
        try:
            yuan = Decimal(str(value)) * yuan_of(1)
        except InvalidOperation as error:
            raise self.wrong(f"的 {key} 应为以万元计的数") from error
        if not yuan.is_finite() or yuan < 0:
            raise self.wrong(f"的 {key} 应为以万元计、不小于零的数")
        return int(yuan)

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._raw.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in cast("list[object]", value)):
            raise self.wrong(f"的 {key} 应为一列文字")
        return tuple(cast("list[str]", value))

    def span(self, about_minutes: int) -> tuple[Span, Precision | None]:
        """Return `at` with its `precision`, or the bounds `after` and `before`; nothing at all is an unknown time."""
        bounds = Span(self._bound("after"), self._bound("before"))
        if not self.has("at"):
            return self._ordered(bounds), None
        written = self._when("at")
        precision = self.choice("precision", Precision, _natural(written))
        at = read_instant(_completed(written), f"{self.where} 的 at")
        return self._ordered(claimed(at, precision, about_minutes).narrowed(lo=bounds.lo, hi=bounds.hi)), precision

    def day(self, key: str) -> Span | None:
        if not self.has(key):
            return None
        at = read_instant(_completed(self._when(key)), f"{self.where} 的 {key}")
        return claimed(at, Precision.DAY, 0)

    def _when(self, key: str) -> str:
        """Return a time as text, whether it was written as text or as TOML's own day or instant."""
        value = self._raw.get(key)
        if isinstance(value, date):
            self._raw[key] = value.isoformat()
        return self.text(key)

    def _bound(self, key: str) -> Any:
        if not self.has(key):
            return None
        written = self._when(key)
        at = read_instant(_completed(written), f"{self.where} 的 {key}")
        whole_day = len(written) == _DAY_LENGTH and key == "before"
        return claimed(at, Precision.DAY, 0).hi if whole_day else at

    def _ordered(self, span: Span) -> Span:
        if span.lo is not None and span.hi is not None and span.hi < span.lo:
            raise self.wrong(f"的时间自相矛盾：{span}")
        return span


def _natural(written: str) -> Precision:
    """Return how precise a time is by how it is written, where nothing else is said."""
    return {_DAY_LENGTH: Precision.DAY, _MONTH_LENGTH: Precision.MONTH}.get(len(written), Precision.MINUTE)


def _completed(written: str) -> str:
    return {_DAY_LENGTH: f"{written}{_MIDNIGHT}", _MONTH_LENGTH: f"{written}-01{_MIDNIGHT}"}.get(len(written), written)


def read_timeline(text: str, *, json_lines: bool, law: IncidentLaw) -> Timeline:
    """Read one accident. Raises `ContentInvalid` or `TimeInvalid` naming the table, the key and what to do.

    In JSON lines each line is one table, with its name under the key `is`.
    """
    tables = _json_tables(text) if json_lines else _toml_tables(text)
    if len(tables["accident"]) != 1:
        raise ContentInvalid("时间线应有且只有一个 accident。请对照文档改正后重试。")
    events = tuple(_event(entry, law) for entry in tables["event"])
    if sum(event.what is What.OCCURRED for event in events) != 1:
        raise ContentInvalid("时间线应有且只有一个 occurred 事件；时刻不知道的，写 after、before 或者都不写。请补充。")
    timeline = _timeline(tables["accident"][0], events, tuple(map(_finding, tables["finding"])))
    _check_sources(timeline)
    return timeline


def _toml_tables(text: str) -> dict[str, list[_Entry]]:
    try:
        raw: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContentInvalid(f"时间线不是有效的 TOML：{error}。请改正后重试。") from error
    unknown = sorted(raw.keys() - set(_TABLES))
    if unknown:
        raise ContentInvalid(f"时间线有不认识的表 {'、'.join(unknown)}，可用：{'、'.join(_TABLES)}。请改正后重试。")
    return {
        name: [_Entry(entry, f"{name} {number}") for number, entry in enumerate(_listed(raw.get(name, [])), start=1)]
        for name in _TABLES
    }


def _listed(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _json_tables(text: str) -> dict[str, list[_Entry]]:
    tables: dict[str, list[_Entry]] = {name: [] for name in _TABLES}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
        except json.JSONDecodeError as error:
            raise ContentInvalid(f"时间线第 {number} 行不是有效的 JSON：{error}。请改正后重试。") from error
        entry = _Entry(raw, f"第 {number} 行")
        name = entry.text("is")
        if name not in tables:
            raise entry.wrong(f"的 is 不能为「{name}」，可用：{'、'.join(_TABLES)}")
        tables[name].append(entry)
    return tables


def _timeline(entry: _Entry, events: tuple[Event, ...], findings: tuple[OfficialFinding, ...]) -> Timeline:
    timeline = Timeline(
        id=entry.text("id"),
        name=entry.text("name"),
        province=entry.text("province", ""),
        city=entry.text("city", ""),
        county=entry.text("county", ""),
        sector=entry.choice("sector", Sector, Sector.OTHER),
        kind=entry.choice("kind", AccidentKind, AccidentKind.OTHER),
        casualties=_casualties(entry),
        official_grade=entry.choice_or_none("official_grade", Grade),
        events=events,
        findings=findings,
        sources=entry.texts("sources"),
        note=entry.text("note", ""),
    )
    entry.done()
    return timeline


def _casualties(entry: _Entry) -> Casualties:
    persons = {key: _count(entry, key) for key in PERSONS}
    loss, least = entry.amount("loss_wan"), entry.amount("loss_wan_at_least")
    return Casualties(loss_yuan=_counted(entry, "loss_wan", loss, least), **persons)


def _count(entry: _Entry, key: str) -> Count:
    return _counted(entry, key, entry.whole(key), entry.whole(f"{key}_at_least"))


def _counted(entry: _Entry, key: str, known: int | None, least: int | None) -> Count:
    if known is not None and least is not None:
        raise entry.wrong(f"的 {key} 与 {key}_at_least 只能写一项")
    if known is not None:
        return Count.known(known)
    return UNKNOWN if least is None else Count.at_least(least)


def _event(entry: _Entry, law: IncidentLaw) -> Event:
    at, precision = entry.span(law.about_minutes)
    event = Event(
        what=entry.choice("what", What),
        at=at,
        precision=precision,
        by=entry.choice_or_none("by", Party),
        to=entry.choice_or_none("to", Party),
        channel=entry.choice("channel", Channel, Channel.UNKNOWN),
        first=entry.flag("first"),
        ends_on=entry.day("ends_on"),
        figures=_casualties(entry),
        source=entry.whole("source"),
        note=entry.text("note", ""),
    )
    entry.done()
    wanted = {What.LEARNED: (event.by,), What.REPORTED: (event.to,), What.NOT_REPORTED: (event.by,)}
    if None in wanted.get(event.what, ()):
        raise entry.wrong("：learned、not_reported 应写明 by，reported 应写明 to")
    return event


def _finding(entry: _Entry) -> OfficialFinding:
    finding = OfficialFinding(
        entry.choice("verdict", Verdict),
        entry.text("against", ""),
        entry.choice_or_none("by", Party),
        entry.whole("source"),
    )
    entry.done()
    return finding


def _check_sources(timeline: Timeline) -> None:
    cited = [entry.source for entry in (*timeline.events, *timeline.findings) if entry.source is not None]
    missing = sorted({number for number in cited if not 0 < number <= len(timeline.sources)})
    if missing:
        raise ContentInvalid(
            f"时间线引用了不存在的来源 {'、'.join(map(str, missing))}；自1编号，共 {len(timeline.sources)} 个。请改正。"
        )
