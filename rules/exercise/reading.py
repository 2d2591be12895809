"""Reading a scenario file 读取情景文件: every key by name, every fault with its line and its field."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from rules.actor import POSTS, WATCH_ROLES, Role
from rules.errors import ContentInvalid, RulebookError
from rules.exercise.scenario import Expectation, Inject, Player, Recipient, Scenario
from rules.incident import INCIDENT, IncidentAct
from rules.incident.law import law_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from rules.rulebook import Rulebook

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_HEADER = re.compile(r"\s*\[\[?\s*([a-z_.]+)\s*\]\]?", re.ASCII)
_BY = {"script": True, "people": False}
_NOT_PLAYED = frozenset({IncidentAct.RUNG.value, IncidentAct.LAPSE.value})


class _Lines:
    """Where tables and keys stand in the text, so that a fault can be found with an editor."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._headers = [
            (no, found[1]) for no, line in enumerate(self._lines, start=1) if (found := _HEADER.match(line))
        ]

    def of(self, header: str, nth: int, key: str) -> int:
        """Return the line of a key in the nth table of that header, the header's own where the key is not written."""
        at = [no for no, name in self._headers if name == header]
        begin = at[nth] if nth < len(at) else 1
        ends = [no for no, _ in self._headers if no > begin]
        last = ends[0] - 1 if ends else len(self._lines)
        written = re.compile(rf"\s*{re.escape(key)}\s*=")
        keyed = (no for no in range(begin, last + 1) if key and written.match(self._lines[no - 1]))
        return next(keyed, begin)


