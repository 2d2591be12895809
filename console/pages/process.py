"""The process 流程图 as a picture with live counts, and the same as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.errors import NotThere
from console.shelves import SHELVES
from documents.process_picture import draw_svg
from models import listing

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit


def show(visit: Visit, name: str) -> Response:
    """Show where the cases of a process stand now, within one's scope."""
    process = next((shelf.process for shelf in SHELVES if shelf.process.name == name), None)
    if process is None:
        raise NotThere
    with visit.desk.store.read() as reading:
        counts = listing.waiting_by_act(reading, visit.actor.scope, process.name, visit.now)
    picture, say = process.picture, visit.language.say
    words = {*picture.lanes, *(arrow.when for arrow in picture.arrows if arrow.when), "逾期"}
    labels = {act: say(form.label) for act, form in process.forms.items()} | {word: say(word) for word in words}
    return visit.page(
        "process.html",
        svg=draw_svg(picture, labels, counts),
        steps=[(step.act, step.lane, *counts.get(step.act, (0, 0))) for step in picture.steps],
        process=process,
    )
