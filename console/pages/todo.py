"""To do 待办: what the post must do and by when; the first page for everybody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from console.language import urgency
from console.pages import answering
from console.session import fresh_token
from models import listing
from models.drill_rows import invitations, to_evaluate
from models.obligation import line_of
from rules.agenda import ACKNOWLEDGE
from rules.obligation import OBLIGATION

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit
    from models.listing import TodoItem

_ON_A_PAGE, _LONGEST_NUMBER = 100, 4


def show(visit: Visit) -> Response:
    """Show the duties, the most pressing first; when there are none, what falls due next."""
    with visit.desk.store.read() as reading:
        found = listing.todo(reading, visit.actor, most=_ON_A_PAGE)
    items = _named(visit, answering.left_to_me(visit, found))
    with visit.desk.store.read() as reading:
        invited = invitations(reading, visit.actor.person_id)
        sheets = to_evaluate(reading, visit.actor.person_id)
        coming = None if items else listing.coming_due(reading, visit.actor.scope, visit.now)
    coming = None if coming is None else _named(visit, [coming])[0]
    cards = _cards(visit, items)
    late = sum(urgency(item.due_alert, item.late_from, visit.now) in {"late", "past"} for item, _ in cards)
    today = len(listing.due_within([item for item, _ in cards], visit.now, days=1)) - late
    return visit.page(
        "todo.html",
        cards=cards,
        coming=coming,
        invited=invited,
        sheets=sheets,
        late=late,
        today=max(today, 0),
        is_cut=len(found) == _ON_A_PAGE,
        answer_key=fresh_token(),
        told=[(item, "".join(what)) for item, what in cards if item.act == ACKNOWLEDGE],
        ticked=answering.TICKED,
        answered=_number(visit.asked("answered")),
        left_out=_number(visit.asked("left_out")),
    )


def _number(written: str) -> int:
    return int(written) if written.isdecimal() and written.isascii() and len(written) < _LONGEST_NUMBER else 0


def _named(visit: Visit, items: list[TodoItem]) -> list[TodoItem]:
    """Return the duties, those that the clock opened described by what the rules call them."""
    desk = visit.desk
    with desk.store.read() as reading:
        lines = {
            item.number: line_of(reading, desk.installation.county_id, item.number, desk.rulebook)
            for item in items
            if item.process is OBLIGATION
        }
    return [
        item if (line := lines.get(item.number)) is None else replace(item, description=line.title) for item in items
    ]


def _cards(visit: Visit, items: list[TodoItem]) -> list[tuple[TodoItem, list[str]]]:
    """Return the duties with what each is about; those of a case that differ in nothing else stand on one card."""
    together: dict[Any, list[TodoItem]] = {}
    for item in items:
        alike = (item.number, item.act, item.holder, item.clause_id, item.due_alert, item.due_legal)
        alone = item.act == ACKNOWLEDGE or item.about is None
        together.setdefault((item.number, item.key) if alone else alike, []).append(item)
    worded = ((alike[0], [answering.about_item(visit, item) for item in alike]) for alike in together.values())
    return [(item, [words for words in subjects if words]) for item, subjects in worded]
