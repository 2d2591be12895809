"""Reached 通知到人: who was told, how, when, and whether they answered; and the same as a paper to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from console.history import wording
from console.receipt import record_of_service
from console.security import PAPER_POLICY
from console.subjects import duty_by_key
from models.reached import callers, told_in

if TYPE_CHECKING:
    from console.visit import Visit
    from models.dossier import Dossier
    from models.reached import Told


def show(visit: Visit, number: str) -> Response:
    """Show every notice of a case with its readers."""
    dossier = visit.dossier(number)
    with visit.desk.store.read() as reading:
        told = told_in(reading, dossier.header.id)
        names = callers(reading, told)
    rungs = {act.seq: dict(act.values).get("级次", "") for act in dossier.acts if act.kind == "rung"}
    return visit.page(
        "reached.html",
        dossier=dossier,
        told=[(notice, words_of(visit, dossier, notice)) for notice in told],
        names=names,
        rungs=rungs,
    )


def receipt(visit: Visit, number: str) -> Response:
    """Return the record of service as a page of its own, to be printed."""
    dossier, desk = visit.dossier(number), visit.desk
    with desk.store.read() as reading:
        paper = record_of_service(reading, desk.installation, desk.rulebook, dossier, visit.now)
    headers = {"content-security-policy": PAPER_POLICY}
    return Response(paper.content, media_type="text/html; charset=utf-8", headers=headers)


def words_of(visit: Visit, dossier: Dossier, notice: Told) -> str:
    """Return what a notice of a case says, without the number of the case."""
    header = dossier.header
    act = duty_by_key(visit, header.process, notice.asks or "")
    return wording(visit, kind=header.process.name, name=notice.name, number=header.number, act=act)
