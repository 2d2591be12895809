"""All processes by name: one line for each, in the order in which people meet them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.command import COMMAND
from rules.drill import DRILL
from rules.drill_year import DRILL_YEAR
from rules.duty_watch import DUTY_WATCH
from rules.errors import UnknownRecord
from rules.hazard import HAZARD
from rules.incident import INCIDENT
from rules.journal import JOURNAL
from rules.matter import MATTERS, process_from
from rules.obligation import OBLIGATION
from rules.plan import PLAN
from rules.programme import PROGRAMME
from rules.tipoff import TIPOFF
from rules.unit_file import UNIT_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.process import Process

#: Written in code; those described as data in `rules/matters` come after them, by the name of their file.
_WRITTEN = (HAZARD, INCIDENT, TIPOFF, PLAN, COMMAND, DRILL_YEAR, DRILL, UNIT_FILE, PROGRAMME, DUTY_WATCH, OBLIGATION)
PROCESSES: Mapping[str, Process] = {
    process.name: process for process in (*_WRITTEN, *(process_from(matter) for matter in MATTERS.values()), JOURNAL)
}


def process_named(name: str) -> Process:
    """Return a process. Raises `UnknownRecord` naming those there are."""
    if name not in PROCESSES:
        raise UnknownRecord(f"没有名为「{name}」的流程，现有：{'、'.join(PROCESSES)}。请核对名称。")
    return PROCESSES[name]


def process_of(number: str) -> Process:
    """Return the process to which a case of that number belongs; the journal is kept by the program alone.

    Raises `UnknownRecord`.
    """
    prefix = number.partition("-")[0]
    found = next((process for process in PROCESSES.values() if process.prefix == prefix), JOURNAL)
    if found is JOURNAL:
        raise UnknownRecord(f"没有编号为「{number}」的事项。请核对编号，例如 YH-2026-0017。")
    return found
