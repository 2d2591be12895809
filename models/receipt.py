"""What goes in at the door and what comes out 提交与回执: the deed somebody wants recorded, and the answer to it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from models.canonical import written
from rules.actor import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime

    from models.recording import Entry
    from rules.actor import Actor
    from rules.form import Filled
    from rules.process import CaseFacts, Process


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody wants to record. `key` makes a repeat harmless; `happened_at` is None for now.

    `expected_version` is the number of acts that the person had before their eyes, None to accept any. `means` is the
    way by which an answer came, as the door's own page knows it.
    """

    kind: str
    actor: Actor
    key: str
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    happened_at: DateTime | None = None
    expected_version: int | None = None
    evidence: tuple[str, ...] = ()
    means: str = "console"

    @property
    def is_by_person(self) -> bool:
        """Tell whether a person did it: what the clock submits, such as opening a period, needs no story told."""
        return self.actor.role is not Role.ENGINE


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a recorded act; the same submission gets the same answer for ever.

    `owed` lists the open duties as (act, holder, due) with `due` in ISO 8601 or empty.
    """

    number: str
    seq: int
    hash: str
    happened_at: str
    recorded_at: str
    backfilled: bool
    status: str
    owed: tuple[tuple[str, str, str], ...]

    def as_json(self) -> dict[str, Any]:
        """Return the receipt as every `--json` output shows it."""
        return {name: getattr(self, name) for name in _NAMES}


# `asdict` copies what is never changed, for a tenth of an act's time.
_NAMES = tuple(each.name for each in fields(Receipt))


def with_way(filled: Filled, deed: Deed, process: Process) -> Filled:
    """Return a form with the way by which it came, where that was a link in a message and not the console."""
    if deed.means == "console" or deed.kind not in process.by_link:
        return filled
    return replace(filled, content={**filled.content, "means": deed.means})


def said(deed: Deed) -> dict[str, Any]:
    """Return what tells a deed from another under the same key."""
    return {
        "kind": deed.kind,
        "person": deed.actor.person_id,
        "for": deed.actor.acting_for,
        "values": {key: str(value) for key, value in deed.values.items()},
        "happened": str(deed.happened_at),
        "evidence": deed.evidence,
    }


def receipt(number: str, entry: Entry, facts: CaseFacts) -> Receipt:
    """Return the answer to an act that is being written."""
    owed = tuple(
        (str(duty.act), duty.holder.value, written(duty.due_alert) if duty.due_alert else "")
        for duty in facts.live.values()
    )
    act = entry.act
    return Receipt(
        number=number,
        seq=act.seq,
        hash=entry.hash.hex(),
        happened_at=written(act.happened_at),
        recorded_at=written(act.recorded_at),
        backfilled=act.backfilled,
        status=str(facts.status),
        owed=owed,
    )


def receipt_from(answer: dict[str, Any]) -> Receipt:
    """Return an answer that was stored."""
    owed = tuple((act, holder, due) for act, holder, due in answer.pop("owed"))
    return Receipt(**answer, owed=owed)
