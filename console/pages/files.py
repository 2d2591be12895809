"""Files 附件 of a case: cleaned photos and papers, each only to whoever sees the case that it belongs to.

A paper is the page whose fingerprint stands in the ledger. Its PDF is made once and chained in the journal; until then,
and as Word, it is made of that page when asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import FileResponse, Response

from console.case_dossier import dossier_of
from console.errors import NotThere
from console.security import PAPER_POLICY
from documents.paper import paper_path, word_template
from documents.paper_blocks import blocks_of, photos_in
from models.imprints import imprint_of

if TYPE_CHECKING:
    from pathlib import Path

    from pendulum import DateTime

    from console.visit import Visit
    from models.dossier import Dossier

_FOR_AN_HOUR = "private, max-age=3600"
_FORMS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def photo(visit: Visit, number: str, sha256: str) -> Response:
    """Return the cleaned copy; the sealed original is never served."""
    dossier = visit.dossier(number)
    if not any(sha256 in act.evidence for act in dossier.acts):
        raise NotThere
    with visit.desk.store.read() as reading:
        path = visit.desk.evidence.copy_path(reading, sha256)
    if path is None:
        raise NotThere
    return FileResponse(path, media_type="image/jpeg", headers={"cache-control": _FOR_AN_HOUR})


def paper(visit: Visit, number: str, sha256: str) -> Response:
    """Return a paper as the page it is, shut up in a sandbox."""
    path, _, _ = _filed(visit, number, sha256)
    return FileResponse(path, media_type="text/html", headers={"content-security-policy": PAPER_POLICY})


def paper_as(visit: Visit, number: str, sha256: str, form: str) -> Response:
    """Return a paper as PDF or Word: the PDF that was made for good, or one for now where there is none yet.

    Raises `NotThere`, `RulebookError` where the machine has no Chinese font.
    """
    path, dossier, at = _filed(visit, number, sha256)
    if form == "pdf" and (kept := _kept(visit, sha256)) is not None:
        return FileResponse(kept, media_type=_FORMS[form], headers=_disposition(form, f"{number}-{sha256[:8]}"))
    return _handed_out(visit, dossier, path.read_bytes(), form, name=f"{number}-{sha256[:8]}", at=at)


def dossier_as(visit: Visit, number: str, form: str) -> Response:
    """Return the whole case as one paper, as this post may see it. Raises as `paper_as`."""
    dossier = visit.dossier(number)
    page = dossier_of(visit, dossier)
    at = dossier.acts[-1].recorded_at if dossier.acts else visit.now
    return _handed_out(visit, dossier, page.content, form, name=f"{number}-{dossier.header.version}", at=at)


def _filed(visit: Visit, number: str, sha256: str) -> tuple[Path, Dossier, DateTime]:
    """Return where a paper of a case lies, the case, and when the act was recorded on which it rests."""
    dossier = visit.dossier(number)
    effect = next((effect for effect in dossier.effects if effect.paper_sha256 == sha256), None)
    path = paper_path(visit.desk.settings.folder("papers"), sha256)
    if effect is None or path is None:
        raise NotThere
    at = next((act.recorded_at for act in dossier.acts if act.seq == effect.caused_by), visit.now)
    return path, dossier, at


def _handed_out(visit: Visit, dossier: Dossier, page: bytes, form: str, *, name: str, at: DateTime) -> Response:
    if form not in _FORMS:
        raise NotThere
    blocks = blocks_of(page)
    photos = _copies(visit, dossier, photos_in(blocks))
    if form == "pdf":
        from documents.typeset import typeset  # noqa: PLC0415 - the typesetter is loaded by whoever prints

        content = typeset(blocks, at=at, photos=photos)
    else:
        from documents.word import as_word  # noqa: PLC0415 - as above

        template = word_template(visit.desk.settings.folder("templates"), blocks.title)
        content = as_word(blocks, at=at, photos=photos, template=template)
    return Response(content, media_type=_FORMS[form], headers=_disposition(form, name))


def _kept(visit: Visit, page_sha256: str) -> Path | None:
    with visit.desk.store.read() as reading:
        imprint = imprint_of(reading, page_sha256)
    return paper_path(visit.desk.settings.folder("papers"), imprint.pdf_sha256, "pdf") if imprint else None


def _disposition(form: str, name: str) -> dict[str, str]:
    return {"content-disposition": f'{"inline" if form == "pdf" else "attachment"}; filename="{name}.{form}"'}


def _copies(visit: Visit, dossier: Dossier, wanted: frozenset[str]) -> dict[str, bytes]:
    """Return the cleaned copies of the photographs of a case; one that is not there is left out, and named instead."""
    shown = wanted & {sha256 for act in dossier.acts for sha256 in act.evidence}
    with visit.desk.store.read() as reading:
        paths = {sha256: visit.desk.evidence.copy_path(reading, sha256) for sha256 in sorted(shown)}
    return {sha256: path.read_bytes() for sha256, path in paths.items() if path is not None}
