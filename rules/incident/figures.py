"""Numbers and instants as people write them in a report 数字和时间: read with clear errors, blank means unknown."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pendulum

from rules.deadlines import SHANGHAI
from rules.errors import ContentInvalid, TimeInvalid
from rules.incident.acts import FORMS, PERSONS
from rules.incident.casualties import UNKNOWN, Casualties, Count, yuan_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime

    from rules.act import Act
    from rules.rulebook import Rulebook

_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_AMOUNT = re.compile(r"\d{1,15}(\.\d{1,6})?", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?([+-]\d{2}:\d{2})?", re.ASCII)
_YEARS = range(1900, 2200)
_CLAUSE = "inc-content"


def casualties_in(act: Act) -> Casualties:
    """Return the figures that an act's content names; the others are unknown. The content has been checked."""
    persons = {key: _persons(act.content, key) for key in PERSONS}
    written = act.word("loss_wan")
    loss = Count.known(int(Decimal(written) * yuan_of(1))) if written else UNKNOWN
    return Casualties(loss_yuan=loss, **persons)


def _persons(content: Mapping[str, Any], key: str) -> Count:
    written = content.get(key)
    return UNKNOWN if written is None else Count.known(int(written))


def instant_in(act: Act, key: str) -> DateTime | None:
    """Return an instant that the content names, in Asia/Shanghai; None when it is unknown. Raises `TimeInvalid`."""
    written = act.word(key)
    return read_instant(written, _label(act, key)) if written else None


def _label(act: Act, key: str) -> str:
    return next(field.label for field in FORMS[act.kind].fields if field.key == key)


def read_instant(written: str, label: str) -> DateTime:
    """Return an instant written without a zone as Shanghai time. Raises `TimeInvalid` naming the field."""
    tidy = written.strip()
    if not _INSTANT.fullmatch(tidy):
        raise TimeInvalid(_not_an_instant(written, label), clause=_CLAUSE)
    try:
        parsed = datetime.fromisoformat(tidy)
    except ValueError as error:
        raise TimeInvalid(_not_an_instant(written, label), clause=_CLAUSE) from error
    if parsed.year not in _YEARS:
        raise TimeInvalid(f"「{label}」的年份 {parsed.year} 不可能是事故的年份。请核对后重新填写。", clause=_CLAUSE)
    return pendulum.instance(parsed, tz=SHANGHAI).in_timezone(SHANGHAI)


def _not_an_instant(written: str, label: str) -> str:
    return f"「{label}」应写明日期和时刻，如 2021-06-10 07:20，不能为「{written}」。不知道的请不填，随后补报。"


def check_figures(act: Act, rulebook: Rulebook) -> None:
    """Return when all numbers hold. Raises `ContentInvalid` for what is no number, negative or absurd."""
    on = act.recorded_at.date()
    persons_most, loss_most = (
        rulebook.number("incident_persons_most", on),
        rulebook.number("incident_loss_most_wan", on),
    )
    for key, label in PERSONS.items():
        _check(act.word(key), label, _WHOLE, persons_most, "人")
    _check(act.word("loss_wan"), "直接经济损失（万元）", _AMOUNT, loss_most, "万元")


def _check(written: str, label: str, pattern: re.Pattern[str], most: int, unit: str) -> None:
    if not written:
        return
    if not pattern.fullmatch(written):
        raise ContentInvalid(
            f"「{label}」应为不小于零的数，不能为「{written}」。不知道的请不填，不要填零。", clause=_CLAUSE
        )
    if Decimal(written) > most:
        raise ContentInvalid(
            f"「{label}」{written}{unit} 超过合理范围（{most}{unit}）。请核对单位和位数后重新提交。", clause=_CLAUSE
        )
