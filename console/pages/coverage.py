"""Coverage of the notice 通知落实: every row with its quote, what the program makes of it, and its last proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.menu import COUNTY_WIDE
from models.notice_proofs import last_proof
from rules.county_notice import RowClass, notices
from rules.processes import process_named

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit
    from models.notice_proofs import LastProof
    from rules.clause import Clause
    from rules.county_notice import Row


@dataclass(frozen=True, slots=True)
class Line:
    """One row as the page shows it: the clause and the act of its duty, its last proof; nothing where none runs."""

    row: Row
    clause: Clause | None
    act: str
    proof: LastProof | None


def show(visit: Visit) -> Response:
    """Show the rows that hold the words asked for, of one class or of all; totals are of the whole notice."""
    notice = notices()[-1]
    words, wanted = visit.asked("words"), visit.asked("class")
    found = [row for row in notice.rows if (not wanted or row.row_class == wanted) and _holds(row, words)]
    with visit.desk.store.read() as reading:
        lines = [_line(visit, row, last_proof(reading, visit.desk.installation.county_id, row)) for row in found]
    return visit.page(
        "coverage.html",
        notice=notice,
        lines=lines,
        words=words,
        wanted=wanted,
        classes=[(kind, sum(row.row_class is kind for row in notice.rows)) for kind in RowClass],
        sees_cases=visit.actor.role in COUNTY_WIDE,
    )


def _line(visit: Visit, row: Row, proof: LastProof | None) -> Line:
    if row.duty is None:
        return Line(row, None, "", None)
    return Line(row, visit.clause(row.duty.clause_id), process_named(row.process).label_of(row.duty.act), proof)


def _holds(row: Row, words: str) -> bool:
    """Tell whether a row holds every word asked for, in its number, quote, paragraph, posts or reason."""
    told = " ".join(
        (row.id, row.paragraph, row.quote, *row.responsible, *(post.label for post in row.posts), row.evidence,
         row.why, row.note, *row.clauses, *row.indicators)
    )  # fmt: skip
    return all(word.casefold() in told.casefold() for word in words.split())
