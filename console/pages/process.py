"""The process 流程图 as a picture with live counts, and the same as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from console.errors import NotThere
from documents.bpmn import draw_bpmn
from documents.process_picture import draw_svg
from models import listing
from rules.processes import PROCESSES

if TYPE_CHECKING:
    from console.visit import Visit
    from rules.process import Process

_SHOWN = tuple(process for name, process in PROCESSES.items() if name != "journal")
_BPMN = "application/bpmn+xml"


def show(visit: Visit, name: str) -> Response:
    """Show where the cases of a process stand now, within one's scope."""
    process = _named(name)
    with visit.desk.store.read() as reading:
        counts = listing.waiting_by_act(reading, visit.actor.scope, process.name, visit.now)
    picture, labels = process.picture, _labels(visit, process)
    return visit.page(
        "process.html",
        svg=draw_svg(picture, labels, counts),
        steps=[(step.act, step.lane, *counts.get(step.act, (0, 0))) for step in picture.steps],
        process=process,
        processes=_SHOWN,
    )


def bpmn(visit: Visit, name: str) -> Response:
    """Return the process as a BPMN 2.0 file."""
    process = _named(name)
    content = draw_bpmn(process.name, visit.language.say(process.label), process.picture, _labels(visit, process))
    headers = {"content-disposition": f'attachment; filename="{process.name}.bpmn"'}
    return Response(content, media_type=_BPMN, headers=headers)


def _named(name: str) -> Process:
    process = next((process for process in _SHOWN if process.name == name), None)
    if process is None:
        raise NotThere
    return process


def _labels(visit: Visit, process: Process) -> dict[str, str]:
    picture, say = process.picture, visit.language.say
    words = {*picture.lanes, *(arrow.when for arrow in picture.arrows if arrow.when), "逾期"}
    return {act: say(form.label) for act, form in process.forms.items()} | {word: say(word) for word in words}
