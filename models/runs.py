"""Runs 运行记录: what ran, when, for which case, under whom and with what result; and what people asked to be run."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as upsert_into

from models.case import Case
from models.clock import instant, instant_or_none, micros
from models.run import Run, RunRequest
from models.statements import Statement, insert_row, table
from rules.actor import Actor, Certificate, Reach, Role, Scope
from rules.errors import UnknownRecord
from rules.proof import Proof

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime

    from models.store import Reading, Store, Writing

_runs, _requests, _cases = table(Run), table(RunRequest), table(Case)
_new = upsert_into(_runs).values({c.name: bindparam(c.name) for c in _runs.c})
_BEGIN = Statement(
    _new.on_conflict_do_update(
        index_elements=["id"],
        set_={"state": _new.excluded.state, "message": _new.excluded.message, "ended_at": None},
    )
)
_END = Statement(
    update(_runs)
    .where(_runs.c.id == bindparam("run"))
    .values(
        ended_at=bindparam("at"), state=bindparam("ending"), message=bindparam("words"), counts=bindparam("numbers")
    )
)
_NOTE = Statement(update(_runs).where(_runs.c.id == bindparam("run")).values(counts=bindparam("numbers")))
#: What a line of the history is read from, in order.
RUN_COLUMNS = (
    _runs.c.id, _runs.c.flow, _runs.c.trigger, _cases.c.number, _runs.c.principal, _runs.c.started_at,
    _runs.c.ended_at, _runs.c.state, _runs.c.message, _runs.c.counts,
)  # fmt: skip
_all_runs = select(*RUN_COLUMNS).select_from(_runs.outerjoin(_cases, _cases.c.id == _runs.c.case_id))
_OF_CASE = Statement(_all_runs.where(_runs.c.case_id == bindparam("case_id")).order_by(_runs.c.started_at))
_ONE = Statement(_all_runs.where(_runs.c.id == bindparam("run_id")))
_UNDER = Statement(
    _all_runs.where(_runs.c.principal == bindparam("who")).order_by(_runs.c.started_at.desc()).limit(bindparam("most"))
)
_UNENDED = Statement(
    _all_runs.where(_runs.c.ended_at.is_(None), _runs.c.started_at <= bindparam("before")).order_by(_runs.c.started_at)
)
_ASK = insert_row(RunRequest, leaving=("id",))
_request_columns = (
    _requests.c.ticket, _requests.c.flow, _requests.c.parameters, _requests.c.principal, _requests.c.asked_at,
    _requests.c.run_id, _requests.c.answered_at, _requests.c.answer,
)  # fmt: skip
_TICKET = Statement(select(*_request_columns).where(_requests.c.ticket == bindparam("ticket")))
_UNTAKEN = Statement(
    select(*_request_columns)
    .where(_requests.c.run_id.is_(None), _requests.c.answered_at.is_(None))
    .order_by(_requests.c.asked_at)
    .limit(bindparam("most"))
)
_TAKE = Statement(
    update(_requests)
    .where(_requests.c.ticket == bindparam("of_ticket"), _requests.c.run_id.is_(None))
    .values(run_id=bindparam("run"))
)
_BIND = Statement(update(_requests).where(_requests.c.ticket == bindparam("of_ticket")).values(run_id=bindparam("run")))
_ANSWER = Statement(
    update(_requests)
    .where(_requests.c.ticket == bindparam("of_ticket"))
    .values(answered_at=bindparam("at"), answer=bindparam("words"))
)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run as people read it; `principal` is the account that asked for it, or the schedule or the case."""

    id: str
    flow: str
    trigger: str
    case_number: str | None
    principal: str
    started_at: DateTime
    ended_at: DateTime | None
    state: str
    message: str
    counts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RunOrder:
    """A flow that a person asked for; the flow writes under `actor`."""

    ticket: str
    flow: str
    parameters: Mapping[str, Any]
    actor: Actor
    asked_at: DateTime
    run_id: str | None
    answered_at: DateTime | None
    answer: str | None


def begin_run(
    store: Store, *, run_id: str, flow: str, trigger: str, case_id: int | None, principal: str, now: DateTime
) -> None:
    """Record that a run has begun."""
    store.write(
        lambda writing: writing.run(
            _BEGIN,
            id=run_id,
            flow=flow,
            trigger=trigger,
            case_id=case_id,
            principal=principal,
            started_at=micros(now),
            ended_at=None,
            state="running",
            message="",
            counts="{}",
        )
    )


def end_run(
    store: Store, *, run_id: str, state: str, message: str, now: DateTime, counts: Mapping[str, Any] | None = None
) -> None:
    """Record how a run ended."""
    numbers = json.dumps(dict(counts or {}), ensure_ascii=False)
    store.write(
        lambda writing: writing.run(_END, run=run_id, at=micros(now), ending=state, words=message, numbers=numbers)
    )


