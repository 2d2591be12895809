"""Files 附件 of a case: cleaned photos and papers, each only to whoever sees the case that it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import FileResponse

from console.errors import NotThere
from console.security import PAPER_POLICY
from documents.paper import paper_path

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit

_FOR_AN_HOUR = "private, max-age=3600"


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
    dossier = visit.dossier(number)
    if not any(sha256 == effect.paper_sha256 for effect in dossier.effects):
        raise NotThere
    path = paper_path(visit.desk.settings.folder("papers"), sha256)
    if path is None:
        raise NotThere
    return FileResponse(path, media_type="text/html", headers={"content-security-policy": PAPER_POLICY})
