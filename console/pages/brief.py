"""Monthly briefs 月度简报 that were drawn up: each under the fingerprint of its page, as page, PDF and Word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import FileResponse

from console.errors import NotThere
from console.security import PAPER_POLICY
from rules.runnable import RUNNABLE

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit

PATH = "/briefs"
_NAME = re.compile(r"brief-(?P<month>\d{4}-\d{2})-(?P<mark>[0-9a-f]{12})\.(?P<form>html|pdf|docx)", re.ASCII)
_TYPES = {
    "html": "text/html",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True, slots=True)
class Filed:
    """One brief: its month, the first letters of its fingerprint, the forms that there are."""

    month: str
    mark: str
    forms: tuple[str, ...]


def show(visit: Visit) -> Response:
    """Show the briefs, the latest month first; one that was made again with other figures stands beside the first."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(visit.desk.settings.folder("reports").glob("brief-*")):
        named = _NAME.fullmatch(path.name)
        if named is not None:
            found.setdefault((named["month"], named["mark"]), []).append(named["form"])
    briefs = [Filed(month, mark, tuple(forms)) for (month, mark), forms in sorted(found.items(), reverse=True)]
    last = visit.now.start_of("month").subtract(days=1).format("YYYY-MM")
    may_make = visit.actor.role in RUNNABLE["brief"].roles
    return visit.page("briefs.html", briefs=briefs, may_make=may_make, last=last)


def file(visit: Visit, name: str) -> Response:
    """Return one form of a brief; the page is shut up in a sandbox as every paper."""
    named, path = _NAME.fullmatch(name), visit.desk.settings.folder("reports") / name
    if named is None or not path.is_file():
        raise NotThere
    headers = {"content-security-policy": PAPER_POLICY} if named["form"] == "html" else {}
    if named["form"] == "docx":
        headers["content-disposition"] = f'attachment; filename="{name}"'
    return FileResponse(path, media_type=_TYPES[named["form"]], headers=headers)
