"""What some processes leave beside their chain 附带记录: by process, what the ledger fills in, checks and projects.

A process that needs nothing of the kind is not here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models import (
    command,
    drill,
    drill_rows,
    drill_year,
    duty_watch,
    incident,
    matter,
    obligation,
    obligation_tasks,
    programme,
    tipoff,
    unit_file,
)
from rules.form import FieldKind
from rules.matter import MATTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from models.case_state import CaseHeader
    from models.store import Reading, Writing
    from rules.act import Act
    from rules.form import Filled
    from rules.process import Process
    from rules.rulebook import Rulebook


def _as_filled(reading: Reading, header: CaseHeader, filled: Filled, kind: str, at: int, rulebook: Rulebook) -> Filled:
    del reading, header, kind, at, rulebook
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


def _invites_nobody(reading: Reading, case_id: int, person_id: str) -> bool:
    del reading, case_id, person_id
    return False


@dataclass(frozen=True, slots=True)
class Beside:
    """What the ledger does for a process beside the chain.

    `complete` fills in what only the ledger knows, it and `check` refuse what only the ledger can, `project` writes
    the rows, `differs` tells whether they still are what the acts make of them. `invites` tells whether a case names a
    person, who then sees it wherever they come from. `judge` refuses what only the ledger can that knows where the
    case stands.
    """

    complete: Callable[[Reading, CaseHeader, Filled, str, int, Rulebook], Filled] = _as_filled
    check: Callable[[Reading, str, Act], None] = _unchecked
    project: Callable[[Writing, CaseHeader, Any, Any], None] = _no_rows
    differs: Callable[[Reading, int, Any], bool] = _never_differs
    invites: Callable[[Reading, int, str], bool] = _invites_nobody
    judge: Callable[[Reading, CaseHeader, Any, Act, Rulebook], None] = _unjudged


def named_by(process: Process, act: Act, facts: Any) -> tuple[str, ...]:
    """Return the people whom an act or the facts after it name, besides those who do it, in the order of the form."""
    fields = process.forms[act.kind].fields if act.kind in process.forms else ()
    named = [act.word(entry.key) for entry in fields if entry.kind is FieldKind.PERSON]
    named += sorted(process.named_in(facts))
    return tuple(dict.fromkeys(person for person in named if person and person not in act.actor.persons))


def completed(reading: Reading, header: CaseHeader, filled: Filled, kind: str, at: int, rulebook: Rulebook) -> Filled:
    """Return a form with what only the ledger knows. Raises `ContentInvalid` for what only the ledger can refuse."""
    beside = BESIDE.get(header.process.name)
    return filled if beside is None else beside.complete(reading, header, filled, kind, at, rulebook)


def check(reading: Reading, county_id: str, process: Process, act: Act) -> None:
    """Return when an act holds against what only the ledger knows. Raises `ActRefused` of the fitting kind."""
    beside = BESIDE.get(process.name)
    if beside is not None:
        beside.check(reading, county_id, act)


def judge(reading: Reading, header: CaseHeader, facts: Any, act: Act, rulebook: Rulebook) -> None:
    """Return when an act holds against what only the ledger knows, where its case stands. Raises `ActRefused`."""
    beside = BESIDE.get(header.process.name)
    if beside is not None:
        beside.judge(reading, header, facts, act, rulebook)


def project(writing: Writing, header: CaseHeader, before: Any, after: Any) -> None:
    """Write the rows of what an act changed beside the chain."""
    beside = BESIDE.get(header.process.name)
    if beside is not None:
        beside.project(writing, header, before, after)


def is_guest(reading: Reading, header: CaseHeader, person_id: str) -> bool:
    """Tell whether a case names a person, who then sees it and does in it what guests may."""
    beside = BESIDE.get(header.process.name)
    return beside is not None and beside.invites(reading, header.id, person_id)


BESIDE: Mapping[str, Beside] = {
    "command": Beside(command.completed, command.refuse_strangers, command.project, command.differs),
    "drill": Beside(
        complete=drill.completed,
        project=drill_rows.project,
        differs=drill_rows.differs,
        invites=drill_rows.is_invited,
    ),
    "drill_year": Beside(
        complete=drill_year.completed,
        project=drill_year.project,
        differs=drill_year.differs,
        judge=drill_year.judge,
    ),
    "duty_watch": Beside(duty_watch.completed, duty_watch.refuse_strangers, duty_watch.project, duty_watch.differs),
    "incident": Beside(complete=incident.completed),
    "tipoff": Beside(complete=tipoff.completed, judge=tipoff.judge, project=tipoff.project, differs=tipoff.differs),
    "unit_file": Beside(
        unit_file.completed, unit_file.refuse_strangers, project=unit_file.project, differs=unit_file.differs
    ),
    "programme": Beside(
        programme.completed, programme.check, programme.project, programme.differs, programme.is_named, programme.judge
    ),
    "obligation": Beside(
        obligation.completed, obligation.check, obligation.project, obligation.differs, obligation_tasks.is_named
    ),
    **dict.fromkeys(MATTERS, Beside(complete=matter.completed)),
}
