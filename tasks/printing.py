"""Printing 文书定稿: the PDF of each paper is made once, kept under its fingerprint, and chained in the journal.

Whether a PDF is still what it was when it was made can be told at any time: the kept file by its fingerprint, the
page by its own, and by setting it again, which gives the same bytes where typesetter and fonts are the same.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from documents.fonts import fingerprint, typefaces
from documents.paper import file_pdf, paper_path
from documents.paper_blocks import blocks_of
from documents.typeset import made_by, typeset
from models import imprints
from models.imprints import Imprint
from rules.errors import RulebookError

if TYPE_CHECKING:
    from pathlib import Path

    from pendulum import DateTime

    from models.imprints import Unprinted
    from rules.actor import Actor
    from tasks.resources import Resources

BRIEF = "brief"
_AT_ONCE = 50
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Printed:
    """How many PDFs were made and how many could not be; `last` is the last effect looked at, None for no more."""

    made: int
    failed: int
    last: int | None


class State(StrEnum):
    """How the PDF of a paper stands."""

    SAME = "same"
    OTHER_MEANS = "other-means"
    DIFFERS = "differs"
    LOST = "lost"

    @property
    def label(self) -> str:
        """Return in words how it stands."""
        return _LABELS[self]


_LABELS = {
    State.SAME: "相同：存档的 PDF 未改动，重新生成逐字节相同",
    State.OTHER_MEANS: "存档的 PDF 未改动；本机的排版程序或者字体与定稿时不同，不能逐字节重现",
    State.DIFFERS: "不同：页面或者存档的 PDF 与台账记录的指纹不符，或者同样的程序和字体生成了不同的 PDF",
    State.LOST: "缺失：页面或者存档的 PDF 不在数据文件夹中",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """One PDF and how it stands."""

    imprint: Imprint
    state: State


def print_some(tools: Resources, *, actor: Actor, run_id: str, after: int) -> Printed:
    """Make the PDFs of the next few papers that have none, keep them, and record them in the journal.

    One that cannot be set is left for the next run. Raises `RulebookError` where the machine has no Chinese font.
    """
    typefaces()
    with tools.store.read() as reading:
        waiting = imprints.unprinted(reading, after=after, most=_AT_ONCE)
    if not waiting:
        return Printed(0, 0, None)
    made = [found for paper in waiting if (found := _made(tools, paper)) is not None]
    if made:
        key = f"imprint:{run_id}:{waiting[-1].effect_id}"
        imprints.keep(tools.ledger, made, key=key, actor=actor, now=tools.now())
    return Printed(len(made), len(waiting) - len(made), waiting[-1].effect_id)


def print_brief(tools: Resources, *, page_sha256: str, month: str, pdf: bytes, at: DateTime, actor: Actor) -> None:
    """Keep the PDF of a monthly brief and record it; the same brief again is recorded once."""
    found = Imprint(page_sha256, file_pdf(tools.papers, pdf), "", f"{BRIEF}-{month}", at, *_means())
    imprints.keep(tools.ledger, [found], key=f"imprint:{BRIEF}:{page_sha256}", actor=actor, now=tools.now())


def check(tools: Resources, number: str = "") -> list[Checked]:
    """Return how every PDF stands, or those of one case. Setting them again takes some milliseconds for each."""
    with tools.store.read() as reading:
        found = imprints.imprints_of(reading, number)
    means = _means() if _has_fonts() else ("", "")
    return [Checked(each, _state(tools, each, means)) for each in found]


def _made(tools: Resources, paper: Unprinted) -> Imprint | None:
    path = paper_path(tools.papers, paper.page_sha256)
    if path is None:
        return None
    try:
        pdf = typeset(blocks_of(path.read_bytes()), at=paper.at)
    except RulebookError:
        return None
    sha256 = file_pdf(tools.papers, pdf)
    return Imprint(paper.page_sha256, sha256, paper.case_number, paper.name, paper.at, *_means())


def _state(tools: Resources, imprint: Imprint, means: tuple[str, str]) -> State:
    page, pdf = _page(tools, imprint), paper_path(tools.papers, imprint.pdf_sha256, "pdf")
    if page is None or pdf is None:
        return State.LOST
    content = page.read_bytes()
    if _sha256(content) != imprint.page_sha256 or _sha256(pdf.read_bytes()) != imprint.pdf_sha256:
        return State.DIFFERS
    if means != (imprint.made_by, imprint.fonts):
        return State.OTHER_MEANS
    again = _sha256(typeset(blocks_of(content), at=imprint.at))
    return State.SAME if again == imprint.pdf_sha256 else State.DIFFERS


def _page(tools: Resources, imprint: Imprint) -> Path | None:
    if imprint.case_number:
        return paper_path(tools.papers, imprint.page_sha256)
    brief = tools.settings.folder("reports") / f"{imprint.name}-{imprint.page_sha256[:_SHOWN]}.html"
    return brief if brief.is_file() else None


def _means() -> tuple[str, str]:
    return made_by(), fingerprint(typefaces())


def _has_fonts() -> bool:
    try:
        typefaces()
    except RulebookError:
        return False
    return True


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
