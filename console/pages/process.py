"""The process 流程图 as a picture with live counts, and the same as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from documents.process_picture import draw_svg
from models import listing
from rules.hazard import HAZARD

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit


def show(visit: Visit) -> Response:
    """Show where the cases within one's scope stand now."""
    with visit.desk.store.read() as reading:
        counts = listing.waiting_by_act(reading, visit.actor.scope, HAZARD.name, visit.now)
    picture, say = HAZARD.picture, visit.language.say
    words = {*picture.lanes, *(arrow.when for arrow in picture.arrows if arrow.when), "逾期"}
    labels = {act: say(form.label) for act, form in HAZARD.forms.items()} | {word: say(word) for word in words}
    return visit.page(
        "process.html",
        svg=draw_svg(picture, labels, counts),
        steps=[(step.act, step.lane, *counts.get(step.act, (0, 0))) for step in picture.steps],
        process=HAZARD,
    )
