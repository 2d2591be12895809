"""What one act writes: its row in the chain, the words beside it, and all that the rules made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, update
from sqlalchemy.dialects.postgresql import insert as upsert_into

from models import canonical, closings, passing, pauses
from models.act import ActRow, Words
from models.case import Case
from models.clock import micros, micros_or_none
from models.duty import DutyRow
from models.effect import EffectRow
from models.next_channel import queued
from models.notice import NoticeRow
from models.roster import PREVIEW
from models.run import Wake
from models.statements import Statement, insert_row, parameter, table
from models.sums import Sum
from models.tally import Standing, Step
from rules.actor import WATCH_ROLES
from rules.agenda import DutyStatus, EffectKind, next_clock_act
from rules.notice_hours import Lane

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pendulum import DateTime

    from models.case_state import CaseHeader
    from models.passing import Addressed
    from models.store import Writing
    from rules.act import Act
    from rules.agenda import Changes, Duty, Effect
    from rules.notice_hours import NoticeHours
    from rules.process import CaseFacts
    from rules.rulebook import Rulebook

_cases, _duties, _wakes = table(Case), table(DutyRow), table(Wake)

_ACT = insert_row(ActRow, leaving=("id",))
_WORDS = insert_row(Words)
_DUTY = insert_row(DutyRow, leaving=("id",))
_EFFECT = insert_row(EffectRow, leaving=("id",))
_NOTICE = insert_row(NoticeRow, leaving=("id",))
_STANDING = Sum(Standing, "cases")
_STEP = Sum(Step, "ended", "late", "waited")
_MOVE_CASE = Statement(
    update(_cases)
    .where(_cases.c.id == bindparam("case_id"), _cases.c.version == bindparam("before"))
    .values(
        {
            name: parameter(f"new_{name}")
            for name in ("status", "grade", "waits_for", "overdue", "version", "head", "recorded_at")
        }
        | {"closed_at": case((parameter("stays_closed"), _cases.c.closed_at), else_=parameter("new_closed_at"))}
    )
)
_this_duty = (_duties.c.case_id == bindparam("in_case"), _duties.c.key == bindparam("of_key"))
_END_DUTY = Statement(
    update(_duties)
    .where(*_this_duty)
    .values(status=bindparam("new_status"), ended_by=bindparam("by"), ended_at=bindparam("at"), wake_at=None)
)
_MARK_DUTY = Statement(
    update(_duties)
    .where(*_this_duty)
    .values(
        rung=bindparam("to_rung"),
        breached=bindparam("is_breached"),
        lapsed=bindparam("has_lapsed"),
        wake_at=bindparam("wakes"),
    )
)
_new_wake = upsert_into(_wakes).values({c.name: bindparam(c.name) for c in _wakes.c})
_WAKE = Statement(
    _new_wake.on_conflict_do_update(
        index_elements=["case_id"], set_={"seq": _new_wake.excluded.seq, "batch": _new_wake.excluded.batch}
    )
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An act ready to be written: the body that is hashed, its hash, and the words with their salt."""

    act: Act
    body: str
    hash: bytes
    salt: bytes | None
    texts: Mapping[str, str]


def entry_of(
    act: Act, texts: Mapping[str, str], *, before: bytes, header: Mapping[str, Any], rulebook: Rulebook
) -> Entry:
    """Return the entry of an act behind the hash `before`; `header` names county, number and what opens a case."""
    salt = canonical.fresh_salt() if texts else None
    actor = act.actor
    by: dict[str, Any] = {
        "person": actor.person_id, "account": actor.account_id, "post": actor.post_id, "role": actor.role.value,
    }  # fmt: skip
    if actor.acting_for is not None:
        by["for"] = actor.acting_for
    if actor.demonstration:
        by["demonstration"] = True
    if actor.proof is not None:
        by["proof"] = actor.proof.value
    certificate = actor.certificate_on(act.happened_at.date())
    if certificate is not None:
        by["certificate"] = certificate.number
    body: dict[str, Any] = {
        "v": canonical.FORMAT,
        **header,
        "seq": act.seq,
        "kind": str(act.kind),
        "by": by,
        "happened": canonical.written(act.happened_at),
        "recorded": canonical.written(act.recorded_at),
        "rules": rulebook.fingerprint,
    }
    if act.backfilled:
        body["backfilled"] = True
    if act.content:
        body["content"] = {key: _plain(value) for key, value in act.content.items()}
    if salt is not None:
        body["words"] = {name: canonical.commitment(salt, name, words) for name, words in texts.items()}
    if act.evidence:
        body["evidence"] = list(act.evidence)
    text = canonical.canonical(body)
    return Entry(act, text, canonical.chained(before, text), salt, texts)


