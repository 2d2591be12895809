"""Forms 表单 on a page: the fields of the rules with what was typed, where it is wrong, and how it is sent back."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pendulum

from console.session import fresh_token
from rules.deadlines import SHANGHAI
from rules.errors import TimeInvalid
from rules.form import FieldKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pendulum import DateTime

    from console.visit import Visit
    from rules.errors import SafetyError
    from rules.form import Field, Form

_QUOTED = re.compile("「([^」]+)」")
_DAY, _MINUTE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII), re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", re.ASCII)
_PICKERS = {"day": "date", "moment": "datetime-local"}
_FEW = 4
_ONE_LINE = frozenset({"place", "leader"})
HAPPENED, HAPPENED_LABEL = "happened_at", "实际时间"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose; `group` heads those that belong together."""

    value: str
    label: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A field as a page asks for it. `look` is text, line, radio, select, flag, day, moment, figure or suggest.

    `may_wait`: something else on the page may fill it, so that a browser must not insist on it.
    """

    key: str
    label: str
    look: str
    required: bool
    hint: str
    value: str
    choices: tuple[Choice, ...] = ()
    wrong: str = ""
    may_wait: bool = False

    @property
    def input_type(self) -> str:
        """Return the type of its input; what a picker of days or minutes could not show stays as it was typed."""
        written = {"day": _DAY, "moment": _MINUTE}.get(self.look)
        if written is None or (self.value and not written.fullmatch(self.value)):
            return "text"
        return _PICKERS[self.look]

    @property
    def grouped(self) -> dict[str, list[Choice]]:
        """Return the choices by group, in order."""
        groups: dict[str, list[Choice]] = {}
        for choice in self.choices:
            groups.setdefault(choice.group, []).append(choice)
        return groups


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form ready to be shown. `key` makes a repeated submission harmless, `version` is the last act seen."""

    form: Form
    fields: tuple[Asked, ...]
    key: str
    version: int
    happened_at: str
    happened_wrong: str = ""
    trouble: SafetyError | None = None
    kept: tuple[str, str] = ("", "")
    photos: int = 0


def ask(
    visit: Visit,
    form: Form,
    *,
    version: int,
    without: frozenset[str] = frozenset(),
    choices: Mapping[str, Sequence[Choice]] | None = None,
    preset: Mapping[str, str] | None = None,
    trouble: SafetyError | None = None,
    kept: tuple[str, str] = ("", ""),
    photos: int = 0,
) -> Sheet:
    """Return the form with what was sent, or with presets on the first showing; `choices` replace a typed code."""
    offered, values = choices or {}, {**(preset or {}), **visit.fields}
    shown = tuple(entry for entry in form.asked if entry.key not in without)
    faulty = _faulty(shown, trouble)
    return Sheet(
        form=form,
        fields=tuple(
            _asked(entry, values.get(entry.key, ""), offered.get(entry.key), trouble if entry is faulty else None)
            for entry in shown
        ),
        key=visit.sent("key") or fresh_token(),
        version=version,
        happened_at=visit.sent(HAPPENED),
        happened_wrong=trouble.message if isinstance(trouble, TimeInvalid) and faulty is None else "",
        trouble=trouble,
        kept=kept,
        photos=photos,
    )


def dressed(sheet: Sheet, looks: Mapping[str, str], *, optional: Sequence[str] = ()) -> Sheet:
    """Return the sheet with other looks of some fields, and with some that need not be filled."""
    fields = tuple(
        replace(entry, look=looks.get(entry.key, entry.look), required=entry.required and entry.key not in optional)
        for entry in sheet.fields
    )
    return replace(sheet, fields=fields)


def values_of(visit: Visit, form: Form, *, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return what was sent for the fields of a form, blanks left out."""
    keys = [entry.key for entry in form.asked if entry.key not in without]
    return {key: visit.sent(key) for key in keys if visit.sent(key).strip()}


def happened_at(visit: Visit) -> DateTime | None:
    """Return the instant that was typed, None where the moment of submission is meant. Raises `TimeInvalid`."""
    written = visit.sent(HAPPENED).strip()
    if not written:
        return None
    try:
        naive = datetime.fromisoformat(written)
    except ValueError as error:
        raise TimeInvalid(
            f"「{HAPPENED_LABEL}」应如 2026-11-23 14:30，不能为「{written[:40]}」。请重新填写。"
        ) from error
    return pendulum.instance(naive, tz=SHANGHAI)


def is_day(written: str) -> bool:
    """Tell whether a text is a day as a date field sends it."""
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def _faulty(shown: Sequence[Field], trouble: SafetyError | None) -> Field | None:
    """Return the field that an error names: the rules put a field's label in corner brackets."""
    if trouble is None:
        return None
    named = _QUOTED.findall(trouble.message)
    return next((entry for label in named for entry in shown if entry.label == label), None)


def _asked(entry: Field, value: str, offered: Sequence[Choice] | None, trouble: SafetyError | None) -> Asked:
    choices = tuple(offered) if offered is not None else tuple(Choice(*pair) for pair in entry.choices.items())
    return Asked(
        key=entry.key,
        label=entry.label,
        look=_look(entry, choices),
        required=entry.required,
        hint=entry.hint,
        value=value,
        choices=choices,
        wrong=trouble.message if trouble else "",
    )


def _look(entry: Field, choices: tuple[Choice, ...]) -> str:
    match entry.kind:
        case FieldKind.TEXT:
            return "line" if entry.key in _ONE_LINE else "text"
        case FieldKind.FLAG | FieldKind.DAY | FieldKind.MOMENT:
            return entry.kind.value
        case FieldKind.LINES | FieldKind.PEOPLE:
            return "text"
        case FieldKind.CHOICE:
            return "radio" if len(choices) <= _FEW and entry.required else "select"
        case _:
            return "select" if choices else "line"
