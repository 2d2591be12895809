"""What some processes leave beside their chain 附带记录: by process, what the ledger fills in, checks and projects.

A process that needs nothing of the kind is not here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models import command, duty_watch, incident, obligation, unit_file
from rules.form import FieldKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from models.case_state import CaseHeader
    from models.store import Reading, Writing
    from rules.act import Act
    from rules.form import Filled
    from rules.process import Process


def _as_filled(reading: Reading, header: CaseHeader, filled: Filled, kind: str, at: int) -> Filled:
    del reading, header, kind, at
    return filled


def _unchecked(reading: Reading, county_id: str, act: Act) -> None:
    del reading, county_id, act


def _no_rows(writing: Writing, header: CaseHeader, before: Any, after: Any) -> None:
    del writing, header, before, after


def _never_differs(reading: Reading, case_id: int, facts: Any) -> bool:
    del reading, case_id, facts
    return False


@dataclass(frozen=True, slots=True)
class Beside:
    """What the ledger does for a process beside the chain.

    `complete` fills in what only the ledger knows, it and `check` refuse what only the ledger can, `project` writes
    the rows, `differs` tells whether they still are what the acts make of them.
    """

    complete: Callable[[Reading, CaseHeader, Filled, str, int], Filled] = _as_filled
    check: Callable[[Reading, str, Act], None] = _unchecked
    project: Callable[[Writing, CaseHeader, Any, Any], None] = _no_rows
    differs: Callable[[Reading, int, Any], bool] = _never_differs


def named_by(process: Process, act: Act) -> tuple[str, ...]:
    """Return the people whom an act names, besides those who do it, in the order of the form."""
    fields = process.forms[act.kind].fields if act.kind in process.forms else ()
    named = (act.word(entry.key) for entry in fields if entry.kind is FieldKind.PERSON)
    return tuple(dict.fromkeys(person for person in named if person and person not in act.actor.persons))


BESIDE: Mapping[str, Beside] = {
    "command": Beside(command.completed, command.refuse_strangers, command.project, command.differs),
    "duty_watch": Beside(duty_watch.completed, duty_watch.refuse_strangers, duty_watch.project, duty_watch.differs),
    "incident": Beside(complete=incident.completed),
    "unit_file": Beside(
        unit_file.completed, unit_file.refuse_strangers, project=unit_file.project, differs=unit_file.differs
    ),
    "obligation": Beside(obligation.completed, obligation.check, obligation.project, obligation.differs),
}
