"""The page of all pages 全部: where a person can go, in groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.menu import groups_for

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit


def show(visit: Visit) -> Response:
    """Show where the person's post may go."""
    role = visit.actor.role
    return visit.page("menu.html", groups=groups_for(role))