def write_act(writing: Writing, case_id: int, entry: Entry) -> None:
    """Append the act to its chain, and its words beside it."""
    act = entry.act
    writing.run(
        _ACT,
        case_id=case_id,
        seq=act.seq,
        kind=str(act.kind),
        person_id=act.actor.person_id,
        happened_at=micros(act.happened_at),
        recorded_at=micros(act.recorded_at),
        body=entry.body,
        algorithm=canonical.ALGORITHM,
        hash=entry.hash,
    )
    if entry.salt is not None:
        texts = canonical.plain_json(dict(entry.texts))
        writing.run(_WORDS, case_id=case_id, seq=act.seq, salt=entry.salt, texts=texts, erased_at=None, erased_by=None)


def move_case(writing: Writing, header: CaseHeader, entry: Entry, facts: CaseFacts) -> int:
    """Move the header on to the act; return how many rows moved, none when somebody else was first."""
    recorded_at = micros(entry.act.recorded_at)
    return writing.run(
        _MOVE_CASE,
        case_id=header.id,
        before=header.version,
        new_status=str(facts.status),
        new_grade=facts.grade,
        new_waits_for=str(facts.waits_for),
        new_overdue=facts.is_overdue,
        new_version=entry.act.seq,
        new_head=entry.hash,
        stays_closed=facts.status != "open" and str(facts.status) == header.status,
        new_closed_at=closed_at(entry, facts),
        new_recorded_at=recorded_at,
    )


def closed_at(entry: Entry, facts: CaseFacts) -> int | None:
    """Return the instant of the act that closes a case, None while the case goes on."""
    return None if facts.status == "open" else micros(entry.act.happened_at)


def write_changes(writing: Writing, case_id: int, changes: Changes, rulebook: Rulebook) -> None:
    """Write the duties that an act opened, moved on and ended."""
    for duty in changes.opened:
        writing.run(_DUTY, **_duty_row(case_id, duty, rulebook))
    for duty in changes.marked:
        writing.run(
            _MARK_DUTY,
            in_case=case_id,
            of_key=duty.key,
            to_rung=duty.rung,
            is_breached=duty.breached,
            has_lapsed=duty.lapsed,
            wakes=_wakes_at(duty, rulebook),
        )
    for duty in changes.ended:
        writing.run(
            _END_DUTY,
            in_case=case_id,
            of_key=duty.key,
            new_status=duty.status.value,
            by=duty.ended_by,
            at=micros_or_none(duty.ended_at),
        )


def write_effects(
    writing: Writing,
    case_id: int,
    addressed: Iterable[Addressed],
    changes: Changes,
    *,
    hours: NoticeHours | None,
    now: DateTime,
) -> None:
    """Write the effects owed, a notice for each person and channel that one reaches, and to whom one was passed on."""
    dues = {duty.key: duty.due_alert for duty in (*changes.opened, *changes.marked)}
    effects, notices = list[dict[str, Any]](), list[dict[str, Any]]()
    for one in addressed:
        at, lane, due_at = micros(now), _lane(one), dues.get(one.effect.asks or "")
        not_before = at if hours is None else micros(hours.when(lane, now, due_at=due_at))
        to_nobody = one.effect.kind is EffectKind.NOTICE and not one.recipients
        effects.append({**_effect_row(case_id, one.effect, at), "to_nobody": to_nobody})
        passing.keep(writing, case_id, one)
        notices.extend(_notices(case_id, one, lane, at=at, not_before=not_before))
    for statement, rows in ((_EFFECT, effects), (_NOTICE, notices)):
        if rows:
            writing.many(statement, rows)


def write_wake(writing: Writing, case_id: int, *, seq: int, batch: str | None, at: int) -> None:
    """Queue the one wake of the case, or let the one that waits reach further."""
    writing.run(
        _WAKE, case_id=case_id, seq=seq, batch=batch, queued_at=at, claimed_by=None, claimed_until=None, tries=0
    )


