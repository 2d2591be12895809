"""What some processes leave beside their chain 附带记录: by process, what the ledger fills in, checks and projects.

A process that needs nothing of the kind is not here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models import command, drill_year, duty_watch, incident, obligation
from rules.form import FieldKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from models.case_state import CaseHeader
    from models.store import Reading, Writing
    from rules.act import Act
    from rules.form import Filled
    from rules.process import Process
    from rules.rulebook import Rulebook


def _as_filled(reading: Reading, header: CaseHeader, filled: Filled, kind: str, at: int) -> Filled:
    del reading, header, kind, at
    return filled


def _unchecked(reading: Reading, county_id: str, act: Act) -> None:
    del reading, county_id, act


def _no_rows(writing: Writing, header: CaseHeader, before: Any, after: Any) -> None:
    del writing, header, before, after


def _unjudged(reading: Reading, header: CaseHeader, facts: Any, act: Act, rulebook: Rulebook) -> None:
    del reading, header, facts, act, rulebook


def _never_differs(reading: Reading, case_id: int, facts: Any) -> bool:
    del reading, case_id, facts
    return False


@dataclass(frozen=True, slots=True)
class Beside:
    """What the ledger does for a process beside the chain.

    `complete` fills in what only the ledger knows, it and `check` refuse what only the ledger can, `judge` what only
    the ledger can that knows where the case stands; `project` writes the rows, `differs` tells whether they still are
    what the acts make of them.
    """

    complete: Callable[[Reading, CaseHeader, Filled, str, int], Filled] = _as_filled
    check: Callable[[Reading, str, Act], None] = _unchecked
    judge: Callable[[Reading, CaseHeader, Any, Act, Rulebook], None] = _unjudged
    project: Callable[[Writing, CaseHeader, Any, Any], None] = _no_rows
    differs: Callable[[Reading, int, Any], bool] = _never_differs


def named_by(process: Process, act: Act) -> tuple[str, ...]:
    """Return the people whom an act names, besides those who do it, in the order of the form."""
    fields = process.forms[act.kind].fields if act.kind in process.forms else ()
    named = (act.word(entry.key) for entry in fields if entry.kind is FieldKind.PERSON)
    return tuple(dict.fromkeys(person for person in named if person and person not in act.actor.persons))


_NOTHING = Beside()
BESIDE: Mapping[str, Beside] = {
    "command": Beside(command.completed, command.refuse_strangers, project=command.project, differs=command.differs),
    "drill_year": Beside(
        drill_year.completed, judge=drill_year.judge, project=drill_year.project, differs=drill_year.differs
    ),
    "duty_watch": Beside(
        duty_watch.completed, duty_watch.refuse_strangers, project=duty_watch.project, differs=duty_watch.differs
    ),
    "incident": Beside(complete=incident.completed),
    "obligation": Beside(
        obligation.completed, obligation.check, project=obligation.project, differs=obligation.differs
    ),
}


def beside(process: Process) -> Beside:
    """Return what the ledger does for a process beside the chain."""
    return BESIDE.get(process.name, _NOTHING)