def note_progress(store: Store, *, run_id: str, counts: Mapping[str, Any]) -> None:
    """Note how far a run has come."""
    numbers = json.dumps(dict(counts), ensure_ascii=False)
    store.write(lambda writing: writing.run(_NOTE, run=run_id, numbers=numbers))


def runs_of_case(reading: Reading, case_id: int) -> list[RunRecord]:
    """Return the runs of a case, the first one first."""
    return [record_of(row) for row in reading.all(_OF_CASE, case_id=case_id)]


def run_named(reading: Reading, run_id: str) -> RunRecord | None:
    """Return one run, None when it has not begun."""
    row = reading.one(_ONE, run_id=run_id)
    return record_of(row) if row else None


def runs_under(reading: Reading, account_id: str, most: int) -> list[RunRecord]:
    """Return the latest runs that an account asked for, the last one first."""
    return [record_of(row) for row in reading.all(_UNDER, who=account_id, most=most)]


def unended_runs(reading: Reading, *, before: DateTime) -> list[RunRecord]:
    """Return runs that began before an instant and have not been seen to end."""
    return [record_of(row) for row in reading.all(_UNENDED, before=micros(before))]


def ask_for_run(store: Store, *, flow: str, parameters: Mapping[str, Any], actor: Actor, now: DateTime) -> str:
    """Ask for a flow under a principal and return the ticket by which the flow knows it."""
    ticket = secrets.token_urlsafe(12)
    store.write(
        lambda writing: writing.run(
            _ASK,
            ticket=ticket,
            flow=flow,
            parameters=json.dumps(dict(parameters), ensure_ascii=False),
            principal=json.dumps(_principal(actor)),
            asked_at=micros(now),
            run_id=None,
            answered_at=None,
            answer=None,
        )
    )
    return ticket


def order_of(reading: Reading, ticket: str) -> RunOrder:
    """Return what a ticket asks for. Raises `UnknownRecord`."""
    row = reading.one(_TICKET, ticket=ticket)
    if row is None:
        raise UnknownRecord(f"没有编号为「{ticket}」的运行申请。请重新发起。")
    return _order(row)


def take_orders(store: Store, *, run_id_of: Mapping[str, str]) -> list[str]:
    """Bind tickets to the runs that will do them; return those that were still free."""

    def work(writing: Writing) -> list[str]:
        return [ticket for ticket, run_id in run_id_of.items() if writing.run(_TAKE, of_ticket=ticket, run=run_id) == 1]

    return store.write(work)


def bind_order(store: Store, *, ticket: str, run_id: str) -> None:
    """Say which run does what a ticket asks for."""
    store.write(lambda writing: writing.run(_BIND, of_ticket=ticket, run=run_id))


def untaken_orders(reading: Reading, most: int = 20) -> list[RunOrder]:
    """Return what was asked for and no worker has taken yet, the longest waiting first."""
    return [_order(row) for row in reading.all(_UNTAKEN, most=most)]


def answer_order(store: Store, *, ticket: str, answer: str, now: DateTime) -> None:
    """Record the answer to whoever asked."""
    store.write(lambda writing: writing.run(_ANSWER, of_ticket=ticket, at=micros(now), words=answer))


def record_of(row: tuple[Any, ...]) -> RunRecord:
    """Return one run from a row of `RUN_COLUMNS`."""
    run_id, flow, trigger, number, principal, started_at, ended_at, state, message, counts = row
    return RunRecord(
        run_id, flow, trigger, number, principal, instant(started_at), instant_or_none(ended_at), state, message,
        json.loads(counts),
    )  # fmt: skip


def _order(row: tuple[Any, ...]) -> RunOrder:
    ticket, flow, parameters, principal, asked_at, run_id, answered_at, answer = row
    return RunOrder(
        ticket, flow, json.loads(parameters), _actor(json.loads(principal)), instant(asked_at), run_id,
        instant_or_none(answered_at), answer,
    )  # fmt: skip


def _principal(actor: Actor) -> dict[str, Any]:
    return {
        "person": actor.person_id,
        "account": actor.account_id,
        "post": actor.post_id,
        "role": actor.role.value,
        "reach": actor.scope.reach.value,
        "at": actor.scope.at,
        "opens": actor.scope.opens,
        "for": actor.acting_for,
        "demonstration": actor.demonstration,
        "home": actor.home,
        "proof": actor.proof,
        "certificates": [
            [held.number, held.valid_from.isoformat(), held.valid_until.isoformat()] for held in actor.certificates
        ],
    }


def _actor(entry: Mapping[str, Any]) -> Actor:
    return Actor(
        person_id=entry["person"],
        account_id=entry["account"],
        post_id=entry["post"],
        role=Role(entry["role"]),
        scope=Scope(Reach(entry["reach"]), entry["at"], entry.get("opens", "")),
        acting_for=entry["for"],
        demonstration=entry["demonstration"],
        home=entry["home"],
        proof=Proof(entry["proof"]) if entry.get("proof") else None,
        certificates=tuple(
            Certificate(number, date.fromisoformat(since), date.fromisoformat(until))
            for number, since, until in entry.get("certificates", ())
        ),
    )