def write_tallies(writing: Writing, header: CaseHeader, facts: CaseFacts, changes: Changes, *, is_new: bool) -> None:
    """Move the case from one count to another, count the steps it has finished and what its closing cost."""
    place = header.place
    old = (header.grade or "", header.status, header.waits_for, header.overdue)
    new = (facts.grade or "", str(facts.status), str(facts.waits_for), facts.is_overdue)
    if is_new or old != new:
        counts = [(new, 1)] if is_new else [(old, -1), (new, 1)]
        for (grade, status, waits_for, overdue), number in counts:
            writing.add(
                _STANDING,
                county_id=place.county_id,
                kind=header.process.name,
                path=place.path,
                department_id=place.department_id,
                grade=grade,
                status=status,
                waits_for=waits_for,
                overdue=overdue,
                cases=number,
            )
    for duty in changes.ended:
        if duty.status in {DutyStatus.DONE, DutyStatus.LATE_DONE}:
            writing.add(_STEP, **_step_row(header, duty))
    closings.note(writing, header, facts)


def _duty_row(case_id: int, duty: Duty, rulebook: Rulebook) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "key": duty.key,
        "act": str(duty.act),
        "holder": duty.holder.value,
        "opened_by": duty.opened_by,
        "clause_id": duty.clause_id,
        "clause_version": duty.clause_version,
        "started_at": micros(duty.started_at),
        "opened_at": micros(duty.opened_at),
        "due_alert": micros_or_none(duty.due_alert),
        "due_legal": micros_or_none(duty.due_legal),
        "late_from": micros_or_none(duty.late_from),
        "ends_on": duty.ends_on.isoformat() if duty.ends_on else None,
        "provisional": duty.provisional,
        "blocks": duty.blocks,
        "lapses": duty.lapses,
        "ladder": duty.ladder,
        "about": duty.about,
        "pauses": pauses.written(duty.pauses),
        "rung": duty.rung,
        "breached": duty.breached,
        "lapsed": duty.lapsed,
        "status": duty.status.value,
        "ended_by": duty.ended_by,
        "ended_at": micros_or_none(duty.ended_at),
        "wake_at": _wakes_at(duty, rulebook),
    }


def _wakes_at(duty: Duty, rulebook: Rulebook) -> int | None:
    coming = next_clock_act(duty, rulebook)
    return micros(coming.at) if coming else None


def _effect_row(case_id: int, effect: Effect, at: int) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "key": effect.key,
        "kind": effect.kind.value,
        "name": effect.name,
        "addressee": effect.addressee.value if effect.addressee else None,
        "caused_by": effect.caused_by,
        "clause_id": effect.clause_id,
        "asks": effect.asks,
        "by_clock": effect.by_clock,
        "owed_at": at,
        "status": "owed",
        "settled_at": None,
        "run_id": None,
        "reason": None,
        "paper_sha256": None,
        "answer": effect.answer,
    }


def _lane(addressed: Addressed) -> Lane:
    """Return how pressing a notice is: whoever is on watch is told at once, by the next hour others may be."""
    told = addressed.passed_to or addressed.effect.addressee
    return Lane.URGENT if told in WATCH_ROLES else addressed.effect.lane


def _notices(case_id: int, addressed: Addressed, lane: Lane, *, at: int, not_before: int) -> Iterator[dict[str, Any]]:
    """Yield a notice for the preview at once, and outside by the first channel; an emergency by every channel."""
    for recipient in addressed.recipients:
        outside = [channel for channel in recipient.channels if channel != PREVIEW]
        for channel in recipient.channels:
            if lane is Lane.URGENT or channel == PREVIEW or channel == outside[0]:
                yield queued(
                    case_id=case_id,
                    effect_key=addressed.effect.key,
                    person_id=recipient.person_id,
                    channel=channel,
                    lane=lane.value,
                    at=at,
                    not_before=at if channel == PREVIEW else not_before,
                )


def _step_row(header: CaseHeader, duty: Duty) -> dict[str, Any]:
    ended_at = duty.ended_at or duty.started_at
    return {
        "county_id": header.place.county_id,
        "kind": header.process.name,
        "month": f"{ended_at.year:04d}-{ended_at.month:02d}",
        "path": header.place.path,
        "act": str(duty.act),
        "ended": 1,
        "late": int(duty.status is DutyStatus.LATE_DONE),
        "waited": max(micros(ended_at) - micros(duty.started_at), 0),
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
