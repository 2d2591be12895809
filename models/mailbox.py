"""The mailbox 收件箱: notices as those read them to whom they are addressed; opaque numbers, no names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select

from models.attempts import attempts_of, timing
from models.case import Case
from models.clock import instant, instant_or_none
from models.duty import DutyRow
from models.effect import EffectRow
from models.notice import NoticeRow
from models.statements import Statement, table

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.attempts import AttemptEntry, Timing
    from models.store import Reading, Row

_notices, _effects, _cases, _duties = (table(model) for model in (NoticeRow, EffectRow, Case, DutyRow))
_letters = (
    select(
        _notices.c.id, _notices.c.person_id, _notices.c.channel, _notices.c.status, _notices.c.queued_at,
        _notices.c.settled_at, _notices.c.lane, _notices.c.not_before, _notices.c.claimed_until, _notices.c.bundle,
        _cases.c.number, _cases.c.kind, _effects.c.name, _duties.c.act, _duties.c.due_alert,
    )
    .select_from(
        _notices.join(_cases, _cases.c.id == _notices.c.case_id)
        .join(_effects, and_(_effects.c.case_id == _notices.c.case_id, _effects.c.key == _notices.c.effect_key))
        .outerjoin(_duties, and_(_duties.c.case_id == _effects.c.case_id, _duties.c.key == _effects.c.asks))
    )
)  # fmt: skip
_latest = _letters.order_by(_notices.c.id.desc()).limit(bindparam("most")).offset(bindparam("skip"))
_TO_EVERYBODY = Statement(_latest)
_TO_ONE = Statement(_latest.where(_notices.c.person_id == bindparam("person_id")))
_ONE = Statement(_letters.where(_notices.c.id == bindparam("notice_id")))
_PREFIX = "T"


@dataclass(frozen=True, slots=True)
class Letter:
    """One notice. `name` is the effect's, `act` what is asked for, None where nothing is."""

    number: str
    person_id: str
    channel: str
    status: str
    queued_at: DateTime
    settled_at: DateTime | None
    case_number: str
    kind: str
    name: str
    act: str | None
    due_alert: DateTime | None
    timing: Timing


def letters(reading: Reading, *, person_id: str = "", most: int = 50, skip: int = 0) -> list[Letter]:
    """Return the notices to a person, or to everybody where none is named, the latest first."""
    asked = {"most": most, "skip": skip}
    rows = reading.all(_TO_ONE, person_id=person_id, **asked) if person_id else reading.all(_TO_EVERYBODY, **asked)
    return [_letter(row) for row in rows]


def letter(reading: Reading, number: str) -> Letter | None:
    """Return one notice by the number that its reader sees, None when there is none."""
    digits = number.removeprefix(_PREFIX)
    if not (number.startswith(_PREFIX) and digits.isascii() and digits.isdecimal() and len(digits) < len(str(2**63))):
        return None
    row = reading.one(_ONE, notice_id=int(digits))
    return _letter(row) if row else None


def tries_of(reading: Reading, found: Letter) -> tuple[AttemptEntry, ...]:
    """Return what each attempt at a notice came to."""
    return attempts_of(reading, int(found.number.removeprefix(_PREFIX)))


def _letter(row: Row) -> Letter:
    notice_id, person_id, channel, status, queued_at, settled_at, lane, not_before, until, bundle, *rest = row
    number, kind, name, act, due_alert = rest
    return Letter(
        number=f"{_PREFIX}{notice_id:08d}",
        person_id=person_id,
        channel=channel,
        status=status,
        queued_at=instant(queued_at),
        settled_at=instant_or_none(settled_at),
        case_number=number,
        kind=kind,
        name=name,
        act=act,
        due_alert=instant_or_none(due_alert),
        timing=timing(
            notice_id,
            status=status,
            lane=lane,
            queued_at=queued_at,
            not_before=not_before,
            until=until,
            bundle=bundle,
        ),
    )
