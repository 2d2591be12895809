"""A rung of a ladder 催办 as a consequence that several processes share: people are reminded, or told of lateness."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from rules.actor import Role

if TYPE_CHECKING:
    from rules.docket import Docket

_Facts = TypeVar("_Facts")


def rung_reached(facts: _Facts, docket: Docket) -> _Facts:
    """The clock reached a rung: people are reminded or told of lateness, which then stays on record."""
    key, number = docket.act.word("about"), int(docket.act.content["rung"])
    duty = docket.live[key]
    rung = docket.rulebook.ladder(duty.ladder, duty.started_at.date()).rungs[number - 1]
    docket.mark(key, rung=number, breached=rung.kind == "overdue")
    roles = tuple(dict.fromkeys(duty.holder if role == "holder" else Role(role) for role in rung.roles))
    docket.tell("reminder" if rung.kind == "remind" else "overdue", *roles, clause_id=rung.clause_id, asks=key)
    return facts


def noted(facts: _Facts, docket: Docket) -> _Facts:
    """A note changes nothing that is owed."""
    del docket
    return facts
