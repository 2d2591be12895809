"""To do 待办: what the post must do and by when; the first page for everybody."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from console.language import urgency
from console.pages import answering
from console.session import fresh_token
from models import listing

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit

_ON_A_PAGE = 100


def show(visit: Visit) -> Response:
    """Show the duties, the most pressing first; when there are none, what falls due next."""
    with visit.desk.store.read() as reading:
        found = listing.todo(reading, visit.actor, most=_ON_A_PAGE)
    items = answering.left_to_me(visit, found)
    with visit.desk.store.read() as reading:
        coming = None if items else listing.coming_due(reading, visit.actor.scope, visit.now)
    late = sum(urgency(item.due_alert, item.late_from, visit.now) in {"late", "past"} for item in items)
    today = len(listing.due_within(items, visit.now, days=1)) - late
    return visit.page(
        "todo.html",
        items=items,
        coming=coming,
        late=late,
        today=max(today, 0),
        is_cut=len(found) == _ON_A_PAGE,
        about=partial(answering.about_item, visit),
        answer_key=fresh_token(),
    )
