"""Imprints 文书定稿: which PDF was made of which page, by what and in which fonts; a batch is chained in the journal.

The page of a paper is drawn from the record. Its PDF is made once by a flow, kept, and from then on handed out as it
lies. The journal keeps one root for a batch, so that no row can be changed, added or lost without being noticed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select
from sqlmodel import Field, SQLModel

from models.act import ActRow
from models.base import instant, named
from models.case import Case
from models.clock import instant as instant_of
from models.clock import micros
from models.effect import EffectRow
from models.history import read_history
from models.receipt import Deed
from models.statements import Statement, insert_row, table
from rules.journal import JOURNAL, JournalAct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pendulum import DateTime

    from models.ledger import Ledger
    from models.store import Reading, Writing
    from rules.actor import Actor


class ImprintRow(SQLModel, table=True):
    """The PDF of a page. `journal` is the journal's number and act, as XT-2026-0001#12; `at` what the PDF bears."""

    __tablename__ = named("imprints")

    page_sha256: str = Field(primary_key=True)
    pdf_sha256: str
    case_number: str = Field(index=True)
    name: str
    at: int = instant()
    made_by: str
    fonts: str
    journal: str = Field(index=True)


_rows, _effects, _acts, _cases = (table(model) for model in (ImprintRow, EffectRow, ActRow, Case))
_COLUMNS = (
    _rows.c.page_sha256, _rows.c.pdf_sha256, _rows.c.case_number, _rows.c.name, _rows.c.at, _rows.c.made_by,
    _rows.c.fonts, _rows.c.journal,
)  # fmt: skip
_ADD = insert_row(ImprintRow)
_OF_PAGE = Statement(select(*_COLUMNS).where(_rows.c.page_sha256 == bindparam("page")))
_OF_CASE = Statement(select(*_COLUMNS).where(_rows.c.case_number == bindparam("number")).order_by(_rows.c.page_sha256))
_ALL = Statement(select(*_COLUMNS).order_by(_rows.c.journal, _rows.c.page_sha256))
_JOURNALS = Statement(
    select(_cases.c.id, _cases.c.number)
    .where(_cases.c.county_id == bindparam("county"), _cases.c.kind == JOURNAL.name)
    .order_by(_cases.c.id)
)
_WITHOUT = Statement(
    select(_effects.c.id, _effects.c.paper_sha256, _effects.c.name, _cases.c.number, _acts.c.recorded_at)
    .select_from(
        _effects.join(_cases, _cases.c.id == _effects.c.case_id)
        .join(_acts, and_(_acts.c.case_id == _effects.c.case_id, _acts.c.seq == _effects.c.caused_by))
        .outerjoin(_rows, _rows.c.page_sha256 == _effects.c.paper_sha256)
    )
    .where(
        _effects.c.kind == "paper",
        _effects.c.paper_sha256.is_not(None),
        _rows.c.page_sha256.is_(None),
        _effects.c.id > bindparam("after"),
    )
    .order_by(_effects.c.id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Unprinted:
    """A paper whose page is drawn and whose PDF is not made yet; `at` is when the act was recorded that it rests on."""

    effect_id: int
    page_sha256: str
    name: str
    case_number: str
    at: DateTime


@dataclass(frozen=True, slots=True)
class Imprint:
    """One PDF of one page. `fonts` is the fingerprint of the font files it was set in, `made_by` the typesetter.

    `case_number` is empty for what belongs to no case, such as a monthly brief.
    """

    page_sha256: str
    pdf_sha256: str
    case_number: str
    name: str
    at: DateTime
    made_by: str
    fonts: str
    journal: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What was recorded together: the act of the journal, what it says, and the rows that name it."""

    journal: str
    said: Mapping[str, str]
    imprints: tuple[Imprint, ...]

    @property
    def holds(self) -> bool:
        """Tell whether the rows are those whose root the journal keeps."""
        return self.said.get("root") == root_of(self.imprints)


def unprinted(reading: Reading, *, after: int, most: int) -> list[Unprinted]:
    """Return papers without a PDF, the oldest effect first, beyond an effect's id."""
    return [
        Unprinted(effect_id, page, name, number, instant_of(at))
        for effect_id, page, name, number, at in reading.all(_WITHOUT, after=after, most=most)
    ]


def imprint_of(reading: Reading, page_sha256: str) -> Imprint | None:
    """Return the PDF of a page, None where none was made."""
    row = reading.one(_OF_PAGE, page=page_sha256)
    return _imprint(row) if row else None


def imprints_of(reading: Reading, number: str = "") -> list[Imprint]:
    """Return the PDFs of a case, or all there are."""
    return [_imprint(row) for row in (reading.all(_OF_CASE, number=number) if number else reading.all(_ALL))]


def keep(ledger: Ledger, made: Sequence[Imprint], *, key: str, actor: Actor, now: DateTime) -> str:
    """Record imprints and their root in the journal; return the journal's number and act, "" where all were known.

    A page that has its imprint already keeps it. All must be made by the same typesetter in the same fonts.
    """

    def work(writing: Writing) -> str:
        fresh = [each for each in made if imprint_of(writing, each.page_sha256) is None]
        if not fresh:
            return ""
        said = {
            "root": root_of(fresh), "papers": str(len(fresh)), "made_by": fresh[0].made_by, "fonts": fresh[0].fonts,
        }  # fmt: skip
        receipt = ledger.journal_in(writing, Deed(JournalAct.IMPRINT, actor, key, said), now)
        journal = f"{receipt.number}#{receipt.seq}"
        writing.many(_ADD, [_values(each, journal) for each in fresh])
        return journal

    return ledger.store.write(work)


def root_of(imprints: Iterable[Imprint]) -> str:
    """Return the SHA-256 over a line for each imprint, in order of the pages: page, PDF, case, paper, instant."""
    lines = sorted(
        f"{each.page_sha256} {each.pdf_sha256} {each.case_number} {each.name} {micros(each.at)}\n" for each in imprints
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def batches(reading: Reading, county_id: str) -> list[Batch]:
    """Return what was recorded together: an act of the journal without rows and rows without an act stand there too."""
    rows = {name: tuple(found) for name, found in groupby(imprints_of(reading), key=lambda each: each.journal)}
    said = dict(_journalled(reading, county_id))
    return [Batch(name, said.get(name, {}), rows.get(name, ())) for name in sorted(rows.keys() | said.keys())]


def _journalled(reading: Reading, county_id: str) -> Iterable[tuple[str, Mapping[str, str]]]:
    for case_id, number in reading.all(_JOURNALS, county=county_id):
        for act in read_history(reading, case_id, JOURNAL):
            if act.kind == JournalAct.IMPRINT:
                yield f"{number}#{act.seq}", {key: act.word(key) for key in act.content}


def _values(each: Imprint, journal: str) -> dict[str, object]:
    return {
        "page_sha256": each.page_sha256, "pdf_sha256": each.pdf_sha256, "case_number": each.case_number,
        "name": each.name, "at": micros(each.at), "made_by": each.made_by, "fonts": each.fonts, "journal": journal,
    }  # fmt: skip


def _imprint(row: Sequence[object]) -> Imprint:
    page, pdf, number, name, at, made_by, fonts, journal = map(str, row)
    return Imprint(page, pdf, number, name, instant_of(int(at)), made_by, fonts, journal)
