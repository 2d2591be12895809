"""Answers 回复: who may answer a notice, who has, and what the door itself writes into an answer.

Rules know posts, not people; which persons hold a post now is the roster's knowledge, and enters the act through here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select

from models.act import ActRow
from models.case import Case
from models.clock import instant
from models.duty import DutyRow
from models.effect import EffectRow
from models.organisation import Person
from models.passing import PassingRow
from models.statements import Statement, one_of, table
from rules import answering
from rules.actor import Role
from rules.agenda import ACKNOWLEDGE
from rules.errors import ContentInvalid, NotYourTurn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime

    from models.case_state import CaseHeader
    from models.receipt import Deed
    from models.roster import Roster
    from models.store import Reading
    from rules.actor import Actor
    from rules.agenda import Duty
    from rules.form import Filled

_acts, _effects, _duties, _cases, _persons, _passings = (
    table(model) for model in (ActRow, EffectRow, DutyRow, Case, Person, PassingRow)
)
_ADDRESSED = Statement(
    select(_effects.c.addressee, _passings.c.to_role)
    .select_from(
        _effects.outerjoin(
            _passings,
            and_(_passings.c.case_id == _effects.c.case_id, _passings.c.effect_key == _effects.c.key),
        )
    )
    .where(_effects.c.case_id == bindparam("case_id"), _effects.c.answer == bindparam("answer"))
    .order_by(_effects.c.id)
)
_ANSWERS = Statement(
    select(_acts.c.seq, _acts.c.kind, _acts.c.happened_at, _acts.c.recorded_at, _acts.c.body)
    .where(
        _acts.c.case_id == bindparam("case_id"),
        _acts.c.seq > bindparam("after"),
        one_of(_acts.c.kind, *sorted(answering.KINDS)),
    )
    .order_by(_acts.c.seq)
)
_PERSON = Statement(select(_persons.c.name, _persons.c.phone).where(_persons.c.id == bindparam("person_id")))
_ACKNOWLEDGED = Statement(
    select(_cases.c.number, _acts.c.body)
    .select_from(_acts.join(_cases, _cases.c.id == _acts.c.case_id))
    .where(
        _acts.c.kind == ACKNOWLEDGE,
        _acts.c.person_id == bindparam("person_id"),
        select(_duties.c.id)
        .where(
            _duties.c.case_id == _acts.c.case_id,
            _duties.c.status == "open",
            _duties.c.act == ACKNOWLEDGE,
            _duties.c.opened_by < _acts.c.seq,
        )
        .exists(),
    )
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One act that answers a notice: which duty to acknowledge, who was reached and in which post, by which way.

    `means` is console, link, or phone; for a call `by` made it and `counts` says whether anybody took it.
    """

    seq: int
    duty: str
    person_id: str
    role: Role
    means: str
    by: str
    happened_at: DateTime
    recorded_at: DateTime
    counts: bool


def given(
    reading: Reading, roster: Roster, header: CaseHeader, deed: Deed, duty: Duty | None, filled: Filled
) -> dict[str, Any]:
    """Return what the door adds to an answer: the post in which one is reached, by which way, how many are left.

    Nothing where no answer is waited for or the person was not addressed; the rules then refuse. Raises
    `ContentInvalid` for somebody who telephones themselves, `NotYourTurn` where the person has answered already.
    """
    if duty is None or duty.act != ACKNOWLEDGE:
        return {}
    reached = _reached(deed, filled)
    role = _role_of(roster, header, addressed(reading, header.id, duty.key), reached)
    found: dict[str, Any] = {} if deed.kind == answering.PHONED else {"means": deed.means}
    if role is None:
        return found
    found["role"] = role.value
    if answering.must_all(duty):
        _refuse_again(reading, header.id, duty, reached)
        left = still_left(reading, roster, header, duty) - {reached}
        found |= {"left": len(left)} if left else {}
    return found


def addressed(reading: Reading, case_id: int, duty_key: str) -> tuple[Role, ...]:
    """Return the posts that were asked to answer, in order, with those to which one was passed on."""
    rows = reading.all(_ADDRESSED, case_id=case_id, answer=duty_key)
    return tuple(dict.fromkeys(Role(role) for row in rows for role in row if role is not None))


