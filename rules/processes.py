"""All processes by name: one line for each, in the order in which people meet them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.duty_watch import DUTY_WATCH
from rules.errors import UnknownRecord
from rules.hazard import HAZARD
from rules.journal import JOURNAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.process import Process

PROCESSES: Mapping[str, Process] = {process.name: process for process in (HAZARD, DUTY_WATCH, JOURNAL)}


def process_named(name: str) -> Process:
    """Return a process. Raises `UnknownRecord` naming those there are."""
    if name not in PROCESSES:
        raise UnknownRecord(f"没有名为「{name}」的流程，现有：{'、'.join(PROCESSES)}。请核对名称。")
    return PROCESSES[name]