class _Entry:
    """One table of the file, read key by key; what nobody asked for is a fault."""

    def __init__(self, raw: object, header: str, nth: int, lines: _Lines) -> None:
        self._header, self._nth, self._lines = header, nth, lines
        self._raw: dict[str, Any] = {}
        if not isinstance(raw, dict):
            raise self.wrong("", "应为一组键值")
        self._raw = dict(cast("dict[str, Any]", raw))

    def wrong(self, key: str, what: str) -> ContentInvalid:
        line = self._lines.of(self._header, self._nth, key)
        field = f"「{self._header}」的 {key} " if key else f"「{self._header}」"
        return ContentInvalid(f"情景文件第 {line} 行，{field}{what}。请对照 docs/how-to.md 改正后重试。", line=line)

    def done(self) -> None:
        for key in sorted(self._raw):
            raise self.wrong(key, "是不认识的键")

    def text(self, key: str, default: str | None = None) -> str:
        value = self._raw.pop(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.wrong(key, "应为非空文字")
        return value.strip()

    def whole(self, key: str, *, least: int = 0) -> int:
        value = self._raw.pop(key, None)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.wrong(key, f"应为不小于 {least} 的整数（分钟）")
        return value

    def whole_or_none(self, key: str) -> int | None:
        return self.whole(key) if key in self._raw else None

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._raw.pop(key, [])
        entries = cast("list[object]", value) if isinstance(value, list) else [None]
        if not entries or not all(isinstance(entry, str) and entry.strip() for entry in entries):
            raise self.wrong(key, "应为一列非空文字")
        return tuple(cast("list[str]", entries))

    def one_of(self, key: str, known: Iterable[str], default: str | None = None) -> str:
        value, words = self.text(key, default), tuple(known)
        if value not in words:
            raise self.wrong(key, f"不能为「{value}」，可用：{'、'.join(words)}")
        return value

    def role(self, key: str) -> Role:
        return Role(self.one_of(key, _posts()))

    def roles(self, key: str) -> tuple[Role, ...]:
        names = self.texts(key)
        for name in names:
            if name not in _posts():
                raise self.wrong(key, f"不能为「{name}」，可用：{'、'.join(_posts())}")
        return tuple(Role(name) for name in names)

    def words(self, key: str) -> Mapping[str, str]:
        value = self._raw.pop(key, {})
        held = cast("dict[str, object]", value) if isinstance(value, dict) else {"": None}
        if not all(isinstance(each, str) for each in held.values()):
            raise self.wrong(key, "应为一组文字")
        return MappingProxyType(cast("dict[str, str]", held))

    def tables(self, key: str, header: str, seen: int = 0) -> Iterator[_Entry]:
        value = self._raw.pop(key, [])
        if not isinstance(value, list):
            raise self.wrong(key, f"应写作 [[{header}]]")
        for place, raw in enumerate(cast("list[object]", value)):
            yield _Entry(raw, header, seen + place, self._lines)


def _posts() -> tuple[str, ...]:
    return tuple(role.value for role in Role if role in POSTS | WATCH_ROLES and role is not Role.WATCH_NEXT)


def read_scenario(text: str, rulebook: Rulebook, on: date) -> Scenario:
    """Return the scenario that a file describes, its clauses as in force on the Shanghai day of the exercise.

    Raises `ContentInvalid` naming line, field and what is allowed there.
    """
    lines = _Lines(text)
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContentInvalid(f"情景文件不是有效的 TOML：{error}。请按所示行列改正后重试。") from error
    file = _Entry(raw, "文件", 0, lines)
    heads = list(file.tables("scenario", "scenario"))
    if len(heads) != 1:
        raise file.wrong("", f"应恰有一个 [[scenario]]，现有 {len(heads)} 个")
    players = _players(file)
    recipients = tuple(_recipient(entry) for entry in file.tables("recipient", "recipient"))
    injects = _injects(file, rulebook, on)
    file.done()
    return _scenario(heads[0], players, recipients, injects)


def _scenario(
    head: _Entry, players: Mapping[Role, Player], recipients: tuple[Recipient, ...], injects: tuple[Inject, ...]
) -> Scenario:
    name, starts = head.text("name"), head.text("starts")
    if not _NAME.fullmatch(name):
        raise head.wrong("name", "应为小写字母、数字和短横线")
    if not _CLOCK.fullmatch(starts):
        raise head.wrong("starts", f"应为时刻，如 07:20，不能为「{starts}」")
    found = Scenario(
        name=name,
        title=head.text("title"),
        sources=head.texts("sources"),
        note=head.text("note", ""),
        starts=starts,
        minutes=head.whole("minutes", least=1),
        sectors=head.texts("sectors"),
        injects=injects,
        players=players,
        recipients=recipients,
        preset=head.words("preset"),
    )
    if injects[-1].after_minutes > found.minutes:
        raise head.wrong("minutes", f"短于最后一条情景的 {injects[-1].after_minutes} 分钟")
    head.done()
    return found


def _players(file: _Entry) -> Mapping[Role, Player]:
    found: dict[Role, Player] = {}
    for entry in file.tables("player", "player"):
        role = entry.role("role")
        if role in found:
            raise entry.wrong("role", f"「{role}」写了两次")
        found[role] = Player(role, _BY[entry.one_of("by", _BY, "people")], entry.whole_or_none("answers_after"))
        entry.done()
    return MappingProxyType(found)


def _recipient(entry: _Entry) -> Recipient:
    found = Recipient(entry.role("role"), entry.text("channel"), entry.text("address"))
    entry.done()
    return found


def _injects(file: _Entry, rulebook: Rulebook, on: date) -> tuple[Inject, ...]:
    found: list[Inject] = []
    seen = 0
    for entry in file.tables("inject", "inject"):
        inject = _inject(entry, len(found) + 1, seen, rulebook, on)
        seen += len(inject.expected)
        found.append(inject)
        for before, after in pairwise(found[-2:]):
            if after.after_minutes < before.after_minutes:
                raise entry.wrong("after_minutes", f"早于前一条情景的 {before.after_minutes} 分钟")
    if not found:
        raise file.wrong("", "没有 [[inject]]，至少应有一条情景")
    return tuple(found)


def _inject(entry: _Entry, no: int, seen: int, rulebook: Rulebook, on: date) -> Inject:
    inject = Inject(
        no=no,
        after_minutes=entry.whole("after_minutes"),
        to=entry.roles("to"),
        says=entry.text("says"),
        answer_within=entry.whole("answer_within", least=1),
        expected=tuple(
            _expectation(below, no, place, rulebook, on)
            for place, below in enumerate(entry.tables("expect", "inject.expect", seen), start=1)
        ),
    )
    entry.done()
    return inject


def _expectation(entry: _Entry, no: int, place: int, rulebook: Rulebook, on: date) -> Expectation:
    act = entry.one_of("act", (kind for kind in INCIDENT.forms if kind not in _NOT_PLAYED))
    found = Expectation(
        inject=no,
        place=place,
        act=act,
        by=entry.role("by"),
        within_minutes=entry.whole("within_minutes", least=1),
        clause_id=_clause(entry, rulebook, on),
        about=_about(entry, act, rulebook),
        values=_values(entry, act),
        acts_after=entry.whole_or_none("acts_after"),
    )
    if found.by not in INCIDENT.may[act]:
        raise entry.wrong("by", f"「{found.by.label}」不能办理「{INCIDENT.label_of(act)}」")
    entry.done()
    return found


def _clause(entry: _Entry, rulebook: Rulebook, on: date) -> str:
    clause_id = entry.text("clause")
    try:
        rulebook.clause(clause_id, on)
    except RulebookError as error:
        raise entry.wrong("clause", f"不能用：{error.message.rstrip('。')}") from error
    return clause_id


def _about(entry: _Entry, act: str, rulebook: Rulebook) -> str:
    if act != IncidentAct.SEND:
        return ""
    return entry.one_of("about", (hop.id for hop in law_of(rulebook).hops))


def _values(entry: _Entry, act: str) -> Mapping[str, str]:
    values = entry.words("values")
    known = [field.key for field in INCIDENT.forms[act].asked if field.key != "about"]
    for key in values:
        if key not in known:
            raise entry.wrong("values", f"中没有「{key}」这一项，「{INCIDENT.label_of(act)}」有：{'、'.join(known)}")
    return values
