"""Urging on record 催办记录: how often and when a duty was urged; so many times on one Shanghai day and no more."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from models.act import ActRow
from models.clock import instant, micros
from models.organisation import Person
from models.statements import Statement, table
from rules.agenda import URGE
from rules.deadlines import SHANGHAI
from rules.errors import NotYourTurn
from rules.urging import CLAUSE

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.store import Reading
    from rules.act import Act
    from rules.rulebook import Rulebook

_acts, _persons = table(ActRow), table(Person)
_URGED = Statement(
    select(_acts.c.seq, _acts.c.recorded_at, _acts.c.body, _persons.c.name)
    .select_from(_acts.outerjoin(_persons, _persons.c.id == _acts.c.person_id))
    .where(
        _acts.c.case_id == bindparam("case_id"), _acts.c.kind == URGE, _acts.c.recorded_at >= bindparam("since")
    )
    .order_by(_acts.c.seq.desc())
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Urged:
    """One urging: by the act `seq`, of which duty, by whom (None where the name was erased), when."""

    seq: int
    duty: str
    by: str | None
    at: DateTime


def urged(reading: Reading, case_id: int, *, since: DateTime | None = None) -> list[Urged]:
    """Return the urgings of a case, the latest first; since an instant where one is given."""
    rows = reading.all(_URGED, case_id=case_id, since=micros(since) if since else 0)
    return [
        Urged(seq, json.loads(body)["content"]["about"], by, instant(recorded_at))
        for seq, recorded_at, body, by in rows
    ]


def refuse_again(reading: Reading, case_id: int, act: Act, rulebook: Rulebook) -> None:
    """Return when a duty may be urged once more on this day. Law: notice-urge 催办.

    Raises `NotYourTurn` saying when it was urged.
    """
    day = act.recorded_at.in_timezone(SHANGHAI).start_of("day")
    today = [each for each in urged(reading, case_id, since=day) if each.duty == act.word("about")]
    if len(today) >= rulebook.number("urges_a_day", day.date()):
        raise NotYourTurn(
            f"这项应办今天 {today[0].at.format('HH:mm')} 已经催办过，通知已经送出。请明天再催办，或者直接电话联系。",
            clause=CLAUSE,
        )
