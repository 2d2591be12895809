"""Rights 权限 to be read: which cases each post sees, what it may open and do, and the whole matrix as a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.responses import Response

from console.errors import NotThere
from console.rights import document, matrix, posts, scopes
from models.rights import Where
from rules.actor import POSTS, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from console.serving import Route
    from console.visit import Visit

PATH = "/settings/rights"
_FILE = "rights.json"


def show(routes: Callable[[], Sequence[Route]], visit: Visit) -> Response:
    """Show what each post sees, and of one post what it gets at every address."""
    asked = visit.asked("post")
    post = Role(asked) if asked in POSTS else Role.TOWN_CLERK
    return visit.page(
        "settings-rights.html",
        posts=posts(),
        post=post,
        places=tuple(Where),
        scopes=scopes(),
        rows=[(row, row.summary(post)) for row in matrix(routes())],
    )


def file(routes: Callable[[], Sequence[Route]], visit: Visit, name: str) -> Response:
    """Return the whole matrix as data. Raises `NotThere` for a file of any other name."""
    del visit
    if name != _FILE:
        raise NotThere
    content = json.dumps(document(routes()), ensure_ascii=False, indent=1)
    headers = {"content-disposition": f'attachment; filename="{_FILE}"'}
    return Response(content, media_type="application/json", headers=headers)
