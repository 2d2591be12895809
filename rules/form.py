"""What an act must say 表单: its fields by kind; the same form serves console, command line, import and checks.

A field of free text may name people: its words go into an erasable record, never into what is hashed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from rules.errors import ContentInvalid
from rules.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_CODE_LONGEST = 200
_LINES_MOST = 1000
_MOMENT = "%Y-%m-%dT%H:%M"
_YES = frozenset({"yes", "true", "on", "1", "是"})
_NO = frozenset({"no", "false", "off", "0", "否", ""})


class FieldKind(StrEnum):
    """How a field is filled: text, code, choice, flag, day, minute, person, codes or people by line; or the door."""

    TEXT = "text"
    CODE = "code"
    CHOICE = "choice"
    FLAG = "flag"
    DAY = "day"
    MOMENT = "moment"
    PERSON = "person"
    LINES = "lines"
    PEOPLE = "people"
    GIVEN = "given"


_TYPED = frozenset({FieldKind.TEXT, FieldKind.CODE, FieldKind.DAY, FieldKind.MOMENT, FieldKind.LINES, FieldKind.PEOPLE})


@dataclass(frozen=True, slots=True)
class Field:
    """One field; `key` is its name in content, `label` its Chinese name on every form."""

    key: str
    label: str
    kind: FieldKind
    required: bool = True
    choices: Mapping[str, str] = field(default_factory=dict[str, str])
    hint: str = ""

    @property
    def is_typed(self) -> bool:
        """Tell whether a person must type, not tap: what the burden of a process is counted in."""
        return self.kind in _TYPED

    @property
    def is_personal(self) -> bool:
        """Tell whether the value may name people."""
        return self.kind is FieldKind.TEXT


@dataclass(frozen=True, slots=True)
class Filled:
    """A form filled in: `content` for the law and the chain, `texts` for the erasable record."""

    content: Mapping[str, Any]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one kind of act, in the order in which they are asked.

    `given` are what the ledger itself adds to the act, such as a number it draws: shown, never asked. `papers` say what
    the files that are attached must show, where that is laid down. `signed`: the act stands as evidence that a duty has
    ended (verified, signed off, decided), so whoever does it proves again who they are, see `rules.actor.Proof`.
    """

    act: str
    label: str
    fields: tuple[Field, ...] = ()
    photo: bool = False
    given: tuple[Field, ...] = ()
    papers: tuple[str, ...] = ()
    signed: bool = False
    #: The fields that a person fills: all but those that the door gives.
    asked: tuple[Field, ...] = field(init=False, repr=False, compare=False)
    _keys: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Say once what is asked of every act."""
        asked = tuple(entry for entry in self.fields if entry.kind is not FieldKind.GIVEN)
        object.__setattr__(self, "asked", asked)
        object.__setattr__(self, "_keys", frozenset(entry.key for entry in asked))

    def fill(self, values: Mapping[str, Any], *, longest: int) -> Filled:
        """Check and split the values; `longest` is the county's limit for one text, in characters.

        What the door gives is added by the door: sent by anybody else it is as unknown as any other name.
        Raises `ContentInvalid` naming the field, what is wrong, and what to do.
        """
        unknown = sorted(values.keys() - self._keys)
        if unknown:
            raise ContentInvalid(f"「{self.label}」没有名为 {'、'.join(unknown)} 的项。请核对后重新提交。")
        content: dict[str, Any] = {}
        texts: dict[str, str] = {}
        for entry in self.asked:
            value = _read(entry, values.get(entry.key), longest)
            if value is None or value in ("", []):
                _refuse_missing(self, entry)
            elif entry.is_personal:
                texts[entry.key] = value
            else:
                content[entry.key] = value
        return Filled(content, texts)


def text(key: str, label: str, *, required: bool = True, hint: str = "") -> Field:
    """Return a field of free text that may name people."""
    return Field(key, label, FieldKind.TEXT, required, hint=hint)


def code(key: str, label: str, *, required: bool = True, hint: str = "") -> Field:
    """Return a field for a number, code or address that names nobody."""
    return Field(key, label, FieldKind.CODE, required, hint=hint)


def choice(key: str, label: str, choices: Mapping[str, str], *, required: bool = True, hint: str = "") -> Field:
    """Return a field chosen from slugs with Chinese labels."""
    return Field(key, label, FieldKind.CHOICE, required, MappingProxyType(dict(choices)), hint)


def flag(key: str, label: str, *, hint: str = "") -> Field:
    """Return a yes-or-no field; absent means no."""
    return Field(key, label, FieldKind.FLAG, required=False, hint=hint)


def day(key: str, label: str, *, required: bool = True, hint: str = "") -> Field:
    """Return a field for a Shanghai day."""
    return Field(key, label, FieldKind.DAY, required, hint=hint)


def moment(key: str, label: str, *, required: bool = True, hint: str = "") -> Field:
    """Return a field for a minute on the Shanghai clock, kept as it is written: 2026-12-01T08:00."""
    return Field(key, label, FieldKind.MOMENT, required, hint=hint)


def person(key: str, label: str, *, required: bool = True, hint: str = "") -> Field:
    """Return a field for a person, kept as the opaque identifier; screens and files show and take names."""
    return Field(key, label, FieldKind.PERSON, required, hint=hint)


def lines(key: str, label: str, *, required: bool = True, hint: str = "") -> Field:
    """Return a field for several codes, one a line."""
    return Field(key, label, FieldKind.LINES, required, hint=hint)


def people(key: str, label: str, *, required: bool = True, hint: str = "") -> Field:
    """Return a field for several persons, one a line, kept as opaque identifiers; the door takes names and logins."""
    return Field(key, label, FieldKind.PEOPLE, required, hint=hint)


def given(key: str, label: str, choices: Mapping[str, str] | None = None) -> Field:
    """Return a field that the door fills from what it knows itself, never from what was sent."""
    return Field(key, label, FieldKind.GIVEN, required=False, choices=MappingProxyType(dict(choices or {})))


def _refuse_missing(form: Form, entry: Field) -> None:
    if entry.required:
        raise ContentInvalid(f"「{form.label}」缺少「{entry.label}」。请填写后重新提交，已填内容不会丢失。")


def _read(entry: Field, value: object, longest: int) -> Any:
    if value is None:
        return None
    if entry.kind is FieldKind.TEXT:
        return clean(str(value), longest=longest, label=entry.label)
    return _READERS[entry.kind](entry, value)


def _code(entry: Field, value: object) -> str:
    return clean(str(value), longest=_CODE_LONGEST, label=entry.label)


def _choice(entry: Field, given: object) -> str | None:
    value = str(given)
    if value == "":
        return None
    if value in entry.choices:
        return value
    by_label = {label: slug for slug, label in entry.choices.items()}
    if value in by_label:
        return by_label[value]
    raise ContentInvalid(f"「{entry.label}」不能为「{value}」，可选：{'、'.join(entry.choices.values())}。请重新选择。")


def _flag(entry: Field, value: object) -> bool | None:
    if isinstance(value, bool):
        return value or None
    word = str(value).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return None
    raise ContentInvalid(f"「{entry.label}」应为是或否，不能为「{value}」。请重新选择。")


def _lines(entry: Field, value: object) -> list[str]:
    several = isinstance(value, list | tuple)
    written = list(cast("Iterable[object]", value)) if several else list[object](str(value).splitlines())
    if len(written) > _LINES_MOST:
        raise ContentInvalid(f"「{entry.label}」有 {len(written)} 行，最多 {_LINES_MOST} 行。请分次提交。")
    cleaned = (clean(str(line), longest=_CODE_LONGEST, label=entry.label) for line in written)
    return [line for line in cleaned if line]


def _moment(entry: Field, value: object) -> str | None:
    if isinstance(value, datetime):
        return value.strftime(_MOMENT)
    written = str(value).strip()
    if not written:
        return None
    try:
        return datetime.fromisoformat(written).strftime(_MOMENT)
    except ValueError as error:
        raise ContentInvalid(
            f"「{entry.label}」应为时刻，如 2026-11-23T08:00，不能为「{written}」。请重新填写。"
        ) from error


def _day(entry: Field, value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    written = str(value).strip()
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise ContentInvalid(f"「{entry.label}」应为日期，如 2026-11-23，不能为「{written}」。请重新填写。") from error


_READERS: Mapping[FieldKind, Callable[[Field, object], Any]] = {
    FieldKind.CODE: _code,
    FieldKind.PERSON: _code,
    FieldKind.CHOICE: _choice,
    FieldKind.FLAG: _flag,
    FieldKind.DAY: _day,
    FieldKind.MOMENT: _moment,
    FieldKind.LINES: _lines,
    FieldKind.PEOPLE: _lines,
}
