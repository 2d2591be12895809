"""Importing the entries of a register 导入登记内容: each row is judged alone, the good ones become one act."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from documents.register_table import table_of
from models import registers
from models.incoming import listed_at
from models.obligation import term_of
from models.receipt import Deed
from rules.errors import ActRefused, ContentInvalid
from rules.obligation.acts import ObligationAct
from rules.obligation.registers import SEPARATOR, read_entries, refuse_other_terms
from rules.quotas import Quota
from tasks.table_job import Report, in_one, may_write, read, refused, undone, with_rows

if TYPE_CHECKING:
    from datetime import date

    from documents.table_import import RowResult, TableResult
    from models.store import Reading
    from rules.periods import Period
    from rules.quotas import Register
    from tasks.resources import Resources
    from tasks.table_job import Job

_WHERE = re.compile("「登记内容」第 1 [条行]的?")
_BREAKS = re.compile(r"[|｜\t\n]")


@dataclass(frozen=True, slots=True)
class _Book:
    """The register that a case keeps: its line and period, and what was entered before."""

    line: Quota
    register: Register
    term: Period
    before: frozenset[str]

    @classmethod
    def read(cls, tools: Resources, reading: Reading, job: Job) -> _Book:
        county, scope, rulebook = tools.installation.county_id, job.actor.scope, tools.rulebook
        line = listed_at(reading, county, scope, table="register", number=job.about, rulebook=rulebook)
        assert isinstance(line, Quota), "the case keeps a register"
        assert line.register is not None, "the case keeps a register"
        term = term_of(reading, county, job.about, rulebook)
        assert term is not None, "a line is owed for a period"
        kept = registers.kept(reading, scope, line, term.first.year)
        before = frozenset(entry.text for one in kept if one.number == job.about for entry in one.entries)
        return cls(line, line.register, term, before)

    def entry(self, row: RowResult, today: date) -> str:
        """Return a row as it is entered. Raises `ContentInvalid`."""
        cells = [str(row.values[column.key]) for column in table_of("", self.register).columns]
        broken = next((cell for cell in cells if _BREAKS.search(cell)), None)
        if broken is not None:
            raise ContentInvalid("格内不能有竖线或者换行。请改为其他符号。", clause="obl-register")
        entries = read_entries(SEPARATOR.join(cells), self.register)
        if not entries:
            raise ContentInvalid("这一行重复了表头。请删去。", clause="obl-register")
        refuse_other_terms(entries, self.line, self.register, self.term, today)
        return entries[0].text


def bring_in(tools: Resources, job: Job) -> Report:
    """Enter the good rows as one act, or all or none of them, and return what became of each.

    Of a register that says what stands the whole is entered again where anything is new: the last one counts.
    Raises `ImportRefused` for the whole file, and what the ledger raises for the act; then nothing was written.
    """
    with tools.store.read() as reading:
        book = _Book.read(tools, reading, job)
    table = read(tools, job, table_of(book.line.title, book.register))
    rows, entries = _judged(table, book, tools.now().date())
    new = [index for index, entry in entries.items() if entry not in book.before]
    wanted = list(entries) if book.register.is_roster and new else new
    is_kept = may_write(job.mode, with_rows(table, rows))
    if wanted:
        said = {"day": tools.now().date().isoformat(), "entries": "\n".join(entries[index] for index in wanted)}
        deed = Deed(ObligationAct.REGISTER, job.actor, f"entries:{job.key}", said)
        try:
            in_one(
                tools.store,
                lambda writing: tools.ledger.record_in(writing, job.about, deed, tools.now()),
                keeps=lambda _: is_kept,
            )
        except ContentInvalid as trouble:
            rows[wanted[0]] = refused(rows[wanted[0]], "登记内容", trouble.message)
            return Report(with_rows(table, rows), len(new) - 1, len(entries) - len(new), undone(job.mode))
    for index in entries:
        rows[index] = replace(rows[index], outcome=_outcome(is_new=index in new, is_kept=is_kept))
    return Report(with_rows(table, rows), len(new), len(entries) - len(new), job.mode)


def _judged(table: TableResult, book: _Book, today: date) -> tuple[list[RowResult], dict[int, str]]:
    """Return the rows with their faults, and the entries of the good ones."""
    rows, entries, places = list(table.rows), dict[int, str](), dict[str, int]()
    for index, row in enumerate(rows):
        if not row.is_good:
            continue
        try:
            entry = book.entry(row, today)
        except ActRefused as trouble:
            rows[index] = refused(row, "登记内容", _WHERE.sub("", trouble.message))
            continue
        if entry in places:
            rows[index] = refused(row, "登记内容", f"与第 {places[entry]} 行相同")
            continue
        places[entry], entries[index] = row.row_no, entry
    return rows, entries


def _outcome(*, is_new: bool, is_kept: bool) -> str:
    if not is_new:
        return "此前已登记"
    return "已登记" if is_kept else "可登记"
