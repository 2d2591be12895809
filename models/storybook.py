"""What a story needs to be told: the acts of a case, its facts, and the effects that nobody has settled yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.case_state import find_by_number
from models.history import read_history
from models.outbox import owed_effects, waiting_for_hours
from rules.errors import UnknownRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.store import Reading
    from rules.act import History
    from rules.actor import Place
    from rules.agenda import Effect
    from rules.process import Process
    from rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Tale:
    """One case as a story reads it; `owed` are the effects that the story, not the clock, must settle.

    Of those in `waiting` only notices that wait for an hour are left: no run can do more for them.
    """

    case_id: int
    number: str
    place: Place
    process: Process
    history: History
    facts: Any
    owed: Mapping[str, Effect]
    waiting: frozenset[str]
    overdue: bool


def open_tale(reading: Reading, county_id: str, number: str, rulebook: Rulebook) -> Tale:
    """Return the case as it stands. Raises `UnknownRecord`."""
    header = find_by_number(reading, county_id, number)
    if header is None:
        raise UnknownRecord(f"没有编号为「{number}」的事项。请核对编号，例如 YH-2026-0017。")
    history = read_history(reading, header.id, header.process)
    owed = {key: effect for key, effect in owed_effects(reading, header.id).items() if not effect.by_clock}
    return Tale(
        case_id=header.id,
        number=header.number,
        place=header.place,
        process=header.process,
        history=history,
        facts=header.process.read(history, rulebook),
        owed=owed,
        waiting=waiting_for_hours(reading, header.id),
        overdue=header.overdue,
    )