def answers_of(reading: Reading, case_id: int, *, after: int = 0) -> list[Answer]:
    """Return every answer recorded in a case behind an act, in order."""
    return [
        _answer(seq, kind, happened_at, recorded_at, json.loads(body))
        for seq, kind, happened_at, recorded_at, body in reading.all(_ANSWERS, case_id=case_id, after=after)
    ]


def still_left(reading: Reading, roster: Roster, header: CaseHeader, duty: Duty) -> frozenset[str]:
    """Return the persons who hold the post now and have not answered."""
    answered = {
        entry.person_id
        for entry in answers_of(reading, header.id, after=duty.opened_by)
        if entry.duty == duty.key and entry.counts
    }
    return frozenset(roster.reached(duty.holder, header.place, roster.at)) - answered


def answerable(
    reading: Reading, roster: Roster, header: CaseHeader, live: Mapping[str, Duty], actor: Actor
) -> tuple[Duty, ...]:
    """Return the duties to acknowledge that this person may answer now, for themselves or whom they act for."""
    person = actor.acting_for or actor.person_id
    return tuple(
        duty for duty in live.values() if duty.act == ACKNOWLEDGE and _may(reading, roster, header, duty, person)
    )


def reachable(reading: Reading, roster: Roster, header: CaseHeader, duty: Duty) -> tuple[tuple[Role, str], ...]:
    """Return the posts and persons whom a telephone call about the notice could still reach."""
    posts = (duty.holder,) if answering.must_all(duty) else addressed(reading, header.id, duty.key)
    left = still_left(reading, roster, header, duty) if answering.must_all(duty) else None
    return tuple(
        (role, person)
        for role in posts
        for person in roster.answering(role, header.place)
        if left is None or person in left
    )


def acknowledged_by(reading: Reading, person_id: str) -> frozenset[tuple[str, str]]:
    """Return case number and key of each duty to acknowledge that stays open for others after this person answered."""
    rows = reading.all(_ACKNOWLEDGED, person_id=person_id)
    return frozenset((number, json.loads(body)["content"]["about"]) for number, body in rows)


def name_and_number(reading: Reading, person_id: str) -> tuple[str, str]:
    """Return name and telephone number of somebody who is to be called; empty where they are not on record."""
    row = reading.one(_PERSON, person_id=person_id)
    return (row[0] or "", row[1] or "") if row else ("", "")


def _may(reading: Reading, roster: Roster, header: CaseHeader, duty: Duty, person: str) -> bool:
    if answering.must_all(duty):
        return person in still_left(reading, roster, header, duty)
    return _role_of(roster, header, addressed(reading, header.id, duty.key), person) is not None


def _reached(deed: Deed, filled: Filled) -> str:
    if deed.kind != answering.PHONED:
        return deed.actor.acting_for or deed.actor.person_id
    whom: str = filled.content["whom"]
    if whom in deed.actor.persons:
        raise ContentInvalid("「接听人」不能是登记人本人。本人收到的，请直接回复「收到」。", clause=answering.CLAUSE)
    return whom


def _role_of(roster: Roster, header: CaseHeader, posts: tuple[Role, ...], person: str) -> Role | None:
    return next((role for role in posts if person in roster.answering(role, header.place)), None)


def _refuse_again(reading: Reading, case_id: int, duty: Duty, person: str) -> None:
    for entry in answers_of(reading, case_id, after=duty.opened_by):
        if entry.duty == duty.key and entry.person_id == person and entry.counts:
            raise NotYourTurn(
                "此人已经回复过这条通知，仍在等待其他应当逐人回复的人员。请打开事项查看。", clause=duty.clause_id
            )


def _answer(seq: int, kind: str, happened_at: int, recorded_at: int, body: Mapping[str, Any]) -> Answer:
    content, by = body["content"], body["by"]
    is_call = kind == answering.PHONED
    return Answer(
        seq=seq,
        duty=content["about"],
        person_id=content["whom"] if is_call else by.get("for", by["person"]),
        role=Role(content["role"]),
        means="phone" if is_call else content.get("means", "console"),
        by=by["person"],
        happened_at=instant(happened_at),
        recorded_at=instant(recorded_at),
        counts=not is_call or content["answered"] == "yes",
    )
