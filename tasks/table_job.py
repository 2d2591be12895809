"""Bringing in a table 导入一张表: what is asked, what became of it, and the uploader's own file handed back.

The same for every table: read under the uploader's own headings, judged row by row, entered or only looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar, cast

from documents.annotate import annotate
from documents.incoming import memory_of
from documents.table_import import CellNote, read_table
from models.headings import Headings
from rules.errors import ImportRefused
from rules.incoming import Mode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from documents.columns import TableSpec
    from documents.table_import import RowResult, TableResult
    from models.store import Store, Writing
    from rules.actor import Actor
    from tasks.resources import Resources

_Result = TypeVar("_Result")
_NOTHING: Mapping[str, int | str] = MappingProxyType({})


def _silent(_done: int, _total: int) -> None:
    """Tell nobody how far it has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One table on its way in, under whoever uploaded it.

    `key` marks what is written as one batch; `about` is the code of an organisation or the number of a case.
    """

    path: Path
    actor: Actor
    key: str
    mode: Mode
    about: str = ""
    progress: Callable[[int, int], None] = _silent


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the rows: `new` were entered or could be, `same` said nothing new; `more` is the table's own.

    The table says it row by row. Nothing was written where it was only looked at, nor where all was to enter and
    something is at fault.
    """

    table: TableResult
    new: int
    same: int
    mode: Mode
    more: Mapping[str, int | str] = field(default_factory=lambda: _NOTHING)

    @property
    def bad(self) -> int:
        """Return how many rows are at fault."""
        return len(self.table.bad_rows)

    @property
    def is_written(self) -> bool:
        """Tell whether what could enter was entered."""
        return may_write(self.mode, self.table)

    @property
    def numbers(self) -> dict[str, int]:
        """Return the numbers of the sentence."""
        return {"new": self.new, "same": self.same, "bad": self.bad, "skipped": len(self.table.skipped)}

    @property
    def words(self) -> str:
        """Return the report as one sentence."""
        new, same, bad, skipped = self.numbers.values()
        if self.is_written:
            return f"写入 {new} 行，此前已有 {same} 行，有问题 {bad} 行，略过 {skipped} 行"
        if self.mode is Mode.CHECK:
            return f"可写入 {new} 行，此前已有 {same} 行，有问题 {bad} 行，略过 {skipped} 行"
        return f"没有写入任何内容：有问题 {bad} 行，其余可写入 {new} 行，此前已有 {same} 行，略过 {skipped} 行"


def may_write(mode: Mode, table: TableResult, *, is_refused: bool = False) -> bool:
    """Tell whether the good rows of a table may enter; `is_refused`: the door refuses one of them."""
    return mode is Mode.GOOD or (mode is Mode.WHOLE and not table.bad_rows and not is_refused)


def undone(mode: Mode) -> Mode:
    """Return the mode of a table that was refused as a whole: nothing of it was written."""
    return Mode.CHECK if mode is Mode.CHECK else Mode.WHOLE


def read(tools: Resources, job: Job, spec: TableSpec) -> TableResult:
    """Return the file read as a table, by what the uploader's organisation said that its own headings mean.

    Raises `ImportRefused` for the whole file.
    """
    known = Headings(tools.settings.folder("headings")).of(job.actor.home, memory_of(spec))
    return read_table(job.path, spec, tools.now().date(), headings=known)


def with_rows(table: TableResult, rows: Sequence[RowResult]) -> TableResult:
    """Return the table with other rows."""
    return replace(table, rows=tuple(rows))


def refused(row: RowResult, title: str, text: str) -> RowResult:
    """Return the row with what the door said against it."""
    return replace(row, errors=(*row.errors, CellNote(0, "", title, text)))


def in_one(store: Store, work: Callable[[Writing], _Result], *, keeps: Callable[[_Result], bool]) -> _Result:
    """Do the work in one transaction and return its result; all of it is undone unless the result is to be kept."""

    def inside(writing: Writing) -> _Result:
        result = work(writing)
        if not keeps(result):
            raise _UndoneError(result)
        return result

    try:
        return store.write(inside)
    except _UndoneError as undone:
        return cast("_Result", undone.result)


def hand_back(path: Path, table: TableResult, target: Path) -> bool:
    """Write the uploader's own workbook back with the outcome of each row; tell whether it could be."""
    try:
        annotate(path, table, target)
    except ImportRefused:
        return False
    return True


class _UndoneError(Exception):
    def __init__(self, result: object) -> None:
        super().__init__("what was done is not to be kept")
        self.result = result
