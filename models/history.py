"""Histories: the acts of a case as the rules read them, out of the bytes that were hashed and nothing else."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from models.act import ActRow
from models.clock import from_written
from models.statements import Statement, table
from rules.act import Act
from rules.actor import Actor, Reach, Role, Scope
from rules.form import FieldKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime

    from models.store import Reading
    from rules.form import Form
    from rules.process import Process

_acts = table(ActRow)
_BODIES = Statement(select(_acts.c.body).where(_acts.c.case_id == bindparam("case_id")).order_by(_acts.c.seq))
_NOWHERE = Scope(Reach.NOWHERE, "")


def read_history(reading: Reading, case_id: int, process: Process) -> list[Act]:
    """Return all acts of a case in order."""
    return [act_from(json.loads(body), process) for (body,) in reading.all(_BODIES, case_id=case_id)]


def act_from(entry: Mapping[str, Any], process: Process) -> Act:
    """Return the act that a body describes; the actor's scope is not in it and not needed once the act stands."""
    return Act(
        seq=entry["seq"],
        kind=entry["kind"],
        actor=_actor(entry["by"]),
        happened_at=_instant(entry["happened"]),
        recorded_at=_instant(entry["recorded"]),
        content=_content(entry.get("content", {}), process.form_of(entry["kind"])),
        texts=frozenset(entry.get("words", {})),
        evidence=tuple(entry.get("evidence", ())),
        backfilled=entry.get("backfilled", False),
    )


def _actor(by: Mapping[str, Any]) -> Actor:
    return Actor(
        person_id=by["person"],
        account_id=by["account"],
        post_id=by["post"],
        role=Role(by["role"]),
        scope=_NOWHERE,
        acting_for=by.get("for"),
        demonstration=by.get("demonstration", False),
    )


def _instant(written: str) -> DateTime:
    return from_written(written)


def _content(content: Mapping[str, Any], form: Form) -> dict[str, Any]:
    days = {entry.key for entry in (*form.fields, *form.given) if entry.kind is FieldKind.DAY}
    return {key: date.fromisoformat(value) if key in days else value for key, value in content.items()}
