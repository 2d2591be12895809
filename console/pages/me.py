"""Me 我的: in which post one acts and for whom; language, password, notices, signing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit


def show(visit: Visit) -> Response:
    """Show posts and delegations as they are now."""
    assert visit.principal is not None, "the route requires a session"
    return visit.page(
        "me.html",
        delegators=visit.desk.access.delegators(visit.principal, visit.now),
        changed=visit.asked("changed") == "1",
    )


def switch(visit: Visit) -> Response:
    """Go on in another post, or for somebody who has delegated it."""
    visit.desk.access.switch(visit.token, visit.now, post_id=visit.sent("post"), acting_for=visit.sent("for") or None)
    return visit.go("/")
