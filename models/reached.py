"""Reached 通知到人: every notice of a case with who was told, how, when, and whether they answered; from the ledger.

A channel that took a message reached nobody yet: that is told by an answer alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select

from models.answers import answers_of
from models.clock import instant, instant_or_none
from models.duty import DutyRow
from models.effect import EffectRow
from models.notice import NoticeRow
from models.organisation import Person
from models.passing import passings_of
from models.statements import Statement, table
from rules.actor import Role
from rules.agenda import EffectKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pendulum import DateTime

    from models.answers import Answer
    from models.store import Reading, Row

_effects, _duties, _notices, _persons = (table(model) for model in (EffectRow, DutyRow, NoticeRow, Person))
_EFFECTS = Statement(
    select(
        _effects.c.key, _effects.c.name, _effects.c.addressee, _effects.c.caused_by, _effects.c.clause_id,
        _effects.c.by_clock, _effects.c.asks, _effects.c.answer, _effects.c.reason, _effects.c.owed_at,
        _duties.c.status, _duties.c.due_legal,
    )
    .select_from(
        _effects.outerjoin(
            _duties, and_(_duties.c.case_id == _effects.c.case_id, _duties.c.key == _effects.c.answer)
        )
    )
    .where(_effects.c.case_id == bindparam("case_id"), _effects.c.kind == EffectKind.NOTICE.value)
    .order_by(_effects.c.id)
)  # fmt: skip
_NOTICES = Statement(
    select(
        _notices.c.effect_key, _notices.c.person_id, _notices.c.id, _notices.c.channel, _notices.c.status,
        _notices.c.attempts, _notices.c.queued_at, _notices.c.settled_at,
    )
    .where(_notices.c.case_id == bindparam("case_id"))
    .order_by(_notices.c.id)
)  # fmt: skip
_NAME = Statement(select(_persons.c.name).where(_persons.c.id == bindparam("person_id")))
_ERASED = "（已删除）"


@dataclass(frozen=True, slots=True)
class Sent:
    """One notice to one person by one channel; `settled_at` is when the channel took it or gave up."""

    number: str
    channel: str
    status: str
    attempts: int
    queued_at: DateTime
    settled_at: DateTime | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who was told, or who answered without having been: how, and what came of it.

    `answer` is what counts, None while there is none; `missed` are calls that nobody took. `moved`: told later than the
    others, when the post changed hands.
    """

    name: str
    sent: tuple[Sent, ...]
    answer: Answer | None
    missed: tuple[Answer, ...]
    moved: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One notice to one post, or to `passed_to` where nobody could be reached in it; `caused_by` is the act before it.

    `answer` is the duty to acknowledge it, None where no answer is asked for; `answer_status` and `answer_due` are that
    duty's. `reason` says why nobody was told.
    """

    key: str
    name: str
    role: Role
    passed_to: Role | None
    caused_by: int
    clause_id: str
    by_clock: bool
    asks: str | None
    answer: str | None
    reason: str | None
    owed_at: DateTime
    answer_status: str | None
    answer_due: DateTime | None
    readers: tuple[Reader, ...]

    @property
    def is_reached(self) -> bool:
        """Tell whether somebody in the post has answered."""
        return any(reader.answer is not None for reader in self.readers)


def told_in(reading: Reading, case_id: int) -> tuple[Told, ...]:
    """Return every notice of a case with its readers, in the order in which the notices arose."""
    names, answers = _Names(reading), answers_of(reading, case_id)
    sent: dict[str, list[Row]] = defaultdict(list)
    for effect_key, *rest in reading.all(_NOTICES, case_id=case_id):
        sent[effect_key].append(tuple(rest))
    passings = passings_of(reading, case_id)
    return tuple(_told(row, sent[row[0]], answers, passings, names) for row in reading.all(_EFFECTS, case_id=case_id))


def callers(reading: Reading, told: Iterable[Told]) -> Mapping[str, str]:
    """Return the names of those who recorded an answer, by person."""
    names = _Names(reading)
    entries = (entry for notice in told for reader in notice.readers for entry in (reader.answer, *reader.missed))
    return {entry.by: names.of(entry.by) for entry in entries if entry is not None}


class _Names:
    """Names of persons by id, each read once."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._names: dict[str, str] = {}

    def of(self, person_id: str) -> str:
        if person_id not in self._names:
            row = self._reading.one(_NAME, person_id=person_id)
            self._names[person_id] = (row[0] if row else None) or _ERASED
        return self._names[person_id]


def _told(
    row: Row, sent: list[Row], answers: list[Answer], passings: Mapping[str, tuple[Role, Role]], names: _Names
) -> Told:
    key, name, addressee, caused_by, clause_id, by_clock, asks, answer, reason, owed_at, status, due = row
    role = Role(addressee)
    passed_to = passings[key][1] if key in passings else None
    posts = {role, passed_to}
    mine = [entry for entry in answers if answer is not None and entry.duty == answer and entry.role in posts]
    people = dict.fromkeys([row[0] for row in sent] + [entry.person_id for entry in mine])
    return Told(
        key=key,
        name=name,
        role=role,
        passed_to=passed_to,
        caused_by=caused_by,
        clause_id=clause_id,
        by_clock=bool(by_clock),
        asks=asks,
        answer=answer,
        reason=reason,
        owed_at=instant(owed_at),
        answer_status=status,
        answer_due=instant_or_none(due),
        readers=tuple(_reader(person, owed_at, sent, mine, names) for person in people),
    )


def _reader(person_id: str, owed_at: int, sent: list[Row], answers: list[Answer], names: _Names) -> Reader:
    mine = [row[1:] for row in sent if row[0] == person_id]
    theirs = [entry for entry in answers if entry.person_id == person_id]
    return Reader(
        name=names.of(person_id),
        sent=tuple(
            Sent(f"T{notice_id:08d}", channel, status, attempts, instant(queued_at), instant_or_none(settled_at))
            for notice_id, channel, status, attempts, queued_at, settled_at in mine
        ),
        answer=next((entry for entry in theirs if entry.counts), None),
        missed=tuple(entry for entry in theirs if not entry.counts),
        moved=bool(mine) and min(row[4] for row in mine) > owed_at,
    )
