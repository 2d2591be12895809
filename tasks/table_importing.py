"""Bringing in any table 导入表格: one way for all of them; the journal says what was entered, from which file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from models.receipt import Deed
from rules.errors import ContentInvalid
from rules.incoming import Mode, incoming
from tasks import county_importing, entry_importing, importing, programme_importing, rostering, unit_importing
from tasks.table_job import hand_back

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from rules.incoming import Incoming
    from tasks.resources import Resources
    from tasks.table_job import Job, Report

_OF_COUNTY = ("organisation", "units", "posts", "people")
_BY_NAME: Mapping[str, Callable[[Resources, Job], Report]] = {
    "hazard_ledger": importing.bring_in,
    "unit_table": unit_importing.bring_in,
    "duty_roster": rostering.bring_in,
    "programme_list": programme_importing.bring_in,
    "register": entry_importing.bring_in,
    **{name: partial(county_importing.bring_in, name=name) for name in _OF_COUNTY},
}


def bring_in(tools: Resources, name: str, job: Job) -> Report:
    """Look at a table, or enter what the mode allows, and return what became of each row.

    Raises `UnknownRecord` and `WrongPost` for a table that the post may not bring in, `ImportRefused` for the whole
    file, and what the ledger raises for the whole; then nothing was written.
    """
    table = incoming(name, job.actor.role)
    if table.is_whole and job.mode is Mode.GOOD:
        raise ContentInvalid(f"「{table.title}」只能整表导入，不能只导入一部分。请改正后整表导入。")
    report = _BY_NAME[name](tools, job)
    if report.is_written and report.new:
        _note(tools, table, job, report)
    return report


def mode_named(written: str) -> Mode:
    """Return what is asked of a table. Raises `ContentInvalid`."""
    try:
        return Mode(written)
    except ValueError as error:
        raise ContentInvalid(f"没有名为「{written}」的导入方式，可选：{'、'.join(Mode)}。请核对后重试。") from error


def annotated(tools: Resources, job: Job, report: Report, ticket: str) -> Path | None:
    """Return where the uploader's own file lies with what became of each row; None where it cannot be written."""
    target = tools.settings.folder("reports") / f"import-{ticket}.xlsx"
    return target if hand_back(job.path, report.table, target) else None


def _note(tools: Resources, table: Incoming, job: Job, report: Report) -> None:
    values = {"what": table.title, "rows": str(report.new), "file": job.path.name[:64]}
    tools.ledger.journal(Deed("import", job.actor, f"import:{table.name}:{job.key}", values), tools.now())
